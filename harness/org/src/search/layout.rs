//! How search results are laid out, and which objects they come from.

use std::sync::Arc;

use crate::{
    ApiError, ErrorCode, Org, Reply, SearchColumn, SearchLayout,
    catalog::{FieldDef, SObjectDef},
    ctx::Ctx,
};

/// How many objects may be asked about at once.
const MAX_OBJECTS: usize = 100;

/// The columns of objects whose default layout is documented; others show their name field.
const COLUMNS: &[(&str, &[&str])] = &[
    ("Account", &["Name", "Site", "Phone", "Owner.Alias"]),
    ("Contact", &["Name", "Account.Name", "Account.Site", "Phone", "Email", "Owner.Alias"]),
    ("Lead", &["Name", "Title", "Phone", "Company", "Email", "Status", "Owner.Alias"]),
];

impl Org {
    /// The objects that a search looks at when it names none.
    pub(crate) fn search_scope_order(&self, ctx: &Ctx) -> Reply {
        Reply::SearchScopeOrder(self.search_scope(ctx).map(|object| Arc::clone(&object.name)).collect())
    }

    /// How search results of these objects are laid out.
    ///
    /// # Errors
    ///
    /// `ILLEGAL_QUERY_PARAMETER_VALUE` without objects or with too many, `NOT_FOUND` for one that the user
    /// cannot see, `INVALID_TYPE_FOR_OPERATION` for one that cannot be searched.
    pub(crate) fn search_layouts(&self, ctx: &Ctx, objects: &[Box<str>]) -> Result<Reply, ApiError> {
        if objects.is_empty() || objects.len() > MAX_OBJECTS {
            // The platform refuses this, too; code and words are not on record.
            let text = format!("the parameter q must name 1 to {MAX_OBJECTS} objects");
            return Err(ApiError::exception(ErrorCode::IllegalQueryParameterValue, text));
        }
        let layout = |name: &str| {
            let object = self.searchable(ctx, name)?.ok_or_else(ApiError::not_found)?;
            Ok(SearchLayout { object: Arc::clone(&object.name), columns: self.search_columns(ctx, object) })
        };
        objects.iter().map(|name| layout(name)).collect::<Result<_, _>>().map(Reply::SearchLayouts)
    }

    /// The columns that the user can see.
    fn search_columns(&self, ctx: &Ctx, object: &SObjectDef) -> Vec<SearchColumn> {
        let documented = COLUMNS.iter().find(|(name, _)| *name == &*object.name);
        let name = object.system.name.map(|slot| &*object.at(slot).name);
        let names = documented.map_or_else(|| name.into_iter().collect(), |(_, names)| names.to_vec());
        names.into_iter().filter_map(|name| self.search_column(ctx, object, name)).collect()
    }

    fn search_column(&self, ctx: &Ctx, object: &SObjectDef, name: &str) -> Option<SearchColumn> {
        let Some((relationship, leaf)) = name.split_once('.') else {
            let field = visible(ctx, object, name)?;
            return Some(column(object, field, name, field.label.to_string()));
        };
        let reference = object.parent_relationship(relationship, ctx.version)?;
        let reference = visible(ctx, object, &reference.name)?;
        let mut parents = reference.reference_to.iter();
        // Owners are shown as users, though groups may own records, too.
        let parent = parents.find(|parent| relationship != "Owner" || &***parent == "User")?;
        let parent = self.catalog.find(parent, ctx.version)?;
        let field = visible(ctx, parent, leaf)?;
        let label = if relationship == "Owner" {
            format!("{} Owner {}", object.label, field.label)
        } else {
            field.label.to_string()
        };
        Some(column(parent, field, name, label))
    }
}

fn visible<'o>(ctx: &Ctx, object: &'o SObjectDef, name: &str) -> Option<&'o FieldDef> {
    let is_readable = ctx.access.object(object.index).read;
    let field = object.field_in(name, ctx.version)?;
    (is_readable && ctx.access.can_read_field(object.index, field.slot)).then_some(field)
}

fn column(object: &SObjectDef, field: &FieldDef, name: &str, label: String) -> SearchColumn {
    SearchColumn {
        field: format!("{}.{}", object.name, field.name).into(),
        label: label.into(),
        name: name.into(),
    }
}
