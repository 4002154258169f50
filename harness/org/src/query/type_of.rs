//! TYPEOF: fields of a polymorphic parent that depend on its object.

use std::sync::Arc;

use mockorg_soql::tree::{Name, Path, TypeOf};

use super::{
    errors::Refusal,
    path::{Hop, Place},
    scope::Scope,
    shape::{Branches, Member, Shape, ShapeBuilder},
};
use crate::catalog::{FieldDef, ObjectIndex};

/// The version that brought TYPEOF to all orgs.
const SINCE: u8 = 46;

/// Resolves `TYPEOF What WHEN Account THEN Phone ELSE Name END`; gives the relationships on the way to its
/// column and the column's name, too.
pub(super) fn resolve(scope: &Scope<'_>, type_of: &TypeOf) -> Result<(Vec<Hop>, Arc<str>, Member), Refusal> {
    let source = scope.source;
    let at = type_of.path.span.start;
    if scope.ctx.version.number() < SINCE {
        return Err(source.unexpected(type_of.span.start));
    }
    let (way, relationship, field) = scope.polymorphic(&type_of.path)?;
    let mut whens: Vec<(ObjectIndex, Shape)> = Vec::with_capacity(type_of.whens.len());
    for (name, paths) in &type_of.whens {
        let object = scope.branch((&relationship, field), name)?;
        if whens.iter().any(|(known, _)| *known == object) {
            // Tools that were held against real orgs quote these words.
            let text = format!("WHEN clause operand [{}] is not unique", name.text);
            return Err(source.malformed(name.span.start, &text));
        }
        let inner = scope.of_parent(scope.catalog.object(object));
        whens.push((object, shape(&inner, paths)?));
    }
    let otherwise = scope.name_shape((&type_of.path, way.len() + 1), &type_of.otherwise)?;
    if whens.is_empty() {
        return Err(source.unexpected(at));
    }
    let branches = Branches { whens: whens.into(), otherwise };
    Ok((way, relationship, Member::TypeOf(Place::Slot(field.slot), Arc::new(branches))))
}

fn shape(scope: &Scope<'_>, paths: &[Path]) -> Result<Shape, Refusal> {
    let mut builder = ShapeBuilder::default();
    for path in paths {
        builder.add(&scope.field(path)?)?;
    }
    Ok(builder.build())
}

impl<'c> Scope<'c> {
    /// The polymorphic relationship that TYPEOF is about: of the object itself, or of a parent.
    fn polymorphic(&self, path: &Path) -> Result<(Vec<Hop>, Arc<str>, &'c FieldDef), Refusal> {
        let (way, field) = self.reference(path)?;
        match &field.relationship_name {
            Some(name) if field.reference_to.len() > 1 => Ok((way, Arc::clone(name), field)),
            _ => {
                let name = path.names.last().map_or("", |name| &*name.text);
                let text = format!("{name} is not a polymorphic relationship");
                Err(self.source.malformed(path.span.start, &text))
            }
        }
    }

    /// The object of a WHEN branch, which must be one that the reference can name.
    fn branch(&self, (relationship, field): (&str, &FieldDef), name: &Name) -> Result<ObjectIndex, Refusal> {
        let unknown = || self.source.unknown_object(name.span.start, &name.text);
        let object = self.object(&name.text).ok_or_else(unknown)?;
        if field.reference_to.iter().any(|target| **target == *object.name) {
            return Ok(object.index);
        }
        let text = format!("{} is not a type of the relationship {relationship}", object.name);
        Err(self.source.malformed(name.span.start, &text))
    }

    /// The form of the ELSE branch: fields of the `Name` object, `levels` above the record.
    fn name_shape(&self, (relationship, levels): (&Path, usize), paths: &[Path]) -> Result<Shape, Refusal> {
        let mut builder = ShapeBuilder::default();
        for path in paths {
            let names = relationship.names.iter().chain(&path.names).cloned().collect();
            let mut field = self.field(&Path { names, span: path.span })?;
            // The row is the parent's, so the way to it is left out.
            field.hops.drain(..levels);
            builder.add(&field)?;
        }
        Ok(builder.build())
    }
}
