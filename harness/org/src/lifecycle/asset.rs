//! Asset: what it takes from its product, and its place in the hierarchy of assets.

use std::collections::BTreeSet;

use crate::{ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value, catalog::SObjectDef, ctx::Ctx};

/// Completes and checks an asset before it is stored.
pub(super) fn before(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let asset = RecordView::of(def, new);
    if asset.get("AccountId").is_null() && asset.get("ContactId").is_null() {
        let message = "Every asset needs an account, a contact, or both.";
        return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["AccountId"]));
    }
    let changed = |new: &Record, name: &str| {
        let slot = def.slot(name);
        old.is_none_or(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    if changed(new, "Product2Id") {
        let product = asset.get("Product2Id").as_id().and_then(|id| org.store.live(id));
        let copied = [
            ("ProductCode", "ProductCode"),
            ("ProductDescription", "Description"),
            ("ProductFamily", "Family"),
            ("StockKeepingUnit", "StockKeepingUnit"),
        ]
        .map(|(field, from)| (field, product.map_or(Value::Null, |product| product.get(from).to_value())));
        for (field, value) in copied {
            new.set_opt(def.slot(field), value);
        }
    }
    if changed(new, "ParentId") {
        let (root, level) = place(org, new.id(), new.get_opt(def.slot("ParentId")).as_id())?;
        new.set_opt(def.slot("RootAssetId"), root.into());
        new.set_opt(def.slot("AssetLevel"), Value::Int(level));
    }
    Ok(())
}

/// The root of the hierarchy above an asset, and the asset's level in it, from 1.
fn place(org: &Org, asset: RecordId, parent: Option<RecordId>) -> Result<(RecordId, i64), ApiError> {
    let (mut root, mut level, mut above) = (asset, 1, parent);
    let mut seen = BTreeSet::from([asset]);
    while let Some(parent) = above.and_then(|id| org.store.live(id)) {
        if !seen.insert(parent.id()) {
            let message = "field integrity exception: ParentId (an asset can't be its own ancestor)";
            return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["ParentId"]));
        }
        root = parent.id();
        level += 1;
        above = parent.get("ParentId").as_id();
    }
    Ok((root, level))
}

/// The assets below one that moved in the hierarchy move with it.
pub(super) fn after(org: &mut Org, ctx: &Ctx, id: RecordId, old: Option<&Record>) -> Result<(), ApiError> {
    let (Some(asset), Some(old)) = (org.store.live(id), old) else { return Ok(()) };
    let (root, level) = (asset.object.slot("RootAssetId"), asset.object.slot("AssetLevel"));
    if asset.at_opt(root) == *old.get_opt(root) && asset.at_opt(level) == *old.get_opt(level) {
        return Ok(());
    }
    for child in org.children_of("Asset", "ParentId", id) {
        let (root, level) = place(org, child, Some(id))?;
        org.system_update(ctx, child, vec![("RootAssetId", root.into()), ("AssetLevel", Value::Int(level))])?;
    }
    Ok(())
}
