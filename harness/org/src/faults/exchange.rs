//! Plans of requests: the shell asks for them before the org is called, as it is there that they strike.

use serde::{Deserialize, Serialize};

use super::{
    plan::Fault,
    registry::{Facts, Place},
};
use crate::{Org, Timestamp, operation::Operation};

/// A request, as far as plans can ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExchangeFacts {
    /// The resource, by the id of the endpoint index.
    pub endpoint: Box<str>,
    /// The method.
    pub method: Box<str>,
    /// The access token; by it the user is found.
    #[serde(default)]
    pub token: Option<Box<str>>,
    /// The object that the path names.
    #[serde(default)]
    pub object: Option<Box<str>>,
}

impl Org {
    /// Whether [`Org::strike_exchange`] has anything to look for.
    #[must_use]
    pub const fn has_exchange_faults(&self) -> bool {
        self.faults.at(Place::Exchange)
    }

    /// What strikes a request: any number of [`Fault::Latency`] and [`Fault::Body`], and one at most of those that end
    /// it. Requests that no plan could strike leave nothing behind.
    pub fn strike_exchange(&mut self, now: Timestamp, exchange: &ExchangeFacts) -> Vec<Fault> {
        if !self.has_exchange_faults() {
            return Vec::new();
        }
        let user = match &exchange.token {
            Some(token) if self.faults.asks(Place::Exchange, |scope| !scope.users.is_empty()) => {
                self.session_user(now, token).and_then(|user| self.user_name(user))
            }
            _ => None,
        };
        let object = exchange.object.as_deref();
        let facts = Facts {
            objects: object.as_slice(),
            user: user.as_deref(),
            endpoint: Some(&exchange.endpoint),
            method: Some(&exchange.method),
            ..Facts::default()
        };
        if !self.faults.could_strike(now, Place::Exchange, &facts) {
            return Vec::new();
        }
        self.tape.write(|| Operation::StrikeExchange { at: now, exchange: Box::new(exchange.clone()) });
        self.faults.strike_all(now, &facts)
    }
}
