//! The metadata of an org as it lies in files: a source project, or a folder of the Metadata API's own form.

use std::collections::{BTreeMap, BTreeSet};

use mockorg_org::redefine::{Component, KINDS, Kind, kind, unmodelled_values, unsupported};

use super::xml::{self, Node};

/// What the files of a project say.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The components, each with its file.
    pub components: Vec<(String, Component)>,
    /// What is not modelled.
    pub unmodelled: Vec<Unmodelled>,
    /// The components that `destructiveChanges.xml` deletes, with the file.
    pub removed: Vec<(String, Component)>,
    /// What `package.xml` lists, by type.
    pub listed: BTreeMap<String, BTreeSet<String>>,
}

/// Something in a project that mockorg does not model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmodelled {
    /// The file.
    pub path: String,
    /// The metadata type.
    pub kind: String,
    /// The name of the component.
    pub name: String,
    /// What it is that is not modelled.
    pub why: String,
}

impl std::fmt::Display for Unmodelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} {}: {}", self.path, self.kind, self.name, self.why)
    }
}

/// A file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

impl std::fmt::Display for ProjectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

impl std::error::Error for ProjectError {}

/// Reads a project: the files by their paths, with slashes, relative to its folder.
///
/// # Errors
///
/// The first file that is not what its name says.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// let path = "force-app/main/default/objects/Rocket__c/fields/Thrust__c.field-meta.xml";
/// let text = "<CustomField><label>Thrust</label><type>Number</type><precision>9</precision><scale>0</scale></CustomField>";
/// let files = BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]);
/// let project = mockorg_gateway::read_project(&files).unwrap();
/// assert_eq!(&*project.components[0].1.full_name, "Rocket__c.Thrust__c");
/// ```
pub fn read_project(files: &BTreeMap<String, Vec<u8>>) -> Result<Project, ProjectError> {
    let mut project = Project::default();
    for (path, bytes) in files {
        let file = path.rsplit('/').next().unwrap_or_default();
        if is_manifest(file) {
            let root = parse(path, bytes)?;
            manifest(&mut project, path, file, &root);
        }
    }
    let source = files.keys().any(|path| path.ends_with("-meta.xml"));
    for (path, bytes) in files {
        let file = path.rsplit('/').next().unwrap_or_default();
        if is_manifest(file) || (source && !file.ends_with("-meta.xml")) || file.starts_with('.') {
            continue;
        }
        read_file(&mut project, path, bytes, files)?;
    }
    // Files come in the order of their paths; what a component belongs to comes before it.
    project.components.sort_by_key(|(_, own)| matches!(&*own.kind, "PermissionSet" | "Profile"));
    Ok(project)
}

fn is_manifest(file: &str) -> bool {
    file == "package.xml" || (file.starts_with("destructiveChanges") && file.ends_with(".xml"))
}

fn parse(path: &str, bytes: &[u8]) -> Result<Node, ProjectError> {
    let failed = |what: String| ProjectError {
        path: path.to_owned(),
        what: format!("{what}; the file must be metadata in XML"),
    };
    let text = std::str::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
    xml::read(text).map_err(failed)
}

fn manifest(project: &mut Project, path: &str, file: &str, root: &Node) {
    for types in root.all("types") {
        let name = types.value("name");
        for member in types.all("members") {
            let member = member.text.trim();
            if file == "package.xml" {
                project.listed.entry(name.to_owned()).or_default().insert(member.to_owned());
            } else {
                let component = Component { kind: name.into(), full_name: member.into(), values: Vec::new() };
                project.removed.push((path.to_owned(), component));
            }
        }
    }
}

fn read_file(
    project: &mut Project,
    path: &str,
    bytes: &[u8],
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), ProjectError> {
    let place = place_of(path);
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = decoded(file.split('.').next().unwrap_or_default());
    let Some((own, full_name)) = place else {
        // Beside a file with source lies one that says of what type it is; one line for both is enough.
        if !files.contains_key(&format!("{path}-meta.xml")) {
            let kind = std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| xml::read(text).ok())
                .map_or_else(String::new, |root| root.name);
            let why = "this metadata type is not modelled".to_owned();
            project.unmodelled.push(Unmodelled { path: path.to_owned(), kind, name: stem, why });
        }
        return Ok(());
    };
    let root = parse(path, bytes)?;
    if root.name != own.name {
        let what =
            format!("the file holds a {}, but its name is that of a {}; rename it", root.name, own.name);
        return Err(ProjectError { path: path.to_owned(), what });
    }
    let whole =
        Component { kind: own.name.into(), full_name: full_name.as_str().into(), values: root.values() };
    for (component, name) in unmodelled_values(&whole) {
        project.unmodelled.push(Unmodelled {
            path: path.to_owned(),
            kind: component.kind.to_string(),
            name: component.full_name.to_string(),
            why: format!("{name} is not modelled"),
        });
    }
    // A file of the Metadata API can hold the fields of an object that is not itself part of the package.
    let is_listed = |kind: &str, name: &str| {
        project.listed.get(kind).is_some_and(|names| names.contains(name) || names.contains("*"))
    };
    let itself = own.name != "CustomObject" || project.listed.is_empty() || is_listed(own.name, &full_name);
    for (at, component) in whole.split().into_iter().enumerate() {
        if at == 0 && (!itself || (component.values.is_empty() && own.name == "CustomObject")) {
            continue;
        }
        match unsupported(&component) {
            None => project.components.push((path.to_owned(), component)),
            Some(why) => project.unmodelled.push(Unmodelled {
                path: path.to_owned(),
                kind: component.kind.to_string(),
                name: component.full_name.to_string(),
                why,
            }),
        }
    }
    Ok(())
}

/// The type and name of the component in a file, by its path; `None` when the type is not modelled.
fn place_of(path: &str) -> Option<(&'static Kind, String)> {
    let mut parts = path.rsplit('/');
    let file = parts.next()?;
    let file = file.strip_suffix("-meta.xml").unwrap_or(file);
    let (stem, suffix) = file.rsplit_once('.')?;
    let stem = decoded(stem);
    let folder = parts.next()?;
    if let Some(own) = KINDS.iter().find(|own| !own.suffix.is_empty() && own.suffix == suffix) {
        return Some((own, stem));
    }
    let object = KINDS
        .iter()
        .flat_map(|own| own.children)
        .find(|child| child.suffix == suffix && child.folder == folder)?;
    Some((kind(object.kind)?, format!("{}.{stem}", decoded(parts.next()?))))
}

/// File names hold what they cannot spell as percent signs with two digits.
fn decoded(name: &str) -> String {
    crate::form::segment(name).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn project(files: &[(&str, &str)]) -> Result<Project, ProjectError> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        read_project(&files.collect())
    }

    #[test]
    fn what_is_not_modelled_is_listed_with_its_file_and_reason() {
        let project = project(&[
            (
                "app/objects/A__c/fields/B__c.field-meta.xml",
                "<CustomField><type>ExternalLookup</type></CustomField>",
            ),
            ("app/objects/C__mdt/C__mdt.object-meta.xml", "<CustomObject><label>C</label></CustomObject>"),
            ("app/classes/D.cls-meta.xml", "<ApexClass><status>Active</status></ApexClass>"),
        ])
        .unwrap();
        let lines: Vec<String> = project.unmodelled.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "app/classes/D.cls-meta.xml: ApexClass D: this metadata type is not modelled",
                "app/objects/A__c/fields/B__c.field-meta.xml: CustomField A__c.B__c: fields of type ExternalLookup are not modelled",
                "app/objects/C__mdt/C__mdt.object-meta.xml: CustomObject C__mdt: custom metadata types are not modelled",
            ]
        );
        assert!(project.components.is_empty());
    }

    #[test]
    fn a_file_that_is_broken_or_misnamed_is_refused_with_what_to_do() {
        let refusal = |text: &str| project(&[("objects/A__c.object", text)]).unwrap_err().to_string();
        assert!(refusal("<CustomObject>").starts_with("objects/A__c.object: "));
        assert_eq!(
            refusal("<Profile/>"),
            "objects/A__c.object: the file holds a Profile, but its name is that of a CustomObject; rename it"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_files_make_the_reader_panic(
            path in "(app/|objects/|A__c/|fields/|permissionsets/|%4){0,5}[A-Za-z_.%]{0,6}(package.xml|.object|.field-meta.xml|.permissionset|-meta.xml)?",
            text in "<(CustomObject|CustomField|Package|PermissionSet)>(<(fields|fullName|types|members|name)>|</(fields|fullName|types|members|name)>|A__c){0,8}</(CustomObject|CustomField|Package|PermissionSet)>",
            bytes: Vec<u8>,
        ) {
            let files = BTreeMap::from([(path.clone(), text.into_bytes()), (format!("x{path}"), bytes)]);
            let _ = read_project(&files);
        }
    }
}
