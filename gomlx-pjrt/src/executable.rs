// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A compiled program, and running it.
//!
//! Invariants: a plugin's Execute is called only with as many live buffers of its
//! own client, of the shapes that it was compiled for and on the device that reads
//! them, as it has parameters (the plugin's own message would speak of byte sizes, if
//! it checks at all); a call returns when all devices are done, so that a failure is
//! told by the call that failed.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use gomlx_ir::Shape;
use pjrt_sys::*;

use crate::api::{args, call};
use crate::error::{Error, Result};
use crate::{Client, PjrtBuffer, event};

/// A compiled program; runs concurrently from any number of threads.
pub struct LoadedExecutable {
    client: Arc<Client>,
    raw: NonNull<PJRT_LoadedExecutable>,
    name: String,
    params: Vec<Shape>,
    results: Vec<Shape>,
    /// Devices that run it, each with arguments of its own.
    replicas: usize,
    temporaries: Option<usize>,
}

// SAFETY: PJRT requires that an executable's functions can be called from any thread, at the same time.
unsafe impl Send for LoadedExecutable {}
// SAFETY: as above.
unsafe impl Sync for LoadedExecutable {}

impl LoadedExecutable {
    /// # Safety
    /// `raw` is a live executable of the client, and nobody else's.
    pub(crate) unsafe fn from_raw(
        client: Arc<Client>,
        raw: NonNull<PJRT_LoadedExecutable>,
        name: String,
        (params, results): (Vec<Shape>, Vec<Shape>),
        replicas: usize,
    ) -> LoadedExecutable {
        LoadedExecutable { client, raw, name, params, results, replicas, temporaries: None }
    }

    pub(crate) fn set_temporaries(&mut self, bytes: Option<usize>) {
        self.temporaries = bytes;
    }

    /// Bytes of what lives only during a run, if the plugin tells.
    pub fn temporaries(&self) -> Option<usize> {
        self.temporaries
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Shapes of the parameters.
    pub fn params(&self) -> &[Shape] {
        &self.params
    }

    /// Shapes of the results.
    pub fn results(&self) -> &[Shape] {
        &self.results
    }

    /// The client that it runs on.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Runs the program once.
    ///
    /// Arguments whose parameter the program donates (`tf.aliasing_output` or
    /// `jax.buffer_donor` on it) are given up, and reading them is an error
    /// afterwards; except those at the positions in `keep`, which the plugin copies instead.
    ///
    /// # Errors
    /// If the arguments are not of the parameters' number, shapes and client, before
    /// anything is given up; if running fails.
    pub fn execute(&self, arguments: &[&PjrtBuffer], keep: &[i64]) -> Result<Vec<PjrtBuffer>> {
        let mut results = self.execute_replicated(&[arguments], keep)?;
        Ok(results.swap_remove(0))
    }

    /// Runs the program once on each device that it was compiled for: device `i` with the arguments `arguments[i]`, which
    /// lie on it, to the results at `i`. Arguments are given up and kept as [`LoadedExecutable::execute`] has it.
    ///
    /// # Errors
    /// As [`LoadedExecutable::execute`]; if there is not a list for each device, or an argument is on another one.
    pub fn execute_replicated(&self, arguments: &[&[&PjrtBuffer]], keep: &[i64]) -> Result<Vec<Vec<PjrtBuffer>>> {
        if arguments.len() != self.replicas {
            return Err(Error::Arguments(format!(
                "`{}` was compiled for {} devices, but arguments for {} were given",
                self.name,
                self.replicas,
                arguments.len()
            )));
        }
        for (device, arguments) in arguments.iter().enumerate() {
            self.check_arguments(device, arguments)?;
        }
        let inputs: Vec<Vec<*mut PJRT_Buffer>> = arguments.iter().map(|list| list.iter().map(|buffer| buffer.raw()).collect()).collect();
        let mut outputs: Vec<Vec<*mut PJRT_Buffer>> = vec![vec![ptr::null_mut(); self.results.len()]; self.replicas];
        let mut done: Vec<*mut PJRT_Event> = vec![ptr::null_mut(); self.replicas];
        let input_lists: Vec<*const *mut PJRT_Buffer> = inputs.iter().map(|list| list.as_ptr()).collect();
        let output_lists: Vec<*mut *mut PJRT_Buffer> = outputs.iter_mut().map(|list| list.as_mut_ptr()).collect();
        let mut options = args!(
            PJRT_ExecuteOptions,
            PJRT_ExecuteOptions_STRUCT_SIZE { non_donatable_input_indices: keep.as_ptr(), num_non_donatable_input_indices: keep.len() }
        );
        let mut args = args!(
            PJRT_LoadedExecutable_Execute_Args,
            PJRT_LoadedExecutable_Execute_Args_STRUCT_SIZE {
                executable: self.raw.as_ptr(),
                options: &mut options,
                argument_lists: input_lists.as_ptr(),
                num_devices: self.replicas,
                num_args: self.params.len(),
                output_lists: output_lists.as_ptr(),
                device_complete_events: done.as_mut_ptr(),
            }
        );
        let running = || format!("running `{}`", self.name);
        // SAFETY: executable and arguments are live, and the arguments are of the parameters' number
        // and shapes; there are as many lists as devices, and those of results have the program's
        // number of results, which was checked when it was compiled.
        unsafe { call!(self.client.api(), PJRT_LoadedExecutable_Execute, &mut args) }.map_err(|e| e.while_doing(running))?;
        // The outputs are owned before the wait, so that they are freed if it fails.
        let own = |device: usize, raw: *mut PJRT_Buffer, shape: &Shape| {
            // SAFETY: the plugin made the outputs, of the shapes that were checked, for this call on this device.
            unsafe { PjrtBuffer::from_raw(self.client.clone(), raw, shape.clone(), device) }
        };
        let owned = |(device, list): (usize, Vec<*mut PJRT_Buffer>)| -> Result<Vec<PjrtBuffer>> {
            list.into_iter().zip(&self.results).map(|(raw, shape)| own(device, raw, shape)).collect()
        };
        let outputs: Vec<Result<Vec<PjrtBuffer>>> = outputs.into_iter().enumerate().map(owned).collect();
        // All are waited for, also after one that failed: none may run on when its arguments are freed.
        // SAFETY: the events are this call's.
        let waits: Vec<Result<()>> = done.into_iter().map(|event| unsafe { event::wait(self.client.api(), event) }).collect();
        waits.into_iter().collect::<Result<()>>().map_err(|e| e.while_doing(running))?;
        outputs.into_iter().collect()
    }

    /// Compares the results that the compiler reports with those that the program was said to have.
    pub(crate) fn check_results(&self, actual: &[Option<Shape>]) -> Result<()> {
        if actual.len() == self.results.len() && actual.iter().zip(&self.results).all(|(a, r)| a.as_ref() == Some(r)) {
            return Ok(());
        }
        let shapes: Vec<String> = actual.iter().map(|s| s.as_ref().map_or("?".into(), Shape::to_string)).collect();
        Err(Error::Arguments(format!(
            "`{}` was said to return {:?}, but the compiled program returns [{}]",
            self.name,
            self.results,
            shapes.join(", ")
        )))
    }

    fn check_arguments(&self, device: usize, arguments: &[&PjrtBuffer]) -> Result<()> {
        if arguments.len() != self.params.len() {
            return Err(Error::Arguments(format!(
                "`{}` takes {} arguments, but {} were given",
                self.name,
                self.params.len(),
                arguments.len()
            )));
        }
        for (i, (argument, param)) in arguments.iter().zip(&self.params).enumerate() {
            if argument.shape() != param {
                return Err(Error::Arguments(format!(
                    "argument {i} of `{}` is {}, but the program takes {param}",
                    self.name,
                    argument.shape()
                )));
            }
            if !Arc::ptr_eq(argument.client(), &self.client) {
                return Err(Error::Arguments(format!(
                    "argument {i} of `{}` is a buffer of another client; upload it to this one",
                    self.name
                )));
            }
            if argument.device() != device {
                return Err(Error::Arguments(format!(
                    "argument {i} of `{}` for device {device} is on device {}",
                    self.name,
                    argument.device()
                )));
            }
        }
        Ok(())
    }
}

impl Drop for LoadedExecutable {
    fn drop(&mut self) {
        let mut args =
            args!(PJRT_LoadedExecutable_Destroy_Args, PJRT_LoadedExecutable_Destroy_Args_STRUCT_SIZE { executable: self.raw.as_ptr() });
        // SAFETY: the last user of the executable is gone. A failure here has no one to tell.
        let _ = unsafe { call!(self.client.api(), PJRT_LoadedExecutable_Destroy, &mut args) };
    }
}
