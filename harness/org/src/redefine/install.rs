//! The metadata with which an org begins, and the step from one catalog to the next.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    component::{Component, Components, split},
    element::{Element, Values},
    kinds::kind,
    object,
    problem::ComponentProblem,
    state::Metadata,
    value_types::unknown,
};
use crate::{
    ApiVersion, ErrorCode, Org, Timestamp,
    catalog::{Catalog, DefinitionSource, Place},
    ctx::Ctx,
    read::Shapes,
    write::Rules,
};

/// Metadata with which no org can begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct CustomizeError(pub Vec<ComponentProblem>);

/// The catalog of an org with these components.
///
/// # Errors
///
/// The components that cannot be used.
pub fn customize(catalog: &Catalog, components: &[Component]) -> Result<Catalog, CustomizeError> {
    let all = collect(components);
    build(&all, catalog).map_err(CustomizeError)
}

/// What components say that mockorg does not model: the component's place in the list, and the value's name.
pub fn unmodelled_values(component: &Component) -> Vec<(Component, Box<str>)> {
    let mut found = Vec::new();
    for own in split(component.clone()) {
        let names: BTreeSet<String> = unknown(&own.kind, &own.values).into_iter().collect();
        found.extend(
            names.into_iter().map(|name| (Component { values: Vec::new(), ..own.clone() }, name.into())),
        );
    }
    found
}

/// Why a component is not modelled at all; `None` for those that are.
#[must_use]
pub fn unsupported(component: &Component) -> Option<String> {
    const FIELD_TYPES: &[&str] =
        &["Array", "ExternalLookup", "File", "IndirectLookup", "MetadataRelationship"];
    let object = match component.full_name.split_once('.') {
        Some((object, _)) => object,
        None if &*component.kind == "CustomObject" => &component.full_name,
        None => return None,
    };
    if let Some(what) = object::other_kind(object) {
        return Some(format!("{what} are not modelled"));
    }
    let text = |name: &str| component.values.text(name);
    match &*component.kind {
        "CustomObject" if text("customSettingsType").is_some() => {
            Some("custom settings are not modelled".to_owned())
        }
        "CustomField" if !component.full_name.ends_with("__c") => {
            Some("changes of standard fields are not modelled".to_owned())
        }
        "ListView" => {
            let scope = text("filterScope").filter(|scope| !matches!(*scope, "Everything" | "Mine"))?;
            Some(format!("list views of the scope {scope} are not modelled"))
        }
        "CustomField" => {
            let kind = text("type").filter(|kind| FIELD_TYPES.contains(kind))?;
            Some(format!("fields of type {kind} are not modelled"))
        }
        _ => None,
    }
}

/// A catalog with as many components as mockorg can use.
#[derive(Clone, Debug)]
pub struct Customized {
    /// The catalog.
    pub catalog: Catalog,
    /// The components that are in it.
    pub components: Vec<Component>,
    /// The components that are not modelled, and why.
    pub left_out: Vec<ComponentProblem>,
}

/// The catalog of an org with these components, without those that mockorg does not model.
///
/// # Errors
///
/// The components that no org could have.
pub fn customize_as_far(
    catalog: &Catalog,
    mut components: Vec<Component>,
) -> Result<Customized, CustomizeError> {
    let mut left_out: Vec<ComponentProblem> = Vec::new();
    loop {
        let problems = match customize(catalog, &components) {
            Ok(catalog) => return Ok(Customized { catalog, components, left_out }),
            Err(CustomizeError(problems)) => problems,
        };
        let named = |problem: &ComponentProblem, own: &Component| {
            *own.kind == *problem.kind && own.full_name.eq_ignore_ascii_case(&problem.full_name)
        };
        let count = components.len();
        for problem in &problems {
            let beyond =
                problem.code == ErrorCode::NotModelled || problem.code == ErrorCode::InvalidCrossReferenceKey;
            let formula = components.iter().find(|own| named(problem, own)).is_some_and(|own| {
                ["formula", "errorConditionFormula", "defaultValue"]
                    .iter()
                    .any(|name| own.values.text(name).is_some())
            });
            if !beyond && !formula {
                return Err(CustomizeError(problems));
            }
        }
        components.retain(|own| !problems.iter().any(|problem| named(problem, own)));
        if components.len() == count {
            return Err(CustomizeError(problems));
        }
        left_out.extend(problems);
    }
}

fn collect(components: &[Component]) -> Components {
    let mut all = Components::default();
    for component in components.iter().cloned().flat_map(split) {
        if let Some(kind) =
            kind(&component.kind).filter(|kind| !matches!(kind.name, "PermissionSet" | "Profile"))
        {
            all.put(kind, component);
        }
    }
    all
}

/// The catalog with these components; `current` is the one with which the org runs.
///
/// # Errors
///
/// The components that cannot be used.
pub(super) fn build(components: &Components, current: &Catalog) -> Result<Catalog, Vec<ComponentProblem>> {
    let failed = |origin: &str, what: &str| {
        // An extension is refused under the name of the file that it adds to.
        let origin = origin.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
        let quoted = what.split('`').nth(1).unwrap_or_default();
        let named = |own: &&Component| own.parts().1.eq_ignore_ascii_case(quoted);
        let component = ["CustomField", "ValidationRule", "RecordType", "ListView", "CompactLayout"]
            .into_iter()
            .find_map(|kind| components.of_object(kind, origin).find(named))
            .cloned();
        let object = Component { kind: "CustomObject".into(), full_name: origin.into(), values: Vec::new() };
        vec![ComponentProblem::new(&component.unwrap_or(object), ErrorCode::FieldIntegrityException, what)]
    };
    let definitions = object::definitions(components, current.uncustomized(), current)?;
    let sources: Vec<_> =
        definitions.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
    let catalog = current.customized(&sources).map_err(|error| failed(&error.origin, &error.what))?;
    let problems = unresolved(components, &catalog);
    if problems.is_empty() { Ok(catalog) } else { Err(problems) }
}

/// The catalog with these components, in which everything has the place that it is said to have.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn rebuild(
    components: &Components,
    base: &Catalog,
    places: &[Option<Place>],
) -> Result<Catalog, String> {
    let why = |problems: Vec<ComponentProblem>| CustomizeError(problems).to_string();
    let loose = build(components, base).map_err(why)?;
    let places = loose.laid_out(places).ok_or("an object of the image is not there")?;
    build(components, &places).map_err(why)
}

/// References to what does not exist.
fn unresolved(components: &Components, catalog: &Catalog) -> Vec<ComponentProblem> {
    let mut problems = Vec::new();
    for field in components.of("CustomField") {
        if let Some(target) = field
            .values
            .text("referenceTo")
            .filter(|target| target.ends_with("__c") && catalog.find_any(target).is_none())
        {
            let what = format!("In field: referenceTo - no CustomObject named {target} found");
            problems.push(ComponentProblem::new(field, ErrorCode::FieldIntegrityException, what));
        }
    }
    problems
}

impl Org {
    /// Takes over the components with which the org begins; its catalog must be that of [`customize`].
    ///
    /// # Errors
    ///
    /// The permission sets and profiles that cannot be used.
    pub fn begin_with(&mut self, now: Timestamp, components: &[Component]) -> Result<(), CustomizeError> {
        let paused = std::mem::replace(&mut self.capture.paused, true);
        let ctx = Ctx {
            now,
            version: ApiVersion::NEWEST,
            user: self.administrator(),
            session: 0,
            access: Arc::default(),
        };
        self.metadata.components = Arc::new(collect(components));
        self.start_numbers();
        let mut problems = Vec::new();
        if let Err(error) = self.settle_record_types(&ctx) {
            let what = error.message.unwrap_or_default();
            let nothing = super::change::named("RecordType", "");
            problems.push(ComponentProblem::new(&nothing, error.code, what));
        }
        for component in components.iter().cloned().flat_map(split) {
            if let Some(kind) = kind(&component.kind) {
                self.metadata.stamp(kind, &component.full_name, now, ctx.user);
            }
            if matches!(&*component.kind, "PermissionSet" | "Profile")
                && let Err(problem) = self.grant(&ctx, &component)
            {
                problems.push(problem);
            }
        }
        self.commit(now);
        self.capture.paused = paused;
        self.capture.forget_watches();
        if problems.is_empty() { Ok(()) } else { Err(CustomizeError(problems)) }
    }

    /// Gives an object or event of the running org one more text field, which nothing fills.
    ///
    /// # Errors
    ///
    /// Why it takes none.
    pub(crate) fn add_text_field(
        &mut self,
        now: Timestamp,
        object: &str,
    ) -> Result<(), Vec<ComponentProblem>> {
        let catalog = Arc::clone(&self.catalog);
        let taken = |name: &str| catalog.find_any(object).is_some_and(|def| def.field(name).is_some());
        let mut number = 1_u32;
        while taken(&format!("Added{number}__c")) {
            number += 1;
        }
        let values =
            [("label", format!("Added {number}")), ("length", "255".to_owned()), ("type", "Text".to_owned())];
        let component = Component {
            kind: "CustomField".into(),
            full_name: format!("{object}.Added{number}__c").into(),
            values: values.into_iter().map(|(name, text)| Element::leaf(name, text)).collect(),
        };
        let Some(kind) = kind(&component.kind) else { return Ok(()) };
        let full_name = component.full_name.clone();
        let mut components = Components::clone(&self.metadata.components);
        components.put(kind, component);
        let catalog = build(&components, &self.catalog)?;
        self.install(catalog, components);
        self.metadata.changed = Some(now);
        let user = self.administrator();
        self.metadata.stamp(kind, &full_name, now, user);
        Ok(())
    }

    /// When the definitions changed last; `None` while they are those of the beginning.
    #[must_use]
    pub const fn definitions_changed(&self) -> Option<Timestamp> {
        self.metadata.changed
    }

    /// The first user who may customise the org; the org itself when there is none.
    fn administrator(&self) -> crate::RecordId {
        self.records("User").next().map_or(self.organization, |user| user.id())
    }

    /// Goes on with another catalog, in which objects and fields keep their places.
    pub(super) fn install(&mut self, catalog: Catalog, components: Components) {
        let catalog = Arc::new(catalog);
        self.store.follow(&catalog);
        self.rules = Arc::new(Rules::new(&catalog));
        self.calculations = Arc::new(Self::calculations(&catalog));
        self.shapes = Shapes::new();
        self.catalog = catalog;
        self.access.permissions_changed();
        self.capture.forget_watches();
        self.metadata = Metadata { components: Arc::new(components), ..std::mem::take(&mut self.metadata) };
        self.start_numbers();
    }

    /// Auto numbers begin where their components say.
    fn start_numbers(&mut self) {
        let catalog = Arc::clone(&self.catalog);
        let first =
            |values: &[Element]| values.text("startingNumber").and_then(|text| text.parse::<u64>().ok());
        let components = Arc::clone(&self.metadata.components);
        let fields = components.of("CustomField").map(|own| (own.parts(), first(&own.values)));
        let names = components.of("CustomObject").filter_map(|own| {
            Some(((&*own.full_name, "Name"), first(&own.values.value("nameField")?.children)))
        });
        for ((object, field), first) in fields.chain(names) {
            let Some(def) = catalog.find_any(object) else { continue };
            let Some(field) = def.field(field).filter(|field| field.auto_number) else { continue };
            if let Some(before) = first.and_then(|first| first.checked_sub(1)) {
                self.store.table_mut(def.index).saw_auto_number(field.slot, before);
            }
        }
    }
}
