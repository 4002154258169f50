//! Reading records for assertions, without a trace in the org.

use std::sync::Arc;

use mockorg_gateway::Gateway;
use mockorg_org::{Call, Cell, Org, RecordId, RecordKey, RecordView, Reply, Timestamp, Value};

use crate::{RecordSnapshot, Session};

/// A record by its id in either form, deleted ones included.
pub(crate) fn record(gateway: &Gateway, session: &Session, id: &str) -> Option<RecordSnapshot> {
    let id: RecordId = id.parse().ok()?;
    gateway.with_org(|org, now| snapshots(org, now, session, &[org.record(id)?]).pop())
}

/// The records of an object that are not deleted; panics when there is no such object.
#[track_caller]
pub(crate) fn records(gateway: &Gateway, session: &Session, object: &str) -> Vec<RecordSnapshot> {
    let found = gateway.with_org(|org, now| {
        org.catalog().find_any(object)?;
        let views: Vec<_> = org.records(object).collect();
        Some(snapshots(org, now, session, &views))
    });
    match found {
        Some(records) => records,
        None => panic!("the org has no object {object}"),
    }
}

/// Records with their computed fields.
fn snapshots(org: &Org, now: Timestamp, session: &Session, views: &[RecordView<'_>]) -> Vec<RecordSnapshot> {
    // Reading as a client counts requests and marks records as viewed; an assertion must not.
    let mut copy = org.clone();
    let session = session.in_org();
    views
        .iter()
        .map(|view| {
            let mut values: Box<[Value]> =
                view.object.fields.iter().map(|field| view.at(field.slot).to_value()).collect();
            for (name, value) in computed(&mut copy, now, &session, *view) {
                if let Some(place) = view.object.slot(&name).and_then(|slot| values.get_mut(slot.index()))
                    && place.is_null()
                {
                    *place = value;
                }
            }
            RecordSnapshot::new(Arc::clone(org.catalog()), view.object.index, view.id(), values)
        })
        .collect()
}

/// What a client reads of a record; nothing of deleted ones.
fn computed(
    org: &mut Org,
    now: Timestamp,
    session: &mockorg_org::Session,
    view: RecordView<'_>,
) -> Vec<(Arc<str>, Value)> {
    let key = RecordKey::Id(view.id().to_string().into());
    let call = Call::Retrieve { object: Box::from(&*view.object.name), key, fields: None };
    let Ok(Reply::Row(row)) = org.call(now, session, call) else { return Vec::new() };
    let plain = |(name, cell): (&Arc<str>, Cell)| match cell {
        Cell::Value(value) => Some((Arc::clone(name), value)),
        _ => None,
    };
    row.columns.iter().zip(row.cells).filter_map(plain).collect()
}
