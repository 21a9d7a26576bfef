// `set_dimension_size` to a known size, which gives a value of that size.
module @set_dimension_size {
  func.func public @main() -> (tensor<2x2xi64>) {
    %operand = call @inputs() : () -> (tensor<2x3xi64>)
    %size = stablehlo.constant dense<2> : tensor<i32>
    %set = "stablehlo.set_dimension_size"(%operand, %size) {
      dimension = 1 : i64
    } : (tensor<2x3xi64>, tensor<i32>) -> tensor<2x?xi64>
    %result = stablehlo.negate %set : (tensor<2x?xi64>) -> tensor<2x2xi64>
    %expected0 = call @expected() : () -> (tensor<2x2xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<2x2xi64>, tensor<2x2xi64>) -> ()
    return %result : tensor<2x2xi64>
  }
  func.func private @inputs() -> (tensor<2x3xi64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
    return %operand : tensor<2x3xi64>
  }
  func.func private @expected() -> (tensor<2x2xi64>) {
    %0 = stablehlo.constant dense<[[-1, -2], [-4, -5]]> : tensor<2x2xi64>
    return %0 : tensor<2x2xi64>
  }
}
