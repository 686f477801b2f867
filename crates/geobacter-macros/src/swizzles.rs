//! `swizzles!`: a method for each way of picking two to four elements by name.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Result;
use syn::parse::{Parse, ParseStream};

/// A vector type, and the names of its elements, each a letter.
pub(crate) struct Input {
    vector: Ident,
    elements: Vec<char>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (vector, elements): (Ident, Ident) = (input.parse()?, input.parse()?);
        Ok(Input { vector, elements: elements.to_string().chars().collect() })
    }
}

/// Sizes of vectors whose elements have names.
const SIZES: [usize; 3] = [2, 3, 4];

pub(crate) fn expand(Input { vector, elements }: Input) -> TokenStream {
    let picks: Vec<_> = SIZES.iter().flat_map(|size| words(&elements, *size)).collect();
    let read = picks.iter().map(|pick| reader(pick));
    let written = picks.iter().filter(|pick| all_differ(pick) && pick.len() <= elements.len());
    let write = written.map(|pick| writer(pick));
    quote! {
        impl<T: Element> #vector<T> {
            #(#read)*
            #(#write)*
        }
    }
}

fn reader(pick: &[char]) -> TokenStream {
    let (name, of, fields) = (joined("", pick), vector(pick.len()), fields(pick));
    let doc = format!("Elements `{name}`.");
    quote! {
        #[doc = #doc]
        #[inline(always)]
        pub const fn #name(self) -> #of<T> {
            #of::new(#(self.#fields),*)
        }
    }
}

fn writer(pick: &[char]) -> TokenStream {
    let (name, of, fields) = (joined("with_", pick), vector(pick.len()), fields(pick));
    let places = fields_of(pick.len());
    let doc = format!("With other elements `{}`: what OpenCL C writes as an assignment to them.", joined("", pick));
    quote! {
        #[doc = #doc]
        #[inline(always)]
        pub const fn #name(mut self, elements: #of<T>) -> Self {
            #(self.#fields = elements.#places;)*
            self
        }
    }
}

fn joined(prefix: &str, letters: &[char]) -> Ident {
    format_ident!("{prefix}{}", letters.iter().collect::<String>())
}

fn vector(size: usize) -> Ident {
    format_ident!("Vec{size}")
}

fn fields(pick: &[char]) -> Vec<Ident> {
    pick.iter().map(|letter| format_ident!("{letter}")).collect()
}

fn fields_of(size: usize) -> Vec<Ident> {
    fields(&['x', 'y', 'z', 'w'][..size])
}

fn all_differ(letters: &[char]) -> bool {
    letters.iter().enumerate().all(|(i, letter)| !letters[..i].contains(letter))
}

/// All words of so many letters.
fn words(letters: &[char], size: usize) -> Vec<Vec<char>> {
    let extend = |word: Vec<char>| letters.iter().map(move |letter| [&word[..], &[*letter]].concat());
    (0..size).fold(vec![Vec::new()], |words, _| words.into_iter().flat_map(extend).collect())
}
