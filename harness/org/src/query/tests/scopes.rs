//! USING SCOPE, WITH DATA CATEGORY and UPDATE.

use super::World;
use crate::ErrorCode::{InvalidQueryScope, MalformedQuery};

const LEAD: &str = r#"{"name":"Lead","label":"Lead","keyPrefix":"00Q","calls":["query"],
  "supportedScopes":[{"name":"everything","label":"All leads"},{"name":"mine","label":"My leads"},{"name":"team","label":"My team's leads"}],
  "fields":[{"system":"Id"},{"name":"Name","type":"string","length":80,"nameField":true},
  {"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner"}]}"#;

const ARTICLE: &str = r#"{"name":"Knowledge__kav","label":"Knowledge","keyPrefix":"ka0","calls":["query"],
  "fields":[{"system":"Id"},{"name":"Title","type":"string","length":80,"nameField":true}]}"#;

fn world() -> World {
    let mut world = World::with(&[LEAD, ARTICLE]);
    let user = world.ctx.user;
    world.add("Lead", &[("Name", "Own".into()), ("OwnerId", user.into())]);
    world.add("Lead", &[("Name", "Other".into())]);
    world
}

#[test]
fn a_scope_narrows_the_answer() {
    let mut world = world();
    assert_eq!(world.column("SELECT Name FROM Lead USING SCOPE Mine"), ["Own"]);
    assert_eq!(world.column("SELECT Name FROM Lead USING SCOPE everything"), ["Own", "Other"]);
}

#[test]
fn a_scope_that_the_object_lacks_is_an_error() {
    let mut world = world();
    for soql in [
        "SELECT Id FROM Lead USING SCOPE delegated",
        "SELECT Id FROM Lead USING SCOPE mine_and_my_groups",
        "SELECT Id FROM Lead USING SCOPE scopingRule",
        "SELECT Id FROM Contact USING SCOPE mine",
        "SELECT Id FROM Contact USING SCOPE team",
    ] {
        assert_eq!(world.refused(soql).0, InvalidQueryScope, "{soql}");
    }
    assert_eq!(world.org.coverage.refused().count(), 0);
}

#[test]
fn a_scope_that_is_not_modelled_is_counted() {
    let mut world = world();
    assert_eq!(world.refused("SELECT Id FROM Lead USING SCOPE Team").0, MalformedQuery);
    assert_eq!(world.org.coverage.refused().collect::<Vec<_>>(), [("SOQL USING SCOPE team", 1)]);
}

#[test]
fn a_word_that_is_no_scope_is_not_understood() {
    let mut world = world();
    let (code, message) = world.refused("SELECT Id FROM Lead USING SCOPE nearby");
    assert_eq!(code, MalformedQuery);
    assert!(message.ends_with("unexpected token: 'nearby'"), "{message}");
}

#[test]
fn clauses_of_articles_belong_to_articles() {
    let clauses = ["WITH DATA CATEGORY Geography__c AT Europe__c", "UPDATE TRACKING", "UPDATE VIEWSTAT"];
    for clause in clauses {
        let mut world = world();
        assert_eq!(world.refused(&format!("SELECT Id FROM Lead {clause}")).0, MalformedQuery);
        assert_eq!(world.org.coverage.refused().count(), 0, "{clause}");
        assert_eq!(world.refused(&format!("SELECT Id FROM Knowledge__kav {clause}")).0, MalformedQuery);
        assert_eq!(world.org.coverage.refused().count(), 1, "{clause}");
    }
}
