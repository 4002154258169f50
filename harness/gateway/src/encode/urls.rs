//! The `urls` member of describe answers.

use mockorg_org::{
    ApiVersion,
    catalog::{Kind, SObjectDef, SupportedCall},
};

use super::address::write_address;
use crate::json::JsonWriter;

/// The last version whose describes carry `defaultValues`.
const DEFAULT_VALUES_UNTIL: u8 = 48;

/// Writes the addresses that describeGlobal gives for an object.
pub(super) fn summary_urls(w: &mut JsonWriter, def: &SObjectDef, version: ApiVersion, api: &str) {
    write(w, def, version, (None, api));
}

/// Writes the addresses that describe gives, those of the user interface at `base_url` included.
pub(super) fn describe_urls(
    w: &mut JsonWriter,
    def: &SObjectDef,
    version: ApiVersion,
    (base_url, api): (&str, &str),
) {
    write(w, def, version, (Some(base_url), api));
}

fn write(w: &mut JsonWriter, def: &SObjectDef, version: ApiVersion, (base_url, api): (Option<&str>, &str)) {
    // The order is that of the recorded answers; it follows no rule. Which object has which address
    // is inferred from a recorded describeGlobal of 110 objects.
    let layoutable = def.supports(SupportedCall::DescribeLayout);
    let restorable = def.supports(SupportedCall::Undelete);
    let browsable = layoutable && restorable && def.mru_enabled && def.supports(SupportedCall::Search);
    let defaultable = layoutable && version.number() <= DEFAULT_VALUES_UNTIL;
    let creatable = def.supports(SupportedCall::Create);
    let (case, user) = (&*def.name == "Case", &*def.name == "User");
    let key_prefix = def.key_prefix.as_ref().and_then(|prefix| std::str::from_utf8(prefix).ok());
    let ui = base_url.zip(key_prefix);

    w.begin_object();
    let url = |w: &mut JsonWriter, name: &str, exists: bool, path: &str| {
        if exists {
            w.key(name);
            write_address(w, version, &[api, "/sobjects/", &def.name, path]);
        }
    };
    url(w, "compactLayouts", def.compact_layoutable, "/describe/compactLayouts");
    url(w, "rowTemplate", true, "/{ID}");
    url(w, "eventSchema", def.kind == Kind::PlatformEvent, "/eventSchema");
    url(w, "approvalLayouts", layoutable && restorable, "/describe/approvalLayouts");
    url(w, "namedLayouts", user, "/describe/namedLayouts/{LayoutName}");
    url(w, "passwordUtilities", user, "/{ID}/password");
    if let Some((base_url, _)) = ui {
        w.key("uiDetailTemplate").concat([base_url, "/{ID}"]);
        w.key("uiEditTemplate").concat([base_url, "/{ID}/e"]);
    }
    url(w, "caseArticleSuggestions", case, "/suggestedArticles");
    url(w, "caseRowArticleSuggestions", case, "/{ID}/suggestedArticles");
    url(w, "defaultValues", defaultable && creatable, "/defaultValues?recordTypeId&fields");
    url(w, "listviews", browsable, "/listviews");
    url(w, "describe", true, "/describe");
    if let Some((base_url, key_prefix)) = ui {
        w.key("uiNewRecord").concat([base_url, "/", key_prefix, "/e"]);
    }
    url(w, "quickActions", layoutable && def.mru_enabled, "/quickActions");
    url(w, "layouts", layoutable, "/describe/layouts");
    url(w, "sobject", true, "");
    w.end_object();
}
