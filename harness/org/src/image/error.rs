//! Images that cannot be used.

/// Why no org comes from an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The bytes do not begin as an image does.
    #[error("this is no image of an org")]
    NotAnImage,
    /// A later version of mockorg has written the image.
    #[error(
        "the image has version {found}, and this mockorg reads versions up to {newest}; use a newer mockorg"
    )]
    Version {
        /// The version of the image.
        found: u16,
        /// The newest version that is read.
        newest: u16,
    },
    /// The image has been cut off or changed since it was written.
    #[error("the image is damaged: its checksum does not fit its content")]
    Damaged,
    /// The image is of an org that began with other definitions.
    #[error(
        "the image is of an org with other definitions: {0}; begin with the definitions and the features of that org"
    )]
    OtherDefinitions(Box<str>),
    /// What the image says cannot be.
    #[error("the image contradicts itself: {0}")]
    Content(Box<str>),
}

impl ImageError {
    pub(crate) fn content(what: impl std::fmt::Display) -> Self {
        Self::Content(what.to_string().into())
    }
}
