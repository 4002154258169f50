//! Comparing two redacted exchanges.

use super::{Deviation, Rules, What, align};
use crate::{
    expected::shorten,
    json::Json,
    redact::{Body, RedactedExchange},
};

/// Every difference between the answers of a reference and a target to the same request, in the
/// order of the reference.
///
/// Both must be redacted, each by one redactor for all exchanges of its case. Lists of named items
/// are aligned by name, so that one further field of a describe is one difference.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{diff::{differences, Rules}, json, redact::{Body, RedactedExchange}};
///
/// let answer = |text: &str| -> Result<RedactedExchange, json::JsonError> {
///     Ok(RedactedExchange {
///         label: "step 1".into(),
///         method: "GET".into(),
///         path: "/services/data/v62.0/sobjects/Account/describe".into(),
///         request_body: Body::Empty,
///         status: 200,
///         headers: Vec::new(),
///         body: Body::Json(json::parse(text)?),
///     })
/// };
/// let reference = answer(r#"{"fields":[{"name":"Id"},{"name":"Name","length":255}]}"#)?;
/// let target = answer(r#"{"fields":[{"name":"Id"},{"name":"Fax"},{"name":"Name","length":80}]}"#)?;
/// let found = differences(&reference, &target, &Rules::default());
/// let places: Vec<_> = found.iter().map(|deviation| deviation.path.as_str()).collect();
/// assert_eq!(places, ["$.fields[Name].length", "$.fields[Fax]"]);
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn differences(reference: &RedactedExchange, target: &RedactedExchange, rules: &Rules) -> Vec<Deviation> {
    let path = reference.path.split('?').next().unwrap_or_default();
    let mut found = Found { rules, path, deviations: Vec::new() };
    if reference.status != target.status {
        let (left, right) = (reference.status.to_string(), target.status.to_string());
        found.add("status".to_owned(), What::AnyValue, left, right);
    }
    found.headers(&reference.headers, &target.headers);
    match (&reference.body, &target.body) {
        (Body::Json(left), Body::Json(right)) => found.values("$", left, right),
        (left, right) if left != right => {
            let what = if std::mem::discriminant(left) == std::mem::discriminant(right) {
                What::AnyValue
            } else {
                What::AnyType
            };
            let (left, right) = first_difference(&left.pretty(), &right.pretty());
            found.add("body".to_owned(), what, left, right);
        }
        _ => {}
    }
    found.deviations
}

struct Found<'a> {
    rules: &'a Rules,
    path: &'a str,
    deviations: Vec<Deviation>,
}

impl Found<'_> {
    fn add(&mut self, at: String, what: What, reference: String, target: String) {
        let rule = self.rules.excuse(self.path, &at, what).map(|rule| rule.id.clone());
        let would_excuse = Rules::suggest(self.path, &at, what);
        self.deviations.push(Deviation { path: at, what, reference, target, rule, would_excuse });
    }

    fn headers(&mut self, reference: &[(String, String)], target: &[(String, String)]) {
        let find = |headers: &[(String, String)], name: &str| {
            headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
        };
        for (name, value) in reference {
            let at = format!("header {name}");
            match find(target, name) {
                Some(other) if other == *value => {}
                Some(other) => self.add(at, What::AnyValue, value.clone(), other),
                None => self.add(at, What::MissingMember, value.clone(), String::new()),
            }
        }
        for (name, value) in target {
            if find(reference, name).is_none() {
                self.add(format!("header {name}"), What::ExtraMember, String::new(), value.clone());
            }
        }
    }

    fn values(&mut self, at: &str, left: &Json, right: &Json) {
        match (left, right) {
            (Json::Object(left), Json::Object(right)) => self.objects(at, left, right),
            (Json::Array(left), Json::Array(right)) => self.arrays(at, left, right),
            _ if left.same(right) => {}
            _ => {
                let what = if left.kind() == right.kind() { What::AnyValue } else { What::AnyType };
                self.add(at.to_owned(), what, shorten(left), shorten(right));
            }
        }
    }

    fn objects(&mut self, at: &str, left: &[(String, Json)], right: &[(String, Json)]) {
        let find = |pairs: &[(String, Json)], key: &str| pairs.iter().position(|(own, _)| own == key);
        for (key, value) in left {
            let at = format!("{at}.{key}");
            match find(right, key) {
                Some(found) => self.values(&at, value, &right[found].1),
                None => self.add(at, What::MissingMember, shorten(value), String::new()),
            }
        }
        for (key, value) in right {
            if find(left, key).is_none() {
                self.add(format!("{at}.{key}"), What::ExtraMember, String::new(), shorten(value));
            }
        }
        let keys = |pairs: &[(String, Json)], others: &[(String, Json)]| -> Vec<String> {
            pairs.iter().filter(|(key, _)| find(others, key).is_some()).map(|(key, _)| key.clone()).collect()
        };
        self.order(at, &keys(left, right), &keys(right, left));
    }

    fn arrays(&mut self, at: &str, left: &[Json], right: &[Json]) {
        let Some((left_names, right_names)) = align::names(left, right) else {
            for (index, pair) in left.iter().zip(right).enumerate() {
                self.values(&format!("{at}[{index}]"), pair.0, pair.1);
            }
            for (index, item) in left.iter().enumerate().skip(right.len()) {
                self.add(format!("{at}[{index}]"), What::MissingItem, shorten(item), String::new());
            }
            for (index, item) in right.iter().enumerate().skip(left.len()) {
                self.add(format!("{at}[{index}]"), What::ExtraItem, String::new(), shorten(item));
            }
            return;
        };
        for (name, item) in left_names.iter().zip(left) {
            let at = format!("{at}[{name}]");
            match right_names.iter().position(|other| other == name) {
                Some(index) => self.values(&at, item, &right[index]),
                None => self.add(at, What::MissingItem, shorten(item), String::new()),
            }
        }
        for (name, item) in right_names.iter().zip(right) {
            if !left_names.contains(name) {
                self.add(format!("{at}[{name}]"), What::ExtraItem, String::new(), shorten(item));
            }
        }
        let common = |names: &[String], others: &[String]| -> Vec<String> {
            names.iter().filter(|name| others.contains(name)).cloned().collect()
        };
        self.order(at, &common(&left_names, &right_names), &common(&right_names, &left_names));
    }

    fn order(&mut self, at: &str, left: &[String], right: &[String]) {
        if let Some(first) = left.iter().zip(right).position(|(one, two)| one != two) {
            let shown = |names: &[String]| {
                let part: Vec<_> = names.iter().skip(first).take(4).map(String::as_str).collect();
                format!("… {} …", part.join(", "))
            };
            self.add(at.to_owned(), What::Order, shown(left), shown(right));
        }
    }
}

/// The first lines that differ.
fn first_difference(left: &str, right: &str) -> (String, String) {
    let (mut one, mut two) = (left.lines(), right.lines());
    loop {
        match (one.next(), two.next()) {
            (Some(left), Some(right)) if left == right => {}
            (left, right) => {
                let shown = |line: Option<&str>| line.map(|line| shorten(&Json::String(line.to_owned())));
                return (shown(left).unwrap_or_default(), shown(right).unwrap_or_default());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn answer(body: &str) -> RedactedExchange {
        RedactedExchange {
            label: String::new(),
            method: "GET".to_owned(),
            path: "/services/data/v62.0/limits?x=1".to_owned(),
            request_body: Body::Empty,
            status: 200,
            headers: Vec::new(),
            body: Body::Json(parse(body).unwrap()),
        }
    }

    fn found(left: &str, right: &str) -> Vec<(String, What)> {
        let found = differences(&answer(left), &answer(right), &Rules::default());
        found.into_iter().map(|deviation| (deviation.path, deviation.what)).collect()
    }

    #[test]
    fn each_kind_of_difference_is_told_apart() {
        let one = |path: &str, what| vec![(path.to_owned(), what)];
        assert_eq!(found(r#"{"a":1}"#, r#"{"a":2}"#), one("$.a", What::AnyValue));
        assert_eq!(found(r#"{"a":1}"#, r#"{"a":1.0}"#), one("$.a", What::AnyType));
        assert_eq!(found(r#"{"a":1}"#, "{}"), one("$.a", What::MissingMember));
        assert_eq!(found("{}", r#"{"a":1}"#), one("$.a", What::ExtraMember));
        assert_eq!(found(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#), one("$", What::Order));
        assert_eq!(found("[1,2]", "[1]"), one("$[1]", What::MissingItem));
        assert_eq!(found(r#"["a","c"]"#, r#"["a","b","c"]"#), one("$[b]", What::ExtraItem));
        assert_eq!(
            found(r#"[{"name":"a"},{"name":"b"}]"#, r#"[{"name":"b"},{"name":"a"}]"#),
            one("$", What::Order)
        );
    }

    #[test]
    fn a_suggested_rule_excuses_what_it_was_made_for_in_other_versions_too() {
        let (left, right) = (answer(r#"{"A":{"Max":1}}"#), answer(r#"{"A":{"Max":2}}"#));
        let mut rule = differences(&left, &right, &Rules::default()).remove(0).would_excuse;
        assert_eq!(
            (rule.id.as_str(), rule.path.as_str()),
            ("limits-a-max-any-value", "/services/data/*/limits")
        );
        rule.reason = "the edition decides".to_owned();
        let rules = Rules::parse(&serde_json::to_string(&[rule]).unwrap()).unwrap();
        let excused = differences(&left, &right, &rules);
        assert!(excused.iter().all(|deviation| !deviation.counts()));
        assert!(rules.unused(&excused).is_empty());
        assert_eq!(rules.unused(&[]).len(), 1);
    }
}
