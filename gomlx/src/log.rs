// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What gomlx says of its own work, on standard error: `GOMLX_LOG=compile,copy`, or `all`.

use std::fmt;
use std::sync::LazyLock;

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Each compile, and why.
    Compile,
    /// Tensors copied between backends, and donated buffers that are shared and so copied.
    Copy,
}

static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    let Ok(written) = std::env::var("GOMLX_LOG") else { return vec![] };
    let mut topics = vec![];
    for word in written.split(',').map(str::trim).filter(|w| !w.is_empty()) {
        match word {
            "compile" => topics.push(Topic::Compile),
            "copy" => topics.push(Topic::Copy),
            "all" => topics.extend([Topic::Compile, Topic::Copy]),
            other => warn(format_args!("GOMLX_LOG: there is no `{other}`; choose of compile, copy, all")),
        }
    }
    topics
});

/// Whether a topic was asked for.
pub(crate) fn wants(topic: Topic) -> bool {
    TOPICS.contains(&topic)
}

/// Tells something of a topic, if it was asked for.
pub(crate) fn tell(topic: Topic, message: fmt::Arguments<'_>) {
    if wants(topic) {
        warn(message);
    }
}

/// Tells something whether asked for or not.
pub(crate) fn warn(message: fmt::Arguments<'_>) {
    eprintln!("gomlx: {message}");
}
