// pass: optimize
// Division by 8 becomes a product. Division by 3 does not, because a third is inexact.
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %eight = stablehlo.constant dense<8.0> : tensor<4xf32>
  %three = stablehlo.constant dense<3.0> : tensor<4xf32>
  %0 = stablehlo.divide %x, %eight : tensor<4xf32>
  %1 = stablehlo.divide %x, %three : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
// check:     %0 = stablehlo.constant dense<3.0> : tensor<f32>
// check:     %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<4xf32>
// check:     %2 = stablehlo.constant dense<0.125> : tensor<f32>
// check:     %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<f32>) -> tensor<4xf32>
// check:     %4 = stablehlo.multiply %x, %3 : tensor<4xf32>
// check:     %5 = stablehlo.divide %x, %1 : tensor<4xf32>
// check:     return %4, %5 : tensor<4xf32>, tensor<4xf32>
// check:   }
// check: }
