//! The locales of FORMAT as data: how each writes days, times and numbers.
//!
//! The patterns are those of CLDR 41 in their short form, with years in full, as the platform shows them.

use std::iter;

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::{Decimal, RoundingStrategy};

/// How a locale writes values.
#[derive(Debug)]
pub(super) struct Locale {
    /// The value of `User.LocaleSidKey`.
    pub(super) key: &'static str,
    date: &'static str,
    time: &'static str,
    /// What stands between day and time.
    joint: &'static str,
    halves: [&'static str; 2],
    decimal: &'static str,
    group: &'static str,
    /// How many digits must stand before the first separator of thousands.
    least_grouped: usize,
    percent: &'static str,
    money: Money,
}

/// Where a currency's sign stands.
#[derive(Debug)]
enum Money {
    /// `-$5.00`; what stands between sign and amount.
    Before(&'static str),
    /// `€ -5,00`.
    BeforeMinus(&'static str),
    /// `-5,00 €`; what stands between amount and sign.
    After(&'static str),
}

const NO_HALVES: [&str; 2] = ["", ""];
const AM_PM: [&str; 2] = ["am", "pm"];
/// A blank at which no line breaks.
const BLANK: &str = "\u{a0}";

const EN_US: Locale = Locale {
    key: "en_US",
    date: "M/d/y",
    time: "h:mm a",
    joint: ", ",
    halves: ["AM", "PM"],
    decimal: ".",
    group: ",",
    least_grouped: 1,
    percent: "%",
    money: Money::Before(""),
};

const DE_DE: Locale = Locale {
    key: "de_DE",
    date: "dd.MM.y",
    time: "HH:mm",
    joint: ", ",
    halves: NO_HALVES,
    decimal: ",",
    group: ".",
    least_grouped: 1,
    percent: "\u{a0}%",
    money: Money::After(BLANK),
};

const LOCALES: &[Locale] = &[
    EN_US,
    Locale { key: "en_GB", date: "dd/MM/y", time: "HH:mm", halves: NO_HALVES, ..EN_US },
    Locale { key: "en_IE", date: "dd/MM/y", time: "HH:mm", halves: NO_HALVES, ..EN_US },
    Locale { key: "en_CA", date: "y-MM-dd", halves: ["a.m.", "p.m."], ..EN_US },
    Locale { key: "en_AU", date: "d/M/y", halves: AM_PM, ..EN_US },
    Locale { key: "en_NZ", date: "d/MM/y", halves: AM_PM, ..EN_US },
    Locale { key: "en_SG", date: "d/M/y", halves: AM_PM, ..EN_US },
    DE_DE,
    Locale { key: "da_DK", time: "HH.mm", joint: " ", ..DE_DE },
    Locale { key: "es_ES", date: "d/M/y", time: "H:mm", least_grouped: 2, ..DE_DE },
    Locale {
        key: "es_MX",
        date: "dd/MM/y",
        time: "HH:mm",
        halves: NO_HALVES,
        least_grouped: 2,
        percent: "\u{a0}%",
        ..EN_US
    },
    Locale { key: "fr_FR", date: "dd/MM/y", joint: " ", group: "\u{202f}", ..DE_DE },
    Locale { key: "fr_CA", date: "y-MM-dd", time: "HH 'h' mm", joint: " ", group: BLANK, ..DE_DE },
    Locale { key: "it_IT", date: "dd/MM/y", least_grouped: 2, percent: "%", ..DE_DE },
    Locale {
        key: "nl_NL",
        date: "dd-MM-y",
        joint: " ",
        percent: "%",
        money: Money::BeforeMinus(BLANK),
        ..DE_DE
    },
    Locale { key: "pt_BR", date: "dd/MM/y", joint: " ", percent: "%", money: Money::Before(BLANK), ..DE_DE },
    Locale { key: "ja_JP", date: "y/MM/dd", time: "H:mm", joint: " ", halves: NO_HALVES, ..EN_US },
    Locale { key: "zh_CN", date: "y/M/d", time: "HH:mm", joint: " ", halves: NO_HALVES, ..EN_US },
];

/// The signs of the US dollar where it is not the home currency.
const DOLLARS: &[(&str, &str)] = &[
    ("en_US", "$"),
    ("de_DE", "$"),
    ("ja_JP", "$"),
    ("en_AU", "USD"),
    ("es_MX", "USD"),
    ("it_IT", "USD"),
    ("fr_FR", "$US"),
    ("fr_CA", "$\u{a0}US"),
];

impl Locale {
    /// The locale with this key, if its formats are known.
    pub(super) fn named(key: &str) -> Option<&'static Self> {
        LOCALES.iter().find(|locale| locale.key == key)
    }

    /// A day: `1/31/2024`.
    pub(super) fn date(&self, date: Date) -> String {
        self.fill(self.date, date.at(0, 0, 0, 0))
    }

    /// A time of day: `4:30 PM`.
    pub(super) fn time(&self, time: Time) -> String {
        self.fill(self.time, Date::default().to_datetime(time))
    }

    /// A day and a time: `1/31/2024, 4:30 PM`.
    pub(super) fn date_time(&self, at: DateTime) -> String {
        format!("{}{}{}", self.fill(self.date, at), self.joint, self.fill(self.time, at))
    }

    /// A number with `scale` digits after the point.
    pub(super) fn number(&self, number: Decimal, scale: u32) -> String {
        let (negative, digits) = self.digits(number, scale);
        format!("{}{digits}", minus(negative))
    }

    /// A percentage.
    pub(super) fn percent(&self, number: Decimal, scale: u32) -> String {
        format!("{}{}", self.number(number, scale), self.percent)
    }

    /// An amount of US dollars.
    pub(super) fn dollars(&self, number: Decimal) -> String {
        let (negative, digits) = self.digits(number, 2);
        let minus = minus(negative);
        let sign = DOLLARS.iter().find(|(key, _)| *key == self.key).map_or("US$", |(_, sign)| *sign);
        match self.money {
            // Letters and digits are kept apart.
            Money::Before("") if sign.ends_with(char::is_alphabetic) => {
                format!("{minus}{sign}{BLANK}{digits}")
            }
            Money::Before(gap) => format!("{minus}{sign}{gap}{digits}"),
            Money::BeforeMinus(gap) => format!("{sign}{gap}{minus}{digits}"),
            Money::After(gap) => format!("{minus}{digits}{gap}{sign}"),
        }
    }

    /// Whether the number is negative as it is shown, and its digits.
    fn digits(&self, number: Decimal, scale: u32) -> (bool, String) {
        // Half goes to the even neighbour, as ICU does it.
        let rounded = number.round_dp_with_strategy(scale, RoundingStrategy::MidpointNearestEven);
        let text = format!("{:.*}", scale as usize, rounded.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut digits = String::with_capacity(text.len() + whole.len());
        let grouped = whole.len() >= 3 + self.least_grouped;
        for (index, digit) in whole.chars().enumerate() {
            if grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                digits.push_str(self.group);
            }
            digits.push(digit);
        }
        if !fraction.is_empty() {
            digits.push_str(self.decimal);
            digits.push_str(fraction);
        }
        (rounded.is_sign_negative() && !rounded.is_zero(), digits)
    }

    /// Fills a pattern: runs of `y`, `M`, `d`, `H`, `h`, `m` and `a` stand for parts, all else for itself,
    /// as does what stands in quotes.
    fn fill(&self, pattern: &str, at: DateTime) -> String {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some(letter) = rest.chars().next() {
            if let Some((quoted, after)) = rest.strip_prefix('\'').and_then(|rest| rest.split_once('\'')) {
                text.push_str(quoted);
                rest = after;
                continue;
            }
            let width = rest.chars().take_while(|next| *next == letter).count();
            let number = match letter {
                'y' => Some(at.year()),
                'M' => Some(at.month().into()),
                'd' => Some(at.day().into()),
                'H' => Some(at.hour().into()),
                'h' => Some(((at.hour() + 11) % 12 + 1).into()),
                'm' => Some(at.minute().into()),
                _ => None,
            };
            match (number, letter) {
                (Some(number), _) => {
                    let digits = number.to_string();
                    text.extend(iter::repeat_n('0', width.saturating_sub(digits.len())));
                    text.push_str(&digits);
                }
                (None, 'a') => text.push_str(self.halves[usize::from(at.hour() >= 12)]),
                (None, other) => text.push(other),
            }
            let taken = if letter.is_ascii_alphabetic() { width } else { letter.len_utf8() };
            rest = rest.get(taken..).unwrap_or_default();
        }
        text
    }
}

const fn minus(negative: bool) -> &'static str {
    if negative { "-" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(key: &str) -> &'static Locale {
        Locale::named(key).unwrap()
    }

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn each_locale_writes_an_instant_in_its_own_way() {
        let at = Date::constant(2008, 1, 8).at(16, 5, 0, 0);
        let expected = [
            ("en_US", "1/8/2008, 4:05 PM"),
            ("en_GB", "08/01/2008, 16:05"),
            ("en_CA", "2008-01-08, 4:05 p.m."),
            ("en_AU", "8/1/2008, 4:05 pm"),
            ("en_NZ", "8/01/2008, 4:05 pm"),
            ("de_DE", "08.01.2008, 16:05"),
            ("da_DK", "08.01.2008 16.05"),
            ("es_ES", "8/1/2008, 16:05"),
            ("fr_FR", "08/01/2008 16:05"),
            ("fr_CA", "2008-01-08 16 h 05"),
            ("it_IT", "08/01/2008, 16:05"),
            ("nl_NL", "08-01-2008 16:05"),
            ("pt_BR", "08/01/2008 16:05"),
            ("ja_JP", "2008/01/08 16:05"),
            ("zh_CN", "2008/1/8 16:05"),
        ];
        for (key, text) in expected {
            assert_eq!(locale(key).date_time(at), text, "{key}");
        }
    }

    #[test]
    fn noon_and_midnight_are_twelve() {
        let time = |hour| locale("en_US").time(Time::constant(hour, 0, 0, 0));
        assert_eq!([time(0), time(1), time(12), time(13)], ["12:00 AM", "1:00 AM", "12:00 PM", "1:00 PM"]);
    }

    #[test]
    fn numbers_are_grouped_and_rounded() {
        assert_eq!(locale("en_US").number(number("1234567.125"), 2), "1,234,567.12");
        assert_eq!(locale("en_US").number(number("-999"), 0), "-999");
        assert_eq!(locale("en_US").number(number("-0.004"), 2), "0.00");
        assert_eq!(locale("de_DE").number(number("1234.5"), 1), "1.234,5");
        assert_eq!(locale("es_ES").number(number("1234.5"), 1), "1234,5");
        assert_eq!(locale("es_ES").number(number("12345"), 0), "12.345");
        assert_eq!(locale("fr_FR").percent(number("12345"), 0), "12\u{202f}345\u{a0}%");
    }

    #[test]
    fn dollars_stand_where_the_locale_has_them() {
        let dollars = |key| locale(key).dollars(number("-44000"));
        assert_eq!(dollars("en_US"), "-$44,000.00");
        assert_eq!(dollars("en_GB"), "-US$44,000.00");
        assert_eq!(dollars("en_AU"), "-USD\u{a0}44,000.00");
        assert_eq!(dollars("de_DE"), "-44.000,00\u{a0}$");
        assert_eq!(dollars("nl_NL"), "US$\u{a0}-44.000,00");
        assert_eq!(dollars("pt_BR"), "-US$\u{a0}44.000,00");
    }
}
