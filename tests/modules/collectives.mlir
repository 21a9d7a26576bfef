// Collectives with one participant, which combine only its own values.
module @collectives {
  func.func public @main() -> (tensor<2x4xi64>, tensor<ui32>, tensor<ui32>) {
    %operand = call @inputs() : () -> (tensor<2x4xi64>)
    %reduced = "stablehlo.all_reduce"(%operand) ({
      ^bb0(%x: tensor<i64>, %y: tensor<i64>):
        %sum = "stablehlo.add"(%x, %y) : (tensor<i64>, tensor<i64>) -> tensor<i64>
        "stablehlo.return"(%sum) : (tensor<i64>) -> ()
    }) {replica_groups = dense<0> : tensor<1x1xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids} : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %gathered = "stablehlo.all_gather"(%reduced) {
      all_gather_dim = 1 : i64,
      replica_groups = dense<0> : tensor<1x1xi64>,
      channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>,
      use_global_device_ids
    } : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %exchanged = "stablehlo.all_to_all"(%gathered) {
      split_dimension = 1 : i64,
      concat_dimension = 0 : i64,
      split_count = 1 : i64,
      replica_groups = dense<0> : tensor<1x1xi64>,
      channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>
    } : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %scattered = "stablehlo.reduce_scatter"(%exchanged) ({
      ^bb0(%x: tensor<i64>, %y: tensor<i64>):
        %sum = "stablehlo.add"(%x, %y) : (tensor<i64>, tensor<i64>) -> tensor<i64>
        "stablehlo.return"(%sum) : (tensor<i64>) -> ()
    }) {
      scatter_dimension = 1 : i64,
      replica_groups = dense<0> : tensor<1x1xi64>,
      channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>
    } : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %permuted = "stablehlo.collective_permute"(%scattered) {
      source_target_pairs = dense<[[0, 0]]> : tensor<1x2xi64>,
      channel_handle = #stablehlo.channel_handle<handle = 5, type = 1>
    } : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %result = "stablehlo.collective_broadcast"(%permuted) {
      replica_groups = dense<0> : tensor<1x1xi64>,
      channel_handle = #stablehlo.channel_handle<handle = 6, type = 1>
    } : (tensor<2x4xi64>) -> tensor<2x4xi64>
    %partition = "stablehlo.partition_id"() : () -> tensor<ui32>
    %replica = stablehlo.replica_id : tensor<ui32>
    %expected0, %expected1, %expected2 = call @expected() : () -> (tensor<2x4xi64>, tensor<ui32>, tensor<ui32>)
    stablehlo.custom_call @check.expect_eq(%result, %expected0) {has_side_effect = true} : (tensor<2x4xi64>, tensor<2x4xi64>) -> ()
    stablehlo.custom_call @check.expect_eq(%partition, %expected1) {has_side_effect = true} : (tensor<ui32>, tensor<ui32>) -> ()
    stablehlo.custom_call @check.expect_eq(%replica, %expected2) {has_side_effect = true} : (tensor<ui32>, tensor<ui32>) -> ()
    return %result, %partition, %replica : tensor<2x4xi64>, tensor<ui32>, tensor<ui32>
  }
  func.func private @inputs() -> (tensor<2x4xi64>) {
    %operand = stablehlo.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi64>
    return %operand : tensor<2x4xi64>
  }
  func.func private @expected() -> (tensor<2x4xi64>, tensor<ui32>, tensor<ui32>) {
    %0 = stablehlo.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi64>
    %1 = stablehlo.constant dense<0> : tensor<ui32>
    %2 = stablehlo.constant dense<0> : tensor<ui32>
    return %0, %1, %2 : tensor<2x4xi64>, tensor<ui32>, tensor<ui32>
  }
}
