//! Bitmaps of fields: which fields of a change event's record an update changed or nulled.

use std::fmt::Write as _;

use mockorg_org::catalog::Slot;

use super::types::{RecordType, Source};

/// The elements of `changedFields` and `nulledFields`: first the fields of the record itself, then one
/// element for each compound field of which parts are meant. Nothing when there is nothing to tell.
pub(super) fn bitmaps(record: &RecordType, slots: &[Slot]) -> Vec<String> {
    let mut own = Vec::new();
    let mut nested = Vec::new();
    for (place, field) in record.fields.iter().enumerate() {
        match &field.source {
            Source::Slot(slot) if slots.contains(slot) => own.push(place),
            Source::Parts(parts) => {
                let places: Vec<usize> = (0..parts.len())
                    .filter(|place| parts[*place].is_some_and(|slot| slots.contains(&slot)))
                    .collect();
                if !places.is_empty() {
                    nested.push(format!("{place}-{}", hex(&places)));
                }
            }
            _ => {}
        }
    }
    let own = (!own.is_empty()).then(|| hex(&own));
    own.into_iter().chain(nested).collect()
}

/// The places as a number in whole bytes. Clients lose lower-case digits, and need an even number of them.
fn hex(places: &[usize]) -> String {
    let bytes = places.iter().max().map_or(0, |highest| highest / 8 + 1);
    let mut bits = vec![0_u8; bytes];
    for place in places {
        bits[place / 8] |= 1 << (place % 8);
    }
    let mut text = String::from("0x");
    for byte in bits.iter().rev() {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_upper_case_in_whole_bytes_with_the_first_field_last() {
        assert_eq!(hex(&[7, 13]), "0x2080");
        assert_eq!(hex(&[11, 22]), "0x400800");
        assert_eq!(hex(&[0]), "0x01");
        assert_eq!(hex(&[3, 1, 27, 29]), "0x2800000A");
    }
}
