// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO's own test modules as cases: each `main` computes something and
//! compares it with what XLA gave, by custom calls that graphs have none of.
//! Here `main` returns both sides instead, and the comparison is [`Case::check`].

use std::path::{Path, PathBuf};

use gomlx_ir::{Backend, Code, DType, HostTensor, Module, Result, parse};

/// One module, whose results are pairs of a computed and an expected value.
pub struct Case {
    /// The name of its file.
    pub name: String,
    module: Module,
}

/// The directory of the test modules, if it is there.
pub fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/stablehlo");
    root.exists().then_some(root)
}

/// Every case of the directory that parses, by name.
///
/// # Panics
/// If a file cannot be read, or fails to parse for another reason than an op that is not in the set.
pub fn cases(directory: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(directory).expect("the directory is readable");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the directory is readable").path()).collect();
    paths.sort();
    let mut cases = vec![];
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "mlir")) {
        let name = path.file_stem().expect("it has an extension").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("the file is readable");
        match parse::module(&with_pairs_returned(&text), &name) {
            Ok(module) => cases.push(Case { name, module }),
            Err(e) => assert!(e.code == Code::Unsupported && e.message.starts_with("op "), "{e}"),
        }
    }
    cases
}

/// The text with `main` returning the operands of its checks, instead of making them.
fn with_pairs_returned(text: &str) -> String {
    let checks: Vec<&str> = text.lines().filter(|l| l.contains("@check.expect")).collect();
    let between = |line: &'_ str, open: &str, close: &str| -> String {
        let rest = line.split_once(open).map_or("", |(_, rest)| rest);
        rest.rsplit_once(close).map_or("", |(inner, _)| inner).to_string()
    };
    let operands: Vec<String> = checks.iter().map(|l| between(l.split(" {").next().unwrap_or(l), "(", ")")).collect();
    let types: Vec<String> = checks.iter().map(|l| between(l, ": (", ") -> ()")).collect();
    let mut lines = vec![];
    let mut in_main = false;
    for line in text.lines().filter(|l| !l.contains("@check.expect")) {
        if line.contains(" @main(") {
            in_main = true;
            lines.push(format!("func.func public @main() -> ({}) {{", types.join(", ")));
        } else if in_main && line.trim_start().starts_with("return") {
            in_main = false;
            lines.push(format!("return {} : {}", operands.join(", "), types.join(", ")));
        } else {
            lines.push(line.to_string());
        }
    }
    lines.join("\n")
}

impl Case {
    /// Runs on a backend; how the sides differ, if they do.
    ///
    /// # Errors
    /// If the backend cannot compile or run it.
    pub fn check(&self, backend: &dyn Backend) -> Result<Option<String>> {
        let mut outputs = vec![];
        backend.compile(&self.module)?.run(&mut vec![], &mut outputs)?;
        for pair in outputs.chunks_exact(2) {
            if let Some(difference) = self.difference(&*pair[0].to_host()?, &*pair[1].to_host()?) {
                return Ok(Some(difference));
            }
        }
        Ok(None)
    }
}

/// The ops whose expected values are sums that XLA rounds at every step: where terms
/// cancel, an error is relative to the terms, for which the largest result stands.
const SUMS: [&str; 6] = ["conv_general_dilated_", "cumsum_", "dot_general_", "fft_", "lgamma_", "scatter_add_"];

impl Case {
    /// The largest difference beyond the tolerance of the element type; integers are exact.
    fn difference(&self, computed: &HostTensor, expected: &HostTensor) -> Option<String> {
        let (tolerance, least_normal) = match computed.dtype() {
            DType::F64 | DType::C128 => (1e-9, f64::MIN_POSITIVE),
            DType::F32 | DType::C64 => (2e-5, f64::from(f32::MIN_POSITIVE)),
            DType::F16 => (4e-3, 0.0),
            DType::BF16 => (2e-2, f64::from(f32::MIN_POSITIVE)),
            _ => return (computed != expected).then(|| format!("{computed:?} is not {expected:?}")),
        };
        let (computed, expected) = (parts(computed), parts(expected));
        let least = if SUMS.iter().any(|op| self.name.starts_with(op)) {
            expected.iter().map(|x| x.magnitude).filter(|x| x.is_finite()).fold(0.0, f64::max)
        } else {
            0.0
        };
        let errors = computed.iter().zip(&expected).enumerate().filter_map(|(i, (x, y))| {
            // XLA's CPU backend flushes subnormal results to zero.
            let flushed = y.value == 0.0 && x.value.abs() < least_normal;
            if flushed || x.value == y.value || (x.value.is_nan() && y.value.is_nan()) {
                return None;
            }
            let error = (x.value - y.value).abs() / y.magnitude.max(least);
            // Of NaN or infinity on one side only the error is neither: it counts as the worst.
            let error = if error.is_finite() { error } else { f64::INFINITY };
            (error > tolerance).then(|| (error, format!("element {i} is {}, not {} ({error:e} apart)", x.value, y.value)))
        });
        errors.max_by(|x, y| x.0.total_cmp(&y.0)).map(|(_, message)| message)
    }
}

/// A real part, and the magnitude that its error is relative to.
struct Part {
    value: f64,
    magnitude: f64,
}

/// The real parts; errors of a complex number's are relative to its magnitude.
fn parts(x: &HostTensor) -> Vec<Part> {
    let real = |value: f64| Part { value, magnitude: value.abs() };
    let of_pair = |[re, im]: [f64; 2]| [re, im].map(|value| Part { value, magnitude: re.hypot(im) });
    match x.dtype() {
        DType::C64 => bytemuck::cast_slice::<u8, [f32; 2]>(x.bytes()).iter().flat_map(|c| of_pair(c.map(f64::from))).collect(),
        DType::C128 => bytemuck::cast_slice::<u8, [f64; 2]>(x.bytes()).iter().flat_map(|&c| of_pair(c)).collect(),
        _ => x.to_f64_vec().into_iter().map(real).collect(),
    }
}
