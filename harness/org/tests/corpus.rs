//! The corpus of queries: statements over one org, with the rows or the refusal that each must give.
//!
//! `fixtures/soql/org.json` is the org. A block of `rows.soql` is a statement, `==>` with the total size and
//! the columns, and the rows; rows of one column stand in one line. A block of `refused.soql` is a statement,
//! `==>` with the code, and the message. Lines with `@` before a statement say who asks, in which version and
//! whether deleted records count: `@user=rob`, `@version=57`, `@all`. `$name` in a statement is the id of a
//! record of the org file, `$name:15` its short form.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, fs, path::Path};

use mockorg_org::{
    ApiError, ApiVersion, Call, Cell, Org, OrgFile, QueryPage, RecordKey, Reply, Row, Session, Settings,
    Timestamp, Value,
};
use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};

/// The org's time: a Wednesday in Los Angeles, Thursday already in Tokyo.
const NOW: &str = "2026-03-18T18:30:00Z";
/// The records that are deleted once the org is loaded.
const DELETED: [&str; 2] = ["gone", "maple"];
/// The version of statements that name none.
const VERSION: u8 = 66;

#[test]
fn statements_give_the_rows_that_the_corpus_says() {
    check("rows.soql", |world, block| match world.ask(block) {
        Ok(page) => world.page(&page),
        Err(error) => format!("refused: {}", refusal(&error)),
    });
}

#[test]
fn statements_are_refused_in_the_words_of_the_corpus() {
    check("refused.soql", |world, block| match world.ask(block) {
        Ok(page) => format!("answered: {}", world.page(&page)),
        Err(error) => refusal(&error),
    });
}

/// Whatever a client sends: an org that panics has lost everything.
#[test]
fn statements_with_pieces_of_others_put_in_are_answered_or_refused() {
    let text = ["rows.soql", "refused.soql"]
        .map(|file| read(&format!("../../fixtures/soql/{file}")))
        .join("\n---\n");
    let blocks: Vec<_> = text.split("\n---\n").map(Block::parse).collect();
    let words: Vec<Vec<&str>> = blocks.iter().map(|block| words(block.statement)).collect();
    let world = RefCell::new(World::new());
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) });
    let law = |(base, others): (Index, Vec<(Index, Index, Index, usize)>)| {
        let base = base.index(blocks.len());
        let mut statement = words[base].clone();
        for (other, from, to, len) in others {
            let (other, to) = (other.get(&words), to.index(statement.len()));
            // Most often a word takes the place of a word, so that most statements still parse.
            let alike: Vec<_> =
                (0..other.len()).filter(|at| is_word(other[*at]) == is_word(statement[to])).collect();
            if len > 0 || alike.is_empty() {
                let from = from.index(other.len());
                let piece = &other[from..(from + len).min(other.len())];
                statement.splice(to..(to + len).min(statement.len()), piece.iter().copied());
            } else {
                statement[to] = other[*from.get(&alike)];
            }
        }
        let statement = statement.concat();
        let block = Block { statement: &statement, ..blocks[base] };
        let answer = world.borrow_mut().ask(&block);
        let is_internal = answer.is_err_and(|error| error.message.is_none_or(|message| message.is_empty()));
        prop_assert!(!is_internal, "a refusal has words");
        Ok(())
    };
    let len = prop_oneof![4 => Just(0), 1 => 1..8_usize];
    runner
        .run(&(any::<Index>(), vec((any::<Index>(), any::<Index>(), any::<Index>(), len), 1..4)), law)
        .unwrap();
}

/// A statement in words and the single characters between them.
fn words(statement: &str) -> Vec<&str> {
    statement
        .split_inclusive(|c: char| !is_in_word(c))
        .flat_map(|part| {
            let end = part.trim_end_matches(|c| !is_in_word(c)).len();
            [&part[..end], &part[end..]]
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn is_word(text: &str) -> bool {
    text.starts_with(is_in_word)
}

/// Holds every block of a file against what the org answers, and shows all differences in the file's form.
fn check(file: &str, answer: impl Fn(&mut World, &Block<'_>) -> String) {
    let text = read(&format!("../../fixtures/soql/{file}"));
    let mut world = World::new();
    let mut differences = String::new();
    let mut different = 0;
    let blocks: Vec<_> = text.split("\n---\n").map(Block::parse).collect();
    for block in &blocks {
        let got = answer(&mut world, block);
        if got.trim_end() != block.expected.trim_end() {
            different += 1;
            write!(differences, "{}\n==> {got}\n---\n", block.head).unwrap();
        }
    }
    assert!(
        different == 0,
        "{different} of {} statements differ; the org says:\n{differences}",
        blocks.len()
    );
}

/// One statement of a corpus.
struct Block<'t> {
    /// Everything before the arrow.
    head: &'t str,
    statement: &'t str,
    user: &'t str,
    version: u8,
    all: bool,
    expected: &'t str,
}

impl<'t> Block<'t> {
    fn parse(text: &'t str) -> Self {
        let text = text.trim_start_matches('\n');
        let (head, expected) = text.split_once("\n==> ").unwrap_or_else(|| panic!("no arrow in\n{text}"));
        let mut block = Self { head, statement: head, user: "ada", version: VERSION, all: false, expected };
        while let Some(rest) = block.statement.strip_prefix('@') {
            let (line, statement) = rest.split_once('\n').unwrap();
            for option in line.split(" @") {
                match option.split_once('=') {
                    Some(("user", user)) => block.user = user,
                    Some(("version", version)) => block.version = version.parse().unwrap(),
                    None if option == "all" => block.all = true,
                    _ => panic!("what is @{option}?"),
                }
            }
            block.statement = statement;
        }
        block
    }
}

/// The loaded org, the sessions of its users and the names of its records.
struct World {
    org: Org,
    now: Timestamp,
    tokens: BTreeMap<String, Box<str>>,
    /// Ids by name.
    ids: BTreeMap<String, String>,
    /// Names by id.
    names: BTreeMap<String, String>,
}

impl World {
    fn new() -> Self {
        let text = read("../../fixtures/soql/org.json");
        let site = read("../../fixtures/soql/definitions/Site__c.json");
        let file = OrgFile::parse(&text).unwrap();
        let catalog = support::catalog(file.features(), &[&site]);
        let settings = Settings { daily_api_requests: 1_000_000, ..Settings::default() };
        let mut org = Org::new(catalog, settings);
        let now = Timestamp::parse(NOW).unwrap();
        org.load(&file, now).unwrap();
        let mut world =
            Self { org, now, tokens: BTreeMap::new(), ids: BTreeMap::new(), names: BTreeMap::new() };
        for user in ["ada", "rob"] {
            let login =
                Call::Login { username: format!("{user}@corpus.example").into(), password: "corpus".into() };
            let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
            let reply = world.org.call(now, &session, login).unwrap();
            let Reply::LoggedIn(login) = reply else { panic!("{reply:?}") };
            world.tokens.insert(user.into(), login.session_id);
        }
        world.name_records(&serde_json::from_str(&text).unwrap());
        for name in DELETED {
            let object = if name == "gone" { "Account" } else { "Contact" };
            let key = RecordKey::Id(world.ids[name].as_str().into());
            world.call("ada", ApiVersion::NEWEST, Call::Delete { object: object.into(), key }).unwrap();
        }
        world
    }

    /// Learns the ids of the records that the org file names: those of an object in the order of its steps.
    fn name_records(&mut self, file: &serde_json::Value) {
        let mut created: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
        for step in file["steps"].as_array().unwrap() {
            if let Some(object) = step["create"].as_str() {
                created.entry(object).or_default().push(step["as"].as_str());
            }
        }
        for (object, names) in created {
            let soql = format!("SELECT Id FROM {object} ORDER BY Id");
            let page = self.query("ada", VERSION, &soql, false).unwrap();
            assert_eq!(page.rows.len(), names.len(), "{object}");
            for (row, name) in page.rows.iter().zip(names) {
                if let Some(name) = name {
                    let id = row.id.unwrap().to_string();
                    self.ids.insert(name.to_owned(), id.clone());
                    self.names.insert(id, format!("${name}"));
                }
            }
        }
    }

    fn call(&mut self, user: &str, version: ApiVersion, call: Call) -> Result<Reply, ApiError> {
        let session = Session { token: Some(self.tokens[user].clone()), version, origin: None };
        self.org.call(self.now, &session, call)
    }

    fn query(&mut self, user: &str, version: u8, soql: &str, all: bool) -> Result<QueryPage, ApiError> {
        let call = Call::Query { soql: soql.into(), all, batch_size: None };
        match self.call(user, ApiVersion::new(version).unwrap(), call)? {
            Reply::Page(page) => Ok(*page),
            reply => panic!("{reply:?}"),
        }
    }

    fn ask(&mut self, block: &Block<'_>) -> Result<QueryPage, ApiError> {
        let mut soql = String::new();
        let mut parts = block.statement.split('$');
        soql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            match (self.ids.get(name), rest.strip_prefix(":15")) {
                (Some(id), Some(rest)) => soql.extend([&id[..15], rest]),
                (Some(id), None) => soql.extend([id, rest]),
                (None, _) => soql.extend(["$", part]),
            }
        }
        self.query(block.user, block.version, &soql, block.all)
    }

    fn page(&self, page: &QueryPage) -> String {
        assert_eq!(page.next, None, "answers of the corpus are short");
        let Some(first) = page.rows.first() else { return page.total_size.to_string() };
        let columns: Vec<&str> = first.columns.iter().map(|name| &**name).collect();
        let rows: Vec<String> = page
            .rows
            .iter()
            .map(|row| {
                let is_aggregate = &*row.object == "AggregateResult";
                assert_eq!(row.id.is_none(), is_aggregate, "records have ids, groups have none");
                row.cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>().join(" | ")
            })
            .collect();
        let between = if columns.len() == 1 { ", " } else { "\n" };
        format!("{}: {}\n{}", page.total_size, columns.join(", "), rows.join(between))
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Value(value) => self.value(value),
            Cell::BlobLink => "<blob>".to_owned(),
            Cell::Compound(parts) => {
                let parts: Vec<_> =
                    parts.iter().map(|(name, value)| format!("{name}: {}", self.value(value))).collect();
                format!("({})", parts.join(", "))
            }
            Cell::Row(row) => format!("{}{{{}}}", row.object, self.members(row)),
            Cell::Page(page) => {
                assert_eq!(page.total_size, page.rows.len() as u64);
                let rows: Vec<_> = page.rows.iter().map(|row| self.members(row)).collect();
                format!("[{}]", rows.join("; "))
            }
        }
    }

    fn members(&self, row: &Row) -> String {
        let members = row.columns.iter().zip(&row.cells);
        members.map(|(name, cell)| format!("{name}: {}", self.cell(cell))).collect::<Vec<_>>().join(", ")
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Number(number) => {
                let text = number.normalize().to_string();
                if text.contains('.') { text } else { text + ".0" }
            }
            Value::Text(text) => quoted(text),
            Value::Date(date) => date.to_string(),
            Value::DateTime(at) => at.to_string(),
            Value::Time(millis) => {
                format!("{:02}:{:02}", millis / 3_600_000, millis / 60_000 % 60)
            }
            Value::Id(id) => {
                let id = id.to_string();
                self.names.get(&id).cloned().unwrap_or(id)
            }
            Value::Blob(_) | Value::Nested(_) => panic!("{value:?}"),
        }
    }
}

/// Text as it is, or in quotes where it could be taken for something else.
fn quoted(text: &str) -> String {
    let plain = !["null", "true", "false"].contains(&text)
        && text.parse::<f64>().is_err()
        && !text.starts_with([' ', '$'])
        && !text.ends_with(' ')
        && !text.contains(['"', ',', '|', ';', '{', '}', '[', ']', '\n']);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\\\"").replace('\n', "\\n")) }
}

fn refusal(error: &ApiError) -> String {
    format!("{}\n{}", error.code, error.message.as_deref().unwrap_or_default())
}

#[expect(clippy::disallowed_methods, reason = "the core is given its files; a test reads them for it")]
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
