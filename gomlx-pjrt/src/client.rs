// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A client: a plugin's handle to its devices.
//!
//! Invariants: buffers and executables hold their client, so it is destroyed after the last of them. A client has at
//! least one device. Work goes to the first device unless the caller names another.

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use pjrt_sys::*;

use crate::Plugin;
use crate::api::{Api, args, call, slice, text};
use crate::error::{Error, Result};

/// A connection to the devices of a plugin.
pub struct Client {
    plugin: &'static Plugin,
    raw: NonNull<PJRT_Client>,
    platform: String,
    platform_version: String,
    devices: Vec<Device>,
}

// SAFETY: PJRT requires that a client's functions can be called from several threads at the same time.
unsafe impl Send for Client {}
// SAFETY: see `Send`.
unsafe impl Sync for Client {}

/// A device that this process can use.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) raw: NonNull<PJRT_Device>,
    /// The plugin's name for this kind of device: `cpu`, `NVIDIA H100 80GB HBM3`.
    pub kind: String,
}

/// Options for making a client. The plugin defines which options exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientOptions(Vec<(String, OptionValue)>);

/// The value of an option. Its type must be the type that the plugin expects.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// A string.
    Str(String),
    /// An integer.
    Int(i64),
    /// A list of integers.
    IntList(Vec<i64>),
    /// A floating-point number.
    Float(f32),
    /// A boolean.
    Bool(bool),
}

impl ClientOptions {
    /// The options for a platform that a search found. For the CPU, they set one device, because XLA's default is four.
    pub fn for_platform(platform: Option<&str>) -> ClientOptions {
        let options = ClientOptions::default();
        if platform == Some("cpu") { options.set("cpu_device_count", OptionValue::Int(1)) } else { options }
    }

    /// The options with one more option added.
    pub fn set(mut self, name: impl Into<String>, value: OptionValue) -> ClientOptions {
        self.0.push((name.into(), value));
        self
    }

    fn named_values(&self) -> Vec<PJRT_NamedValue> {
        self.0.iter().map(|(name, value)| value.named(name)).collect()
    }
}

impl OptionValue {
    /// The C struct, which borrows the name and the value.
    fn named(&self, name: &str) -> PJRT_NamedValue {
        type Union = PJRT_NamedValue__bindgen_ty_1;
        let (type_, value, value_size) = match self {
            OptionValue::Str(s) => (PJRT_NamedValue_Type::PJRT_NamedValue_kString, Union { string_value: s.as_ptr().cast() }, s.len()),
            OptionValue::Int(i) => (PJRT_NamedValue_Type::PJRT_NamedValue_kInt64, Union { int64_value: *i }, 1),
            OptionValue::IntList(l) => (PJRT_NamedValue_Type::PJRT_NamedValue_kInt64List, Union { int64_array_value: l.as_ptr() }, l.len()),
            OptionValue::Float(x) => (PJRT_NamedValue_Type::PJRT_NamedValue_kFloat, Union { float_value: *x }, 1),
            OptionValue::Bool(b) => (PJRT_NamedValue_Type::PJRT_NamedValue_kBool, Union { bool_value: *b }, 1),
        };
        args!(
            PJRT_NamedValue,
            PJRT_NamedValue_STRUCT_SIZE { name: name.as_ptr().cast(), name_size: name.len(), type_, __bindgen_anon_1: value, value_size }
        )
    }
}

impl Client {
    /// Makes a client of a plugin.
    ///
    /// # Errors
    /// If the plugin refuses, for example because of an unknown option, or without a device or memory.
    pub fn new(plugin: &'static Plugin, options: &ClientOptions) -> Result<Arc<Client>> {
        let api = plugin.api();
        let values = options.named_values();
        let mut args = args!(
            PJRT_Client_Create_Args,
            PJRT_Client_Create_Args_STRUCT_SIZE { create_options: values.as_ptr(), num_options: values.len() }
        );
        // SAFETY: the options outlive the call, and the plugin copies what it needs later.
        unsafe { call!(api, PJRT_Client_Create, &mut args) }
            .map_err(|e| e.while_doing(|| format!("making a client of `{}`", plugin.path().display())))?;
        let raw = NonNull::new(args.client).ok_or_else(|| Error::Protocol("PJRT_Client_Create gave no client".into()))?;
        // From here on, dropping `client` destroys it.
        let mut client = Client { plugin, raw, platform: String::new(), platform_version: String::new(), devices: vec![] };
        client.describe()?;
        if client.devices.is_empty() {
            return Err(Error::Protocol(format!("platform `{}` has no device that this process can use", client.platform)));
        }
        Ok(Arc::new(client))
    }

    /// The plugin of the client.
    pub fn plugin(&self) -> &'static Plugin {
        self.plugin
    }

    /// The plugin's name for the platform: `cpu`, `cuda`, `tpu`.
    pub fn platform(&self) -> &str {
        &self.platform
    }

    /// The platform's version, as the plugin words it.
    pub fn platform_version(&self) -> &str {
        &self.platform_version
    }

    /// The devices that this process can use; never empty.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.plugin.api()
    }

    pub(crate) fn raw(&self) -> *mut PJRT_Client {
        self.raw.as_ptr()
    }

    /// Asks the plugin for its names and devices.
    fn describe(&mut self) -> Result<()> {
        let (api, client) = (self.api(), self.raw.as_ptr());
        let mut name = args!(PJRT_Client_PlatformName_Args, PJRT_Client_PlatformName_Args_STRUCT_SIZE { client });
        let mut version = args!(PJRT_Client_PlatformVersion_Args, PJRT_Client_PlatformVersion_Args_STRUCT_SIZE { client });
        let mut devices = args!(PJRT_Client_AddressableDevices_Args, PJRT_Client_AddressableDevices_Args_STRUCT_SIZE { client });
        // SAFETY: the client is live. Its names and its list of devices live as long as the client.
        unsafe {
            call!(api, PJRT_Client_PlatformName, &mut name)?;
            call!(api, PJRT_Client_PlatformVersion, &mut version)?;
            call!(api, PJRT_Client_AddressableDevices, &mut devices)?;
            self.platform = text(name.platform_name, name.platform_name_size);
            self.platform_version = text(version.platform_version, version.platform_version_size);
            for &device in slice(devices.addressable_devices, devices.num_addressable_devices) {
                let raw = NonNull::new(device).ok_or_else(|| Error::Protocol("a device is null".into()))?;
                self.devices.push(Device { raw, kind: device_kind(api, raw)? });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pjrt client of {} ({} devices)", self.platform, self.devices.len())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut args = args!(PJRT_Client_Destroy_Args, PJRT_Client_Destroy_Args_STRUCT_SIZE { client: self.raw.as_ptr() });
        // SAFETY: the last user of the client is gone. A failure here cannot be reported.
        let _ = unsafe { call!(self.api(), PJRT_Client_Destroy, &mut args) };
    }
}

/// # Safety
/// `device` is a device of a live client.
unsafe fn device_kind(api: &Api, device: NonNull<PJRT_Device>) -> Result<String> {
    let mut description = args!(PJRT_Device_GetDescription_Args, PJRT_Device_GetDescription_Args_STRUCT_SIZE { device: device.as_ptr() });
    // SAFETY: the description and its texts live as long as the client.
    unsafe {
        call!(api, PJRT_Device_GetDescription, &mut description)?;
        let mut kind = args!(
            PJRT_DeviceDescription_Kind_Args,
            PJRT_DeviceDescription_Kind_Args_STRUCT_SIZE { device_description: description.device_description }
        );
        call!(api, PJRT_DeviceDescription_Kind, &mut kind)?;
        Ok(text(kind.device_kind, kind.device_kind_size))
    }
}
