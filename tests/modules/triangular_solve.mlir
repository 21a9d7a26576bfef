// The spec's example of `triangular_solve`.
module @triangular_solve {
  func.func public @main() -> (tensor<3x3xf32>) {
    %a, %b = call @inputs() : () -> (tensor<3x3xf32>, tensor<3x3xf32>)
    %result = "stablehlo.triangular_solve"(%a, %b) {
      left_side = true,
      lower = true,
      unit_diagonal = false,
      transpose_a = #stablehlo<transpose NO_TRANSPOSE>
    } : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
    %expected0 = call @expected() : () -> (tensor<3x3xf32>)
    stablehlo.custom_call @check.expect_almost_eq(%result, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<3x3xf32>, tensor<3x3xf32>) -> ()
    return %result : tensor<3x3xf32>
  }
  func.func private @inputs() -> (tensor<3x3xf32>, tensor<3x3xf32>) {
    %a = stablehlo.constant dense<[[1.0, 0.0, 0.0], [2.0, 4.0, 0.0], [3.0, 5.0, 6.0]]> : tensor<3x3xf32>
    %b = stablehlo.constant dense<[[2.0, 0.0, 0.0], [4.0, 8.0, 0.0], [6.0, 10.0, 12.0]]> : tensor<3x3xf32>
    return %a, %b : tensor<3x3xf32>, tensor<3x3xf32>
  }
  func.func private @expected() -> (tensor<3x3xf32>) {
    %0 = stablehlo.constant dense<[[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]]> : tensor<3x3xf32>
    return %0 : tensor<3x3xf32>
  }
}
