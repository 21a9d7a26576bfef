// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Buffers: tensors in a plugin's memory, and transfers between them and the host.
//!
//! Invariants: the plugin agrees with a buffer's shape, because gomlx passed the shape to it or got it from it. Host
//! memory that the plugin may still read stays alive until the plugin's event says that it is done. The plugin never
//! writes host memory that gomlx gave to it.

use std::ptr::NonNull;
use std::sync::Arc;

use aligned_vec::AVec;
use gomlx_ir::{AlignedBytes, DType, HostTensor, Shape};
use pjrt_sys::*;

use crate::api::{args, call, slice};
use crate::error::{Error, Result};
use crate::{Client, element, event};

/// Below this number of bytes, a copy costs no more than the event that reports the end of the transfer.
const SMALL: usize = 4 << 10;

/// A tensor on a device.
pub struct PjrtBuffer {
    client: Arc<Client>,
    raw: NonNull<PJRT_Buffer>,
    shape: Shape,
    /// The position of its device among the client's devices.
    device: usize,
}

// SAFETY: PJRT requires that a buffer's functions can be called from several threads at the same time.
unsafe impl Send for PjrtBuffer {}
// SAFETY: see `Send`.
unsafe impl Sync for PjrtBuffer {}

impl Client {
    /// Uploads a tensor to the client's first device.
    ///
    /// The CPU does not copy a large tensor, but reads the tensor's own memory. Other devices copy it once, to their
    /// memory. The tensor stays alive until then.
    ///
    /// # Errors
    /// If the plugin refuses, for example because memory runs out.
    pub fn upload(self: &Arc<Client>, tensor: &Arc<HostTensor>) -> Result<PjrtBuffer> {
        self.upload_to(0, tensor)
    }

    /// Uploads a tensor to the client's device at a position.
    ///
    /// # Errors
    /// See [`Client::upload`]; also if there is no such device.
    pub fn upload_to(self: &Arc<Client>, device: usize, tensor: &Arc<HostTensor>) -> Result<PjrtBuffer> {
        let Some(to) = self.devices().get(device) else {
            return Err(Error::Arguments(format!("device {device} is not one of the {} of the client", self.devices().len())));
        };
        let dims: Vec<i64> = tensor.dims().iter().map(|&n| n as i64).collect();
        let semantics = if tensor.bytes().len() < SMALL {
            PJRT_HostBufferSemantics::PJRT_HostBufferSemantics_kImmutableOnlyDuringCall
        } else {
            // The CPU aliases the memory. Other devices read it until the transfer completes.
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
        // SAFETY: client and device are live. The data has as many bytes as the shape needs. The `Arc` shares it, so
        // nobody writes it, and keeps it until the plugin is done with it.
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
    /// `raw` is null, or a buffer of the client with this shape on this device that nobody else owns.
    pub(crate) unsafe fn from_raw(client: Arc<Client>, raw: *mut PJRT_Buffer, shape: Shape, device: usize) -> Result<PjrtBuffer> {
        match NonNull::new(raw) {
            Some(raw) => Ok(PjrtBuffer { client, raw, shape, device }),
            None => Err(Error::Protocol(format!("a buffer of shape {shape} is null"))),
        }
    }

    /// The element type and dims.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The position of its device among the client's devices.
    pub fn device(&self) -> usize {
        self.device
    }

    /// The client that owns the buffer.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    pub(crate) fn raw(&self) -> *mut PJRT_Buffer {
        self.raw.as_ptr()
    }

    /// Copies the tensor to host memory, after waiting until it is computed.
    ///
    /// # Errors
    /// If computing it failed, or if it was donated or deleted.
    pub fn to_host(&self) -> Result<HostTensor> {
        let mut bytes: AlignedBytes = AVec::with_capacity(64, self.shape.num_bytes());
        // A tensor with at most one axis has only one layout, so CPU memory can be read directly. A loss then comes
        // back without a round trip through the plugin's threads. Two elements of four bits share a byte, which only
        // the plugin's copy unpacks.
        let packed = matches!(self.shape.dtype, DType::Narrow(narrow) if narrow.bits() < 8);
        let readable = self.client.platform() == "cpu" && self.shape.rank() <= 1 && !packed;
        let copied = if readable { self.read(&mut bytes) } else { self.transfer(&mut bytes) };
        copied.map_err(|e| e.while_doing(|| format!("copying {} to the host", self.shape)))?;
        Ok(HostTensor::from_aligned(self.shape.dtype, &self.shape.sizes(), bytes, None)?)
    }

    /// Copies the elements from host memory in row-major order to `bytes`, which must be empty.
    fn read(&self, bytes: &mut AlignedBytes) -> Result<()> {
        /// Keeps the memory from being freed or donated.
        struct Hold<'a>(&'a PjrtBuffer);
        impl Drop for Hold<'_> {
            fn drop(&mut self) {
                let mut args = args!(
                    PJRT_Buffer_DecreaseExternalReferenceCount_Args,
                    PJRT_Buffer_DecreaseExternalReferenceCount_Args_STRUCT_SIZE { buffer: self.0.raw() }
                );
                // SAFETY: the buffer is live, and its count was increased. A failure here cannot be reported.
                let _ = unsafe { call!(self.0.client.api(), PJRT_Buffer_DecreaseExternalReferenceCount, &mut args) };
            }
        }

        let (api, buffer) = (self.client.api(), self.raw());
        let mut ready = args!(PJRT_Buffer_ReadyEvent_Args, PJRT_Buffer_ReadyEvent_Args_STRUCT_SIZE { buffer });
        let mut hold =
            args!(PJRT_Buffer_IncreaseExternalReferenceCount_Args, PJRT_Buffer_IncreaseExternalReferenceCount_Args_STRUCT_SIZE { buffer });
        let mut memory =
            args!(PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args, PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args_STRUCT_SIZE { buffer });
        // SAFETY: the buffer is live. Its memory has the bytes that the shape needs. They were written when the buffer
        // became ready, and nobody writes them again while the buffer is held.
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

    /// Lets the plugin copy the elements to `bytes`, which must be empty.
    fn transfer(&self, bytes: &mut AlignedBytes) -> Result<()> {
        let len = self.shape.num_bytes();
        bytes.reserve(len);
        // The copy is row-major, whatever the order on the device.
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
        // SAFETY: the buffer is live. The destination has the bytes that the shape needs, and all of them are written
        // when the event fires without an error.
        unsafe {
            call!(self.client.api(), PJRT_Buffer_ToHostBuffer, &mut args)?;
            event::wait(self.client.api(), args.event)?;
            bytes.set_len(len);
        }
        Ok(())
    }

    /// Whether the elements are gone, because the buffer was donated or deleted.
    ///
    /// # Errors
    /// If the plugin does not answer.
    pub fn is_deleted(&self) -> Result<bool> {
        let mut args = args!(PJRT_Buffer_IsDeleted_Args, PJRT_Buffer_IsDeleted_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the buffer is live.
        unsafe { call!(self.client.api(), PJRT_Buffer_IsDeleted, &mut args)? };
        Ok(args.is_deleted)
    }

    /// Frees the elements now. The handle stays valid, but reading it is an error.
    ///
    /// # Errors
    /// If the plugin does not answer.
    pub fn delete(&self) -> Result<()> {
        let mut args = args!(PJRT_Buffer_Delete_Args, PJRT_Buffer_Delete_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the buffer is live. The plugin waits for anyone who still reads the elements.
        unsafe { call!(self.client.api(), PJRT_Buffer_Delete, &mut args) }
    }
}

impl Drop for PjrtBuffer {
    fn drop(&mut self) {
        let mut args = args!(PJRT_Buffer_Destroy_Args, PJRT_Buffer_Destroy_Args_STRUCT_SIZE { buffer: self.raw() });
        // SAFETY: the last user of the handle is gone. A failure here cannot be reported.
        let _ = unsafe { call!(self.client.api(), PJRT_Buffer_Destroy, &mut args) };
    }
}
