//! `#[derive(KernelArg)]`.
//!
//! One struct is generated, `NameArgs<A0, A1, ..>`, generic over every field's type. It has two lives: with what the host
//! passes in its fields it is the argument of a launch, and with the fields' packed forms it is what travels to the
//! device.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, GenericParam, Generics, Ident, Index, Lifetime, Member, Result, Type,
    WherePredicate, parse_quote,
};

use crate::paths::{Root, at, place_of};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let root = Root::find();
    let param = Param::new(&input)?;
    let args_struct = param.args_struct();
    let kernel_param = param.kernel_param(&root);
    let host_arg = root.host.as_ref().map(|host| param.host_arg(&root, host));
    Ok(quote! {
        #args_struct
        #kernel_param
        #host_arg
    })
}

/// The struct that derives, taken apart.
struct Param<'a> {
    input: &'a DeriveInput,
    fields: &'a Fields,
    members: Vec<Member>,
    types: Vec<&'a Type>,
    /// The name of the generated struct.
    args: Ident,
}

impl<'a> Param<'a> {
    fn new(input: &'a DeriveInput) -> Result<Self> {
        let Data::Struct(data) = &input.data else {
            return Err(Error::new_spanned(
                &input.ident,
                "only structs can derive `KernelArg`; an enum of plain data can derive `DeviceCopy`",
            ));
        };
        if let Some(second) = input.generics.lifetimes().nth(1) {
            return Err(Error::new_spanned(
                second,
                "a struct that derives `KernelArg` has at most one lifetime: the run of the kernel",
            ));
        }
        if data.fields.is_empty() {
            return Err(Error::new_spanned(
                &input.ident,
                "a struct without fields passes nothing: leave the parameter out",
            ));
        }
        Ok(Param {
            input,
            fields: &data.fields,
            members: members(&data.fields),
            types: data.fields.iter().map(|f| &f.ty).collect(),
            args: format_ident!("{}Args", input.ident),
        })
    }

    /// `NameArgs` itself.
    fn args_struct(&self) -> TokenStream {
        let (name, args, vis) = (&self.input.ident, &self.args, &self.input.vis);
        let params = self.type_params("A");
        let doc = format!(" What the host passes for a [`{name}`] parameter of a kernel.");
        let fields = self.fields.iter().zip(&self.members).zip(&params).map(|((field, member), param)| {
            let (vis, docs) = (&field.vis, field_docs(&field.attrs, name, member));
            let colon = field.ident.as_ref().map(|ident| quote!(#ident:));
            quote!(#docs #vis #colon #param)
        });
        let body = match self.fields {
            Fields::Named(_) => quote!({ #(#fields),* }),
            _ => quote!(( #(#fields),* );),
        };
        quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            #[repr(C)]
            #vis struct #args<#(#params),*> #body
        }
    }

    /// What makes the struct a kernel parameter.
    fn kernel_param(&self, root: &Root) -> TokenStream {
        let (path, name, args) = (&root.core, &self.input.ident, &self.args);
        let members = &self.members;
        // Where the fields' types are written, so that the error for a bad field points at it.
        let item = |ty: &Type, name: &str| {
            let (place, kernel_param) = (place_of(ty), at(place_of(ty), &quote!(#path::KernelParam)));
            let name = Ident::new(name, place);
            quote_spanned!(place=> <#ty as #kernel_param>::#name)
        };
        let packed = self.types.iter().map(|ty| item(ty, "Packed"));
        let unpack = self.types.iter().map(|ty| item(ty, "unpack"));
        let covers = self.types.iter().map(|ty| item(ty, "covers"));
        let assume_covered = self.types.iter().map(|ty| item(ty, "assume_covered"));
        let cooperative = self.types.iter().map(|ty| item(ty, "COOPERATIVE"));
        let specialised = self.types.iter().map(|ty| item(ty, "SPECIALISED"));
        let constants = self.types.iter().map(|ty| item(ty, "constants"));
        let group_bytes: Vec<_> = self.types.iter().map(|ty| item(ty, "GROUP_BYTES")).collect();
        // Each field's work-group memory begins behind that of the fields before it.
        let offsets = (0..members.len()).map(|i| {
            let before = &group_bytes[..i];
            quote!(group_offset #(+ #before)*)
        });
        let generics = self.bounded_generics(root);
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        let run = Lifetime::new("'__run", Span::call_site());
        let device_generics = with_lifetime(&generics, &run);
        quote! {
            // SAFETY: each field is unpacked as its own type demands, and nothing is added to them.
            #[automatically_derived]
            unsafe impl #impl_generics #path::KernelParam for #name #type_generics #where_clause {
                type Device<#run> = #name #device_generics;
                type Packed = #args<#(#packed),*>;
                const KIND: #path::ArgKind = #path::ArgKind::Struct;
                const COOPERATIVE: bool = false #(|| #cooperative)*;
                const GROUP_BYTES: usize = 0 #(+ #group_bytes)*;
                const SPECIALISED: bool = false #(|| #specialised)*;

                #[inline(always)]
                unsafe fn unpack<#run>(packed: &#run Self::Packed, group_offset: usize) -> Self::Device<#run> {
                    #name {
                        // SAFETY: the caller's promise, for each field.
                        #(#members: unsafe { #unpack(&packed.#members, #offsets) }),*
                    }
                }

                #[inline(always)]
                fn covers(packed: &Self::Packed) -> u64 {
                    [#(#covers(&packed.#members)),*].into_iter().fold(u64::MAX, u64::min)
                }

                #[inline(always)]
                unsafe fn assume_covered(packed: &Self::Packed, id: usize) {
                    // SAFETY: the caller's promise: `id` is less than the least of them.
                    #(unsafe { #assume_covered(&packed.#members, id) };)*
                }

                fn constants(
                    packed: &Self::Packed,
                    offset: usize,
                    fix: #path::specialise::Fix,
                    visit: #path::specialise::Visit<'_>,
                ) {
                    #(#constants(&packed.#members, offset + ::core::mem::offset_of!(Self::Packed, #members), fix, visit);)*
                }
            }
        }
    }

    /// What makes `NameArgs` an argument for it.
    fn host_arg(&self, root: &Root, host: &TokenStream) -> TokenStream {
        let (path, name, args) = (&root.core, &self.input.ident, &self.args);
        let (members, types) = (&self.members, &self.types);
        let mut params = self.type_params("__A");
        params.iter_mut().zip(types).for_each(|(param, ty)| param.set_span(place_of(ty)));
        let binding = Lifetime::new("'__binding", Span::call_site());
        let host_arg = |ty: &&Type| {
            let (place, host_arg) = (place_of(ty), at(place_of(ty), &quote!(#host::args::HostArg)));
            quote_spanned!(place=> #host_arg<#binding, #ty>)
        };
        let host_args: Vec<_> = types.iter().map(host_arg).collect();

        let mut generics = self.bounded_generics(root);
        let (_, type_generics, _) = self.input.generics.split_for_impl();
        generics.params.insert(0, parse_quote!(#binding));
        generics.params.extend(params.iter().map(|p| -> GenericParam { parse_quote!(#p) }));
        let bounds =
            params.iter().zip(&host_args).map(|(param, bound)| -> WherePredicate { parse_quote!(#param: #bound) });
        generics.make_where_clause().predicates.extend(bounds);
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let packed = quote!(<#name #type_generics as #path::KernelParam>::Packed);
        quote! {
            // SAFETY: each field is packed by its own type's rules.
            #[automatically_derived]
            unsafe impl #impl_generics #host::args::HostArg<#binding, #name #type_generics>
                for #args<#(#params),*> #where_clause
            {
                fn pack(
                    self,
                    binder: &mut #host::args::Binder<#binding>,
                ) -> #host::Result<#packed> {
                    #host::Result::Ok(#args {
                        #(#members: <#params as #host_args>::pack(self.#members, binder)?),*
                    })
                }

                const CONSTANTS: bool = false #(|| <#params as #host_args>::CONSTANTS)*;

                fn constants(
                    packed: &#packed,
                    offset: usize,
                    fix: #path::specialise::Fix,
                    visit: #path::specialise::Visit<'_>,
                ) {
                    #(<#params as #host_args>::constants(
                        &packed.#members,
                        offset + ::core::mem::offset_of!(#packed, #members),
                        fix,
                        visit,
                    );)*
                }
            }
        }
    }

    /// One type parameter for each field.
    fn type_params(&self, prefix: &str) -> Vec<Ident> {
        (0..self.types.len()).map(|i| format_ident!("{prefix}{i}")).collect()
    }

    /// The struct's generics, with every type parameter `DeviceCopy`: only then does the blanket implementation say that
    /// a field of that type is itself on the device.
    fn bounded_generics(&self, root: &Root) -> Generics {
        let path = &root.core;
        let mut generics = self.input.generics.clone();
        let bounds: Vec<WherePredicate> =
            generics.type_params().map(|p| &p.ident).map(|p| parse_quote!(#p: #path::DeviceCopy)).collect();
        generics.make_where_clause().predicates.extend(bounds);
        generics
    }
}

pub(crate) fn members(fields: &Fields) -> Vec<Member> {
    let member = |(i, field): (usize, &syn::Field)| match &field.ident {
        Some(ident) => Member::Named(ident.clone()),
        None => Member::Unnamed(Index::from(i)),
    };
    fields.iter().enumerate().map(member).collect()
}

/// The field's own documentation, or a line that refers to the field.
fn field_docs(attrs: &[Attribute], name: &Ident, member: &Member) -> TokenStream {
    let docs: Vec<_> = attrs.iter().filter(|a| a.path().is_ident("doc")).collect();
    if !docs.is_empty() {
        return quote!(#(#docs)*);
    }
    let member = match member {
        Member::Named(ident) => ident.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let doc = format!(" For field `{member}` of [`{name}`].");
    quote!(#[doc = #doc])
}

/// `<'run, T, N>` for `<'a, T, N>`.
fn with_lifetime(generics: &Generics, run: &Lifetime) -> TokenStream {
    let arguments = generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(_) => quote!(#run),
        GenericParam::Type(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
        GenericParam::Const(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
    });
    quote!(<#(#arguments),*>)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(input: DeriveInput) -> String {
        expand(input).unwrap_err().to_string()
    }

    #[test]
    fn only_structs_with_fields_derive() {
        assert!(
            message(parse_quote!(
                enum E {
                    A,
                }
            ))
            .contains("only structs")
        );
        assert!(
            message(parse_quote!(
                struct S;
            ))
            .contains("passes nothing")
        );
    }

    #[test]
    fn a_second_lifetime_is_refused() {
        assert!(
            message(parse_quote!(
                struct S<'a, 'b> {
                    a: &'a [f32],
                    b: &'b [f32],
                }
            ))
            .contains("at most one lifetime")
        );
    }

    #[test]
    fn the_companion_keeps_field_visibility_and_docs() {
        let input: DeriveInput = parse_quote! {
            struct S<'a> {
                /// How much.
                pub amount: f32,
                data: &'a [f32],
            }
        };
        let code = Param::new(&input).unwrap().args_struct().to_string();
        assert!(code.contains("How much"), "{code}");
        assert!(code.contains("pub amount : A0"), "{code}");
        assert!(code.contains("data : A1"), "{code}");
    }

    #[test]
    fn the_device_side_has_the_runs_lifetime() {
        let generics: Generics = parse_quote!(<'a, T: Copy, const N: usize>);
        let run = Lifetime::new("'run", Span::call_site());
        assert_eq!(with_lifetime(&generics, &run).to_string(), "< 'run , T , N >");
    }
}
