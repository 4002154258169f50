//! Every answer as data: what the org gives back for a [`Call`](crate::Call).

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    ActionOutcome, ApiVersion, ConvertedLead, Merge, OAuthError, RecordId, Timestamp, Value,
    access::{Limit, OAuthReply},
    bulk::BulkReply,
    events::{Channel, ChannelRefusal, ReplayId},
    redefine::MetadataReply,
};

/// What the org answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The call is done and has nothing to say.
    Done,
    /// The org's limits, by name.
    Limits(Vec<Limit>),
    /// Record counts by canonical object name.
    RecordCount(Vec<(Arc<str>, u64)>),
    /// All visible objects.
    DescribeGlobal(Vec<ObjectSummary>),
    /// One object's entry and its recent items.
    DescribeBasic(ObjectSummary, Vec<Row>),
    /// One object in full.
    Describe(Box<DescribeSObject>),
    /// A channel that the user may subscribe to.
    Channel(Box<Channel>),
    /// A channel that the user may not subscribe to.
    ChannelRefused(ChannelRefusal),
    /// What became of each event that was handed to the bus.
    Published(Vec<Result<ReplayId, crate::ApiError>>),
    /// Generic events were published.
    Pushed(Vec<PushedEvent>),
    /// The name of a streaming channel.
    StreamingChannel(Arc<str>),
    /// A record was created.
    Created(Saved),
    /// An event was taken to be published.
    Enqueued(Enqueued),
    /// An upsert is done.
    Upserted {
        /// The record.
        saved: Saved,
        /// Whether it is new.
        created: bool,
    },
    /// The outcome of each record of a call that takes several.
    Undeleted(Vec<Result<RecordId, crate::ApiError>>),
    /// The outcome of each record that was to leave the Recycle Bin for good.
    Emptied(Vec<Result<RecordId, crate::ApiError>>),
    /// Records were merged.
    Merged(Merge),
    /// A lead was converted.
    Converted(ConvertedLead),
    /// A user's new password.
    Password(Box<str>),
    /// The outcome of each of several calls, in order.
    Together(Vec<Result<Self, crate::ApiError>>),
    /// Several records match an external id: their object and ids.
    MultipleChoices(Arc<str>, Vec<RecordId>),
    /// A record.
    Row(Box<Row>),
    /// The rows went to the sink of [`Org::call_into`](crate::Org::call_into).
    Sent,
    /// A page of rows.
    Page(Box<QueryPage>),
    /// The columns of a query.
    Columns(QueryColumns),
    /// The ways to answer a query.
    Explained(Explanation),
    /// A blob.
    Blob {
        /// Its content.
        content: Arc<[u8]>,
        /// Its media type, if the record says one.
        content_type: Option<Arc<str>>,
    },
    /// Deleted records.
    Deleted {
        /// The records with the times of their deletion.
        records: Vec<(RecordId, Timestamp)>,
        /// How far back the org remembers.
        earliest_date_available: Timestamp,
        /// Up to where the answer is complete.
        latest_date_covered: Timestamp,
    },
    /// Created and changed records.
    Updated {
        /// The records.
        ids: Vec<RecordId>,
        /// Up to where the answer is complete.
        latest_date_covered: Timestamp,
    },
    /// Recently used records.
    Recent(Vec<Row>),
    /// What a search found.
    SearchResult(Box<SearchResult>),
    /// Suggested records.
    Suggestions {
        /// The records.
        rows: Vec<Row>,
        /// Whether there are more.
        more: bool,
    },
    /// The objects that a search looks at, in order.
    SearchScopeOrder(Vec<Arc<str>>),
    /// How search results are laid out, by object.
    SearchLayouts(Vec<SearchLayout>),
    /// A background operation was accepted or refused.
    AsyncOperation(AsyncOperationReply),
    /// What a request to renew, amend or cancel assets has led to.
    AssetAction(AssetActionReply),
    /// What a call of the low-level life-cycle API wrote.
    AssetLifecycle(AssetLifecycleReply),
    /// The standard actions: name, label, type.
    Actions(Vec<ActionSummary>),
    /// A standard action.
    Action(Box<ActionDescription>),
    /// The outcome of an action, one per input.
    Invoked {
        /// The action's canonical name.
        name: Arc<str>,
        /// One outcome per input.
        outcomes: Vec<ActionOutcome>,
    },
    /// What the Bulk APIs answer.
    Bulk(BulkReply),
    /// What the Metadata API answers.
    Metadata(MetadataReply),
    /// The draft quote or order of an exchange of assets.
    SalesTransaction(RecordId),
    /// A token or a refusal.
    Token(Result<TokenGrant, OAuthError>),
    /// What browsers and devices are told by OAuth.
    OAuth(Box<OAuthReply>),
    /// A session by SOAP login.
    LoggedIn(Box<Login>),
    /// The session's user.
    User(Box<UserInfo>),
    /// What a token is worth.
    Introspection(Result<Option<Introspection>, OAuthError>),
    /// Whether a token was known and is now revoked.
    Revoked(bool),
}

/// A saved record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The canonical name of its object.
    pub object: Arc<str>,
    /// Its id.
    pub id: RecordId,
}

/// A generic event that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedEvent {
    /// The channel that it was published on.
    pub channel: Arc<str>,
    /// The users whom it was meant for; everyone when empty.
    pub user_ids: Box<[RecordId]>,
}

/// An event that was taken to be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enqueued {
    /// The canonical name of the event.
    pub event: Arc<str>,
    /// An id that names nothing: the same for every event of a kind.
    pub id: RecordId,
    /// The event's identity, by which subscribers know it.
    pub uuid: Box<str>,
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The canonical name of the row's object, or `AggregateResult`.
    pub object: Arc<str>,
    /// The record; `None` for aggregate rows.
    pub id: Option<RecordId>,
    /// The names of the cells, shared by the rows of one page.
    pub columns: Arc<[Arc<str>]>,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// One member of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// A plain value.
    Value(Value),
    /// A blob, which answers show as the address it can be read from.
    BlobLink,
    /// A compound address or location: its parts in alphabetical order.
    Compound(Vec<(Arc<str>, Value)>),
    /// A parent.
    Row(Box<Row>),
    /// Children.
    Page(Box<QueryPage>),
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryPage {
    /// How many rows match in all.
    pub total_size: u64,
    /// The locator and offset of the next page, such as `01gRO0000016PIAYA2-2000`; `None` on the last.
    pub next: Option<Box<str>>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The columns of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryColumns {
    /// The columns in the order of the SELECT list.
    pub columns: Vec<QueryColumn>,
    /// The object of the FROM clause.
    pub entity_name: Arc<str>,
    /// Whether there is a GROUP BY clause.
    pub group_by: bool,
    /// Whether the records' ids are selected.
    pub id_selected: bool,
    /// How ids of the object begin.
    pub key_prefix: Option<Box<str>>,
}

/// A column of a query. Members carry the names of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryColumn {
    /// Whether it is an aggregate, or the children of a record.
    pub aggregate: bool,
    /// The type of its values in Apex; none for aggregates, parents and children.
    pub apex_type: Option<Box<str>>,
    /// Whether values are true or false.
    pub boolean_type: bool,
    /// The name under which rows carry it.
    pub column_name: Arc<str>,
    /// Whether it is a custom field.
    pub custom: bool,
    /// The name, or the words of an aggregate.
    pub display_name: Arc<str>,
    /// The reference field behind a parent.
    pub foreign_key_name: Option<Arc<str>>,
    /// Whether the field can be set on new records.
    pub insertable: bool,
    /// The columns of a parent or of children.
    pub join_columns: Vec<Self>,
    /// Whether values are numbers.
    pub number_type: bool,
    /// Whether values are text.
    pub text_type: bool,
    /// Whether the field can be changed.
    pub updatable: bool,
}

/// The ways to answer a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The ways, the cheapest first.
    pub plans: Vec<QueryPlan>,
    /// The statement.
    pub source_query: Box<str>,
}

/// One way to find the records of a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryPlan {
    /// How many records it finds.
    pub cardinality: u64,
    /// The indexed fields that it begins with.
    pub fields: Vec<Arc<str>>,
    /// `Index` or `TableScan`.
    pub leading_operation_type: Box<str>,
    /// Which conditions cannot lead, and why.
    pub notes: Vec<QueryNote>,
    /// What it costs; above 1 it is not selective.
    pub relative_cost: Decimal,
    /// How many records the object has.
    pub sobject_cardinality: u64,
    /// The object.
    pub sobject_type: Arc<str>,
}

/// A remark about a way to find records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryNote {
    /// What it says.
    pub description: Box<str>,
    /// About which fields.
    pub fields: Vec<Arc<str>>,
    /// Of which object.
    pub table_enum_or_id: Arc<str>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchResult {
    /// The records, object by object.
    pub rows: Vec<Row>,
    /// The labels of the answered fields by object, if the search asks for them: a path and its label.
    pub labels: Option<Vec<FieldLabels>>,
}

/// The labels of an object's fields: its canonical name, and for each field its path and label.
pub type FieldLabels = (Arc<str>, Vec<(Box<str>, Arc<str>)>);

/// How search results of an object are laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchLayout {
    /// The object.
    pub object: Arc<str>,
    /// The columns.
    pub columns: Vec<SearchColumn>,
}

/// A column of search results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchColumn {
    /// The field with the object that it belongs to, such as `User.Alias`.
    pub field: Box<str>,
    /// What users see above the column.
    pub label: Box<str>,
    /// The field as a query of the object names it, such as `Owner.Alias`.
    pub name: Box<str>,
}

/// An object as describeGlobal lists it: its place in the catalog, and what this user may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectSummary {
    /// The canonical name.
    pub object: Arc<str>,
    /// Whether this user may create records.
    pub createable: bool,
    /// Whether this user may change records.
    pub updateable: bool,
    /// Whether this user may delete records.
    pub deletable: bool,
    /// Whether this user may bring records back.
    pub undeletable: bool,
}

/// An object in full, for one user in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescribeSObject {
    /// The object and what the user may do.
    pub summary: ObjectSummary,
    /// The visible fields: place in the object's field list, and whether the user may write the field.
    pub fields: Vec<(u16, bool)>,
    /// The child relationships whose children and key the user sees, as places in the object's list.
    pub child_relationships: Vec<usize>,
    /// The record types, the Master entry last.
    pub record_types: Vec<RecordTypeInfo>,
}

/// A record type in a describe answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTypeInfo {
    /// The record type.
    pub id: RecordId,
    /// Its label.
    pub name: Arc<str>,
    /// Its developer name.
    pub developer_name: Arc<str>,
    /// Whether it is active.
    pub active: bool,
    /// Whether it is the user's default.
    pub default: bool,
}

/// The four-member answer of the initiate calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsyncOperationReply {
    /// What is wrong; empty when the operation was accepted.
    pub errors: Vec<crate::ApiError>,
    /// The UUID of the request; `None` when refused.
    pub request_identifier: Option<Box<str>>,
    /// The version, object and id of the tracker; `None` when refused.
    pub tracker: Option<(ApiVersion, Arc<str>, RecordId)>,
}

/// What a request to renew, amend or cancel assets on a draft quote or order has led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetActionReply {
    /// What was asked for.
    pub operation: crate::AssetOperation,
    /// What is wrong; empty when the request was carried out.
    pub errors: Vec<crate::ApiError>,
    /// The quote or order; `None` when refused.
    pub record: Option<RecordId>,
    /// The tracker, whose id identifies the request; `None` when refused.
    pub request: Option<RecordId>,
}

/// What a call of the low-level life-cycle API wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetLifecycleReply {
    /// The asset.
    pub asset: RecordId,
    /// The new entry in its ledger.
    pub asset_action: RecordId,
    /// The entry's sources, each with the reference that the request gave it, if any.
    pub asset_action_sources: Vec<(RecordId, Option<Box<str>>)>,
    /// The new periods.
    pub asset_state_periods: Vec<RecordId>,
}

/// An action in the list of actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionSummary {
    /// Its name in paths.
    pub name: Arc<str>,
    /// Its label.
    pub label: Arc<str>,
    /// Its type, such as `CREATEORUPDATEASSETFROMORDER`.
    pub action_type: Arc<str>,
}

/// An action with its inputs and outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDescription {
    /// Name, label and type.
    pub summary: ActionSummary,
    /// The inputs.
    pub inputs: Vec<ActionParameter>,
    /// The outputs.
    pub outputs: Vec<ActionParameter>,
}

/// An input or output of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionParameter {
    /// Its name.
    pub name: Arc<str>,
    /// Its label.
    pub label: Arc<str>,
    /// Its type, such as `STRING`.
    pub value_type: Arc<str>,
    /// Whether it must be given (inputs).
    pub required: bool,
    /// How many values it takes.
    pub max_occurs: u32,
}

/// A granted token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGrant {
    /// The access token.
    pub access_token: Box<str>,
    /// The refresh token, when the grant gives one.
    pub refresh_token: Option<Box<str>>,
    /// The scopes, when the grant's answer names them.
    pub scope: Option<Box<str>>,
    /// The org.
    pub organization_id: RecordId,
    /// The user.
    pub user_id: RecordId,
    /// When the token was issued; `None` when the grant's answer leaves it out.
    pub issued_at: Option<Timestamp>,
    /// The key of the answer's signature (the client secret).
    pub signing_key: Box<str>,
    /// What an id token says besides, when the scopes ask for one.
    pub openid: Option<OpenId>,
}

/// What an id token says besides who the user is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenId {
    /// The consumer key of the app that it is for.
    pub audience: Box<str>,
    /// What the app wants to see again.
    pub nonce: Option<Box<str>>,
    /// When it is issued.
    pub issued: Timestamp,
}

/// A SOAP login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Login {
    /// The session id.
    pub session_id: Box<str>,
    /// How long it lives, in seconds.
    pub session_seconds_valid: u32,
    /// The user.
    pub user: UserInfo,
}

/// A user with their org, as the identity services show them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The org.
    pub organization_id: RecordId,
    /// The org's name.
    pub organization_name: Arc<str>,
    /// Whether the org is a sandbox.
    pub sandbox: bool,
    /// The user.
    pub user_id: RecordId,
    /// The user's fields by name: Username, Name, FirstName, LastName, Email, ProfileId, UserRoleId,
    /// TimeZoneSidKey, LocaleSidKey, LanguageLocaleKey, UserType, Alias, CommunityNickname, address parts,
    /// MobilePhone, IsActive, LastModifiedDate. Absent ones are null.
    pub fields: Vec<(Arc<str>, Value)>,
    /// The user's offset from UTC now, in milliseconds.
    pub utc_offset: i64,
    /// How long the session lives, in seconds.
    pub session_seconds_valid: u32,
}

/// What a live token is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introspection {
    /// The scopes.
    pub scope: Box<str>,
    /// The client.
    pub client_id: Box<str>,
    /// The user's name.
    pub username: Box<str>,
    /// The org.
    pub organization_id: RecordId,
    /// The user.
    pub user_id: RecordId,
    /// Which kind of token it is: `access_token` or `refresh_token`.
    pub token_type: Box<str>,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was issued.
    pub issued: Timestamp,
}
