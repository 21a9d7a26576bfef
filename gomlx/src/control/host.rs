// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conditions and matched numbers that must be the host's, for what they decide cannot be in a graph. Each function is written with the
//! place of what is decided, on the condition, so that rustc's error underlines both.

macro_rules! host_types {
    ($Trait:ident; $($t:ty),*) => { $( impl $Trait for $t {} )* };
}

macro_rules! only_host {
    ($($Trait:ident $function:ident: $message:literal, $label:literal, $note:literal;)*) => { $(
        #[doc = concat!("A `bool`: ", $message)]
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $Trait {}

        host_types!($Trait; bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

        impl<T: $Trait> $Trait for &T {}

        #[doc = concat!("The condition: ", $message)]
        pub fn $function<C: $Trait>(condition: C) -> C {
            condition
        }
    )* };
}

only_host! {
    BreakOfHostLoop break_of_host_loop:
        "a tensor condition cannot end or skip the steps of a loop that Rust runs",
        "a tensor: only known when the graph runs",
        "the loop is unrolled before the graph runs: write it as `while` with a tensor condition, or choose values with `if` and `select`";
    OtherLoop other_loop:
        "a tensor condition cannot leave more than the innermost loop or a block",
        "a tensor: only known when the graph runs",
        "keep in a tensor whether to go on, and test it in the conditions of the outer loops";
    ReturnOfClosure return_of_closure:
        "a tensor condition cannot return from a closure",
        "a tensor: only known when the graph runs",
        "let the closure end in an `if` and `else` with a value in each";
    ReturnOfLoop return_of_loop:
        "a tensor loop cannot be left by `return`",
        "a tensor: only known when the graph runs",
        "leave the loop with `break`, and return after it";
    ExitOfMatch exit_of_match:
        "a `match` on a tensor cannot be left by `return`, `break` or `continue`",
        "a tensor: only known when the graph runs",
        "compare in an `if` and `else if` instead, which can";
}
