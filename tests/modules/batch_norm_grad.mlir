// The spec's example of `batch_norm_grad`.
module @batch_norm_grad {
  func.func public @main() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %operand, %scale, %mean, %variance, %grad_output = call @inputs() : () -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2x2x2xf64>)
    %grad_operand, %grad_scale, %grad_offset = "stablehlo.batch_norm_grad"(%operand, %scale, %mean, %variance, %grad_output) {
      epsilon = 0.0 : f32,
      feature_index = 2 : i64
    } : (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2x2x2xf64>) -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>)
    %expected0, %expected1, %expected2 = call @expected() : () -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>)
    stablehlo.custom_call @check.expect_almost_eq(%grad_operand, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2x2x2xf64>, tensor<2x2x2xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%grad_scale, %expected1) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2xf64>, tensor<2xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%grad_offset, %expected2) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2xf64>, tensor<2xf64>) -> ()
    return %grad_operand, %grad_scale, %grad_offset : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>
  }
  func.func private @inputs() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2x2x2xf64>) {
    %operand = stablehlo.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [1.0, 2.0]]]> : tensor<2x2x2xf64>
    %scale = stablehlo.constant dense<1.0> : tensor<2xf64>
    %mean = stablehlo.constant dense<[2.0, 3.0]> : tensor<2xf64>
    %variance = stablehlo.constant dense<1.0> : tensor<2xf64>
    %grad_output = stablehlo.constant dense<0.1> : tensor<2x2x2xf64>
    return %operand, %scale, %mean, %variance, %grad_output : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2x2x2xf64>
  }
  func.func private @expected() -> (tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>) {
    %0 = stablehlo.constant dense<0.0> : tensor<2x2x2xf64>
    %1 = stablehlo.constant dense<0.0> : tensor<2xf64>
    %2 = stablehlo.constant dense<0.4> : tensor<2xf64>
    return %0, %1, %2 : tensor<2x2x2xf64>, tensor<2xf64>, tensor<2xf64>
  }
}
