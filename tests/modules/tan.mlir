// `tan` away from its poles. The spec's example lies on the poles.
module @tan {
  func.func public @main() -> (tensor<2x2xf64>) {
    %operand = call @inputs() : () -> (tensor<2x2xf64>)
    %result = "stablehlo.tan"(%operand) : (tensor<2x2xf64>) -> tensor<2x2xf64>
    %expected0 = call @expected() : () -> (tensor<2x2xf64>)
    stablehlo.custom_call @check.expect_almost_eq(%result, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<2x2xf64>, tensor<2x2xf64>) -> ()
    return %result : tensor<2x2xf64>
  }
  func.func private @inputs() -> (tensor<2x2xf64>) {
    %operand = stablehlo.constant dense<[[0.0, 0.5], [1.0, -1.0]]> : tensor<2x2xf64>
    return %operand : tensor<2x2xf64>
  }
  func.func private @expected() -> (tensor<2x2xf64>) {
    %0 = stablehlo.constant dense<[[0.0, 0.54630248984379048], [1.5574077246549023, -1.5574077246549023]]> : tensor<2x2xf64>
    return %0 : tensor<2x2xf64>
  }
}
