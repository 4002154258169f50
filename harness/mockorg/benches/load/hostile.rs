//! Bytes that no client should send, at every port: the server neither panics nor hangs nor grows.

use std::{net::SocketAddr, thread};

use crate::{
    chance::Chance,
    client::{Client, request},
    frames, templates,
};

/// What there is to attack.
#[derive(Clone)]
pub(crate) struct Ports {
    /// In plaintext: HTTP/1.1, and HTTP/2 where it is served.
    pub(crate) plain: SocketAddr,
    /// With TLS, if there is one.
    pub(crate) tls: Option<SocketAddr>,
    pub(crate) token: String,
}

/// What became of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) attacks: usize,
    /// Attacks after which the server did not close in time, and those after which it did not serve others.
    pub(crate) hung: Vec<String>,
}

/// One kind of attack: gives its bytes.
type Kind = fn(&mut Chance, &str) -> Vec<u8>;

const KINDS: &[(&str, Kind)] = &[
    ("noise", |chance, _| {
        let length = chance.below(2000);
        chance.bytes(length)
    }),
    ("noise behind a request line", noisy_head),
    ("a changed request", templates::changed),
    ("a changed request", templates::changed),
    ("a changed request", templates::changed),
    ("requests in a row, cut anywhere", pipelined),
    ("a body of broken chunks", templates::broken_chunks),
    ("frames of HTTP/2", frames::random),
    ("a flood of resets", frames::resets),
];

/// Sends so many attacks of each kind from a seed on, and a proper call after each eighth.
pub(crate) fn run(ports: &Ports, seed: u64, of_each: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let halves = thread::scope(|scope| {
        let tasks: Vec<_> = (0..2)
            .map(|half| scope.spawn(move || attack(ports, seed * 2 + half, of_each.div_ceil(2))))
            .collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    for half in halves {
        outcome.attacks += half.attacks;
        outcome.hung.extend(half.hung);
    }
    for (name, bytes) in templates::bombs(&ports.token) {
        outcome.attacks += 1;
        if !Client::open(ports.plain).unwrap().ends_after(&bytes) || !serves(ports) {
            outcome.hung.push(name.to_owned());
        }
    }
    outcome
}

fn attack(ports: &Ports, seed: u64, of_each: usize) -> Outcome {
    let (mut chance, mut outcome) = (Chance::new(seed), Outcome::default());
    for round in 0..of_each {
        for (name, kind) in KINDS {
            let bytes = kind(&mut chance, &ports.token);
            outcome.attacks += 1;
            if !Client::open(ports.plain).unwrap().ends_after(&bytes) {
                outcome.hung.push(format!("{name}, seed {seed}, round {round}"));
            }
        }
        if let Some(tls) = ports.tls {
            outcome.attacks += 1;
            let bytes = frames::hello(&mut chance);
            if !Client::open(tls).unwrap().ends_after(&bytes) {
                outcome.hung.push(format!("TLS, seed {seed}, round {round}"));
            }
        }
        if round % 8 == 0 && !serves(ports) {
            outcome.hung.push(format!("a proper call, seed {seed}, round {round}"));
        }
    }
    outcome
}

/// Whether a proper call is answered.
pub(crate) fn serves(ports: &Ports) -> bool {
    let call = request("GET", "/services/data/v62.0/limits", &ports.token, "");
    let answer = Client::open(ports.plain).and_then(|mut client| client.call(&call));
    answer.is_ok_and(|answer| answer.status == 200)
}

fn noisy_head(chance: &mut Chance, token: &str) -> Vec<u8> {
    let mut bytes = request("GET", "/services/data/v62.0/", token, "");
    bytes.truncate(25 + chance.below(60));
    let length = chance.below(20_000);
    bytes.extend(chance.bytes(length));
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}

fn pipelined(chance: &mut Chance, token: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..1 + chance.below(20) {
        bytes.extend(templates::any(chance, token));
    }
    let end = chance.below(bytes.len());
    bytes.truncate(end);
    bytes
}
