// Custom calls that JAX 0.10 writes: LAPACK's functions on the CPU, and ops with sizes as operands.
module @jax_calls {
  func.func public @main() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xf32>, tensor<2xi32>, tensor<3xui32>) {
    %a, %b, %x, %s = call @inputs() : () -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xui64>)
    %0:2 = stablehlo.custom_call @lapack_spotrf_ffi(%a) {backend_config = "", mhlo.backend_config = {uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j])->([k, l], []) {i=2, j=2, k=2, l=2}, custom>} : (tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<i32>)
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %good = stablehlo.compare EQ, %0#1, %zero, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %row = stablehlo.iota dim = 0 : tensor<2x2xi32>
    %column = stablehlo.iota dim = 1 : tensor<2x2xi32>
    %below = stablehlo.compare GE, %row, %column, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %none = stablehlo.constant dense<0.0> : tensor<2x2xf32>
    %1 = stablehlo.select %below, %0#0, %none : tensor<2x2xi1>, tensor<2x2xf32>
    %factor = stablehlo.select %good, %1, %none : tensor<i1>, tensor<2x2xf32>
    %solved = stablehlo.custom_call @lapack_strsm_ffi(%factor, %b) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 84 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], result_layouts = [dense<[0, 1]> : tensor<2xindex>]} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %two = stablehlo.constant dense<2> : tensor<1xi32>
    %one = stablehlo.constant dense<1> : tensor<1xi32>
    %padding = stablehlo.constant dense<[[1, 0]]> : tensor<1x2xi32>
    %window = stablehlo.custom_call @stablehlo.dynamic_reduce_window(%x, %zero, %two, %one, %one, %one, %padding) {api_version = 2 : i32, called_computations = [@sum]} : (tensor<4xi32>, tensor<i32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<4xi32>
    %k = stablehlo.constant dense<2> : tensor<i32>
    %diagonal = stablehlo.slice %solved [0:2, 0:1] : (tensor<2x2xf32>) -> tensor<2x1xf32>
    %flat = stablehlo.reshape %diagonal : (tensor<2x1xf32>) -> tensor<2xf32>
    %top:2 = stablehlo.custom_call @stablehlo.dynamic_top_k(%flat, %k) {api_version = 2 : i32} : (tensor<2xf32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
    %sizes = stablehlo.constant dense<3> : tensor<1xi32>
    %bits:2 = stablehlo.custom_call @stablehlo.dynamic_rng_bit_generator(%s, %sizes) {api_version = 2 : i32, rng_algorithm = #stablehlo<rng_algorithm THREE_FRY>} : (tensor<2xui64>, tensor<1xi32>) -> (tensor<2xui64>, tensor<3xui32>)
    %expected:6 = call @expected() : () -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xf32>, tensor<2xi32>, tensor<3xui32>)
    stablehlo.custom_call @check.expect_almost_eq(%factor, %expected#0) {has_side_effect = true} : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%solved, %expected#1) {has_side_effect = true} : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%window, %expected#2) {has_side_effect = true} : (tensor<4xi32>, tensor<4xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%top#0, %expected#3) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%top#1, %expected#4) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%bits#1, %expected#5) {has_side_effect = true} : (tensor<3xui32>, tensor<3xui32>) -> ()
    return %factor, %solved, %window, %top#0, %top#1, %bits#1 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xf32>, tensor<2xi32>, tensor<3xui32>
  }
  func.func private @sum(%p: tensor<i32>, %q: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.add %p, %q : tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @inputs() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xui64>) {
    %a = stablehlo.constant dense<[[4.0, 2.0], [2.0, 10.0]]> : tensor<2x2xf32>
    %b = stablehlo.constant dense<[[2.0, 4.0], [3.0, 6.0]]> : tensor<2x2xf32>
    %x = stablehlo.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
    %s = stablehlo.constant dense<[1, 2]> : tensor<2xui64>
    return %a, %b, %x, %s : tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xui64>
  }
  func.func private @expected() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xf32>, tensor<2xi32>, tensor<3xui32>) {
    %0 = stablehlo.constant dense<[[2.0, 0.0], [1.0, 3.0]]> : tensor<2x2xf32>
    %1 = stablehlo.constant dense<[[0.5, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
    %2 = stablehlo.constant dense<[1, 3, 5, 7]> : tensor<4xi32>
    %3 = stablehlo.constant dense<[1.0, 0.5]> : tensor<2xf32>
    %4 = stablehlo.constant dense<[1, 0]> : tensor<2xi32>
    %5 = stablehlo.constant dense<[43444564, 2150618427, 3979645651]> : tensor<3xui32>
    return %0, %1, %2, %3, %4, %5 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xi32>, tensor<2xf32>, tensor<2xi32>, tensor<3xui32>
  }
}
