// `rng`: the numbers differ in each run, so only their range is checked.
module @rng {
  func.func public @main() -> (tensor<3x3xi1>, tensor<3x3xi1>, tensor<3x3xi1>) {
    %a, %b, %low, %high, %minus, %nine, %mu, %sigma = call @inputs() : () -> (tensor<i32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>)
    %shape = stablehlo.constant dense<[3, 3]> : tensor<2xi64>
    %whole = "stablehlo.rng"(%a, %b, %shape) {
      rng_distribution = #stablehlo<rng_distribution UNIFORM>
    } : (tensor<i32>, tensor<i32>, tensor<2xi64>) -> tensor<3x3xi32>
    %clamped = stablehlo.clamp %a, %whole, %b : (tensor<i32>, tensor<3x3xi32>, tensor<i32>) -> tensor<3x3xi32>
    %result0 = stablehlo.compare EQ, %whole, %clamped : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %real = stablehlo.rng %low, %high, %shape, distribution = UNIFORM : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<3x3xf32>
    %kept = stablehlo.clamp %low, %real, %high : (tensor<f32>, tensor<3x3xf32>, tensor<f32>) -> tensor<3x3xf32>
    %result1 = stablehlo.compare EQ, %real, %kept : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %normal = stablehlo.rng %mu, %sigma, %shape, distribution = NORMAL : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<3x3xf32>
    %near = stablehlo.clamp %minus, %normal, %nine : (tensor<f32>, tensor<3x3xf32>, tensor<f32>) -> tensor<3x3xf32>
    %result2 = stablehlo.compare EQ, %normal, %near : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %expected0, %expected1, %expected2 = call @expected() : () -> (tensor<3x3xi1>, tensor<3x3xi1>, tensor<3x3xi1>)
    stablehlo.custom_call @check.expect_eq(%result0, %expected0) {has_side_effect = true} : (tensor<3x3xi1>, tensor<3x3xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%result1, %expected1) {has_side_effect = true} : (tensor<3x3xi1>, tensor<3x3xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%result2, %expected2) {has_side_effect = true} : (tensor<3x3xi1>, tensor<3x3xi1>) -> ()
    return %result0, %result1, %result2 : tensor<3x3xi1>, tensor<3x3xi1>, tensor<3x3xi1>
  }
  func.func private @inputs() -> (tensor<i32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
    %a = stablehlo.constant dense<0> : tensor<i32>
    %b = stablehlo.constant dense<2> : tensor<i32>
    %low = stablehlo.constant dense<-1.0> : tensor<f32>
    %high = stablehlo.constant dense<1.0> : tensor<f32>
    %minus = stablehlo.constant dense<-9.0> : tensor<f32>
    %nine = stablehlo.constant dense<9.0> : tensor<f32>
    %mu = stablehlo.constant dense<0.0> : tensor<f32>
    %sigma = stablehlo.constant dense<0.5> : tensor<f32>
    return %a, %b, %low, %high, %minus, %nine, %mu, %sigma : tensor<i32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
  }
  func.func private @expected() -> (tensor<3x3xi1>, tensor<3x3xi1>, tensor<3x3xi1>) {
    %0 = stablehlo.constant dense<true> : tensor<3x3xi1>
    %1 = stablehlo.constant dense<true> : tensor<3x3xi1>
    %2 = stablehlo.constant dense<true> : tensor<3x3xi1>
    return %0, %1, %2 : tensor<3x3xi1>, tensor<3x3xi1>, tensor<3x3xi1>
  }
}
