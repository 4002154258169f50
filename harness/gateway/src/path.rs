//! The request path as the table knows it: one slash between segments, no slash at the end, no suffix.

use std::borrow::Cow;

/// The form of the answer that a path's suffix asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suffix {
    /// None, or `.json`.
    Json,
    /// `.xml`.
    Xml,
}

/// Brings a path into the form that the table knows.
///
/// Clients glue addresses together, so doubled slashes and slashes at the end are common.
pub(crate) fn normalise(path: &str) -> (Cow<'_, str>, Suffix) {
    let (path, suffix) = match (path.strip_suffix(".json"), path.strip_suffix(".xml")) {
        // The control surface answers JSON; a dot belongs to the name of what it is asked for.
        _ if path.trim_start_matches('/').starts_with("__mockorg") => (path, Suffix::Json),
        (Some(path), _) => (path, Suffix::Json),
        (_, Some(path)) => (path, Suffix::Xml),
        _ => (path, Suffix::Json),
    };
    let doubled = path.as_bytes().windows(2).any(|pair| pair == b"//");
    if !doubled {
        return (Cow::Borrowed(path.strip_suffix('/').unwrap_or(path)), suffix);
    }
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        out.push('/');
        out.push_str(segment);
    }
    (Cow::Owned(out), suffix)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doubled_and_final_slashes_do_not_matter() {
        for path in [
            "/services/data/v62.0",
            "/services/data/v62.0/",
            "//services/data//v62.0//",
            "/services///data/v62.0",
        ] {
            assert_eq!(normalise(path).0, "/services/data/v62.0", "{path}");
        }
        assert_eq!(normalise("/").0, "");
    }

    #[test]
    fn a_suffix_names_the_form_of_the_answer() {
        assert_eq!(normalise("/a/b.json"), (Cow::Borrowed("/a/b"), Suffix::Json));
        assert_eq!(normalise("/a/b.xml"), (Cow::Borrowed("/a/b"), Suffix::Xml));
        assert_eq!(normalise("/__mockorg/openapi.json").0, "/__mockorg/openapi.json");
    }

    #[test]
    fn a_slash_after_a_dotted_value_keeps_the_value_whole() {
        assert_eq!(
            normalise("/sobjects/Account/Site__c/acme.json/").0,
            "/sobjects/Account/Site__c/acme.json"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn a_normal_path_has_no_empty_segment_and_keeps_every_other(path in "/?[a-c%./\u{e9}]{0,16}(\\.json|\\.xml)?/?") {
            let (normal, _) = normalise(&path);
            let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect::<Vec<_>>();
            let mut expected = segments(&path);
            let stripped = path.strip_suffix(".json").or_else(|| path.strip_suffix(".xml"));
            if let Some(stripped) = stripped {
                expected = segments(stripped);
            }
            prop_assert_eq!(segments(&normal), expected);
            prop_assert!(!normal.contains("//") && !normal.ends_with('/'), "{}", normal);
        }
    }
}
