// A sort by the total order: -NaN, -inf, .., -0, +0, .., inf, NaN; and a stable sort with equal keys.
module @sort_total_order {
  func.func public @main() -> (tensor<11xui32>, tensor<11xi32>, tensor<11xi32>) {
    %bits, %key, %nothing = call @inputs() : () -> (tensor<11xui32>, tensor<11xi32>, tensor<11xi32>)
    %x = stablehlo.bitcast_convert %bits : (tensor<11xui32>) -> tensor<11xf32>
    %position = stablehlo.iota dim = 0 : tensor<11xi32>
    %sorted:2 = "stablehlo.sort"(%x, %position) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%p: tensor<f32>, %q: tensor<f32>, %i: tensor<i32>, %j: tensor<i32>):
      %less = stablehlo.compare LT, %p, %q, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    }) : (tensor<11xf32>, tensor<11xi32>) -> (tensor<11xf32>, tensor<11xi32>)
    %ordered = stablehlo.bitcast_convert %sorted#0 : (tensor<11xf32>) -> tensor<11xui32>
    %equal:2 = "stablehlo.sort"(%key, %position) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%p: tensor<i32>, %q: tensor<i32>, %i: tensor<i32>, %j: tensor<i32>):
      %more = stablehlo.compare GT, %p, %q, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %more : tensor<i1>
    }) : (tensor<11xi32>, tensor<11xi32>) -> (tensor<11xi32>, tensor<11xi32>)
    %places = stablehlo.add %sorted#1, %nothing : tensor<11xi32>
    %kept = stablehlo.add %equal#1, %nothing : tensor<11xi32>
    %expected:3 = call @expected() : () -> (tensor<11xui32>, tensor<11xi32>, tensor<11xi32>)
    stablehlo.custom_call @check.expect_eq(%ordered, %expected#0) {has_side_effect = true} : (tensor<11xui32>, tensor<11xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%places, %expected#1) {has_side_effect = true} : (tensor<11xi32>, tensor<11xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%kept, %expected#2) {has_side_effect = true} : (tensor<11xi32>, tensor<11xi32>) -> ()
    return %ordered, %places, %kept : tensor<11xui32>, tensor<11xi32>, tensor<11xi32>
  }
  func.func private @inputs() -> (tensor<11xui32>, tensor<11xi32>, tensor<11xi32>) {
    %0 = stablehlo.constant dense<[0, 2143289344, 2147483648, 1065353216, 4290772992, 4286578688, 2139095040, 3212836864, 0, 1, 2147483649]> : tensor<11xui32>
    %1 = stablehlo.constant dense<[3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]> : tensor<11xi32>
    %2 = stablehlo.constant dense<[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<11xi32>
    return %0, %1, %2 : tensor<11xui32>, tensor<11xi32>, tensor<11xi32>
  }
  func.func private @expected() -> (tensor<11xui32>, tensor<11xi32>, tensor<11xi32>) {
    %0 = stablehlo.constant dense<[4290772992, 4286578688, 3212836864, 2147483649, 2147483648, 0, 0, 1, 1065353216, 2139095040, 2143289344]> : tensor<11xui32>
    %1 = stablehlo.constant dense<[4, 5, 7, 10, 2, 0, 8, 9, 3, 6, 1]> : tensor<11xi32>
    %2 = stablehlo.constant dense<[0, 3, 6, 9, 2, 5, 8, 1, 4, 7, 10]> : tensor<11xi32>
    return %0, %1, %2 : tensor<11xui32>, tensor<11xi32>, tensor<11xi32>
  }
}
