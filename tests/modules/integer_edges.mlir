// Integers wrap, divide by zero and shift past their width as in XLA. The spec does not define division by zero.
module @integer_edges {
  func.func public @main() -> (tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>) {
    %a, %b, %s, %u, %v = call @inputs() : () -> (tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>)
    %add = stablehlo.add %a, %b : tensor<8xi8>
    %subtract = stablehlo.subtract %a, %b : tensor<8xi8>
    %multiply = stablehlo.multiply %a, %b : tensor<8xi8>
    %divide = stablehlo.divide %a, %b : tensor<8xi8>
    %remainder = stablehlo.remainder %a, %b : tensor<8xi8>
    %negate = stablehlo.negate %a : tensor<8xi8>
    %abs = stablehlo.abs %a : tensor<8xi8>
    %popcnt = stablehlo.popcnt %a : tensor<8xi8>
    %count_leading_zeros = stablehlo.count_leading_zeros %a : tensor<8xi8>
    %left = stablehlo.shift_left %a, %s : tensor<8xi8>
    %right = stablehlo.shift_right_arithmetic %a, %s : tensor<8xi8>
    %logical = stablehlo.shift_right_logical %a, %s : tensor<8xi8>
    %wide_add = stablehlo.add %u, %v : tensor<4xui64>
    %wide_subtract = stablehlo.subtract %u, %v : tensor<4xui64>
    %wide_multiply = stablehlo.multiply %u, %v : tensor<4xui64>
    %wide_divide = stablehlo.divide %u, %v : tensor<4xui64>
    %wide_remainder = stablehlo.remainder %u, %v : tensor<4xui64>
    %wide_negate = stablehlo.negate %u : tensor<4xui64>
    %expected:18 = call @expected() : () -> (tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>)
    stablehlo.custom_call @check.expect_eq(%add, %expected#0) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%subtract, %expected#1) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%multiply, %expected#2) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%divide, %expected#3) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%remainder, %expected#4) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%negate, %expected#5) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%abs, %expected#6) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%popcnt, %expected#7) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%count_leading_zeros, %expected#8) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%left, %expected#9) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%right, %expected#10) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%logical, %expected#11) {has_side_effect = true} : (tensor<8xi8>, tensor<8xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_add, %expected#12) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_subtract, %expected#13) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_multiply, %expected#14) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_divide, %expected#15) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_remainder, %expected#16) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%wide_negate, %expected#17) {has_side_effect = true} : (tensor<4xui64>, tensor<4xui64>) -> ()
    return %add, %subtract, %multiply, %divide, %remainder, %negate, %abs, %popcnt, %count_leading_zeros, %left, %right, %logical, %wide_add, %wide_subtract, %wide_multiply, %wide_divide, %wide_remainder, %wide_negate : tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>
  }
  func.func private @inputs() -> (tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>) {
    %0 = stablehlo.constant dense<[127, -128, -128, 100, 7, -7, 0, -1]> : tensor<8xi8>
    %1 = stablehlo.constant dense<[1, -1, -128, 3, 0, 0, 0, -128]> : tensor<8xi8>
    %2 = stablehlo.constant dense<[0, 1, 7, 8, 9, 127, -1, -128]> : tensor<8xi8>
    %3 = stablehlo.constant dense<[0, 1, 18446744073709551615, 9223372036854775808]> : tensor<4xui64>
    %4 = stablehlo.constant dense<[1, 0, 2, 18446744073709551615]> : tensor<4xui64>
    return %0, %1, %2, %3, %4 : tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>
  }
  func.func private @expected() -> (tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>) {
    %0 = stablehlo.constant dense<[-128, 127, 0, 103, 7, -7, 0, 127]> : tensor<8xi8>
    %1 = stablehlo.constant dense<[126, -127, 0, 97, 7, -7, 0, 127]> : tensor<8xi8>
    %2 = stablehlo.constant dense<[127, -128, 0, 44, 0, 0, 0, -128]> : tensor<8xi8>
    %3 = stablehlo.constant dense<[127, -128, 1, 33, -1, -1, -1, 0]> : tensor<8xi8>
    %4 = stablehlo.constant dense<[0, 0, 0, 1, 7, -7, 0, -1]> : tensor<8xi8>
    %5 = stablehlo.constant dense<[-127, -128, -128, -100, -7, 7, 0, 1]> : tensor<8xi8>
    %6 = stablehlo.constant dense<[127, -128, -128, 100, 7, 7, 0, 1]> : tensor<8xi8>
    %7 = stablehlo.constant dense<[7, 1, 1, 3, 3, 6, 0, 8]> : tensor<8xi8>
    %8 = stablehlo.constant dense<[1, 0, 0, 1, 5, 0, 8, 0]> : tensor<8xi8>
    %9 = stablehlo.constant dense<[127, 0, 0, 0, 0, 0, 0, 0]> : tensor<8xi8>
    %10 = stablehlo.constant dense<[127, -64, -1, 0, 0, -1, 0, -1]> : tensor<8xi8>
    %11 = stablehlo.constant dense<[127, 64, 1, 0, 0, 0, 0, 0]> : tensor<8xi8>
    %12 = stablehlo.constant dense<[1, 1, 1, 9223372036854775807]> : tensor<4xui64>
    %13 = stablehlo.constant dense<[18446744073709551615, 1, 18446744073709551613, 9223372036854775809]> : tensor<4xui64>
    %14 = stablehlo.constant dense<[0, 0, 18446744073709551614, 9223372036854775808]> : tensor<4xui64>
    %15 = stablehlo.constant dense<[0, 18446744073709551615, 9223372036854775807, 0]> : tensor<4xui64>
    %16 = stablehlo.constant dense<[0, 1, 1, 9223372036854775808]> : tensor<4xui64>
    %17 = stablehlo.constant dense<[0, 18446744073709551615, 1, 9223372036854775808]> : tensor<4xui64>
    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17 : tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<8xi8>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>, tensor<4xui64>
  }
}
