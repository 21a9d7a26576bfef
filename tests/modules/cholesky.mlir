// The spec's example of `cholesky`.
module @cholesky {
  func.func public @main() -> (tensor<3x3xf32>) {
    %a = call @inputs() : () -> (tensor<3x3xf32>)
    %l = "stablehlo.cholesky"(%a) {lower = true} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    // The backend chooses the contents of the other triangle.
    %row = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %column = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %below = stablehlo.compare GE, %row, %column : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %zero = stablehlo.constant dense<0.0> : tensor<3x3xf32>
    %result = stablehlo.select %below, %l, %zero : tensor<3x3xi1>, tensor<3x3xf32>
    %expected0 = call @expected() : () -> (tensor<3x3xf32>)
    stablehlo.custom_call @check.expect_almost_eq(%result, %expected0) {tolerance = 1.000000e-05 : f32, has_side_effect = true} : (tensor<3x3xf32>, tensor<3x3xf32>) -> ()
    return %result : tensor<3x3xf32>
  }
  func.func private @inputs() -> (tensor<3x3xf32>) {
    %a = stablehlo.constant dense<[[1.0, 2.0, 3.0], [2.0, 20.0, 26.0], [3.0, 26.0, 70.0]]> : tensor<3x3xf32>
    return %a : tensor<3x3xf32>
  }
  func.func private @expected() -> (tensor<3x3xf32>) {
    %0 = stablehlo.constant dense<[[1.0, 0.0, 0.0], [2.0, 4.0, 0.0], [3.0, 5.0, 6.0]]> : tensor<3x3xf32>
    return %0 : tensor<3x3xf32>
  }
}
