// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A model that JAX exported, run from Rust.
//!
//! This Python code made `data/jax_mlp.mlir`. The weights are constants, and the batch size is a symbol:
//!
//! ```python
//! batch, = jax.export.symbolic_shape("b")
//! x = jax.ShapeDtypeStruct((batch, 4), jnp.float32)
//! print(jax.export.export(jax.jit(model))(x).mlir_module())
//! ```

use gomlx::{AnyTensor, HostTensor, Result, import};

const MODEL: &str = include_str!("data/jax_mlp.mlir");

fn main() -> Result<()> {
    let model = import::stablehlo(MODEL)?;
    println!("{model:?}");
    for batch in [2, 5] {
        let [probabilities, classes] = predict(&model, batch)?;
        println!("{batch} examples: classes {:?}", classes.to_host()?);
        println!("probabilities {:?}", probabilities.to_host()?);
    }
    Ok(())
}

/// Runs the model on `batch` rows of four features.
fn predict(model: &import::Imported, batch: usize) -> Result<[AnyTensor; 2]> {
    let features: Vec<f32> = (0..4 * batch).map(|i| (i as f32 * 0.5).sin()).collect();
    let x = AnyTensor::from_host(HostTensor::new(&[batch, 4], &features)?);
    let results = model.call(&[x])?;
    Ok(results.try_into().expect("the model has two results"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results of JAX 0.10 for the same rows.
    const PROBABILITIES: [f64; 15] = [
        0.211_657_61,
        0.388_666_63,
        0.399_675_70,
        0.213_147_98,
        0.377_020_78,
        0.409_831_20,
        0.014_216_747,
        0.133_612_96,
        0.852_170_23,
        0.180_658_53,
        0.358_073_83,
        0.461_267_59,
        0.179_000_24,
        0.378_674_95,
        0.442_324_82,
    ];

    #[test]
    fn gives_what_jax_gave() {
        let model = import::stablehlo(MODEL).unwrap();
        for batch in [2, 5] {
            let [probabilities, classes] = predict(&model, batch).unwrap();
            let got = probabilities.to_host().unwrap().to_f64_vec();
            assert_eq!(got.len(), 3 * batch);
            assert!(got.iter().zip(PROBABILITIES).all(|(g, w)| (g - w).abs() < 1e-5), "{got:?}");
            assert_eq!(classes.to_host().unwrap().to_f64_vec(), vec![2.0; batch]);
        }
    }

    #[test]
    fn refuses_other_arguments() {
        let model = import::stablehlo(MODEL).unwrap();
        let wrong = AnyTensor::from_host(HostTensor::zeros(gomlx::DType::F32, &[2, 5]).unwrap());
        let error = model.call(&[wrong]).unwrap_err().to_string();
        assert!(error.contains("argument 0 is f32[2, 5], but the parameter is f32[?, 4]"), "{error}");
        assert!(model.call(&[]).unwrap_err().to_string().contains("parameter 0, f32[?, 4], has no argument"));
    }
}
