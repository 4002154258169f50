//! A run that was written down as lines of JSON gives the same answers and the same events when it is read and run again.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod export;
mod image;
mod recorder;
mod story;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use mockorg_org::{Call, Reply};

use recorder::{ControlLine, Line, Outcome, events, order, perform, starter};
use story::story;

/// The place of a variant in [`Call`]; a new one must be named here, and then the story must have it.
fn place(call: &Call) -> usize {
    match call {
        Call::Authorize => 0,
        Call::Limits => 1,
        Call::RecordCount { .. } => 2,
        Call::DescribeGlobal => 3,
        Call::DescribeBasic { .. } => 4,
        Call::Describe { .. } => 5,
        Call::Create { .. } => 6,
        Call::Retrieve { .. } => 7,
        Call::Update { .. } => 8,
        Call::Upsert { .. } => 9,
        Call::Delete { .. } => 10,
        Call::Undelete { .. } => 11,
        Call::RetrieveBlob { .. } => 12,
        Call::RetrieveRelated { .. } => 13,
        Call::UpdateRelated { .. } => 14,
        Call::DeleteRelated { .. } => 15,
        Call::Deleted { .. } => 16,
        Call::Updated { .. } => 17,
        Call::Recent { .. } => 18,
        Call::Query { .. } => 19,
        Call::QueryMore { .. } => 20,
        Call::Initiate { .. } => 21,
        Call::ListActions => 22,
        Call::DescribeAction { .. } => 23,
        Call::InvokeAction { .. } => 24,
        Call::Token(_) => 25,
        Call::Login { .. } => 26,
        Call::WhoAmI => 27,
        Call::Introspect { .. } => 28,
        Call::Revoke { .. } => 29,
        Call::Explain { .. } => 30,
        Call::Search { .. } => 31,
        Call::ParameterizedSearch(_) => 32,
        Call::SearchSuggestions(_) => 33,
        Call::SearchScopeOrder => 34,
        Call::SearchLayouts { .. } => 35,
        Call::GenerateAsset { .. } => 36,
        Call::ChangeAsset { .. } => 37,
        Call::CancelAsset { .. } => 38,
        Call::AssetAction { .. } => 39,
        Call::ExchangeAssets { .. } => 40,
        Call::OpenChannel { .. } => 41,
        Call::PublishEvents { .. } => 42,
        Call::InjectEvent { .. } => 43,
        Call::PushEvents { .. } => 44,
        Call::StreamingChannel { .. } => 45,
        Call::Tooling(_) => 46,
        Call::CommitReplay { .. } => 47,
        Call::ResumeSubscriber { .. } => 48,
        Call::OAuth(_) => 49,
        Call::EmptyRecycleBin { .. } => 50,
        Call::Merge(_) => 51,
        Call::ConvertLead(_) => 52,
        Call::SetPassword { .. } => 53,
        Call::ResetPassword { .. } => 54,
        Call::Bulk(_) => 55,
        Call::Metadata(_) => 56,
        Call::Saving { .. } => 57,
        Call::QueryColumns { .. } => 58,
        Call::Together { .. } => LAST,
    }
}

const LAST: usize = 59;

#[test]
fn a_run_read_back_from_lines_gives_the_same_answers_and_events_byte_by_byte() {
    let day = story(7);
    let journal: Vec<String> = day.lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    let mut org = starter(7);
    let mut orders =
        day.orders.iter().map(|line| serde_json::to_string(line).unwrap()).zip(&day.ordered).peekable();
    for (number, (text, outcome)) in journal.iter().zip(&day.outcomes).enumerate() {
        while let Some((line, reply)) =
            orders.next_if(|(line, _)| serde_json::from_str::<ControlLine>(line).unwrap().after == number)
        {
            let again = order(&mut org, serde_json::from_str(&line).unwrap());
            assert_eq!(
                serde_json::to_string(&again).unwrap(),
                serde_json::to_string(reply).unwrap(),
                "{line}"
            );
        }
        let line: Line = serde_json::from_str(text).unwrap();
        let again = perform(&mut org, line);
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(outcome).unwrap(), "{text}");
    }
    let recorded = events(&day.org);
    for name in
        ["AssetRenewInitiatedEvent", "AccountChangeEvent", "OrderChangeEvent", "/topic/Energy", "/u/replay"]
    {
        assert!(recorded.iter().any(|event| event.contains(name)), "{name}: {recorded:?}");
    }
    assert_eq!(events(&org), recorded);
    assert_eq!(org.next_deadline(), day.org.next_deadline());
    assert_eq!((org.jobs(), org.failures()), (day.org.jobs(), day.org.failures()));
    assert_eq!(org.failures()[0].struck, 1);
    assert!(recorded.iter().any(|event| event.contains("QuoteToOrderCompletedEvent")), "{recorded:?}");
}

#[test]
fn every_call_and_every_answer_survives_being_written_down() {
    let day = story(7);
    let places: BTreeSet<usize> = day.lines.iter().map(|line| place(&line.call)).collect();
    assert_eq!(places, (0..=LAST).collect(), "the story lacks a call");
    for line in &day.lines {
        let text = serde_json::to_string(line).unwrap();
        assert_eq!(&serde_json::from_str::<Line>(&text).unwrap(), line, "{text}");
    }
    for outcome in &day.outcomes {
        let text = serde_json::to_string(outcome).unwrap();
        assert_eq!(&serde_json::from_str::<Outcome>(&text).unwrap(), outcome, "{text}");
    }
}

#[test]
fn another_seed_gives_other_ids_and_tokens_to_the_same_calls() {
    let ids = |seed| {
        story(seed)
            .outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Ok(Reply::Created(saved)) => Some(saved.id),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_ne!(ids(7), ids(8));
    assert_ne!(story(7).session.token, story(8).session.token);
}
