//! The texts of a field that repeats few values: each distinct text once for a chunk, and a code for each row.

use std::sync::Arc;

use super::{bits::Bits, column::reach, text::TextColumn};

/// How many distinct texts a chunk's column can have.
const CODES: usize = 256;
/// How many codes a clean-up must free to be worth it.
const ENOUGH: usize = CODES / 4;

/// Texts by position, through codes. The dictionary belongs to the chunk: chunks change on their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChoiceColumn {
    codes: Vec<u8>,
    texts: Vec<Arc<str>>,
    /// The codes in the order of their texts.
    order: Vec<u8>,
}

impl ChoiceColumn {
    /// The distinct texts by code. Equality is that of bytes. Some may belong to no row any more.
    #[must_use]
    pub(crate) fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The codes by position: meaningless where the column is null, and absent behind its last value.
    #[must_use]
    pub(crate) fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// The code at a position.
    #[must_use]
    pub(crate) fn code(&self, position: usize) -> u8 {
        self.codes.get(position).copied().unwrap_or_default()
    }

    /// The text at a position.
    #[must_use]
    pub(crate) fn get(&self, position: usize) -> &str {
        self.shared(position).map_or("", |text| text)
    }

    /// The text at a position, with its owner.
    pub(super) fn shared(&self, position: usize) -> Option<&Arc<str>> {
        self.texts.get(usize::from(self.code(position)))
    }

    /// Puts a text in place; `valid` are the rows that hold one. The text comes back when the rows have
    /// too many distinct ones.
    pub(super) fn set(&mut self, position: usize, text: Arc<str>, valid: &Bits) -> Result<(), Arc<str>> {
        let code = match self.find(&text) {
            Ok(code) => code,
            Err(_) if self.texts.len() == CODES && !self.clean_up(valid) => return Err(text),
            Err(_) => self.add(text),
        };
        reach(&mut self.codes, position, 0);
        self.codes[position] = code;
        Ok(())
    }

    /// The same texts without codes.
    pub(super) fn to_text(&self, valid: &Bits) -> Option<TextColumn> {
        let mut column = TextColumn::default();
        valid.iter().all(|position| column.set(position, self.get(position))).then_some(column)
    }

    pub(super) fn shrink(&mut self) {
        self.codes.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.order.shrink_to_fit();
    }

    /// The code of a text, or its place in the order.
    fn find(&self, text: &str) -> Result<u8, usize> {
        self.order
            .binary_search_by(|code| (*self.texts[usize::from(*code)]).cmp(text))
            .map(|at| self.order[at])
    }

    fn add(&mut self, text: Arc<str>) -> u8 {
        let code = self.texts.len() as u8;
        if let Err(at) = self.find(&text) {
            self.order.insert(at, code);
        }
        self.texts.push(text);
        code
    }

    /// Forgets the texts that no row holds; tells whether that freed enough codes.
    fn clean_up(&mut self, valid: &Bits) -> bool {
        let mut used = [false; CODES];
        valid.iter().for_each(|position| used[usize::from(self.code(position))] = true);
        if used.iter().filter(|used| !**used).count() < ENOUGH {
            return false;
        }
        let old = std::mem::take(self);
        let mut fresh = [0; CODES];
        for (code, text) in old.texts.into_iter().enumerate().filter(|(code, _)| used[*code]) {
            fresh[code] = self.add(text);
        }
        self.codes = old.codes.into_iter().map(|code| fresh[usize::from(code)]).collect();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_by_case_only_stay_apart() {
        let mut column = ChoiceColumn::default();
        let mut valid = Bits::none();
        for (position, text) in ["Hot", "hot", "Cold", "Hot"].into_iter().enumerate() {
            column.set(position, text.into(), &valid).unwrap();
            valid.set(position);
        }
        assert_eq!(column.texts().len(), 3);
        assert_eq!(column.code(0), column.code(3));
        assert_eq!((column.get(1), column.get(2)), ("hot", "Cold"));
        assert_eq!(column.codes().len(), 4);
    }

    #[test]
    fn texts_of_the_past_give_their_codes_back() {
        let mut column = ChoiceColumn::default();
        let mut valid = Bits::none();
        valid.set(0);
        valid.set(1);
        column.set(1, "stays".into(), &valid).unwrap();
        for number in 0..5000 {
            column.set(0, number.to_string().into(), &valid).unwrap();
            assert_eq!(column.get(0), number.to_string());
            assert_eq!(column.get(1), "stays");
        }
    }

    #[test]
    fn too_many_distinct_texts_are_handed_back() {
        let mut column = ChoiceColumn::default();
        let mut valid = Bits::none();
        let refused = (0..1000_usize).find(|position| {
            let refused = column.set(*position, position.to_string().into(), &valid).is_err();
            valid.set(*position);
            refused
        });
        assert_eq!(refused, Some(CODES));
        valid.unset(CODES);
        let text = column.to_text(&valid).unwrap();
        assert!((0..CODES).all(|position| text.get(position) == position.to_string()));
    }
}
