//! What a reader of the documentation expects of subscriptions: a model that shares no code with any org.
//!
//! [`Model`] knows assets, orders, prices and jobs; it predicts what becomes of sales, renewals, amendments and
//! cancellations – every period, every cent, every failure – and needs neither network nor clock. The same
//! model is held against the state machine itself and, step by step over HTTP, against any org.
//!
//! * [`asset`] – an asset with its periods and its ledger
//! * [`rules`] – what requests and orders do to assets
//! * [`step`] – the steps of a life, as data
//! * [`bundles`] – what has to lie ready in an org file
//! * [`money`] and [`calendar`] – the model's own arithmetic

pub mod asset;
pub mod bundles;
pub mod calendar;
pub mod money;
pub mod rules;
pub mod step;
#[cfg(feature = "fuzz")]
pub mod strategy;
mod words;

pub use self::{
    asset::{Asset, Entry, Period, Sale, Selling},
    rules::{Fault, Job, Line, LineAction, Model, Order, Task},
    step::Step,
};
