//! As much of DER as leads to the RSA key in a certificate or a public key.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// The `RSAPublicKey` inside a `Certificate`, a `SubjectPublicKeyInfo`, or as it is.
pub(super) fn rsa_public_key(der: &[u8]) -> Option<&[u8]> {
    let (tag, outer, _) = element(der)?;
    let (first, inner, rest) = element(outer).filter(|_| tag == SEQUENCE)?;
    if first == INTEGER {
        return Some(der);
    }
    match element(rest)?.0 {
        BIT_STRING => bits(rest),
        SEQUENCE => {
            // The certificate: serial, algorithm, issuer, validity, subject, key.
            let mut at = inner;
            if element(at)?.0 == VERSION {
                at = element(at)?.2;
            }
            for _ in 0..5 {
                at = element(at)?.2;
            }
            let (_, key, _) = element(at)?;
            bits(element(key)?.2)
        }
        _ => None,
    }
}

/// The whole bytes of a bit string.
fn bits(der: &[u8]) -> Option<&[u8]> {
    let (tag, content, _) = element(der)?;
    content.strip_prefix(&[0]).filter(|_| tag == BIT_STRING)
}

/// The first element: its tag, its content, and what stands behind it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_found_in_each_wrapping() {
        let key: &[u8] = &[SEQUENCE, 6, INTEGER, 1, 5, INTEGER, 1, 3];
        assert_eq!(rsa_public_key(key), Some(key));
        let mut info = vec![SEQUENCE, 13, SEQUENCE, 0, BIT_STRING, 9, 0];
        info.extend_from_slice(key);
        assert_eq!(rsa_public_key(&info), Some(key));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(prop_oneof![Just(SEQUENCE), Just(0x84), 0u8..8, any::<u8>()], 0..60)) {
            let _ = rsa_public_key(&bytes);
        }
    }
}
