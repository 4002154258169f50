//! Seeing what a client sends, before and after.

use std::fmt;

use crate::{answer::Answer, request::Request};

/// Sees every request before it is sent, and every answer before the next request.
///
/// For records that must outlive a crash: what it writes in [`Witness::before`] is there whatever becomes of the
/// request.
pub trait Witness: fmt::Debug + Send + Sync {
    /// A request is about to be sent. The number comes back with its answer.
    ///
    /// # Errors
    ///
    /// Why the request must not be sent.
    fn before(&self, request: &Request) -> Result<u64, String>;

    /// What became of the request; without an answer nobody knows whether it was carried out, unless nobody
    /// was `reached`.
    ///
    /// # Errors
    ///
    /// Why no further request should be sent.
    fn after(
        &self,
        number: u64,
        request: &Request,
        answer: Option<&Answer>,
        reached: bool,
    ) -> Result<(), String>;
}
