//! The metadata types that are modelled, and where their files lie in a project.

/// A metadata type.
#[derive(Debug)]
pub struct Kind {
    /// The name, such as `CustomObject`.
    pub name: &'static str,
    /// The folder of its files; empty for types that lie inside another one.
    pub folder: &'static str,
    /// The suffix of its files.
    pub suffix: &'static str,
    /// The types inside: the element of the file, the type, and the folder and suffix in a source project.
    pub children: &'static [Child],
}

/// A metadata type inside another one.
#[derive(Debug)]
pub struct Child {
    /// The element that holds it.
    pub element: &'static str,
    /// The type.
    pub kind: &'static str,
    /// The folder in a source project.
    pub folder: &'static str,
    /// The suffix of its files there, before `-meta.xml`.
    pub suffix: &'static str,
}

impl Kind {
    /// The type of the component that an element holds.
    #[must_use]
    pub fn child(&self, element: &str) -> Option<&'static str> {
        self.children.iter().find(|child| child.element == element).map(|child| child.kind)
    }

    /// The type in which this one lies; `None` for one with files of its own.
    #[must_use]
    pub fn parent(&self) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.children.iter().any(|child| child.kind == self.name))
    }
}

const fn child(
    element: &'static str,
    kind: &'static str,
    folder: &'static str,
    suffix: &'static str,
) -> Child {
    Child { element, kind, folder, suffix }
}

const fn own(name: &'static str, folder: &'static str, suffix: &'static str) -> Kind {
    Kind { name, folder, suffix, children: &[] }
}

/// All types, ordered by name.
pub static KINDS: &[Kind] = &[
    own("CompactLayout", "", ""),
    own("CustomField", "", ""),
    Kind {
        name: "CustomObject",
        folder: "objects",
        suffix: "object",
        children: &[
            child("compactLayouts", "CompactLayout", "compactLayouts", "compactLayout"),
            child("fields", "CustomField", "fields", "field"),
            child("listViews", "ListView", "listViews", "listView"),
            child("recordTypes", "RecordType", "recordTypes", "recordType"),
            child("validationRules", "ValidationRule", "validationRules", "validationRule"),
        ],
    },
    own("GlobalValueSet", "globalValueSets", "globalValueSet"),
    own("ListView", "", ""),
    own("PermissionSet", "permissionsets", "permissionset"),
    own("Profile", "profiles", "profile"),
    own("RecordType", "", ""),
    own("ValidationRule", "", ""),
];

/// The type with this name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.binary_search_by(|kind| kind.name.cmp(name)).ok().and_then(|at| KINDS.get(at))
}
