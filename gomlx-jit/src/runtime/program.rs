// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A compiled function: a list of steps over buffers in fixed slots.
//!
//! Invariant: every step of a [`Program`] stays within its buffers. Lowering checks the index maps of loops, and makes
//! the descriptions of library kernels from the shapes of the buffers.

use std::sync::Arc;

use gomlx_ir::memory::Need;
use gomlx_ir::{AlignedBytes, Buffer, Code, DType, Diagnostic, Dims, HostTensor, Result, thread_ends};
use smallvec::SmallVec;

use super::code::MachineCode;
use super::kernels::conv::Conv;
use super::kernels::copy::{Pad, StridedCopy};
use super::kernels::dynamic_slice::DynamicSlice;
use super::kernels::fft::Fft;
use super::kernels::gather::Gather;
use super::kernels::gemm::Matmul;
use super::kernels::generic::{GenericReduceWindow, GenericScatter, GenericSelectAndScatter};
use super::kernels::linalg::{Cholesky, TriangularSolve};
use super::kernels::rng::RngBits;
use super::kernels::scatter::Scatter;
use super::kernels::select_scatter::SelectAndScatter;
use super::kernels::sort::{Sort, TopK};
use super::kernels::window::ReduceWindow;
use super::memory::{OutputPool, or_refused, with_arena, with_scratch};
use super::pool::{keep_awake, parallel_for};
use super::ptr::Shared;
use super::reference::Reference;
use super::subnormals::Mode;
use crate::options::{FILLING, fills_memory};

/// The location of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Input(usize),
    Constant(usize),
    Output(usize),
    /// The offset from the start of the arena, in bytes.
    Arena(usize),
}

/// A loop nest's function and how its range is cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    pub(crate) index: usize,
    pub(crate) units: usize,
    pub(crate) units_per_tile: usize,
    pub(crate) ns_per_tile: f64,
    pub(crate) scratch: usize,
}

/// The work of a step. The step's buffers are the operands in order, then the results.
#[derive(Debug)]
pub(crate) enum Kernel {
    Loop(Loop),
    Matmul(Box<Matmul>, [isize; 2]),
    Conv(Box<Conv>),
    Copy(Vec<StridedCopy>),
    Pad(Box<Pad>),
    DynamicSlice(Box<DynamicSlice>),
    DynamicUpdateSlice(Box<DynamicSlice>, Box<StridedCopy>),
    Gather(Box<Gather>),
    Scatter(Box<Scatter>),
    ReduceWindow(Box<ReduceWindow>),
    SelectAndScatter(Box<SelectAndScatter>),
    RngBits(Box<RngBits>),
    GenericReduceWindow(Box<GenericReduceWindow>),
    GenericScatter(Box<GenericScatter>),
    GenericSelectAndScatter(Box<GenericSelectAndScatter>),
    Sort(Box<Sort>),
    TopK(Box<TopK>),
    Cholesky(Cholesky),
    TriangularSolve(Box<TriangularSolve>),
    Fft(Box<Fft>),
    /// Copies the first buffer to the second, unless they are the same memory.
    Move {
        bytes: usize,
        copy: Box<StridedCopy>,
    },
    /// Copies the first half of the step's buffers to the second half, and reads all of them before it writes any. The
    /// numbers are the sizes in bytes.
    Exchange(Vec<usize>),
    /// Runs one of the branches. A boolean chooses the first branch if it is true, else the second. An `i32` chooses a
    /// branch by position; a number out of range chooses the last branch.
    Case {
        boolean: bool,
        branches: Vec<Vec<Step>>,
    },
    /// Runs the condition, which writes a boolean to the step's buffer, and then the body, until the boolean is false.
    While {
        condition: Vec<Step>,
        body: Vec<Step>,
    },
    Reference(Box<Reference>),
}

impl Kernel {
    /// Bytes of scratch that the kernel takes on one thread, as far as they grow with the buffers.
    fn scratch(&self) -> usize {
        match self {
            Kernel::Loop(of) => of.scratch,
            Kernel::Matmul(of, _) => of.scratch(),
            Kernel::Conv(of) => of.scratch(),
            Kernel::Sort(of) => of.scratch(),
            Kernel::TopK(of) => of.scratch(),
            Kernel::Cholesky(of) => of.scratch(),
            Kernel::TriangularSolve(of) => of.scratch(),
            Kernel::Fft(of) => of.scratch(),
            Kernel::Exchange(bytes) => bytes.iter().sum(),
            _ => 0,
        }
    }
}

/// The most bytes of scratch that one of the steps takes on one thread, the steps inside others included.
pub(crate) fn scratch(steps: &[Step]) -> usize {
    let (mut most, mut pending) = (0, vec![steps]);
    while let Some(steps) = pending.pop() {
        for step in steps {
            most = most.max(step.kernel.scratch());
            match &step.kernel {
                Kernel::Case { branches, .. } => pending.extend(branches.iter().map(Vec::as_slice)),
                Kernel::While { condition, body } => pending.extend([condition.as_slice(), body]),
                _ => {}
            }
        }
    }
    most
}

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kernel: Kernel,
    pub(crate) buffers: SmallVec<[Slot; 4]>,
}

/// The storage of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// New storage.
    Fresh,
    /// The storage of a donated input, unless somebody else holds the input too.
    Donated(usize),
    /// An input itself.
    Input(usize),
    /// A constant itself.
    Constant(usize),
}

/// A result.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) dtype: DType,
    pub(crate) dims: Dims,
    pub(crate) bytes: usize,
    pub(crate) source: Source,
}

/// A compiled function.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) code: Option<MachineCode>,
    pub(crate) steps: Vec<Step>,
    pub(crate) inputs: usize,
    pub(crate) constants: Vec<Arc<HostTensor>>,
    pub(crate) outputs: Vec<Output>,
    /// Bytes of temporaries.
    pub(crate) arena: usize,
    /// The memory of a run: temporaries, scratch of one thread, and results.
    pub(crate) need: Need,
}

/// An input of a run. A result has taken over the storage of a `Taken` input.
enum Input {
    Shared(Arc<HostTensor>),
    Taken(*mut u8),
}

impl Program {
    /// Runs the steps.
    ///
    /// # Errors
    /// If the number of inputs is wrong, or one is not in host memory; as [`Program::check`].
    pub(crate) fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()> {
        if inputs.len() != self.inputs {
            let message = format!("the program takes {} inputs, {} were given", self.inputs, inputs.len());
            return Err(Diagnostic::new(Code::Execution, message));
        }
        self.check()?;
        let mut given: SmallVec<[Input; 16]> = SmallVec::new();
        for buffer in inputs.drain(..) {
            match buffer {
                Buffer::Host(tensor) => given.push(Input::Shared(tensor)),
                Buffer::Device(_) => {
                    return Err(Diagnostic::new(Code::Backend, "the jit backend was given a buffer of another backend"));
                }
            }
        }
        let mut storage: SmallVec<[AlignedBytes; 8]> = SmallVec::new();
        for output in &self.outputs {
            storage.push(self.storage(output, &mut given)?);
        }
        or_refused(|| self.steps_on(&given, &mut storage))?;
        for (output, bytes) in self.outputs.iter().zip(storage) {
            let tensor = match output.source {
                Source::Input(i) => match &given[i] {
                    Input::Shared(tensor) => tensor.clone(),
                    Input::Taken(_) => unreachable!("an input that is a result is not taken over"),
                },
                Source::Constant(i) => self.constants[i].clone(),
                Source::Fresh | Source::Donated(_) => {
                    let home = OutputPool::shared().clone();
                    Arc::new(HostTensor::from_aligned(output.dtype, &output.dims, bytes, Some(home))?)
                }
            };
            outputs.push(Buffer::Host(tensor));
        }
        Ok(())
    }

    /// Checks that there is memory for a run, and that the thread still has the buffer of the library of products.
    ///
    /// # Errors
    /// If there is no memory, or the thread is ending.
    pub(crate) fn check(&self) -> Result<()> {
        self.need.check()?;
        gemm_common::gemm::L2_SLAB.try_with(|_| ()).map_err(|_| thread_ends())
    }

    /// Gives memory for a result: the storage of a donated input if nobody else holds it, else storage from the pool.
    fn storage(&self, output: &Output, given: &mut [Input]) -> Result<AlignedBytes> {
        Ok(match output.source {
            Source::Donated(i) => {
                let taken = std::mem::replace(&mut given[i], Input::Taken(std::ptr::null_mut()));
                match taken {
                    Input::Shared(tensor) => match Arc::try_unwrap(tensor) {
                        Ok(own) => {
                            let mut bytes = own.into_bytes();
                            given[i] = Input::Taken(bytes.as_mut_ptr());
                            bytes
                        }
                        Err(shared) => {
                            given[i] = Input::Shared(shared);
                            OutputPool::shared().take(output.bytes)?
                        }
                    },
                    Input::Taken(_) => unreachable!("an input is donated to one result"),
                }
            }
            Source::Fresh => {
                let mut bytes = OutputPool::shared().take(output.bytes)?;
                if fills_memory() {
                    bytes.fill(FILLING);
                }
                bytes
            }
            Source::Input(_) | Source::Constant(_) => AlignedBytes::new(64),
        })
    }

    fn steps_on(&self, given: &[Input], storage: &mut [AlignedBytes]) -> Result<()> {
        let outputs: SmallVec<[*mut u8; 8]> = storage.iter_mut().map(|bytes| bytes.as_mut_ptr()).collect();
        let _awake = keep_awake();
        let _mode = Mode::of_programs().enter();
        with_arena(self.arena, |arena| {
            if fills_memory() {
                // SAFETY: the arena has at least `self.arena` bytes.
                unsafe { arena.write_bytes(FILLING, self.arena) };
            }
            let pointer = |slot: &Slot| match *slot {
                Slot::Input(i) => match &given[i] {
                    Input::Shared(tensor) => tensor.bytes().as_ptr().cast_mut(),
                    Input::Taken(pointer) => *pointer,
                },
                Slot::Constant(i) => self.constants[i].bytes().as_ptr().cast_mut(),
                Slot::Output(i) => outputs[i],
                // SAFETY: the plan's offsets lie within the arena that it asked for.
                Slot::Arena(offset) => unsafe { arena.add(offset) },
            };
            // SAFETY: the pointers are those of the buffers that the steps were made for: inputs of the parameters'
            // shapes, outputs and arena as planned. The steps write only outputs and planned parts of the arena.
            unsafe { self.run_steps(&pointer) }
        })?
    }

    /// Runs the steps in order. Control flow is on a stack of its own, because it may nest deeper than calls can.
    ///
    /// # Safety
    /// Each pointer is that of the buffer in its slot, and the buffer is as large as the steps were made for.
    unsafe fn run_steps(&self, pointer: &dyn Fn(&Slot) -> *mut u8) -> Result<()> {
        let mut around: SmallVec<[Running<'_>; 8]> = SmallVec::new();
        around.push(Running::Steps(self.steps.iter()));
        while let Some(innermost) = around.last_mut() {
            // SAFETY: as the caller promised; earlier steps wrote the boolean or `i32` that control flow reads.
            unsafe {
                let step = match innermost {
                    Running::Steps(steps) => match steps.next() {
                        Some(step) => step,
                        None => {
                            around.pop();
                            continue;
                        }
                    },
                    Running::Loop { condition, body, on, tested } => {
                        let next = match std::mem::replace(tested, !*tested) {
                            false => Some(condition.iter()),
                            true if pointer(on).read() == 0 => None,
                            true => Some(body.iter()),
                        };
                        match next {
                            Some(steps) => around.push(Running::Steps(steps)),
                            None => {
                                around.pop();
                            }
                        }
                        continue;
                    }
                };
                match &step.kernel {
                    Kernel::Case { boolean, branches } => {
                        let on = pointer(&step.buffers[0]);
                        let branch = match boolean {
                            true => usize::from(on.read() == 0),
                            false => usize::try_from(on.cast::<i32>().read()).map_or(branches.len() - 1, |i| i.min(branches.len() - 1)),
                        };
                        around.push(Running::Steps(branches[branch].iter()));
                    }
                    Kernel::While { condition, body } => {
                        around.push(Running::Loop { condition, body, on: &step.buffers[0], tested: false });
                    }
                    kernel => {
                        let pointers: SmallVec<[*mut u8; 24]> = step.buffers.iter().map(pointer).collect();
                        self.step(kernel, &pointers)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Runs one step that contains no other steps.
    ///
    /// # Errors
    /// If the reference evaluator fails.
    ///
    /// # Safety
    /// The pointers are those of the step's buffers, and each buffer is as large as the step was made for.
    unsafe fn step(&self, kernel: &Kernel, p: &[*mut u8]) -> Result<()> {
        // SAFETY: in every arm, the kernel's description was made from these buffers.
        unsafe {
            match kernel {
                Kernel::Loop(l) => {
                    let code = self.code.as_ref().expect("a program with loops has code");
                    let args = Shared::new(p.as_ptr().cast_mut());
                    let tiles = l.units.div_ceil(l.units_per_tile);
                    parallel_for(tiles, l.ns_per_tile, &|tile| {
                        let begin = tile * l.units_per_tile;
                        let end = (begin + l.units_per_tile).min(l.units);
                        with_scratch(l.scratch, |scratch| code.call(l.index, args.get(), begin as i64, end as i64, scratch));
                    });
                }
                Kernel::Matmul(matmul, [a, b]) => matmul.run(p[0].offset(*a), p[1].offset(*b), p[2]),
                Kernel::Conv(conv) => conv.run(p[0], p[1], p[2]),
                Kernel::Copy(copies) => copies.iter().zip(p).for_each(|(copy, src)| copy.run(*src, p[p.len() - 1])),
                Kernel::Pad(pad) => pad.run(p[0], p[1], p[2]),
                Kernel::DynamicSlice(slice) => slice.read(p[0], &p[1..p.len() - 1], p[p.len() - 1]),
                Kernel::DynamicUpdateSlice(slice, whole) => {
                    let out = p[p.len() - 1];
                    if p[0] != out {
                        whole.run(p[0], out);
                    }
                    slice.write(p[1], &p[2..p.len() - 1], out);
                }
                Kernel::Gather(gather) => gather.run(p[0], p[1], p[2]),
                Kernel::Scatter(scatter) => scatter.run(p[0], p[1], p[2], p[3]),
                Kernel::ReduceWindow(reduce) => reduce.run(p[0], p[1], p[2]),
                Kernel::SelectAndScatter(select) => select.run(p[0], p[1], p[2], p[3]),
                Kernel::RngBits(rng) => rng.run(p[0].cast(), p[1].cast(), p[2]),
                Kernel::GenericReduceWindow(reduce) => reduce.run(self.code.as_ref().expect("bodies are code"), p),
                Kernel::GenericScatter(scatter) => scatter.run(self.code.as_ref().expect("bodies are code"), p),
                Kernel::GenericSelectAndScatter(select) => select.run(self.code.as_ref().expect("bodies are code"), p),
                Kernel::Sort(sort) => sort.run(self.code.as_ref(), p),
                Kernel::TopK(top) => top.run(p[0], p[1], p[2]),
                Kernel::Cholesky(cholesky) => cholesky.run(p[0], p[1]),
                Kernel::TriangularSolve(solve) => solve.run(p[0], p[1], p[2]),
                Kernel::Fft(fft) => fft.run(p[0], p[1]),
                Kernel::Move { copy, .. } => {
                    if p[0] != p[1] {
                        copy.run(p[0], p[1]);
                    }
                }
                Kernel::Exchange(bytes) => exchange(bytes, p),
                Kernel::Reference(reference) => reference.run(p)?,
                Kernel::Case { .. } | Kernel::While { .. } => unreachable!("run with the steps inside"),
            }
        }
        Ok(())
    }
}

/// Steps that are running, or a loop between its parts.
enum Running<'p> {
    Steps(std::slice::Iter<'p, Step>),
    /// `tested` says whether the condition has run in this turn.
    Loop {
        condition: &'p [Step],
        body: &'p [Step],
        on: &'p Slot,
        tested: bool,
    },
}

impl Drop for Program {
    /// Drops nested steps one after the other: control flow may nest deeper than calls can.
    fn drop(&mut self) {
        let mut pending = vec![std::mem::take(&mut self.steps)];
        while let Some(steps) = pending.pop() {
            for step in steps {
                match step.kernel {
                    Kernel::Case { branches, .. } => pending.extend(branches),
                    Kernel::While { condition, body } => pending.extend([condition, body]),
                    _ => {}
                }
            }
        }
    }
}

/// Copies each source to its destination, and reads all sources before it writes any destination.
///
/// # Safety
/// `p` holds the sources, then the destinations. Source `i` and destination `i` have `bytes[i]` bytes.
unsafe fn exchange(bytes: &[usize], p: &[*mut u8]) {
    with_scratch(bytes.iter().sum(), |scratch| {
        let mut held = scratch;
        // SAFETY: the scratch buffer has room for all sources, and is no buffer of the program.
        unsafe {
            for (&n, from) in bytes.iter().zip(p) {
                held.copy_from_nonoverlapping(*from, n);
                held = held.add(n);
            }
            held = scratch;
            for (&n, to) in bytes.iter().zip(&p[bytes.len()..]) {
                to.copy_from_nonoverlapping(held, n);
                held = held.add(n);
            }
        }
    });
}
