// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The progress bar of a training loop: step, loss, accuracy, examples per second.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on a terminal. Elsewhere it prints a line now and then, so that a log shows progress too.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    steps: usize,
    step: usize,
    examples: usize,
    start: Instant,
    last_line: Instant,
    lines: bool,
}

/// The time between two lines, if there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

impl Progress {
    /// A bar for `steps` steps.
    pub fn new(steps: usize) -> Self {
        let lines = !std::io::stderr().is_terminal();
        let target = if lines { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        let style = ProgressStyle::with_template("{bar:30.cyan/dim} {pos:>5}/{len} {elapsed} {msg}");
        bar.set_style(style.expect("the template is well-formed"));
        let now = Instant::now();
        Self { bar, steps, step: 0, examples: 0, start: now, last_line: now, lines }
    }

    /// Records a finished step on `examples` examples, with the loss and the accuracy on its batch.
    pub fn step(&mut self, examples: usize, loss: f32, accuracy: f32) {
        self.step += 1;
        self.examples += examples;
        let message = format!("loss {loss:.4}  accuracy {accuracy:.3}  {:.0} examples/s", self.examples_per_second());
        if self.lines {
            if self.step == self.steps || self.last_line.elapsed() >= LINE_EVERY {
                eprintln!("step {}/{}  {message}", self.step, self.steps);
                self.last_line = Instant::now();
            }
        } else {
            self.bar.set_message(message);
            self.bar.inc(1);
        }
    }

    /// Examples per second since the bar was made.
    pub fn examples_per_second(&self) -> f64 {
        self.examples as f64 / self.start.elapsed().as_secs_f64()
    }

    /// Leaves the finished bar standing.
    pub fn finish(self) {
        self.bar.abandon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_example() {
        let mut progress = Progress::new(3);
        for _ in 0..3 {
            progress.step(64, 0.5, 0.75);
        }
        assert_eq!((progress.step, progress.examples), (3, 192));
        assert!(progress.examples_per_second() > 0.0);
        progress.finish();
    }
}
