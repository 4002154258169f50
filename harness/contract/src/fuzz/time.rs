//! Instants as the REST API writes them.

use crate::model::calendar::{self, DAY};

/// Seconds since 1970 as the API answers a datetime.
pub(crate) fn text(seconds: i64) -> String {
    format!("{}.000+0000", whole(seconds))
}

/// Seconds since 1970 as requests carry them.
pub(crate) fn utc(seconds: i64) -> String {
    format!("{}Z", whole(seconds))
}

fn whole(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(DAY);
    let day = calendar::text(seconds.div_euclid(DAY));
    format!("{day}T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Milliseconds since 1970 of `2026-01-15T09:00:00.000+0000`, or of the same with `Z`.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let day = calendar::day(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = day * DAY + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let millis = if text.get(19..20) == Some(".") { number(20, 23)? } else { 0 };
    (text.ends_with("+0000") || text.ends_with('Z')).then_some(seconds * 1000 + millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_survive_the_way_there_and_back() {
        assert_eq!(text(18_993 * DAY + 8 * 3600 + 61), "2022-01-01T08:01:01.000+0000");
        assert_eq!(millis(&text(1_768_467_600)), Some(1_768_467_600_000));
        assert_eq!(millis(&utc(1_768_467_600)), Some(1_768_467_600_000));
        assert_eq!(millis("2026-01-15T09:00:00.250+0000"), Some(1_768_467_600_250));
        assert_eq!(millis("yesterday"), None);
    }
}
