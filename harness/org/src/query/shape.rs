//! The form of a row: its columns, and where each cell comes from.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    errors::{Refusal, duplicate_field},
    path::{FieldPath, Hop, Place},
};

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
    /// The parent behind a reference field, as a row of its own.
    Parent(Place, Shape),
}

/// Collects the fields of a SELECT list. Fields of the same parent come together where the first stood.
#[derive(Debug, Default)]
pub(super) struct ShapeBuilder {
    root: Node,
    seen: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Node {
    columns: Vec<(Arc<str>, Part)>,
    parents: Vec<(Arc<str>, Place, Self)>,
}

#[derive(Debug)]
enum Part {
    Field(Place),
    Parent,
}

impl ShapeBuilder {
    /// Adds a field; the same one twice is refused.
    pub(super) fn add(&mut self, path: &FieldPath<'_>) -> Result<(), Refusal> {
        let mut full = String::new();
        for hop in &path.hops {
            full.push_str(&hop.name);
            full.push('.');
        }
        full.push_str(&path.field.name);
        if self.seen.contains(&full) {
            return Err(duplicate_field(&full));
        }
        self.seen.insert(full);
        let mut node = &mut self.root;
        for hop in &path.hops {
            node = node.parent(hop);
        }
        node.columns.push((Arc::clone(&path.field.name), Part::Field(path.leaf.clone())));
        Ok(())
    }

    pub(super) fn build(self) -> Shape {
        self.root.build()
    }
}

impl Node {
    fn parent(&mut self, hop: &Hop) -> &mut Self {
        let found = self.parents.iter().position(|(name, ..)| *name == hop.name);
        let index = found.unwrap_or_else(|| {
            self.columns.push((Arc::clone(&hop.name), Part::Parent));
            self.parents.push((Arc::clone(&hop.name), hop.place.clone(), Self::default()));
            self.parents.len() - 1
        });
        &mut self.parents[index].2
    }

    fn build(self) -> Shape {
        let mut parents = self.parents.into_iter();
        let (columns, members): (Vec<_>, Vec<_>) = self
            .columns
            .into_iter()
            .filter_map(|(name, part)| {
                let member = match part {
                    Part::Field(place) => Member::Field(place),
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
