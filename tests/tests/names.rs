// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The book's page of names has every function.

use std::path::Path;

use gomlx_files::environment::BLESS;
use gomlx_tests::names::{START, table};

#[test]
fn the_page_of_names_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/names.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (written, shown) = text.split_once(START).expect("the page has the line at which its table starts");
    let made = format!("\n{}", table());
    if BLESS.is_on() {
        std::fs::write(&page, format!("{written}{START}{made}")).unwrap();
    } else {
        assert!(shown == made, "docs/names.md is not current: GOMLX_BLESS=1 cargo test -p gomlx-tests --test names");
    }
}
