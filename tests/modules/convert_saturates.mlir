// Conversions. Floating point to integers rounds towards zero, saturates, and maps NaN to zero. Between integers,
// values wrap. To narrower floating point, values round to the nearest, ties to even.
module @convert_saturates {
  func.func public @main() -> (tensor<12xi8>, tensor<12xui8>, tensor<12xi16>, tensor<12xui16>, tensor<12xi32>, tensor<12xui32>, tensor<12xi64>, tensor<12xui64>, tensor<12xi1>, tensor<6xi8>, tensor<6xui64>, tensor<6xf32>, tensor<8xui16>, tensor<6xui16>) {
    %x, %i, %y, %z = call @inputs() : () -> (tensor<12xf32>, tensor<6xi32>, tensor<8xf32>, tensor<6xf32>)
    %to_i8 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xi8>
    %to_ui8 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xui8>
    %to_i16 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xi16>
    %to_ui16 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xui16>
    %to_i32 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xi32>
    %to_ui32 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xui32>
    %to_i64 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xi64>
    %to_ui64 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xui64>
    %to_i1 = stablehlo.convert %x : (tensor<12xf32>) -> tensor<12xi1>
    %cut = stablehlo.convert %i : (tensor<6xi32>) -> tensor<6xi8>
    %unsigned = stablehlo.convert %i : (tensor<6xi32>) -> tensor<6xui64>
    %float = stablehlo.convert %i : (tensor<6xi32>) -> tensor<6xf32>
    %half = stablehlo.convert %y : (tensor<8xf32>) -> tensor<8xf16>
    %half_bits = stablehlo.bitcast_convert %half : (tensor<8xf16>) -> tensor<8xui16>
    %brain = stablehlo.convert %z : (tensor<6xf32>) -> tensor<6xbf16>
    %brain_bits = stablehlo.bitcast_convert %brain : (tensor<6xbf16>) -> tensor<6xui16>
    %expected:14 = call @expected() : () -> (tensor<12xi8>, tensor<12xui8>, tensor<12xi16>, tensor<12xui16>, tensor<12xi32>, tensor<12xui32>, tensor<12xi64>, tensor<12xui64>, tensor<12xi1>, tensor<6xi8>, tensor<6xui64>, tensor<6xf32>, tensor<8xui16>, tensor<6xui16>)
    stablehlo.custom_call @check.expect_eq(%to_i8, %expected#0) {has_side_effect = true} : (tensor<12xi8>, tensor<12xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_ui8, %expected#1) {has_side_effect = true} : (tensor<12xui8>, tensor<12xui8>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_i16, %expected#2) {has_side_effect = true} : (tensor<12xi16>, tensor<12xi16>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_ui16, %expected#3) {has_side_effect = true} : (tensor<12xui16>, tensor<12xui16>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_i32, %expected#4) {has_side_effect = true} : (tensor<12xi32>, tensor<12xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_ui32, %expected#5) {has_side_effect = true} : (tensor<12xui32>, tensor<12xui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_i64, %expected#6) {has_side_effect = true} : (tensor<12xi64>, tensor<12xi64>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_ui64, %expected#7) {has_side_effect = true} : (tensor<12xui64>, tensor<12xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%to_i1, %expected#8) {has_side_effect = true} : (tensor<12xi1>, tensor<12xi1>) -> ()
    stablehlo.custom_call @check.expect_eq(%cut, %expected#9) {has_side_effect = true} : (tensor<6xi8>, tensor<6xi8>) -> ()
    stablehlo.custom_call @check.expect_eq(%unsigned, %expected#10) {has_side_effect = true} : (tensor<6xui64>, tensor<6xui64>) -> ()
    stablehlo.custom_call @check.expect_eq(%float, %expected#11) {has_side_effect = true} : (tensor<6xf32>, tensor<6xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%half_bits, %expected#12) {has_side_effect = true} : (tensor<8xui16>, tensor<8xui16>) -> ()
    stablehlo.custom_call @check.expect_eq(%brain_bits, %expected#13) {has_side_effect = true} : (tensor<6xui16>, tensor<6xui16>) -> ()
    return %to_i8, %to_ui8, %to_i16, %to_ui16, %to_i32, %to_ui32, %to_i64, %to_ui64, %to_i1, %cut, %unsigned, %float, %half_bits, %brain_bits : tensor<12xi8>, tensor<12xui8>, tensor<12xi16>, tensor<12xui16>, tensor<12xi32>, tensor<12xui32>, tensor<12xi64>, tensor<12xui64>, tensor<12xi1>, tensor<6xi8>, tensor<6xui64>, tensor<6xf32>, tensor<8xui16>, tensor<6xui16>
  }
  func.func private @inputs() -> (tensor<12xf32>, tensor<6xi32>, tensor<8xf32>, tensor<6xf32>) {
    %0 = stablehlo.constant dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0000000150474662e+30, -1.0000000150474662e+30, -1.0, 300.75, -0.75, 127.5, -129.0, 65535.5, 2147483648.0]> : tensor<12xf32>
    %1 = stablehlo.constant dense<[2147483647, -2147483648, 300, -300, 255, 16777217]> : tensor<6xi32>
    %2 = stablehlo.constant dense<[65519.0, 65520.0, -65520.0, 1.00146484375, 1.00146484375, 5.99999978589949e-08, 1.999999987845058e-08, 8.940696716308594e-08]> : tensor<8xf32>
    %3 = stablehlo.constant dense<[1.00390625, 1.01171875, 3.3999999521443642e+38, 3.39617752923046e+38, -1.00390625, 9.99994610111476e-41]> : tensor<6xf32>
    return %0, %1, %2, %3 : tensor<12xf32>, tensor<6xi32>, tensor<8xf32>, tensor<6xf32>
  }
  func.func private @expected() -> (tensor<12xi8>, tensor<12xui8>, tensor<12xi16>, tensor<12xui16>, tensor<12xi32>, tensor<12xui32>, tensor<12xi64>, tensor<12xui64>, tensor<12xi1>, tensor<6xi8>, tensor<6xui64>, tensor<6xf32>, tensor<8xui16>, tensor<6xui16>) {
    %0 = stablehlo.constant dense<[0, 127, -128, 127, -128, -1, 127, 0, 127, -128, 127, 127]> : tensor<12xi8>
    %1 = stablehlo.constant dense<[0, 255, 0, 255, 0, 0, 255, 0, 127, 0, 255, 255]> : tensor<12xui8>
    %2 = stablehlo.constant dense<[0, 32767, -32768, 32767, -32768, -1, 300, 0, 127, -129, 32767, 32767]> : tensor<12xi16>
    %3 = stablehlo.constant dense<[0, 65535, 0, 65535, 0, 0, 300, 0, 127, 0, 65535, 65535]> : tensor<12xui16>
    %4 = stablehlo.constant dense<[0, 2147483647, -2147483648, 2147483647, -2147483648, -1, 300, 0, 127, -129, 65535, 2147483647]> : tensor<12xi32>
    %5 = stablehlo.constant dense<[0, 4294967295, 0, 4294967295, 0, 0, 300, 0, 127, 0, 65535, 2147483648]> : tensor<12xui32>
    %6 = stablehlo.constant dense<[0, 9223372036854775807, -9223372036854775808, 9223372036854775807, -9223372036854775808, -1, 300, 0, 127, -129, 65535, 2147483648]> : tensor<12xi64>
    %7 = stablehlo.constant dense<[0, 18446744073709551615, 0, 18446744073709551615, 0, 0, 300, 0, 127, 0, 65535, 2147483648]> : tensor<12xui64>
    %8 = stablehlo.constant dense<[true, true, true, true, true, true, true, true, true, true, true, true]> : tensor<12xi1>
    %9 = stablehlo.constant dense<[-1, 0, 44, -44, -1, 1]> : tensor<6xi8>
    %10 = stablehlo.constant dense<[2147483647, 18446744071562067968, 300, 18446744073709551316, 255, 16777217]> : tensor<6xui64>
    %11 = stablehlo.constant dense<[2147483648.0, -2147483648.0, 300.0, -300.0, 255.0, 16777216.0]> : tensor<6xf32>
    %12 = stablehlo.constant dense<[31743, 31744, 64512, 15362, 15362, 1, 0, 2]> : tensor<8xui16>
    %13 = stablehlo.constant dense<[16256, 16258, 32640, 32640, 49024, 1]> : tensor<6xui16>
    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13 : tensor<12xi8>, tensor<12xui8>, tensor<12xi16>, tensor<12xui16>, tensor<12xi32>, tensor<12xui32>, tensor<12xi64>, tensor<12xui64>, tensor<12xi1>, tensor<6xi8>, tensor<6xui64>, tensor<6xf32>, tensor<8xui16>, tensor<6xui16>
  }
}
