// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Converts between the element types of gomlx and PJRT.

use gomlx_ir::{DType, Narrow};
use pjrt_sys::PJRT_Buffer_Type;

/// PJRT's constant for an element type.
pub(crate) fn to_pjrt(dtype: DType) -> PJRT_Buffer_Type {
    match dtype {
        DType::Bool => PJRT_Buffer_Type::PJRT_Buffer_Type_PRED,
        DType::I8 => PJRT_Buffer_Type::PJRT_Buffer_Type_S8,
        DType::I16 => PJRT_Buffer_Type::PJRT_Buffer_Type_S16,
        DType::I32 => PJRT_Buffer_Type::PJRT_Buffer_Type_S32,
        DType::I64 => PJRT_Buffer_Type::PJRT_Buffer_Type_S64,
        DType::U8 => PJRT_Buffer_Type::PJRT_Buffer_Type_U8,
        DType::U16 => PJRT_Buffer_Type::PJRT_Buffer_Type_U16,
        DType::U32 => PJRT_Buffer_Type::PJRT_Buffer_Type_U32,
        DType::U64 => PJRT_Buffer_Type::PJRT_Buffer_Type_U64,
        DType::F16 => PJRT_Buffer_Type::PJRT_Buffer_Type_F16,
        DType::BF16 => PJRT_Buffer_Type::PJRT_Buffer_Type_BF16,
        DType::F32 => PJRT_Buffer_Type::PJRT_Buffer_Type_F32,
        DType::F64 => PJRT_Buffer_Type::PJRT_Buffer_Type_F64,
        DType::Narrow(narrow) => match narrow {
            Narrow::I2 => PJRT_Buffer_Type::PJRT_Buffer_Type_S2,
            Narrow::U2 => PJRT_Buffer_Type::PJRT_Buffer_Type_U2,
            Narrow::F6E2M3FN => PJRT_Buffer_Type::PJRT_Buffer_Type_F6E2M3FN,
            Narrow::F6E3M2FN => PJRT_Buffer_Type::PJRT_Buffer_Type_F6E3M2FN,
            Narrow::I4 => PJRT_Buffer_Type::PJRT_Buffer_Type_S4,
            Narrow::U4 => PJRT_Buffer_Type::PJRT_Buffer_Type_U4,
            Narrow::F4E2M1FN => PJRT_Buffer_Type::PJRT_Buffer_Type_F4E2M1FN,
            Narrow::F8E3M4 => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E3M4,
            Narrow::F8E4M3 => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E4M3,
            Narrow::F8E4M3B11FNUZ => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E4M3B11FNUZ,
            Narrow::F8E4M3FN => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E4M3FN,
            Narrow::F8E4M3FNUZ => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E4M3FNUZ,
            Narrow::F8E5M2 => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E5M2,
            Narrow::F8E5M2FNUZ => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E5M2FNUZ,
            Narrow::F8E8M0FNU => PJRT_Buffer_Type::PJRT_Buffer_Type_F8E8M0FNU,
        },
        DType::C64 => PJRT_Buffer_Type::PJRT_Buffer_Type_C64,
        DType::C128 => PJRT_Buffer_Type::PJRT_Buffer_Type_C128,
    }
}

/// The element type of a PJRT constant, or `None` if gomlx does not have it.
pub(crate) fn from_pjrt(element: PJRT_Buffer_Type) -> Option<DType> {
    DType::ALL.into_iter().find(|&dtype| to_pjrt(dtype) == element)
}
