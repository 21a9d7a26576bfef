// The spec's example of `dynamic_broadcast_in_dim`.
module @dynamic_broadcast_in_dim {
  func.func public @main() -> (tensor<2x3x2xi64>) {
    %operand = call @inputs() : () -> (tensor<1x3xi64>)
    %output_dimensions = stablehlo.constant dense<[2, 3, 2]> : tensor<3xi64>
    %result = "stablehlo.dynamic_broadcast_in_dim"(%operand, %output_dimensions) {
      broadcast_dimensions = array<i64: 2, 1>,
      known_expanding_dimensions = array<i64: 0>,
      known_nonexpanding_dimensions = array<i64: 1>
    } : (tensor<1x3xi64>, tensor<3xi64>) -> tensor<2x3x2xi64>
    %expected0 = call @expected() : () -> (tensor<2x3x2xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<2x3x2xi64>, tensor<2x3x2xi64>) -> ()
    return %result : tensor<2x3x2xi64>
  }
  func.func private @inputs() -> (tensor<1x3xi64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3]]> : tensor<1x3xi64>
    return %operand : tensor<1x3xi64>
  }
  func.func private @expected() -> (tensor<2x3x2xi64>) {
    %0 = stablehlo.constant dense<[[[1, 1], [2, 2], [3, 3]], [[1, 1], [2, 2], [3, 3]]]> : tensor<2x3x2xi64>
    return %0 : tensor<2x3x2xi64>
  }
}
