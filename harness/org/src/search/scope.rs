//! Which objects a search looks at.

use mockorg_soql::sosl::SearchGroup;

use crate::{
    ApiError, ErrorCode, Org,
    catalog::{Kind, SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// Articles, documents, feeds, files, products and solutions: found only when RETURNING names them, and
/// whatever the search group, all their fields are searched.
const BY_NAME_ONLY: &[&str] = &[
    "ContentDocument",
    "ContentVersion",
    "Document",
    "FeedComment",
    "FeedItem",
    "KnowledgeArticleVersion",
    "Product2",
    "Solution",
];

/// Articles, documents and solutions: one of several words without an operator is enough.
const ANY_WORD: &[&str] = &["Document", "KnowledgeArticleVersion", "Solution"];

impl Org {
    /// The object with this name, when the user can read and search it; `None` when there is none for
    /// the user.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE_FOR_OPERATION` when the object cannot be searched.
    pub(super) fn searchable(&self, ctx: &Ctx, name: &str) -> Result<Option<&SObjectDef>, ApiError> {
        let Some(object) = self.catalog.find(name, ctx.version).filter(|object| is_readable(ctx, object))
        else {
            return Ok(None);
        };
        if object.supports(SupportedCall::Search) {
            return Ok(Some(object));
        }
        let message = format!("entity type {} does not support search", object.name);
        Err(ApiError::exception(ErrorCode::InvalidTypeForOperation, message))
    }

    /// The objects that a search looks at when it names none, in the catalog's order.
    pub(super) fn search_scope<'o>(&'o self, ctx: &Ctx) -> impl Iterator<Item = &'o SObjectDef> {
        self.catalog.objects().iter().filter(|object| {
            object.versions.contains(ctx.version)
                && object.supports(SupportedCall::Search)
                && is_readable(ctx, object)
                && !BY_NAME_ONLY.contains(&&*object.name)
        })
    }
}

fn is_readable(ctx: &Ctx, object: &SObjectDef) -> bool {
    object.kind == Kind::SObject
        && object.supports(SupportedCall::Query)
        && ctx.access.object(object.index).read
}

/// The group of fields that is searched in an object, given the one that the search names.
pub(super) fn group_in(object: &SObjectDef, group: SearchGroup) -> SearchGroup {
    if BY_NAME_ONLY.contains(&&*object.name) { SearchGroup::All } else { group }
}

/// Whether one of several words without an operator is enough.
pub(super) fn is_any_word_enough(object: &SObjectDef) -> bool {
    ANY_WORD.contains(&&*object.name)
}
