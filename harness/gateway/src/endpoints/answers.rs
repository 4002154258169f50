//! Answers that endpoints of several areas give.

/// All that is not named otherwise: the platform's list of errors.
pub(super) const ERRORS: (&str, &str) = ("default", "error-array");
