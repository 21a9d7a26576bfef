// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions that library kernels run: their descriptions from ops and shapes.

use gomlx_ir::{
    BinaryOp, ConvDims, DType, Def, Direction, DotDims, Function, Inst, Op, Reducer, RegionId, Result, RngAlgorithm, ValueId, Window,
};
use smallvec::SmallVec;

use super::reference::reference;
use super::{Lowering, algebra, sort};
use crate::fuse::storage_view;
use crate::loops::Body;
use crate::loops::index::{Index, through};
use crate::loops::support::{all_in_loops, is_product};
use crate::runtime::elem::{Combine, Elem, Lane};
use crate::runtime::generic::{GenericReduceWindow, GenericScatter, GenericSelectAndScatter, Windows};
use crate::runtime::kernels::address::AddressSpec;
use crate::runtime::kernels::conv::{Conv, ConvSpec, SpatialDim};
use crate::runtime::kernels::copy::{self, CopyDim, Pad, StridedCopy, row_major};
use crate::runtime::kernels::gather::Gather;
use crate::runtime::kernels::gemm::{Matmul, MatmulDim, MatmulSpec};
use crate::runtime::kernels::rng::{Generator, RngBits};
use crate::runtime::kernels::scatter::{Scatter, Update};
use crate::runtime::kernels::select_scatter::{Select, SelectAndScatter};
use crate::runtime::kernels::window::{ReduceWindow, WindowDim};
use crate::runtime::program::Kernel;
use crate::runtime::slices::DynamicSlice;

/// The kernel of an instruction, and the values that it reads.
///
/// # Errors
/// If the op or its body is not supported.
pub(crate) fn library(function: &Function, inst: &Inst, lowering: &mut Lowering) -> Result<(Kernel, SmallVec<[ValueId; 4]>)> {
    if !has_kernel(function, inst) {
        let (reference, reads) = reference(function, inst)?;
        return Ok((Kernel::Reference(Box::new(reference)), reads.into()));
    }
    let dims = |value: ValueId| function.shape(value).sizes();
    let elem = |value: ValueId| elem(function.shape(value).dtype);
    let operands = &inst.operands;
    let mut reads: SmallVec<[ValueId; 4]> = operands.iter().copied().collect();
    let size = |value: ValueId| function.shape(value).dtype.size();
    let result = inst.results[0];
    let kernel = match &inst.op {
        Op::DotGeneral(dot) => {
            let (lhs, rhs) = (storage_view(function, inst, operands[0]), storage_view(function, inst, operands[1]));
            reads = SmallVec::from_slice(&[lhs.base, rhs.base]);
            let spec = matmul(function, inst, dot, &lhs.strides, &rhs.strides);
            let offset = |offset: i64, value: ValueId| offset as isize * size(value) as isize;
            Kernel::Matmul(Box::new(Matmul::new(&spec)), [offset(lhs.offset, operands[0]), offset(rhs.offset, operands[1])])
        }
        Op::Convolution(conv) => Kernel::Conv(Box::new(Conv::new(&convolution(function, inst, conv)))),
        Op::Concatenate(axis) => {
            let all: Vec<_> = operands.iter().map(|&o| dims(o)).collect();
            let all: Vec<&[usize]> = all.iter().map(|d| &d[..]).collect();
            Kernel::Copy(copy::concatenate(size(result), &all, *axis))
        }
        Op::Pad { low, high, interior } => {
            let interior: Vec<usize> = interior.iter().map(|&i| i as usize).collect();
            Kernel::Pad(Box::new(Pad::new(size(result), &dims(operands[0]), low, high, &interior)))
        }
        Op::Transpose(permutation) => Kernel::Copy(vec![copy::transpose(size(result), &dims(operands[0]), permutation)]),
        Op::DynamicSlice(sizes) => {
            let index = operands.get(1).map_or(Elem::I32, |&o| elem(o));
            Kernel::DynamicSlice(Box::new(DynamicSlice::new(size(result), index, &dims(operands[0]), sizes)))
        }
        Op::DynamicUpdateSlice => {
            let index = operands.get(2).map_or(Elem::I32, |&o| elem(o));
            let slice = DynamicSlice::new(size(result), index, &dims(operands[0]), &dims(operands[1]));
            Kernel::DynamicUpdateSlice(Box::new(slice), Box::new(bytes_copy(function.shape(result).num_bytes())))
        }
        Op::Gather(gather) => {
            let spec = AddressSpec {
                operand: dims(operands[0]).to_vec(),
                indices: dims(operands[1]).to_vec(),
                index: elem(operands[1]),
                windowed: dims(result).to_vec(),
                offset_dims: gather.offset_dims.to_vec(),
                collapsed_slice_dims: gather.collapsed_slice_dims.to_vec(),
                operand_batching_dims: gather.operand_batching_dims.to_vec(),
                start_indices_batching_dims: gather.start_indices_batching_dims.to_vec(),
                start_index_map: gather.start_index_map.to_vec(),
                index_vector_dim: gather.index_vector_dim,
            };
            Kernel::Gather(Box::new(Gather::new(size(result), &spec, &gather.slice_sizes)))
        }
        Op::Scatter(scatter) => {
            let n = inst.results.len();
            let (indices, updates) = (operands[n], operands[n + 1]);
            let known = match function.reducer_of(inst.regions[0]) {
                Some(Reducer::Replace) => Some(Update::Replace),
                _ => combine(function, inst.regions[0], function.shape(operands[0]).dtype).map(Update::Combine),
            };
            match known {
                Some(update) if n == 1 => {
                    let spec = AddressSpec {
                        operand: dims(operands[0]).to_vec(),
                        indices: dims(indices).to_vec(),
                        index: elem(indices),
                        windowed: dims(updates).to_vec(),
                        offset_dims: scatter.update_window_dims.to_vec(),
                        collapsed_slice_dims: scatter.inserted_window_dims.to_vec(),
                        operand_batching_dims: scatter.input_batching_dims.to_vec(),
                        start_indices_batching_dims: scatter.scatter_indices_batching_dims.to_vec(),
                        start_index_map: scatter.scatter_dims_to_operand_dims.to_vec(),
                        index_vector_dim: scatter.index_vector_dim,
                    };
                    Kernel::Scatter(Box::new(Scatter::new(elem(operands[0]), update, &spec)))
                }
                _ => Kernel::GenericScatter(Box::new(GenericScatter {
                    operand: dims(operands[0]).to_vec(),
                    indices: dims(indices).to_vec(),
                    updates: dims(updates).to_vec(),
                    index: elem(indices),
                    update_window_dims: scatter.update_window_dims.to_vec(),
                    inserted_window_dims: scatter.inserted_window_dims.to_vec(),
                    input_batching_dims: scatter.input_batching_dims.to_vec(),
                    scatter_indices_batching_dims: scatter.scatter_indices_batching_dims.to_vec(),
                    scatter_dims_to_operand_dims: scatter.scatter_dims_to_operand_dims.to_vec(),
                    index_vector_dim: scatter.index_vector_dim,
                    body: lowering.body(&Body::new(function, inst.regions[0])?)?,
                    sizes: operands[..n].iter().map(|&o| size(o)).collect(),
                })),
            }
        }
        Op::ReduceWindow(window) => {
            let known = combine(function, inst.regions[0], function.shape(operands[0]).dtype);
            match known {
                Some(combine) if operands.len() == 2 => {
                    let dims = window_dims(window, &dims(operands[0]), &dims(result));
                    Kernel::ReduceWindow(Box::new(ReduceWindow::new(elem(operands[0]), combine, &dims)))
                }
                _ => Kernel::GenericReduceWindow(Box::new(GenericReduceWindow {
                    windows: windows(window, &dims(operands[0]), &dims(result)),
                    body: lowering.body(&Body::new(function, inst.regions[0])?)?,
                    sizes: operands[..operands.len() / 2].iter().map(|&o| size(o)).collect(),
                })),
            }
        }
        Op::SelectAndScatter(window) => {
            let (input, source) = (dims(operands[0]), dims(operands[1]));
            let scatter = combine(function, inst.regions[1], function.shape(operands[0]).dtype);
            match (select(function, inst.regions[0]), scatter) {
                (Some(select), Some(Combine::Add)) if elem(operands[0]).is_float() => {
                    let window = window_dims(window, &input, &source);
                    let elements = input.iter().product();
                    Kernel::SelectAndScatter(Box::new(SelectAndScatter::new(elem(operands[0]), select, elements, &window)))
                }
                _ => Kernel::GenericSelectAndScatter(Box::new(GenericSelectAndScatter {
                    windows: windows(window, &input, &source),
                    select: lowering.body(&Body::new(function, inst.regions[0])?)?,
                    scatter: lowering.body(&Body::new(function, inst.regions[1])?)?,
                    size: size(operands[0]),
                })),
            }
        }
        Op::RngBitGenerator { algorithm, shape } => {
            let generator = match algorithm {
                RngAlgorithm::ThreeFry => Generator::Threefry,
                RngAlgorithm::Default | RngAlgorithm::Philox => Generator::Philox,
            };
            let state = function.shape(operands[0]).num_elements();
            Kernel::RngBits(Box::new(RngBits::new(generator, state, shape.dtype.size(), &shape.sizes())))
        }
        Op::BroadcastInDim { .. } | Op::Slice { .. } | Op::Reverse(_) => Kernel::Copy(vec![moved(function, inst)]),
        Op::Sort { axis, .. } => Kernel::Sort(Box::new(sort::sort(function, inst, *axis, lowering)?)),
        Op::TopK(k) => Kernel::TopK(Box::new(sort::top_k(function, inst, *k))),
        Op::Cholesky(lower) => Kernel::Cholesky(algebra::cholesky(function, inst, *lower)),
        Op::TriangularSolve(solve) => Kernel::TriangularSolve(Box::new(algebra::triangular_solve(function, inst, solve))),
        Op::Fft(kind, lengths) => Kernel::Fft(Box::new(algebra::fft(function, inst, *kind, lengths))),
        Op::Unary(_)
        | Op::Binary(_)
        | Op::Compare(..)
        | Op::Select
        | Op::Clamp
        | Op::Convert(_)
        | Op::Iota { .. }
        | Op::Reduce(_)
        | Op::Map
        | Op::ReducePrecision { .. }
        | Op::BatchNormTraining(_)
        | Op::BatchNormInference(_)
        | Op::BatchNormGrad(_)
        | Op::Rng { .. }
        | Op::Print(_)
        | Op::Composite(_) => unreachable!("{} has no kernel", inst.op.name()),
        Op::If | Op::Case | Op::While => unreachable!("{} is steps", inst.op.name()),
        Op::Constant(_) | Op::Reshape(_) | Op::BitcastConvert(_) | Op::OptimizationBarrier => {
            unreachable!("{} is no step", inst.op.name())
        }
    };
    Ok((kernel, reads))
}

/// Whether a kernel runs an instruction that is no part of loops; if none does, the reference evaluator has to.
fn has_kernel(function: &Function, inst: &Inst) -> bool {
    let bodies = || all_in_loops(function, inst) && inst.regions.iter().all(|&r| Body::new(function, r).is_ok());
    match &inst.op {
        Op::Transpose(_)
        | Op::BroadcastInDim { .. }
        | Op::Slice { .. }
        | Op::Reverse(_)
        | Op::Pad { .. }
        | Op::Concatenate(_)
        | Op::DynamicSlice(_)
        | Op::DynamicUpdateSlice
        | Op::Gather(_)
        | Op::RngBitGenerator { .. } => true,
        Op::DotGeneral(_) | Op::Convolution(_) => is_product(function, inst),
        Op::Sort { .. } => sort::has_sort(function, inst),
        Op::TopK(_) => sort::has_top_k(function.shape(inst.operands[0]).dtype),
        Op::Cholesky(_) | Op::TriangularSolve(_) => all_in_loops(function, inst),
        Op::Fft(_, lengths) => algebra::has_fft(lengths),
        Op::Scatter(_) | Op::ReduceWindow(_) | Op::SelectAndScatter(_) => bodies(),
        Op::Unary(_)
        | Op::Binary(_)
        | Op::Compare(..)
        | Op::Select
        | Op::Clamp
        | Op::Convert(_)
        | Op::Iota { .. }
        | Op::Reduce(_)
        | Op::Map
        | Op::ReducePrecision { .. }
        | Op::BatchNormTraining(_)
        | Op::BatchNormInference(_)
        | Op::BatchNormGrad(_)
        | Op::Rng { .. }
        | Op::Print(_)
        | Op::Composite(_) => false,
        Op::If | Op::Case | Op::While | Op::Constant(_) | Op::Reshape(_) | Op::BitcastConvert(_) | Op::OptimizationBarrier => true,
    }
}

/// The copy that a broadcast, a slice or a reversal is.
fn moved(function: &Function, inst: &Inst) -> StridedCopy {
    let (from, to) = (function.shape(inst.operands[0]), function.shape(inst.results[0]));
    let dims = to.sizes();
    let index = through(&inst.op, &Index::identity(dims.len()), to, from, &dims).expect("the axes of a result are affine");
    let linear = index.linear(&from.sizes());
    let dims: Vec<CopyDim> =
        row_major(&dims).iter().enumerate().map(|(a, &dst)| CopyDim { size: dims[a], src: linear.coef(a) as isize, dst }).collect();
    // Of no elements the first may lie outside.
    let offset = if to.num_elements() == 0 { 0 } else { linear.offset as isize };
    StridedCopy::new(to.dtype.size(), &dims, offset, 0)
}

/// The element kind of an element type; nothing complex gets here.
pub(super) fn elem(dtype: DType) -> Elem {
    match dtype {
        DType::Bool => Elem::Bool,
        DType::I8 => Elem::I8,
        DType::I16 => Elem::I16,
        DType::I32 => Elem::I32,
        DType::I64 => Elem::I64,
        DType::U8 => Elem::U8,
        DType::U16 => Elem::U16,
        DType::U32 => Elem::U32,
        DType::U64 => Elem::U64,
        DType::F16 => Elem::F16,
        DType::BF16 => Elem::Bf16,
        DType::F32 => Elem::F32,
        DType::F64 => Elem::F64,
        // Library kernels only move them.
        DType::Narrow(_) => Elem::U8,
        DType::C64 | DType::C128 => unreachable!("no kernel takes complex numbers by their kind"),
    }
}

/// A copy of contiguous bytes.
pub(crate) fn bytes_copy(bytes: usize) -> StridedCopy {
    StridedCopy::new(1, &[CopyDim { size: bytes, src: 1, dst: 1 }], 0, 0)
}

/// How kernels combine elements as a body does, if they can.
fn combine(function: &Function, region: RegionId, dtype: DType) -> Option<Combine> {
    let Some(Reducer::Binary(op)) = function.reducer_of(region) else { return None };
    let combine = match op {
        BinaryOp::Add => Some(Combine::Add),
        BinaryOp::Multiply => Some(Combine::Mul),
        BinaryOp::Minimum => Some(Combine::Min),
        BinaryOp::Maximum => Some(Combine::Max),
        BinaryOp::Or if dtype == DType::Bool => Some(Combine::Max),
        BinaryOp::And if dtype == DType::Bool => Some(Combine::Min),
        _ => None,
    };
    combine.filter(|&combine| Lane::new(elem(dtype), combine).is_some())
}

/// The comparison that a select body of two parameters is.
fn select(function: &Function, region: RegionId) -> Option<Select> {
    let region = function.region(region);
    let (&[x, y], &[result]) = (region.params.as_slice(), region.results.as_slice()) else { return None };
    let Def::Result(inst, 0) = function.value(result).def else { return None };
    let inst = function.inst(inst);
    let Op::Compare(direction, _) = inst.op else { return None };
    let direction = match inst.operands[..] {
        [a, b] if (a, b) == (x, y) => direction,
        [a, b] if (a, b) == (y, x) => direction.swapped(),
        _ => return None,
    };
    match direction {
        Direction::Ge => Some(Select::Ge),
        Direction::Gt => Some(Select::Gt),
        Direction::Le => Some(Select::Le),
        Direction::Lt => Some(Select::Lt),
        Direction::Eq | Direction::Ne => None,
    }
}

fn window_dims(window: &Window, input: &[usize], output: &[usize]) -> Vec<WindowDim> {
    let (x, out) = (row_major(input), row_major(output));
    (0..input.len())
        .map(|a| WindowDim {
            input: input[a],
            windows: output[a],
            x: x[a],
            out: out[a],
            window: window.dims[a],
            stride: window.strides[a],
            window_dilation: window.window_dilations[a],
            base_dilation: window.base_dilations[a],
            pad_low: window.padding[a].0,
        })
        .collect()
}

fn windows(window: &Window, input: &[usize], output: &[usize]) -> Windows {
    Windows {
        input: input.to_vec(),
        output: output.to_vec(),
        window: window.dims.to_vec(),
        strides: window.strides.to_vec(),
        base_dilations: window.base_dilations.to_vec(),
        window_dilations: window.window_dilations.to_vec(),
        pad_low: window.padding.iter().map(|p| p.0).collect(),
    }
}

fn matmul(function: &Function, inst: &Inst, dot: &DotDims, lhs: &[i64], rhs: &[i64]) -> MatmulSpec {
    let (a, b) = (function.shape(inst.operands[0]), function.shape(inst.operands[1]));
    let out = function.shape(inst.results[0]);
    let c = row_major(&out.sizes());
    let (m, n) =
        (DotDims::free(a.rank(), &dot.lhs_batch, &dot.lhs_contracting), DotDims::free(b.rank(), &dot.rhs_batch, &dot.rhs_contracting));
    let batch = dot.lhs_batch.len();
    let dim = |size: usize, a: i64, b: i64, c: isize| MatmulDim { size, a: a as isize, b: b as isize, c };
    MatmulSpec {
        input: elem(a.dtype),
        output: elem(out.dtype),
        batch: (0..batch).map(|i| dim(a.size(dot.lhs_batch[i]), lhs[dot.lhs_batch[i]], rhs[dot.rhs_batch[i]], c[i])).collect(),
        m: m.iter().enumerate().map(|(i, &axis)| dim(a.size(axis), lhs[axis], 0, c[batch + i])).collect(),
        n: n.iter().enumerate().map(|(i, &axis)| dim(b.size(axis), 0, rhs[axis], c[batch + m.len() + i])).collect(),
        k: dot.lhs_contracting.iter().zip(&dot.rhs_contracting).map(|(&l, &r)| dim(a.size(l), lhs[l], rhs[r], 0)).collect(),
    }
}

fn convolution(function: &Function, inst: &Inst, conv: &ConvDims) -> ConvSpec {
    let shapes = [inst.operands[0], inst.operands[1], inst.results[0]].map(|v| function.shape(v));
    let [x, w, out] = shapes.map(|s| row_major(&s.sizes()));
    let [input, kernel, output] = shapes;
    ConvSpec {
        input: elem(input.dtype),
        output: elem(output.dtype),
        batch: input.size(conv.input_batch),
        in_features: kernel.size(conv.kernel_input_feature),
        out_features: kernel.size(conv.kernel_output_feature),
        feature_groups: conv.feature_groups,
        batch_groups: conv.batch_groups,
        x: [x[conv.input_batch], x[conv.input_feature]],
        w: [w[conv.kernel_input_feature], w[conv.kernel_output_feature]],
        out: [out[conv.output_batch], out[conv.output_feature]],
        spatial: (0..conv.spatial_rank())
            .map(|i| SpatialDim {
                input: input.size(conv.input_spatial[i]),
                kernel: kernel.size(conv.kernel_spatial[i]),
                output: output.size(conv.output_spatial[i]),
                x: x[conv.input_spatial[i]],
                w: w[conv.kernel_spatial[i]],
                out: out[conv.output_spatial[i]],
                window_stride: conv.strides[i],
                pad_low: conv.padding[i].0,
                lhs_dilation: conv.lhs_dilation[i],
                rhs_dilation: conv.rhs_dilation[i],
                reversed: conv.reversal[i],
            })
            .collect(),
    }
}
