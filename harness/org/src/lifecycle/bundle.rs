//! Bundles: assets and order lines that belong together as root and components.

use std::collections::BTreeSet;

use crate::{Org, RecordId, Value, ValueRef};

/// An asset of a bundle with its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) asset: RecordId,
    /// The asset above it; `None` for the root.
    pub(super) parent: Option<RecordId>,
    /// The AssetRelationship that ties it to its parent, if there is one.
    pub(super) relationship: Option<RecordId>,
}

impl Org {
    /// An asset with all of its components, parents before children. An asset without components stands
    /// alone.
    pub(super) fn bundle(&self, root: RecordId) -> Vec<Member> {
        let mut members = vec![Member { asset: root, parent: None, relationship: None }];
        let mut seen = BTreeSet::from([root]);
        let mut at = 0;
        while let Some(parent) = members.get(at).map(|member| member.asset) {
            at += 1;
            for (asset, relationship) in self.components(parent) {
                if seen.insert(asset) {
                    members.push(Member { asset, parent: Some(parent), relationship });
                }
            }
        }
        members
    }

    /// The components directly below an asset: by relationship, or by hierarchy.
    fn components(&self, parent: RecordId) -> Vec<(RecordId, Option<RecordId>)> {
        let related = self
            .children_of("AssetRelationship", "AssetId", parent)
            .into_iter()
            .filter(|id| self.is_component_relationship(*id))
            .filter_map(|id| Some((self.store.live(id)?.get("RelatedAssetId").as_id()?, Some(id))));
        let below = self.children_of("Asset", "ParentId", parent).into_iter().map(|asset| (asset, None));
        related
            .chain(below)
            .filter(|(asset, _)| {
                self.store.live(*asset).is_some_and(|asset| asset.get("HasLifecycleManagement").is_true())
            })
            .collect()
    }

    /// Whether the asset is a component of another life-cycle-managed one.
    pub(super) fn is_component(&self, asset: RecordId) -> bool {
        let managed = |id: RecordId| {
            self.store.live(id).is_some_and(|asset| asset.get("HasLifecycleManagement").is_true())
        };
        self.children_of("AssetRelationship", "RelatedAssetId", asset)
            .into_iter()
            .filter(|id| self.is_component_relationship(*id))
            .filter_map(|id| self.store.live(id)?.get("AssetId").as_id())
            .chain(self.store.live(asset).and_then(|view| view.get("ParentId").as_id()))
            .any(managed)
    }

    /// Replacements and upgrades are relationships, too, but no bundles.
    fn is_component_relationship(&self, id: RecordId) -> bool {
        self.store.live(id).is_some_and(|relationship| {
            relationship.get("RelatedAssetRole").as_text().is_some_and(|role| role.ends_with("Component"))
                || relationship.get("AssetRole").as_text() == Some("Bundle")
        })
    }

    /// The relationship that makes a line a component of another line.
    pub(super) fn line_relationship(&self, line: RecordId) -> Option<RecordId> {
        self.children_of("OrderItemRelationship", "AssociatedOrderItemId", line).into_iter().next()
    }

    /// What ties two assets together as their lines are tied.
    pub(super) fn asset_relationship_values(
        &self,
        relationship: RecordId,
        main: RecordId,
        component: RecordId,
    ) -> Vec<(&'static str, Value)> {
        let Some(row) = self.store.live(relationship) else { return Vec::new() };
        let or = |name: &str, other: &str| match row.get(name) {
            ValueRef::Null => Value::text(other),
            given => given.to_value(),
        };
        vec![
            ("AssetId", main.into()),
            ("RelatedAssetId", component.into()),
            // Replacement is the default, and a component replaces nothing.
            ("RelationshipType", Value::Null),
            ("AssetRole", or("MainOrderItemRole", "Bundle")),
            ("RelatedAssetRole", or("AssociatedOrderItemRole", "BundleComponent")),
            ("RelatedAssetPricing", row.get("AssociatedOrderItemPricing").to_value()),
            ("RelatedAssetQtyScaleMethod", row.get("AssociatedQuantScaleMethod").to_value()),
            ("ProductRelationshipTypeId", row.get("ProductRelationshipTypeId").to_value()),
            ("ProductRelatedComponentId", row.get("ProductRelatedComponentId").to_value()),
        ]
    }

    /// What ties two lines together as their assets are tied.
    pub(super) fn line_relationship_values(
        &self,
        relationship: Option<RecordId>,
        order: RecordId,
        lines: (RecordId, RecordId, RecordId),
    ) -> Vec<(&'static str, Value)> {
        let (root, main, component) = lines;
        let row = relationship.and_then(|id| self.store.live(id));
        let get = |name: &str| row.map_or(Value::Null, |row| row.get(name).to_value());
        let or = |name: &str, other: &str| match get(name) {
            Value::Null => Value::text(other),
            given => given,
        };
        vec![
            ("OrderId", order.into()),
            ("RootOrderItemId", root.into()),
            ("MainOrderItemId", main.into()),
            ("AssociatedOrderItemId", component.into()),
            ("MainOrderItemRole", or("AssetRole", "Bundle")),
            ("AssociatedOrderItemRole", or("RelatedAssetRole", "BundleComponent")),
            ("AssociatedOrderItemPricing", get("RelatedAssetPricing")),
            ("AssociatedQuantScaleMethod", or("RelatedAssetQtyScaleMethod", "Proportional")),
            ("ProductRelationshipTypeId", get("ProductRelationshipTypeId")),
            ("ProductRelatedComponentId", get("ProductRelatedComponentId")),
        ]
    }
}
