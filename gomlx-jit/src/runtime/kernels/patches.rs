// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tiles of a convolution's patch matrix, gathered from the input.
//!
//! A row of the matrix is an output position; a column is a kernel position with an input feature. In each spatial dim
//! they determine one input coordinate, `output * window_stride + kernel * rhs_dilation - pad_low`. A patch has zeros
//! where the coordinate is outside the input or between its dilated elements. One side of the matrix (rows or columns)
//! is contiguous in scratch. For each index of the other side, it is gathered in runs along its innermost dim.

use std::ops::Range;

use super::conv::ConvSpec;
use crate::runtime::cast::View;
use crate::runtime::elem::multiversion;

const MAX_SPATIAL: usize = 8;

/// A plan to gather patches from the input.
#[derive(Clone, Debug)]
pub(crate) struct Patches {
    elem_size: usize,
    rows: Side,
    cols: Side,
    /// Whether columns are contiguous in scratch, else rows.
    cols_inner: bool,
    axes: Vec<Axis>,
}

/// One spatial dim of the input.
#[derive(Clone, Copy, Debug)]
struct Axis {
    limit: isize,
    dilation: isize,
    stride: isize,
    /// The input coordinate of output 0 and kernel 0.
    origin: isize,
}

/// The dims of rows or of columns, outermost first.
#[derive(Clone, Debug)]
struct Side {
    dims: Vec<SideDim>,
    /// Number of elements of a run.
    run: usize,
    /// Whether the two innermost dims, a spatial dim and contiguous features, form one run.
    fused: bool,
}

#[derive(Clone, Copy, Debug)]
struct SideDim {
    size: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Batch or feature: a stride in the input.
    Plain(isize),
    /// A spatial dim: its axis, and the start and step of the coordinate.
    Spatial { axis: usize, start: isize, step: isize },
}

/// The coordinates in all spatial dims, and the offset of the plain dims.
#[derive(Clone, Copy)]
struct Place {
    at: [isize; MAX_SPATIAL],
    offset: isize,
}

impl Patches {
    /// Plans the patches of a convolution. `rows` and `cols` list the dims of each side, outermost first: the number of
    /// a spatial dim, or `None` for batch or feature. They may leave out dims of size one.
    pub(crate) fn new(spec: &ConvSpec, batch: usize, rows: &[Option<usize>], cols: &[Option<usize>]) -> Patches {
        assert!(spec.spatial.len() <= MAX_SPATIAL, "convolutions have at most {MAX_SPATIAL} spatial dims");
        let axes: Vec<Axis> = spec
            .spatial
            .iter()
            .map(|d| {
                let dilation = d.lhs_dilation as isize;
                let limit = (d.input as isize - 1) * dilation + 1;
                Axis { limit: limit.max(0), dilation, stride: d.x, origin: -d.pad_low as isize }
            })
            .collect();
        let row = |s: &Option<usize>| match *s {
            None => SideDim { size: batch, kind: Kind::Plain(spec.x[0]) },
            Some(axis) => {
                let d = &spec.spatial[axis];
                SideDim { size: d.output, kind: Kind::Spatial { axis, start: 0, step: d.window_stride as isize } }
            }
        };
        let col = |s: &Option<usize>| match *s {
            None => SideDim { size: spec.in_features, kind: Kind::Plain(spec.x[1]) },
            Some(axis) => {
                let d = &spec.spatial[axis];
                let step = d.rhs_dilation as isize;
                let (start, step) = if d.reversed { ((d.kernel as isize - 1) * step, -step) } else { (0, step) };
                SideDim { size: d.kernel, kind: Kind::Spatial { axis, start, step } }
            }
        };
        let rows = Side::new(rows.iter().map(row).collect(), &axes);
        let cols = Side::new(cols.iter().map(col).collect(), &axes);
        let cols_inner = cols.contiguity(&axes) >= rows.contiguity(&axes);
        Patches { elem_size: spec.input.size(), rows, cols, cols_inner, axes }
    }

    /// The number of rows of a tile should be a multiple of this.
    pub(crate) fn run(&self) -> usize {
        if self.cols_inner { 1 } else { self.rows.run }
    }

    /// Gathers the tile of `rows` and `cols` into `scratch` and returns its view.
    ///
    /// # Safety
    /// `x` is the input of the description, and `scratch` has room for the tile.
    pub(crate) unsafe fn gather(&self, x: *const u8, rows: Range<usize>, cols: Range<usize>, scratch: *mut u8) -> View {
        // SAFETY: as the caller promised; each type has the size of the input's elements.
        unsafe {
            match self.elem_size {
                1 => gather::<u8>(self, x.cast(), rows.clone(), cols.clone(), scratch.cast()),
                2 => gather::<u16>(self, x.cast(), rows.clone(), cols.clone(), scratch.cast()),
                4 => gather::<u32>(self, x.cast(), rows.clone(), cols.clone(), scratch.cast()),
                8 => gather::<u64>(self, x.cast(), rows.clone(), cols.clone(), scratch.cast()),
                other => unreachable!("no element has {other} bytes"),
            }
        }
        if self.cols_inner { View::new(scratch, cols.len() as isize, 1) } else { View::new(scratch, 1, rows.len() as isize) }
    }
}

impl Side {
    fn new(dims: Vec<SideDim>, axes: &[Axis]) -> Side {
        let mut side = Side { run: dims.last().map_or(1, |d| d.size), dims, fused: false };
        if let [.., outer, inner] = side.dims.as_slice()
            && let (Kind::Spatial { axis, step, .. }, Kind::Plain(1)) = (outer.kind, inner.kind)
            && axes[axis].dilation == 1
            && step * axes[axis].stride == inner.size as isize
        {
            side.run = outer.size * inner.size;
            side.fused = true;
        }
        side
    }

    /// The number of elements of a run that are contiguous in the input; 0 if a run is strided.
    fn contiguity(&self, axes: &[Axis]) -> usize {
        match self.dims.last().map(|d| d.kind) {
            Some(Kind::Plain(1)) => self.run,
            Some(Kind::Spatial { axis, step, .. }) if step * axes[axis].stride == 1 && axes[axis].dilation == 1 => self.run,
            _ => 0,
        }
    }

    /// Adds the coordinates and the offset of index `i`, over the dims before `depth`, to `place`.
    #[inline(always)]
    fn locate(&self, depth: usize, mut i: usize, place: &mut Place) {
        for d in self.dims[..depth].iter().rev() {
            let at = (i % d.size) as isize;
            i /= d.size;
            match d.kind {
                Kind::Plain(stride) => place.offset += at * stride,
                Kind::Spatial { axis, start, step } => place.at[axis] += start + at * step,
            }
        }
    }
}

impl Axis {
    /// The offset of a coordinate in the input; `None` if the input has no element there.
    #[inline(always)]
    fn find(&self, at: isize) -> Option<isize> {
        if at < 0 || at >= self.limit {
            return None;
        }
        if self.dilation == 1 {
            return Some(at * self.stride);
        }
        (at % self.dilation == 0).then(|| at / self.dilation * self.stride)
    }
}

multiversion! {
    /// # Safety
    /// As [`Patches::gather`].
    unsafe fn gather<T: Zero>(p: &Patches, x: *const T, rows: Range<usize>, cols: Range<usize>, scratch: *mut T) {
        let (major, majors, minor, minors) =
            if p.cols_inner { (&p.rows, rows, &p.cols, cols) } else { (&p.cols, cols, &p.rows, rows) };
        let mut origin = Place { at: [0; MAX_SPATIAL], offset: 0 };
        for (at, axis) in origin.at.iter_mut().zip(&p.axes) {
            *at = axis.origin;
        }
        let depth = minor.dims.len() - if minor.fused { 2 } else { usize::from(!minor.dims.is_empty()) };
        let mut to = scratch;
        for i in majors {
            let mut place = origin;
            major.locate(major.dims.len(), i, &mut place);
            let mut j = minors.start;
            while j < minors.end {
                let within = j % minor.run;
                let n = (minor.run - within).min(minors.end - j);
                let mut outer = place;
                minor.locate(depth, j / minor.run, &mut outer);
                // SAFETY: the run is inside the tile, and reads only coordinates of input elements.
                unsafe { run::<T>(p, minor, depth, outer, x, within, n, to) };
                // SAFETY: the tile has room for the run.
                to = unsafe { to.add(n) };
                j += n;
            }
        }
    }
}

/// An integer type of an element's size. Zero bits are the number zero in every element kind.
trait Zero: Copy {
    const ZERO: Self;
}
impl Zero for u8 {
    const ZERO: u8 = 0;
}
impl Zero for u16 {
    const ZERO: u16 = 0;
}
impl Zero for u32 {
    const ZERO: u32 = 0;
}
impl Zero for u64 {
    const ZERO: u64 = 0;
}

/// Writes elements `from..from + n` of the run that begins at `place`.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "one inlined step of the loop above")]
unsafe fn run<T: Zero>(p: &Patches, side: &Side, depth: usize, place: Place, x: *const T, from: usize, n: usize, to: *mut T) {
    let inner = side.dims[depth..].first();
    // The run's own axis, if it has one, is checked below; on the other axes the coordinates must be elements.
    let own = match inner.map(|d| d.kind) {
        Some(Kind::Spatial { axis, .. }) => Some(axis),
        _ => None,
    };
    let mut offset = place.offset;
    for (axis, (a, &at)) in p.axes.iter().zip(&place.at).enumerate() {
        if Some(axis) != own {
            match a.find(at) {
                Some(o) => offset += o,
                // SAFETY: the run has room for `n` elements.
                None => return unsafe { zeros(to, n) },
            }
        }
    }
    // SAFETY: coordinates are checked against the input before they are read.
    unsafe {
        match inner.map(|d| d.kind) {
            None => to.write(*x.offset(offset)),
            Some(Kind::Plain(stride)) => strided(x.offset(offset + from as isize * stride), stride, to, n),
            Some(Kind::Spatial { axis, start, step }) => {
                let a = &p.axes[axis];
                let base = place.at[axis] + start;
                if a.dilation != 1 {
                    for e in 0..n {
                        let found = a.find(base + (from + e) as isize * step);
                        to.add(e).write(found.map_or(T::ZERO, |o| *x.offset(offset + o)));
                    }
                    return;
                }
                // The range of indices i with base + i * step in 0..limit. Each index has `unit` elements.
                let (low, high) = if step > 0 {
                    (div_up(-base, step), div_up(a.limit - base, step))
                } else {
                    (div_up(base - a.limit + 1, -step), div_up(base + 1, -step))
                };
                let unit = if side.fused { side.dims[depth + 1].size } else { 1 } as isize;
                let (from, end) = (from as isize, (from + n) as isize);
                let low = (low.max(0) * unit).clamp(from, end);
                let high = (high.max(0) * unit).clamp(low, end);
                let stride = if side.fused { 1 } else { step * a.stride };
                zeros(to, (low - from) as usize);
                if high > low {
                    let first = x.offset(offset + base * a.stride + low * stride);
                    strided(first, stride, to.offset(low - from), (high - low) as usize);
                }
                zeros(to.offset(high - from), (end - high) as usize);
            }
        }
    }
}

#[inline(always)]
fn div_up(a: isize, b: isize) -> isize {
    if b == 1 { a } else { (a + b - 1).div_euclid(b) }
}

#[inline(always)]
unsafe fn zeros<T: Zero>(to: *mut T, n: usize) {
    for i in 0..n {
        // SAFETY: the caller vouches for `n` elements.
        unsafe { to.add(i).write(T::ZERO) }
    }
}

#[inline(always)]
unsafe fn strided<T: Copy>(from: *const T, stride: isize, to: *mut T, n: usize) {
    // SAFETY: the caller vouches for `n` elements on both sides.
    unsafe {
        if stride == 1 {
            std::ptr::copy_nonoverlapping(from, to, n);
        } else {
            for i in 0..n {
                to.add(i).write(*from.offset(i as isize * stride));
            }
        }
    }
}
