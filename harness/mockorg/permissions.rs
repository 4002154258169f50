//! Permission sets that the builder assigns and takes away: by records, as an administrator would.

use mockorg_org::{
    ApiVersion, Call, FieldInput, Input, Org, Position, RecordId, RecordKey, Session, Timestamp,
};

use crate::StartError;

/// One change to the assignments of permission sets.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) username: String,
    pub(crate) permission_set: String,
    pub(crate) kind: AssignmentKind,
}

/// What becomes of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssignmentKind {
    Assign,
    Remove,
}

/// Performs the change on behalf of the administrator whose session has this token.
pub(crate) fn perform(
    org: &mut Org,
    now: Timestamp,
    token: &str,
    assignment: &Assignment,
) -> Result<(), StartError> {
    let refuse = |why: String| StartError::Permission {
        username: assignment.username.clone(),
        permission_set: assignment.permission_set.clone(),
        why,
    };
    let user = named(org, "User", "Username", &assignment.username)
        .ok_or_else(|| refuse("the org has no such user".to_owned()))?;
    let set = named(org, "PermissionSet", "Name", &assignment.permission_set)
        .ok_or_else(|| refuse("the org has no such permission set; give its API name".to_owned()))?;
    let existing = org
        .records("PermissionSetAssignment")
        .find(|view| {
            view.get("AssigneeId").as_id() == Some(user) && view.get("PermissionSetId").as_id() == Some(set)
        })
        .map(|view| view.id());
    let object = Box::from("PermissionSetAssignment");
    let call = match (assignment.kind, existing) {
        (AssignmentKind::Assign, None) => {
            Call::Create { object, fields: vec![key("AssigneeId", user), key("PermissionSetId", set)] }
        }
        (AssignmentKind::Remove, Some(id)) => {
            Call::Delete { object, key: RecordKey::Id(id.to_string().into()) }
        }
        (AssignmentKind::Assign, Some(_)) => return Ok(()),
        (AssignmentKind::Remove, None) => return Err(refuse("it is not assigned to the user".to_owned())),
    };
    let session = Session { token: Some(token.into()), version: ApiVersion::NEWEST, origin: None };
    org.call(now, &session, call).map(drop).map_err(|error| refuse(error.to_string()))
}

fn named(org: &Org, object: &str, field: &str, name: &str) -> Option<RecordId> {
    let fits = |text: &str| mockorg_org::text_equal(text, name);
    org.records(object).find(|view| view.get(field).as_text().is_some_and(fits)).map(|view| view.id())
}

fn key(name: &str, id: RecordId) -> FieldInput {
    FieldInput { name: name.into(), value: Input::Text(id.to_string().into()), at: Position::default() }
}
