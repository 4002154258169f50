//! A case in progress: its requests, what they answered, and what was kept.

use std::{collections::BTreeMap, time::Instant};

use crate::{
    answer::{Answer, Exchange},
    case::{Capture, Case, Repeat, RequestStep, RequestTemplate, Step},
    check::{Difference, check, places},
    client::Client,
    json::Json,
    request::Request,
    subscriber::Subscriber,
    template::{UnknownName, Variables},
    version::ApiVersion,
};

/// A case in progress.
pub(crate) struct Run<'a> {
    /// The way to the target.
    pub(crate) client: &'a Client,
    /// The case's own user.
    pub(crate) user: &'a str,
    /// What was given and captured.
    pub(crate) variables: Variables,
    /// Everything that is not as the case says.
    pub(crate) differences: Vec<Difference>,
    /// Everything that was sent and answered.
    pub(crate) exchanges: Vec<Exchange>,
    /// Index of the exchange in which the first difference was found.
    pub(crate) failed: Option<usize>,
    /// The client of the Streaming API, if the case needs one.
    pub(crate) subscriber: Option<Subscriber>,
    /// When the subscriber last said something.
    pub(crate) heard: Instant,
}

impl<'a> Run<'a> {
    /// The beginning of a case.
    pub(crate) fn new(client: &'a Client, case: &'a Case, version: ApiVersion) -> Self {
        let mut variables = client.target().variables.clone();
        let text = |value: String| Json::String(value);
        variables.insert("version".to_owned(), text(format!("v{version}")));
        variables.insert("apiVersion".to_owned(), text(version.to_string()));
        variables.insert("baseUrl".to_owned(), text(client.target().base_url.clone()));
        // A target that is shared gives a text by which the records of the harness are found again.
        variables.entry("mark".to_owned()).or_insert_with(|| text(String::new()));
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
            subscriber: None,
            heard: Instant::now(),
        }
    }

    /// Whether everything that the step mentions has been captured.
    pub(crate) fn knows_names_of(&self, step: &Step) -> bool {
        step.names().iter().all(|name| self.variables.contains_key(*name))
    }

    /// Takes a step; what is wrong with it is found among the differences.
    pub(crate) async fn step(&mut self, label: &str, step: &Step) {
        match step {
            Step::Request(step) => {
                let user = step.user.as_deref().unwrap_or(self.user);
                let found = match &step.repeat {
                    Some(repeat) => self.poll(label, step, repeat, user).await,
                    None => self.send(label, &step.request, user).await,
                };
                if let Some((request, answer)) = found {
                    self.judge(label, step, &request, &answer);
                }
                self.keep_alive().await;
            }
            Step::Events(step) => self.events(label, step).await,
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
        let answer = self.exchange(label, &request).await?;
        Some((request, answer))
    }

    pub(crate) async fn exchange(&mut self, label: &str, request: &Request) -> Option<Answer> {
        match self.client.exchange(request).await {
            Ok(exchange) => {
                let answer = exchange.answer.clone();
                self.exchanges.push(Exchange { label: label.to_owned(), ..exchange });
                // Here, so that the answers of all tries of a polling step are held against the promise.
                let violations = self.client.schemas().violations(request, &answer);
                let broken = violations.iter().map(|violation| Difference::violation(label, violation));
                self.differences.extend(broken);
                Some(answer)
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
        step: &RequestStep,
        repeat: &Repeat,
        user: &str,
    ) -> Option<(Request, Answer)> {
        let mut last = Vec::new();
        for turn in 0..repeat.at_most {
            if turn > 0 {
                self.between(label, repeat.advance.as_ref(), user).await?;
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
    pub(crate) async fn between(
        &mut self,
        label: &str,
        advance: Option<&RequestTemplate>,
        user: &str,
    ) -> Option<()> {
        match advance {
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

    fn judge(&mut self, label: &str, step: &RequestStep, request: &Request, answer: &Answer) {
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

    fn capture(&mut self, label: &str, step: &RequestStep, answer: &Answer) -> Vec<Difference> {
        if step.capture.is_empty() {
            return Vec::new();
        }
        let (body, text) = (answer.json().unwrap_or(Json::Null), answer.text());
        self.keep(label, &step.capture, (&body, &text), |header| answer.header(header))
    }

    /// Keeps values of a body; gives a difference for each that is not there.
    pub(crate) fn keep<'b>(
        &mut self,
        label: &str,
        captures: &BTreeMap<String, Capture>,
        (body, text): (&Json, &str),
        header: impl Fn(&str) -> Option<&'b str>,
    ) -> Vec<Difference> {
        let mut missing = Vec::new();
        for (name, capture) in captures {
            let (value, place) = match capture {
                Capture::Body(path) => (path.select(body).value(), path.to_string()),
                Capture::Header(name) => {
                    (header(name).map(|value| Json::String(value.to_owned())), format!("header {name}"))
                }
                Capture::Text { before, after } => {
                    let found = capture.in_text(text).map(|found| Json::String(found.to_owned()));
                    (found, format!("text between '{before}' and '{after}'"))
                }
            };
            match value {
                Some(value) => {
                    self.variables.insert(name.clone(), value);
                }
                None => {
                    let wanted = format!("a value to keep as '{name}'");
                    missing.push(Difference::new(label, place, wanted, "nothing"));
                }
            }
        }
        missing
    }

    pub(crate) fn unknown<T>(&mut self, label: &str, error: &UnknownName) -> Option<T> {
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
