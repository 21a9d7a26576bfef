// The spec's example of `if`.
module @if {
  func.func public @main() -> tensor<2xi32> {
    %pred, %then, %else = call @inputs() : () -> (tensor<i1>, tensor<2xi32>, tensor<2xi32>)
    %result = "stablehlo.if"(%pred) ({
      "stablehlo.return"(%then) : (tensor<2xi32>) -> ()
    }, {
      "stablehlo.return"(%else) : (tensor<2xi32>) -> ()
    }) : (tensor<i1>) -> tensor<2xi32>
    %expected = call @expected() : () -> tensor<2xi32>
    stablehlo.custom_call @check.expect_eq(%result, %expected) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    return %result : tensor<2xi32>
  }
  func.func private @inputs() -> (tensor<i1>, tensor<2xi32>, tensor<2xi32>) {
    %pred = stablehlo.constant dense<true> : tensor<i1>
    %then = stablehlo.constant dense<10> : tensor<2xi32>
    %else = stablehlo.constant dense<11> : tensor<2xi32>
    return %pred, %then, %else : tensor<i1>, tensor<2xi32>, tensor<2xi32>
  }
  func.func private @expected() -> tensor<2xi32> {
    %0 = stablehlo.constant dense<10> : tensor<2xi32>
    return %0 : tensor<2xi32>
  }
}
