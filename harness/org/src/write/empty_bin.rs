//! emptyRecycleBin: deleted records go for good before their time.

use std::sync::Arc;

use crate::{ApiError, ErrorCode, Org, RecordId, Reply, access::WriteKind, ctx::Ctx};

impl Org {
    /// Takes deleted records out of the Recycle Bin for good, each alone, and with each what went with it.
    pub(crate) fn empty_recycle_bin(&mut self, ctx: &Ctx, ids: &[Box<str>]) -> Reply {
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            outcomes.push(self.purge_record(ctx, id));
        }
        Reply::Emptied(outcomes)
    }

    fn purge_record(&mut self, ctx: &Ctx, text: &str) -> Result<RecordId, ApiError> {
        let none = std::iter::empty::<&str>;
        let catalog = Arc::clone(&self.catalog);
        let id = text
            .parse::<RecordId>()
            .map_err(|_| ApiError::dml(ErrorCode::MalformedId, format!("malformed id {text}"), none()))?;
        let invalid =
            || ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", none());
        let def =
            catalog.object_of(id).filter(|def| ctx.access.object(def.index).read).ok_or_else(invalid)?;
        if !self.store.view(def.index, id).is_some_and(|record| record.is_deleted()) {
            return Err(invalid());
        }
        self.check_write(ctx, def, WriteKind::Delete)?;
        for gone in self.store.take_from_bin(id) {
            self.store.purge(gone);
        }
        Ok(id)
    }
}
