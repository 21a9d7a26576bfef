// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph of a fusion group: the loads, ops and stores of one iteration.

use gomlx_ir::{DType, Function, InstId, Op, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::fuse::{Group, Stored, cost};
use crate::loops::emission::emission;
use crate::loops::index::{Index, is_view, through};
use crate::loops::{Combiner, Node, NodeId, NodeKind, Reduction, Store, constant_bits};

/// Predicted time of an access to memory, in nanoseconds.
const LOAD_NS: f64 = 0.08;
/// Predicted time to make a number from a counter, or to fetch a reduction's result, in nanoseconds.
const COUNTER_NS: f64 = 0.06;

/// The parts of a nest, with the axes of the group in the group's order.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    /// Predicted time of each node per iteration, in nanoseconds.
    pub(super) ns: Vec<f64>,
    pub(super) reductions: Vec<Reduction>,
    pub(super) stores: Vec<Store>,
    /// The element type of each buffer.
    pub(super) buffers: Vec<DType>,
    /// The value in each buffer.
    pub(super) values: Vec<ValueId>,
}

/// Makes the graph of a group.
pub(super) fn graph(function: &Function, stored: &Stored, group: &Group) -> Graph {
    let graph = Graph { nodes: vec![], ns: vec![], reductions: vec![], stores: vec![], buffers: vec![], values: vec![] };
    let mut builder = GraphBuilder {
        function,
        stored,
        group,
        graph,
        elements: FxHashMap::default(),
        equal: FxHashMap::default(),
        reduction_ids: FxHashMap::default(),
    };
    let roots: Vec<NodeId> = group.roots.iter().map(|root| builder.element(root.value, &root.index)).collect();
    let mut graph = builder.graph;
    // A group never both loads and stores a value, so each store has a buffer of its own.
    for (root, node) in group.roots.iter().zip(roots) {
        let shape = function.shape(root.value);
        graph.stores.push(Store { buffer: graph.values.len(), at: root.index.linear(&shape.sizes()), node });
        graph.values.push(root.value);
        graph.buffers.push(shape.dtype);
    }
    graph
}

struct GraphBuilder<'a> {
    function: &'a Function,
    stored: &'a Stored,
    group: &'a Group,
    graph: Graph,
    /// The node that holds an element of a value.
    elements: FxHashMap<(ValueId, Index), NodeId>,
    /// Nodes by kind and type: equal nodes become one.
    equal: FxHashMap<(NodeKind, DType), NodeId>,
    reduction_ids: FxHashMap<InstId, usize>,
}

impl GraphBuilder<'_> {
    fn add(&mut self, kind: NodeKind, dtype: DType, ns: f64) -> NodeId {
        let key = (kind, dtype);
        if let Some(&same) = self.equal.get(&key) {
            return same;
        }
        let nodes = &self.graph.nodes;
        let inner = self.group.inner.as_deref().unwrap_or(&[]);
        let outer = match &key.0 {
            NodeKind::Load { at, .. } | NodeKind::Iota(at) => inner.iter().all(|&a| at.coef(a) == 0),
            NodeKind::Const(_) | NodeKind::Reduced { .. } | NodeKind::Compute(..) => key.0.operands().iter().all(|&o| nodes[o].outer),
        };
        let stage = match key.0 {
            NodeKind::Reduced { reduction, .. } => self.graph.reductions[reduction].stage + 1,
            _ => self.stage(key.0.operands()),
        };
        let id = nodes.len();
        self.graph.nodes.push(Node { kind: key.0.clone(), dtype, outer, stage });
        self.graph.ns.push(ns);
        self.equal.insert(key, id);
        id
    }

    /// The first stage in which all of these nodes can be computed.
    fn stage(&self, nodes: &[NodeId]) -> usize {
        nodes.iter().map(|&n| self.graph.nodes[n].stage).max().unwrap_or(0)
    }

    /// The node of an element of a value.
    fn element(&mut self, value: ValueId, index: &Index) -> NodeId {
        let key = (value, index.clone());
        if let Some(&node) = self.elements.get(&key) {
            return node;
        }
        let shape = self.function.shape(value);
        let node = if shape.num_elements() == 0 || self.group.is_empty() {
            // No iteration reaches the element.
            self.add(NodeKind::Const(0), shape.dtype, 0.0)
        } else if self.function.constant(value).is_none() && self.stored.values.contains(&value) && !self.is_stored_here(value) {
            self.load(value, index)
        } else {
            self.computed(value, index)
        };
        self.elements.insert(key, node);
        node
    }

    /// Whether this nest stores the value, or another value in the same storage. Then the nest cannot load the value.
    fn is_stored_here(&self, value: ValueId) -> bool {
        let storage = self.stored.storage(value);
        self.group.roots.iter().any(|r| r.value == value || r.value == storage)
    }

    fn load(&mut self, value: ValueId, index: &Index) -> NodeId {
        let shape = self.function.shape(value);
        let at = index.linear(&shape.sizes());
        let storage = self.stored.storage(value);
        let Graph { values, buffers, .. } = &mut self.graph;
        // All elements of a buffer have one size: storage that is read with two element sizes becomes two buffers.
        let same = |i: &usize| values[*i] == storage && buffers[*i].size() == shape.dtype.size();
        let buffer = (0..values.len()).find(same).unwrap_or_else(|| {
            values.push(storage);
            buffers.push(shape.dtype);
            values.len() - 1
        });
        self.add(NodeKind::Load { buffer, at }, shape.dtype, LOAD_NS)
    }

    /// The node that computes an element from operands of the value's instruction.
    fn computed(&mut self, value: ValueId, index: &Index) -> NodeId {
        let Some((id, inst)) = self.function.def_inst(value) else { return self.load(value, index) };
        let shape = self.function.shape(value);
        let axes = &self.group.axes;
        match &inst.op {
            Op::Constant(tensor) => match tensor.splat() {
                Some(one) => self.add(NodeKind::Const(constant_bits(&one)), shape.dtype, 0.0),
                None => self.load(value, index),
            },
            // A `while` result that is not stored is state that the loop leaves unchanged: it equals the operand.
            Op::OptimizationBarrier | Op::While => {
                let result = inst.results.iter().position(|&r| r == value).expect("an instruction defines its results");
                self.element(inst.operands[result], index)
            }
            op if is_view(op) => {
                let operand = inst.operands[0];
                let index = through(op, index, shape, self.function.shape(operand), axes).expect("maps that are not affine are stored");
                self.element(operand, &index)
            }
            Op::Iota { axis, .. } => {
                let at = index.axes(&shape.sizes(), axes).expect("maps that are not affine are stored").swap_remove(*axis);
                self.add(NodeKind::Iota(at), shape.dtype, COUNTER_NS)
            }
            Op::Reduce(over) => {
                let result = inst.results.iter().position(|&r| r == value).expect("an instruction defines its results");
                let reduction = match self.reduction_ids.get(&id) {
                    Some(&known) => known,
                    None => self.reduction(id, over),
                };
                self.add(NodeKind::Reduced { reduction, result }, shape.dtype, COUNTER_NS)
            }
            op => {
                let Some(emission) = inst.operands.first().and_then(|&o| emission(op, self.function.shape(o).dtype)) else {
                    return self.load(value, index);
                };
                let mut operands: SmallVec<[NodeId; 3]> = SmallVec::new();
                for &operand in &inst.operands {
                    let scalar = self.function.shape(operand).rank() == 0 && shape.rank() > 0;
                    let at = if scalar { Index::Axes(SmallVec::new()) } else { index.clone() };
                    operands.push(self.element(operand, &at));
                }
                self.add(NodeKind::Compute(emission, operands), shape.dtype, cost::ns(op, shape.dtype))
            }
        }
    }

    fn reduction(&mut self, id: InstId, over: &[usize]) -> usize {
        let inst = self.function.inst(id);
        let inputs = inst.operands.len() / 2;
        let from = self.function.shape(inst.operands[0]).sizes();
        let at = &self.group.reductions[&id];
        let at = self.group.reduced(at, &from, over).expect("a group is chosen so that its axes match");
        let mut operands: SmallVec<[NodeId; 2]> = SmallVec::new();
        let mut initial: SmallVec<[NodeId; 2]> = SmallVec::new();
        for i in 0..inputs {
            operands.push(self.element(inst.operands[i], &at));
            initial.push(self.element(inst.operands[inputs + i], &Index::Axes(SmallVec::new())));
        }
        let combiner = Combiner::of_reduction(self.function, inst).expect("fusion asks for the accumulators of a reduction");
        let stage = self.stage(&operands).max(self.stage(&initial));
        self.graph.reductions.push(Reduction { combiner, operands, initial, stage });
        self.reduction_ids.insert(id, self.graph.reductions.len() - 1);
        self.graph.reductions.len() - 1
    }
}
