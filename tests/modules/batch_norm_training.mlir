// The spec's example of `batch_norm_training`.
module @batch_norm_training {
  func.func public @main() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %operand, %scale, %offset = call @inputs() : () -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>)
    %output, %batch_mean, %batch_var = "stablehlo.batch_norm_training"(%operand, %scale, %offset) {
      epsilon = 0.0 : f32,
      feature_index = 2 : i64
    } : (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>)
    %expected0, %expected1, %expected2 = call @expected() : () -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>)
    stablehlo.custom_call @check.expect_almost_eq(%output, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2x2x2xf64>, tensor<2x2x2xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%batch_mean, %expected1) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2xf64>, tensor<2xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%batch_var, %expected2) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2xf64>, tensor<2xf64>) -> ()
    return %output, %batch_mean, %batch_var : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>
  }
  func.func private @inputs() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %operand = stablehlo.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [1.0, 2.0]]]> : tensor<2x2x2xf64>
    %scale = stablehlo.constant dense<1.0> : tensor<2xf64>
    %offset = stablehlo.constant dense<1.0> : tensor<2xf64>
    return %operand, %scale, %offset : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>
  }
  func.func private @expected() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %0 = stablehlo.constant dense<[[[0.0, 0.0], [2.0, 2.0]], [[2.0, 2.0], [0.0, 0.0]]]> : tensor<2x2x2xf64>
    %1 = stablehlo.constant dense<[2.0, 3.0]> : tensor<2xf64>
    %2 = stablehlo.constant dense<[1.0, 1.0]> : tensor<2xf64>
    return %0, %1, %2 : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>
  }
}
