//! Metadata as XML: a tree of elements without regard to prefixes, read with bounds, and written as the platform does.

use std::fmt::Write as _;

use mockorg_org::redefine::Element;
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesStart, Event},
};

/// How deep elements may nest.
const DEEPEST: usize = 64;
/// How many elements a text may have.
const MOST: usize = 2_000_000;

/// An element with what metadata needs of its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// The local name.
    pub(crate) name: String,
    /// `xsi:type`, without its prefix.
    pub(crate) kind: Option<String>,
    /// The text.
    pub(crate) text: String,
    /// The elements inside.
    pub(crate) children: Vec<Self>,
}

impl Node {
    /// The first child with this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The trimmed text of the first child with this name; empty without one.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// All children with this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements inside as values of a component.
    pub(crate) fn values(&self) -> Vec<Element> {
        self.children.iter().map(Self::element).collect()
    }

    fn element(&self) -> Element {
        let children = self.values();
        let text = if children.is_empty() { self.text.trim().into() } else { Box::default() };
        Element { name: self.name.as_str().into(), text, children }
    }
}

/// Reads a document and gives its root.
///
/// # Errors
///
/// Says in words what is wrong with the text.
pub(crate) fn read(text: &str) -> Result<Node, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    tree(&mut reader).map_err(|what| {
        // Where an error began, or as far as was read when it has no place.
        let error = reader.error_position();
        let place = if error == 0 { reader.buffer_position() } else { error };
        let before = text.as_bytes().iter().take(usize::try_from(place).unwrap_or(usize::MAX));
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line}: {what}")
    })
}

fn tree(reader: &mut Reader<&[u8]>) -> Result<Node, String> {
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(element) => {
                count += 1;
                if open.len() >= DEEPEST || count > MOST {
                    return Err("there are too many elements, or they nest too deep".to_owned());
                }
                open.push(begin(&element)?);
            }
            Event::Empty(element) => {
                count += 1;
                let node = begin(&element)?;
                close(node, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let node = open.pop().ok_or("an element ends that never began")?;
                close(node, &mut open, &mut root)?;
            }
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(char)) => push(&mut open, char.encode_utf8(&mut [0; 4])),
                Ok(None) => push(&mut open, entity(&reference.xml10_content())?),
                Err(error) => return Err(error.to_string()),
            },
            // Entities of one's own are the way to attack a reader; no metadata needs them.
            Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
    }
    root.filter(|_| open.is_empty())
        .ok_or_else(|| "the document has no root element, or it does not end".to_owned())
}

fn begin(element: &BytesStart<'_>) -> Result<Node, String> {
    let mut node = Node { name: element.local_name().as_ref().to_owned(), ..Node::default() };
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.local_name().as_ref() == "type" {
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            node.kind = Some(value.rsplit(':').next().unwrap_or_default().to_owned());
        }
    }
    Ok(node)
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None if root.is_none() => *root = Some(node),
        None => return Err("the document has more than one root element".to_owned()),
    }
    Ok(())
}

fn push(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn entity(name: &str) -> Result<&'static str, String> {
    resolve_xml_entity(name).ok_or_else(|| format!("the entity {name} is unknown"))
}

/// Writes values without blanks between them, as answers hold them.
pub(crate) fn write(out: &mut String, values: &[Element]) {
    for value in values {
        leaf_or(out, value, |out| write(out, &value.children));
    }
}

fn leaf_or(out: &mut String, value: &Element, inner: impl FnOnce(&mut String)) {
    // Writing into a String cannot fail.
    let _ = write!(out, "<{}>", value.name);
    if value.children.is_empty() {
        out.push_str(&escaped(&value.text));
    } else {
        inner(out);
    }
    let _ = write!(out, "</{}>", value.name);
}

/// Writes a file of metadata, as retrievals hold it.
pub(crate) fn document(kind: &str, values: &[Element]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{kind} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n"
    );
    indented(&mut out, values, 1);
    let _ = writeln!(out, "</{kind}>");
    out
}

fn indented(out: &mut String, values: &[Element], depth: usize) {
    for value in values {
        let _ = write!(out, "{:width$}", "", width = depth * 4);
        leaf_or(out, value, |out| {
            out.push('\n');
            indented(out, &value.children, depth + 1);
            let _ = write!(out, "{:width$}", "", width = depth * 4);
        });
        out.push('\n');
    }
}

/// Text as it stands in XML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML 1.0 has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => out.push('\u{fffd}'),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_reads_and_is_written_again() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <label>A &amp; B</label>\n    <valueSet>\n        <restricted>true</restricted>\n    </valueSet>\n</CustomField>\n";
        let node = read(text).unwrap();
        assert_eq!((node.name.as_str(), node.value("label")), ("CustomField", "A & B"));
        assert_eq!(document("CustomField", &node.values()), text);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in
            ["", "x", "<a>", "<a/><b/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", &"<a>".repeat(10_000)]
        {
            assert!(read(text).is_err(), "{text:.40}");
        }
    }

    #[test]
    fn an_error_says_in_which_line_it_is() {
        let line = |text: &str| read(text).unwrap_err().split(':').next().unwrap_or_default().to_owned();
        assert_eq!(line("<a>\n<b>\n</c>\n</a>"), "line 3");
        assert_eq!(line("<a>\n<b>&nope;</b></a>"), "line 2");
        assert_eq!(line("<a>\n\n<b>"), "line 3");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_text_makes_the_reader_panic(text in r#"(</?(x:)?(CustomField|label|a)( xsi:type="[a-z:]*")?/?>|&(amp|#x?[0-9a-f]{1,9}|b);|<!\[CDATA\[|\]\]>|<!--|<\?|<!DOCTYPE x|[<>&"'=/ a]){0,24}"#) {
            let _ = read(&text);
        }
    }
}
