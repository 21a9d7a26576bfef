// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Log lines of gomlx on standard error: `GOMLX_LOG=compile,copy`, or `all`.

use std::fmt;
use std::sync::LazyLock;

use gomlx_files::environment::LOG;

/// A topic that the user may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Each compile, and its reason.
    Compile,
    /// Tensors copied between backends, and donated buffers that are copied because they are shared.
    Copy,
}

static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    let topics = LOG.words(|word| match word {
        "compile" => Some(vec![Topic::Compile]),
        "copy" => Some(vec![Topic::Copy]),
        "all" => Some(vec![Topic::Compile, Topic::Copy]),
        _ => None,
    });
    topics.concat()
});

/// Whether the user asked for a topic.
pub(crate) fn wants(topic: Topic) -> bool {
    TOPICS.contains(&topic)
}

/// Writes a line of a topic, if the user asked for it.
pub(crate) fn tell(topic: Topic, message: fmt::Arguments<'_>) {
    if wants(topic) {
        warn(message);
    }
}

/// Writes a line in any case.
pub(crate) fn warn(message: fmt::Arguments<'_>) {
    eprintln!("gomlx: {message}");
}
