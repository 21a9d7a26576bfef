// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From a fusion group to the graph of a loop nest.

mod arrange;

use gomlx_ir::{DType, Function, Op, Result, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::fuse::{Group, Stored};
use crate::loops::index::{Index, is_view, through};
use crate::loops::{Body, Combiner, Kind, Node, NodeId, Placed, Reduction, Store, constant_bits, element_kind};

/// The loop nest of a group.
///
/// # Errors
/// If the body of a reduction is not supported.
pub(crate) fn build(function: &Function, stored: &Stored, group: &Group) -> Result<Placed> {
    let mut builder = Builder {
        function,
        stored,
        group,
        nodes: vec![],
        known: FxHashMap::default(),
        placed: FxHashMap::default(),
        values: vec![],
        buffers: vec![],
        reductions: vec![],
        reduction_ids: FxHashMap::default(),
    };
    let mut stores = vec![];
    for root in &group.roots {
        let node = builder.value(root.value, &root.index)?;
        let at = root.index.linear(&function.shape(root.value).sizes());
        stores.push((root.value, at, node));
    }
    // Buffers that are written follow those that are read, for a value is never both.
    let stores = stores
        .into_iter()
        .map(|(value, at, node)| {
            builder.values.push(value);
            builder.buffers.push(function.shape(value).dtype);
            Store { buffer: builder.values.len() - 1, at, node }
        })
        .collect();
    Ok(arrange::arrange(group, builder.nodes, builder.reductions, stores, builder.buffers, builder.values))
}

struct Builder<'a> {
    function: &'a Function,
    stored: &'a Stored,
    group: &'a Group,
    nodes: Vec<Node>,
    known: FxHashMap<(ValueId, Index), NodeId>,
    /// Equal nodes are one.
    placed: FxHashMap<(Kind, DType), NodeId>,
    values: Vec<ValueId>,
    /// Element type that each is read or written as.
    buffers: Vec<DType>,
    reductions: Vec<Reduction>,
    reduction_ids: FxHashMap<gomlx_ir::InstId, usize>,
}

impl Builder<'_> {
    fn add(&mut self, kind: Kind, dtype: DType) -> NodeId {
        if let Some(&same) = self.placed.get(&(kind.clone(), dtype)) {
            return same;
        }
        let inner = self.group.inner.as_deref().unwrap_or(&[]);
        let outer = match &kind {
            Kind::Load { at, .. } | Kind::Iota(at) => inner.iter().all(|&a| at.coef(a) == 0),
            kind => kind.operands().iter().all(|&o| self.nodes[o].outer),
        };
        self.nodes.push(Node { kind: kind.clone(), dtype, outer });
        self.placed.insert((kind, dtype), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// The node of an element of a value.
    fn value(&mut self, value: ValueId, index: &Index) -> Result<NodeId> {
        let key = (value, index.clone());
        if let Some(&node) = self.known.get(&key) {
            return Ok(node);
        }
        let shape = self.function.shape(value);
        let dims = shape.sizes();
        let node = if shape.num_elements() == 0 || self.group.is_empty() {
            // No iteration reaches it.
            self.add(Kind::Const(0), shape.dtype)
        } else if self.function.constant(value).is_none() && self.stored.values.contains(&value) && !self.is_stored_here(value) {
            self.load(value, index)
        } else {
            self.computed(value, index, &dims)?
        };
        self.known.insert(key, node);
        Ok(node)
    }

    /// Whether the value, or one whose storage it shares, is one that this nest stores: it cannot be loaded yet.
    fn is_stored_here(&self, value: ValueId) -> bool {
        let storage = self.stored.storage(value);
        self.group.roots.iter().any(|r| r.value == value || r.value == storage)
    }

    fn load(&mut self, value: ValueId, index: &Index) -> NodeId {
        let shape = self.function.shape(value);
        let at = index.linear(&shape.sizes());
        let storage = self.stored.storage(value);
        // Storage is another buffer for each size of element that it is read by.
        let same = |i: &usize| self.values[*i] == storage && self.buffers[*i].size() == shape.dtype.size();
        let buffer = (0..self.values.len()).find(same).unwrap_or_else(|| {
            self.values.push(storage);
            self.buffers.push(shape.dtype);
            self.values.len() - 1
        });
        self.add(Kind::Load { buffer, at }, shape.dtype)
    }

    fn computed(&mut self, value: ValueId, index: &Index, dims: &[usize]) -> Result<NodeId> {
        let Some((id, inst)) = self.function.def_inst(value) else { return Ok(self.load(value, index)) };
        let shape = self.function.shape(value);
        let operand = |i: usize| inst.operands[i];
        let axes = &self.group.axes;
        Ok(match &inst.op {
            Op::Constant(tensor) => match tensor.splat() {
                Some(one) => self.add(Kind::Const(constant_bits(&one)), shape.dtype),
                None => self.load(value, index),
            },
            // Of a loop, state that it hands on unchanged: any other is stored.
            Op::OptimizationBarrier | Op::While => {
                let result = inst.results.iter().position(|&r| r == value).expect("an instruction defines its results");
                self.value(operand(result), index)?
            }
            op if is_view(op) => {
                let index = through(op, index, shape, self.function.shape(operand(0)), axes).expect("maps that are not affine are stored");
                self.value(operand(0), &index)?
            }
            Op::Iota { axis, .. } => {
                let at = index.axes(dims, axes).expect("maps that are not affine are stored").swap_remove(*axis);
                self.add(Kind::Iota(at), shape.dtype)
            }
            Op::Reduce(over) => {
                let result = inst.results.iter().position(|&r| r == value).expect("an instruction defines its results");
                let reduction = match self.reduction_ids.get(&id) {
                    Some(&known) => known,
                    None => self.reduction(id, over)?,
                };
                self.add(Kind::Reduced { reduction, result }, shape.dtype)
            }
            op => {
                let mut operands: SmallVec<[NodeId; 3]> = SmallVec::new();
                for &operand in &inst.operands {
                    let scalar = self.function.shape(operand).rank() == 0 && shape.rank() > 0;
                    let at = if scalar { Index::Axes(SmallVec::new()) } else { index.clone() };
                    operands.push(self.value(operand, &at)?);
                }
                match element_kind(op, &operands) {
                    Some(kind) => self.add(kind, shape.dtype),
                    None => self.load(value, index),
                }
            }
        })
    }

    fn reduction(&mut self, id: gomlx_ir::InstId, over: &[usize]) -> Result<usize> {
        let inst = self.function.inst(id);
        let inputs = inst.operands.len() / 2;
        let from = self.function.shape(inst.operands[0]).sizes();
        let at = &self.group.reductions[&id];
        let at = self.group.reduced(at, &from, over).expect("a group is chosen so that its axes match");
        let mut operands: SmallVec<[NodeId; 2]> = SmallVec::new();
        let mut initial: SmallVec<[NodeId; 2]> = SmallVec::new();
        for i in 0..inputs {
            operands.push(self.value(inst.operands[i], &at)?);
            initial.push(self.value(inst.operands[inputs + i], &Index::Axes(SmallVec::new()))?);
        }
        let known = match self.function.reducer_of(inst.regions[0]) {
            Some(gomlx_ir::Reducer::Binary(op)) if op.identity(self.nodes[operands[0]].dtype).is_some() => Some(op),
            _ => None,
        };
        let combiner = match known {
            Some(op) => Combiner::Op(op),
            None => Combiner::Body(Body::new(self.function, inst.regions[0])?),
        };
        let stage = operands.iter().chain(&initial).map(|&n| self.stage(n)).max().unwrap_or(0);
        self.reductions.push(Reduction { combiner, operands, initial, stage });
        self.reduction_ids.insert(id, self.reductions.len() - 1);
        Ok(self.reductions.len() - 1)
    }

    fn stage(&self, node: NodeId) -> usize {
        let mut stages = vec![0; node + 1];
        for (i, n) in self.nodes[..=node].iter().enumerate() {
            stages[i] = match n.kind {
                Kind::Reduced { reduction, .. } => self.reductions[reduction].stage + 1,
                _ => n.kind.operands().iter().map(|&o| stages[o]).max().unwrap_or(0),
            };
        }
        stages[node]
    }
}
