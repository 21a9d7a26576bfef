// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Adds up the counts that the test programs of one `cargo test` print.

/// The counts and names of all test programs and doctests so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: usize,
    ignored: usize,
    failed: usize,
    failed_names: Vec<String>,
    skipped_names: Vec<String>,
}

impl Tally {
    /// Reads one line of a test program's output.
    pub(crate) fn line(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let count = |what: &str| {
                let before = &counts[..counts.find(what)?];
                before.split_whitespace().next_back()?.parse::<usize>().ok()
            };
            self.passed += count(" passed;").unwrap_or(0);
            self.failed += count(" failed;").unwrap_or(0);
            self.ignored += count(" ignored;").unwrap_or(0);
        } else if let Some((name, outcome)) = line.strip_prefix("test ").and_then(|test| test.rsplit_once(" ... ")) {
            if outcome == "FAILED" {
                self.failed_names.push(name.into());
            } else if let Some(reason) = outcome.strip_prefix("ignored") {
                self.skipped_names.push(match reason.strip_prefix(", ") {
                    Some(reason) => format!("{name}: {reason}"),
                    None => format!("{name}: marked ignored"),
                });
            }
        }
    }

    /// Reads the file in which each test that returned early left a line. The test programs have counted these tests as
    /// passed.
    pub(crate) fn skipped(&mut self, file: &str) {
        let before = self.skipped_names.len();
        self.skipped_names.extend(file.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        let early = self.skipped_names.len() - before;
        self.passed = self.passed.saturating_sub(early);
        self.ignored += early;
    }

    /// Whether no test failed.
    pub(crate) fn ok(&self) -> bool {
        self.failed == 0
    }

    /// The last lines of a run: the skipped tests and the failed tests by name, then the counts.
    pub(crate) fn closing(&self) -> String {
        let mut skipped: Vec<String> = self.skipped_names.iter().map(|name| format!("skipped: {name}\n")).collect();
        skipped.sort();
        let failed: String = self.failed_names.iter().map(|name| format!("failed: {name}\n")).collect();
        format!("{}{failed}{} passed, {} failed, {} skipped", skipped.concat(), self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_programs_and_doctests() {
        let mut tally = Tally::default();
        for line in "\
running 3 tests
test a::works ... ok
test slow ... ignored, takes an hour
test gomlx/src/lib.rs - grad (line 7) ... ignored
test result: ok. 5 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
test b::breaks ... FAILED
test result: FAILED. 10 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1.20s"
            .lines()
        {
            tally.line(line);
        }
        assert!(!tally.ok());
        tally.skipped("pjrt::runs: no plugin\n\n");
        assert_eq!(
            tally.closing(),
            "skipped: gomlx/src/lib.rs - grad (line 7): marked ignored\nskipped: pjrt::runs: no plugin\n\
             skipped: slow: takes an hour\nfailed: b::breaks\n14 passed, 1 failed, 3 skipped"
        );
    }
}
