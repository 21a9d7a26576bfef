// The spec's example of `dynamic_iota`, with a size computed from a shape.
module @dynamic_iota {
  func.func public @main() -> (tensor<4x5xi64>) {
    %x = call @inputs() : () -> (tensor<4x1xf32>)
    %size = stablehlo.get_dimension_size %x, dim = 0 : (tensor<4x1xf32>) -> tensor<i32>
    %rows = stablehlo.reshape %size : (tensor<i32>) -> tensor<1xi32>
    %five = stablehlo.constant dense<5> : tensor<1xi32>
    %output_shape = stablehlo.concatenate %rows, %five, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %result = "stablehlo.dynamic_iota"(%output_shape) {
      iota_dimension = 0 : i64
    } : (tensor<2xi32>) -> tensor<4x5xi64>
    %expected0 = call @expected() : () -> (tensor<4x5xi64>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<4x5xi64>, tensor<4x5xi64>) -> ()
    return %result : tensor<4x5xi64>
  }
  func.func private @inputs() -> (tensor<4x1xf32>) {
    %x = stablehlo.constant dense<0.0> : tensor<4x1xf32>
    return %x : tensor<4x1xf32>
  }
  func.func private @expected() -> (tensor<4x5xi64>) {
    %0 = stablehlo.constant dense<[[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [2, 2, 2, 2, 2], [3, 3, 3, 3, 3]]> : tensor<4x5xi64>
    return %0 : tensor<4x5xi64>
  }
}
