//! Components: the pieces in which metadata is written, deployed and read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    element::{Element, Values},
    kinds::{Kind, kind},
};

/// One component of metadata, such as the CustomField `Rocket__c.Thrust__c`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The metadata type, such as `CustomField`.
    pub kind: Box<str>,
    /// The name, with that of the object before it where the type has one.
    pub full_name: Box<str>,
    /// What it says, without its name.
    pub values: Vec<Element>,
}

impl Component {
    /// The component taken apart: itself without the components inside, and these.
    #[must_use]
    pub fn split(self) -> Vec<Self> {
        split(self)
    }

    /// The object before the dot of the name, and what comes behind it.
    pub(crate) fn parts(&self) -> (&str, &str) {
        self.full_name.split_once('.').unwrap_or(("", &self.full_name))
    }

    /// The label, as far as there is one.
    pub(crate) fn label(&self) -> Option<&str> {
        self.values.text("label").or_else(|| self.values.text("masterLabel"))
    }
}

/// The components of an org that were deployed or read from its source, by type and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Components(
    #[serde(with = "crate::image::map")] BTreeMap<(&'static str, Box<str>), Component>,
);

impl Components {
    /// The component with this type and name, in any case.
    pub(crate) fn get(&self, kind: &'static Kind, full_name: &str) -> Option<&Component> {
        self.0.get(&key(kind, full_name))
    }

    /// Puts a component in place of what was there.
    pub(crate) fn put(&mut self, kind: &'static Kind, component: Component) {
        self.0.insert(key(kind, &component.full_name), component);
    }

    /// Takes a component out.
    pub(crate) fn take(&mut self, kind: &'static Kind, full_name: &str) -> Option<Component> {
        self.0.remove(&key(kind, full_name))
    }

    /// The components of a type, ordered by name.
    pub(crate) fn of(&self, name: &'static str) -> impl Iterator<Item = &Component> {
        self.0
            .range((name, Box::default())..)
            .take_while(move |((own, _), _)| *own == name)
            .map(|(_, own)| own)
    }

    /// The components of a type that belong to an object, ordered by name.
    pub(crate) fn of_object<'a>(
        &'a self,
        name: &'static str,
        object: &'a str,
    ) -> impl Iterator<Item = &'a Component> {
        self.of(name).filter(move |own| own.parts().0.eq_ignore_ascii_case(object))
    }
}

fn key(kind: &'static Kind, full_name: &str) -> (&'static str, Box<str>) {
    (kind.name, full_name.to_ascii_lowercase().into())
}

/// A component taken apart: itself without the components inside, and these.
pub(crate) fn split(component: Component) -> Vec<Component> {
    let Some(own) = kind(&component.kind) else { return vec![component] };
    let mut values = Vec::with_capacity(component.values.len());
    let mut inner = Vec::new();
    for element in component.values {
        match own.child(&element.name) {
            Some(child) => {
                let name = element.children.text("fullName").unwrap_or_default();
                inner.push(Component {
                    kind: child.into(),
                    full_name: format!("{}.{name}", component.full_name).into(),
                    values: without_name(element.children),
                });
            }
            None => values.push(element),
        }
    }
    let outer =
        Component { kind: component.kind, full_name: component.full_name, values: without_name(values) };
    std::iter::once(outer).chain(inner).collect()
}

fn without_name(values: Vec<Element>) -> Vec<Element> {
    values.into_iter().filter(|element| &*element.name != "fullName").collect()
}
