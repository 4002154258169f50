//! Events that take another way to their subscribers.

use std::sync::Arc;

use super::plan::EventFault;
use crate::{
    Org, Timestamp, Value,
    events::{EventBody, ReplayId, StoredEvent},
    jobs::Work,
};

impl Org {
    /// Gives an event its place in the log, unless a plan strikes it.
    pub(crate) fn emit_or_strike(&mut self, event: StoredEvent) -> ReplayId {
        match self.strike_event(&event) {
            None | Some(EventFault::GapEvent) => self.append(event),
            Some(EventFault::Lost) => self.events.lose(),
            Some(EventFault::Late(delay)) => {
                let at = event.created_date + delay;
                self.agenda.plan(at, Work::Publish(Box::new(event)));
                self.events.tail()
            }
            Some(EventFault::Doubled) => {
                self.append(event.clone());
                self.append(event)
            }
            Some(EventFault::Gap(ids)) => {
                self.events.skip(ids);
                self.append(event)
            }
            Some(EventFault::NewSchema) => {
                self.change_schema(event.created_date, &event);
                self.append(event)
            }
        }
    }

    /// From here on events of this kind have one more field, which is null.
    fn change_schema(&mut self, now: Timestamp, event: &StoredEvent) {
        let name = match &event.body {
            EventBody::Platform(_) => Arc::clone(&event.event),
            EventBody::Change(change) => Arc::clone(&change.entity),
            EventBody::PushTopic(_) | EventBody::Generic(_) => return,
        };
        if let Err(problems) = self.add_text_field(now, &name) {
            // An object that takes no field keeps its schema, and somebody should know.
            for problem in problems {
                self.coverage.refuse(&problem.to_string());
            }
        }
    }

    /// Publishes an event that was late: the bus has it only now.
    pub(crate) fn emit_late(&mut self, now: Timestamp, mut event: StoredEvent) {
        if let EventBody::Platform(values) = &mut event.body
            && let Some(slot) = self.catalog.find_any(&event.event).and_then(|def| def.slot("CreatedDate"))
            && let Some(value) = values.get_mut(slot.index())
        {
            *value = Value::DateTime(now);
        }
        self.append(StoredEvent { created_date: now, ..event });
    }
}
