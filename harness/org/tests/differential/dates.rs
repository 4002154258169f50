//! Date literals, worked out from nothing but a count of days.

use jiff::tz::TimeZone;

use super::{
    rng::Rng,
    statement::Literal,
    value::{day, days},
};

const DAY: i64 = 86_400_000;

/// The present, as the running user and the org count time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) zone: &'static str,
    pub(crate) locale: &'static str,
    /// How many days after Sunday a week begins there.
    pub(crate) week_start: i64,
    /// The month in which the fiscal year begins.
    pub(crate) fiscal_start: i64,
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

const UNITS: &[(Unit, &str)] = &[
    (Unit::Week, "WEEK"),
    (Unit::Month, "MONTH"),
    (Unit::Quarter, "QUARTER"),
    (Unit::Year, "YEAR"),
    (Unit::FiscalQuarter, "FISCAL_QUARTER"),
    (Unit::FiscalYear, "FISCAL_YEAR"),
];

impl Clock {
    /// Today, in days since 1970.
    pub(crate) fn today(&self) -> i64 {
        days(self.zoned(self.now).date())
    }

    fn zoned(&self, millis: i64) -> jiff::Zoned {
        let zone = TimeZone::get(self.zone).unwrap();
        jiff::Timestamp::from_millisecond(millis).unwrap().to_zoned(zone)
    }

    /// When a day begins for the user, in milliseconds since 1970.
    pub(crate) fn midnight(&self, wanted: i64) -> i64 {
        // The user's day begins within 15 hours of the day in UTC; clocks change by quarters of an hour.
        let begins = |millis: &i64| days(self.zoned(*millis).date()) >= wanted;
        let mut candidates = (-60..=60).map(|quarter| wanted * DAY + quarter * 900_000);
        candidates.find(begins).unwrap()
    }

    /// The end of the current second: instants are kept in whole seconds.
    pub(crate) fn end_of_second(&self) -> i64 {
        self.now.div_euclid(1000) * 1000 + 1000
    }

    /// The number of the unit that holds the day; units are numbered without gaps.
    fn number(&self, unit: Unit, number: i64) -> i64 {
        let date = day(number);
        let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        let fiscal = month - (self.fiscal_start - 1);
        match unit {
            Unit::Day => number,
            // 1970 began on a Thursday.
            Unit::Week => (number + 4 - self.week_start).div_euclid(7),
            Unit::Month => month,
            Unit::Quarter => month.div_euclid(3),
            Unit::Year => month.div_euclid(12),
            Unit::FiscalQuarter => fiscal.div_euclid(3),
            Unit::FiscalYear => fiscal.div_euclid(12),
        }
    }

    /// The first day of the unit that lies `offset` units after the current one.
    fn first_day(&self, unit: Unit, offset: i64) -> i64 {
        let wanted = self.number(unit, self.today()) + offset;
        let (mut before, mut from) = (self.today() - 40_000, self.today() + 40_000);
        while from - before > 1 {
            let middle = before + (from - before) / 2;
            if self.number(unit, middle) >= wanted {
                from = middle;
            } else {
                before = middle;
            }
        }
        from
    }

    /// A date literal.
    pub(crate) fn random_literal(&self, rng: &mut Rng) -> Literal {
        let n = rng.between(1, 14);
        let (unit, name) = *rng.pick(UNITS);
        let (text, unit, first, last) = match rng.below(12) {
            0 => ("TODAY".to_owned(), Unit::Day, 0, 0),
            1 => ("YESTERDAY".to_owned(), Unit::Day, -1, -1),
            2 => ("TOMORROW".to_owned(), Unit::Day, 1, 1),
            3 => ("NEXT_90_DAYS".to_owned(), Unit::Day, 1, 90),
            4 => (format!("NEXT_N_DAYS:{n}"), Unit::Day, 1, n),
            5 => (format!("N_DAYS_AGO:{n}"), Unit::Day, -n, -n),
            6 => (format!("THIS_{name}"), unit, 0, 0),
            7 => (format!("LAST_{name}"), unit, -1, -1),
            8 => (format!("NEXT_{name}"), unit, 1, 1),
            9 => (format!("N_{name}S_AGO:{n}"), unit, -n, -n),
            10 => (format!("LAST_N_{name}S:{n}"), unit, -n, -1),
            _ => (format!("NEXT_N_{name}S:{n}"), unit, 1, n),
        };
        if rng.chance(10) {
            let (text, days) =
                *rng.pick(&[("LAST_90_DAYS", 90), ("LAST_N_DAYS:3", 3), ("LAST_N_DAYS:30", 30)]);
            let today = self.today();
            return Literal::Period {
                text: text.to_owned(),
                start: today - days,
                end: today + 1,
                up_to_now: true,
            };
        }
        let (start, end) = (self.first_day(unit, first), self.first_day(unit, last + 1));
        Literal::Period { text, start, end, up_to_now: false }
    }
}
