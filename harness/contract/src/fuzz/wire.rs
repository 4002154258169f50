//! The requests of a life: counted, held against the schemas, and kept when a finding is written down.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::{
    answer::{Answer, Exchange, Violation},
    client::{Client, ClientError},
    fuzz::{
        deviation::{Deviation, Part},
        org::VERSION,
    },
    json::Json,
    request::Request,
};

/// What a run may cost, shared by all its lives.
#[derive(Debug)]
pub(crate) struct Budget {
    calls: AtomicU64,
    /// How many of the calls are set aside for tidying up.
    kept: AtomicU64,
    most: u64,
    until: Option<Instant>,
    /// Any of these that is set ends the run.
    ends: Vec<Arc<AtomicBool>>,
}

impl Budget {
    pub(crate) const fn new(most: Option<u64>, until: Option<Instant>, ends: Vec<Arc<AtomicBool>>) -> Self {
        let most = if let Some(most) = most { most } else { u64::MAX };
        Self { calls: AtomicU64::new(0), kept: AtomicU64::new(0), most, until, ends }
    }

    /// How many requests were sent.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// How many requests may still be sent, besides those that are set aside.
    pub(crate) fn left(&self) -> u64 {
        self.most.saturating_sub(self.calls()).saturating_sub(self.kept.load(Ordering::Relaxed))
    }

    /// What is used up, if anything is.
    pub(crate) fn spent(&self) -> Option<String> {
        if self.ends.iter().any(|end| end.load(Ordering::Relaxed)) {
            return Some("the run was told to end".to_owned());
        }
        if self.left() == 0 {
            return Some("all calls are used up".to_owned());
        }
        self.until.is_some_and(|until| until <= Instant::now()).then(|| "the time is over".to_owned())
    }

    /// Takes a call from the budget.
    pub(crate) fn take(&self) -> Result<(), Stop> {
        if let Some(spent) = self.spent() {
            return Err(Stop::Spent(spent));
        }
        self.count();
        Ok(())
    }

    /// Counts a call that is made whatever it costs.
    fn count(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets calls aside for tidying up; one more must be left for what makes them necessary.
    pub(crate) fn keep(&self, calls: u64) -> Result<(), Stop> {
        if self.left() <= calls {
            return Err(Stop::Spent("all calls are used up".to_owned()));
        }
        self.kept.fetch_add(calls, Ordering::Relaxed);
        Ok(())
    }

    /// Everything is tidied up but for what these calls do.
    pub(crate) fn tidied(&self, kept: u64) {
        self.kept.store(kept, Ordering::Relaxed);
    }
}

/// Why a life did not go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The org does something else than the model says.
    Deviates(Vec<Deviation>),
    /// There was no answer.
    Silent(ClientError),
    /// Calls or time are used up.
    Spent(String),
    /// The org cannot be fuzzed as it is; says what to do.
    Unfit(String),
}

impl From<ClientError> for Stop {
    fn from(error: ClientError) -> Self {
        Self::Silent(error)
    }
}

/// An answer, with its place among the exchanges that are kept.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Arc<Json>,
    pub(crate) at: usize,
}

impl Reply {
    /// A member of the body that is a string.
    pub(crate) fn text(&self, name: &str) -> Result<String, Stop> {
        let value = self.body.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
        value.ok_or_else(|| self.differs(format!("no text '{name}'")))
    }

    /// The rows of a query.
    pub(crate) fn records(&self) -> &[Json] {
        self.body.get("records").and_then(Json::items).unwrap_or_default()
    }

    pub(crate) fn differs(&self, what: String) -> Stop {
        Stop::Deviates(vec![Deviation::said(self.at, what)])
    }
}

/// An answer that kept its promises.
#[derive(Debug)]
struct Seen {
    status: u16,
    content_type: Option<String>,
    text: Vec<u8>,
    body: Arc<Json>,
}

impl Seen {
    fn is(&self, answer: &Answer) -> bool {
        self.status == answer.status
            && self.content_type.as_deref() == answer.header("content-type")
            && self.text == answer.body
    }
}

/// A client with a budget and, when asked, a memory.
#[derive(Debug)]
pub(crate) struct Wire<'a> {
    pub(crate) client: &'a Client,
    pub(crate) budget: &'a Budget,
    /// `/services/data/vXX.0`
    pub(crate) data: &'a str,
    /// The exchanges, when they are kept.
    pub(crate) kept: Option<Vec<Exchange>>,
    sent: usize,
    /// The last answer to each reading request, so that what has not changed is not read and judged again.
    seen: BTreeMap<String, Seen>,
    /// The session of the restricted user, whom the fuzzer logs in by itself: sessions end while time goes on.
    session: Option<String>,
}

/// The user of the starter org whose permissions change.
pub(crate) const REP: &str = "restricted@mockorg.example";

impl<'a> Wire<'a> {
    pub(crate) const fn new(client: &'a Client, budget: &'a Budget, data: &'a str, keeps: bool) -> Self {
        Self {
            client,
            budget,
            data,
            kept: if keeps { Some(Vec::new()) } else { None },
            sent: 0,
            seen: BTreeMap::new(),
            session: None,
        }
    }

    /// Sends a request whatever it costs: to tidy up.
    pub(crate) async fn send(&mut self, label: &str, request: &Request) -> Result<Reply, Stop> {
        self.budget.count();
        self.deliver(label, request).await
    }

    /// Sends a request that is counted.
    async fn deliver(&mut self, label: &str, request: &Request) -> Result<Reply, Stop> {
        let mut exchange = match &self.session {
            Some(session) if request.user.as_deref() == Some("restricted") => {
                let authorized = request.clone().header("Authorization", &format!("Bearer {session}"));
                let exchange = self.client.exchange(&authorized).await?;
                // Nobody has to know the session.
                Exchange { request: request.clone(), ..exchange }
            }
            _ => self.client.exchange(request).await?,
        };
        let at = self.sent;
        self.sent += 1;
        let status = exchange.answer.status;
        let is_get = request.method == "GET";
        let known = self.seen.get(&request.path).filter(|seen| is_get && seen.is(&exchange.answer));
        let (body, violations) = match known {
            Some(seen) => (Arc::clone(&seen.body), Vec::new()),
            None => self.read(request, &exchange.answer),
        };
        if let Some(kept) = &mut self.kept {
            label.clone_into(&mut exchange.label);
            kept.push(exchange);
        }
        if !violations.is_empty() {
            let said = |violation| Deviation::said(at, format!("{violation}"));
            return Err(Stop::Deviates(violations.iter().map(said).collect()));
        }
        Ok(Reply { status, body, at })
    }

    /// Reads an answer and holds it against the schemas.
    fn read(&mut self, request: &Request, answer: &Answer) -> (Arc<Json>, Vec<Violation>) {
        let (body, violations) = self.client.schemas().read(request, answer);
        let body = Arc::new(body.unwrap_or(Json::Null));
        if request.method == "GET" && violations.is_empty() {
            let seen = Seen {
                status: answer.status,
                content_type: answer.header("content-type").map(ToOwned::to_owned),
                text: answer.body.clone(),
                body: Arc::clone(&body),
            };
            self.seen.insert(request.path.clone(), seen);
        }
        (body, violations)
    }

    /// Logs the restricted user in; says whether the org has this user.
    pub(crate) async fn log_in(&mut self) -> Result<bool, Stop> {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><env:Envelope \
             xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Body>\
             <n1:login xmlns:n1=\"urn:partner.soap.sforce.com\"><n1:username>{REP}</n1:username>\
             <n1:password>mockorg</n1:password></n1:login></env:Body></env:Envelope>"
        );
        let request = Request::post(format!("/services/Soap/u/{VERSION}"))
            .header("SOAPAction", "login")
            .text("text/xml; charset=UTF-8", body)
            .as_user("anonymous");
        self.budget.take()?;
        let exchange = self.client.exchange(&request).await?;
        let answer = exchange.answer.text();
        let session = answer.split_once("<sessionId>").and_then(|(_, rest)| rest.split_once("</sessionId>"));
        self.session = session.map(|(session, _)| session.to_owned());
        Ok(self.session.is_some())
    }

    /// Sends a request of a step and expects this status.
    pub(crate) async fn expect(
        &mut self,
        label: &str,
        request: &Request,
        status: u16,
    ) -> Result<Reply, Stop> {
        self.budget.take()?;
        let reply = self.deliver(label, request).await?;
        if reply.status != status {
            let body = reply.body.to_string();
            return Err(Stop::Deviates(vec![Deviation::status(reply.at, status, reply.status, &body)]));
        }
        Ok(reply)
    }

    /// Expects a refusal with this status and error code.
    pub(crate) async fn refused(
        &mut self,
        label: &str,
        request: &Request,
        status: u16,
        code: &str,
    ) -> Result<(), Stop> {
        let reply = self.expect(label, request, status).await?;
        let got = reply.body.items().and_then(<[Json]>::first).and_then(|first| first.get("errorCode"));
        if got.and_then(Json::as_str) == Some(code) {
            return Ok(());
        }
        let place = vec![Part::Item(0), Part::Key("errorCode")];
        Err(Stop::Deviates(vec![Deviation::at(reply.at, place, Json::String(code.to_owned()), got)]))
    }

    /// Creates a record as the administrator; gives its id.
    pub(crate) async fn create(&mut self, object: &str, fields: Json) -> Result<String, Stop> {
        self.keep(match object {
            // Its orders and assets are looked for.
            "Account" => 3,
            // It becomes a draft, and goes with the asset that came of it.
            "Order" => 3,
            _ => 0,
        })?;
        let request = Request::post(format!("{}/sobjects/{object}", self.data)).json(fields);
        self.expect(&format!("create {object}"), &request, 201).await?.text("id")
    }

    /// Sets calls aside for removing records, in an org that does not begin anew.
    pub(crate) fn keep(&self, calls: u64) -> Result<(), Stop> {
        if self.client.target().control || calls == 0 { Ok(()) } else { self.budget.keep(calls) }
    }

    /// Changes a record as the administrator.
    pub(crate) async fn update(&mut self, object: &str, id: &str, fields: Json) -> Result<(), Stop> {
        let request = Request::patch(format!("{}/sobjects/{object}/{id}", self.data)).json(fields);
        self.expect(&format!("change {object}"), &request, 204).await.map(drop)
    }

    /// Deletes a record as the administrator.
    pub(crate) async fn delete(&mut self, object: &str, id: &str) -> Result<(), Stop> {
        let request = Request::delete(format!("{}/sobjects/{object}/{id}", self.data));
        self.expect(&format!("delete {object}"), &request, 204).await.map(drop)
    }

    /// Runs a query as the administrator.
    pub(crate) async fn query(&mut self, label: &str, soql: &str) -> Result<Reply, Stop> {
        let request = Request::get(format!("{}/query", self.data)).query("q", soql);
        self.expect(label, &request, 200).await
    }
}

/// An object in the order of its members.
pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A string.
pub(crate) fn text(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

/// A number as the API takes it.
pub(crate) fn number(value: impl Into<String>) -> Json {
    Json::Number(value.into())
}
