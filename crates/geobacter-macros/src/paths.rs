//! How the expanded code names Geobacter's items in the crate it lands in, and where its errors point.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

/// The crate that expanded code refers to.
pub(crate) struct Root {
    /// Path of the device's side: of `geobacter-core`, or of where `geobacter` shows it.
    pub(crate) core: TokenStream,
    /// Path of `geobacter`, which has the host's side of arguments.
    pub(crate) host: Option<TokenStream>,
}

impl Root {
    /// `geobacter` where the crate depends on it, else `geobacter-core`.
    pub(crate) fn find() -> Root {
        match (dependency("geobacter"), dependency("geobacter-core")) {
            (None, Some(core)) => Root { core, host: None },
            (Some(path), _) => Root { core: quote!(#path::core), host: Some(path) },
            // Reached through another crate's macros: rustc's own message about the path says what is missing.
            (None, None) => Root { core: quote!(::geobacter::core), host: Some(quote!(::geobacter)) },
        }
    }
}

/// Where `ty` is written, for errors. Names mean what they mean in all generated code, also where the type comes from
/// another macro.
pub(crate) fn place_of(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}

/// `path` as if written there.
pub(crate) fn at(place: Span, path: &TokenStream) -> TokenStream {
    let relocate = |mut token: TokenTree| {
        token.set_span(place);
        token
    };
    path.clone().into_iter().map(relocate).collect()
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
