//! A whole org as an image.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{ImageError, Reader, Writer, digest, places::Definitions, shared};
use crate::{
    AsyncDelay, Coverage, Org, RecordId, SaveOptions, Settings,
    access::{Access, PublishCounter, UserAccess},
    agenda::Agenda,
    automation::Automations,
    bulk::BulkJobs,
    catalog::Catalog,
    chance::Chance,
    events::{Capture, EventLog, ReplayId, read_events, write_events},
    faults::Faults,
    jobs::{Failures, SimulatedJobs, Work},
    operation::Tape,
    query::{Cursors, CursorsImage},
    read::Shapes,
    record::{Savepoint, Store},
    redefine::Metadata,
    write::Rules,
};

/// How every image begins.
const MAGIC: &[u8; 8] = b"mockorg\0";
/// The version of the format. One that reads no images of the versions before it names them in [`ImageError`].
const VERSION: u16 = 1;

/// The members that are written by their names; `S` is how the state is held.
#[derive(Serialize)]
struct Written<'o> {
    definitions: Definitions,
    settings: &'o Settings,
    async_delay: Duration,
    pod: [u8; 3],
    access: &'o Access,
    agenda: &'o Agenda<Work>,
    purge_planned: bool,
    simulated: &'o SimulatedJobs,
    bulk: &'o BulkJobs,
    metadata: &'o Metadata,
    failures: &'o Failures,
    faults: &'o Faults,
    automations: &'o Automations,
    capture: &'o Capture,
    in_transaction: bool,
    committed: &'o BTreeMap<RecordId, ReplayId>,
    published: &'o PublishCounter,
    cursors: CursorsImage,
    coverage: &'o Coverage,
    saving: &'o SaveOptions,
    counted: bool,
    together: Option<Savepoint>,
    uuids: &'o Chance,
    organization: RecordId,
    recents: &'o [(RecordId, RecordId)],
}

/// The same, read.
#[derive(Deserialize)]
struct Read {
    definitions: Definitions,
    settings: Settings,
    async_delay: Duration,
    pod: [u8; 3],
    access: Access,
    agenda: Agenda<Work>,
    purge_planned: bool,
    simulated: SimulatedJobs,
    bulk: BulkJobs,
    metadata: Metadata,
    failures: Failures,
    faults: Faults,
    automations: Automations,
    capture: Capture,
    in_transaction: bool,
    committed: BTreeMap<RecordId, ReplayId>,
    published: PublishCounter,
    cursors: CursorsImage,
    coverage: Coverage,
    saving: SaveOptions,
    counted: bool,
    together: Option<Savepoint>,
    uuids: Chance,
    organization: RecordId,
    recents: Vec<(RecordId, RecordId)>,
}

impl Org {
    /// The whole state of the org as bytes. What it has written down ([`Org::take_recorded`]) is not in it.
    ///
    /// Orgs that are equal have equal images, whoever makes them.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use mockorg_org::{Org, Settings, catalog::Catalog};
    ///
    /// let catalog = Arc::new(Catalog::build(&[], &[])?);
    /// let org = Org::new(Arc::clone(&catalog), Settings::default());
    /// let again = Org::from_image(catalog, &org.image())?;
    /// assert_eq!(again.fingerprint(), org.fingerprint());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.raw(MAGIC);
        out.raw(&VERSION.to_le_bytes());
        self.write_content(&mut out);
        let mut image = out.finish();
        let checksum = digest(&image);
        image.extend_from_slice(&checksum.to_le_bytes());
        image
    }

    /// A number that two orgs share when they are equal in everything that an image holds, in any process. What is
    /// only remembered to be faster plays no part.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut out = Writer::default();
        self.write_content(&mut out);
        digest(&out.finish())
    }

    /// The org of an image. `catalog` are the definitions with which that org began; what was changed in them since
    /// is part of the image. The settings are those of the image.
    ///
    /// # Errors
    ///
    /// [`ImageError`], whatever the bytes are.
    pub fn from_image(catalog: Arc<Catalog>, bytes: &[u8]) -> Result<Self, ImageError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ImageError::NotAnImage)?;
        let (version, _) = rest.split_first_chunk().ok_or(ImageError::Damaged)?;
        match u16::from_le_bytes(*version) {
            VERSION => {}
            found => return Err(ImageError::Version { found, newest: VERSION }),
        }
        let (image, checksum) = bytes.split_last_chunk().ok_or(ImageError::Damaged)?;
        if digest(image) != u64::from_le_bytes(*checksum) {
            return Err(ImageError::Damaged);
        }
        let content = image.get(MAGIC.len() + 2..).ok_or(ImageError::Damaged)?;
        Self::read_content(catalog, content)
    }

    fn write_content(&self, out: &mut Writer) {
        // Every member is named, so that a new one is decided about. Those behind the underscores follow from the
        // others, or are the shell's.
        let Self {
            catalog,
            settings,
            store,
            access,
            agenda,
            purge_planned,
            simulated,
            bulk,
            metadata,
            failures,
            faults,
            events,
            automations,
            capture,
            in_transaction,
            unpublished,
            committed,
            published,
            cursors,
            coverage,
            rules: _,
            saving,
            counted,
            together,
            calculations: _,
            uuids,
            organization,
            recents,
            shapes: _,
            tape: _,
        } = self;
        let written = Written {
            definitions: Definitions::of(catalog, metadata),
            settings,
            async_delay: settings.async_delay.0,
            pod: store.pod(),
            access,
            agenda,
            purge_planned: *purge_planned,
            simulated,
            bulk,
            metadata,
            failures,
            faults,
            automations,
            capture,
            in_transaction: *in_transaction,
            committed,
            published,
            cursors: CursorsImage::of(cursors),
            coverage,
            saving,
            counted: *counted,
            together: *together,
            uuids,
            organization: *organization,
            recents,
        };
        let (state, permissions) = shared::writing(|| packed(&written));
        let permissions: Vec<&UserAccess> = permissions.iter().map(|own| &**own).collect();
        out.bytes(&packed(&permissions));
        out.bytes(&state);
        store.write_image(out);
        events.write_image(out);
        write_events(out, unpublished);
    }

    fn read_content(begun: Arc<Catalog>, content: &[u8]) -> Result<Self, ImageError> {
        let mut from = Reader::new(content);
        let permissions: Vec<Arc<UserAccess>> = unpacked(from.bytes()?)?;
        let state = from.bytes()?;
        let read: Read = shared::reading(permissions, || unpacked(state))?;
        let catalog = read.definitions.catalog(begun, &read.metadata)?;
        if !read.pod.iter().all(u8::is_ascii_alphanumeric) {
            return Err(ImageError::content("the letters of the org's ids are none"));
        }
        let store = Store::read_image(&catalog, read.pod, &mut from)?;
        let events = EventLog::read_image(&mut from)?;
        let unpublished = read_events(&mut from)?;
        if from.left() > 0 {
            return Err(ImageError::content("there is more behind its end"));
        }
        let mut org = Self {
            rules: Arc::new(Rules::new(&catalog)),
            calculations: Arc::new(Self::calculations(&catalog)),
            settings: Settings { async_delay: AsyncDelay(read.async_delay), ..read.settings },
            store,
            access: read.access,
            agenda: read.agenda,
            purge_planned: read.purge_planned,
            simulated: read.simulated,
            bulk: read.bulk,
            metadata: read.metadata,
            failures: read.failures,
            faults: read.faults,
            events,
            automations: read.automations,
            capture: read.capture,
            in_transaction: read.in_transaction,
            unpublished,
            committed: read.committed,
            published: read.published,
            cursors: Cursors::default(),
            coverage: read.coverage,
            saving: read.saving,
            counted: read.counted,
            together: read.together,
            uuids: read.uuids,
            organization: read.organization,
            recents: read.recents,
            shapes: Shapes::new(),
            tape: Tape::default(),
            catalog,
        };
        org.resume_cursors(read.cursors);
        org.resume_exports();
        Ok(org)
    }
}

/// Members by their names.
fn packed(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = value.serialize(&mut rmp_serde::Serializer::new(&mut bytes).with_struct_map());
    // Memory takes all that is written, and no piece of state refuses to be.
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

fn unpacked<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ImageError> {
    let mut from = rmp_serde::Deserializer::from_read_ref(bytes);
    from.set_max_depth(256);
    T::deserialize(&mut from).map_err(ImageError::content)
}
