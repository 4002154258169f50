//! Which channels a user may subscribe to.

use std::sync::Arc;

use super::{
    Channel, ChannelKind, ChannelRefusal, push_topic,
    selection::{self, STANDARD_CHANNEL},
};
use crate::{
    Org, RecordView, Reply,
    catalog::{Kind, SObjectDef},
    ctx::Ctx,
    query::object_of_topic,
};

/// How the names of an org's own channels end.
const CUSTOM_SUFFIX: &str = "__chn";

impl Org {
    /// Resolves the name of a channel for a subscriber. A refusal is an answer, not an error: each API has
    /// its own words for it.
    pub(crate) fn open_channel(&self, ctx: &Ctx, name: &str) -> Reply {
        match self.channel(ctx, name) {
            Ok(channel) => Reply::Channel(Box::new(channel)),
            Err(refusal) => Reply::ChannelRefused(refusal),
        }
    }

    pub(super) fn channel(&self, ctx: &Ctx, name: &str) -> Result<Channel, ChannelRefusal> {
        let (kind, rest) = name
            .strip_prefix('/')
            .and_then(|path| path.split_once('/'))
            .filter(|(_, rest)| !rest.is_empty())
            .ok_or(ChannelRefusal::Malformed)?;
        match kind {
            "event" | "data" if rest.ends_with(CUSTOM_SUFFIX) => self.custom_channel(ctx, name, (kind, rest)),
            "event" => self.event_channel(ctx, name, rest),
            "data" if rest == STANDARD_CHANNEL => Ok(self.all_changes(ctx, name)),
            "data" => self.change_channel(ctx, name, rest),
            "topic" => self.topic_channel(ctx, rest),
            "u" => self.generic_channel(ctx, name),
            _ => Err(ChannelRefusal::Unknown),
        }
    }

    fn event_channel(&self, ctx: &Ctx, name: &str, event: &str) -> Result<Channel, ChannelRefusal> {
        // Names of channels are case-sensitive. Detail events travel inside others.
        let def = self.catalog.find_any(event).filter(|def| is_subscribable(def) && &*def.name == event);
        let def = def.ok_or(ChannelRefusal::Unknown)?;
        let access = ctx.access.object(def.index);
        if !access.read {
            return Err(ChannelRefusal::NoAccess);
        }
        Ok(Channel {
            members: [channel_of(def)].into(),
            event: Some(Arc::clone(&def.name)),
            can_publish: def.custom && access.create,
            ..channel(ctx, name, ChannelKind::Event)
        })
    }

    /// The changes of one object. Who may not see all of its records may not see their changes.
    fn change_channel(&self, ctx: &Ctx, name: &str, event: &str) -> Result<Channel, ChannelRefusal> {
        let def = selection::object_of(&self.catalog, event).ok_or(ChannelRefusal::Unknown)?;
        if !ctx.access.object(def.index).read {
            return Err(ChannelRefusal::NoAccess);
        }
        if !sees_changes(ctx, def) {
            return Err(ChannelRefusal::NoChangeAccess);
        }
        Ok(Channel {
            members: [name.into()].into(),
            event: Some(event.into()),
            ..channel(ctx, name, ChannelKind::Change)
        })
    }

    /// The changes of every object that is selected, now or later, as far as the user sees them.
    fn all_changes(&self, ctx: &Ctx, name: &str) -> Channel {
        let elsewhere = selection::only_elsewhere(self);
        let objects = self.catalog.objects().iter().filter(|def| {
            selection::is_capturable(def) && sees_changes(ctx, def) && !elsewhere.contains(&def.index)
        });
        let members = objects.map(change_channel_of).collect();
        Channel { members, ..channel(ctx, name, ChannelKind::Change) }
    }

    /// A channel that the org has put together.
    fn custom_channel(
        &self,
        ctx: &Ctx,
        name: &str,
        (kind, full_name): (&str, &str),
    ) -> Result<Channel, ChannelRefusal> {
        let own = self.records("PlatformEventChannel").find(|own| {
            own.get("FullName").as_text() == Some(full_name) && own.get("ChannelType").as_text() == Some(kind)
        });
        let own = own.ok_or(ChannelRefusal::Unknown)?;
        let id = own.id().to_string();
        let entities: Vec<_> =
            selection::members(self, &id).map(|member| member.get("SelectedEntity")).collect();
        let names = entities.iter().filter_map(|entity| entity.as_text());
        let (members, kind) = if kind == "data" {
            let objects = names.filter_map(|name| selection::object_of(&self.catalog, name));
            let seen = objects.filter(|def| sees_changes(ctx, def));
            (seen.map(change_channel_of).collect(), ChannelKind::Change)
        } else {
            let events = names.filter_map(|name| self.catalog.find_any(name));
            let seen = events.filter(|def| ctx.access.object(def.index).read);
            (seen.map(channel_of).collect(), ChannelKind::Event)
        };
        Ok(Channel { members, ..channel(ctx, name, kind) })
    }

    /// A PushTopic, with the values that fields must have: `/topic/Name?Industry=Energy&Active__c=true`.
    fn topic_channel(&self, ctx: &Ctx, rest: &str) -> Result<Channel, ChannelRefusal> {
        let (topic_name, filters) = rest.split_once('?').unwrap_or((rest, ""));
        let mut topics = self.records("PushTopic");
        let topic = topics
            .find(|topic| topic.get("Name").as_text() == Some(topic_name))
            .ok_or(ChannelRefusal::UnknownTopic)?;
        if !self.sees_topic(ctx, topic) {
            return Err(ChannelRefusal::NoAccess);
        }
        let hidden = push_topic::hidden_from(self, ctx, topic).ok_or(ChannelRefusal::NoAccess)?;
        let filters = filters.split('&').filter(|filter| !filter.is_empty()).map(|filter| {
            let (field, value) = filter.split_once('=').ok_or(ChannelRefusal::Malformed)?;
            Ok((decoded(field), decoded(value)))
        });
        let filters = filters.collect::<Result<_, ChannelRefusal>>()?;
        let name = format!("/topic/{topic_name}");
        Ok(Channel {
            members: [name.as_str().into()].into(),
            filters,
            hidden,
            ..channel(ctx, &name, ChannelKind::PushTopic)
        })
    }

    /// A subscriber must see both the topic and what it is about.
    fn sees_topic(&self, ctx: &Ctx, topic: RecordView<'_>) -> bool {
        let object = topic.get("Query").as_text().and_then(object_of_topic);
        let object = object.and_then(|name| self.catalog.find_any(&name));
        ctx.access.object(topic.object.index).read
            && object.is_some_and(|object| ctx.access.object(object.index).read)
    }

    fn generic_channel(&self, ctx: &Ctx, name: &str) -> Result<Channel, ChannelRefusal> {
        let mut channels = self.records("StreamingChannel");
        let own = channels.find(|own| own.get("Name").as_text() == Some(name));
        let own = own.ok_or(ChannelRefusal::UnknownGeneric)?;
        if !ctx.access.object(own.object.index).read {
            return Err(ChannelRefusal::NoAccess);
        }
        Ok(Channel { members: [name.into()].into(), ..channel(ctx, name, ChannelKind::Generic) })
    }
}

/// A channel without members.
fn channel(ctx: &Ctx, name: &str, kind: ChannelKind) -> Channel {
    Channel {
        name: name.into(),
        kind,
        members: Box::default(),
        event: None,
        filters: Box::default(),
        hidden: Box::default(),
        user: ctx.user,
        can_publish: false,
    }
}

/// Whether a user may know of every change of an object's records.
fn sees_changes(ctx: &Ctx, def: &SObjectDef) -> bool {
    let access = ctx.access.object(def.index);
    let all_users = &*def.name == "User" && ctx.access.has("ViewAllUsers");
    access.read
        && (access.view_all || all_users || ctx.access.has("ViewAllData") || ctx.access.has("ModifyAllData"))
}

/// The channel of one platform event.
pub(crate) fn channel_of(def: &SObjectDef) -> Arc<str> {
    def.subscription_channel.clone().unwrap_or_else(|| format!("/event/{}", def.name).into())
}

/// The channel of the changes of one object.
fn change_channel_of(def: &SObjectDef) -> Arc<str> {
    format!("/data/{}", selection::change_event_of(def)).into()
}

/// Whether there is a channel for the event.
fn is_subscribable(def: &SObjectDef) -> bool {
    def.kind == Kind::PlatformEvent
}

/// A part of an address, without its escapes. What is no escape stays as it is.
fn decoded(text: &str) -> Box<str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into()
}
