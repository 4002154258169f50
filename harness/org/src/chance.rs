//! Chance without a random device: one SplitMix64 stream per purpose, all from one seed.

/// A stream of numbers that depends on nothing but the seed and the purpose.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream for `purpose`. Adding a draw to one purpose does not shift another.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a keeps the streams apart; it needs no more than that.
        let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A UUID of version 4, as the platform writes request identifiers.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            (low >> 48) & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }

    /// Text of `length` characters out of `alphabet`.
    pub(crate) fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[(self.next() % alphabet.len() as u64) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_by_seed_and_differ_by_purpose() {
        let draw = |seed, purpose| Chance::new(seed, purpose).next();
        assert_eq!(draw(1, "token"), draw(1, "token"));
        assert_ne!(draw(1, "token"), draw(1, "uuid"));
        assert_ne!(draw(1, "token"), draw(2, "token"));
    }

    #[test]
    fn uuids_have_the_form_of_version_4() {
        let uuid = Chance::new(7, "uuid").uuid();
        let parts: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}
