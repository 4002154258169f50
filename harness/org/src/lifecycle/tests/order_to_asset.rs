//! Order to asset by lines: which lines become assets, and how their events are divided.

use std::num::NonZeroUsize;

use super::support::{Fields, Lab, body, dec, id, lab, number, text};
use crate::{
    ActionOutcome, ApiVersion, Call, ErrorCode, Input, RecordId, Reply, Value, ctx::Ctx, events::ReplayId,
};

const ITEMS: &str = "createOrUpdateAssetFromOrderItem";

fn invoke(lab: &mut Lab, input: Fields<'_>) -> ActionOutcome {
    match lab.call(Call::InvokeAction { name: ITEMS.into(), inputs: vec![body(input)] }).unwrap() {
        Reply::Invoked { outcomes, .. } => outcomes.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Runs the action for these lines to its end; gives the request identifier.
fn assetize(lab: &mut Lab, lines: &[RecordId]) -> Value {
    let ids = Input::Array(lines.iter().map(|line| id(*line)).collect());
    let outputs = invoke(lab, vec![("orderItemIds", ids)]).unwrap();
    lab.org.advance(lab.now);
    let (_, request) = outputs.iter().find(|(name, _)| &**name == "requestId").unwrap();
    request.value().unwrap().clone()
}

/// An activated order of so many lines.
fn sold(lab: &mut Lab, count: usize) -> (RecordId, Vec<RecordId>) {
    let order = lab.draft_order("2022-01-01");
    let lines = (0..count)
        .map(|_| lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]))
        .collect();
    lab.activate(order.0);
    (order.0, lines)
}

/// The events of a request: order, whether it is the last, and its lines with their assets.
fn events(lab: &Lab, request: &Value) -> Vec<(String, bool, Vec<RecordId>)> {
    let all: Vec<_> = lab.org.events().after(ReplayId(0)).cloned().collect();
    all.iter()
        .filter(|event| *event.event == *"CreateAssetOrderEvent")
        .filter(|event| lab.event_value(event, "RequestIdentifier") == *request)
        .map(|event| {
            let order = lab.event_value(event, "OrderIdentifier");
            let entries = lab.entries(event, "AssetDetails", "CreateAssetOrderDtlEvent", &["OrderItemId"]);
            let lines = entries.iter().filter_map(|entry| entry[0].as_id()).collect();
            let last = lab.event_value(event, "IsLastEvent").is_true();
            (order.as_text().unwrap().to_owned(), last, lines)
        })
        .collect()
}

/// Ties two lines as the configurator does; clients lack the relationship type that they would have to give.
fn relate(lab: &mut Lab, root: RecordId, part: RecordId) {
    let user = lab.only("User", "Username", "admin@mockorg.example");
    let access = lab.org.access_of(lab.now, user);
    let ctx = Ctx { now: lab.now, version: ApiVersion::NEWEST, user, session: 0, access };
    let values = vec![("MainOrderItemId", root.into()), ("AssociatedOrderItemId", part.into())];
    lab.org.system_create(&ctx, "OrderItemRelationship", values).unwrap();
}

#[test]
fn only_the_named_lines_become_assets() {
    let mut lab = lab();
    let (order, lines) = sold(&mut lab, 3);
    let request = assetize(&mut lab, &lines[1..2]);
    let asset = lab.asset_of(lines[1]);
    for other in [lines[0], lines[2]] {
        assert!(lab.with("AssetActionSource", "ReferenceEntityItemId", other).is_empty());
    }
    let tracker = lab.only("AsyncOperationTracker", "CorrelationIdentifier", request);
    assert_eq!(lab.text(tracker, "JobType"), "AssetizationAsyncJob");
    assert_eq!(lab.get(tracker, "ReferenceEntityId"), Value::Id(order));
    assert_eq!(lab.number(tracker, "TotalJobItems"), dec("1"));

    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(lab.asset_of(lines[1]), asset, "the rest of the order leaves it alone");
    assert_eq!(lab.actions(asset).len(), 1);
    lab.asset_of(lines[2]);
}

#[test]
fn a_long_order_is_reported_in_several_events_of_which_only_the_last_says_so() {
    let mut lab = lab();
    lab.org.settings.asset_event_batch = NonZeroUsize::new(2).unwrap();
    let (order, lines) = sold(&mut lab, 5);
    let outputs = lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    let order = order.to_string();
    let batch = |last, lines: &[RecordId]| (order.clone(), last, lines.to_vec());
    assert_eq!(
        events(&lab, outputs[0].1.value().unwrap()),
        [batch(false, &lines[..2]), batch(false, &lines[2..4]), batch(true, &lines[4..])]
    );
    // A batch that is just full is not followed by an empty event.
    let (order, lines) = sold(&mut lab, 4);
    let outputs = lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    let order = order.to_string();
    let batch = |last, lines: &[RecordId]| (order.clone(), last, lines.to_vec());
    assert_eq!(
        events(&lab, outputs[0].1.value().unwrap()),
        [batch(false, &lines[..2]), batch(true, &lines[2..])]
    );
}

#[test]
fn lines_of_several_orders_are_reported_order_by_order_in_the_order_of_the_request() {
    let mut lab = lab();
    let (first, a) = sold(&mut lab, 2);
    let (second, b) = sold(&mut lab, 1);
    let request = assetize(&mut lab, &[b[0], a[1], a[0], b[0]]);
    assert_eq!(
        events(&lab, &request),
        [(second.to_string(), false, vec![b[0]]), (first.to_string(), true, vec![a[1], a[0]])]
    );
    let tracker = lab.only("AsyncOperationTracker", "CorrelationIdentifier", request);
    assert!(lab.get(tracker, "ReferenceEntityId").is_null(), "no single record stands for the job");
    assert_eq!(lab.number(tracker, "SuccessfulJobItems"), dec("3"), "a line named twice is one item");
}

#[test]
fn a_named_line_that_fails_has_its_row_under_the_category_of_the_action() {
    let mut lab = lab();
    let (_, good) = sold(&mut lab, 1);
    let draft = lab.draft_order("2022-01-01");
    let bad = lab.add_line(draft, "Usage Monitoring", vec![("Quantity", number("1"))]);
    let request = assetize(&mut lab, &[good[0], bad]);
    let tracker = lab.only("AsyncOperationTracker", "CorrelationIdentifier", request);
    assert_eq!(lab.text(tracker, "Status"), "CompletedWithFailures");
    lab.asset_of(good[0]);
    let row = lab.only("RevenueTransactionErrorLog", "RelatedRecordId", bad);
    assert_eq!(lab.text(row, "Category"), "OrderItemToAsset");
    assert_eq!(lab.text(row, "ErrorCode"), "INVALID_STATUS");
    assert_eq!(lab.get(row, "PrimaryRecordId"), Value::Id(draft.0));
}

#[test]
fn a_line_that_is_deleted_before_its_job_ran_fails_and_is_not_forgotten() {
    let mut lab = lab();
    lab.delay(60);
    let (order, lines) = sold(&mut lab, 2);
    let ids = Input::Array(lines.iter().map(|line| id(*line)).collect());
    let outputs = invoke(&mut lab, vec![("orderItemIds", ids)]).unwrap();
    lab.update(order, vec![("Status", text("Draft"))]).unwrap();
    lab.delete(lines[0]).unwrap();
    lab.activate(order);
    lab.move_to("2022-01-01T08:05:00Z");
    assert_eq!(events(&lab, outputs[0].1.value().unwrap()), [(order.to_string(), true, lines.clone())]);
    let tracker =
        lab.only("AsyncOperationTracker", "CorrelationIdentifier", outputs[0].1.value().unwrap().clone());
    assert_eq!(lab.text(tracker, "Status"), "CompletedWithFailures");
    lab.asset_of(lines[1]);
}

#[test]
fn the_parts_of_a_bundle_are_tied_by_whichever_request_comes_last() {
    for component_first in [false, true] {
        let mut lab = lab();
        let order = lab.draft_order("2022-01-01");
        let root = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
        let part = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("2"))]);
        relate(&mut lab, root, part);
        lab.activate(order.0);
        let requests = if component_first { [part, root] } else { [root, part] };
        assetize(&mut lab, &requests[..1]);
        let alone = lab.asset_of(requests[0]);
        for end in ["AssetId", "RelatedAssetId"] {
            assert!(lab.with("AssetRelationship", end, alone).is_empty());
        }
        assetize(&mut lab, &requests[1..]);
        let tie = lab.only("AssetRelationship", "RelatedAssetId", lab.asset_of(part));
        assert_eq!(lab.get(tie, "AssetId"), Value::Id(lab.asset_of(root)));
        assetize(&mut lab, &requests);
        lab.only("AssetRelationship", "RelatedAssetId", lab.asset_of(part));
    }
}

#[test]
fn one_bad_line_refuses_its_input_and_starts_nothing() {
    let mut lab = lab();
    let (order, lines) = sold(&mut lab, 1);
    let jobs = lab.org.records("AsyncOperationTracker").count();
    for (value, code) in [
        (Input::Null, ErrorCode::RequiredFieldMissing),
        (Input::Array(vec![]), ErrorCode::RequiredFieldMissing),
        (id(lines[0]), ErrorCode::InvalidInput),
        (Input::Array(vec![id(lines[0]), id(order)]), ErrorCode::InvalidInput),
        (Input::Array(vec![id(lines[0]), text("802")]), ErrorCode::InvalidInput),
        (Input::Array(vec![Input::Null]), ErrorCode::InvalidInput),
    ] {
        let errors = invoke(&mut lab, vec![("orderItemIds", value)]).unwrap_err();
        assert_eq!(errors[0].code, code);
    }
    assert_eq!(lab.org.records("AsyncOperationTracker").count(), jobs);
    lab.use_version(58);
    let call = Call::InvokeAction { name: ITEMS.into(), inputs: vec![] };
    assert_eq!(lab.call(call).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn without_the_permission_set_neither_action_can_be_called() {
    let mut lab = lab();
    let set = lab.named("PermissionSet", "RevLifecycleManagementCoreCPQAssetization");
    for assignment in lab.with("PermissionSetAssignment", "PermissionSetId", set) {
        lab.delete(assignment).unwrap();
    }
    for name in [ITEMS, "createOrUpdateAssetFromOrder"] {
        let error = lab.call(Call::InvokeAction { name: name.into(), inputs: vec![] }).unwrap_err();
        assert_eq!(error.code, ErrorCode::InsufficientAccess, "{name}");
        lab.call(Call::DescribeAction { name: name.into() }).unwrap();
    }
}
