// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! XXH64 (Collet, "xxHash fast digest algorithm", version 0.1.1): a checksum that finds damage at the speed of memory.
//! It does not protect against an attacker.

const PRIMES: [u64; 5] =
    [0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5];

/// The checksum of bytes. Another seed gives another checksum, so that the checksum of one part can be the seed of the
/// next one.
///
/// ```
/// assert_eq!(gomlx_files::xxh64(b"abc", 0), 0x44bc_2cf5_ad77_0999);
/// ```
pub fn xxh64(bytes: &[u8], seed: u64) -> u64 {
    let (stripes, rest) = bytes.as_chunks::<32>();
    let mut sum = match stripes {
        [] => seed.wrapping_add(PRIMES[4]),
        _ => sum_of(stripes, seed),
    };
    sum = sum.wrapping_add(bytes.len() as u64);
    let (words, rest) = rest.as_chunks::<8>();
    for word in words {
        sum = (sum ^ round(0, u64::from_le_bytes(*word))).rotate_left(27).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
    }
    let (halves, rest) = rest.as_chunks::<4>();
    for half in halves {
        let half = u64::from(u32::from_le_bytes(*half)).wrapping_mul(PRIMES[0]);
        sum = (sum ^ half).rotate_left(23).wrapping_mul(PRIMES[1]).wrapping_add(PRIMES[2]);
    }
    for &byte in rest {
        sum = (sum ^ u64::from(byte).wrapping_mul(PRIMES[4])).rotate_left(11).wrapping_mul(PRIMES[0]);
    }
    sum = (sum ^ sum >> 33).wrapping_mul(PRIMES[1]);
    sum = (sum ^ sum >> 29).wrapping_mul(PRIMES[2]);
    sum ^ sum >> 32
}

/// The combined sums of the four words of each stripe.
fn sum_of(stripes: &[[u8; 32]], seed: u64) -> u64 {
    let mut sums = [seed.wrapping_add(PRIMES[0]).wrapping_add(PRIMES[1]), seed.wrapping_add(PRIMES[1]), seed, seed.wrapping_sub(PRIMES[0])];
    for stripe in stripes {
        let (words, _) = stripe.as_chunks::<8>();
        for (sum, word) in sums.iter_mut().zip(words) {
            *sum = round(*sum, u64::from_le_bytes(*word));
        }
    }
    let rotated = sums.iter().zip([1, 7, 12, 18]).map(|(sum, by)| sum.rotate_left(by));
    let start = rotated.fold(0, u64::wrapping_add);
    sums.iter().fold(start, |all, &sum| (all ^ round(0, sum)).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]))
}

fn round(sum: u64, word: u64) -> u64 {
    sum.wrapping_add(word.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of the sanity checks of the reference implementation.
    fn sanity(len: usize) -> Vec<u8> {
        let mut generator: u64 = 2_654_435_761;
        let mut next = || {
            let byte = (generator >> 56) as u8;
            generator = generator.wrapping_mul(11_400_714_785_074_694_797);
            byte
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn the_checksums_of_the_reference_implementation() {
        const SEED: u64 = 2_654_435_761;
        for (len, seed, expected) in [
            (0, 0, 0xef46_db37_51d8_e999),
            (0, SEED, 0xac75_fda2_929b_17ef),
            (1, 0, 0xe934_a84a_db05_2768),
            (1, SEED, 0x5014_6076_43a9_b4c3),
            (4, 0, 0x9136_a0dc_a574_57ee),
            (14, 0, 0x8282_dcc4_994e_35c8),
            (14, SEED, 0xc3bd_6bf6_3deb_6df0),
            (222, 0, 0xb641_ae8c_b691_c174),
            (222, SEED, 0x20cb_8ab7_ae10_c14a),
        ] {
            assert_eq!(xxh64(&sanity(len), seed), expected, "{len} bytes, seed {seed}");
        }
    }

    #[test]
    fn two_flipped_bits_do_not_hide_each_other() {
        let bytes = sanity(100);
        let right = xxh64(&bytes, 0);
        for (i, j) in (0..100).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let mut damaged = bytes.clone();
            damaged[i] ^= 0x80;
            damaged[j] ^= 0x80;
            assert_ne!(xxh64(&damaged, 0), right, "{i} {j}");
        }
    }
}
