// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Feeds damaged texts to the parser. No text may make it panic, take long, or use more memory than the length of the
//! text and a fixed budget allow. The printed form of each accepted text must parse to the same module again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use gomlx_ir::{Shape, parse, print};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The longest time that one damaged text may take: a hundred times the slowest text of the corpus.
const SLOWEST: Duration = Duration::from_secs(5);

/// Words that are hard for parsers.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "9223372036854775807",
    "18446744073709551616",
    "0x",
    "0xFF",
    "1e999",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "->",
    ":",
    ",",
    "\"",
    "@",
    "%",
    "#",
    "!",
    "^",
    "?",
    "tensor<",
    "tensor<?x4xf32>",
    "dense<",
    "dense<\"0x",
    "loc(",
    "#loc",
    "{-#",
    "#-}",
    "//",
    "\u{e9}",
    "99999999999",
    "x",
    "f32",
    "i1",
    "array<i64: 0",
    "stablehlo.while",
    "stablehlo.constant",
    "func.call",
    "@main",
    "call @main()",
    "stablehlo.composite",
    "chlo.broadcast_add",
    "stablehlo.dynamic_reshape",
    "stablehlo.get_tuple_element %x[0]",
    "tuple<",
    "!stablehlo.token",
    "return",
];

/// The outcome of a run.
pub struct Outcome {
    /// How many texts were parsed.
    pub executions: u64,
    /// How many texts were accepted.
    pub accepted: u64,
    /// The text that broke the parser, and the reason.
    pub failure: Option<(String, String)>,
}

/// Damages texts for the given time and parses them. `peak` returns the most bytes allocated so far. The run fails if
/// that exceeds `limit` plus a thousand times the length of the text.
pub fn run(corpus: &[String], seed: u64, time: Duration, limit: usize, peak: &dyn Fn() -> usize) -> Outcome {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut outcome = Outcome { executions: 0, accepted: 0, failure: None };
    let begin = Instant::now();
    while begin.elapsed() < time && !corpus.is_empty() {
        let text = damaged(corpus, &mut rng);
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| round_trip(&text)));
        let (elapsed, used) = (start.elapsed(), peak());
        outcome.executions += 1;
        let wrong = match result {
            Err(_) => Some("it panics, as the standard error says".to_owned()),
            Ok(Err(wrong)) => Some(wrong),
            Ok(Ok(_)) if elapsed > SLOWEST => Some(format!("it takes {elapsed:?}")),
            Ok(Ok(_)) if used > limit + 1000 * text.len() => Some(format!("it takes {used} bytes")),
            Ok(Ok(accepted)) => {
                outcome.accepted += u64::from(accepted);
                None
            }
        };
        if let Some(wrong) = wrong {
            outcome.failure = Some((text, wrong));
            break;
        }
    }
    outcome
}

/// Parses a text in every way. Returns whether it is accepted.
fn round_trip(text: &str) -> Result<bool, String> {
    if let Ok(signature) = parse::signature(text, "fuzz") {
        let open = |shape: &Shape| shape.dims.iter().map(|d| d.lit().unwrap_or(3)).collect::<Vec<usize>>();
        let shapes: Vec<Shape> = signature.params.iter().map(|p| Shape::new(p.dtype, &open(p))).collect();
        if let Ok(module) = parse::refined(text, "fuzz", &shapes) {
            reads_back(&module)?;
        }
    }
    match parse::test_module(text, "fuzz") {
        Ok(test) => reads_back(&test.module).map(|()| true),
        Err(_) => Ok(false),
    }
}

fn reads_back(module: &gomlx_ir::Module) -> Result<(), String> {
    let printed = print::module(module);
    let again = parse::module(&printed, "printed").map_err(|e| format!("what was printed of it is not read: {e}\n{printed}"))?;
    if print::module(&again) != printed {
        return Err(format!("what was printed of it reads otherwise:\n{printed}"));
    }
    Ok(())
}

/// One text of the corpus with one to six pieces damaged: bytes, words or whole lines, from itself or from another
/// text.
fn damaged(corpus: &[String], rng: &mut Xoshiro256PlusPlus) -> String {
    let mut below = |n: usize| (rng.next_u64() % n.max(1) as u64) as usize;
    let mut text = corpus[below(corpus.len())].clone().into_bytes();
    let other = &corpus[below(corpus.len())];
    for _ in 0..=below(6) {
        let at = below(text.len());
        let end = (at + below(12)).min(text.len());
        match below(8) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..end, WORDS[below(WORDS.len())].bytes())),
            2 => drop(text.splice(at..at, WORDS[below(WORDS.len())].bytes())),
            3 if !text.is_empty() => text[at] = below(128) as u8,
            4 => {
                let lines: Vec<&str> = other.lines().collect();
                let line = format!("\n{}\n", lines.get(below(lines.len())).unwrap_or(&""));
                let start = text[at..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| at + i);
                drop(text.splice(start..start, line.into_bytes()));
            }
            5 => {
                // Repeats a piece many times.
                let piece = text[at..end].repeat(1 + below(200));
                drop(text.splice(at..at, piece));
            }
            6 => {
                let piece = text[at..end].to_vec();
                let to = below(text.len());
                drop(text.splice(to..to, piece));
            }
            _ => text.truncate(text.len() - below(text.len().min(200))),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}
