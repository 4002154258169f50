//! From a text that was sent or answered to the text of a case: names in the place of captured values.

use super::{
    shape::{is_id, is_opaque, is_run, is_uuid},
    sources::Sources,
};

/// What the texts of one case are written with.
#[derive(Debug)]
pub(super) struct Renderer {
    pub(super) sources: Sources,
    pub(super) base_url: Option<String>,
    /// The whole number of the API version that the case names `{version}`.
    pub(super) version: Option<u16>,
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Written as it stands.
    Text(&'t str),
    /// A value that has this name; it stood there as `text`.
    Name { name: String, text: &'t str },
    /// A value that is another one in each run, with what it always begins with.
    Other { prefix: &'t str, text: &'t str },
}

impl Renderer {
    /// The text of a request: what earlier answers gave is named.
    pub(super) fn request(&mut self, text: &str, turn: usize) -> String {
        template(&self.pieces(text, turn, false))
    }

    /// The parts of a text. With `exactly`, ids are named only when they were written just so.
    pub(super) fn pieces<'t>(&mut self, text: &'t str, turn: usize, exactly: bool) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        for piece in self.hosts(text) {
            match piece {
                Piece::Text(text) => {
                    for piece in self.versions(text) {
                        match piece {
                            Piece::Text(text) => self.runs(text, turn, exactly, &mut pieces),
                            other => pieces.push(other),
                        }
                    }
                }
                other => pieces.push(other),
            }
        }
        pieces
    }

    fn hosts<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let Some(base) = self.base_url.as_deref().filter(|base| !base.is_empty()) else {
            return vec![Piece::Text(text)];
        };
        let mut pieces = Vec::new();
        let mut from = 0;
        for (at, found) in text.match_indices(base) {
            // A longer port or host name is another one.
            if text[at + found.len()..].starts_with(|next: char| next.is_ascii_alphanumeric()) {
                continue;
            }
            push_text(&mut pieces, &text[from..at]);
            pieces.push(Piece::Name { name: "baseUrl".to_owned(), text: found });
            from = at + found.len();
        }
        push_text(&mut pieces, &text[from..]);
        pieces
    }

    fn versions<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let Some(version) = self.version else { return vec![Piece::Text(text)] };
        let mut pieces = Vec::new();
        let mut from = 0;
        let number = format!("{version}.0");
        for (at, found) in text.match_indices(&number) {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            let ends = !after.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '.');
            let (start, name) = if before.ends_with("/services/data/v") {
                (at - 1, "version")
            } else if ["/services/Soap/u/", "/services/Soap/c/", "/cometd/"]
                .iter()
                .any(|path| before.ends_with(path))
            {
                (at, "apiVersion")
            } else {
                continue;
            };
            if ends && start >= from {
                push_text(&mut pieces, &text[from..start]);
                from = at + found.len();
                pieces.push(Piece::Name { name: name.to_owned(), text: &text[start..from] });
            }
        }
        push_text(&mut pieces, &text[from..]);
        pieces
    }

    fn runs<'t>(&mut self, text: &'t str, turn: usize, exactly: bool, pieces: &mut Vec<Piece<'t>>) {
        let mut from = 0;
        for (start, run) in split(text, is_run).into_iter().filter(|(_, run)| run.len() >= 12) {
            let mut found = |at: usize, piece: Piece<'t>, length: usize| {
                if at > from {
                    pieces.push(Piece::Text(&text[from..at]));
                }
                pieces.push(piece);
                from = at + length;
            };
            if let Some(name) = self.sources.name(run, turn, exactly) {
                found(start, Piece::Name { name, text: run }, run.len());
                continue;
            }
            if is_uuid(run) {
                found(start, Piece::Other { prefix: "", text: run }, run.len());
                continue;
            }
            for (at, part) in split(run, |letter| letter.is_ascii_alphanumeric()) {
                let piece = if let Some(name) = self.sources.name(part, turn, exactly) {
                    Piece::Name { name, text: part }
                } else if is_id(part) {
                    Piece::Other { prefix: &part[..3], text: part }
                } else if is_opaque(part) {
                    Piece::Other { prefix: "", text: part }
                } else {
                    continue;
                };
                found(start + at, piece, part.len());
            }
        }
        if from < text.len() {
            pieces.push(Piece::Text(&text[from..]));
        }
    }
}

fn push_text<'t>(pieces: &mut Vec<Piece<'t>>, text: &'t str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

/// The longest runs of such characters with their places, in order.
fn split(text: &str, inside: impl Fn(u8) -> bool) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte.is_ascii() && inside(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push((from, &text[from..at]));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    runs.extend(start.map(|from| (from, &text[from..])));
    runs
}

/// The pieces as a template that gives the text again: names in braces, other values as they stand.
pub(super) fn template(pieces: &[Piece<'_>]) -> String {
    written(pieces, escape_braces)
}

/// The pieces as a shape that fits every run; see [`crate::expected`].
pub(super) fn shape(pieces: &[Piece<'_>]) -> String {
    let literal = |text: &str| {
        let marked = text.replace('\\', "\\\\").replace('*', "\\*").replace('#', "\\#");
        escape_braces(&marked)
    };
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Other { prefix, .. } => {
                text.push_str(&literal(prefix));
                text.push('*');
            }
            _ => text.push_str(&written(&pieces[at..=at], literal)),
        }
    }
    text
}

fn written(pieces: &[Piece<'_>], literal: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(part) | Piece::Other { text: part, .. } => text.push_str(&literal(part)),
            Piece::Name { name, text: original } => {
                let before = at.checked_sub(1).and_then(|at| pieces.get(at));
                let after = pieces.get(at + 1);
                // Doubled braces would stand for themselves.
                let doubled = matches!(before, Some(Piece::Text(text)) if text.ends_with('{'))
                    && matches!(after, Some(Piece::Text(text)) if text.starts_with('}'));
                if doubled {
                    text.push_str(original);
                } else {
                    text.push('{');
                    text.push_str(name);
                    text.push('}');
                }
            }
        }
    }
    text
}

/// Doubles the braces of what would be read as a name.
pub(super) fn escape_braces(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        escaped.push_str(&rest[..open]);
        rest = &rest[open..];
        let inner = &rest[1..];
        let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        match end {
            Some(end)
                if end > 0
                    && inner[end..].starts_with('}')
                    && inner.starts_with(|letter: char| letter.is_ascii_alphabetic()) =>
            {
                escaped.push_str("{{");
                escaped.push_str(&inner[..end]);
                escaped.push_str("}}");
                rest = &inner[end + 1..];
            }
            _ => {
                escaped.push('{');
                rest = inner;
            }
        }
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::template::expand;

    #[test]
    fn braces_that_would_be_names_survive_the_template() {
        for text in
            ["{a}", "{{a}}", "{{{a}}}", "{a}}", "{{a}", "{", "{}", "{a b}{c}", "x{9}{é}{_a}", "{a{b}c}"]
        {
            assert_eq!(expand(&escape_braces(text), &BTreeMap::new()).unwrap(), text, "{text}");
        }
    }
}
