//! Paths of stubs: which requests they mean, and what their names stand for.

use std::borrow::Cow;

use crate::form;

/// A path template, taken apart.
#[derive(Clone, Debug)]
pub(super) struct PathPattern(Box<[Segment]>);

#[derive(Clone, Debug)]
enum Segment {
    Text(Box<str>),
    /// One segment, by its name.
    One(Box<str>),
    /// All segments that follow, by their name.
    Rest(Box<str>),
}

/// What the names of a path stand for in one request.
pub(super) type Parameters<'a> = Vec<(&'a str, Cow<'a, str>)>;

impl PathPattern {
    /// Reads a template such as `/services/apexrest/price/{sku}`.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if !text.starts_with('/') {
            return Err(format!("the path `{text}` does not begin with a slash"));
        }
        let mut segments: Vec<Segment> = Vec::new();
        for part in text.split('/').filter(|part| !part.is_empty()) {
            if let Some(Segment::Rest(name)) = segments.last() {
                return Err(format!("nothing can follow `{{*{name}}}` in the path `{text}`"));
            }
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            segments.push(match name {
                None if part.contains(['{', '}']) => {
                    return Err(format!(
                        "`{part}` in the path `{text}` is neither text nor one name in braces"
                    ));
                }
                None => Segment::Text(form::segment(part).into()),
                Some(name) => match name.strip_prefix('*') {
                    Some(rest) => Segment::Rest(is_name(rest, text)?.into()),
                    None => Segment::One(is_name(name, text)?.into()),
                },
            });
        }
        Ok(Self(segments.into()))
    }

    /// Whether the template has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|segment| match segment {
            Segment::Text(_) => false,
            Segment::One(own) | Segment::Rest(own) => **own == *name,
        })
    }

    /// What the names stand for in a path that fits.
    pub(super) fn fit<'a>(&'a self, path: &'a str) -> Option<Parameters<'a>> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let mut found = Vec::new();
        for segment in &self.0 {
            match segment {
                Segment::Text(text) => {
                    parts.next().filter(|part| form::segment(part) == **text)?;
                }
                Segment::One(name) => found.push((&**name, form::segment(parts.next()?))),
                Segment::Rest(name) => {
                    let rest: Vec<_> = parts.by_ref().map(form::segment).collect();
                    found.push((&**name, rest.join("/").into()));
                }
            }
        }
        parts.next().is_none().then_some(found)
    }
}

fn is_name<'a>(name: &'a str, path: &str) -> Result<&'a str, String> {
    let good = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    good.then_some(name)
        .ok_or_else(|| format!("`{{{name}}}` in the path `{path}` is no name of letters, digits and _"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pattern: &str, path: &str) -> Option<Vec<(String, String)>> {
        let pattern = PathPattern::read(pattern).unwrap();
        let found = pattern.fit(path)?;
        Some(found.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn names_stand_for_decoded_segments() {
        assert_eq!(fit("/a/{x}/c", "/a/b%2Fb/c/"), Some(vec![pair("x", "b/b")]));
        assert_eq!(fit("/a/{*rest}", "/a/b/c"), Some(vec![pair("rest", "b/c")]));
        assert_eq!(fit("/a/{*rest}", "/a"), Some(vec![pair("rest", "")]));
        assert_eq!(fit("/a", "//a"), Some(Vec::new()));
        for (pattern, path) in [("/a/{x}", "/a"), ("/a/{x}", "/a/b/c"), ("/a", "/A"), ("/a", "/")] {
            assert_eq!(fit(pattern, path), None, "{pattern} {path}");
        }
    }

    #[test]
    fn paths_that_could_not_be_meant_are_refused() {
        for (path, why) in [
            ("services", "does not begin"),
            ("/a/{}", "no name"),
            ("/a/x{b}", "neither text"),
            ("/a/{*b}/c", "nothing can follow"),
        ] {
            let error = PathPattern::read(path).unwrap_err();
            assert!(error.contains(why), "{path}: {error}");
        }
    }
}
