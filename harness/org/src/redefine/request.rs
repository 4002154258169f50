//! Deployments and retrievals: accepted now, done by the agenda.

use std::sync::Arc;

use super::{
    call::{DeployRequest, SaveVerb},
    change::Change,
    component::Component,
    kinds::kind,
    reply::{DeployState, DeployedComponent, RequestStatus, RetrieveState},
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx, jobs::Work};

/// A deployment or retrieval.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Request {
    ctx: Ctx,
    order: Order,
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
enum Order {
    Deploy(Arc<DeployRequest>, DeployState),
    Retrieve(RetrieveState),
}

/// A step of a deployment or retrieval.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum MetadataWork {
    /// It leaves the queue.
    Start(RecordId),
    /// It is done.
    Finish(RecordId),
}

impl Org {
    /// Accepts a deployment.
    pub(super) fn deploy(&mut self, ctx: &Ctx, request: DeployRequest) -> DeployState {
        let id = self.next_request(*b"0Af");
        let state = DeployState {
            id,
            status: RequestStatus::Pending,
            user: ctx.user,
            user_name: self.name_of_user(ctx.user),
            created: ctx.now,
            started: None,
            completed: None,
            check_only: request.check_only,
            rollback_on_error: request.rollback_on_error,
            ignore_warnings: request.ignore_warnings,
            total: request.components.len() + request.removed.len() + request.problems.len(),
            results: Vec::new(),
        };
        self.accept(ctx, id, Order::Deploy(Arc::new(request), state.clone()));
        state
    }

    /// Accepts a retrieval.
    pub(super) fn accept_retrieval(
        &mut self,
        ctx: &Ctx,
        types: Vec<(Box<str>, Vec<Box<str>>)>,
    ) -> RetrieveState {
        let id = self.next_request(*b"09S");
        let (components, missing) = (Vec::new(), Vec::new());
        let state = RetrieveState { id, status: RequestStatus::Pending, components, missing, types };
        self.accept(ctx, id, Order::Retrieve(state.clone()));
        state
    }

    fn next_request(&mut self, prefix: [u8; 3]) -> RecordId {
        self.metadata.asked += 1;
        RecordId::compose(prefix, self.store.pod(), self.metadata.asked)
    }

    fn accept(&mut self, ctx: &Ctx, id: RecordId, order: Order) {
        self.metadata.requests.insert(id, Request { ctx: ctx.clone(), order });
        let delay = self.settings.async_delay.0;
        self.agenda.plan(ctx.now + delay / 2, Work::Metadata(MetadataWork::Start(id)));
        self.agenda.plan(ctx.now + delay, Work::Metadata(MetadataWork::Finish(id)));
    }

    /// A deployment as it is now.
    ///
    /// # Errors
    ///
    /// `INVALID_CROSS_REFERENCE_KEY` for an id of none.
    pub(super) fn deploy_status(&self, id: &str) -> Result<DeployState, ApiError> {
        match self.request(id).map(|request| &request.order) {
            Some(Order::Deploy(_, state)) => Ok(state.clone()),
            _ => Err(unknown(id)),
        }
    }

    /// A retrieval as it is now.
    ///
    /// # Errors
    ///
    /// `INVALID_CROSS_REFERENCE_KEY` for an id of none.
    pub(super) fn retrieve_status(&self, id: &str) -> Result<RetrieveState, ApiError> {
        match self.request(id).map(|request| &request.order) {
            Some(Order::Retrieve(state)) => Ok(state.clone()),
            _ => Err(unknown(id)),
        }
    }

    fn request(&self, id: &str) -> Option<&Request> {
        self.metadata.requests.get(&id.parse().ok()?)
    }

    /// Stops a deployment that has not ended.
    ///
    /// # Errors
    ///
    /// `INVALID_CROSS_REFERENCE_KEY` for an id of none.
    pub(super) fn cancel_deploy(&mut self, ctx: &Ctx, id: &str) -> Result<DeployState, ApiError> {
        let key: RecordId = id.parse().map_err(|_| unknown(id))?;
        match self.metadata.requests.get_mut(&key).map(|request| &mut request.order) {
            Some(Order::Deploy(_, state)) => {
                if !state.status.is_done() {
                    state.status = RequestStatus::Canceled;
                    state.completed = Some(ctx.now);
                }
                Ok(state.clone())
            }
            _ => Err(unknown(id)),
        }
    }

    /// Does a step that is due.
    pub(crate) fn perform_metadata(&mut self, at: Timestamp, work: MetadataWork) {
        let (MetadataWork::Start(id) | MetadataWork::Finish(id)) = work;
        let Some(mut request) = self.metadata.requests.remove(&id) else { return };
        let ctx = Ctx { now: at, ..request.ctx.clone() };
        match (&mut request.order, work) {
            (Order::Deploy(_, state), _) if state.status.is_done() => {}
            (Order::Deploy(_, state), MetadataWork::Start(_)) => {
                state.status = RequestStatus::InProgress;
                state.started = Some(at);
            }
            (Order::Retrieve(state), MetadataWork::Start(_)) => state.status = RequestStatus::InProgress,
            (Order::Deploy(order, state), MetadataWork::Finish(_)) => {
                state.results = self.run_deploy(&ctx, order);
                self.count_unmodelled(state.results.iter().filter_map(|result| result.problem.as_ref()));
                let failures = state.results.iter().filter(|result| result.problem.is_some()).count();
                state.status = match failures {
                    0 => RequestStatus::Succeeded,
                    some if some < state.results.len() && !state.rollback_on_error => {
                        RequestStatus::SucceededPartial
                    }
                    _ => RequestStatus::Failed,
                };
                state.completed = Some(at);
            }
            (Order::Retrieve(state), MetadataWork::Finish(_)) => {
                self.collect(state);
                state.status = RequestStatus::Succeeded;
            }
        }
        self.metadata.requests.insert(id, request);
    }

    fn run_deploy(&mut self, ctx: &Ctx, order: &DeployRequest) -> Vec<DeployedComponent> {
        let before = self.clone();
        let saves =
            order.components.iter().map(|(file, own)| (file, Change::Save(SaveVerb::Upsert, own.clone())));
        let deletes = order.removed.iter().map(|(file, own)| (file, Change::Delete(own.clone())));
        let mut pending: Vec<(&Box<str>, Change)> = saves.chain(deletes).collect();
        let mut results: Vec<DeployedComponent> = order
            .problems
            .iter()
            .map(|(file, problem)| DeployedComponent {
                kind: problem.kind.clone(),
                full_name: problem.full_name.clone(),
                file_name: file.clone(),
                id: None,
                created: false,
                changed: false,
                deleted: false,
                problem: Some(problem.clone()),
            })
            .collect();
        // Without those that cannot be, the others may; each round has fewer.
        loop {
            let changes: Vec<Change> = pending.iter().map(|(_, change)| change.clone()).collect();
            match self.change_metadata(ctx, &changes) {
                Ok(done) => {
                    for ((file, change), done) in pending.iter().zip(done) {
                        let own = change.component();
                        let id = kind(&own.kind).and_then(|kind| self.facts_of(kind, &own.full_name).id);
                        results.push(DeployedComponent {
                            kind: own.kind.clone(),
                            full_name: own.full_name.clone(),
                            file_name: (*file).clone(),
                            id,
                            created: done.created,
                            changed: done.changed,
                            deleted: matches!(change, Change::Delete(_)),
                            problem: None,
                        });
                    }
                    break;
                }
                Err(problems) => {
                    let count = pending.len();
                    for problem in problems {
                        let place = |holds: fn(&Component, &str, &str) -> bool| {
                            pending.iter().position(|(_, change)| {
                                holds(change.component(), &problem.kind, &problem.full_name)
                            })
                        };
                        let at = place(is).or_else(|| place(holds));
                        let file = at.map(|at| pending.remove(at).0.clone());
                        results.push(DeployedComponent {
                            kind: problem.kind.clone(),
                            full_name: problem.full_name.clone(),
                            file_name: file.unwrap_or_default(),
                            id: None,
                            created: false,
                            changed: false,
                            deleted: false,
                            problem: Some(problem),
                        });
                    }
                    if pending.len() == count {
                        break;
                    }
                }
            }
        }
        let failed = results.iter().any(|result| result.problem.is_some());
        if order.check_only || (failed && order.rollback_on_error) {
            self.go_back_to(before);
        }
        results
    }

    fn collect(&self, state: &mut RetrieveState) {
        for (name, members) in &state.types {
            let Some(own) = kind(name) else {
                state
                    .missing
                    .push(format!("Entity type '{name}' is not available in this organization").into());
                continue;
            };
            let all = members.iter().any(|member| &**member == "*");
            let mut names: Vec<Box<str>> =
                members.iter().filter(|member| &***member != "*").cloned().collect();
            if all {
                // Standard objects are retrieved by name only, as on the platform.
                let is_own =
                    |name: &str| own.name != "CustomObject" || name.ends_with("__c") || name.ends_with("__e");
                names.extend(self.names_of(own, None).into_iter().filter(|name| is_own(name)));
            }
            for name in names {
                match self.whole_component(own, &name) {
                    Some(component) => {
                        state.components.push((self.facts_of(own, &component.full_name), component))
                    }
                    None => state
                        .missing
                        .push(format!("Entity of type '{}' named '{name}' cannot be found", own.name).into()),
                }
            }
        }
    }
}

/// Whether a component is the one named.
fn is(component: &Component, kind: &str, full_name: &str) -> bool {
    component.full_name.eq_ignore_ascii_case(full_name) && *component.kind == *kind
}

/// Whether a component is the object of the one named.
fn holds(component: &Component, _: &str, full_name: &str) -> bool {
    let object = full_name.split_once('.').map_or(full_name, |(object, _)| object);
    &*component.kind == "CustomObject" && component.full_name.eq_ignore_ascii_case(object)
}

fn unknown(id: &str) -> ApiError {
    ApiError::exception(ErrorCode::InvalidCrossReferenceKey, format!("invalid cross reference id: {id}"))
}
