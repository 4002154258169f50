//! Finding what differs between runs in any text: hosts, times, tokens, UUIDs and ids.

use super::redactor::Names;

/// Hosts of the platform, whose names say which org it is.
const DOMAINS: &[&str] = &[
    "salesforce.com",
    "force.com",
    "salesforce-sites.com",
    "salesforce-setup.com",
    "visualforce.com",
    "salesforce-experience.com",
    "cloudforce.com",
    "database.com",
];

/// The names of the platform's XML, which are no addresses.
const NAMESPACES: &[&str] = &["soap.sforce.com", "www.w3.org", "schemas.xmlsoap.org"];

/// The text with names in place of what differs.
pub(super) fn redact(text: &str, names: &mut Names) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (taken, shown) = match special(rest, names) {
            Some(found) => found,
            None => plain(rest, names),
        };
        out.push_str(&shown);
        rest = &rest[taken..];
    }
    out
}

/// How many bytes were recognised, and what stands for them.
pub(super) type Found = (usize, String);

fn special(text: &str, names: &mut Names) -> Option<Found> {
    host(text, names)
        .or_else(|| datetime(text))
        .or_else(|| date(text).map(|day| (day.len(), names.date(day))))
        .or_else(|| uuid(text).map(|uuid| (uuid.len(), names.named("uuid", uuid))))
        .or_else(|| token(text).map(|token| (token.len(), names.named("token", token))))
}

/// A word, which may be an id, or one sign. An escaped byte of a URL ends a word.
fn plain(text: &str, names: &mut Names) -> Found {
    let bytes = text.as_bytes();
    if bytes[0] == b'%' && bytes.len() >= 3 && bytes[1..3].iter().all(u8::is_ascii_hexdigit) {
        return (3, text[..3].to_owned());
    }
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    if end == 0 {
        let sign = text.chars().next().map_or(1, char::len_utf8);
        return (sign, text[..sign].to_owned());
    }
    let word = &text[..end];
    (end, names.ids.name(word).unwrap_or_else(|| word.to_owned()))
}

fn host(text: &str, names: &Names) -> Option<Found> {
    for (scheme, ends) in [("https://", ""), ("http://", ""), ("https%3A%2F%2F", "%"), ("http%3A%2F%2F", "%")]
    {
        if let Some(rest) = text.strip_prefix(scheme) {
            let stops = |letter: char| {
                !(letter.is_ascii_alphanumeric() || ".-:[]".contains(letter)) || ends.contains(letter)
            };
            let mut end = rest.find(stops).unwrap_or(rest.len());
            if !ends.is_empty()
                && let Some(port) = rest[end..].strip_prefix("%3A")
            {
                end += 3 + port.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(port.len());
            }
            return is_org(&rest[..end], names).then(|| (scheme.len() + end, "[host]".to_owned()));
        }
    }
    let known = names.hosts.iter().find(|host| text.starts_with(host.as_str()))?;
    Some((known.len(), "[host]".to_owned()))
}

fn is_org(authority: &str, names: &Names) -> bool {
    let name = authority.split("%3A").next().unwrap_or_default();
    let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
    if NAMESPACES.iter().any(|known| name.ends_with(known)) {
        return false;
    }
    names.hosts.contains(authority)
        || name == "localhost"
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || b".:[]".contains(&byte)))
        || DOMAINS.iter().any(|domain| {
            name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

/// A point in time. Midnight and the last second of a day are the bounds of periods, which are
/// business values, and stay.
pub(super) fn datetime(text: &str) -> Option<Found> {
    let day = digits(text, "dddd-dd-dd")?;
    let rest = text[day..].strip_prefix('T')?;
    let time = digits(rest, "dd:dd:dd").or_else(|| digits(rest, "dd%3Add%3Add"))?;
    let mut end = day + 1 + time;
    if let Some(fraction) = text[end..].strip_prefix('.') {
        end += 1 + fraction.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(fraction.len());
    }
    let zone = &text[end..];
    let forms = ["Z", "+dddd", "-dddd", "+dd:dd", "-dd:dd", "%2Bdddd", "%2Bdd:dd", "%2Bdd%3Add"];
    end += forms.iter().rev().find_map(|form| digits(zone, form)).unwrap_or(0);
    let clock = rest[..time].replace("%3A", ":");
    let whole = matches!(clock.as_str(), "00:00:00" | "23:59:59");
    Some((end, if whole { text[..end].to_owned() } else { "[datetime]".to_owned() }))
}

pub(super) fn date(text: &str) -> Option<&str> {
    let end = digits(text, "dddd-dd-dd")?;
    (!text[end..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-')).then(|| &text[..end])
}

/// How long the beginning of the text is that has this form; `d` stands for a digit.
fn digits(text: &str, form: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let fits = form.bytes().enumerate().all(|(at, sign)| {
        bytes.get(at).is_some_and(|byte| if sign == b'd' { byte.is_ascii_digit() } else { *byte == sign })
    });
    fits.then_some(form.len())
}

pub(super) fn uuid(text: &str) -> Option<&str> {
    let bytes = text.as_bytes().get(..36)?;
    let fits = bytes.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = !text.as_bytes().get(36).is_some_and(u8::is_ascii_alphanumeric);
    (fits && ends).then(|| &text[..36])
}

/// A session (`00D…!…`), a signed token (`eyJ….….…`) or the key of a connected app (`3MVG…`).
fn token(text: &str) -> Option<&str> {
    let run = |from: usize, signs: &str| {
        let rest = &text[from..];
        from + rest
            .find(|sign: char| !sign.is_ascii_alphanumeric() && !signs.contains(sign))
            .unwrap_or(rest.len())
    };
    if text.starts_with("00D") {
        let id = run(0, "");
        let mark = ["!", "%21"].into_iter().find(|mark| text[id..].starts_with(mark))?;
        return Some(&text[..run(id + mark.len(), "._-")]);
    }
    if text.starts_with("eyJ") {
        let end = run(0, "._-");
        return (text[..end].matches('.').count() == 2).then(|| &text[..end]);
    }
    let end = text.starts_with("3MVG").then(|| run(0, "._"))?;
    (end >= 30).then(|| &text[..end])
}
