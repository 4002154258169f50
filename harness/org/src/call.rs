//! Every operation as data: what a client asks.
//!
//! Journal, replay and replication stand on these types: they hold everything that decides an answer,
//! and nothing of the transport.

use serde::{Deserialize, Serialize};

use crate::{
    ApiVersion, AssetExchange, AssetOperation, FieldInput, InitiateOperation, LeadConvert, MergeRequest,
    OAuthCall, RecordId, SaveOptions, bulk::BulkCall, events::ReplayId, redefine::MetadataCall,
};

/// On whose behalf, and in which API version, a call is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The access token as the client sent it; `None` when it sent none.
    pub token: Option<Box<str>>,
    /// The version of the addressed resource.
    pub version: ApiVersion,
    /// Through what the call comes, as change events tell it: `com/salesforce/api/rest/62.0;client=x`.
    #[serde(default)]
    pub origin: Option<Box<str>>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Checks the session and nothing else; answers [`Reply::Done`](crate::Reply::Done).
    Authorize,
    /// The org's limits.
    Limits,
    /// How many records the named objects have; unknown names are dropped, no name means all.
    RecordCount {
        /// The objects.
        objects: Vec<Box<str>>,
    },
    /// Asks for a channel, to subscribe to it.
    OpenChannel {
        /// Its name, such as `/event/AssetRenewInitiatedEvent`.
        channel: Box<str>,
    },
    /// Keeps the position of a managed subscription.
    CommitReplay {
        /// The subscription's record.
        subscription: RecordId,
        /// The last event that its subscriber has dealt with.
        replay: ReplayId,
    },
    /// Publishes custom platform events as the event bus takes them from the Pub/Sub API: at once, each for
    /// itself, whatever the publish behavior of the event.
    PublishEvents {
        /// The event's API name.
        event: Box<str>,
        /// The events, in order.
        events: Vec<PublishedEvent>,
    },
    /// Publishes any event, of the platform's own ones, too, with the given values. No client of a real org
    /// can do so; it serves tests of subscribers, and asks for no session.
    InjectEvent {
        /// The event's API name.
        event: Box<str>,
        /// What it carries.
        published: PublishedEvent,
    },
    /// Lets a subscriber inside the org run again that has failed too often. On the platform a user does so in
    /// Setup; it asks for no session.
    ResumeSubscriber {
        /// The subscriber's name.
        name: Box<str>,
        /// Where it goes on.
        from: ResumeFrom,
    },
    /// Publishes generic events on a streaming channel.
    PushEvents {
        /// The channel's record, by id.
        channel: Box<str>,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Asks for the name of a streaming channel.
    StreamingChannel {
        /// The channel's record, by id.
        channel: Box<str>,
    },
    /// Several calls, in order, each all or nothing by itself; answers
    /// [`Reply::Together`](crate::Reply::Together).
    Together {
        /// The calls.
        calls: Vec<Self>,
        /// Whether one that fails undoes all of them.
        all_or_none: bool,
    },
    /// A call under the options of a request's headers; answers what the call answers.
    Saving {
        /// The options.
        options: SaveOptions,
        /// The call.
        call: Box<Self>,
    },
    /// A call of the Bulk APIs.
    Bulk(Box<BulkCall>),
    /// A call of the Metadata API.
    Metadata(Box<MetadataCall>),
    /// A call of the Tooling API. It knows objects that the other APIs do not, and none of theirs.
    Tooling(Box<Self>),
    /// All objects that the user can see.
    DescribeGlobal,
    /// One object's entry and its recent items.
    DescribeBasic {
        /// The object.
        object: Box<str>,
    },
    /// One object in full.
    Describe {
        /// The object.
        object: Box<str>,
    },
    /// Creates a record.
    Create {
        /// The object.
        object: Box<str>,
        /// The values.
        fields: Vec<FieldInput>,
    },
    /// Reads a record.
    Retrieve {
        /// The object.
        object: Box<str>,
        /// How the record is named.
        key: RecordKey,
        /// The fields in the wished order; `None` means every readable field in describe order.
        fields: Option<Vec<Box<str>>>,
    },
    /// Changes a record.
    Update {
        /// The object.
        object: Box<str>,
        /// The record's id, as the client wrote it.
        id: Box<str>,
        /// The values.
        fields: Vec<FieldInput>,
    },
    /// Creates or changes the record with the given external id.
    Upsert {
        /// The object.
        object: Box<str>,
        /// The external id field.
        field: Box<str>,
        /// Its value.
        value: Box<str>,
        /// The values.
        fields: Vec<FieldInput>,
        /// Whether to refuse instead of creating.
        update_only: bool,
    },
    /// Moves a record to the Recycle Bin.
    Delete {
        /// The object.
        object: Box<str>,
        /// How the record is named.
        key: RecordKey,
    },
    /// Brings records back from the Recycle Bin.
    Undelete {
        /// The records' ids, as the client wrote them.
        ids: Vec<Box<str>>,
    },
    /// Takes deleted records out of the Recycle Bin for good.
    EmptyRecycleBin {
        /// The records' ids, as the client wrote them.
        ids: Vec<Box<str>>,
    },
    /// Merges records of one object.
    Merge(Box<MergeRequest>),
    /// Converts a lead.
    ConvertLead(Box<LeadConvert>),
    /// Sets a user's password.
    SetPassword {
        /// The user's id, as the client wrote it.
        user: Box<str>,
        /// The new password.
        password: Box<str>,
    },
    /// Gives a user a new password.
    ResetPassword {
        /// The user's id, as the client wrote it.
        user: Box<str>,
    },
    /// Reads a blob.
    RetrieveBlob {
        /// The object.
        object: Box<str>,
        /// The record's id.
        id: Box<str>,
        /// The base64 field.
        field: Box<str>,
    },
    /// Follows relationships from a record, e.g. `Account/1/Contacts` or `Contact/1/Account/Owner`.
    RetrieveRelated {
        /// The object.
        object: Box<str>,
        /// The record's id.
        id: Box<str>,
        /// The relationship names.
        path: Vec<Box<str>>,
        /// The fields, as for [`Call::Retrieve`].
        fields: Option<Vec<Box<str>>>,
    },
    /// Changes the record at the end of a path of parent relationships.
    UpdateRelated {
        /// The object.
        object: Box<str>,
        /// The record's id.
        id: Box<str>,
        /// The relationship names.
        path: Vec<Box<str>>,
        /// The values.
        fields: Vec<FieldInput>,
    },
    /// Deletes the record at the end of a path of parent relationships.
    DeleteRelated {
        /// The object.
        object: Box<str>,
        /// The record's id.
        id: Box<str>,
        /// The relationship names.
        path: Vec<Box<str>>,
    },
    /// The ids of records deleted in a window, each with its time.
    Deleted {
        /// The object.
        object: Box<str>,
        /// The window's start and end, as the client wrote them.
        window: (Box<str>, Box<str>),
    },
    /// The ids of records created or changed in a window.
    Updated {
        /// The object.
        object: Box<str>,
        /// The window's start and end, as the client wrote them.
        window: (Box<str>, Box<str>),
    },
    /// The user's recently used records.
    Recent {
        /// How many at most.
        limit: Option<u32>,
    },
    /// Runs a query.
    Query {
        /// The statement.
        soql: Box<str>,
        /// Whether deleted records count (`queryAll`).
        all: bool,
        /// The page size that the client wishes.
        batch_size: Option<u32>,
    },
    /// Fetches a further page of a query.
    QueryMore {
        /// The last segment of `nextRecordsUrl`: locator, `-`, offset.
        locator: Box<str>,
        /// The page size that the client wishes.
        batch_size: Option<u32>,
    },
    /// Runs a search.
    Search {
        /// The search.
        sosl: Box<str>,
    },
    /// Runs a search that is given by parameters instead of SOSL.
    ParameterizedSearch(Box<SearchRequest>),
    /// The records whose names fit what a user has typed so far.
    SearchSuggestions(Box<SuggestionRequest>),
    /// The objects that a search looks at when it names none.
    SearchScopeOrder,
    /// How search results of objects are laid out.
    SearchLayouts {
        /// The objects.
        objects: Vec<Box<str>>,
    },
    /// Tells what the columns of a query are, without its rows (`query?columns=true`).
    QueryColumns {
        /// The SOQL text.
        soql: Box<str>,
        /// Whether deleted records count.
        all: bool,
    },
    /// Explains how a query would be answered (`query?explain=`).
    Explain {
        /// The SOQL text.
        soql: Box<str>,
    },
    /// Renews, amends or cancels subscription assets in the background (`initiate-…`).
    Initiate {
        /// What is to happen to the assets.
        operation: InitiateOperation,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Renews, amends or cancels assets on a draft quote or order (`revenue-management/assets/actions/…`).
    AssetAction {
        /// What is to happen to the assets.
        operation: AssetOperation,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Exchanges assets for other products on a draft quote or order
    /// (`transaction-management/assets/actions/…`).
    ExchangeAssets {
        /// What the exchange is.
        exchange: AssetExchange,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Creates a life-cycle-managed asset without any order (`assets/actions/generate`).
    GenerateAsset {
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Changes a life-cycle-managed asset without any order (`assets/<id>/actions/change`).
    ChangeAsset {
        /// The asset's id, as the client wrote it.
        id: Box<str>,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Cancels a life-cycle-managed asset without any order (`assets/<id>/actions/cancel`).
    CancelAsset {
        /// The asset's id, as the client wrote it.
        id: Box<str>,
        /// The request body.
        body: Vec<FieldInput>,
    },
    /// Lists the standard invocable actions.
    ListActions,
    /// Describes a standard invocable action.
    DescribeAction {
        /// The action's name.
        name: Box<str>,
    },
    /// Invokes a standard action once per input.
    InvokeAction {
        /// The action's name.
        name: Box<str>,
        /// The inputs.
        inputs: Vec<Vec<FieldInput>>,
    },
    /// Asks for an access token; refusals are [`Reply::Token`](crate::Reply::Token) with an error inside.
    Token(TokenRequest),
    /// Logs in by SOAP with user name and password.
    Login {
        /// The user name.
        username: Box<str>,
        /// The password, with or without security token.
        password: Box<str>,
    },
    /// What browsers and devices ask of OAuth.
    OAuth(Box<OAuthCall>),
    /// Who the session's user is; serves identity, userinfo and SOAP getUserInfo.
    WhoAmI,
    /// What a token is worth, for OAuth introspection; the client proves itself first.
    Introspect {
        /// The client.
        client: ClientCredentials,
        /// The token in question.
        token: Box<str>,
    },
    /// Ends a session by its access or refresh token.
    Revoke {
        /// The token.
        token: Box<str>,
    },
}

/// Where a subscriber goes on that is resumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResumeFrom {
    /// With the events that it has not processed.
    #[default]
    Position,
    /// With events that are published from now on.
    Tip,
}

/// One event that is handed to the event bus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublishedEvent {
    /// The event's identity, when the publisher chooses it.
    pub uuid: Option<Box<str>>,
    /// By whom it was published, when the publisher says so. The bus does not check it.
    pub created_by: Option<RecordId>,
    /// The values. Fields that are left out have their defaults.
    pub fields: Vec<FieldInput>,
}

/// A search by parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// The search term.
    pub q: Box<str>,
    /// `in`: the group of fields that is searched, as the client wrote it; all fields without one.
    pub group: Option<Box<str>>,
    /// The objects; all that can be searched when empty.
    pub objects: Vec<SearchedObject>,
    /// The fields that are answered of objects without fields of their own.
    pub fields: Vec<Box<str>>,
    /// How many rows are answered at most of an object without a limit of its own.
    pub default_limit: Option<i64>,
    /// How many rows are answered at most.
    pub overall_limit: Option<i64>,
    /// How many rows are left out at the beginning.
    pub offset: Option<i64>,
    /// `metadata`: `LABELS` asks for the labels of the answered fields.
    pub metadata: Option<Box<str>>,
}

/// One object of a search by parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchedObject {
    /// The object.
    pub name: Box<str>,
    /// The fields that are answered.
    pub fields: Vec<Box<str>>,
    /// `where`: a condition as in SOQL.
    pub condition: Option<Box<str>>,
    /// `orderBy`: an order as in SOQL.
    pub order_by: Option<Box<str>>,
    /// How many rows are answered at most.
    pub limit: Option<i64>,
}

/// What a user has typed so far, and of which objects suggestions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestionRequest {
    /// What was typed.
    pub q: Box<str>,
    /// The objects.
    pub objects: Vec<Box<str>>,
    /// Fields that are answered besides id and name.
    pub fields: Vec<Box<str>>,
    /// A condition as in SOQL.
    pub condition: Option<Box<str>>,
    /// How many records are suggested at most; five without a limit.
    pub limit: Option<u32>,
    /// Whether objects that cannot be searched are left out instead of refused.
    pub ignore_unsupported: bool,
}

/// How a path names a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordKey {
    /// By id, as the client wrote it.
    Id(Box<str>),
    /// By external id: field and value.
    External(Box<str>, Box<str>),
}

/// The client's part of a token request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCredentials {
    /// `client_id`.
    pub id: Box<str>,
    /// `client_secret`; `None` when not sent.
    pub secret: Option<Box<str>>,
}

/// A token request, by grant type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// The client.
    pub client: ClientCredentials,
    /// What the client shows.
    pub grant: Grant,
}

/// What became of the signature of an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssertionSignature {
    /// Nobody looked at it, as the app has no certificate.
    Unchecked,
    /// It is that of the app's certificate.
    Fits,
    /// It is not.
    DoesNotFit,
}

/// What a token request shows to get a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// `password`.
    Password {
        /// The user name.
        username: Box<str>,
        /// The password, with or without security token.
        password: Box<str>,
    },
    /// `refresh_token`.
    RefreshToken(Box<str>),
    /// `client_credentials`.
    ClientCredentials,
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer`: the claims of the assertion, already decoded.
    JwtBearer {
        /// `iss`: the client id.
        issuer: Box<str>,
        /// `sub`: the user name.
        subject: Box<str>,
        /// `aud`: the login host.
        audience: Box<str>,
        /// `exp`, in seconds since 1970.
        expires: i64,
        /// What became of its signature.
        signature: AssertionSignature,
    },
    /// `authorization_code`.
    AuthorizationCode {
        /// The code.
        code: Box<str>,
        /// The address to which it was sent.
        redirect_uri: Box<str>,
        /// `code_verifier`: what the code challenge was made of.
        verifier: Option<Box<str>>,
    },
    /// `device`: the device code.
    Device(Box<str>),
    /// `urn:ietf:params:oauth:grant-type:token-exchange`.
    TokenExchange {
        /// `subject_token`.
        token: Box<str>,
        /// `subject_token_type`.
        token_type: Box<str>,
        /// The scopes, separated by blanks; those of the app without any.
        scope: Option<Box<str>>,
    },
    /// Anything else.
    Unsupported,
}
