//! `#[derive(DeviceCopy)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Fields, Result, Type, WherePredicate, parse_quote};

use crate::kernel_arg::members;
use crate::paths::{Root, place_of};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let fields = field_types(&input)?;
    refuse_references(&fields)?;
    let root = Root::find().core;
    let name = &input.ident;

    let mut generics = input.generics.clone();
    let type_params: Vec<_> = generics.type_params().map(|p| p.ident.clone()).collect();
    let bounds = type_params.iter().map(|p| -> WherePredicate { parse_quote!(#p: #root::DeviceCopy) });
    generics.make_where_clause().predicates.extend(bounds);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();

    let write = write(&input.data, &root);
    // Calls with the spans of the fields' types: the error for a bad field points at it, once. (Bounds on the types
    // would come back as errors about trivial bounds.)
    let checks = fields.iter().map(|ty| quote_spanned!(place_of(ty)=> plain_data::<#ty>();));
    Ok(quote! {
        // SAFETY: plain data, field by field, as checked below; `Copy` and the fields leave no room for interior
        // mutability.
        #[automatically_derived]
        unsafe impl #impl_generics #root::DeviceCopy for #name #type_generics #where_clause {
            const WRITE: ::core::option::Option<fn(&Self, &mut [u8])> = {
                const fn plain_data<T: #root::DeviceCopy>() {}
                #(#checks)*
                #write
            };
        }
    })
}

/// How a value's bytes are written, where they are known: field by field.
fn write(data: &Data, root: &TokenStream) -> TokenStream {
    match data {
        Data::Struct(data) => {
            let types: Vec<_> = data.fields.iter().map(|f| &f.ty).collect();
            let known =
                types.iter().map(|ty| quote_spanned!(place_of(ty)=> <#ty as #root::DeviceCopy>::WRITE.is_some()));
            let fields = members(&data.fields);
            // Copies, as a reference to a field of a packed struct is none.
            let writes = types.iter().zip(&fields).map(|(ty, field)| {
                let write_field = quote_spanned!(place_of(ty)=> #root::write_field::<#ty>);
                quote!(#write_field(&{ value.#field }, bytes, ::core::mem::offset_of!(Self, #field));)
            });
            quote! {
                if true #(&& #known)* {
                    ::core::option::Option::Some(|value, bytes| {
                        let _ = (value, &bytes);
                        #(#writes)*
                    })
                } else {
                    ::core::option::Option::None
                }
            }
        }
        Data::Enum(data) if data.variants.iter().all(|v| v.fields.is_empty()) => quote! {
            ::core::option::Option::Some(|value, bytes| {
                let value = ::core::ptr::from_ref::<Self>(value).cast::<u8>();
                // SAFETY: an enum without data is its tag, of which every byte is initialised.
                let value = unsafe { ::core::slice::from_raw_parts(value, ::core::mem::size_of::<Self>()) };
                bytes.copy_from_slice(value);
            })
        },
        // Which bytes are there depends on the variant, and nothing says where.
        _ => quote!(::core::option::Option::None),
    }
}

/// The types of all fields, of all variants.
fn field_types(input: &DeriveInput) -> Result<Vec<Type>> {
    let of = |fields: &Fields| fields.iter().map(|f| f.ty.clone()).collect::<Vec<_>>();
    match &input.data {
        Data::Struct(data) => Ok(of(&data.fields)),
        Data::Enum(data) => Ok(data.variants.iter().flat_map(|v| of(&v.fields)).collect()),
        Data::Union(data) => Err(Error::new(
            data.union_token.span,
            "a union cannot derive `DeviceCopy`: nothing says which of its fields is there, so nothing can check that it \
             holds no pointer to host memory; use a struct or an enum",
        )),
    }
}

/// rustc would refuse references too, but with a message about lifetimes that does not help.
fn refuse_references(fields: &[Type]) -> Result<()> {
    let errors = fields.iter().filter_map(|ty| match ty {
        Type::Reference(reference) => Some(Error::new_spanned(
            reference,
            "a reference to host memory means nothing on a device: put the data in a buffer, and derive `KernelArg` for a \
             struct that refers to it",
        )),
        Type::Ptr(pointer) => Some(Error::new_spanned(
            pointer,
            "a raw pointer cannot cross to a device in plain data: use `RawSlice` as a kernel parameter of its own, or in \
             a struct that derives `KernelArg`",
        )),
        _ => None,
    });
    errors
        .reduce(|mut all, error| {
            all.combine(error);
            all
        })
        .map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(input: DeriveInput) -> String {
        expand(input).unwrap_err().to_string()
    }

    #[test]
    fn unions_are_refused() {
        assert!(message(parse_quote!(union U { a: u32, b: f32 })).contains("union"));
    }

    #[test]
    fn references_and_pointers_are_refused() {
        assert!(
            message(parse_quote!(
                struct S<'a> {
                    a: &'a u32,
                }
            ))
            .contains("host memory")
        );
        assert!(
            message(parse_quote!(
                struct S(*const u32);
            ))
            .contains("RawSlice")
        );
    }

    #[test]
    fn fields_of_enum_variants_are_checked() {
        let code = expand(parse_quote!(
            enum E<T> {
                A(T),
                B { b: [f32; 4] },
            }
        ))
        .unwrap();
        let code = code.to_string();
        assert!(code.contains("plain_data :: < [f32 ; 4] >"), "{code}");
        assert!(code.contains("plain_data :: < T >"), "{code}");
    }
}
