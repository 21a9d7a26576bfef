// pass: optimize
// A constant start is clamped by the pass.
func.func @main(%x: tensor<6x4xf32>, %i: tensor<i32>) -> (tensor<2x4xf32>, tensor<6x4xf32>, tensor<2x4xf32>) {
  %nine = stablehlo.constant dense<9> : tensor<i32>
  %0 = stablehlo.dynamic_slice %x, %nine, %i, sizes = [2, 4] : (tensor<6x4xf32>, tensor<i32>, tensor<i32>) -> tensor<2x4xf32>
  %1 = stablehlo.dynamic_slice %x, %i, %i, sizes = [6, 4] : (tensor<6x4xf32>, tensor<i32>, tensor<i32>) -> tensor<6x4xf32>
  %2 = stablehlo.dynamic_slice %x, %i, %i, sizes = [2, 4] : (tensor<6x4xf32>, tensor<i32>, tensor<i32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<6x4xf32>, tensor<2x4xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<6x4xf32>, %i: tensor<i32>) -> (tensor<2x4xf32>, tensor<6x4xf32>, tensor<2x4xf32>) {
// check:     %0 = stablehlo.slice %x [4:6, 0:4] : (tensor<6x4xf32>) -> tensor<2x4xf32>
// check:     %1 = stablehlo.dynamic_slice %x, %i, %i, sizes = [2, 4] : (tensor<6x4xf32>, tensor<i32>, tensor<i32>) -> tensor<2x4xf32>
// check:     return %0, %x, %1 : tensor<2x4xf32>, tensor<6x4xf32>, tensor<2x4xf32>
// check:   }
// check: }
