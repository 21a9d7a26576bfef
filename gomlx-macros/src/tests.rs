// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Snapshots of expansions, as a user sees them with `cargo expand`. `INSTA_UPDATE=always` writes them anew.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

/// The traced body of a graph function, formatted.
fn body(function: TokenStream) -> String {
    let expansion: syn::File = syn::parse2(crate::pipeline::graph(TokenStream::new(), function)).expect("expansions are items");
    let inner = expansion.items.into_iter().find_map(|item| match item {
        Item::Impl(block) => block.items.into_iter().find_map(|item| match item {
            syn::ImplItem::Fn(f) if f.sig.ident == "__gomlx_body" => {
                let (sig, block) = (f.sig, f.block);
                Some(quote!(#sig #block))
            }
            _ => None,
        }),
        _ => None,
    });
    formatted(quote!(#inner))
}

fn formatted(items: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(items).expect("expansions are items"))
}

#[test]
fn a_free_function() {
    let expansion = crate::pipeline::graph(
        TokenStream::new(),
        quote! {
            /// One layer.
            pub fn layer(x: &Tensor![f32; B, 784], w: &Tensor![f32; 784, 10], b: Tensor![f32; 2 * B, {N}], n: usize) -> Tensor![f32; B, 10] {
                let h = x.matmul(w) * n;
                h * h.tanh() * 2.0 + 0.5 * h
            }
        },
    );
    insta::assert_snapshot!(formatted(expansion));
}

#[test]
fn a_model() {
    let expansion = crate::pipeline::model(quote! {
        /// A layer.
        pub Dense<IN, OUT> {
            /// Weights.
            pub weight: Tensor![f32; IN, OUT] = glorot_uniform(),
            inner: Other<IN>,
            #[state]
            calls: Tensor![i32;] = zeros(),
            heads: usize = 4,
        }

        /// Applies it.
        pub fn forward(&mut self, x: &Tensor![f32; B, IN]) -> Result<Tensor![f32; B, OUT]> {
            self.calls += 1;
            Ok(x.matmul(&self.weight) * self.heads)
        }
    });
    insta::assert_snapshot!(formatted(expansion));
}

#[test]
fn a_traits_functions() {
    let expansion = crate::pipeline::graph(
        TokenStream::new(),
        quote! {
            impl<const D: usize> Module for Scale<D> {
                type Output = Tensor![f32; B, D];

                /// Scales.
                fn forward(&self, x: &Tensor![f32; B, D]) -> Self::Output {
                    x * &self.0
                }
            }
        },
    );
    insta::assert_snapshot!(formatted(expansion));
}

#[test]
fn mistakes_leave_the_signature() {
    let expansion = crate::pipeline::graph(
        TokenStream::new(),
        quote! {
            fn sgd<const N: usize>(w: &mut Tensor![f32; N], rate: f32) -> Result<Tensor![f32; M]> {
                Ok(w * rate)
            }
        },
    );
    insta::assert_snapshot!(formatted(expansion));
}

#[test]
fn operators_of_tensors_are_rewritten() {
    let body = body(quote! {
        fn f(x: &Tensor<f32>, y: Tensor<f32>, state: &mut Tree, n: usize) -> Tensor<f32> {
            let mut acc = -x + (y) * state.field / state.list[0];
            acc += *x;
            acc -= acc.exp() % 3;
            let mask = 0.0 < x && !(x >= acc) || x == y;
            let small = (1.0 - x).abs().max() / -(2.0 * 3.0);
            let late;
            late = x * x;
            let square = |t| t * late;
            square(&(late + 1)) + vec![x * y, y]
        }
    });
    insta::assert_snapshot!(body);
}

#[test]
fn the_hosts_code_stays() {
    let written = quote! {
        fn f(x: &Tensor<f32>, n: usize, flag: bool) -> Tensor<f32> {
            let shift = n * n + 1;
            let all: bool = x.is_small() && flag;
            for i in 0..n * 2 {
                if i > 3 && !flag || x.dim(0) == n {
                    helper(x, (0..n).map(|i| i * n).sum());
                }
            }
            while n < 3 && all {}
            if let Some(z) = lookup(n) && n > 2 {
                return attempt(x, z)?;
            }
            match n {
                0 => x.clone(),
                k if k % 2 == 0 => CONSTANT * n,
                _ => other,
            }
        }
    };
    assert_eq!(body(written.clone()).replace("__gomlx_body", "f").replace("::gomlx::Tensor", "Tensor"), formatted(written));
}

#[test]
fn conditions_that_may_be_tensors_are_asked() {
    let body = body(quote! {
        fn f(x: &Tensor<f32>, n: usize) -> Tensor<f32> {
            if x > 0.0 {
                return x;
            }
            while x.any() {}
            if let Some(y) = &x.part && y > n && n > 1 {
                return y * y;
            }
            match x.part {
                Some(z) if z < 1.0 => z * z,
                None => x,
            }
        }
    });
    insta::assert_snapshot!(body);
}

#[test]
fn tensor_control_flow() {
    let body = body(quote! {
        fn f(x: &Tensor<f32>, rng: &mut Rng, k: Tensor<i32>) -> Tensor<f32> {
            let mut y = x.clone();
            while (y * y - x).abs() > 1e-6 {
                y = 0.5 * (y + x / y);
                if y > 10.0 {
                    break;
                }
            }
            for (i, row) in rolled((0..4, x)) {
                y += row * i.cast() + rng.uniform(&[]);
            }
            y = match k {
                0 | 3..=5 => y,
                _ => -y,
            };
            if y < 0.0 {
                return -y;
            }
            let z;
            if x > y { z = x * 2.0; } else { z = x.clone(); }
            z
        }
    });
    insta::assert_snapshot!(body);
}

#[test]
fn tensors_are_indexed() {
    let body = body(quote! {
        fn f(x: &Tensor<f32>, i: Tensor<i32>, layers: &Vec<Tensor<f32>>) -> Tensor<f32> {
            let mut y = x * 2.0;
            y[i] = x[(0, i)] + layers[0][1];
            y[1..3] += x[-1];
            y[s![.., 2]] *= 2.0;
            y[0]
        }
    });
    insta::assert_snapshot!(body);
}
