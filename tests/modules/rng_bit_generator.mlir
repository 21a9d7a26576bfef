// The spec's example of `rng_bit_generator`, with the bits that the spec states.
module @rng_bit_generator {
  func.func public @main() -> (tensor<2xui64>, tensor<2x2xui64>) {
    %initial_state = call @inputs() : () -> (tensor<2xui64>)
    %output_state, %output = "stablehlo.rng_bit_generator"(%initial_state) {
      rng_algorithm = #stablehlo<rng_algorithm THREE_FRY>
    } : (tensor<2xui64>) -> (tensor<2xui64>, tensor<2x2xui64>)
    %expected0, %expected1 = call @expected() : () -> (tensor<2xui64>, tensor<2x2xui64>)
    stablehlo.custom_call @check.expect_eq(%output_state, %expected0) {has_side_effect = true} : (tensor<2xui64>, tensor<2xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%output, %expected1) {has_side_effect = true} : (tensor<2x2xui64>, tensor<2x2xui64>) -> ()
    return %output_state, %output : tensor<2xui64>, tensor<2x2xui64>
  }
  func.func private @inputs() -> (tensor<2xui64>) {
    %initial_state = stablehlo.constant dense<[1, 2]> : tensor<2xui64>
    return %initial_state : tensor<2xui64>
  }
  func.func private @expected() -> (tensor<2xui64>, tensor<2x2xui64>) {
    %0 = stablehlo.constant dense<[1, 6]> : tensor<2xui64>
    %1 = stablehlo.constant dense<[[9236835810183407956, 16087790271692313299], [18212823393184779219, 2658481902456610144]]> : tensor<2x2xui64>
    return %0, %1 : tensor<2xui64>, tensor<2x2xui64>
  }
}
