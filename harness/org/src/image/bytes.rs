//! Numbers and texts as bytes, and back. Whatever is read is held against what is there: a length that lies gives an
//! error and reserves nothing.

use super::ImageError;
use crate::RecordId;

/// Writes numbers and texts one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Seven bits a byte, the low ones first.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    /// Small numbers of either sign take little room.
    pub(crate) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    pub(crate) fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.raw(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn id(&mut self, id: RecordId) {
        self.raw(id.as_15().as_bytes());
    }
}

/// Reads what a [`Writer`] has written.
#[derive(Debug)]
pub(crate) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(crate) const fn left(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn raw(&mut self, length: usize) -> Result<&'b [u8], ImageError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(short)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, ImageError> {
        let (head, rest) = self.rest.split_first().ok_or_else(short)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn number(&mut self) -> Result<u64, ImageError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(ImageError::content("a number is too long"))
    }

    pub(crate) fn signed(&mut self) -> Result<i64, ImageError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The length of something of which each piece takes a byte at least.
    pub(crate) fn length(&mut self) -> Result<usize, ImageError> {
        let length = self.number()?;
        usize::try_from(length).ok().filter(|length| *length <= self.left()).ok_or_else(short)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'b [u8], ImageError> {
        let length = self.length()?;
        self.raw(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, ImageError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| ImageError::content("a text is no UTF-8"))
    }

    pub(crate) fn id(&mut self) -> Result<RecordId, ImageError> {
        let bytes: [u8; 15] = self.raw(15)?.try_into().map_err(|_| short())?;
        RecordId::from_bytes(bytes)
            .ok_or_else(|| ImageError::content("an id has other characters than ids have"))
    }
}

fn short() -> ImageError {
    ImageError::content("it ends too early")
}

/// A digest of bytes, the same in every process: FNV-1a over words of eight bytes.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    let step = |hash: u64, word: u64| {
        let mixed = (hash ^ word).wrapping_mul(0x0100_0000_01b3);
        // What a word changes in its high bits reaches the low ones, too.
        mixed ^ mixed >> 32
    };
    let mut words = bytes.chunks_exact(8);
    let hash = words.by_ref().fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, |hash, word| {
        step(hash, word.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)))
    });
    words.remainder().iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_that_lie_are_refused_before_anything_is_reserved() {
        let mut writer = Writer::default();
        writer.number(u64::MAX);
        writer.raw(b"abc");
        let bytes = writer.finish();
        assert!(Reader::new(&bytes).bytes().is_err());
        assert!(Reader::new(&bytes).text().is_err());
        assert!(Reader::new(&[0xff; 12]).number().is_err());
    }

    #[test]
    fn a_single_bit_changes_the_digest() {
        let bytes = vec![7_u8; 1003];
        for place in [0, 7, 8, 500, 1000, 1002] {
            let mut other = bytes.clone();
            other[place] ^= 0x80;
            assert_ne!(digest(&bytes), digest(&other), "{place}");
        }
        assert_ne!(digest(&bytes), digest(&bytes[..1002]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn numbers_and_texts_read_back(unsigned: u64, signed: i64, text: String) {
            let mut writer = Writer::default();
            writer.number(unsigned);
            writer.signed(signed);
            writer.text(&text);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.number(), Ok(unsigned));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.text(), Ok(&*text));
            prop_assert_eq!(reader.left(), 0);
        }
    }
}
