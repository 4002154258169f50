//! Runs searches.

use std::sync::Arc;

use mockorg_soql::{
    TextEra, caret_block,
    sosl::{Returning, Search, SearchError, SearchGroup, WithKind, parse_search},
};

use super::{
    fields::searched,
    matcher::{Finder, Matcher},
    scope::{group_in, is_any_word_enough},
    share::share,
};
use crate::{
    ApiError, ApiVersion, ErrorCode, Org, PageSink, RecordView, Reply, Row, SearchResult, ctx::Ctx,
    query::Returned, sink::PageTree,
};

/// How many rows a search answers at most.
pub(super) const MOST_ROWS: usize = 2000;
/// How many objects RETURNING may name, of which each is searched anew. The platform's own limit is not on
/// record.
const MOST_OBJECTS: usize = 100;

impl Org {
    /// Runs a search.
    ///
    /// # Errors
    ///
    /// `MALFORMED_SEARCH`, `INVALID_TYPE`, `INVALID_TYPE_FOR_OPERATION`, and what a query over the
    /// objects of the RETURNING clause can be refused with.
    pub(crate) fn search(&self, ctx: &Ctx, sosl: &str) -> Result<Reply, ApiError> {
        let search = parse_search(sosl).map_err(|error| refused(&error, sosl, ctx.version))?;
        self.run_search(ctx, sosl, &search)
    }

    /// Runs a search that has been parsed from `sosl`.
    pub(super) fn run_search(&self, ctx: &Ctx, sosl: &str, search: &Search) -> Result<Reply, ApiError> {
        let wants_labels = check_with(search)?;
        let most = match &search.limit {
            None => MOST_ROWS,
            Some(limit) => usize::try_from(limit.value)
                .map_err(|_| {
                    malformed(&caret_block(sosl, limit.span.start, "Limit must be a non-negative value"))
                })?
                .min(MOST_ROWS),
        };
        let returned = self.returned(ctx, sosl, search)?;
        let group = search.group.unwrap_or(SearchGroup::All);
        let matchers = [false, true].map(|any_word| Matcher::new(&search.term.expr, any_word));
        let [all_words, any_word] = &matchers;
        let found: Vec<_> = returned
            .iter()
            .map(|returned| {
                let object = self.catalog.object(returned.object());
                let matcher = if is_any_word_enough(object) { any_word } else { all_words };
                let mut finder = Finder::new(matcher, searched(ctx, object, group_in(object, group)));
                let most = returned.limit.unwrap_or(MOST_ROWS).min(MOST_ROWS);
                returned.find(self, ctx, |record| finder.finds(record), most)
            })
            .collect();
        let rows = self.rows_of(ctx, &returned, &found, most);
        let is_shown = |rows: usize| !search.returning.is_empty() || rows > 0;
        let labels = wants_labels.then(|| {
            let shown = returned.iter().zip(&found).filter(|(_, records)| is_shown(records.len()));
            shown.map(|(returned, _)| (self.name_of(returned), returned.labels.clone())).collect()
        });
        Ok(Reply::SearchResult(Box::new(SearchResult { rows, labels })))
    }

    /// What is answered of each object.
    fn returned(&self, ctx: &Ctx, sosl: &str, search: &Search) -> Result<Vec<Returned>, ApiError> {
        if search.returning.is_empty() {
            return Ok(self.search_scope(ctx).map(Returned::ids).collect());
        }
        let one = |returning: &Returning| {
            // An object that is not there is refused as in a query.
            self.searchable(ctx, &returning.object.text)?;
            Returned::resolve(self, ctx, sosl, returning)
        };
        if search.returning.len() > MOST_OBJECTS {
            return Err(malformed(&format!("a search may return at most {MOST_OBJECTS} objects")));
        }
        let returned: Vec<_> = search.returning.iter().map(one).collect::<Result<_, _>>()?;
        if returned.len() > 1 && search.returning.iter().any(|returning| returning.offset.is_some()) {
            // The platform refuses this, too; its words are not on record.
            return Err(malformed("OFFSET can be used only when searching a single object"));
        }
        Ok(returned)
    }

    /// The records as rows, shared out so that no more than `most` are answered.
    pub(super) fn rows_of(
        &self,
        ctx: &Ctx,
        returned: &[Returned],
        found: &[Vec<RecordView<'_>>],
        most: usize,
    ) -> Vec<Row> {
        let counts: Vec<_> = found.iter().map(Vec::len).collect();
        let mut tree = PageTree::default();
        tree.begin_page(0, None);
        for ((returned, records), rows) in returned.iter().zip(found).zip(share(&counts, most)) {
            for record in records.iter().take(rows) {
                returned.send(self, ctx, *record, &mut tree);
            }
        }
        tree.end_page();
        tree.finish().map(|page| page.rows).unwrap_or_default()
    }

    fn name_of(&self, returned: &Returned) -> Arc<str> {
        Arc::clone(&self.catalog.object(returned.object()).name)
    }
}

/// Refuses the clauses behind RETURNING that are not modelled; tells whether labels are wanted.
fn check_with(search: &Search) -> Result<bool, ApiError> {
    let mut wants_labels = false;
    for with in &search.with {
        match &with.kind {
            WithKind::Metadata(value) if value.value.eq_ignore_ascii_case("LABELS") => wants_labels = true,
            WithKind::Metadata(value) => {
                return Err(malformed(&format!("Invalid value for WITH METADATA: {}", value.value)));
            }
            // What is spelt wrong is not corrected either way.
            WithKind::SpellCorrection(_) => {}
            WithKind::Division(_) => return Err(ApiError::not_modelled("SOSL WITH DIVISION")),
            WithKind::DataCategory(_) => return Err(ApiError::not_modelled("SOSL WITH DATA CATEGORY")),
            WithKind::Snippet(_) => return Err(ApiError::not_modelled("SOSL WITH SNIPPET")),
            WithKind::Network(_) => return Err(ApiError::not_modelled("SOSL WITH NETWORK")),
            WithKind::PricebookId(_) => return Err(ApiError::not_modelled("SOSL WITH PricebookId")),
            WithKind::Highlight => return Err(ApiError::not_modelled("SOSL WITH HIGHLIGHT")),
        }
    }
    match search.updates.first() {
        Some(_) => Err(ApiError::not_modelled("SOSL UPDATE")),
        None => Ok(wants_labels),
    }
}

/// A search that does not parse, in the platform's words.
pub(super) fn refused(error: &SearchError, sosl: &str, version: ApiVersion) -> ApiError {
    let code = match error.code() {
        "QUERY_TOO_COMPLICATED" => ErrorCode::QueryTooComplicated,
        _ => ErrorCode::MalformedSearch,
    };
    ApiError::exception(code, error.message(sosl, TextEra::of_version(u32::from(version.number()))))
}

/// `MALFORMED_SEARCH` in these words.
pub(super) fn malformed(text: &str) -> ApiError {
    ApiError::exception(ErrorCode::MalformedSearch, text)
}
