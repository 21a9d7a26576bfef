// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Values in emitted code: one element, or several elements in 128-bit vectors.
//!
//! A scalar holds a 16-bit float as the equal `f32`, a boolean as a byte of 0 or 1, and any other element as itself. A
//! vector holds 8- and 16-bit integers in lanes of 32 bits, and booleans as masks in lanes of 32 bits.

use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, condcodes::IntCC, types};
use cranelift_frontend::FunctionBuilder;
use gomlx_ir::DType;
use smallvec::{SmallVec, smallvec};

/// The number of elements of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Scalar,
    /// 4 or 8 elements; 16 if all elements have 4 bytes.
    Lanes(usize),
}

/// The vectors, or the one scalar, that hold a value.
pub(super) type Val = SmallVec<[Value; 4]>;

/// Emits code for values of one width.
pub(super) struct Emit<'a, 'f> {
    pub(super) b: &'a mut FunctionBuilder<'f>,
    pub(super) width: Width,
    /// Whether 16-bit floats are rounded only when they are stored.
    pub(super) keep_f32: bool,
}

/// Flags of memory accesses that are in bounds and may be unaligned.
pub(super) fn memory() -> MemFlagsData {
    let mut flags = MemFlagsData::new();
    flags.set_notrap();
    flags
}

pub(super) fn bits_of_lanes() -> MemFlagsData {
    MemFlagsData::new().with_endianness(Endianness::Little)
}

/// The type of a scalar, or of a vector's lanes.
pub(super) fn element_type(dtype: DType, width: Width) -> Type {
    let narrow = matches!(width, Width::Lanes(_));
    match dtype {
        DType::F16 | DType::BF16 | DType::F32 => types::F32,
        DType::F64 => types::F64,
        DType::I64 | DType::U64 => types::I64,
        DType::I32 | DType::U32 => types::I32,
        _ if narrow => types::I32,
        DType::I16 | DType::U16 => types::I16,
        DType::Bool | DType::I8 | DType::U8 => types::I8,
        // Loops move narrow elements as bytes.
        DType::Narrow(_) => types::I8,
        DType::C64 | DType::C128 => unreachable!("loops have no complex numbers"),
    }
}

/// Bytes of an element in scratch memory.
pub(super) fn slot_size(dtype: DType) -> usize {
    element_type(dtype, Width::Scalar).bytes() as usize
}

impl Emit<'_, '_> {
    /// The type of each part of a value.
    pub(super) fn part_type(&self, dtype: DType) -> Type {
        let element = element_type(dtype, self.width);
        match self.width {
            Width::Scalar => element,
            Width::Lanes(_) => element.by(16 / element.bytes()).expect("128-bit vectors exist of every lane type"),
        }
    }

    /// Number of parts of a value.
    pub(super) fn parts(&self, dtype: DType) -> usize {
        match self.width {
            Width::Scalar => 1,
            Width::Lanes(n) => n * element_type(dtype, self.width).bytes() as usize / 16,
        }
    }

    pub(super) fn map(&mut self, x: &Val, mut f: impl FnMut(&mut FunctionBuilder<'_>, Value) -> Value) -> Val {
        x.iter().map(|&x| f(self.b, x)).collect()
    }

    pub(super) fn zip(&mut self, x: &Val, y: &Val, mut f: impl FnMut(&mut FunctionBuilder<'_>, Value, Value) -> Value) -> Val {
        x.iter().zip(y).map(|(&x, &y)| f(self.b, x, y)).collect()
    }

    /// Reads the bits of a value as another type with lanes of the same size.
    pub(super) fn cast(&mut self, x: &Val, to: DType) -> Val {
        let to = self.part_type(to);
        self.map(x, |b, x| if b.func.dfg.value_type(x) == to { x } else { b.ins().bitcast(to, bits_of_lanes(), x) })
    }

    /// Copies one scalar to every lane.
    pub(super) fn splat(&mut self, x: Value, dtype: DType) -> Val {
        let (part, parts) = (self.part_type(dtype), self.parts(dtype));
        if self.width == Width::Scalar {
            return smallvec![x];
        }
        let x = self.lane(x, dtype);
        let one = self.b.ins().splat(part, x);
        smallvec![one; parts]
    }

    /// Converts a scalar to the form of a vector's lane.
    pub(super) fn lane(&mut self, x: Value, dtype: DType) -> Value {
        match dtype {
            DType::Bool => {
                let wide = self.b.ins().uextend(types::I32, x);
                self.b.ins().ineg(wide)
            }
            DType::I8 | DType::I16 => self.b.ins().sextend(types::I32, x),
            DType::U8 | DType::U16 | DType::Narrow(_) => self.b.ins().uextend(types::I32, x),
            _ => x,
        }
    }

    /// A constant, given by the bits of its element in memory.
    pub(super) fn constant(&mut self, bits: u64, dtype: DType) -> Val {
        let ty = element_type(dtype, self.width);
        let bits = match dtype {
            DType::F16 => u64::from(half::f16::from_bits(bits as u16).to_f32().to_bits()),
            DType::BF16 => u64::from(half::bf16::from_bits(bits as u16).to_f32().to_bits()),
            DType::Bool if self.width != Width::Scalar => bits.wrapping_neg(),
            DType::I8 | DType::I16 if self.width != Width::Scalar => {
                let sign = 64 - 8 * dtype.size();
                ((bits << sign) as i64 >> sign) as u64
            }
            _ => bits,
        };
        if self.width != Width::Scalar {
            // Loads the constant from memory: to make it in registers takes three instructions, which Cranelift leaves
            // inside loops.
            let lane = &bits.to_le_bytes()[..ty.bytes() as usize];
            let data = self.b.func.dfg.constants.insert(lane.repeat(16 / lane.len()).into());
            let part = self.part_type(dtype);
            let vector = self.b.ins().vconst(part, data);
            return smallvec![vector; self.parts(dtype)];
        }
        let scalar = match ty {
            types::F32 => self.b.ins().f32const(f32::from_bits(bits as u32)),
            types::F64 => self.b.ins().f64const(f64::from_bits(bits)),
            _ => {
                let sign = 64 - ty.bits();
                self.b.ins().iconst(ty, (bits << sign) as i64 >> sign)
            }
        };
        smallvec![scalar]
    }

    /// A constant of a float type.
    pub(super) fn number(&mut self, x: f64, dtype: DType) -> Val {
        match dtype {
            DType::F64 => self.constant(x.to_bits(), DType::F64),
            _ => self.constant(u64::from((x as f32).to_bits()), DType::F32),
        }
    }

    /// An integer constant with lanes as wide as the lanes of `like`.
    pub(super) fn int_like(&mut self, x: i64, like: DType) -> Val {
        let int = self.int_type(like);
        self.constant(x as u64, int)
    }

    /// The integer type with lanes as wide as the lanes of `dtype`.
    pub(super) fn int_type(&self, dtype: DType) -> DType {
        match element_type(dtype, self.width).bytes() {
            8 => DType::I64,
            4 => DType::I32,
            2 => DType::I16,
            _ => DType::I8,
        }
    }

    /// A boolean from the masks of a comparison. Narrows masks of 64-bit lanes to 32 bits.
    pub(super) fn mask(&mut self, x: Val) -> Val {
        if self.width == Width::Scalar || self.b.func.dfg.value_type(x[0]) == types::I32X4 {
            return x;
        }
        self.narrow_lanes(&x)
    }

    /// Packs the low halves of 64-bit lanes into 32-bit lanes.
    pub(super) fn narrow_lanes(&mut self, x: &Val) -> Val {
        let low: [u8; 16] = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
        let order = self.b.func.dfg.immediates.push(low.as_slice().into());
        x.chunks(2)
            .map(|pair| {
                let a = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), pair[0]);
                let c = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), pair[1]);
                let packed = self.b.ins().shuffle(a, c, order);
                self.b.ins().bitcast(types::I32X4, bits_of_lanes(), packed)
            })
            .collect()
    }

    /// Extends 32-bit lanes to 64 bits.
    pub(super) fn widen_lanes(&mut self, x: &Val, signed: bool) -> Val {
        x.iter()
            .flat_map(|&x| match signed {
                true => [self.b.ins().swiden_low(x), self.b.ins().swiden_high(x)],
                false => [self.b.ins().uwiden_low(x), self.b.ins().uwiden_high(x)],
            })
            .collect()
    }

    /// Chooses `x` or `y` per lane by the boolean `p`.
    pub(super) fn select(&mut self, p: &Val, x: &Val, y: &Val, dtype: DType) -> Val {
        if self.width == Width::Scalar {
            return smallvec![self.b.ins().select(p[0], x[0], y[0])];
        }
        let wide = element_type(dtype, self.width).bytes() == 8;
        let p = if wide { self.widen_lanes(p, true) } else { p.clone() };
        self.blend(&p, x, y, dtype)
    }

    /// Chooses `x` or `y` per lane by the masks `p`, which have the width of the lanes.
    pub(super) fn blend(&mut self, p: &Val, x: &Val, y: &Val, dtype: DType) -> Val {
        if self.width == Width::Scalar {
            return smallvec![self.b.ins().select(p[0], x[0], y[0])];
        }
        let p = self.cast(p, dtype);
        p.iter().zip(x.iter().zip(y)).map(|(&p, (&x, &y))| self.b.ins().bitselect(p, x, y)).collect()
    }

    /// Loads consecutive elements. With `slot`, the elements are in scratch memory, where 16-bit floats are `f32`.
    pub(super) fn load(&mut self, at: Value, dtype: DType, slot: bool) -> Val {
        let flags = memory();
        let n = match self.width {
            Width::Scalar => return smallvec![self.load_scalar(at, dtype, slot)],
            Width::Lanes(n) => n,
        };
        let parts = self.parts(dtype);
        match dtype {
            DType::F16 | DType::BF16 if !slot => {
                let bits = (0..parts).map(|i| self.b.ins().uload16x4(flags, at, 8 * i as i32)).collect::<SmallVec<[Value; 4]>>();
                let bits = self.widen_16(&bits, false);
                self.widen_half(&bits, dtype)
            }
            DType::I16 | DType::U16 => {
                let halves = (0..parts).map(|i| self.b.ins().uload16x4(flags, at, 8 * i as i32)).collect();
                self.widen_16(&halves, dtype == DType::I16)
            }
            DType::Bool | DType::I8 | DType::U8 | DType::Narrow(_) => {
                let signed = dtype == DType::I8;
                let x = self.load_bytes(at, n, signed);
                match dtype {
                    DType::Bool => {
                        let zero = self.constant(0, DType::I32);
                        self.zip(&x, &zero, |b, x, z| b.ins().icmp(IntCC::NotEqual, x, z))
                    }
                    _ => x,
                }
            }
            _ => {
                let ty = self.part_type(dtype);
                (0..parts).map(|i| self.b.ins().load(ty, flags, at, 16 * i as i32)).collect()
            }
        }
    }

    /// Sign-extends the 32-bit lanes that `uload16x4` gives, if they are signed.
    fn widen_16(&mut self, x: &Val, signed: bool) -> Val {
        if !signed {
            return x.clone();
        }
        self.map(x, |b, x| {
            let up = b.ins().ishl_imm_u(x, 16);
            b.ins().sshr_imm_u(up, 16)
        })
    }

    fn load_bytes(&mut self, at: Value, n: usize, signed: bool) -> Val {
        let flags = memory();
        let halves = if n == 8 {
            self.b.ins().uload8x8(flags, at, 0)
        } else {
            let four = self.b.ins().load(types::I32, flags, at, 0);
            let four = self.b.ins().scalar_to_vector(types::I32X4, four);
            let bytes = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), four);
            self.b.ins().uwiden_low(bytes)
        };
        let mut x: Val = smallvec![self.b.ins().uwiden_low(halves)];
        if n == 8 {
            x.push(self.b.ins().uwiden_high(halves));
        }
        if !signed {
            return x;
        }
        self.map(&x, |b, x| {
            let up = b.ins().ishl_imm_u(x, 24);
            b.ins().sshr_imm_u(up, 24)
        })
    }

    /// Loads one element as a scalar.
    pub(super) fn load_scalar(&mut self, at: Value, dtype: DType, slot: bool) -> Value {
        let flags = memory();
        if matches!(dtype, DType::F16 | DType::BF16) && !slot {
            let bits = self.b.ins().uload16(types::I32, flags, at, 0);
            let width = std::mem::replace(&mut self.width, Width::Scalar);
            let x = self.widen_half(&smallvec![bits], dtype);
            self.width = width;
            return x[0];
        }
        self.b.ins().load(element_type(dtype, Width::Scalar), flags, at, 0)
    }

    /// Loads elements `step` bytes apart.
    pub(super) fn load_strided(&mut self, at: Value, step: i64, dtype: DType) -> Val {
        let Width::Lanes(n) = self.width else { return smallvec![self.load_scalar(at, dtype, false)] };
        let (part, parts) = (self.part_type(dtype), self.parts(dtype));
        let per_part = n / parts;
        (0..parts)
            .map(|part_index| {
                let mut vector = None;
                for lane in 0..per_part {
                    let at = self.b.ins().iadd_imm_s(at, (part_index * per_part + lane) as i64 * step);
                    let x = self.load_scalar(at, dtype, false);
                    let x = self.lane(x, dtype);
                    vector = Some(match vector {
                        None => self.b.ins().splat(part, x),
                        Some(v) => self.b.ins().insertlane(v, x, lane as u8),
                    });
                }
                vector.expect("a vector has lanes")
            })
            .collect()
    }

    /// The bits of 16-bit floats as they are stored in memory.
    fn halves(&mut self, x: &Val, dtype: DType) -> Val {
        let x = self.in_memory(x, dtype);
        self.narrow_half(&x, dtype)
    }

    /// Stores consecutive elements. `slot` has the meaning that it has in [`Emit::load`].
    pub(super) fn store(&mut self, x: &Val, at: Value, dtype: DType, slot: bool) {
        let flags = memory();
        let half = matches!(dtype, DType::F16 | DType::BF16) && !slot;
        if self.width == Width::Scalar {
            let x = if half { self.halves(x, dtype) } else { x.clone() };
            if half {
                self.b.ins().istore16(flags, x[0], at, 0);
            } else {
                self.b.ins().store(flags, x[0], at, 0);
            }
            return;
        }
        let x = if half { self.halves(x, dtype) } else { x.clone() };
        match dtype {
            DType::F16 | DType::BF16 if half => self.store_16(&x, at),
            DType::I16 | DType::U16 => {
                let low = self.constant(0xffff, DType::I32);
                let x = self.zip(&x, &low, |b, x, m| b.ins().band(x, m));
                self.store_16(&x, at);
            }
            DType::Bool | DType::I8 | DType::U8 | DType::Narrow(_) => {
                let low = self.constant(if dtype == DType::Bool { 1 } else { 0xff }, DType::I32);
                let x = self.zip(&x, &low, |b, x, m| b.ins().band(x, m));
                let halves = self.b.ins().snarrow(x[0], *x.last().expect("a value has parts"));
                let bytes = self.b.ins().unarrow(halves, halves);
                self.store_low(bytes, if x.len() == 2 { types::I64X2 } else { types::I32X4 }, at);
            }
            _ => {
                for (i, &part) in x.iter().enumerate() {
                    self.b.ins().store(flags, part, at, 16 * i as i32);
                }
            }
        }
    }

    /// Stores the low halves of 32-bit lanes. The lanes hold 16-bit numbers.
    fn store_16(&mut self, x: &Val, at: Value) {
        let halves = self.b.ins().unarrow(x[0], *x.last().expect("a value has parts"));
        if x.len() == 2 {
            self.b.ins().store(memory(), halves, at, 0);
        } else {
            self.store_low(halves, types::I64X2, at);
        }
    }

    /// Stores the first lane of a vector that is read as type `lanes`.
    fn store_low(&mut self, x: Value, lanes: Type, at: Value) {
        let x = self.b.ins().bitcast(lanes, bits_of_lanes(), x);
        let low = self.b.ins().extractlane(x, 0u8);
        self.b.ins().store(memory(), low, at, 0);
    }
}
