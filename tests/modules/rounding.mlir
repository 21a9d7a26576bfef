// Halves round away from zero or to even, and a value that rounds to zero keeps its sign.
module @rounding {
  func.func public @main() -> (tensor<12xui32>, tensor<12xui32>, tensor<12xui32>, tensor<12xui32>) {
    %x = call @inputs() : () -> (tensor<12xf32>)
    %round_nearest_afz = stablehlo.round_nearest_afz %x : tensor<12xf32>
    %round_nearest_afz_bits = stablehlo.bitcast_convert %round_nearest_afz : (tensor<12xf32>) -> tensor<12xui32>
    %round_nearest_even = stablehlo.round_nearest_even %x : tensor<12xf32>
    %round_nearest_even_bits = stablehlo.bitcast_convert %round_nearest_even : (tensor<12xf32>) -> tensor<12xui32>
    %ceil = stablehlo.ceil %x : tensor<12xf32>
    %ceil_bits = stablehlo.bitcast_convert %ceil : (tensor<12xf32>) -> tensor<12xui32>
    %floor = stablehlo.floor %x : tensor<12xf32>
    %floor_bits = stablehlo.bitcast_convert %floor : (tensor<12xf32>) -> tensor<12xui32>
    %expected:4 = call @expected() : () -> (tensor<12xui32>, tensor<12xui32>, tensor<12xui32>, tensor<12xui32>)
    stablehlo.custom_call @check.expect_eq(%round_nearest_afz_bits, %expected#0) {has_side_effect = true} : (tensor<12xui32>, tensor<12xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%round_nearest_even_bits, %expected#1) {has_side_effect = true} : (tensor<12xui32>, tensor<12xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%ceil_bits, %expected#2) {has_side_effect = true} : (tensor<12xui32>, tensor<12xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%floor_bits, %expected#3) {has_side_effect = true} : (tensor<12xui32>, tensor<12xui32>) -> ()
    return %round_nearest_afz_bits, %round_nearest_even_bits, %ceil_bits, %floor_bits : tensor<12xui32>, tensor<12xui32>, tensor<12xui32>, tensor<12xui32>
  }
  func.func private @inputs() -> (tensor<12xf32>) {
    %0 = stablehlo.constant dense<[0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.4999999701976776, -0.0, 8388609.0, 0xFF800000, 3.700000047683716, -3.200000047683716]> : tensor<12xf32>
    return %0 : tensor<12xf32>
  }
  func.func private @expected() -> (tensor<12xui32>, tensor<12xui32>, tensor<12xui32>, tensor<12xui32>) {
    %0 = stablehlo.constant dense<[1065353216, 3212836864, 1073741824, 3221225472, 1077936128, 3225419776, 0, 2147483648, 1258291201, 4286578688, 1082130432, 3225419776]> : tensor<12xui32>
    %1 = stablehlo.constant dense<[0, 2147483648, 1073741824, 3221225472, 1073741824, 3221225472, 0, 2147483648, 1258291201, 4286578688, 1082130432, 3225419776]> : tensor<12xui32>
    %2 = stablehlo.constant dense<[1065353216, 2147483648, 1073741824, 3212836864, 1077936128, 3221225472, 1065353216, 2147483648, 1258291201, 4286578688, 1082130432, 3225419776]> : tensor<12xui32>
    %3 = stablehlo.constant dense<[0, 3212836864, 1065353216, 3221225472, 1073741824, 3225419776, 0, 2147483648, 1258291201, 4286578688, 1077936128, 3229614080]> : tensor<12xui32>
    return %0, %1, %2, %3 : tensor<12xui32>, tensor<12xui32>, tensor<12xui32>, tensor<12xui32>
  }
}
