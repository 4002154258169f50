//! The form of a row: its columns, and where each cell comes from.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    errors::{Refusal, duplicate_field},
    operand::Operand,
    path::{FieldPath, Hop, Place},
    plan::ChildPlan,
};
use crate::{ApiError, ErrorCode, catalog::ObjectIndex};

/// The columns of a row and the sources of its cells, in SELECT order.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// The column names, shared by all rows.
    pub(super) columns: Arc<[Arc<str>]>,
    /// For each column, where its cell comes from.
    pub(super) members: Box<[Member]>,
}

/// Where a cell comes from.
#[derive(Clone, Debug)]
pub(super) enum Member {
    /// A field of the record.
    Field(Place),
    /// What a function makes of the record's fields.
    Computed(Operand),
    /// The parent behind a reference field, as a row of its own.
    Parent(Place, Shape),
    /// The parent behind a polymorphic reference field, in a form that depends on its object.
    TypeOf(Place, Arc<Branches>),
    /// The record's children, as a page of their own.
    Children(Arc<ChildPlan>),
}

/// The forms of TYPEOF.
#[derive(Clone, Debug)]
pub(super) struct Branches {
    /// The WHEN branches.
    pub(super) whens: Box<[(ObjectIndex, Shape)]>,
    /// The ELSE branch; empty without one.
    pub(super) otherwise: Shape,
}

/// Collects the members of a SELECT list. Fields of the same parent come together where the first stood.
#[derive(Debug, Default)]
pub(super) struct ShapeBuilder {
    root: Node,
    seen: BTreeSet<String>,
    unnamed: usize,
}

#[derive(Debug, Default)]
struct Node {
    columns: Vec<(Arc<str>, Part)>,
    parents: Vec<(Arc<str>, Place, Self)>,
}

#[derive(Debug)]
enum Part {
    Member(Member),
    Parent,
}

impl ShapeBuilder {
    /// Adds a field; the same one twice is refused.
    pub(super) fn add(&mut self, path: &FieldPath<'_>) -> Result<(), Refusal> {
        self.add_at(path, Member::Field(path.leaf.clone()))
    }

    /// Adds what a function makes of a field, in the field's place.
    pub(super) fn add_at(&mut self, path: &FieldPath<'_>, member: Member) -> Result<(), Refusal> {
        let full = path.canonical();
        if !self.seen.insert(full.to_lowercase()) {
            return Err(duplicate_field(&full));
        }
        self.node(&path.hops)?.columns.push((Arc::clone(&path.field.name), Part::Member(member)));
        Ok(())
    }

    /// Adds a parent in a form of its own. None of its fields can be selected beside it.
    pub(super) fn add_parent(&mut self, way: &[Hop], name: Arc<str>, member: Member) -> Result<(), Refusal> {
        let node = self.node(way)?;
        if node.has(&name) {
            return Err(duplicate_field(&name));
        }
        node.columns.push((name, Part::Member(member)));
        Ok(())
    }

    /// Adds a column under a name of its own; a name that is taken is refused.
    pub(super) fn add_named(&mut self, name: Arc<str>, member: Member) -> Result<(), Refusal> {
        if !self.seen.insert(name.to_lowercase()) || self.root.has(&name) {
            let text = format!("duplicate alias: {name}");
            return Err(ApiError::exception(ErrorCode::MalformedQuery, text).into());
        }
        self.root.columns.push((name, Part::Member(member)));
        Ok(())
    }

    /// The name of the next column without a name: `expr0`, `expr1`.
    pub(super) fn next_name(&mut self) -> Arc<str> {
        self.unnamed += 1;
        format!("expr{}", self.unnamed - 1).into()
    }

    pub(super) fn build(self) -> Shape {
        self.root.build()
    }

    fn node(&mut self, hops: &[Hop]) -> Result<&mut Node, Refusal> {
        let mut node = &mut self.root;
        for hop in hops {
            node = node.parent(hop)?;
        }
        Ok(node)
    }
}

impl Node {
    fn parent(&mut self, hop: &Hop) -> Result<&mut Self, Refusal> {
        let found = self.parents.iter().position(|(name, ..)| *name == hop.name);
        let index = match found {
            Some(index) => index,
            None if self.has(&hop.name) => return Err(duplicate_field(&hop.name)),
            None => {
                self.columns.push((Arc::clone(&hop.name), Part::Parent));
                self.parents.push((Arc::clone(&hop.name), hop.place.clone(), Self::default()));
                self.parents.len() - 1
            }
        };
        Ok(&mut self.parents[index].2)
    }

    /// Whether a column with this name is there, in any case.
    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn build(self) -> Shape {
        let mut parents = self.parents.into_iter();
        let (columns, members): (Vec<_>, Vec<_>) = self
            .columns
            .into_iter()
            .filter_map(|(name, part)| {
                let member = match part {
                    Part::Member(member) => member,
                    // Parents stand in the order in which their columns were added.
                    Part::Parent => {
                        parents.next().map(|(_, place, node)| Member::Parent(place, node.build()))?
                    }
                };
                Some((name, member))
            })
            .unzip();
        Shape { columns: columns.into(), members: members.into() }
    }
}
