// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The floating-point mode of a thread: whether it flushes subnormal numbers to zero, in operands and in results.
//!
//! Invariant: a program runs in the mode that the user chose, on each of its threads. The caller's thread gets its own
//! mode back, and steps of the reference evaluator keep subnormal numbers.

use crate::options::keeps_subnormals;

/// A floating-point mode of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    flushes: bool,
}

impl Mode {
    /// The mode that keeps subnormal numbers, in which Rust code runs.
    pub(crate) const EXACT: Mode = Mode { flushes: false };

    /// The mode in which programs run.
    pub(crate) fn of_programs() -> Mode {
        Mode { flushes: !keeps_subnormals() }
    }

    /// The mode of this thread.
    pub(crate) fn current() -> Mode {
        Mode { flushes: control::read() & control::FLUSH == control::FLUSH }
    }

    /// Sets the mode of this thread, until the guard is dropped.
    pub(crate) fn enter(self) -> Restore {
        let before = control::read();
        let flags = if self.flushes { before | control::FLUSH } else { before & !control::FLUSH };
        if flags != before {
            control::write(flags);
        }
        Restore(before)
    }
}

/// Gives a thread its floating-point mode back.
#[derive(Debug)]
pub(crate) struct Restore(control::Word);

impl Drop for Restore {
    fn drop(&mut self) {
        if control::read() & control::FLUSH != self.0 & control::FLUSH {
            control::write(self.0);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod control {
    use std::arch::asm;

    pub(super) type Word = u32;

    /// FTZ, which flushes results, and DAZ, which flushes operands.
    pub(super) const FLUSH: Word = 1 << 15 | 1 << 6;

    pub(super) fn read() -> Word {
        let mut word = 0;
        // SAFETY: the instruction writes the four bytes of `word`.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word
    }

    /// Sets the register. `word` is what `read` gave, but for the bits of `FLUSH`.
    pub(super) fn write(word: Word) {
        // SAFETY: the instruction reads the four bytes of `word`. Only the handling of subnormal numbers changes, and
        // code that the compiler optimises for the default handling may at most give a subnormal number for a zero.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod control {
    use std::arch::asm;

    pub(super) type Word = u64;

    /// FZ, which flushes operands and results.
    pub(super) const FLUSH: Word = 1 << 24;

    pub(super) fn read() -> Word {
        let word;
        // SAFETY: the instruction reads a register of this thread.
        unsafe { asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack, preserves_flags)) };
        word
    }

    /// Sets the register. `word` is what `read` gave, but for the bits of `FLUSH`.
    pub(super) fn write(word: Word) {
        // SAFETY: only the handling of subnormal numbers changes, and code that the compiler optimises for the default
        // handling may at most give a subnormal number for a zero.
        unsafe { asm!("msr fpcr, {}", in(reg) word, options(nostack, preserves_flags)) };
    }
}

/// Other machines keep subnormal numbers.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod control {
    pub(super) type Word = u32;
    pub(super) const FLUSH: Word = 1;

    pub(super) fn read() -> Word {
        0
    }

    pub(super) fn write(_: Word) {}
}

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn the_mode_is_set_and_restored() {
        let flushing = Mode { flushes: true };
        let product = || black_box(f32::MIN_POSITIVE) * black_box(0.5);
        assert!(product() > 0.0 && Mode::current() == Mode::EXACT);
        {
            let _mode = flushing.enter();
            assert!(product() == 0.0 && Mode::current() == flushing);
            {
                let _mode = Mode::EXACT.enter();
                assert!(product() > 0.0);
            }
            assert!(black_box(f64::MIN_POSITIVE) * black_box(0.5) == 0.0);
            assert!(black_box(f32::from_bits(1)) * black_box(f32::MAX) == 0.0, "operands are flushed");
        }
        assert!(product() > 0.0);
    }
}
