//! Statements over the org's own metadata: the rows that a statement can be about are made when it comes,
//! in an org of their own, which the engine of all queries then reads.

use std::{collections::BTreeSet, sync::Arc};

use mockorg_soql::{
    parse,
    tree::{Expr, Select, SelectItem},
};

use super::{
    definitions::{OF_BOTH, metadata_catalog},
    reified,
};
use crate::{
    ApiError, ApiVersion, Call, ErrorCode, Org, PageSink, Record, RecordId, RecordKey, Reply, Settings,
    Timestamp, Value,
    access::UserAccess,
    catalog::{FieldDef, Kind, SObjectDef},
    ctx::Ctx,
    query::object_of_topic,
};

/// Values by field name.
pub(super) type Named<'v> = Vec<(&'v str, Value)>;

/// How many rows one answer of these objects has at most.
const MOST_ROWS: usize = 2000;

/// The rows of one statement in the making.
pub(super) struct Rows<'o> {
    source: &'o Org,
    ctx: &'o Ctx,
    scratch: Org,
    /// The objects that the statement is about, in lower case; `None` for all.
    wanted: Option<Vec<String>>,
}

impl Org {
    /// Runs a query over the org's metadata; `None` when the statement is about something else.
    pub(crate) fn query_metadata(
        &self,
        ctx: &Ctx,
        (soql, all): (&str, bool),
        of_tooling: bool,
        sink: &mut dyn PageSink,
    ) -> Option<Result<Reply, ApiError>> {
        let name = object_of_topic(soql)?;
        let object = metadata_object(&name, ctx.version, of_tooling)?;
        Some(self.answer_metadata(ctx, object, (soql, all), sink))
    }

    /// Tells what the columns of a query over the org's metadata are; `None` when it is about something else.
    pub(crate) fn metadata_columns(
        &self,
        ctx: &Ctx,
        (soql, all): (&str, bool),
        of_tooling: bool,
    ) -> Option<Result<Reply, ApiError>> {
        let name = object_of_topic(soql)?;
        metadata_object(&name, ctx.version, of_tooling)?;
        let (mut scratch, ctx) = Rows::new(self, ctx, None).finish();
        Some(scratch.query_columns(&ctx, soql, all))
    }

    fn answer_metadata(
        &self,
        ctx: &Ctx,
        object: &SObjectDef,
        (soql, all): (&str, bool),
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        let Ok(select) = parse(soql) else { return Err(ApiError::not_found()) };
        reified::check(&object.name, &select)?;
        let metadata = |item: &SelectItem| match item {
            SelectItem::Expr { expr: Expr::Field(path), .. } => {
                path.names.last().is_some_and(|name| name.is("Metadata"))
            }
            _ => false,
        };
        if select.items.iter().any(metadata) {
            return Err(ApiError::not_modelled(format_args!("the Metadata field of {}", object.name)));
        }
        let mut rows = Rows::new(self, ctx, reified::wanted(&select));
        rows.fill(&tables(object, &select));
        let (mut scratch, ctx) = rows.finish();
        let mut page = crate::sink::PageTree::default();
        scratch.query(&ctx, (soql, all), None, &mut page)?;
        let page = page.finish().ok_or_else(ApiError::not_found)?;
        if page.next.is_some() || page.rows.len() > MOST_ROWS {
            let text = format!(
                "{} does not support queryMore(), use LIMIT to restrict the results to a single batch",
                object.name
            );
            return Err(ApiError::exception(ErrorCode::ExceededIdLimit, text));
        }
        page.send(sink);
        Ok(Reply::Sent)
    }

    /// Reads one row of the org's metadata by its id or durable id.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is none.
    pub(crate) fn retrieve_metadata(
        &self,
        ctx: &Ctx,
        object: &SObjectDef,
        key: &RecordKey,
        fields: Option<Vec<Box<str>>>,
    ) -> Result<Reply, ApiError> {
        let RecordKey::Id(id) = key else { return Err(ApiError::not_found()) };
        let mut rows = Rows::new(self, ctx, None);
        rows.fill(&BTreeSet::from([object.name.to_string()]));
        let (mut scratch, ctx) = rows.finish();
        let durable = object.slot("DurableId").and_then(|slot| {
            let wanted =
                scratch.store.live_records(object).find(|row| row.at(slot).as_text() == Some(&**id))?;
            Some(wanted.id().to_string())
        });
        let key = RecordKey::Id(durable.map_or_else(|| id.clone(), Into::into));
        let fields = fields.or_else(|| {
            let shown = object.fields.iter().filter(|field| !field.deprecated_and_hidden);
            Some(shown.map(|field| (*field.name).into()).collect())
        });
        let call = Call::Retrieve { object: (*object.name).into(), key, fields };
        scratch.perform_call(&ctx, call, &mut crate::sink::PageTree::default())
    }

    /// Describes one of the objects whose rows are made from the catalog.
    ///
    /// # Errors
    ///
    /// None that the definitions here could cause.
    pub(crate) fn describe_metadata(&self, ctx: &Ctx, object: &SObjectDef) -> Result<Reply, ApiError> {
        let (scratch, ctx) = Rows::new(self, ctx, None).finish();
        let Reply::Describe(mut describe) = scratch.describe(&ctx, &object.name)? else {
            return Err(ApiError::not_found());
        };
        let is_shown = |slot: &u16| {
            object.fields.get(usize::from(*slot)).is_some_and(|field| !field.deprecated_and_hidden)
        };
        describe.fields.retain(|(slot, _)| is_shown(slot));
        Ok(Reply::Describe(describe))
    }

    /// Describes an object, or one of those whose rows are made from the catalog.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such object.
    pub(crate) fn describe_any(&self, ctx: &Ctx, object: &str) -> Result<Reply, ApiError> {
        match metadata_object(object, ctx.version, false) {
            Some(metadata) if self.catalog.find_any(object).is_none() => {
                self.describe_metadata(ctx, metadata)
            }
            _ => self.describe(ctx, object),
        }
    }

    /// The entries of all objects whose rows are made from the catalog.
    pub(crate) fn metadata_summaries(&self, ctx: &Ctx) -> Vec<crate::ObjectSummary> {
        let (scratch, ctx) = Rows::new(self, ctx, None).finish();
        let mut all = scratch.describe_global(&ctx);
        all.retain(|summary| &*summary.object != "User");
        all
    }
}

/// The definition of an object whose rows are made from the catalog.
pub(super) fn metadata_object(
    name: &str,
    version: ApiVersion,
    of_tooling: bool,
) -> Option<&'static SObjectDef> {
    let object = metadata_catalog().find(name, version)?;
    // Users are there for the sake of paths only.
    let known = of_tooling || OF_BOTH.contains(&&*object.name);
    (known && &*object.name != "User").then_some(object)
}

/// The objects that a statement may read.
fn tables(object: &SObjectDef, select: &Select) -> BTreeSet<String> {
    let mut tables = BTreeSet::from([object.name.to_string()]);
    for item in &select.items {
        if let SelectItem::Subquery(children) = item
            && let Some(name) = children.from.first().and_then(|from| from.path.names.first())
            && let Some(relationship) = object.child_relationship(&name.text)
        {
            tables.insert(metadata_catalog().object(relationship.child).name.to_string());
        }
    }
    for field in &object.fields {
        tables.extend(field.reference_to.iter().map(ToString::to_string));
    }
    if tables.contains("EntityParticle") || tables.contains("FieldDefinition") {
        tables.insert("EntityDefinition".to_owned());
    }
    tables
}

impl<'o> Rows<'o> {
    fn new(source: &'o Org, ctx: &'o Ctx, wanted: Option<Vec<String>>) -> Self {
        let settings = Settings { seed: source.settings.seed, ..Settings::default() };
        Self { source, ctx, scratch: Org::new(Arc::clone(metadata_catalog()), settings), wanted }
    }

    /// The rows, and on whose behalf they are read.
    fn finish(self) -> (Org, Ctx) {
        let access = Arc::new(UserAccess::viewing(metadata_catalog()));
        (self.scratch, Ctx { access, ..self.ctx.clone() })
    }

    fn fill(&mut self, tables: &BTreeSet<String>) {
        for table in tables {
            match &**table {
                "CompactLayout" => self.compact_layouts(),
                "CustomField" => self.custom_fields(),
                "CustomObject" => self.custom_objects(),
                "EntityDefinition" => self.entity_definitions(tables.len() > 1),
                "EntityParticle" => self.entity_particles(),
                "FieldDefinition" => self.field_definitions(),
                "Layout" => self.layouts(),
                "ListView" => self.list_views(),
                "PicklistValueInfo" => self.picklist_values(),
                "RecordType" => self.record_types(),
                "RelationshipDomain" => self.relationships(true),
                "RelationshipInfo" => self.relationships(false),
                "User" => self.users(),
                "ValidationRule" => self.validation_rules(),
                // No org here holds Apex, flows, logs or packages.
                _ => {}
            }
        }
    }

    /// The objects that the user sees; those that the statement is about, unless `all` are needed.
    pub(super) fn objects(&self, all: bool) -> Vec<&'o SObjectDef> {
        let (source, ctx) = (self.source, self.ctx);
        let is_wanted = |object: &SObjectDef| match &self.wanted {
            Some(names) if !all => {
                let durable = self.durable(object).to_ascii_lowercase();
                names.iter().any(|name| name.eq_ignore_ascii_case(&object.name) || *name == durable)
            }
            _ => true,
        };
        let objects = source.catalog.objects().iter();
        objects
            .filter(|object| {
                object.kind != Kind::EventSubObject
                    && object.versions.contains(ctx.version)
                    && ctx.access.object(object.index).read
            })
            .filter(|object| is_wanted(object))
            .collect()
    }

    /// An object that the user sees.
    pub(super) fn object(&self, name: &str) -> Option<&'o SObjectDef> {
        Org::visible_object(&self.source.catalog, self.ctx, name).ok()
    }

    /// The fields of an object that the user sees.
    pub(super) fn fields<'d>(
        &self,
        object: &'d SObjectDef,
    ) -> impl Iterator<Item = &'d FieldDef> + use<'d, 'o> {
        let ctx = self.ctx;
        object.fields.iter().filter(move |field| {
            field.versions.contains(ctx.version)
                && !field.described().hidden
                && ctx.access.can_read_field(object.index, field.slot)
        })
    }

    pub(super) const fn org(&self) -> &'o Org {
        self.source
    }

    pub(super) const fn user(&self) -> RecordId {
        self.ctx.user
    }

    pub(super) const fn version(&self) -> ApiVersion {
        self.ctx.version
    }

    /// How metadata names an object: by name, or a custom one by id.
    pub(super) fn durable(&self, object: &SObjectDef) -> String {
        if object.custom { self.table_of(object) } else { object.name.to_string() }
    }

    /// The same for `TableEnumOrId`.
    pub(super) fn table_of(&self, object: &SObjectDef) -> String {
        if object.custom {
            self.id(*b"01I", &format!("Object:{}", object.name)).as_15().to_owned()
        } else {
            object.name.to_string()
        }
    }

    /// How metadata names a field: by object and name, or a custom one by object and id.
    pub(super) fn field_durable(&self, object: &SObjectDef, field: &FieldDef) -> String {
        let object_id = self.durable(object);
        if field.custom {
            let id = self.id(*b"00N", &format!("CustomField:{}.{}", object.name, field.name));
            format!("{object_id}.{}", id.as_15())
        } else {
            format!("{object_id}.{}", field.name)
        }
    }

    pub(super) fn id(&self, key_prefix: [u8; 3], name: &str) -> RecordId {
        self.source.metadata_id(key_prefix, name)
    }

    /// When and by whom metadata was made and changed: it is as old as the org's first user.
    pub(super) fn stamps(&self) -> Named<'static> {
        let at = self.born().map_or(Value::Null, Value::DateTime);
        let by = Value::Id(self.ctx.user);
        vec![
            ("CreatedDate", at.clone()),
            ("CreatedById", by.clone()),
            ("LastModifiedDate", at.clone()),
            ("LastModifiedById", by),
            ("SystemModstamp", at),
        ]
    }

    fn born(&self) -> Option<Timestamp> {
        let user = self.source.store.live(self.ctx.user)?;
        user.get("CreatedDate").to_value().as_datetime()
    }

    fn users(&mut self) {
        let Some(object) = self.source.catalog.find_any("User") else { return };
        let rows: Vec<_> = self
            .source
            .store
            .live_records(object)
            .map(|user| {
                let name = self.source.value_of(
                    self.ctx,
                    user,
                    match object.field("Name") {
                        Some(field) => field,
                        None => return (user.id(), Vec::new()),
                    },
                );
                let value = |field: &str| user.get(field).to_value();
                let values: Named<'static> = vec![
                    ("Name", name.as_ref().to_value()),
                    ("Username", value("Username")),
                    ("Email", value("Email")),
                ];
                (user.id(), values)
            })
            .collect();
        for (id, values) in rows {
            self.put_as("User", id, values);
        }
    }

    /// The org's record types with what the Tooling API says of them.
    pub(super) fn stored_record_types(&self) -> Vec<(RecordId, Named<'static>)> {
        let Some(object) = self.source.catalog.find_any("RecordType") else { return Vec::new() };
        let one = |row: crate::RecordView<'_>| {
            let value = |field: &str| row.get(field).to_value();
            let of = row.get("SobjectType").as_text().and_then(|name| self.object(name));
            let developer_name = row.get("DeveloperName").as_text().unwrap_or_default().to_owned();
            let mut values = vec![
                ("Name", value("Name")),
                ("SobjectType", value("SobjectType")),
                ("Description", value("Description")),
                ("IsActive", value("IsActive")),
                ("ManageableState", Value::text("unmanaged")),
            ];
            if let Some(of) = of {
                values.push(("EntityDefinitionId", Value::text(self.durable(of))));
                values.push(("EntityDefinitionKey", Value::Id(self.entity(of))));
                values.push(("FullName", Value::text(format!("{}.{developer_name}", of.name))));
            }
            values.extend(self.stamps());
            (row.id(), values)
        };
        self.source.store.live_records(object).map(one).collect()
    }

    /// Adds a row whose id follows from `name`.
    pub(super) fn put(&mut self, table: &str, name: &str, values: Named<'_>) {
        let Some(prefix) = metadata_catalog().find_any(table).and_then(|object| object.key_prefix) else {
            return;
        };
        let id = self.id(prefix, name);
        self.put_as(table, id, values);
    }

    /// Adds a row.
    pub(super) fn put_as(&mut self, table: &str, id: RecordId, values: Named<'_>) {
        let Some(object) = metadata_catalog().find_any(table) else { return };
        let mut record = Record::new(object, id);
        for field in
            object.fields.iter().filter(|field| field.field_type == crate::catalog::FieldType::Boolean)
        {
            record.set(field.slot, Value::Bool(false));
        }
        for (name, value) in values {
            record.set_opt(object.slot(name), value);
        }
        self.scratch.store.put(object.index, record);
    }
}
