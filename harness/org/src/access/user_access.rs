//! What one user may do: profile and permission sets taken together.

use std::collections::{BTreeMap, BTreeSet};

use super::permissions::{Basis, GATES, basis_of};
use crate::{
    Org, RecordId, RecordView, Timestamp,
    catalog::{Catalog, FieldDef, ObjectIndex, SObjectDef, Slot},
};

/// What a user may do with the records of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "u8", into = "u8")]
pub struct ObjectAccess {
    /// Read records.
    pub read: bool,
    /// Create records.
    pub create: bool,
    /// Change records.
    pub edit: bool,
    /// Delete records.
    pub delete: bool,
    /// Read records whoever owns them.
    pub view_all: bool,
    /// Change records whoever owns them.
    pub modify_all: bool,
}

impl From<ObjectAccess> for u8 {
    fn from(own: ObjectAccess) -> Self {
        let all = [own.read, own.create, own.edit, own.delete, own.view_all, own.modify_all];
        all.iter().rev().fold(0, |bits, may| bits << 1 | Self::from(*may))
    }
}

impl From<u8> for ObjectAccess {
    fn from(bits: u8) -> Self {
        let may = |bit: u8| bits >> bit & 1 == 1;
        Self {
            read: may(0),
            create: may(1),
            edit: may(2),
            delete: may(3),
            view_all: may(4),
            modify_all: may(5),
        }
    }
}

impl ObjectAccess {
    const ALL: Self =
        Self { read: true, create: true, edit: true, delete: true, view_all: true, modify_all: true };
    const VIEW: Self =
        Self { read: true, create: false, edit: false, delete: false, view_all: true, modify_all: false };

    fn union(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            create: self.create || other.create,
            edit: self.edit || other.edit,
            delete: self.delete || other.delete,
            view_all: self.view_all || other.view_all,
            modify_all: self.modify_all || other.modify_all,
        }
    }
}

/// What a user may do with a field that field permissions name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct FieldAccess {
    read: bool,
    edit: bool,
}

/// What a user may do.
///
/// Permissions add up: a user may do what the profile or any assigned permission set allows. A field
/// that none of them names in FieldPermissions follows its object. (On the platform such a field is
/// hidden; there every profile comes with rows for the standard fields, which an org file should not
/// have to spell out.) A row without Read hides its field.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserAccess {
    active: bool,
    permissions: BTreeSet<Box<str>>,
    permission_sets: BTreeSet<Box<str>>,
    objects: Vec<ObjectAccess>,
    fields: BTreeMap<(ObjectIndex, Slot), FieldAccess>,
    /// When the first assignment expires.
    until: Option<Timestamp>,
}

impl UserAccess {
    /// A user who may do everything with the records of every object.
    #[cfg(test)]
    pub(crate) fn all(catalog: &crate::catalog::Catalog) -> Self {
        Self { objects: vec![ObjectAccess::ALL; catalog.objects().len()], ..Self::default() }
    }

    /// A user who may read the records of every object and change none.
    pub(crate) fn viewing(catalog: &Catalog) -> Self {
        Self { objects: vec![ObjectAccess::VIEW; catalog.objects().len()], ..Self::default() }
    }

    /// What the user may do with the records of an object.
    #[must_use]
    pub fn object(&self, object: ObjectIndex) -> ObjectAccess {
        self.objects.get(object.index()).copied().unwrap_or_default()
    }

    /// Whether the user sees a field, given that they may read its object.
    #[must_use]
    pub fn can_read_field(&self, object: ObjectIndex, field: Slot) -> bool {
        self.fields.is_empty() || self.fields.get(&(object, field)).is_none_or(|access| access.read)
    }

    /// Whether the user may write a field, given that they may write its object.
    #[must_use]
    pub fn can_edit_field(&self, object: ObjectIndex, field: Slot) -> bool {
        self.fields.is_empty() || self.fields.get(&(object, field)).is_none_or(|access| access.edit)
    }

    /// Whether the user has a user permission, named as its field without `Permissions`: `ViewSetup`.
    #[must_use]
    pub fn has(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether a permission set with this API name is assigned to the user.
    #[must_use]
    pub fn has_permission_set(&self, name: &str) -> bool {
        self.permission_sets.contains(name)
    }

    /// What the user may do with the objects of the Tooling API, and nothing else.
    pub(crate) fn tooling(&self, catalog: &Catalog) -> Self {
        let customize = self.has("CustomizeApplication");
        let granted = ObjectAccess {
            read: customize || self.has("ViewSetup"),
            create: customize,
            edit: customize,
            delete: customize,
            ..ObjectAccess::default()
        };
        let is_tooling = |object: &SObjectDef| matches!(basis_of(&object.name), Some(Basis::Tooling));
        let of = |object| if is_tooling(object) { granted } else { ObjectAccess::default() };
        let objects = catalog.objects().iter().map(of).collect();
        Self { objects, fields: BTreeMap::new(), ..self.clone() }
    }

    /// Whether the user may log in at all.
    pub(super) const fn is_active(&self) -> bool {
        self.active
    }

    /// Whether no assignment has expired since this was worked out.
    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Works out what a user may do at `now`. Unknown users may do nothing.
    pub(super) fn resolve(org: &Org, now: Timestamp, user: RecordId) -> Self {
        let mut access = Self::default();
        let Some(user) = org.store.live(user) else { return access };
        access.active = user.get("IsActive").is_true();
        let sets = access.collect_sets(org, now, user);
        access.collect_objects(org, &sets);
        access.collect_fields(org, &sets);
        access
    }

    /// Takes over the user permissions of profile and permission sets; gives the sets.
    fn collect_sets(&mut self, org: &Org, now: Timestamp, user: RecordView<'_>) -> Vec<RecordId> {
        let mut sets = Vec::new();
        if let Some(profile) = user.get("ProfileId").as_id().and_then(|id| org.store.live(id)) {
            self.add_user_permissions(profile);
            // The profile's object and field permissions belong to a permission set that it owns.
            for set in children(org, "PermissionSet", "ProfileId", profile.id()) {
                if set.get("IsOwnedByProfile").is_true() {
                    self.add_user_permissions(set);
                    sets.push(set.id());
                }
            }
        }
        for assignment in children(org, "PermissionSetAssignment", "AssigneeId", user.id()) {
            if let Some(expires) = assignment.get("ExpirationDate").as_datetime() {
                if expires <= now {
                    continue;
                }
                self.until = Some(self.until.map_or(expires, |until| until.min(expires)));
            }
            let Some(set) = assignment.get("PermissionSetId").as_id().and_then(|id| org.store.live(id))
            else {
                continue;
            };
            self.add_user_permissions(set);
            if !set.get("IsOwnedByProfile").is_true()
                && let Some(name) = set.get("Name").as_text()
            {
                self.permission_sets.insert(name.into());
            }
            sets.push(set.id());
        }
        sets
    }

    fn add_user_permissions(&mut self, holder: RecordView<'_>) {
        for field in &holder.object.fields {
            if let Some(permission) = field.name.strip_prefix("Permissions")
                && holder.at(field.slot).is_true()
            {
                self.permissions.insert(permission.into());
            }
        }
    }

    fn collect_objects(&mut self, org: &Org, sets: &[RecordId]) {
        let mut objects = vec![ObjectAccess::default(); org.catalog.objects().len()];
        for row in sets.iter().flat_map(|set| children(org, "ObjectPermissions", "ParentId", *set)) {
            let Some(object) = row.get("SobjectType").as_text().and_then(|name| org.catalog.find_any(name))
            else {
                continue;
            };
            let may = |name| row.get(name).is_true();
            let (view_all, modify_all) =
                (may("PermissionsViewAllRecords"), may("PermissionsModifyAllRecords"));
            // Each permission brings those that it cannot do without.
            let delete = may("PermissionsDelete") || modify_all;
            let edit = may("PermissionsEdit") || delete;
            let create = may("PermissionsCreate");
            let read = may("PermissionsRead") || create || edit || view_all;
            let granted =
                ObjectAccess { read, create, edit, delete, view_all: view_all || modify_all, modify_all };
            let own = &mut objects[object.index.index()];
            *own = own.union(granted);
        }
        let everything = if self.has("ModifyAllData") {
            ObjectAccess::ALL
        } else if self.has("ViewAllData") {
            ObjectAccess::VIEW
        } else {
            ObjectAccess::default()
        };
        for (object, own) in org.catalog.objects().iter().zip(&mut objects) {
            // Data permissions do not reach into the setup of the org.
            if !matches!(basis_of(&object.name), Some(Basis::Everyone { .. } | Basis::Tooling)) {
                *own = own.union(everything);
            }
        }
        for object in org.catalog.objects() {
            let Some(basis) = basis_of(&object.name) else { continue };
            let granted = self.access_by(org, basis, &objects);
            let own = &mut objects[object.index.index()];
            *own = if matches!(basis, Basis::Tooling) { granted } else { own.union(granted) };
        }
        for gate in GATES {
            let Some(object) = org.catalog.find_any(gate.object) else { continue };
            let reads = |name: &&str| {
                org.catalog.find_any(name).is_none_or(|other| objects[other.index.index()].read)
            };
            let open = gate.permissions.iter().all(|name| self.has(name)) && gate.read.iter().all(reads);
            if !open {
                objects[object.index.index()] = ObjectAccess::default();
            }
        }
        self.objects = objects;
    }

    fn access_by(&self, org: &Org, basis: Basis, objects: &[ObjectAccess]) -> ObjectAccess {
        match basis {
            Basis::Tooling => ObjectAccess::default(),
            Basis::Everyone { writers } => {
                let write = writers.is_empty() || writers.iter().any(|permission| self.has(permission));
                ObjectAccess {
                    read: true,
                    create: write,
                    edit: write,
                    delete: write,
                    ..ObjectAccess::default()
                }
            }
            Basis::Follows(leader) => {
                let leader = org.catalog.find_any(leader).map(|leader| objects[leader.index.index()]);
                leader.map_or_else(ObjectAccess::default, |leader| ObjectAccess {
                    create: leader.edit,
                    delete: leader.edit,
                    ..leader
                })
            }
        }
    }

    fn collect_fields(&mut self, org: &Org, sets: &[RecordId]) {
        for row in sets.iter().flat_map(|set| children(org, "FieldPermissions", "ParentId", *set)) {
            let Some((object, field)) = row.get("Field").as_text().and_then(|name| name.split_once('.'))
            else {
                continue;
            };
            let Some(object) = org.catalog.find_any(object) else { continue };
            let Some(field) = object.field(field) else { continue };
            let edit = row.get("PermissionsEdit").is_true();
            let read = row.get("PermissionsRead").is_true() || edit;
            for slot in governed(object, field) {
                let own = self.fields.entry((object.index, slot)).or_default();
                own.read |= read;
                own.edit |= edit;
            }
        }
    }
}

/// The fields whose access a row for `field` decides: the field itself, and the parts of an address.
/// Fields that are not permissionable follow their object, whatever rows say.
fn governed<'a>(object: &'a SObjectDef, field: &'a FieldDef) -> impl Iterator<Item = Slot> + 'a {
    let own = (field.permissionable || field.is_compound()).then_some(field.slot);
    let parts = object
        .fields
        .iter()
        .filter(|part| field.is_compound() && part.compound_field_name.as_ref() == Some(&field.name))
        .map(|part| part.slot);
    own.into_iter().chain(parts)
}

/// The records of `object` whose reference field `field` names `parent`.
pub(super) fn children<'a>(
    org: &'a Org,
    object: &str,
    field: &str,
    parent: RecordId,
) -> impl Iterator<Item = RecordView<'a>> {
    let object = org.catalog.find_any(object);
    let slot = object.and_then(|object| object.slot(field));
    object.zip(slot).into_iter().flat_map(move |(object, slot)| org.store.live_children(object, slot, parent))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Value,
        access::test_org::{START, TestOrg},
    };

    fn object(test: &TestOrg, name: &str) -> ObjectAccess {
        let index = test.org.catalog.find_any(name).unwrap().index;
        test.org.access_of(START, test.user).object(index)
    }

    /// Whether the plain user reads and edits a field of Asset.
    fn field(test: &TestOrg, name: &str) -> (bool, bool) {
        let asset = test.org.catalog.find_any("Asset").unwrap();
        let (slot, access) = (asset.slot(name).unwrap(), test.org.access_of(START, test.user));
        (access.can_read_field(asset.index, slot), access.can_edit_field(asset.index, slot))
    }

    #[test]
    fn without_a_row_an_object_is_closed_and_the_setup_is_read_only() {
        let test = TestOrg::new();
        assert_eq!(object(&test, "Asset"), ObjectAccess::default());
        assert_eq!(object(&test, "User"), ObjectAccess { read: true, ..ObjectAccess::default() });
    }

    #[test]
    fn permissions_of_profile_and_permission_sets_add_up() {
        let mut test = TestOrg::new();
        test.permit("asset", &["PermissionsRead"]);
        let set = test.assign("Makers", &[]);
        let create =
            [("ParentId", set.into()), ("SobjectType", "Asset".into()), ("PermissionsCreate", true.into())];
        test.add("ObjectPermissions", &create);
        let expected = ObjectAccess { read: true, create: true, ..ObjectAccess::default() };
        assert_eq!(object(&test, "Asset"), expected);
        assert!(test.org.access_of(START, test.user).has_permission_set("Makers"));
    }

    #[test]
    fn data_permissions_open_every_object_but_not_the_setup() {
        let mut test = TestOrg::new();
        test.assign("Auditors", &["PermissionsViewAllData"]);
        assert_eq!(object(&test, "Asset"), ObjectAccess::VIEW);
        test.assign("Owners", &["PermissionsModifyAllData"]);
        assert_eq!(object(&test, "Asset"), ObjectAccess::ALL);
        assert!(!object(&test, "User").edit);
        test.assign("Hirers", &["PermissionsManageUsers"]);
        assert!(object(&test, "User").edit);
    }

    #[test]
    fn price_book_entries_follow_their_product() {
        let mut test = TestOrg::new();
        test.permit("Product2", &["PermissionsRead"]);
        assert_eq!(object(&test, "PricebookEntry"), ObjectAccess { read: true, ..ObjectAccess::default() });
        test.permit("Product2", &["PermissionsEdit"]);
        assert!(object(&test, "PricebookEntry").create);
    }

    #[test]
    fn asset_actions_ask_for_the_life_cycle_permission_and_all_four_asset_objects() {
        let mut test = TestOrg::new();
        for name in ["AssetAction", "AssetActionSource", "AssetStatePeriod"] {
            test.permit(name, &["PermissionsRead"]);
        }
        test.assign("Lifecycle", &["PermissionsCustomerAssetLifecycleApi"]);
        assert!(!object(&test, "AssetAction").read, "without Read on Asset");
        assert!(object(&test, "AssetActionSource").read, "which has no such rule");
        test.permit("Asset", &["PermissionsRead"]);
        assert!(object(&test, "AssetAction").read);

        let mut test = TestOrg::new();
        test.assign("Auditors", &["PermissionsViewAllData"]);
        assert!(!object(&test, "AssetAction").read, "without the life-cycle permission");
    }

    #[test]
    fn an_assignment_counts_until_it_expires() {
        let mut test = TestOrg::new();
        let set = test.add("PermissionSet", &[("Name", "Trial".into())]);
        let expires = START + Duration::from_secs(60);
        let assignment = [
            ("PermissionSetId", set.into()),
            ("AssigneeId", test.user.into()),
            ("ExpirationDate", expires.into()),
        ];
        test.add("PermissionSetAssignment", &assignment);
        let token = test.token(START);
        assert!(test.authenticate(START, &token).unwrap().access.has_permission_set("Trial"));
        assert!(!test.authenticate(expires, &token).unwrap().access.has_permission_set("Trial"));
    }

    #[test]
    fn a_field_follows_its_object_until_a_row_names_it() {
        let mut test = TestOrg::new();
        assert_eq!(field(&test, "Price"), (true, true));
        let row = |set: RecordId, field: &str| [("ParentId", Value::Id(set)), ("Field", field.into())];
        let hidden = test.add("FieldPermissions", &row(test.profile_set, "Asset.Price"));
        assert_eq!(field(&test, "Price"), (false, false));
        test.set(hidden, "PermissionsRead", true.into());
        assert_eq!(field(&test, "Price"), (true, false));
        let set = test.assign("Editors", &[]);
        let editable = test.add("FieldPermissions", &row(set, "Asset.Price"));
        test.set(editable, "PermissionsEdit", true.into());
        assert_eq!(field(&test, "Price"), (true, true), "the most generous row wins");
    }

    #[test]
    fn a_row_for_an_address_governs_its_parts_and_required_fields_stay_visible() {
        let mut test = TestOrg::new();
        for name in ["Asset.Address", "Asset.Name", "Asset.Nonsense", "Nonsense"] {
            test.add("FieldPermissions", &[("ParentId", test.profile_set.into()), ("Field", name.into())]);
        }
        assert_eq!(field(&test, "City"), (false, false));
        assert_eq!(field(&test, "Address"), (false, false));
        assert_eq!(field(&test, "Name"), (true, true));
    }

    #[test]
    fn unknown_users_may_do_nothing() {
        let test = TestOrg::new();
        let access = test.org.access_of(START, RecordId::NULL);
        assert!(!access.is_active());
        assert!(test.org.catalog.objects().iter().all(|def| !access.object(def.index).read));
    }
}
