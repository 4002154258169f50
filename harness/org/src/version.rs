//! API versions: `31.0` to `68.0`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An API version. Only whole releases exist, so `62.0` is kept as 62.
///
/// # Examples
///
/// ```
/// use mockorg_org::ApiVersion;
///
/// let version: ApiVersion = "62.0".parse().unwrap();
/// assert!(version < ApiVersion::NEWEST);
/// assert_eq!(version.to_string(), "62.0");
/// assert_eq!(version.label(), "Winter '25");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(u8);

impl ApiVersion {
    /// The oldest version that is still served.
    pub const OLDEST: Self = Self(31);
    /// The newest version, and the default.
    pub const NEWEST: Self = Self(68);

    /// The version with this number, if it is live.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= Self::OLDEST.0 && number <= Self::NEWEST.0 { Some(Self(number)) } else { None }
    }

    /// The number before the `.0`.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Every live version, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Self)
    }

    /// The release's name, as `/services/data` prints it.
    #[must_use]
    pub fn label(self) -> String {
        // 31.0 was Summer '14; three releases a year follow, and Winter opens the next year.
        let releases = u32::from(self.0 - Self::OLDEST.0) + 2;
        let year = 14 + releases / 3;
        let season = ["Winter", "Spring", "Summer"][(releases % 3) as usize];
        format!("{season} '{year}")
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.0)
    }
}

/// The text is not the number of a live version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a live API version (31.0 to 68.0)")]
pub struct InvalidApiVersion(String);

impl FromStr for ApiVersion {
    type Err = InvalidApiVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_suffix(".0")
            .filter(|number| number.len() == 2)
            .and_then(|number| number.parse().ok())
            .and_then(Self::new)
            .ok_or_else(|| InvalidApiVersion(text.to_owned()))
    }
}

impl Serialize for ApiVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ApiVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The versions in which an object, a field or a picklist value exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// The first version.
    pub since: ApiVersion,
    /// The last version.
    pub until: ApiVersion,
}

impl VersionRange {
    /// Every live version.
    pub const ALL: Self = Self { since: ApiVersion::OLDEST, until: ApiVersion::NEWEST };

    /// Whether `version` lies inside.
    #[must_use]
    pub fn contains(self, version: ApiVersion) -> bool {
        self.since <= version && version <= self.until
    }

    /// Whether no version lies inside.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.since > self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_follow_the_release_calendar() {
        for (number, label) in [
            (31, "Summer '14"),
            (58, "Summer '23"),
            (59, "Winter '24"),
            (61, "Summer '24"),
            (66, "Spring '26"),
        ] {
            assert_eq!(ApiVersion::new(number).unwrap().label(), label);
        }
    }

    #[test]
    fn only_whole_live_versions_parse() {
        assert_eq!("58.0".parse::<ApiVersion>().unwrap().number(), 58);
        for text in ["30.0", "69.0", "58", "58.1", "058.0", "", "v58.0", "5.0"] {
            assert!(text.parse::<ApiVersion>().is_err(), "{text}");
        }
    }
}
