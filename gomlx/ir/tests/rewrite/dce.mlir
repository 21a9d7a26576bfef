// pass: dce
func.func @main(%x: tensor<3xf32>, %unused: tensor<3xf32>) -> tensor<3xf32> {
  %0 = stablehlo.negate %unused : tensor<3xf32>
  %1 = stablehlo.exponential %0 : tensor<3xf32>
  %2 = stablehlo.abs %x : tensor<3xf32>
  return %2 : tensor<3xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<3xf32>, %unused: tensor<3xf32>) -> tensor<3xf32> {
// check:     %0 = stablehlo.abs %x : tensor<3xf32>
// check:     return %0 : tensor<3xf32>
// check:   }
// check: }
