//! What can be chosen about an org. Every choice that the platform's documents leave open is here.

use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use serde::{Deserialize, Serialize};

use crate::ApiVersion;

/// The choices of one org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The seed of every draw of chance.
    pub seed: u64,
    /// How long asynchronous operations take.
    #[serde(skip)]
    pub async_delay: AsyncDelay,
    /// How long a session lives after its last use, in seconds. The platform's default is two hours.
    pub session_seconds: u32,
    /// The daily API requests.
    pub daily_api_requests: u64,
    /// How often a user may log in within an hour, by any flow.
    pub logins_per_hour: u32,
    /// The maxima of limits that are not those of a Developer Edition org, by the names that `/limits` has.
    pub limits: BTreeMap<Box<str>, u64>,
    /// Whether records beyond the data storage are refused with STORAGE_LIMIT_EXCEEDED. A test that loads many
    /// records should not find out by surprise, so it is off.
    pub enforce_storage: bool,
    /// The version that `statusURL` carries when the called one does not know RevenueAsyncOperation.
    pub status_url_version: ApiVersion,
    /// For how many days a tracker is kept after it was submitted. Not documented; 30 is a choice.
    pub tracker_days: u32,
    /// For how many days a deleted record lies in the Recycle Bin, can be brought back, and is shown among the
    /// deleted records. The platform's is 15.
    pub recycle_bin_days: u32,
    /// For how many seconds a query locator lives. Documents differ between 15 minutes and two days.
    pub locator_seconds: u32,
    /// How many query locators a user may hold; one more ends the oldest.
    pub locators_per_user: usize,
    /// How many steps a query may take: records that can match times comparisons, weighed by what each
    /// costs. More is QUERY_TIMEOUT, as the platform ends what runs for too long. A step takes some tens of
    /// nanoseconds.
    pub query_steps: u64,
    /// How many order lines one CreateAssetOrderEvent reports. Not documented; 200 is a choice.
    pub asset_event_batch: NonZeroUsize,
    /// From which version on an asset can be changed before a change of it that is still to come. Not
    /// documented; the first version whose help allows it is a choice.
    pub future_dated_changes_since: ApiVersion,
    /// Whether the orders and quotes of the asset actions are marked as those of revenue life-cycle
    /// management, so that activation alone makes their assets. Not documented; that they are is a choice.
    pub initiated_records_marked: bool,
    /// The CategoryEnum of asset actions that only change fields of an asset. The guide and what was seen in
    /// orgs differ.
    pub field_amendment_category: FieldAmendmentCategory,
    /// What describes say about the fields of the asset life cycle: the guides, or a live org. Only describes
    /// change; what clients may write does not.
    pub lifecycle_flags: LifecycleFlags,
    /// How many events can be replayed at most. The platform keeps all of 72 hours; a bound keeps the memory
    /// of a long run bounded.
    pub events_kept: NonZeroUsize,
    /// How many custom platform events may be published in an hour, over all APIs.
    pub hourly_published_events: u64,
    /// Whether one more is refused with LIMIT_EXCEEDED. A test that publishes without end should not find out
    /// by surprise, so it is off.
    pub enforce_published_events: bool,
    /// The objects whose changes become change events, besides those that channel members select.
    pub change_data_capture: Vec<Box<str>>,
    /// How many changes of one transaction are told one by one; what is beyond becomes overflow events.
    pub changes_per_transaction: u32,
    /// A session that exists from the start, for the administrator.
    pub session_token: Option<Box<str>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            async_delay: AsyncDelay::default(),
            session_seconds: 7200,
            daily_api_requests: 100_000,
            logins_per_hour: 3600,
            limits: BTreeMap::new(),
            enforce_storage: false,
            status_url_version: ApiVersion::new(58).unwrap_or(ApiVersion::NEWEST),
            tracker_days: 30,
            recycle_bin_days: 15,
            locator_seconds: 900,
            locators_per_user: 10,
            query_steps: 200_000_000,
            asset_event_batch: NonZeroUsize::MIN.saturating_add(199),
            future_dated_changes_since: ApiVersion::new(67).unwrap_or(ApiVersion::NEWEST),
            initiated_records_marked: true,
            field_amendment_category: FieldAmendmentCategory::default(),
            lifecycle_flags: LifecycleFlags::default(),
            events_kept: NonZeroUsize::MIN.saturating_add(99_999),
            hourly_published_events: 50_000,
            enforce_published_events: false,
            change_data_capture: Vec::new(),
            changes_per_transaction: 100_000,
            session_token: None,
        }
    }
}

/// Whose word describes take for the fields of the asset life cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LifecycleFlags {
    /// The guides: life-cycle fields of assets, actions and their sources cannot be written.
    #[default]
    Documented,
    /// A live org of version 67.0, as its administrator sees it: many of these fields can be written.
    Live,
}

/// What an amendment is called in the ledger of an asset that changes neither its quantity, its price, nor its
/// term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldAmendmentCategory {
    /// As seen in orgs.
    #[default]
    Upsells,
    /// As the descriptions of the categories suggest.
    #[serde(rename = "Terms And Conditions Changes")]
    TermsAndConditionsChanges,
}

impl FieldAmendmentCategory {
    /// The value of CategoryEnum.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upsells => "Upsells",
            Self::TermsAndConditionsChanges => "Terms And Conditions Changes",
        }
    }
}

/// How long an asynchronous operation takes: half of the time it waits, half of it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsyncDelay(pub Duration);
