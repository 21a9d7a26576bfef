// pass: optimize
// Ops that change no bit are removed. Ops that may change a zero's sign, an infinity or a NaN stay.
func.func @main(%x: tensor<4xf32>, %n: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>) {
  %one = stablehlo.constant dense<1.0> : tensor<4xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<4xf32>
  %minus_zero = stablehlo.constant dense<-0.0> : tensor<4xf32>
  %0 = stablehlo.multiply %x, %one : tensor<4xf32>
  %1 = stablehlo.add %0, %minus_zero : tensor<4xf32>
  %2 = stablehlo.subtract %1, %zero : tensor<4xf32>
  %3 = stablehlo.negate %2 : tensor<4xf32>
  %4 = stablehlo.negate %3 : tensor<4xf32>
  %kept_sum = stablehlo.add %x, %zero : tensor<4xf32>
  %kept_product = stablehlo.multiply %x, %zero : tensor<4xf32>
  %kept_difference = stablehlo.subtract %x, %x : tensor<4xf32>
  %zeros = stablehlo.constant dense<0> : tensor<4xi32>
  %5 = stablehlo.add %n, %zeros : tensor<4xi32>
  %6 = stablehlo.multiply %n, %zeros : tensor<4xi32>
  return %4, %kept_sum, %kept_product, %kept_difference, %5, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<4xf32>, %n: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>) {
// check:     %0 = stablehlo.constant dense<0.0> : tensor<f32>
// check:     %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<4xf32>
// check:     %kept_sum = stablehlo.add %x, %1 : tensor<4xf32>
// check:     %kept_product = stablehlo.multiply %x, %1 : tensor<4xf32>
// check:     %kept_difference = stablehlo.subtract %x, %x : tensor<4xf32>
// check:     %2 = stablehlo.constant dense<0> : tensor<i32>
// check:     %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<4xi32>
// check:     return %x, %kept_sum, %kept_product, %kept_difference, %n, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xi32>
// check:   }
// check: }
