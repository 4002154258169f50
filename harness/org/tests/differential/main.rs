//! Random statements over random records, answered by the org and by SQLite.
//!
//! A statement has a number, which decides it and its database. `MOCKORG_SEED=7 cargo test -p mockorg-org
//! --test differential` asks one statement again, `MOCKORG_SEED=20000..90000` others than the usual ones.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod compare;
mod conditions;
mod database;
mod dates;
mod generate;
mod rng;
mod schema;
mod shrink;
mod soql;
mod sql;
mod statement;
#[path = "../support/mod.rs"]
mod support;
mod value;

use std::{env, ops::Range};

use compare::{REFUSED, compare};
use database::Database;
use generate::Generator;
use rng::Rng;
use statement::Statement;

/// How many statements share a database.
const STATEMENTS_EACH: u64 = 500;
/// The statements of an ordinary run.
const USUAL: Range<u64> = 0..20_000;
/// After how many differences to stop.
const ENOUGH: usize = 5;

#[expect(clippy::disallowed_methods, reason = "the seed of a failure comes from outside")]
fn wanted() -> Range<u64> {
    let Ok(text) = env::var("MOCKORG_SEED") else { return USUAL };
    match text.split_once("..") {
        Some((start, end)) => start.parse().unwrap()..end.parse().unwrap(),
        None => {
            let number = text.parse().unwrap();
            number..number + 1
        }
    }
}

#[test]
fn the_org_answers_statements_as_sqlite_answers_their_translation() {
    let wanted = wanted();
    let (mut asked, mut with_rows) = (0_u64, 0_u64);
    let mut differences = Vec::new();
    let mut at = wanted.start;
    while at < wanted.end && differences.len() < ENOUGH {
        let seed = at / STATEMENTS_EACH;
        let mut database = Database::new(seed);
        let end = wanted.end.min((seed + 1) * STATEMENTS_EACH);
        for number in at..end {
            let rng = Rng::new(seed, number % STATEMENTS_EACH + 1);
            let statement = Generator { rng, clock: &database.clock, ids: &database.ids }.statement();
            asked += 1;
            match compare(&mut database, &statement) {
                Ok(has_rows) => with_rows += u64::from(has_rows),
                Err(_) => differences.push(report(&mut database, number, statement)),
            }
            if differences.len() == ENOUGH {
                break;
            }
        }
        at = end;
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    assert!(with_rows * 2 > asked || asked < STATEMENTS_EACH, "{with_rows} of {asked} answers have rows");
}

/// How to ask again, and the difference in its shortest form.
fn report(database: &mut Database, number: u64, statement: Statement) -> String {
    let first = compare(database, &statement).err().unwrap_or_default();
    let shortest = shrink::shortest(statement, &mut |smaller| {
        compare(database, smaller).is_err_and(|difference| is_alike(&first, &difference))
    });
    let difference = compare(database, &shortest).err().unwrap_or_default();
    format!("MOCKORG_SEED={number} cargo test -p mockorg-org --test differential\n{difference}")
}

/// Whether both are other rows, or both the same refusal, apart from where it points.
fn is_alike(first: &str, second: &str) -> bool {
    let refusal =
        |text: &str| text.split_once(REFUSED).map(|(_, error)| error.rsplit("\\n").next().map(str::to_owned));
    refusal(first) == refusal(second)
}
