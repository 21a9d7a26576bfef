// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The workloads of the performance table: their names, shapes and useful work.

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// The name of the workload. Results of several frameworks are joined by it.
    pub name: String,
    /// The group by which rows are selected: `matmul`, `elem`, `ops`, `conv`, `latency`, `control`, `train` or `infer`.
    pub group: &'static str,
    /// The computation.
    pub kind: Kind,
    /// Useful floating-point operations of a call if matrix products dominate it, else zero.
    pub flops: f64,
    /// Bytes of inputs read and outputs written by a call if memory traffic dominates it, else zero.
    pub bytes: f64,
}

/// The computation of a workload, with random inputs. The element type is f32 unless the variant says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the dimensions that the text of each variant names")]
pub enum Kind {
    /// `[m, k] x [k, n]`, in bf16 if `bf16` is set.
    Matmul { m: usize, k: usize, n: usize, bf16: bool },
    /// `[b, m, k] x [b, k, n]`.
    BatchMatmul { b: usize, m: usize, k: usize, n: usize },
    /// `gelu(x * a + b) * x` by the tanh formula, with scalars `a` and `b` and `x` of shape `[n]`.
    GeluChain { n: usize },
    /// `exp(x)` on `[n]`.
    Exp { n: usize },
    /// `tanh(x)` on `[n]`.
    Tanh { n: usize },
    /// `x + y` on `[n]`.
    Add { n: usize },
    /// `x = x + y` on `[n]`, with the result in the memory of `x`.
    AddReuse { n: usize },
    /// Softmax over the last axis of `[r, c]`.
    Softmax { r: usize, c: usize },
    /// Layer normalisation over the last axis of `[r, c]`, with scale and offset, epsilon 1e-5.
    LayerNorm { r: usize, c: usize },
    /// The sum of `[n, n]` over `axis`, or over both axes if it is `None`.
    Sum { n: usize, axis: Option<usize> },
    /// Argmax over the last axis of `[r, c]`.
    Argmax { r: usize, c: usize },
    /// The transpose of `[n, n]`.
    Transpose { n: usize },
    /// The cumulative sum over the last axis of `[r, c]`.
    Cumsum { r: usize, c: usize },
    /// The sort of `[n]`.
    Sort { n: usize },
    /// `n` rows of `[rows, d]` at random indices.
    Gather { rows: usize, d: usize, n: usize },
    /// Adds `[n, d]` to zeros of `[rows, d]` at random indices.
    ScatterAdd { rows: usize, d: usize, n: usize },
    /// The convolution of `[n, h, w, ci]` with a kernel `[k, k, ci, co]`, stride 1, same padding.
    Conv { n: usize, h: usize, w: usize, ci: usize, k: usize, co: usize },
    /// 2x2 max-pooling with stride 2 on `[n, h, w, c]`.
    MaxPool { n: usize, h: usize, w: usize, c: usize },
    /// 200 calls of `x + y` on a scalar (if `n` is 0) or on `[n]`. Each call waits for its result.
    Latency { n: usize },
    /// `h = tanh(h x w)` on `[n, n]`, `steps` times, as a loop with a constant trip count.
    Scan { n: usize, steps: usize },
    /// The computation of `Scan`, as a loop whose trip count is an input.
    While { n: usize, steps: usize },
    /// One Adam step on an MLP 784-512-512-10 with relu.
    TrainMlp { batch: usize },
    /// One Adam step on a CNN: conv 3x3x32, conv 3x3x64, max-pool, 12544-128-10, with images of 28x28.
    TrainCnn { batch: usize },
    /// One AdamW step on a pre-norm transformer.
    TrainGpt { layers: usize, d: usize, heads: usize, ff: usize, s: usize, vocabulary: usize, b: usize },
    /// all-MiniLM-L6: 6 post-norm layers of width 384 with 12 heads, and the mean over the tokens.
    MiniLm { b: usize, s: usize },
    /// One token of GPT-2 small with `cache` cached tokens of keys and values.
    Gpt2Decode { cache: usize },
}

/// Every workload, in the order of the table.
pub fn table() -> Vec<Workload> {
    let mut table = Vec::new();
    matmuls(&mut table);
    elementwise(&mut table);
    ops(&mut table);
    convolutions(&mut table);
    loops(&mut table);
    models(&mut table);
    table
}

fn row(name: impl Into<String>, group: &'static str, kind: Kind, flops: f64, bytes: f64) -> Workload {
    Workload { name: name.into(), group, kind, flops, bytes }
}

const M: usize = 1 << 20;
const SIZES: [(&str, usize); 3] = [("64K", 1 << 16), ("1M", M), ("16M", 16 * M)];

fn matmuls(table: &mut Vec<Workload>) {
    let mut matmul = |name: String, m: usize, k: usize, n: usize, bf16: bool| {
        let width = if bf16 { 2 } else { 4 };
        let (flops, bytes) = (2 * m * k * n, width * (m * k + k * n + m * n));
        table.push(row(name, "matmul", Kind::Matmul { m, k, n, bf16 }, flops as f64, bytes as f64));
    };
    for n in [64, 128, 256, 512, 1024, 2048] {
        matmul(format!("matmul_{n}"), n, n, n, false);
    }
    matmul("matmul_bf16_1024".into(), 1024, 1024, 1024, true);
    for m in [1, 128] {
        matmul(format!("matmul_{m}x768x3072"), m, 768, 3072, false);
    }
    let (b, m, k, n) = (32, 128, 64, 128);
    let (flops, bytes) = (2 * b * m * k * n, 4 * b * (m * k + k * n + m * n));
    table.push(row("bmm_32x128x64x128", "matmul", Kind::BatchMatmul { b, m, k, n }, flops as f64, bytes as f64));
}

fn elementwise(table: &mut Vec<Workload>) {
    let mut elem = |name: String, kind, floats: usize| table.push(row(name, "elem", kind, 0.0, (4 * floats) as f64));
    for (size, n) in SIZES {
        elem(format!("gelu_chain_{size}"), Kind::GeluChain { n }, 2 * n);
    }
    for (size, n) in &SIZES[..2] {
        elem(format!("exp_{size}"), Kind::Exp { n: *n }, 2 * n);
    }
    for (size, n) in &SIZES[..2] {
        elem(format!("tanh_{size}"), Kind::Tanh { n: *n }, 2 * n);
    }
    for (size, n) in SIZES {
        elem(format!("add_{size}"), Kind::Add { n }, 3 * n);
    }
    elem("add_16M_reuse_out".into(), Kind::AddReuse { n: 16 * M }, 3 * 16 * M);
}

fn ops(table: &mut Vec<Workload>) {
    let mut op = |name: &str, kind, bytes: usize| table.push(row(name, "ops", kind, 0.0, bytes as f64));
    op("softmax_1024", Kind::Softmax { r: 1024, c: 1024 }, 8 * M);
    op("layernorm_1024", Kind::LayerNorm { r: 1024, c: 1024 }, 8 * M);
    op("sum4096_axis0", Kind::Sum { n: 4096, axis: Some(0) }, 64 * M);
    op("sum4096_axis1", Kind::Sum { n: 4096, axis: Some(1) }, 64 * M);
    op("sum4096_all", Kind::Sum { n: 4096, axis: None }, 64 * M);
    op("argmax_4096x1024", Kind::Argmax { r: 4096, c: 1024 }, 16 * M);
    op("transpose_2048", Kind::Transpose { n: 2048 }, 32 * M);
    op("cumsum_1024", Kind::Cumsum { r: 1024, c: 1024 }, 8 * M);
    op("sort_1M", Kind::Sort { n: 1_000_000 }, 8_000_000);
    let (rows, d, n) = (50_000, 128, 100_000);
    op("gather_100k_50kx128", Kind::Gather { rows, d, n }, 2 * n * 4 * d);
    op("scatter_add_100k_50kx128", Kind::ScatterAdd { rows, d, n }, 3 * n * 4 * d);
}

fn convolutions(table: &mut Vec<Workload>) {
    for (n, h, w, ci, k, co) in [(32, 28, 28, 1, 3, 32), (32, 32, 32, 64, 3, 64), (8, 56, 56, 64, 3, 64), (8, 56, 56, 64, 1, 256)] {
        let flops = 2 * n * h * w * ci * k * k * co;
        let bytes = 4 * (n * h * w * (ci + co) + k * k * ci * co);
        let name = format!("conv_{n}x{h}x{w}x{ci}_k{k}_o{co}");
        table.push(row(name, "conv", Kind::Conv { n, h, w, ci, k, co }, flops as f64, bytes as f64));
    }
    let (n, h, w, c) = (32, 32, 32, 64);
    table.push(row("maxpool2x2_32x32x32x64", "conv", Kind::MaxPool { n, h, w, c }, 0.0, (5 * n * h * w * c) as f64));
}

fn loops(table: &mut Vec<Workload>) {
    table.push(row("latency_add_scalar", "latency", Kind::Latency { n: 0 }, 0.0, 0.0));
    table.push(row("latency_add_8", "latency", Kind::Latency { n: 8 }, 0.0, 0.0));
    let (n, steps) = (64, 1000);
    let flops = (steps * 2 * n * n * n) as f64;
    table.push(row("scan_1000_matmul64_tanh", "control", Kind::Scan { n, steps }, flops, 0.0));
    table.push(row("while_1000_matmul64_tanh", "control", Kind::While { n, steps }, flops, 0.0));
}

fn models(table: &mut Vec<Workload>) {
    let mlp = 6 * 128 * (784 * 512 + 512 * 512 + 5120);
    table.push(row("train_mlp_b128_adam", "train", Kind::TrainMlp { batch: 128 }, f64::from(mlp), 0.0));
    let cnn = 3 * 64 * 2 * (784 * 32 * 9 + 784 * 288 * 64 + 12544 * 128 + 1280_u64);
    table.push(row("train_cnn_b64_adam", "train", Kind::TrainCnn { batch: 64 }, cnn as f64, 0.0));
    let gpt = Kind::TrainGpt { layers: 4, d: 256, heads: 4, ff: 1024, s: 128, vocabulary: 1000, b: 8 };
    let flops = 3 * (2 * 1024 * (4 * 12 * 256 * 256 + 256 * 1000) + 4 * 8 * 4 * 128 * 128 * 256_u64);
    table.push(row("train_gpt4L_d256_b8_s128_adamw", "train", gpt, flops as f64, 0.0));

    let minilm = |tokens: u64, attended: u64| (2 * tokens * 6 * 12 * 384 * 384 + 6 * 4 * attended * 384) as f64;
    let weights = (4 * 6 * 12 * 384 * 384) as f64;
    table.push(row("minilm_b1_s32", "infer", Kind::MiniLm { b: 1, s: 32 }, minilm(32, 32 * 32), weights));
    table.push(row("minilm_b8_s128", "infer", Kind::MiniLm { b: 8, s: 128 }, minilm(1024, 8 * 128 * 128), 0.0));
    let gpt2 = 12 * 12 * 768 * 768 + 768 * 50257_u64;
    let bytes = 4 * (gpt2 + 12 * 2 * 256 * 768);
    table.push(row("gpt2_decode_kv256", "infer", Kind::Gpt2Decode { cache: 256 }, (2 * gpt2) as f64, bytes as f64));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_work_is_counted() {
        let table = table();
        let names: HashSet<&str> = table.iter().map(|w| w.name.as_str()).collect();
        assert_eq!(names.len(), table.len());
        for w in &table {
            assert!(w.group == "latency" || w.flops > 0.0 || w.bytes > 0.0, "{}", w.name);
        }
    }
}
