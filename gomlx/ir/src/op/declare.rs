// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The macros that the tables of ops are written in. Each entry is a variant, its name in text and its facts.
//!
//! Invariant: the enum, its names and its facts come from one table, so that no variant lacks any of them.

/// An enum of words, each with its name in text.
macro_rules! words {
    ($(#[doc = $doc:literal])* $Enum:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $name:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Enum { $($(#[doc = $vdoc])* $Variant,)* }

        impl $Enum {
            /// Every variant.
            pub const ALL: &'static [$Enum] = &[$($Enum::$Variant,)*];

            /// The name in text.
            pub const fn name(self) -> &'static str {
                match self { $($Enum::$Variant => $name,)* }
            }

            /// The variant of a name in text.
            pub fn from_name(name: &str) -> Option<$Enum> {
                match name { $($name => Some($Enum::$Variant),)* _ => None }
            }
        }
    };
}

/// A dialect, from its prefix in text.
macro_rules! dialect {
    (stablehlo) => {
        $crate::op::Dialect::StableHlo
    };
    (chlo) => {
        $crate::op::Dialect::Chlo
    };
    (gomlx) => {
        $crate::op::Dialect::Gomlx
    };
}

/// An attribute in text: `dims: permutation`, or one name where both forms have the same.
macro_rules! attribute {
    ($name:ident) => { attribute!($name: $name) };
    ($key:ident: $name:ident) => { $crate::op::TextAttribute { key: stringify!($key), name: stringify!($name) } };
}

/// The facts that follow from an op's name.
macro_rules! named {
    ($dialect:ident.$short:ident) => {
        $crate::op::Facts::new(dialect!($dialect), concat!(stringify!($dialect), ".", stringify!($short)), stringify!($short))
    };
}

/// The value of a fact, as the tables write it.
macro_rules! fact {
    (takes $domain:ident) => { $crate::op::Domain::$domain };
    (gives $gives:ident) => { $crate::op::Gives::$gives };
    (flat $flat:ident) => { $crate::op::Flat::$flat };
    (twice $twice:ident) => { $crate::op::Twice::$twice };
    (rounds $rounds:literal) => { $rounds };
    (commutes $commutes:literal) => { $commutes };
    (identity $identity:ident) => { $crate::op::Identity::$identity };
    (class $class:ident) => { $crate::op::Class::$class };
    (cost $cost:ident) => { $crate::op::Cost::$cost };
    (tangents $tangents:ident $(($n:literal))?) => { $crate::op::Tangents::$tangents $(($n))? };
    (has_effect $has:literal) => { $has };
    ($count:ident varies) => { $crate::op::Count::Varies };
    ($count:ident $n:literal) => { $crate::op::Count::Exactly($n) };
}

/// An enum of elementwise functions of so many operands. Facts that an entry leaves out are those of `$Facts::DEFAULT`.
macro_rules! functions {
    (
        $(#[doc = $doc:literal])*
        $Enum:ident($operands:literal): $Facts:ident {
            $($(#[doc = $vdoc:literal])* $Variant:ident = $dialect:ident.$short:ident { $($fact:ident: $value:tt $(($n:literal))?),* })*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Enum { $($(#[doc = $vdoc])* $Variant,)* }

        impl $Enum {
            /// Every variant.
            pub const ALL: &'static [$Enum] = &[$($Enum::$Variant,)*];

            /// The facts that hold of any op.
            pub const fn facts(self) -> $crate::op::Facts {
                use $crate::op::{Class, Count, Facts};
                let facts = match self { $($Enum::$Variant => named!($dialect.$short),)* };
                Facts { class: Class::Elementwise, cost: self.function().cost, operands: Count::Exactly($operands), ..facts }
            }

            /// The facts that hold of such functions.
            pub const fn function(self) -> $Facts {
                match self { $($Enum::$Variant => $Facts { $($fact: fact!($fact $value $(($n))?),)* ..$Facts::DEFAULT },)* }
            }

            /// The name in text, with its dialect.
            pub const fn name(self) -> &'static str {
                self.facts().name
            }

            /// The function of a name in text.
            pub fn from_name(name: &str) -> Option<$Enum> {
                match name {
                    $(concat!(stringify!($dialect), ".", stringify!($short)) => Some($Enum::$Variant),)*
                    _ => None,
                }
            }
        }
    };
}

/// The enum of all ops, and one of the names of those that are no elementwise functions.
///
/// Facts that an entry leaves out are those of `Facts::new`.
macro_rules! ops {
    (
        $(#[doc = $doc:literal])*
        Op,
        $(#[doc = $kdoc:literal])*
        OpKind {
            functions { $($(#[doc = $fdoc:literal])* $Function:ident($Of:ident),)* }
            structured {
                $(
                    $(#[doc = $vdoc:literal])*
                    $Variant:ident $(($($ty:ty),+))? $({ $($(#[doc = $adoc:literal])* $attr:ident: $aty:ty,)+ })?
                        = $dialect:ident.$short:ident $([$($key:ident $(: $name:ident)?),*])?
                        { $($fact:ident: $value:tt $(($n:literal))?),* }
                )*
            }
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Op {
            $($(#[doc = $fdoc])* $Function($Of),)*
            $($(#[doc = $vdoc])* $Variant $(($($ty),+))? $({ $($(#[doc = $adoc])* $attr: $aty,)+ })?,)*
        }

        $(#[doc = $kdoc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OpKind { $($(#[doc = $vdoc])* $Variant,)* }

        impl OpKind {
            /// Every kind.
            pub const ALL: &'static [OpKind] = &[$(OpKind::$Variant,)*];

            /// The facts of the op.
            pub const fn facts(self) -> Facts {
                match self {
                    $(OpKind::$Variant => Facts {
                        $($fact: fact!($fact $value $(($n))?),)*
                        $(attributes: &[$(attribute!($key $(: $name)?)),*],)?
                        ..named!($dialect.$short)
                    },)*
                }
            }

            /// The names of the attributes in the generic form, as many as the table lists.
            pub(crate) fn attribute_names<const N: usize>(self) -> [&'static str; N] {
                let attributes = self.facts().attributes;
                assert_eq!(attributes.len(), N, "the table lists the attributes of {}", self.facts().name);
                std::array::from_fn(|i| attributes[i].name)
            }

            /// The kind of a name in text.
            pub fn from_name(name: &str) -> Option<OpKind> {
                match name {
                    $(concat!(stringify!($dialect), ".", stringify!($short)) => Some(OpKind::$Variant),)*
                    _ => None,
                }
            }
        }

        impl Op {
            /// The kind, of an op that is no elementwise function of the tables.
            pub const fn kind(&self) -> Option<OpKind> {
                match self {
                    $(Op::$Function(_) => None,)*
                    $(Op::$Variant { .. } => Some(OpKind::$Variant),)*
                }
            }

            /// The facts that are declared with the op.
            pub const fn facts(&self) -> Facts {
                match self {
                    $(Op::$Function(of) => of.facts(),)*
                    $(Op::$Variant { .. } => OpKind::$Variant.facts(),)*
                }
            }
        }
    };
}
