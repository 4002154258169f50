//! A status, or a class of them.

use std::{fmt, str::FromStr};

/// Which statuses are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusPattern {
    /// This one.
    One(u16),
    /// All with this first digit.
    Class(u16),
}

impl StatusPattern {
    /// Whether a status is meant.
    pub(crate) const fn fits(self, status: u16) -> bool {
        match self {
            Self::One(own) => own == status,
            Self::Class(first) => status / 100 == first,
        }
    }
}

impl FromStr for StatusPattern {
    type Err = ();

    /// Reads `404` or `4xx`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let (digits, lowest, highest) = if class.is_some() { (1, 1, 5) } else { (3, 100, 599) };
        let number = class.unwrap_or(text);
        let number: u16 = number.parse().ok().filter(|_| number.len() == digits).ok_or(())?;
        if !(lowest..=highest).contains(&number) {
            return Err(());
        }
        Ok(if class.is_some() { Self::Class(number) } else { Self::One(number) })
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(status) => status.fmt(f),
            Self::Class(first) => write!(f, "{first}xx"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_numbers_or_classes() {
        let read = |text: &str| text.parse::<StatusPattern>().map(|status| status.to_string());
        assert_eq!(
            (read("404"), read("4xx"), read("5XX")),
            (Ok("404".into()), Ok("4xx".into()), Ok("5xx".into()))
        );
        for text in ["", "4", "40", "4x", "9xx", "0404", "600", "+40", "x"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(StatusPattern::Class(4).fits(404) && !StatusPattern::Class(4).fits(500));
    }
}
