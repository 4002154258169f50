//! An answer as the expectations of a step: values that stay, shapes of values that change.

use std::collections::{BTreeMap, VecDeque};

use super::{
    is_secret_member,
    render::{Piece, Renderer, shape},
    shape::{is_auto_number, is_date, is_datetime, is_opaque},
    sources::path_to,
    template::{literal, named, object, text},
};
use crate::{answer::Exchange, json::Json};

/// How many places one answer is held against.
const MOST_PLACES: usize = 400;
/// How many items of a list are looked at.
const MOST_ITEMS: usize = 25;
/// The longest text that is expected word for word, in bytes.
const LONGEST_TEXT: usize = 2_000;

/// Numbers that are other ones in each run.
const CHANGING: [&str; 8] = [
    "replayId",
    "ReplayId",
    "Remaining",
    "issued_at",
    "expires_in",
    "sequenceNumber",
    "commitNumber",
    "transactionKey",
];

/// The expectations of an answer. `sent` is all that clients have sent up to here: dates that stand there are kept.
pub(super) fn expectation(renderer: &mut Renderer, exchange: &Exchange, turn: usize, sent: &str) -> Json {
    let answer = &exchange.answer;
    let mut members = vec![("status", Json::Number(answer.status.to_string()))];
    if exchange.request.method == "HEAD" {
        return object(members);
    }
    if answer.body.is_empty() {
        members.push(("text", text("")));
        return object(members);
    }
    match answer.json() {
        Ok(body) => {
            let places = places(renderer, &body, turn, sent);
            members.push(("json", Json::Object(places.into_iter().collect())));
        }
        Err(_) => {
            if let Some(kind) = answer.header("content-type").and_then(|kind| kind.split(';').next()) {
                let shape = object([("matches", text(format!("{}*", kind.trim())))]);
                members.push(("headers", object([("Content-Type", shape)])));
            }
        }
    }
    object(members)
}

/// What is expected at each place, the nearest to the top first where there are too many.
pub(super) fn places(
    renderer: &mut Renderer,
    body: &Json,
    turn: usize,
    sent: &str,
) -> BTreeMap<String, Json> {
    let mut places = BTreeMap::new();
    let mut open = VecDeque::from([("$".to_owned(), "", body)]);
    while let Some((path, key, value)) = open.pop_front() {
        if places.len() >= MOST_PLACES {
            break;
        }
        match value {
            Json::Array(items) if items.is_empty() => {
                places.insert(path, Json::Array(Vec::new()));
            }
            Json::Array(items) => {
                places.insert(format!("{path}.length()"), Json::Number(items.len().to_string()));
                for (index, item) in items.iter().take(MOST_ITEMS).enumerate() {
                    open.push_back((format!("{path}[{index}]"), key, item));
                }
            }
            Json::Object(pairs) if pairs.is_empty() => {
                places.insert(path, object([("equals", Json::Object(Vec::new()))]));
            }
            Json::Object(pairs) => {
                for (key, member) in pairs {
                    if let Some(path) = path_to(&path, key) {
                        open.push_back((path, key, member));
                    }
                }
            }
            Json::Number(_) if CHANGING.contains(&key) => {
                places.insert(path, kind_of(value));
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {
                places.insert(path, value.clone());
            }
            Json::String(words) => {
                places.insert(path, expected_text(renderer, key, words, turn, sent));
            }
        }
    }
    places
}

fn expected_text(renderer: &mut Renderer, key: &str, words: &str, turn: usize, sent: &str) -> Json {
    let of_shape = |shape: &str| object([("matches", text(shape))]);
    if is_secret_member(key) || CHANGING.contains(&key) || words.len() > LONGEST_TEXT {
        return kind_of(&Json::String(String::new()));
    }
    let was_sent = || sent.contains(words);
    if is_datetime(words) && !was_sent() {
        return of_shape("####-##-##T##:##:##*");
    }
    if is_date(words) && !was_sent() {
        return of_shape("####-##-##");
    }
    if is_auto_number(words) && !was_sent() {
        let digits = |letter: char| if letter.is_ascii_digit() { '#' } else { letter };
        return of_shape(&words.chars().map(digits).collect::<String>());
    }
    let pieces = renderer.pieces(words, turn, true);
    match pieces.as_slice() {
        [Piece::Other { prefix, .. }] if !prefix.is_empty() => {
            object([("prefix", literal(prefix)), ("length", Json::Number(words.chars().count().to_string()))])
        }
        pieces if pieces.iter().any(|piece| matches!(piece, Piece::Other { .. })) => of_shape(&shape(pieces)),
        pieces if pieces.iter().any(|piece| matches!(piece, Piece::Name { .. })) => named(pieces),
        _ if is_opaque(words) => kind_of(&Json::String(String::new())),
        _ => literal(words),
    }
}

fn kind_of(value: &Json) -> Json {
    object([("type", text(value.kind()))])
}
