//! Money as the model counts it: whole numbers of hundredths, rounded once, halves away from zero.

/// Hundredths: cents of money, or hundredths of a unit.
pub type Hundredths = i128;

/// A fraction as the nearest whole number, halves away from zero.
pub const fn round(numerator: i128, denominator: i128) -> i128 {
    let half = (2 * numerator.abs() + denominator) / (2 * denominator);
    if numerator < 0 { -half } else { half }
}

/// What so many units cost for so many terms.
pub const fn amount(price: Hundredths, quantity: Hundredths, terms: (i128, i128)) -> Hundredths {
    round(price * quantity * terms.0, 100 * terms.1)
}

/// What so many units cost in a month, at a price for a term of so many months.
pub const fn per_month(price: Hundredths, quantity: Hundredths, term_months: i128) -> Hundredths {
    round(price * quantity, 100 * term_months)
}

/// The number as the API takes it.
pub fn text(number: Hundredths) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", number.abs() / 100, number.abs() % 100)
}

#[test]
fn halves_go_away_from_zero() {
    assert_eq!([round(5, 10), round(-5, 10), round(4, 10), round(15, 10)], [1, -1, 0, 2]);
    assert_eq!((text(-1205), amount(1000, 1000, (12, 1))), ("-12.05".to_owned(), 120_000));
}
