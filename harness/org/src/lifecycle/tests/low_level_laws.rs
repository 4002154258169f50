//! Random sequences of generate, change and cancel against a model of a few lines: a list of periods and a
//! list of amounts.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    low_level::{list, object},
    support::{Lab, at, body, lab, number, text},
};
use crate::{ApiError, Call, ErrorCode, Input, RecordId, Timestamp};

const DAY: i64 = 86_400_000;
const CATEGORIES: [(&str, &str); 4] = [
    ("Initial Sale", "TotalInitialSaleAmount"),
    ("Upsells", "TotalUpsellsAmount"),
    ("Renewals", "TotalRenewalsAmount"),
    ("Cancellations", "TotalCancellationsAmount"),
];

/// One call: where it begins (which of the periods, or behind the last one), how many days its periods have,
/// what it adds, and whether it cancels.
#[derive(Clone, Debug)]
struct Step {
    begin: usize,
    days: Vec<i64>,
    category: usize,
    /// In cents.
    amount: i64,
    quantity: i64,
    cancels: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let days = prop::collection::vec(1_i64..400, 1..=3);
    let cancels = prop::bool::weighted(0.1);
    let step = (0_usize..8, days, 0_usize..4, -500_000_i64..500_000, -20_i64..20, cancels).prop_map(
        |(begin, days, category, amount, quantity, cancels)| {
            let days = if cancels { days[..1].to_vec() } else { days };
            Step { begin, days, category, amount, quantity, cancels }
        },
    );
    prop::collection::vec(step, 1..8)
}

/// What an asset should look like: start and end of its periods in milliseconds, and its ledger.
#[derive(Default)]
struct Model {
    periods: Vec<(i64, i64)>,
    ledger: Vec<(usize, Decimal, Decimal)>,
    cancelled: bool,
}

fn period((start, end): (i64, i64)) -> Input {
    let written = |millis| text(&Timestamp::from_millis(millis).to_string());
    object(vec![
        ("startDate", written(start)),
        ("endDate", written(end)),
        ("quantity", number("1")),
        ("mrr", number("0.5")),
        ("amount", number("6")),
    ])
}

fn entry(step: &Step) -> Input {
    object(vec![
        ("category", text(CATEGORIES[step.category].0)),
        ("actionDate", text("2022-01-01T00:00:00Z")),
        ("quantityChange", number(&step.quantity.to_string())),
        ("mrrChange", number("0.25")),
        ("amount", number(&Decimal::new(step.amount, 2).to_string())),
    ])
}

/// Periods of these lengths, one right after the other.
fn chain(start: i64, days: &[i64]) -> Vec<(i64, i64)> {
    let ends = days.iter().scan(start, |from, days| {
        let span = (*from, *from + days * DAY - 1000);
        *from = span.1 + 1000;
        Some(span)
    });
    ends.collect()
}

impl Model {
    /// Where a step begins, and how many periods it leaves.
    fn begin(&self, step: &Step) -> (i64, usize) {
        let kept = step.begin.min(self.periods.len());
        let start = self.periods.get(kept).map(|span| span.0);
        (start.or_else(|| self.periods.last().map(|span| span.1 + 1000)).unwrap_or_default(), kept)
    }

    fn enter(&mut self, step: &Step, spans: &[(i64, i64)], kept: usize) {
        self.periods.truncate(kept);
        self.periods.extend(spans);
        self.ledger.push((step.category, Decimal::new(step.amount, 2), step.quantity.into()));
        self.cancelled = step.cancels;
    }
}

fn perform(lab: &mut Lab, asset: RecordId, step: &Step, spans: &[(i64, i64)]) -> Result<(), ApiError> {
    let id: Box<str> = asset.to_string().into();
    let periods: Vec<Input> = spans.iter().copied().map(period).collect();
    let call = if step.cancels {
        let one = periods.into_iter().next().unwrap();
        Call::CancelAsset { id, body: body(vec![("assetStatePeriod", one), ("assetAction", entry(step))]) }
    } else {
        let members = vec![("assetStatePeriods", list(periods)), ("assetAction", entry(step))];
        Call::ChangeAsset { id, body: body(members) }
    };
    lab.low_level(call).map(drop)
}

/// Compares the asset with the model, and checks what must hold of every asset.
fn compare(lab: &mut Lab, asset: RecordId, model: &Model) {
    let mut spans: Vec<(i64, i64)> = lab
        .with("AssetStatePeriod", "AssetId", asset)
        .into_iter()
        .map(|id| {
            let row = lab.org.record(id).unwrap();
            let millis = |field| row.get(field).as_datetime().unwrap().millis();
            (millis("StartDate"), millis("EndDate"))
        })
        .collect();
    spans.sort_unstable();
    assert_eq!(spans, model.periods);
    assert!(spans.windows(2).all(|pair| pair[0].1 + 1000 == pair[1].0), "periods touch: {spans:?}");
    let actions = lab.actions(asset);
    assert_eq!(actions.len(), model.ledger.len());
    let last = actions[actions.len() - 1];
    let sum = |category: Option<usize>| -> Decimal {
        let entries = model.ledger.iter().filter(|entry| category.is_none_or(|own| own == entry.0));
        entries.map(|entry| entry.1).sum()
    };
    assert_eq!(lab.number(last, "TotalAmount"), sum(None));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), sum(None));
    assert_eq!(lab.number(last, "TotalQuantity"), model.ledger.iter().map(|entry| entry.2).sum());
    for (place, (_, field)) in CATEGORIES.iter().enumerate() {
        assert_eq!(lab.number(last, field), sum(Some(place)), "{field}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn periods_touch_and_totals_add_up_after_any_sequence_of_calls(steps in steps()) {
        let mut lab = lab();
        let start = at("2022-01-01T09:30:00Z").millis();
        let mut model = Model::default();
        let sale = Step { begin: 0, days: vec![31, 59], category: 0, amount: 120_050, quantity: 10, cancels: false };
        let spans = chain(start, &sale.days);
        let periods = list(spans.iter().copied().map(period).collect());
        let reply = lab.generate(vec![("assetStatePeriods", periods), ("assetAction", entry(&sale))]).unwrap();
        model.enter(&sale, &spans, 0);
        compare(&mut lab, reply.asset, &model);
        for step in steps {
            let (start, kept) = model.begin(&step);
            let spans = chain(start, &step.days);
            let expected = if model.cancelled {
                Some(ErrorCode::InvalidStatus)
            } else if model.periods.len() - kept > 4 {
                Some(ErrorCode::LimitExceeded)
            } else if step.cancels && spans[0].1 > model.periods[model.periods.len() - 1].1 {
                Some(ErrorCode::InvalidInput)
            } else {
                None
            };
            let outcome = perform(&mut lab, reply.asset, &step, &spans);
            prop_assert_eq!(outcome.err().map(|error| error.code), expected);
            if expected.is_none() {
                model.enter(&step, &spans, kept);
            }
            compare(&mut lab, reply.asset, &model);
        }
    }
}
