//! Which paths are meant: a template with names in braces, or a glob.

use std::fmt;

use crate::form;

/// A path, of which parts may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    text: Box<str>,
    segments: Box<[Segment]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Text(Box<str>),
    /// Any one segment.
    Any,
    /// One segment that fits, with `*` for any letters.
    Glob(Box<str>),
    /// Any number of segments, none included.
    Rest,
}

impl Segment {
    fn fits(&self, part: &str) -> bool {
        match self {
            Self::Text(text) => **text == *part,
            Self::Any | Self::Rest => true,
            Self::Glob(glob) => fits_glob(glob.as_bytes(), part.as_bytes()),
        }
    }
}

impl PathPattern {
    /// A template: `{name}` stands for one segment, `{*name}` for all that follow.
    pub(crate) fn template(text: &str) -> Self {
        Self::read(text, |part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if name.starts_with('*') => Segment::Rest,
            Some(_) => Segment::Any,
            None => Segment::Text(form::segment(part).into()),
        })
    }

    /// A glob: `*` stands for any letters of a segment, `**` for any number of segments.
    pub(crate) fn glob(text: &str) -> Self {
        Self::read(text, |part| match part {
            "**" => Segment::Rest,
            "*" => Segment::Any,
            _ if part.contains('*') => Segment::Glob(part.into()),
            _ => Segment::Text(form::segment(part).into()),
        })
    }

    fn read(text: &str, segment: impl Fn(&str) -> Segment) -> Self {
        Self { text: text.into(), segments: parts(text).map(segment).collect() }
    }

    /// Whether a path is meant.
    pub(crate) fn fits(&self, path: &str) -> bool {
        let parts: Vec<_> = parts(path).map(form::segment).collect();
        // Only the last `**` has to be tried with more: what stood before it fitted already.
        let (mut at, mut segment) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.segments.get(segment), parts.get(at)) {
                (None, None) => return true,
                (Some(Segment::Rest), _) => {
                    retry = Some((segment, at));
                    segment += 1;
                    continue;
                }
                (Some(own), Some(part)) if own.fits(part) => {
                    at += 1;
                    segment += 1;
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((rest, taken)) if taken < parts.len() => {
                    retry = Some((rest, taken + 1));
                    at = taken + 1;
                    segment = rest + 1;
                }
                _ => return false,
            }
        }
    }

    /// In what a path that does not fit differs: the number of the first other segment, from 1, what was expected
    /// there and what stands there; and how far the path is away.
    pub(crate) fn difference(&self, path: &str) -> (Option<(usize, String, String)>, u32) {
        let parts: Vec<_> = parts(path).map(form::segment).collect();
        let (mut first, mut distance) = (None, 0);
        let least = self.segments.iter().position(|own| *own == Segment::Rest);
        for at in 0..least.unwrap_or_else(|| parts.len().max(self.segments.len())) {
            let (own, part) = (self.segments.get(at), parts.get(at));
            let away = match (own, part) {
                (Some(own), Some(part)) if own.fits(part) => continue,
                (Some(Segment::Text(text)), Some(part)) => letters_away(text, part).min(10),
                _ => 10,
            };
            distance += away;
            let words = |word: Option<String>| word.unwrap_or_else(|| "nothing".to_owned());
            first = first.or_else(|| {
                Some((at + 1, words(own.map(ToString::to_string)), words(part.map(ToString::to_string))))
            });
        }
        (first, distance.max(1))
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(text) | Self::Glob(text) => text,
            Self::Any => "anything",
            Self::Rest => "**",
        })
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Whether a text fits a pattern in which `*` stands for any letters.
fn fits_glob(glob: &[u8], text: &[u8]) -> bool {
    let (mut at, mut own, mut retry) = (0, 0, None);
    loop {
        match (glob.get(own), text.get(at)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                retry = Some((own, at));
                own += 1;
                continue;
            }
            (Some(letter), Some(found)) if letter == found => {
                own += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((star, taken)) if taken < text.len() => {
                retry = Some((star, taken + 1));
                own = star + 1;
                at = taken + 1;
            }
            _ => return false,
        }
    }
}

/// How many letters have to be changed, added or left out to make one text of the other; texts are cut at 64 bytes.
fn letters_away(one: &str, other: &str) -> u32 {
    let cut = |text: &str| text.as_bytes().iter().copied().take(64).collect::<Vec<u8>>();
    let (one, other) = (cut(one), cut(other));
    let mut row: Vec<u32> = (0..).take(other.len() + 1).collect();
    for (at, letter) in (1..).zip(&one) {
        let mut corner = row[0];
        row[0] = at;
        for (place, found) in other.iter().enumerate() {
            let change = corner + u32::from(letter != found);
            corner = row[place + 1];
            row[place + 1] = change.min(row[place] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_stand_for_one_segment_and_stars_for_letters_or_segments() {
        let template = PathPattern::template("/services/data/{version}/sobjects/Account/{id}");
        assert!(template.fits("/services/data/v62.0/sobjects/Account/001"));
        assert!(!template.fits("/services/data/v62.0/sobjects/Account"));
        assert!(!template.fits("/services/data/v62.0/sobjects/Account/001/Owner"));
        assert!(
            PathPattern::template("/a/{*rest}").fits("/a") && PathPattern::template("/a/{*b}").fits("/a/b/c")
        );
        for (glob, path, fits) in [
            ("/services/**", "/services/data/v62.0", true),
            ("/services/**", "/services", true),
            ("/services/*", "/services/data/v62.0", false),
            ("/services/data/v6*/limits", "/services/data/v62.0/limits", true),
            ("/**/describe", "/services/data/v62.0/sobjects/Account/describe", true),
            ("/**/describe", "/services/data/v62.0/sobjects/describe/Account", false),
            ("/**/a/**/b", "/x/a/a/y/b", true),
            ("/a*b*c", "/abbc", true),
            ("/a*b*c", "/acb", false),
            ("/a b", "/a%20b", true),
        ] {
            assert_eq!(PathPattern::glob(glob).fits(path), fits, "{glob} {path}");
        }
    }

    #[test]
    fn the_first_other_segment_is_named_and_a_misspelling_is_near() {
        let pattern = PathPattern::template("/services/data/{version}/sobjects/Account");
        let differs = |path: &str| pattern.difference(path);
        let (first, misspelt) = differs("/services/data/v62.0/sobjects/Acount");
        assert_eq!(first, Some((5, "Account".to_owned(), "Acount".to_owned())));
        let (first, longer) = differs("/services/data/v62.0/sobjects/Account/001");
        assert_eq!(first, Some((6, "nothing".to_owned(), "001".to_owned())));
        assert!(misspelt < longer && longer < differs("/services/oauth2/token").1);
    }
}
