//! What we say: answers of the org as files below `snapshots/`, redacted, one folder per area.
//!
//! A step with `"snapshot": true` in its expectation is compared with `snapshots/<area>/<case>@<step>.snap`. After an
//! intended change, `INSTA_UPDATE=always cargo test -p mockorg --test contract` writes the files anew; read them before they are committed.

use std::{collections::BTreeSet, fs, io, path::Path};

use libtest_mimic::{Failed, Trial};
use mockorg_contract::{ApiVersion, Case, answer::Exchange, redact::Redactor, step::Step};

/// A snapshot with more lines is not read by anybody.
const LONGEST: usize = 160;

/// Compares the marked steps of a case that ran.
pub(crate) fn compare(case: &Case, version: ApiVersion, exchanges: &[Exchange]) -> Result<(), Failed> {
    let marked = marked(case);
    if marked.is_empty() {
        return Ok(());
    }
    // One redactor for the whole case: an id keeps its name from step to step.
    let mut redactor = Redactor::new();
    let redacted: Vec<_> = exchanges.iter().map(|exchange| redactor.exchange(exchange)).collect();
    let (area, _) = case.name.split_once('/').unwrap_or(("", &case.name));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(area));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&case.title);
    for step in marked {
        let label = format!("step {step}");
        let of_step =
            |own: &str| own == label || own.strip_prefix(&label).is_some_and(|rest| rest.starts_with(" ("));
        // The last answer of a step that polls is the one which was waited for.
        let Some(last) = redacted.iter().rfind(|exchange| of_step(&exchange.label)) else {
            return Err(Failed::from(format!("{} has no exchange of {label}", case.name)));
        };
        let path = last.path.split('?').next().unwrap_or_default();
        let text = format!("{} {path}\n{}", last.method, last.answer_text());
        let lines = text.lines().count();
        if lines > LONGEST {
            return Err(Failed::from(format!(
                "the snapshot of {} {label} would have {lines} lines",
                case.name
            )));
        }
        let name = name(case, version, step);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
    Ok(())
}

/// Fails when a snapshot belongs to no step.
pub(crate) fn unreferenced(cases: &[Case], newest: ApiVersion) -> Trial {
    let wanted: BTreeSet<String> = cases
        .iter()
        .flat_map(|case| {
            let area = case.name.split('/').next().unwrap_or_default();
            let runs = case.runs_at(newest);
            let names = runs
                .into_iter()
                .flat_map(|version| marked(case).into_iter().map(move |step| name(case, version, step)));
            names.map(move |name| format!("{area}/{name}.snap")).collect::<Vec<_>>()
        })
        .collect();
    Trial::test("every snapshot belongs to a step", move || {
        let left = files()?.into_iter().filter(|file| !wanted.contains(file)).collect::<Vec<_>>();
        if left.is_empty() {
            return Ok(());
        }
        Err(Failed::from(format!("no step has the snapshots {left:?}; delete the files, or mark the steps")))
    })
}

/// The files below the folders of the areas.
fn files() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for area in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"))? {
        let area = area?;
        if area.file_type()?.is_dir() {
            for file in fs::read_dir(area.path())? {
                let name = file?.file_name();
                let name = name.to_string_lossy();
                // Beside a snapshot may lie its `.snap.new`, until somebody has read it.
                if name.ends_with(".snap") {
                    files.push(format!("{}/{name}", area.file_name().to_string_lossy()));
                }
            }
        }
    }
    Ok(files)
}

/// The numbers of the marked steps, from 1.
fn marked(case: &Case) -> Vec<usize> {
    let is_marked = |step: &Step| match step {
        Step::Request(step) => step.expect.as_ref().is_some_and(|expect| expect.snapshot),
        Step::Events(_) => false,
    };
    case.steps.iter().enumerate().filter(|(_, step)| is_marked(step)).map(|(index, _)| index + 1).collect()
}

/// A case that runs at several versions has a snapshot for each.
fn name(case: &Case, version: ApiVersion, step: usize) -> String {
    let case_name = case.name.split_once('/').map_or(case.name.as_str(), |(_, name)| name);
    if case.versions.len() > 1 {
        format!("{case_name}@{step}-v{version}")
    } else {
        format!("{case_name}@{step}")
    }
}
