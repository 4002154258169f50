//! Names that the org's own tables hold: written as texts, and found again in the tables.

use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

use crate::{jobs, redefine};

/// A name of the org's own tables.
pub(crate) type Known = &'static str;

/// The name as the tables have it; `None` when none has it.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    let own = ["", "ApexTrigger"].into_iter().find(|own| *own == name);
    own.or_else(|| redefine::kind(name).map(|kind| kind.name)).or_else(|| jobs::known_name(name))
}

/// Writes the name.
pub(crate) fn serialize<S: Serializer>(name: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name)
}

/// Finds the name.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    let name = Box::<str>::deserialize(deserializer)?;
    known(&name).ok_or_else(|| D::Error::custom(format_args!("there is no `{name}`")))
}

/// Maps whose keys begin with such a name, as lists.
pub(crate) mod map {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    type Map<V> = BTreeMap<(&'static str, Box<str>), V>;

    /// Writes the entries in their order.
    pub(crate) fn serialize<V: Serialize, S: Serializer>(
        map: &Map<V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter().map(|((kind, name), value)| (kind, name, value)))
    }

    /// Reads the entries.
    pub(crate) fn deserialize<'de, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Map<V>, D::Error> {
        let entries = Vec::<(Box<str>, Box<str>, V)>::deserialize(deserializer)?;
        let own = |(kind, name, value): (Box<str>, Box<str>, V)| {
            let kind =
                super::known(&kind).ok_or_else(|| D::Error::custom(format_args!("there is no `{kind}`")))?;
            Ok(((kind, name), value))
        };
        entries.into_iter().map(own).collect()
    }
}

/// Lists of a fixed length.
pub(crate) mod array {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    /// Writes the numbers.
    pub(crate) fn serialize<S: Serializer, const N: usize>(
        numbers: &[u64; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers)
    }

    /// Reads as many numbers.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[u64; N], D::Error> {
        let numbers = Vec::<u64>::deserialize(deserializer)?;
        numbers.try_into().map_err(|_| D::Error::custom(format_args!("there are not {N} numbers")))
    }
}
