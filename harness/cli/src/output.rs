//! The only place that writes to the terminal.

use std::io::{self, Write as _};

/// Writes lines to standard output.
///
/// A reader who has gone, as behind `| head`, is no reason to stop an org.
pub(crate) fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Writes an error or a warning to standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "mockorg: {text}");
}

/// Writes to standard error what is no error: what is going to happen, and what has become of it.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
