//! What kind of org a target is: whether anybody's business would notice a test.

use std::fmt;

/// The kind of an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgKind {
    /// A mock: it has the control surface under `/__mockorg/`.
    Mock,
    /// A sandbox of a production org.
    Sandbox,
    /// A scratch org: a sandbox with an end.
    Scratch,
    /// A Developer Edition.
    Developer,
    /// An org on trial.
    Trial,
    /// An org that somebody works with, and every org of which it cannot be told.
    Production,
}

impl OrgKind {
    /// The kind of an org by its `Organization` record: `IsSandbox`, `OrganizationType`, and whether
    /// `TrialExpirationDate` has a value.
    pub fn of_organization(sandbox: bool, organization_type: &str, expires: bool) -> Self {
        match (sandbox, expires) {
            (true, true) => Self::Scratch,
            (true, false) => Self::Sandbox,
            _ if organization_type.eq_ignore_ascii_case("Developer Edition") => Self::Developer,
            (false, true) => Self::Trial,
            (false, false) => Self::Production,
        }
    }

    /// Whether a mistake there would hurt somebody.
    pub fn is_production(self) -> bool {
        self == Self::Production
    }
}

impl fmt::Display for OrgKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mock => "mock",
            Self::Sandbox => "sandbox",
            Self::Scratch => "scratch org",
            Self::Developer => "Developer Edition",
            Self::Trial => "trial",
            Self::Production => "production org",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_org_without_an_end_that_is_neither_sandbox_nor_developer_edition_is_production() {
        for (sandbox, edition, expires, kind) in [
            (true, "Enterprise Edition", false, OrgKind::Sandbox),
            (true, "Developer Edition", true, OrgKind::Scratch),
            (false, "Developer Edition", false, OrgKind::Developer),
            (false, "Unlimited Edition", true, OrgKind::Trial),
            (false, "Enterprise Edition", false, OrgKind::Production),
            (false, "", false, OrgKind::Production),
        ] {
            assert_eq!(OrgKind::of_organization(sandbox, edition, expires), kind, "{edition}");
        }
    }
}
