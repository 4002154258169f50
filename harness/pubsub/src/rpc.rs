//! The identity of one call.

use std::sync::atomic::{AtomicU64, Ordering};

/// Gives each call of a service an id in the form of a UUID.
#[derive(Debug, Default)]
pub(crate) struct RpcIds {
    last: AtomicU64,
}

impl RpcIds {
    /// The next one. Calls are numbered; what looks like chance is a mixture of the number's bits.
    pub(crate) fn next(&self) -> String {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (high, low) = (mix(number), mix(number ^ 0x9E37_79B9_7F4A_7C15));
        let (a, b, c) = (high >> 32, high >> 16 & 0xFFFF, high & 0x0FFF);
        let (d, e) = (low >> 48 & 0x3FFF | 0x8000, low & 0xFFFF_FFFF_FFFF);
        format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
    }
}

/// The finishing step of SplitMix64.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}
