//! A running org gets other definitions: what is stored stays, what is gone is gone, and what cannot be is refused.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use mockorg_org::{
    ApiError, Call, ErrorCode, Org, Recording, Reply, Settings,
    redefine::{
        Component, DeployRequest, Element, MetadataCall, MetadataReply, RequestStatus, SaveVerb,
        SavedComponent,
    },
};
use support::{call, catalog, fields, noon, org_of};

fn leaf(name: &str, text: &str) -> Element {
    Element::leaf(name, text)
}

fn object(name: &str) -> Component {
    let name_field = vec![leaf("label", "Name"), leaf("type", "Text")];
    let values =
        vec![leaf("label", "Rocket"), leaf("pluralLabel", "Rockets"), Element::of("nameField", name_field)];
    Component { kind: "CustomObject".into(), full_name: name.into(), values }
}

fn field(name: &str, kind: &str, more: &[(&str, &str)]) -> Component {
    let mut values = vec![leaf("label", "Field"), leaf("type", kind)];
    values.extend(more.iter().map(|(name, text)| leaf(name, text)));
    Component { kind: "CustomField".into(), full_name: name.into(), values }
}

fn number(name: &str) -> Component {
    field(name, "Number", &[("precision", "9"), ("scale", "0")])
}

fn new_org() -> Org {
    org_of(&catalog(&["RevenueLifecycle".into()], &[]), &Settings::default())
}

fn ask(org: &mut Org, asked: MetadataCall) -> Result<MetadataReply, ApiError> {
    match call(org, Call::Metadata(Box::new(asked)))? {
        Reply::Metadata(reply) => Ok(reply),
        _ => unreachable!("metadata is answered with metadata"),
    }
}

fn save(org: &mut Org, verb: SaveVerb, components: Vec<Component>) -> Vec<SavedComponent> {
    match ask(org, MetadataCall::Save { verb, components, all_or_none: false }).unwrap() {
        MetadataReply::Saved(saved) => saved,
        _ => unreachable!("what is saved is told"),
    }
}

fn delete(org: &mut Org, kind: &str, name: &str) -> Option<ErrorCode> {
    let call = MetadataCall::Delete { kind: kind.into(), full_names: vec![name.into()], all_or_none: false };
    match ask(org, call).unwrap() {
        MetadataReply::Saved(saved) => saved[0].problem.as_ref().map(|problem| problem.code),
        _ => unreachable!("what is deleted is told"),
    }
}

fn create(org: &mut Org, object: &str, members: &[(&str, &str)]) -> Result<Reply, ApiError> {
    call(org, Call::Create { object: object.into(), fields: fields(members) })
}

fn rows(org: &mut Org, soql: &str) -> Result<usize, ErrorCode> {
    match call(org, Call::Query { soql: soql.into(), all: false, batch_size: None }) {
        Ok(Reply::Page(page)) => Ok(page.rows.len()),
        Ok(_) => unreachable!("a query answers rows"),
        Err(error) => Err(error.code),
    }
}

/// The fields of all objects that the org has.
fn fields_of(org: &Org) -> Vec<String> {
    let objects = org.catalog().in_name_order();
    objects.flat_map(|own| own.fields.iter().map(|field| format!("{}.{}", own.name, field.name))).collect()
}

#[test]
fn records_keep_their_values_while_objects_and_fields_come_and_go() {
    let mut org = new_org();
    create(&mut org, "Account", &[("Name", "Energy")]).unwrap();
    let saved = save(
        &mut org,
        SaveVerb::Create,
        vec![object("Arrow__c"), number("Arrow__c.Thrust__c"), number("Arrow__c.Mass__c")],
    );
    assert!(saved.iter().all(|own| own.problem.is_none() && own.created), "{saved:?}");
    create(&mut org, "Arrow__c", &[("Name", "One"), ("Thrust__c", "7"), ("Mass__c", "3")]).unwrap();
    assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c WHERE Thrust__c = 7 AND Mass__c = 3"), Ok(1));
    // An object whose name comes before all others moves nothing.
    save(&mut org, SaveVerb::Create, vec![object("Aaa__c"), number("Account.Floors__c")]);
    assert_eq!(rows(&mut org, "SELECT Id FROM Account WHERE Name = 'Energy' AND Floors__c = null"), Ok(1));
    assert_eq!(delete(&mut org, "CustomField", "Arrow__c.Thrust__c"), None);
    assert_eq!(rows(&mut org, "SELECT Id, Thrust__c FROM Arrow__c"), Err(ErrorCode::InvalidField));
    assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c WHERE Mass__c = 3"), Ok(1));
    // A field that comes back begins without values.
    save(&mut org, SaveVerb::Create, vec![number("Arrow__c.Thrust__c")]);
    assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c WHERE Thrust__c = null"), Ok(1));
    assert_eq!(delete(&mut org, "CustomObject", "Arrow__c"), None);
    assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c"), Err(ErrorCode::InvalidType));
    assert_eq!(org.records("Account").next().unwrap().get("Name"), mockorg_org::ValueRef::Text("Energy"));
}

#[test]
fn a_field_that_becomes_a_key_finds_the_records_that_were_there_before() {
    let mut org = new_org();
    save(
        &mut org,
        SaveVerb::Create,
        vec![object("Arrow__c"), field("Arrow__c.Code__c", "Text", &[("length", "20")])],
    );
    create(&mut org, "Arrow__c", &[("Name", "One"), ("Code__c", "A-1")]).unwrap();
    let unique =
        field("Arrow__c.Code__c", "Text", &[("length", "20"), ("unique", "true"), ("externalId", "true")]);
    assert_eq!(save(&mut org, SaveVerb::Update, vec![unique])[0].problem, None);
    let twice = create(&mut org, "Arrow__c", &[("Name", "Two"), ("Code__c", "A-1")]);
    assert_eq!(twice.unwrap_err().code, ErrorCode::DuplicateValue);
}

#[test]
fn what_cannot_be_is_refused_and_leaves_the_org_as_it_was() {
    let mut org = new_org();
    let codes = |saved: Vec<SavedComponent>| {
        saved.into_iter().map(|own| own.problem.map(|problem| problem.code)).collect::<Vec<_>>()
    };
    let first = vec![
        object("Arrow__c"),
        object("Arrow__c"),
        number("Nowhere__c.Thrust__c"),
        field("Arrow__c.Code__c", "Text", &[]),
    ];
    assert_eq!(
        codes(save(&mut org, SaveVerb::Create, first)),
        [
            None,
            Some(ErrorCode::DuplicateDeveloperName),
            Some(ErrorCode::InvalidCrossReferenceKey),
            Some(ErrorCode::FieldIntegrityException)
        ]
    );
    let lookup =
        field("Arrow__c.Other__c", "Lookup", &[("referenceTo", "Bow__c"), ("relationshipName", "Arrows")]);
    assert_eq!(
        codes(save(&mut org, SaveVerb::Create, vec![lookup.clone(), object("Bow__c"), lookup])),
        [Some(ErrorCode::FieldIntegrityException), None, None]
    );
    assert_eq!(delete(&mut org, "CustomObject", "Bow__c"), Some(ErrorCode::DeleteFailed));
    assert_eq!(delete(&mut org, "CustomObject", "Sword__c"), Some(ErrorCode::InvalidCrossReferenceKey));
    assert_eq!(delete(&mut org, "CustomField", "Account.Industry"), Some(ErrorCode::DeleteFailed));
}

#[test]
fn a_deployment_that_fails_changes_nothing_unless_it_may_be_partial() {
    let good = ("objects/Arrow__c.object".into(), object("Arrow__c"));
    let bad = ("objects/Arrow__c.object".into(), field("Arrow__c.Code__c", "Text", &[]));
    for (rollback_on_error, there, status) in [
        (true, Err(ErrorCode::InvalidType), RequestStatus::Failed),
        (false, Ok(0), RequestStatus::SucceededPartial),
    ] {
        let mut org = new_org();
        let request = DeployRequest {
            components: vec![good.clone(), bad.clone()],
            rollback_on_error,
            ..DeployRequest::default()
        };
        let Ok(MetadataReply::Deploy(accepted)) = ask(&mut org, MetadataCall::Deploy(Box::new(request)))
        else {
            unreachable!("a deployment is accepted")
        };
        assert_eq!(accepted.status, RequestStatus::Pending);
        org.advance(noon());
        let Ok(MetadataReply::Deploy(state)) =
            ask(&mut org, MetadataCall::DeployStatus { id: accepted.id.to_string().into() })
        else {
            unreachable!("a deployment has a state")
        };
        assert_eq!((state.status, state.total, state.results.len()), (status, 2, 2));
        assert_eq!(state.deployed(), usize::from(!rollback_on_error));
        assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c"), there);
    }
}

#[test]
fn a_failed_deployment_takes_back_grants_deletions_and_values() {
    let mut org = new_org();
    save(&mut org, SaveVerb::Create, vec![object("Arrow__c"), number("Arrow__c.Mass__c")]);
    create(&mut org, "Arrow__c", &[("Name", "One"), ("Mass__c", "3")]).unwrap();
    let rows_of = |org: &Org, name: &str| org.records(name).count();
    let before = (rows_of(&org, "PermissionSet"), rows_of(&org, "ObjectPermissions"), fields_of(&org));
    let grant = vec![leaf("allowRead", "true"), leaf("object", "Arrow__c")];
    let set = Component {
        kind: "PermissionSet".into(),
        full_name: "Archers".into(),
        values: vec![leaf("label", "Archers"), Element::of("objectPermissions", grant)],
    };
    let gone =
        Component { kind: "CustomField".into(), full_name: "Arrow__c.Mass__c".into(), values: Vec::new() };
    let request = DeployRequest {
        components: vec![
            ("permissionsets/Archers.permissionset".into(), set),
            ("objects/Bow__c.object".into(), object("Bow__c")),
            ("objects/Arrow__c.object".into(), field("Arrow__c.Code__c", "Text", &[])),
        ],
        removed: vec![("destructiveChanges.xml".into(), gone)],
        rollback_on_error: true,
        ..DeployRequest::default()
    };
    ask(&mut org, MetadataCall::Deploy(Box::new(request))).unwrap();
    org.advance(noon());
    let after = (rows_of(&org, "PermissionSet"), rows_of(&org, "ObjectPermissions"), fields_of(&org));
    assert_eq!(before, after);
    assert_eq!(rows(&mut org, "SELECT Id FROM Arrow__c WHERE Mass__c = 3"), Ok(1));
}

#[test]
fn a_change_that_fails_stays_written_down_and_so_does_what_follows() {
    let mut org = new_org();
    org.start_recording(Recording::Operations);
    let lost = field("Nowhere__c.Mass__c", "Text", &[]);
    assert!(save(&mut org, SaveVerb::Create, vec![lost.clone()])[0].problem.is_some());
    let (verb, components) = (SaveVerb::Create, vec![lost.clone()]);
    ask(&mut org, MetadataCall::Save { verb, components, all_or_none: true }).unwrap();
    let components = vec![("objects/Nowhere__c.object".into(), lost)];
    let request = DeployRequest { components, rollback_on_error: true, ..DeployRequest::default() };
    ask(&mut org, MetadataCall::Deploy(Box::new(request))).unwrap();
    org.advance(noon());
    create(&mut org, "Account", &[("Name", "Acme")]).unwrap();
    assert_eq!(org.take_recorded().len(), 5);
}

#[test]
fn key_prefixes_are_given_in_order_and_kept() {
    let mut org = new_org();
    save(&mut org, SaveVerb::Create, vec![object("Bow__c")]);
    save(&mut org, SaveVerb::Create, vec![object("Arrow__c")]);
    let prefix = |org: &Org, name: &str| org.catalog().find_any(name).unwrap().key_prefix.unwrap();
    assert_eq!((prefix(&org, "Bow__c"), prefix(&org, "Arrow__c")), (*b"a00", *b"a01"));
}
