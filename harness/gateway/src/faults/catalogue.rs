//! The named faults: what goes wrong in the field, as plans ready to be taken.

use std::sync::OnceLock;

use mockorg_org::{ControlRefusal, FieldInput, Input, faults::FaultPlan};

use crate::{control, json};

/// The catalogue of `schemas/faults.json`.
#[derive(Debug)]
pub(crate) struct Catalogue {
    text: &'static str,
    entries: OnceLock<Vec<(Box<str>, Vec<FieldInput>)>>,
}

impl Catalogue {
    /// The catalogue with this text.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, entries: OnceLock::new() }
    }

    /// The catalogue as it is written.
    pub(crate) const fn text(&self) -> &'static str {
        if self.text.is_empty() { "{\"faults\":[]}" } else { self.text }
    }

    /// The plan of a fault, which bears its name.
    ///
    /// # Errors
    ///
    /// When there is no fault of this name, or its plan is none.
    pub(crate) fn plan(&self, name: &str) -> Result<FaultPlan, ControlRefusal> {
        let entries = self.entries.get_or_init(|| entries(self.text));
        let Some((_, plan)) = entries.iter().find(|(own, _)| &**own == name) else {
            let known: Vec<&str> = entries.iter().map(|(own, _)| &**own).collect();
            return Err(ControlRefusal {
                error: format!("the catalogue has no fault `{name}`").into(),
                hint: format!("`use` is one of {}", known.join(", ")).into(),
            });
        };
        control::read_plan(plan, |_| {
            Err(ControlRefusal {
                error: format!("the fault `{name}` of the catalogue has no plan of its own").into(),
                hint: "report this as a mistake of mockorg".into(),
            })
        })
    }
}

/// The names of the catalogue, and the bodies of their plans.
fn entries(text: &str) -> Vec<(Box<str>, Vec<FieldInput>)> {
    let Ok(Input::Object(members)) = json::read(text.as_bytes()) else { return Vec::new() };
    let list = members.into_iter().find(|member| &*member.name == "faults").map(|member| member.value);
    let Some(Input::Array(list)) = list else { return Vec::new() };
    list.into_iter().filter_map(entry).collect()
}

fn entry(entry: Input) -> Option<(Box<str>, Vec<FieldInput>)> {
    let Input::Object(members) = entry else { return None };
    let name = members.iter().find(|member| &*member.name == "name")?.clone();
    let Input::Text(text) = &name.value else { return None };
    let text = text.clone();
    let plan = members.into_iter().find(|member| &*member.name == "plan")?.value;
    let Input::Object(mut plan) = plan else { return None };
    plan.push(name);
    Some((text, plan))
}
