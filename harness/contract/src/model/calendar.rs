//! Days and terms as the model counts them: a calendar of its own, in plain integers.

/// A day, counted from the beginning of 1970.
pub type Day = i64;

/// The seconds of a day.
pub const DAY: i64 = 86_400;

/// The day of a date.
pub const fn day(year: i64, month: i64, of_month: i64) -> Day {
    // Years that begin in March end with the leap day.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + of_month - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// The year, the month and the day of the month of a day.
pub fn date(of: Day) -> (i64, i64, i64) {
    let mut year = 1970 + of / 366;
    while day(year + 1, 1, 1) <= of {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && day(year, month + 1, 1) <= of {
        month += 1;
    }
    (year, month, of - day(year, month, 1) + 1)
}

/// The day as the API writes it.
pub fn text(of: Day) -> String {
    let (year, month, day) = date(of);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The same day of a later month, or the last one that it has.
pub fn add_months(of: Day, months: i64) -> Day {
    let (year, month, of_month) = date(of);
    let months = year * 12 + month - 1 + months;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let next = if month == 12 { day(year + 1, 1, 1) } else { day(year, month + 1, 1) };
    (day(year, month, 1) + of_month - 1).min(next - 1)
}

/// How many terms of so many months the days from `first` to `last` are, as a fraction.
pub fn terms(first: Day, last: Day, term_months: i64) -> (i128, i128) {
    let after = last + 1;
    // Years count whole, and the days beyond them as parts of 365; anything shorter counts by months.
    let step = if term_months % 12 == 0 { term_months } else { 1 };
    let mut whole = 0;
    while add_months(first, (whole + 1) * step) <= after {
        whole += 1;
    }
    let rest = after - add_months(first, whole * step);
    let length = if step == 1 {
        add_months(first, whole + 1) - add_months(first, whole)
    } else {
        365 * (term_months / 12)
    };
    let parts = if step == 1 { term_months } else { 1 };
    (i128::from(whole * length + rest), i128::from(length * parts))
}

#[test]
fn the_calendar_of_the_model_knows_leap_years_and_short_months() {
    assert_eq!((day(1970, 1, 1), day(2000, 3, 1), day(2022, 1, 1)), (0, 11_017, 18_993));
    for of in 18_000..22_000 {
        let (year, month, of_month) = date(of);
        assert_eq!(day(year, month, of_month), of);
    }
    assert_eq!(text(add_months(day(2024, 1, 31), 1)), "2024-02-29");
    assert_eq!(terms(day(2022, 1, 1), day(2022, 12, 31), 1), (12 * 31, 31));
    assert_eq!(terms(day(2025, 3, 1), day(2026, 3, 1), 12), (366, 365));
}
