//! Connects that are held: what ends them, and what they bring.

use std::time::Duration;

use serde_json::json;

use crate::{
    server::Server,
    streaming_client::{CHANNEL, Client, end_connect, ids, publish},
};

/// Waits until a connect is held, by asking for something on another connection.
fn until_held(client: &Client<'_>) {
    let streaming = || client.server.get("/__mockorg/streaming").json();
    while streaming()["held"] == 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_held_connect_brings_an_event_when_it_is_published() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    client.subscribe(CHANNEL, json!(-1));
    let held = client.begin_connect();
    until_held(&client);
    let id = publish(&server);
    let replies = end_connect(held);
    assert_eq!(ids(&replies), [id]);
    assert_eq!(
        replies[1],
        json!({"clientId": client.id, "channel": "/meta/connect", "id": "7", "successful": true})
    );
    assert!(ids(&client.connect()).is_empty(), "each event once");
}

#[test]
fn a_replay_does_not_wait_for_the_next_publication() {
    let server = Server::start();
    let id = publish(&server);
    let client = Client::open(&server, "60.0");
    let held = client.begin_connect();
    until_held(&client);
    client.subscribe(CHANNEL, json!(-2));
    assert_eq!(ids(&end_connect(held)), [id]);
}

#[test]
fn a_poll_is_over_when_the_orgs_clock_has_moved_by_110_seconds() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    let held = client.begin_connect();
    until_held(&client);
    server.gateway.advance(Duration::from_secs(109));
    assert_eq!(server.get("/__mockorg/streaming").json()["held"], 1);
    server.gateway.advance(Duration::from_secs(1));
    assert_eq!(
        end_connect(held),
        [json!({"clientId": client.id, "channel": "/meta/connect", "id": "7", "successful": true})]
    );
    // The time of the poll does not count as absence.
    assert_eq!(client.connect()[0]["successful"], true);
}

#[test]
fn a_newer_connect_takes_the_place_of_the_held_one() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    client.subscribe(CHANNEL, json!(-1));
    let mut first = client.begin_connect();
    until_held(&client);
    let second = client.begin_connect();
    assert_eq!(first.receive("POST").status, 408);
    let id = publish(&server);
    assert_eq!(ids(&end_connect(second)), [id]);
}

#[test]
fn a_disconnect_ends_what_is_held_and_the_session() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    let held = client.begin_connect();
    until_held(&client);
    assert_eq!(
        client.send("/meta/disconnect", json!({})),
        [json!({"clientId": client.id, "channel": "/meta/disconnect", "id": "7", "successful": true})]
    );
    assert_eq!(end_connect(held)[0]["advice"]["reconnect"], "none");
    assert_eq!(client.connect()[0]["error"], "403::Unknown client");
}

#[test]
fn a_reset_of_the_org_makes_its_clients_unknown() {
    let server = Server::start();
    let client = Client::open(&server, "60.0");
    let held = client.begin_connect();
    until_held(&client);
    server.gateway.reset();
    let reply = end_connect(held).remove(0);
    assert_eq!(
        (&reply["error"], &reply["advice"]["reconnect"]),
        (&json!("403::Unknown client"), &json!("handshake"))
    );
    assert_eq!(client.connect()[0]["error"], "403::Unknown client");
}

#[test]
fn a_stop_of_the_server_ends_held_connects_at_once() {
    let mut server = Server::start();
    let held = {
        let client = Client::open(&server, "60.0");
        let held = client.begin_connect();
        until_held(&client);
        held
    };
    server.begin_stop();
    assert_eq!(end_connect(held)[0]["successful"], true);
    server.stop();
}

#[test]
fn clients_do_not_disturb_each_other() {
    let server = Server::start();
    let clients = [0, 1, 2].map(|_| Client::open(&server, "60.0"));
    clients.iter().for_each(|client| drop(client.subscribe(CHANNEL, json!(-1))));
    let held = clients.each_ref().map(Client::begin_connect);
    while server.get("/__mockorg/streaming").json()["held"] != 3 {
        std::thread::yield_now();
    }
    let first = publish(&server);
    held.into_iter().for_each(|held| assert_eq!(ids(&end_connect(held)), [first]));
    // One stays away, the others go on; it finds everything when it comes back.
    let second = publish(&server);
    assert_eq!(ids(&clients[1].connect()), [second]);
    let third = publish(&server);
    assert_eq!(ids(&clients[1].connect()), [third]);
    assert_eq!(ids(&clients[0].connect()), [second, third]);
}
