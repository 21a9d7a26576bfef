// Positions out of bounds: gathers and slices are clamped, updates are dropped.
module @out_of_bounds {
  func.func public @main() -> (tensor<2x2xi32>, tensor<3x4xi32>, tensor<3x4xi32>, tensor<3x4xi32>) {
    %x, %p, %q, %at, %u, %r = call @inputs() : () -> (tensor<3x4xi32>, tensor<i32>, tensor<i32>, tensor<3x1xi32>, tensor<2x2xi32>, tensor<3x4xi32>)
    %sliced = stablehlo.dynamic_slice %x, %p, %q, sizes = [2, 2] : (tensor<3x4xi32>, tensor<i32>, tensor<i32>) -> tensor<2x2xi32>
    %updated = stablehlo.dynamic_update_slice %x, %u, %q, %p : (tensor<3x4xi32>, tensor<2x2xi32>, tensor<i32>, tensor<i32>) -> tensor<3x4xi32>
    %gathered = "stablehlo.gather"(%x, %at) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 4>}> : (tensor<3x4xi32>, tensor<3x1xi32>) -> tensor<3x4xi32>
    %scattered = "stablehlo.scatter"(%x, %at, %r) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%old: tensor<i32>, %new: tensor<i32>):
      %sum = stablehlo.add %old, %new : tensor<i32>
      stablehlo.return %sum : tensor<i32>
    }) : (tensor<3x4xi32>, tensor<3x1xi32>, tensor<3x4xi32>) -> tensor<3x4xi32>
    %expected:4 = call @expected() : () -> (tensor<2x2xi32>, tensor<3x4xi32>, tensor<3x4xi32>, tensor<3x4xi32>)
    stablehlo.custom_call @check.expect_eq(%sliced, %expected#0) {has_side_effect = true} : (tensor<2x2xi32>, tensor<2x2xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%updated, %expected#1) {has_side_effect = true} : (tensor<3x4xi32>, tensor<3x4xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%gathered, %expected#2) {has_side_effect = true} : (tensor<3x4xi32>, tensor<3x4xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%scattered, %expected#3) {has_side_effect = true} : (tensor<3x4xi32>, tensor<3x4xi32>) -> ()
    return %sliced, %updated, %gathered, %scattered : tensor<2x2xi32>, tensor<3x4xi32>, tensor<3x4xi32>, tensor<3x4xi32>
  }
  func.func private @inputs() -> (tensor<3x4xi32>, tensor<i32>, tensor<i32>, tensor<3x1xi32>, tensor<2x2xi32>, tensor<3x4xi32>) {
    %0 = stablehlo.constant dense<[[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]> : tensor<3x4xi32>
    %1 = stablehlo.constant dense<-5> : tensor<i32>
    %2 = stablehlo.constant dense<100> : tensor<i32>
    %3 = stablehlo.constant dense<[[-7], [1], [99]]> : tensor<3x1xi32>
    %4 = stablehlo.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
    %5 = stablehlo.constant dense<[[100, 100, 100, 100], [200, 200, 200, 200], [300, 300, 300, 300]]> : tensor<3x4xi32>
    return %0, %1, %2, %3, %4, %5 : tensor<3x4xi32>, tensor<i32>, tensor<i32>, tensor<3x1xi32>, tensor<2x2xi32>, tensor<3x4xi32>
  }
  func.func private @expected() -> (tensor<2x2xi32>, tensor<3x4xi32>, tensor<3x4xi32>, tensor<3x4xi32>) {
    %0 = stablehlo.constant dense<[[2, 3], [12, 13]]> : tensor<2x2xi32>
    %1 = stablehlo.constant dense<[[0, 1, 2, 3], [1, 2, 12, 13], [3, 4, 22, 23]]> : tensor<3x4xi32>
    %2 = stablehlo.constant dense<[[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]> : tensor<3x4xi32>
    %3 = stablehlo.constant dense<[[0, 1, 2, 3], [210, 211, 212, 213], [20, 21, 22, 23]]> : tensor<3x4xi32>
    return %0, %1, %2, %3 : tensor<2x2xi32>, tensor<3x4xi32>, tensor<3x4xi32>, tensor<3x4xi32>
  }
}
