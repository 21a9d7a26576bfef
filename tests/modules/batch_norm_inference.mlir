// The spec's example of `batch_norm_inference`.
module @batch_norm_inference {
  func.func public @main() -> (tensor<2x2x2xf64>) {
    %operand, %scale, %offset, %mean, %variance = call @inputs() : () -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>)
    %result = "stablehlo.batch_norm_inference"(%operand, %scale, %offset, %mean, %variance) {
      epsilon = 0.0 : f32,
      feature_index = 2 : i64
    } : (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> tensor<2x2x2xf64>
    %expected0 = call @expected() : () -> (tensor<2x2x2xf64>)
    stablehlo.custom_call @check.expect_almost_eq(%result, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2x2x2xf64>, tensor<2x2x2xf64>) -> ()
    return %result : tensor<2x2x2xf64>
  }
  func.func private @inputs() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %operand = stablehlo.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [1.0, 2.0]]]> : tensor<2x2x2xf64>
    %scale = stablehlo.constant dense<1.0> : tensor<2xf64>
    %offset = stablehlo.constant dense<1.0> : tensor<2xf64>
    %mean = stablehlo.constant dense<[2.0, 3.0]> : tensor<2xf64>
    %variance = stablehlo.constant dense<1.0> : tensor<2xf64>
    return %operand, %scale, %offset, %mean, %variance : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>
  }
  func.func private @expected() -> (tensor<2x2x2xf64>) {
    %0 = stablehlo.constant dense<[[[0.0, 0.0], [2.0, 2.0]], [[2.0, 2.0], [0.0, 0.0]]]> : tensor<2x2x2xf64>
    return %0 : tensor<2x2x2xf64>
  }
}
