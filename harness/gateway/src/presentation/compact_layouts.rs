//! Compact layouts: the system's own and those that a definition declares.

use mockorg_org::{
    ApiError, ErrorCode, RecordId,
    catalog::{CompactLayoutDefinition, SObjectDef},
};

use super::{
    item::{Item, ItemWriter},
    related_list::button,
    seen::{Seen, metadata_id},
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::validated,
};

/// How many objects may be asked about at once.
const MOST_OBJECTS: usize = 100;

/// A compact layout, and its id; the system's own has none.
struct Compact<'s> {
    id: Option<RecordId>,
    label: &'s str,
    name: &'s str,
    fields: Vec<&'s str>,
}

/// `GET /sobjects/X/describe/compactLayouts`.
pub(crate) fn compact_layouts_of(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = compact(exchange, &exchange.param("sobject"))?;
    let def = seen.def()?;
    let primary = primary(exchange, def)?;
    let mut w = exchange.writer();
    w.begin_object().key("compactLayouts").begin_array();
    for declared in &def.compact_layouts {
        write(exchange, &mut w, (&seen, def), &of(exchange, def, declared)?);
    }
    write(exchange, &mut w, (&seen, def), &system(def));
    w.end_array().key("defaultCompactLayoutId");
    optional_id(&mut w, primary.id);
    w.key("recordTypeCompactLayoutMappings").begin_array();
    for info in &seen.describe.record_types {
        w.begin_object().key("available").bool(info.active).key("compactLayoutId");
        optional_id(&mut w, primary.id);
        w.key("compactLayoutName").string(primary.name).key("recordTypeId");
        encode::write_id(&mut w, info.id);
        w.key("recordTypeName").string(&info.name).key("urls").begin_object().key("compactLayout");
        let id = info.id.to_string();
        let rest = ["/sobjects/", &def.name, "/describe/compactLayouts/", &id];
        encode::write_address(&mut w, exchange.version, &rest);
        w.end_object().end_object();
    }
    w.end_array().key("urls").begin_object().key("primary");
    encode::write_address(
        &mut w,
        exchange.version,
        &["/sobjects/", &def.name, "/describe/compactLayouts/primary"],
    );
    w.end_object().end_object();
    Ok(validated(exchange, w.finish()))
}

/// `GET /sobjects/X/describe/compactLayouts/<primary or recordTypeId>`.
pub(crate) fn primary_compact_layout(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = compact(exchange, &exchange.param("sobject"))?;
    let def = seen.def()?;
    let which = exchange.param("which");
    let of_type = |id: RecordId| seen.describe.record_types.iter().any(|info| info.id == id);
    if which != "primary" && !which.parse().is_ok_and(of_type) {
        return Err(ApiError::not_found().into());
    }
    let mut w = exchange.writer();
    write(exchange, &mut w, (&seen, def), &primary(exchange, def)?);
    Ok(validated(exchange, w.finish()))
}

/// `GET /compactLayouts?q=`.
pub(crate) fn compact_layouts(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let names = exchange.list("q").unwrap_or_default();
    exchange.authorize()?;
    if names.is_empty() || names.len() > MOST_OBJECTS {
        // The platform refuses this, too; code and words are not on record.
        let text = format!("the parameter q must name 1 to {MOST_OBJECTS} objects");
        return Err(ApiError::exception(ErrorCode::IllegalQueryParameterValue, text).into());
    }
    let mut w = exchange.writer();
    w.begin_object();
    for name in names {
        let seen = compact(exchange, &name)?;
        let def = seen.def()?;
        w.key(&def.name);
        write(exchange, &mut w, (&seen, def), &primary(exchange, def)?);
    }
    w.end_object();
    Ok(validated(exchange, w.finish()))
}

/// An object that has compact layouts.
fn compact(exchange: &Exchange<'_>, name: &str) -> Result<Seen, Failure> {
    let seen = Seen::of(exchange, name)?;
    if seen.def()?.compact_layoutable { Ok(seen) } else { Err(ApiError::not_found().into()) }
}

/// The layout that records without another one have.
fn primary<'s>(exchange: &Exchange<'_>, def: &'s SObjectDef) -> Result<Compact<'s>, ApiError> {
    let declared = def.compact_layouts.iter().find(|own| own.default);
    declared.map_or_else(|| Ok(system(def)), |own| of(exchange, def, own))
}

fn system(def: &SObjectDef) -> Compact<'_> {
    let name = def.system.name.map(|slot| &*def.at(slot).name);
    Compact { id: None, label: "System Default", name: "SYSTEM", fields: name.into_iter().collect() }
}

fn of<'s>(
    exchange: &Exchange<'_>,
    def: &SObjectDef,
    own: &'s CompactLayoutDefinition,
) -> Result<Compact<'s>, ApiError> {
    let name = format!("CompactLayout:{}.{}", def.name, own.developer_name);
    Ok(Compact {
        id: Some(metadata_id(exchange, b"0AH", &name)?),
        label: &own.label,
        name: &own.developer_name,
        fields: own.fields.iter().map(|field| &**field).collect(),
    })
}

fn write(
    exchange: &Exchange<'_>,
    w: &mut JsonWriter,
    (seen, def): (&Seen, &SObjectDef),
    layout: &Compact<'_>,
) {
    let user = &seen.describe.summary;
    w.begin_object().key("actions").begin_array();
    for (_, name) in
        [(user.updateable, "Edit"), (user.deletable, "Delete")].into_iter().filter(|(may, _)| *may)
    {
        button(w, name, name);
    }
    w.end_array().key("fieldItems").begin_array();
    let mut items = ItemWriter::new(seen, def, exchange.version);
    for (field, writable) in layout.fields.iter().filter_map(|name| seen.field(def, name)) {
        items.item(w, Item::Field(field, writable));
    }
    w.end_array().key("id");
    optional_id(w, layout.id);
    w.key("imageItems").begin_array().end_array().key("label").string(layout.label);
    w.key("name").string(layout.name).key("objectType").string(&def.name).end_object();
}

fn optional_id(w: &mut JsonWriter, id: Option<RecordId>) {
    match id {
        Some(id) => encode::write_id(w, id),
        None => w.null(),
    };
}
