//! Parity without a network: what an org once answered, against what the mock answers now.
//!
//! Recordings lie in `fixtures/recorded/vXX.0/<area>/<case>.json`, written by `mockorg record`. The trials of this
//! file prove with recordings of the mock itself that the comparison finds what it must.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process,
    sync::{Arc, LazyLock},
};

use libtest_mimic::{Failed, Trial};
use mockorg::MockOrg;
use mockorg_contract::{
    ApiVersion, Case, Runner, Schemas,
    answer::Exchange,
    diff::Rules,
    json,
    record::{Recording, Recordings},
    redact::{Body, Vocabulary},
};

use crate::subject;

/// The case that the proofs record: records of two objects, a query, and names of persons.
const PROOF: &str = "recent/recent-items";

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    read_all(&root.join("schemas"), &mut texts);
    read_all(&root.join("harness/contract/cases"), &mut texts);
    Arc::new(Vocabulary::of(texts.iter().map(String::as_str)))
});

/// Compares a case that ran with its recording, if there is one.
pub(crate) fn compare(case: &Case, version: ApiVersion, exchanges: &[Exchange]) -> Result<(), Failed> {
    let recordings = Recordings::in_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/recorded"));
    match recordings.read(&case.name, &version.to_string())? {
        None => Ok(()),
        Some(recording) => hold(&recording, exchanges),
    }
}

fn hold(recording: &Recording, exchanges: &[Exchange]) -> Result<(), Failed> {
    let rules = Rules::embedded()?;
    let deviations = recording.deviations(exchanges, &VOCABULARY, &rules);
    let counted: Vec<_> = deviations
        .iter()
        .filter(|(_, deviation)| deviation.counts())
        .map(|(step, deviation)| format!("  {step}, {deviation}"))
        .collect();
    if counted.is_empty() {
        return Ok(());
    }
    let case = &recording.case;
    Err(Failed::from(format!("{case} differs from what an org answered:\n{}", counted.join("\n"))))
}

/// The proofs that parity is tested.
pub(crate) fn proofs(cases: &[Case], newest: ApiVersion, schemas: &Arc<Schemas>) -> Vec<Trial> {
    let Some(case) = cases.iter().find(|case| case.name == PROOF) else {
        let missing = || Err(Failed::from(format!("there is no case {PROOF}")));
        return vec![Trial::test("a recording can be made", missing)];
    };
    let (one, two) = (Arc::new(case.clone()), Arc::new(case.clone()));
    let (first, second) = (Arc::clone(schemas), Arc::clone(schemas));
    vec![
        Trial::test("a recording of one org agrees with another org and holds no name", move || {
            let (recording, text) = recorded(&one, newest, &first)?;
            let other = exchanges(&one, newest, &first, 2)?;
            for personal in ["New Er", "mockorg.example", "Avery", "127.0.0.1"] {
                if text.contains(personal) {
                    return Err(Failed::from(format!("the recording holds '{personal}'")));
                }
            }
            hold(&recording, &other)
        }),
        Trial::test("a recording that says something else is reported", move || {
            let (mut recording, _) = recorded(&two, newest, &second)?;
            let own = exchanges(&two, newest, &second, 1)?;
            for exchange in &mut recording.exchanges {
                exchange.status += 1;
                if let Body::Json(body) = &exchange.body {
                    let tampered = body.to_string().replace("\"attributes\"", "\"attribute\"");
                    exchange.body = Body::Json(json::parse(&tampered)?);
                }
            }
            match hold(&recording, &own) {
                Ok(()) => Err(Failed::from("the tampered recording passed")),
                Err(error) => {
                    let text = error.message().unwrap_or_default();
                    let told =
                        text.contains("status (any-value)") && text.contains(".attribute (missing-member)");
                    if told { Ok(()) } else { Err(Failed::from(format!("not all is told: {text}"))) }
                }
            }
        }),
    ]
}

/// Records the case from an org, through a file.
fn recorded(
    case: &Case,
    version: ApiVersion,
    schemas: &Arc<Schemas>,
) -> Result<(Recording, String), Box<dyn Error>> {
    let folder = Folder::new();
    let recordings = Recordings::in_dir(&folder.0);
    let exchanges = exchanges(case, version, schemas, 1)?;
    let recording = Recording::of(&case.name, &version.to_string(), &exchanges, &VOCABULARY);
    let text = fs::read_to_string(recordings.write(&recording)?)?;
    let read = recordings.read(&case.name, &version.to_string())?;
    Ok((read.ok_or("the recording is not where it was written")?, text))
}

/// What an org of this seed answers: ids, tokens and address differ from seed to seed.
fn exchanges(
    case: &Case,
    version: ApiVersion,
    schemas: &Arc<Schemas>,
    seed: u64,
) -> Result<Vec<Exchange>, Box<dyn Error>> {
    let org = MockOrg::builder().seed(seed).start_blocking()?;
    let target =
        subject::target(&org, org.url()).map_err(|error| error.message().unwrap_or_default().to_owned())?;
    let runner = Runner::new(target, Arc::clone(schemas))?;
    let outcome = subject::runtime()?.block_on(runner.run(case, version));
    if outcome.differs() { Err(outcome.to_string().into()) } else { Ok(outcome.exchanges) }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("mockorg-recorded-{}-{number}", process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read_all(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            texts.extend(fs::read_to_string(path));
        }
    }
}
