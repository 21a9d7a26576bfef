// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Events, by which a plugin reports that asynchronous work is done or has failed.
//!
//! Invariant: an event is destroyed exactly once, by the waiting function or by its callback.

use std::ffi::c_void;

use pjrt_sys::*;

use crate::api::{Api, args, call};
use crate::error::Result;

/// Waits for an event and destroys it. If the work failed, returns its error.
///
/// # Safety
/// `event` is null (then there is nothing to wait for), or a live event of this plugin that nobody else destroys.
pub(crate) unsafe fn wait(api: &Api, event: *mut PJRT_Event) -> Result<()> {
    if event.is_null() {
        return Ok(());
    }
    let mut wait = args!(PJRT_Event_Await_Args, PJRT_Event_Await_Args_STRUCT_SIZE { event });
    let mut destroy = args!(PJRT_Event_Destroy_Args, PJRT_Event_Destroy_Args_STRUCT_SIZE { event });
    // SAFETY: the event is live until it is destroyed here.
    unsafe {
        let waited = call!(api, PJRT_Event_Await, &mut wait);
        let destroyed = call!(api, PJRT_Event_Destroy, &mut destroy);
        waited.and(destroyed)
    }
}

/// Keeps a value alive until an event fires. The thread that fires the event drops it.
///
/// # Safety
/// See [`wait`].
pub(crate) unsafe fn keep_until<T: Send + 'static>(api: &'static Api, event: *mut PJRT_Event, value: T) -> Result<()> {
    struct Kept<T> {
        api: &'static Api,
        event: *mut PJRT_Event,
        _value: T,
    }

    unsafe extern "C" fn fired<T>(error: *mut PJRT_Error, kept: *mut c_void) {
        // SAFETY: `kept` is the box that was given to `PJRT_Event_OnReady`, which calls back once.
        let kept = unsafe { Box::from_raw(kept.cast::<Kept<T>>()) };
        let mut destroy = args!(PJRT_Event_Destroy_Args, PJRT_Event_Destroy_Args_STRUCT_SIZE { event: kept.event });
        // SAFETY: the callback owns the error and, as the last user, the event. The buffer of a failed transfer reports
        // the failure, so it need not be reported here.
        unsafe {
            let _ = kept.api.check("PJRT_Event_OnReady", error);
            let _ = call!(kept.api, PJRT_Event_Destroy, &mut destroy);
        }
    }

    if event.is_null() {
        return Ok(());
    }
    let kept = Box::into_raw(Box::new(Kept { api, event, _value: value }));
    let mut args =
        args!(PJRT_Event_OnReady_Args, PJRT_Event_OnReady_Args_STRUCT_SIZE { event, callback: Some(fired::<T>), user_arg: kept.cast() });
    // SAFETY: the event is live, and the callback frees `kept`. If the registration fails, the callback does not run
    // and `kept` is leaked, because the plugin may still read the value.
    unsafe { call!(api, PJRT_Event_OnReady, &mut args) }
}
