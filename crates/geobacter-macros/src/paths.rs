//! How the expanded code names Geobacter's items in the crate it lands in.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

/// The crate that expanded code refers to.
pub(crate) struct Root {
    /// Its absolute path, under whatever name the user's `Cargo.toml` gives it.
    pub(crate) path: TokenStream,
    /// Whether it has the host's side of arguments: `geobacter` does, `geobacter-core` does not.
    pub(crate) has_host: bool,
}

impl Root {
    /// `geobacter` where the crate depends on it, else `geobacter-core`.
    pub(crate) fn find() -> Root {
        if let Some(path) = dependency("geobacter") {
            Root { path, has_host: true }
        } else if let Some(path) = dependency("geobacter-core") {
            Root { path, has_host: false }
        } else {
            // Reached through another crate's macros: rustc's own message about the path says what is missing.
            Root { path: quote!(::geobacter), has_host: true }
        }
    }
}

fn dependency(package: &str) -> Option<TokenStream> {
    // `Itself` also stands for the package's own tests and examples, where only the name works. In the library the
    // name works too: it declares `extern crate self as ..`.
    let name = match crate_name(package).ok()? {
        FoundCrate::Itself => package.replace('-', "_"),
        FoundCrate::Name(name) => name,
    };
    let name = Ident::new(&name, Span::call_site());
    Some(quote!(::#name))
}
