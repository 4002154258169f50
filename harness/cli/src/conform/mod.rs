//! `mockorg conform`: the contract cases against any org, the mock or a sandbox, and `conform cleanup`.

mod arguments;
mod bar;
mod cleanup;
pub(crate) mod facts;
mod gaps;
pub(crate) mod ledgers;
mod outputs;
mod reference;
mod run;

pub(crate) use self::{
    arguments::ConformArguments,
    run::{conform, leftovers, unless_stopped},
};
