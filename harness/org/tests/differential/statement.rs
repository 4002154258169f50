//! Statements, before they are written in either language.

use super::{
    schema::{Field, Kind, ObjectNo},
    value::Datum,
};

/// A statement.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) object: ObjectNo,
    pub(crate) items: Vec<Item>,
    pub(crate) condition: Option<Condition>,
    pub(crate) grouping: Option<Grouping>,
    pub(crate) having: Option<Condition>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: Option<usize>,
    /// Whether deleted records count.
    pub(crate) all: bool,
    pub(crate) style: Style,
}

/// What SOQL leaves to taste.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// Keywords and names in lower case.
    pub(crate) lower: bool,
    /// An alias in FROM, before every path.
    pub(crate) alias: bool,
    /// `<>` for `!=`, 15-character ids, quotes escaped where they need not be.
    pub(crate) odd: bool,
    /// Whether the last key of the order, the id, is written or left to the org.
    pub(crate) id_last: bool,
}

/// One member of the SELECT list.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// An expression with its alias.
    Expr(Expr, Option<String>),
    /// Children behind a relationship, by this reference field of theirs.
    Children(&'static str, &'static str, Box<Statement>),
}

/// What can be selected, compared and sorted by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Path(Path),
    /// `COUNT()`, alone.
    CountRows,
    Aggregate(Aggregate, Path),
    DateFunction(DateFunction, Path),
    /// `GROUPING(field)`.
    Grouping(Path),
}

/// A field of the object or of its parents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// The reference fields to follow.
    pub(crate) hops: Vec<&'static Field>,
    pub(crate) field: &'static Field,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateFunction {
    CalendarYear,
    CalendarQuarter,
    CalendarMonth,
    DayInYear,
    DayInMonth,
    DayInWeek,
    WeekInYear,
    WeekInMonth,
    FiscalMonth,
    FiscalQuarter,
    DayOnly,
    HourInDay,
}

/// A condition. Conditions are true or false and never unknown.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Compare(Expr, Operator, Literal),
    In {
        path: Path,
        negated: bool,
        members: Vec<Datum>,
    },
    Like(Expr, Vec<Piece>),
    /// INCLUDES, or EXCLUDES when negated: sets of values.
    Includes {
        path: Path,
        negated: bool,
        sets: Vec<Vec<&'static str>>,
    },
    /// A semi join, or an anti join when negated.
    Join {
        path: Path,
        negated: bool,
        inner: Box<Statement>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// The right side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Value(Datum),
    /// A date literal, with the days that it covers (the last one excluded) and whether an instant of
    /// its last day counts only up to now.
    Period {
        text: String,
        start: i64,
        end: i64,
        up_to_now: bool,
    },
}

/// A part of a LIKE pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Piece {
    Any,
    One,
    Char(char),
}

/// The GROUP BY clause.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    pub(crate) kind: GroupKind,
    pub(crate) keys: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    Plain,
    Rollup,
    Cube,
}

/// One term of ORDER BY.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
    /// NULLS LAST, NULLS FIRST or nothing.
    pub(crate) nulls_last: Option<bool>,
}

impl Expr {
    /// What its values are.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Path(path) => path.field.kind,
            Self::CountRows
            | Self::Grouping(_)
            | Self::Aggregate(Aggregate::Count | Aggregate::CountDistinct, _) => Kind::Int,
            Self::Aggregate(Aggregate::Sum | Aggregate::Avg, _) => Kind::Number,
            Self::Aggregate(Aggregate::Min | Aggregate::Max, path) => path.field.kind,
            Self::DateFunction(DateFunction::DayOnly, _) => Kind::Date,
            Self::DateFunction(..) => Kind::Int,
        }
    }

    /// The path to the field behind it.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::CountRows => None,
            Self::Path(path)
            | Self::Aggregate(_, path)
            | Self::DateFunction(_, path)
            | Self::Grouping(path) => Some(path),
        }
    }
}

impl Style {
    /// Whether nothing about it is special.
    pub(crate) fn is_plain(self) -> bool {
        !(self.lower || self.alias || self.odd || self.id_last)
    }
}

impl Path {
    /// A field of the object itself.
    pub(crate) fn own(field: &'static Field) -> Self {
        Self { hops: Vec::new(), field }
    }

    /// The names of relationships and field.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.hops.iter().map(|hop| hop.relationship).chain([self.field.name]).collect()
    }
}

impl Statement {
    /// Whether its rows are records and not groups.
    pub(crate) fn is_plain(&self) -> bool {
        self.grouping.is_none()
            && !self.items.iter().any(|item| {
                matches!(item, Item::Expr(Expr::CountRows | Expr::Aggregate(..) | Expr::Grouping(_), _))
            })
    }

    /// Whether it is `SELECT COUNT()`.
    pub(crate) fn counts_rows(&self) -> bool {
        matches!(self.items.as_slice(), [Item::Expr(Expr::CountRows, _)])
    }
}

impl Aggregate {
    pub(crate) const ALL: &[Self] =
        &[Self::Count, Self::CountDistinct, Self::Sum, Self::Avg, Self::Min, Self::Max];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::CountDistinct => "COUNT_DISTINCT",
            Self::Sum => "SUM",
            Self::Avg => "AVG",
            Self::Min => "MIN",
            Self::Max => "MAX",
        }
    }
}

impl DateFunction {
    pub(crate) const ALL: &[Self] = &[
        Self::CalendarYear,
        Self::CalendarQuarter,
        Self::CalendarMonth,
        Self::DayInYear,
        Self::DayInMonth,
        Self::DayInWeek,
        Self::WeekInYear,
        Self::WeekInMonth,
        Self::FiscalMonth,
        Self::FiscalQuarter,
        Self::DayOnly,
        Self::HourInDay,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CalendarYear => "CALENDAR_YEAR",
            Self::CalendarQuarter => "CALENDAR_QUARTER",
            Self::CalendarMonth => "CALENDAR_MONTH",
            Self::DayInYear => "DAY_IN_YEAR",
            Self::DayInMonth => "DAY_IN_MONTH",
            Self::DayInWeek => "DAY_IN_WEEK",
            Self::WeekInYear => "WEEK_IN_YEAR",
            Self::WeekInMonth => "WEEK_IN_MONTH",
            Self::FiscalMonth => "FISCAL_MONTH",
            Self::FiscalQuarter => "FISCAL_QUARTER",
            Self::DayOnly => "DAY_ONLY",
            Self::HourInDay => "HOUR_IN_DAY",
        }
    }

    /// Whether it needs a time of day.
    pub(crate) fn needs_instant(self) -> bool {
        matches!(self, Self::DayOnly | Self::HourInDay)
    }
}

impl Operator {
    pub(crate) fn soql(self, odd: bool) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => {
                if odd {
                    "<>"
                } else {
                    "!="
                }
            }
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}
