//! An object as the user of a request sees it.

use std::sync::Arc;

use mockorg_org::{
    ApiError, Call, DescribeSObject, RecordId, Reply,
    catalog::{Catalog, FieldDef, SObjectDef},
};

use crate::{
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// An object, what of it the user sees, and what the user may do.
pub(super) struct Seen {
    pub(super) describe: Box<DescribeSObject>,
    pub(super) catalog: Arc<Catalog>,
}

impl Seen {
    /// The object that the path names.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such object.
    pub(super) fn of_path(exchange: &Exchange<'_>) -> Result<Self, Failure> {
        Self::of(exchange, &exchange.param("sobject"))
    }

    /// The object of this name.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such object.
    pub(super) fn of(exchange: &Exchange<'_>, object: &str) -> Result<Self, Failure> {
        let Reply::Describe(describe) = exchange.call(Call::Describe { object: object.into() })? else {
            return Err(unexpected());
        };
        let seen = Self { describe, catalog: exchange.catalog() };
        seen.def()?;
        Ok(seen)
    }

    /// The definition.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for an object whose rows are made from the catalog; it has nothing to show.
    pub(super) fn def(&self) -> Result<&SObjectDef, ApiError> {
        self.catalog.find_any(&self.describe.summary.object).ok_or_else(ApiError::not_found)
    }

    /// The fields that the user sees, and whether the user may write them.
    pub(super) fn fields<'s>(&'s self, def: &'s SObjectDef) -> impl Iterator<Item = (&'s FieldDef, bool)> {
        let fields = self.describe.fields.iter();
        fields.filter_map(|(slot, writable)| Some((def.fields.get(usize::from(*slot))?, *writable)))
    }

    /// A field that the user sees.
    pub(super) fn field<'s>(&'s self, def: &'s SObjectDef, name: &str) -> Option<(&'s FieldDef, bool)> {
        self.fields(def).find(|(field, _)| field.name.eq_ignore_ascii_case(name))
    }
}

/// The id of something that a definition declares.
pub(super) fn metadata_id(
    exchange: &Exchange<'_>,
    key_prefix: &[u8; 3],
    name: &str,
) -> Result<RecordId, ApiError> {
    exchange.with_org(|org, _, _| Ok(org.metadata_id(*key_prefix, name)))
}
