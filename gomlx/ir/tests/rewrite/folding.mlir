// pass: optimize
// Ops on constants are computed by the pass, and on splat constants as one scalar.
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3xi32>) {
  %0 = stablehlo.constant dense<2.0> : tensor<2x3xf32>
  %1 = stablehlo.constant dense<3.0> : tensor<f32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
  %3 = stablehlo.multiply %0, %2 : tensor<2x3xf32>
  %4 = stablehlo.sqrt %3 : tensor<2x3xf32>
  %5 = stablehlo.add %x, %4 : tensor<2x3xf32>
  %6 = stablehlo.constant dense<[1, 2, 3]> : tensor<3xi32>
  %7 = stablehlo.constant dense<[5, 5, 7]> : tensor<3xi32>
  %8 = stablehlo.multiply %6, %7 : tensor<3xi32>
  return %5, %8 : tensor<2x3xf32>, tensor<3xi32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3xi32>) {
// check:     %0 = stablehlo.constant dense<2.4494898> : tensor<f32>
// check:     %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
// check:     %2 = stablehlo.add %x, %1 : tensor<2x3xf32>
// check:     %3 = stablehlo.constant dense<[5, 10, 21]> : tensor<3xi32>
// check:     return %2, %3 : tensor<2x3xf32>, tensor<3xi32>
// check:   }
// check: }
