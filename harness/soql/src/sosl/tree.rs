//! The tree of one SOSL search. Every node that an error may point at carries a
//! [`Span`](crate::tree::Span).

use crate::tree::{Condition, Count, DataCategory, Name, OrderTerm, SelectItem, Span};

/// One search.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is searched for.
    pub term: Term,
    /// `IN … FIELDS`; without it all fields are searched.
    pub group: Option<SearchGroup>,
    /// The RETURNING clause in written order; empty without one.
    pub returning: Vec<Returning>,
    /// The WITH clauses in written order. One kind may be there more than once.
    pub with: Vec<SearchWith>,
    /// `LIMIT n` of the whole search.
    pub limit: Option<Count>,
    /// The UPDATE clause.
    pub updates: Vec<SearchUpdate>,
    /// The whole search.
    pub span: Span,
}

/// The search term with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The text between the braces as written, escapes included.
    pub text: Box<str>,
    /// Where that text stands, without the braces.
    pub span: Span,
    /// What the text means.
    pub expr: TermExpr,
}

/// What a search term means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermExpr {
    /// No row: what a term of more than 10,000 characters finds.
    Nothing,
    /// One word.
    Word(Word),
    /// Words in double quotes, which must follow each other; at least one.
    Phrase(Vec<Word>),
    /// Two or more members without an operator between them. Most objects want all of them;
    /// articles, documents and solutions want one.
    Adjacent(Vec<Self>),
    /// All must be found; two or more members. Only here, and not as the first member, may a
    /// [`Not`](Self::Not) stand.
    And(Vec<Self>),
    /// One must be found; two or more members.
    Or(Vec<Self>),
    /// `AND NOT`: must not be found.
    Not(Box<Self>),
}

/// A word: what stands between blanks, quotes and parentheses. It may hold punctuation that splits
/// it into several tokens of the index, as in `jane@example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Texts and wildcards; at least one. Texts are never empty and never follow each other.
    pub pieces: Vec<Piece>,
}

impl Word {
    /// The word's text when it has no wildcard.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// How many characters the word has, not counting wildcards.
    #[must_use]
    pub fn characters(&self) -> usize {
        let texts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.chars().count()),
            Piece::Any | Piece::One => None,
        });
        texts.sum()
    }
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters that stand for themselves, escapes resolved.
    Text(Box<str>),
    /// `*`: any characters, also none.
    Any,
    /// `?`: one character.
    One,
}

/// The fields that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchGroup {
    /// `IN ALL FIELDS`
    All,
    /// `IN NAME FIELDS`
    Name,
    /// `IN EMAIL FIELDS`
    Email,
    /// `IN PHONE FIELDS`
    Phone,
    /// `IN SIDEBAR FIELDS`
    Sidebar,
}

/// One object of the RETURNING clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Returning {
    /// The object.
    pub object: Name,
    /// The fields in parentheses; empty without parentheses. Only the variant
    /// [`SelectItem::Expr`] occurs.
    pub fields: Vec<SelectItem>,
    /// `USING ListView = name`.
    pub list_view: Option<Name>,
    /// The WHERE condition.
    pub condition: Option<Condition>,
    /// The ORDER BY terms.
    pub order_by: Vec<OrderTerm>,
    /// `LIMIT n` of this object.
    pub limit: Option<Count>,
    /// `OFFSET n` of this object.
    pub offset: Option<Count>,
    /// From the object's name to the closing parenthesis.
    pub span: Span,
}

/// A WITH clause with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchWith {
    /// Which one, and what it says.
    pub kind: WithKind,
    /// From WITH on.
    pub span: Span,
}

/// The WITH clauses.
#[derive(Clone, Debug, PartialEq)]
pub enum WithKind {
    /// `WITH DIVISION = 'Global'`
    Division(Quoted),
    /// `WITH DATA CATEGORY Geography__c AT Spain__c AND …`
    DataCategory(Vec<DataCategory>),
    /// `WITH SNIPPET` and `WITH SNIPPET(target_length = n)`
    Snippet(Option<Count>),
    /// `WITH NETWORK = 'id'` and `WITH NETWORK IN ('id', …)`; at least one id.
    Network(Vec<Quoted>),
    /// `WITH PricebookId = 'id'`
    PricebookId(Quoted),
    /// `WITH METADATA = 'LABELS'`
    Metadata(Quoted),
    /// `WITH HIGHLIGHT`
    Highlight,
    /// `WITH SPELL_CORRECTION = true`
    SpellCorrection(bool),
}

/// A quoted string with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Its value, escapes resolved.
    pub value: Box<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A member of the UPDATE clause with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchUpdate {
    /// Which one.
    pub kind: UpdateKind,
    /// Where it stands.
    pub span: Span,
}

/// The members of the UPDATE clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateKind {
    /// `UPDATE TRACKING`
    Tracking,
    /// `UPDATE VIEWSTAT`
    Viewstat,
}
