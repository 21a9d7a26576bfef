// `bitcast_convert` puts elements of fewer than eight bits together, the least significant first, and takes them apart.
module @bits_of_small_types {
  func.func public @main() -> (tensor<2xui8>, tensor<2x8xi1>, tensor<2x2xi4>, tensor<2x4xui2>, tensor<32xi1>, tensor<f32>, tensor<2xi4>) {
    %bits = stablehlo.constant dense<[[true, true, false, false, false, false, false, true], [false, false, true, false, false, false, false, false]]> : tensor<2x8xi1>
    %bytes = stablehlo.constant dense<[131, 4]> : tensor<2xui8>
    %nibbles = stablehlo.constant dense<[[3, -8], [4, 0]]> : tensor<2x2xi4>
    %pairs = stablehlo.constant dense<[[3, 0, 0, 2], [0, 1, 0, 0]]> : tensor<2x4xui2>
    %minus_one = stablehlo.constant dense<-1.0> : tensor<f32>
    %set = stablehlo.constant dense<[false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, true, true, true, true, true, true, true, false, true]> : tensor<32xi1>
    %unsigned = stablehlo.constant dense<[15, 8]> : tensor<2xui4>
    %signed = stablehlo.constant dense<[-1, -8]> : tensor<2xi4>
    %0 = stablehlo.bitcast_convert %bits : (tensor<2x8xi1>) -> tensor<2xui8>
    %1 = stablehlo.bitcast_convert %bytes : (tensor<2xui8>) -> tensor<2x8xi1>
    %2 = stablehlo.bitcast_convert %bytes : (tensor<2xui8>) -> tensor<2x2xi4>
    %3 = stablehlo.bitcast_convert %bytes : (tensor<2xui8>) -> tensor<2x4xui2>
    %4 = stablehlo.bitcast_convert %minus_one : (tensor<f32>) -> tensor<32xi1>
    %5 = stablehlo.bitcast_convert %set : (tensor<32xi1>) -> tensor<f32>
    %6 = stablehlo.bitcast_convert %unsigned : (tensor<2xui4>) -> tensor<2xi4>
    stablehlo.custom_call @check.expect_eq(%0, %bytes) {has_side_effect = true} : (tensor<2xui8>, tensor<2xui8>) -> ()
    stablehlo.custom_call @check.expect_eq(%1, %bits) {has_side_effect = true} : (tensor<2x8xi1>, tensor<2x8xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%2, %nibbles) {has_side_effect = true} : (tensor<2x2xi4>, tensor<2x2xi4>) -> ()
    stablehlo.custom_call @check.expect_eq(%3, %pairs) {has_side_effect = true} : (tensor<2x4xui2>, tensor<2x4xui2>) -> ()
    stablehlo.custom_call @check.expect_eq(%4, %set) {has_side_effect = true} : (tensor<32xi1>, tensor<32xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%5, %minus_one) {has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
    stablehlo.custom_call @check.expect_eq(%6, %signed) {has_side_effect = true} : (tensor<2xi4>, tensor<2xi4>) -> ()
    return %0, %1, %2, %3, %4, %5, %6 : tensor<2xui8>, tensor<2x8xi1>, tensor<2x2xi4>, tensor<2x4xui2>, tensor<32xi1>, tensor<f32>, tensor<2xi4>
  }
}
