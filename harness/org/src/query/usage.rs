//! `FOR VIEW` and `FOR REFERENCE`: rows of an answer count as used.

use super::resolve::Usage;
use crate::{Org, RecordId, Value, ctx::Ctx};

impl Org {
    /// Notes that the user viewed a record, or came across it.
    ///
    /// The dates are no change of the record: its modification stays.
    pub(super) fn note_use(&mut self, ctx: &Ctx, id: RecordId, usage: Usage) {
        let Some(view) = self.store.live(id) else { return };
        let object = view.object;
        let index = object.index;
        let now = Value::DateTime(ctx.now.floor_second());
        let mut record = view.to_record();
        if usage.view {
            record.set_opt(object.slot("LastViewedDate"), now.clone());
        }
        if usage.view || usage.reference {
            record.set_opt(object.slot("LastReferencedDate"), now);
        }
        self.store.put(index, record);
        self.touch(ctx.user, id);
    }
}
