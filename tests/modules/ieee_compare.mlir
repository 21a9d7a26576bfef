// Comparisons of NaN and signed zeros. As numbers, NaN is unordered and zeros are equal. The total order orders both.
module @ieee_compare {
  func.func public @main() -> (tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>) {
    %a, %b = call @inputs() : () -> (tensor<6xf32>, tensor<6xf32>)
    // XLA compares constants as numbers even in the total order, so the operands here are not constants.
    %c, %d = stablehlo.optimization_barrier %a, %b : tensor<6xf32>, tensor<6xf32>
    %eq_float = stablehlo.compare EQ, %a, %b, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %ne_float = stablehlo.compare NE, %a, %b, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %lt_float = stablehlo.compare LT, %a, %b, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %ge_float = stablehlo.compare GE, %a, %b, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %eq_totalorder = stablehlo.compare EQ, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %ne_totalorder = stablehlo.compare NE, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %lt_totalorder = stablehlo.compare LT, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %ge_totalorder = stablehlo.compare GE, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %gt_totalorder = stablehlo.compare GT, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %le_totalorder = stablehlo.compare LE, %c, %d, TOTALORDER : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %expected:10 = call @expected() : () -> (tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>)
    stablehlo.custom_call @check.expect_eq(%eq_float, %expected#0) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%ne_float, %expected#1) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%lt_float, %expected#2) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%ge_float, %expected#3) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%eq_totalorder, %expected#4) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%ne_totalorder, %expected#5) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%lt_totalorder, %expected#6) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%ge_totalorder, %expected#7) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%gt_totalorder, %expected#8) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%le_totalorder, %expected#9) {has_side_effect = true} : (tensor<6xi1>, tensor<6xi1>) -> ()
    return %eq_float, %ne_float, %lt_float, %ge_float, %eq_totalorder, %ne_totalorder, %lt_totalorder, %ge_totalorder, %gt_totalorder, %le_totalorder : tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>
  }
  func.func private @inputs() -> (tensor<6xf32>, tensor<6xf32>) {
    %0 = stablehlo.constant dense<[0x7FC00000, 0x7FC00000, -0.0, 0.0, 0xFF800000, 1.0]> : tensor<6xf32>
    %1 = stablehlo.constant dense<[0x7FC00000, 1.0, 0.0, -0.0, 0x7FC00000, 0x7FC00000]> : tensor<6xf32>
    return %0, %1 : tensor<6xf32>, tensor<6xf32>
  }
  func.func private @expected() -> (tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>) {
    %0 = stablehlo.constant dense<[false, false, true, true, false, false]> : tensor<6xi1>
    %1 = stablehlo.constant dense<[true, true, false, false, true, true]> : tensor<6xi1>
    %2 = stablehlo.constant dense<[false, false, false, false, false, false]> : tensor<6xi1>
    %3 = stablehlo.constant dense<[false, false, true, true, false, false]> : tensor<6xi1>
    %4 = stablehlo.constant dense<[true, false, false, false, false, false]> : tensor<6xi1>
    %5 = stablehlo.constant dense<[false, true, true, true, true, true]> : tensor<6xi1>
    %6 = stablehlo.constant dense<[false, false, true, false, true, true]> : tensor<6xi1>
    %7 = stablehlo.constant dense<[true, true, false, true, false, false]> : tensor<6xi1>
    %8 = stablehlo.constant dense<[false, true, false, true, false, false]> : tensor<6xi1>
    %9 = stablehlo.constant dense<[true, false, true, false, true, true]> : tensor<6xi1>
    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9 : tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>, tensor<6xi1>
  }
}
