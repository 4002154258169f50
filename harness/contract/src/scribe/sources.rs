//! Where the values of earlier answers stand, and the names under which they are captured.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use super::shape::{is_id, is_reference, is_uuid, key_of};
use crate::{answer::Exchange, json::Json, path::segments};

/// How many values one answer is asked for.
const MOST: usize = 20_000;

/// A value that an answer gave.
#[derive(Debug)]
struct Source {
    /// The turn whose answer gave it first.
    turn: usize,
    /// Its JSON path, or `header:` with a name.
    place: String,
    /// The value as it was written.
    text: String,
    /// What its name begins with.
    base: String,
    /// Whether it is a part of an address, and no value of its own.
    part: bool,
    /// Its name, once it is used.
    name: Option<String>,
}

/// The values of all answers, in order.
#[derive(Debug, Default)]
pub(super) struct Sources {
    by_key: HashMap<String, Source>,
    counts: BTreeMap<String, usize>,
}

impl Sources {
    /// Adds what the answer of a turn gives.
    pub(super) fn read(&mut self, turn: usize, exchange: &Exchange) {
        if let Ok(body) = exchange.answer.json() {
            let mut left = MOST;
            let object = object_of(exchange.request.path_only());
            self.walk(&body, &Place { turn, path: "$", key: "", object: &object }, &mut left);
        }
        if let Some(location) = exchange.answer.header("location") {
            self.add(turn, "header:location".to_owned(), location, "location".to_owned());
        }
    }

    fn walk(&mut self, value: &Json, place: &Place<'_>, left: &mut usize) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
            Json::String(text) if is_reference(text) && !super::is_secret_member(place.key) => {
                self.add(place.turn, place.path.to_owned(), text, base_of(place, text));
                if text.starts_with("/services/") || text.contains("://") {
                    self.add_parts(place, text);
                }
            }
            Json::String(_) => {}
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{}[{index}]", place.path);
                    self.walk(item, &Place { path: &path, ..*place }, left);
                }
            }
            Json::Object(pairs) => {
                let own = value.get("attributes").and_then(|attributes| attributes.get("type"));
                let object = own.and_then(Json::as_str).unwrap_or(place.object);
                for (key, member) in pairs {
                    if let Some(path) = path_to(place.path, key) {
                        self.walk(member, &Place { path: &path, key, object, turn: place.turn }, left);
                    }
                }
            }
        }
    }

    fn add(&mut self, turn: usize, place: String, text: &str, base: String) {
        let source = Source { turn, place, text: text.to_owned(), base, part: false, name: None };
        match self.by_key.entry(key_of(text).to_owned()) {
            // The address of a record often stands before its id.
            Entry::Occupied(mut known) if known.get().part && known.get().turn == turn => {
                known.insert(source);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(source);
            }
        }
    }

    /// Adds the ids in an address: clients take them out of it.
    fn add_parts(&mut self, place: &Place<'_>, address: &str) {
        let segments: Vec<&str> = segments(address).collect();
        for (index, segment) in segments.iter().enumerate() {
            if !is_id(segment) && !is_uuid(segment) {
                continue;
            }
            let object = segments.get(index + 1).copied().unwrap_or(place.key);
            let base = base_of(&Place { key: "id", object, ..*place }, segment);
            let source = Source {
                turn: place.turn,
                place: format!("{}.segment({index})", place.path),
                text: (*segment).to_owned(),
                base,
                part: true,
                name: None,
            };
            self.by_key.entry(key_of(segment).to_owned()).or_insert(source);
        }
    }

    /// Whether a value was only ever given as a part of an address.
    pub(super) fn is_part(&self, text: &str) -> bool {
        self.by_key.get(key_of(text)).is_some_and(|source| source.part)
    }

    /// The name of a value that an answer before this turn gave.
    ///
    /// With `exactly`, only when it was written just so: ids come with and without their last three characters.
    pub(super) fn name(&mut self, text: &str, before: usize, exactly: bool) -> Option<String> {
        let Self { by_key, counts } = self;
        let source = by_key.get_mut(key_of(text))?;
        if source.turn >= before || (exactly && source.text != text) {
            return None;
        }
        let name = source.name.get_or_insert_with(|| {
            let count = counts.entry(source.base.clone()).or_default();
            *count += 1;
            format!("{}{count}", source.base)
        });
        Some(name.clone())
    }

    /// What has to be captured from the answer of a turn: name and place, in the order of the names.
    pub(super) fn captured(&self, turn: usize) -> BTreeMap<&str, &str> {
        let used = self.by_key.values().filter(|source| source.turn == turn);
        used.filter_map(|source| Some((source.name.as_deref()?, source.place.as_str()))).collect()
    }
}

/// Where a walk stands.
struct Place<'a> {
    turn: usize,
    path: &'a str,
    key: &'a str,
    object: &'a str,
}

/// What the name of a value begins with: the object of an id, or the member that holds the value.
fn base_of(place: &Place<'_>, text: &str) -> String {
    let key = place.key;
    let word = if is_id(text) {
        let owner = key.strip_suffix("Id").unwrap_or(key);
        if key.eq_ignore_ascii_case("id") || owner.is_empty() { place.object } else { owner }
    } else {
        key
    };
    let word = word.trim_end_matches("__c").trim_end_matches("__e");
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let mut letters = plain.chars();
    match letters.next() {
        // A digit at the end would run into the number of the name.
        Some(first) => {
            let word = format!("{}{}", first.to_ascii_lowercase(), letters.as_str());
            word.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned()
        }
        None => "value".to_owned(),
    }
}

/// The object that a path is about: `Account` in `/services/data/v62.0/sobjects/Account/…`.
fn object_of(path: &str) -> String {
    let rest = path.split_once("/sobjects/").map(|(_, rest)| rest).unwrap_or_default();
    let object = rest.split('/').next().unwrap_or_default();
    if object.is_empty() { "value".to_owned() } else { object.to_owned() }
}

/// The JSON path of a member; `None` for the rare key that no path can name.
pub(super) fn path_to(parent: &str, key: &str) -> Option<String> {
    let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ':');
    if !key.is_empty() && key.chars().all(is_name) {
        return Some(format!("{parent}.{key}"));
    }
    (!key.contains("\"]")).then(|| format!("{parent}[\"{key}\"]"))
}
