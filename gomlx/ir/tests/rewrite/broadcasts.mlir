// pass: optimize
// Elementwise ops move before the broadcast of their operands. A broadcast of a broadcast becomes one.
func.func @main(%x: tensor<3x5xf32>, %row: tensor<5xf32>, %s: tensor<f32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %0 = stablehlo.broadcast_in_dim %row, dims = [1] : (tensor<5xf32>) -> tensor<3x5xf32>
  %two = stablehlo.constant dense<2.0> : tensor<3x5xf32>
  %1 = stablehlo.multiply %0, %two : tensor<3x5xf32>
  %2 = stablehlo.exponential %1 : tensor<3x5xf32>
  %3 = stablehlo.add %x, %2 : tensor<3x5xf32>
  %4 = stablehlo.reshape %s : (tensor<f32>) -> tensor<1x1xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<3x5xf32>
  %6 = stablehlo.divide %3, %5 : tensor<3x5xf32>
  return %3, %6 : tensor<3x5xf32>, tensor<3x5xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<3x5xf32>, %row: tensor<5xf32>, %s: tensor<f32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
// check:     %0 = stablehlo.constant dense<2.0> : tensor<f32>
// check:     %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<5xf32>
// check:     %2 = stablehlo.multiply %row, %1 : tensor<5xf32>
// check:     %3 = stablehlo.exponential %2 : tensor<5xf32>
// check:     %4 = stablehlo.broadcast_in_dim %3, dims = [1] : (tensor<5xf32>) -> tensor<3x5xf32>
// check:     %5 = stablehlo.add %x, %4 : tensor<3x5xf32>
// check:     %6 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
// check:     %7 = stablehlo.divide %5, %6 : tensor<3x5xf32>
// check:     return %5, %7 : tensor<3x5xf32>, tensor<3x5xf32>
// check:   }
// check: }
