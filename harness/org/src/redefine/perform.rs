//! The operations of the Metadata API.

use super::{
    call::{MetadataCall, SaveVerb},
    change::{Change, named},
    component::Component,
    kinds::{Kind, kind},
    problem::ComponentProblem,
    reply::{MetadataReply, SavedComponent},
};
use crate::{ApiError, ErrorCode, Org, Reply, ctx::Ctx};

/// How many components one call may name.
const MOST_COMPONENTS: usize = 10;

impl Org {
    /// Performs one operation of the Metadata API.
    ///
    /// # Errors
    ///
    /// `INSUFFICIENT_ACCESS` for users who may not, `INVALID_TYPE` for types that there are not, `LIMIT_EXCEEDED`
    /// for too many components.
    pub(crate) fn metadata(&mut self, ctx: &Ctx, call: MetadataCall) -> Result<Reply, ApiError> {
        Self::require_metadata(ctx)?;
        if self.in_transaction {
            return Err(ApiError::not_modelled("metadata inside a transaction of several calls"));
        }
        let reply = match call {
            MetadataCall::Authorize => MetadataReply::Allowed,
            MetadataCall::List { kinds } => {
                let mut listed = Vec::new();
                for name in kinds {
                    let own = known(&name)?;
                    listed.extend(self.names_of(own, None).iter().map(|name| self.facts_of(own, name)));
                }
                MetadataReply::Listed(listed)
            }
            MetadataCall::Read { kind: name, full_names } => {
                let own = known(&name)?;
                few(full_names.len())?;
                MetadataReply::Read(full_names.iter().map(|name| self.whole_component(own, name)).collect())
            }
            MetadataCall::Save { verb, components, all_or_none } => {
                few(components.len())?;
                components.iter().try_for_each(|own| known(&own.kind).map(drop))?;
                let changes = components.into_iter().map(|own| Change::Save(verb, own)).collect();
                MetadataReply::Saved(self.save_each(ctx, changes, all_or_none))
            }
            MetadataCall::Delete { kind: name, full_names, all_or_none } => {
                let own = known(&name)?;
                few(full_names.len())?;
                let changes = full_names.iter().map(|name| Change::Delete(named(own.name, name))).collect();
                MetadataReply::Saved(self.save_each(ctx, changes, all_or_none))
            }
            MetadataCall::Deploy(request) => MetadataReply::Deploy(Box::new(self.deploy(ctx, *request))),
            MetadataCall::DeployStatus { id } => MetadataReply::Deploy(Box::new(self.deploy_status(&id)?)),
            MetadataCall::CancelDeploy { id } => {
                MetadataReply::Deploy(Box::new(self.cancel_deploy(ctx, &id)?))
            }
            MetadataCall::Retrieve { types } => {
                MetadataReply::Retrieve(Box::new(self.accept_retrieval(ctx, types)))
            }
            MetadataCall::RetrieveStatus { id } => {
                MetadataReply::Retrieve(Box::new(self.retrieve_status(&id)?))
            }
        };
        Ok(Reply::Metadata(reply))
    }

    /// Counts the components that were refused because they are not modelled.
    pub(super) fn count_unmodelled<'p>(&mut self, problems: impl Iterator<Item = &'p ComponentProblem>) {
        for problem in problems.filter(|problem| problem.code == ErrorCode::NotModelled) {
            self.refuse(&format!("metadata: {problem}"));
        }
    }

    fn save_each(&mut self, ctx: &Ctx, changes: Vec<Change>, all_or_none: bool) -> Vec<SavedComponent> {
        let before = all_or_none.then(|| self.clone());
        let mut saved: Vec<SavedComponent> = Vec::with_capacity(changes.len());
        for change in changes {
            let full_name = change.component().full_name.clone();
            let outcome = self.change_metadata(ctx, std::slice::from_ref(&change));
            saved.push(match outcome {
                Ok(done) => {
                    SavedComponent { full_name, created: done.iter().any(|done| done.created), problem: None }
                }
                Err(problems) => {
                    SavedComponent { full_name, created: false, problem: problems.into_iter().next() }
                }
            });
        }
        if let Some(before) = before.filter(|_| saved.iter().any(|own| own.problem.is_some())) {
            self.go_back_to(before);
            for own in saved.iter_mut().filter(|own| own.problem.is_none()) {
                let component =
                    Component { kind: Box::default(), full_name: own.full_name.clone(), values: Vec::new() };
                let what = "Record rolled back because not all records were valid and the request was using AllOrNone header";
                own.problem =
                    Some(ComponentProblem::new(&component, ErrorCode::AllOrNoneOperationRolledBack, what));
            }
        }
        self.count_unmodelled(saved.iter().filter_map(|own| own.problem.as_ref()));
        saved
    }
}

fn known(name: &str) -> Result<&'static Kind, ApiError> {
    kind(name).ok_or_else(|| ApiError::not_modelled(format_args!("the metadata type {name}")))
}

fn few(count: usize) -> Result<(), ApiError> {
    if count <= MOST_COMPONENTS {
        return Ok(());
    }
    let message =
        format!("record limit reached. cannot submit more than {MOST_COMPONENTS} records in this operation");
    Err(ApiError::exception(ErrorCode::LimitExceeded, message))
}

impl SaveVerb {
    /// The name of the operation.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
        }
    }
}
