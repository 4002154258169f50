//! The event log as bytes, and back.

use std::sync::Arc;

use super::{
    ChangeEvent, ChangeType, EventBody, EventLog, GenericEvent, ReplayId, StoredEvent, body::TopicRow,
};
use crate::{
    Timestamp,
    catalog::Slot,
    image::{ImageError, Names, Reader, Writer},
};

/// The kinds of changes, by the number that stands for them.
const TYPES: [ChangeType; 9] = [
    ChangeType::Create,
    ChangeType::Update,
    ChangeType::Delete,
    ChangeType::Undelete,
    ChangeType::GapCreate,
    ChangeType::GapUpdate,
    ChangeType::GapDelete,
    ChangeType::GapUndelete,
    ChangeType::GapOverflow,
];

impl EventLog {
    /// Writes the events that can be replayed.
    pub(crate) fn write_image(&self, out: &mut Writer) {
        out.number(self.tail().0);
        out.number(self.dropped().0);
        out.length(self.most());
        let events = || self.after(ReplayId::default());
        out.length(events().count());
        let mut names = Names::default();
        events().for_each(|event| write_event(out, event, &mut names));
    }

    /// The log of an image.
    ///
    /// # Errors
    ///
    /// What in the image cannot be.
    pub(crate) fn read_image(from: &mut Reader<'_>) -> Result<Self, ImageError> {
        let (last, forgotten) = (ReplayId(from.number()?), ReplayId(from.number()?));
        let most = usize::try_from(from.number()?).map_err(ImageError::content)?;
        let mut events = Vec::new();
        let mut names = Names::default();
        for _ in 0..from.length()? {
            let event = read_event(from, &mut names)?;
            let before = events.last().map_or(forgotten, |last: &Arc<StoredEvent>| last.replay_id);
            if event.replay_id <= before || event.replay_id > last {
                return Err(ImageError::content("the events are in disorder"));
            }
            events.push(Arc::new(event));
        }
        Ok(Self::restored(events, (last, forgotten), most))
    }
}

/// Writes events that belong to no log yet.
pub(crate) fn write_events(out: &mut Writer, events: &[StoredEvent]) {
    out.length(events.len());
    let mut names = Names::default();
    events.iter().for_each(|event| write_event(out, event, &mut names));
}

/// Reads events that belong to no log yet.
pub(crate) fn read_events(from: &mut Reader<'_>) -> Result<Vec<StoredEvent>, ImageError> {
    let mut names = Names::default();
    (0..from.length()?).map(|_| read_event(from, &mut names)).collect()
}

fn write_event(out: &mut Writer, event: &StoredEvent, names: &mut Names) {
    let StoredEvent { replay_id, event, channel, uuid, created_date, created_by, body } = event;
    out.number(replay_id.0);
    names.write(out, event);
    names.write(out, channel);
    out.text(uuid);
    out.signed(created_date.millis());
    out.id(*created_by);
    match body {
        EventBody::Platform(values) => {
            out.byte(0);
            out.values(values);
        }
        EventBody::Change(change) => {
            out.byte(1);
            write_change(out, change, names);
        }
        EventBody::PushTopic(row) => {
            let TopicRow { kind, fields } = &**row;
            out.byte(2);
            out.text(kind);
            out.length(fields.len());
            for (name, value) in fields {
                names.write(out, name);
                out.value(&value.as_ref());
            }
        }
        EventBody::Generic(event) => {
            let GenericEvent { payload, user_ids } = &**event;
            out.byte(3);
            out.text(payload);
            out.length(user_ids.len());
            user_ids.iter().for_each(|id| out.id(*id));
        }
    }
}

fn read_event(from: &mut Reader<'_>, names: &mut Names) -> Result<StoredEvent, ImageError> {
    Ok(StoredEvent {
        replay_id: ReplayId(from.number()?),
        event: names.read(from)?,
        channel: names.read(from)?,
        uuid: from.text()?.into(),
        created_date: Timestamp::from_millis(from.signed()?),
        created_by: from.id()?,
        body: match from.byte()? {
            0 => EventBody::Platform(from.values()?),
            1 => EventBody::Change(Box::new(read_change(from, names)?)),
            2 => {
                let kind = from.text()?.into();
                let mut fields = Vec::new();
                for _ in 0..from.length()? {
                    fields.push((names.read(from)?, from.value()?));
                }
                EventBody::PushTopic(Box::new(TopicRow { kind, fields: fields.into() }))
            }
            3 => {
                let payload = from.text()?.into();
                let users = (0..from.length()?).map(|_| from.id()).collect::<Result<_, _>>()?;
                EventBody::Generic(Box::new(GenericEvent { payload, user_ids: users }))
            }
            _ => return Err(ImageError::content("an event is of no kind")),
        },
    })
}

fn write_change(out: &mut Writer, change: &ChangeEvent, names: &mut Names) {
    let ChangeEvent {
        entity,
        record_ids,
        change_type,
        change_origin,
        transaction_key,
        sequence_number,
        commit_timestamp,
        commit_number,
        commit_user,
        changed,
        nulled,
        values,
    } = change;
    names.write(out, entity);
    out.length(record_ids.len());
    record_ids.iter().for_each(|id| out.id(*id));
    out.byte(TYPES.iter().position(|own| own == change_type).unwrap_or_default() as u8);
    out.text(change_origin);
    out.text(transaction_key);
    out.number(u64::from(*sequence_number));
    out.signed(commit_timestamp.millis());
    out.number(*commit_number);
    out.id(*commit_user);
    for slots in [changed, nulled] {
        out.length(slots.len());
        slots.iter().for_each(|slot| out.number(u64::from(slot.0)));
    }
    out.values(values);
}

fn read_change(from: &mut Reader<'_>, names: &mut Names) -> Result<ChangeEvent, ImageError> {
    Ok(ChangeEvent {
        entity: names.read(from)?,
        record_ids: (0..from.length()?).map(|_| from.id()).collect::<Result<_, _>>()?,
        change_type: TYPES
            .get(usize::from(from.byte()?))
            .copied()
            .ok_or_else(|| ImageError::content("a change is of no kind"))?,
        change_origin: from.text()?.into(),
        transaction_key: from.text()?.into(),
        sequence_number: u32::try_from(from.number()?).map_err(ImageError::content)?,
        commit_timestamp: Timestamp::from_millis(from.signed()?),
        commit_number: from.number()?,
        commit_user: from.id()?,
        changed: read_slots(from)?,
        nulled: read_slots(from)?,
        values: from.values()?,
    })
}

fn read_slots(from: &mut Reader<'_>) -> Result<Box<[Slot]>, ImageError> {
    let slot = |from: &mut Reader<'_>| u16::try_from(from.number()?).map(Slot).map_err(ImageError::content);
    (0..from.length()?).map(|_| slot(from)).collect()
}
