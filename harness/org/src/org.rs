//! The org itself: one place through which every operation passes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{
    ApiError, ApiVersion, AsyncDelay, Call, Coverage, ErrorCode, PageSink, RecordId, RecordView, Reply,
    SaveOptions, Session, Settings, Timestamp, Value,
    access::{Access, Entrance, PublishCounter},
    agenda::Agenda,
    automation::Automations,
    bulk::BulkJobs,
    catalog::{Catalog, SObjectDef},
    chance::Chance,
    ctx::Ctx,
    events::{Actor, Capture, EventLog, ReplayId, StoredEvent},
    faults::Faults,
    jobs::{Failures, SimulatedJobs, Work},
    operation::{Operation, Outcome, Tape, Tee},
    query::Cursors,
    read::{Calculations, Shapes},
    record::{Savepoint, Store},
    redefine::Metadata,
    sink::PageTree,
    write::Rules,
};

/// A Salesforce org as a value: catalog and seed decide how it begins, calls and times how it goes on.
#[derive(Clone, Debug)]
pub struct Org {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) agenda: Agenda<Work>,
    /// Whether the agenda holds when the Recycle Bin is emptied next.
    pub(crate) purge_planned: bool,
    pub(crate) simulated: SimulatedJobs,
    pub(crate) bulk: BulkJobs,
    pub(crate) metadata: Metadata,
    pub(crate) failures: Failures,
    /// What is to go wrong.
    pub(crate) faults: Faults,
    pub(crate) events: EventLog,
    pub(crate) automations: Automations,
    pub(crate) capture: Capture,
    /// Whether calls belong to a transaction that goes on after them.
    pub(crate) in_transaction: bool,
    /// Events of the running transaction; they reach the log when it commits.
    pub(crate) unpublished: Vec<StoredEvent>,
    /// The committed positions of managed subscriptions.
    pub(crate) committed: BTreeMap<RecordId, ReplayId>,
    /// The custom platform events of the last hour.
    pub(crate) published: PublishCounter,
    pub(crate) cursors: Cursors,
    pub(crate) coverage: Coverage,
    pub(crate) rules: Arc<Rules>,
    /// The options of the running call.
    pub(crate) saving: SaveOptions,
    /// Whether the running call belongs to a request that was counted.
    pub(crate) counted: bool,
    /// When the running save of several records began.
    pub(crate) together: Option<Savepoint>,
    pub(crate) calculations: Arc<Calculations>,
    pub(crate) uuids: Chance,
    pub(crate) organization: RecordId,
    pub(crate) recents: Vec<(RecordId, RecordId)>,
    /// A cache; it decides nothing.
    pub(crate) shapes: Shapes,
    /// What is done to the org, where somebody wants to be told.
    pub(crate) tape: Tape,
}

impl Org {
    /// An empty org. Load an org file into it with [`Org::load`] before clients can log in.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>, settings: Settings) -> Self {
        let mut pods = Chance::new(settings.seed, "pod");
        let pod = pods.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 2);
        let pod = [pod.as_bytes()[0], pod.as_bytes()[1], b'0'];
        Self {
            store: Store::new(Arc::clone(&catalog), pod),
            access: Access::new(settings.seed),
            rules: Arc::new(Rules::new(&catalog)),
            calculations: Arc::new(Self::calculations(&catalog)),
            saving: SaveOptions::default(),
            counted: false,
            together: None,
            uuids: Chance::new(settings.seed, "uuid"),
            organization: RecordId::compose(*b"00D", pod, 1),
            agenda: Agenda::default(),
            purge_planned: false,
            simulated: SimulatedJobs::default(),
            bulk: BulkJobs::default(),
            metadata: Metadata::default(),
            failures: Failures::default(),
            faults: Faults::default(),
            events: EventLog::keeping(settings.events_kept.get()),
            automations: Automations::default(),
            capture: Capture::new(settings.seed),
            in_transaction: false,
            unpublished: Vec::new(),
            committed: BTreeMap::new(),
            published: PublishCounter::default(),
            cursors: Cursors::default(),
            coverage: Coverage::default(),
            recents: Vec::new(),
            shapes: Shapes::new(),
            tape: Tape::default(),
            catalog,
            settings,
        }
    }

    /// Performs one operation at `now` on behalf of the session's user.
    ///
    /// A call is all or nothing: when it fails, records and events are as before.
    ///
    /// # Errors
    ///
    /// The platform's error, with the platform's code and words. What mockorg does not model is refused
    /// with `MOCKORG_NOT_MODELLED` and counted in [`Org::coverage`].
    pub fn call(&mut self, now: Timestamp, session: &Session, call: Call) -> Result<Reply, ApiError> {
        let mut page = PageTree::default();
        match self.call_into(now, session, call, &mut page)? {
            Reply::Sent => {
                page.finish().map(|page| Reply::Page(Box::new(page))).ok_or_else(ApiError::not_found)
            }
            reply => Ok(reply),
        }
    }

    /// As [`Org::call`], for a request that an earlier call has counted.
    ///
    /// # Errors
    ///
    /// As for [`Org::call`], but for the limit of requests.
    pub fn call_again(&mut self, now: Timestamp, session: &Session, call: Call) -> Result<Reply, ApiError> {
        self.counted = true;
        let reply = self.call(now, session, call);
        self.counted = false;
        reply
    }

    /// As [`Org::call`], but sends pages of rows to `sink` as they are read. The reply is then
    /// [`Reply::Sent`].
    ///
    /// # Errors
    ///
    /// As for [`Org::call`]; nothing was sent then.
    pub fn call_into(
        &mut self,
        now: Timestamp,
        session: &Session,
        call: Call,
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        let counted = self.counted;
        self.tape.write(|| Operation::Call {
            at: now,
            session: session.clone(),
            call: call.clone(),
            counted,
        });
        if !self.tape.keeps_answers() {
            return self.call_whole(now, session, call, sink);
        }
        let mut tee = Tee { sink, kept: PageTree::default() };
        let result = self.call_whole(now, session, call, &mut tee);
        let page = tee.kept.finish();
        self.tape.answer(|| match (&result, page) {
            (Ok(Reply::Sent), Some(page)) => Outcome::Answered(Ok(Reply::Page(Box::new(page)))),
            _ => Outcome::Answered(result.clone()),
        });
        result
    }

    /// A call that is all or nothing.
    fn call_whole(
        &mut self,
        now: Timestamp,
        session: &Session,
        call: Call,
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        let (mark, whole) = (self.mark(), !self.in_transaction);
        if whole {
            self.automations.begin_call();
        }
        let result = self.dispatch(now, session, call, sink);
        if let Err(error) = &result {
            self.undo_since(mark);
            self.count_refusal(error);
        }
        if whole {
            match &result {
                Ok(_) => self.commit(now),
                // What was published immediately stays.
                Err(_) => self.wake_automations(now),
            }
            self.capture.actor = None;
        }
        result
    }

    fn dispatch(
        &mut self,
        now: Timestamp,
        session: &Session,
        call: Call,
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        if call.is_before_session() && !self.faults.is_idle() {
            self.strike_call(now, None, &call)?;
        }
        // These prove themselves by what they carry, not by a session.
        let call = match call {
            Call::Token(request) => return Ok(Reply::Token(self.grant_token(now, request))),
            Call::OAuth(call) => return Ok(Reply::OAuth(Box::new(self.oauth(now, *call)))),
            Call::Login { username, password } => return self.login(now, &username, &password),
            Call::Introspect { client, token } => {
                return Ok(Reply::Introspection(self.introspect(now, &client, &token)));
            }
            Call::Revoke { token } => return Ok(Reply::Revoked(self.access.revoke(&token))),
            Call::InjectEvent { event, published } => return self.inject_event(now, &event, published),
            Call::ResumeSubscriber { name, from } => return self.resume_subscriber(now, &name, from),
            call => call,
        };
        let entrance = if matches!(call, Call::WhoAmI) { Entrance::Identity } else { Entrance::Api };
        let ctx = self.enter(now, session, entrance)?;
        let origin = session.origin.clone().unwrap_or_default();
        self.capture.actor = Some(Actor { user: ctx.user, origin });
        if !self.faults.is_idle() {
            self.strike_call(now, Some(ctx.user), &call)?;
        }
        self.perform_call(&ctx, call, sink)
    }

    /// Performs one operation on behalf of a user.
    pub(crate) fn perform_call(
        &mut self,
        ctx: &Ctx,
        call: Call,
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        match call {
            Call::Authorize => Ok(Reply::Done),
            Call::Limits => {
                self.require_operation(ctx, "limits")?;
                Ok(Reply::Limits(self.limits(ctx)))
            }
            Call::RecordCount { objects } => Ok(Reply::RecordCount(self.record_count(ctx, &objects))),
            Call::DescribeGlobal => Ok(Reply::DescribeGlobal(self.describe_global(ctx))),
            Call::DescribeBasic { object } => self.describe_basic(ctx, &object),
            Call::Describe { object } => self.describe_any(ctx, &object),
            Call::Create { object, fields } => self.create(ctx, &object, &fields),
            Call::Retrieve { object, key, fields } => self.retrieve(ctx, &object, &key, fields.as_deref()),
            Call::Update { object, id, fields } => self.update(ctx, &object, &id, &fields),
            Call::Upsert { object, field, value, fields, update_only } => {
                self.upsert(ctx, &object, (&field, &value), &fields, update_only)
            }
            Call::Delete { object, key } => self.delete(ctx, &object, &key),
            Call::Undelete { ids } => Ok(self.undelete(ctx, &ids)),
            Call::EmptyRecycleBin { ids } => Ok(self.empty_recycle_bin(ctx, &ids)),
            Call::Merge(request) => self.merge(ctx, &request),
            Call::ConvertLead(convert) => self.convert_lead(ctx, &convert),
            Call::SetPassword { user, password } => self.set_user_password(ctx, &user, &password),
            Call::ResetPassword { user } => self.reset_user_password(ctx, &user),
            Call::RetrieveBlob { object, id, field } => self.retrieve_blob(ctx, &object, &id, &field),
            Call::RetrieveRelated { object, id, path, fields } => {
                self.retrieve_related(ctx, &object, &id, &path, fields.as_deref())
            }
            Call::UpdateRelated { object, id, path, fields } => {
                self.update_related(ctx, &object, &id, &path, &fields)
            }
            Call::DeleteRelated { object, id, path } => self.delete_related(ctx, &object, &id, &path),
            Call::Deleted { object, window } => self.deleted(ctx, &object, &window),
            Call::Updated { object, window } => self.updated(ctx, &object, &window),
            Call::Recent { limit } => Ok(self.recent(ctx, limit)),
            Call::Query { soql, all, batch_size } => {
                match self.query(ctx, (&soql, all), batch_size, sink) {
                    // A few objects have no records: their rows are made from the catalog.
                    Err(error) if error.code == ErrorCode::InvalidType => {
                        self.query_metadata(ctx, (&soql, all), false, sink).unwrap_or(Err(error))
                    }
                    result => result.map(|()| Reply::Sent),
                }
            }
            Call::QueryMore { locator, batch_size } => {
                self.query_more(ctx, &locator, batch_size, sink).map(|()| Reply::Sent)
            }
            Call::QueryColumns { soql, all } => match self.query_columns(ctx, &soql, all) {
                Err(error) if error.code == ErrorCode::InvalidType => {
                    self.metadata_columns(ctx, (&soql, all), false).unwrap_or(Err(error))
                }
                result => result,
            },
            Call::Explain { soql } => self.explain(ctx, &soql),
            Call::Search { sosl } => self.search(ctx, &sosl),
            Call::ParameterizedSearch(request) => self.parameterized_search(ctx, &request),
            Call::SearchSuggestions(request) => self.suggestions(ctx, &request),
            Call::SearchScopeOrder => Ok(self.search_scope_order(ctx)),
            Call::SearchLayouts { objects } => self.search_layouts(ctx, &objects),
            Call::Initiate { operation, body } => self.initiate(ctx, operation, &body),
            Call::AssetAction { operation, body } => self.asset_action(ctx, operation, &body),
            Call::ExchangeAssets { exchange, body } => self.exchange_assets(ctx, exchange, &body),
            Call::GenerateAsset { body } => self.generate_lifecycle_asset(ctx, &body),
            Call::ChangeAsset { id, body } => self.change_lifecycle_asset(ctx, &id, &body),
            Call::CancelAsset { id, body } => self.cancel_lifecycle_asset(ctx, &id, &body),
            Call::ListActions => Ok(self.list_actions(ctx)),
            Call::DescribeAction { name } => self.describe_action(ctx, &name),
            Call::InvokeAction { name, inputs } => self.invoke_action(ctx, &name, inputs),
            Call::WhoAmI => self.who_am_i(ctx),
            Call::OpenChannel { channel } => Ok(self.open_channel(ctx, &channel)),
            Call::CommitReplay { subscription, replay } => self.commit_replay(ctx, subscription, replay),
            Call::PushEvents { channel, body } => self.push_events(ctx, &channel, &body),
            Call::StreamingChannel { channel } => self.streaming_channel(ctx, &channel),
            Call::Tooling(call) => self.tooling(ctx, *call, sink),
            Call::Bulk(call) => self.bulk(ctx, *call),
            Call::Metadata(call) => self.metadata(ctx, *call),
            Call::PublishEvents { event, events } => self.publish_events(ctx, &event, events),
            Call::Saving { options, call } => {
                let outer = std::mem::replace(&mut self.saving, options);
                let reply = self.perform_call(ctx, *call, sink);
                self.saving = outer;
                reply
            }
            Call::Together { calls, all_or_none } => Ok(self.perform_together(ctx, calls, all_or_none)),
            Call::Token(_)
            | Call::OAuth(_)
            | Call::Login { .. }
            | Call::Introspect { .. }
            | Call::Revoke { .. }
            | Call::InjectEvent { .. }
            | Call::ResumeSubscriber { .. } => {
                // Answered above, before a session was asked for.
                Err(ApiError::invalid_session())
            }
        }
    }

    /// The catalog.
    #[must_use]
    pub const fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Has the asynchronous operations from now on take this long.
    pub fn set_async_delay(&mut self, delay: Duration) {
        self.tape.write(|| Operation::AsyncDelay(delay));
        self.settings.async_delay = AsyncDelay(delay);
    }

    /// The id of the org.
    #[must_use]
    pub const fn organization_id(&self) -> RecordId {
        self.organization
    }

    /// The certificate or public key of a connected app, in PEM, if it has one.
    #[must_use]
    pub fn certificate_of(&self, client_id: &str) -> Option<&str> {
        self.access.certificate_of(client_id)
    }

    /// The event log.
    #[must_use]
    pub const fn events(&self) -> &EventLog {
        &self.events
    }

    /// What was refused because it is not modelled.
    #[must_use]
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Counts a refusal of the shell, of a resource that no [`Call`] stands for.
    pub fn refuse(&mut self, what: &str) {
        self.tape.write(|| Operation::Refuse(what.into()));
        self.coverage.refuse(what);
    }

    /// The API requests used in the last 24 hours, and how many there may be.
    #[must_use]
    pub fn api_usage(&self) -> (u64, u64) {
        (self.access.api_requests(), self.daily_requests())
    }

    /// A record by id, for assertions; deleted ones included. Calculated fields are empty here.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<RecordView<'_>> {
        self.store.get(id)
    }

    /// The records of an object that are not deleted, ordered by id, for assertions.
    pub fn records(&self, object: &str) -> impl Iterator<Item = RecordView<'_>> {
        self.catalog.find_any(object).into_iter().flat_map(|object| self.store.live_records(object))
    }

    /// The definition of an object, when the user may see it in this version.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for unknown and invisible objects alike.
    pub(crate) fn visible_object<'a>(
        catalog: &'a Catalog,
        ctx: &Ctx,
        name: &str,
    ) -> Result<&'a SObjectDef, ApiError> {
        catalog
            .find(name, ctx.version)
            .filter(|object| ctx.access.object(object.index).read)
            .ok_or_else(ApiError::not_found)
    }

    /// Writes a record on behalf of the platform itself: no permissions, no createable flags. Defaults,
    /// auto numbers, system fields and rules apply as ever.
    pub(crate) fn system_create(
        &mut self,
        ctx: &Ctx,
        object: &str,
        values: Vec<(&str, Value)>,
    ) -> Result<RecordId, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = catalog.find_any(object).ok_or_else(|| {
            ApiError::not_modelled(format_args!("the object {object}, which the catalog lacks"))
        })?;
        self.insert(ctx, def, &named(def, values))
    }

    /// Changes a record on behalf of the platform itself.
    pub(crate) fn system_update(
        &mut self,
        ctx: &Ctx,
        id: RecordId,
        values: Vec<(&str, Value)>,
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = catalog.object_of(id).ok_or_else(ApiError::not_found)?;
        self.change(ctx, def, id, &named(def, values))
    }

    /// The version under which later work runs: the newest, so that every field can be written.
    pub(crate) const WORK_VERSION: ApiVersion = ApiVersion::NEWEST;
}

/// Values by name as values by slot; names that the catalog does not know in this org are dropped, as a
/// feature may be off.
fn named(def: &SObjectDef, values: Vec<(&str, Value)>) -> Vec<(crate::catalog::Slot, Value)> {
    values.into_iter().filter_map(|(name, value)| Some((def.slot(name)?, value))).collect()
}

/// The payload of an event or of one entry of a detail list.
pub(crate) fn event_slots(def: &SObjectDef, values: Vec<(&str, Value)>) -> Box<[Value]> {
    payload(def, named(def, values))
}

/// The same from values by slot.
pub(crate) fn payload(def: &SObjectDef, values: Vec<(crate::catalog::Slot, Value)>) -> Box<[Value]> {
    let mut slots: Box<[Value]> = def.fields.iter().map(|field| field.default_value.clone()).collect();
    for (slot, value) in values {
        slots[slot.index()] = value;
    }
    slots
}
