//! What the platform says about statements that parse but cannot be answered.

use std::borrow::Cow;

use mockorg_soql::{
    SyntaxError, SyntaxErrorKind, TextEra, caret_block,
    tree::{Name, Path},
};

use crate::{ApiError, ApiVersion, ErrorCode};

const SEE_DESCRIBE: &str = "Please reference your WSDL or the describe call for the appropriate names.";

/// Why a statement is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// What the client is told.
    pub(super) error: ApiError,
    /// The part of SOQL that the platform has and the org lacks, to be counted.
    pub(super) not_modelled: Option<Cow<'static, str>>,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { error, not_modelled: None }
    }
}

/// The statement's text, at which errors point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'s> {
    text: &'s str,
    era: TextEra,
}

impl<'s> Source<'s> {
    pub(super) fn new(text: &'s str, version: ApiVersion) -> Self {
        Self { text, era: TextEra::of_version(u32::from(version.number())) }
    }

    /// The error of a statement that does not parse.
    pub(super) fn syntax(self, error: &SyntaxError) -> Refusal {
        let message = error.message(self.text, self.era);
        let code = match error.code() {
            "QUERY_TOO_COMPLICATED" => ErrorCode::QueryTooComplicated,
            _ => ErrorCode::MalformedQuery,
        };
        ApiError::exception(code, message).into()
    }

    /// An error with the caret block at byte `at`.
    pub(super) fn fault(self, code: ErrorCode, at: usize, text: &str) -> Refusal {
        ApiError::exception(code, caret_block(self.text, at, text)).into()
    }

    /// A construct that the platform itself would not take here.
    pub(super) fn unexpected(self, at: usize) -> Refusal {
        self.syntax(&SyntaxError { kind: SyntaxErrorKind::Unexpected(self.word(at).into()), at })
    }

    /// A mode of WITH that only Apex has.
    pub(super) fn apex_only(self, mode: &Name) -> Refusal {
        let text = match self.era {
            TextEra::Modern => {
                "rule soqlWithIdentifierClause failed predicate: {this.helper.allowApexSyntax() && \
                                this.helper.hasApexContext()}?"
                    .to_owned()
            }
            TextEra::Classic => format!("{} not allowed in this context", mode.text.to_uppercase()),
        };
        self.malformed(mode.span.start, &text)
    }

    /// A construct of SOQL that is not modelled; `what` names it for the coverage report.
    pub(super) fn not_modelled(self, at: usize, what: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal { not_modelled: Some(what.into()), ..self.unexpected(at) }
    }

    /// A bind variable, which only Apex can fill.
    pub(super) fn bind_variable(self, at: usize) -> Refusal {
        self.syntax(&SyntaxError { kind: SyntaxErrorKind::BindVariable, at })
    }

    pub(super) fn unknown_object(self, at: usize, name: &str) -> Refusal {
        self.fault(
            ErrorCode::InvalidType,
            at,
            &format!(
                "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to \
                 append the '__c' after the entity name. {SEE_DESCRIBE}"
            ),
        )
    }

    pub(super) fn unknown_field(self, at: usize, name: &str, entity: &str) -> Refusal {
        self.fault(
            ErrorCode::InvalidField,
            at,
            &format!(
                "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure \
                 to append the '__c' after the custom field name. {SEE_DESCRIBE}"
            ),
        )
    }

    pub(super) fn unknown_relationship(self, at: usize, name: &str) -> Refusal {
        self.fault(
            ErrorCode::InvalidField,
            at,
            &format!(
                "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. {SEE_DESCRIBE}"
            ),
        )
    }

    pub(super) fn unknown_from_relationship(self, at: usize, name: &str) -> Refusal {
        self.fault(
            ErrorCode::InvalidType,
            at,
            &format!(
                "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a \
                 custom relationship, be sure to append the '__r' after the custom relationship name. {SEE_DESCRIBE}"
            ),
        )
    }

    pub(super) fn not_filterable(self, at: usize, field: &str) -> Refusal {
        self.fault(
            ErrorCode::InvalidField,
            at,
            &format!("field '{field}' can not be filtered in a query call"),
        )
    }

    pub(super) fn not_sortable(self, at: usize, field: &str) -> Refusal {
        self.fault(ErrorCode::InvalidField, at, &format!("field '{field}' can not be sorted in a query call"))
    }

    pub(super) fn invalid_operator(self, at: usize, noun: &str) -> Refusal {
        self.fault(ErrorCode::InvalidQueryFilterOperator, at, &format!("invalid operator on {noun} field"))
    }

    pub(super) fn malformed(self, at: usize, text: &str) -> Refusal {
        self.fault(ErrorCode::MalformedQuery, at, text)
    }

    /// The word that begins at byte `at`, or the one character there.
    fn word(self, at: usize) -> &'s str {
        let rest = self.text.get(at..).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let end = if end == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { end };
        rest.get(..end).unwrap_or_default()
    }
}

/// `duplicate field selected`, which comes without a block.
pub(super) fn duplicate_field(name: &str) -> Refusal {
    ApiError::exception(ErrorCode::InvalidField, format!("duplicate field selected: {name}")).into()
}

/// Where errors about a compared value point. The recorded ones stand at the field, and for a dotted path
/// at the dot before it; errors about the path itself stand at its beginning.
pub(super) fn comparison_point(path: &Path) -> usize {
    match path.names.as_slice() {
        [_, .., last] => last.span.start.saturating_sub(1),
        _ => path.span.start,
    }
}
