//! Which resources may be asked for inside other requests.

use mockorg_org::ApiVersion;

/// A request that holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Composite,
    Batch,
}

/// An address inside an address space of the REST resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resource<'p> {
    /// The version, when it is one that ever was.
    pub(super) version: Option<ApiVersion>,
    /// Whether it belongs to the Tooling API.
    pub(super) tooling: bool,
    /// The segments after the version, and after `tooling`.
    segments: [&'p str; 5],
}

impl<'p> Resource<'p> {
    /// Takes a path apart; `None` when it does not lead to REST resources.
    pub(super) fn of(path: &'p str) -> Option<Self> {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
        if segments.next() != Some("services") || segments.next() != Some("data") {
            return None;
        }
        let version = segments.next()?.strip_prefix('v')?.parse().ok();
        let tooling = segments.next_if_eq(&"tooling").is_some();
        let mut own = [""; 5];
        own.iter_mut().zip(segments).for_each(|(own, segment)| *own = segment);
        Some(Self { version, tooling, segments: own })
    }

    /// Whether it is a query or a collection, of which a composite request holds few only.
    pub(super) fn is_heavy(&self) -> bool {
        matches!(self.segments, ["query" | "queryAll", ..] | ["composite", "sobjects", ..])
    }

    /// Whether a change of it answers for each record by itself.
    pub(super) fn is_collection(&self) -> bool {
        matches!(self.segments, ["composite", "sobjects", ..])
    }

    /// Whether the answer says when the resource was changed last.
    pub(super) fn is_describe(&self) -> bool {
        matches!(self.segments, ["sobjects", "", ..] | ["sobjects", _, "describe", "", ..])
    }

    /// Whether a request of this kind may hold it.
    pub(super) fn is_allowed(&self, kind: Kind) -> bool {
        match self.segments {
            ["sobjects" | "query" | "queryAll" | "connect" | "chatter" | "actions" | "ui-api", ..] => true,
            ["composite", "sobjects", ..] => kind == Kind::Composite,
            ["commerce" | "revenue" | "asset-management" | "revenue-management", ..] => true,
            ["transaction-management" | "assets", ..] => true,
            ["limits" | "search" | "parameterizedSearch", ..] => kind == Kind::Batch,
            _ => false,
        }
    }

    /// Its name, for a refusal.
    pub(super) fn name(&self) -> String {
        let named: Vec<&str> =
            self.segments.iter().copied().filter(|segment| !segment.is_empty()).take(2).collect();
        named.join("/")
    }

    /// The object, when a graph may hold a request with this method for it.
    pub(super) fn node(&self, method: &str) -> Option<&'p str> {
        match (method, self.segments) {
            ("POST", ["sobjects", object, "", ..])
            | ("GET" | "PATCH" | "DELETE", ["sobjects", object, _, "", ..])
            | ("GET" | "PATCH" | "DELETE" | "POST", ["sobjects", object, _, _, ""])
                if !object.is_empty() =>
            {
                Some(object)
            }
            _ => None,
        }
    }
}
