//! Answers of the control surface as people read them: members one under the other, lists as tables.

use std::fmt::Write as _;

use mockorg_contract::Json;

/// How wide a cell of a table may be, but for those of its last column.
const WIDEST: usize = 60;

/// An answer as lines.
pub(super) fn shown(answer: &Json) -> String {
    let mut text = String::new();
    if let Json::Object(members) = answer {
        show_members(&mut text, members);
    } else {
        show_value(&mut text, answer);
    }
    text.truncate(text.trim_end().len());
    text
}

fn show_members(text: &mut String, members: &[(String, Json)]) {
    let width = members.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, value) in members.iter().filter(|(_, value)| !is_list(value)) {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{name:<width$}  {}", plain(value));
    }
    for (name, value) in members.iter().filter(|(_, value)| is_list(value)) {
        let count = value.items().map_or(0, <[Json]>::len);
        let _ = writeln!(text, "{name}: {count}");
        show_value(text, value);
    }
}

fn is_list(value: &Json) -> bool {
    value.items().is_some_and(|items| items.iter().all(|item| matches!(item, Json::Object(_))))
}

fn show_value(text: &mut String, value: &Json) {
    let Some(items) = value.items().filter(|_| is_list(value)) else {
        let _ = writeln!(text, "{}", plain(value));
        return;
    };
    let mut names: Vec<&str> = Vec::new();
    for name in items.iter().filter_map(Json::keys).flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let cell = |item: &Json, name: &str| {
        let text = item.get(name).map(plain).unwrap_or_default();
        if names.last() == Some(&name) { text } else { cut(&text) }
    };
    let rows: Vec<Vec<String>> =
        items.iter().map(|item| names.iter().map(|name| cell(item, name)).collect()).collect();
    let head: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let width = |at: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    if rows.is_empty() {
        return;
    }
    for row in [&head].into_iter().chain(&rows) {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, " {cell:<width$} ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// A text as it is, everything else as JSON; nothing for null.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Json::Null => "-".to_owned(),
        _ => value.to_string(),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use mockorg_contract::json::parse;

    use super::*;

    #[test]
    fn members_stand_under_each_other_and_lists_are_tables() {
        let answer = r#"{"now":"n","kind":"manual","happened":[{"at":"a","kind":"jobEnded","status":null},{"at":"b","count":2}]}"#;
        assert_eq!(
            shown(&parse(answer).unwrap()),
            "now       n\nkind      manual\nhappened: 2\n  at  kind      status  count\n  a   jobEnded  -\n  b                     2"
        );
        let long = "x".repeat(70);
        let answer = format!(r#"{{"all":[{{"name":"{long}","payload":"{long}"}}]}}"#);
        let text = shown(&parse(&answer).unwrap());
        assert!(text.contains(&format!(" {}…  {long}", &long[..59])), "{text}");
        assert_eq!(shown(&parse(r#"{"stubs":[]}"#).unwrap()), "stubs: 0");
        assert_eq!(shown(&parse("[]").unwrap()), "");
    }

    #[test]
    fn texts_cannot_steer_the_terminal() {
        let answer = parse(r#"{"name":"a\u001b[2J\nb"}"#).unwrap();
        assert_eq!(shown(&answer), "name  a [2J b");
    }
}
