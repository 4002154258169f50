//! Limits, record counts, and the answers of getDeleted and getUpdated.

use std::sync::Arc;

use mockorg_org::{RecordId, Timestamp, access::Limit};

use super::{address::write_id, value::write_instant};
use crate::json::JsonWriter;

/// Writes the org's limits.
pub(crate) fn limits(w: &mut JsonWriter, limits: &[Limit]) {
    w.begin_object();
    members(w, limits);
    w.end_object();
}

fn members(w: &mut JsonWriter, limits: &[Limit]) {
    for limit in limits {
        w.key(&limit.name).begin_object();
        w.key("Max").int(limit.max).key("Remaining").int(limit.remaining);
        members(w, &limit.parts);
        w.end_object();
    }
}

/// Writes record counts.
pub(crate) fn record_count(w: &mut JsonWriter, counts: &[(Arc<str>, u64)]) {
    w.begin_object().key("sObjects").begin_array();
    for (name, count) in counts {
        w.begin_object().key("count").int(*count).key("name").string(name).end_object();
    }
    w.end_array().end_object();
}

/// Writes the records deleted in a window.
pub(crate) fn deleted(
    w: &mut JsonWriter,
    records: &[(RecordId, Timestamp)],
    earliest_date_available: Timestamp,
    latest_date_covered: Timestamp,
) {
    w.begin_object().key("deletedRecords").begin_array();
    for (id, at) in records {
        w.begin_object().key("deletedDate");
        write_instant(w, *at);
        w.key("id");
        write_id(w, *id);
        w.end_object();
    }
    w.end_array().key("earliestDateAvailable");
    write_instant(w, earliest_date_available);
    w.key("latestDateCovered");
    write_instant(w, latest_date_covered);
    w.end_object();
}

/// Writes the records created or changed in a window.
pub(crate) fn updated(w: &mut JsonWriter, ids: &[RecordId], latest_date_covered: Timestamp) {
    w.begin_object().key("ids").begin_array();
    for id in ids {
        write_id(w, *id);
    }
    w.end_array().key("latestDateCovered");
    write_instant(w, latest_date_covered);
    w.end_object();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonForm;

    fn written(build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w);
        String::from_utf8(w.finish()).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_limit_holds_the_limits_inside_it() {
        let custom = Limit { name: "CreateCustom".into(), max: 1000, remaining: 998, parts: Vec::new() };
        let sets = Limit { name: "PermissionSets".into(), max: 1500, remaining: 1498, parts: vec![custom] };
        assert_eq!(
            written(|w| limits(w, &[sets])),
            r#"{"PermissionSets":{"Max":1500,"Remaining":1498,"CreateCustom":{"Max":1000,"Remaining":998}}}"#
        );
    }

    #[test]
    fn counts_stand_before_names() {
        assert_eq!(
            written(|w| record_count(w, &[("Account".into(), 3)])),
            r#"{"sObjects":[{"count":3,"name":"Account"}]}"#
        );
    }

    #[test]
    fn deleted_records_carry_their_time_and_the_window_its_reach() {
        let id = "001Da00000xnAk6".parse().unwrap();
        let records = [(id, at("2013-05-07T22:07:19Z"))];
        assert_eq!(
            written(|w| deleted(w, &records, at("2013-05-03T15:57:00Z"), at("2013-05-08T21:20:00Z"))),
            r#"{"deletedRecords":[{"deletedDate":"2013-05-07T22:07:19.000+0000","id":"001Da00000xnAk6IAE"}],"earliestDateAvailable":"2013-05-03T15:57:00.000+0000","latestDateCovered":"2013-05-08T21:20:00.000+0000"}"#
        );
        assert_eq!(
            written(|w| updated(w, &[id], at("2015-08-19T08:17:00Z"))),
            r#"{"ids":["001Da00000xnAk6IAE"],"latestDateCovered":"2015-08-19T08:17:00.000+0000"}"#
        );
    }
}
