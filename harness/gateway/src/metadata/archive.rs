//! Deployments from zip archives, and retrievals into them.

use std::collections::BTreeMap;

use mockorg_org::{
    ErrorCode,
    redefine::{Component, ComponentFacts, ComponentProblem, DeployRequest, Element, RetrieveState, kind},
};

use super::{
    project::{Project, read_project},
    xml, zip,
};

/// The file that says what a package holds.
const MANIFEST: &str = "package.xml";

/// How an archive is to be deployed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// Whether `package.xml` may name what is in no file.
    pub(super) allow_missing_files: bool,
    pub(super) check_only: bool,
    pub(super) rollback_on_error: bool,
    pub(super) ignore_warnings: bool,
}

/// What a zip archive is to deploy.
///
/// # Errors
///
/// Says in words why the archive cannot be deployed at all.
pub(super) fn deployment(archive: &[u8], options: Options) -> Result<DeployRequest, String> {
    let mut request = read(archive)?;
    if options.allow_missing_files {
        request.problems.retain(|(file, _)| &**file != MANIFEST);
    }
    let Options { check_only, rollback_on_error, ignore_warnings, .. } = options;
    Ok(DeployRequest { check_only, rollback_on_error, ignore_warnings, ..request })
}

fn read(archive: &[u8]) -> Result<DeployRequest, String> {
    let files = zip::read(archive)?;
    let root = files.keys().filter(|path| is_manifest(path)).min_by_key(|path| path.len());
    let root = root.ok_or("No package.xml found")?;
    let root = root.trim_end_matches(MANIFEST).to_owned();
    let inside: BTreeMap<String, Vec<u8>> = files
        .into_iter()
        .filter_map(|(path, bytes)| path.strip_prefix(&root).map(|path| (path.to_owned(), bytes)))
        .collect();
    let project = match read_project(&inside) {
        Ok(project) => project,
        Err(error) => {
            let nothing =
                Component { kind: Box::default(), full_name: error.path.as_str().into(), values: Vec::new() };
            let problem = problem(&nothing, ErrorCode::FieldIntegrityException, error.what);
            return Ok(DeployRequest {
                problems: vec![(error.path.into(), problem)],
                ..DeployRequest::default()
            });
        }
    };
    Ok(request(project))
}

fn is_manifest(path: &str) -> bool {
    path == MANIFEST || path.ends_with("/package.xml")
}

fn request(project: Project) -> DeployRequest {
    let mut request = DeployRequest::default();
    for own in project.unmodelled {
        let component = Component { kind: own.kind.into(), full_name: own.name.into(), values: Vec::new() };
        let what = format!("{}; mockorg cannot deploy it", own.why);
        request.problems.push((own.path.into(), problem(&component, ErrorCode::NotModelled, what)));
    }
    for (name, members) in &project.listed {
        for member in members.iter().filter(|member| *member != "*") {
            let found = |component: &Component| *component.kind == **name && *component.full_name == **member;
            let inside = project.components.iter().any(|(_, own)| found(own));
            let told = request
                .problems
                .iter()
                .any(|(_, own)| *own.full_name == **member || kind(&own.kind).is_none());
            // A package of a standard object lists it without saying anything of it.
            let is_outer =
                project.components.iter().any(|(_, own)| own.full_name.split('.').next() == Some(&**member));
            if !inside && !told && !is_outer {
                let component = Component {
                    kind: name.as_str().into(),
                    full_name: member.as_str().into(),
                    values: Vec::new(),
                };
                let what = format!(
                    "An object '{member}' of type {name} was named in package.xml, but was not found in zipped directory"
                );
                let code = ErrorCode::InvalidCrossReferenceKey;
                request.problems.push((MANIFEST.into(), problem(&component, code, what)));
            }
        }
    }
    request.components = project.components.into_iter().map(|(path, own)| (path.into(), own)).collect();
    request.removed = project.removed.into_iter().map(|(path, own)| (path.into(), own)).collect();
    request
}

fn problem(component: &Component, code: ErrorCode, message: String) -> ComponentProblem {
    ComponentProblem {
        kind: component.kind.clone(),
        full_name: component.full_name.clone(),
        code,
        message: message.into(),
    }
}

/// The file in which a component lies.
pub(super) fn file_name(name: &str, full_name: &str) -> String {
    let Some(own) = kind(name) else { return full_name.to_owned() };
    match own.parent() {
        None => format!("{}/{full_name}.{}", own.folder, own.suffix),
        Some(parent) => {
            let object = full_name.split('.').next().unwrap_or_default();
            format!("{}/{object}.{}", parent.folder, parent.suffix)
        }
    }
}

/// The components of a retrieval as files, with their manifest.
pub(super) fn retrieved(state: &RetrieveState, version: &str) -> Vec<u8> {
    let mut files: BTreeMap<String, (Box<str>, Vec<Element>)> = BTreeMap::new();
    for (facts, component) in &state.components {
        let path = format!("unpackaged/{}", file_name(&facts.kind, &facts.full_name));
        let parent = kind(&facts.kind).and_then(mockorg_org::redefine::Kind::parent);
        let Some(parent) = parent else {
            let entry = files.entry(path).or_insert_with(|| (component.kind.clone(), Vec::new()));
            entry.1.extend(component.values.iter().cloned());
            continue;
        };
        // What lies inside an object is written into the object's file.
        let element =
            parent.children.iter().find(|child| *child.kind == *facts.kind).map_or("", |child| child.element);
        let name = facts.full_name.split_once('.').map_or("", |(_, name)| name);
        let mut values = vec![Element::leaf("fullName", name)];
        values.extend(component.values.iter().cloned());
        let entry = files.entry(path).or_insert_with(|| (parent.name.into(), Vec::new()));
        let there = |own: &Element| *own.name == *element && own.children.first() == values.first();
        if !entry.1.iter().any(there) {
            entry.1.push(Element::of(element, values));
        }
    }
    let mut archive: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (path, (name, mut values)) in files {
        values.sort_by(|one, other| one.name.cmp(&other.name));
        archive.insert(path, xml::document(&name, &values).into_bytes());
    }
    archive.insert("unpackaged/package.xml".to_owned(), manifest(&state.components, version).into_bytes());
    zip::write(&archive)
}

fn manifest(components: &[(ComponentFacts, Component)], version: &str) -> String {
    let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (facts, _) in components {
        types.entry(&facts.kind).or_default().push(&facts.full_name);
    }
    let mut values: Vec<Element> = Vec::new();
    for (name, mut members) in types {
        members.sort_unstable();
        members.dedup();
        let mut own: Vec<Element> =
            members.into_iter().map(|member| Element::leaf("members", member)).collect();
        own.push(Element::leaf("name", name));
        values.push(Element::of("types", own));
    }
    values.push(Element::leaf("version", version));
    xml::document("Package", &values)
}
