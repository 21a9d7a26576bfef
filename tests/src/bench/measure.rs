// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Times a call: warms it up, then repeats it for a while.

use std::time::{Duration, Instant};

/// How long a workload is measured by default.
pub const SPAN: Duration = Duration::from_millis(500);
const MIN_RUNS: usize = 5;
const WARM_RUNS: usize = 2;
/// The duration of the warm-up as a fraction of the span.
const WARM_PART: f64 = 0.3;

/// The times of the runs of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// Wall time of each run, in microseconds, in order; never empty.
    pub us: Vec<f64>,
    /// Processor time of the whole process per run, in microseconds. With one thread, other programs do not
    /// disturb it. `None` where the system does not report it.
    pub cpu_us: Option<f64>,
}

impl Times {
    /// The median: the middle of the sorted times, or the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let mut sorted = self.us.clone();
        sorted.sort_by(f64::total_cmp);
        let half = sorted.len() / 2;
        if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
    }

    /// The shortest time.
    pub fn min(&self) -> f64 {
        self.us.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The times of one call, where each run makes `calls` equal calls.
    pub fn per_call(self, calls: usize) -> Self {
        let calls = calls as f64;
        Self { us: self.us.iter().map(|t| t / calls).collect(), cpu_us: self.cpu_us.map(|t| t / calls) }
    }
}

/// Warms `call` up with at least two runs and for 0.3 of `span`, then measures at least five runs and for `span`.
///
/// `call` must finish its work before it returns.
///
/// # Errors
/// The first error of `call`.
pub fn measure<E>(span: Duration, mut call: impl FnMut() -> Result<(), E>) -> Result<Times, E> {
    let (start, mut runs) = (Instant::now(), 0);
    while runs < WARM_RUNS || start.elapsed() < span.mul_f64(WARM_PART) {
        call()?;
        runs += 1;
    }
    let mut us = Vec::new();
    let (start, cpu) = (Instant::now(), cpu_time());
    while us.len() < MIN_RUNS || start.elapsed() < span {
        let run = Instant::now();
        call()?;
        us.push(run.elapsed().as_nanos() as f64 / 1e3);
    }
    let cpu_us = cpu_time().zip(cpu).map(|(after, before)| (after - before).as_secs_f64() * 1e6 / us.len() as f64);
    Ok(Times { us, cpu_us })
}

/// The processor time that all threads of this process have used so far.
#[cfg(unix)]
fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

#[cfg(not(unix))]
fn cpu_time() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn statistics_are_of_the_sorted_times() {
        let times = |us: &[f64]| Times { us: us.to_vec(), cpu_us: Some(8.0) };
        assert_eq!(times(&[5.0, 1.0, 3.0]).median(), 3.0);
        assert_eq!(times(&[5.0, 1.0, 3.0, 4.0]).median(), 3.5);
        assert_eq!(times(&[5.0, 1.0, 3.0]).min(), 1.0);
        assert_eq!(times(&[8.0, 4.0]).per_call(4), Times { us: vec![2.0, 1.0], cpu_us: Some(2.0) });
    }

    #[test]
    fn runs_at_least_five_times_after_a_warm_up_and_stops_at_an_error() {
        let mut calls = 0;
        let times = measure(Duration::ZERO, || {
            calls += 1;
            Ok::<(), Infallible>(())
        });
        assert_eq!((times.unwrap().us.len(), calls), (MIN_RUNS, MIN_RUNS + WARM_RUNS));
        assert_eq!(measure(Duration::ZERO, || Err("broken")).unwrap_err(), "broken");
    }

    #[test]
    #[cfg(unix)]
    fn work_takes_processor_time() {
        let times = measure(Duration::ZERO, || {
            std::hint::black_box((0..100_000u64).map(std::hint::black_box).sum::<u64>());
            Ok::<(), Infallible>(())
        });
        assert!(times.unwrap().cpu_us.unwrap() > 0.0);
    }
}
