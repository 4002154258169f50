//! Running one case against one target.

use std::{fmt, sync::Arc};

use crate::{
    answer::Exchange,
    case::{Case, Step},
    check::Difference,
    client::{Client, ClientError, Target},
    facts::Facts,
    run::Run,
    schemas::Schemas,
    version::ApiVersion,
};

/// Runs cases against a target.
#[derive(Debug, Clone)]
pub struct Runner {
    client: Client,
    facts: Arc<Facts>,
}

/// How a case went. Shown, it names each difference and the exchange that repeats the first one.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Name of the case.
    pub case: String,
    /// What the case shows.
    pub title: String,
    /// The version at which it ran.
    pub version: ApiVersion,
    /// The result.
    pub verdict: Verdict,
    /// Everything that was sent and answered, cleanup included.
    pub exchanges: Vec<Exchange>,
    /// Index of the exchange in which the first difference was found.
    pub failed: Option<usize>,
}

/// The result of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The target does what the case says.
    Match,
    /// It does not.
    Differs(Vec<Difference>),
    /// The case does not apply to the target or the version; the text says why.
    Skipped(String),
}

impl Outcome {
    fn new(case: &Case, version: ApiVersion, verdict: Verdict) -> Self {
        Self {
            case: case.name.clone(),
            title: case.title.clone(),
            version,
            verdict,
            exchanges: Vec::new(),
            failed: None,
        }
    }

    /// Whether the target contradicts the case.
    pub fn differs(&self) -> bool {
        matches!(self.verdict, Verdict::Differs(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: ", self.case, self.version)?;
        match &self.verdict {
            Verdict::Match => f.write_str("match"),
            Verdict::Skipped(reason) => write!(f, "skipped, {reason}"),
            Verdict::Differs(differences) => {
                writeln!(f, "differs ({})", self.title)?;
                for difference in differences {
                    writeln!(f, "  {difference}")?;
                }
                match self.failed.and_then(|index| self.exchanges.get(index)) {
                    Some(exchange) => write!(f, "{}", exchange.answer),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Runner {
    /// A runner for a target.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn new(target: Target, schemas: Arc<Schemas>) -> Result<Self, ClientError> {
        Client::new(target, schemas).map(|client| Self { client, facts: Arc::default() })
    }

    /// A runner over a client that is set up already.
    pub fn over(client: Client) -> Self {
        Self { client, facts: Arc::default() }
    }

    /// The client that the runner uses.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs a case at every version that it asks for, see [`Case::runs_at`]; versions that the target
    /// does not have yet are skipped.
    pub async fn run_all(&self, case: &Case, newest: ApiVersion) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for version in case.runs_at(newest) {
            outcomes.push(if version <= newest {
                self.run(case, version).await
            } else {
                let reason = format!("the target's newest version is {newest}");
                Outcome::new(case, version, Verdict::Skipped(reason))
            });
        }
        outcomes
    }

    /// Runs a case at one version. Cleanup runs whatever happened before.
    pub async fn run(&self, case: &Case, version: ApiVersion) -> Outcome {
        if let Some(reason) = self.skip(case, version) {
            return Outcome::new(case, version, Verdict::Skipped(reason));
        }
        if let Some(reason) = self.facts.missing(&self.client, case, version).await {
            return Outcome::new(case, version, Verdict::Skipped(reason));
        }
        let mut run = Run::new(&self.client, case, version);
        if let Some(reason) = run.subscribe(case, version).await {
            run.unsubscribe().await;
            let skipped = Outcome::new(case, version, Verdict::Skipped(reason));
            return Outcome { exchanges: run.exchanges, ..skipped };
        }
        for (index, step) in case.steps.iter().enumerate() {
            if !run.differences.is_empty() {
                break;
            }
            run.step(&label("step", index, step), step).await;
        }
        run.unsubscribe().await;
        for (index, step) in case.cleanup.iter().enumerate() {
            if run.knows_names_of(step) {
                run.step(&label("cleanup", index, step), step).await;
            }
        }
        let verdict =
            if run.differences.is_empty() { Verdict::Match } else { Verdict::Differs(run.differences) };
        Outcome { exchanges: run.exchanges, failed: run.failed, ..Outcome::new(case, version, verdict) }
    }

    fn skip(&self, case: &Case, version: ApiVersion) -> Option<String> {
        let target = self.client.target();
        if !case.holds_at(version) {
            return Some(format!("the case says nothing about {version}"));
        }
        if case.needs.writes && !target.writes {
            return Some("the case writes and the target permits no writes".to_owned());
        }
        if case.needs.control && !target.control {
            return Some("the case needs the mock's control surface".to_owned());
        }
        if let Some(name) = case.needs.variables.iter().find(|name| !target.variables.contains_key(*name)) {
            return Some(format!("the target gives no value '{name}'"));
        }
        let requests = case.steps.iter().chain(&case.cleanup).filter_map(Step::as_request);
        let users = requests.map(|step| step.user.as_ref()).chain([None]);
        let users = users.map(|user| user.unwrap_or(&case.user));
        let mut unknown =
            users.filter(|name| *name != "anonymous" && !target.credentials.contains_key(*name));
        unknown.next().map(|name| format!("the target has no credential '{name}'"))
    }
}

fn label(kind: &str, index: usize, step: &Step) -> String {
    match step.title() {
        Some(title) => format!("{kind} {} ({title})", index + 1),
        None => format!("{kind} {}", index + 1),
    }
}
