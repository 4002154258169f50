//! Life-cycle fuzzing: random lives of subscriptions over HTTP, held against the model step by step.
//!
//! A life is a list of [`Step`](crate::model::Step)s. Each is performed with REST calls only; afterwards assets,
//! periods, actions, trackers and the error log are read with SOQL and compared with the
//! [model](crate::model), and every answer is held against the schemas. When org and model disagree, the life is made
//! as short as it can be, and told in words, as a case file, as curl lines, and as the seed that draws it again.
//!
//! * [`fuzz`] – one run against one org
//! * [`Finding`] – a disagreement
//! * [`Regression`] – a life that is lived first in every run

mod check;
mod deviation;
mod finding;
mod fuzzer;
mod life;
mod low_level;
mod org;
mod perform;
mod regression;
mod row;
mod shrink;
mod time;
mod wire;
mod world;

pub use self::{
    deviation::{Claim, Deviation, Part},
    finding::{Finding, Origin},
    fuzzer::{FuzzError, Fuzzed, Options, fuzz},
    regression::{Regression, load_regressions},
};
