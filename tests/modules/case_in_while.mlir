// Both branches return the next state of a loop. The first branch computes it and keeps reading the old state. The
// second branch returns other parts of the state.
module @case_in_while {
  func.func public @main() -> (tensor<2xf32>, tensor<2xf32>) {
    %x = call @inputs() : () -> tensor<2xf32>
    %matrix = stablehlo.constant dense<[[1.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
    %two = stablehlo.constant dense<2.0> : tensor<2xf32>
    %doubled = stablehlo.multiply %x, %two : tensor<2xf32>
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %r:5 = stablehlo.while(%a = %doubled, %m = %matrix, %i = %zero, %y = %x, %z = %x) : tensor<2xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2xf32>, tensor<2xf32>
    cond {
      %one = stablehlo.constant dense<1> : tensor<i32>
      %more = stablehlo.compare LT, %i, %one, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %more : tensor<i1>
    } do {
      %last = stablehlo.constant dense<2> : tensor<i32>
      %is_last = stablehlo.compare EQ, %i, %last, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %index = stablehlo.convert %is_last : (tensor<i1>) -> tensor<i32>
      %next:2 = "stablehlo.case"(%index) ({
        %p = stablehlo.dot_general %m, %z, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %q = stablehlo.dot_general %m, %z, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %s = stablehlo.add %y, %q : tensor<2xf32>
        %t = stablehlo.dot_general %m, %s, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
        stablehlo.return %p, %t : tensor<2xf32>, tensor<2xf32>
      }, {
        stablehlo.return %a, %a : tensor<2xf32>, tensor<2xf32>
      }) : (tensor<i32>) -> (tensor<2xf32>, tensor<2xf32>)
      %one = stablehlo.constant dense<1> : tensor<i32>
      %j = stablehlo.add %i, %one : tensor<i32>
      stablehlo.return %a, %m, %j, %next#0, %next#1 : tensor<2xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2xf32>, tensor<2xf32>
    }
    %expected0, %expected1 = call @expected() : () -> (tensor<2xf32>, tensor<2xf32>)
    stablehlo.custom_call @check.expect_eq(%r#3, %expected0) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%r#4, %expected1) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
    return %r#3, %r#4 : tensor<2xf32>, tensor<2xf32>
  }
  func.func private @inputs() -> tensor<2xf32> {
    %x = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
    return %x : tensor<2xf32>
  }
  func.func private @expected() -> (tensor<2xf32>, tensor<2xf32>) {
    %0 = stablehlo.constant dense<[3.0, 5.0]> : tensor<2xf32>
    %1 = stablehlo.constant dense<[11.0, 18.0]> : tensor<2xf32>
    return %0, %1 : tensor<2xf32>, tensor<2xf32>
  }
}
