//! The starter org behind the service, and a client in front of it.

use std::{
    fs,
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, LazyLock},
};

use mockorg_gateway::{Clock, Gateway, GatewayOptions};
use mockorg_org::{
    ApiVersion, Call, FieldInput, Input, Org, OrgFile, Position, PublishedEvent, Session, Settings,
    Timestamp,
    catalog::{Catalog, DefinitionSource},
};
use mockorg_pubsub::{
    PubSubService,
    proto::{
        ConsumerEvent, FetchRequest, FetchResponse, ReplayPreset, pub_sub_client::PubSubClient,
        pub_sub_server::PubSubServer,
    },
};
use tokio::sync::mpsc;
use tonic::{Request, Status, Streaming, codegen::tokio_stream::wrappers::UnboundedReceiverStream};

pub(crate) const TOKEN: &str = "00Dtest!session";
pub(crate) const RENEWED: &str = "/event/AssetRenewInitiatedEvent";

/// An event that clients may publish.
const NOTE: &str = r#"{"kind":"platformEvent","name":"Note__e","label":"Note","custom":true,"fields":[
    {"name":"Text__c","type":"string","length":255},{"name":"Count__c","type":"double","precision":18}]}"#;

static FILE: LazyLock<String> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("fixtures/orgs/starter.json")).unwrap()
});

static STARTER: LazyLock<Org> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let file = OrgFile::parse(&FILE).unwrap();
    let folders =
        ["schemas/sobjects", "schemas/events"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let texts: Vec<_> = paths.filter(|path| path.is_file()).map(|path| read(&path)).collect();
    let texts = texts.iter().map(String::as_str).chain([NOTE]);
    let sources: Vec<_> = texts.map(|json| DefinitionSource { origin: "schemas", json }).collect();
    let catalog = Catalog::build(&sources, file.features()).unwrap();
    let settings =
        Settings { session_token: Some(TOKEN.into()), session_seconds: u32::MAX, ..Settings::default() };
    let mut org = Org::new(Arc::new(catalog), settings);
    org.load(&file, start()).unwrap();
    org
});

fn start() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

pub(crate) type Client = PubSubClient<PubSubServer<PubSubService>>;

/// An org with its service.
pub(crate) struct Lab {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) client: Client,
    pub(crate) tenant: String,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::of(|_| STARTER.clone())
    }

    /// The starter org, which keeps so many events at most.
    pub(crate) fn keeping(events: usize) -> Self {
        Self::of(move |now| {
            let file = OrgFile::parse(&FILE).unwrap();
            let events_kept = NonZeroUsize::new(events).unwrap();
            let settings = Settings { events_kept, ..STARTER.settings().clone() };
            let mut org = Org::new(Arc::clone(STARTER.catalog()), settings);
            org.load(&file, now).unwrap();
            org
        })
    }

    fn of(make: impl Fn(Timestamp) -> Org + Send + Sync + 'static) -> Self {
        let options =
            GatewayOptions { clock: Clock::Manual(start()), ..GatewayOptions::new("http://org.example") };
        let gateway = Arc::new(Gateway::new(Arc::new(make), options));
        let tenant = gateway.with_org(|org, _| org.records("Organization").next().unwrap().id().to_string());
        let client = PubSubClient::new(PubSubServer::new(PubSubService::new(Arc::clone(&gateway))));
        Self { gateway, client, tenant }
    }

    /// A request of the administrator.
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        self.request_as(message, [TOKEN, "https://org.example", &self.tenant])
    }

    pub(crate) fn request_as<T>(&self, message: T, metadata: [&str; 3]) -> Request<T> {
        let mut request = Request::new(message);
        for (name, value) in ["accesstoken", "instanceurl", "tenantid"].into_iter().zip(metadata) {
            request.metadata_mut().insert(name, value.parse().unwrap());
        }
        request
    }

    /// Publishes renewals with these identifiers.
    pub(crate) fn renew(&self, identifiers: &[&str]) {
        for identifier in identifiers {
            let value = Input::Text((*identifier).into());
            let field = FieldInput { name: "RequestIdentifier".into(), value, at: Position::default() };
            let published = PublishedEvent { fields: vec![field], ..PublishedEvent::default() };
            let call = Call::InjectEvent { event: "AssetRenewInitiatedEvent".into(), published };
            let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
            self.gateway.with_org(|org, now| org.call(now, &session, call)).unwrap();
        }
    }

    /// Publishes so many renewals.
    pub(crate) fn renew_times(&self, count: usize) {
        (0..count).for_each(|_| self.renew(&["many"]));
    }

    pub(crate) async fn subscribe(&mut self, first: FetchRequest) -> Subscriber {
        let (requests, receiver) = mpsc::unbounded_channel();
        requests.send(first).unwrap();
        let request = self.request(UnboundedReceiverStream::new(receiver));
        let responses = self.client.subscribe(request).await.unwrap().into_inner();
        Subscriber { requests, responses }
    }

    /// What a first request that must be refused is told.
    pub(crate) async fn refusal(&mut self, first: FetchRequest) -> Status {
        self.subscribe(first).await.responses.message().await.unwrap_err()
    }
}

/// A subscription as its client has it.
pub(crate) struct Subscriber {
    pub(crate) requests: mpsc::UnboundedSender<FetchRequest>,
    pub(crate) responses: Streaming<FetchResponse>,
}

impl Subscriber {
    pub(crate) async fn response(&mut self) -> FetchResponse {
        self.responses.message().await.unwrap().unwrap()
    }

    pub(crate) fn ask(&self, request: FetchRequest) {
        self.requests.send(request).unwrap();
    }

    /// The replay ids of the next response's events.
    pub(crate) async fn ids(&mut self) -> Vec<Vec<u8>> {
        self.response().await.events.iter().map(|event| event.replay_id.to_vec()).collect()
    }
}

pub(crate) fn fetch(topic: &str, preset: ReplayPreset, count: i32) -> FetchRequest {
    FetchRequest {
        topic_name: topic.to_owned(),
        replay_preset: preset.into(),
        num_requested: count,
        ..FetchRequest::default()
    }
}

pub(crate) fn custom(replay_id: &[u8], count: i32) -> FetchRequest {
    FetchRequest { replay_id: replay_id.to_vec().into(), ..fetch(RENEWED, ReplayPreset::Custom, count) }
}

/// The status's code on the platform.
pub(crate) fn error_code(status: &Status) -> &str {
    let code = status.metadata().get("error-code").unwrap().to_str().unwrap();
    code.strip_prefix("sfdc.platform.eventbus.grpc.").unwrap()
}

pub(crate) fn payload(event: &ConsumerEvent) -> String {
    String::from_utf8_lossy(&event.event.as_ref().unwrap().payload).into_owned()
}
