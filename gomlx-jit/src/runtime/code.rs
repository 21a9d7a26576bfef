// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Executable memory: loops that Cranelift compiled, and the type that calls them.
//!
//! Invariant: machine code lives exactly as long as its [`MachineCode`]; function addresses never leave it.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetFrontendConfig};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};

/// A compiled loop. It runs the outer iterations `begin..end`; `args` lists the base pointers of its buffers.
///
/// Only the calling thread uses `scratch`, which has the size that the loop was lowered for.
pub(crate) type LoopFn = unsafe extern "C" fn(args: *const *mut u8, begin: i64, end: i64, scratch: *mut u8);

/// The code generator's error text.
pub(crate) type CodeError = String;

/// Gives the target of the code generator: this machine with all its features.
///
/// # Errors
/// If Cranelift does not support this machine.
pub(crate) fn host_isa() -> Result<OwnedTargetIsa, CodeError> {
    static ISA: OnceLock<Result<OwnedTargetIsa, CodeError>> = OnceLock::new();
    ISA.get_or_init(|| {
        let mut flags = settings::builder();
        let verify = if cfg!(debug_assertions) { "true" } else { "false" };
        for (name, value) in [
            ("opt_level", "speed"),
            ("enable_verifier", verify),
            ("use_colocated_libcalls", "false"),
            ("is_pic", "false"),
            ("unwind_info", "false"),
        ] {
            flags.set(name, value).map_err(text)?;
        }
        let isa = cranelift_native::builder().map_err(text)?;
        isa.finish(settings::Flags::new(flags)).map_err(text)
    })
    .clone()
}

/// Compiles the loops of one program into one block of executable memory.
pub(crate) struct CodeBuilder {
    module: JITModule,
    context: Context,
    frontend: FunctionBuilderContext,
    loops: Vec<FuncId>,
}

impl CodeBuilder {
    /// Makes a builder without loops.
    ///
    /// # Errors
    /// If Cranelift does not support this machine.
    pub(crate) fn new() -> Result<Self, CodeError> {
        let module = JITModule::new(JITBuilder::with_isa(host_isa()?, cranelift_module::default_libcall_names()));
        let context = module.make_context();
        Ok(CodeBuilder { module, context, frontend: FunctionBuilderContext::new(), loops: Vec::new() })
    }

    /// The signature of [`LoopFn`].
    pub(crate) fn loop_signature(&self) -> Signature {
        let pointer = self.module.target_config().pointer_type();
        let mut signature = self.module.make_signature();
        signature.params = [pointer, types::I64, types::I64, pointer].map(AbiParam::new).into();
        signature
    }

    /// Compiles one loop. `build` makes the function's entry block, fills the function and must finalize the builder.
    /// Returns the loop's index for [`MachineCode::call`], and the result of `build`.
    ///
    /// # Errors
    /// The generator's text if it rejects the function or panics on it.
    pub(crate) fn add_loop<T>(
        &mut self,
        build: impl FnOnce(FunctionBuilder<'_>, TargetFrontendConfig) -> T,
    ) -> Result<(usize, T), CodeError> {
        let signature = self.loop_signature();
        let name = format!("loop{}", self.loops.len());
        self.context.func.signature = signature.clone();
        // Cranelift panics in some places where it lacks a feature of the target; it never makes a bad program.
        let compiled = catch_unwind(AssertUnwindSafe(|| {
            let config = self.module.target_config();
            let built = build(FunctionBuilder::new(&mut self.context.func, &mut self.frontend), config);
            let id = self.module.declare_function(&name, Linkage::Export, &signature).map_err(text)?;
            self.module.define_function(id, &mut self.context).map_err(|e| format!("{e:?}"))?;
            Ok((id, built))
        }));
        self.module.clear_context(&mut self.context);
        let (id, built) = compiled.unwrap_or_else(|payload| Err(panic_text(payload.as_ref())))?;
        self.loops.push(id);
        Ok((self.loops.len() - 1, built))
    }

    /// Makes the loops executable.
    ///
    /// # Errors
    /// If the system refuses executable memory.
    pub(crate) fn finish(mut self) -> Result<MachineCode, CodeError> {
        let finalized = catch_unwind(AssertUnwindSafe(|| self.module.finalize_definitions().map_err(text)));
        finalized.unwrap_or_else(|payload| Err(panic_text(payload.as_ref())))?;
        let loops = self.loops.iter().map(|&id| {
            let address = self.module.get_finalized_function(id);
            // SAFETY: `add_loop` declared the function with the signature of `LoopFn` and the C calling convention of
            // the host, and `address` is the address of the function's finished code.
            unsafe { std::mem::transmute::<*const u8, LoopFn>(address) }
        });
        let loops = loops.collect();
        Ok(MachineCode { loops, module: Some(self.module) })
    }
}

/// Compiled loops and the executable memory that holds them.
pub(crate) struct MachineCode {
    loops: Vec<LoopFn>,
    module: Option<JITModule>,
}

// SAFETY: after `finish` nothing mutates the module; the code is read-only memory that any thread may run.
unsafe impl Send for MachineCode {}
// SAFETY: as for `Send`.
unsafe impl Sync for MachineCode {}

impl MachineCode {
    /// Runs the outer iterations `begin..end` of one loop.
    ///
    /// # Safety
    /// `args` points to the base pointers of the buffers that the loop was lowered for. Each buffer covers every index
    /// that the loop forms for these iterations, no other thread writes an element that the loop touches, and `scratch`
    /// is large enough for the loop.
    pub(crate) unsafe fn call(&self, index: usize, args: *const *mut u8, begin: i64, end: i64, scratch: *mut u8) {
        // SAFETY: the function is live machine code of this signature; its memory accesses are the caller's promise.
        unsafe { self.loops[index](args, begin, end, scratch) }
    }
}

impl Drop for MachineCode {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: only `loops` holds the addresses, and it is dropped here; a running call would borrow `self`, so
            // no call runs.
            unsafe { module.free_memory() }
        }
    }
}

impl std::fmt::Debug for MachineCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MachineCode").field("loops", &self.loops.len()).finish()
    }
}

fn text(e: impl Display) -> CodeError {
    e.to_string()
}

fn panic_text(payload: &(dyn Any + Send)) -> CodeError {
    let said = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    format!("the code generator panicked: {}", said.unwrap_or("no text"))
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, condcodes::IntCC};

    use super::*;

    /// out[i] = x[i] * x[i] for f32 over begin..end.
    fn square(mut b: FunctionBuilder<'_>, config: TargetFrontendConfig) {
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        let [args, begin, end, _] = *b.block_params(entry) else { unreachable!("a loop has four parameters") };
        let flags = MemFlagsData::trusted();
        let x = b.ins().load(types::I64, flags, args, 0);
        let out = b.ins().load(types::I64, flags, args, 8);
        let (head, body, exit) = (b.create_block(), b.create_block(), b.create_block());
        let i = b.append_block_param(head, types::I64);
        b.ins().jump(head, &[BlockArg::Value(begin)]);
        b.switch_to_block(head);
        let more = b.ins().icmp(IntCC::SignedLessThan, i, end);
        b.ins().brif(more, body, &[], exit, &[]);
        b.switch_to_block(body);
        let offset = b.ins().imul_imm_s(i, 4);
        let from = b.ins().iadd(x, offset);
        let v = b.ins().load(types::F32, flags, from, 0);
        let v = b.ins().fmul(v, v);
        let to = b.ins().iadd(out, offset);
        b.ins().store(flags, v, to, 0);
        let next = b.ins().iadd_imm_s(i, 1);
        b.ins().jump(head, &[BlockArg::Value(next)]);
        b.switch_to_block(exit);
        b.ins().return_(&[]);
        b.seal_all_blocks();
        b.finalize(config);
    }

    #[test]
    fn a_compiled_loop_runs_its_range() {
        let mut builder = CodeBuilder::new().expect("the host is supported");
        let (index, ()) = builder.add_loop(square).expect("compiles");
        let code = builder.finish().expect("finishes");
        let mut x = [1.0f32, 2.0, 3.0, 4.0];
        let mut out = [0.0f32; 4];
        let args = [x.as_mut_ptr().cast::<u8>(), out.as_mut_ptr().cast()];
        // SAFETY: both buffers hold the four elements that the range covers.
        unsafe { code.call(index, args.as_ptr(), 1, 3, std::ptr::null_mut()) };
        assert_eq!(out, [0.0, 4.0, 9.0, 0.0]);
    }

    #[test]
    fn a_panic_in_the_generator_is_an_error_and_leaves_the_builder_usable() {
        let mut builder = CodeBuilder::new().expect("the host is supported");
        let failed = builder.add_loop::<()>(|_, _| panic!("no such instruction"));
        assert_eq!(failed, Err("the code generator panicked: no such instruction".into()));
        assert_eq!(builder.add_loop(square), Ok((0, ())));
        assert_eq!(builder.finish().expect("finishes").loops.len(), 1);
    }
}
