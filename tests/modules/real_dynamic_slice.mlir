// `real_dynamic_slice` on the spec's example of `slice`.
module @real_dynamic_slice {
  func.func public @main() -> (tensor<2x2xi64>) {
    %operand = call @inputs() : () -> (tensor<3x4xi64>)
    %start = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %limit = stablehlo.constant dense<[3, 4]> : tensor<2xi64>
    %strides = stablehlo.constant dense<[1, 1]> : tensor<2xi64>
    %result = "stablehlo.real_dynamic_slice"(%operand, %start, %limit, %strides) : (tensor<3x4xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<2x2xi64>
    %expected0 = call @expected() : () -> (tensor<2x2xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<2x2xi64>, tensor<2x2xi64>) -> ()
    return %result : tensor<2x2xi64>
  }
  func.func private @inputs() -> (tensor<3x4xi64>) {
    %operand = stablehlo.constant dense<[[0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]> : tensor<3x4xi64>
    return %operand : tensor<3x4xi64>
  }
  func.func private @expected() -> (tensor<2x2xi64>) {
    %0 = stablehlo.constant dense<1> : tensor<2x2xi64>
    return %0 : tensor<2x2xi64>
  }
}
