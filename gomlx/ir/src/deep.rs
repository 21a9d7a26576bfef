// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Deep control flow. Work that recurses into the regions of a function runs on a stack with room for its depth.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread;

use crate::{Code, Diagnostic, Entity, Function, Result};

/// The depth for which the stack of every thread has room.
const SHALLOW: usize = 64;
/// The greatest depth that backends take.
const DEEPEST: usize = 10_000;
/// Bytes of stack for each level: several times as much as the passes take in debug builds.
const LEVEL: usize = 64 << 10;

thread_local! {
    /// The depth for which the stack of this thread has room.
    static ROOM: Cell<usize> = const { Cell::new(SHALLOW) };
}

/// How deep regions nest in a function: at most the number of regions. The function need not verify.
pub fn depth(function: &Function) -> usize {
    let (regions, insts) = (function.num_regions(), function.num_insts());
    if regions <= SHALLOW {
        return regions;
    }
    let (mut deepest, mut visited) = (0, 0);
    let mut pending = vec![(Function::BODY, 1)];
    while let Some((region, depth)) = pending.pop() {
        visited += 1;
        // A region that contains itself would never end.
        if visited > regions {
            return regions;
        }
        deepest = deepest.max(depth);
        let there = function.region(region).insts.iter().filter(|inst| inst.index() < insts);
        let inner = there.flat_map(|&inst| &function.inst(inst).regions).filter(|region| region.index() < regions);
        pending.extend(inner.map(|&region| (region, depth + 1)));
    }
    deepest
}

/// Checks that a function is no deeper than backends take.
///
/// # Errors
/// If it is deeper. The error has the depth.
pub fn check(function: &Function) -> Result<()> {
    match depth(function) {
        depth if depth > DEEPEST => Err(Diagnostic::new(
            Code::Unsupported,
            format!("control flow of {} is nested {depth} deep, and at most {DEEPEST} is supported", function.name),
        )
        .note("write a loop on tensors, or fewer exits from an unrolled loop")),
        _ => Ok(()),
    }
}

/// Runs work that recurses into regions nested `depth` deep: on another thread if the stack of this one may be too
/// small.
///
/// # Panics
/// If the work panics, or if the system has no stack for it.
pub fn with_room<R: Send>(depth: usize, work: impl FnOnce() -> R + Send) -> R {
    if depth <= ROOM.get() {
        return work();
    }
    thread::scope(|scope| {
        let on_thread = || {
            ROOM.set(depth);
            work()
        };
        let thread =
            thread::Builder::new().name("gomlx-deep".to_owned()).stack_size((depth + SHALLOW) * LEVEL).spawn_scoped(scope, on_thread);
        let thread = thread.unwrap_or_else(|error| panic!("there is no stack for control flow that is nested {depth} deep: {error}"));
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Op};

    #[test]
    fn depth_counts_regions_inside_each_other() {
        let mut f = Function::new("deep");
        let mut region = Function::BODY;
        for _ in 0..200 {
            let on = Builder::new(&mut f, region).scalar(crate::DType::Bool, 1.0);
            let branches = [f.add_region(), f.add_region()];
            Builder::new(&mut f, region).emit_inst(Op::If, &[on], &branches).expect("two branches without results");
            region = branches[1];
        }
        assert_eq!(depth(&f), 201);
        assert_eq!(with_room(201, || ROOM.get()), 201);
        assert_eq!(with_room(10, || ROOM.get()), SHALLOW);
    }
}
