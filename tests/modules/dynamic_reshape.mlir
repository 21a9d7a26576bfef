// The spec's example of `dynamic_reshape`, with dynamic sizes in the result type.
module @dynamic_reshape {
  func.func public @main() -> (tensor<3x2xi64>) {
    %operand = call @inputs() : () -> (tensor<2x3xi64>)
    %output_shape = stablehlo.constant dense<[3, 2]> : tensor<2xi64>
    %open = "stablehlo.dynamic_reshape"(%operand, %output_shape) : (tensor<2x3xi64>, tensor<2xi64>) -> tensor<?x?xi64>
    %sum = stablehlo.add %open, %open : tensor<?x?xi64>
    %result = stablehlo.convert %sum : (tensor<?x?xi64>) -> tensor<3x2xi64>
    %expected0 = call @expected() : () -> (tensor<3x2xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<3x2xi64>, tensor<3x2xi64>) -> ()
    return %result : tensor<3x2xi64>
  }
  func.func private @inputs() -> (tensor<2x3xi64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
    return %operand : tensor<2x3xi64>
  }
  func.func private @expected() -> (tensor<3x2xi64>) {
    %0 = stablehlo.constant dense<[[2, 4], [6, 8], [10, 12]]> : tensor<3x2xi64>
    return %0 : tensor<3x2xi64>
  }
}
