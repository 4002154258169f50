//! Performing the steps of an org file.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Map, Value as Json};

use crate::{
    ApiVersion, AsyncDelay, FieldInput, Input, Org, Position, RecordId, Reply, Timestamp, Value,
    access::ConnectedApp,
    catalog::{SObjectDef, Slot},
    ctx::Ctx,
    write::coerce,
};

use super::{
    connected_app::ConnectedAppStep,
    dates,
    file::{LoadError, OrgFile, Step},
};

/// What the steps so far have made.
struct Progress {
    now: Timestamp,
    names: BTreeMap<String, RecordId>,
    user: RecordId,
}

impl Org {
    /// Performs an org file at `now`. Asynchronous operations that steps start are finished on the way.
    ///
    /// # Errors
    ///
    /// The first step that cannot be performed, with the reason. The org is then half loaded: drop it.
    pub fn load(&mut self, file: &OrgFile, now: Timestamp) -> Result<(), LoadError> {
        let chosen = std::mem::take(&mut self.settings.limits);
        let of_file = file.limits.iter().map(|(name, max)| (&**name, *max));
        // What was chosen for this run goes before what the file says.
        let limits = of_file.chain(chosen.iter().map(|(name, max)| (&**name, *max)));
        self.set_limits(limits).map_err(|why| LoadError::Limit(why.into()))?;
        // What an org begins with is no change.
        let paused = std::mem::replace(&mut self.capture.paused, true);
        let delay = std::mem::replace(&mut self.settings.async_delay, AsyncDelay(Duration::ZERO));
        let mut progress = Progress { now, names: BTreeMap::new(), user: self.organization };
        let begin = Ctx {
            now,
            version: ApiVersion::NEWEST,
            user: self.organization,
            session: 0,
            access: Arc::default(),
        };
        if let Err(error) = self.settle_record_types(&begin) {
            return Err(LoadError::Step {
                step: 0,
                what: "record types".into(),
                why: error.to_string().into(),
            });
        }
        let result = file.steps.iter().enumerate().try_for_each(|(at, step)| {
            self.perform_step(step, &mut progress).map_err(|why| LoadError::Step {
                step: at + 1,
                what: describe(step).into(),
                why: why.into(),
            })
        });
        self.settings.async_delay = delay;
        self.capture.paused = paused;
        self.capture.forget_watches();
        let result = result.and_then(|()| {
            let reference = |name: &str| reference_id(name, &progress);
            self.install_automations(now, &file.automations, &reference)
                .map_err(|(number, name, why)| LoadError::Automation { number, name, why: why.into() })
        });
        let result = result.and_then(|()| {
            file.faults.iter().try_for_each(|plan| {
                let name = plan.name.clone();
                let taken = self.add_fault(now, plan.clone()).map(drop);
                taken.map_err(|refusal| LoadError::Fault { name, why: refusal.to_string().into() })
            })
        });
        self.recents.clear();
        if let Some(token) = self.settings.session_token.clone() {
            // The last user on whose behalf the file acts is the one whose session exists from the start.
            self.access.keep_session(&token, progress.user);
        }
        result
    }

    fn perform_step(&mut self, step: &Step, progress: &mut Progress) -> Result<(), String> {
        let at = match &step.at {
            None => progress.now,
            Some(text) => moment(text, progress.now)?,
        };
        // Only actions ask what the user may do; working it out for every record would take most of the time.
        let access = match step.action {
            Some(_) => self.access_of(at, progress.user),
            None => Arc::default(),
        };
        let ctx = Ctx { now: at, version: ApiVersion::NEWEST, user: progress.user, session: 0, access };
        if let Some(object) = &step.create {
            let id = self.create_by_file(&ctx, object, &step.fields, progress)?;
            name(progress, step, id);
        }
        if let Some(object) = &step.restore {
            let id = step.id.as_deref().ok_or("a restored record has an `id`")?;
            let id = self.restore_by_file(object, id, &step.fields)?;
            name(progress, step, id);
        }
        if let Some(reference) = &step.update {
            let id = reference_id(reference, progress)?;
            let catalog = Arc::clone(&self.catalog);
            let def = catalog.object_of(id).ok_or("the record's object is not in the catalog")?;
            let values = self.values_by_file(def, &step.fields, progress)?;
            self.change(&ctx, def, id, &values).map_err(|error| error.to_string())?;
        }
        if let Some(object) = &step.find {
            let id = self.find_by_file(object, &step.fields, progress)?;
            name(progress, step, id);
        }
        if let Some(action) = &step.action {
            let inputs =
                step.inputs.iter().map(|input| inputs_of(input, progress)).collect::<Result<_, _>>()?;
            let reply = self.invoke_action(&ctx, action, inputs).map_err(|error| error.to_string())?;
            if let Reply::Invoked { outcomes, .. } = reply
                && let Some(errors) = outcomes.into_iter().find_map(Result::err)
            {
                return Err(errors.first().map_or_else(String::new, ToString::to_string));
            }
        }
        if let Some(reference) = &step.run_as {
            progress.user = reference_id(reference, progress)?;
        }
        if let (Some(reference), Some(password)) = (&step.password_of, &step.password) {
            let user = reference_id(reference, progress)?;
            self.access.set_password(user, password);
        }
        if let Some(app) = &step.connected_app {
            self.add_app(app, progress)?;
        }
        self.commit(at);
        self.advance(at);
        Ok(())
    }

    fn create_by_file(
        &mut self,
        ctx: &Ctx,
        object: &str,
        fields: &Map<String, Json>,
        progress: &Progress,
    ) -> Result<RecordId, String> {
        let catalog = Arc::clone(&self.catalog);
        let def =
            catalog.find_any(object).ok_or_else(|| format!("there is no object {object} in the catalog"))?;
        let values = self.values_by_file(def, fields, progress)?;
        if &*def.name == "Organization" {
            // The org's own row carries the org's id, which tokens begin with.
            return self
                .insert_with_id(ctx, def, self.organization, &values)
                .map_err(|error| error.to_string());
        }
        self.insert(ctx, def, &values).map_err(|error| error.to_string())
    }

    fn values_by_file(
        &self,
        def: &SObjectDef,
        fields: &Map<String, Json>,
        progress: &Progress,
    ) -> Result<Vec<(Slot, Value)>, String> {
        let mut values = Vec::with_capacity(fields.len());
        for (name, json) in fields {
            let field = def.field(name).ok_or_else(|| format!("{} has no field {name}", def.name))?;
            let input = input_of(json, progress)?;
            let value =
                coerce(field, &input, Position::default()).map_err(|error| format!("{name}: {error}"))?;
            values.push((field.slot, value));
        }
        self.check_values(ApiVersion::NEWEST, def, &values).map_err(|error| error.to_string())?;
        Ok(values)
    }

    fn find_by_file(
        &self,
        object: &str,
        fields: &Map<String, Json>,
        progress: &Progress,
    ) -> Result<RecordId, String> {
        let def = self
            .catalog
            .find_any(object)
            .ok_or_else(|| format!("there is no object {object} in the catalog"))?;
        let wanted = self.values_by_file(def, fields, progress)?;
        let mut found = self
            .store
            .live_records(def)
            .filter(|view| wanted.iter().all(|(slot, value)| view.at(*slot) == *value));
        match (found.next(), found.next()) {
            (Some(view), None) => Ok(view.id()),
            (None, _) => Err(format!("no {object} has these fields")),
            (Some(_), Some(_)) => Err(format!("more than one {object} has these fields; name more fields")),
        }
    }

    fn add_app(&mut self, app: &ConnectedAppStep, progress: &Progress) -> Result<(), String> {
        app.check()?;
        let run_as = app.run_as.as_ref().map(|reference| reference_id(reference, progress)).transpose()?;
        self.access.add_connected_app(ConnectedApp {
            name: app.name.clone(),
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            run_as,
            scopes: app.scopes.clone(),
            callback_urls: app.callback_urls.clone(),
            refresh_token_rotation: app.refresh_token_rotation,
            pkce_required: app.pkce_required,
            preapproved: app.preapproved,
            session_seconds: app.session_seconds,
            certificate: app.certificate.clone(),
            introspect_all: app.introspect_all,
            token_exchange: app.token_exchange,
        });
        for refresh in &app.refresh_tokens {
            let user = reference_id(&refresh.user, progress)?;
            self.access.add_refresh_token(&refresh.token, &app.client_id, user);
        }
        Ok(())
    }
}

fn name(progress: &mut Progress, step: &Step, id: RecordId) {
    if let Some(name) = &step.name {
        progress.names.insert(name.clone(), id);
    }
}

fn describe(step: &Step) -> String {
    let parts = [
        step.create.as_ref().map(|object| format!("create {object}")),
        step.restore.as_ref().map(|object| format!("restore {object}")),
        step.id.clone(),
        step.update.as_ref().map(|reference| format!("update {reference}")),
        step.find.as_ref().map(|object| format!("find {object}")),
        step.action.as_ref().map(|action| format!("action {action}")),
        step.run_as.as_ref().map(|reference| format!("run as {reference}")),
        step.password_of.as_ref().map(|reference| format!("password of {reference}")),
        step.connected_app.as_ref().map(|app| format!("connected app {}", app.name)),
        step.name.as_ref().map(|name| format!("`{name}`")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn reference_id(reference: &str, progress: &Progress) -> Result<RecordId, String> {
    let name =
        reference.strip_prefix('$').ok_or_else(|| format!("`{reference}` is no reference; write `$name`"))?;
    let unknown = || format!("no earlier step is named `{name}`; name one with \"as\"");
    progress.names.get(name).copied().ok_or_else(unknown)
}

fn moment(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let text = if text.starts_with('@') {
        dates::resolve(text, now).ok_or_else(|| format!("`{text}` is no relative date"))?
    } else {
        text.to_owned()
    };
    crate::parse_date(&text)
        .map(Timestamp::start_of)
        .or_else(|| Timestamp::parse(&text))
        .ok_or_else(|| format!("`{text}` is neither a date nor a time"))
}

fn inputs_of(input: &Map<String, Json>, progress: &Progress) -> Result<Vec<FieldInput>, String> {
    input
        .iter()
        .map(|(name, json)| {
            Ok(FieldInput {
                name: name.as_str().into(),
                value: input_of(json, progress)?,
                at: Position::default(),
            })
        })
        .collect()
}

fn input_of(json: &Json, progress: &Progress) -> Result<Input, String> {
    Ok(match json {
        Json::Null => Input::Null,
        Json::Bool(value) => Input::Bool(*value),
        Json::Number(number) => Input::Number(number.to_string().into()),
        Json::String(text) if text.starts_with('$') => {
            Input::Text(reference_id(text, progress)?.to_string().into())
        }
        Json::String(text) if text.starts_with('@') => {
            let resolved = dates::resolve(text, progress.now);
            Input::Text(resolved.ok_or_else(|| format!("`{text}` is no relative date"))?.into())
        }
        Json::String(text) => Input::Text(text.as_str().into()),
        Json::Array(items) => {
            Input::Array(items.iter().map(|item| input_of(item, progress)).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => Input::Object(inputs_of(members, progress)?),
    })
}
