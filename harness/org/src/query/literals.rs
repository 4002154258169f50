//! Literals as values of a field's type; what does not suit the type is refused.

use mockorg_soql::tree::{Literal, LiteralValue};
use rust_decimal::Decimal;

use super::{
    date_literals::{Period, days},
    errors::{Refusal, Source},
    scope::Scope,
    terms::Term,
};
use crate::{ErrorCode, RecordId, Timestamp, Value, catalog::FieldType, parse_clock, parse_date};

/// A literal, typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Typed {
    /// One value.
    Value(Value),
    /// What a date literal covers.
    Period(Period),
}

/// What the platform calls the type of a filter value, and whether it is written in quotes.
fn type_name(field_type: FieldType) -> (&'static str, bool) {
    use FieldType as T;
    match field_type {
        T::Id | T::Reference => ("ID", true),
        T::Boolean => ("boolean", false),
        T::Int => ("int", false),
        T::Double | T::Currency | T::Percent => ("double", false),
        T::Date => ("date", false),
        T::DateTime => ("dateTime", false),
        T::Time => ("time", false),
        T::String
        | T::TextArea
        | T::Picklist
        | T::MultiPicklist
        | T::ComboBox
        | T::Email
        | T::Phone
        | T::Url
        | T::Address
        | T::Location
        | T::Base64
        | T::EncryptedString
        | T::AnyType
        | T::ComplexValue => ("string", true),
    }
}

/// The literal as a value that the term can be compared with.
pub(super) fn typed(scope: &Scope<'_>, term: &Term<'_>, literal: &Literal) -> Result<Typed, Refusal> {
    use FieldType as T;
    use LiteralValue as L;
    let (source, field, at) = (scope.source, &term.facts, term.at);
    let mismatch = || mismatch(source, term);
    let value = match (field.field_type, &literal.value) {
        (_, L::Null) => Value::Null,
        (_, L::Bind(_)) => return Err(source.bind_variable(literal.span.start)),
        (T::Currency, L::Currency { code, amount }) => {
            scope.amount(code, number(source, amount, literal)?, literal.span.start)?
        }
        (_, L::Currency { .. }) => return Err(source.unexpected(literal.span.start)),
        (T::Id | T::Reference, L::String(text)) => id(source, text, at)?,
        (T::Boolean, L::Bool(value)) => Value::Bool(*value),
        (T::Int, L::Number(text)) => whole(text).map(Value::Int).ok_or_else(mismatch)?,
        (T::Double | T::Currency | T::Percent, L::Number(text)) => {
            Value::Number(number(source, text, literal)?)
        }
        (T::Date, L::Date(text)) => parse_date(text).map(Value::Date).ok_or_else(mismatch)?,
        (T::DateTime, L::DateTime(text)) => {
            Timestamp::parse(text).map(Value::DateTime).ok_or_else(mismatch)?
        }
        (T::Time, L::Time(text)) => time(text).map(Value::Time).ok_or_else(mismatch)?,
        (T::Date | T::DateTime, L::DateLiteral { name, n }) => {
            let calendar = scope.calendar();
            let days = days(name, *n, &calendar).ok_or_else(|| source.unexpected(literal.span.start))?;
            let period =
                if field.field_type == T::Date { days.of_dates() } else { days.of_instants(&calendar) };
            return Ok(Typed::Period(period));
        }
        (_, L::String(text)) if type_name(field.field_type) == ("string", true) => Value::text(&**text),
        _ => return Err(mismatch()),
    };
    Ok(Typed::Value(value))
}

/// The refusal of a literal of the wrong type.
pub(super) fn mismatch(source: Source<'_>, term: &Term<'_>) -> Refusal {
    let (name, quoted) = type_name(term.facts.field_type);
    let not = if quoted { "" } else { "not " };
    source.fault(
        ErrorCode::InvalidField,
        term.at,
        &format!(
            "value of filter criterion for field '{}' must be of type {name} and should {not}be enclosed in quotes",
            term.facts.name
        ),
    )
}

/// Empty text and the id of zeros are empty keys.
fn id(source: Source<'_>, text: &str, at: usize) -> Result<Value, Refusal> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    match text.parse() {
        Ok(RecordId::NULL) => Ok(Value::Null),
        Ok(id) => Ok(Value::Id(id)),
        Err(_) => {
            Err(source.fault(ErrorCode::InvalidQueryFilterOperator, at, &format!("invalid ID field: {text}")))
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    let number = decimal(text)?;
    if number.fract().is_zero() { i64::try_from(number).ok() } else { None }
}

fn number(source: Source<'_>, text: &str, literal: &Literal) -> Result<Decimal, Refusal> {
    decimal(text).ok_or_else(|| {
        let at = literal.span.start;
        source.fault(ErrorCode::NumberOutsideValidRange, at, &format!("number outside valid range: {text}"))
    })
}

fn decimal(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.contains(['e', 'E']) { Decimal::from_scientific(text).ok() } else { text.parse().ok() }
}

/// A time of day with its zone, as milliseconds of the day in UTC.
fn time(text: &str) -> Option<u32> {
    const DAY: i64 = 86_400_000;
    let zone = text.find(['Z', 'z', '+', '-'])?;
    // Only the offset matters; the day is any day.
    let clock = parse_clock(text.get(..zone)?)?;
    let midnight = Timestamp::parse(&format!("1970-01-02T00:00:00{}", text.get(zone..)?))?;
    u32::try_from((i64::from(clock) + midnight.millis()).rem_euclid(DAY)).ok()
}
