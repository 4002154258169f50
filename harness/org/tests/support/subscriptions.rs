//! An org with any number of licenses that can be renewed, for tests and benchmarks of many of them.

use std::{fs, path::Path, sync::LazyLock, time::Duration};

use mockorg_org::{
    AsyncDelay, Call, InitiateOperation, Input, Org, OrgFile, RecordId, Reply, Session, Settings, Timestamp,
};

use super::support::{self, TOKEN, field, fields, session};

/// 2022-01-01T08:00:00Z.
pub(crate) const BEGINNING: Timestamp = Timestamp::from_millis(1_641_024_000_000);

/// How long a job takes.
pub(crate) const DELAY: Duration = Duration::from_secs(10);

/// How many lines an order has.
const LINES: usize = 100;

static STARTER: LazyLock<Org> = LazyLock::new(starter);

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter() -> Org {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json");
    let file = OrgFile::parse(&fs::read_to_string(path).unwrap()).unwrap();
    let settings = Settings {
        async_delay: AsyncDelay(DELAY),
        session_token: Some(TOKEN.into()),
        daily_api_requests: u64::MAX,
        ..Settings::default()
    };
    let mut org = Org::new(support::catalog(file.features(), &[]), settings);
    org.load(&file, BEGINNING).unwrap();
    org
}

fn call(org: &mut Org, call: Call) -> Reply {
    let session: Session = session(64);
    org.call(BEGINNING, &session, call).unwrap()
}

fn create(org: &mut Org, object: &str, members: &[(&str, &str)]) -> String {
    match call(org, Call::Create { object: object.into(), fields: fields(members) }) {
        Reply::Created(saved) => saved.id.to_string(),
        other => panic!("{other:?}"),
    }
}

fn find(org: &Org, object: &str, name: &str) -> String {
    let mut found = org.records(object).filter(|row| row.get("Name").as_text() == Some(name));
    found.next().unwrap().id().to_string()
}

/// The starter org, whose customer Aurora Robotics has bought so many licenses for a year; all are assets that
/// can be renewed.
pub(crate) fn sold(count: usize) -> (Org, Vec<RecordId>) {
    let mut org = STARTER.clone();
    let before = org.records("Asset").count();
    let (account, book) =
        (find(&org, "Account", "Aurora Robotics"), find(&org, "Pricebook2", "Standard Price Book"));
    let entry = find(&org, "PricebookEntry", "Team License");
    for first in (0..count).step_by(LINES) {
        let header = [("AccountId", &*account), ("Pricebook2Id", &book), ("EffectiveDate", "2022-01-01")];
        let order = create(&mut org, "Order", &[&header[..], &[("Status", "Draft")]].concat());
        let add = create(&mut org, "OrderAction", &[("OrderId", &order), ("Type", "Add")]);
        for _ in first..count.min(first + LINES) {
            let line = [
                ("OrderId", &*order),
                ("OrderActionId", &add),
                ("PricebookEntryId", &entry),
                ("Quantity", "1"),
                ("ServiceDate", "2022-01-01"),
                ("SubscriptionTerm", "12"),
                ("BillingFrequency2", "Monthly"),
                ("PeriodBoundary", "Anniversary"),
            ];
            create(&mut org, "OrderItem", &line);
        }
        let activated = fields(&[("Status", "Activated")]);
        call(&mut org, Call::Update { object: "Order".into(), id: order.as_str().into(), fields: activated });
        let inputs = vec![fields(&[("orderId", &order)])];
        call(&mut org, Call::InvokeAction { name: "createOrUpdateAssetFromOrder".into(), inputs });
    }
    org.advance(BEGINNING + DELAY);
    let assets: Vec<RecordId> = org.records("Asset").skip(before).map(|row| row.id()).collect();
    assert_eq!(assets.len(), count);
    (org, assets)
}

/// Asks for the renewal of some assets.
pub(crate) fn renew(org: &mut Org, assets: &[RecordId]) {
    let ids = assets.iter().map(|asset| Input::Text(asset.to_string().into())).collect();
    let ids = Input::Object(vec![field("assetIdArray", Input::Array(ids))]);
    let call = Call::Initiate { operation: InitiateOperation::Renewal, body: vec![field("assetIds", ids)] };
    match org.call(BEGINNING + DELAY, &session(64), call).unwrap() {
        Reply::AsyncOperation(reply) => assert_eq!(reply.errors, []),
        other => panic!("{other:?}"),
    }
}
