//! The same random records in an org and in SQLite.

use std::sync::{Arc, LazyLock};

use mockorg_org::{Call, Input, Org, OrgFile, RecordKey, Reply, Timestamp, catalog::Catalog};
use rusqlite::Connection;

use super::{
    dates::Clock,
    rng::Rng,
    schema::{CUSTOM_FIELDS, Field, Kind, OBJECTS, Object, random_value},
    support,
    value::{Datum, day},
};

/// An org, its twin in SQLite, and what both know of each other.
pub(crate) struct Database {
    pub(crate) org: Org,
    pub(crate) sql: Connection,
    pub(crate) clock: Clock,
    /// The ids of each object's records.
    pub(crate) ids: Vec<Vec<String>>,
}

const ZONES: &[&str] = &["America/Los_Angeles", "Asia/Kolkata", "Europe/Berlin", "Pacific/Auckland"];

/// A record as SQLite gets it.
struct Twin {
    values: Vec<Datum>,
    deleted: bool,
}

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| {
    let definitions: Vec<String> =
        CUSTOM_FIELDS.iter().map(|(object, fields)| support::definition_with(object, fields)).collect();
    let more: Vec<&str> = definitions.iter().map(String::as_str).collect();
    support::catalog(&["RevenueLifecycle".into()], &more)
});

impl Database {
    /// The database that a seed stands for.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed, 0);
        let clock = random_clock(&mut rng);
        let org = support::org_with(&CATALOG, seed);
        let sql = Connection::open_in_memory().unwrap();
        let mut database = Self { org, sql, clock, ids: vec![Vec::new(); OBJECTS.len()] };
        database.set_clock();
        let most = *rng.pick(&[4, 20, 40, 60]);
        for (number, object) in OBJECTS.iter().enumerate() {
            let mut twins: Vec<Twin> =
                (0..rng.between(2, most)).map(|_| database.create(&mut rng, number)).collect();
            for _ in 0..twins.len() / 4 {
                let record = rng.below(twins.len());
                database.update(&mut rng, object, number, record, &mut twins);
            }
            if number > 0 {
                database.delete_some(&mut rng, object, &mut twins);
            }
            database.copy(object, &twins);
        }
        database
    }

    /// The time at which everything happens.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now)
    }

    fn call(&mut self, call: Call) -> Reply {
        self.org.call(self.now(), &support::session(68), call).unwrap()
    }

    fn set_clock(&mut self) {
        let Clock { zone, locale, fiscal_start, .. } = self.clock;
        let steps = format!(
            r#"{{"name": "clock", "steps": [
              {{"find": "User", "fields": {{"Username": "admin@test.example"}}, "as": "user"}},
              {{"update": "$user", "fields": {{"TimeZoneSidKey": "{zone}", "LocaleSidKey": "{locale}"}}}},
              {{"find": "Organization", "fields": {{"Name": "Test"}}, "as": "org"}},
              {{"update": "$org", "fields": {{"FiscalYearStartMonth": {fiscal_start}}}}},
              {{"runAs": "$user"}}]}}"#
        );
        self.org.load(&OrgFile::parse(&steps).unwrap(), self.now()).unwrap();
    }

    fn random(&self, rng: &mut Rng, field: &Field) -> Datum {
        let ids_exist = match field.kind {
            Kind::Reference(object) => !self.ids[object].is_empty(),
            _ => true,
        };
        if !ids_exist || (!field.required && rng.chance(35)) {
            return if field.kind == Kind::Bool { Datum::Bool(false) } else { Datum::Null };
        }
        random_value(rng, field.kind, self.clock.today(), &self.ids)
    }

    fn create(&mut self, rng: &mut Rng, number: usize) -> Twin {
        let object = &OBJECTS[number];
        let mut values = vec![Datum::Null];
        let mut fields = Vec::new();
        for field in &object.fields[1..] {
            let value = self.random(rng, field);
            if value != Datum::Null {
                fields.push(support::field(field.name, input(&value)));
            }
            values.push(value);
        }
        let reply = self.call(Call::Create { object: object.name.into(), fields });
        let Reply::Created(saved) = reply else { panic!("{reply:?}") };
        let id = saved.id.to_string();
        values[0] = Datum::Id(id.clone());
        self.ids[number].push(id);
        Twin { values, deleted: false }
    }

    /// Gives one field of a record another value. Parents keep coming before their children.
    fn update(&mut self, rng: &mut Rng, object: &Object, number: usize, record: usize, twins: &mut [Twin]) {
        let at = 1 + rng.below(object.fields.len() - 1);
        let field = &object.fields[at];
        if field.kind == Kind::Reference(number) {
            return;
        }
        let value = self.random(rng, field);
        let fields = vec![support::field(field.name, input(&value))];
        let id = self.ids[number][record].as_str().into();
        self.call(Call::Update { object: object.name.into(), id, fields });
        twins[record].values[at] = value;
    }

    /// Deletes records to which no other record refers.
    fn delete_some(&mut self, rng: &mut Rng, object: &Object, twins: &mut [Twin]) {
        for record in 0..twins.len() {
            let id = twins[record].values[0].clone();
            let is_named = twins.iter().any(|twin| twin.values[1..].contains(&id));
            if is_named || !rng.chance(10) {
                continue;
            }
            let Datum::Id(text) = id else { continue };
            self.call(Call::Delete { object: object.name.into(), key: RecordKey::Id(text.into()) });
            twins[record].deleted = true;
        }
    }

    fn copy(&self, object: &Object, twins: &[Twin]) {
        let names: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
        self.sql
            .execute_batch(&format!("CREATE TABLE {} ({}, IsDeleted)", object.name, names.join(", ")))
            .unwrap();
        for twin in twins {
            let mut values: Vec<String> = twin.values.iter().map(Datum::sql).collect();
            values.push(u8::from(twin.deleted).to_string());
            self.sql
                .execute(&format!("INSERT INTO {} VALUES ({})", object.name, values.join(", ")), ())
                .unwrap();
        }
    }
}

fn random_clock(rng: &mut Rng) -> Clock {
    let now = *rng.pick(&[
        "2026-01-15T12:00:00Z",
        "2024-02-29T23:30:00Z",
        "2026-03-08T10:30:00Z",
        "2025-12-31T23:59:59.500Z",
        "2026-11-01T08:00:00Z",
        "2025-08-31T03:15:00Z",
    ]);
    let (locale, week_start) = *rng.pick(&[("en_US", 0), ("en_GB", 1)]);
    let zone = *rng.pick(ZONES);
    Clock {
        now: Timestamp::parse(now).unwrap().millis(),
        zone,
        locale,
        week_start,
        fiscal_start: *rng.pick(&[1, 2, 7, 10]),
    }
}

fn input(value: &Datum) -> Input {
    match value {
        Datum::Null => Input::Null,
        Datum::Bool(value) => Input::Bool(*value),
        Datum::Int(number) => Input::Number(number.to_string().into()),
        Datum::Number(number) => Input::Number(number.to_string().into()),
        Datum::Text(text) | Datum::Id(text) => Input::Text(text.as_str().into()),
        Datum::Date(days) => Input::Text(day(*days).to_string().into()),
        Datum::DateTime(millis) => Input::Text(Timestamp::from_millis(*millis).to_string().into()),
        Datum::Time(millis) => {
            let seconds = millis / 1000;
            let text = format!("{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60);
            Input::Text(text.into())
        }
    }
}
