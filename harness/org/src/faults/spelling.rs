//! How plans are written down: durations and times as ISO 8601 texts, probabilities between 0 and 1.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::plan::Probability;

/// Durations.
pub(super) mod duration {
    use std::{fmt, time::Duration};

    use jiff::SignedDuration;
    use serde::{Deserializer, Serializer, de};

    /// Writes the duration as ISO 8601 does.
    pub(in crate::faults) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let signed = SignedDuration::try_from(*duration).unwrap_or(SignedDuration::MAX);
        serializer.collect_str(&signed)
    }

    /// Reads an ISO 8601 text, or a number of seconds.
    pub(in crate::faults) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        deserializer.deserialize_any(Text)
    }

    struct Text;

    impl de::Visitor<'_> for Text {
        type Value = Duration;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a duration such as PT0.25S, or a number of seconds")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
            let own = text.parse::<SignedDuration>().ok().filter(|_| text.starts_with('P'));
            let own = own.and_then(|own| Duration::try_from(own).ok());
            own.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }

        fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
            Ok(Duration::from_secs(seconds))
        }

        fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
            let own = u64::try_from(seconds).map(Duration::from_secs);
            own.map_err(|_| E::invalid_value(de::Unexpected::Signed(seconds), &self))
        }

        fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
            let own = Duration::try_from_secs_f64(seconds);
            own.map_err(|_| E::invalid_value(de::Unexpected::Float(seconds), &self))
        }
    }
}

/// Times that may be missing.
pub(super) mod moment {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::Timestamp;

    /// Writes the time as the platform does.
    #[expect(clippy::ref_option, reason = "serde hands over a reference to the member")]
    pub(in crate::faults) fn serialize<S: Serializer>(
        moment: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        moment.map(|moment| moment.to_string()).serialize(serializer)
    }

    /// Reads a time with its offset.
    pub(in crate::faults) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let wrong = || D::Error::custom(format_args!("`{text}` is no time such as 2026-03-02T09:00:00Z"));
        Timestamp::parse(&text).map(Some).ok_or_else(wrong)
    }
}

impl Serialize for Probability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / f64::from(Self::ONE.0))
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(D::Error::custom(format_args!("a probability lies between 0 and 1, not {share}")));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a million lies between 0 and a million"
        )]
        let millionths = (share * f64::from(Self::ONE.0)).round() as u32;
        Ok(Self(millionths))
    }
}
