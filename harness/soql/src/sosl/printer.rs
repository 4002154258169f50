//! The printer: a tree as a search again. Parsing what it prints gives an equal tree, apart from the
//! spans.

use std::fmt::{self, Display, Formatter, Write};

use super::{
    term_scan::is_reserved,
    tree::{
        Piece, Quoted, Returning, Search, SearchGroup, SearchUpdate, SearchWith, Term, TermExpr, UpdateKind,
        WithKind, Word,
    },
};
use crate::printer::{list, order_and_counts, quoted, separated};

impl Display for Search {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FIND {}", self.term)?;
        if let Some(group) = self.group {
            write!(f, " IN {group} FIELDS")?;
        }
        if !self.returning.is_empty() {
            f.write_str(" RETURNING ")?;
            list(f, &self.returning)?;
        }
        for with in &self.with {
            write!(f, " {with}")?;
        }
        if let Some(limit) = &self.limit {
            write!(f, " LIMIT {}", limit.value)?;
        }
        if !self.updates.is_empty() {
            f.write_str(" UPDATE ")?;
            list(f, &self.updates)?;
        }
        Ok(())
    }
}

/// The term in its braces, as it was written.
impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.text)
    }
}

/// The expression without braces, reserved characters escaped.
impl Display for TermExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Word(word) => word.fmt(f),
            Self::Phrase(words) => {
                f.write_char('"')?;
                separated(f, words, " ")?;
                f.write_char('"')
            }
            Self::Adjacent(members) => chain(f, members, " ", Self::is_unit),
            Self::And(members) => {
                let is_plain = |member: &Self| {
                    !matches!(member, Self::And(_) | Self::Or(_)) && !member.begins_with_not()
                };
                chain(f, members, " AND ", is_plain)
            }
            Self::Or(members) => chain(f, members, " OR ", |member| !matches!(member, Self::Or(_))),
            Self::Not(negated) if negated.is_unit() => write!(f, "NOT {negated}"),
            Self::Not(negated) => write!(f, "NOT ({negated})"),
        }
    }
}

impl TermExpr {
    fn is_unit(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Phrase(_))
    }

    /// Whether the printed expression begins with a word that behind AND would be the operator.
    fn begins_with_not(&self) -> bool {
        match self {
            Self::Word(word) => word.plain().is_some_and(|text| text.eq_ignore_ascii_case("not")),
            Self::Adjacent(members) => members.first().is_some_and(Self::begins_with_not),
            _ => false,
        }
    }
}

/// Writes the members of a chain, those that are not plain in parentheses.
fn chain(
    f: &mut Formatter<'_>,
    members: &[TermExpr],
    separator: &str,
    is_plain: impl Fn(&TermExpr) -> bool,
) -> fmt::Result {
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        if is_plain(member) {
            member.fmt(f)?;
        } else {
            write!(f, "({member})")?;
        }
    }
    Ok(())
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| piece.fmt(f))
    }
}

impl Display for Piece {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Text(text) => text,
            Self::Any => return f.write_char('*'),
            Self::One => return f.write_char('?'),
        };
        for character in text.chars() {
            if is_reserved(character) {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        Ok(())
    }
}

impl Display for SearchGroup {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "ALL",
            Self::Name => "NAME",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Sidebar => "SIDEBAR",
        })
    }
}

impl Display for Returning {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)?;
        if self.fields.is_empty() {
            return Ok(());
        }
        f.write_char('(')?;
        list(f, &self.fields)?;
        if let Some(list_view) = &self.list_view {
            write!(f, " USING ListView = {list_view}")?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        order_and_counts(f, &self.order_by, self.limit.as_ref(), self.offset.as_ref())?;
        f.write_char(')')
    }
}

impl Display for SearchWith {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("WITH ")?;
        match &self.kind {
            WithKind::Division(name) => write!(f, "DIVISION = {name}"),
            WithKind::DataCategory(filters) => {
                f.write_str("DATA CATEGORY ")?;
                separated(f, filters, " AND ")
            }
            WithKind::Snippet(None) => f.write_str("SNIPPET"),
            WithKind::Snippet(Some(length)) => write!(f, "SNIPPET(target_length = {})", length.value),
            WithKind::Network(networks) => match networks.as_slice() {
                [network] => write!(f, "NETWORK = {network}"),
                _ => {
                    f.write_str("NETWORK IN (")?;
                    list(f, networks)?;
                    f.write_char(')')
                }
            },
            WithKind::PricebookId(id) => write!(f, "PricebookId = {id}"),
            WithKind::Metadata(what) => write!(f, "METADATA = {what}"),
            WithKind::Highlight => f.write_str("HIGHLIGHT"),
            WithKind::SpellCorrection(is_on) => write!(f, "SPELL_CORRECTION = {is_on}"),
        }
    }
}

impl Display for Quoted {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        quoted(f, &self.value)
    }
}

impl Display for SearchUpdate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            UpdateKind::Tracking => "TRACKING",
            UpdateKind::Viewstat => "VIEWSTAT",
        })
    }
}
