//! Terms and the money they cost: how long a term is, how many pricing terms lie between two days, and
//! what a month of a price is worth.
//!
//! Days are whole and inclusive: a line of the year 2022 runs from 2022-01-01 to 2022-12-31. The documents
//! do not say how parts of a term are charged; these are mockorg's choices, each in line with what was
//! observed:
//!
//! * Whole terms, counted by anniversary, are charged exactly, in leap years, too.
//! * The days beyond the last whole year of an annual price count as days of 365.
//! * Of shorter terms, whole months count first; the days beyond them count as a part of the month that
//!   begins at the last anniversary.
//! * Amounts are rounded to cents, halves away from zero, once per line and never in between: how many terms
//!   there are stays a fraction until then, as a third of a month is no decimal number.

use jiff::{Span, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};

/// The unit of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TermUnit {
    Months,
    Quarterly,
    SemiAnnual,
    Annual,
}

impl TermUnit {
    /// Reads a value of PricingTermUnit or RenewalTermUnit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "Months" => Self::Months,
            "Quarterly" => Self::Quarterly,
            "Semi-Annual" => Self::SemiAnnual,
            "Annual" => Self::Annual,
            _ => return None,
        })
    }

    /// How many months the unit has.
    pub(super) const fn months(self) -> i64 {
        match self {
            Self::Months => 1,
            Self::Quarterly => 3,
            Self::SemiAnnual => 6,
            Self::Annual => 12,
        }
    }
}

/// Rounds an amount of money.
pub(super) fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The day `months` months after `start`; the last day of a month stands in for days it lacks. `None`
/// beyond the calendar.
pub(super) fn add_months(start: Date, months: i64) -> Option<Date> {
    start.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// The last day of a term of `months` months that begins on `start`. `None` beyond the calendar.
pub(super) fn end_of_term(start: Date, months: i64) -> Option<Date> {
    add_months(start, months)?.yesterday().ok()
}

/// How many pricing terms there are, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    numerator: Decimal,
    /// At least 1.
    denominator: Decimal,
}

impl Terms {
    /// A single term.
    pub(super) const ONE: Self = Self::of(Decimal::ONE);

    /// So many terms.
    pub(super) const fn of(count: Decimal) -> Self {
        Self { numerator: count, denominator: Decimal::ONE }
    }

    /// How many terms there are, as precisely as a decimal number says it.
    pub(super) fn count(self) -> Decimal {
        (self.numerator / self.denominator).normalize()
    }

    /// What the terms cost in cents, when one costs `amount`. `None` beyond all numbers.
    pub(super) fn cost(self, amount: Decimal) -> Option<Decimal> {
        // Exactly, unless the number is so long that it has no room for cents.
        let cost = match amount.checked_mul(self.numerator) {
            Some(product) => product / self.denominator,
            None => (amount / self.denominator).checked_mul(self.numerator)?,
        };
        Some(cents(cost))
    }
}

/// How many terms of `term_months` months lie between two days, both included; 0 when `end` lies before
/// `start`. `None` beyond the calendar.
pub(super) fn terms_between(start: Date, end: Date, term_months: i64) -> Option<Terms> {
    let term_months = term_months.max(1);
    let after = end.tomorrow().ok()?;
    if after <= start {
        return Some(Terms::of(Decimal::ZERO));
    }
    // Every anniversary counts from the start itself: a month end that one of them falls back to must not
    // become the day of the next.
    let (whole, rest, parts, per_term) = if term_months % 12 == 0 {
        let whole = whole_terms(start, after, term_months)?;
        let rest = days(add_months(start, whole.checked_mul(term_months)?)?, after);
        (whole, rest, 365_i64.checked_mul(term_months / 12)?, 1)
    } else {
        let months = whole_terms(start, after, 1)?;
        let month_start = add_months(start, months)?;
        let month_end = add_months(start, months + 1)?;
        (months, days(month_start, after), days(month_start, month_end).max(1), term_months)
    };
    Some(Terms {
        numerator: Decimal::from(whole.checked_mul(parts)?.checked_add(rest)?),
        denominator: Decimal::from(parts.checked_mul(per_term)?),
    })
}

/// How many whole terms end at or before `after`.
fn whole_terms(start: Date, after: Date, term_months: i64) -> Option<i64> {
    let years = i64::from(after.year()) - i64::from(start.year());
    let months = years * 12 + i64::from(after.month()) - i64::from(start.month());
    let mut whole = months / term_months;
    while whole > 0 && add_months(start, whole * term_months)? > after {
        whole -= 1;
    }
    Some(whole)
}

fn days(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |span| span.get_days().into())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_ends_on_the_day_before_its_anniversary() {
        assert_eq!(end_of_term(date(2022, 1, 1), 12), Some(date(2022, 12, 31)));
        assert_eq!(end_of_term(date(2024, 2, 29), 12), Some(date(2025, 2, 27)));
        assert_eq!(end_of_term(date(2023, 1, 31), 1), Some(date(2023, 2, 27)));
        assert_eq!(end_of_term(date(9999, 12, 1), 12), None);
    }

    #[test]
    fn whole_months_quarters_and_years_are_charged_exactly() {
        let terms = |from: (i16, i8, i8), to: (i16, i8, i8), months| {
            terms_between(date(from.0, from.1, from.2), date(to.0, to.1, to.2), months).unwrap().count()
        };
        assert_eq!(terms((2022, 1, 1), (2022, 12, 31), 1), dec("12"));
        assert_eq!(terms((2022, 9, 1), (2022, 12, 31), 1), dec("4"));
        assert_eq!(terms((2022, 1, 1), (2022, 12, 31), 3), dec("4"));
        assert_eq!(terms((2022, 1, 1), (2022, 12, 31), 6), dec("2"));
        assert_eq!(terms((2024, 1, 1), (2024, 12, 31), 12), dec("1"), "a leap year is one year");
        assert_eq!(terms((2022, 1, 1), (2022, 6, 30), 3), dec("2"));
        assert_eq!(terms((2022, 1, 2), (2022, 1, 1), 1), dec("0"));
    }

    #[test]
    fn parts_of_a_term_are_charged_as_observed() {
        // Observed: a span of 366 days of a product of 450 a year is charged 451.23.
        let terms = terms_between(date(2025, 3, 1), date(2026, 3, 1), 12).unwrap();
        assert_eq!(terms.cost(dec("450")), Some(dec("451.23")));
        // Observed: 1,548.39 on a product of 1,500 a month, which is one month and a day of 31.
        let terms = terms_between(date(2025, 12, 1), date(2026, 1, 1), 1).unwrap();
        assert_eq!(terms.cost(dec("1500")), Some(dec("1548.39")));
        let half = terms_between(date(2025, 4, 1), date(2025, 4, 15), 1).unwrap();
        assert_eq!(half.count(), dec("0.5"));
    }

    #[test]
    fn exact_half_cents_round_up_even_where_the_part_of_a_month_is_no_decimal_number() {
        // A day of thirty at 0.15 a month is half a cent.
        let day = terms_between(date(2025, 4, 1), date(2025, 4, 1), 1).unwrap();
        assert_eq!(day.cost(dec("0.15")), Some(dec("0.01")));
        assert_eq!(day.cost(dec("-0.15")), Some(dec("-0.01")));
        // A day of a quarter whose third month has thirty.
        let day = terms_between(date(2025, 4, 1), date(2025, 4, 1), 3).unwrap();
        assert_eq!(day.cost(dec("0.45")), Some(dec("0.01")));
        assert_eq!(day.cost(Decimal::MAX), Some(cents(Decimal::MAX / dec("90"))));
        assert_eq!(terms_between(date(2025, 4, 1), date(2025, 5, 30), 1).unwrap().cost(Decimal::MAX), None);
    }

    #[test]
    fn a_later_end_never_costs_less_whatever_the_day_of_the_start() {
        for start in [date(2023, 1, 31), date(2023, 11, 30), date(2024, 2, 29), date(2024, 8, 31)] {
            for term_months in [1, 3, 6, 12, 24] {
                let mut before = Decimal::ZERO;
                let mut end = start;
                for _ in 0..900 {
                    let terms = terms_between(start, end, term_months).unwrap().count();
                    assert!(terms >= before, "{start} to {end} in terms of {term_months}");
                    (before, end) = (terms, end.tomorrow().unwrap());
                }
                for count in 1..=4 {
                    let end = end_of_term(start, count * term_months).unwrap();
                    assert_eq!(
                        terms_between(start, end, term_months).map(Terms::count),
                        Some(count.into()),
                        "{start} to {end}"
                    );
                }
            }
        }
    }

    #[test]
    fn amounts_round_to_cents_with_halves_away_from_zero() {
        assert_eq!(cents(dec("0.125")), dec("0.13"));
        assert_eq!(cents(dec("-0.125")), dec("-0.13"));
        assert_eq!(cents(dec("33.333333")), dec("33.33"));
    }
}
