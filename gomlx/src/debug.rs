// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `debug!`: tensors printed when the graph runs.
//!
//! A handle in the arguments of the format string writes a mark where its elements will stand; what was marked becomes
//! the operands of a `print`, and the text around the marks its line.

use std::cell::RefCell;
use std::fmt;

use gomlx_ir::{Location, Op, Template, sink};

use crate::AnyTensor;
use crate::trace;

/// Prints a line when the graph runs, formatted as by `println!`; tensors in it with the elements that they have then.
///
/// What is not a tensor is formatted when the graph is traced, so once. Outside a graph the line is printed at once. Lines go to standard
/// error, or where [`set_debug_output`](crate::set_debug_output) says, in the order of the program. `{x:.3}` is three digits
/// after the point; a tensor of more than 1000 elements is abbreviated.
///
/// On `jit` and `eval` a line is printed when the program comes to it. On `pjrt` it is printed after the call, which then waits
/// for its results, and inside a branch or a loop of the graph it is an error, code E0006. Under [`vmap`](crate::vmap()) one line
/// has all examples, along axis 0; derivatives print what the function prints, once.
///
/// ```
/// use gomlx::prelude::*;
/// use std::sync::{Arc, Mutex};
///
/// #[graph]
/// fn halved(x: &Tensor![f32; N]) -> Tensor![f32; N] {
///     let mut x = x.clone();
///     while x.max().gt(1.0) {
///         x = x * 0.5;
///         gomlx::debug!("of {N}: x = {x:.2}");
///     }
///     x
/// }
///
/// let lines = Arc::new(Mutex::new(vec![]));
/// let to = lines.clone();
/// gomlx::set_debug_output(Some(Arc::new(move |line: &str| to.lock().unwrap().push(line.to_owned()))));
/// halved(&Tensor::new(&[2], &[1.0, 4.0])?);
/// assert_eq!(*lines.lock().unwrap(), ["of 2: x = [0.50, 2.00] f32[2]", "of 2: x = [0.25, 1.00] f32[2]"]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[macro_export]
macro_rules! debug {
    ($($format:tt)+) => {
        $crate::__rt::debug(::core::format_args!($($format)+))
    };
}

/// What takes the lines of [`debug!`]; `None` for standard error.
///
/// It is called on the thread that runs the graph, and shared by all threads of the process.
pub fn set_debug_output(output: Option<sink::Sink>) {
    sink::set(output);
}

/// Characters that no text has: the standard gives them no meaning and never will.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// A handle in the arguments, and the precision it is formatted with.
type Mention = (AnyTensor, Option<usize>);

thread_local! {
    /// What the line being formatted mentions, if one is.
    static MENTIONED: RefCell<Option<Vec<Mention>>> = const { RefCell::new(None) };
}

/// The mark for a handle that a line mentions; `None` if no line of a `debug!` is being formatted.
pub(crate) fn mention(tensor: &AnyTensor, precision: Option<usize>) -> Option<String> {
    MENTIONED.with_borrow_mut(|mentioned| {
        let mentioned = mentioned.as_mut()?;
        mentioned.push((tensor.clone(), precision));
        Some(format!("{OPEN}{}{CLOSE}", mentioned.len() - 1))
    })
}

/// What `debug!` expands to.
#[track_caller]
pub fn debug(line: fmt::Arguments<'_>) {
    let location = Location::caller();
    if !trace::active() {
        return sink::write(&line.to_string());
    }
    let (text, mentioned) = formatted(line);
    let (template, operands) = template(&text, &mentioned);
    trace::with(|trace| {
        let mut values = vec![];
        for operand in operands {
            match trace.value(operand) {
                Ok(Some(value)) => values.push(value),
                // The result of a mistake that was reported.
                Ok(None) => return,
                Err(error) => return trace.error(error.at(Some(&location))),
            }
        }
        if let Err(error) = trace.push_values(Op::Print(Box::new(template)), &values, &[], &location) {
            trace.error(error.at(Some(&location)));
        }
    });
}

/// The text with marks, and what they stand for.
fn formatted(line: fmt::Arguments<'_>) -> (String, Vec<Mention>) {
    /// Ends the formatting also if a `Display` panics.
    struct End(Option<Vec<Mention>>);
    impl Drop for End {
        fn drop(&mut self) {
            MENTIONED.set(self.0.take());
        }
    }
    let end = End(MENTIONED.replace(Some(vec![])));
    let text = line.to_string();
    let mentioned = MENTIONED.take().unwrap_or_default();
    drop(end);
    (text, mentioned)
}

/// The line that the marks make of a text, and its operands.
fn template<'a>(text: &str, mentioned: &'a [Mention]) -> (Template, Vec<&'a AnyTensor>) {
    let (mut template, mut operands) = (Template::default(), vec![]);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        template.push_text(before);
        let mark = after.split_once(CLOSE).and_then(|(at, after)| Some((mentioned.get(at.parse::<usize>().ok()?)?, after)));
        match mark {
            Some(((tensor, precision), after)) => {
                template.push_operand(*precision);
                operands.push(tensor);
                rest = after;
            }
            None => rest = after,
        }
    }
    template.push_text(rest);
    (template, operands)
}
