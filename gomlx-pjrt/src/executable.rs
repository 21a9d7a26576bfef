// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A compiled program, and its execution.
//!
//! Invariants: a plugin's `Execute` gets only live buffers of the executable's own client, as many as the program has
//! parameters, with the compiled shapes and on the device that reads them. (The plugin's own message would speak of
//! byte sizes, if the plugin checks at all.) A call returns when all devices are done, so the call that fails is the
//! one that reports the failure.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use gomlx_ir::Shape;
use pjrt_sys::*;

use crate::api::{args, call};
use crate::error::{Error, Result};
use crate::{Client, PjrtBuffer, event};

/// A compiled program. Any number of threads can run it at the same time.
pub struct LoadedExecutable {
    client: Arc<Client>,
    raw: NonNull<PJRT_LoadedExecutable>,
    name: String,
    params: Vec<Shape>,
    results: Vec<Shape>,
    /// How many devices run the program, each with its own arguments.
    replicas: usize,
    temporaries: Option<usize>,
}

// SAFETY: PJRT requires that an executable's functions can be called from several threads at the same time.
unsafe impl Send for LoadedExecutable {}
// SAFETY: see `Send`.
unsafe impl Sync for LoadedExecutable {}

impl LoadedExecutable {
    /// # Safety
    /// `raw` is a live executable of the client that nobody else owns.
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

    /// The bytes of memory that is live only during a run, if the plugin reports them.
    pub fn temporaries(&self) -> Option<usize> {
        self.temporaries
    }

    /// The name of the program.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The shapes of the parameters.
    pub fn params(&self) -> &[Shape] {
        &self.params
    }

    /// The shapes of the results.
    pub fn results(&self) -> &[Shape] {
        &self.results
    }

    /// The client that runs the program.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Runs the program once.
    ///
    /// An argument is given up if the program donates its parameter (by the attribute `tf.aliasing_output` or
    /// `jax.buffer_donor`), and reading it afterwards is an error. The plugin copies the arguments at the positions in
    /// `keep` instead.
    ///
    /// # Errors
    /// If the arguments do not have the number, shapes or client that the program needs; no argument is then given up.
    /// Also if the run fails.
    pub fn execute(&self, arguments: &[&PjrtBuffer], keep: &[i64]) -> Result<Vec<PjrtBuffer>> {
        let mut results = self.execute_replicated(&[arguments], keep)?;
        Ok(results.swap_remove(0))
    }

    /// Runs the program once on each device that it was compiled for. Device `i` takes `arguments[i]`, which must lie
    /// on it, and returns the results at `i`. Arguments are given up and kept as in [`LoadedExecutable::execute`].
    ///
    /// # Errors
    /// See [`LoadedExecutable::execute`]; also if a device has no list, or an argument lies on another device.
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
        // SAFETY: executable and arguments are live. The arguments have the number and shapes of the parameters. There
        // is a list for each device, and each list of results has the program's number of results, which was checked
        // when the program was compiled.
        unsafe { call!(self.client.api(), PJRT_LoadedExecutable_Execute, &mut args) }.map_err(|e| e.while_doing(running))?;
        // Takes ownership of the outputs before the wait, so a failing wait frees them.
        let own = |device: usize, raw: *mut PJRT_Buffer, shape: &Shape| {
            // SAFETY: the plugin made the outputs for this call on this device, and their shapes were checked.
            unsafe { PjrtBuffer::from_raw(self.client.clone(), raw, shape.clone(), device) }
        };
        let owned = |(device, list): (usize, Vec<*mut PJRT_Buffer>)| -> Result<Vec<PjrtBuffer>> {
            list.into_iter().zip(&self.results).map(|(raw, shape)| own(device, raw, shape)).collect()
        };
        let outputs: Vec<Result<Vec<PjrtBuffer>>> = outputs.into_iter().enumerate().map(owned).collect();
        // Waits for all devices even if one has failed: no device may still run when its arguments are freed.
        // SAFETY: the events belong to this call.
        let waits: Vec<Result<()>> = done.into_iter().map(|event| unsafe { event::wait(self.client.api(), event) }).collect();
        waits.into_iter().collect::<Result<()>>().map_err(|e| e.while_doing(running))?;
        outputs.into_iter().collect()
    }

    /// Compares the results that the compiler reports with the results that the caller declared.
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
        // SAFETY: the last user of the executable is gone. A failure here cannot be reported.
        let _ = unsafe { call!(self.client.api(), PJRT_LoadedExecutable_Destroy, &mut args) };
    }
}
