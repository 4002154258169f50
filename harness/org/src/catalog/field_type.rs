//! The types of fields.

use serde::Deserialize;

/// The types of the describe answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// The row's own id.
    Id,
    /// Text of one line.
    String,
    /// Text of several lines.
    TextArea,
    /// One value of a list.
    Picklist,
    /// Several values of a list, joined by `;`.
    MultiPicklist,
    /// A list with free text.
    ComboBox,
    /// A lookup or master-detail key.
    Reference,
    /// true or false, never null.
    Boolean,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// An amount of money.
    Currency,
    /// A percentage.
    Percent,
    /// A calendar day.
    Date,
    /// An instant, to the second.
    DateTime,
    /// A time of day.
    Time,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// A compound address.
    Address,
    /// A compound geolocation.
    Location,
    /// A blob.
    Base64,
    /// Text that reads back masked.
    EncryptedString,
    /// A value whose type differs by row.
    #[serde(rename = "anyType")]
    AnyType,
    /// A nested structure, as in the detail lists of events.
    ComplexValue,
}

impl FieldType {
    /// Whether values are compared and stored as text.
    #[must_use]
    pub const fn is_textual(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::TextArea
                | Self::Picklist
                | Self::MultiPicklist
                | Self::ComboBox
                | Self::Email
                | Self::Phone
                | Self::Url
                | Self::EncryptedString
        )
    }
}
