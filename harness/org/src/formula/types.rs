//! The types of formulas.

use std::fmt;

use crate::catalog::FieldType;

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// `NULL`, which suits every type.
    Null,
    /// Text, ids included.
    Text,
    /// A number.
    Number,
    /// true or false, never null.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant.
    DateTime,
    /// A time of day.
    Time,
    /// A value of a picklist; only some functions take it.
    Picklist,
    /// Values of a multi-select picklist; only some functions take them.
    MultiPicklist,
}

impl Type {
    /// What a field gives; `None` for fields that formulas cannot read.
    pub(crate) const fn of_field(field_type: FieldType) -> Option<Self> {
        use FieldType as F;
        Some(match field_type {
            F::Id | F::String | F::TextArea | F::Reference | F::Email | F::Phone | F::Url | F::ComboBox => {
                Self::Text
            }
            F::Picklist => Self::Picklist,
            F::MultiPicklist => Self::MultiPicklist,
            F::Boolean => Self::Boolean,
            F::Int | F::Double | F::Currency | F::Percent => Self::Number,
            F::Date => Self::Date,
            F::DateTime => Self::DateTime,
            F::Time => Self::Time,
            F::Address | F::Location | F::Base64 | F::EncryptedString | F::AnyType | F::ComplexValue => {
                return None;
            }
        })
    }

    /// The type of formula fields with this field type; `None` when there can be none.
    pub(crate) const fn of_formula_field(field_type: FieldType) -> Option<Self> {
        use FieldType as F;
        Some(match field_type {
            F::String | F::TextArea => Self::Text,
            F::Boolean => Self::Boolean,
            F::Double | F::Currency | F::Percent => Self::Number,
            F::Date => Self::Date,
            F::DateTime => Self::DateTime,
            F::Time => Self::Time,
            _ => return None,
        })
    }

    /// Whether a value of this type can stand where `wanted` is expected.
    pub(super) fn suits(self, wanted: Self) -> bool {
        self == wanted || self == Self::Null
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Time => "Time",
            Self::Picklist => "Picklist",
            Self::MultiPicklist => "Multi-Select Picklist",
        })
    }
}
