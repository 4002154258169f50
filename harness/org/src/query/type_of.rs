//! TYPEOF: fields of a polymorphic parent that depend on its object.

use std::sync::Arc;

use mockorg_soql::tree::{Name, Path, TypeOf};

use super::{
    errors::Refusal,
    path::{Hop, Place},
    scope::Scope,
    shape::{Branches, Member, Shape, ShapeBuilder},
};
use crate::catalog::ObjectIndex;

/// The version that brought TYPEOF to all orgs.
const SINCE: u8 = 46;

/// Resolves `TYPEOF What WHEN Account THEN Phone ELSE Name END`; gives its column's name, too.
pub(super) fn resolve(scope: &Scope<'_>, type_of: &TypeOf) -> Result<(Arc<str>, Member), Refusal> {
    let source = scope.source;
    let at = type_of.path.span.start;
    if scope.ctx.version.number() < SINCE {
        return Err(source.unexpected(type_of.span.start));
    }
    let hop = scope.polymorphic(&type_of.path)?;
    let mut whens: Vec<(ObjectIndex, Shape)> = Vec::with_capacity(type_of.whens.len());
    for (name, paths) in &type_of.whens {
        let object = scope.branch(&hop, name)?;
        if whens.iter().any(|(known, _)| *known == object) {
            return Err(
                source.malformed(name.span.start, &format!("duplicate WHEN type in TYPEOF: {}", name.text))
            );
        }
        let inner = scope.of_parent(scope.catalog.object(object));
        whens.push((object, shape(&inner, paths)?));
    }
    let otherwise = scope.name_shape(&type_of.path, &type_of.otherwise)?;
    if whens.is_empty() {
        return Err(source.unexpected(at));
    }
    let branches = Branches { whens: whens.into(), otherwise };
    Ok((Arc::clone(&hop.name), Member::TypeOf(hop.place, Arc::new(branches))))
}

fn shape(scope: &Scope<'_>, paths: &[Path]) -> Result<Shape, Refusal> {
    let mut builder = ShapeBuilder::default();
    for path in paths {
        builder.add(&scope.field(path)?)?;
    }
    Ok(builder.build())
}

impl Scope<'_> {
    /// The polymorphic relationship that TYPEOF is about.
    fn polymorphic(&self, path: &Path) -> Result<Hop, Refusal> {
        let at = path.span.start;
        let [.., name] = path.names.as_slice() else { return Err(self.source.unexpected(at)) };
        let own = match path.names.as_slice() {
            [_] => true,
            [prefix, _] => {
                prefix.is(&self.root.name) || self.alias.is_some_and(|alias| alias.is(&prefix.text))
            }
            _ => false,
        };
        let field = self.root.parent_relationship(&name.text, self.ctx.version);
        let Some(field) = field.filter(|field| own && self.sees(self.root, field)) else {
            return Err(self.source.unknown_relationship(at, &name.text));
        };
        let Some(relationship) = field.relationship_name.clone().filter(|_| field.reference_to.len() > 1)
        else {
            let text = format!("{} is not a polymorphic relationship", name.text);
            return Err(self.source.malformed(at, &text));
        };
        Ok(Hop { name: relationship, place: Place::Slot(field.slot) })
    }

    /// The object of a WHEN branch, which must be one that the reference can name.
    fn branch(&self, hop: &Hop, name: &Name) -> Result<ObjectIndex, Refusal> {
        let unknown = || self.source.unknown_object(name.span.start, &name.text);
        let object = self.object(&name.text).ok_or_else(unknown)?;
        let Place::Slot(slot) = hop.place else { return Err(unknown()) };
        let targets = &self.root.at(slot).reference_to;
        if targets.iter().any(|target| **target == *object.name) {
            return Ok(object.index);
        }
        let text = format!("{} is not a type of the relationship {}", object.name, hop.name);
        Err(self.source.malformed(name.span.start, &text))
    }

    /// The form of the ELSE branch: fields of the `Name` object.
    fn name_shape(&self, relationship: &Path, paths: &[Path]) -> Result<Shape, Refusal> {
        let mut builder = ShapeBuilder::default();
        for path in paths {
            let names = relationship.names.iter().chain(&path.names).cloned().collect();
            let mut field = self.field(&Path { names, span: path.span })?;
            // The row is the parent's, so the way to it is left out.
            field.hops.remove(0);
            builder.add(&field)?;
        }
        Ok(builder.build())
    }
}
