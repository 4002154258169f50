//! Replication windows: what was deleted or changed between two moments.

use crate::{
    ApiError, ErrorCode, Org, Reply, Timestamp,
    catalog::{SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// How far back the windows reach, in days.
const REACH_DAYS: i64 = 30;
const DAY_MILLIS: i64 = 86_400_000;
const MINUTE_MILLIS: i64 = 60_000;

impl Org {
    /// The records deleted in a window.
    ///
    /// # Errors
    ///
    /// `INVALID_REPLICATION_DATE` for windows that are reversed, too short or too far back.
    pub(crate) fn deleted(
        &self,
        ctx: &Ctx,
        object: &str,
        window: &(Box<str>, Box<str>),
    ) -> Result<Reply, ApiError> {
        let def =
            replicateable(Self::visible_object(&self.catalog, ctx, object)?, SupportedCall::GetDeleted)?;
        let (start, end) = read_window(ctx, window)?;
        let mut records: Vec<_> = self
            .store
            .table(def.index)
            .views(def)
            .filter(|record| record.is_deleted())
            .filter_map(|record| {
                let at = record.at_opt(def.system.system_modstamp).as_datetime()?;
                (start <= at && at < end).then_some((record.id(), at))
            })
            .collect();
        records.sort_by_key(|(id, at)| (*at, *id));
        Ok(Reply::Deleted {
            records,
            earliest_date_available: self.purged_until(ctx.now).floor_minute(),
            latest_date_covered: end,
        })
    }

    /// The records created or changed in a window.
    ///
    /// # Errors
    ///
    /// As for [`Org::deleted`].
    pub(crate) fn updated(
        &self,
        ctx: &Ctx,
        object: &str,
        window: &(Box<str>, Box<str>),
    ) -> Result<Reply, ApiError> {
        let def =
            replicateable(Self::visible_object(&self.catalog, ctx, object)?, SupportedCall::GetUpdated)?;
        let (start, end) = read_window(ctx, window)?;
        let ids = self
            .store
            .live_records(def)
            .filter(|view| {
                let at = view.at_opt(def.system.system_modstamp).as_datetime();
                at.is_some_and(|at| start <= at && at < end)
            })
            .map(|view| view.id())
            .collect();
        Ok(Reply::Updated { ids, latest_date_covered: end })
    }
}

fn replicateable(def: &SObjectDef, call: SupportedCall) -> Result<&SObjectDef, ApiError> {
    if def.supports(call) {
        return Ok(def);
    }
    let message = format!("sObject type '{}' is not replicateable.", def.name);
    Err(ApiError::exception(ErrorCode::InvalidType, message))
}

/// Both ends, without their seconds, which the platform ignores.
fn read_window(ctx: &Ctx, (start, end): &(Box<str>, Box<str>)) -> Result<(Timestamp, Timestamp), ApiError> {
    let refuse = |message: &str| ApiError::exception(ErrorCode::InvalidReplicationDate, message);
    let read = |name: &str, text: &str| {
        // A plus that was not percent-encoded arrives as a blank.
        let text = text.replace(' ', "+");
        let zoned = if text.contains(['Z', 'z']) || text.rfind(['+', '-']).is_some_and(|at| at > 10) {
            text
        } else {
            format!("{text}Z")
        };
        Timestamp::parse(&zoned)
            .map(Timestamp::floor_minute)
            .ok_or_else(|| refuse(&format!("invalid {name} date")))
    };
    let (start, end) = (read("start", start)?, read("end", end)?);
    if end.millis() - start.millis() <= MINUTE_MILLIS {
        return Err(refuse(if end <= start {
            "endDate before startDate"
        } else {
            "startDate and endDate must be more than one minute apart"
        }));
    }
    if start.millis() < ctx.now.millis() - REACH_DAYS * DAY_MILLIS {
        return Err(refuse("startDate cannot be more than 30 days ago"));
    }
    Ok((start, end.min(Timestamp::from_millis(ctx.now.millis() + MINUTE_MILLIS).floor_minute())))
}
