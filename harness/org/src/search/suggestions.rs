//! Suggestions: the records whose names fit what a user has typed so far.

use mockorg_soql::sosl::{Piece, Word, parse_search};

use super::{
    fields::searched,
    fold::is_ideograph,
    matcher::{Finder, Matcher},
    pattern,
    run::{MOST_ROWS, refused},
};
use crate::{
    ApiError, ErrorCode, Org, Reply, SuggestionRequest, catalog::SObjectDef, ctx::Ctx, query::Returned,
};

/// How many records are suggested without a limit.
const DEFAULT_LIMIT: u32 = 5;
/// How many characters must be typed, unless one is of a script without blanks.
const MIN_CHARACTERS: usize = 3;
/// How many characters may be typed.
const MAX_CHARACTERS: usize = 255;
/// How many characters may be typed without a blank.
const MAX_WORD: usize = 200;
/// How many objects may be named.
const MAX_OBJECTS: usize = 10;

impl Org {
    /// The records whose names hold what was typed, word for word; the last word may go on.
    ///
    /// # Errors
    ///
    /// `ILLEGAL_QUERY_PARAMETER_VALUE` without text or objects or with too much of them, `INVALID_TYPE`
    /// and `INVALID_TYPE_FOR_OPERATION` for objects that cannot be searched, and what a query can be
    /// refused with for its fields and its condition.
    pub(crate) fn suggestions(&self, ctx: &Ctx, request: &SuggestionRequest) -> Result<Reply, ApiError> {
        check(request)?;
        let mut returned = Vec::new();
        for name in &request.objects {
            match self.searchable(ctx, name) {
                Ok(Some(object)) => returned.push(suggested(self, ctx, object, request)?),
                Ok(None) | Err(_) if request.ignore_unsupported => {}
                Ok(None) => {
                    let message = format!("sObject type '{name}' is not supported.");
                    return Err(ApiError::exception(ErrorCode::InvalidType, message));
                }
                Err(error) => return Err(error),
            }
        }
        let most =
            usize::try_from(request.limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(MOST_ROWS).min(MOST_ROWS);
        let matcher = Matcher::of_sequence(typed(&request.q));
        let found: Vec<_> = returned
            .iter()
            .map(|returned| {
                let object = self.catalog.object(returned.object());
                let mut name = searched(ctx, object, mockorg_soql::sosl::SearchGroup::All);
                name.retain(|field| Some(field.slot) == object.system.name);
                let mut finder = Finder::new(&matcher, name);
                returned.find(self, ctx, |record| finder.finds(record), most + 1)
            })
            .collect();
        let more = found.iter().map(Vec::len).sum::<usize>() > most;
        Ok(Reply::Suggestions { rows: self.rows_of(ctx, &returned, &found, most), more })
    }
}

/// What is answered of a suggested record: id, name, and the fields that the client names.
fn suggested(
    org: &Org,
    ctx: &Ctx,
    object: &SObjectDef,
    request: &SuggestionRequest,
) -> Result<Returned, ApiError> {
    let mut fields: Vec<&str> = vec!["Id"];
    fields.extend(object.system.name.map(|slot| &*object.at(slot).name));
    for field in &request.fields {
        if !fields.iter().any(|own| own.eq_ignore_ascii_case(field)) {
            fields.push(field);
        }
    }
    let condition = request.condition.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let sosl = format!("FIND {{suggestions}} RETURNING {}({}{condition})", object.name, fields.join(", "));
    let search = parse_search(&sosl).map_err(|error| refused(&error, &sosl, ctx.version))?;
    match search.returning.as_slice() {
        [returning]
            if returning.fields.len() == fields.len()
                && returning.condition.is_some() == request.condition.is_some()
                && returning.list_view.is_none()
                && returning.order_by.is_empty()
                && returning.limit.is_none()
                && returning.offset.is_none()
                && search.with.is_empty()
                && search.updates.is_empty()
                && search.limit.is_none() =>
        {
            Returned::resolve(org, ctx, &sosl, returning)
        }
        _ => Err(illegal("fields or where hold more than fields or a condition")),
    }
}

/// The tokens of what was typed, quotation marks and wildcards left out; the last may go on.
fn typed(q: &str) -> pattern::Sequence {
    let is_long_enough = q.trim().chars().count() >= MIN_CHARACTERS || q.chars().any(is_ideograph);
    if !is_long_enough {
        return Vec::new();
    }
    let mut sequence = pattern::sequence(&[Word { pieces: vec![Piece::Text(q.into())] }]);
    let last = sequence.pop().map(pattern::beginning_with);
    sequence.extend(last);
    sequence
}

fn check(request: &SuggestionRequest) -> Result<(), ApiError> {
    let longest = request.q.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    if longest == 0 {
        return Err(illegal("the parameter q is required"));
    }
    if request.objects.is_empty() {
        return Err(illegal("the parameter sobject is required"));
    }
    if request.objects.len() > MAX_OBJECTS {
        return Err(illegal("the parameter sobject may name at most 10 objects"));
    }
    if longest > MAX_WORD || request.q.chars().count() > MAX_CHARACTERS {
        return Err(illegal("the parameter q is too long"));
    }
    Ok(())
}

/// The platform refuses this, too; code and words are not on record.
fn illegal(text: &str) -> ApiError {
    ApiError::exception(ErrorCode::IllegalQueryParameterValue, text)
}
