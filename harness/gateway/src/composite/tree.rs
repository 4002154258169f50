//! `/composite/tree/X`: records with their children are created in one transaction.

use std::collections::BTreeSet;

use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, FieldInput, Input, Org, Position, RecordId, Reply, Session,
    Timestamp,
    catalog::{Catalog, SObjectDef},
};

use super::{
    body::{Members, parser_error, wrong_kind},
    limit::over,
    list::{MOST, attributes_of, perform, too_many, unknown_object},
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// How many objects the records may be of.
const MOST_OBJECTS: usize = 5;
/// How many levels of records there may be.
const DEEPEST: usize = 5;

/// A record of a tree.
struct Node {
    reference: Box<str>,
    object: Box<str>,
    fields: Vec<FieldInput>,
    /// Where the parent stands in the level above, and the field that names it.
    parent: Option<(usize, Box<str>)>,
}

/// What became of a record.
struct Grown {
    reference: Box<str>,
    outcome: Result<RecordId, ApiError>,
}

/// `POST /composite/tree/X`.
pub(crate) fn tree(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut members = Members::of_body(exchange.record_body()?);
    let (list, at) = members.needed_list("records")?;
    members.end()?;
    let catalog = exchange.catalog();
    let version = exchange.version;
    let object = exchange.param("sobject");
    let root = catalog.find(&object, version).ok_or_else(ApiError::not_found)?;
    let levels = Reader { catalog: &catalog, version, references: BTreeSet::new() }.levels(root, list, at)?;
    let grown = exchange.in_transaction(|org, now, session| grow(exchange, (org, now, session), levels))?;
    let failed = grown.iter().any(|one| one.outcome.is_err());
    let mut writer = exchange.writer();
    writer.begin_object().name("hasErrors").bool(failed).name("results").begin_array();
    for Grown { reference, outcome } in &grown {
        match outcome {
            Ok(id) if !failed => encode::tree_result(&mut writer, reference, *id),
            Ok(_) => {}
            Err(error) => encode::tree_error(&mut writer, reference, error),
        }
    }
    writer.end_array().end_object();
    Ok(Answer::json(if failed { 400 } else { 201 }, writer.finish()))
}

/// Creates the records, level by level, as the children need the ids of their parents.
fn grow(
    exchange: &Exchange<'_>,
    (org, now, session): (&mut Org, Timestamp, &Session),
    levels: Vec<Vec<Node>>,
) -> Result<Vec<Grown>, Failure> {
    let start = org.mark();
    let mut grown: Vec<Grown> = Vec::new();
    let mut parents: Vec<RecordId> = Vec::new();
    for level in levels {
        let mut calls = Vec::with_capacity(level.len());
        let mut references = Vec::with_capacity(level.len());
        for Node { reference, object, mut fields, parent } in level {
            if let Some((index, field)) = parent {
                let id = parents.get(index).ok_or_else(unexpected)?;
                fields.push((&*field, Input::from(id.to_string())).into());
            }
            calls.push(Call::Create { object, fields });
            references.push(reference);
        }
        parents.clear();
        let outcomes = match perform(exchange, (&mut *org, now, session), calls) {
            Ok(outcomes) => outcomes,
            Err(failure) => {
                org.return_to(start);
                return Err(failure);
            }
        };
        for (reference, outcome) in references.into_iter().zip(outcomes) {
            let outcome = match outcome {
                Ok(Reply::Created(saved)) => Ok(saved.id),
                Ok(Reply::Enqueued(enqueued)) => Ok(enqueued.id),
                Ok(_) => return Err(unexpected()),
                Err(error) => Err(error),
            };
            parents.extend(outcome.iter().copied());
            grown.push(Grown { reference, outcome });
        }
        if grown.iter().any(|one| one.outcome.is_err()) {
            org.return_to(start);
            break;
        }
    }
    Ok(grown)
}

/// Takes a tree apart into levels, so that all roots come first, then all their children.
struct Reader<'c> {
    catalog: &'c Catalog,
    version: ApiVersion,
    references: BTreeSet<Box<str>>,
}

/// Records of one parent that have not been looked at.
struct Branch<'c> {
    object: &'c SObjectDef,
    records: Vec<Input>,
    at: Position,
    parent: Option<(usize, Box<str>)>,
}

impl<'c> Reader<'c> {
    fn levels(
        mut self,
        root: &'c SObjectDef,
        records: Vec<Input>,
        at: Position,
    ) -> Result<Vec<Vec<Node>>, ApiError> {
        let mut levels = Vec::new();
        let mut objects = BTreeSet::new();
        let mut branches = vec![Branch { object: root, records, at, parent: None }];
        while !branches.is_empty() {
            if levels.len() == DEEPEST {
                return Err(over(&format!("{DEEPEST} levels of records")));
            }
            let (mut level, mut below) = (Vec::new(), Vec::new());
            for branch in branches {
                objects.insert(branch.object.index);
                self.branch(branch, &mut level, &mut below)?;
            }
            levels.push(level);
            branches = below;
        }
        if levels.iter().map(Vec::len).sum::<usize>() > MOST {
            return Err(too_many(MOST));
        }
        if objects.len() > MOST_OBJECTS {
            return Err(over(&format!("{MOST_OBJECTS} types of records")));
        }
        Ok(levels)
    }

    fn branch(
        &mut self,
        branch: Branch<'c>,
        level: &mut Vec<Node>,
        below: &mut Vec<Branch<'c>>,
    ) -> Result<(), ApiError> {
        let Branch { object, records, at, parent } = branch;
        for record in records {
            let Input::Object(mut fields) = record else { return Err(wrong_kind("SObject", &record, at)) };
            let attributes = attributes_of(&mut fields, at)?;
            let own = self.catalog.find(&attributes.object, self.version);
            if own.ok_or_else(|| unknown_object(&attributes.object))?.index != object.index {
                let message =
                    format!("The record type {} doesn't match the type {}", attributes.object, object.name);
                return Err(ApiError::exception(ErrorCode::InvalidType, message));
            }
            let reference = attributes.reference;
            let reference = reference.ok_or_else(|| Members::of_record(at).missing("referenceId"))?;
            if !self.references.insert(reference.clone()) {
                return Err(parser_error(
                    &format!("Duplicate ReferenceId provided in the request: {reference}"),
                    at,
                ));
            }
            let index = level.len();
            let mut kept = Vec::with_capacity(fields.len());
            for field in fields {
                match self.children(object, field, index)? {
                    Ok(children) => below.push(children),
                    Err(field) => kept.push(field),
                }
            }
            let object = (&*object.name).into();
            level.push(Node { reference, object, fields: kept, parent: parent.clone() });
        }
        Ok(())
    }

    /// The children behind a member of a record, or the member when it is a field.
    fn children(
        &self,
        object: &SObjectDef,
        field: FieldInput,
        parent: usize,
    ) -> Result<Result<Branch<'c>, FieldInput>, ApiError> {
        let Some(relationship) = object.child_relationship(&field.name) else { return Ok(Err(field)) };
        let FieldInput { value, at, name } = field;
        // A reference by external id can have the name of a relationship with children.
        let Input::Object(members) = value else { return Ok(Err(FieldInput { value, at, name })) };
        let Some(index) = members.iter().position(|member| &*member.name == "records") else {
            return Ok(Err(FieldInput { value: Input::Object(members), at, name }));
        };
        let mut members = members;
        let records = members.swap_remove(index);
        let Input::Array(list) = records.value else {
            return Err(wrong_kind("list", &records.value, records.at));
        };
        let child = self.catalog.object(relationship.child);
        let reference = child.at(relationship.field).name.as_ref().into();
        Ok(Ok(Branch { object: child, records: list, at: records.at, parent: Some((parent, reference)) }))
    }
}
