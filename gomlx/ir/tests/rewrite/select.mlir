// pass: optimize
func.func @main(%p: tensor<3xi1>, %s: tensor<i1>, %x: tensor<3xf32>, %y: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %0 = stablehlo.select %p, %x, %x : tensor<3xi1>, tensor<3xf32>
  %true = stablehlo.constant dense<true> : tensor<3xi1>
  %1 = stablehlo.select %true, %x, %y : tensor<3xi1>, tensor<3xf32>
  %2 = stablehlo.not %p : tensor<3xi1>
  %3 = stablehlo.select %2, %x, %y : tensor<3xi1>, tensor<3xf32>
  %4 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<i1>) -> tensor<3xi1>
  %5 = stablehlo.select %4, %x, %y : tensor<3xi1>, tensor<3xf32>
  return %0, %1, %3, %5 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}
// check: module @main {
// check:   func.func public @main(%p: tensor<3xi1>, %s: tensor<i1>, %x: tensor<3xf32>, %y: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
// check:     %0 = stablehlo.select %p, %y, %x : tensor<3xi1>, tensor<3xf32>
// check:     %1 = stablehlo.select %s, %x, %y : tensor<i1>, tensor<3xf32>
// check:     return %x, %x, %0, %1 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
// check:   }
// check: }
