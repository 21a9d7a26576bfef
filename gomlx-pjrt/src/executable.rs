// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A compiled program, and running it.
//!
//! Invariants: a plugin's Execute is called only with as many live buffers of its
//! own client, of the shapes that it was compiled for, as it has parameters (the
//! plugin's own message would speak of byte sizes, if it checks at all); a call
//! returns when the device is done, so that a failure is told by the call that failed.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use gomlx_ir::Shape;
use pjrt_sys::*;

use crate::api::{args, call};
use crate::error::{Error, Result};
use crate::{Client, PjrtBuffer, event};

/// A program compiled for one device; runs concurrently from any number of threads.
pub struct LoadedExecutable {
    client: Arc<Client>,
    raw: NonNull<PJRT_LoadedExecutable>,
    name: String,
    params: Vec<Shape>,
    results: Vec<Shape>,
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
        params: Vec<Shape>,
        results: Vec<Shape>,
    ) -> LoadedExecutable {
        LoadedExecutable { client, raw, name, params, results, temporaries: None }
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
        self.check_arguments(arguments)?;
        let inputs: Vec<*mut PJRT_Buffer> = arguments.iter().map(|buffer| buffer.raw()).collect();
        let mut outputs: Vec<*mut PJRT_Buffer> = vec![ptr::null_mut(); self.results.len()];
        let mut done: *mut PJRT_Event = ptr::null_mut();
        let input_list = inputs.as_ptr();
        let output_list = outputs.as_mut_ptr();
        let mut options = args!(
            PJRT_ExecuteOptions,
            PJRT_ExecuteOptions_STRUCT_SIZE { non_donatable_input_indices: keep.as_ptr(), num_non_donatable_input_indices: keep.len() }
        );
        let mut args = args!(
            PJRT_LoadedExecutable_Execute_Args,
            PJRT_LoadedExecutable_Execute_Args_STRUCT_SIZE {
                executable: self.raw.as_ptr(),
                options: &mut options,
                argument_lists: &input_list,
                num_devices: 1,
                num_args: inputs.len(),
                output_lists: &output_list,
                device_complete_events: &mut done,
            }
        );
        let running = || format!("running `{}`", self.name);
        // SAFETY: executable and arguments are live, and the arguments are of the parameters' number
        // and shapes; the lists have the program's number of results, which was checked when it was compiled.
        unsafe { call!(self.client.api(), PJRT_LoadedExecutable_Execute, &mut args) }.map_err(|e| e.while_doing(running))?;
        // The outputs are owned before the wait, so that they are freed if it fails.
        // SAFETY: the plugin made the outputs, of the shapes that were checked, for this call.
        let own = |(raw, shape): (_, &Shape)| unsafe { PjrtBuffer::from_raw(self.client.clone(), raw, shape.clone()) };
        let outputs: Result<Vec<PjrtBuffer>> = outputs.into_iter().zip(&self.results).map(own).collect();
        // SAFETY: the event is this call's.
        unsafe { event::wait(self.client.api(), done) }.map_err(|e| e.while_doing(running))?;
        outputs
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

    fn check_arguments(&self, arguments: &[&PjrtBuffer]) -> Result<()> {
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
