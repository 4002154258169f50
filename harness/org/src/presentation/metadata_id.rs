//! Ids of what an org has without being a record: layouts, list views, custom fields.

use crate::{Org, RecordId};

/// How many ids nine places can hold.
const COUNTERS: u64 = 62_u64.pow(9);

impl Org {
    /// The id of something that a definition declares, such as a list view. It follows from the prefix and
    /// the name alone, so that it stays the same as long as the org has it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use mockorg_org::{Org, Settings, catalog::Catalog};
    ///
    /// let org = Org::new(Arc::new(Catalog::default()), Settings::default());
    /// let id = org.metadata_id(*b"00h", "Layout:Account");
    /// assert_eq!(id.key_prefix(), "00h");
    /// assert_eq!(id, org.metadata_id(*b"00h", "Layout:Account"));
    /// ```
    #[must_use]
    pub fn metadata_id(&self, key_prefix: [u8; 3], name: &str) -> RecordId {
        let organization = self.organization.as_15().as_bytes();
        let pod = [organization[3], organization[4], organization[5]];
        RecordId::compose(key_prefix, pod, hash(name) % COUNTERS)
    }
}

/// FNV-1a: the same in every run.
fn hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
