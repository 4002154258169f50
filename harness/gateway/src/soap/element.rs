//! XML as a tree of elements: local names, text, and the two attributes that SOAP values carry.

use quick_xml::{
    NsReader,
    escape::resolve_xml_entity,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use crate::limits::MOST_VALUES;

/// How deep elements may nest; records with their references need eight levels.
const DEEPEST: usize = 64;

/// How many levels of elements tell their namespace: an envelope, its body, and the operation in it.
const NAMED_LEVELS: usize = 3;

/// One element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name without prefix.
    pub(crate) name: String,
    /// The namespace of its name, if it has one and lies in the outermost levels.
    pub(crate) namespace: Option<Box<str>>,
    /// `xsi:type` without prefix.
    pub(crate) kind: Option<String>,
    /// `xsi:nil`.
    pub(crate) nil: bool,
    /// `mustUnderstand` of a header.
    pub(crate) must_understand: bool,
    /// Its own text, without that of its children.
    pub(crate) text: String,
    /// Its children.
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of this name; empty without one.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// The text of the first child of this name, unless it is empty or nil.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.child(name)
            .filter(|child| !child.nil)
            .map(|child| child.text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether the first child of this name says so.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        matches!(self.text_of(name), "true" | "1")
    }

    /// The texts of the children of this name.
    pub(crate) fn texts(&self, name: &str) -> Vec<Box<str>> {
        let own = self.children.iter().filter(|child| child.name == name);
        own.map(|child| child.text.trim().into()).collect()
    }

    /// Reads one document.
    ///
    /// # Errors
    ///
    /// Says in words what is wrong with the text.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut reader = NsReader::from_str(text);
        let mut open: Vec<Self> = Vec::new();
        let (mut root, mut elements) = (None, 0_usize);
        loop {
            let (space, event) = reader.read_resolved_event().map_err(|error| error.to_string())?;
            let namespace = match space {
                ResolveResult::Bound(space) if open.len() < NAMED_LEVELS => Some(space.0.trim().into()),
                _ => None,
            };
            if matches!(event, Event::Start(_) | Event::Empty(_)) {
                elements += 1;
                if elements > MOST_VALUES {
                    return Err(format!("there are more than {MOST_VALUES} elements"));
                }
            }
            match event {
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err("elements nest too deep".to_owned());
                    }
                    open.push(Self::begin(&start, namespace)?);
                }
                Event::Empty(start) => {
                    let element = Self::begin(&start, namespace)?;
                    close(&mut open, &mut root, element)?;
                }
                Event::End(_) => {
                    let Some(element) = open.pop() else { return Err("an element ends twice".to_owned()) };
                    close(&mut open, &mut root, element)?;
                }
                Event::Text(text) => push(&mut open, &text.xml10_content()),
                Event::CData(text) => push(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(char)) => push(&mut open, char.encode_utf8(&mut [0; 4])),
                    Ok(None) => push(&mut open, entity(&reference.xml10_content())?),
                    Err(error) => return Err(error.to_string()),
                },
                // Entities of one's own are the way to attack a reader; no client needs them.
                Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => break,
            }
        }
        root.filter(|_| open.is_empty()).ok_or_else(|| "the document has no end".to_owned())
    }

    fn begin(start: &BytesStart<'_>, namespace: Option<Box<str>>) -> Result<Self, String> {
        let name = start.local_name().as_ref().to_owned();
        let mut element = Self { name, namespace, ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute.value.trim();
            match attribute.key.local_name().as_ref() {
                "type" => {
                    let name = value.rsplit_once(':').map_or(value, |(_, name)| name);
                    element.kind = Some(name.to_owned());
                }
                "nil" => element.nil = matches!(value, "true" | "1"),
                "mustUnderstand" => element.must_understand = matches!(value, "true" | "1"),
                _ => {}
            }
        }
        Ok(element)
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn close(open: &mut [Element], root: &mut Option<Element>, element: Element) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_some() => return Err("a document has one root".to_owned()),
        None => *root = Some(element),
    }
    Ok(())
}

fn entity(name: &str) -> Result<&'static str, String> {
    resolve_xml_entity(name).ok_or_else(|| format!("the entity {name} is unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_carry_their_type_and_whether_they_are_nil() {
        let text = r#"<a xmlns:xsi="i"><sf:b xsi:type="sf:Account" xmlns:sf="x">1 <c/>2</sf:b><d xsi:nil="true"/><b>3</b></a>"#;
        let element = Element::read(text).unwrap();
        let first = element.child("b").unwrap();
        assert_eq!((first.kind.as_deref(), &*first.text, first.children.len()), (Some("Account"), "1 2", 1));
        assert!(element.child("d").unwrap().nil && element.given("d").is_none());
        assert_eq!(element.texts("b"), [Box::from("1 2"), "3".into()]);
    }

    #[test]
    fn namespaces_are_those_in_scope_whatever_the_prefixes() {
        let text = r#"<e:a xmlns:e="env" xmlns="none"><e:b xmlns="urn:x"><c/></e:b><d/></e:a>"#;
        let element = Element::read(text).unwrap();
        assert_eq!(element.namespace.as_deref(), Some("env"));
        let inner = element.child("b").and_then(|b| b.child("c")).unwrap();
        assert_eq!(inner.namespace.as_deref(), Some("urn:x"));
        assert_eq!(element.child("d").unwrap().namespace.as_deref(), Some("none"));
    }

    #[test]
    fn two_roots_and_no_root_are_no_document() {
        for text in ["", "<a/><b/>", "<a>", "text"] {
            assert!(Element::read(text).is_err(), "{text}");
        }
    }
}
