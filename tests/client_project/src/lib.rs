//! A small program as somebody writes it who listens for events with `salesforce_core`: it knows nothing of mockorg.

use std::error::Error;

use salesforce_core::{
    client,
    pubsubapi::{self, FetchRequest, FetchResponse, ReplayPreset},
    restapi,
};
use tokio::sync::mpsc;
use tonic::{Streaming, transport::Channel};

/// The topic on which an org tells that an asset was renewed, or was not.
pub const RENEWED: &str = "/event/AssetRenewInitiatedEvent";

/// What goes wrong on the way to an org.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Where an org is, and who logs in.
#[derive(Clone, Debug)]
pub struct Login {
    /// Scheme and host of the REST API.
    pub instance_url: String,
    /// Scheme and host of the Pub/Sub API.
    pub events_url: String,
    /// The id of the org.
    pub organization: String,
    /// The key of the connected app.
    pub client_id: String,
    /// The secret of the connected app.
    pub client_secret: String,
}

/// A client of an org, over both of its APIs.
pub struct Org {
    /// Records and queries.
    pub rest: restapi::Client,
    /// Events.
    pub events: pubsubapi::Client,
}

impl Org {
    /// Logs in with the client credentials flow.
    ///
    /// # Errors
    ///
    /// When the org cannot be reached, or does not let the app in.
    pub async fn connect(login: Login) -> Result<Self, Failure> {
        let session = client::Client::builder()
            .client_id(login.client_id)
            .client_secret(login.client_secret)
            .instance_url(login.instance_url)
            .tenant_id(login.organization)
            .build()?
            .connect()
            .await?;
        let channel = Channel::from_shared(login.events_url)?.connect().await?;
        let events = pubsubapi::Client::new(channel, session.clone())?;
        Ok(Self { rest: restapi::ClientBuilder::new(session).build()?, events })
    }

    /// Begins to listen; `after` is the position of the last event that is known already.
    ///
    /// # Errors
    ///
    /// When the org refuses the subscription at once.
    pub async fn listen(&mut self, topic: &str, after: Option<Vec<u8>>) -> Result<Listener, Failure> {
        let (requests, receiver) = mpsc::channel(1);
        let preset = if after.is_some() { ReplayPreset::Custom } else { ReplayPreset::Latest };
        let first = FetchRequest {
            topic_name: topic.to_owned(),
            replay_preset: preset.into(),
            replay_id: after.unwrap_or_default(),
            num_requested: 10,
            ..FetchRequest::default()
        };
        requests.send(first).await?;
        let responses = self.events.subscribe(receiver).await?.into_inner();
        Ok(Listener { requests, responses })
    }
}

/// A subscription.
#[derive(Debug)]
pub struct Listener {
    requests: mpsc::Sender<FetchRequest>,
    responses: Streaming<FetchResponse>,
}

impl Listener {
    /// The next batch, and asks for more when all that was asked for has come.
    ///
    /// # Errors
    ///
    /// When the org ends the subscription.
    pub async fn next(&mut self) -> Result<FetchResponse, Failure> {
        let response = self.responses.message().await?.ok_or("the org has ended the subscription")?;
        if response.pending_num_requested == 0 {
            self.requests.send(FetchRequest { num_requested: 10, ..FetchRequest::default() }).await?;
        }
        Ok(response)
    }
}
