//! Stretches of time as people write them: `90s`, `1h30m`, `3d`, or ISO 8601.

/// Milliseconds of the units, longest first; `ms` before `m` and `s`.
const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1_000)];

/// A stretch of time as the control surface takes it: ISO 8601, or seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span(String);

impl Span {
    /// JSON for it.
    pub(crate) fn json(&self) -> String {
        self.0.clone()
    }
}

/// Reads a stretch of time.
pub(crate) fn parse_span(text: &str) -> Result<Span, String> {
    let unknown =
        || "give numbers with units, such as 90s, 1h30m or 3d, or a duration such as PT1H".to_owned();
    if text.starts_with('P') && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.') {
        return Ok(Span(format!("\"{text}\"")));
    }
    let (mut millis, mut rest) = (0_u64, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(unknown)?;
        let (number, after) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| unknown())?;
        let (unit, length) = UNITS.iter().find(|(unit, _)| after.starts_with(unit)).ok_or_else(unknown)?;
        millis = number.checked_mul(*length).and_then(|more| millis.checked_add(more)).ok_or_else(unknown)?;
        rest = &after[unit.len()..];
    }
    if text.is_empty() {
        return Err(unknown());
    }
    Ok(Span(format!("{}.{:03}", millis / 1000, millis % 1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time_have_units() {
        let json = |text| parse_span(text).map(|span| span.json());
        assert_eq!(json("1h30m").as_deref(), Ok("5400.000"));
        assert_eq!(json("1500ms").as_deref(), Ok("1.500"));
        assert_eq!(json("3d").as_deref(), Ok("259200.000"));
        assert_eq!(json("PT1H").as_deref(), Ok("\"PT1H\""));
        for text in ["", "1", "h", "-1s", "1.5s", "P\"", "99999999999999999w"] {
            assert!(json(text).is_err(), "{text}");
        }
    }
}
