//! From declared rules to the logic of objects. Everything that a rule names is checked here, when definitions are
//! loaded.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    Input, Position, Value,
    formula::{Formula, Purpose, Type},
    write::coerce,
};

use super::{
    declared::{DuplicateRule, FilterItem, RecordTypeDefinition, Summary, SummaryOperation},
    def::{FieldDef, ObjectIndex, SObjectDef, Slot},
    definitions::{Catalog, CatalogError},
    field_type::FieldType,
    logic::{DuplicateCheck, Filter, FormulaField, ObjectLogic, RecordTypeValues, RollUp, Validation},
};

/// How many formula fields may build on one another.
const LONGEST_CHAIN: usize = 20;

/// The logic of every object that has any.
///
/// # Errors
///
/// The first rule that names what does not exist or does not fit.
pub(super) fn compile(catalog: &Catalog) -> Result<Vec<(ObjectIndex, ObjectLogic)>, CatalogError> {
    let mut all: BTreeMap<ObjectIndex, ObjectLogic> = BTreeMap::new();
    for object in catalog.objects().iter().filter(|object| !object.is_gone()) {
        let mut logic = ObjectLogic::default();
        let in_fields = |what: String| CatalogError::new(&object.name, what);
        for field in object.fields.iter().filter(|field| !field.is_gone()) {
            compile_field(catalog, object, field, &mut logic).map_err(in_fields)?;
        }
        compile_rules(catalog, object, &mut logic).map_err(in_fields)?;
        if logic.is_any() {
            all.insert(object.index, logic);
        }
    }
    // Summaries are kept where they are fed.
    for object in catalog.objects().iter().filter(|object| !object.is_gone()) {
        for field in object.fields.iter().filter(|field| !field.is_gone()) {
            let Some(summary) = &field.summary else { continue };
            let (child, roll_up) = roll_up(catalog, object, field, summary).map_err(|what| {
                CatalogError::new(&object.name, format!("field `{}`: summary: {what}", field.name))
            })?;
            all.entry(child).or_default().feeds.push(roll_up);
            if matches!(summary.operation, SummaryOperation::Count | SummaryOperation::Sum) {
                all.entry(object.index).or_default().counters.push(field.slot);
            }
        }
    }
    check_chains(catalog, &all)?;
    check_summed(catalog, &all)?;
    Ok(all.into_iter().collect())
}

impl ObjectLogic {
    const fn is_any(&self) -> bool {
        !(self.formulas.is_empty()
            && self.defaults.is_empty()
            && self.validations.is_empty()
            && self.duplicates.is_empty()
            && self.picklists.is_empty())
    }
}

fn compile_field(
    catalog: &Catalog,
    object: &SObjectDef,
    field: &FieldDef,
    logic: &mut ObjectLogic,
) -> Result<(), String> {
    let wrong = |member: &str, what: &dyn fmt::Display| format!("field `{}`: {member}: {what}", field.name);
    let with = |formula| FormulaField { formula, field_type: field.field_type, scale: field.scale };
    if let Some(source) = &field.calculated_formula {
        if field.summary.is_some() || field.default_value_formula.is_some() {
            return Err(wrong("calculatedFormula", &"a calculated field has neither summary nor default"));
        }
        let wanted = Type::of_formula_field(field.field_type).ok_or_else(|| {
            wrong(
                "calculatedFormula",
                &"formulas give string, boolean, double, currency, percent, date, datetime or time",
            )
        })?;
        let zero = field.formula_treat_null_number_as_zero;
        let formula = Formula::compile(catalog, object, source, wanted, Purpose::Field, zero)
            .map_err(|error| wrong("calculatedFormula", &error))?;
        logic.formulas.push((field.slot, Arc::new(with(formula))));
    }
    if let Some(source) = &field.default_value_formula {
        let wanted = match Type::of_field(field.field_type) {
            Some(Type::Picklist | Type::MultiPicklist) => Type::Text,
            Some(wanted) => wanted,
            None => return Err(wrong("defaultValueFormula", &"fields of this type have no default")),
        };
        let formula = Formula::compile(catalog, object, source, wanted, Purpose::Default, false)
            .map_err(|error| wrong("defaultValueFormula", &error))?;
        logic.defaults.push((field.slot, with(formula)));
    }
    Ok(())
}

fn compile_rules(catalog: &Catalog, object: &SObjectDef, logic: &mut ObjectLogic) -> Result<(), String> {
    once(object.validation_rules.iter().map(|rule| &*rule.name), "validationRules")?;
    once(object.duplicate_rules.iter().map(|rule| &*rule.name), "duplicateRules")?;
    once(object.record_type_definitions.iter().map(|own| &*own.developer_name), "recordTypeDefinitions")?;
    once(object.list_views.iter().map(|own| &*own.developer_name), "listViews")?;
    once(object.compact_layouts.iter().map(|own| &*own.developer_name), "compactLayouts")?;
    once(object.quick_actions.iter().map(|own| &*own.name), "quickActions")?;
    for rule in &object.validation_rules {
        let wrong = |what: &dyn fmt::Display| format!("validationRules `{}`: {what}", rule.name);
        let condition =
            Formula::compile(catalog, object, &rule.condition, Type::Boolean, Purpose::Condition, false)
                .map_err(|error| wrong(&format_args!("condition: {error}")))?;
        let field = match &rule.field {
            None => None,
            Some(name) => Some(
                object
                    .field(name)
                    .ok_or_else(|| wrong(&format_args!("field: the object has no field `{name}`")))?,
            ),
        };
        if rule.active {
            logic.validations.push(Validation {
                name: rule.name.clone(),
                condition,
                message: rule.message.clone(),
                field: field.map(|field| Box::from(&*field.name)),
            });
        }
    }
    for (place, rule) in object.duplicate_rules.iter().enumerate() {
        let fields = duplicate_fields(object, rule)
            .map_err(|what| format!("duplicateRules `{}`: {what}", rule.name))?;
        if rule.active {
            logic.duplicates.push(DuplicateCheck { place, fields });
        }
    }
    if object.record_type_definitions.iter().filter(|own| own.default).count() > 1 {
        return Err("recordTypeDefinitions: only one record type can be the default".to_owned());
    }
    for own in &object.record_type_definitions {
        record_type(object, own, logic)
            .map_err(|what| format!("recordTypeDefinitions `{}`: {what}", own.developer_name))?;
    }
    Ok(())
}

/// Names within a list are unique.
fn once<'n>(names: impl Iterator<Item = &'n str>, member: &str) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(format!("{member}: `{name}` is defined twice; rename one"));
        }
        seen.push(name);
    }
    Ok(())
}

fn duplicate_fields(
    object: &SObjectDef,
    rule: &DuplicateRule,
) -> Result<Vec<(Slot, super::MatchMethod, super::BlankValues)>, String> {
    if rule.matches.is_empty() {
        return Err("match: name at least one field".to_owned());
    }
    let field = |name: &str| {
        let field = object.field(name).ok_or_else(|| format!("match: the object has no field `{name}`"))?;
        if field.calculated || field.is_compound() || field.field_type == FieldType::Base64 {
            return Err(format!("match: fields like `{name}` cannot be matched"));
        }
        Ok(field.slot)
    };
    rule.matches.iter().map(|own| Ok((field(&own.field)?, own.method, own.blank))).collect()
}

fn record_type(
    object: &SObjectDef,
    own: &RecordTypeDefinition,
    logic: &mut ObjectLogic,
) -> Result<(), String> {
    for (name, picklist) in &own.picklists {
        let field = object
            .field(name)
            .filter(|field| matches!(field.field_type, FieldType::Picklist | FieldType::MultiPicklist))
            .ok_or_else(|| format!("picklists: the object has no picklist `{name}`"))?;
        let known = |wanted: &str| field.picklist_values.iter().any(|own| *own.value == *wanted);
        if let Some(value) = picklist.values.iter().find(|value| !known(value)) {
            return Err(format!("picklists: `{name}` has no value `{value}`; add it to picklistValues"));
        }
        if let Some(default) = picklist.default.as_ref().filter(|default| !picklist.values.contains(default))
        {
            return Err(format!("picklists: the default `{default}` of `{name}` is none of its values"));
        }
        logic.picklists.push(RecordTypeValues {
            record_type: own.developer_name.clone(),
            field: field.slot,
            values: picklist.values.clone(),
            default: picklist.default.clone(),
        });
    }
    Ok(())
}

fn roll_up(
    catalog: &Catalog,
    object: &SObjectDef,
    field: &FieldDef,
    summary: &Summary,
) -> Result<(ObjectIndex, RollUp), String> {
    use FieldType as T;
    let child = catalog
        .find_any(&summary.object)
        .ok_or_else(|| format!("object: there is no object `{}`", summary.object))?;
    let link =
        child.field(&summary.field).filter(|link| link.reference_to.contains(&object.name)).ok_or_else(
            || format!("field: `{}` of {} does not refer to {}", summary.field, child.name, object.name),
        )?;
    let of = match (&summary.of, summary.operation) {
        (None, SummaryOperation::Count) => None,
        (Some(_), SummaryOperation::Count) => return Err("of: a count is of no field".to_owned()),
        (None, _) => return Err("of: name the field that is rolled up".to_owned()),
        (Some(name), operation) => {
            let own = child.field(name).ok_or_else(|| format!("of: {} has no field `{name}`", child.name))?;
            let numeric = matches!(own.field_type, T::Int | T::Double | T::Currency | T::Percent);
            let dated = matches!(own.field_type, T::Date | T::DateTime);
            if !(numeric || dated && operation != SummaryOperation::Sum) {
                return Err(format!("of: `{name}` cannot be rolled up so"));
            }
            if own.field_type != field.field_type && dated {
                return Err(format!("of: the type of `{name}` is not that of the summary"));
            }
            Some(own.slot)
        }
    };
    if !matches!(field.field_type, T::Int | T::Double | T::Currency | T::Percent | T::Date | T::DateTime) {
        return Err("summaries are numbers, days or instants".to_owned());
    }
    let filters = summary.filters.iter().map(|item| filter(child, item)).collect::<Result<_, _>>()?;
    let roll_up = RollUp {
        parent: object.index,
        target: field.slot,
        whole: field.field_type == T::Int,
        link: link.slot,
        operation: summary.operation,
        of,
        filters,
    };
    Ok((child.index, roll_up))
}

fn filter(object: &SObjectDef, item: &FilterItem) -> Result<Filter, String> {
    let field = object
        .field(&item.field)
        .ok_or_else(|| format!("filters: {} has no field `{}`", object.name, item.field))?;
    let values = item.value.split(',').map(|text| {
        let text = text.trim();
        let text = match field.field_type {
            FieldType::Boolean if text == "1" => "true",
            FieldType::Boolean if text == "0" => "false",
            _ => text,
        };
        coerce(field, &Input::Text(text.into()), Position::default())
            .map_err(|_| format!("filters: `{text}` is no value of `{}`", item.field))
    });
    let values: Vec<Value> = values.collect::<Result<_, _>>()?;
    Ok(Filter { field: field.slot, operator: item.operator, values })
}

/// A field and its object.
type Place = (ObjectIndex, Slot);

/// No formula may lead back to itself, nor over too many others.
fn check_chains(catalog: &Catalog, all: &BTreeMap<ObjectIndex, ObjectLogic>) -> Result<(), CatalogError> {
    fn depth(
        catalog: &Catalog,
        all: &BTreeMap<ObjectIndex, ObjectLogic>,
        known: &mut BTreeMap<Place, usize>,
        place: Place,
        above: usize,
    ) -> Option<usize> {
        let reads = reads(catalog, all, place);
        if reads.is_empty() {
            return Some(0);
        }
        if let Some(depth) = known.get(&place) {
            return Some(*depth);
        }
        if above > LONGEST_CHAIN {
            return None;
        }
        let mut deepest = 0;
        for read in reads {
            deepest = deepest.max(depth(catalog, all, known, read, above + 1)?);
        }
        (deepest < LONGEST_CHAIN).then(|| {
            known.insert(place, deepest + 1);
            deepest + 1
        })
    }
    let mut known = BTreeMap::new();
    for object in catalog.objects() {
        for field in object.fields.iter().filter(|field| field.calculated) {
            if depth(catalog, all, &mut known, (object.index, field.slot), 0).is_none() {
                return Err(CatalogError::new(
                    &object.name,
                    format!(
                        "field `{}`: it leads back to itself, or over more than {LONGEST_CHAIN} other calculated fields",
                        field.name
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// The fields that a formula or a roll-up summary reads.
fn reads(catalog: &Catalog, all: &BTreeMap<ObjectIndex, ObjectLogic>, place: Place) -> Vec<Place> {
    let formulas = all.get(&place.0).map_or(&[][..], |logic| &logic.formulas);
    if let Some((_, field)) = formulas.iter().find(|(slot, _)| *slot == place.1) {
        return field.formula.reads.clone();
    }
    let Some(summary) = &catalog.object(place.0).at(place.1).summary else { return Vec::new() };
    let Some(child) = catalog.find_any(&summary.object) else { return Vec::new() };
    let feeds = all.get(&child.index).map_or(&[][..], |logic| &logic.feeds);
    let own = feeds.iter().filter(|feed| (feed.parent, feed.target) == place);
    own.flat_map(|feed| feed.of.into_iter().chain(feed.filters.iter().map(|filter| filter.field)))
        .map(|slot| (child.index, slot))
        .collect()
}

/// What is rolled up changes only with the records below: their summaries are worked out when they are saved.
fn check_summed(catalog: &Catalog, all: &BTreeMap<ObjectIndex, ObjectLogic>) -> Result<(), CatalogError> {
    fn is_own(all: &BTreeMap<ObjectIndex, ObjectLogic>, place: Place) -> bool {
        let formulas = all.get(&place.0).map_or(&[][..], |logic| &logic.formulas);
        formulas.iter().find(|(slot, _)| *slot == place.1).is_none_or(|(_, field)| {
            field.formula.is_own() && field.formula.reads.iter().all(|read| is_own(all, *read))
        })
    }
    for (child, logic) in all {
        for feed in &logic.feeds {
            let mut read = feed.of.into_iter().chain(feed.filters.iter().map(|filter| filter.field));
            if let Some(slot) = read.find(|slot| !is_own(all, (*child, *slot))) {
                let (parent, child) = (catalog.object(feed.parent), catalog.object(*child));
                let what = format!(
                    "field `{}`: summary: `{}` of {} depends on other records, the user or the time",
                    parent.at(feed.target).name,
                    child.at(slot).name,
                    child.name
                );
                return Err(CatalogError::new(&parent.name, what));
            }
        }
    }
    Ok(())
}
