// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The backend that runs gomlx's modules on a plugin.
//!
//! Invariants: a process has one backend for each plugin, so a buffer with a backend's name belongs to the backend's
//! client. An input is donated only if nobody else holds it.

use std::any::Any;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use gomlx_ir::{
    Backend, Buffer, Code, DeviceBuffer, Diagnostic, Donation, Entity, Executable, Function, HostTensor, Listing, Module, Op, Shape,
    Template, ValueId, print, rewrite, sink,
};

use crate::error::Result;
use crate::{Client, ClientOptions, LoadedExecutable, PjrtBuffer, Plugin, Program, Selector, find};

/// Runs modules on the first device of a PJRT plugin.
pub struct PjrtBackend {
    name: Arc<str>,
    client: Arc<Client>,
}

impl PjrtBackend {
    /// The backend with a name: `pjrt`, `pjrt:cpu`, `pjrt:cuda`, `pjrt:tpu`, `pjrt:/path/to/plugin.so`.
    /// The first use of a plugin loads it and makes a client. Later uses share that client.
    ///
    /// # Errors
    /// If the name is none of these, or if the plugin does not exist or can't be used.
    pub fn get(name: &str) -> Result<Arc<PjrtBackend>> {
        static BACKENDS: Mutex<Option<HashMap<PathBuf, Arc<PjrtBackend>>>> = Mutex::new(None);

        let selector: Selector = name.parse()?;
        let found = find(&selector)?;
        // The lock is held while the client is made, so a device gets only one client.
        let mut backends = BACKENDS.lock().unwrap_or_else(PoisonError::into_inner);
        let backends = backends.get_or_insert_default();
        let plugin = Plugin::load(&found.path)?;
        if let Some(backend) = backends.get(plugin.path()) {
            return Ok(backend.clone());
        }
        let client = Client::new(plugin, &ClientOptions::for_platform(found.platform.as_deref()))?;
        // A plugin that was found by platform is named by its platform, and one that was given by path is named by its
        // path.
        let name = match (&selector, &found.platform) {
            (Selector::Any | Selector::Platform(_), Some(platform)) => format!("pjrt:{platform}"),
            _ => selector.to_string(),
        };
        let backend = Arc::new(PjrtBackend { name: name.into(), client });
        backends.insert(plugin.path().to_owned(), backend.clone());
        Ok(backend)
    }

    /// The client.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }
}

impl Backend for PjrtBackend {
    fn name(&self) -> &str {
        &self.name
    }

    fn build(&self, module: &Module) -> gomlx_ir::Result<Arc<dyn Executable>> {
        compiles(module.main())?;
        // XLA cannot print here, so the module returns the values to print as additional results.
        let (main, lines) = rewrite::prints_to_results(module.main())?;
        let module = &Module { name: module.name.clone(), functions: vec![rewrite::for_xla(main)] };
        let main = module.main();
        let shapes = |values: &[ValueId]| values.iter().map(|&value| main.shape(value).clone()).collect();
        let executable = self.client.compile(Program {
            name: module.name.clone(),
            text: print::module(module),
            params: shapes(main.params()),
            results: shapes(main.results()),
        })?;
        let donated = main.donations.iter().map(|donation| *donation != Donation::Keep).collect();
        let printed: usize = lines.iter().map(Template::operands).sum();
        Ok(Arc::new(Compiled { name: self.name.clone(), executable, donated, results: main.results().len() - printed, lines }))
    }

    fn upload(&self, tensor: &Arc<HostTensor>) -> gomlx_ir::Result<Buffer> {
        Ok(OnDevice::wrap(&self.name, self.client.upload(tensor)?))
    }
}

/// Checks that a function has nothing that XLA's compiler gets wrong or ends the process on: floating point of six
/// bits, and sorts of integers of two bits.
fn compiles(function: &Function) -> gomlx_ir::Result<()> {
    let lacks = |value: ValueId| {
        let op = function.def_inst(value).map(|(_, inst)| &inst.op);
        match function.shape(value).dtype.bits() {
            6 => Some("use"),
            2 if matches!(op, Some(Op::Sort { .. })) => Some("sort"),
            _ => None,
        }
    };
    match (0..function.num_values()).map(ValueId::new).find_map(|value| Some((value, lacks(value)?))) {
        Some((value, what)) => {
            let location = function.def_inst(value).and_then(|(_, inst)| inst.location.as_ref());
            let message = format!("programs on pjrt cannot {what} {}", function.shape(value));
            Err(Diagnostic::new(Code::Unsupported, message).note("convert to a type of at least eight bits").at(location))
        }
        None => Ok(()),
    }
}

/// A compiled module.
struct Compiled {
    name: Arc<str>,
    executable: LoadedExecutable,
    /// For each parameter, whether its buffer is donated.
    donated: Vec<bool>,
    /// How many results the module has. The results after them fill the printed lines.
    results: usize,
    lines: Vec<Template>,
}

/// A buffer and the name of its backend.
struct OnDevice {
    name: Arc<str>,
    buffer: PjrtBuffer,
}

impl OnDevice {
    fn wrap(name: &Arc<str>, buffer: PjrtBuffer) -> Buffer {
        Buffer::Device(Arc::new(OnDevice { name: name.clone(), buffer }))
    }
}

impl Executable for Compiled {
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> gomlx_ir::Result<()> {
        let client = self.executable.client();
        let mut held: Vec<Arc<dyn DeviceBuffer>> = Vec::with_capacity(inputs.len());
        for input in inputs.drain(..) {
            held.push(match input {
                Buffer::Device(buffer) if self.owns(&buffer) => buffer,
                elsewhere => Arc::new(OnDevice { name: self.name.clone(), buffer: client.upload(&elsewhere.to_host()?)? }),
            });
        }
        // If someone else holds a donated buffer, that holder must not see it change, so the plugin copies it.
        let shared = |i: &usize| self.donated.get(*i) == Some(&true) && Arc::strong_count(&held[*i]) + Arc::weak_count(&held[*i]) > 1;
        let keep: Vec<i64> = (0..held.len()).filter(shared).map(|i| i as i64).collect();
        let arguments: Vec<&PjrtBuffer> = held.iter().filter_map(|buffer| own_buffer(&**buffer)).collect();
        let results = self.executable.execute(&arguments, &keep)?;
        let mut results = results.into_iter();
        outputs.extend(results.by_ref().take(self.results).map(|buffer| OnDevice::wrap(&self.name, buffer)));
        for line in &self.lines {
            let operands = results.by_ref().take(line.operands()).map(|buffer| buffer.to_host()).collect::<Result<Vec<_>>>()?;
            sink::write(&line.fill(&operands));
        }
        Ok(())
    }

    fn listing(&self, kind: Listing) -> Option<String> {
        match kind {
            // Plugins return these listings as serialised protocol buffers or not at all.
            Listing::Optimized | Listing::Kernels | Listing::Code => None,
        }
    }

    fn temporaries(&self) -> Option<usize> {
        self.executable.temporaries()
    }
}

impl Compiled {
    fn owns(&self, buffer: &Arc<dyn DeviceBuffer>) -> bool {
        own_buffer(&**buffer).is_some_and(|buffer| Arc::ptr_eq(buffer.client(), self.executable.client()))
    }
}

fn own_buffer(buffer: &dyn DeviceBuffer) -> Option<&PjrtBuffer> {
    buffer.as_any().downcast_ref::<OnDevice>().map(|own| &own.buffer)
}

impl DeviceBuffer for OnDevice {
    fn shape(&self) -> &Shape {
        self.buffer.shape()
    }

    fn backend(&self) -> &str {
        &self.name
    }

    fn to_host(&self) -> gomlx_ir::Result<Arc<HostTensor>> {
        Ok(Arc::new(self.buffer.to_host()?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
