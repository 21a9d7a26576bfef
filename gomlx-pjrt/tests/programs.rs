// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO text on a real CPU plugin: transfers, execution, donation, errors.

use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, DType, HostTensor, Shape};
use gomlx_pjrt::testing::{backend_or_skip, client_or_skip};
use gomlx_pjrt::{ApiVersion, Client, ClientOptions, Error, LoadedExecutable, PjrtBackend, Plugin, Program};

/// Compiles `main` with the given number of parameters and results, all with the same shape.
fn compile(client: &Arc<Client>, shape: &Shape, params: usize, results: usize, text: &str) -> Result<LoadedExecutable, Error> {
    let (params, results) = (vec![shape.clone(); params], vec![shape.clone(); results]);
    client.compile(Program { name: "test".into(), text: text.into(), params, results })
}

fn f32s(values: &[f32]) -> Arc<HostTensor> {
    Arc::new(HostTensor::new(&[values.len()], values).unwrap())
}

const ADD: &str = "func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.add %x, %y : tensor<4xf32>
    return %0 : tensor<4xf32>
}";

fn four() -> Shape {
    Shape::new(DType::F32, &[4])
}

#[test]
fn the_plugin_describes_itself() {
    let Some(client) = client_or_skip("the_plugin_describes_itself") else { return };
    assert_eq!(client.platform(), "cpu");
    assert_eq!(client.devices().len(), 1, "the client has the one requested device");
    assert!(client.plugin().api_version() >= ApiVersion::NEEDED);
    assert!(client.plugin().stablehlo_version() >= Some([1, 0, 0]), "{:?}", client.plugin().stablehlo_version());
}

#[test]
fn a_program_runs() {
    let Some(client) = client_or_skip("a_program_runs") else { return };
    let add = compile(&client, &four(), 2, 1, ADD).unwrap();
    let x = client.upload(&f32s(&[1.0, 2.0, 3.0, 4.0])).unwrap();
    let y = client.upload(&f32s(&[0.5, 0.0, -3.0, f32::INFINITY])).unwrap();
    let sum = add.execute(&[&x, &y], &[]).unwrap();
    assert_eq!(sum[0].to_host().unwrap().as_slice::<f32>().unwrap(), [1.5, 2.0, 0.0, f32::INFINITY]);
    // An argument may be passed twice, and is still live.
    let twice = add.execute(&[&x, &x], &[]).unwrap();
    assert_eq!(twice[0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0, 6.0, 8.0]);
}

#[test]
fn every_element_type_comes_back_unchanged() {
    let Some(client) = client_or_skip("every_element_type_comes_back_unchanged") else { return };
    // A scalar, empty tensors, tensors that are small enough to be copied, and one that is large enough to be aliased.
    for dims in [&[][..], &[0], &[3, 0, 2], &[7], &[2, 3, 5], &[100, 401]] {
        for dtype in DType::ALL {
            let len = Shape::new(dtype, dims).num_bytes();
            let modulus = if dtype == DType::Bool { 2 } else { 251 };
            let byte = |i: usize| match dtype {
                DType::Narrow(narrow) => narrow.from_bits(i as u8),
                _ => (i % modulus) as u8,
            };
            let bytes: Vec<u8> = (0..len).map(byte).collect();
            let tensor = Arc::new(HostTensor::from_bytes(dtype, dims, &bytes).unwrap());
            let buffer = client.upload(&tensor).unwrap();
            let back = buffer.to_host().unwrap();
            assert!(back == *tensor, "{} changed", tensor.shape());
        }
    }
}

/// The device reads the memory of a large tensor, which must live as long as the buffer and no longer.
#[test]
fn an_aliased_tensor_is_kept_until_the_buffer_is_gone() {
    let Some(client) = client_or_skip("an_aliased_tensor_is_kept_until_the_buffer_is_gone") else { return };
    let tensor = Arc::new(HostTensor::full(DType::F32, &[1 << 16], 3.0).unwrap());
    let watch = Arc::downgrade(&tensor);
    let buffer = client.upload(&tensor).unwrap();
    drop(tensor);
    assert!(watch.upgrade().is_some(), "the buffer reads it");
    assert!(buffer.to_host().unwrap().as_slice::<f32>().unwrap().iter().all(|&x| x == 3.0));
    drop(buffer);
    assert!(watch.upgrade().is_none(), "nobody reads it");
}

const DONATING: [&str; 2] = ["tf.aliasing_output = 0 : i32", "jax.buffer_donor = true"];

/// A program that doubles its parameter and takes over the parameter's buffer.
fn doubling(client: &Arc<Client>, attribute: &str, n: usize) -> LoadedExecutable {
    let text = format!(
        "func.func @main(%x: tensor<{n}xf32> {{{attribute}}}) -> tensor<{n}xf32> {{
            %0 = stablehlo.add %x, %x : tensor<{n}xf32>
            return %0 : tensor<{n}xf32>
        }}"
    );
    compile(client, &Shape::new(DType::F32, &[n]), 1, 1, &text).unwrap()
}

#[test]
fn a_donated_argument_is_gone() {
    let Some(client) = client_or_skip("a_donated_argument_is_gone") else { return };
    for attribute in DONATING {
        let double = doubling(&client, attribute, 4);
        let x = client.upload(&f32s(&[1.0, 2.0, 3.0, 4.0])).unwrap();
        let y = double.execute(&[&x], &[]).unwrap();
        assert_eq!(y[0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0, 6.0, 8.0]);
        assert!(x.is_deleted().unwrap(), "{attribute}");
        let error = x.to_host().unwrap_err().to_string();
        assert!(error.contains("copying f32[4] to the host"), "{error}");
        let error = double.execute(&[&x], &[]).map(|_| ()).unwrap_err();
        let Error::Plugin { call: "PJRT_LoadedExecutable_Execute", code, .. } = &error else { panic!("{error}") };
        assert_eq!(code.name(), "INVALID_ARGUMENT");
        assert!(error.to_string().contains("running `test`") && error.to_string().contains("deleted or donated"), "{error}");
    }
}

#[test]
fn a_kept_argument_of_a_donating_program_is_copied() {
    let Some(client) = client_or_skip("a_kept_argument_of_a_donating_program_is_copied") else { return };
    for attribute in DONATING {
        let double = doubling(&client, attribute, 4);
        let x = client.upload(&f32s(&[1.0, 2.0, 3.0, 4.0])).unwrap();
        for _ in 0..2 {
            let y = double.execute(&[&x], &[0]).unwrap();
            assert_eq!(y[0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0, 6.0, 8.0]);
        }
        assert_eq!(x.to_host().unwrap().as_slice::<f32>().unwrap(), [1.0, 2.0, 3.0, 4.0]);
    }
}

/// The caller's memory must not change if a buffer that aliases it is donated.
#[test]
fn donation_does_not_write_the_callers_tensor() {
    let Some(client) = client_or_skip("donation_does_not_write_the_callers_tensor") else { return };
    for attribute in DONATING {
        let double = doubling(&client, attribute, 1 << 16);
        let tensor = Arc::new(HostTensor::full(DType::F32, &[1 << 16], 3.0).unwrap());
        let y = double.execute(&[&client.upload(&tensor).unwrap()], &[]).unwrap();
        assert!(y[0].to_host().unwrap().as_slice::<f32>().unwrap().iter().all(|&y| y == 6.0));
        assert!(tensor.as_slice::<f32>().unwrap().iter().all(|&x| x == 3.0), "{attribute}");
    }
}

#[test]
fn a_deleted_buffer_is_an_error_to_read() {
    let Some(client) = client_or_skip("a_deleted_buffer_is_an_error_to_read") else { return };
    let x = client.upload(&f32s(&[1.0])).unwrap();
    assert!(!x.is_deleted().unwrap());
    x.delete().unwrap();
    assert!(x.is_deleted().unwrap());
    assert!(matches!(x.to_host(), Err(Error::Plugin { .. })));
}

#[test]
fn a_compile_error_has_the_plugins_words() {
    let Some(client) = client_or_skip("a_compile_error_has_the_plugins_words") else { return };
    let wrong = ADD.replace("stablehlo.add", "stablehlo.frobnicate");
    let Err(error) = compile(&client, &four(), 2, 1, &wrong) else { panic!("compiled") };
    let text = error.to_string();
    assert!(text.starts_with("PJRT_Client_Compile failed while compiling `test`: "), "{text}");
    assert!(text.contains("custom op 'stablehlo.frobnicate' is unknown"), "{text}");
    assert!(compile(&client, &four(), 2, 1, "").is_err());
}

#[test]
fn results_other_than_said_are_told_when_compiling() {
    let Some(client) = client_or_skip("results_other_than_said_are_told_when_compiling") else { return };
    let Err(error) = compile(&client, &Shape::new(DType::F32, &[5]), 2, 1, ADD) else { panic!("compiled") };
    assert_eq!(error.to_string(), "`test` was said to return [f32[5]], but the compiled program returns [f32[4]]");
}

#[test]
fn wrong_arguments_are_told_before_running() {
    let Some(client) = client_or_skip("wrong_arguments_are_told_before_running") else { return };
    let add = compile(&client, &four(), 2, 1, ADD).unwrap();
    let x = client.upload(&f32s(&[1.0, 2.0, 3.0, 4.0])).unwrap();
    let message = |arguments: &[&gomlx_pjrt::PjrtBuffer]| match add.execute(arguments, &[]) {
        Err(Error::Arguments(message)) => message,
        other => panic!("{:?}", other.map(|results| results.len())),
    };
    assert_eq!(message(&[&x]), "`test` takes 2 arguments, but 1 were given");
    let short = client.upload(&f32s(&[1.0])).unwrap();
    assert_eq!(message(&[&x, &short]), "argument 1 of `test` is f32[1], but the program takes f32[4]");
    let ints = client.upload(&Arc::new(HostTensor::new(&[4], &[1i32; 4]).unwrap())).unwrap();
    assert_eq!(message(&[&ints, &x]), "argument 0 of `test` is i32[4], but the program takes f32[4]");
    let other = Client::new(client.plugin(), &ClientOptions::for_platform(Some("cpu"))).unwrap();
    let elsewhere = other.upload(&f32s(&[0.0; 4])).unwrap();
    assert_eq!(message(&[&x, &elsewhere]), "argument 1 of `test` is a buffer of another client; upload it to this one");
}

#[test]
fn clients_of_one_plugin_have_their_own_devices() {
    let Some(client) = client_or_skip("clients_of_one_plugin_have_their_own_devices") else { return };
    let devices = ClientOptions::default().set("cpu_device_count", gomlx_pjrt::OptionValue::Int(2));
    assert_eq!(Client::new(client.plugin(), &devices).unwrap().devices().len(), 2);
    assert!(std::ptr::eq(client.plugin(), Plugin::load(client.plugin().path()).unwrap()), "a plugin is loaded once");
}

/// Runs a program on two devices with one tensor each. Returns the elements of the first result on each device.
fn on_two(client: &Arc<Client>, signature: (&Shape, &Shape), x: [&[i32]; 2], line: &str) -> [Vec<i32>; 2] {
    let (param, result) = signature;
    let ty = |shape: &Shape| shape.sizes().iter().map(|n| format!("{n}x")).collect::<String>() + "i32";
    let (from, to) = (ty(param), ty(result));
    let text = format!(
        "func.func @main(%x: tensor<{from}>) -> tensor<{to}> {{\n{line} : (tensor<{from}>) -> tensor<{to}>\nreturn %r : tensor<{to}>\n}}"
    );
    let program = Program { name: "two".into(), text, params: vec![param.clone()], results: vec![result.clone()] };
    let program = client.compile_replicated(program, 2).unwrap();
    let x = [0, 1].map(|i| client.upload_to(i, &Arc::new(HostTensor::new(&param.sizes(), x[i]).unwrap())).unwrap());
    let results = program.execute_replicated(&[&[&x[0]], &[&x[1]]], &[]).unwrap();
    [0, 1].map(|i| {
        assert_eq!(results[i][0].device(), i);
        results[i][0].to_host().unwrap().as_slice::<i32>().unwrap().to_vec()
    })
}

/// The spec's examples that have two participants.
#[test]
fn collectives_combine_what_devices_have() {
    let Some(client) = client_or_skip("collectives_combine_what_devices_have") else { return };
    let devices = ClientOptions::default().set("cpu_device_count", gomlx_pjrt::OptionValue::Int(2));
    let client = Client::new(client.plugin(), &devices).unwrap();
    let shape = |dims: &[usize]| Shape::new(DType::I32, dims);
    let groups = "replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>";
    let body =
        "({\n^bb0(%a: tensor<i32>, %b: tensor<i32>):\n%s = stablehlo.add %a, %b : tensor<i32>\nstablehlo.return %s : tensor<i32>\n})";
    let (low, high): (Vec<i32>, Vec<i32>) = ((1..9).collect(), (9..17).collect());
    let (wide, square, tall) = (shape(&[2, 4]), shape(&[2, 2]), shape(&[4, 2]));

    let sum = on_two(
        &client,
        (&shape(&[4]), &shape(&[4])),
        [&low[..4], &low[4..]],
        &format!("%r = \"stablehlo.all_reduce\"(%x) <{{{groups}}}> {body}"),
    );
    assert_eq!(sum, [[6, 8, 10, 12], [6, 8, 10, 12]]);
    let all = on_two(
        &client,
        (&square, &wide),
        [&low[..4], &low[4..]],
        &format!("%r = \"stablehlo.all_gather\"(%x) <{{all_gather_dim = 1 : i64, {groups}}}>"),
    );
    assert_eq!(all, [[1, 2, 5, 6, 3, 4, 7, 8], [1, 2, 5, 6, 3, 4, 7, 8]]);
    let line = format!("%r = \"stablehlo.reduce_scatter\"(%x) <{{scatter_dimension = 1 : i64, {groups}}}> {body}");
    assert_eq!(on_two(&client, (&wide, &square), [&low, &high], &line), [[10, 12, 18, 20], [14, 16, 22, 24]]);
    let line = format!(
        "%r = \"stablehlo.all_to_all\"(%x) <{{split_dimension = 1 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, {groups}}}>"
    );
    let exchanged = on_two(&client, (&wide, &tall), [&low, &high], &line);
    assert_eq!(exchanged, [[1, 2, 5, 6, 9, 10, 13, 14], [3, 4, 7, 8, 11, 12, 15, 16]]);
    // A device that receives nothing gets zeros.
    let line = "%r = \"stablehlo.collective_permute\"(%x) <{source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>}>";
    assert_eq!(on_two(&client, (&square, &square), [&low[..4], &low[4..]], line), [[0, 0, 0, 0], [1, 2, 3, 4]]);
    let line = "%i = stablehlo.replica_id : tensor<ui32>\n%c = stablehlo.convert %i : (tensor<ui32>) -> tensor<i32>\n%b = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2xi32>\n%y = stablehlo.add %x, %b : tensor<2xi32>\n%r = stablehlo.negate %y";
    assert_eq!(on_two(&client, (&shape(&[2]), &shape(&[2])), [&[5, 6], &[5, 6]], line), [[-5, -6], [-6, -7]]);
}

#[test]
fn programs_for_several_devices_are_checked() {
    let Some(client) = client_or_skip("programs_for_several_devices_are_checked") else { return };
    let program = || Program { name: "test".into(), text: ADD.into(), params: vec![four(); 2], results: vec![four()] };
    let message = |result: Result<(), Error>| match result {
        Err(Error::Arguments(message)) => message,
        other => panic!("{other:?}"),
    };
    let refused = |client: &Arc<Client>, n: usize| message(client.compile_replicated(program(), n).map(|_| ()));
    assert_eq!(refused(&client, 2), "`test` is for 2 devices, of which the client can use 1 to 1");
    assert_eq!(refused(&client, 0), "`test` is for 0 devices, of which the client can use 1 to 1");
    let devices = ClientOptions::default().set("cpu_device_count", gomlx_pjrt::OptionValue::Int(2));
    let client = Client::new(client.plugin(), &devices).unwrap();
    let x = f32s(&[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(message(client.upload_to(2, &x).map(|_| ())), "device 2 is not one of the 2 of the client");
    let add = client.compile_replicated(program(), 2).unwrap();
    let [x, y] = [0, 1].map(|device| client.upload_to(device, &x).unwrap());
    assert_eq!(message(add.execute(&[&x, &x], &[]).map(|_| ())), "`test` was compiled for 2 devices, but arguments for 1 were given");
    let crossed = add.execute_replicated(&[&[&x, &x], &[&y, &x]], &[]);
    assert_eq!(message(crossed.map(|_| ())), "argument 1 of `test` for device 1 is on device 0");
    let sums = add.execute_replicated(&[&[&x, &x], &[&y, &y]], &[]).unwrap();
    assert_eq!(sums[1][0].to_host().unwrap().as_slice::<f32>().unwrap(), [2.0, 4.0, 6.0, 8.0]);
}

/// The result needs more memory than the address space has.
#[test]
fn a_failure_while_running_names_the_program() {
    let Some(client) = client_or_skip("a_failure_while_running_names_the_program") else { return };
    let (n, scalar) = (1usize << 23, Shape::new(DType::F32, &[]));
    let text = format!(
        "func.func @main(%x: tensor<f32>) -> tensor<{n}x{n}xf32> {{
            %0 = stablehlo.broadcast_in_dim %x, dims = [] : (tensor<f32>) -> tensor<{n}x{n}xf32>
            return %0 : tensor<{n}x{n}xf32>
        }}"
    );
    let results = vec![Shape::new(DType::F32, &[n, n])];
    let huge = client.compile(Program { name: "test".into(), text, params: vec![scalar], results }).unwrap();
    let x = client.upload(&Arc::new(HostTensor::scalar(1.0f32))).unwrap();
    let error = huge.execute(&[&x], &[]).map(|_| ()).unwrap_err();
    let Error::Plugin { code, .. } = &error else { panic!("{error}") };
    assert_eq!(code.name(), "RESOURCE_EXHAUSTED", "{error}");
    assert!(error.to_string().contains("while running `test`"), "{error}");
    assert_eq!(gomlx_ir::Diagnostic::from(error).code, gomlx_ir::Code::Execution);
}

#[test]
fn threads_run_one_executable_at_the_same_time() {
    let Some(client) = client_or_skip("threads_run_one_executable_at_the_same_time") else { return };
    let add = compile(&client, &four(), 2, 1, ADD).unwrap();
    let y = client.upload(&f32s(&[1.0; 4])).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (add, client, y) = (&add, &client, &y);
            scope.spawn(move || {
                let mut x = client.upload(&f32s(&[thread as f32; 4])).unwrap();
                for _ in 0..500 {
                    x = add.execute(&[&x, y], &[]).unwrap().remove(0);
                }
                assert_eq!(x.to_host().unwrap().as_slice::<f32>().unwrap(), [thread as f32 + 500.0; 4]);
            });
        }
    });
}

#[test]
fn one_backend_per_plugin() {
    let Some(backend) = backend_or_skip("one_backend_per_plugin") else { return };
    assert_eq!(backend.name(), "pjrt:cpu");
    let again = PjrtBackend::get("pjrt:cpu").unwrap();
    assert!(Arc::ptr_eq(&backend, &again));
    let tensor = f32s(&[1.0, 2.0]);
    let buffer = backend.upload(&tensor).unwrap();
    let Buffer::Device(device) = &buffer else { panic!("not on the device") };
    assert_eq!(device.backend(), "pjrt:cpu");
    assert_eq!(buffer.to_host().unwrap(), tensor);
}
