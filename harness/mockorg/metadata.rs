//! The metadata of an org from its source: the files of a folder, and what of them the org begins with.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use mockorg_gateway::{Unmodelled, read_project};
use mockorg_org::{
    catalog::Catalog,
    redefine::{Component, Customized, customize_as_far},
};

use crate::StartError;

/// Folders that hold no metadata.
const PASSED_OVER: &[&str] = &["node_modules", "__tests__"];

/// Components, each with where it came from, and lines about what is not modelled.
type Told = (Vec<(Box<str>, Component)>, Vec<Box<str>>);

/// What the folders of a builder say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    /// The components, those of later folders last.
    components: Vec<(String, Component)>,
    /// What is not modelled, a line for each.
    unmodelled: Vec<String>,
}

/// What an org begins with.
#[derive(Debug)]
pub(crate) struct Installed {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) components: Vec<Component>,
    pub(crate) unmodelled: Vec<String>,
}

impl Metadata {
    /// Reads folders.
    pub(crate) fn read(folders: &[PathBuf]) -> Result<Self, StartError> {
        let mut all = Self::default();
        for folder in folders {
            let mut files = BTreeMap::new();
            collect(folder, folder, &mut files)?;
            let project = read_project(&files).map_err(|error| StartError::Metadata {
                origin: folder.join(&error.path).display().to_string(),
                what: error.what,
            })?;
            if project.components.is_empty() && project.unmodelled.is_empty() {
                return Err(StartError::Metadata {
                    origin: folder.display().to_string(),
                    what: "the folder holds no metadata; give that of a project with force-app or with package.xml".to_owned(),
                });
            }
            let line = |own: Unmodelled| {
                Unmodelled { path: folder.join(&own.path).display().to_string(), ..own }.to_string()
            };
            all.unmodelled.extend(project.unmodelled.into_iter().map(line));
            let place = |path: &str| folder.join(path).display().to_string();
            all.components.extend(project.components.into_iter().map(|(path, own)| (place(&path), own)));
        }
        Ok(all)
    }

    /// The components, each with where it came from, and what is not modelled.
    pub(crate) fn told(&self) -> Told {
        let components = self.components.iter().map(|(path, own)| (path.as_str().into(), own.clone()));
        (components.collect(), self.unmodelled.iter().map(|line| line.as_str().into()).collect())
    }

    /// The same metadata from what it told.
    pub(crate) fn again(components: Vec<(Box<str>, Component)>, unmodelled: Vec<Box<str>>) -> Self {
        Self {
            components: components.into_iter().map(|(path, own)| (path.into_string(), own)).collect(),
            unmodelled: unmodelled.into_iter().map(Into::into).collect(),
        }
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.components.is_empty() && self.unmodelled.is_empty()
    }

    /// The catalog of an org with this metadata.
    pub(crate) fn install(self, catalog: Arc<Catalog>) -> Result<Installed, StartError> {
        if self.is_empty() {
            return Ok(Installed { catalog, components: Vec::new(), unmodelled: Vec::new() });
        }
        let Self { components, mut unmodelled } = self;
        let place = |kind: &str, full_name: &str| {
            let same = |own: &&(String, Component)| {
                *own.1.kind == *kind && own.1.full_name.eq_ignore_ascii_case(full_name)
            };
            components.iter().find(same).map_or_else(|| "the metadata".to_owned(), |(path, _)| path.clone())
        };
        let plain = components.iter().map(|(_, own)| own.clone()).collect();
        let Customized { catalog, components, left_out } =
            customize_as_far(&catalog, plain).map_err(|error| refused(&error, &place))?;
        for own in left_out {
            let (kind, name, why) = (&own.kind, &own.full_name, &own.message);
            unmodelled.push(format!("{}: {kind} {name}: {why}", place(kind, name)));
        }
        Ok(Installed { catalog: Arc::new(catalog), components, unmodelled })
    }
}

/// The error of the first component that no org could have.
fn refused(
    error: &mockorg_org::redefine::CustomizeError,
    place: &dyn Fn(&str, &str) -> String,
) -> StartError {
    match error.0.first() {
        Some(problem) => {
            let origin = place(&problem.kind, &problem.full_name);
            StartError::Metadata { origin, what: format!("{problem}; correct the file or leave it out") }
        }
        None => StartError::Metadata { origin: "the metadata".to_owned(), what: error.to_string() },
    }
}

/// The files below a folder by their paths relative to `root`, with slashes.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), StartError> {
    let failed = |path: &Path, source| StartError::Read { path: path.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(|source| failed(folder, source))? {
        let entry = entry.map_err(|source| failed(folder, source))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') || PASSED_OVER.contains(&&*name) {
            continue;
        }
        // What a link points at is read where it lies.
        let kind = entry.file_type().map_err(|source| failed(&path, source))?;
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(&path).map_err(|source| failed(&path, source))?;
            let below = path.strip_prefix(root).unwrap_or(&path);
            files.insert(below.to_string_lossy().replace('\\', "/"), bytes);
        }
    }
    Ok(())
}
