//! Which place each object and field of a catalog has, as data: what a catalog that was changed at run time needs
//! beside its definitions to be built again as it was.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    align,
    def::{FieldDef, ObjectIndex, SObjectDef, Slot},
    definitions::Catalog,
    names::name_order,
};

/// The place of an object, and of each of its fields.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    name: Box<str>,
    gone: bool,
    prefix: Option<[u8; 3]>,
    /// By slot: the names, and whether the field is gone.
    fields: Vec<(Box<str>, bool)>,
}

impl Catalog {
    /// The places of the objects that are not as in the catalog without what was added to it.
    pub(crate) fn places(&self) -> Vec<Option<Place>> {
        let base = self.uncustomized().objects();
        let place = |object: &SObjectDef| {
            let before = base.get(object.index.index());
            if before.is_some_and(|before| is_laid_out_alike(before, object)) {
                return None;
            }
            Some(Place {
                name: Box::from(&*object.name),
                gone: object.is_gone(),
                prefix: object.key_prefix,
                fields: object.fields.iter().map(|own| (Box::from(&*own.name), own.is_gone())).collect(),
            })
        };
        self.objects().iter().map(place).collect()
    }

    /// A catalog that has nothing but these places, for [`Catalog::customized`] to start from. `self` has the
    /// definitions, wherever they lie; `None` when a place is of something that it does not have.
    pub(crate) fn laid_out(&self, places: &[Option<Place>]) -> Option<Self> {
        let base = self.uncustomized();
        let mut objects: Vec<SObjectDef> = Vec::with_capacity(places.len());
        for (index, place) in places.iter().enumerate() {
            let index = ObjectIndex(u16::try_from(index).ok()?);
            let object = match place {
                None => base.objects().get(index.index())?.clone(),
                Some(place) => self.place(place)?,
            };
            objects.push(SObjectDef { index, ..object });
        }
        let mut by_name: Vec<ObjectIndex> =
            objects.iter().filter(|own| !own.is_gone()).map(|own| own.index).collect();
        by_name.sort_by(|one, other| name_order(&objects[one.index()].name, &objects[other.index()].name));
        Some(self.with_objects(objects, by_name))
    }

    fn place(&self, place: &Place) -> Option<SObjectDef> {
        let object = match place.gone {
            true => self.objects().first()?,
            false => self.find_any(&place.name)?,
        };
        let any = object.fields.first()?;
        let field = |(slot, (name, gone)): (usize, &(Box<str>, bool))| {
            let slot = Slot(u16::try_from(slot).ok()?);
            match gone {
                true => Some(align::gone_field(&FieldDef { name: Arc::from(&**name), slot, ..any.clone() })),
                false => {
                    let own = object.field(name).unwrap_or(any);
                    Some(FieldDef { name: Arc::from(&**name), slot, ..own.clone() })
                }
            }
        };
        let fields = place.fields.iter().enumerate().map(field).collect::<Option<_>>()?;
        let object =
            SObjectDef { name: Arc::from(&*place.name), key_prefix: place.prefix, fields, ..object.clone() };
        Some(if place.gone { align::gone(&object) } else { object })
    }
}

fn is_laid_out_alike(one: &SObjectDef, other: &SObjectDef) -> bool {
    let same =
        |(one, other): (&FieldDef, &FieldDef)| one.name == other.name && one.is_gone() == other.is_gone();
    one.name == other.name
        && one.kind == other.kind
        && one.key_prefix == other.key_prefix
        && one.is_gone() == other.is_gone()
        && one.fields.len() == other.fields.len()
        && one.fields.iter().zip(&other.fields).all(same)
}
