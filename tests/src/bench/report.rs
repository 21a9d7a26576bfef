// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writes each result as one JSON line.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{measure::Times, workload::Workload};

/// A line of the table.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    workload: &'a str,
    framework: &'a str,
    threads: usize,
    #[serde(flatten)]
    result: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    Measured { median_us: f64, min_us: f64, extra: Map<String, Value> },
    Failed { error: String },
}

/// The line of a measured workload. `extra` holds further figures, such as `compile_ms`.
pub fn measured<'a>(workload: &'a Workload, framework: &'a str, threads: usize, times: &Times, extra: Map<String, Value>) -> Line<'a> {
    let median = times.median();
    let mut extra = extra;
    extra.insert("runs".into(), json!(times.us.len()));
    if let Some(cpu) = times.cpu_us {
        extra.insert("cpu_us".into(), json!(hundredths(cpu)));
    }
    for (name, work) in [("gflops", workload.flops), ("gbps", workload.bytes)] {
        if work > 0.0 {
            extra.insert(name.into(), json!(hundredths(work / median / 1e3)));
        }
    }
    let result = Outcome::Measured { median_us: hundredths(median), min_us: hundredths(times.min()), extra };
    Line { workload: &workload.name, framework, threads, result }
}

/// The line of a workload that could not run.
pub fn failed<'a>(workload: &'a Workload, framework: &'a str, threads: usize, error: impl ToString) -> Line<'a> {
    Line { workload: &workload.name, framework, threads, result: Outcome::Failed { error: error.to_string() } }
}

fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::workload::table;

    #[test]
    fn lines_have_the_fields_that_the_table_is_joined_by() {
        let table = table();
        let matmul = table.iter().find(|w| w.name == "matmul_64").unwrap();
        let times = Times { us: vec![2.0, 4.0, 3.004], cpu_us: Some(3.5) };
        let extra = Map::from_iter([("compile_ms".to_owned(), json!(1.5))]);
        let line = serde_json::to_value(measured(matmul, "gomlx-jit", 1, &times, extra)).unwrap();
        let want = json!({
            "workload": "matmul_64", "framework": "gomlx-jit", "threads": 1, "median_us": 3.0, "min_us": 2.0,
            "extra": {"compile_ms": 1.5, "runs": 3, "cpu_us": 3.5, "gflops": 174.53, "gbps": 16.36}
        });
        assert_eq!(line, want);
        let line = serde_json::to_value(failed(matmul, "gomlx-jit", 2, "no such op")).unwrap();
        assert_eq!(line, json!({"workload": "matmul_64", "framework": "gomlx-jit", "threads": 2, "error": "no such op"}));
    }
}
