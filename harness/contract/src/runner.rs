//! Running one case against one target.

use std::{fmt, sync::Arc};

use crate::{
    answer::{Answer, Exchange},
    case::{Capture, Case, Repeat, RequestTemplate, Step},
    check::{Difference, check, places},
    client::{Client, ClientError, Target},
    json::Json,
    request::Request,
    schemas::Schemas,
    template::{UnknownName, Variables},
    version::ApiVersion,
};

/// Runs cases against a target.
#[derive(Debug, Clone)]
pub struct Runner {
    client: Client,
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
        Client::new(target, schemas).map(|client| Self { client })
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
        let mut run = Run::new(&self.client, case, version);
        for (index, step) in case.steps.iter().enumerate() {
            let label = label("step", index, step);
            run.step(&label, step).await;
            if !run.differences.is_empty() {
                break;
            }
        }
        for (index, step) in case.cleanup.iter().enumerate() {
            if run.knows_names_of(&step.request) {
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
        let users =
            case.steps.iter().chain(&case.cleanup).map(|step| step.user.as_ref().unwrap_or(&case.user));
        let mut unknown =
            users.filter(|name| *name != "anonymous" && !target.credentials.contains_key(*name));
        unknown.next().map(|name| format!("the target has no credential '{name}'"))
    }
}

fn label(kind: &str, index: usize, step: &Step) -> String {
    match &step.title {
        Some(title) => format!("{kind} {} ({title})", index + 1),
        None => format!("{kind} {}", index + 1),
    }
}

/// A case in progress.
struct Run<'a> {
    client: &'a Client,
    user: &'a str,
    variables: Variables,
    differences: Vec<Difference>,
    exchanges: Vec<Exchange>,
    failed: Option<usize>,
}

impl<'a> Run<'a> {
    fn new(client: &'a Client, case: &'a Case, version: ApiVersion) -> Self {
        let mut variables = client.target().variables.clone();
        let text = |value: String| Json::String(value);
        variables.insert("version".to_owned(), text(format!("v{version}")));
        variables.insert("apiVersion".to_owned(), text(version.to_string()));
        variables.insert("baseUrl".to_owned(), text(client.target().base_url.clone()));
        if let Some(token) = client.target().credentials.get(&case.user) {
            variables.insert("token".to_owned(), text(token.clone()));
        }
        Self {
            client,
            user: &case.user,
            variables,
            differences: Vec::new(),
            exchanges: Vec::new(),
            failed: None,
        }
    }

    fn knows_names_of(&self, request: &RequestTemplate) -> bool {
        request.names().iter().all(|name| self.variables.contains_key(*name))
    }

    async fn step(&mut self, label: &str, step: &Step) {
        let user = step.user.as_deref().unwrap_or(self.user);
        let found = match &step.repeat {
            Some(repeat) => self.poll(label, step, repeat, user).await,
            None => self.send(label, &step.request, user).await,
        };
        if let Some((request, answer)) = found {
            self.judge(label, step, &request, &answer);
        }
        if self.failed.is_none() && !self.differences.is_empty() {
            self.failed = self.exchanges.len().checked_sub(1);
        }
    }

    /// Sends a request; a missing answer becomes a difference.
    async fn send(
        &mut self,
        label: &str,
        template: &RequestTemplate,
        user: &str,
    ) -> Option<(Request, Answer)> {
        let request = match template.expand(&self.variables) {
            Ok(request) => request.as_user(user),
            Err(error) => return self.unknown(label, &error),
        };
        match self.client.exchange(&request).await {
            Ok(exchange) => {
                let answer = exchange.answer.clone();
                self.exchanges.push(Exchange { label: label.to_owned(), ..exchange });
                // Here, so that the answers of all tries of a polling step are held against the promise.
                let violations = self.client.schemas().violations(&request, &answer);
                let broken = violations.iter().map(|violation| Difference::violation(label, violation));
                self.differences.extend(broken);
                Some((request, answer))
            }
            Err(error) => {
                self.differences.push(Difference::new(label, "request", "an answer", error.to_string()));
                None
            }
        }
    }

    async fn poll(
        &mut self,
        label: &str,
        step: &Step,
        repeat: &Repeat,
        user: &str,
    ) -> Option<(Request, Answer)> {
        let mut last = Vec::new();
        for turn in 0..repeat.at_most {
            if turn > 0 {
                self.between(label, repeat, user).await?;
            }
            let (request, answer) = self.send(label, &step.request, user).await?;
            if !self.differences.is_empty() {
                return Some((request, answer));
            }
            last = match answer.json() {
                Ok(body) => match places(label, &repeat.until, &body, &self.variables) {
                    Ok(differences) => differences,
                    Err(error) => return self.unknown(label, &error),
                },
                Err(error) => vec![Difference::new(label, "body", "JSON", error.to_string())],
            };
            if last.is_empty() {
                return Some((request, answer));
            }
        }
        for mut difference in last {
            difference.got = format!("{} after {} tries", difference.got, repeat.at_most);
            self.differences.push(difference);
        }
        None
    }

    /// Moves the target's clock where that is possible, and waits otherwise.
    async fn between(&mut self, label: &str, repeat: &Repeat, user: &str) -> Option<()> {
        match &repeat.advance {
            Some(advance) if self.client.target().control => {
                let (_, answer) = self.send(label, advance, user).await?;
                if answer.status >= 300 {
                    let status = answer.status.to_string();
                    self.differences.push(Difference::new(label, "status of advance", "2xx", status));
                    return None;
                }
            }
            _ => tokio::time::sleep(self.client.target().pace).await,
        }
        Some(())
    }

    fn judge(&mut self, label: &str, step: &Step, request: &Request, answer: &Answer) {
        let schemas = self.client.schemas();
        let differences = match &step.expect {
            Some(expect) => check(label, expect, answer, schemas, &self.variables),
            None => Ok(tidied(label, answer)),
        };
        match differences {
            Ok(differences) => self.differences.extend(differences),
            Err(error) => {
                self.unknown::<()>(label, &error);
            }
        }
        if let Some(id) = &step.endpoint {
            let row = schemas.endpoints.find_for(&request.effective_method(), request.path_only());
            let found = row.map_or("no row", |row| row.id.as_str());
            if found != id {
                self.differences.push(Difference::new(label, "endpoint", id, found));
            }
        }
        // Captured even after a difference, so that cleanup can remove what was made.
        let missing = self.capture(label, step, answer);
        self.differences.extend(missing);
    }

    fn capture(&mut self, label: &str, step: &Step, answer: &Answer) -> Vec<Difference> {
        let mut missing = Vec::new();
        if step.capture.is_empty() {
            return missing;
        }
        let body = answer.json().unwrap_or(Json::Null);
        for (name, capture) in &step.capture {
            let (value, place) = match capture {
                Capture::Body(path) => (path.select(&body).value(), path.to_string()),
                Capture::Header(header) => (
                    answer.header(header).map(|value| Json::String(value.to_owned())),
                    format!("header {header}"),
                ),
            };
            match value {
                Some(value) => {
                    self.variables.insert(name.clone(), value);
                }
                None => {
                    missing.push(Difference::new(
                        label,
                        place,
                        format!("a value to keep as '{name}'"),
                        "nothing",
                    ));
                }
            }
        }
        missing
    }

    fn unknown<T>(&mut self, label: &str, error: &UnknownName) -> Option<T> {
        self.differences.push(Difference::new(label, "template", "a known name", error.to_string()));
        None
    }
}

/// What a cleanup step without expectations expects: done, or already gone.
fn tidied(label: &str, answer: &Answer) -> Vec<Difference> {
    if matches!(answer.status, 200..300 | 404) {
        Vec::new()
    } else {
        vec![Difference::new(label, "status", "2xx or 404", answer.status.to_string())]
    }
}
