// The spec's example of `get_dimension_size`.
module @get_dimension_size {
  func.func public @main() -> (tensor<i32>) {
    %operand = call @inputs() : () -> (tensor<2x3xi64>)
    %result = "stablehlo.get_dimension_size"(%operand) {
      dimension = 1 : i64
    } : (tensor<2x3xi64>) -> tensor<i32>
    %expected0 = call @expected() : () -> (tensor<i32>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    return %result : tensor<i32>
  }
  func.func private @inputs() -> (tensor<2x3xi64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
    return %operand : tensor<2x3xi64>
  }
  func.func private @expected() -> (tensor<i32>) {
    %0 = stablehlo.constant dense<3> : tensor<i32>
    return %0 : tensor<i32>
  }
}
