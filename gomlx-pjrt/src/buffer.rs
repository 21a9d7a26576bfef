// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Buffers: tensors that a plugin holds, and transfers between them and the host.
//!
//! Invariants: a buffer's shape is what the plugin was told or has said; host
//! memory that the plugin may still read is kept alive until the plugin's event
//! says it is done; the plugin never writes host memory that we gave it.

use std::ptr::NonNull;
use std::sync::Arc;

use aligned_vec::AVec;
use gomlx_ir::{AlignedBytes, DType, HostTensor, Shape};
use pjrt_sys::*;

use crate::api::{args, call, slice};
use crate::error::{Error, Result};
use crate::{Client, element, event};

/// Below this many bytes, copying costs no more than the event that tells when the plugin is done.
const SMALL: usize = 4 << 10;

/// A tensor on a device.
pub struct PjrtBuffer {
    client: Arc<Client>,
    raw: NonNull<PJRT_Buffer>,
    shape: Shape,
    /// Which of the client's devices holds it.
    device: usize,
}

// SAFETY: PJRT requires that a buffer's functions can be called from any thread, at the same time.
unsafe impl Send for PjrtBuffer {}
// SAFETY: as above.
unsafe impl Sync for PjrtBuffer {}

impl Client {
    /// Brings a tensor to the client's first device.
    ///
    /// Large tensors are not copied by the CPU, which reads the tensor's own memory,
    /// and by other devices only once, into their memory; until then, the tensor is kept alive.
    ///
    /// # Errors
    /// If the plugin refuses, as for want of memory.
    pub fn upload(self: &Arc<Client>, tensor: &Arc<HostTensor>) -> Result<PjrtBuffer> {
        self.upload_to(0, tensor)
    }

    /// Brings a tensor to one of the client's devices, by its position.
    ///
    /// # Errors
    /// As [`Client::upload`]; if there is no such device.
    pub fn upload_to(self: &Arc<Client>, device: usize, tensor: &Arc<HostTensor>) -> Result<PjrtBuffer> {
        let Some(to) = self.devices().get(device) else {
            return Err(Error::Arguments(format!("device {device} is not one of the {} of the client", self.devices().len())));
        };
        let dims: Vec<i64> = tensor.dims().iter().map(|&n| n as i64).collect();
        let semantics = if tensor.bytes().len() < SMALL {
            PJRT_HostBufferSemantics::PJRT_HostBufferSemantics_kImmutableOnlyDuringCall
        } else {
            // Aliased by the CPU; as "until the transfer completes" on other devices.
            PJRT_HostBufferSemantics::PJRT_HostBufferSemantics_kImmutableZeroCopy
        };
        let mut args = args!(
            PJRT_Client_BufferFromHostBuffer_Args,
            PJRT_Client_BufferFromHostBuffer_Args_STRUCT_SIZE {
                client: self.raw(),
                data: tensor.bytes().as_ptr().cast(),
                type_: element::to_pjrt(tensor.dtype()),
                dims: dims.as_ptr(),
                num_dims: dims.len(),
                host_buffer_semantics: semantics,
                device: to.raw.as_ptr(),
            }
        );
        // SAFETY: client and device are live; the data has as many bytes as the shape needs, is
        // shared by the `Arc` and so not written, and is kept until the plugin is done with it.
        unsafe {
            call!(self.api(), PJRT_Client_BufferFromHostBuffer, &mut args)
                .map_err(|e| e.while_doing(|| format!("uploading {}", tensor.shape())))?;
            let buffer = PjrtBuffer::from_raw(self.clone(), args.buffer, tensor.shape(), device);
            event::keep_until(self.api(), args.done_with_host_buffer, tensor.clone())?;
            buffer
        }
    }
}

impl PjrtBuffer {
    /// # Safety
    /// `raw` is null or a buffer of the client with this shape on this device, and nobody else's.
    pub(crate) unsafe fn from_raw(client: Arc<Client>, raw: *mut PJRT_Buffer, shape: Shape, device: usize) -> Result<PjrtBuffer> {
        match NonNull::new(raw) {
            Some(raw) => Ok(PjrtBuffer { client, raw, shape, device }),
            None => Err(Error::Protocol(format!("a buffer of shape {shape} is null"))),
        }
    }

    /// Element type and dims.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The position of the device that holds it among those of its client.
    pub fn device(&self) -> usize {
        self.device
    }

    /// The client that holds it.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    pub(crate) fn raw(&self) -> *mut PJRT_Buffer {
        self.raw.as_ptr()
    }

    /// Copies it to host memory; waits for it to be computed.
    ///
    /// # Errors
    /// If computing it failed, or it was donated or deleted.
    pub fn to_host(&self) -> Result<HostTensor> {
        let mut bytes: AlignedBytes = AVec::with_capacity(64, self.shape.num_bytes());
        // With one axis or none there is one layout, so that memory of the CPU can be read as it
        // is: a loss comes back without a round trip through the plugin's threads.
        // Elements of four bits lie there two to a byte, which only the plugin's copy takes apart.
        let packed = matches!(self.shape.dtype, DType::Narrow(narrow) if narrow.bits() < 8);
        let readable = self.client.platform() == "cpu" && self.shape.rank() <= 1 && !packed;
        let copied = if readable { self.read(&mut bytes) } else { self.transfer(&mut bytes) };
        copied.map_err(|e| e.while_doing(|| format!("copying {} to the host", self.shape)))?;
        Ok(HostTensor::from_aligned(self.shape.dtype, &self.shape.sizes(), bytes, None)?)
    }

    /// Copies the elements to `bytes`, which is empty, from where they are: host memory, in row-major order.
    fn read(&self, bytes: &mut AlignedBytes) -> Result<()> {
        /// Keeps the memory from being freed or donated.
        struct Hold<'a>(&'a PjrtBuffer);
        impl Drop for Hold<'_> {
            fn drop(&mut self) {
                let mut args = args!(
                    PJRT_Buffer_DecreaseExternalReferenceCount_Args,
                    PJRT_Buffer_DecreaseExternalReferenceCount_Args_STRUCT_SIZE { buffer: self.0.raw() }
                );
                // SAFETY: the buffer is live, and its count was increased. A failure here has no one to tell.
                let _ = unsafe { call!(self.0.client.api(), PJRT_Buffer_DecreaseExternalReferenceCount, &mut args) };
            }
        }

        let (api, buffer) = (self.client.api(), self.raw());
        let mut ready = args!(PJRT_Buffer_ReadyEvent_Args, PJRT_Buffer_ReadyEvent_Args_STRUCT_SIZE { buffer });
        let mut hold =
            args!(PJRT_Buffer_IncreaseExternalReferenceCount_Args, PJRT_Buffer_IncreaseExternalReferenceCount_Args_STRUCT_SIZE { buffer });
        let mut memory =
            args!(PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args, PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args_STRUCT_SIZE { buffer });
        // SAFETY: the buffer is live. Its memory has the bytes that the shape needs, which were written
        // when it became ready, and are not written again while it is held.
        unsafe {
            call!(api, PJRT_Buffer_IncreaseExternalReferenceCount, &mut hold)?;
            let _hold = Hold(self);
            call!(api, PJRT_Buffer_ReadyEvent, &mut ready)?;
            event::wait(api, ready.event)?;
            call!(api, PJRT_Buffer_OpaqueDeviceMemoryDataPointer, &mut memory)?;
            bytes.extend_from_slice(slice(memory.device_memory_ptr.cast(), self.shape.num_bytes()));
        }
        Ok(())
    }

    /// Has the plugin copy the elements to `bytes`, which is empty.
    fn transfer(&self, bytes: &mut AlignedBytes) -> Result<()> {
        let len = self.shape.num_bytes();
        bytes.reserve(len);
        // Row-major, whatever the order on the device.
        let minor_to_major: Vec<i64> = (0..self.shape.rank() as i64).rev().collect();
        let tiled = args!(
            PJRT_Buffer_MemoryLayout_Tiled,
            PJRT_Buffer_MemoryLayout_Tiled_STRUCT_SIZE {
                minor_to_major: minor_to_major.as_ptr(),
                minor_to_major_size: minor_to_major.len(),
            }
        );
        let mut layout = args!(
            PJRT_Buffer_MemoryLayout,
            PJRT_Buffer_MemoryLayout_STRUCT_SIZE {
                __bindgen_anon_1: PJRT_Buffer_MemoryLayout__bindgen_ty_1 { tiled },
                type_: PJRT_Buffer_MemoryLayout_Type::PJRT_Buffer_MemoryLayout_Type_Tiled,
            }
        );
        let mut args = args!(
            PJRT_Buffer_ToHostBuffer_Args,
            PJRT_Buffer_ToHostBuffer_Args_STRUCT_SIZE {
                src: self.raw(),
                host_layout: &mut layout,
                dst: bytes.as_mut_ptr().cast(),
                dst_size: len,
            }
        );
        // SAFETY: the buffer is live; the destination has the bytes that the shape needs, all of
        // which are written when the event has fired without an error.
        unsafe {
            call!(self.client.api(), PJRT_Buffer_ToHostBuffer, &mut args)?;
            event::wait(self.client.api(), args.event)?;
            bytes.set_len(len);
        }
        Ok(())
    }

    /// Whether the elements are gone: donated, or deleted.
    ///
    /// # Errors
    /// If the plugin does not answer.
    pub fn is_deleted(&self) -> Result<bool> {
        let mut args = args!(PJRT_Buffer_IsDeleted_Args, PJRT_Buffer_IsDeleted_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the buffer is live.
        unsafe { call!(self.client.api(), PJRT_Buffer_IsDeleted, &mut args)? };
        Ok(args.is_deleted)
    }

    /// Frees the elements now, though the handle lives on; reading it is then an error.
    ///
    /// # Errors
    /// If the plugin does not answer.
    pub fn delete(&self) -> Result<()> {
        let mut args = args!(PJRT_Buffer_Delete_Args, PJRT_Buffer_Delete_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the buffer is live; the plugin waits for whoever still reads the elements.
        unsafe { call!(self.client.api(), PJRT_Buffer_Delete, &mut args) }
    }
}

impl Drop for PjrtBuffer {
    fn drop(&mut self) {
        let mut args = args!(PJRT_Buffer_Destroy_Args, PJRT_Buffer_Destroy_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the last user of the handle is gone. A failure here has no one to tell.
        let _ = unsafe { call!(self.client.api(), PJRT_Buffer_Destroy, &mut args) };
    }
}
