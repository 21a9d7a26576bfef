// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the macros say to mistakes: one kind of mistake a file, with its errors beside it. `TRYBUILD=overwrite`
//! writes the errors anew.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
