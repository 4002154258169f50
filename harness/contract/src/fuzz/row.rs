//! A row of a query's answer, with its place in the answer.

use crate::{
    fuzz::{
        deviation::{Claim, Deviation, Part},
        time,
        wire::{Reply, number, text},
    },
    json::Json,
    model::money::{self, Hundredths},
};

/// A row of an answer.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    json: &'a Json,
    exchange: usize,
    place: Vec<Part>,
}

/// The rows of an answer.
pub(crate) fn rows(reply: &Reply) -> Vec<Row<'_>> {
    below(&reply.body, reply.at, &[])
}

fn below<'a>(result: &'a Json, exchange: usize, place: &[Part]) -> Vec<Row<'a>> {
    let items = result.get("records").and_then(Json::items).unwrap_or_default();
    let row = |(at, json)| {
        let mut place = place.to_vec();
        place.extend([Part::Key("records"), Part::Item(at)]);
        Row { json, exchange, place }
    };
    items.iter().enumerate().map(row).collect()
}

impl<'a> Row<'a> {
    /// The rows of a subquery.
    pub(crate) fn children(&self, name: &'static str) -> Vec<Self> {
        let mut place = self.place.clone();
        place.push(Part::Key(name));
        self.json.get(name).map_or_else(Vec::new, |result| below(result, self.exchange, &place))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.json.get(name).and_then(Json::as_str)
    }

    /// A member that is not what the model says.
    pub(crate) fn wrong(&self, name: &'static str, expected: Json) -> Deviation {
        Deviation::at(self.exchange, self.within(name), expected, self.json.get(name))
    }

    /// A member of a row that the model does not know.
    pub(crate) fn unknown(&self, name: &'static str) -> Deviation {
        Deviation {
            exchange: self.exchange,
            claim: Claim::Body(self.within(name), None),
            got: self.json.to_string(),
        }
    }

    fn within(&self, name: &'static str) -> Vec<Part> {
        let mut place = self.place.clone();
        place.push(Part::Key(name));
        place
    }

    pub(crate) fn says(&self, name: &'static str, expected: &str, found: &mut Vec<Deviation>) {
        if self.text(name) != Some(expected) {
            found.push(self.wrong(name, text(expected)));
        }
    }

    /// Compares an instant, in seconds.
    pub(crate) fn time(&self, name: &'static str, expected: Option<i64>, found: &mut Vec<Deviation>) {
        let got = self.text(name).and_then(time::millis);
        let is_empty = self.json.get(name) == Some(&Json::Null);
        if got != expected.map(|seconds| seconds * 1000) || (got.is_none() && !is_empty) {
            found.push(self.wrong(name, expected.map_or(Json::Null, |seconds| text(time::text(seconds)))));
        }
    }

    pub(crate) fn money(&self, name: &'static str, expected: Hundredths, found: &mut Vec<Deviation>) {
        if self.json.get(name).and_then(hundredths) != Some(expected) {
            found.push(self.wrong(name, number(decimal(expected))));
        }
    }

    pub(crate) fn count(&self, name: &'static str, expected: usize, found: &mut Vec<Deviation>) {
        let expected = number(expected.to_string());
        if self.json.get(name) != Some(&expected) {
            found.push(self.wrong(name, expected));
        }
    }
}

/// A number with at most two decimals.
fn hundredths(json: &Json) -> Option<Hundredths> {
    let Json::Number(text) = json else { return None };
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if let ("" | "0" | "00", Ok(whole)) = (rest, whole.parse::<Hundredths>()) {
        return Some(whole * 100);
    }
    let number: f64 = text.parse::<f64>().ok()? * 100.0;
    let is_whole = (number - number.round()).abs() < 1e-4;
    // Whatever has more digits than this is no amount of a life.
    (is_whole && number.abs() < 9e15).then_some(number.round() as i64).map(Hundredths::from)
}

/// The number as the API answers it: without needless zeros, but never without a decimal.
fn decimal(value: Hundredths) -> String {
    let text = money::text(value);
    text.strip_suffix('0').map(ToOwned::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_as_the_api_does() {
        let read = |text: &str| hundredths(&number(text));
        assert_eq!((read("12.0"), read("-0.05"), read("1.0E7")), (Some(1200), Some(-5), Some(1_000_000_000)));
        assert_eq!((read("1.005"), hundredths(&Json::Null)), (None, None));
        assert_eq!(
            (decimal(1200), decimal(-1205), decimal(50)),
            ("12.0".into(), "-12.05".into(), "0.5".into())
        );
    }
}
