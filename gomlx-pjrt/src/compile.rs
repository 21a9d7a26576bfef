// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiling StableHLO text to an executable, for one device or for one program on several.

use std::ptr::NonNull;
use std::sync::Arc;

use gomlx_ir::{Dims, Shape};
use pjrt_sys::*;

use crate::api::{Api, args, call, slice};
use crate::error::{Error, Result};
use crate::{Client, LoadedExecutable, element};

/// A serialised `xla.CompileOptionsProto`: `executable_build_options` (field 3) with
/// `device_ordinal` (1) -1, which is "any", `num_replicas` (4) and `num_partitions` (5) 1.
/// Empty options would abort the process, for zero replicas.
const fn options_for(replicas: u8) -> [u8; 17] {
    [0x1a, 0x0f, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x20, replicas, 0x28, 0x01]
}

/// A number of more bits is written in more bytes.
const MOST_REPLICAS: usize = 0x7f;

/// An entry of the same message's `env_option_overrides` (field 7): the option of this name (1), false (2, whose field 2
/// is a boolean). Otherwise XLA's CPU compiler lets maximum and minimum drop NaN, against their spec.
const NAN_WINS: &[u8] = b"\x3a\x21\x0a\x1bxla_cpu_enable_fast_min_max\x12\x02\x10\x00";

/// A program to compile: a StableHLO module whose `main` has the shapes given.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name in messages.
    pub name: String,
    /// The module's text.
    pub text: String,
    /// Shapes of the parameters of `main`.
    pub params: Vec<Shape>,
    /// Shapes of its results.
    pub results: Vec<Shape>,
}

impl Client {
    /// Compiles a program for the client's first device.
    ///
    /// # Errors
    /// With the compiler's message if it refuses the text; if the results are not of the shapes given.
    pub fn compile(self: &Arc<Client>, program: Program) -> Result<LoadedExecutable> {
        self.compile_replicated(program, 1)
    }

    /// Compiles a program that so many of the client's devices, from the first on, each run on arguments of their own;
    /// its collectives (`all_reduce` and others) combine what these replicas have, which are numbered as the devices
    /// are. [`LoadedExecutable::execute_replicated`] runs it.
    ///
    /// # Errors
    /// As [`Client::compile`]; if there are not as many devices, or no replicas.
    pub fn compile_replicated(self: &Arc<Client>, program: Program, replicas: usize) -> Result<LoadedExecutable> {
        let Program { name, text, params, results } = program;
        let most = self.devices().len().min(MOST_REPLICAS);
        if replicas == 0 || replicas > most {
            return Err(Error::Arguments(format!("`{name}` is for {replicas} devices, of which the client can use 1 to {most}")));
        }
        let format = "mlir";
        // The parser reads up to a NUL, which the size does not count.
        let mut code = text.into_bytes();
        let code_size = code.len();
        code.push(0);
        let pjrt_program = args!(
            PJRT_Program,
            PJRT_Program_STRUCT_SIZE {
                code: code.as_mut_ptr().cast(),
                code_size,
                format: format.as_ptr().cast(),
                format_size: format.len(),
            }
        );
        let overrides = if self.platform() == "cpu" { NAN_WINS } else { &[] };
        let options = [&options_for(replicas as u8), overrides].concat();
        let mut args = args!(
            PJRT_Client_Compile_Args,
            PJRT_Client_Compile_Args_STRUCT_SIZE {
                client: self.raw(),
                program: &pjrt_program,
                compile_options: options.as_ptr().cast(),
                compile_options_size: options.len(),
            }
        );
        // SAFETY: the client is live; program and options outlive the call.
        unsafe { call!(self.api(), PJRT_Client_Compile, &mut args) }.map_err(|e| e.while_doing(|| format!("compiling `{name}`")))?;
        let raw =
            NonNull::new(args.executable).ok_or_else(|| Error::Protocol(format!("PJRT_Client_Compile gave no executable for `{name}`")))?;
        // SAFETY: the executable was just made, and is nobody else's.
        let mut executable = unsafe { LoadedExecutable::from_raw(self.clone(), raw, name, (params, results), replicas) };
        // SAFETY: the executable is live.
        let (actual, temporaries) = unsafe { described(self.api(), raw)? };
        executable.set_temporaries(temporaries);
        executable.check_results(&actual)?;
        Ok(executable)
    }
}

/// What the compiler says of the results and of the memory of a run.
type Described = (Vec<Option<Shape>>, Option<usize>);

/// The shapes that the compiler says the results have, `None` for an element type that is not ours; and the bytes of
/// temporaries, where the plugin tells them.
///
/// # Safety
/// `loaded` is live.
unsafe fn described(api: &Api, loaded: NonNull<PJRT_LoadedExecutable>) -> Result<Described> {
    /// Destroys the executable, which is another object than the loaded one.
    struct Guard<'a>(&'a Api, *mut PJRT_Executable);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            let mut args = args!(PJRT_Executable_Destroy_Args, PJRT_Executable_Destroy_Args_STRUCT_SIZE { executable: self.1 });
            // SAFETY: the executable is live and has no other user. A failure here has no one to tell.
            let _ = unsafe { call!(self.0, PJRT_Executable_Destroy, &mut args) };
        }
    }

    let mut get = args!(
        PJRT_LoadedExecutable_GetExecutable_Args,
        PJRT_LoadedExecutable_GetExecutable_Args_STRUCT_SIZE { loaded_executable: loaded.as_ptr() }
    );
    // SAFETY: the loaded executable is live; the lists live as long as `executable`, which the guard keeps.
    unsafe {
        call!(api, PJRT_LoadedExecutable_GetExecutable, &mut get)?;
        let executable = get.executable;
        let _guard = Guard(api, executable);
        let mut types = args!(PJRT_Executable_OutputElementTypes_Args, PJRT_Executable_OutputElementTypes_Args_STRUCT_SIZE { executable });
        let mut dims = args!(PJRT_Executable_OutputDimensions_Args, PJRT_Executable_OutputDimensions_Args_STRUCT_SIZE { executable });
        call!(api, PJRT_Executable_OutputElementTypes, &mut types)?;
        call!(api, PJRT_Executable_OutputDimensions, &mut dims)?;
        let ranks = slice(dims.dim_sizes, dims.num_outputs);
        let mut sizes = slice(dims.dims, ranks.iter().sum()).iter().map(|&n| n as usize);
        let types = slice(types.output_types.cast_const(), types.num_output_types);
        let shape = |(&element, &rank): (&PJRT_Buffer_Type, &usize)| {
            let sizes: Dims = sizes.by_ref().take(rank).collect();
            element::from_pjrt(element).map(|dtype| Shape::new(dtype, &sizes))
        };
        let shapes = types.iter().zip(ranks).map(shape).collect();
        let mut memory =
            args!(PJRT_Executable_GetCompiledMemoryStats_Args, PJRT_Executable_GetCompiledMemoryStats_Args_STRUCT_SIZE { executable });
        let told = call!(api, PJRT_Executable_GetCompiledMemoryStats, &mut memory);
        let temporaries = told.ok().and_then(|()| usize::try_from(memory.temp_size_in_bytes).ok());
        Ok((shapes, temporaries))
    }
}
