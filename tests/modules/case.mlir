// The spec's example of `case`. An index without a branch selects the last branch.
module @case {
  func.func public @main() -> (tensor<2xi64>, tensor<2xi64>) {
    %index, %zeros, %ones = call @inputs() : () -> (tensor<i32>, tensor<2xi64>, tensor<2xi64>)
    %results:2 = "stablehlo.case"(%index) ({
      stablehlo.return %zeros, %zeros : tensor<2xi64>, tensor<2xi64>
    }, {
      stablehlo.return %ones, %ones : tensor<2xi64>, tensor<2xi64>
    }) : (tensor<i32>) -> (tensor<2xi64>, tensor<2xi64>)
    %expected0, %expected1 = call @expected() : () -> (tensor<2xi64>, tensor<2xi64>)
    stablehlo.custom_call @check.expect_eq(%results#0, %expected0) {has_side_effect = true} : (tensor<2xi64>, tensor<2xi64>) -> ()
    stablehlo.custom_call @check.expect_eq(%results#1, %expected1) {has_side_effect = true} : (tensor<2xi64>, tensor<2xi64>) -> ()
    return %results#0, %results#1 : tensor<2xi64>, tensor<2xi64>
  }
  func.func private @inputs() -> (tensor<i32>, tensor<2xi64>, tensor<2xi64>) {
    %index = stablehlo.constant dense<-1> : tensor<i32>
    %zeros = stablehlo.constant dense<0> : tensor<2xi64>
    %ones = stablehlo.constant dense<1> : tensor<2xi64>
    return %index, %zeros, %ones : tensor<i32>, tensor<2xi64>, tensor<2xi64>
  }
  func.func private @expected() -> (tensor<2xi64>, tensor<2xi64>) {
    %0 = stablehlo.constant dense<1> : tensor<2xi64>
    %1 = stablehlo.constant dense<1> : tensor<2xi64>
    return %0, %1 : tensor<2xi64>, tensor<2xi64>
  }
}
