// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Forms of text that parse to several ops, to one op with a region, or to none.

use super::*;
use crate::parse::{Comparison, test_module};

/// Parses a `main` with the given parameters and lines, and returns the printed text of its ops.
fn ops(params: &str, lines: &str) -> String {
    let text = format!("func.func @main({params}) {{\n{lines}\nreturn\n}}");
    let printed = print::module(&parsed(&text));
    let inner = printed.lines().skip(2).take_while(|l| !l.trim_start().starts_with("return"));
    inner.map(|l| l.trim().to_owned()).collect::<Vec<_>>().join("\n")
}

const X: &str = "%x: tensor<2x3xf32>, %y: tensor<3xf32>, %z: tensor<2x3xcomplex<f32>>";

#[test]
fn binary_shorthands_broadcast() {
    let added = "%0 = stablehlo.broadcast_in_dim %y, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>
%1 = stablehlo.add %x, %0 : tensor<2x3xf32>";
    assert_eq!(ops(X, "%r = chlo.broadcast_add %x, %y : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>"), added.replace("%1", "%r"));
    let generic = "%r = \"chlo.broadcast_add\"(%x, %y) <{broadcast_dimensions = array<i64: 1>}> : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>";
    assert_eq!(ops(X, generic), added.replace("%1", "%r"));
    let compared = ops(
        X,
        "%r = chlo.broadcast_compare %y, %x {comparison_direction = #chlo<comparison_direction LT>} : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>",
    );
    assert!(compared.ends_with("stablehlo.compare LT, %0, %x, FLOAT : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>"), "{compared}");
    let error = error(&format!(
        "func.func @main({X}) {{\n%r = chlo.broadcast_add %x, %y {{broadcast_dimensions = array<i64: 0>}} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>\nreturn\n}}"
    ));
    assert_eq!(error, "2:6: broadcast_add: [f32[2, 3], f32[3]] differ where neither is 1");
}

#[test]
fn unary_shorthands_are_several_ops() {
    let conj = ops(X, "%r = chlo.conj %z : tensor<2x3xcomplex<f32>> -> tensor<2x3xcomplex<f32>>");
    assert!(conj.ends_with("stablehlo.complex %0, %2 : tensor<2x3xcomplex<f32>>"), "{conj}");
    assert!(ops(X, "%r = chlo.is_neg_inf %y : tensor<3xf32> -> tensor<3xi1>").contains("dense<0xFF800000>"));
    assert_eq!(ops(X, "%r = chlo.square %y : tensor<3xf32> -> tensor<3xf32>"), "%r = stablehlo.multiply %y, %y : tensor<3xf32>");
    let like = ops(X, "%r = \"chlo.constant_like\"(%y) <{value = 1.5 : f32}> : (tensor<3xf32>) -> tensor<3xf32>");
    assert!(like.contains("dense<1.5") && like.contains("tensor<3xf32>"), "{like}");
}

#[test]
fn composites_keep_their_regions() {
    let text = "module @m {
  func.func public @main(%x: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.composite \"my.twice\" %x {composite_attributes = {a = 1 : i64, b = \"}\"}, decomposition = @my.twice.impl, version = 2 : i32} : (tensor<f32>) -> tensor<f32>
    %1 = stablehlo.composite \"my.twice\" %0 {decomposition = @my.twice.impl_0} : (tensor<f32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @my.twice.impl(%arg0: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.add %arg0, %arg0 : tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @my.twice.impl_0(%arg0: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.composite \"other\" %arg0 {decomposition = @other.impl} : (tensor<f32>) -> tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @other.impl(%arg0: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.abs %arg0 : tensor<f32>
    return %0 : tensor<f32>
  }
}
";
    assert_eq!(print::module(&parsed(text)), text);
    let shared = text.replace("impl_0}", "impl}");
    assert_eq!(print::module(&parsed(&shared)).matches("func.func private").count(), 2);
    let generic = "\"stablehlo.composite\"(%0) <{decomposition = @my.twice.impl_0, name = \"my.twice\"}>";
    let text2 = text.replace("stablehlo.composite \"my.twice\" %0 {decomposition = @my.twice.impl_0}", generic);
    assert_eq!(print::module(&parsed(&text2)), text);
    let recursive = text.replace(
        "stablehlo.composite \"other\" %arg0 {decomposition = @other.impl}",
        "stablehlo.composite \"other\" %arg0 {decomposition = @my.twice.impl_0}",
    );
    assert!(error(&recursive).ends_with("function @my.twice.impl_0 calls itself"));
}

#[test]
fn comments_among_the_attributes_of_a_composite_are_left_out() {
    let text = "func.func @main(%x: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.composite \"a.b\" %x {composite_attributes = { // a = 1
    b = \"// no comment\" // but this
  }, decomposition = @f} : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func private @f(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}";
    let printed = print::module(&module(text, "test.mlir").unwrap());
    assert!(printed.contains("composite_attributes = {b = \"// no comment\"}"), "{printed}");
    assert_eq!(print::module(&module(&printed, "printed").unwrap()), printed);
}

#[test]
fn modules_and_functions_have_a_generic_form() {
    let text = "\"builtin.module\"() <{sym_name = \"m\"}> ({
  \"func.func\"() <{arg_attrs = [{tf.aliasing_output = 0 : i32}], function_type = (tensor<2xf32>) -> tensor<2xf32>, res_attrs = [{}], sym_name = \"main\", sym_visibility = \"public\"}> ({
  ^bb0(%arg0: tensor<2xf32>):
    %0 = \"func.call\"(%arg0) <{callee = @f}> : (tensor<2xf32>) -> tensor<2xf32>
    \"func.return\"(%0) : (tensor<2xf32>) -> ()
  }) : () -> ()
  \"func.func\"() <{function_type = (tensor<2xf32>) -> tensor<2xf32>, sym_name = \"f\", sym_visibility = \"private\"}> ({
  ^bb0(%arg0: tensor<2xf32>):
    %0 = \"stablehlo.abs\"(%arg0) : (tensor<2xf32>) -> tensor<2xf32>
    \"func.return\"(%0) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) {mhlo.num_partitions = 1 : i32} : () -> ()";
    let module = parsed(text);
    assert_eq!(module.name, "m");
    assert_eq!(module.main().donations, [Donation::Alias(0)]);
    assert_eq!(module.main().num_insts(), 1);
}

#[test]
fn resources_hold_constants() {
    let text = "module {
      func.func @main() -> tensor<2xf32> {
        %0 = stablehlo.constant dense_resource<weights> : tensor<2xf32>
        return %0 : tensor<2xf32>
      }
    }
    {-#
      dialect_resources: {
        builtin: {
          weights: \"0x040000000000803F00000040\"
        }
      }
    #-}";
    let module = parsed(text);
    let value = module.main().constant(module.main().results()[0]).unwrap();
    assert_eq!(value.as_slice::<f32>().unwrap(), [1.0, 2.0]);
    let generic = "\"stablehlo.constant\"() <{value = dense_resource<weights> : tensor<2xf32>}> : () -> tensor<2xf32>";
    let generic = text.replace("stablehlo.constant dense_resource<weights> : tensor<2xf32>", generic);
    assert_ne!(generic, text);
    assert_eq!(print::module(&parsed(&generic)), print::module(&module));
    for text in [text, &generic] {
        let place = text.lines().nth(2).and_then(|line| line.find("weights")).map(|at| format!("3:{}: ", at + 1)).unwrap();
        let missing = error(&text.replace("<weights>", "<other>"));
        assert_eq!(missing, format!("{place}expected a resource that the text ends with, found 'other'"));
        let short = error(&text.replace("00000040\"", "000000\""));
        assert!(short.starts_with(&place) && short.contains("takes 8 bytes, but 7 were given"), "{short}");
    }
}

#[test]
fn what_one_device_need_not_know_is_accepted() {
    let dot = "%r = stablehlo.dot_general %x, %x, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT], algorithm = <lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>";
    assert!(ops(X, dot).starts_with("%r = stablehlo.dot_general %x, %x, contracting_dims = [1] x [1] :"));
    let sharded = "%0 = stablehlo.custom_call @Sharding(%y) {mhlo.sharding = \"{devices=[1]0}\"} : (tensor<3xf32>) -> tensor<3xf32>\n%r = stablehlo.abs %0 : tensor<3xf32>";
    assert_eq!(ops(X, sharded), "%r = stablehlo.abs %y : tensor<3xf32>");
    let constrained = "%0 = sdy.sharding_constraint %y <@mesh, [{}]> : tensor<3xf32>\n%r = stablehlo.abs %0 : tensor<3xf32>";
    assert_eq!(ops(X, constrained), "%r = stablehlo.abs %y : tensor<3xf32>");
    for attributes in ["", " {stablehlo.mesh = {axes = [], device_ids = dense<0> : tensor<1xi64>}}"] {
        let mesh = format!("sdy.mesh @mesh = <[], device_ids=[0]>{attributes}");
        let text = format!("module @m {{\n{mesh}\nfunc.func public @main({X}) -> tensor<3xf32> {{\nreturn %y : tensor<3xf32>\n}}\n}}");
        assert_eq!(module(&text, "test.mlir").unwrap().main().results().len(), 1);
    }
}

#[test]
fn collectives_of_one_device_give_what_they_are_given() {
    let reduce = |groups: &str| {
        format!(
            "%0 = \"stablehlo.all_reduce\"(%y) <{{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<{groups}>}}> ({{
^bb0(%p: tensor<f32>, %q: tensor<f32>):
%s = stablehlo.add %p, %q : tensor<f32>
stablehlo.return %s : tensor<f32>
}}) : (tensor<3xf32>) -> tensor<3xf32>\n%r = stablehlo.abs %0 : tensor<3xf32>"
        )
    };
    assert_eq!(ops(X, &reduce("0> : tensor<1x1xi64")), "%r = stablehlo.abs %y : tensor<3xf32>");
    let refused =
        module(&format!("func.func @main({X}) {{\n{}\nreturn\n}}", reduce("[[0, 1]]> : tensor<1x2xi64")), "test.mlir").unwrap_err();
    assert_eq!(
        (refused.code, &*refused.message),
        (Code::Unsupported, "all_reduce: replica_groups [1, 2] are of more than one device, on which graphs run")
    );
    let gathered = "%0 = \"stablehlo.all_gather\"(%y) <{all_gather_dim = 0 : i64, replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<3xf32>) -> tensor<3xf32>\n%r = stablehlo.abs %0 : tensor<3xf32>";
    assert_eq!(ops(X, gathered), "%r = stablehlo.abs %y : tensor<3xf32>");
    assert!(ops(X, "%r = stablehlo.replica_id : tensor<ui32>").contains("dense<0> : tensor<ui32>"));
}

#[test]
fn calls_of_lapack_are_ops() {
    let call = |attributes: &str, types: &str| {
        let line = format!("stablehlo.custom_call @lapack_{attributes} : {types}");
        module(&main_of("%a: tensor<2x3x3xf64>, %b: tensor<2x3x4xf64>", &line), "test.mlir").map(|m| print::module(&m))
    };
    let factored = "dpotrf_ffi(%a) {mhlo.backend_config = {uplo = 85 : ui8}, result_layouts = [dense<[1, 2, 0]> : tensor<3xindex>]}";
    let text = call(factored, "(tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2xi32>)").unwrap();
    assert!(text.contains("stablehlo.cholesky %a, lower = false") && text.contains("stablehlo.compare GT"), "{text}");
    let solved = "dtrsm_ffi(%a, %b) {mhlo.backend_config = {diag = 85 : ui8, side = 76 : ui8, trans_x = 67 : ui8, uplo = 76 : ui8}}";
    let text = call(solved, "(tensor<2x3x3xf64>, tensor<2x3x4xf64>) -> tensor<2x3x4xf64>").unwrap();
    assert!(text.contains("left_side = true, lower = true") && text.contains("ADJOINT") && text.contains("unit_diagonal = true"), "{text}");
    let refused = |attributes: &str, types: &str| call(attributes, types).unwrap_err().message;
    let types = "(tensor<2x3x3xf64>) -> tensor<2x3x3xf64>";
    assert_eq!(refused("dtrsm_ffi(%a) {mhlo.backend_config = {}}", types), "@lapack_dtrsm_ffi takes 2 operands, not 1");
    let letter = "dpotrf_ffi(%a) {mhlo.backend_config = {uplo = 88 : ui8}}";
    assert_eq!(refused(letter, types), "uplo: 88 is not the code of one of ['L', 'U']");
    assert_eq!(refused("dpotrf_ffi(%a)", types), "expected attribute 'mhlo.backend_config' with named fields");
    let message = "custom call @lapack_dggev_ffi is not supported";
    assert_eq!(refused("dggev_ffi(%a) {l = dense<[0, 1]> : tensor<2xindex>}", types), message);
    let triangles =
        "(tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<2xi32>)";
    let text = call("dgees_ffi(%a) {mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}}", triangles).unwrap();
    assert!(text.contains("@gomlx.schur(%a)"), "{text}");
    let sorted = "dgees_ffi(%a) {mhlo.backend_config = {mode = 86 : ui8, sort = 83 : ui8}}";
    assert_eq!(refused(sorted, triangles), "gees: eigenvalues in an order that the caller chooses are not supported");
    let part = "dgehrd_ffi(%a) {mhlo.backend_config = {high = 2 : i32, low = 1 : i32}}";
    assert_eq!(refused(part, types), "gehrd: rows 1 to 2 are not the whole matrix");
    let diagonals = "dgtsv_ffi(%a, %a, %a, %b) {mhlo.backend_config = {}}";
    let matrices = "(tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3x4xf64>) -> tensor<2x3x4xf64>";
    assert!(
        refused(diagonals, matrices).starts_with("lapack_dgtsv_ffi: f64[2, 3, 3], f64[2, 3, 3] and f64[2, 3, 3] are not the diagonals")
    );
    let factors = "(tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xi32>, tensor<2xi32>)";
    let text = call("dgetrf_ffi(%a) {mhlo.backend_config = {}}", factors).unwrap();
    assert!(text.contains("@LuDecomposition(%a)") && text.contains("stablehlo.compare EQ"), "{text}");
    let mode = "dgesdd_ffi(%a) {mhlo.backend_config = {mode = 83 : ui8}}";
    let parts = "(tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2xi32>)";
    assert!(call(mode, parts).unwrap().contains("@gomlx.svd(%a) {backend_config = \"thin\"}"));
    let triangle = "dsyevd_ffi(%a) {mhlo.backend_config = {mode = 86 : ui8, uplo = 85 : ui8}}";
    let parts = "(tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2xi32>)";
    assert!(call(triangle, parts).unwrap().contains("@Eigh(%a) {backend_config = \"0,1,100,1e-14\"}"));
    // The operands are checked before the results are described.
    let vector = "dpotrf_ffi(%v) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<3xf64>) -> tensor<3xf64>";
    assert!(error(&main_of("%v: tensor<3xf64>", &format!("stablehlo.custom_call @lapack_{vector}"))).contains("cholesky"));
}

#[test]
fn products_of_numbers_and_integers_are_of_numbers() {
    let params = "%x: tensor<2x3xf32>, %i: tensor<3x2xi32>";
    let product = "stablehlo.dot_general %x, %i, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xi32>) -> tensor<2x2xf32>";
    let text = ops(params, &format!("%0 = {product}"));
    assert!(text.starts_with("%0 = stablehlo.convert %i : (tensor<3x2xi32>) -> tensor<3x2xf32>\n"), "{text}");
}

#[test]
fn what_is_out_of_scope_is_refused_by_name() {
    let refused = |line: &str| {
        let text = format!("func.func @main(%x: tensor<f32>) {{\n{line}\nreturn\n}}");
        let e = module(&text, "test.mlir").unwrap_err();
        assert_eq!(e.code, Code::Unsupported, "{e}");
        e.message
    };
    for op in ["infeed", "outfeed", "send", "recv", "async_start", "async_done", "uniform_quantize"] {
        assert_eq!(
            refused(&format!("%0 = \"stablehlo.{op}\"(%x) : (tensor<f32>) -> tensor<f32>")),
            format!("op stablehlo.{op} is not supported")
        );
    }
    assert!(refused("%0 = stablehlo.add %x, %x : tensor<!quant.uniform<i8:f32, 1.0>>").contains("!quant.uniform"));
    let with_token = "%0:2 = \"stablehlo.recv\"(%x) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 3>} : (!stablehlo.token) -> (tensor<f32>, !stablehlo.token)";
    assert_eq!(refused(with_token), "op stablehlo.recv is not supported");
    let future = "%0 = \"stablehlo.async_start\"(%x) {called_computation = @f} : (tensor<f32>) -> !stablehlo.future<tensor<f32>>";
    assert_eq!(refused(future), "op stablehlo.async_start is not supported");
    assert_eq!(refused("stablehlo.custom_call @lapack_sgesdd(%x) : (tensor<f32>) -> ()"), "custom call @lapack_sgesdd is not supported");
    assert!(
        refused("stablehlo.custom_call @check.expect_eq(%x, %x) : (tensor<f32>, tensor<f32>) -> ()")
            .starts_with("custom call @check.expect_eq")
    );
}

#[test]
fn test_modules_are_taken_apart() {
    let text = "module @m {
      func.func public @main() -> tensor<2xf32> {
        %0 = call @inputs() : () -> tensor<2xf32>
        %1 = call @expected() : () -> tensor<2xf32>
        %2 = stablehlo.abs %0 : tensor<2xf32>
        stablehlo.custom_call @check.expect_almost_eq(%2, %1) {has_side_effect = true, tolerance = 1.0e-2 : f64} : (tensor<2xf32>, tensor<2xf32>) -> ()
        return %2 : tensor<2xf32>
      }
      func.func private @inputs() -> tensor<2xf32> {
        %0 = stablehlo.constant dense<-1.0> : tensor<2xf32>
        return %0 : tensor<2xf32>
      }
      func.func private @expected() -> tensor<2xf32> {
        %0 = stablehlo.constant dense<1.0> : tensor<2xf32>
        return %0 : tensor<2xf32>
      }
    }";
    let test = test_module(text, "test.mlir").unwrap();
    assert_eq!((test.module.main().params().len(), test.module.main().results().len()), (2, 3));
    assert_eq!(test.sources.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["inputs", "expected"]);
    assert_eq!(test.checks[0].comparison, Comparison::AlmostEqual { tolerance: Some(0.01) });
    assert_eq!(test.checks[0].location.line, 6);
}
