//! SOAP, as far as clients use it to log in.

mod call;
mod envelope;
mod write;

pub(crate) use call::{call, only_post};
