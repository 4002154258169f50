//! Words with a meaning: which cannot be names, which cannot be aliases, which are date literals.

/// Whether the word is one that the grammar keeps for itself: no field and no object can have it as
/// its whole name. `Group` and `Order` are objects and so are not here.
pub(super) fn is_reserved(word: &str) -> bool {
    // By length, as most names are ruled out by theirs.
    let words: &[&str] = match word.len() {
        2 => &["AS", "BY", "IN", "OR"],
        3 => &["AND", "ASC", "FOR", "NOT"],
        4 => &["CUBE", "DESC", "ELSE", "FROM", "LAST", "LIKE", "NULL", "TRUE", "WITH"],
        5 => &["FALSE", "FIRST", "LIMIT", "NULLS", "USING", "WHERE"],
        6 => &["HAVING", "ROLLUP", "SELECT", "UPDATE"],
        8 => &["EXCLUDES", "INCLUDES"],
        _ => return false,
    };
    is_one_of(word, words)
}

/// Whether the word is forbidden as an alias.
pub(crate) fn is_forbidden_alias(word: &str) -> bool {
    is_reserved(word) || word.eq_ignore_ascii_case("GROUP")
}

/// The kinds of date literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateLiteralKind {
    /// `TODAY`: no number follows.
    Plain,
    /// `LAST_N_DAYS:30`: a colon and a number follow.
    Counted,
}

/// The kind of date literal that the word names.
pub(super) fn date_literal_kind(word: &str) -> Option<DateLiteralKind> {
    const DAYS: [&str; 5] = ["YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"];
    const PERIODS: [&str; 6] = ["WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"];
    const COUNTED: [&str; 7] =
        ["DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS", "FISCAL_QUARTERS", "FISCAL_YEARS"];
    if is_one_of(word, &DAYS) {
        return Some(DateLiteralKind::Plain);
    }
    if let Some(rest) = strip_prefix(word, "LAST_N_").or_else(|| strip_prefix(word, "NEXT_N_")) {
        return is_one_of(rest, &COUNTED).then_some(DateLiteralKind::Counted);
    }
    if let Some(rest) = strip_prefix(word, "N_") {
        let unit = rest.len().checked_sub("_AGO".len()).and_then(|end| rest.split_at_checked(end));
        return unit
            .filter(|(unit, ago)| ago.eq_ignore_ascii_case("_AGO") && is_one_of(unit, &COUNTED))
            .map(|_| DateLiteralKind::Counted);
    }
    let period = ["LAST_", "THIS_", "NEXT_"].iter().find_map(|prefix| strip_prefix(word, prefix))?;
    is_one_of(period, &PERIODS).then_some(DateLiteralKind::Plain)
}

/// Whether the word is one of the keywords, without regard to case.
pub(crate) fn is_one_of(word: &str, keywords: &[&str]) -> bool {
    keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

fn strip_prefix<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let (head, rest) = word.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_literal_of_the_platform_is_known() {
        for word in "YESTERDAY today TOMORROW LAST_WEEK THIS_WEEK NEXT_WEEK LAST_MONTH this_month \
                     NEXT_QUARTER LAST_YEAR THIS_FISCAL_QUARTER NEXT_FISCAL_YEAR LAST_90_DAYS NEXT_90_DAYS"
            .split_whitespace()
        {
            assert_eq!(date_literal_kind(word), Some(DateLiteralKind::Plain), "{word}");
        }
        for word in "LAST_N_DAYS NEXT_N_DAYS N_DAYS_AGO LAST_N_WEEKS NEXT_N_MONTHS LAST_N_QUARTERS \
                     NEXT_N_YEARS LAST_N_FISCAL_QUARTERS NEXT_N_FISCAL_YEARS n_weeks_ago N_MONTHS_AGO \
                     N_QUARTERS_AGO N_YEARS_AGO N_FISCAL_QUARTERS_AGO N_FISCAL_YEARS_AGO"
            .split_whitespace()
        {
            assert_eq!(date_literal_kind(word), Some(DateLiteralKind::Counted), "{word}");
        }
        for word in ["LAST_DAY", "N_DAYS", "THIS_N_DAYS", "LAST_N_90", "Name", "N_", "_AGO"] {
            assert_eq!(date_literal_kind(word), None, "{word}");
        }
    }
}
