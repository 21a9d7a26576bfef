// pass: decompose_chlo
func.func @main(%x: tensor<2xbf16>) -> tensor<2xbf16> {
  %0 = chlo.erf %x : tensor<2xbf16> -> tensor<2xbf16>
  return %0 : tensor<2xbf16>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<2xbf16>) -> tensor<2xbf16> {
// check:     %0 = stablehlo.convert %x : (tensor<2xbf16>) -> tensor<2xf32>
// check:     %1 = stablehlo.constant dense<-3.7439213> : tensor<f32>
// check:     %2 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %3 = stablehlo.maximum %0, %2 : tensor<2xf32>
// check:     %4 = stablehlo.constant dense<3.7439213> : tensor<f32>
// check:     %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %6 = stablehlo.minimum %3, %5 : tensor<2xf32>
// check:     %7 = stablehlo.multiply %6, %6 : tensor<2xf32>
// check:     %8 = stablehlo.constant dense<0.00022905065> : tensor<f32>
// check:     %9 = stablehlo.broadcast_in_dim %8, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %10 = stablehlo.multiply %9, %7 : tensor<2xf32>
// check:     %11 = stablehlo.constant dense<0.003408291> : tensor<f32>
// check:     %12 = stablehlo.broadcast_in_dim %11, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %13 = stablehlo.add %10, %12 : tensor<2xf32>
// check:     %14 = stablehlo.multiply %13, %7 : tensor<2xf32>
// check:     %15 = stablehlo.constant dense<0.050955694> : tensor<f32>
// check:     %16 = stablehlo.broadcast_in_dim %15, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %17 = stablehlo.add %14, %16 : tensor<2xf32>
// check:     %18 = stablehlo.multiply %17, %7 : tensor<2xf32>
// check:     %19 = stablehlo.constant dense<0.18520832> : tensor<f32>
// check:     %20 = stablehlo.broadcast_in_dim %19, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %21 = stablehlo.add %18, %20 : tensor<2xf32>
// check:     %22 = stablehlo.multiply %21, %7 : tensor<2xf32>
// check:     %23 = stablehlo.constant dense<1.1283791> : tensor<f32>
// check:     %24 = stablehlo.broadcast_in_dim %23, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %25 = stablehlo.add %22, %24 : tensor<2xf32>
// check:     %26 = stablehlo.multiply %6, %25 : tensor<2xf32>
// check:     %27 = stablehlo.constant dense<-1.1791603e-7> : tensor<f32>
// check:     %28 = stablehlo.broadcast_in_dim %27, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %29 = stablehlo.multiply %28, %7 : tensor<2xf32>
// check:     %30 = stablehlo.constant dense<2.3547966e-5> : tensor<f32>
// check:     %31 = stablehlo.broadcast_in_dim %30, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %32 = stablehlo.add %29, %31 : tensor<2xf32>
// check:     %33 = stablehlo.multiply %32, %7 : tensor<2xf32>
// check:     %34 = stablehlo.constant dense<0.0010179626> : tensor<f32>
// check:     %35 = stablehlo.broadcast_in_dim %34, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %36 = stablehlo.add %33, %35 : tensor<2xf32>
// check:     %37 = stablehlo.multiply %36, %7 : tensor<2xf32>
// check:     %38 = stablehlo.constant dense<0.01407047> : tensor<f32>
// check:     %39 = stablehlo.broadcast_in_dim %38, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %40 = stablehlo.add %37, %39 : tensor<2xf32>
// check:     %41 = stablehlo.multiply %40, %7 : tensor<2xf32>
// check:     %42 = stablehlo.constant dense<0.11098505> : tensor<f32>
// check:     %43 = stablehlo.broadcast_in_dim %42, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %44 = stablehlo.add %41, %43 : tensor<2xf32>
// check:     %45 = stablehlo.multiply %44, %7 : tensor<2xf32>
// check:     %46 = stablehlo.constant dense<0.49746925> : tensor<f32>
// check:     %47 = stablehlo.broadcast_in_dim %46, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %48 = stablehlo.add %45, %47 : tensor<2xf32>
// check:     %49 = stablehlo.multiply %48, %7 : tensor<2xf32>
// check:     %50 = stablehlo.constant dense<1.0> : tensor<f32>
// check:     %51 = stablehlo.broadcast_in_dim %50, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %52 = stablehlo.add %49, %51 : tensor<2xf32>
// check:     %53 = stablehlo.divide %26, %52 : tensor<2xf32>
// check:     %54 = stablehlo.convert %53 : (tensor<2xf32>) -> tensor<2xbf16>
// check:     return %54 : tensor<2xbf16>
// check:   }
// check: }
