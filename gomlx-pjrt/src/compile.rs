// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiles StableHLO text to an executable, for one device or as one program on several devices.

use std::ptr::NonNull;
use std::sync::Arc;

use gomlx_ir::{Dims, Shape};
use pjrt_sys::*;

use crate::api::{Api, args, call, slice};
use crate::error::{Error, Result};
use crate::{Client, LoadedExecutable, element};

/// A serialised `xla.CompileOptionsProto`: `executable_build_options` (field 3) with `device_ordinal` (1) -1, which
/// means "any", `num_replicas` (4) and `num_partitions` (5) 1. With empty options, XLA would abort the process, because
/// they have zero replicas.
const fn options_for(replicas: u8) -> [u8; 17] {
    [0x1a, 0x0f, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x20, replicas, 0x28, 0x01]
}

/// A larger number of replicas would need more than one byte.
const MOST_REPLICAS: usize = 0x7f;

/// An entry of `env_option_overrides` (field 7) in the same message. It sets the option with this name (1) to false (2,
/// a message whose field 2 is a boolean). Otherwise XLA's CPU compiler lets maximum and minimum drop NaN, against the
/// spec.
const NAN_WINS: &[u8] = b"\x3a\x21\x0a\x1bxla_cpu_enable_fast_min_max\x12\x02\x10\x00";

/// A program to compile: a StableHLO module whose `main` has the given shapes.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name of the program in messages.
    pub name: String,
    /// The text of the module.
    pub text: String,
    /// The shapes of the parameters of `main`.
    pub params: Vec<Shape>,
    /// The shapes of the results of `main`.
    pub results: Vec<Shape>,
}

impl Client {
    /// Compiles a program for the client's first device.
    ///
    /// # Errors
    /// If the compiler refuses the text, with its message; if the results do not have the given shapes.
    pub fn compile(self: &Arc<Client>, program: Program) -> Result<LoadedExecutable> {
        self.compile_replicated(program, 1)
    }

    /// Compiles a program for the first `replicas` devices of the client. Each device runs it on its own arguments. The
    /// collectives in it (`all_reduce` and others) combine the values of these replicas, which are numbered like the
    /// devices. [`LoadedExecutable::execute_replicated`] runs it.
    ///
    /// # Errors
    /// See [`Client::compile`]; also if `replicas` is zero or larger than the number of devices.
    pub fn compile_replicated(self: &Arc<Client>, program: Program, replicas: usize) -> Result<LoadedExecutable> {
        let Program { name, text, params, results } = program;
        let most = self.devices().len().min(MOST_REPLICAS);
        if replicas == 0 || replicas > most {
            return Err(Error::Arguments(format!("`{name}` is for {replicas} devices, of which the client can use 1 to {most}")));
        }
        let format = "mlir";
        // The parser reads up to a NUL, which the size does not include.
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
        // SAFETY: the client is live. Program and options outlive the call.
        unsafe { call!(self.api(), PJRT_Client_Compile, &mut args) }.map_err(|e| e.while_doing(|| format!("compiling `{name}`")))?;
        let raw =
            NonNull::new(args.executable).ok_or_else(|| Error::Protocol(format!("PJRT_Client_Compile gave no executable for `{name}`")))?;
        // SAFETY: the executable was just made, and nobody else owns it.
        let mut executable = unsafe { LoadedExecutable::from_raw(self.clone(), raw, name, (params, results), replicas) };
        // SAFETY: the executable is live.
        let (actual, temporaries) = unsafe { described(self.api(), raw)? };
        executable.set_temporaries(temporaries);
        executable.check_results(&actual)?;
        Ok(executable)
    }
}

/// The shapes of the results, and the bytes of temporaries in a run, as the compiler reports them.
type Described = (Vec<Option<Shape>>, Option<usize>);

/// Returns the result shapes that the compiler reports, with `None` for an element type that gomlx does not have, and
/// the bytes of temporaries if the plugin reports them.
///
/// # Safety
/// `loaded` is live.
unsafe fn described(api: &Api, loaded: NonNull<PJRT_LoadedExecutable>) -> Result<Described> {
    /// Destroys the executable, which is a different object from the loaded executable.
    struct Guard<'a>(&'a Api, *mut PJRT_Executable);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            let mut args = args!(PJRT_Executable_Destroy_Args, PJRT_Executable_Destroy_Args_STRUCT_SIZE { executable: self.1 });
            // SAFETY: the executable is live and has no other user. A failure here cannot be reported.
            let _ = unsafe { call!(self.0, PJRT_Executable_Destroy, &mut args) };
        }
    }

    let mut get = args!(
        PJRT_LoadedExecutable_GetExecutable_Args,
        PJRT_LoadedExecutable_GetExecutable_Args_STRUCT_SIZE { loaded_executable: loaded.as_ptr() }
    );
    // SAFETY: the loaded executable is live. The lists live as long as `executable`, which the guard keeps.
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
