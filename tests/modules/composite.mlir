// The spec's example of `composite`, with the decomposition that it names.
module @composite {
  func.func public @main() -> (tensor<f32>) {
    %input0, %input1 = call @inputs() : () -> (tensor<f32>, tensor<f32>)
    %results = "stablehlo.composite"(%input0, %input1) {
      name = "my_namespace.my_op",
      composite_attributes = {
        my_attribute = "my_value"
      },
      decomposition = @my_op,
      version = 1 : i32
    } : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %expected0 = call @expected() : () -> (tensor<f32>)
    stablehlo.custom_call @check.expect_eq(%results, %expected0) {has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
    return %results : tensor<f32>
  }
  func.func private @inputs() -> (tensor<f32>, tensor<f32>) {
    %input0 = stablehlo.constant dense<1.5> : tensor<f32>
    %input1 = stablehlo.constant dense<2.25> : tensor<f32>
    return %input0, %input1 : tensor<f32>, tensor<f32>
  }
  func.func private @expected() -> (tensor<f32>) {
    %0 = stablehlo.constant dense<5.25> : tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @my_op(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
    %sum = stablehlo.add %x, %y : tensor<f32>
    %result = stablehlo.add %sum, %x : tensor<f32>
    return %result : tensor<f32>
  }
}
