//! Days, weeks, months, quarters and years as the running user and the org count them.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{Org, Timestamp, ctx::Ctx};

/// What date literals depend on besides the time.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    zone: TimeZone,
    /// How many days after Sunday a week begins.
    week_start: i64,
    /// The month in which the fiscal year begins, from 1.
    fiscal_start: i64,
    /// Whether a fiscal year is called after the calendar year in which it begins.
    named_by_start: bool,
    now: Timestamp,
    today: Date,
}

/// A unit of date literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

impl Calendar {
    /// The calendar of the running user.
    pub(super) fn of(org: &Org, ctx: &Ctx) -> Self {
        let user = org.store.get(ctx.user);
        let text = |name| user.and_then(|user| user.get(name).as_text());
        let organization = org.store.get(org.organization);
        let fiscal_start = organization.and_then(|own| own.get("FiscalYearStartMonth").as_int());
        let named_by_start =
            organization.is_some_and(|own| own.get("UsesStartDateAsFiscalYearName").is_true());
        Self {
            named_by_start,
            ..Self::new(text("TimeZoneSidKey"), text("LocaleSidKey"), fiscal_start, ctx.now)
        }
    }

    fn new(zone: Option<&str>, locale: Option<&str>, fiscal_start: Option<i64>, now: Timestamp) -> Self {
        let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        Self {
            today: zone.to_datetime(instant(now)).date(),
            named_by_start: false,
            week_start: week_start(locale.unwrap_or("en_US")),
            fiscal_start: fiscal_start.filter(|month| (1..=12).contains(month)).unwrap_or(1),
            zone,
            now,
        }
    }

    /// The day that begins the unit which lies `offset` units after the current one.
    pub(super) fn start(&self, unit: Unit, offset: i64) -> Date {
        let months = i64::from(self.today.year()) * 12 + i64::from(self.today.month()) - 1;
        let fiscal = self.fiscal_start - 1;
        match unit {
            Unit::Day => days_after(self.today, offset),
            Unit::Week => {
                let weekday = i64::from(self.today.weekday().to_sunday_zero_offset());
                let into_week = (weekday - self.week_start).rem_euclid(7);
                days_after(self.today, offset.saturating_mul(7).saturating_sub(into_week))
            }
            Unit::Month => first_of(months.saturating_add(offset)),
            Unit::Quarter => first_of(period(months, 3, offset)),
            Unit::Year => first_of(period(months, 12, offset)),
            Unit::FiscalQuarter => first_of(period(months - fiscal, 3, offset).saturating_add(fiscal)),
            Unit::FiscalYear => first_of(period(months - fiscal, 12, offset).saturating_add(fiscal)),
        }
    }

    /// The instant at which `date` begins for the user.
    pub(super) fn midnight(&self, date: Date) -> Timestamp {
        date.to_zoned(self.zone.clone())
            .map_or(Timestamp::start_of(date), |at| Timestamp::from_millis(at.timestamp().as_millisecond()))
    }

    /// The clock on the user's wall at an instant.
    pub(super) fn wall_clock(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(instant(at))
    }

    /// The clock in Greenwich at an instant.
    pub(super) fn utc_clock(&self, at: Timestamp) -> DateTime {
        TimeZone::UTC.to_datetime(instant(at))
    }

    /// The month of the fiscal year, from 1.
    pub(super) fn fiscal_month(&self, date: Date) -> i64 {
        (i64::from(date.month()) - self.fiscal_start).rem_euclid(12) + 1
    }

    /// The name of the fiscal year: the calendar year in which it ends, or begins where the org says so.
    pub(super) fn fiscal_year(&self, date: Date) -> i64 {
        let begins = i64::from(date.year()) - i64::from(i64::from(date.month()) < self.fiscal_start);
        if self.fiscal_start == 1 || self.named_by_start { begins } else { begins + 1 }
    }

    /// The end of the current second.
    pub(super) fn end_of_now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.floor_second().millis().saturating_add(1000))
    }
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::MAX)
}

/// The first month of the period of `length` months that lies `offset` periods after that of `month`.
fn period(month: i64, length: i64, offset: i64) -> i64 {
    month.div_euclid(length).saturating_add(offset).saturating_mul(length)
}

/// The first day of a month counted from January of the year 0; years out of range end at the range.
fn first_of(months: i64) -> Date {
    let year = i16::try_from(months.div_euclid(12));
    let month = i8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
    let edge = if months < 0 { Date::MIN } else { Date::MAX };
    year.ok().and_then(|year| Date::new(year, month, 1).ok()).unwrap_or(edge)
}

fn days_after(date: Date, days: i64) -> Date {
    date.saturating_add(SignedDuration::from_secs(days.saturating_mul(86_400)))
}

/// The first day of the week where a locale is at home, in days after Sunday; Monday unless listed.
fn week_start(locale: &str) -> i64 {
    const SUNDAY: &str = "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT \
                          MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW";
    const SATURDAY: &str = "AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY";
    const SUNDAY_LANGUAGES: &str = "en ja ko zh iw he th hi in";
    let mut parts = locale.split('_');
    let language = parts.next().unwrap_or_default();
    let listed = |list: &str, word: &str| list.split(' ').any(|one| one == word);
    match parts.find(|part| part.len() == 2) {
        Some(region) if listed(SUNDAY, region) => 0,
        Some(region) if listed(SATURDAY, region) => 6,
        None if listed(SUNDAY_LANGUAGES, language) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str, locale: &str, fiscal: i64, now: &str) -> Calendar {
        Calendar::new(Some(zone), Some(locale), Some(fiscal), Timestamp::parse(now).unwrap())
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn today_is_the_users_day() {
        let late = "2024-03-01T03:00:00Z";
        assert_eq!(calendar("America/Los_Angeles", "en_US", 1, late).start(Unit::Day, 0), date("2024-02-29"));
        assert_eq!(calendar("Asia/Tokyo", "en_US", 1, late).start(Unit::Day, 0), date("2024-03-01"));
        assert_eq!(calendar("Nowhere/Else", "en_US", 1, late).start(Unit::Day, 0), date("2024-03-01"));
    }

    #[test]
    fn weeks_begin_as_the_locale_counts_them() {
        let now = "2024-03-06T12:00:00Z";
        assert_eq!(calendar("UTC", "en_US", 1, now).start(Unit::Week, 0), date("2024-03-03"));
        assert_eq!(calendar("UTC", "de_DE_EURO", 1, now).start(Unit::Week, 0), date("2024-03-04"));
        assert_eq!(calendar("UTC", "de", 1, now).start(Unit::Week, -1), date("2024-02-26"));
        assert_eq!(calendar("UTC", "ar_EG", 1, now).start(Unit::Week, 0), date("2024-03-02"));
    }

    #[test]
    fn fiscal_periods_follow_the_organization() {
        let calendar = calendar("UTC", "en_US", 2, "2024-01-15T12:00:00Z");
        assert_eq!(calendar.start(Unit::FiscalYear, 0), date("2023-02-01"));
        assert_eq!(calendar.start(Unit::FiscalQuarter, 0), date("2023-11-01"));
        assert_eq!(calendar.start(Unit::FiscalQuarter, 1), date("2024-02-01"));
        assert_eq!(calendar.start(Unit::Quarter, 0), date("2024-01-01"));
    }

    #[test]
    fn midnight_knows_summer_time() {
        let calendar = calendar("Europe/Berlin", "de_DE", 1, "2024-07-01T12:00:00Z");
        assert_eq!(calendar.midnight(date("2024-07-01")).to_string(), "2024-06-30T22:00:00.000+0000");
        assert_eq!(calendar.midnight(date("2024-01-01")).to_string(), "2023-12-31T23:00:00.000+0000");
    }

    #[test]
    fn absurd_distances_end_at_the_calendars_ends() {
        let calendar = calendar("UTC", "en_US", 1, "2024-07-01T12:00:00Z");
        for unit in [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::FiscalYear] {
            assert_eq!(calendar.start(unit, i64::MAX), Date::MAX, "{unit:?}");
            assert_eq!(calendar.start(unit, -i64::MAX), Date::MIN, "{unit:?}");
        }
    }
}
