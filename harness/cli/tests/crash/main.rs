//! Orgs that are kept in a folder, and whose processes are killed: nothing that was answered is lost.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chance;
mod client;
mod events;
mod load;
mod parcels;
mod process;
mod wholes;

use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde_json::json;

use crate::{
    chance::Chance,
    client::Client,
    load::Load,
    process::{Process, command, folder},
};

const ACCOUNTS: &str = "/services/data/v64.0/sobjects/Account";

/// How often the process is killed: `MOCKORG_CRASHES`, or a few times.
fn crashes() -> u64 {
    env::var("MOCKORG_CRASHES").map_or(12, |text| text.parse().unwrap())
}

/// The newest journal of a folder.
fn journal(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|own| own == "jsonl")).max().unwrap()
}

/// What a disk may hold behind what was written last.
fn litter(folder: &Path, chance: &mut Chance) {
    let torn: &[u8] = match chance.below(4) {
        0 => b"",
        1 => &[0; 5000],
        2 => b"0123abcd*{\"Org\":{\"operation\":",
        _ => b"00000000 {}\n00000000 {}\n",
    };
    File::options().append(true).open(journal(folder)).unwrap().write_all(torn).unwrap();
}

#[test]
fn nothing_that_was_answered_is_lost_however_often_the_process_is_killed() {
    /// How many lives an org has: its journal must not make the test longer and longer.
    const LIVES: u64 = 20;
    let seed = env::var("MOCKORG_SEED").map_or(1, |text| text.parse().unwrap());
    let mut chance = Chance::new(seed);
    let (mut killed, mut answered, began) = (0, 0, Instant::now());
    while killed < crashes() {
        let folder = folder("lives");
        let mut load = Load::new(seed.wrapping_add(killed));
        let images: &[&str] =
            if (killed / LIVES).is_multiple_of(2) { &["--image-every", "700"] } else { &[] };
        for _ in 0..LIVES.min(crashes() - killed) {
            let process = Process::start(&folder, images);
            load.check(&process);
            load.until_killed(process, &mut chance);
            killed += 1;
            litter(&folder, &mut chance);
            // One that dies before it has come back leaves no less behind.
            if chance.below(3) == 0 {
                let process = Process::spawn(&mut command(&folder, images));
                // It says nothing on the way back that a test could count, and any moment is as good as another: only
                // here chance picks a time. The test passes wherever it falls.
                std::thread::park_timeout(std::time::Duration::from_millis(chance.below(60)));
                process.kill();
                killed += 1;
            }
        }
        load.check(&Process::start(&folder, images));
        answered += load.answered();
        fs::remove_dir_all(&folder).unwrap();
    }
    println!(
        "{killed} kills, {answered} answered writes, {:.1} s, MOCKORG_SEED={seed}",
        began.elapsed().as_secs_f64()
    );
}

/// An org with so many accounts, and what its client was told of each.
fn accounts(process: &Process, count: usize) -> Vec<String> {
    let mut client = Client::connect(process.address(), process.token()).unwrap();
    let account = |at: usize| {
        let (status, answer) = client.json("POST", ACCOUNTS, &json!({"Name": format!("A{at}")})).unwrap();
        assert_eq!(status, 201, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    };
    (0..count).map(account).collect()
}

fn is_there(process: &Process, id: &str) -> bool {
    let mut client = Client::connect(process.address(), process.token()).unwrap();
    client.get(&format!("{ACCOUNTS}/{id}")).unwrap().0 == 200
}

#[test]
fn a_torn_end_is_cut_off_and_told_and_the_rest_is_there() {
    let folder = folder("torn");
    let process = Process::start(&folder, &[]);
    let ids = accounts(&process, 3);
    process.kill();
    let path = journal(&folder);
    let length = fs::metadata(&path).unwrap().len();
    File::options().write(true).open(&path).unwrap().set_len(length - 5).unwrap();

    let process = Process::start(&folder, &[]);
    assert!(is_there(&process, &ids[1]) && !is_there(&process, &ids[2]));
    let told = process.stop();
    assert!(told.contains("were never wholly written") && told.contains("journal-"), "{told}");
    // What was cut is cut for good.
    let process = Process::start(&folder, &[]);
    assert_eq!(accounts(&process, 1).len(), 1);
    assert_eq!(process.stop(), "");
}

#[test]
fn damage_before_good_entries_is_refused_with_its_place_and_nothing_is_cut() {
    let folder = folder("damaged");
    let process = Process::start(&folder, &[]);
    accounts(&process, 3);
    process.kill();
    let path = journal(&folder);
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find("\"A1\"").unwrap();
    let damaged = format!("{}\"B1\"{}", &text[..at], &text[at + 4..]);
    fs::write(&path, &damaged).unwrap();
    let ended = command(&folder, &[]).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("is damaged (byte ") && told.contains(path.to_str().unwrap()), "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
}

#[test]
fn a_folder_belongs_to_one_process_and_to_one_kind_of_org() {
    let folder = folder("owner");
    let process = Process::start(&folder, &[]);
    let ids = accounts(&process, 1);
    let told = |more: &[&str]| {
        let ended = command(&folder, more).output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        String::from_utf8(ended.stderr).unwrap()
    };
    assert!(told(&[]).contains("belongs to another mockorg that runs"));
    process.stop();
    let differs = told(&["--seed", "7"]);
    assert!(
        differs.contains("the settings (seed, token, limits)") && differs.contains("--data-reset"),
        "{differs}"
    );
    assert!(is_there(&Process::start(&folder, &[]), &ids[0]));
    let anew = Process::start(&folder, &["--seed", "7", "--data-reset"]);
    assert!(!is_there(&anew, &ids[0]));
}

#[test]
fn a_full_disk_refuses_everything_and_what_was_answered_is_there_when_there_is_room_again() {
    let folder = folder("full");
    // The header is there, and room for some more blocks of 512 bytes.
    Process::start(&folder, &[]).stop();
    let room = fs::metadata(journal(&folder)).unwrap().len() / 512 + 40;
    let whole = command(&folder, &[]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {room}; exec \"$@\""), "sh"])
        .arg(whole.get_program());
    limited.args(whole.get_args()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let process = Process::run(&mut limited);
    let mut client = Client::connect(process.address(), process.token()).unwrap();
    let mut ids = Vec::new();
    let refused = loop {
        let (status, answer) = client.json("POST", ACCOUNTS, &json!({"Name": "Acme"})).unwrap();
        if status != 201 {
            break (status, answer);
        }
        ids.push(answer["id"].as_str().unwrap().to_owned());
        assert!(ids.len() < 10_000, "the disk never fills");
    };
    assert_eq!((refused.0, &refused.1[0]["errorCode"]), (503, &json!("UNKNOWN_EXCEPTION")), "{refused:?}");
    // Nobody is told anything that may not last.
    assert_eq!(client.get(&format!("{ACCOUNTS}/{}", ids[0])).unwrap().0, 503);
    let told = process.kill();
    assert!(told.contains("cannot be kept any more") && told.contains("refused from now on"), "{told}");

    let process = Process::start(&folder, &[]);
    assert!(ids.iter().all(|id| is_there(&process, id)));
    assert_eq!(accounts(&process, 1).len(), 1);
}

#[test]
fn the_operating_system_keeps_what_was_answered_when_only_the_process_dies() {
    let folder = folder("os");
    let flags = ["--durability", "os"];
    let process = Process::start(&folder, &flags);
    let ids = accounts(&process, 50);
    process.kill();
    let process = Process::start(&folder, &flags);
    assert!(ids.iter().all(|id| is_there(&process, id)));
    assert!(process.said("kept in").contains("entries"), "{}", process.greeting);
}
