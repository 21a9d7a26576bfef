// pass: decompose_chlo
func.func @main(%x: tensor<2xbf16>) -> tensor<2xbf16> {
  %0 = chlo.erf %x : tensor<2xbf16> -> tensor<2xbf16>
  return %0 : tensor<2xbf16>
}
// check: module @main {
// check:   func.func public @main(%x: tensor<2xbf16>) -> tensor<2xbf16> {
// check:     %0 = stablehlo.convert %x : (tensor<2xbf16>) -> tensor<2xf32>
// check:     %1 = stablehlo.constant dense<-3.7439213> : tensor<f32>
// check:     %2 = stablehlo.constant dense<3.7439213> : tensor<f32>
// check:     %3 = stablehlo.clamp %1, %0, %2 : (tensor<f32>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
// check:     %4 = stablehlo.multiply %3, %3 : tensor<2xf32>
// check:     %5 = stablehlo.constant dense<0.00022905065> : tensor<f32>
// check:     %6 = stablehlo.broadcast_in_dim %5, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %7 = stablehlo.multiply %6, %4 : tensor<2xf32>
// check:     %8 = stablehlo.constant dense<0.003408291> : tensor<f32>
// check:     %9 = stablehlo.broadcast_in_dim %8, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %10 = stablehlo.add %7, %9 : tensor<2xf32>
// check:     %11 = stablehlo.multiply %10, %4 : tensor<2xf32>
// check:     %12 = stablehlo.constant dense<0.050955694> : tensor<f32>
// check:     %13 = stablehlo.broadcast_in_dim %12, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %14 = stablehlo.add %11, %13 : tensor<2xf32>
// check:     %15 = stablehlo.multiply %14, %4 : tensor<2xf32>
// check:     %16 = stablehlo.constant dense<0.18520832> : tensor<f32>
// check:     %17 = stablehlo.broadcast_in_dim %16, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %18 = stablehlo.add %15, %17 : tensor<2xf32>
// check:     %19 = stablehlo.multiply %18, %4 : tensor<2xf32>
// check:     %20 = stablehlo.constant dense<1.1283791> : tensor<f32>
// check:     %21 = stablehlo.broadcast_in_dim %20, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %22 = stablehlo.add %19, %21 : tensor<2xf32>
// check:     %23 = stablehlo.multiply %3, %22 : tensor<2xf32>
// check:     %24 = stablehlo.constant dense<-1.1791603e-7> : tensor<f32>
// check:     %25 = stablehlo.broadcast_in_dim %24, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %26 = stablehlo.multiply %25, %4 : tensor<2xf32>
// check:     %27 = stablehlo.constant dense<2.3547966e-5> : tensor<f32>
// check:     %28 = stablehlo.broadcast_in_dim %27, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %29 = stablehlo.add %26, %28 : tensor<2xf32>
// check:     %30 = stablehlo.multiply %29, %4 : tensor<2xf32>
// check:     %31 = stablehlo.constant dense<0.0010179626> : tensor<f32>
// check:     %32 = stablehlo.broadcast_in_dim %31, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %33 = stablehlo.add %30, %32 : tensor<2xf32>
// check:     %34 = stablehlo.multiply %33, %4 : tensor<2xf32>
// check:     %35 = stablehlo.constant dense<0.01407047> : tensor<f32>
// check:     %36 = stablehlo.broadcast_in_dim %35, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %37 = stablehlo.add %34, %36 : tensor<2xf32>
// check:     %38 = stablehlo.multiply %37, %4 : tensor<2xf32>
// check:     %39 = stablehlo.constant dense<0.11098505> : tensor<f32>
// check:     %40 = stablehlo.broadcast_in_dim %39, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %41 = stablehlo.add %38, %40 : tensor<2xf32>
// check:     %42 = stablehlo.multiply %41, %4 : tensor<2xf32>
// check:     %43 = stablehlo.constant dense<0.49746925> : tensor<f32>
// check:     %44 = stablehlo.broadcast_in_dim %43, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %45 = stablehlo.add %42, %44 : tensor<2xf32>
// check:     %46 = stablehlo.multiply %45, %4 : tensor<2xf32>
// check:     %47 = stablehlo.constant dense<1.0> : tensor<f32>
// check:     %48 = stablehlo.broadcast_in_dim %47, dims = [] : (tensor<f32>) -> tensor<2xf32>
// check:     %49 = stablehlo.add %46, %48 : tensor<2xf32>
// check:     %50 = stablehlo.divide %23, %49 : tensor<2xf32>
// check:     %51 = stablehlo.convert %50 : (tensor<2xf32>) -> tensor<2xbf16>
// check:     return %51 : tensor<2xbf16>
// check:   }
// check: }
