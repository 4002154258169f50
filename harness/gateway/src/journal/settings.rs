//! How much of the traffic is kept.

/// What the journal keeps, and how much of it. The oldest entries go first; those that went are counted.
///
/// # Examples
///
/// ```
/// use mockorg_gateway::JournalSettings;
///
/// let settings = JournalSettings::full(500);
/// assert!(settings.bodies && settings.entries == 500);
/// assert!(!JournalSettings::default().bodies);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSettings {
    /// The most entries; 0 keeps none.
    pub entries: usize,
    /// The most bytes of addresses, headers and bodies together.
    pub bytes: usize,
    /// Whether headers and bodies are kept; otherwise only address, endpoint and status.
    pub bodies: bool,
}

impl JournalSettings {
    /// Keeps nothing.
    pub const OFF: Self = Self { entries: 0, bytes: 0, bodies: false };

    /// Keeps headers and bodies of so many calls, up to 256 MB of them.
    #[must_use]
    pub const fn full(entries: usize) -> Self {
        Self { entries, bytes: 256 * 1024 * 1024, bodies: true }
    }
}

impl Default for JournalSettings {
    /// The last 10,000 calls without headers and bodies.
    fn default() -> Self {
        Self { entries: 10_000, bytes: 4 * 1024 * 1024, bodies: false }
    }
}
