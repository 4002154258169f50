//! Saving and deleting components of a running org.

use super::{
    call::SaveVerb,
    component::{Component, Components, split},
    element::{Element, Values},
    install::{build, unmodelled_values, unsupported},
    kinds::{Kind, kind},
    problem::ComponentProblem,
};
use crate::{ApiError, ErrorCode, Org, catalog::SObjectDef, ctx::Ctx};

/// One change of the metadata.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// A component is saved.
    Save(SaveVerb, Component),
    /// A component is deleted.
    Delete(Component),
}

impl Change {
    /// What is changed.
    pub(super) const fn component(&self) -> &Component {
        match self {
            Self::Save(_, component) | Self::Delete(component) => component,
        }
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changed {
    /// Whether the component was not there before.
    pub(super) created: bool,
    /// Whether it says something else now.
    pub(super) changed: bool,
}

impl Org {
    /// Makes changes together: all of them or none.
    ///
    /// # Errors
    ///
    /// Those that cannot be made; the metadata is as before.
    pub(super) fn change_metadata(
        &mut self,
        ctx: &Ctx,
        changes: &[Change],
    ) -> Result<Vec<Changed>, Vec<ComponentProblem>> {
        let before = self.clone();
        let result = self.try_changes(ctx, changes);
        if result.is_err() {
            self.go_back_to(before);
        }
        result
    }

    /// Is again as before. What was done stays written down, though nothing has come of it.
    pub(super) fn go_back_to(&mut self, before: Self) {
        let tape = std::mem::take(&mut self.tape);
        *self = Self { tape, ..before };
    }

    fn try_changes(&mut self, ctx: &Ctx, changes: &[Change]) -> Result<Vec<Changed>, Vec<ComponentProblem>> {
        let mut components = Components::clone(&self.metadata.components);
        let (mut done, mut problems) = (Vec::with_capacity(changes.len()), Vec::new());
        for change in changes {
            let outcome = match change {
                Change::Save(verb, component) => self.stage(&mut components, *verb, component),
                Change::Delete(component) => self.unstage(&mut components, component),
            };
            match outcome {
                Ok(changed) => done.push(changed),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if components != *self.metadata.components {
            let catalog = build(&components, &self.catalog)?;
            self.check_stored(changes, &catalog)?;
            self.install(catalog, components);
            self.metadata.changed = Some(ctx.now);
            self.settle_record_types(ctx).map_err(|error| {
                let nothing = named("RecordType", "");
                vec![ComponentProblem::new(&nothing, error.code, error.message.unwrap_or_default())]
            })?;
        }
        for change in changes {
            let component = change.component();
            match (change, &*component.kind) {
                (Change::Save(..), "PermissionSet" | "Profile") => {
                    self.grant(ctx, component).map_err(|problem| vec![problem])?;
                }
                (Change::Delete(_), "PermissionSet") => {
                    if let Some(set) = self.permission_set(component) {
                        self.revoke_set(set);
                    }
                }
                (Change::Delete(_), "CustomObject") => self.forget_grants_of(&component.full_name, None),
                (Change::Delete(_), "CustomField") => {
                    let (object, field) = component.parts();
                    self.forget_grants_of(object, Some(field));
                }
                _ => {}
            }
            for own in split(component.clone()) {
                if let Some(kind) = kind(&own.kind) {
                    self.metadata.stamp(kind, &own.full_name, ctx.now, ctx.user);
                }
            }
        }
        Ok(done)
    }

    /// Puts a component among the others.
    fn stage(
        &self,
        components: &mut Components,
        verb: SaveVerb,
        component: &Component,
    ) -> Result<Changed, ComponentProblem> {
        let wrong = |code, what: String| Err(ComponentProblem::new(component, code, what));
        let Some(own) = kind(&component.kind) else {
            return wrong(
                ErrorCode::NotModelled,
                format!("the metadata type {} is not modelled by mockorg", component.kind),
            );
        };
        let before = self.component(components, own, &component.full_name);
        let exists = before.is_some();
        match verb {
            SaveVerb::Create if exists => {
                return wrong(ErrorCode::DuplicateDeveloperName, in_use(own, component));
            }
            SaveVerb::Update if !exists => {
                let what = format!("no {} named {} found", component.kind, component.full_name);
                return wrong(ErrorCode::InvalidCrossReferenceKey, what);
            }
            _ => {}
        }
        check_name(component)?;
        if own.name == "CustomField" && component.parts().0.is_empty() {
            return wrong(
                ErrorCode::FieldIntegrityException,
                "Must specify the object of the CustomField in its fullName".to_owned(),
            );
        }
        if let Some((piece, name)) = unmodelled_values(component).into_iter().next() {
            let what = format!("{name} of the {} {} is not modelled by mockorg", piece.kind, piece.full_name);
            return wrong(ErrorCode::NotModelled, what);
        }
        if let Some(why) = split(component.clone()).iter().find_map(unsupported) {
            return wrong(ErrorCode::NotModelled, format!("{why} by mockorg"));
        }
        if matches!(own.name, "PermissionSet" | "Profile") {
            return Ok(Changed { created: !exists, changed: true });
        }
        let mut changed = !exists;
        let is_standard = own.name == "CustomObject"
            && self.catalog.uncustomized().find_any(&component.full_name).is_some();
        for piece in split(component.clone()) {
            let Some(piece_kind) = kind(&piece.kind) else { continue };
            if is_standard && piece.kind == component.kind {
                // What every org has keeps its own label and name field.
                continue;
            }
            changed |= components.get(piece_kind, &piece.full_name) != Some(&piece);
            components.put(piece_kind, piece);
        }
        Ok(Changed { created: !exists, changed })
    }

    /// Takes a component out, with those inside.
    fn unstage(
        &self,
        components: &mut Components,
        component: &Component,
    ) -> Result<Changed, ComponentProblem> {
        let wrong = |code, what: String| Err(ComponentProblem::new(component, code, what));
        let Some(own) = kind(&component.kind) else {
            return wrong(
                ErrorCode::NotModelled,
                format!("the metadata type {} is not modelled by mockorg", component.kind),
            );
        };
        if self.component(components, own, &component.full_name).is_none() {
            let what = format!("no {} named {} found", component.kind, component.full_name);
            return wrong(ErrorCode::InvalidCrossReferenceKey, what);
        }
        if own.name == "Profile" {
            return wrong(
                ErrorCode::NotModelled,
                "the deletion of profiles is not modelled by mockorg".to_owned(),
            );
        }
        if own.name != "PermissionSet" && components.take(own, &component.full_name).is_none() {
            let what = format!(
                "{} comes from the definition files of this org and cannot be deleted",
                component.full_name
            );
            return wrong(ErrorCode::DeleteFailed, what);
        }
        if own.name == "CustomObject" {
            for child in own.children {
                let Some(child) = kind(child.kind) else { continue };
                let names: Vec<Box<str>> = components
                    .of_object(child.name, &component.full_name)
                    .map(|own| own.full_name.clone())
                    .collect();
                names.iter().for_each(|name| drop(components.take(child, name)));
            }
        }
        if let Some(user) = used_by(components, own, component) {
            let what = match own.name {
                "CustomObject" => {
                    format!("This custom object is referenced elsewhere in salesforce.com. : {user}")
                }
                _ => format!("This custom field is referenced elsewhere in salesforce.com. : {user}"),
            };
            return wrong(ErrorCode::DeleteFailed, what);
        }
        if let Some(automation) = self.automation_on(own, component) {
            let what = format!("the automation {automation} of this org works with {}", component.full_name);
            return wrong(ErrorCode::DeleteFailed, what);
        }
        Ok(Changed { created: false, changed: true })
    }

    /// Whether what is stored fits the new definitions.
    fn check_stored(
        &self,
        changes: &[Change],
        catalog: &crate::catalog::Catalog,
    ) -> Result<(), Vec<ComponentProblem>> {
        let mut problems = Vec::new();
        for (old, new) in self.catalog.objects().iter().zip(catalog.objects()) {
            for (before, now) in old.fields.iter().zip(&new.fields) {
                let same = before.field_type == now.field_type || (before.is_textual() && now.is_textual());
                if now.is_gone()
                    || before.is_gone()
                    || same
                    || !self.store.table(old.index).has_values(before.slot)
                {
                    continue;
                }
                let full_name = format!("{}.{}", old.name, now.name);
                let named = changes
                    .iter()
                    .map(Change::component)
                    .find(|own| own.full_name.eq_ignore_ascii_case(&full_name));
                let nothing =
                    Component { kind: "CustomField".into(), full_name: full_name.into(), values: Vec::new() };
                let what =
                    "the type of a field that holds values changes; mockorg does not model the conversion";
                problems.push(ComponentProblem::new(named.unwrap_or(&nothing), ErrorCode::NotModelled, what));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The automation that works with an object or field, if one does.
    fn automation_on(&self, own: &Kind, component: &Component) -> Option<Box<str>> {
        let object = if own.name == "CustomObject" { &*component.full_name } else { component.parts().0 };
        let def: &SObjectDef = self.catalog.find_any(object)?;
        if !matches!(own.name, "CustomObject" | "CustomField") {
            return None;
        }
        self.automations
            .list
            .iter()
            .find(|automation| automation.works_with(def.index))
            .map(|own| own.name.clone())
    }

    /// The refusal of who may not change metadata.
    pub(super) fn require_metadata(ctx: &Ctx) -> Result<(), ApiError> {
        if ["ModifyMetadata", "ModifyAllData", "CustomizeApplication"].iter().any(|name| ctx.access.has(name))
        {
            return Ok(());
        }
        let message =
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
        Err(ApiError::exception(ErrorCode::InsufficientAccess, message))
    }
}

/// What the platform says of a name that is taken.
fn in_use(own: &Kind, component: &Component) -> String {
    let (object, name) = component.parts();
    match own.name {
        "CustomField" => {
            format!("There is already a field named {} on {object}.", name.trim_end_matches("__c"))
        }
        "CustomObject" => "That object name is already in use.".to_owned(),
        _ => "This Developer Name is already in use.".to_owned(),
    }
}

fn check_name(component: &Component) -> Result<(), ComponentProblem> {
    let is_name = |name: &str| {
        let stem = ["__c", "__e"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        !stem.is_empty()
            && name.len() <= 80
            && stem.starts_with(|c: char| c.is_ascii_alphabetic())
            && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !stem.ends_with('_')
    };
    let plain = matches!(&*component.kind, "Profile");
    if plain || component.full_name.split('.').all(is_name) {
        return Ok(());
    }
    let what = format!(
        "The name {} can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
        component.parts().1
    );
    Err(ComponentProblem::new(component, ErrorCode::FieldIntegrityException, what))
}

/// What of the metadata names a field or object.
fn used_by(components: &Components, own: &Kind, gone: &Component) -> Option<String> {
    if own.name == "CustomObject" {
        let names = |field: &&Component| {
            field
                .values
                .text("referenceTo")
                .is_some_and(|target| target.eq_ignore_ascii_case(&gone.full_name))
        };
        return components
            .of("CustomField")
            .find(names)
            .map(|field| format!("Custom Field - {}", field.full_name));
    }
    if own.name != "CustomField" {
        return None;
    }
    let (object, name) = gone.parts();
    let rule = components
        .of_object("ValidationRule", object)
        .find(|rule| rule.values.text("errorConditionFormula").is_some_and(|formula| says(formula, name)));
    let field = components.of("CustomField").find(|field| {
        let here = field.parts().0.eq_ignore_ascii_case(object);
        let formula = field.values.text("formula").is_some_and(|formula| here && says(formula, name));
        let controller = field.values.value("valueSet").and_then(|set| set.children.text("controllingField"));
        let summed = ["summarizedField", "summaryForeignKey"].iter().filter_map(|own| field.values.text(own));
        formula
            || (here && controller == Some(name))
            || summed.into_iter().any(|path| path.eq_ignore_ascii_case(&gone.full_name))
    });
    rule.map(|rule| format!("Validation Rule - {}", rule.full_name))
        .or_else(|| field.map(|field| format!("Custom Field - {}", field.full_name)))
}

/// Whether a formula names a field.
fn says(formula: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    formula.split(|c| !is_part(c)).any(|word| word.eq_ignore_ascii_case(name))
}

/// A component without what it says, as deletions name it.
pub(super) fn named(kind: &str, full_name: &str) -> Component {
    Component { kind: kind.into(), full_name: full_name.into(), values: Vec::<Element>::new() }
}
