//! From the automations of an org file to what the org can run.

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::Map;

use super::{
    Action, Automation, AutomationFile, Trigger,
    action::Values,
    file::{ActionFile, ChangeFile, KindFile, OnFile},
    state::Progress,
    template::{Template, not_relative},
};
use crate::{
    Org, RecordId, Timestamp,
    catalog::{FieldDef, Kind, SObjectDef},
    ctx::Ctx,
    events::{ChangeType, change_event_of, is_selected},
    load::relative_date,
    query::EventCondition,
};

/// How long a name may be.
const LONGEST_NAME: usize = 255;

type Reference<'a> = &'a dyn Fn(&str) -> Result<RecordId, String>;

impl Org {
    /// Takes the automations of an org file over; they handle what is published from here on.
    ///
    /// # Errors
    ///
    /// The number of the first that cannot be used, from 1, with its name, and why.
    pub(crate) fn install_automations(
        &mut self,
        now: Timestamp,
        files: &[AutomationFile],
        reference: Reference<'_>,
    ) -> Result<(), (usize, Box<str>, String)> {
        let mut list: Vec<Automation> = Vec::with_capacity(files.len());
        let names = RefCell::new(BTreeMap::new());
        let reference = |name: &str| {
            let id = reference(name)?;
            names.borrow_mut().insert(Box::from(name), id);
            Ok(id)
        };
        for (at, file) in files.iter().enumerate() {
            let refuse = |why| (at + 1, file.name.clone(), why);
            if list.iter().any(|own| own.name == file.name) {
                return Err(refuse("an earlier automation has this name; choose another".to_owned()));
            }
            list.push(self.compile_automation(now, file, &reference).map_err(refuse)?);
        }
        let tail = self.events.tail();
        self.automations.states = list.iter().map(|_| Progress::from(tail)).collect();
        self.automations.list = list.into();
        self.automations.files = files.into();
        self.automations.names = names.into_inner();
        for at in 0..self.automations.list.len() {
            let shown = self.show_automation(now, at);
            shown.map_err(|error| (at + 1, self.automations.list[at].name.clone(), error.to_string()))?;
        }
        self.commit(now);
        Ok(())
    }

    fn compile_automation(
        &self,
        now: Timestamp,
        file: &AutomationFile,
        reference: Reference<'_>,
    ) -> Result<Automation, String> {
        if file.name.is_empty() || file.name.chars().count() > LONGEST_NAME {
            return Err(format!("a name has 1 to {LONGEST_NAME} characters"));
        }
        let (source, trigger) = self.trigger_of(&file.on)?;
        let topic = match &trigger {
            Trigger::Event(_) => source.name.clone(),
            Trigger::Change(..) => change_event_of(source),
        };
        let ctx = self.automation_ctx(now, None);
        if let Some(when) = &file.when {
            EventCondition::resolve(self, &ctx, source, when).map_err(|error| format!("when: {error}"))?;
        }
        if file.then.is_empty() {
            return Err("then: there is nothing to do; add a create, an update or a publish".to_owned());
        }
        let user =
            file.run_as.as_deref().map(reference).transpose().map_err(|why| format!("runAs: {why}"))?;
        if user.is_some_and(|id| self.catalog.object_of(id).is_none_or(|def| &*def.name != "User")) {
            return Err("runAs: this is no user; name one with \"as\"".to_owned());
        }
        let mut actions = Vec::with_capacity(file.then.len());
        for (at, action) in file.then.iter().enumerate() {
            let compiled = self.action_of(now, source, action, reference);
            actions.push(compiled.map_err(|why| format!("then, action {}: {why}", at + 1))?);
        }
        Ok(Automation {
            name: file.name.clone(),
            kind: if file.kind == KindFile::ApexTrigger { "ApexTrigger" } else { "" },
            topic,
            trigger,
            when: file.when.clone(),
            actions: actions.into(),
            user,
            retry: file.retry,
        })
    }

    fn trigger_of(&self, on: &OnFile) -> Result<(&SObjectDef, Trigger), String> {
        match (&on.event, &on.change) {
            (Some(name), None) => {
                if !on.types.is_empty() {
                    return Err("on: types belong to change, not to event".to_owned());
                }
                let def = self.catalog.find_any(name).filter(|def| def.kind == Kind::PlatformEvent);
                let def =
                    def.ok_or_else(|| format!("on: there is no platform event {name} in the catalog"))?;
                Ok((def, Trigger::Event(def.index)))
            }
            (None, Some(name)) => {
                let def = self.catalog.find_any(name).filter(|def| def.kind == Kind::SObject);
                let def = def.ok_or_else(|| format!("on: there is no object {name} in the catalog"))?;
                if !is_selected(self, def) {
                    return Err(format!(
                        "on: changes of {} are not captured; create a PlatformEventChannelMember of ChangeEvents \
                         with the SelectedEntity {} in a step",
                        def.name,
                        change_event_of(def)
                    ));
                }
                let all = [ChangeFile::Create, ChangeFile::Update, ChangeFile::Delete, ChangeFile::Undelete];
                let types = if on.types.is_empty() { &all } else { on.types.as_slice() };
                Ok((def, Trigger::Change(def.index, types.iter().map(|own| change_type(*own)).collect())))
            }
            _ => Err("on: name either an event or a change".to_owned()),
        }
    }

    fn action_of(
        &self,
        now: Timestamp,
        source: &SObjectDef,
        file: &ActionFile,
        reference: Reference<'_>,
    ) -> Result<Action, String> {
        let object = |name: &str, kind: Kind| {
            let def = self.catalog.find_any(name).filter(|def| def.kind == kind);
            def.ok_or_else(|| match kind {
                Kind::PlatformEvent => format!("there is no platform event {name} in the catalog"),
                _ => format!("there is no object {name} in the catalog"),
            })
        };
        let values = |def: &SObjectDef, writable: fn(&FieldDef) -> bool| {
            self.values_of(now, (def, source), &file.values, writable, reference)
        };
        match (&file.create, &file.update, &file.publish, &file.id) {
            (Some(name), None, None, None) => {
                let def = object(name, Kind::SObject)?;
                Ok(Action::Create(def.index, values(def, |field| field.createable)?))
            }
            (None, Some(name), None, Some(id)) => {
                let def = object(name, Kind::SObject)?;
                let id = self.template_of(now, id, source, reference).map_err(|why| format!("id: {why}"))?;
                Ok(Action::Update(def.index, id, values(def, |field| field.updateable)?))
            }
            (None, Some(name), None, None) => {
                Err(format!("update needs the id of the {name}, such as \"id\": \"{{!Id}}\""))
            }
            (None, None, Some(name), None) => {
                let def = object(name, Kind::PlatformEvent)?;
                if !def.custom {
                    return Err(format!(
                        "{} is published by the platform alone; publish one of your own",
                        def.name
                    ));
                }
                Ok(Action::Publish(def.index, values(def, |field| field.createable)?))
            }
            _ => Err("name exactly one of create, update and publish; id belongs to update".to_owned()),
        }
    }

    fn values_of(
        &self,
        now: Timestamp,
        (def, source): (&SObjectDef, &SObjectDef),
        values: &Map<String, serde_json::Value>,
        writable: fn(&FieldDef) -> bool,
        reference: Reference<'_>,
    ) -> Result<Values, String> {
        let mut templates = Vec::with_capacity(values.len());
        for (name, json) in values {
            let field = def.field(name).ok_or_else(|| format!("{} has no field {name}", def.name))?;
            if !writable(field) {
                return Err(format!("{}.{} cannot be written here", def.name, field.name));
            }
            let template =
                self.template_of(now, json, source, reference).map_err(|why| format!("{name}: {why}"))?;
            templates.push((field.slot, template));
        }
        Ok(templates.into())
    }

    fn template_of(
        &self,
        now: Timestamp,
        json: &serde_json::Value,
        source: &SObjectDef,
        reference: Reference<'_>,
    ) -> Result<Template, String> {
        let template = Template::read(json, source, &|name| reference(name).map(|id| id.to_string()))?;
        match &template {
            Template::Date(text) if relative_date(text, now).is_none() => Err(not_relative(text)),
            _ => Ok(template),
        }
    }

    /// The circumstances of a run: triggers see every field.
    pub(super) fn automation_ctx(&self, now: Timestamp, user: Option<RecordId>) -> Ctx {
        let user = user.unwrap_or_else(|| self.automated_process());
        Ctx { now, version: Self::WORK_VERSION, user, session: 0, access: std::sync::Arc::default() }
    }
}

const fn change_type(file: ChangeFile) -> ChangeType {
    match file {
        ChangeFile::Create => ChangeType::Create,
        ChangeFile::Update => ChangeType::Update,
        ChangeFile::Delete => ChangeType::Delete,
        ChangeFile::Undelete => ChangeType::Undelete,
    }
}
