// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The command line that the examples share.

use std::process;

use lexopt::{Arg, Error, Parser, ValueExt as _};

/// The options of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `jit`, `pjrt[:PLUGIN]` or `eval`; `None` for the default backend.
    pub backend: Option<String>,
    /// Number of training steps; `None` for the default of the example.
    pub steps: Option<usize>,
    /// Seed of every random choice.
    pub seed: u64,
    /// Run a few steps on little data, as a test.
    pub smoke: bool,
    /// The names of the example's own switches that were given.
    pub switches: Vec<String>,
}

impl Options {
    /// Reads the command line. Prints help or the mistake and ends the program if there is nothing to run.
    ///
    /// `about` says what the example does. `switches` are the example's own, each `(name, help)`.
    pub fn from_args(about: &str, switches: &[(&str, &str)]) -> Self {
        match Self::parse(Parser::from_env(), switches) {
            Ok(Some(options)) => options,
            Ok(None) => {
                println!("{}", help(about, switches));
                process::exit(0)
            }
            Err(error) => {
                eprintln!("error: {error}; --help lists the options");
                process::exit(2)
            }
        }
    }

    /// `None` if the user asks for help.
    fn parse(mut args: Parser, switches: &[(&str, &str)]) -> Result<Option<Self>, Error> {
        let mut options = Self { backend: None, steps: None, seed: 3, smoke: false, switches: Vec::new() };
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Long("backend") => options.backend = Some(args.value()?.string()?),
                Arg::Long("steps") => options.steps = Some(args.value()?.parse()?),
                Arg::Long("seed") => options.seed = args.value()?.parse()?,
                Arg::Long("smoke") => options.smoke = true,
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                Arg::Long(name) if switches.iter().any(|(switch, _)| *switch == name) => options.switches.push(name.to_owned()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// Whether the example's own switch `name` was given.
    pub fn has(&self, name: &str) -> bool {
        self.switches.iter().any(|switch| switch == name)
    }
}

fn help(about: &str, switches: &[(&str, &str)]) -> String {
    let own: String = switches.iter().map(|(name, help)| format!("  --{name:<16} {help}\n")).collect();
    format!(
        "{about}\n\nOptions:\n{own}  \
         --backend NAME     jit (the default), pjrt or eval\n  \
         --steps N          how many training steps\n  \
         --seed N           the seed of every random choice (3)\n  \
         --smoke            a few steps on little data\n  \
         --help             this text"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(Parser::from_args(args), &[("cnn", "a convolutional network")]).map_err(|e| e.to_string())
    }

    #[test]
    fn options_are_read_and_mistakes_named() {
        let options = parse(&["--backend=pjrt", "--steps", "7", "--cnn", "--smoke"]).unwrap().unwrap();
        assert_eq!((options.backend.as_deref(), options.steps, options.seed), (Some("pjrt"), Some(7), 3));
        assert!(options.smoke && options.has("cnn") && !options.has("mlp"));
        assert_eq!(parse(&["--help"]), Ok(None));
        assert!(parse(&["--steps", "many"]).unwrap_err().contains("many"));
        assert!(parse(&["--mlp"]).unwrap_err().contains("--mlp"));
    }
}
