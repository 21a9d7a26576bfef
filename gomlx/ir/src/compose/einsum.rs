// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Einstein's summation: products of any number of tensors whose axes have labels.

use smallvec::SmallVec;

use super::declare::functions;
use super::{Composed, Composer, Sizes, Var};
use crate::{Axes, Code, Dim, Direction, DotDims, Op};

functions! { einsum, Free:
    /// The product of tensors whose axes have letters, summed over the letters that the result does not have: of
    /// `"bij,bjk->bik"` a batch of matrix products, of `"ii->"` a trace, of `"ij->ji"` a transpose. Without `->` the
    /// result has the letters that occur once, in order. `...` stands for any axes, which broadcast.
    ///
    /// Tensors are multiplied two at a time, the cheapest pair first.
    ///
    /// ```
    /// use gomlx::{Tensor, einsum};
    /// let x = Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?;
    /// assert_eq!(einsum("ij,jk->ik", &[&x, &x]).to_vec()?, [7.0, 10.0, 15.0, 22.0]);
    /// assert_eq!(einsum("ii->", &[&x]).item()?, 5.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the subscripts do not fit the tensors; in a graph this is an error of the trace.
    fn einsum(self, subscripts: Text, tensors: Tensors) -> Tensor<T> {
        let tensors = tensors.as_ref();
        let (inputs, output) = self.subscripts(subscripts, tensors)?;
        let mut terms = vec![];
        let sizes = self.sizes_of(&inputs, tensors)?;
        for (labels, &tensor) in inputs.into_iter().zip(tensors) {
            terms.push(Term { labels, tensor }.without_repeats()?.without_stretched(&sizes)?);
        }
        contract(self, terms, &output, &sizes)?
    }
}

/// A label of an axis: a letter, or the position of an axis of `...`, counted from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    Letter(char),
    Ellipsis(usize),
}

type Labels = SmallVec<[Label; 6]>;

/// The size of each label.
struct LabelSizes(Vec<(Label, Dim)>);

impl LabelSizes {
    fn of(&self, label: Label) -> Dim {
        self.0.iter().find(|(own, _)| *own == label).map_or(Dim::Lit(1), |(_, size)| size.clone())
    }

    /// The number of multiplications over labels, as far as it is known.
    fn product(&self, labels: &[Label]) -> f64 {
        labels.iter().map(|&label| self.of(label).lit().unwrap_or(1) as f64).product()
    }
}

/// A tensor with a label for each axis.
struct Term<'c> {
    labels: Labels,
    tensor: Var<'c>,
}

impl<'c> Term<'c> {
    fn position(&self, label: Label) -> Option<usize> {
        self.labels.iter().position(|&own| own == label)
    }

    /// Sums over axes by their positions.
    fn summed(self, axes: &[usize]) -> Term<'c> {
        let labels = self.labels.iter().enumerate().filter(|(i, _)| !axes.contains(i)).map(|(_, &label)| label).collect();
        let signed: Vec<i32> = axes.iter().map(|&axis| axis as i32).collect();
        Term { labels, tensor: if axes.is_empty() { self.tensor } else { self.tensor.sum_axis(signed) } }
    }

    /// Takes the diagonal of axes with one label.
    fn without_repeats(mut self) -> Composed<Term<'c>> {
        loop {
            let repeat = (0..self.labels.len()).find_map(|j| Some((self.labels[..j].iter().position(|l| *l == self.labels[j])?, j)));
            let Some((i, j)) = repeat else { return Ok(self) };
            let (c, dims) = (self.tensor.composer(), self.tensor.dims()?);
            let on_diagonal = c.iota(crate::DType::I32, dims.clone(), i).compare(Direction::Eq, c.iota(crate::DType::I32, dims, j));
            let zero = c.zero_of(self.tensor)?;
            self.tensor = zero.select(!on_diagonal, self.tensor);
            // The sum has one element that is not zero.
            self = self.summed(&[j]);
        }
    }

    /// Drops axes of size 1 whose label is longer elsewhere: they stretch.
    fn without_stretched(self, sizes: &LabelSizes) -> Composed<Term<'c>> {
        let dims = self.tensor.dims()?;
        let stretched = |(i, &label): (usize, &Label)| dims[i].is(1) && !sizes.of(label).is(1);
        let axes: Vec<usize> = self.labels.iter().enumerate().filter(|&part| stretched(part)).map(|(i, _)| i).collect();
        Ok(self.summed(&axes))
    }

    /// With the axes in the order of `labels`, new ones of size 1.
    fn arranged(&self, labels: &[Label]) -> Composed<Var<'c>> {
        let permutation: Vec<usize> = labels.iter().filter_map(|&label| self.position(label)).collect();
        let dims = self.tensor.dims()?;
        let kept: Sizes = labels.iter().map(|&label| self.position(label).map_or(Dim::Lit(1), |i| dims[i].clone())).collect();
        let in_order = permutation.windows(2).all(|pair| pair[0] < pair[1]);
        Ok(if in_order { self.tensor } else { self.tensor.transpose(permutation) }.with_dims(&kept))
    }
}

impl<'c> Composer<'c> {
    /// The labels of each tensor and of the result.
    fn subscripts(&'c self, text: &str, tensors: &[Var<'c>]) -> Composed<(Vec<Labels>, Labels)> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (left, right) = match compact.split_once("->") {
            Some((left, right)) => (left, Some(right)),
            None => (compact.as_str(), None),
        };
        let terms: Vec<&str> = left.split(',').collect();
        if terms.len() != tensors.len() {
            let message = format!("\"{text}\" is of {} tensors, but {} were given", terms.len(), tensors.len());
            return Err(self.wrong(Code::Shape, message));
        }
        let mut inputs = vec![];
        let mut widest = 0;
        for (term, tensor) in terms.iter().zip(tensors) {
            let rank = tensor.rank()?;
            let letters = term.replace("...", "").chars().count();
            let spread = term.contains("...");
            if letters > rank || (!spread && letters != rank) {
                let message = format!("\"{term}\" of \"{text}\" does not have a letter for each axis of {}", tensor.shape()?);
                return Err(self.wrong_note(Code::Shape, message, "`...` stands for any number of axes"));
            }
            let ellipsis = if spread { rank - letters } else { 0 };
            widest = widest.max(ellipsis);
            inputs.push(self.labels(text, term, ellipsis)?);
        }
        let output = match right {
            Some(right) => self.labels(text, right, widest)?,
            None => {
                let mut all: Vec<char> = left.chars().filter(|c| c.is_alphabetic()).collect();
                all.sort_unstable();
                let once = |letter: &&char| all.iter().filter(|other| other == letter).count() == 1;
                let letters = all.iter().filter(once).map(|&letter| Label::Letter(letter));
                (0..widest).rev().map(Label::Ellipsis).chain(letters).collect()
            }
        };
        for (i, label) in output.iter().enumerate() {
            if let Label::Letter(letter) = label
                && (output[..i].contains(label) || !inputs.iter().any(|input| input.contains(label)))
            {
                let message = format!("the result of \"{text}\" has '{letter}' twice, or no tensor has it");
                return Err(self.wrong(Code::Attribute, message));
            }
        }
        Ok((inputs, output))
    }

    /// The labels of a term, of which `...` stands for so many axes.
    fn labels(&'c self, text: &str, term: &str, ellipsis: usize) -> Composed<Labels> {
        let mut labels = Labels::new();
        let parts: Vec<&str> = term.split("...").collect();
        if parts.len() > 2 {
            return Err(self.wrong(Code::Attribute, format!("\"{term}\" of \"{text}\" has `...` twice")));
        }
        for (i, part) in parts.into_iter().enumerate() {
            if i == 1 {
                labels.extend((0..ellipsis).rev().map(Label::Ellipsis));
            }
            for letter in part.chars() {
                if !letter.is_alphabetic() {
                    return Err(self.wrong(Code::Attribute, format!("'{letter}' in \"{text}\" is no letter")));
                }
                labels.push(Label::Letter(letter));
            }
        }
        Ok(labels)
    }

    /// The size of each label; axes of size 1 stretch.
    fn sizes_of(&'c self, inputs: &[Labels], tensors: &[Var<'c>]) -> Composed<LabelSizes> {
        let mut sizes: Vec<(Label, Dim)> = vec![];
        for (labels, tensor) in inputs.iter().zip(tensors) {
            let shape = tensor.shape()?;
            for (&label, size) in labels.iter().zip(&shape.dims) {
                match sizes.iter_mut().find(|(own, _)| *own == label) {
                    None => sizes.push((label, size.clone())),
                    Some((_, known)) if known == size || size.is(1) => {}
                    Some((_, known)) if known.is(1) => *known = size.clone(),
                    Some((_, known)) => {
                        let axis = match label {
                            Label::Letter(letter) => format!("'{letter}'"),
                            Label::Ellipsis(_) => "an axis of `...`".to_owned(),
                        };
                        let message = format!("{axis} has size {known} in one tensor and {size} in {shape}");
                        return Err(self.wrong_if(known.provably_differs(size), Code::Shape, message));
                    }
                }
            }
        }
        Ok(LabelSizes(sizes))
    }
}

/// Multiplies terms, the cheapest pair first, and sums over what the result does not have.
fn contract<'c>(c: &'c Composer<'c>, mut terms: Vec<Term<'c>>, output: &[Label], sizes: &LabelSizes) -> Composed<Var<'c>> {
    while terms.len() > 1 {
        let cost = |i: usize, j: usize| {
            let shared = terms[j].labels.iter().filter(|label| !terms[i].labels.contains(label)).copied();
            sizes.product(&terms[i].labels.iter().copied().chain(shared).collect::<Labels>())
        };
        let pairs = (0..terms.len()).flat_map(|i| (i + 1..terms.len()).map(move |j| (i, j)));
        let Some((i, j)) = pairs.min_by(|a, b| cost(a.0, a.1).total_cmp(&cost(b.0, b.1))) else { break };
        let (second, first) = (terms.remove(j), terms.remove(i));
        let kept = |label: &Label| output.contains(label) || terms.iter().any(|term| term.labels.contains(label));
        let product = multiply(first, second, &kept)?;
        terms.insert(i, product);
    }
    let Some(term) = terms.pop() else { return Err(c.wrong(Code::Shape, "no tensors were given")) };
    let gone: Vec<usize> = (0..term.labels.len()).filter(|&i| !output.contains(&term.labels[i])).collect();
    let dims: Sizes = output.iter().map(|&label| sizes.of(label)).collect();
    Ok(term.summed(&gone).arranged(output)?.broadcast(&dims))
}

/// The product of two terms, summed over the labels that are not kept.
fn multiply<'c>(x: Term<'c>, y: Term<'c>, kept: &dyn Fn(&Label) -> bool) -> Composed<Term<'c>> {
    // A label of one term alone is summed before.
    let alone = |term: &Term<'c>, other: &Term<'c>| -> Vec<usize> {
        (0..term.labels.len()).filter(|&i| !kept(&term.labels[i]) && !other.labels.contains(&term.labels[i])).collect()
    };
    let (x_alone, y_alone) = (alone(&x, &y), alone(&y, &x));
    let (x, y) = (x.summed(&x_alone), y.summed(&y_alone));
    let shared: Labels = x.labels.iter().filter(|label| y.labels.contains(label)).copied().collect();
    let (batch, contracted): (Labels, Labels) = shared.iter().copied().partition(|label| kept(label));
    let free = |term: &Term<'c>| -> Labels { term.labels.iter().filter(|label| !shared.contains(label)).copied().collect() };
    let labels: Labels = batch.iter().copied().chain(free(&x)).chain(free(&y)).collect();
    if contracted.is_empty() {
        let tensor = x.arranged(&labels)? * y.arranged(&labels)?;
        return Ok(Term { labels, tensor });
    }
    let axes = |term: &Term<'c>, labels: &[Label]| -> Axes { labels.iter().filter_map(|&label| term.position(label)).collect() };
    let dims = DotDims {
        lhs_batch: axes(&x, &batch),
        rhs_batch: axes(&y, &batch),
        lhs_contracting: axes(&x, &contracted),
        rhs_contracting: axes(&y, &contracted),
        out: x.tensor.dtype()?,
    };
    Ok(Term { labels, tensor: x.tensor.composer().emit(Op::DotGeneral(dims), &[x.tensor, y.tensor]) })
}
