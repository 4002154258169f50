//! One thing that is expected, and how often.

use std::fmt;

use crate::journal::Pattern;

/// How often something should have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// So often; 0 for never.
    Exactly(u64),
    /// So often or more.
    AtLeast(u64),
    /// So often or less.
    AtMost(u64),
    /// From the first to the second, both included.
    Between(u64, u64),
}

impl Times {
    /// Whether so often is right.
    #[must_use]
    pub const fn allows(self, count: u64) -> bool {
        self.least() <= count && count <= self.most()
    }

    /// How often at least.
    #[must_use]
    pub const fn least(self) -> u64 {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) | Self::Between(count, _) => count,
            Self::AtMost(_) => 0,
        }
    }

    /// How often at most.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Exactly(count) | Self::AtMost(count) | Self::Between(_, count) => count,
            Self::AtLeast(_) => u64::MAX,
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(0) => f.write_str("never"),
            Self::Exactly(count) => write!(f, "exactly {count} ×"),
            Self::AtLeast(count) => write!(f, "at least {count} ×"),
            Self::AtMost(count) => write!(f, "at most {count} ×"),
            Self::Between(least, most) => write!(f, "between {least} and {most} ×"),
        }
    }
}

/// What is expected, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What the entries are like.
    pub pattern: Pattern,
    /// How many of them there are.
    pub times: Times,
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.times, self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_bounds_on_both_sides() {
        let allowed = |times: Times| (0..5).filter(|count| times.allows(*count)).collect::<Vec<u64>>();
        assert_eq!(allowed(Times::Exactly(0)), [0]);
        assert_eq!(allowed(Times::AtLeast(3)), [3, 4]);
        assert_eq!(allowed(Times::AtMost(1)), [0, 1]);
        assert_eq!(allowed(Times::Between(1, 2)), [1, 2]);
    }
}
