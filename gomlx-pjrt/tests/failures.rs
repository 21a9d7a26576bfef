// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Work that a plugin accepts and that fails later. A stand-in library wraps the installed plugin and makes its events
//! fail.

#![cfg(target_os = "linux")]

mod library;

use std::mem::offset_of;
use std::path::Path;
use std::sync::Arc;

use gomlx_ir::{Code, DType, Diagnostic, HostTensor, Shape};
use gomlx_pjrt::testing::client_or_skip;
use gomlx_pjrt::{Client, ClientOptions, Plugin, Program};
use library::library;
use pjrt_sys::PJRT_Api;

/// A library with the table of another plugin, whose events fail while the file `armed` exists. To fail, it waits with
/// arguments of size zero, which the plugin refuses with an error of its own.
fn failing(dir: &Path, plugin: &Path) -> std::path::PathBuf {
    let (size, wait) = (size_of::<PJRT_Api>(), offset_of!(PJRT_Api, PJRT_Event_Await));
    let armed = dir.join("armed");
    let source = format!(
        r##"
        use std::ffi::{{CString, c_char, c_int, c_void}};
        use std::sync::OnceLock;
        unsafe extern "C" {{
            fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
            fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
        }}
        type Wait = unsafe extern "C" fn(*mut usize) -> *mut c_void;
        static WAIT: OnceLock<Wait> = OnceLock::new();
        static TABLE: OnceLock<Vec<usize>> = OnceLock::new();
        unsafe extern "C" fn wait(arguments: *mut usize) -> *mut c_void {{
            let real = WAIT.get().unwrap();
            let result = unsafe {{ real(arguments) }};
            if !result.is_null() || !std::path::Path::new({armed:?}).exists() {{
                return result;
            }}
            let mut none = [0usize; 8];
            unsafe {{ real(none.as_mut_ptr()) }}
        }}
        #[unsafe(no_mangle)]
        pub extern "C" fn GetPjrtApi() -> *const usize {{
            TABLE.get_or_init(|| unsafe {{
                let path = CString::new({plugin:?}).unwrap();
                let library = dlopen(path.as_ptr(), 2);
                let get: extern "C" fn() -> *const usize = std::mem::transmute(dlsym(library, c"GetPjrtApi".as_ptr()));
                let table = get();
                // The table begins with its size, which is smaller if the plugin is older than the header.
                let size = (*table).min({size}) / 8;
                let mut copy = std::slice::from_raw_parts(table, size).to_vec();
                copy[0] = size * 8;
                WAIT.set(std::mem::transmute(copy[{wait} / 8])).unwrap();
                copy[{wait} / 8] = wait as *const () as usize;
                copy
            }})
            .as_ptr()
        }}
        "##
    );
    library(dir, "failing", &source)
}

#[test]
fn a_failure_after_the_start_names_the_program() {
    let Some(installed) = client_or_skip("a_failure_after_the_start_names_the_program") else { return };
    let dir = tempfile::tempdir().unwrap();
    let plugin = Plugin::load(&failing(dir.path(), installed.plugin().path())).unwrap();
    let client = Client::new(plugin, &ClientOptions::default()).unwrap();
    let shape = Shape::new(DType::F32, &[2]);
    let text = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
        %0 = stablehlo.add %x, %x : tensor<2xf32>
        return %0 : tensor<2xf32>
    }";
    let program = Program { name: "twice".into(), text: text.into(), params: vec![shape.clone()], results: vec![shape] };
    let twice = client.compile(program).unwrap();
    let x = client.upload(&Arc::new(HostTensor::new(&[2], &[1.0f32, 2.0]).unwrap())).unwrap();
    let run = || twice.execute(&[&x], &[]);
    assert_eq!(run().unwrap()[0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0]);

    std::fs::write(dir.path().join("armed"), "").unwrap();
    let error = run().err().expect("the event of the run fails");
    let diagnostic = Diagnostic::from(error);
    assert_eq!(diagnostic.code, Code::Execution);
    assert!(diagnostic.to_string().contains("running `twice`"), "{diagnostic}");

    // The next run succeeds although this one failed.
    std::fs::remove_file(dir.path().join("armed")).unwrap();
    assert_eq!(run().unwrap()[0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0]);
}
