// The spec's example of `logistic`.
module @logistic {
  func.func public @main() -> (tensor<2x2xf32>) {
    %operand = call @inputs() : () -> (tensor<2x2xf32>)
    %result = "stablehlo.logistic"(%operand) : (tensor<2x2xf32>) -> tensor<2x2xf32>
    %expected0 = call @expected() : () -> (tensor<2x2xf32>)
    stablehlo.custom_call @check.expect_almost_eq(%result, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
    return %result : tensor<2x2xf32>
  }
  func.func private @inputs() -> (tensor<2x2xf32>) {
    %operand = stablehlo.constant dense<[[0.0, 1.0], [2.0, 3.0]]> : tensor<2x2xf32>
    return %operand : tensor<2x2xf32>
  }
  func.func private @expected() -> (tensor<2x2xf32>) {
    %0 = stablehlo.constant dense<[[0.5, 0.73105858], [0.88079708, 0.95257413]]> : tensor<2x2xf32>
    return %0 : tensor<2x2xf32>
  }
}
