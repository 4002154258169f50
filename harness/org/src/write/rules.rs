//! Rules of single objects: what the platform computes or forbids when a record is saved or deleted.

use std::sync::Arc;

use super::{content, convert_lead};
use crate::{
    ApiError, Org, Record, RecordId, RecordView, Value, access,
    catalog::{Catalog, SObjectDef},
    ctx::Ctx,
    events, lifecycle,
};

/// A rule of one object. Rules of an object run in the order of their rows.
pub(crate) struct Rule {
    /// The object.
    pub(crate) object: &'static str,
    /// Runs before a record is stored: old record (on update) and new one, which it may complete.
    pub(crate) before: Option<BeforeSave>,
    /// Runs after a record is stored: its id, and the old record on update.
    pub(crate) after: Option<AfterSave>,
    /// Runs before a record goes to the Recycle Bin.
    pub(crate) before_delete: Option<BeforeDelete>,
    /// Runs after a record went to the Recycle Bin or came back from it.
    pub(crate) after_delete: Option<AfterDelete>,
}

pub(crate) type BeforeSave =
    fn(&Org, &Ctx, &SObjectDef, Option<&Record>, &mut Record) -> Result<(), ApiError>;
pub(crate) type AfterSave = fn(&mut Org, &Ctx, RecordId, Option<&Record>) -> Result<(), ApiError>;
pub(crate) type BeforeDelete = fn(&Org, &Ctx, RecordView<'_>) -> Result<(), ApiError>;
pub(crate) type AfterDelete = fn(&mut Org, &Ctx, &Record) -> Result<(), ApiError>;

impl Rule {
    /// A rule without any hook, to be completed by struct update.
    pub(crate) const NONE: Self =
        Self { object: "", before: None, after: None, before_delete: None, after_delete: None };
}

/// The rules of every object, by the object's place in the catalog.
#[derive(Clone)]
pub(crate) struct Rules(Vec<Arc<[&'static Rule]>>);

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rules").field(&self.0.len()).finish()
    }
}

impl Rules {
    /// Sorts all rules by object.
    pub(crate) fn new(catalog: &Catalog) -> Self {
        let all = || GENERAL.iter().chain(lifecycle::RULES).chain(access::RULES).chain(events::RULES);
        Self(
            catalog
                .objects()
                .iter()
                .map(|def| all().filter(|rule| *rule.object == *def.name).collect())
                .collect(),
        )
    }

    /// The rules of one object.
    pub(crate) fn of(&self, def: &SObjectDef) -> Arc<[&'static Rule]> {
        self.0.get(def.index.index()).map_or_else(|| Arc::from([]), Arc::clone)
    }
}

/// The rules of the standard objects outside the life cycle.
static GENERAL: &[Rule] = &[
    Rule { object: "Contact", before: Some(person_name), ..Rule::NONE },
    Rule { object: "Lead", before: Some(convert_lead::refuse_converted), ..Rule::NONE },
    Rule { object: "Lead", before: Some(person_name), ..Rule::NONE },
    Rule { object: "User", before: Some(person_name), ..Rule::NONE },
    Rule { object: "Opportunity", before: Some(opportunity_stage), ..Rule::NONE },
    Rule { object: "Case", before: Some(case_closed), ..Rule::NONE },
    Rule { object: "Task", before: Some(task_closed), ..Rule::NONE },
    Rule { object: "Attachment", before: Some(attachment_length), ..Rule::NONE },
    Rule {
        object: "ContentVersion",
        before: Some(content::before_version),
        after: Some(content::after_version),
        ..Rule::NONE
    },
];

/// The name of a person is put together from its parts.
fn person_name(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let part = |name| new.get_opt(def.slot(name)).as_text().unwrap_or_default().to_owned();
    let parts = [part("FirstName"), part("MiddleName"), part("LastName"), part("Suffix")];
    let name = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    new.set_opt(def.slot("Name"), Value::text(name));
    Ok(())
}

/// The standard stages decide whether an opportunity is closed and won, and its forecast category.
fn opportunity_stage(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    // Stage, default probability, forecast category: the standard sales process.
    const STAGES: &[(&str, i64, &str)] = &[
        ("Prospecting", 10, "Pipeline"),
        ("Qualification", 10, "Pipeline"),
        ("Needs Analysis", 20, "Pipeline"),
        ("Value Proposition", 50, "Pipeline"),
        ("Id. Decision Makers", 60, "Pipeline"),
        ("Perception Analysis", 70, "Pipeline"),
        ("Proposal/Price Quote", 75, "Pipeline"),
        ("Negotiation/Review", 90, "Pipeline"),
        ("Closed Won", 100, "Closed"),
        ("Closed Lost", 0, "Omitted"),
    ];
    let Some(stage_slot) = def.slot("StageName") else { return Ok(()) };
    let stage = new.get(stage_slot).as_text().unwrap_or_default().to_owned();
    let changed = old.is_none_or(|old| old.get(stage_slot) != new.get(stage_slot));
    let known = STAGES.iter().find(|(name, ..)| *name == stage);
    new.set_opt(def.slot("IsClosed"), Value::Bool(stage.starts_with("Closed ")));
    new.set_opt(def.slot("IsWon"), Value::Bool(stage == "Closed Won"));
    if let (true, Some((_, probability, forecast))) = (changed, known) {
        let probability_slot = def.slot("Probability");
        let kept = old.is_none() && !new.get_opt(probability_slot).is_null();
        if !kept {
            new.set_opt(probability_slot, Value::Number((*probability).into()));
        }
        new.set_opt(def.slot("ForecastCategory"), Value::text(forecast));
        new.set_opt(def.slot("ForecastCategoryName"), Value::text(forecast));
    }
    if let (Some(amount), Some(probability)) =
        (new.get_opt(def.slot("Amount")).as_number(), new.get_opt(def.slot("Probability")).as_number())
    {
        let expected = amount * probability / rust_decimal::Decimal::ONE_HUNDRED;
        new.set_opt(def.slot("ExpectedRevenue"), Value::Number(expected.normalize()));
    }
    Ok(())
}

/// A case with a closed status is closed, and remembers when it became so.
fn case_closed(
    _: &Org,
    ctx: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let closed = new.get_opt(def.slot("Status")).as_text() == Some("Closed");
    let was_closed = old.is_some_and(|old| old.get_opt(def.slot("IsClosed")).is_true());
    new.set_opt(def.slot("IsClosed"), Value::Bool(closed));
    if closed != was_closed {
        new.set_opt(def.slot("ClosedDate"), if closed { ctx.now.floor_second().into() } else { Value::Null });
    }
    Ok(())
}

/// A completed task is closed.
fn task_closed(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let closed = new.get_opt(def.slot("Status")).as_text() == Some("Completed");
    new.set_opt(def.slot("IsClosed"), Value::Bool(closed));
    Ok(())
}

/// The length of an attachment follows its body.
fn attachment_length(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    if let Value::Blob(body) = new.get_opt(def.slot("Body")) {
        let length = i64::try_from(body.len()).unwrap_or(i64::MAX);
        new.set_opt(def.slot("BodyLength"), Value::Int(length));
    }
    Ok(())
}
