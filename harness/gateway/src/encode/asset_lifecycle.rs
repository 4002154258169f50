//! The answer of the low-level life-cycle API: the ids of what was written.

use mockorg_org::{AssetLifecycleReply, RecordId};

use crate::json::JsonWriter;

/// Writes the asset, its action, the action's sources and the new periods.
pub(crate) fn asset_lifecycle(w: &mut JsonWriter, reply: &AssetLifecycleReply) {
    w.begin_object().key("asset").begin_object();
    id(w, reply.asset);
    w.end_object().key("assetAction").begin_object();
    id(w, reply.asset_action);
    w.end_object().key("assetActionSources").begin_array();
    for (source, reference) in &reply.asset_action_sources {
        w.begin_object();
        id(w, *source);
        w.key("referenceId").optional(reference.as_deref()).end_object();
    }
    w.end_array().key("assetStatePeriods").begin_array();
    for period in &reply.asset_state_periods {
        w.begin_object();
        id(w, *period);
        w.end_object();
    }
    w.end_array().end_object();
}

fn id(w: &mut JsonWriter, id: RecordId) {
    w.key("id").display(id);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonForm;

    #[test]
    fn the_answer_names_every_record_that_was_written_and_what_the_sources_refer_to() {
        let id = |text: &str| text.parse::<RecordId>().unwrap();
        let reply = AssetLifecycleReply {
            asset: id("02iRO0000000001"),
            asset_action: id("4nLRO0000000001"),
            asset_action_sources: vec![
                (id("4nMRO0000000001"), Some("802RO0000000001YAA".into())),
                (id("4nMRO0000000002"), None),
            ],
            asset_state_periods: vec![id("4nKRO0000000001")],
        };
        let mut w = JsonWriter::new(JsonForm::Compact);
        asset_lifecycle(&mut w, &reply);
        assert_eq!(
            String::from_utf8(w.finish()).unwrap(),
            r#"{"asset":{"id":"02iRO0000000001YAA"},"assetAction":{"id":"4nLRO00000000012AA"},"assetActionSources":[{"id":"4nMRO00000000012AA","referenceId":"802RO0000000001YAA"},{"id":"4nMRO00000000022AA","referenceId":null}],"assetStatePeriods":[{"id":"4nKRO00000000012AA"}]}"#
        );
    }
}
