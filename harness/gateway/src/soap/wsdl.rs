//! The WSDLs through which clients call: their names, namespaces and letters.

/// A WSDL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wsdl {
    /// `u`: records are generic.
    Partner,
    /// `c`: records are typed.
    Enterprise,
    /// `T`: the Tooling API.
    Tooling,
}

impl Wsdl {
    /// The WSDL behind the address of a call.
    pub(crate) fn of(path: &str) -> Self {
        let letter = path.split('/').skip_while(|part| !part.eq_ignore_ascii_case("soap")).nth(1);
        match letter {
            Some("c") => Self::Enterprise,
            Some("T") => Self::Tooling,
            _ => Self::Partner,
        }
    }

    /// Its name in namespaces.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Enterprise => "enterprise",
            Self::Tooling => "tooling",
        }
    }

    /// The namespace of its operations.
    pub(crate) fn namespace(self) -> String {
        format!("urn:{}.soap.sforce.com", self.name())
    }

    /// Its letter in addresses.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Partner => 'u',
            Self::Enterprise => 'c',
            Self::Tooling => 'T',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_their_wsdl() {
        assert_eq!(Wsdl::of("/services/Soap/u/59.0"), Wsdl::Partner);
        assert_eq!(Wsdl::of("/services/Soap/c/59.0/00Dxx0000001gPL"), Wsdl::Enterprise);
        assert_eq!(Wsdl::of("/services/Soap/T/59.0"), Wsdl::Tooling);
    }
}
