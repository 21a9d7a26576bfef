// pass: cse
// Sums with swapped operands are equal, differences are not. Reductions with equal bodies are equal.
func.func @main(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>) {
  %c = stablehlo.constant dense<0.0> : tensor<f32>
  %d = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.add %x, %y : tensor<2x3xf32>
  %1 = stablehlo.add %y, %x : tensor<2x3xf32>
  %2 = stablehlo.subtract %x, %y : tensor<2x3xf32>
  %3 = stablehlo.subtract %y, %x : tensor<2x3xf32>
  %4 = stablehlo.multiply %2, %3 : tensor<2x3xf32>
  %5 = stablehlo.multiply %0, %1 : tensor<2x3xf32>
  %6 = stablehlo.add %4, %5 : tensor<2x3xf32>
  %7 = stablehlo.reduce(%6 init: %c) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %8 = stablehlo.reduce(%6 init: %d) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %9 = stablehlo.reduce(%6 init: %d) applies stablehlo.maximum across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %10 = stablehlo.subtract %7, %8 : tensor<2xf32>
  %11 = stablehlo.multiply %10, %9 : tensor<2xf32>
  return %6, %11 : tensor<2x3xf32>, tensor<2xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>) {
// check:     %c = stablehlo.constant dense<0.0> : tensor<f32>
// check:     %0 = stablehlo.add %x, %y : tensor<2x3xf32>
// check:     %1 = stablehlo.subtract %x, %y : tensor<2x3xf32>
// check:     %2 = stablehlo.subtract %y, %x : tensor<2x3xf32>
// check:     %3 = stablehlo.multiply %1, %2 : tensor<2x3xf32>
// check:     %4 = stablehlo.multiply %0, %0 : tensor<2x3xf32>
// check:     %5 = stablehlo.add %3, %4 : tensor<2x3xf32>
// check:     %6 = stablehlo.reduce(%5 init: %c) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
// check:     %7 = stablehlo.reduce(%5 init: %c) applies stablehlo.maximum across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
// check:     %8 = stablehlo.subtract %6, %6 : tensor<2xf32>
// check:     %9 = stablehlo.multiply %8, %7 : tensor<2xf32>
// check:     return %5, %9 : tensor<2x3xf32>, tensor<2xf32>
// check:   }
// check: }
