// pass: optimize
// A conversion through a wider type loses nothing and is removed. One through a narrower type stays.
func.func @main(%x: tensor<3xbf16>, %y: tensor<3xf32>, %b: tensor<3xi1>) -> (tensor<3xbf16>, tensor<3xf32>, tensor<3xf64>) {
  %0 = stablehlo.convert %x : (tensor<3xbf16>) -> tensor<3xf32>
  %1 = stablehlo.convert %0 : (tensor<3xf32>) -> tensor<3xbf16>
  %2 = stablehlo.convert %y : (tensor<3xf32>) -> tensor<3xbf16>
  %3 = stablehlo.convert %2 : (tensor<3xbf16>) -> tensor<3xf32>
  %4 = stablehlo.convert %b : (tensor<3xi1>) -> tensor<3xi32>
  %5 = stablehlo.convert %4 : (tensor<3xi32>) -> tensor<3xf64>
  return %1, %3, %5 : tensor<3xbf16>, tensor<3xf32>, tensor<3xf64>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<3xbf16>, %y: tensor<3xf32>, %b: tensor<3xi1>) -> (tensor<3xbf16>, tensor<3xf32>, tensor<3xf64>) {
// check:     %0 = stablehlo.convert %y : (tensor<3xf32>) -> tensor<3xbf16>
// check:     %1 = stablehlo.convert %0 : (tensor<3xbf16>) -> tensor<3xf32>
// check:     %2 = stablehlo.convert %b : (tensor<3xi1>) -> tensor<3xf64>
// check:     return %x, %1, %2 : tensor<3xbf16>, tensor<3xf32>, tensor<3xf64>
// check:   }
// check: }
