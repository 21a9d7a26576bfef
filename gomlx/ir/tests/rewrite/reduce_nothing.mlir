// pass: optimize
// Over axes of size one, a reduction from its identity becomes a reshape. One from another value does not.
func.func @main(%x: tensor<3x1xf32>, %s: tensor<f32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %c = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %c) applies stablehlo.maximum across dimensions = [1] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3xf32>
  %1 = stablehlo.reduce(%x init: %s) applies stablehlo.maximum across dimensions = [1] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3xf32>
  return %0, %1 : tensor<3xf32>, tensor<3xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<3x1xf32>, %s: tensor<f32>) -> (tensor<3xf32>, tensor<3xf32>) {
// check:     %0 = stablehlo.reshape %x : (tensor<3x1xf32>) -> tensor<3xf32>
// check:     %1 = stablehlo.reduce(%x init: %s) applies stablehlo.maximum across dimensions = [1] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3xf32>
// check:     return %0, %1 : tensor<3xf32>, tensor<3xf32>
// check:   }
// check: }
