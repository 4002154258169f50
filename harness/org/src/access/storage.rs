//! How much storage the records and files of an org take, as the platform reckons it: by the number of records,
//! whatever is in them.

use crate::{
    ApiError, ErrorCode, Org, ValueRef,
    catalog::{Kind, SObjectDef, SupportedCall},
};

/// What a record takes, in bytes.
const RECORD: u64 = 2048;

/// Objects whose records take more or less.
const OTHER_SIZES: &[(&str, u64)] = &[("Campaign", 8192), ("CampaignMember", 1024)];

/// Objects that are laid out like data and are none: files have a storage of their own, users none.
const NO_DATA: &[&str] = &["Attachment", "ContentDocument", "ContentVersion", "Document", "User"];

/// The fields that hold files, with those that tell their size.
const FILES: &[(&str, &str)] =
    &[("Attachment", "BodyLength"), ("ContentVersion", "ContentSize"), ("Document", "BodyLength")];

/// What a record of this object takes of the data storage.
fn size(object: &SObjectDef) -> u64 {
    let name = &*object.name;
    // What people look at is data; what only describes the org is not.
    let is_data = object.kind == Kind::SObject && object.supports(SupportedCall::DescribeLayout);
    if !is_data || NO_DATA.contains(&name) {
        return 0;
    }
    OTHER_SIZES.iter().find(|(other, _)| *other == name).map_or(RECORD, |(_, size)| *size)
}

impl Org {
    /// What the records outside the Recycle Bin take, in bytes.
    pub(super) fn data_storage(&self) -> u64 {
        let of = |object: &SObjectDef| {
            let records = u64::try_from(self.store.table(object.index).live_len()).unwrap_or(u64::MAX);
            records.saturating_mul(size(object))
        };
        self.catalog.objects().iter().map(of).sum()
    }

    /// What the files outside the Recycle Bin take, in bytes.
    pub(super) fn file_storage(&self) -> u64 {
        let of = |(object, field): &(&str, &str)| {
            let sizes = self.records(object).map(|record| match record.get(field) {
                ValueRef::Int(size) => u64::try_from(size).unwrap_or_default(),
                _ => 0,
            });
            sizes.sum::<u64>()
        };
        FILES.iter().map(of).sum()
    }

    /// Checks that one more record has room, if the org minds.
    ///
    /// # Errors
    ///
    /// `STORAGE_LIMIT_EXCEEDED`.
    pub(super) fn check_storage(&self, object: &SObjectDef) -> Result<(), ApiError> {
        if !self.settings.enforce_storage {
            return Ok(());
        }
        let more = size(object);
        if more > 0 && self.data_storage().saturating_add(more) > self.data_storage_max() {
            return Err(ApiError::dml::<&str>(ErrorCode::StorageLimitExceeded, "storage limit exceeded", []));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        ErrorCode, Settings, Value,
        access::{WriteKind, test_org::TestOrg},
    };

    #[test]
    fn records_beyond_the_storage_are_refused_when_the_org_minds() {
        let settings = Settings { limits: [("DataStorageMB".into(), 1)].into(), ..Settings::default() };
        let mut test = TestOrg::with(Settings { enforce_storage: true, ..settings.clone() });
        test.permit("Asset", &["PermissionsCreate"]);
        let ctx = test.ctx();
        let check = |test: &TestOrg| {
            let asset = test.org.catalog.find_any("Asset").unwrap();
            test.org.check_write(&ctx, asset, WriteKind::Create).map_err(|error| error.code)
        };
        for _ in 0..512 {
            assert_eq!(check(&test), Ok(()));
            test.add("Asset", &[("Name", Value::text("a"))]);
        }
        assert_eq!(check(&test), Err(ErrorCode::StorageLimitExceeded));
        let of = |test: &TestOrg| {
            let limits = test.org.limits(&ctx);
            limits
                .into_iter()
                .find(|limit| &*limit.name == "DataStorageMB")
                .map(|limit| (limit.max, limit.remaining))
        };
        assert_eq!(of(&test), Some((1, 0)));
        let mut lenient = TestOrg::with(settings);
        lenient.permit("Asset", &["PermissionsCreate"]);
        (0..513).for_each(|_| {
            lenient.add("Asset", &[("Name", Value::text("a"))]);
        });
        assert_eq!(check(&lenient), Ok(()));
    }
}
