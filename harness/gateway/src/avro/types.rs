//! Avro types as far as events use them, with where each field's value comes from.

use std::sync::Arc;

use mockorg_org::catalog::{FieldType, Slot};

/// The namespace of every named type.
pub(super) const NAMESPACE: &str = "com.sforce.eventbus";

/// A type.
#[derive(Clone, Debug)]
pub(crate) enum AvroType {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `double`
    Double,
    /// `string`
    String,
    /// `enum`, by its name and symbols.
    Enum(&'static str, &'static [&'static str]),
    /// `array`
    Array(Box<Self>),
    /// `record`
    Record(Arc<RecordType>),
    /// A union.
    Union(Vec<Self>),
}

impl AvroType {
    /// The union with null that every field but the system's own has.
    pub(super) fn or_null(self) -> Self {
        Self::Union(vec![Self::Null, self])
    }

    /// The type of a union beside null; the type itself when it is no union.
    pub(super) fn last(&self) -> &Self {
        match self {
            Self::Union(branches) => branches.last().unwrap_or(self),
            plain => plain,
        }
    }
}

/// A record.
#[derive(Debug)]
pub(crate) struct RecordType {
    /// Its name without the namespace.
    pub(crate) name: Arc<str>,
    /// Its fields in the order of the wire.
    pub(crate) fields: Vec<AvroField>,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub(crate) struct AvroField {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its type.
    pub(crate) avro: AvroType,
    /// What the schema says about its meaning: `<Role>:<Type>[:<field id>]`.
    pub(crate) doc: Option<String>,
    /// Where its value comes from.
    pub(crate) source: Source,
    /// What the org calls its type; `None` for what is no field of an object.
    pub(crate) field_type: Option<FieldType>,
}

/// Where a field's value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// When the event was published.
    CreatedDate,
    /// Who published it.
    CreatedById,
    /// The header of a change.
    Header,
    /// A value of the event or record.
    Slot(Slot),
    /// The parts of a compound field, for each field of its nested record; `None` for parts that the org
    /// does not have.
    Parts(Box<[Option<Slot>]>),
    /// Whatever its parent says.
    Parent,
}

impl AvroField {
    /// A field of a header or a compound: nothing of the org stands behind it alone.
    pub(super) fn plain(name: &str, avro: AvroType, doc: Option<&str>) -> Self {
        Self {
            name: name.into(),
            avro,
            doc: doc.map(ToOwned::to_owned),
            source: Source::Parent,
            field_type: None,
        }
    }
}
