//! `query?columns=true`: what the columns of a statement are, without its rows.

use std::sync::Arc;

use mockorg_soql::{
    parse,
    tree::{Expr, Select, SelectItem},
};

use super::{
    groups::GroupPlan,
    operand::Operand,
    path::{Place, Steps},
    plan::Output,
    resolve,
    shape::{Member, Shape},
};
use crate::{
    ApiError, Org, QueryColumn, QueryColumns, Reply,
    catalog::{Catalog, FieldDef, FieldType, SObjectDef},
    ctx::Ctx,
};

impl Org {
    /// Tells what the columns of a query are, without running it.
    ///
    /// # Errors
    ///
    /// As for [`Org::query`].
    pub(crate) fn query_columns(&mut self, ctx: &Ctx, soql: &str, all: bool) -> Result<Reply, ApiError> {
        let (plan, _) = resolve::resolve(self, ctx, soql, all).map_err(|refusal| self.refused(refusal))?;
        let tree = parse(soql).ok();
        let catalog = &self.catalog;
        let object = catalog.object(plan.object);
        let (columns, group_by) = match &plan.output {
            Output::Count => (Vec::new(), false),
            Output::Rows(shape) => (of_shape(catalog, Some(object), shape), false),
            Output::Groups(groups) => (of_groups(catalog, object, groups, soql, tree.as_ref()), groups.by),
        };
        Ok(Reply::Columns(QueryColumns {
            entity_name: Arc::clone(&object.name),
            group_by,
            id_selected: columns.iter().any(|column| &*column.column_name == "Id"),
            key_prefix: object.key_prefix.map(|prefix| String::from_utf8_lossy(&prefix).into()),
            columns,
        }))
    }
}

/// The columns of rows; the object is none when it differs by row.
fn of_shape(catalog: &Catalog, object: Option<&SObjectDef>, shape: &Shape) -> Vec<QueryColumn> {
    shape
        .columns
        .iter()
        .zip(&shape.members)
        .map(|(name, member)| of_member(catalog, object, name, member))
        .collect()
}

fn of_member(
    catalog: &Catalog,
    object: Option<&SObjectDef>,
    name: &Arc<str>,
    member: &Member,
) -> QueryColumn {
    match member {
        Member::Field(place) => of_field(name, field_at(catalog, object, place)),
        Member::Computed(_) => of_field(name, object.and_then(|object| object.field(name))),
        Member::Parent(place, shape) => {
            let key = field_at(catalog, object, place);
            let parent = key.and_then(|field| parent(catalog, field));
            of_parent(name, key, of_shape(catalog, parent, shape))
        }
        Member::TypeOf(place, branches) => {
            let mut joined: Vec<QueryColumn> = Vec::new();
            let forms = branches.whens.iter().map(|(index, shape)| (Some(catalog.object(*index)), shape));
            for (branch, shape) in forms.chain([(None, &branches.otherwise)]) {
                for column in of_shape(catalog, branch, shape) {
                    if joined.iter().all(|known| known.column_name != column.column_name) {
                        joined.push(column);
                    }
                }
            }
            of_parent(name, field_at(catalog, object, place), joined)
        }
        Member::Children(children) => {
            let child = catalog.object(children.plan.object);
            let join_columns = match &children.plan.output {
                Output::Rows(shape) => of_shape(catalog, Some(child), shape),
                Output::Count | Output::Groups(_) => Vec::new(),
            };
            QueryColumn { aggregate: true, join_columns, ..named(name) }
        }
    }
}

/// The columns of a statement over groups. What is no key is an aggregate, told by its words.
fn of_groups(
    catalog: &Catalog,
    object: &SObjectDef,
    groups: &GroupPlan,
    soql: &str,
    tree: Option<&Select>,
) -> Vec<QueryColumn> {
    let words = |at: usize| {
        let SelectItem::Expr { expr: Expr::Call(call), .. } = tree?.items.get(at)? else { return None };
        soql.get(call.span.start..call.span.end)
    };
    let columns = groups.columns.iter().zip(&groups.cells).enumerate();
    columns
        .map(|(at, (name, cell))| {
            let key = match cell {
                Operand::Group(index) => groups.keys.get(*index),
                _ => None,
            };
            match key.map(|key| key.of.steps()) {
                Some(Some(steps)) => of_field(name, follow(catalog, object, steps)),
                _ => QueryColumn {
                    aggregate: true,
                    display_name: words(at).map_or_else(|| Arc::clone(name), Arc::from),
                    number_type: true,
                    ..named(name)
                },
            }
        })
        .collect()
}

fn of_parent(name: &Arc<str>, key: Option<&FieldDef>, join_columns: Vec<QueryColumn>) -> QueryColumn {
    QueryColumn { foreign_key_name: key.map(|field| Arc::clone(&field.name)), join_columns, ..named(name) }
}

fn of_field(name: &Arc<str>, field: Option<&FieldDef>) -> QueryColumn {
    let Some(field) = field else {
        return QueryColumn { apex_type: Some("String".into()), text_type: true, ..named(name) };
    };
    let apex_type = apex_type(field.field_type);
    QueryColumn {
        apex_type: Some(apex_type.into()),
        boolean_type: apex_type == "Boolean",
        custom: field.custom,
        insertable: field.createable,
        number_type: matches!(apex_type, "Double" | "Integer" | "Long"),
        text_type: apex_type == "String",
        updatable: field.updateable,
        ..named(name)
    }
}

fn named(name: &Arc<str>) -> QueryColumn {
    QueryColumn {
        column_name: Arc::clone(name),
        display_name: Arc::clone(name),
        aggregate: false,
        apex_type: None,
        boolean_type: false,
        custom: false,
        foreign_key_name: None,
        insertable: false,
        join_columns: Vec::new(),
        number_type: false,
        text_type: false,
        updatable: false,
    }
}

/// The field at the end of a path.
fn follow<'c>(catalog: &'c Catalog, object: &'c SObjectDef, steps: &Steps) -> Option<&'c FieldDef> {
    let mut object = Some(object);
    for hop in &steps.hops {
        object = parent(catalog, field_at(catalog, object, hop)?);
    }
    field_at(catalog, object, &steps.leaf)
}

fn field_at<'c>(catalog: &'c Catalog, object: Option<&'c SObjectDef>, place: &Place) -> Option<&'c FieldDef> {
    match place {
        Place::Slot(slot) => object.map(|object| object.at(*slot)),
        Place::ByObject(places) => places.first().map(|(index, slot)| catalog.object(*index).at(*slot)),
        Place::ObjectName => None,
    }
}

/// The object behind a reference field, when there is only one.
fn parent<'c>(catalog: &'c Catalog, field: &FieldDef) -> Option<&'c SObjectDef> {
    let [only] = field.reference_to.as_slice() else { return None };
    catalog.find_any(only)
}

/// The Apex type of a field's values.
fn apex_type(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Id | FieldType::Reference => "Id",
        FieldType::Boolean => "Boolean",
        FieldType::Int => "Integer",
        FieldType::Double | FieldType::Currency | FieldType::Percent => "Double",
        FieldType::Date => "Date",
        FieldType::DateTime => "Datetime",
        FieldType::Time => "Time",
        FieldType::Address => "Address",
        FieldType::Location => "Location",
        FieldType::Base64 => "Blob",
        _ => "String",
    }
}
