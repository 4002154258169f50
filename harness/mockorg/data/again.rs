//! How an org began, written into the first line of its journal, and the org that begins so again.

use std::{collections::BTreeSet, sync::Arc};

use mockorg_gateway::{
    Clock, Gateway, GatewayOptions,
    recording::file::{OrgBeginning, PermissionAssignment},
};
use mockorg_org::{ApiVersion, AsyncDelay, Settings, Timestamp};

use crate::{
    StartError,
    beginning::Beginning,
    catalogs::Definition,
    metadata::Metadata,
    org_source::OrgText,
    permissions::{Assignment, AssignmentKind},
};

/// What the builder was told, as far as it decides how the org begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) text: &'a OrgText,
    pub(crate) definitions: &'a [Definition],
    pub(crate) metadata: &'a Metadata,
    pub(crate) settings: &'a Settings,
    pub(crate) assignments: &'a [Assignment],
    pub(crate) clock: Clock,
    pub(crate) newest: ApiVersion,
}

impl Told<'_> {
    /// The same for the first line of a journal.
    pub(crate) fn beginning(self, at: Timestamp) -> OrgBeginning {
        let (components, unmodelled) = self.metadata.told();
        let definition = |(origin, text): &Definition| (origin.as_str().into(), text.as_str().into());
        let assignment = |own: &Assignment| PermissionAssignment {
            username: own.username.as_str().into(),
            permission_set: own.permission_set.as_str().into(),
            assigned: own.kind == AssignmentKind::Assign,
        };
        OrgBeginning {
            at,
            clock: self.clock,
            origin: self.text.origin().into(),
            org_file: self.text.as_str().into(),
            definitions: self.definitions.iter().map(definition).collect(),
            components,
            unmodelled,
            // The delay is not part of settings as JSON.
            settings: Settings { async_delay: AsyncDelay::default(), ..self.settings.clone() },
            async_delay: self.settings.async_delay.0,
            assignments: self.assignments.iter().map(assignment).collect(),
            newest: self.newest,
        }
    }
}

impl Beginning {
    /// The beginning that the first line of a journal tells.
    pub(crate) fn again(told: OrgBeginning) -> Result<Arc<Self>, StartError> {
        let definition = |(origin, text): (Box<str>, Box<str>)| (origin.into_string(), text.into_string());
        let definitions: Vec<_> = told.definitions.into_iter().map(definition).collect();
        let assignment = |own: PermissionAssignment| Assignment {
            username: own.username.into_string(),
            permission_set: own.permission_set.into_string(),
            kind: if own.assigned { AssignmentKind::Assign } else { AssignmentKind::Remove },
        };
        let settings = Settings { async_delay: AsyncDelay(told.async_delay), ..told.settings };
        Self::of(
            OrgText::Given(told.origin.into_string(), told.org_file.into_string()),
            &definitions,
            Metadata::again(told.components, told.unmodelled),
            settings,
            told.assignments.into_iter().map(assignment).collect(),
        )
    }

    /// A gateway to an org that begins as the first line of a journal tells, which nobody serves.
    pub(crate) fn gateway_of(told: OrgBeginning) -> Result<Gateway, StartError> {
        let (at, clock, newest) = (told.at, told.clock, told.newest);
        let steady = matches!(clock, Clock::Manual(_));
        let beginning = Self::again(told)?;
        let make = Arc::clone(&beginning).factory(at, steady)?;
        let mut options = GatewayOptions::new("http://127.0.0.1");
        options.clock = clock;
        options.newest = newest;
        let mut gateway = Gateway::begun(make, options, at);
        gateway.import_with(beginning.loader(steady));
        Ok(gateway)
    }
}

/// What differs between how an org began and how it would begin now, in one line; `None` when nothing does.
pub(crate) fn difference(kept: &OrgBeginning, now: &OrgBeginning) -> Option<String> {
    let differences: BTreeSet<_> = kept.differences(now).into_iter().collect();
    let line = differences.into_iter().collect::<Vec<_>>().join(", ");
    Some(line).filter(|line| !line.is_empty())
}
