//! A search shows nobody more than they may read.

use std::sync::Arc;

use super::{World, add};
use crate::{ErrorCode, RecordId};

impl World {
    /// A user whose profile may read these objects only, and not these fields.
    fn restricted(mut self, objects: &[&str], hidden: &[&str]) -> Self {
        let profile = self.add("Profile", &[("Name", "Restricted")]);
        let set = add(
            &mut self.org,
            "PermissionSet",
            &[("IsOwnedByProfile", true.into()), ("ProfileId", profile.into())],
        );
        for object in objects {
            let values = [
                ("ParentId", set.into()),
                ("SobjectType", (*object).into()),
                ("PermissionsRead", true.into()),
            ];
            add(&mut self.org, "ObjectPermissions", &values);
        }
        for field in hidden {
            add(&mut self.org, "FieldPermissions", &[("ParentId", set.into()), ("Field", (*field).into())]);
        }
        let user: RecordId = add(
            &mut self.org,
            "User",
            &[("Name", "Rob".into()), ("IsActive", true.into()), ("ProfileId", profile.into())],
        );
        self.ctx.user = user;
        self.ctx.access = self.org.access_of(self.ctx.now, user);
        self
    }
}

#[test]
fn objects_that_the_user_cannot_read_are_not_searched() {
    let world = World::new().restricted(&["Account", "Contact"], &[]);
    // Tasks need no permission.
    assert_eq!(
        world.found("FIND {acme}"),
        "Account: [Acme Corporation]; [Acme East Ltd.]; [Globex]; [Zo\u{eb} & S\u{f6}hne]\n\
         Contact: [Joe Smith]; [Mary Jane Acme]\nTask: [Call Acme]"
    );
    let (code, message) = world.refused("FIND {acme} RETURNING Lead(Name)");
    assert_eq!(code, ErrorCode::InvalidType);
    assert!(message.contains("sObject type 'Lead' is not supported."), "{message}");
    // Whether an object can be searched is not told to those who cannot see it.
    assert_eq!(world.refused("FIND {acme} RETURNING Ledger").0, ErrorCode::InvalidType);
}

#[test]
fn fields_that_the_user_cannot_read_are_neither_searched_nor_answered() {
    let world = World::new().restricted(&["Account"], &["Account.Site", "Account.Description"]);
    assert_eq!(world.found("FIND {berlin} RETURNING Account(Name)"), "nothing");
    assert_eq!(
        world.found("FIND {acme} RETURNING Account(Name)"),
        "Account: Acme Corporation; Acme East Ltd."
    );
    assert_eq!(world.refused("FIND {acme} RETURNING Account(Site)").0, ErrorCode::InvalidField);
    assert_eq!(
        world.refused("FIND {acme} RETURNING Account(Name WHERE Site = 'Berlin')").0,
        ErrorCode::InvalidField
    );
}

#[test]
fn objects_and_fields_are_searched_in_their_versions_only() {
    let mut world = World::new();
    world.add("Account", &[("Name", "Newer"), ("New__c", "comet")]);
    assert_eq!(world.found("FIND {comet} RETURNING Account(Name)"), "Account: Newer");
    let world = world.version(49);
    assert_eq!(world.found("FIND {comet} RETURNING Account(Name)"), "nothing");
    assert_eq!(world.found("FIND {aa}"), "nothing");
    assert_eq!(world.refused("FIND {aa} RETURNING Ticket__c").0, ErrorCode::InvalidType);
}

#[test]
fn what_is_not_modelled_is_refused_by_name() {
    let world = World::new();
    for clause in [
        "WITH DIVISION = 'Global'",
        "WITH DATA CATEGORY Geography__c AT Spain__c",
        "WITH SNIPPET",
        "WITH SNIPPET(target_length = 120)",
        "WITH NETWORK = '0DB000000000001'",
        "WITH PricebookId = '01s000000000001'",
        "WITH HIGHLIGHT",
        "UPDATE TRACKING",
        "UPDATE VIEWSTAT",
    ] {
        let (code, message) = world.refused(&format!("FIND {{acme}} RETURNING Account {clause}"));
        assert_eq!(code, ErrorCode::NotModelled, "{clause}");
        assert!(message.starts_with("mockorg does not model SOSL "), "{message}");
    }
    let (code, message) = world.refused("FIND {acme} RETURNING Account(Id USING ListView = Recent)");
    assert_eq!((code, &*message), (ErrorCode::NotModelled, "mockorg does not model SOSL USING ListView"));
}

#[test]
fn labels_come_when_they_are_asked_for() {
    let world = World::new();
    let labels = |sosl: &str| world.ask(sosl).unwrap().labels;
    assert_eq!(labels("FIND {acme} RETURNING Account(Name)"), None);
    let field = |name: &str, label: &str| (Box::from(name), Arc::from(label));
    assert_eq!(
        labels(
            "FIND {acme} RETURNING Account(NAME, Id), Contact(Account.Name, toLabel(Title)) WITH METADATA = 'labels'"
        ),
        Some(vec![
            ("Account".into(), vec![field("Name", "Account Name"), field("Id", "Record ID")]),
            ("Contact".into(), vec![field("Account.Name", "Account Name")]),
        ])
    );
    // Objects that nobody named are listed when something was found of them.
    assert_eq!(
        labels("FIND {berlin} WITH METADATA = 'LABELS'"),
        Some(vec![("Account".into(), vec![field("Id", "Record ID")])])
    );
    assert_eq!(world.refused("FIND {acme} WITH METADATA = 'TYPES'").0, ErrorCode::MalformedSearch);
}
