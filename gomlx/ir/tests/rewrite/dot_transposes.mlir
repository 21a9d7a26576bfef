// pass: optimize
// The gradients of a dense layer: transposes move into the dimension numbers of the product.
func.func @main(%x: tensor<9x7xf32>, %w: tensor<7x5xf32>, %g: tensor<9x5xf32>) -> (tensor<7x5xf32>, tensor<9x7xf32>, tensor<5x7xf32>) {
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<9x7xf32>) -> tensor<7x9xf32>
  %dw = stablehlo.dot_general %0, %g, contracting_dims = [1] x [0] : (tensor<7x9xf32>, tensor<9x5xf32>) -> tensor<7x5xf32>
  %1 = stablehlo.transpose %w, dims = [1, 0] : (tensor<7x5xf32>) -> tensor<5x7xf32>
  %dx = stablehlo.dot_general %g, %1, contracting_dims = [1] x [0] : (tensor<9x5xf32>, tensor<5x7xf32>) -> tensor<9x7xf32>
  %2 = stablehlo.dot_general %x, %g, contracting_dims = [0] x [0] : (tensor<9x7xf32>, tensor<9x5xf32>) -> tensor<7x5xf32>
  %3 = stablehlo.abs %2 : tensor<7x5xf32>
  %4 = stablehlo.dot_general %x, %3, contracting_dims = [1] x [0] : (tensor<9x7xf32>, tensor<7x5xf32>) -> tensor<9x5xf32>
  %5 = stablehlo.dot_general %x, %4, contracting_dims = [0] x [0] : (tensor<9x7xf32>, tensor<9x5xf32>) -> tensor<7x5xf32>
  %6 = stablehlo.transpose %5, dims = [1, 0] : (tensor<7x5xf32>) -> tensor<5x7xf32>
  return %dw, %dx, %6 : tensor<7x5xf32>, tensor<9x7xf32>, tensor<5x7xf32>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<9x7xf32>, %w: tensor<7x5xf32>, %g: tensor<9x5xf32>) -> (tensor<7x5xf32>, tensor<9x7xf32>, tensor<5x7xf32>) {
// check:     %0 = stablehlo.dot_general %x, %g, contracting_dims = [0] x [0] : (tensor<9x7xf32>, tensor<9x5xf32>) -> tensor<7x5xf32>
// check:     %1 = stablehlo.dot_general %g, %w, contracting_dims = [1] x [1] : (tensor<9x5xf32>, tensor<7x5xf32>) -> tensor<9x7xf32>
// check:     %2 = stablehlo.abs %0 : tensor<7x5xf32>
// check:     %3 = stablehlo.dot_general %x, %2, contracting_dims = [1] x [0] : (tensor<9x7xf32>, tensor<7x5xf32>) -> tensor<9x5xf32>
// check:     %4 = stablehlo.dot_general %3, %x, contracting_dims = [0] x [0] : (tensor<9x5xf32>, tensor<9x7xf32>) -> tensor<5x7xf32>
// check:     return %0, %1, %4 : tensor<7x5xf32>, tensor<9x7xf32>, tensor<5x7xf32>
// check:   }
// check: }
