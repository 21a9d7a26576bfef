// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use smallvec::{SmallVec, smallvec};

use super::*;
use crate::{
    Axes, BinaryOp, Builder, CompareKind, ConvDims, DType, Dim, Direction, Donation, DotDims, GatherDims, Reducer, RngAlgorithm, UnaryOp,
    Window,
};

const B: &str = "B";

fn shape<const N: usize>(dims: [Dim; N]) -> Shape {
    Shape::symbolic(DType::F32, dims)
}

fn lits(dims: &[usize]) -> Shape {
    Shape::new(DType::F32, dims)
}

/// Infers the only result of an op on operands with these shapes. Returns the error's message if inference fails.
fn result<const N: usize>(op: Op, operands: [Shape; N]) -> Result<Shape, String> {
    let mut f = Function::new("f");
    let values: Vec<ValueId> = operands.iter().map(|s| f.add_param(s.clone(), Donation::Keep)).collect();
    infer(&f, &op, &values, &[]).map(|s| s[0].clone()).map_err(|e| e.message)
}

fn matmul() -> Op {
    Op::DotGeneral(DotDims {
        lhs_batch: smallvec![],
        rhs_batch: smallvec![],
        lhs_contracting: smallvec![1],
        rhs_contracting: smallvec![0],
        out: DType::F32,
    })
}

#[test]
fn messages_name_op_and_shapes() {
    for (op, operands, message) in [
        (Op::Binary(BinaryOp::Add), [lits(&[32, 10]), lits(&[10, 32])], "add: shapes f32[32, 10] and f32[10, 32] differ"),
        (Op::Binary(BinaryOp::Add), [lits(&[2]), Shape::new(DType::F64, &[2])], "add: element types of f32[2] and f64[2] differ"),
        (Op::Binary(BinaryOp::And), [lits(&[2]), lits(&[2])], "and: takes booleans or integers, not f32[2] (I1)"),
        (
            matmul(),
            [lits(&[32, 784]), lits(&[512, 10])],
            "dot_general: contracting dims differ: lhs f32[32, 784] axis 1 is 784, rhs f32[512, 10] axis 0 is 512",
        ),
        (Op::Concatenate(0), [lits(&[3, 2]), lits(&[3, 4])], "concatenate: shapes f32[3, 2] and f32[3, 4] differ outside axis 0 (C2)"),
        (Op::Unary(UnaryOp::Abs), [lits(&[3]), lits(&[3])], "abs: takes 1 operand, not 2"),
    ] {
        assert_eq!(result(op, operands), Err(message.to_string()));
    }
}

#[test]
fn symbols_flow_through() {
    let b = Dim::symbol(B);
    let two_b = &b + &b;
    assert_eq!(result(matmul(), [shape([b.clone(), Dim::Lit(784)]), lits(&[784, 10])]), Ok(shape([b.clone(), Dim::Lit(10)])));
    assert_eq!(result(Op::Reshape(smallvec![two_b.clone()]), [shape([b.clone(), Dim::Lit(2)])]), Ok(shape([two_b.clone()])));
    assert_eq!(result(Op::Concatenate(0), [shape([b.clone()]), shape([b.clone()])]), Ok(shape([two_b.clone()])));
    let every_other = Op::Slice { starts: smallvec![1], limits: smallvec![two_b.clone()], strides: smallvec![2] };
    assert_eq!(result(every_other, [shape([two_b])]), Ok(shape([b.clone()])));
    let too_far = Op::Slice { starts: smallvec![0], limits: smallvec![b.checked_add_signed(1).unwrap()], strides: smallvec![1] };
    assert!(result(too_far, [shape([b])]).unwrap_err().contains("limit B+1 is larger than B"));
}

#[test]
fn movement_follows_the_spec_examples() {
    let pad = Op::Pad { low: smallvec![0, 1], high: smallvec![2, 1], interior: smallvec![1, 2] };
    assert_eq!(result(pad, [lits(&[2, 3]), lits(&[])]), Ok(lits(&[5, 9])));
    let broadcast = Op::BroadcastInDim { dims: [2, 3, 2].map(Dim::Lit).into_iter().collect(), axes: smallvec![2, 1] };
    assert_eq!(result(broadcast.clone(), [lits(&[1, 3])]), Ok(lits(&[2, 3, 2])));
    assert!(result(broadcast, [lits(&[3, 3])]).unwrap_err().contains("(C5)"));
    assert_eq!(result(Op::BitcastConvert(DType::F16), [Shape::new(DType::F64, &[])]), Ok(Shape::new(DType::F16, &[4])));
    assert_eq!(result(Op::BitcastConvert(DType::F64), [Shape::new(DType::F16, &[3, 4])]), Ok(Shape::new(DType::F64, &[3])));
    assert_eq!(result(Op::Transpose(smallvec![2, 0, 1]), [lits(&[2, 3, 4])]), Ok(lits(&[4, 2, 3])));
    assert!(result(Op::Transpose(smallvec![0, 0]), [lits(&[2, 3])]).is_err());
}

#[test]
fn gather_follows_the_spec_example() {
    let dims = GatherDims {
        offset_dims: smallvec![3, 4],
        collapsed_slice_dims: smallvec![1],
        operand_batching_dims: smallvec![0],
        start_indices_batching_dims: smallvec![1],
        start_index_map: smallvec![2, 1],
        index_vector_dim: 3,
        slice_sizes: smallvec![1, 1, 2, 2],
        indices_are_sorted: false,
    };
    let operands = [lits(&[2, 3, 4, 2]), Shape::new(DType::I64, &[2, 2, 3, 2])];
    assert_eq!(result(Op::Gather(Box::new(dims.clone())), operands.clone()), Ok(lits(&[2, 2, 3, 2, 2])));
    let beyond = GatherDims { slice_sizes: smallvec![1, 1, 5, 2], ..dims };
    assert!(result(Op::Gather(Box::new(beyond)), operands).unwrap_err().contains("(C21)"));
}

#[test]
fn convolution_follows_the_spec_example() {
    let dims = ConvDims {
        input_batch: 0,
        input_feature: 3,
        input_spatial: smallvec![1, 2],
        kernel_input_feature: 2,
        kernel_output_feature: 3,
        kernel_spatial: smallvec![0, 1],
        output_batch: 0,
        output_feature: 3,
        output_spatial: smallvec![1, 2],
        strides: smallvec![4, 4],
        padding: smallvec![(0, 0), (0, 0)],
        lhs_dilation: smallvec![2, 2],
        rhs_dilation: smallvec![1, 1],
        reversal: smallvec![false, false],
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F32,
    };
    let op = Op::Convolution(Box::new(dims));
    assert_eq!(result(op.clone(), [lits(&[1, 4, 4, 1]), lits(&[3, 3, 1, 1])]), Ok(lits(&[1, 2, 2, 1])));
    assert!(result(op, [lits(&[1, 4, 4, 2]), lits(&[3, 3, 1, 1])]).unwrap_err().contains("(C14)"));
}

#[test]
fn bodies_are_checked() {
    let mut f = Function::new("f");
    let x = f.add_param(Shape::symbolic(DType::F32, [Dim::symbol(B), Dim::Lit(7)]), Donation::Keep);
    let zero = f.add_param(Shape::scalar(DType::F32), Donation::Keep);
    let body = Builder::new(&mut f, Function::BODY).reducer(Reducer::Binary(BinaryOp::Add), DType::F32);
    let wrong = Builder::new(&mut f, Function::BODY).reducer(Reducer::Binary(BinaryOp::Add), DType::I32);
    let op = Op::Reduce(Axes::from_slice(&[1]));
    assert_eq!(infer(&f, &op, &[x, zero], &[body]).unwrap()[0], shape([Dim::symbol(B)]));
    assert!(infer(&f, &op, &[x, zero], &[wrong]).unwrap_err().message.contains("(C6)"));
    assert!(infer(&f, &op, &[x, zero], &[]).is_err());
    assert!(infer(&f, &Op::Reduce(Axes::from_slice(&[2])), &[x, zero], &[body]).is_err());
    let op = Op::ReduceWindow(Window::new(&[1, 3], &[1, 2]));
    assert_eq!(infer(&f, &op, &[x, zero], &[body]).unwrap()[0], shape([Dim::symbol(B), Dim::Lit(3)]));
    let missing: SmallVec<[usize; 4]> = smallvec![3];
    let short = Op::ReduceWindow(Window { dims: missing, ..Window::new(&[1, 3], &[1, 2]) });
    assert!(infer(&f, &short, &[x, zero], &[body]).is_err());
}

#[test]
fn broken_constraints_are_cited() {
    let int = |dims: &[usize]| Shape::new(DType::I32, dims);
    let pad = |low: &[i64], interior: &[i64]| Op::Pad { low: low.into(), high: smallvec![0], interior: interior.into() };
    let slice =
        |start, limit: usize, stride| Op::Slice { starts: smallvec![start], limits: smallvec![limit.into()], strides: smallvec![stride] };
    for (op, operands, message) in [
        (Op::Select, vec![lits(&[2]), lits(&[2]), lits(&[2])], "predicate f32[2] is not boolean (I1)"),
        (Op::Select, vec![Shape::new(DType::Bool, &[3]), lits(&[2]), lits(&[2])], "(C1)"),
        (Op::Clamp, vec![lits(&[3]), lits(&[2]), lits(&[])], "min f32[3] is neither a scalar nor of the shape of f32[2] (C1)"),
        (Op::Compare(Direction::Eq, CompareKind::Signed), vec![lits(&[2]), lits(&[2])], "f32[2] is not compared as SIGNED (C3)"),
        (Op::Reshape(smallvec![Dim::Lit(5)]), vec![lits(&[2, 3])], "f32[2, 3] has 6 elements, f32[5] has 5 (C2)"),
        (Op::BitcastConvert(DType::F64), vec![lits(&[3])], "the last dim must be 2 (C1)"),
        (Op::BitcastConvert(DType::C64), vec![Shape::new(DType::F64, &[3])], "(C2)"),
        (slice(0, 3, 0), vec![lits(&[3])], "strides [0] holds a zero (C4)"),
        (slice(0, 4, 1), vec![lits(&[3])], "limit 4 is larger than 3 on axis 0 of f32[3] (C3)"),
        (slice(3, 2, 1), vec![lits(&[3])], "start 3 is larger than 2 on axis 0 of f32[3] (C3)"),
        (pad(&[-4], &[0]), vec![lits(&[3]), lits(&[])], "(C4)"),
        (pad(&[0], &[-1]), vec![lits(&[3]), lits(&[])], "(C3)"),
        (pad(&[0, 0], &[0]), vec![lits(&[3]), lits(&[])], "edge_padding_low has 2 entries, not 1 (C2)"),
        (pad(&[0], &[0]), vec![lits(&[3]), int(&[])], "padding value is i32[], not f32[] (C1)"),
        (Op::Concatenate(1), vec![lits(&[3])], "(C4)"),
        (Op::Concatenate(0), vec![], "takes at least one operand (C3)"),
        (Op::Reverse(smallvec![0, 0]), vec![lits(&[3])], "dimensions [0, 0] holds axis 0 twice (C2, C3)"),
        (Op::DynamicSlice(smallvec![4]), vec![lits(&[3]), int(&[])], "slice size 4 is larger than 3 on axis 0 of f32[3] (C4)"),
        (Op::DynamicSlice(smallvec![1]), vec![lits(&[3]), lits(&[])], "start indices must be integer scalars of one type, one is f32[]"),
        (Op::DynamicUpdateSlice, vec![lits(&[3]), lits(&[1, 1]), int(&[])], "(C3)"),
        (Op::Iota { shape: lits(&[3]), axis: 1 }, vec![], "(C1)"),
        (Op::RngBitGenerator { algorithm: RngAlgorithm::ThreeFry, shape: int(&[3]) }, vec![Shape::new(DType::U64, &[3])], "(C2)"),
    ] {
        let mut f = Function::new("f");
        let values: Vec<ValueId> = operands.into_iter().map(|s| f.add_param(s, Donation::Keep)).collect();
        let e = infer(&f, &op, &values, &[]).expect_err(message);
        assert!(e.message.starts_with(op.short_name()) && e.message.ends_with(message), "{}", e.message);
    }
}
