//! Search: by SOSL and by parameters, suggestions, scope and layouts.

use mockorg_org::{ApiError, Call, ErrorCode, Reply, SuggestionRequest};

use super::{search_parameters, unexpected};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// The last version that answers a search with a bare list.
const BARE_UNTIL: u8 = 36;

/// `GET /search?q=`.
pub(crate) fn search(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let sosl = exchange.argument("q").unwrap_or_default().into();
    found(exchange, Call::Search { sosl }, exchange.version.number() <= BARE_UNTIL)
}

/// `GET /parameterizedSearch?q=`.
pub(crate) fn parameterized_search(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let request = search_parameters::of_query(exchange)?;
    found(exchange, Call::ParameterizedSearch(Box::new(request)), false)
}

/// `POST /parameterizedSearch`.
pub(crate) fn parameterized_search_by_body(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let request = search_parameters::of_body(exchange)?;
    found(exchange, Call::ParameterizedSearch(Box::new(request)), false)
}

fn found(exchange: &Exchange<'_>, call: Call, is_bare: bool) -> Result<Answer, Failure> {
    let Reply::SearchResult(result) = exchange.call(call)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::search_result(&mut writer, &result, exchange.version, is_bare);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /search/suggestions?q=&sobject=`.
pub(crate) fn suggestions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    for name in ["dynamicFields", "groupId", "networkId", "topicId", "type", "userId"] {
        if exchange.argument(name).is_some() {
            return Err(exchange.not_modelled(&format!("the parameter {name} of search suggestions")).into());
        }
    }
    let limit = match exchange.argument("limit") {
        None => None,
        Some(text) => Some(text.trim().parse().map_err(|_| illegal("limit"))?),
    };
    let request = SuggestionRequest {
        q: exchange.argument("q").unwrap_or_default().into(),
        objects: exchange.list("sobject").unwrap_or_default(),
        fields: exchange.list("fields").unwrap_or_default(),
        condition: exchange.argument("where").map(Into::into),
        limit,
        ignore_unsupported: exchange
            .argument("ignoreUnsupportedSObjects")
            .is_some_and(|value| value.eq_ignore_ascii_case("true")),
    };
    let Reply::Suggestions { rows, more } = exchange.call(Call::SearchSuggestions(Box::new(request)))? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::suggestions(&mut writer, &rows, more, exchange.version);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /search/scopeOrder`.
pub(crate) fn search_scope_order(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::SearchScopeOrder(objects) = exchange.call(Call::SearchScopeOrder)? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::search_scope_order(&mut writer, &objects, exchange.version);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /search/layout?q=`.
pub(crate) fn search_layouts(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let objects = exchange.list("q").unwrap_or_default();
    let Reply::SearchLayouts(layouts) = exchange.call(Call::SearchLayouts { objects })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::search_layouts(&mut writer, &layouts);
    Ok(Answer::json(200, writer.finish()))
}

/// A parameter whose value is not of its kind. The platform refuses it, too; its words are not on record.
pub(super) fn illegal(name: &str) -> ApiError {
    let message = format!("the value of the parameter {name} is not acceptable");
    ApiError::exception(ErrorCode::IllegalQueryParameterValue, message)
}
