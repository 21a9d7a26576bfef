// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs every element type that the StableHLO spec allows for an op, on the evaluator and on the JIT.

mod table;

use std::sync::{Arc, Mutex};

use gomlx_ir::eval::EvalBackend;
use gomlx_ir::testing::{Case, check, complex, merged, uniform};
use gomlx_ir::{Backend, BinaryOp, Buffer, Code, DType, HostTensor, Narrow, Shape, UnaryOp, parse};
use table::{ELEMENTWISE, ROWS, Row};

/// How many cases are compiled as one module.
const BATCH: usize = 24;

/// Ops and types that the plugin treats differently or does not support.
const WITHOUT_XLA: &[(&str, &[&str])] = &[
    // The type has no zero. XLA's code converts zero to NaN, its constants to the least number, as here.
    ("convert of", &[", f8E8M0FNU,"]),
    // XLA's compiler has no code for floating point of six bits.
    ("", &["f6E2M3FN,", "f6E3M2FN,"]),
    // It sorts integers of two bits wrongly, and the backend refuses that.
    ("sort", &["of i2,", "of u2,"]),
    // Random bits of floating-point types are in the spec only.
    ("rng_bit_generator", &["of f16,", "of bf16,", "of f32,", "of f64,"]),
];

/// The element types that a letter stands for.
fn types(letter: char) -> Vec<DType> {
    let small = |dtype: &DType, signed: bool| matches!(dtype, DType::Narrow(n) if n.is_int() && n.is_signed_int() == signed);
    let of = |dtype: &DType| match letter {
        'b' => *dtype == DType::Bool,
        'i' => dtype.is_signed_int() || small(dtype, true),
        'u' => dtype.is_unsigned_int() || small(dtype, false),
        'I' => dtype.is_signed_int(),
        'U' => dtype.is_unsigned_int(),
        'f' => dtype.is_float(),
        'c' => dtype.is_complex(),
        'n' => dtype.is_narrow() && !dtype.is_small_int(),
        other => panic!("no types have the letter {other}"),
    };
    DType::ALL.into_iter().filter(of).collect()
}

/// The texts of a row, each with the types that it uses.
fn texts(Row(op, letters, params, lines): &Row) -> Vec<(String, String)> {
    let mut texts = vec![];
    let ints: Vec<DType> = ['I', 'U'].into_iter().flat_map(types).collect();
    for dtype in letters.chars().flat_map(types) {
        // Each type is tested with one index type, and f32 with every index type.
        let indices = match (lines.contains("{I}"), dtype) {
            (true, DType::F32) => &ints[..],
            _ => &[DType::I32],
        };
        let others = if lines.contains("{U}") { &DType::ALL[..] } else { &[dtype] };
        for index in indices {
            for other in others {
                let text = format!("func.func @main({params}) {{\n{lines}\nreturn\n}}");
                let fill = |text: String| {
                    let text = text.replace("{T}", dtype.mlir()).replace("{R}", dtype.real().mlir());
                    text.replace("{U}", other.mlir()).replace("{I}", index.mlir())
                };
                texts.push((format!("{op} of {dtype}, {other}, {index}"), fill(text)));
            }
        }
    }
    texts
}

/// Runs `run` on every row, including the rows of elementwise ops.
fn rows(run: &mut impl FnMut(&Row)) {
    for &(op, letters, operands) in ELEMENTWISE {
        run(&elementwise(op, letters, operands).row());
    }
    ROWS.iter().for_each(run);
}

/// A row made for an elementwise op.
struct Made<'a> {
    op: &'a str,
    letters: &'a str,
    params: String,
    line: String,
}

impl Made<'_> {
    fn row(&self) -> Row<'_> {
        Row(self.op, self.letters, &self.params, &self.line)
    }
}

/// The row of an op with `operands` operands and a result of one type. For complex numbers, `abs` returns real ones.
fn elementwise<'a>(op: &'a str, letters: &'a str, operands: usize) -> Made<'a> {
    let names = &["%x", "%y", "%z"][..operands];
    let params: Vec<String> = names.iter().map(|x| format!("{x}: tensor<3x5x{{T}}>")).collect();
    let types = vec!["tensor<3x5x{T}>"; operands].join(", ");
    let result = if op == "stablehlo.abs" { "{R}" } else { "{T}" };
    let line = format!("%r = \"{op}\"({}) : ({types}) -> tensor<3x5x{result}>", names.join(", "));
    Made { op, letters, params: params.join(", "), line }
}

/// A case whose function returns the results of its last instruction, with data to run it on.
fn case(name: String, text: &str) -> Case {
    let mut module = parse::module(text, "row.mlir").unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
    let main = &mut module.functions[0];
    let last = main.body().insts.last().map(|&i| main.inst(i).results.to_vec());
    main.set_results(last.unwrap_or_else(|| main.params().to_vec()));
    let inputs = main.params().iter().enumerate().map(|(i, &p)| data(main.shape(p), i as u64 + 1)).collect();
    Case { name, module, inputs }
}

/// Small numbers, of both signs if the type is signed.
fn data(shape: &Shape, seed: u64) -> HostTensor {
    let sizes = shape.sizes();
    match shape.dtype {
        dtype if dtype.is_complex() => complex(dtype, &sizes, -1.75, 1.75, seed),
        DType::Narrow(narrow) if narrow.is_int() => {
            let [least, greatest] = [false, true].map(|greatest| narrow.to_f64(narrow.extreme(greatest)));
            uniform(shape.dtype, &sizes, least, greatest, seed)
        }
        dtype if dtype.is_unsigned_int() => uniform(dtype, &sizes, 0.0, 9.0, seed),
        dtype if dtype.is_signed_int() => uniform(dtype, &sizes, -5.0, 5.0, seed),
        // Powers of two have no sign.
        dtype @ DType::Narrow(Narrow::F8E8M0FNU) => uniform(dtype, &sizes, 0.25, 9.0, seed),
        dtype => uniform(dtype, &sizes, -1.75, 1.75, seed),
    }
}

fn run(backend: &dyn Backend, case: &Case) -> Result<Vec<HostTensor>, String> {
    let executable = backend.compile(&case.module).map_err(|e| format!("compile: {e}"))?;
    let upload = |input: &HostTensor| backend.upload(&Arc::new(input.clone()));
    let mut inputs: Vec<Buffer> = case.inputs.iter().map(upload).collect::<Result<_, _>>().map_err(|e| format!("upload: {e}"))?;
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs).map_err(|e| format!("run: {e}"))?;
    outputs.iter().map(|b| b.to_host().map(|t| HostTensor::clone(&t)).map_err(|e| e.to_string())).collect()
}

/// The failures of cases. Many cases are compiled at once, because compilation takes most of the time.
fn failures(cases: &[Case], check: impl Fn(&Case) -> Result<(), String> + Sync) -> Vec<String> {
    let (batches, failed) = (Mutex::new(cases.chunks(BATCH)), Mutex::new(vec![]));
    let fails = |batch: &[Case]| {
        let together = check(&merged(&batch.iter().collect::<Vec<_>>())).err();
        let Some(together) = together else { return vec![] };
        let alone: Vec<String> = batch.iter().filter_map(|case| check(case).err().map(|e| format!("{}: {e}", case.name))).collect();
        if alone.is_empty() { vec![format!("{} and those after it, together: {together}", batch[0].name)] } else { alone }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                loop {
                    let next = batches.lock().expect("no worker panics with the lock").next();
                    let Some(batch) = next else { return };
                    let failures = fails(batch);
                    failed.lock().expect("no worker panics with the lock").extend(failures);
                }
            });
        }
    });
    failed.into_inner().expect("no worker panics with the lock")
}

/// A type outside a row's letters must be refused with a type error that names the op.
#[test]
fn other_types_are_refused() {
    let mut wrong = vec![];
    for &(op, letters, operands) in ELEMENTWISE.iter().filter(|row| row.0.starts_with("stablehlo.")) {
        for letter in "biufcn".chars().filter(|&letter| !letters.contains(letter)) {
            for (name, text) in texts(&elementwise(op, &letter.to_string(), operands).row()) {
                match parse::module(&text, "row.mlir") {
                    Ok(_) => wrong.push(format!("{name} is accepted")),
                    Err(e) if e.code == Code::DType && e.message.contains(op.rsplit('.').next().unwrap_or_default()) => {}
                    Err(e) => wrong.push(format!("{name}: {e}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_op_is_in_the_table() {
    let listed = |name: &str| {
        let text = |Row(_, _, _, lines): &Row<'_>| {
            lines.contains(&format!("{name} ")) || lines.contains(&format!("{name}\"")) || lines.contains(&format!("{name}("))
        };
        ELEMENTWISE.iter().any(|&(op, ..)| op == name) || ROWS.iter().any(text)
    };
    let missing: Vec<&str> =
        UnaryOp::ALL.iter().map(|op| op.name()).chain(BinaryOp::ALL.iter().map(|op| op.name())).filter(|name| !listed(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The cases of every row with every type.
fn cases() -> Vec<Case> {
    let mut cases = vec![];
    rows(&mut |row| cases.extend(texts(row).into_iter().map(|(name, text)| case(name, &text))));
    cases
}

#[test]
fn every_type_that_the_spec_allows_works_on_eval_and_jit() {
    let cases = cases();
    // A case that the evaluator refuses fails here too.
    let wrong = failures(&cases, |case| {
        let expected = run(&EvalBackend, case).map_err(|e| format!("eval: {e}"))?;
        let got = run(&gomlx_jit::JitBackend, case).map_err(|e| format!("jit: {e}"))?;
        check(&got, &expected)
    });
    println!("{} of {} pairs of an op and types are wrong", wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 1900, "{}", cases.len());
}

#[test]
fn xla_agrees_on_every_type_that_it_has() {
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip("xla_agrees_on_every_type_that_it_has") else { return };
    let mut cases = cases();
    cases.retain(|case| !WITHOUT_XLA.iter().any(|(op, types)| case.name.starts_with(op) && types.iter().any(|t| case.name.contains(t))));
    let wrong = failures(&cases, |case| check(&run(&*backend, case)?, &run(&EvalBackend, case)?));
    println!("{} of {} pairs of an op and types are wrong", wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
