//! Replay ids on the wire: eight bytes of a number, the highest first, and two zeros.

use bytes::Bytes;
use mockorg_org::events::ReplayId;

/// The form in which clients get a position.
pub(crate) fn to_bytes(id: ReplayId) -> Bytes {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&id.0.to_be_bytes());
    Bytes::copy_from_slice(&bytes)
}

/// Reads a position. Clients that count in numbers send eight bytes.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<ReplayId> {
    let number = match bytes {
        [number @ .., 0, 0] if bytes.len() == 10 => number,
        number => number,
    };
    Some(ReplayId(u64::from_be_bytes(number.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_bytes_go_out_and_eight_or_ten_come_in() {
        let recorded = [0, 0, 0, 0, 0, 7, 0x6F, 0x5B, 0, 0];
        assert_eq!(*to_bytes(ReplayId(487_259)), recorded);
        assert_eq!(from_bytes(&recorded), Some(ReplayId(487_259)));
        assert_eq!(from_bytes(&recorded[..8]), Some(ReplayId(487_259)));
        // Eight bytes may end with zeros, too.
        assert_eq!(from_bytes(&[0, 0, 0, 0, 0, 1, 0, 0]), Some(ReplayId(65_536)));
        for malformed in [&b""[..], b"x", &recorded[..9], &[0; 11], &[0, 0, 0, 0, 0, 0, 0, 1, 0, 1]] {
            assert_eq!(from_bytes(malformed), None, "{malformed:?}");
        }
    }
}
