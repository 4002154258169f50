//! Units that were running when an image was made.

use std::sync::Arc;

use super::{
    operation::Operation,
    unit::{Job, Progress, Unit},
};
use crate::{Org, RecordId, ctx::Ctx};

impl Org {
    /// Reads the statements of running units again; an image does not hold what came of them.
    pub(crate) fn resume_exports(&mut self) {
        let running = |(id, job): (&RecordId, &Arc<Job>)| {
            let reads = |unit: &Unit| matches!(unit.progress, Progress::Reading(..));
            job.units.iter().any(reads).then_some(*id)
        };
        let ids: Vec<RecordId> = self.bulk.jobs.iter().filter_map(running).collect();
        for id in ids {
            let Some(job) = self.bulk.jobs.get(&id) else { continue };
            let mut job = Job::clone(job);
            let all = Operation::named(&job.shown.request.operation) == Some(Operation::QueryAll);
            for unit in &mut job.units {
                let Progress::Reading(export, ..) = &mut unit.progress else { continue };
                let ctx = Ctx { now: unit.begun.unwrap_or(job.ctx.now), ..job.ctx.clone() };
                let soql = String::from_utf8_lossy(&unit.request);
                *export = self.plan_export(&ctx, &soql, all).ok().map(Box::new);
            }
            self.bulk.jobs.insert(id, Arc::new(job));
        }
    }
}
