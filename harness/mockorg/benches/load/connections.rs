//! Many open connections, each of which then makes a call.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::client::{Client, request};

/// What became of them.
#[derive(Debug)]
pub(crate) struct Crowd {
    pub(crate) opening: Duration,
    pub(crate) answering: Duration,
    pub(crate) failures: usize,
}

/// Opens connections, tells when all are idle, and then has each make a call at once.
pub(crate) fn run(address: SocketAddr, token: &str, connections: usize, idle: impl FnOnce()) -> Crowd {
    let begin = Instant::now();
    let hello = request("GET", "/services/data", token, "");
    let mut clients: Vec<Client> = (0..connections).filter_map(|_| Client::open(address).ok()).collect();
    // A call each, so that the server has got to know every one of them.
    for client in &mut clients {
        client.call(&hello).unwrap();
    }
    let opening = begin.elapsed();
    idle();
    let begin = Instant::now();
    let call = request("GET", "/services/data/v62.0/sobjects/Account/describe/compactLayouts", token, "");
    let sent: Vec<bool> = clients.iter_mut().map(|client| client.send(&call).is_ok()).collect();
    let answered = clients
        .iter_mut()
        .zip(sent)
        .filter_map(|(client, sent)| sent.then(|| client.receive().ok()).flatten())
        .filter(|answer| answer.status == 200)
        .count();
    Crowd { opening, answering: begin.elapsed(), failures: connections - answered }
}
