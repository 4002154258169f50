//! Random searches of the kind that the parser makes, with all spans at nothing, and a way to bring
//! parsed ones into that form.

use mockorg_soql::{
    sosl::{
        Piece, Quoted, Returning, Search, SearchGroup, SearchUpdate, SearchWith, Term, TermExpr, UpdateKind,
        WithKind, Word,
    },
    tree::{Count, DataCategory, Name, OrderTerm, SelectItem, Span},
};
use proptest::{
    collection::vec,
    option::of,
    prelude::{BoxedStrategy, Just, Strategy, any},
    prop_oneof,
    sample::select,
};

use crate::{
    erase,
    trees::{AT, condition, expr, name},
};

/// Sets every span of the search to nothing.
pub(crate) fn erase_search(search: &mut Search) {
    search.span = AT;
    search.term.span = AT;
    for returning in &mut search.returning {
        returning.span = AT;
        erase::name(&mut returning.object);
        returning.fields.iter_mut().for_each(erase::item);
        returning.list_view.iter_mut().for_each(erase::name);
        returning.condition.iter_mut().for_each(erase::condition);
        returning.order_by.iter_mut().for_each(|term| erase::expr(&mut term.expr));
        for count in [&mut returning.limit, &mut returning.offset].into_iter().flatten() {
            count.span = AT;
        }
    }
    for with in &mut search.with {
        with.span = AT;
        match &mut with.kind {
            WithKind::Division(text) | WithKind::PricebookId(text) | WithKind::Metadata(text) => {
                text.span = AT
            }
            WithKind::Network(texts) => texts.iter_mut().for_each(|text| text.span = AT),
            WithKind::DataCategory(filters) => filters.iter_mut().for_each(erase_filter),
            WithKind::Snippet(length) => length.iter_mut().for_each(|count| count.span = AT),
            WithKind::Highlight | WithKind::SpellCorrection(_) => {}
        }
    }
    search.limit.iter_mut().for_each(|count| count.span = AT);
    search.updates.iter_mut().for_each(|update| update.span = AT);
}

fn erase_filter(filter: &mut DataCategory) {
    erase::name(&mut filter.group);
    erase::name(&mut filter.selector);
    filter.categories.iter_mut().for_each(erase::name);
}

fn word() -> impl Strategy<Value = Word> + Clone {
    let text = prop_oneof![
        3 => "[a-zA-Z0-9@.,é東]{2,6}",
        1 => "[-+?&|!{}()^~*:\\\\\"'\\[\\]]{1,4}",
        1 => Just("not".to_owned()),
    ];
    let is_operator = |text: &str| text.eq_ignore_ascii_case("and") || text.eq_ignore_ascii_case("or");
    let piece = text
        .prop_filter("operator", move |text| !is_operator(text))
        .prop_map(|text| Piece::Text(text.into()));
    let wildcard = select(vec![Piece::Any, Piece::One]);
    (vec(wildcard.clone(), 0..2), piece, vec(wildcard, 0..3)).prop_map(|(mut pieces, text, tail)| {
        pieces.push(text);
        pieces.extend(tail);
        Word { pieces }
    })
}

/// Any expression of a term that has two characters or more.
pub(crate) fn term_expr() -> BoxedStrategy<TermExpr> {
    let padding = || Word { pieces: vec![Piece::Text("ab".into())] };
    let leaf = prop_oneof![
        2 => word().prop_map(TermExpr::Word),
        1 => vec(word(), 1..4).prop_map(TermExpr::Phrase),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let negated = (inner.clone(), any::<bool>()).prop_map(|(member, is_negated)| {
            if is_negated { TermExpr::Not(Box::new(member)) } else { member }
        });
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(TermExpr::Adjacent),
            vec(inner.clone(), 2..4).prop_map(TermExpr::Or),
            (inner, vec(negated, 1..3)).prop_map(|(first, rest)| {
                let mut members = vec![first];
                members.extend(rest);
                TermExpr::And(members)
            }),
        ]
    })
    .prop_map(move |expr| TermExpr::Or(vec![TermExpr::Word(padding()), expr]))
    .boxed()
}

fn text() -> impl Strategy<Value = Quoted> {
    "\\PC{0,10}".prop_map(|value| Quoted { value: value.into(), span: AT })
}

fn count() -> impl Strategy<Value = Count> {
    any::<i64>().prop_map(|value| Count { value, span: AT })
}

/// Aliases that begin no clause and so can stand behind a field.
fn alias() -> impl Strategy<Value = Name> {
    select(vec!["n", "label__c", "Offset", "Label"]).prop_map(|text| Name { text: text.into(), span: AT })
}

fn returning() -> impl Strategy<Value = Returning> {
    let field = (expr(), of(alias())).prop_map(|(expr, alias)| SelectItem::Expr { expr, alias });
    let term = (expr(), any::<bool>(), of(any::<bool>()))
        .prop_map(|(expr, descending, nulls_last)| OrderTerm { expr, descending, nulls_last });
    let inside =
        (vec(field, 1..4), of(name()), of(condition(None)), vec(term, 0..3), of(count()), of(count()));
    (name(), of(inside)).prop_map(|(object, inside)| match inside {
        Some((fields, list_view, condition, order_by, limit, offset)) => {
            Returning { object, fields, list_view, condition, order_by, limit, offset, span: AT }
        }
        None => Returning {
            object,
            fields: Vec::new(),
            list_view: None,
            condition: None,
            order_by: Vec::new(),
            limit: None,
            offset: None,
            span: AT,
        },
    })
}

fn with() -> impl Strategy<Value = SearchWith> {
    let category = (name(), select(vec!["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]), vec(name(), 1..3))
        .prop_map(|(group, selector, categories)| DataCategory {
            group,
            selector: Name { text: selector.into(), span: Span::default() },
            categories,
        });
    let kind = prop_oneof![
        text().prop_map(WithKind::Division),
        text().prop_map(WithKind::PricebookId),
        text().prop_map(WithKind::Metadata),
        vec(text(), 1..3).prop_map(WithKind::Network),
        vec(category, 1..3).prop_map(WithKind::DataCategory),
        of(count()).prop_map(WithKind::Snippet),
        Just(WithKind::Highlight),
        any::<bool>().prop_map(WithKind::SpellCorrection),
    ];
    kind.prop_map(|kind| SearchWith { kind, span: AT })
}

/// Any search.
pub(crate) fn search() -> BoxedStrategy<Search> {
    let term = term_expr().prop_map(|expr| Term { text: expr.to_string().into(), span: AT, expr });
    let group = select(vec![
        SearchGroup::All,
        SearchGroup::Name,
        SearchGroup::Email,
        SearchGroup::Phone,
        SearchGroup::Sidebar,
    ]);
    let update = select(vec![UpdateKind::Tracking, UpdateKind::Viewstat])
        .prop_map(|kind| SearchUpdate { kind, span: AT });
    (term, of(group), vec(returning(), 0..3), vec(with(), 0..3), of(count()), vec(update, 0..3))
        .prop_map(|(term, group, returning, with, limit, updates)| Search {
            term,
            group,
            returning,
            with,
            limit,
            updates,
            span: AT,
        })
        .boxed()
}
