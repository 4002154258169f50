//! The values of a component as a tree of names and texts, which is what metadata says whatever it is written in.

use serde::{Deserialize, Serialize};

/// One value: a text, or values of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    /// The name.
    pub name: Box<str>,
    /// The text; empty when there are values inside.
    pub text: Box<str>,
    /// The values inside, in order.
    pub children: Vec<Self>,
}

impl Element {
    /// A value that is a text.
    #[must_use]
    pub fn leaf(name: &str, text: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), text: text.into(), children: Vec::new() }
    }

    /// A value that holds others.
    #[must_use]
    pub fn of(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.into(), text: Box::default(), children }
    }
}

/// What is asked of a list of values.
pub trait Values {
    /// The first value with this name.
    fn value(&self, name: &str) -> Option<&Element>;

    /// All values with this name.
    fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element>;

    /// The text of the first value with this name; `None` without one, or when it is empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.value(name).map(|element| element.text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether the first value with this name says so.
    fn says(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }
}

impl Values for [Element] {
    fn value(&self, name: &str) -> Option<&Element> {
        self.iter().find(|element| *element.name == *name)
    }

    fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.iter().filter(move |element| *element.name == *name)
    }
}
