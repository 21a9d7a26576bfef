// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The macros that expansions are made of. Each names the object that drives the construct, then in brackets the
//! variables that the construct may change.

/// Calls a method of the driver on the variables, where there is a graph: `on!(branch.exit_loop(true)[y, *rng])`.
#[doc(hidden)]
#[macro_export]
macro_rules! __on {
    ($driver:ident.$method:ident($($argument:expr),*)[$($place:expr),* $(,)?]) => {{
        #[allow(unused_imports)]
        use $crate::__rt::{HoldNothing as _, HoldRows as _, HoldTree as _, SeeTree as _};
        let result = $driver.$method(
            $($argument,)*
            &mut [$((&&&&$crate::__rt::Probe::new(::core::stringify!($place), &mut $place)).slot()),*],
        );
        result
    }};
}

/// Begins the next branch, or the condition of a loop.
#[doc(hidden)]
#[macro_export]
macro_rules! __enter {
    ($driver:ident[$($place:tt)*]) => {
        #[allow(unreachable_code)]
        if $driver.is_graph() {
            $driver.graph();
            $crate::__on!($driver.enter()[$($place)*]);
        }
    };
}

/// Ends a branch. After the last one, ends the construct.
#[doc(hidden)]
#[macro_export]
macro_rules! __leave {
    ($label:lifetime, $driver:ident, $value:ident[$($place:tt)*]) => {
        if !$driver.is_graph() {
            break $label $value;
        }
        #[allow(unreachable_code)]
        {
            $driver.graph();
            if let ::core::option::Option::Some(whole) = $crate::__on!($driver.leave($value)[$($place)*]) {
                break $label whole;
            }
        }
    };
}

/// Whether the body of a loop runs or is traced next.
#[doc(hidden)]
#[macro_export]
macro_rules! __test {
    ($driver:ident, $condition:ident[$($place:tt)*]) => {{
        #[allow(unreachable_code)]
        let going = if $driver.is_graph() {
            $driver.graph();
            $crate::__on!($driver.test($condition)[$($place)*])
        } else {
            $driver.holds($condition)
        };
        going
    }};
}

/// A value that moves into a branch.
#[doc(hidden)]
#[macro_export]
macro_rules! __take {
    ($place:ident) => { $place };
    ($place:ident, $driver:ident $(, $outer:ident)*) => {{
        #[allow(unreachable_code)]
        let taken = if $driver.is_graph() {
            $driver.graph();
            $driver.copy(&$place)
        } else {
            $driver.host();
            $crate::__take!($place $(, $outer)*)
        };
        taken
    }};
}

/// Binds a symbol of a signature for the body.
///
/// A constant of the symbol's name is a pattern that matches only its value. The assertion reports that when the
/// expansion is compiled; the `else` keeps rustc from reporting it too, in terms of patterns.
#[doc(hidden)]
#[macro_export]
macro_rules! __symbol {
    ($function:literal, $symbol:ident = $size:expr) => {
        #[allow(non_snake_case, unused, clippy::all)]
        const _: () = $crate::__rt::is_fresh(
            match 0 {
                $symbol => match 1 {
                    $symbol => true,
                    _ => false,
                },
                _ => false,
            },
            ::core::concat!(
                $function,
                ": `",
                ::core::stringify!($symbol),
                "` is a constant, and a symbol of the signature: write `{",
                ::core::stringify!($symbol),
                "}` for the constant, or rename the symbol [E0102]",
            ),
        );
        #[allow(non_snake_case, unused_variables, irrefutable_let_patterns)]
        let $symbol = $size else { loop {} };
    };
}
