//! The texts of one field in one chunk, end to end in one piece of memory.

use super::column::reach;

/// How much text that no row holds any more is not worth moving the rest for.
const LITTLE: usize = 1024;

/// Texts by position. A place without text reads as the empty text; the column knows which are null.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextColumn {
    arena: String,
    /// Where each row's text begins, and its length in bytes.
    spans: Vec<(u32, u32)>,
    /// How many bytes of the arena belong to no row.
    garbage: usize,
}

impl TextColumn {
    /// The text at a position.
    #[must_use]
    pub(crate) fn get(&self, position: usize) -> &str {
        let (start, len) = self.spans.get(position).copied().unwrap_or_default();
        self.arena.get(start as usize..start as usize + len as usize).unwrap_or_default()
    }

    /// Puts a text in place. `false` when the chunk's texts would pass 4 GiB: then nothing is changed.
    #[must_use]
    pub(super) fn set(&mut self, position: usize, text: &str) -> bool {
        let (start, len) = self.spans.get(position).copied().unwrap_or_default();
        if len as usize == text.len() {
            let start = start as usize;
            if self.get(position) != text {
                self.arena.replace_range(start..start + text.len(), text);
            }
            reach(&mut self.spans, position, (0, 0));
            return true;
        }
        if u32::try_from(self.arena.len() + text.len()).is_err() {
            return false;
        }
        self.clear(position);
        reach(&mut self.spans, position, (0, 0));
        self.spans[position] = (self.arena.len() as u32, text.len() as u32);
        self.arena.push_str(text);
        true
    }

    /// Gives up the text at a position.
    pub(super) fn clear(&mut self, position: usize) {
        let Some(span) = self.spans.get_mut(position) else { return };
        self.garbage += span.1 as usize;
        *span = (0, 0);
        if self.garbage > LITTLE && self.garbage > self.arena.len() / 2 {
            self.compact();
        }
    }

    /// Gives back memory that is held for growth.
    pub(super) fn shrink(&mut self) {
        if self.garbage > 0 {
            self.compact();
        }
        self.arena.shrink_to_fit();
        self.spans.shrink_to_fit();
    }

    fn compact(&mut self) {
        let mut arena = String::with_capacity(self.arena.len() - self.garbage);
        for span in &mut self.spans {
            let start = arena.len() as u32;
            arena.push_str(&self.arena[span.0 as usize..span.0 as usize + span.1 as usize]);
            span.0 = start;
        }
        self.arena = arena;
        self.garbage = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_replaced_by_shorter_longer_and_equally_long_ones() {
        let mut column = TextColumn::default();
        for (position, text) in
            [(3, "äöü"), (0, "Acme"), (3, "abcdef"), (0, "Acme Corporation"), (0, ""), (1, "ß")]
        {
            assert!(column.set(position, text));
            assert_eq!(column.get(position), text);
        }
        assert_eq!((column.get(0), column.get(1), column.get(2), column.get(3)), ("", "ß", "", "abcdef"));
        assert_eq!(column.get(900), "");
    }

    #[test]
    fn a_text_that_changes_all_the_time_does_not_pile_up() {
        let mut column = TextColumn::default();
        assert!(column.set(1, "neighbour"));
        for number in 0..10_000_usize {
            assert!(column.set(0, &"x".repeat(number % 100)));
        }
        assert!(column.arena.capacity() < 8 * LITTLE, "{}", column.arena.capacity());
        assert_eq!(column.get(1), "neighbour");
        column.shrink();
        assert_eq!(column.arena.len(), 99 + "neighbour".len());
    }
}
