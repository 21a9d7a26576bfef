// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

mod dynamic;
mod forms;
mod tuples;

use super::module;
use crate::{Code, DType, Donation, HostTensor, Module, Op, Reducer, print};

fn main_of(parameters: &str, body: &str) -> String {
    format!("func.func @main({parameters}) {{\n{body}\n  return\n}}")
}

#[track_caller]
fn parsed(text: &str) -> Module {
    module(text, "test.mlir").unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[track_caller]
fn constant(literal: &str) -> HostTensor {
    let module = parsed(&main_of("", &format!("  %0 = stablehlo.constant {literal}")));
    let function = module.main();
    match &function.inst(function.body().insts[0]).op {
        Op::Constant(value) => value.as_ref().clone(),
        other => panic!("{other:?} is not a constant"),
    }
}

/// The error that a text gives, as `line:column: message`.
#[track_caller]
fn error(text: &str) -> String {
    let error = module(text, "test.mlir").unwrap_err();
    assert!(matches!(error.code, Code::Parse | Code::Unsupported | Code::Shape | Code::DType | Code::Attribute), "{error}");
    let at = error.location.expect("every error of a text has a location");
    assert_eq!(at.file, "test.mlir");
    format!("{}:{}: {}", at.line, at.column, error.message)
}

#[test]
fn literals() {
    assert_eq!(constant("dense<[[1, -2], [3, 4]]> : tensor<2x2xi32>"), HostTensor::new(&[2, 2], &[1i32, -2, 3, 4]).unwrap());
    assert_eq!(constant("dense<1.5> : tensor<3xf32>"), HostTensor::new(&[3], &[1.5f32; 3]).unwrap());
    assert_eq!(constant("dense<> : tensor<0x2xf64>"), HostTensor::zeros(DType::F64, &[0, 2]).unwrap());
    assert_eq!(constant("dense<\"0x0000803F00000040\"> : tensor<2xf32>"), HostTensor::new(&[2], &[1.0f32, 2.0]).unwrap());
    assert_eq!(constant("dense<\"0x0000803F\"> : tensor<2xf32>"), HostTensor::new(&[2], &[1.0f32, 1.0]).unwrap());
    assert_eq!(constant("dense<0xFF800000> : tensor<f32>"), HostTensor::scalar(f32::NEG_INFINITY));
    assert_eq!(constant("dense<0x7FC1> : tensor<bf16>"), HostTensor::scalar(crate::bf16::from_bits(0x7fc1)));
    assert_eq!(constant("dense<(1.0, -2.0)> : tensor<complex<f32>>").bytes(), bytemuck::cast_slice::<f32, u8>(&[1.0, -2.0]));
    assert_eq!(constant("dense<18446744073709551615> : tensor<ui64>"), HostTensor::scalar(u64::MAX));
}

#[test]
fn booleans_in_hex_are_bytes_or_bits() {
    let values = HostTensor::new(&[9], &[true, false, true, true, false, false, false, false, true]).unwrap();
    assert_eq!(constant("dense<\"0x010001010000000001\"> : tensor<9xi1>"), values);
    assert_eq!(constant("dense<\"0x0D01\"> : tensor<9xi1>"), values);
    assert_eq!(constant("dense<\"0xFF\"> : tensor<3xi1>"), HostTensor::new(&[3], &[true; 3]).unwrap());
    assert_eq!(constant("dense<[true, false]> : tensor<2xi1>"), HostTensor::new(&[2], &[true, false]).unwrap());
}

/// For each element type, constants of three forms must survive printing and parsing: a list, a splat, and hex bytes.
#[test]
fn every_element_type_has_constants() {
    for dtype in DType::ALL {
        let ty = dtype.mlir();
        let (one, two) = match dtype {
            DType::Bool => ("true", "false"),
            d if d.is_complex() => ("(1.0, -2.0)", "(0.5, 4.0)"),
            d if d.is_float() || d.is_narrow() && !d.is_small_int() => ("1.0", "2.0"),
            DType::Narrow(crate::Narrow::I2) => ("1", "-2"),
            _ => ("1", "2"),
        };
        let list = constant(&format!("dense<[{one}, {two}, {one}]> : tensor<3x{ty}>"));
        let splat = constant(&format!("dense<{one}> : tensor<3x{ty}>"));
        assert_eq!((list.dtype(), list.dims(), splat.dtype()), (dtype, &[3][..], dtype));
        assert_eq!(list.bytes()[..dtype.size()], splat.bytes()[..dtype.size()], "{ty}");
        assert_ne!(list, splat, "{ty}");
        let hex: String = list.bytes().iter().map(|b| format!("{b:02X}")).collect();
        assert_eq!(constant(&format!("dense<\"0x{hex}\"> : tensor<3x{ty}>")), list, "{ty}");
        let text = main_of("", &format!("  %0 = stablehlo.constant dense<[{one}, {two}, {one}]> : tensor<3x{ty}>"));
        let printed = print::module(&parsed(&text));
        assert_eq!(print::module(&parsed(&printed)), printed);
    }
    assert_eq!(constant("dense<[1, 2]> : tensor<2xindex>"), HostTensor::new(&[2], &[1i64, 2]).unwrap());
}

#[test]
fn both_forms_make_the_same_function() {
    let pretty = "func.func @main(%x: tensor<2x3xf32>, %c: tensor<f32>) -> tensor<2xf32> {
        %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
        %1 = stablehlo.reduce(%0 init: %c) applies stablehlo.add across dimensions = [0] : (tensor<3x2xf32>, tensor<f32>) -> tensor<2xf32>
        return %1 : tensor<2xf32>
    }";
    let generic =
        "func.func public @main(%x: tensor<2x3xf32> {a.b = 1 : i32}, %c: tensor<f32>) -> (tensor<2xf32> {jax.result_info = \"\"}) {
        %0 = \"stablehlo.transpose\"(%x) {permutation = dense<[1, 0]> : tensor<2xi64>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
        %1 = \"stablehlo.reduce\"(%0, %c) <{dimensions = array<i64: 0>}> ({
          ^bb0(%p: tensor<f32>, %q: tensor<f32>):
            %s = \"stablehlo.add\"(%p, %q) : (tensor<f32>, tensor<f32>) -> tensor<f32>
            \"stablehlo.return\"(%s) : (tensor<f32>) -> ()
        }) : (tensor<3x2xf32>, tensor<f32>) -> tensor<2xf32>
        \"func.return\"(%1) : (tensor<2xf32>) -> ()
    }";
    assert_eq!(print::module(&parsed(pretty)), print::module(&parsed(generic)));
    let module = parsed(pretty);
    let function = module.main();
    let reduce = function.inst(function.body().insts[1]);
    assert_eq!(function.reducer_of(reduce.regions[0]), Some(Reducer::Binary(crate::BinaryOp::Add)));
}

#[test]
fn calls_are_inlined() {
    let module = parsed(
        "module @two {
          func.func private @twice(%x: tensor<f32>) -> tensor<f32> {
            %0 = stablehlo.add %x, %x : tensor<f32>
            return %0 : tensor<f32>
          }
          func.func public @main(%x: tensor<f32> {jax.buffer_donor = true}, %y: tensor<f32> {tf.aliasing_output = 0 : i32}) -> tensor<f32> {
            %0 = call @twice(%x) : (tensor<f32>) -> tensor<f32>
            %1 = func.call @twice(%0) : (tensor<f32>) -> tensor<f32>
            return %1 : tensor<f32>
          }
        }",
    );
    assert_eq!(module.functions.len(), 1);
    assert_eq!(module.main().name, "two");
    assert_eq!(module.main().donations, [Donation::Donate, Donation::Alias(0)]);
    assert_eq!(
        print::module(&module),
        "module @two {
  func.func public @main(%x: tensor<f32> {jax.buffer_donor = true}, %y: tensor<f32> {tf.aliasing_output = 0 : i32}) -> tensor<f32> {
    %0 = stablehlo.add %x, %x : tensor<f32>
    %1 = stablehlo.add %0, %0 : tensor<f32>
    return %1 : tensor<f32>
  }
}
"
    );
}

#[test]
fn locations_are_kept() {
    let module = parsed(
        "#loc = loc(\"a.py\":1:2)
        func.func @main(%x: tensor<f32> loc(\"x\")) -> tensor<f32> {
          %0 = stablehlo.abs %x : tensor<f32> loc(\"b.py\":3:4)
          %1 = stablehlo.abs %0 : tensor<f32> loc(#loc2)
          %2 = stablehlo.abs %1 : tensor<f32> loc(callsite(\"f\"(#loc) at unknown))
          %3 = stablehlo.abs %2 : tensor<f32>
          return %3 : tensor<f32> loc(#loc)
        } loc(#loc)
        #loc1 = loc(\"jit(main)/abs\"(#loc))
        #loc2 = loc(fused[unknown, #loc1])",
    );
    let function = module.main();
    let places: Vec<String> =
        function.body().insts.iter().map(|&i| function.inst(i).location.as_ref().map(ToString::to_string).unwrap_or_default()).collect();
    assert_eq!(places, ["b.py:3:4", "a.py:1:2", "a.py:1:2", "test.mlir:6:16"]);
    let text = print::module_with(&module, print::Options { locations: true });
    assert!(text.contains("stablehlo.abs %x : tensor<f32> loc(\"b.py\":3:4)\n"), "{text}");
    assert_eq!(print::module_with(&parsed(&text), print::Options { locations: true }), text);
}

#[test]
fn errors_say_where_and_what() {
    let body = |body: &str| error(&main_of("%x: tensor<2xf32>", body));
    assert_eq!(error(""), "1:1: the module has no public function");
    assert_eq!(error("func.func @main("), "1:16: '(' is never closed");
    assert_eq!(body("%0 = stablehlo.add %x, %x -> tensor<2xf32>"), "2:27: expected ':' after operands, found '->'");
    assert_eq!(body("%0 = stablehlo.add %x, %y : tensor<2xf32>"), "2:24: %y is not defined here");
    assert_eq!(body("%0 = stablehlo.add %x, %x : tensor<3xf32>"), "3:3: an operand is f32[2], but its type is stated as f32[3]");
    assert_eq!(body("%0 = stablehlo.frob %x : tensor<2xf32>"), "2:6: op stablehlo.frob is not supported");
    assert_eq!(body("%0 = stablehlo.abs %x : tensor<2x?xf32>"), "3:3: an operand is f32[2], but its type is stated as f32[2, ?]");
    assert_eq!(body("%0 = stablehlo.abs %x : tensor<2xf33>"), "2:34: element type f33 is not supported");
    assert_eq!(body("%0 = stablehlo.constant dense<[1.0]> : tensor<2xf32>"), "2:31: a list has 1 elements, its axis 2");
    assert_eq!(body("%0 = stablehlo.constant dense<[x, 1]> : tensor<2xi8>"), "2:32: expected an element of type i8, found 'x'");
    assert_eq!(body("%0 = stablehlo.constant dense<[300, 1]> : tensor<2xi8>"), "2:32: expected an element of type i8, found '300'");
    assert_eq!(body("%x = stablehlo.abs %x : tensor<2xf32>"), "3:3: %x is defined twice");
    assert_eq!(body("%0:2 = stablehlo.abs %x : tensor<2xf32>"), "2:1: 2 results are named, but there are 1");
    assert_eq!(
        body("%0 = stablehlo.reshape %x : (tensor<2xf32>) -> tensor<3xf32>"),
        "2:6: reshape: f32[2] has 2 elements, f32[3] has 3 (C2)"
    );
    assert_eq!(
        body("%0 = stablehlo.transpose %x, dims = [0] : (tensor<2xf32>) -> tensor<1xf32>"),
        "2:6: the result of stablehlo.transpose is f32[2], but its type is stated as f32[1]"
    );
}

#[test]
fn hostile_text_is_refused() {
    let body = |body: &str| error(&main_of("%x: tensor<2xf32>", body));
    assert!(body(&format!("%0 = stablehlo.constant {}", "[".repeat(100_000))).contains("never closed"));
    assert!(body(&format!("%0 = stablehlo.abs %x {{a = {}}} : tensor<2xf32>", "[".repeat(100_000))).contains("never closed"));
    let deep = format!("%0 = stablehlo.abs %x {{a = {}{}}} : tensor<2xf32>", "[".repeat(1000), "]".repeat(1000));
    assert!(body(&deep).contains("nesting is deeper than 64"));
    assert!(body("%0 = stablehlo.constant dense<0.0> : tensor<99999999999x9999999999xf32>").contains("larger than memory can be"));
    assert!(body("%0 = stablehlo.constant dense<0.0> : tensor<9999999999xf32>").contains("larger than 1073741824 bytes"));
    assert!(body("call @main(%x) : (tensor<2xf32>) -> ()").contains("calls itself"));
    let mut doubling = String::from("func.func private @f0() {\nreturn\n}\n");
    for i in 1..60 {
        doubling += &format!("func.func private @f{i}() {{\ncall @f{0}() : () -> ()\ncall @f{0}() : () -> ()\nreturn\n}}\n", i - 1);
    }
    let main = main_of("", "call @f59() : () -> ()");
    assert!(error(&(doubling + &main)).contains("calls"));
}

/// A text with bytes deleted, repeated, swapped or replaced must not make the parser panic or hang.
#[test]
fn damaged_text_does_not_panic() {
    let text = "#l = loc(\"a\":1:2)\nmodule @m attributes {a.b = [1 : i32, \"s\"]} {
  func.func public @main(%x: tensor<2x4x6xbf16>, %i: tensor<1xi64>, %u: tensor<2xf32>) -> (tensor<2x3xf32>, tensor<2xui64>) {
    %0 = stablehlo.constant dense<[[1.0, 2], [0xFF800000, -3.5e-2]]> : tensor<2x2xf32>
    %c = stablehlo.constant dense<0.0> : tensor<f32>
    %h = stablehlo.constant dense<\"0x0001020304050607\"> : tensor<2xi32>
    %s = stablehlo.slice %x [0:2, 1:4:2, 0:0] : (tensor<2x4x6xbf16>) -> tensor<2x2x0xbf16>
    %d = stablehlo.dot_general %0, %0, batching_dims = [0] x [0], contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
    %v = stablehlo.convolution(%x, %x) dim_numbers = [b, 0, f]x[0, o, i]->[b, 0, f], window = {stride = [2], pad = [[1, 1]], reverse = [true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x4x6xbf16>, tensor<2x4x6xbf16>) -> tensor<2x3x4xbf16>
    %1 = \"stablehlo.scatter\"(%0, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1]>, unique_indices = true}> ({
    ^bb0(%arg0: tensor<f32>, %arg1: tensor<f32>):
      %3 = stablehlo.add %arg0, %arg1 : tensor<f32> loc(#l)
      stablehlo.return %3 : tensor<f32>
    }) : (tensor<2x2xf32>, tensor<1xi64>, tensor<2xf32>) -> tensor<2x2xf32>
    %2:2 = stablehlo.reduce(%0 init: %c), (%1 init: %c) across dimensions = [0] : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>)
     reducer(%a: tensor<f32>, %b: tensor<f32>) (%p: tensor<f32>, %q: tensor<f32>) {
      %m = stablehlo.compare GT, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %n = stablehlo.select %m, %a, %b : tensor<i1>, tensor<f32>
      stablehlo.return %n, %q : tensor<f32>, tensor<f32>
    }
    %9 = stablehlo.pad %0, %c, low = [1, 0], high = [-1, 1], interior = [0, 0] : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x3xf32>
    %k = stablehlo.constant dense<7> : tensor<2xui64>
    %r:2 = stablehlo.rng_bit_generator %k, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3xui32>)
    return %9, %r#0 : tensor<2x3xf32>, tensor<2xui64>
  }
}";
    parsed(text);
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let words = ["0", "9223372036854775807", "-1", "(", "}", "<", "x", "\"", "tensor<", "dense<", "%0", "#l", "[[", "4294967296"];
    for _ in 0..2000 {
        let mut damaged = text.as_bytes().to_vec();
        for _ in 0..=random(3) {
            let (at, length) = (random(damaged.len()), random(12));
            let end = (at + length).min(damaged.len());
            match random(4) {
                0 => drop(damaged.drain(at..end)),
                1 => damaged.extend_from_within(at..end),
                2 => drop(damaged.splice(at..end, words[random(words.len())].bytes())),
                _ => {
                    let to = random(damaged.len());
                    damaged.swap(at, to);
                }
            }
        }
        if let Ok(module) = module(&String::from_utf8_lossy(&damaged), "test.mlir") {
            let printed = print::module(&module);
            assert_eq!(print::module(&parsed(&printed)), printed);
        }
    }
}
