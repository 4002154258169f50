//! How much a redaction takes away.

use std::sync::Arc;

use super::Vocabulary;

/// How much a redaction takes away.
#[derive(Debug, Clone, Default)]
pub enum Policy {
    /// For snapshots and comparisons: ids, times, tokens, hosts and counters get names, all other
    /// values stay as they are.
    #[default]
    Structure,
    /// For answers of a real org that are kept: besides, every text that the vocabulary does not
    /// have is replaced, and personal fields whatever they hold.
    Recording(Arc<Vocabulary>),
}
