// NaN wins in minimum and maximum, and -0 is less than +0 (IEEE 754-2019, which the spec follows).
module @ieee_minimum_maximum {
  func.func public @main() -> (tensor<8xi1>, tensor<8xui32>, tensor<8xi1>, tensor<8xui32>) {
    %a, %b, %none = call @inputs() : () -> (tensor<8xf32>, tensor<8xf32>, tensor<8xui32>)
    %max = stablehlo.maximum %a, %b : tensor<8xf32>
    %max_nan = stablehlo.compare NE, %max, %max, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %max_bits = stablehlo.bitcast_convert %max : (tensor<8xf32>) -> tensor<8xui32>
    %max_zeros = stablehlo.select %max_nan, %none, %max_bits : tensor<8xi1>, tensor<8xui32>
    %min = stablehlo.minimum %a, %b : tensor<8xf32>
    %min_nan = stablehlo.compare NE, %min, %min, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %min_bits = stablehlo.bitcast_convert %min : (tensor<8xf32>) -> tensor<8xui32>
    %min_zeros = stablehlo.select %min_nan, %none, %min_bits : tensor<8xi1>, tensor<8xui32>
    %expected:4 = call @expected() : () -> (tensor<8xi1>, tensor<8xui32>, tensor<8xi1>, tensor<8xui32>)
    stablehlo.custom_call @check.expect_eq(%max_nan, %expected#0) {has_side_effect = true} : (tensor<8xi1>, tensor<8xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%max_zeros, %expected#1) {has_side_effect = true} : (tensor<8xui32>, tensor<8xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%min_nan, %expected#2) {has_side_effect = true} : (tensor<8xi1>, tensor<8xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%min_zeros, %expected#3) {has_side_effect = true} : (tensor<8xui32>, tensor<8xui32>) -> ()
    return %max_nan, %max_zeros, %min_nan, %min_zeros : tensor<8xi1>, tensor<8xui32>, tensor<8xi1>, tensor<8xui32>
  }
  func.func private @inputs() -> (tensor<8xf32>, tensor<8xf32>, tensor<8xui32>) {
    %0 = stablehlo.constant dense<[0.0, -0.0, 0x7FC00000, 1.0, 0xFF800000, 0x7FC00000, -0.0, 2.5]> : tensor<8xf32>
    %1 = stablehlo.constant dense<[-0.0, 0.0, 1.0, 0x7FC00000, 0x7F800000, 0xFF800000, -0.0, -2.5]> : tensor<8xf32>
    %2 = stablehlo.constant dense<[0, 0, 0, 0, 0, 0, 0, 0]> : tensor<8xui32>
    return %0, %1, %2 : tensor<8xf32>, tensor<8xf32>, tensor<8xui32>
  }
  func.func private @expected() -> (tensor<8xi1>, tensor<8xui32>, tensor<8xi1>, tensor<8xui32>) {
    %0 = stablehlo.constant dense<[false, false, true, true, false, true, false, false]> : tensor<8xi1>
    %1 = stablehlo.constant dense<[0, 0, 0, 0, 2139095040, 0, 2147483648, 1075838976]> : tensor<8xui32>
    %2 = stablehlo.constant dense<[false, false, true, true, false, true, false, false]> : tensor<8xi1>
    %3 = stablehlo.constant dense<[2147483648, 2147483648, 0, 0, 4286578688, 0, 2147483648, 3223322624]> : tensor<8xui32>
    return %0, %1, %2, %3 : tensor<8xi1>, tensor<8xui32>, tensor<8xi1>, tensor<8xui32>
  }
}
