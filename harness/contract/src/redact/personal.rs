//! Fields that speak about persons, and what stands in their place.

/// What a personal field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Personal {
    Email,
    Username,
    Phone,
    Person,
    Name,
    Address,
    Birthdate,
    Secret,
}

impl Personal {
    /// What the member, column or element of this name holds.
    pub(super) fn of(key: &str) -> Option<Self> {
        // Also `first_name` of identity answers and `Private_Email__c` of a customer.
        let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
        let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
        let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word));
        if has(&["username", "login", "userprincipal"]) {
            return Some(Self::Username);
        }
        if has(&["email", "mailto"]) {
            return Some(Self::Email);
        }
        if has(&["phone", "fax", "mobile"]) {
            return Some(Self::Phone);
        }
        if has(&["password", "secret", "passwd", "apikey", "ssn", "taxid", "iban", "creditcard", "passport"])
        {
            return Some(Self::Secret);
        }
        if has(&["birthdate", "birthday", "dateofbirth"]) {
            return Some(Self::Birthdate);
        }
        let name = ["firstname", "lastname", "middlename", "displayname", "nickname", "fullusername"];
        if has(&name) || plain == "alias" {
            return Some(Self::Person);
        }
        if has(&["street", "postalcode", "zipcode", "address", "latitude", "longitude"])
            || ends(&["city"])
            || (begins(&["billing", "shipping", "mailing", "other", "permanent"])
                && ends(&["state", "country", "county"]))
        {
            return Some(Self::Address);
        }
        (key == "Name" || has(&["companyname", "organizationname"])).then_some(Self::Name)
    }

    /// The kind under which values of this sort are counted.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Username => "username",
            Self::Phone => "phone",
            Self::Person => "person",
            Self::Name => "name",
            Self::Address => "address",
            Self::Birthdate => "birthdate",
            Self::Secret => "secret",
        }
    }

    /// A value of the same shape that belongs to nobody.
    pub(super) fn replacement(self, number: usize) -> String {
        match self {
            Self::Email => format!("email{number}@example.com"),
            Self::Username => format!("user{number}@example.com"),
            Self::Phone => format!("+1-555-{:04}", 99 + number),
            Self::Person => format!("Person {number}"),
            Self::Name => format!("Name {number}"),
            Self::Address => format!("Address {number}"),
            Self::Birthdate => "1970-01-01".to_owned(),
            Self::Secret => format!("[secret#{number}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_fields_are_known_by_their_names() {
        for (key, kind) in [
            ("FirstName", Personal::Person),
            ("first_name", Personal::Person),
            ("Name", Personal::Name),
            ("Private_Email__c", Personal::Email),
            ("MobilePhone", Personal::Phone),
            ("BillingState", Personal::Address),
            ("MailingCity", Personal::Address),
            ("Username", Personal::Username),
        ] {
            assert_eq!(Personal::of(key), Some(kind), "{key}");
        }
        for key in ["name", "state", "Status", "Quantity", "Id"] {
            assert_eq!(Personal::of(key), None, "{key}");
        }
    }
}
