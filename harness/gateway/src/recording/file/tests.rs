//! Files as they are after good days and bad ones.

use mockorg_org::{
    ApiVersion, Call, FieldInput, Input, Operation, Position, Recording, Session, Settings, Timestamp,
};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{Clock, recording::Entry};

fn header() -> Header {
    Header {
        mockorg: "0.1.0".into(),
        first: 0,
        recording: Recording::Operations,
        beginning: OrgBeginning {
            at: Timestamp::from_millis(1_768_467_600_000),
            clock: Clock::SYSTEM,
            origin: "starter".into(),
            org_file: "{\"name\": \"x\"}".into(),
            definitions: vec![("Rocket__c.json".into(), "{}".into())],
            components: Vec::new(),
            unmodelled: Vec::new(),
            settings: Settings::default(),
            async_delay: std::time::Duration::from_millis(500),
            assignments: vec![PermissionAssignment {
                username: "a@b.c".into(),
                permission_set: "P".into(),
                assigned: true,
            }],
            newest: ApiVersion::NEWEST,
        },
    }
}

fn create(name: &str) -> Entry {
    let session = Session { token: Some("t".into()), version: ApiVersion::NEWEST, origin: None };
    let value = Input::Text(name.into());
    let fields = vec![FieldInput { name: "Name".into(), value, at: Position::default() }];
    let call = Call::Create { object: "Account".into(), fields };
    let operation = Operation::Call { at: Timestamp::from_millis(1), session, call, counted: false };
    Entry::Org { operation, outcome: None }
}

/// A file with groups of units of entries, and where each line ends.
fn written(groups: &[Vec<Vec<Entry>>]) -> Vec<u8> {
    let mut out = Vec::new();
    write_header(&mut out, &header()).unwrap();
    for group in groups {
        for (at, unit) in group.iter().enumerate() {
            let place = if at == 0 { GroupPlace::First } else { GroupPlace::Later };
            write_unit(&mut out, unit, place).unwrap();
        }
    }
    out
}

/// The units of a file, and its end.
fn units(bytes: &[u8]) -> Result<(Vec<Vec<Entry>>, End), FileError> {
    let mut reader = Reader::open(bytes)?;
    let mut units = Vec::new();
    while let Some(unit) = reader.next_unit()? {
        units.push(unit);
    }
    Ok((units, reader.end()))
}

fn three() -> Vec<u8> {
    written(&[vec![vec![create("A")]], vec![vec![create("B"), create("C")]], vec![vec![create("D")]]])
}

#[test]
fn what_is_written_is_read_and_can_be_read_by_eye() {
    let bytes = three();
    assert_eq!(*Reader::open(&bytes[..]).unwrap().header(), header());
    let (units, end) = units(&bytes).unwrap();
    assert_eq!(units, [vec![create("A")], vec![create("B"), create("C")], vec![create("D")]]);
    assert_eq!(end, End { bytes: bytes.len() as u64, entries: 4, torn: None });
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.lines().count(), 5);
    assert!(text.lines().nth(1).unwrap().contains("\"Create\":{\"object\":\"Account\""), "{text}");
}

#[test]
fn a_write_that_broke_off_is_cut_off_with_all_that_was_done_at_once() {
    let bytes = three();
    let third = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(2).unwrap().0 + 1;
    // Within the second line of two entries that belong together: neither is there.
    let (units, end) = units(&bytes[..third + 10]).unwrap();
    assert_eq!(units, [vec![create("A")]]);
    let torn = end.torn.unwrap();
    assert_eq!((torn.at, torn.at + torn.bytes, torn.entries), (end.bytes, third as u64 + 10, 1));
    assert!(torn.to_string().contains("1 entries before them are kept"), "{torn}");
}

#[test]
fn zeros_at_the_end_are_what_the_disk_made_room_for() {
    let mut bytes = three();
    let length = bytes.len() as u64;
    bytes.extend([0; 300]);
    let (units, end) = units(&bytes).unwrap();
    assert_eq!((units.len(), end.torn), (3, Some(Torn { at: length, bytes: 300, entries: 4 })));
}

#[test]
fn pages_of_the_last_write_may_have_reached_the_disk_in_any_order() {
    let mut bytes = written(&[vec![vec![create("A")]], vec![vec![create("B")], vec![create("C")]]]);
    let at = bytes.windows(3).rposition(|three| three == b"\"B\"").unwrap();
    bytes[at..at + 3].fill(0);
    let (units, end) = units(&bytes).unwrap();
    assert_eq!(units, [vec![create("A")]]);
    assert!(end.torn.is_some());
}

#[test]
fn damage_to_what_was_safe_is_refused_with_its_place() {
    let mut bytes = three();
    let at = bytes.windows(3).rposition(|three| three == b"\"B\"").unwrap();
    bytes[at + 1] = b'X';
    let mut reader = Reader::open(&bytes[..]).unwrap();
    reader.next_unit().unwrap();
    let begin = reader.end().bytes;
    match reader.next_unit() {
        Err(FileError::Damaged { at, line: 3, entries: 1 }) => assert_eq!(at, begin),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_of_newer_versions_and_other_files_are_told_apart() {
    let newer = |json: &str| {
        let mut out = Vec::new();
        super::line::write(&mut out, super::line::Mark { begins: true, goes_on: false }, |out| {
            out.extend_from_slice(json.as_bytes());
            Ok::<_, FileError>(())
        })
        .unwrap();
        units(&out).map(drop)
    };
    let version = newer(r#"{"format":"mockorg-journal","version":2,"whatever":[1]}"#);
    assert!(matches!(&version, Err(FileError::Version { version: 2 })), "{version:?}");
    assert!(version.unwrap_err().to_string().contains("reads versions up to 1"));
    assert!(matches!(newer(r#"{"format":"other","version":1}"#), Err(FileError::NoJournal)));
    assert!(matches!(units(b"{\"name\": \"org\"}\n").map(drop), Err(FileError::NoJournal)));
    for nothing in [&b""[..], b"0123", &[0; 4096]] {
        assert!(matches!(units(nothing).map(drop), Err(FileError::NoHeader)), "{nothing:?}");
    }
}

#[test]
fn an_entry_of_another_mockorg_is_refused_by_its_line() {
    let mut bytes = three();
    super::line::write(&mut bytes, super::line::Mark { begins: true, goes_on: false }, |out| {
        out.extend_from_slice(b"{\"Teleport\":{}}");
        Ok::<_, FileError>(())
    })
    .unwrap();
    match units(&bytes).map(drop) {
        Err(FileError::Unknown { line: 6, why }) => assert!(why.contains("Teleport"), "{why}"),
        other => panic!("{other:?}"),
    }
}

/// The journal of version 1 is read by every mockorg to come; it is never written again.
#[test]
fn a_file_of_version_1_is_read_as_it_was_written() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/journals/v1/three-accounts.jsonl");
    let bytes = std::fs::read(path).unwrap();
    let (units, end) = units(&bytes).unwrap();
    assert_eq!(units, [vec![create("A")], vec![create("B"), create("C")], vec![create("D")]]);
    assert_eq!(end.torn, None);
    assert_eq!(*Reader::open(&bytes[..]).unwrap().header(), header());
}

fn groups() -> impl Strategy<Value = Vec<Vec<Vec<Entry>>>> {
    let entry =
        prop_oneof!["[a-zé\n\"]{0,12}".prop_map(|name| create(&name)), Just(Entry::DropSnapshot("s".into()))];
    vec(vec(vec(entry, 1..4), 1..4), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_beginning_of_a_file_holds_the_first_of_its_units(groups in groups(), cut in any::<prop::sample::Index>()) {
        let bytes = written(&groups);
        let all: Vec<_> = groups.into_iter().flatten().collect();
        let cut = cut.index(bytes.len() + 1);
        match units(&bytes[..cut]) {
            Ok((found, end)) => {
                prop_assert_eq!(&found[..], &all[..found.len()]);
                prop_assert_eq!(end.torn.map_or(end.bytes, |torn| torn.at + torn.bytes), cut as u64);
            }
            Err(error) => prop_assert!(matches!(error, FileError::NoHeader), "{}", error),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), groups in groups()) {
        let _ = units(&bytes);
        let mut file = written(&groups);
        let at = at.index(file.len());
        let end = file.len().min(at + bytes.len());
        file[at..end].copy_from_slice(&bytes[..end - at]);
        if let Ok((found, _)) = units(&file) {
            let all: Vec<_> = groups.into_iter().flatten().collect();
            prop_assert_eq!(&found[..], &all[..found.len()], "what is read was written");
        }
    }
}
