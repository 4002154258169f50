//! The functions of formulas: names, parameters, results.

use super::types::Type;

/// A function that is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Function {
    If, Case, And, Or, Not, IsBlank, IsNull, BlankValue, NullValue, IsPickVal, Text, Value, Includes,
    IsNew, IsChanged, PriorValue, IsClone, Len, Left, Right, Mid, Upper, Lower, Trim, Substitute, Find, Contains,
    Begins, LPad, RPad, Br, CaseSafeId, Hyperlink, Image, IsNumber, Reverse, Ascii, Chr,
    Abs, Ceiling, Floor, MCeiling, MFloor, Round, Trunc, Mod, Max, Min, Sqrt, Exp, Ln, Log, Pi,
    Today, Now, TimeNow, Date, DateValue, DateTimeValue, TimeValue, Year, Month, Day, Weekday, AddMonths,
    Hour, Minute, Second, Millisecond, DayOfYear, UnixTimestamp,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Values of one type.
    One(Type),
    /// Days and instants.
    Dated,
    /// Values of these types: text and numbers, days, instants.
    TextOrDated,
    /// What can be written as text.
    Writable,
    /// Everything that can be blank.
    Any,
}

/// The signature of a function whose result does not depend on its arguments.
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) function: Function,
    pub(super) takes: &'static [Takes],
    /// How many of the parameters can be left out, from the right.
    pub(super) optional: usize,
    /// Whether the last parameter repeats.
    pub(super) repeats: bool,
    pub(super) gives: Type,
}

const fn row(name: &'static str, function: Function, takes: &'static [Takes], gives: Type) -> Signature {
    Signature { name, function, takes, optional: 0, repeats: false, gives }
}

const T: Takes = Takes::One(Type::Text);
const N: Takes = Takes::One(Type::Number);
const B: Takes = Takes::One(Type::Boolean);

/// Every function with a fixed result; the others are those of `check.rs`.
#[rustfmt::skip]
pub(super) static SIGNATURES: &[Signature] = {
    use Function as F;
    use Takes::{Any, Dated, One, TextOrDated, Writable};
    use Type::{Boolean, Date, DateTime, Number, Text, Time};
    &[
        Signature { repeats: true, ..row("AND", F::And, &[B], Boolean) },
        Signature { repeats: true, ..row("OR", F::Or, &[B], Boolean) },
        row("NOT", F::Not, &[B], Boolean),
        row("ISBLANK", F::IsBlank, &[Any], Boolean),
        row("ISNULL", F::IsNull, &[Any], Boolean),
        row("ISCLONE", F::IsClone, &[], Boolean),
        row("ISNUMBER", F::IsNumber, &[T], Boolean),
        row("TEXT", F::Text, &[Writable], Text),
        row("VALUE", F::Value, &[T], Number),
        row("LEN", F::Len, &[T], Number),
        row("LEFT", F::Left, &[T, N], Text),
        row("RIGHT", F::Right, &[T, N], Text),
        row("MID", F::Mid, &[T, N, N], Text),
        Signature { optional: 1, ..row("UPPER", F::Upper, &[T, T], Text) },
        Signature { optional: 1, ..row("LOWER", F::Lower, &[T, T], Text) },
        row("TRIM", F::Trim, &[T], Text),
        row("REVERSE", F::Reverse, &[T], Text),
        row("ASCII", F::Ascii, &[T], Number),
        row("CHR", F::Chr, &[N], Text),
        row("SUBSTITUTE", F::Substitute, &[T, T, T], Text),
        Signature { optional: 1, ..row("FIND", F::Find, &[T, T, N], Number) },
        row("CONTAINS", F::Contains, &[T, T], Boolean),
        row("BEGINS", F::Begins, &[T, T], Boolean),
        Signature { optional: 1, ..row("LPAD", F::LPad, &[T, N, T], Text) },
        Signature { optional: 1, ..row("RPAD", F::RPad, &[T, N, T], Text) },
        row("BR", F::Br, &[], Text),
        Signature { optional: 1, ..row("HYPERLINK", F::Hyperlink, &[T, T, T], Text) },
        Signature { optional: 2, ..row("IMAGE", F::Image, &[T, T, N, N], Text) },
        row("CASESAFEID", F::CaseSafeId, &[T], Text),
        row("ABS", F::Abs, &[N], Number),
        row("CEILING", F::Ceiling, &[N], Number),
        row("FLOOR", F::Floor, &[N], Number),
        row("MCEILING", F::MCeiling, &[N], Number),
        row("MFLOOR", F::MFloor, &[N], Number),
        row("ROUND", F::Round, &[N, N], Number),
        Signature { optional: 1, ..row("TRUNC", F::Trunc, &[N, N], Number) },
        row("MOD", F::Mod, &[N, N], Number),
        Signature { repeats: true, ..row("MAX", F::Max, &[N], Number) },
        Signature { repeats: true, ..row("MIN", F::Min, &[N], Number) },
        row("SQRT", F::Sqrt, &[N], Number),
        row("EXP", F::Exp, &[N], Number),
        row("LN", F::Ln, &[N], Number),
        row("LOG", F::Log, &[N], Number),
        row("PI", F::Pi, &[], Number),
        row("TODAY", F::Today, &[], Date),
        row("NOW", F::Now, &[], DateTime),
        row("TIMENOW", F::TimeNow, &[], Time),
        row("DATE", F::Date, &[N, N, N], Date),
        row("DATEVALUE", F::DateValue, &[TextOrDated], Date),
        row("DATETIMEVALUE", F::DateTimeValue, &[TextOrDated], DateTime),
        row("TIMEVALUE", F::TimeValue, &[TextOrDated], Time),
        row("YEAR", F::Year, &[One(Date)], Number),
        row("MONTH", F::Month, &[One(Date)], Number),
        row("DAY", F::Day, &[One(Date)], Number),
        row("WEEKDAY", F::Weekday, &[One(Date)], Number),
        row("DAYOFYEAR", F::DayOfYear, &[One(Date)], Number),
        row("UNIXTIMESTAMP", F::UnixTimestamp, &[Dated], Number),
        row("HOUR", F::Hour, &[One(Time)], Number),
        row("MINUTE", F::Minute, &[One(Time)], Number),
        row("SECOND", F::Second, &[One(Time)], Number),
        row("MILLISECOND", F::Millisecond, &[One(Time)], Number),
    ]
};

/// Functions of the platform that are not modelled, each refused by name.
#[rustfmt::skip]
pub(super) const NOT_MODELLED: &[&str] = &[
    "CURRENCYRATE", "CONVERTID", "DISTANCE", "FORMATDURATION", "FROMUNIXTIME", "GEOLOCATION",
    "GETRECORDIDS", "GETSESSIONID", "HTMLENCODE", "IMAGEPROXYURL", "INCLUDE", "INITCAP",
    "ISOWEEK", "ISOYEAR", "JSENCODE", "JSINHTMLENCODE", "JUNCTIONIDLIST", "LINKTO", "ACOS", "ASIN", "ATAN",
    "ATAN2", "COS", "SIN", "TAN", "PARENTGROUPVAL", "PREDICT", "PREVGROUPVAL", "REGEX", "REQUIRESCRIPT",
    "URLENCODE", "URLFOR", "VLOOKUP", "PICKLISTCOUNT", "NULLIF",
];
