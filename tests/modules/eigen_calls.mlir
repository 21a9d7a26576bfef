// Calls of LAPACK's functions for general eigenproblems and tridiagonal matrices, as JAX writes them. Eigenvalues and
// packed reductions are those of SciPy. Vectors and triangles, which are free up to their order or phase, are checked by
// the equations that they solve.
module @eigen_calls {
  func.func public @main() -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<4xf32>, tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<i32>, tensor<i32>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>, tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>, tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>, tensor<2x5x2xf64>, tensor<2xi32>, tensor<3x1xcomplex<f32>>, tensor<i32>) {
    %in:18 = call @inputs() : () -> (tensor<2x4x4xf64>, tensor<3x3xcomplex<f32>>, tensor<4x4xf32>, tensor<2x3x3xcomplex<f64>>, tensor<2x4x4xf64>, tensor<4x4xcomplex<f32>>, tensor<4x4xf32>, tensor<2x4x4xcomplex<f64>>, tensor<5x5xf64>, tensor<3x3xcomplex<f32>>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5x2xf64>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3x1xcomplex<f32>>)
    %v1:5 = stablehlo.custom_call @lapack_dgeev_ffi(%in#0) {api_version = 4 : i32, mhlo.backend_config = {compute_left = 86 : ui8, compute_right = 86 : ui8}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[1, 2, 0]> : tensor<3xindex>, dense<[1, 2, 0]> : tensor<3xindex>, dense<[0]> : tensor<1xindex>]} : (tensor<2x4x4xf64>) -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2xi32>)
    %v2 = stablehlo.constant dense<0.37> : tensor<2x4xf64>
    %v3 = stablehlo.multiply %v1#1, %v2 : tensor<2x4xf64>
    %v4 = stablehlo.add %v1#0, %v3 : tensor<2x4xf64>
    %v5:3 = "stablehlo.sort"(%v4, %v1#0, %v1#1) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<f64>, %b: tensor<f64>, %c: tensor<f64>, %d: tensor<f64>, %e: tensor<f64>, %f: tensor<f64>):
      %less = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f64>, tensor<f64>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    }) : (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4xf64>) -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4xf64>)
    %v6 = stablehlo.complex %v1#0, %v1#1 : tensor<2x4xcomplex<f64>>
    %v7 = stablehlo.convert %in#0 : (tensor<2x4x4xf64>) -> tensor<2x4x4xcomplex<f64>>
    %v8 = stablehlo.dot_general %v7, %v1#3, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v9 = stablehlo.broadcast_in_dim %v6, dims = [0, 2] : (tensor<2x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v10 = stablehlo.multiply %v1#3, %v9 : tensor<2x4x4xcomplex<f64>>
    %v11 = stablehlo.subtract %v8, %v10 : tensor<2x4x4xcomplex<f64>>
    %v12 = stablehlo.real %v1#2 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v13 = stablehlo.imag %v1#2 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v14 = stablehlo.negate %v13 : tensor<2x4x4xf64>
    %v15 = stablehlo.complex %v12, %v14 : tensor<2x4x4xcomplex<f64>>
    %v16 = stablehlo.transpose %v15, dims = [0, 2, 1] : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v17 = stablehlo.dot_general %v16, %v7, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v18 = stablehlo.real %v1#2 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v19 = stablehlo.imag %v1#2 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v20 = stablehlo.negate %v19 : tensor<2x4x4xf64>
    %v21 = stablehlo.complex %v18, %v20 : tensor<2x4x4xcomplex<f64>>
    %v22 = stablehlo.transpose %v21, dims = [0, 2, 1] : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v23 = stablehlo.broadcast_in_dim %v6, dims = [0, 1] : (tensor<2x4xcomplex<f64>>) -> tensor<2x4x4xcomplex<f64>>
    %v24 = stablehlo.multiply %v22, %v23 : tensor<2x4x4xcomplex<f64>>
    %v25 = stablehlo.subtract %v17, %v24 : tensor<2x4x4xcomplex<f64>>
    %v26 = stablehlo.abs %v1#2 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v27 = stablehlo.multiply %v26, %v26 : tensor<2x4x4xf64>
    %v28 = stablehlo.constant dense<0.0> : tensor<f64>
    %v29 = stablehlo.reduce(%v27 init: %v28) applies stablehlo.add across dimensions = [1] : (tensor<2x4x4xf64>, tensor<f64>) -> tensor<2x4xf64>
    %v30 = stablehlo.abs %v1#3 : (tensor<2x4x4xcomplex<f64>>) -> tensor<2x4x4xf64>
    %v31 = stablehlo.multiply %v30, %v30 : tensor<2x4x4xf64>
    %v32 = stablehlo.constant dense<0.0> : tensor<f64>
    %v33 = stablehlo.reduce(%v31 init: %v32) applies stablehlo.add across dimensions = [1] : (tensor<2x4x4xf64>, tensor<f64>) -> tensor<2x4xf64>
    %v34:4 = stablehlo.custom_call @lapack_cgeev_ffi(%in#1) {api_version = 4 : i32, mhlo.backend_config = {compute_left = 86 : ui8, compute_right = 86 : ui8}, result_layouts = [dense<[0]> : tensor<1xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>]} : (tensor<3x3xcomplex<f32>>) -> (tensor<3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<i32>)
    %v35 = stablehlo.real %v34#0 : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
    %v36 = stablehlo.imag %v34#0 : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
    %v37 = stablehlo.constant dense<0.37> : tensor<3xf32>
    %v38 = stablehlo.multiply %v36, %v37 : tensor<3xf32>
    %v39 = stablehlo.add %v35, %v38 : tensor<3xf32>
    %v40:3 = "stablehlo.sort"(%v39, %v35, %v36) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>, %e: tensor<f32>, %f: tensor<f32>):
      %less = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    }) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
    %v41 = stablehlo.complex %v35, %v36 : tensor<3xcomplex<f32>>
    %v42 = stablehlo.dot_general %in#1, %v34#2, contracting_dims = [1] x [0] : (tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v43 = stablehlo.broadcast_in_dim %v41, dims = [1] : (tensor<3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v44 = stablehlo.multiply %v34#2, %v43 : tensor<3x3xcomplex<f32>>
    %v45 = stablehlo.subtract %v42, %v44 : tensor<3x3xcomplex<f32>>
    %v46 = stablehlo.real %v34#1 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v47 = stablehlo.imag %v34#1 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v48 = stablehlo.negate %v47 : tensor<3x3xf32>
    %v49 = stablehlo.complex %v46, %v48 : tensor<3x3xcomplex<f32>>
    %v50 = stablehlo.transpose %v49, dims = [1, 0] : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v51 = stablehlo.dot_general %v50, %in#1, contracting_dims = [1] x [0] : (tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v52 = stablehlo.real %v34#1 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v53 = stablehlo.imag %v34#1 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v54 = stablehlo.negate %v53 : tensor<3x3xf32>
    %v55 = stablehlo.complex %v52, %v54 : tensor<3x3xcomplex<f32>>
    %v56 = stablehlo.transpose %v55, dims = [1, 0] : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v57 = stablehlo.broadcast_in_dim %v41, dims = [0] : (tensor<3xcomplex<f32>>) -> tensor<3x3xcomplex<f32>>
    %v58 = stablehlo.multiply %v56, %v57 : tensor<3x3xcomplex<f32>>
    %v59 = stablehlo.subtract %v51, %v58 : tensor<3x3xcomplex<f32>>
    %v60 = stablehlo.abs %v34#1 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v61 = stablehlo.multiply %v60, %v60 : tensor<3x3xf32>
    %v62 = stablehlo.constant dense<0.0> : tensor<f32>
    %v63 = stablehlo.reduce(%v61 init: %v62) applies stablehlo.add across dimensions = [0] : (tensor<3x3xf32>, tensor<f32>) -> tensor<3xf32>
    %v64 = stablehlo.abs %v34#2 : (tensor<3x3xcomplex<f32>>) -> tensor<3x3xf32>
    %v65 = stablehlo.multiply %v64, %v64 : tensor<3x3xf32>
    %v66 = stablehlo.constant dense<0.0> : tensor<f32>
    %v67 = stablehlo.reduce(%v65 init: %v66) applies stablehlo.add across dimensions = [0] : (tensor<3x3xf32>, tensor<f32>) -> tensor<3xf32>
    %v68:6 = stablehlo.custom_call @lapack_sgees_ffi(%in#2) {api_version = 4 : i32, mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<> : tensor<0xindex>, dense<> : tensor<0xindex>]} : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<i32>, tensor<i32>)
    %v69 = stablehlo.constant dense<0.37> : tensor<4xf32>
    %v70 = stablehlo.multiply %v68#3, %v69 : tensor<4xf32>
    %v71 = stablehlo.add %v68#2, %v70 : tensor<4xf32>
    %v72:3 = "stablehlo.sort"(%v71, %v68#2, %v68#3) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>, %e: tensor<f32>, %f: tensor<f32>):
      %less = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    }) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
    %v73 = stablehlo.dot_general %v68#1, %v68#0, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %v74 = stablehlo.transpose %v68#1, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %v75 = stablehlo.dot_general %v73, %v74, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %v76 = stablehlo.transpose %v68#1, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %v77 = stablehlo.dot_general %v68#1, %v76, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %v78:5 = stablehlo.custom_call @lapack_zgees_ffi(%in#3) {api_version = 4 : i32, mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}, result_layouts = [dense<[1, 2, 0]> : tensor<3xindex>, dense<[1, 2, 0]> : tensor<3xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>]} : (tensor<2x3x3xcomplex<f64>>) -> (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>)
    %v79 = stablehlo.real %v78#2 : (tensor<2x3xcomplex<f64>>) -> tensor<2x3xf64>
    %v80 = stablehlo.imag %v78#2 : (tensor<2x3xcomplex<f64>>) -> tensor<2x3xf64>
    %v81 = stablehlo.constant dense<0.37> : tensor<2x3xf64>
    %v82 = stablehlo.multiply %v80, %v81 : tensor<2x3xf64>
    %v83 = stablehlo.add %v79, %v82 : tensor<2x3xf64>
    %v84:3 = "stablehlo.sort"(%v83, %v79, %v80) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<f64>, %b: tensor<f64>, %c: tensor<f64>, %d: tensor<f64>, %e: tensor<f64>, %f: tensor<f64>):
      %less = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f64>, tensor<f64>) -> tensor<i1>
      stablehlo.return %less : tensor<i1>
    }) : (tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) -> (tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>)
    %v85 = stablehlo.dot_general %v78#1, %v78#0, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xcomplex<f64>>
    %v86 = stablehlo.real %v78#1 : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xf64>
    %v87 = stablehlo.imag %v78#1 : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xf64>
    %v88 = stablehlo.negate %v87 : tensor<2x3x3xf64>
    %v89 = stablehlo.complex %v86, %v88 : tensor<2x3x3xcomplex<f64>>
    %v90 = stablehlo.transpose %v89, dims = [0, 2, 1] : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xcomplex<f64>>
    %v91 = stablehlo.dot_general %v85, %v90, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xcomplex<f64>>
    %v92 = stablehlo.real %v78#1 : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xf64>
    %v93 = stablehlo.imag %v78#1 : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xf64>
    %v94 = stablehlo.negate %v93 : tensor<2x3x3xf64>
    %v95 = stablehlo.complex %v92, %v94 : tensor<2x3x3xcomplex<f64>>
    %v96 = stablehlo.transpose %v95, dims = [0, 2, 1] : (tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xcomplex<f64>>
    %v97 = stablehlo.dot_general %v78#1, %v96, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>) -> tensor<2x3x3xcomplex<f64>>
    %v98:3 = stablehlo.custom_call @lapack_dgehrd_ffi(%in#4) {api_version = 4 : i32, mhlo.backend_config = {high = 4 : i32, low = 1 : i32}, result_layouts = [dense<[1, 2, 0]> : tensor<3xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>]} : (tensor<2x4x4xf64>) -> (tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>)
    %v99:3 = stablehlo.custom_call @lapack_cgehrd_ffi(%in#5) {api_version = 4 : i32, mhlo.backend_config = {high = 4 : i32, low = 1 : i32}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<> : tensor<0xindex>]} : (tensor<4x4xcomplex<f32>>) -> (tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>)
    %v100:5 = stablehlo.custom_call @lapack_ssytrd_ffi(%in#6) {api_version = 4 : i32, mhlo.backend_config = {uplo = 76 : ui8}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<> : tensor<0xindex>]} : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>)
    %v101:5 = stablehlo.custom_call @lapack_zhetrd_ffi(%in#7) {api_version = 4 : i32, mhlo.backend_config = {uplo = 85 : ui8}, result_layouts = [dense<[1, 2, 0]> : tensor<3xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>]} : (tensor<2x4x4xcomplex<f64>>) -> (tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>)
    %v102:5 = stablehlo.custom_call @lapack_dsytrd_ffi(%in#8) {api_version = 4 : i32, mhlo.backend_config = {uplo = 85 : ui8}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<> : tensor<0xindex>]} : (tensor<5x5xf64>) -> (tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>)
    %v103:5 = stablehlo.custom_call @lapack_chetrd_ffi(%in#9) {api_version = 4 : i32, mhlo.backend_config = {uplo = 76 : ui8}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<> : tensor<0xindex>]} : (tensor<3x3xcomplex<f32>>) -> (tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>)
    %v104:5 = stablehlo.custom_call @lapack_dgtsv_ffi(%in#10, %in#11, %in#12, %in#13) {api_version = 4 : i32, mhlo.backend_config = {}, result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>, dense<[1, 2, 0]> : tensor<3xindex>, dense<[0]> : tensor<1xindex>]} : (tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5x2xf64>) -> (tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5x2xf64>, tensor<2xi32>)
    %v105:5 = stablehlo.custom_call @lapack_cgtsv_ffi(%in#14, %in#15, %in#16, %in#17) {api_version = 4 : i32, mhlo.backend_config = {}, result_layouts = [dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<[0]> : tensor<1xindex>, dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>]} : (tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3x1xcomplex<f32>>) -> (tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3x1xcomplex<f32>>, tensor<i32>)
    %expected:56 = call @expected() : () -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<4xf32>, tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<i32>, tensor<i32>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>, tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>, tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>, tensor<2x5x2xf64>, tensor<2xi32>, tensor<3x1xcomplex<f32>>, tensor<i32>)
    stablehlo.custom_call @check.expect_almost_eq(%v5#1, %expected#0) {has_side_effect = true} : (tensor<2x4xf64>, tensor<2x4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v5#2, %expected#1) {has_side_effect = true} : (tensor<2x4xf64>, tensor<2x4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v11, %expected#2) {has_side_effect = true} : (tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v25, %expected#3) {has_side_effect = true} : (tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v29, %expected#4) {has_side_effect = true} : (tensor<2x4xf64>, tensor<2x4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v33, %expected#5) {has_side_effect = true} : (tensor<2x4xf64>, tensor<2x4xf64>) -> ()
    stablehlo.custom_call @check.expect_eq(%v1#4, %expected#6) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v40#1, %expected#7) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v40#2, %expected#8) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v45, %expected#9) {has_side_effect = true} : (tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v59, %expected#10) {has_side_effect = true} : (tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v63, %expected#11) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v67, %expected#12) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%v34#3, %expected#13) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v72#1, %expected#14) {has_side_effect = true} : (tensor<4xf32>, tensor<4xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v72#2, %expected#15) {has_side_effect = true} : (tensor<4xf32>, tensor<4xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v75, %expected#16) {has_side_effect = true} : (tensor<4x4xf32>, tensor<4x4xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v77, %expected#17) {has_side_effect = true} : (tensor<4x4xf32>, tensor<4x4xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%v68#4, %expected#18) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_eq(%v68#5, %expected#19) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v84#1, %expected#20) {has_side_effect = true} : (tensor<2x3xf64>, tensor<2x3xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v84#2, %expected#21) {has_side_effect = true} : (tensor<2x3xf64>, tensor<2x3xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v91, %expected#22) {has_side_effect = true} : (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v97, %expected#23) {has_side_effect = true} : (tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_eq(%v78#3, %expected#24) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_eq(%v78#4, %expected#25) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v98#0, %expected#26) {has_side_effect = true} : (tensor<2x4x4xf64>, tensor<2x4x4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v98#1, %expected#27) {has_side_effect = true} : (tensor<2x3xf64>, tensor<2x3xf64>) -> ()
    stablehlo.custom_call @check.expect_eq(%v98#2, %expected#28) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v99#0, %expected#29) {has_side_effect = true} : (tensor<4x4xcomplex<f32>>, tensor<4x4xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v99#1, %expected#30) {has_side_effect = true} : (tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_eq(%v99#2, %expected#31) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v100#0, %expected#32) {has_side_effect = true} : (tensor<4x4xf32>, tensor<4x4xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v100#1, %expected#33) {has_side_effect = true} : (tensor<4xf32>, tensor<4xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v100#2, %expected#34) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v100#3, %expected#35) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%v100#4, %expected#36) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v101#0, %expected#37) {has_side_effect = true} : (tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v101#1, %expected#38) {has_side_effect = true} : (tensor<2x4xf64>, tensor<2x4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v101#2, %expected#39) {has_side_effect = true} : (tensor<2x3xf64>, tensor<2x3xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v101#3, %expected#40) {has_side_effect = true} : (tensor<2x3xcomplex<f64>>, tensor<2x3xcomplex<f64>>) -> ()
    stablehlo.custom_call @check.expect_eq(%v101#4, %expected#41) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v102#0, %expected#42) {has_side_effect = true} : (tensor<5x5xf64>, tensor<5x5xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v102#1, %expected#43) {has_side_effect = true} : (tensor<5xf64>, tensor<5xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v102#2, %expected#44) {has_side_effect = true} : (tensor<4xf64>, tensor<4xf64>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v102#3, %expected#45) {has_side_effect = true} : (tensor<4xf64>, tensor<4xf64>) -> ()
    stablehlo.custom_call @check.expect_eq(%v102#4, %expected#46) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v103#0, %expected#47) {has_side_effect = true} : (tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v103#1, %expected#48) {has_side_effect = true} : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v103#2, %expected#49) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v103#3, %expected#50) {has_side_effect = true} : (tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_eq(%v103#4, %expected#51) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v104#3, %expected#52) {has_side_effect = true} : (tensor<2x5x2xf64>, tensor<2x5x2xf64>) -> ()
    stablehlo.custom_call @check.expect_eq(%v104#4, %expected#53) {has_side_effect = true} : (tensor<2xi32>, tensor<2xi32>) -> ()
    stablehlo.custom_call @check.expect_almost_eq(%v105#3, %expected#54) {has_side_effect = true} : (tensor<3x1xcomplex<f32>>, tensor<3x1xcomplex<f32>>) -> ()
    stablehlo.custom_call @check.expect_eq(%v105#4, %expected#55) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
    return %v5#1, %v5#2, %v11, %v25, %v29, %v33, %v1#4, %v40#1, %v40#2, %v45, %v59, %v63, %v67, %v34#3, %v72#1, %v72#2, %v75, %v77, %v68#4, %v68#5, %v84#1, %v84#2, %v91, %v97, %v78#3, %v78#4, %v98#0, %v98#1, %v98#2, %v99#0, %v99#1, %v99#2, %v100#0, %v100#1, %v100#2, %v100#3, %v100#4, %v101#0, %v101#1, %v101#2, %v101#3, %v101#4, %v102#0, %v102#1, %v102#2, %v102#3, %v102#4, %v103#0, %v103#1, %v103#2, %v103#3, %v103#4, %v104#3, %v104#4, %v105#3, %v105#4 : tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<4xf32>, tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<i32>, tensor<i32>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>, tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>, tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>, tensor<2x5x2xf64>, tensor<2xi32>, tensor<3x1xcomplex<f32>>, tensor<i32>
  }
  func.func private @inputs() -> (tensor<2x4x4xf64>, tensor<3x3xcomplex<f32>>, tensor<4x4xf32>, tensor<2x3x3xcomplex<f64>>, tensor<2x4x4xf64>, tensor<4x4xcomplex<f32>>, tensor<4x4xf32>, tensor<2x4x4xcomplex<f64>>, tensor<5x5xf64>, tensor<3x3xcomplex<f32>>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5x2xf64>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3x1xcomplex<f32>>) {
    %0 = stablehlo.constant dense<[[[0.875, 1.5625, -2.4375, 1.5625], [-0.1875, 0.0625, 0.6875, -1.0625], [2.4375, -2.25, -1.125, -0.5625], [0.375, -0.4375, -1.875, -2.3125]], [[-2.5, -2.3125, -1.75, 2.5], [-1.5625, 0.75, 1.25, -1.375], [-1.125, -0.3125, -1.1875, 2.375], [-1.625, 2.0, 1.5, 1.75]]]> : tensor<2x4x4xf64>
    %1 = stablehlo.constant dense<[[(-1.9375e+00, 3.125e-01), (-5.625e-01, 2.0625e+00), (6.25e-01, -1.1875e+00)], [(-6.25e-02, -6.875e-01), (8.125e-01, 1.9375e+00), (8.75e-01, -1.5625e+00)], [(8.125e-01, -2.1875e+00), (-2.25e+00, -6.25e-01), (2.3125e+00, 9.375e-01)]]> : tensor<3x3xcomplex<f32>>
    %2 = stablehlo.constant dense<[[-1.9375e+00, 1.875e+00, -8.125e-01, -1.375e+00], [2.5e-01, 2.0e+00, 1.9375e+00, 1.875e+00], [-1.0e+00, -2.4375e+00, 1.4375e+00, 1.0625e+00], [1.375e+00, -2.5e+00, -2.3125e+00, 0.0e+00]]> : tensor<4x4xf32>
    %3 = stablehlo.constant dense<[[[(-0.8125, 1.5), (-0.3125, -1.3125), (2.1875, -2.25)], [(-1.5, -0.9375), (0.125, -1.8125), (-0.875, 1.5)], [(-1.0625, 0.125), (1.5625, 0.0625), (-1.75, -1.0625)]], [[(-0.9375, 0.0625), (-1.9375, 2.375), (-1.75, -1.3125)], [(-1.125, 1.375), (1.0, -2.4375), (0.375, -0.9375)], [(-0.25, 2.1875), (-1.6875, 1.875), (1.5, -2.125)]]]> : tensor<2x3x3xcomplex<f64>>
    %4 = stablehlo.constant dense<[[[1.75, 1.75, -0.25, -0.6875], [2.4375, 2.3125, 0.875, -0.5], [-1.4375, 2.1875, -1.1875, 0.3125], [0.875, -1.3125, -0.9375, 1.25]], [[-1.5625, 0.875, 2.25, 0.9375], [0.75, -0.1875, 2.375, -1.4375], [-0.75, 0.6875, 0.8125, -2.0], [-1.6875, 1.0, 1.75, 0.6875]]]> : tensor<2x4x4xf64>
    %5 = stablehlo.constant dense<[[(2.1875e+00, -1.6875e+00), (-6.25e-01, 2.25e+00), (-8.75e-01, 8.75e-01), (1.5e+00, 2.5e+00)], [(-2.3125e+00, 5.625e-01), (-1.5625e+00, 1.125e+00), (-1.5625e+00, -6.25e-01), (-5.625e-01, 1.5625e+00)], [(-1.75e+00, -1.9375e+00), (1.5e+00, -1.75e+00), (1.75e+00, -6.875e-01), (-6.25e-01, 1.0625e+00)], [(-2.375e+00, -6.25e-02), (1.0625e+00, 1.75e+00), (-2.0e+00, 2.25e+00), (5.625e-01, -5.0e-01)]]> : tensor<4x4xcomplex<f32>>
    %6 = stablehlo.constant dense<[[-7.5e-01, 7.0e+00, 7.0e+00, 7.0e+00], [7.5e-01, 4.625e+00, 7.0e+00, 7.0e+00], [3.75e-01, 6.875e-01, -3.5e+00, 7.0e+00], [1.375e+00, -1.3125e+00, -3.25e+00, 1.375e+00]]> : tensor<4x4xf32>
    %7 = stablehlo.constant dense<[[[(0.625, 0.0), (2.5625, -3.375), (1.0, 3.375), (-0.375, 0.5625)], [(7.0, 0.0), (-1.75, 0.0), (-2.4375, 1.9375), (0.75, 1.3125)], [(7.0, 0.0), (7.0, 0.0), (3.375, 0.0), (2.625, -3.25)], [(7.0, 0.0), (7.0, 0.0), (7.0, 0.0), (-1.0, 0.0)]], [[(-1.625, 0.0), (-0.5, 3.75), (-2.4375, 2.375), (2.0625, 3.4375)], [(7.0, 0.0), (3.375, 0.0), (0.5, -1.625), (-1.875, 0.5625)], [(7.0, 0.0), (7.0, 0.0), (5.0, 0.0), (-1.25, 4.125)], [(7.0, 0.0), (7.0, 0.0), (7.0, 0.0), (0.5, 0.0)]]]> : tensor<2x4x4xcomplex<f64>>
    %8 = stablehlo.constant dense<[[0.375, 0.6875, 3.625, -1.8125, 2.5625], [7.0, 0.875, 1.0, 0.0625, -0.5625], [7.0, 7.0, -0.875, -4.25, -0.0625], [7.0, 7.0, 7.0, -2.0, -3.75], [7.0, 7.0, 7.0, 7.0, 4.875]]> : tensor<5x5xf64>
    %9 = stablehlo.constant dense<[[(-2.875e+00, 0.0e+00), (7.0e+00, 0.0e+00), (7.0e+00, 0.0e+00)], [(-3.375e+00, 1.375e+00), (3.875e+00, 0.0e+00), (7.0e+00, 0.0e+00)], [(-2.5e-01, 6.875e-01), (9.375e-01, 8.125e-01), (-1.375e+00, 0.0e+00)]]> : tensor<3x3xcomplex<f32>>
    %10 = stablehlo.constant dense<[[-0.625, 1.875, 1.0625, -2.3125, -0.8125], [-2.4375, 1.625, -0.4375, -1.375, 1.125]]> : tensor<2x5xf64>
    %11 = stablehlo.constant dense<[[1.875, -2.0, 0.0, -0.6875, 1.125], [2.1875, 0.1875, 1.25, -0.9375, 0.375]]> : tensor<2x5xf64>
    %12 = stablehlo.constant dense<[[0.0, 1.1875, -2.25, -1.3125, -2.3125], [2.4375, 0.125, -0.0625, -0.125, -2.375]]> : tensor<2x5xf64>
    %13 = stablehlo.constant dense<[[[1.6875, 1.75], [-2.4375, 0.625], [0.3125, -0.625], [-0.0625, 1.9375], [0.5, -0.0625]], [[1.1875, 1.0], [0.125, 1.6875], [0.3125, 0.625], [-0.0625, 0.4375], [0.5625, 2.0]]]> : tensor<2x5x2xf64>
    %14 = stablehlo.constant dense<[(-1.25e+00, -8.125e-01), (-6.875e-01, 8.75e-01), (2.5e-01, 1.625e+00)]> : tensor<3xcomplex<f32>>
    %15 = stablehlo.constant dense<[(-1.5625e+00, 6.25e-02), (-2.25e+00, 1.25e+00), (2.5e+00, 1.3125e+00)]> : tensor<3xcomplex<f32>>
    %16 = stablehlo.constant dense<[(2.3125e+00, 2.4375e+00), (-2.375e+00, -3.125e-01), (-1.0625e+00, -5.0e-01)]> : tensor<3xcomplex<f32>>
    %17 = stablehlo.constant dense<[[(-1.1875e+00, 2.375e+00)], [(-2.4375e+00, -2.4375e+00)], [(-2.3125e+00, -1.8125e+00)]]> : tensor<3x1xcomplex<f32>>
    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17 : tensor<2x4x4xf64>, tensor<3x3xcomplex<f32>>, tensor<4x4xf32>, tensor<2x3x3xcomplex<f64>>, tensor<2x4x4xf64>, tensor<4x4xcomplex<f32>>, tensor<4x4xf32>, tensor<2x4x4xcomplex<f64>>, tensor<5x5xf64>, tensor<3x3xcomplex<f32>>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5xf64>, tensor<2x5x2xf64>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<3x1xcomplex<f32>>
  }
  func.func private @expected() -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<4xf32>, tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<i32>, tensor<i32>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>, tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>, tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>, tensor<2x5x2xf64>, tensor<2xi32>, tensor<3x1xcomplex<f32>>, tensor<i32>) {
    %0 = stablehlo.constant dense<[[-3.4654484556878016, 0.18769568495832534, 0.5900570857711498, 0.1876956849583271], [-3.618513212272447, -0.9501193058924686, 1.6905662590824562, 1.6905662590824566]]> : tensor<2x4xf64>
    %1 = stablehlo.constant dense<[[2.220446049250313e-16, -2.863276942927599, 0.0, 2.8632769429276], [3.3306690738754696e-16, 0.0, -1.5073858771920274, 1.507385877192026]]> : tensor<2x4xf64>
    %2 = stablehlo.constant dense<[[[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]], [[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]]]> : tensor<2x4x4xcomplex<f64>>
    %3 = stablehlo.constant dense<[[[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]], [[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]]]> : tensor<2x4x4xcomplex<f64>>
    %4 = stablehlo.constant dense<[[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]> : tensor<2x4xf64>
    %5 = stablehlo.constant dense<[[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]> : tensor<2x4xf64>
    %6 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %7 = stablehlo.constant dense<[-1.3024443e+00, 7.4061567e-01, 1.7493287e+00]> : tensor<3xf32>
    %8 = stablehlo.constant dense<[5.0551265e-01, 2.0080078e-03, 2.6799793e+00]> : tensor<3xf32>
    %9 = stablehlo.constant dense<[[(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)], [(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)], [(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)]]> : tensor<3x3xcomplex<f32>>
    %10 = stablehlo.constant dense<[[(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)], [(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)], [(0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00), (0.0e+00, 0.0e+00)]]> : tensor<3x3xcomplex<f32>>
    %11 = stablehlo.constant dense<[1.0e+00, 1.0e+00, 1.0e+00]> : tensor<3xf32>
    %12 = stablehlo.constant dense<[1.0e+00, 1.0e+00, 1.0e+00]> : tensor<3xf32>
    %13 = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.constant dense<[-1.8591748e+00, 9.1032857e-01, 1.5385178e+00, 9.1032857e-01]> : tensor<4xf32>
    %15 = stablehlo.constant dense<[-6.661338e-16, -3.3625717e+00, -5.014537e-17, 3.3625717e+00]> : tensor<4xf32>
    %16 = stablehlo.constant dense<[[-1.9375e+00, 1.875e+00, -8.125e-01, -1.375e+00], [2.5e-01, 2.0e+00, 1.9375e+00, 1.875e+00], [-1.0e+00, -2.4375e+00, 1.4375e+00, 1.0625e+00], [1.375e+00, -2.5e+00, -2.3125e+00, 0.0e+00]]> : tensor<4x4xf32>
    %17 = stablehlo.constant dense<[[1.0e+00, 0.0e+00, 0.0e+00, 0.0e+00], [0.0e+00, 1.0e+00, 0.0e+00, 0.0e+00], [0.0e+00, 0.0e+00, 1.0e+00, 0.0e+00], [0.0e+00, 0.0e+00, 0.0e+00, 1.0e+00]]> : tensor<4x4xf32>
    %18 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.constant dense<0> : tensor<i32>
    %20 = stablehlo.constant dense<[[-1.9323728753821072, -1.1155805114560802, 0.6104533868381878], [-2.8106869225042344, 1.624579350291486, 2.748607572212748]]> : tensor<2x3xf64>
    %21 = stablehlo.constant dense<[[-1.592073452058396, -2.5607338743419894, 2.777807326400385], [0.7669166449566275, -3.9126015445185525, -1.354315100438078]]> : tensor<2x3xf64>
    %22 = stablehlo.constant dense<[[[(-0.8125, 1.5), (-0.3125, -1.3125), (2.1875, -2.25)], [(-1.5, -0.9375), (0.125, -1.8125), (-0.875, 1.5)], [(-1.0625, 0.125), (1.5625, 0.0625), (-1.75, -1.0625)]], [[(-0.9375, 0.0625), (-1.9375, 2.375), (-1.75, -1.3125)], [(-1.125, 1.375), (1.0, -2.4375), (0.375, -0.9375)], [(-0.25, 2.1875), (-1.6875, 1.875), (1.5, -2.125)]]]> : tensor<2x3x3xcomplex<f64>>
    %23 = stablehlo.constant dense<[[[(1.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (1.0, 0.0)]], [[(1.0, 0.0), (0.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0), (1.0, 0.0)]]]> : tensor<2x3x3xcomplex<f64>>
    %24 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %25 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %26 = stablehlo.constant dense<[[[1.75, -1.358352123709369, -0.7578885080670958, -1.0854219305662103], [-2.9619989027681966, -0.17867876224398938, 1.1165437475292121, 0.0634111453616454], [-0.2662284085775122, 2.8105187004013783, 1.2645920317221728, 0.8683539387036148], [0.16205207478631176, -0.07922074596847668, 1.9036028873559003, 1.289086730521816]], [[-1.5625, 1.3111297103096389, -1.8161156230869175, 1.299882370187004], [-1.9931523398877469, 0.2074115044247788, -0.7997010434679401, 1.2790923923974644], [-0.27340807475194434, 1.8649577218037503, 1.1525225998658093, 0.6085861284026384], [-0.6151681681918747, -0.15979112762105882, -3.1484178397043543, -0.04743410429058698]]]> : tensor<2x4x4xf64>
    %27 = stablehlo.constant dense<[[1.8229240050433457, 1.9875264300258912, 0.0], [1.3762883473534389, 1.9502050165607374, 0.0]]> : tensor<2x3xf64>
    %28 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %29 = stablehlo.constant dense<[[(2.1875e+00, -1.6875e+00), (2.220446e-16, -2.6828623e+00), (2.1410282e+00, 6.702504e-01), (-1.4470292e+00, 1.0767982e+00)], [(4.2573466e+00, 0.0e+00), (-7.5230336e-01, -6.802263e-02), (-1.0949931e+00, -8.0101854e-01), (1.2345718e+00, 1.8737377e-01)], [(2.3936425e-01, 3.1540194e-01), (2.0669467e+00, 0.0e+00), (1.4262625e+00, 2.3727949e+00), (-2.2475311e-01, 2.2648158e+00)], [(3.580608e-01, 4.0169764e-02), (3.0772967e-02, 9.787781e-02), (-2.6052942e+00, 0.0e+00), (7.6040834e-02, -2.3672721e+00)]]> : tensor<4x4xcomplex<f32>>
    %30 = stablehlo.constant dense<[(1.5431787e+00, -1.3212454e-01), (1.9525253e+00, 2.2806829e-01), (1.6869367e+00, -7.2671723e-01)]> : tensor<3xcomplex<f32>>
    %31 = stablehlo.constant dense<0> : tensor<i32>
    %32 = stablehlo.constant dense<[[-7.5e-01, 7.0e+00, 7.0e+00, 7.0e+00], [-1.6105124e+00, -3.7123495e-01, 7.0e+00, 7.0e+00], [1.5886381e-01, -3.4660826e+00, -2.5542572e+00, 7.0e+00], [5.8250064e-01, 9.800292e-02, -6.787524e-01, 5.4254923e+00]]> : tensor<4x4xf32>
    %33 = stablehlo.constant dense<[-7.5e-01, -3.7123495e-01, -2.5542572e+00, 5.4254923e+00]> : tensor<4xf32>
    %34 = stablehlo.constant dense<[-1.6105124e+00, -3.4660826e+00, -6.787524e-01]> : tensor<3xf32>
    %35 = stablehlo.constant dense<[1.4656904e+00, 1.9809736e+00, 0.0e+00]> : tensor<3xf32>
    %36 = stablehlo.constant dense<0> : tensor<i32>
    %37 = stablehlo.constant dense<[[[(-2.9806475521336164, 0.0), (-2.574791457404285, 0.0), (-0.6387564460371583, -0.2568322147879744), (-0.07344233436497971, 0.04548617429576811)], [(7.0, 0.0), (1.196459931243866, 0.0), (-5.24786334826392, 0.0), (0.017530014226556492, 0.19237084302572754)], [(7.0, 0.0), (7.0, 0.0), (4.03418762088975, 0.0), (-4.493919503061887, 0.0)], [(7.0, 0.0), (7.0, 0.0), (7.0, 0.0), (-1.0, 0.0)]], [[(5.287524320729864, 0.0), (-1.8084479101420654, 0.0), (-0.28966162729313716, -0.6099282052366134), (-0.016435446155848465, -0.47030358821359336)], [(7.0, 0.0), (4.346155001166394, 0.0), (-4.177200716065731, 0.0), (0.22455435879898183, 0.04880905748670193)], [(7.0, 0.0), (7.0, 0.0), (-2.883679321896256, 0.0), (6.203262750359684, 0.0)], [(7.0, 0.0), (7.0, 0.0), (7.0, 0.0), (0.5, 0.0)]]]> : tensor<2x4x4xcomplex<f64>>
    %38 = stablehlo.constant dense<[[-2.9806475521336164, 1.196459931243866, 4.03418762088975, -1.0], [5.287524320729864, 4.346155001166394, -2.883679321896256, 0.5]]> : tensor<2x4xf64>
    %39 = stablehlo.constant dense<[[-2.574791457404285, -5.24786334826392, -4.493919503061887], [-1.8084479101420654, -4.177200716065731, 6.203262750359684]]> : tensor<2x3xf64>
    %40 = stablehlo.constant dense<[[(1.3499223142453471, 0.936778722000655), (1.3154391622124595, -0.2334724884604943), (1.5841226123902492, -0.723199424864118)], [(1.9928044728065368, -0.11974672761847999), (1.3446636593594152, -0.19761409236434022), (1.201506860228921, -0.6649726387554388)]]> : tensor<2x3xcomplex<f64>>
    %41 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %42 = stablehlo.constant dense<[[-2.3254296434572215, -0.041251185028826486, 0.05356157340000933, 0.15374363411541223, -0.30773270798880575], [7.0, 0.8086950007206071, 1.9067113037307348, 0.016451752989022232, 0.06755108224144515], [7.0, 7.0, -0.3299230115613536, -5.661601860242013, 0.007505675804605018], [7.0, 7.0, 7.0, 0.22165765429796824, 4.577031652719915], [7.0, 7.0, 7.0, 7.0, 4.875]]> : tensor<5x5xf64>
    %43 = stablehlo.constant dense<[-2.3254296434572215, 0.8086950007206071, -0.3299230115613536, 0.22165765429796824, 4.875]> : tensor<5xf64>
    %44 = stablehlo.constant dense<[-0.041251185028826486, 1.9067113037307348, -5.661601860242013, 4.577031652719915]> : tensor<4xf64>
    %45 = stablehlo.constant dense<[0.0, 1.994278729132818, 1.953300939752943, 1.8193082950981017]> : tensor<4xf64>
    %46 = stablehlo.constant dense<0> : tensor<i32>
    %47 = stablehlo.constant dense<[[(-2.875e+00, 0.0e+00), (7.0e+00, 0.0e+00), (7.0e+00, 0.0e+00)], [(3.7170427e+00, 0.0e+00), (3.6819692e+00, 0.0e+00), (7.0e+00, 0.0e+00)], [(5.2087437e-02, -8.684096e-02), (1.5859424e+00, 0.0e+00), (-1.1819692e+00, 0.0e+00)]]> : tensor<3x3xcomplex<f32>>
    %48 = stablehlo.constant dense<[-2.875e+00, 3.6819692e+00, -1.1819692e+00]> : tensor<3xf32>
    %49 = stablehlo.constant dense<[3.7170427e+00, 1.5859424e+00]> : tensor<2xf32>
    %50 = stablehlo.constant dense<[(1.9079798e+00, -3.6991772e-01), (1.5252949e+00, 8.509202e-01)]> : tensor<2xcomplex<f32>>
    %51 = stablehlo.constant dense<0> : tensor<i32>
    %52 = stablehlo.constant dense<[[[0.9, 0.9333333333333333], [1.6582760927379223, -0.02744285457897571], [-0.6807981595992887, -0.9935879656066959], [0.6441859326817966, 0.26481865200437255], [0.9096898402701865, 0.13570235978093576]], [[-0.008403642694522512, 1.090085264050712], [0.4947212178027766, -0.5680252369685876], [0.3671655283246284, 0.18092942279362503], [-1.1197379581268694, -2.4052348853473804], [4.859213874380608, 12.549037989375476]]]> : tensor<2x5x2xf64>
    %53 = stablehlo.constant dense<[0, 0]> : tensor<2xi32>
    %54 = stablehlo.constant dense<[[(-1.0521662e+00, 1.3146117e+00)], [(4.0732446e-01, 1.5143731e+00)], [(-4.5508593e-01, -9.0227807e-01)]]> : tensor<3x1xcomplex<f32>>
    %55 = stablehlo.constant dense<0> : tensor<i32>
    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55 : tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x4xcomplex<f64>>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<4xf32>, tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<i32>, tensor<i32>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>, tensor<2xi32>, tensor<2x4x4xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<4x4xcomplex<f32>>, tensor<3xcomplex<f32>>, tensor<i32>, tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<2x4x4xcomplex<f64>>, tensor<2x4xf64>, tensor<2x3xf64>, tensor<2x3xcomplex<f64>>, tensor<2xi32>, tensor<5x5xf64>, tensor<5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<i32>, tensor<3x3xcomplex<f32>>, tensor<3xf32>, tensor<2xf32>, tensor<2xcomplex<f32>>, tensor<i32>, tensor<2x5x2xf64>, tensor<2xi32>, tensor<3x1xcomplex<f32>>, tensor<i32>
  }
}
