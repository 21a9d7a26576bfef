// pass: optimize
// Passes do not look through a barrier, but they share equal values before it.
func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = stablehlo.negate %x : tensor<3xf32>
  %1:2 = stablehlo.optimization_barrier %0, %x : tensor<3xf32>, tensor<3xf32>
  %2 = stablehlo.negate %1#0 : tensor<3xf32>
  %3 = stablehlo.negate %x : tensor<3xf32>
  %4 = stablehlo.add %3, %1#1 : tensor<3xf32>
  return %2, %4 : tensor<3xf32>, tensor<3xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
// check:     %0 = stablehlo.negate %x : tensor<3xf32>
// check:     %1:2 = stablehlo.optimization_barrier %0, %x : tensor<3xf32>, tensor<3xf32>
// check:     %2 = stablehlo.negate %1#0 : tensor<3xf32>
// check:     %3 = stablehlo.subtract %1#1, %x : tensor<3xf32>
// check:     return %2, %3 : tensor<3xf32>, tensor<3xf32>
// check:   }
// check: }
