//! The Streaming API, rule by rule: addresses, handshakes, subscriptions, replays, and what is refused.

use std::time::Duration;

use mockorg_gateway::Clock;
use serde_json::{Value, json};

use crate::{
    server::{Server, TOKEN},
    streaming_client::{CHANNEL, Client, exchange, ids, post, publish},
};

const HELLO: &str = r#"[{"channel":"/meta/handshake","id":"1"}]"#;
const JSON: &str = "Content-Type: application/json\r\n";

fn error(reply: &Value) -> &str {
    assert_eq!(reply["successful"], false, "{reply}");
    reply["error"].as_str().unwrap_or_default()
}

#[test]
fn the_address_carries_a_version_from_37_on() {
    let server = Server::start();
    for path in ["/cometd/37.0", "/cometd/60.0/", "/cometd/68.0/handshake"] {
        assert_eq!(post(&server, path, HELLO).json()[0]["successful"], true, "{path}");
    }
    for path in ["/cometd", "/cometd/", "/cometd/handshake"] {
        let reply = post(&server, path, HELLO).json();
        assert_eq!(error(&reply[0]), "400::API version in the URI is mandatory. URI format: '/cometd/68.0'");
    }
    for path in ["/cometd/36.0", "/cometd/replay/36.0", "/cometd/99.0"] {
        let reply = post(&server, path, HELLO).json();
        assert_eq!(
            error(&reply[0]),
            "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/68.0'"
        );
    }
    assert_eq!(post(&server, "/cometd/60.0/nonsense", HELLO).status, 404);
}

#[test]
fn a_request_is_a_post_of_json_of_at_most_32_kilobytes() {
    let server = Server::start();
    let get = server.get("/cometd/60.0");
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    assert_eq!(server.request("POST", "/cometd/60.0", "", HELLO.as_bytes()).status, 400);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(server.request("POST", "/cometd/60.0", form, HELLO.as_bytes()).status, 400);
    let charset = "Content-Type: application/json;charset=UTF-8\r\n";
    assert_eq!(server.request("POST", "/cometd/60.0", charset, HELLO.as_bytes()).status, 200);
    for body in ["", "{", "1", "[1]", "nonsense"] {
        assert_eq!(post(&server, "/cometd/60.0", body).status, 400, "{body}");
    }
    assert_eq!(post(&server, "/cometd/60.0", "[]").json(), json!([]));
    let padded = |length: usize| format!("{HELLO}{}", " ".repeat(length - HELLO.len()));
    assert_eq!(post(&server, "/cometd/60.0", &padded(32_768)).status, 200);
    let refused = post(&server, "/cometd/60.0", &padded(32_769));
    assert_eq!((refused.status, refused.text()), (413, "Maximum Request Size Exceeded"));
}

#[test]
fn a_handshake_answers_as_recorded_and_sets_a_cookie_that_nobody_has_to_return() {
    let server = Server::start();
    let response =
        post(&server, "/cometd/60.0", r#"{"channel":"/meta/handshake","id":105,"minimumVersion":"1.0"}"#);
    assert!(response.header("set-cookie").unwrap().starts_with("BAYEUX_BROWSER="));
    assert_eq!(response.header("content-type"), Some("application/json;charset=UTF-8"));
    let reply = response.json();
    let id = reply[0]["clientId"].as_str().unwrap();
    assert_eq!(
        reply,
        json!([{"ext": {"replay": true, "payload.format": true}, "minimumVersion": "1.0", "clientId": id,
            "supportedConnectionTypes": ["long-polling"], "channel": "/meta/handshake", "id": 105,
            "version": "1.0", "successful": true}])
    );
}

#[test]
fn a_token_is_taken_in_every_form_and_its_lack_is_told_apart_from_a_wrong_one() {
    let server = Server::start();
    let with = |authorization: &str| {
        let extra = format!("{JSON}{authorization}");
        server.anonymous("POST", "/cometd/60.0", &extra, HELLO.as_bytes()).json()[0].clone()
    };
    for scheme in ["Bearer ", "OAuth ", ""] {
        assert_eq!(with(&format!("Authorization: {scheme}{TOKEN}\r\n"))["successful"], true, "{scheme}");
    }
    for (header, reason) in [
        ("Authorization: Bearer 00Dwrong\r\n", "401::Authentication invalid"),
        ("", "401::Request requires authentication"),
    ] {
        assert_eq!(
            with(header),
            json!({"ext": {"sfdc": {"failureReason": reason}, "replay": true, "payload.format": true},
                "advice": {"reconnect": "none"}, "channel": "/meta/handshake", "id": "1",
                "error": "403::Handshake denied", "successful": false})
        );
    }
}

#[test]
fn only_clients_that_can_poll_are_served_and_only_so_many() {
    let server = Server::start();
    let hello = |types: Value| {
        let message = json!([{"channel": "/meta/handshake", "id": "1", "supportedConnectionTypes": types}]);
        exchange(&server, "/cometd/60.0", &message).remove(0)
    };
    assert_eq!(
        error(&hello(json!(["websocket", "callback-polling"]))),
        "400::Invalid connection type websocket"
    );
    for _ in 0..5 {
        assert_eq!(hello(json!(["in-process", "long-polling"]))["successful"], true);
    }
    let refused = hello(json!(["long-polling"]));
    assert_eq!(error(&refused), "403::Handshake denied");
    assert_eq!(refused["ext"]["sfdc"]["failureReason"], "403::Organization concurrent user limit exceeded");
    // Those that do not come back make room.
    server.gateway.advance(Duration::from_secs(41));
    assert_eq!(hello(json!(["long-polling"]))["successful"], true);
}

#[test]
fn messages_of_unknown_clients_are_refused_with_advice() {
    let server = Server::start();
    let send = |message: Value| exchange(&server, "/cometd/60.0", &json!([message])).remove(0);
    for channel in ["/meta/connect", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect", "/event/X"] {
        assert_eq!(
            send(json!({"channel": channel, "clientId": "nobody", "id": "3"})),
            json!({"advice": {"interval": 0, "reconnect": "handshake"}, "channel": channel, "id": "3",
                "error": "403::Unknown client", "successful": false})
        );
    }
    let early = send(json!({"channel": "/meta/subscribe", "subscription": CHANNEL}));
    assert_eq!(error(&early), "403::Client has not completed handshake");
    assert_eq!(early["subscription"], CHANNEL);
    assert_eq!(error(&send(json!({"id": 1}))), "400::Channel name not specified");
    let client = Client::open(&server, "60.0");
    assert_eq!(
        error(&client.send(CHANNEL, json!({"data": {}}))[0]),
        "403:denied_by_security_policy:publish_denied"
    );
    assert_eq!(error(&client.send("/meta/nothing", json!({}))[0]), "404::Unknown channel");
    let other = client.send("/meta/connect", json!({"connectionType": "websocket"}));
    assert_eq!(error(&other[0]), "400::Invalid connection type websocket");
}

#[test]
fn channels_that_do_not_exist_are_refused_in_the_platforms_words() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    for (channel, expected) in [
        ("event/AssetRenewInitiatedEvent", "400::Channel subscriptions must start with a leading '/'"),
        ("/event/Nothing__e", "403:denied_by_security_policy:create_denied"),
        ("/event/assetrenewinitiatedevent", "403:denied_by_security_policy:create_denied"),
        ("/event/CreateAssetOrderDtlEvent", "403:denied_by_security_policy:create_denied"),
        ("/event/*", "403:denied_by_security_policy:create_denied"),
        ("/**", "403:denied_by_security_policy:create_denied"),
    ] {
        let reply = client.subscribe(channel, json!(-1));
        assert_eq!(error(&reply), expected, "{channel}");
        assert_eq!(reply["subscription"], channel);
    }
    assert_eq!(error(&client.send("/meta/subscribe", json!({}))[0]), "400::Channel name not specified");
    assert_eq!(error(&client.send("/meta/unsubscribe", json!({}))[0]), "400::Channel name not specified");
    // All or none.
    let both = client.send("/meta/subscribe", json!({"subscription": [CHANNEL, "/event/Nothing__e"]}));
    assert_eq!(error(&both[0]), "403:denied_by_security_policy:create_denied");
    publish(&server);
    assert!(ids(&client.connect()).is_empty());
}

#[test]
fn a_subscription_begins_where_the_client_says() {
    let server = Server::start();
    let [first, second] = [publish(&server), publish(&server)];
    for (replay, expected) in [
        (json!(-1), vec![]),
        (json!(null), vec![]),
        (json!(-2), vec![first, second]),
        (json!(first), vec![second]),
        (json!(second), vec![]),
    ] {
        let client = Client::open(&server, "60.0");
        assert_eq!(client.subscribe(CHANNEL, replay.clone())["successful"], true);
        assert_eq!(ids(&client.connect()), expected, "{replay}");
        client.send("/meta/disconnect", json!({}));
    }
    let client = Client::open(&server, "60.0");
    for wrong in [json!(second + 1), json!(0), json!(-3), json!(1.5), json!("x")] {
        let words = wrong.as_str().map_or_else(|| wrong.to_string(), ToOwned::to_owned);
        assert_eq!(
            error(&client.subscribe(CHANNEL, wrong)),
            format!(
                "400::The replayId {{{words}}} you provided was invalid.  Please provide a valid ID, -2 to \
                 replay all events, or -1 to replay only new events."
            )
        );
    }
    let lacking = json!({"subscription": CHANNEL, "ext": {"replay": {"/event/Other": -1}}});
    assert!(
        error(&client.send("/meta/subscribe", lacking)[0])
            .starts_with("400::The replayId for channel {/event/AssetRenewInitiatedEvent} wasn't found")
    );
    let without = client.send("/meta/subscribe", json!({"subscription": CHANNEL}));
    assert_eq!(without[0]["successful"], true);
}

#[test]
fn events_are_replayed_for_72_hours() {
    let server = Server::start();
    let first = publish(&server);
    server.gateway.advance(Duration::from_secs(71 * 3600));
    let second = publish(&server);
    server.gateway.advance(Duration::from_secs(2 * 3600));
    let client = Client::open(&server, "60.0");
    assert_eq!(client.subscribe(CHANNEL, json!(-2))["successful"], true);
    assert_eq!(ids(&client.connect()), [second]);
    assert!(error(&client.subscribe(CHANNEL, json!(first))).contains("was invalid"));
}

#[test]
fn an_event_message_has_the_shape_of_its_version() {
    let server = Server::start();
    let id = publish(&server);
    let newest = Client::open(&server, "60.0");
    newest.subscribe(CHANNEL, json!(-2));
    let replies = newest.connect();
    assert_eq!(replies[1]["channel"], "/meta/connect");
    assert_eq!(replies[1].get("advice"), None);
    let message = &replies[0];
    assert_eq!(message["channel"], CHANNEL);
    let data = &message["data"];
    assert_eq!(data["schema"].as_str().unwrap().len(), 22);
    assert_eq!(data["event"]["replayId"], id);
    assert_eq!(data["event"]["EventUuid"].as_str().unwrap().len(), 36);
    let payload = data["payload"].as_object().unwrap();
    let names: Vec<_> = payload.keys().map(String::as_str).collect();
    let expected = [
        "CorrelationIdentifier",
        "CreatedById",
        "CreatedDate",
        "HasErrors",
        "RenewalRecordId",
        "RequestIdentifier",
    ];
    assert_eq!(names, expected);
    assert!(payload["CreatedDate"].as_str().unwrap().ends_with(".000Z"), "{payload:?}");
    for (version, has_uuid, date_length) in [("52.0", true, 24), ("51.0", false, 24), ("42.0", false, 20)] {
        let client = Client::open(&server, version);
        client.subscribe(CHANNEL, json!(-2));
        let data = client.connect()[0]["data"].clone();
        assert_eq!(data["event"].get("EventUuid").is_some(), has_uuid, "{version}");
        assert_eq!(data["payload"]["CreatedDate"].as_str().unwrap().len(), date_length, "{version}");
        client.send("/meta/disconnect", json!({}));
    }
}

#[test]
fn a_second_subscription_to_a_channel_moves_only_when_it_names_a_place() {
    let server = Server::start();
    let first = publish(&server);
    let client = Client::open(&server, "60.0");
    client.subscribe(CHANNEL, json!(-2));
    client.subscribe(CHANNEL, json!(null));
    assert_eq!(ids(&client.connect()), [first], "once, and not lost");
    client.subscribe(CHANNEL, json!(-2));
    assert_eq!(ids(&client.connect()), [first], "again, as it was asked for again");
    let second = publish(&server);
    client.send("/meta/unsubscribe", json!({"subscription": CHANNEL}));
    assert!(ids(&client.connect()).is_empty());
    client.subscribe(CHANNEL, json!(first));
    assert_eq!(ids(&client.connect()), [second]);
}

#[test]
fn a_session_ends_40_seconds_after_its_last_answer() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    server.gateway.advance(Duration::from_secs(39));
    assert_eq!(client.subscribe(CHANNEL, json!(-1))["successful"], true);
    server.gateway.advance(Duration::from_secs(39));
    assert_eq!(client.connect()[0]["successful"], true);
    server.gateway.advance(Duration::from_secs(40));
    assert_eq!(error(&client.connect()[0]), "403::Unknown client");
}

#[test]
fn a_revoked_token_ends_a_client_for_good() {
    let server = Server::start();
    let login = "grant_type=password&client_id=mockorg&client_secret=mockorg&username=admin@mockorg.example&password=mockorg";
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let granted = server.anonymous("POST", "/services/oauth2/token", form, login.as_bytes()).json();
    let token = granted["access_token"].as_str().unwrap();
    let send = |message: Value| {
        let extra = format!("{JSON}Authorization: Bearer {token}\r\n");
        let body = json!([message]).to_string();
        server.anonymous("POST", "/cometd/60.0", &extra, body.as_bytes()).json()[0].clone()
    };
    let client = send(json!({"channel": "/meta/handshake"}))["clientId"].clone();
    let connect = json!({"channel": "/meta/connect", "clientId": client, "id": "9"});
    assert_eq!(send(connect.clone())["successful"], true);
    server.anonymous("POST", "/services/oauth2/revoke", form, format!("token={token}").as_bytes());
    assert_eq!(
        send(connect),
        json!({"advice": {"reconnect": "none", "interval": 0}, "channel": "/meta/connect", "id": "9",
            "error": "401::Authentication invalid", "successful": false})
    );
}

#[test]
fn several_messages_are_answered_in_order_and_none_is_held() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    let messages = json!([
        client.message("/meta/connect", json!({"connectionType": "long-polling"})),
        client.message("/meta/subscribe", json!({"subscription": CHANNEL})),
        client.message("/meta/subscribe", json!({"subscription": "/event/AssetCancelInitiatedEvent"})),
        client.message("/meta/unsubscribe", json!({"subscription": CHANNEL})),
    ]);
    let replies = exchange(&server, "/cometd/60.0", &messages);
    let channels: Vec<_> = replies.iter().map(|reply| reply["channel"].as_str().unwrap()).collect();
    assert_eq!(channels, ["/meta/connect", "/meta/subscribe", "/meta/subscribe", "/meta/unsubscribe"]);
    assert!(replies.iter().all(|reply| reply["successful"] == true));
    assert!(matches!(server.gateway.time().0, Clock::Manual(_)));
}
