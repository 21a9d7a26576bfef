// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Printing tensors: the elements and the shape; only the shape of a handle.

use std::fmt;

use gomlx_ir::Element;

use super::any::Repr;
use super::{AnyTensor, Tensor};
use crate::debug;

impl<T: Element> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(&self.any, f)
    }
}

impl<T: Element> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(&self.any, f)
    }
}

impl fmt::Debug for AnyTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(self, f)
    }
}

fn write_tensor(tensor: &AnyTensor, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &tensor.repr {
        Repr::Concrete(_) => match tensor.to_host() {
            Ok(host) => {
                fmt::Display::fmt(&*host, f)?;
                write!(f, " {tensor}")
            }
            Err(e) => write!(f, "{tensor} ({e})"),
        },
        Repr::Traced(_) => match debug::mention(tensor, f.precision()) {
            Some(mark) => f.write_str(&mark),
            None => write!(f, "{tensor} (traced)"),
        },
        Repr::Absent => write!(f, "{tensor} (not differentiated)"),
        Repr::Lost(call) => write!(f, "{tensor} (lost in `{call}`)"),
    }
}
