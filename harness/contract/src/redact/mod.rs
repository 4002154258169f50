//! Redaction: what differs from org to org and from run to run gets names, and the structure stays.
//!
//! * [`Redactor`] – names values by first appearance; equal values get equal names
//! * [`RedactedExchange`] – an exchange that can be compared and kept
//! * [`Vocabulary`] – the words that may stand in recordings of a real org; everything else is replaced

mod body;
mod exchange;
mod ids;
mod personal;
mod policy;
mod recording;
mod redactor;
mod scan;
mod vocabulary;
mod xml;

pub use self::{
    body::Body, exchange::RedactedExchange, policy::Policy, redactor::Redactor, vocabulary::Vocabulary,
};
