//! Clients that work at once until the process dies, and are asked afterwards what they know.

use std::{sync::mpsc, thread, time::Duration};

use crate::{
    chance::Chance,
    client::Client,
    events::{Heard, Published},
    parcels::Parcels,
    process::Process,
    wholes::Wholes,
};

/// All clients of an org.
#[derive(Debug)]
pub(crate) struct Load {
    parcels: Vec<Parcels>,
    composites: Wholes,
    jobs: Wholes,
    published: Published,
    heard: Heard,
}

impl Load {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            parcels: (0..4).map(|worker| Parcels::new(worker, seed)).collect(),
            composites: Wholes::new("c"),
            jobs: Wholes::new("b"),
            published: Published::default(),
            heard: Heard::default(),
        }
    }

    /// Has all clients work, and kills the process after as many answers as chance picks, while requests are under
    /// way; gives what it complained of.
    pub(crate) fn until_killed(&mut self, process: Process, chance: &mut Chance) -> String {
        let (address, token) = (process.address().to_owned(), process.token().to_owned());
        let (ticks, counted) = mpsc::channel();
        let connect = || Ok::<_, std::io::Error>(Client::connect(&address, &token)?.counted(ticks.clone()));
        let answers = chance.below(400);
        thread::scope(|scope| {
            for parcels in &mut self.parcels {
                scope.spawn(move || connect().map(|mut client| parcels.work(&mut client)));
            }
            scope.spawn(|| connect().map(|mut client| self.composites.compose(&mut client)));
            scope.spawn(|| connect().map(|mut client| self.jobs.ingest(&mut client)));
            scope.spawn(|| connect().map(|mut client| self.published.publish(&mut client)));
            scope.spawn(|| connect().map(|mut client| self.heard.listen(&mut client)));
            for _ in 0..answers {
                counted.recv_timeout(Duration::from_secs(30)).unwrap();
            }
            process.kill()
        })
    }

    /// Holds the org that came back against what every client was told.
    pub(crate) fn check(&mut self, process: &Process) {
        let mut client = Client::connect(process.address(), process.token()).unwrap();
        self.parcels.iter_mut().for_each(|parcels| parcels.check(&mut client));
        self.composites.check(&mut client);
        self.jobs.check(&mut client);
        self.published.check(&mut client, &mut self.heard);
    }

    /// How many requests that change something were answered.
    pub(crate) fn answered(&self) -> u64 {
        let parcels: u64 = self.parcels.iter().map(|parcels| parcels.answered).sum();
        parcels + self.composites.answered + self.jobs.answered + self.published.answered
    }
}
