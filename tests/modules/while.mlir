// The spec's example of `while`, in the pretty form.
module @while {
  func.func public @main() -> (tensor<i64>, tensor<i64>) {
    %init_i, %init_sum, %one, %ten = call @inputs() : () -> (tensor<i64>, tensor<i64>, tensor<i64>, tensor<i64>)
    %results:2 = stablehlo.while(%i = %init_i, %sum = %init_sum) : tensor<i64>, tensor<i64>
     cond {
      %less = stablehlo.compare LT, %i, %ten, SIGNED : (tensor<i64>, tensor<i64>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    } do {
      %new_sum = stablehlo.add %sum, %one : tensor<i64>
      %new_i = stablehlo.add %i, %one : tensor<i64>
      stablehlo.return %new_i, %new_sum : tensor<i64>, tensor<i64>
    }
    %expected0, %expected1 = call @expected() : () -> (tensor<i64>, tensor<i64>)
    stablehlo.custom_call @check.expect_eq(%results#0, %expected0) {has_side_effect = true} : (tensor<i64>, tensor<i64>) -> ()
    stablehlo.custom_call @check.expect_eq(%results#1, %expected1) {has_side_effect = true} : (tensor<i64>, tensor<i64>) -> ()
    return %results#0, %results#1 : tensor<i64>, tensor<i64>
  }
  func.func private @inputs() -> (tensor<i64>, tensor<i64>, tensor<i64>, tensor<i64>) {
    %init_i = stablehlo.constant dense<1> : tensor<i64>
    %init_sum = stablehlo.constant dense<0> : tensor<i64>
    %one = stablehlo.constant dense<1> : tensor<i64>
    %ten = stablehlo.constant dense<10> : tensor<i64>
    return %init_i, %init_sum, %one, %ten : tensor<i64>, tensor<i64>, tensor<i64>, tensor<i64>
  }
  func.func private @expected() -> (tensor<i64>, tensor<i64>) {
    %0 = stablehlo.constant dense<10> : tensor<i64>
    %1 = stablehlo.constant dense<9> : tensor<i64>
    return %0, %1 : tensor<i64>, tensor<i64>
  }
}
