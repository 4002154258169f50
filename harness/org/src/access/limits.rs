//! The org's limits: which there are, how high, and what is left.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ApiVersion, Org, ctx::Ctx};

/// A limit of the org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Its name, such as `DailyApiRequests`.
    pub name: Arc<str>,
    /// How many there may be.
    pub max: i64,
    /// How many are left.
    pub remaining: i64,
    /// Limits inside this one, such as `CreateCustom` in `PermissionSets`.
    pub parts: Vec<Self>,
}

/// A limit as the platform documents it, with the allowance of a Developer Edition org.
struct Row {
    name: &'static str,
    max: i64,
    /// The first and the last API version that names it.
    versions: (u8, u8),
}

const fn row(name: &'static str, max: i64) -> Row {
    Row { name, max, versions: (0, u8::MAX) }
}

const fn since(name: &'static str, max: i64, first: u8) -> Row {
    Row { name, max, versions: (first, u8::MAX) }
}

const fn until(name: &'static str, max: i64, last: u8) -> Row {
    Row { name, max, versions: (0, last) }
}

const DAILY_API_REQUESTS: &str = "DailyApiRequests";
const HOURLY_EVENTS: &str = "HourlyPublishedPlatformEvents";
const DATA_STORAGE: &str = "DataStorageMB";
const FILE_STORAGE: &str = "FileStorageMB";
const PERMISSION_SETS: &str = "PermissionSets";
/// How many of the permission sets an org may make itself.
const CUSTOM_PERMISSION_SETS: i64 = 1000;

/// The unit of the storage limits, in bytes.
const MEGABYTE: u64 = 1024 * 1024;

/// The limits, ordered by name.
static ROWS: &[Row] = &[
    row("ActiveScratchOrgs", 3),
    row("AnalyticsExternalDataSizeMB", 40_960),
    row("ConcurrentAsyncGetReportInstances", 200),
    row("ConcurrentEinsteinDataInsightsStoryCreation", 5),
    row("ConcurrentEinsteinDiscoveryStoryCreation", 2),
    row("ConcurrentSyncReportRuns", 20),
    row("DailyAnalyticsDataflowJobExecutions", 60),
    row("DailyAnalyticsUploadedFilesSizeMB", 51_200),
    row(DAILY_API_REQUESTS, 0),
    row("DailyAsyncApexExecutions", 250_000),
    since("DailyAsyncApexTests", 500, 56),
    since("DailyBulkApiBatches", 15_000, 49),
    until("DailyBulkApiRequests", 15_000, 48),
    since("DailyBulkV2QueryFileStorageMB", 976_562, 47),
    since("DailyBulkV2QueryJobs", 10_000, 47),
    row("DailyDeliveredPlatformEvents", 10_000),
    since("DailyDurableGenericStreamingApiEvents", 10_000, 37),
    since("DailyDurableStreamingApiEvents", 10_000, 37),
    row("DailyEinsteinDataInsightsStoryCreation", 1000),
    row("DailyEinsteinDiscoveryPredictAPICalls", 50_000),
    row("DailyEinsteinDiscoveryPredictionsByCDC", 500_000),
    row("DailyEinsteinDiscoveryStoryCreation", 100),
    row("DailyGenericStreamingApiEvents", 10_000),
    row("DailyScratchOrgs", 6),
    row("DailyStandardVolumePlatformEvents", 10_000),
    row("DailyStreamingApiEvents", 10_000),
    row("DailyWorkflowEmails", 390),
    row(DATA_STORAGE, 1024),
    since("DurableStreamingApiConcurrentClients", 20, 37),
    row(FILE_STORAGE, 1024),
    row("HourlyAsyncReportRuns", 1200),
    row("HourlyDashboardRefreshes", 200),
    row("HourlyDashboardResults", 5000),
    row("HourlyDashboardStatuses", 999_999_999),
    row("HourlyLongTermIdMapping", 100_000),
    row("HourlyManagedContentPublicRequests", 50_000),
    row("HourlyODataCallout", 1000),
    row(HOURLY_EVENTS, 0),
    row("HourlyPublishedStandardVolumePlatformEvents", 1000),
    row("HourlyShortTermIdMapping", 100_000),
    row("HourlySyncReportRuns", 500),
    row("HourlyTimeBasedWorkflow", 1000),
    row("MassEmail", 5000),
    row("MonthlyEinsteinDiscoveryStoryCreation", 500),
    row("Package2VersionCreates", 6),
    row("Package2VersionCreatesWithoutValidation", 500),
    row(PERMISSION_SETS, 1500),
    row("SingleEmail", 5000),
    row("StreamingApiConcurrentClients", 20),
];

impl Org {
    /// The limits that the session's API version names. API requests, published custom events, bulk jobs, storage and permission sets are counted;
    /// what the org does not meter is untouched.
    pub(crate) fn limits(&self, ctx: &Ctx) -> Vec<Limit> {
        ROWS.iter().filter(|row| row.is_named_in(ctx.version)).map(|row| self.limit(ctx, row)).collect()
    }

    fn limit(&self, ctx: &Ctx, row: &Row) -> Limit {
        let limit = |name: &str, max: i64, used: i64, parts| Limit {
            name: name.into(),
            max,
            remaining: max.saturating_sub(used).max(0),
            parts,
        };
        match row.name {
            DAILY_API_REQUESTS => {
                let (used, max) = self.api_usage();
                limit(row.name, saturate(max), saturate(used), Vec::new())
            }
            HOURLY_EVENTS => {
                let used = self.published.clone().total_at(ctx.now);
                limit(row.name, saturate(self.hourly_events()), saturate(used), Vec::new())
            }
            DATA_STORAGE => limit(row.name, self.maximum(row), in_megabytes(self.data_storage()), Vec::new()),
            FILE_STORAGE => limit(row.name, self.maximum(row), in_megabytes(self.file_storage()), Vec::new()),
            PERMISSION_SETS => {
                let own = self.records("PermissionSet").filter(|set| !set.get("IsOwnedByProfile").is_true());
                let used = i64::try_from(own.count()).unwrap_or(i64::MAX);
                let custom = limit("CreateCustom", CUSTOM_PERMISSION_SETS, used, Vec::new());
                limit(row.name, self.maximum(row), used, vec![custom])
            }
            name => {
                let used = self.bulk_usage(name, ctx.now).unwrap_or_default();
                limit(name, self.maximum(row), saturate(used), Vec::new())
            }
        }
    }

    /// The maximum of a limit: as chosen for this org, or as the row has it.
    fn maximum(&self, row: &Row) -> i64 {
        self.settings.limits.get(row.name).map_or(row.max, |max| saturate(*max))
    }

    /// How many API requests there may be in 24 hours.
    pub(crate) fn daily_requests(&self) -> u64 {
        self.settings.limits.get(DAILY_API_REQUESTS).copied().unwrap_or(self.settings.daily_api_requests)
    }

    /// How many custom platform events may be published in an hour.
    pub(crate) fn hourly_events(&self) -> u64 {
        self.settings.limits.get(HOURLY_EVENTS).copied().unwrap_or(self.settings.hourly_published_events)
    }

    /// How many bytes of data storage there are.
    pub(super) fn data_storage_max(&self) -> u64 {
        let row = ROWS.iter().find(|row| row.name == DATA_STORAGE);
        let megabytes = row.map_or(i64::MAX, |row| self.maximum(row));
        u64::try_from(megabytes).unwrap_or_default().saturating_mul(MEGABYTE)
    }

    /// Sets the maxima of limits by name.
    ///
    /// # Errors
    ///
    /// The first name that no version's `/limits` has.
    pub(crate) fn set_limits<'a>(
        &mut self,
        limits: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> Result<(), String> {
        for (name, max) in limits {
            if !ROWS.iter().any(|row| row.name == name) {
                return Err(format!("`{name}` is no limit; GET /services/data/vXX.0/limits lists them"));
            }
            self.settings.limits.insert(name.into(), max);
        }
        Ok(())
    }
}

impl Row {
    fn is_named_in(&self, version: ApiVersion) -> bool {
        let (first, last) = self.versions;
        (first..=last).contains(&version.number())
    }
}

/// Whole megabytes; what has begun counts.
fn in_megabytes(bytes: u64) -> i64 {
    saturate(bytes.div_ceil(MEGABYTE))
}

fn saturate(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Settings,
        access::test_org::{START, TestOrg},
    };

    #[test]
    fn api_requests_and_permission_sets_are_counted() {
        let mut test = TestOrg::with(Settings { daily_api_requests: 15_000, ..Settings::default() });
        test.assign("Own", &[]);
        let token = test.token(START);
        assert!(test.authenticate(START, &token).is_ok());
        let ctx = test.authenticate(START, &token).unwrap();
        let limits = test.org.limits(&ctx);
        let limit = |name| limits.iter().find(|limit| &*limit.name == name).unwrap();
        assert_eq!((limit("DailyApiRequests").max, limit("DailyApiRequests").remaining), (15_000, 14_998));
        let sets = limit("PermissionSets");
        assert_eq!((sets.max, sets.remaining), (1500, 1499), "those of profiles do not count");
        assert_eq!((&*sets.parts[0].name, sets.parts[0].remaining), ("CreateCustom", 999));
    }

    #[test]
    fn the_bulk_limit_changes_its_name_with_version_49() {
        let mut test = TestOrg::new();
        let ctx = test.ctx();
        for (version, name) in [(48, "DailyBulkApiRequests"), (49, "DailyBulkApiBatches")] {
            let ctx = Ctx { version: ApiVersion::new(version).unwrap(), ..ctx.clone() };
            let limits = test.org.limits(&ctx);
            let names =
                limits.iter().map(|limit| &*limit.name).filter(|name| name.starts_with("DailyBulkApi"));
            assert_eq!(names.collect::<Vec<_>>(), [name]);
        }
    }

    #[test]
    fn limits_are_listed_by_name() {
        assert!(ROWS.is_sorted_by_key(|row| row.name));
    }

    #[test]
    fn maxima_are_chosen_by_name_and_unknown_names_are_refused() {
        let mut test = TestOrg::new();
        test.org.set_limits([("DailyApiRequests", 2), ("SingleEmail", 7)]).unwrap();
        let ctx = test.ctx();
        let limits = test.org.limits(&ctx);
        let of =
            |name| limits.iter().find(|limit| &*limit.name == name).map(|limit| (limit.max, limit.remaining));
        assert_eq!((of("DailyApiRequests"), of("SingleEmail")), (Some((2, 1)), Some((7, 7))));
        assert!(
            test.org
                .set_limits([("DailyMiracles", 1)])
                .unwrap_err()
                .starts_with("`DailyMiracles` is no limit")
        );
    }
}
