//! A search term made ready to be held against records.

use std::collections::BTreeMap;

use mockorg_soql::sosl::TermExpr;

use super::{
    fields::{FieldKind, SearchedField},
    pattern::{self, Sequence},
    tokens::Tokens,
};
use crate::RecordView;

/// How many digits at the end of a telephone number find it, whatever stands between them.
const PHONE_ENDINGS: [usize; 3] = [4, 7, 10];

/// A search term made ready: its words and phrases once each, and what must be found of them.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    rule: Option<Rule>,
    sequences: Vec<Sequence>,
    known: BTreeMap<Sequence, usize>,
    /// The sequences by their first token, where that is a certain one.
    by_token: BTreeMap<Box<str>, Vec<usize>>,
    /// The sequences by what their first token begins with, where a wildcard follows.
    by_prefix: BTreeMap<Box<str>, Vec<usize>>,
    /// The bytes of the longest such beginning.
    longest_prefix: usize,
    /// The sequences that are numbers, by their digits.
    by_digits: BTreeMap<Box<str>, Vec<usize>>,
}

/// What must be found.
#[derive(Debug)]
enum Rule {
    Found(usize),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl Rule {
    fn holds(&self, found: &[bool]) -> bool {
        match self {
            Self::Found(sequence) => found.get(*sequence).copied().unwrap_or_default(),
            Self::All(rules) => rules.iter().all(|rule| rule.holds(found)),
            Self::Any(rules) => rules.iter().any(|rule| rule.holds(found)),
            Self::Not(rule) => !rule.holds(found),
        }
    }
}

impl Matcher {
    /// Makes a term ready. `any_word` tells whether one of several words without an operator is enough.
    pub(super) fn new(term: &TermExpr, any_word: bool) -> Self {
        let mut matcher = Self::default();
        matcher.rule = matcher.rule(term, any_word);
        matcher
    }

    /// One sequence of tokens; an empty one is never found.
    pub(super) fn of_sequence(sequence: Sequence) -> Self {
        let mut matcher = Self::default();
        matcher.rule = matcher.found(sequence);
        matcher
    }

    /// What must be found; nothing where a term has no token, as with punctuation alone.
    fn rule(&mut self, term: &TermExpr, any_word: bool) -> Option<Rule> {
        match term {
            TermExpr::Nothing => None,
            TermExpr::Word(word) => self.found(pattern::sequence(std::slice::from_ref(word))),
            TermExpr::Phrase(words) => self.found(pattern::sequence(words)),
            TermExpr::Adjacent(members) if any_word => self.rules(members, any_word).map(Rule::Any),
            TermExpr::Adjacent(members) | TermExpr::And(members) => {
                // What is only not to be found finds nothing.
                let rules = self.rules(members, any_word)?;
                rules.iter().any(|rule| !matches!(rule, Rule::Not(_))).then_some(Rule::All(rules))
            }
            TermExpr::Or(members) => self.rules(members, any_word).map(Rule::Any),
            TermExpr::Not(member) => Some(Rule::Not(Box::new(self.rule(member, any_word)?))),
        }
    }

    fn rules(&mut self, members: &[TermExpr], any_word: bool) -> Option<Vec<Rule>> {
        let rules: Vec<_> = members.iter().filter_map(|member| self.rule(member, any_word)).collect();
        (!rules.is_empty()).then_some(rules)
    }

    fn found(&mut self, sequence: Sequence) -> Option<Rule> {
        if let Some(index) = self.known.get(&sequence) {
            return Some(Rule::Found(*index));
        }
        let index = self.sequences.len();
        let first = sequence.first()?;
        if first.is_exact() {
            self.by_token.entry(first.prefix.clone()).or_default().push(index);
        } else {
            self.longest_prefix = self.longest_prefix.max(first.prefix.len());
            self.by_prefix.entry(first.prefix.clone()).or_default().push(index);
        }
        if sequence.iter().all(|token| token.is_exact() && token.prefix.chars().all(char::is_numeric)) {
            let digits: String = sequence.iter().map(|token| &*token.prefix).collect();
            self.by_digits.entry(digits.into()).or_default().push(index);
        }
        self.known.insert(sequence.clone(), index);
        self.sequences.push(sequence);
        Some(Rule::Found(index))
    }
}

/// Holds the records of one object against a term.
#[derive(Debug)]
pub(super) struct Finder<'m> {
    matcher: &'m Matcher,
    fields: Vec<SearchedField>,
    tokens: Tokens,
    /// For each sequence, whether the record at hand has it.
    found: Vec<bool>,
}

impl<'m> Finder<'m> {
    /// Looks into these fields.
    pub(super) fn new(matcher: &'m Matcher, fields: Vec<SearchedField>) -> Self {
        Self { matcher, fields, tokens: Tokens::default(), found: vec![false; matcher.sequences.len()] }
    }

    /// Whether the record has what the term asks for. Its words may stand in different fields, those of
    /// a phrase may not.
    pub(super) fn finds(&mut self, record: RecordView<'_>) -> bool {
        let Some(rule) = &self.matcher.rule else { return false };
        self.found.fill(false);
        let mut has_text = false;
        for index in 0..self.fields.len() {
            let Some(field) = self.fields.get(index).copied() else { continue };
            let Some(text) = record.at(field.slot).as_text() else { continue };
            has_text = true;
            self.tokens.read(text, field.kind == FieldKind::Html);
            self.look(field.kind);
        }
        has_text && rule.holds(&self.found)
    }

    fn look(&mut self, kind: FieldKind) {
        for at in 0..self.tokens.len() {
            let Some(token) = self.tokens.get(at) else { continue };
            let matcher = self.matcher;
            if let Some(candidates) = matcher.by_token.get(token) {
                check(matcher, &self.tokens, (candidates, at), kind, &mut self.found);
            }
            let plain = without_zeros(token, kind);
            if plain.len() < token.len()
                && let Some(candidates) = matcher.by_token.get(plain)
            {
                check(matcher, &self.tokens, (candidates, at), kind, &mut self.found);
            }
            if !matcher.by_prefix.is_empty() {
                for end in 1..=token.len().min(matcher.longest_prefix) {
                    if let Some(candidates) = token.get(..end).and_then(|start| matcher.by_prefix.get(start))
                    {
                        check(matcher, &self.tokens, (candidates, at), kind, &mut self.found);
                    }
                }
            }
        }
        if kind == FieldKind::Phone && !self.matcher.by_digits.is_empty() && self.tokens.is_number() {
            self.look_at_number();
        }
    }

    /// Telephone numbers are also found by their last parts, written without what stands between them.
    fn look_at_number(&mut self) {
        let digits = self.tokens.from(0);
        let parts = (0..self.tokens.len()).map(|at| self.tokens.from(at));
        let endings =
            PHONE_ENDINGS.iter().filter_map(|length| digits.get(digits.len().checked_sub(*length)?..));
        for ending in parts.chain(endings) {
            for sequence in self.matcher.by_digits.get(ending).into_iter().flatten() {
                if let Some(found) = self.found.get_mut(*sequence) {
                    *found = true;
                }
            }
        }
    }
}

/// Notes which of the candidates, whose first token may stand at `at`, do so with all their tokens.
fn check(
    matcher: &Matcher,
    tokens: &Tokens,
    (candidates, at): (&[usize], usize),
    kind: FieldKind,
    found: &mut [bool],
) {
    for candidate in candidates {
        let (Some(sequence), Some(found)) = (matcher.sequences.get(*candidate), found.get_mut(*candidate))
        else {
            continue;
        };
        *found = *found
            || sequence.iter().enumerate().all(|(offset, pattern)| {
                tokens.get(at + offset).is_some_and(|token| {
                    pattern.matches(token) || pattern.matches(without_zeros(token, kind))
                })
            });
    }
}

/// A token of a field that numbers its records is also found without its leading zeros.
fn without_zeros(token: &str, kind: FieldKind) -> &str {
    if kind == FieldKind::AutoNumber { token.trim_start_matches('0') } else { token }
}
