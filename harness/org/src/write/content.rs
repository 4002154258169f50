//! Files: a content version brings its document along.

use crate::{ApiError, Org, Record, RecordId, Value, ValueRef, catalog::SObjectDef, ctx::Ctx};

/// A version without a title is called like its file.
pub(super) fn before_version(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    if let (true, Some(path)) =
        (new.get_opt(def.slot("Title")).is_null(), new.get_opt(def.slot("PathOnClient")).as_text())
    {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let title = Value::text(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
        new.set_opt(def.slot("Title"), title);
    }
    Ok(())
}

/// A new content version without a document gets one, and becomes its latest version.
pub(super) fn after_version(
    org: &mut Org,
    ctx: &Ctx,
    id: RecordId,
    old: Option<&Record>,
) -> Result<(), ApiError> {
    if old.is_some() {
        return Ok(());
    }
    let Some(version) = org.store.live(id) else { return Ok(()) };
    let title = version.get("Title").to_value();
    let path = version.get("PathOnClient").as_text().unwrap_or_default().to_owned();
    let size = match version.get("VersionData") {
        ValueRef::Blob(data) => i64::try_from(data.len()).unwrap_or(i64::MAX),
        _ => 0,
    };
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_owned()).unwrap_or_default();
    let document = match version.get("ContentDocumentId").as_id() {
        Some(document) => document,
        None => org.system_create(ctx, "ContentDocument", vec![("Title", title)])?,
    };
    let earlier: Vec<RecordId> = org
        .catalog
        .find_any("ContentVersion")
        .and_then(|def| Some((def, def.slot("ContentDocumentId")?)))
        .map(|(def, slot)| org.store.live_children(def, slot, document).map(|view| view.id()).collect())
        .unwrap_or_default();
    let number = i64::try_from(earlier.len()).unwrap_or_default() + 1;
    for earlier in earlier {
        org.system_update(ctx, earlier, vec![("IsLatest", Value::Bool(false))])?;
    }
    org.system_update(
        ctx,
        id,
        vec![
            ("ContentDocumentId", document.into()),
            ("IsLatest", Value::Bool(true)),
            ("VersionNumber", Value::text(number.to_string())),
            ("ContentSize", Value::Int(size)),
            ("FileExtension", Value::text(&extension)),
            ("FileType", Value::text(extension.to_uppercase())),
        ],
    )?;
    org.system_update(
        ctx,
        document,
        vec![
            ("LatestPublishedVersionId", id.into()),
            ("ContentSize", Value::Int(size)),
            ("FileExtension", Value::text(&extension)),
            ("FileType", Value::text(extension.to_uppercase())),
        ],
    )
}
