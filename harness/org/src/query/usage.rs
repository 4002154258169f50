//! `FOR VIEW` and `FOR REFERENCE`: rows of an answer count as used.

use crate::{Org, RecordId, Value, ctx::Ctx};

impl Org {
    /// Notes that the user viewed a record, or came across it.
    ///
    /// The dates are no change of the record: its modification stays.
    pub(super) fn note_use(&mut self, ctx: &Ctx, id: RecordId, (viewed, referenced): (bool, bool)) {
        let Some(view) = self.store.live(id) else { return };
        let object = view.object;
        let index = object.index;
        let now = Value::DateTime(ctx.now.floor_second());
        let mut record = view.to_record();
        if viewed {
            record.set_opt(object.slot("LastViewedDate"), now.clone());
        }
        if viewed || referenced {
            record.set_opt(object.slot("LastReferencedDate"), now);
        }
        self.store.put(index, record);
        self.touch(ctx.user, id);
    }
}
