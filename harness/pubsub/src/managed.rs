//! Managed subscriptions: the org keeps the position of a subscriber that it knows by name.

use mockorg_gateway::Gateway;
use mockorg_org::{
    ApiError, Call, Org, RecordId, RecordView, Timestamp,
    events::{Channel, ReplayId},
};

use crate::{
    active::{ActiveStream, ActiveStreams},
    auth::Caller,
    fetch,
    flow::{Flow, Start},
    proto::{
        CommitReplayRequest, CommitReplayResponse, Error, ErrorCode, FetchResponse, ManagedFetchRequest,
        ManagedFetchResponse,
    },
    refusal::Refusal,
    replay, topic,
};

/// The records behind managed subscriptions.
const OBJECT: &str = "ManagedEventSubscription";

/// A managed subscription with a stream.
#[derive(Debug)]
pub(crate) struct Managed {
    subscription: RecordId,
    /// The last position that the client has asked to keep, until it is answered: one answer for all
    /// requests that came meanwhile.
    commit: Option<CommitReplayRequest>,
    /// Holds the subscription's only place.
    _stream: ActiveStream,
}

/// What the record of a subscription says.
struct Configuration {
    id: RecordId,
    topic: String,
    start: ReplayId,
}

impl Managed {
    /// Has the org keep a position. That it cannot is no reason to end the stream.
    fn commit(
        &self,
        gateway: &Gateway,
        caller: &Caller,
        request: CommitReplayRequest,
    ) -> CommitReplayResponse {
        let CommitReplayRequest { commit_request_id, replay_id } = request;
        let replay = replay::from_bytes(&replay_id);
        let (failure, now) = gateway.with_org(|org, now| {
            let failure = match replay {
                Some(replay) => {
                    let call = Call::CommitReplay { subscription: self.subscription, replay };
                    caller.call(org, now, call).err().map(words)
                }
                None => Some("The replay ID is malformed.".to_owned()),
            };
            (failure, now)
        });
        let error = failure.map(|msg| Error { code: ErrorCode::Commit.into(), msg });
        CommitReplayResponse { commit_request_id, replay_id, error, process_time: now.millis() }
    }
}

impl Flow for Managed {
    type Request = ManagedFetchRequest;
    type Response = ManagedFetchResponse;
    type Shared = ActiveStreams;

    const MALFORMED: Refusal = Refusal::ManagedMalformed;

    fn open(
        gateway: &Gateway,
        streams: &ActiveStreams,
        caller: &Caller,
        first: &ManagedFetchRequest,
    ) -> Result<(Self, Start), Refusal> {
        let named = [&first.subscription_id, &first.developer_name].map(|name| !name.trim().is_empty());
        if named[0] == named[1] {
            return Err(Refusal::ManagedUnnamed);
        }
        if first.commit_replay_id_request.is_some() {
            return Err(Refusal::ManagedCommitFirst);
        }
        if !first.auth_refresh.is_empty() {
            return Err(Refusal::ManagedAuthFirst);
        }
        let budget = fetch::raised(0, first.num_requested, Refusal::ManagedCount)?;
        let own = gateway.with_org(|org, now| configuration(org, now, first))?;
        let channel = topic::open(gateway, caller, &own.topic, Refusal::CannotSubscribe)?;
        let stream = streams.enter(gateway.feed().life(), own.id).ok_or(Refusal::ManagedActive)?;
        let managed = Self { subscription: own.id, commit: None, _stream: stream };
        Ok((managed, Start { channel, position: own.start, budget }))
    }

    fn ask(&mut self, _: &Channel, budget: u32, request: ManagedFetchRequest) -> Result<u32, Refusal> {
        let commits = request.commit_replay_id_request.is_some();
        if commits {
            self.commit = request.commit_replay_id_request;
        }
        // Whoever commits need not ask for more.
        if commits && request.num_requested == 0 {
            return Ok(budget);
        }
        fetch::raised(budget, request.num_requested, Refusal::ManagedCount)
    }

    fn has_answer(&self) -> bool {
        self.commit.is_some()
    }

    fn check(&self, org: &Org, channel: &Channel) -> Result<(), Refusal> {
        let own = org.records(OBJECT).find(|own| own.id() == self.subscription);
        let own = own.ok_or(Refusal::ManagedDeleted)?;
        if !is_running(own) {
            return Err(Refusal::ManagedStopped);
        }
        // A client that comes again gets the new topic.
        if own.get("TopicName").as_text() != Some(&channel.name) {
            return Err(Refusal::Ended);
        }
        Ok(())
    }

    fn response(&mut self, gateway: &Gateway, caller: &Caller, batch: FetchResponse) -> ManagedFetchResponse {
        let commit_response = self.commit.take().map(|request| self.commit(gateway, caller, request));
        let FetchResponse { events, latest_replay_id, rpc_id, pending_num_requested } = batch;
        ManagedFetchResponse { events, latest_replay_id, rpc_id, pending_num_requested, commit_response }
    }
}

/// Finds the subscription that a request names.
fn configuration(org: &Org, now: Timestamp, first: &ManagedFetchRequest) -> Result<Configuration, Refusal> {
    let (id, name) = (first.subscription_id.trim(), first.developer_name.trim());
    let mut all = org.records(OBJECT);
    let own = if id.is_empty() {
        let is_named = |own: RecordView<'_>| {
            own.get("DeveloperName").as_text().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        all.find(|own| is_named(*own)).ok_or(Refusal::ManagedNameUnknown)?
    } else {
        let id = id.parse::<RecordId>().ok().filter(|id| id.key_prefix() == "18x");
        let id = id.ok_or(Refusal::ManagedId)?;
        all.find(|own| own.id() == id).ok_or(Refusal::ManagedIdUnknown)?
    };
    if !is_running(own) {
        return Err(Refusal::ManagedStopped);
    }
    let topic = own.get("TopicName").as_text().unwrap_or_default().to_owned();
    Ok(Configuration { id: own.id(), topic, start: start(org, now, own) })
}

/// Where a stream begins: after what was committed, or where the record says for the first time and for
/// positions that are lost.
fn start(org: &Org, now: Timestamp, own: RecordView<'_>) -> ReplayId {
    let committed = org.committed_replay(own.id());
    let field = match committed {
        Some(position) if org.events().can_replay_after(position, now) => return position,
        Some(_) => "ErrorRecoveryReplay",
        None => "DefaultReplay",
    };
    match own.get(field).as_text() {
        Some("EARLIEST") => org.events().forgotten(now),
        _ => org.events().tail(),
    }
}

fn is_running(own: RecordView<'_>) -> bool {
    own.get("State").as_text() == Some("RUN")
}

fn words(error: ApiError) -> String {
    error.message.map_or_else(|| error.code.as_str().to_owned(), Into::into)
}
