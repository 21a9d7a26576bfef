// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops between devices. A graph runs on one device: in a group of this one participant, number zero, the combined value
//! is its own value. Larger groups are refused by name.

use super::Parser;
use super::attribute::Attribute;
use super::instruction::Form;
use super::tuple::Values;
use crate::{DType, HostTensor, Location, Op, Result, bail};

/// The ops whose results are their operands.
const NAMES: &[&str] = &[
    "stablehlo.all_gather",
    "stablehlo.all_reduce",
    "stablehlo.all_to_all",
    "stablehlo.collective_broadcast",
    "stablehlo.collective_permute",
    "stablehlo.reduce_scatter",
];

pub(super) fn is_collective(name: &str) -> bool {
    NAMES.contains(&name) || matches!(name, "stablehlo.partition_id" | "stablehlo.replica_id")
}

impl<'a> Parser<'a> {
    /// The results of one of these ops on one device.
    pub(super) fn collective(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let name = form.name.strip_prefix("stablehlo.").unwrap_or(&form.name);
        if name == "partition_id" || name == "replica_id" {
            if !form.operands.is_empty() {
                bail!(Graph, "{name}: takes no operands, not {}", form.operands.len());
            }
            return Ok(self.push(Op::Constant(HostTensor::zeros(DType::U32, &[])?.into()), &[], location)?.into());
        }
        // A permutation has pairs of sender and receiver; the other ops have lists of participants.
        let (attribute, alone) = if name == "collective_permute" { ("source_target_pairs", 2) } else { ("replica_groups", 1) };
        let Some(Attribute::Dense(groups)) = form.attributes.get(attribute) else {
            bail!(Parse, "expected attribute '{attribute}' with a dense literal");
        };
        let permuted = name == "collective_permute" && groups.is_empty();
        if permuted || groups.dims().len() != 2 || groups.len() != alone {
            bail!(Unsupported, "{name}: {attribute} {:?} are of more than one device, on which graphs run", groups.dims());
        }
        if groups.to_f64_vec().iter().any(|&id| id != 0.0) {
            bail!(Attribute, "{name}: {attribute} name another device than 0, the only one");
        }
        for (what, sizes) in [("all_gather_dim", "all_gather"), ("scatter_dimension", "reduce_scatter"), ("split_dimension", "all_to_all")]
        {
            if name != sizes {
                continue;
            }
            let Some(axis) = form.attributes.size(what)? else { bail!(Parse, "expected attribute '{what}'") };
            for &x in &*form.operands {
                let shape = self.function.shape(x);
                if axis >= shape.rank() {
                    bail!(Attribute, "{name}: {what} {axis} is not an axis of {shape}");
                }
            }
        }
        Ok(form.operands.clone())
    }
}
