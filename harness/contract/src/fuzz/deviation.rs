//! What an org does otherwise than the model says, and where.

use std::fmt;

use crate::{answer::Exchange, json::Json};

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A member.
    Key(&'static str),
    /// An item, counted from zero.
    Item(usize),
}

/// One difference between an answer and the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Which request of the life it is, counted from zero.
    pub exchange: usize,
    /// What the model says.
    pub claim: Claim,
    /// What the org answered.
    pub got: String,
}

/// What the model says about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The HTTP status.
    Status(u16),
    /// A value in the body; `None` when nothing is said but that another one is wrong.
    Body(Vec<Part>, Option<Json>),
    /// Something that no single value shows.
    Whole,
}

impl Deviation {
    /// A value in the body of an answer.
    pub(crate) fn at(exchange: usize, place: Vec<Part>, expected: Json, got: Option<&Json>) -> Self {
        let got = got.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        Self { exchange, claim: Claim::Body(place, Some(expected)), got }
    }

    pub(crate) fn status(exchange: usize, expected: u16, got: u16, body: &str) -> Self {
        Self { exchange, claim: Claim::Status(expected), got: format!("{got} {body}") }
    }

    pub(crate) fn said(exchange: usize, got: String) -> Self {
        Self { exchange, claim: Claim::Whole, got }
    }

    /// Makes the answer what the model says, as far as it says anything: so that a case which is
    /// written from the exchange expects the right thing.
    pub(crate) fn correct(&self, exchange: &mut Exchange) {
        match &self.claim {
            Claim::Whole => {}
            Claim::Status(status) => {
                exchange.answer.status = *status;
                exchange.answer.body.clear();
            }
            Claim::Body(place, value) => {
                if let Ok(mut body) = exchange.answer.json() {
                    set(&mut body, place, value.as_ref());
                    exchange.answer.body = body.to_string().into_bytes();
                }
            }
        }
    }
}

/// Replaces a value, or takes it away.
fn set(json: &mut Json, place: &[Part], value: Option<&Json>) {
    let Some((first, rest)) = place.split_first() else {
        json.clone_from(value.unwrap_or(&Json::Null));
        return;
    };
    match (first, json) {
        (Part::Item(at), Json::Array(items)) => {
            if let Some(item) = items.get_mut(*at) {
                set(item, rest, value);
            }
        }
        (Part::Key(name), Json::Object(members)) => {
            let at = members.iter().position(|(own, _)| own == name);
            match (at, rest, value) {
                (Some(at), [], None) => drop(members.remove(at)),
                (Some(at), _, _) => set(&mut members[at].1, rest, value),
                (None, [], Some(value)) => members.push(((*name).to_owned(), value.clone())),
                (None, _, _) => {}
            }
        }
        _ => {}
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.claim {
            Claim::Status(status) => write!(f, "status: expected {status}, got {}", self.got),
            Claim::Whole => f.write_str(&self.got),
            Claim::Body(place, expected) => {
                f.write_str("$")?;
                for part in place {
                    match part {
                        Part::Key(name) => write!(f, ".{name}")?,
                        Part::Item(at) => write!(f, "[{at}]")?,
                    }
                }
                match expected {
                    Some(expected) => write!(f, ": expected {expected}, got {}", self.got),
                    None => write!(f, ": not expected: {}", self.got),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn an_answer_is_made_what_the_model_says() {
        let mut body = parse(r#"{"records":[{"A":1.0,"B":2.0}],"done":true}"#).unwrap();
        let place = |name| [Part::Key("records"), Part::Item(0), Part::Key(name)];
        set(&mut body, &place("A"), Some(&Json::Number("3.0".to_owned())));
        set(&mut body, &place("C"), Some(&Json::Null));
        set(&mut body, &place("B"), None);
        assert_eq!(body.to_string(), r#"{"records":[{"A":3.0,"C":null}],"done":true}"#);
    }

    #[test]
    fn a_deviation_names_its_place_and_both_values() {
        let place = vec![Part::Key("records"), Part::Item(2), Part::Key("Mrr")];
        let deviation = Deviation::at(4, place, Json::Number("1.0".to_owned()), Some(&Json::Null));
        assert_eq!(deviation.to_string(), "$.records[2].Mrr: expected 1.0, got null");
    }
}
