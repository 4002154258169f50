//! Versions, resources, limits.

use mockorg_org::{ApiVersion, Call, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// The resources beneath a version's root, by the names that the platform gives them, and their first versions.
const RESOURCES: &[(&str, u8)] = &[
    ("actions", 31),
    ("appMenu", 31),
    ("chatter", 31),
    ("compactLayouts", 31),
    ("composite", 34),
    ("limits", 31),
    ("parameterizedSearch", 36),
    ("process", 31),
    ("query", 31),
    ("queryAll", 31),
    ("quickActions", 31),
    ("recent", 31),
    ("search", 31),
    ("sobjects", 31),
    ("tabs", 31),
    ("theme", 31),
    ("tooling", 31),
];

/// `GET /services/data`.
pub(crate) fn versions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_array();
    let newest = exchange.gateway.options.newest;
    for version in ApiVersion::all().take_while(|version| *version <= newest) {
        writer.begin_object().key("label").string(&version.label());
        writer.key("url").display(format_args!("/services/data/v{version}"));
        writer.key("version").display(version).end_object();
    }
    writer.end_array();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /services/data/vXX.0`.
pub(crate) fn resources(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::User(user) = exchange.call(Call::WhoAmI)? else { return Err(unexpected()) };
    let version = exchange.version;
    let mut writer = exchange.writer();
    writer.begin_object();
    for (name, _) in RESOURCES.iter().filter(|(_, since)| *since <= version.number()) {
        writer.key(name).display(format_args!("/services/data/v{version}/{name}"));
    }
    let base_url = exchange.base_url();
    writer.key("identity").display(format_args!("{base_url}/id/{}/{}", user.organization_id, user.user_id));
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /limits`.
pub(crate) fn limits(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::Limits(limits) = exchange.call(Call::Limits)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::limits(&mut writer, &limits);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /limits/recordCount?sObjects=`.
pub(crate) fn record_count(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let objects = exchange.list("sObjects").unwrap_or_default();
    let Reply::RecordCount(counts) = exchange.call(Call::RecordCount { objects })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::record_count(&mut writer, &counts);
    Ok(Answer::json(200, writer.finish()))
}
