// The spec's example of `dynamic_pad`.
module @dynamic_pad {
  func.func public @main() -> (tensor<5x9xi64>) {
    %operand, %padding_value = call @inputs() : () -> (tensor<2x3xi64>, tensor<i64>)
    %edge_padding_low = stablehlo.constant dense<[0, 1]> : tensor<2xi64>
    %edge_padding_high = stablehlo.constant dense<[2, 1]> : tensor<2xi64>
    %interior_padding = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %result = "stablehlo.dynamic_pad"(%operand, %padding_value, %edge_padding_low, %edge_padding_high, %interior_padding) : (tensor<2x3xi64>, tensor<i64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<5x9xi64>
    %expected0 = call @expected() : () -> (tensor<5x9xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<5x9xi64>, tensor<5x9xi64>) -> ()
    return %result : tensor<5x9xi64>
  }
  func.func private @inputs() -> (tensor<2x3xi64>, tensor<i64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
    %padding_value = stablehlo.constant dense<0> : tensor<i64>
    return %operand, %padding_value : tensor<2x3xi64>, tensor<i64>
  }
  func.func private @expected() -> (tensor<5x9xi64>) {
    %0 = stablehlo.constant dense<[[0, 1, 0, 0, 2, 0, 0, 3, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 4, 0, 0, 5, 0, 0, 6, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]]> : tensor<5x9xi64>
    return %0 : tensor<5x9xi64>
  }
}
