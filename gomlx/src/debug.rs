// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `debug!`: a line printed when the graph runs.
//!
//! When the line is formatted during a trace, each handle in it writes a mark. The marked tensors become the operands
//! of a `print` op, and the text around the marks becomes its template.

use std::fmt;

use gomlx_ir::{Location, Op, Template, sink};

use crate::AnyTensor;
use crate::trace;

/// Prints a line when the graph runs, formatted as by `println!`, with the elements that its tensors have then.
///
/// Values that are no tensors are formatted once, when the graph is traced. Outside a graph the line is printed at
/// once. Lines go to standard error, or to the output that [`set_debug_output`](crate::set_debug_output) sets, in the
/// order of the program. `{x:.3}` prints three digits after the point. A tensor of more than 1000 elements is
/// abbreviated.
///
/// On `jit` and `eval` a line is printed when the run reaches it. On `pjrt` it is printed after the call, which
/// then waits for its results; inside a branch or a loop of the graph it is an error, code E0006. Under
/// [`vmap`](crate::vmap()) one line has all examples, along axis 0. Derivatives print the lines of the function once.
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

/// Sets the output of [`debug!`] for all threads of the process; `None` is standard error.
///
/// The output is called on the thread that runs the graph.
pub fn set_debug_output(output: Option<sink::Sink>) {
    sink::set(output);
}

/// The ends of a mark: characters that Unicode reserves as noncharacters, so that no text has them.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// A handle in a line, and the precision that it is formatted with.
type Mention = (AnyTensor, Option<usize>);

/// The handles in the line that `debug!` is formatting in a trace; `None` if it is not formatting one.
#[derive(Default)]
struct Mentioned(Option<Vec<Mention>>);

/// Notes a handle in the line that `debug!` is formatting, and gives its mark; `None` if it is not formatting one.
pub(crate) fn mention(tensor: &AnyTensor, precision: Option<usize>) -> Option<String> {
    let mention = |mentioned: &mut Mentioned| {
        let mentioned = mentioned.0.as_mut()?;
        mentioned.push((tensor.clone(), precision));
        Some(format!("{OPEN}{}{CLOSE}", mentioned.len() - 1))
    };
    // A tensor is also formatted for a message, while something runs on the trace.
    trace::with_idle(|t| mention(t.kept())).flatten()
}

/// Prints a line, or records a `print` op: the expansion of `debug!`.
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
                // The handle is poisoned: the trace has noted the mistake already.
                Ok(None) => return,
                Err(error) => return trace.error(error.at(Some(&location))),
            }
        }
        if let Err(error) = trace.push_values(Op::Print(Box::new(template)), &values, &[], &location) {
            trace.error(error.at(Some(&location)));
        }
    });
}

/// The text with marks, and the handles of the marks, in a trace.
fn formatted(line: fmt::Arguments<'_>) -> (String, Vec<Mention>) {
    fn replace(with: Option<Vec<Mention>>) -> Option<Vec<Mention>> {
        trace::with(|t| std::mem::replace(&mut t.kept::<Mentioned>().0, with))
    }
    /// Ends the formatting, even if a `Display` panics.
    struct End(Option<Vec<Mention>>);
    impl Drop for End {
        fn drop(&mut self) {
            replace(self.0.take());
        }
    }
    let end = End(replace(Some(vec![])));
    let text = line.to_string();
    let mentioned = replace(None).unwrap_or_default();
    drop(end);
    (text, mentioned)
}

/// The template of a text with marks, and its operands.
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
