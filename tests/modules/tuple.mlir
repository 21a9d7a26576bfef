// Tuples and tokens, as XLA's exporters write them: in a signature, a call, a loop's state, and branches.
module @tuple {
  func.func public @main() -> (tensor<2xi32>, tensor<f32>, tensor<i32>) {
    %k = stablehlo.create_token : !stablehlo.token
    %given = call @inputs() : () -> tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>
    %swapped:2 = call @swap(%given, %k) : (tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>, !stablehlo.token) -> (tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>, !stablehlo.token)
    %pair = stablehlo.get_tuple_element %swapped#0[0] : (tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>) -> tuple<tensor<f32>, tensor<i32>>
    %row = "stablehlo.get_tuple_element"(%swapped#0) <{index = 1 : i32}> : (tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>) -> tensor<2xi32>
    %last:2 = "stablehlo.while"(%pair, %swapped#1) ({
    ^bb0(%state: tuple<tensor<f32>, tensor<i32>>, %token: !stablehlo.token):
      %n = stablehlo.get_tuple_element %state[1] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<i32>
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %more = stablehlo.compare GT, %n, %zero, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %more : tensor<i1>
    }, {
    ^bb0(%state: tuple<tensor<f32>, tensor<i32>>, %token: !stablehlo.token):
      %x = stablehlo.get_tuple_element %state[0] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<f32>
      %n = stablehlo.get_tuple_element %state[1] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<i32>
      %one = stablehlo.constant dense<1> : tensor<i32>
      %twice = stablehlo.add %x, %x : tensor<f32>
      %less = stablehlo.subtract %n, %one : tensor<i32>
      %next = stablehlo.tuple %twice, %less : tuple<tensor<f32>, tensor<i32>>
      %done = stablehlo.after_all %token, %token : !stablehlo.token
      stablehlo.return %next, %done : tuple<tensor<f32>, tensor<i32>>, !stablehlo.token
    }) : (tuple<tensor<f32>, tensor<i32>>, !stablehlo.token) -> (tuple<tensor<f32>, tensor<i32>>, !stablehlo.token)
    %index = stablehlo.get_tuple_element %last#0[1] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<i32>
    %chosen = "stablehlo.case"(%index) ({
      stablehlo.return %last#0 : tuple<tensor<f32>, tensor<i32>>
    }, {
      stablehlo.return %pair : tuple<tensor<f32>, tensor<i32>>
    }) : (tensor<i32>) -> tuple<tensor<f32>, tensor<i32>>
    %kept, %ordered = stablehlo.optimization_barrier %row, %last#1 : tensor<2xi32>, !stablehlo.token
    %result1 = stablehlo.get_tuple_element %chosen[0] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<f32>
    %result2 = stablehlo.get_tuple_element %chosen[1] : (tuple<tensor<f32>, tensor<i32>>) -> tensor<i32>
    %expected0, %expected1, %expected2 = call @expected() : () -> (tensor<2xi32>, tensor<f32>, tensor<i32>)
    stablehlo.custom_call @check.expect_eq(%kept, %expected0) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%result1, %expected1) {has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
    stablehlo.custom_call @check.expect_eq(%result2, %expected2) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    return %kept, %result1, %result2 : tensor<2xi32>, tensor<f32>, tensor<i32>
  }
  func.func private @swap(%t: tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>, %k: !stablehlo.token) -> (tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>, !stablehlo.token) {
    %row = stablehlo.get_tuple_element %t[0] : (tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>) -> tensor<2xi32>
    %pair = stablehlo.get_tuple_element %t[1] : (tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>) -> tuple<tensor<f32>, tensor<i32>>
    %swapped = "stablehlo.tuple"(%pair, %row) : (tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>) -> tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>
    %l = "stablehlo.after_all"(%k) : (!stablehlo.token) -> !stablehlo.token
    return %swapped, %l : tuple<tuple<tensor<f32>, tensor<i32>>, tensor<2xi32>>, !stablehlo.token
  }
  func.func private @inputs() -> tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>> {
    %row = stablehlo.constant dense<[7, -7]> : tensor<2xi32>
    %x = stablehlo.constant dense<1.5> : tensor<f32>
    %n = stablehlo.constant dense<3> : tensor<i32>
    %pair = stablehlo.tuple %x, %n : tuple<tensor<f32>, tensor<i32>>
    %all = stablehlo.tuple %row, %pair : tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>
    return %all : tuple<tensor<2xi32>, tuple<tensor<f32>, tensor<i32>>>
  }
  func.func private @expected() -> (tensor<2xi32>, tensor<f32>, tensor<i32>) {
    %0 = stablehlo.constant dense<[7, -7]> : tensor<2xi32>
    %1 = stablehlo.constant dense<12.0> : tensor<f32>
    %2 = stablehlo.constant dense<0> : tensor<i32>
    return %0, %1, %2 : tensor<2xi32>, tensor<f32>, tensor<i32>
  }
}
