//! The identity services: identity document, OpenID user info and token introspection.

use mockorg_org::{Introspection, Timestamp, UserInfo, Value};

use super::value::{write_instant_in_seconds, write_value};
use crate::json::JsonWriter;

/// Writes the identity document. `base_url` is scheme and host, without a slash at the end.
pub(crate) fn identity(w: &mut JsonWriter, user: &UserInfo, base_url: &str) {
    w.begin_object();
    w.key("id").display(format_args!("{base_url}/id/{}/{}", user.organization_id, user.user_id));
    w.key("asserted_user").bool(true);
    w.key("user_id").display(user.user_id).key("organization_id").display(user.organization_id);
    for (key, name) in [
        ("username", "Username"),
        ("nick_name", "CommunityNickname"),
        ("display_name", "Name"),
        ("email", "Email"),
    ] {
        write_field(w, key, user, name);
    }
    w.key("email_verified").bool(true);
    for (key, name) in
        [("first_name", "FirstName"), ("last_name", "LastName"), ("timezone", "TimeZoneSidKey")]
    {
        write_field(w, key, user, name);
    }
    write_photos(w, base_url);
    for (key, name) in [
        ("addr_street", "Street"),
        ("addr_city", "City"),
        ("addr_state", "State"),
        ("addr_country", "Country"),
        ("addr_zip", "PostalCode"),
        ("mobile_phone", "MobilePhone"),
    ] {
        write_field(w, key, user, name);
    }
    w.key("mobile_phone_verified").bool(false).key("is_lightning_login_user").bool(false);
    w.key("status").begin_object().key("created_date").null().key("body").null().end_object();
    write_urls(w, user, base_url);
    write_standing(w, user);
    w.key("last_modified_date");
    write_last_modified(w, user);
    w.key("is_app_installed").bool(true).end_object();
}

/// Writes the OpenID claims of the user.
pub(crate) fn userinfo(w: &mut JsonWriter, user: &UserInfo, base_url: &str) {
    w.begin_object();
    w.key("sub").display(format_args!("{base_url}/id/{}/{}", user.organization_id, user.user_id));
    w.key("user_id").display(user.user_id).key("organization_id").display(user.organization_id);
    for (key, name) in [
        ("preferred_username", "Username"),
        ("nickname", "CommunityNickname"),
        ("name", "Name"),
        ("email", "Email"),
    ] {
        write_field(w, key, user, name);
    }
    w.key("email_verified").bool(true);
    for (key, name) in
        [("given_name", "FirstName"), ("family_name", "LastName"), ("zoneinfo", "TimeZoneSidKey")]
    {
        write_field(w, key, user, name);
    }
    write_photos(w, base_url);
    w.key("profile").display(format_args!("{base_url}/{}", user.user_id));
    w.key("picture").concat([base_url, "/profilephoto/005/F"]);
    w.key("address").begin_object();
    for (key, name) in [
        ("street_address", "Street"),
        ("locality", "City"),
        ("region", "State"),
        ("postal_code", "PostalCode"),
        ("country", "Country"),
    ] {
        if !field(user, name).is_null() {
            write_field(w, key, user, name);
        }
    }
    w.end_object();
    write_urls(w, user, base_url);
    write_standing(w, user);
    w.key("updated_at");
    write_last_modified(w, user);
    w.key("is_app_installed").bool(true).end_object();
}

/// Writes what a token is worth; an unknown one is only said to be inactive.
pub(crate) fn introspection(w: &mut JsonWriter, token: Option<&Introspection>, base_url: &str) {
    let Some(token) = token else {
        w.begin_object().key("active").bool(false).end_object();
        return;
    };
    let seconds = |at: Timestamp| at.millis().div_euclid(1000);
    w.begin_object().key("active").bool(true).key("scope").string(&token.scope);
    w.key("client_id").string(&token.client_id).key("username").string(&token.username);
    w.key("sub").display(format_args!("{base_url}/id/{}/{}", token.organization_id, token.user_id));
    w.key("token_type").string(&token.token_type).key("exp").int(seconds(token.expires));
    w.key("iat").int(seconds(token.issued)).key("nbf").int(seconds(token.issued)).end_object();
}

fn field<'a>(user: &'a UserInfo, name: &str) -> &'a Value {
    user.fields.iter().find(|(own, _)| **own == *name).map_or(&Value::Null, |(_, value)| value)
}

fn write_field(w: &mut JsonWriter, key: &str, user: &UserInfo, name: &str) {
    w.key(key);
    write_value(w, field(user, name));
}

fn write_photos(w: &mut JsonWriter, base_url: &str) {
    w.key("photos").begin_object();
    w.key("picture").concat([base_url, "/profilephoto/005/F"]);
    w.key("thumbnail").concat([base_url, "/profilephoto/005/T"]).end_object();
}

/// Writes the addresses of the APIs; clients put their version in the place of `{version}`.
fn write_urls(w: &mut JsonWriter, user: &UserInfo, base_url: &str) {
    let org = user.organization_id.as_15();
    w.key("urls").begin_object();
    for (key, letter) in [("enterprise", "c"), ("metadata", "m"), ("partner", "u")] {
        w.key(key).concat([base_url, "/services/Soap/", letter, "/{version}/", org]);
    }
    for (key, path) in [
        ("rest", ""),
        ("sobjects", "sobjects/"),
        ("search", "search/"),
        ("query", "query/"),
        ("recent", "recent/"),
    ] {
        w.key(key).concat([base_url, "/services/data/v{version}/", path]);
    }
    w.key("tooling_soap").concat([base_url, "/services/Soap/T/{version}/", org]);
    w.key("tooling_rest").concat([base_url, "/services/data/v{version}/tooling/"]);
    w.key("profile").display(format_args!("{base_url}/{}", user.user_id));
    for (key, path) in [
        ("feeds", "feeds"),
        ("groups", "groups"),
        ("users", "users"),
        ("feed_items", "feed-items"),
        ("feed_elements", "feed-elements"),
    ] {
        w.key(key).concat([base_url, "/services/data/v{version}/chatter/", path]);
    }
    w.key("custom_domain").string(base_url).end_object();
}

fn write_standing(w: &mut JsonWriter, user: &UserInfo) {
    w.key("active").bool(field(user, "IsActive").is_true());
    w.key("user_type").string(&constant_case(field(user, "UserType").as_text().unwrap_or("Standard")));
    write_field(w, "language", user, "LanguageLocaleKey");
    write_field(w, "locale", user, "LocaleSidKey");
    w.key("utcOffset").int(user.utc_offset);
}

fn write_last_modified(w: &mut JsonWriter, user: &UserInfo) {
    match field(user, "LastModifiedDate").as_datetime() {
        Some(at) => write_instant_in_seconds(w, at),
        None => {
            w.null();
        }
    }
}

/// `CspLitePortal` as `CSP_LITE_PORTAL`: the identity services spell the user type so.
fn constant_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for (at, letter) in text.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonForm;

    fn written(build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w);
        String::from_utf8(w.finish()).unwrap()
    }

    fn user() -> UserInfo {
        let at = Timestamp::parse("2022-02-15T23:21:10Z").unwrap();
        let fields = [
            ("Username", Value::text("ada@example.com")),
            ("Name", Value::text("Ada Lovelace")),
            ("FirstName", Value::text("Ada")),
            ("LastName", Value::text("Lovelace")),
            ("Email", Value::text("ada@example.com")),
            ("CommunityNickname", Value::text("ada")),
            ("TimeZoneSidKey", Value::text("Europe/London")),
            ("LanguageLocaleKey", Value::text("en_US")),
            ("LocaleSidKey", Value::text("en_GB")),
            ("UserType", Value::text("Standard")),
            ("Country", Value::text("GB")),
            ("IsActive", Value::Bool(true)),
            ("LastModifiedDate", Value::DateTime(at)),
        ];
        UserInfo {
            organization_id: "00D1a000000H3O9".parse().unwrap(),
            organization_name: "Engines".into(),
            sandbox: false,
            user_id: "0051a000000UGT8".parse().unwrap(),
            fields: fields.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            utc_offset: 0,
            session_seconds_valid: 7200,
        }
    }

    #[test]
    fn the_identity_document_has_the_recorded_members_in_order() {
        let urls = r#"{"enterprise":"http://h/services/Soap/c/{version}/00D1a000000H3O9","metadata":"http://h/services/Soap/m/{version}/00D1a000000H3O9","partner":"http://h/services/Soap/u/{version}/00D1a000000H3O9","rest":"http://h/services/data/v{version}/","sobjects":"http://h/services/data/v{version}/sobjects/","search":"http://h/services/data/v{version}/search/","query":"http://h/services/data/v{version}/query/","recent":"http://h/services/data/v{version}/recent/","tooling_soap":"http://h/services/Soap/T/{version}/00D1a000000H3O9","tooling_rest":"http://h/services/data/v{version}/tooling/","profile":"http://h/0051a000000UGT8AAO","feeds":"http://h/services/data/v{version}/chatter/feeds","groups":"http://h/services/data/v{version}/chatter/groups","users":"http://h/services/data/v{version}/chatter/users","feed_items":"http://h/services/data/v{version}/chatter/feed-items","feed_elements":"http://h/services/data/v{version}/chatter/feed-elements","custom_domain":"http://h"}"#;
        let photos = r#"{"picture":"http://h/profilephoto/005/F","thumbnail":"http://h/profilephoto/005/T"}"#;
        let head = r#""id":"http://h/id/00D1a000000H3O9EAK/0051a000000UGT8AAO","asserted_user":true,"user_id":"0051a000000UGT8AAO","organization_id":"00D1a000000H3O9EAK","username":"ada@example.com","nick_name":"ada","display_name":"Ada Lovelace","email":"ada@example.com","email_verified":true,"first_name":"Ada","last_name":"Lovelace","timezone":"Europe/London""#;
        let middle = r#""addr_street":null,"addr_city":null,"addr_state":null,"addr_country":"GB","addr_zip":null,"mobile_phone":null,"mobile_phone_verified":false,"is_lightning_login_user":false,"status":{"created_date":null,"body":null}"#;
        let tail = r#""active":true,"user_type":"STANDARD","language":"en_US","locale":"en_GB","utcOffset":0,"last_modified_date":"2022-02-15T23:21:10Z","is_app_installed":true"#;
        assert_eq!(
            written(|w| identity(w, &user(), "http://h")),
            format!(r#"{{{head},"photos":{photos},{middle},"urls":{urls},{tail}}}"#)
        );
    }

    #[test]
    fn user_info_speaks_in_openid_claims() {
        let text = written(|w| userinfo(w, &user(), "http://h"));
        let claims: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(text.starts_with(r#"{"sub":"http://h/id/00D1a000000H3O9EAK/0051a000000UGT8AAO","user_id":"0051a000000UGT8AAO","organization_id":"00D1a000000H3O9EAK","preferred_username":"ada@example.com","nickname":"ada","name":"Ada Lovelace","email":"ada@example.com","email_verified":true,"given_name":"Ada","family_name":"Lovelace","zoneinfo":"Europe/London","photos":{"#));
        assert!(text.contains(r#","profile":"http://h/0051a000000UGT8AAO","picture":"http://h/profilephoto/005/F","address":{"country":"GB"},"urls":{"#));
        assert!(text.ends_with(r#","active":true,"user_type":"STANDARD","language":"en_US","locale":"en_GB","utcOffset":0,"updated_at":"2022-02-15T23:21:10Z","is_app_installed":true}"#));
        assert_eq!(claims["urls"]["query"], "http://h/services/data/v{version}/query/");
    }

    #[test]
    fn user_types_are_spelt_as_constants() {
        assert_eq!(constant_case("CspLitePortal"), "CSP_LITE_PORTAL");
    }

    #[test]
    fn introspection_gives_seconds_or_only_inactive() {
        let token = Introspection {
            scope: "api".into(),
            client_id: "3MVG9".into(),
            username: "ada@example.com".into(),
            organization_id: "00D1a000000H3O9".parse().unwrap(),
            user_id: "0051a000000UGT8".parse().unwrap(),
            token_type: "access_token".into(),
            expires: Timestamp::from_millis(1_645_230_881_952),
            issued: Timestamp::from_millis(1_645_223_681_952),
        };
        assert_eq!(
            written(|w| introspection(w, Some(&token), "http://h")),
            r#"{"active":true,"scope":"api","client_id":"3MVG9","username":"ada@example.com","sub":"http://h/id/00D1a000000H3O9EAK/0051a000000UGT8AAO","token_type":"access_token","exp":1645230881,"iat":1645223681,"nbf":1645223681}"#
        );
        assert_eq!(written(|w| introspection(w, None, "http://h")), r#"{"active":false}"#);
    }
}
