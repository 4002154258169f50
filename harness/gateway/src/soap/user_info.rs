//! The user behind a session, as login and getUserInfo answer.

use mockorg_org::{UserInfo, Value};

use super::text::escaped;

/// The members of a user, in the order of the WSDL. `seconds` is how long the session lives.
pub(super) fn user_info(user: &UserInfo, seconds: u32) -> String {
    let text = |name: &str| {
        let value = user.fields.iter().find(|(own, _)| **own == *name).map(|(_, value)| value);
        match value {
            Some(Value::Text(text)) => escaped(text),
            Some(Value::Id(id)) => id.to_string(),
            _ => String::new(),
        }
    };
    let element = |name: &str, value: &str| {
        if value.is_empty() {
            format!("<{name} xsi:nil=\"true\"/>")
        } else {
            format!("<{name}>{value}</{name}>")
        }
    };
    [
        element("accessibilityMode", "false"),
        element("chatterExternal", "false"),
        element("currencySymbol", "$"),
        element("orgAttachmentFileSizeLimit", "5242880"),
        element("orgDefaultCurrencyIsoCode", "USD"),
        element("orgDefaultCurrencyLocale", "en_US"),
        element("orgDisallowHtmlAttachments", "false"),
        element("orgHasPersonAccounts", "false"),
        element("organizationId", &user.organization_id.to_string()),
        element("organizationMultiCurrency", "false"),
        element("organizationName", &escaped(&user.organization_name)),
        element("profileId", &text("ProfileId")),
        element("roleId", &text("UserRoleId")),
        element("sessionSecondsValid", &seconds.to_string()),
        element("userDefaultCurrencyIsoCode", ""),
        element("userEmail", &text("Email")),
        element("userFullName", &text("Name")),
        element("userId", &user.user_id.to_string()),
        element("userLanguage", &text("LanguageLocaleKey")),
        element("userLocale", &text("LocaleSidKey")),
        element("userName", &text("Username")),
        element("userTimeZone", &text("TimeZoneSidKey")),
        element("userType", &text("UserType")),
        element("userUiSkin", "Theme3"),
    ]
    .concat()
}
