//! Writes a statement in SOQL.

use super::{
    schema::OBJECTS,
    statement::{Condition, Expr, GroupKind, Item, Literal, Order, Path, Piece, Statement, Style},
    value::{Datum, day},
};

const ALIAS: &str = "z";

/// The statement in SOQL.
pub(crate) fn soql(statement: &Statement) -> String {
    select(statement, OBJECTS[statement.object].name)
}

/// One query; `from` is its object, or the relationship to it.
fn select(statement: &Statement, from: &str) -> String {
    let writer = Writer { style: statement.style };
    let mut parts = vec![writer.word("SELECT"), join(&statement.items, ", ", |item| writer.item(item))];
    parts.push(writer.word("FROM"));
    parts.push(writer.word(from));
    if statement.style.alias {
        parts.push(ALIAS.to_owned());
    }
    if let Some(condition) = &statement.condition {
        parts.push(writer.word("WHERE"));
        parts.push(writer.condition(condition));
    }
    if let Some(grouping) = &statement.grouping {
        let keys = join(&grouping.keys, ", ", |key| writer.expr(key));
        parts.push(writer.word("GROUP BY"));
        parts.push(match grouping.kind {
            GroupKind::Plain => keys,
            GroupKind::Rollup => format!("{}({keys})", writer.word("ROLLUP")),
            GroupKind::Cube => format!("{}({keys})", writer.word("CUBE")),
        });
    }
    if let Some(having) = &statement.having {
        parts.push(writer.word("HAVING"));
        parts.push(writer.condition(having));
    }
    let mut order = statement.order.clone();
    if statement.style.id_last && statement.is_plain() {
        let id = Expr::Path(Path::own(OBJECTS[statement.object].field("Id")));
        if !order.iter().any(|term| term.expr == id) {
            order.push(Order { expr: id, descending: false, nulls_last: None });
        }
    }
    if !order.is_empty() {
        parts.push(writer.word("ORDER BY"));
        parts.push(join(&order, ", ", |term| writer.order(term)));
    }
    if let Some(limit) = statement.limit {
        parts.push(format!("{} {limit}", writer.word("LIMIT")));
    }
    if let Some(offset) = statement.offset {
        parts.push(format!("{} {offset}", writer.word("OFFSET")));
    }
    parts.join(" ")
}

fn join<T>(members: &[T], separator: &str, write: impl Fn(&T) -> String) -> String {
    members.iter().map(write).collect::<Vec<_>>().join(separator)
}

struct Writer {
    style: Style,
}

impl Writer {
    fn word(&self, word: &str) -> String {
        if self.style.lower { word.to_lowercase() } else { word.to_owned() }
    }

    fn item(&self, item: &Item) -> String {
        match item {
            Item::Expr(expr, None) => self.expr(expr),
            Item::Expr(expr, Some(alias)) => format!("{} {alias}", self.expr(expr)),
            Item::Children(relationship, _, statement) => format!("({})", select(statement, relationship)),
        }
    }

    fn path(&self, path: &Path) -> String {
        let names = self.word(&path.names().join("."));
        if self.style.alias { format!("{ALIAS}.{names}") } else { names }
    }

    fn expr(&self, expr: &Expr) -> String {
        let call = |name: &str, path: &Path| format!("{}({})", self.word(name), self.path(path));
        match expr {
            Expr::Path(path) => self.path(path),
            Expr::CountRows => self.word("COUNT()"),
            Expr::Aggregate(aggregate, path) => call(aggregate.name(), path),
            Expr::DateFunction(function, path) => call(function.name(), path),
            Expr::Grouping(path) => call("GROUPING", path),
        }
    }

    fn order(&self, term: &Order) -> String {
        let mut text = self.expr(&term.expr);
        if term.descending {
            text.push_str(&self.word(" DESC"));
        } else if self.style.odd {
            text.push_str(&self.word(" ASC"));
        }
        match term.nulls_last {
            Some(true) => text.push_str(&self.word(" NULLS LAST")),
            Some(false) => text.push_str(&self.word(" NULLS FIRST")),
            None => {}
        }
        text
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::All(members) => join(members, &self.word(" AND "), |member| self.nested(member)),
            Condition::Any(members) => join(members, &self.word(" OR "), |member| self.nested(member)),
            Condition::Not(member) => format!("{} {}", self.word("NOT"), self.nested(member)),
            Condition::Compare(expr, operator, literal) => {
                let left = self.expr(expr);
                format!("{left} {} {}", operator.soql(self.style.odd), self.literal(literal))
            }
            Condition::In { path, negated, members } => {
                let word = self.word(if *negated { "NOT IN" } else { "IN" });
                format!("{} {word} ({})", self.path(path), join(members, ", ", |member| self.datum(member)))
            }
            Condition::Like(expr, pieces) => {
                format!("{} {} {}", self.expr(expr), self.word("LIKE"), self.pattern(pieces))
            }
            Condition::Includes { path, negated, sets } => {
                let word = self.word(if *negated { "EXCLUDES" } else { "INCLUDES" });
                let sets = join(sets, ", ", |set| format!("'{}'", set.join(";")));
                format!("{} {word} ({sets})", self.path(path))
            }
            Condition::Join { path, negated, inner } => {
                let word = self.word(if *negated { "NOT IN" } else { "IN" });
                format!("{} {word} ({})", self.path(path), soql(inner))
            }
        }
    }

    /// A member of AND, OR and NOT: only a comparison stands without parentheses.
    fn nested(&self, condition: &Condition) -> String {
        let text = self.condition(condition);
        match condition {
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => format!("({text})"),
            _ if self.style.odd => format!("({text})"),
            _ => text,
        }
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Value(value) => self.datum(value),
            Literal::Period { text, .. } => self.word(text),
        }
    }

    fn datum(&self, datum: &Datum) -> String {
        const MINUTE: i64 = 60_000;
        match datum {
            Datum::Null => self.word("NULL"),
            Datum::Bool(value) => self.word(if *value { "TRUE" } else { "FALSE" }),
            Datum::Int(number) => number.to_string(),
            Datum::Number(number) if self.style.odd && *number != 0.0 => format!("{number:e}"),
            Datum::Number(number) => number.to_string(),
            Datum::Text(text) => self.quoted(text.chars().map(Piece::Char), false),
            Datum::Date(days) => day(*days).to_string(),
            Datum::DateTime(millis) if self.style.odd => {
                format!("{}+05:30", civil(*millis + 330 * MINUTE))
            }
            Datum::DateTime(millis) => format!("{}Z", civil(*millis)),
            Datum::Time(millis) => format!("{}Z", clock(*millis)),
            Datum::Id(id) if self.style.odd => format!("'{}'", &id[..15]),
            Datum::Id(id) => format!("'{id}'"),
        }
    }

    fn pattern(&self, pieces: &[Piece]) -> String {
        self.quoted(pieces.iter().copied(), true)
    }

    fn quoted(&self, pieces: impl Iterator<Item = Piece>, like: bool) -> String {
        let mut text = String::from("'");
        for piece in pieces {
            match piece {
                Piece::Any => text.push('%'),
                Piece::One => text.push('_'),
                Piece::Char(c @ ('%' | '_')) if like => text.extend(['\\', c]),
                Piece::Char(c @ ('\'' | '\\')) => text.extend(['\\', c]),
                Piece::Char('\n') => text.push_str("\\n"),
                Piece::Char('\t') => text.push_str(if self.style.odd { "\\T" } else { "\\t" }),
                Piece::Char('"') if self.style.odd => text.push_str("\\\""),
                Piece::Char('x') if self.style.odd => text.push_str("\\u0078"),
                Piece::Char(c) => text.push(c),
            }
        }
        text.push('\'');
        text
    }
}

fn civil(millis: i64) -> String {
    const DAY: i64 = 86_400_000;
    format!("{}T{}", day(millis.div_euclid(DAY)), clock(millis.rem_euclid(DAY)))
}

fn clock(millis: i64) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}
