//! What a job does.

use super::refusal;
use crate::{ApiError, Org, ctx::Ctx};

/// The operations of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
    Query,
    QueryAll,
}

impl Operation {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Insert, "insert"),
        (Self::Update, "update"),
        (Self::Upsert, "upsert"),
        (Self::Delete, "delete"),
        (Self::HardDelete, "hardDelete"),
        (Self::Query, "query"),
        (Self::QueryAll, "queryAll"),
    ];

    /// The operation of this name; the case of the letters counts.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(operation, _)| *operation)
    }

    /// Whether it reads.
    pub(crate) const fn reads(self) -> bool {
        matches!(self, Self::Query | Self::QueryAll)
    }
}

impl Org {
    /// The operation of a job that is to be created.
    ///
    /// # Errors
    ///
    /// `INVALIDOPERATION` for names that are none, `FEATURENOTENABLED` for hardDelete without its permission.
    pub(super) fn check_operation(&self, ctx: &Ctx, name: &str) -> Result<Operation, ApiError> {
        let operation =
            Operation::named(name).ok_or_else(|| refusal::operation(format!("Invalid operation: {name}")))?;
        if operation == Operation::HardDelete && !ctx.access.has("BulkApiHardDelete") {
            return Err(refusal::feature(
                "hardDelete operation requires special user profile permission, please contact your system administrator",
            ));
        }
        Ok(operation)
    }
}
