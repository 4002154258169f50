//! Which entries somebody wants to see.

use mockorg_org::{ControlRefusal, Timestamp};

use super::{EntryKind, JournalEntry, Pattern};
use crate::{Gateway, form};

/// Which entries of the journal are told, and from where on.
///
/// # Examples
///
/// ```
/// use mockorg_gateway::{JournalFilter, Pattern};
///
/// let failed = JournalFilter::of(Pattern::any().status("4xx")).after_sequence(10).limit(5);
/// assert_eq!(failed, JournalFilter::parse("kind=call&status=4xx&afterSequence=10&limit=5").unwrap());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalFilter {
    pattern: Pattern,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    after: u64,
    limit: Option<usize>,
}

/// What a filter finds.
#[derive(Clone, Debug)]
pub struct JournalPage {
    /// The entries, oldest first.
    pub entries: Vec<JournalEntry>,
    /// How many entries are no longer in the journal because there was no room.
    pub dropped: u64,
    /// The sequence after which the next page begins; `None` when this is the last one.
    pub next: Option<u64>,
}

impl JournalFilter {
    /// The parameters of an address that say which entries are wanted.
    pub(crate) const PARAMETERS: [&'static str; 14] = [
        "kind",
        "method",
        "path",
        "pathGlob",
        "endpoint",
        "status",
        "user",
        "object",
        "fault",
        "channel",
        "body~",
        "since",
        "until",
        "afterSequence",
    ];

    /// Entries that are like this.
    #[must_use]
    pub fn of(pattern: Pattern) -> Self {
        Self { pattern, ..Self::default() }
    }

    /// Entries of this org time and later.
    #[must_use]
    pub const fn since(mut self, at: Timestamp) -> Self {
        self.since = Some(at);
        self
    }

    /// Entries up to this org time.
    #[must_use]
    pub const fn until(mut self, at: Timestamp) -> Self {
        self.until = Some(at);
        self
    }

    /// Entries after this one.
    #[must_use]
    pub const fn after_sequence(mut self, sequence: u64) -> Self {
        self.after = sequence;
        self
    }

    /// So many entries at most.
    #[must_use]
    pub const fn limit(mut self, most: usize) -> Self {
        self.limit = Some(most);
        self
    }

    /// Reads a filter as the query of `GET /__mockorg/journal` has it.
    ///
    /// # Errors
    ///
    /// What is wrong: a parameter that there is not, that stands twice, or whose value is of another kind.
    pub fn parse(query: &str) -> Result<Self, ControlRefusal> {
        let mut filter = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form::pairs(query) {
            if seen.iter().any(|seen| **seen == *name) {
                return Err(wrong(format!("`{name}` stands twice"), "give it once"));
            }
            filter.take(&name, &value)?;
            seen.push(name.into_owned());
        }
        Ok(filter)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), ControlRefusal> {
        let number = || {
            value.parse::<u64>().map_err(|_| wrong(format!("`{name}` is no number"), "give a whole number"))
        };
        let instant = || {
            let hint = "give an instant such as 2026-01-15T09:00:00Z";
            Timestamp::parse(value).ok_or_else(|| wrong(format!("`{name}` is no instant"), hint))
        };
        let pattern = std::mem::take(&mut self.pattern);
        self.pattern = match name {
            "kind" => match value {
                "call" => pattern.kind(EntryKind::Call),
                "event" => pattern.kind(EntryKind::Event),
                _ => return Err(wrong(format!("`{value}` is no kind of entries"), "give call or event")),
            },
            "method" => pattern.method(value),
            "path" if pattern.path.is_none() => pattern.path(value),
            "pathGlob" if pattern.path.is_none() => pattern.path_glob(value),
            "path" | "pathGlob" => {
                return Err(wrong("there are two paths".to_owned(), "give path or pathGlob"));
            }
            "endpoint" => pattern.endpoint(value),
            "status" => pattern.status(value),
            "user" => pattern.user(value),
            "object" => pattern.object(value),
            "fault" => pattern.fault(value),
            "channel" => pattern.channel(value),
            "body~" => pattern.body_contains(value),
            _ => pattern,
        };
        match name {
            "since" => self.since = Some(instant()?),
            "until" => self.until = Some(instant()?),
            "afterSequence" => self.after = number()?,
            "limit" => self.limit = usize::try_from(number()?).ok(),
            _ if Self::PARAMETERS.contains(&name) => {}
            _ => {
                let known = Self::PARAMETERS.join(", ");
                return Err(wrong(
                    format!("there is no parameter `{name}`"),
                    &format!("the parameters are {known}, limit"),
                ));
            }
        }
        Ok(())
    }

    fn wants(&self, entry: &JournalEntry) -> bool {
        self.since.is_none_or(|since| entry.at() >= since)
            && self.until.is_none_or(|until| entry.at() <= until)
            && self.pattern.fits(entry)
    }
}

fn wrong(error: String, hint: &str) -> ControlRefusal {
    ControlRefusal { error: error.into(), hint: hint.into() }
}

impl Gateway {
    /// The entries of the journal that a filter wants.
    ///
    /// # Errors
    ///
    /// When the journal cannot say which these are, such as by their bodies when it keeps none.
    pub fn journal_page(&self, filter: &JournalFilter) -> Result<JournalPage, ControlRefusal> {
        if let Some(refusal) = filter.pattern.refusal(self.journal().settings.bodies) {
            return Err(refusal);
        }
        let (all, dropped) = self.journal().after(filter.after);
        let mut found = all.into_iter().filter(|entry| filter.wants(entry));
        let entries: Vec<JournalEntry> = found.by_ref().take(filter.limit.unwrap_or(usize::MAX)).collect();
        let is_last = filter.limit.is_none_or(|limit| entries.len() < limit) || found.next().is_none();
        let last = entries.last().map_or(filter.after, JournalEntry::sequence);
        Ok(JournalPage { entries, dropped, next: (!is_last).then_some(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_mean_nothing_are_refused_by_name() {
        let refusal = |query: &str| JournalFilter::parse(query).unwrap_err().error;
        assert_eq!(&*refusal("methode=GET"), "there is no parameter `methode`");
        assert_eq!(&*refusal("limit=-1"), "`limit` is no number");
        assert_eq!(&*refusal("since=yesterday"), "`since` is no instant");
        assert_eq!(&*refusal("kind=calls"), "`calls` is no kind of entries");
        assert_eq!(&*refusal("path=/a&pathGlob=/b"), "there are two paths");
        assert_eq!(&*refusal("user=a&user=b"), "`user` stands twice");
        let refusal = JournalFilter::parse("status=40").unwrap().pattern.refusal(true).unwrap();
        assert!(refusal.error.contains("`40` is neither a status"), "{refusal}");
    }

    #[test]
    fn what_is_not_kept_cannot_be_asked_for() {
        let refusal = JournalFilter::parse("body~=Acme").unwrap().pattern.refusal(false).unwrap();
        assert_eq!(&*refusal.error, "the journal of this org keeps no bodies");
        assert!(JournalFilter::parse("body%7E=Acme").unwrap().pattern.refusal(true).is_none());
    }
}
