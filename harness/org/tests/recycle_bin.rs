//! The Recycle Bin is emptied by the clock: what lay in it for fifteen days is gone for good.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg_org::{
    AsyncDelay, Call, ErrorCode, InitiateOperation, Input, Org, RecordId, RecordKey, Reply, Settings,
    Timestamp, catalog::Catalog, events::ReplayId,
};

use support::{call, create, field, noon, session};

const DAY: Duration = Duration::from_secs(86_400);

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[]));

/// An account with a contact, both deleted at noon by the deletion of the account.
fn deleted_family(settings: &Settings) -> (Org, [RecordId; 2]) {
    // The session lasts as long as the test's months.
    let mut org = support::org_of(&CATALOG, &Settings { session_seconds: u32::MAX, ..settings.clone() });
    let account = create(&mut org, "Account", &[("Name", "Aurora Robotics")]);
    let contact = create(&mut org, "Contact", &[("LastName", "Meyer"), ("AccountId", &account)]);
    let key = RecordKey::Id(account.as_str().into());
    call(&mut org, Call::Delete { object: "Account".into(), key }).unwrap();
    (org, [account, contact].map(|id| id.parse().unwrap()))
}

fn undelete(org: &mut Org, now: Timestamp, id: RecordId) -> Result<RecordId, ErrorCode> {
    let ids = vec![id.to_string().into()];
    match org.call(now, &session(68), Call::Undelete { ids }).unwrap() {
        Reply::Undeleted(outcomes) => outcomes.into_iter().next().unwrap().map_err(|error| error.code),
        other => panic!("{other:?}"),
    }
}

/// The accounts that getDeleted names at `now` for the last sixteen days.
fn shown_as_deleted(org: &mut Org, now: Timestamp) -> Vec<RecordId> {
    let start = Timestamp::from_millis(now.millis() - 16 * 86_400_000);
    let window = (start.to_string().into(), now.to_string().into());
    match org.call(now, &session(68), Call::Deleted { object: "Account".into(), window }).unwrap() {
        Reply::Deleted { records, .. } => records.into_iter().map(|(id, _)| id).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deletion_can_be_undone_and_is_told_of_for_fifteen_days_and_no_longer() {
    let (mut org, family) = deleted_family(&Settings::default());
    let end = noon() + DAY * 15;
    let last = Timestamp::from_millis(end.millis() - 1);
    let mut early = org.clone();
    early.advance(last);
    assert_eq!(shown_as_deleted(&mut early, last), [family[0]]);
    assert_eq!(undelete(&mut early, last, family[0]), Ok(family[0]));
    assert!(family.iter().all(|id| !early.record(*id).unwrap().is_deleted()));
    early.advance(end + DAY);
    assert!(family.iter().all(|id| early.record(*id).is_some()), "what came back stays");

    assert_eq!(org.next_deadline(), Some(end));
    org.advance(end);
    assert!(family.iter().all(|id| org.record(*id).is_none()), "nothing of them takes memory");
    assert_eq!(org.next_deadline(), None);
    assert_eq!(shown_as_deleted(&mut org, end), []);
    assert_eq!(undelete(&mut org, end, family[0]), Err(ErrorCode::InvalidCrossReferenceKey));
}

#[test]
fn the_time_in_the_bin_is_a_setting_and_ends_for_each_deletion_by_itself() {
    let (mut org, [first, _]) = deleted_family(&Settings { recycle_bin_days: 2, ..Settings::default() });
    let second: RecordId = create(&mut org, "Account", &[("Name", "Borealis")]).parse().unwrap();
    let key = RecordKey::Id(second.to_string().into());
    let delete = Call::Delete { object: "Account".into(), key };
    org.call(noon() + DAY, &session(68), delete).unwrap();
    org.advance(noon() + DAY * 2);
    assert_eq!([first, second].map(|id| org.record(id).is_some()), [false, true]);
    assert_eq!(org.next_deadline(), Some(noon() + DAY * 3));
    org.advance(noon() + DAY * 3);
    assert!(org.record(second).is_none());
}

#[test]
fn a_job_runs_even_when_its_deleted_tracker_would_have_left_the_bin_before() {
    let (mut org, _) = deleted_family(&Settings {
        async_delay: AsyncDelay(DAY * 20),
        tracker_days: 40,
        ..Settings::default()
    });
    permit_renewals(&mut org);
    let asset = unmanaged_asset(&mut org);
    let ids = Input::Object(vec![field("assetIdArray", Input::Array(vec![Input::Text(asset.into())]))]);
    let call_renew =
        Call::Initiate { operation: InitiateOperation::Renewal, body: vec![field("assetIds", ids)] };
    call(&mut org, call_renew).unwrap();
    let rows: Vec<(String, RecordId)> = ["AsyncOperationTracker", "RevenueAsyncOperation"]
        .into_iter()
        .flat_map(|object| org.records(object).map(|row| (object.to_owned(), row.id())).collect::<Vec<_>>())
        .collect();
    assert_eq!(rows.len(), 2);
    for (object, id) in &rows {
        let key = RecordKey::Id(id.to_string().into());
        let version = session(59);
        org.call(noon(), &version, Call::Delete { object: object.as_str().into(), key }).unwrap();
    }
    org.advance(noon() + DAY * 20);
    let ended = org.events().after(ReplayId(0)).filter(|event| &*event.event == "AssetRenewInitiatedEvent");
    assert_eq!(ended.count(), 1, "the job has told how it ended");
    org.advance(noon() + DAY * 60);
    assert!(rows.iter().all(|(_, id)| org.record(*id).is_none()));
    assert_eq!(org.next_deadline(), None);
}

/// Gives the administrator what renewals need.
fn permit_renewals(org: &mut Org) {
    let name = "RevLifecycleManagementInitiateRenewalApi";
    let set = create(org, "PermissionSet", &[("Name", name), ("Label", name)]);
    let user = org.records("User").next().unwrap().id().to_string();
    create(org, "PermissionSetAssignment", &[("PermissionSetId", &set), ("AssigneeId", &user)]);
}

/// An asset that has no life cycle, so that its renewal fails.
fn unmanaged_asset(org: &mut Org) -> String {
    let account = create(org, "Account", &[("Name", "Borealis")]);
    create(org, "Asset", &[("Name", "Team License"), ("AccountId", &account)])
}
