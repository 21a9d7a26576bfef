// pass: optimize
func.func @main(%x: tensor<4x6xf32>, %y: tensor<4x2xf32>) -> (tensor<4x6xf32>, tensor<24xf32>, tensor<2x2xf32>, tensor<1x4x6xf32>, tensor<4x2xf32>) {
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<4x6xf32>) -> tensor<6x4xf32>
  %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<6x4xf32>) -> tensor<4x6xf32>
  %2 = stablehlo.reshape %x : (tensor<4x6xf32>) -> tensor<2x12xf32>
  %3 = stablehlo.reshape %2 : (tensor<2x12xf32>) -> tensor<24xf32>
  %4 = stablehlo.slice %x [1:4, 0:6:2] : (tensor<4x6xf32>) -> tensor<3x3xf32>
  %5 = stablehlo.slice %4 [0:3:2, 1:3] : (tensor<3x3xf32>) -> tensor<2x2xf32>
  %6 = stablehlo.reshape %x : (tensor<4x6xf32>) -> tensor<4x1x6xf32>
  %7 = stablehlo.transpose %6, dims = [1, 0, 2] : (tensor<4x1x6xf32>) -> tensor<1x4x6xf32>
  %8 = stablehlo.concatenate %x, %y, dim = 1 : (tensor<4x6xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  %9 = stablehlo.slice %8 [0:4, 6:8] : (tensor<4x8xf32>) -> tensor<4x2xf32>
  return %1, %3, %5, %7, %9 : tensor<4x6xf32>, tensor<24xf32>, tensor<2x2xf32>, tensor<1x4x6xf32>, tensor<4x2xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<4x6xf32>, %y: tensor<4x2xf32>) -> (tensor<4x6xf32>, tensor<24xf32>, tensor<2x2xf32>, tensor<1x4x6xf32>, tensor<4x2xf32>) {
// check:     %0 = stablehlo.reshape %x : (tensor<4x6xf32>) -> tensor<24xf32>
// check:     %1 = stablehlo.slice %x [1:4:2, 2:5:2] : (tensor<4x6xf32>) -> tensor<2x2xf32>
// check:     %2 = stablehlo.reshape %x : (tensor<4x6xf32>) -> tensor<1x4x6xf32>
// check:     return %x, %0, %1, %2, %y : tensor<4x6xf32>, tensor<24xf32>, tensor<2x2xf32>, tensor<1x4x6xf32>, tensor<4x2xf32>
// check:   }
// check: }
