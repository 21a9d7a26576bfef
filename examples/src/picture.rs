// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images as text.

/// Draws row-major pixels of 0..=1 in lines of `width` pixels. A pixel is two characters, so that it looks square.
///
/// ```
/// assert_eq!(gomlx_examples::picture::draw(&[0.0, 1.0, 0.5, 0.0], 2), "  ██\n▒▒  ");
/// ```
///
/// # Panics
/// If `width` is zero.
pub fn draw(pixels: &[f32], width: usize) -> String {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    let shade = |&p: &f32| SHADES[(p.clamp(0.0, 1.0) * (SHADES.len() - 1) as f32).round() as usize];
    let lines = pixels.chunks(width).map(|row| row.iter().flat_map(|p| [shade(p); 2]).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

/// Places texts with equal numbers of lines beside each other.
///
/// ```
/// assert_eq!(gomlx_examples::picture::beside(&["a\nb".into(), "c\nd".into()], " | "), "a | c\nb | d");
/// ```
pub fn beside(texts: &[String], gap: &str) -> String {
    let mut columns: Vec<_> = texts.iter().map(|text| text.lines()).collect();
    let mut lines = Vec::new();
    while let Some(line) = columns.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>().filter(|line| !line.is_empty()) {
        lines.push(line.join(gap));
    }
    lines.join("\n")
}
