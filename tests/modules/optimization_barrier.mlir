// The spec's example of `optimization_barrier`.
module @optimization_barrier {
  func.func public @main() -> (tensor<f32>, tensor<f32>) {
    %operand0, %operand1 = call @inputs() : () -> (tensor<f32>, tensor<f32>)
    %result0, %result1 = "stablehlo.optimization_barrier"(%operand0, %operand1) : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
    %expected0, %expected1 = call @expected() : () -> (tensor<f32>, tensor<f32>)
    stablehlo.custom_call @check.expect_eq(%result0, %expected0) {has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
    stablehlo.custom_call @check.expect_eq(%result1, %expected1) {has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
    return %result0, %result1 : tensor<f32>, tensor<f32>
  }
  func.func private @inputs() -> (tensor<f32>, tensor<f32>) {
    %operand0 = stablehlo.constant dense<0.0> : tensor<f32>
    %operand1 = stablehlo.constant dense<1.0> : tensor<f32>
    return %operand0, %operand1 : tensor<f32>, tensor<f32>
  }
  func.func private @expected() -> (tensor<f32>, tensor<f32>) {
    %0 = stablehlo.constant dense<0.0> : tensor<f32>
    %1 = stablehlo.constant dense<1.0> : tensor<f32>
    return %0, %1 : tensor<f32>, tensor<f32>
  }
}
