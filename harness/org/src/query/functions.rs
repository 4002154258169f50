//! The functions of SOQL, one row each, and where in a statement each may stand.

use super::{
    aggregates::AggregateKind,
    date_parts::{DATE_PARTS, DatePart},
};

/// What a function is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    /// `SUM(Amount)`.
    Aggregate(AggregateKind),
    /// `CALENDAR_YEAR(CreatedDate)`.
    DatePart(&'static DatePart),
    /// `convertTimezone(CreatedDate)`, inside a date function only.
    ConvertTimezone,
    /// `toLabel(Status)`.
    ToLabel,
    /// `FORMAT(Amount)`.
    Format,
    /// `convertCurrency(Amount)`.
    ConvertCurrency,
    /// `DISTANCE(Location__c, GEOLOCATION(37.7, -122.4), 'mi')`.
    Distance,
    /// `GEOLOCATION(37.7, -122.4)`, inside DISTANCE only.
    Geolocation,
    /// `GROUPING(LeadSource)`.
    Grouping,
    /// `FIELDS(ALL)`.
    Fields,
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("AVG", Function::Aggregate(AggregateKind::Avg)),
    ("COUNT", Function::Aggregate(AggregateKind::Count)),
    ("COUNT_DISTINCT", Function::Aggregate(AggregateKind::CountDistinct)),
    ("MAX", Function::Aggregate(AggregateKind::Max)),
    ("MIN", Function::Aggregate(AggregateKind::Min)),
    ("SUM", Function::Aggregate(AggregateKind::Sum)),
    ("CONVERTTIMEZONE", Function::ConvertTimezone),
    ("TOLABEL", Function::ToLabel),
    ("FORMAT", Function::Format),
    ("CONVERTCURRENCY", Function::ConvertCurrency),
    ("DISTANCE", Function::Distance),
    ("GEOLOCATION", Function::Geolocation),
    ("GROUPING", Function::Grouping),
    ("FIELDS", Function::Fields),
];

impl Function {
    /// The function with this name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let listed = FUNCTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        listed.map(|(_, function)| *function).or_else(|| {
            DATE_PARTS.iter().find(|part| part.name.eq_ignore_ascii_case(name)).map(Self::DatePart)
        })
    }
}
