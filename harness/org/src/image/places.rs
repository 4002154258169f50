//! The definitions of an org in its image: which they were at the beginning, and how they were changed since.

use std::{fmt::Write, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{ImageError, digest};
use crate::{
    catalog::{Catalog, Place},
    redefine::{self, Metadata},
};

/// What an image knows of the definitions.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Definitions {
    /// A digest of the names at the beginning.
    begun: u64,
    /// A digest of the names now.
    now: u64,
    /// The places of what was changed, if anything was.
    places: Option<Vec<Option<Place>>>,
}

impl Definitions {
    pub(super) fn of(catalog: &Catalog, metadata: &Metadata) -> Self {
        let places = metadata.changed.map(|_| catalog.places());
        Self { begun: names(catalog.uncustomized()), now: names(catalog), places }
    }

    /// The catalog of the image, for an org that began with this one.
    pub(super) fn catalog(
        &self,
        begun: Arc<Catalog>,
        metadata: &Metadata,
    ) -> Result<Arc<Catalog>, ImageError> {
        if names(begun.uncustomized()) != self.begun {
            return Err(ImageError::OtherDefinitions("objects and fields differ".into()));
        }
        let catalog = match &self.places {
            None => begun,
            Some(places) => Arc::new(
                redefine::rebuild(&metadata.components, begun.uncustomized(), places)
                    .map_err(|what| ImageError::OtherDefinitions(what.into()))?,
            ),
        };
        if names(&catalog) == self.now {
            return Ok(catalog);
        }
        Err(ImageError::OtherDefinitions("the customisation at the beginning differs".into()))
    }
}

/// A digest of the names of all objects and fields in the order of their places.
fn names(catalog: &Catalog) -> u64 {
    let mut text = String::new();
    for object in catalog.objects() {
        text.push_str(if object.is_gone() { "\n-" } else { "\n" });
        text.push_str(&object.name);
        for field in &object.fields {
            text.push_str(if field.is_gone() { " -" } else { " " });
            text.push_str(&field.name);
            if !field.is_gone() {
                let _ = write!(text, "{:?}", field.field_type);
            }
        }
    }
    digest(text.as_bytes())
}
