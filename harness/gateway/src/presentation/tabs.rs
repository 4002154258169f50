//! Tabs, the theme, and the menu of apps.

use std::fmt::Write;

use mockorg_org::{
    Call, Reply,
    catalog::{Catalog, SObjectDef, SupportedCall},
};

use super::seen::metadata_id;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::{unexpected, validated},
};

/// The colors that tabs have in turn.
const COLORS: &[&str] = &["5867E8", "FF538A", "3BA755", "9050E9", "06A59A", "DD7A01", "3A49DA", "CB65FF"];

/// `GET /tabs`.
pub(crate) fn tabs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let catalog = exchange.catalog();
    let objects = tabbed(exchange, &catalog)?;
    let base_url = exchange.base_url();
    let mut w = exchange.writer();
    w.begin_array();
    for object in objects {
        w.begin_object();
        colors(&mut w, object);
        w.key("custom").bool(object.custom);
        let icon = icon(&base_url, object, 32);
        w.key("iconUrl").string(&icon);
        icons(&mut w, &base_url, object);
        w.key("label").string(&object.label_plural);
        w.key("miniIconUrl").string(&self::icon(&base_url, object, 16));
        let name = if object.custom { object.name.to_string() } else { format!("standard-{}", object.name) };
        w.key("name").string(&name).key("sobjectName").string(&object.name);
        let prefix = object.key_prefix.as_ref().and_then(|prefix| std::str::from_utf8(prefix).ok());
        w.key("url").string(&format!("{base_url}/{}/o", prefix.unwrap_or_default())).end_object();
    }
    w.end_array();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /theme`.
pub(crate) fn theme(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let catalog = exchange.catalog();
    let objects = tabbed(exchange, &catalog)?;
    let base_url = exchange.base_url();
    let mut w = exchange.writer();
    w.begin_object().key("themeItems").begin_array();
    for object in objects {
        w.begin_object();
        colors(&mut w, object);
        icons(&mut w, &base_url, object);
        w.key("name").string(&object.name).end_object();
    }
    w.end_array().end_object();
    Ok(validated(exchange, w.finish()))
}

/// `GET /appMenu`.
pub(crate) fn app_menus(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let mut w = exchange.writer();
    w.begin_object();
    for menu in ["AppSwitcher", "Salesforce1"] {
        w.key(menu);
        encode::write_address(&mut w, exchange.version, &["/appMenu/", menu]);
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /appMenu/AppSwitcher` and `GET /appMenu/Salesforce1`.
pub(crate) fn app_menu(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let catalog = exchange.catalog();
    let base_url = exchange.base_url();
    let mut w = exchange.writer();
    w.begin_object().key("appMenuItems").begin_array();
    if exchange.parts.uri.path().to_ascii_lowercase().contains("appswitcher") {
        // No org here declares apps: there is the one with every tab.
        let id = metadata_id(exchange, b"02u", "App:AllTabs")?;
        let url = format!("{base_url}/home/home.jsp?tsid={}", id.as_15());
        entry(&mut w, ("All Tabs", "All Tabs"), "Tabset", &url);
    } else {
        for object in tabbed(exchange, &catalog)? {
            let prefix = object.key_prefix.as_ref().and_then(|prefix| std::str::from_utf8(prefix).ok());
            let url = format!("{base_url}/{}/o", prefix.unwrap_or_default());
            entry(&mut w, (&object.label_plural, &object.name), "SObject", &url);
        }
    }
    w.end_array().end_object();
    Ok(Answer::json(200, w.finish()))
}

fn entry(w: &mut JsonWriter, (label, name): (&str, &str), kind: &str, url: &str) {
    w.begin_object().key("availableOffline").bool(false).key("color").null().key("content").null();
    w.key("icons").null().key("label").string(label).key("name").string(name);
    w.key("type").string(kind).key("url").string(url).end_object();
}

/// The objects that have a tab for the user.
fn tabbed<'c>(exchange: &Exchange<'_>, catalog: &'c Catalog) -> Result<Vec<&'c SObjectDef>, Failure> {
    let Reply::DescribeGlobal(objects) = exchange.call(Call::DescribeGlobal)? else {
        return Err(unexpected());
    };
    let objects = objects.iter().filter_map(|summary| catalog.find_any(&summary.object));
    Ok(objects
        .filter(|object| object.mru_enabled && object.supports(SupportedCall::DescribeLayout))
        .collect())
}

/// The color of an object: the same in every run.
fn color(object: &SObjectDef) -> &'static str {
    let sum: usize = object.name.bytes().map(usize::from).sum();
    COLORS[sum % COLORS.len()]
}

fn colors(w: &mut JsonWriter, object: &SObjectDef) {
    w.key("colors").begin_array();
    for theme in ["theme4", "theme3"] {
        w.begin_object().key("color").string(color(object)).key("context").string("primary");
        w.key("theme").string(theme).end_object();
    }
    w.end_array();
}

fn icons(w: &mut JsonWriter, base_url: &str, object: &SObjectDef) {
    w.key("icons").begin_array();
    for (size, theme) in [(32_u32, "theme3"), (16, "theme3"), (120, "theme4")] {
        w.begin_object().key("contentType").string("image/png").key("height").int(size);
        w.key("theme").string(theme).key("url").string(&icon(base_url, object, size));
        w.key("width").int(size).end_object();
    }
    w.end_array();
}

fn icon(base_url: &str, object: &SObjectDef, size: u32) -> String {
    let kind = if object.custom { "custom" } else { "standard" };
    let mut name = String::new();
    for c in object.name.trim_end_matches("__c").chars() {
        if c.is_ascii_uppercase() && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    let mut url = format!("{base_url}/img/icon/t4v35/{kind}/{name}");
    let _ = write!(url, "_{size}.png");
    url
}
