//! Steps as calls: what a client sends, and what the model expects of the answer.

use mockorg_contract::model::{
    Asset, Fault, Line, LineAction, Order, Period, Sale, Selling, Task,
    calendar::{self, DAY, Day, add_months},
    money::{self, Hundredths},
    step::{By, Change, Operation, PRODUCTS, Step, Via},
};
use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, InitiateOperation, Input, RecordId, RecordKey, Reply,
};

use super::{
    check,
    support::field,
    world::{DELAY, World, at, id, number, text},
};

/// Performs a step on both sides.
pub(crate) fn perform(world: &mut World, step: &Step) {
    match step {
        Step::Sell { by, via, product, quantity, price, day, months } => {
            let first = world.model.today() + day;
            let sale = sale(*product, (*quantity, *price), first, *months);
            sell(world, (*by, *via), vec![(LineAction::Add(None), sale)]);
        }
        Step::SellBundle { by, via, quantity, licenses, constant, day, months } => {
            let first = world.model.today() + day;
            let lines = vec![
                (LineAction::Add(None), sale(4, (*quantity, 0), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(0, (*licenses, 900), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(2, (200, 2_500), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(3, (100, 150_000), first, *months)),
            ];
            sell_bundle(world, (*by, *via), *constant, lines);
        }
        Step::Order { by, asset, change, day, price } => order(world, *by, *asset, (*change, *day, *price)),
        Step::AssetizeAgain { by, via, order } => {
            if let Some(order) = pick(*order, world.orders.len())
                && !world.model.orders[order].is_deleted
            {
                assetize(world, (*by, *via), order);
            }
        }
        Step::Request { by, operation, assets, day, quantity } => {
            request(world, (*by, *operation), assets, (*day, *quantity));
        }
        Step::Generate { quantity, mrr, months } => generate(world, *quantity, *mrr, *months),
        Step::ChangeAlone { asset, day, quantity, mrr, amount } => {
            change_alone(world, *asset, *day, [*quantity, *mrr, *amount]);
        }
        Step::CancelAlone { asset, day, amount } => cancel_alone(world, *asset, *day, *amount),
        Step::Terms { asset, months, renews_at_list_price, grows_at_list_price } => {
            terms(world, *asset, *months, [*renews_at_list_price, *grows_at_list_price]);
        }
        Step::Reprice { product, price } => {
            world.model.prices[*product] = *price;
            let entry = world.entry(*product);
            world.update("PricebookEntry", entry, vec![number("UnitPrice", money::text(*price))]);
        }
        Step::Seconds(seconds) => world.move_to(world.model.now + seconds),
        Step::Days(days) => world.move_to(world.model.now + days * DAY),
        Step::Permit { set, granted } => world.permit(*set, *granted),
        Step::Grant(access) => world.grant(*access),
        Step::DeleteOrder(order) => delete_order(world, *order),
        Step::Fail { job_type, whole, times } => {
            world.fail(Fault { job_type: *job_type, whole: *whole, left: *times });
        }
        Step::DeleteTracker { tracker, twin } => delete_tracker(world, *tracker, *twin),
    }
    world.settle();
}

fn pick(number: usize, len: usize) -> Option<usize> {
    (len > 0).then(|| number % len)
}

/// Units of a product at a price, sold for a number of months if they are sold by the month.
fn sale(product: usize, (quantity, price): (Hundredths, Hundredths), first: Day, months: i64) -> Sale {
    let selling = PRODUCTS[product].1;
    let last = matches!(selling, Selling::Term(_)).then(|| add_months(first, months) - 1);
    Sale { product, selling, quantity, price, first, last }
}

/// A refusal for want of permission, which leaves everything as it was.
fn is_refused<T: std::fmt::Debug>(result: &Result<T, ApiError>) {
    let Err(error) = result else { panic!("{result:?} without permission") };
    assert_eq!(error.code, ErrorCode::InsufficientAccess);
}

fn sell(world: &mut World, how: (By, Via), lines: Vec<(LineAction, Sale)>) {
    let first = lines[0].1.first;
    let order = world.create(
        "Order",
        vec![
            text("AccountId", world.account.clone()),
            text("Pricebook2Id", world.price_book.clone()),
            text("EffectiveDate", calendar::text(first)),
            text("Status", "Draft"),
            text("ShippingCity", "Austin"),
        ],
    );
    let mut rows = Vec::new();
    for (action, sale) in &lines {
        rows.push(write_line(world, order, *action, sale));
    }
    activate(world, how, (order, rows), lines);
}

/// Clients cannot relate order lines: the bundles lie ready in the org, and only their terms are filled in.
fn sell_bundle(world: &mut World, how: (By, Via), constant: bool, lines: Vec<(LineAction, Sale)>) {
    let Some(order) = world.next_bundle(constant) else { return };
    let of_order = world.org.records("OrderItem").filter(|row| row.get("OrderId").as_id() == Some(order));
    let rows: Vec<RecordId> = of_order.map(|row| row.id()).collect();
    for (row, (_, sale)) in rows.iter().zip(&lines) {
        world.update("OrderItem", *row, terms_of(sale));
    }
    activate(world, how, (order, rows), lines);
}

fn activate(
    world: &mut World,
    how: (By, Via),
    (order, rows): (RecordId, Vec<RecordId>),
    lines: Vec<(LineAction, Sale)>,
) {
    if how.1 == Via::Activation {
        let fields = vec![text("AppUsageType", "RevenueLifecycleManagement"), id("RecordId", order)];
        world.create("AppUsageAssignment", fields);
    }
    world.update("Order", order, vec![text("Status", "Activated")]);
    world.orders.push(order);
    world.lines.push(rows);
    let lines = lines.into_iter().map(|(action, sale)| Line { action, sale, asset: None }).collect();
    world.model.orders.push(Order { is_deleted: false, lines });
    let order = world.orders.len() - 1;
    if how.1 == Via::Activation {
        world.accepted(Task::Assetize { order, by_line: false, creates: true, edits: true });
    } else {
        assetize(world, how, order);
    }
}

fn write_line(world: &mut World, order: RecordId, action: LineAction, sale: &Sale) -> RecordId {
    let (kind, source) = match action {
        LineAction::Add(_) => ("Add", None),
        LineAction::Renew(asset) => ("Renew", Some(asset)),
        LineAction::Amend(asset) => ("Amend", Some(asset)),
        LineAction::Cancel(asset) => ("Cancel", Some(asset)),
    };
    let mut fields = vec![id("OrderId", order), text("Type", kind)];
    fields.extend(source.map(|asset| id("SourceAssetId", world.assets[asset])));
    let action = world.create("OrderAction", fields);
    let mut fields = terms_of(sale);
    fields.extend([
        id("OrderId", order),
        id("OrderActionId", action),
        id("PricebookEntryId", world.entry(sale.product)),
        text("BillingFrequency2", "Monthly"),
        text("PeriodBoundary", "Anniversary"),
    ]);
    world.create("OrderItem", fields)
}

/// What a line says about quantity, price and time.
fn terms_of(sale: &Sale) -> Vec<FieldInput> {
    let mut fields = vec![
        number("Quantity", money::text(sale.quantity)),
        number("UnitPrice", money::text(sale.price)),
        text("ServiceDate", calendar::text(sale.first)),
    ];
    let last = sale.last.filter(|_| matches!(sale.selling, Selling::Term(_)));
    fields.extend(last.map(|last| text("EndDate", calendar::text(last))));
    fields
}

/// Calls the action that turns an order into assets.
fn assetize(world: &mut World, (by, via): (By, Via), order: usize) {
    let by_line = via == Via::Lines;
    let (name, input) = if by_line {
        let lines = world.lines[order].iter().map(|line| Input::Text(line.to_string().into())).collect();
        ("createOrUpdateAssetFromOrderItem", field("orderItemIds", Input::Array(lines)))
    } else {
        ("createOrUpdateAssetFromOrder", id("orderId", world.orders[order]))
    };
    let call = Call::InvokeAction { name: name.into(), inputs: vec![vec![input]] };
    let may = world.may(by, 3);
    let (creates, edits) = world.writes(by);
    let before = (!may).then(|| check::records(&world.org, &["User"]));
    let result = world.call(by, call);
    if let Some(before) = before {
        is_refused(&result);
        check::same(&before, &check::records(&world.org, &["User"]));
        return;
    }
    let Ok(Reply::Invoked { outcomes, .. }) = result else { panic!("{result:?}") };
    assert!(outcomes[0].is_ok(), "{outcomes:?}");
    world.accepted(Task::Assetize { order, by_line, creates, edits });
}

/// A client's own order for an asset that exists. Nothing else is under way meanwhile.
fn order(world: &mut World, by: By, asset: usize, (change, day, price): (Change, i64, Hundredths)) {
    world.move_to(world.model.now + DELAY);
    let Some(at) = pick(asset, world.assets.len()) else { return };
    let asset = &world.model.assets[at];
    let (product, selling) = (asset.product, asset.selling);
    let Some(period) = asset.periods.last().cloned() else { return };
    if asset.price.is_none() || selling == Selling::Once {
        return;
    }
    let first = world.model.today() + day;
    let sale = |quantity, first, last| Sale { product, selling, quantity, price, first, last };
    let (action, sale) = match change {
        Change::Renew { months, quantity } => match period.last {
            Some(last) => {
                let until = add_months(last + 1, months) - 1;
                (LineAction::Renew(at), sale(quantity, last + 1, Some(until)))
            }
            None => (LineAction::Renew(at), sale(0, first, None)),
        },
        Change::Amend { quantity } => (LineAction::Amend(at), sale(quantity, first, period.last)),
        Change::Cancel => (LineAction::Cancel(at), sale(-period.quantity, first, period.last)),
    };
    if sale.last.is_some_and(|last| last < sale.first) {
        return;
    }
    sell(world, (by, Via::Order), vec![(action, sale)]);
    world.move_to(world.model.now + DELAY);
}

fn request(
    world: &mut World,
    (by, operation): (By, Operation),
    assets: &[usize],
    (day, quantity): (i64, Hundredths),
) {
    let mut named: Vec<usize> = Vec::new();
    for asset in assets.iter().filter_map(|asset| pick(*asset, world.assets.len())) {
        if !named.contains(&asset) {
            named.push(asset);
        }
    }
    if named.is_empty() {
        return;
    }
    let ids = named.iter().map(|asset| Input::Text(world.assets[*asset].to_string().into())).collect();
    let ids = Input::Object(vec![field("assetIdArray", Input::Array(ids))]);
    let day = world.model.today() + day;
    let date = format!("{}T00:00:00.000Z", calendar::text(day));
    let mut body = vec![field("assetIds", ids)];
    let (set, call) = match operation {
        Operation::Renewal => (0, InitiateOperation::Renewal),
        Operation::Amendment => {
            body.extend([text("startDate", date), number("quantityChange", money::text(quantity))]);
            body.push(text("amendmentOutputType", "order"));
            (1, InitiateOperation::AmendQuantity)
        }
        Operation::Cancellation => {
            body.extend([text("cancellationDate", date), text("cancellationOutputType", "order")]);
            (2, InitiateOperation::Cancellation)
        }
    };
    let may = world.may(by, set) && world.reads(by);
    let before = (!may).then(|| check::records(&world.org, &["User"]));
    let result = world.call(by, Call::Initiate { operation: call, body });
    if let Some(before) = before {
        is_refused(&result);
        check::same(&before, &check::records(&world.org, &["User"]));
        return;
    }
    let Ok(Reply::AsyncOperation(reply)) = result else { panic!("{result:?}") };
    assert_eq!(reply.errors, []);
    world.accepted(Task::Initiate { operation, assets: named, day, quantity });
    let tracked = world.trackers.last().unwrap();
    assert_eq!(reply.request_identifier.as_deref(), Some(&*tracked.request));
    assert_eq!(reply.tracker.map(|(_, _, id)| id), tracked.rows.get(1).map(|(id, _)| *id));
}

fn period_input(period: &Period) -> Input {
    let mut members = vec![
        text("startDate", format!("{}T00:00:00Z", calendar::text(period.first))),
        number("quantity", money::text(period.quantity)),
        number("mrr", money::text(period.mrr)),
        number("amount", "0"),
    ];
    members.extend(period.last.map(|last| text("endDate", format!("{}T23:59:59Z", calendar::text(last)))));
    Input::Object(members)
}

fn action_input(world: &World, category: &str, changes: [Hundredths; 3]) -> FieldInput {
    let mut members = vec![text("category", category), text("actionDate", at(world.model.now).to_string())];
    let names = ["quantityChange", "mrrChange", "amount"];
    members.extend(names.iter().zip(changes).map(|(name, change)| number(name, money::text(change))));
    field("assetAction", Input::Object(members))
}

fn generate(world: &mut World, quantity: Hundredths, mrr: Hundredths, months: i64) {
    let first = world.model.today();
    let last = Some(add_months(first, months) - 1);
    let period = Period { first, last, quantity, mrr, lots: Vec::new() };
    let product = world.named("Product2", "Name", PRODUCTS[0].0);
    let changes = [quantity, mrr, mrr * i128::from(months)];
    let body = vec![
        text("accountId", world.account.clone()),
        id("productId", product),
        text("assetName", "Generated"),
        text("currencyIsoCode", "USD"),
        field("assetStatePeriods", Input::Array(vec![period_input(&period)])),
        action_input(world, "Initial Sale", changes),
    ];
    let Ok(Reply::AssetLifecycle(reply)) = world.call(By::Admin, Call::GenerateAsset { body }) else {
        panic!("not generated")
    };
    let mut asset = Asset::plain(0, Selling::Once, vec![period]);
    asset.enter("Generate", "Initial Sale", changes, None);
    world.model.assets.push(asset);
    world.assets.push(reply.asset);
}

/// Refused because the asset was cancelled, with nothing changed.
fn is_closed(world: &World, before: &[String], result: &Result<Reply, ApiError>) {
    assert_eq!(result.as_ref().err().map(|error| error.code), Some(ErrorCode::InvalidStatus), "{result:?}");
    check::same(before, &check::records(&world.org, &[]));
}

fn change_alone(world: &mut World, asset: usize, day: i64, [quantity, mrr, amount]: [Hundredths; 3]) {
    let Some(place) = pick(asset, world.assets.len()) else { return };
    let Some(last) = world.model.assets[place].periods.last().cloned() else { return };
    let day = (world.model.today() + day).clamp(last.first, last.last.unwrap_or(Day::MAX));
    let later = Period { first: day, quantity, mrr, ..last.clone() };
    let mut periods = vec![later];
    if day > last.first {
        periods.insert(0, Period { last: Some(day - 1), ..last.clone() });
    }
    let changes = [quantity - last.quantity, mrr - last.mrr, amount];
    let body = vec![
        field("assetStatePeriods", Input::Array(periods.iter().map(period_input).collect())),
        action_input(world, "Other", changes),
    ];
    let open = world.model.assets[place].open().is_some();
    let before = check::records(&world.org, &[]);
    let id = world.assets[place].to_string().into();
    let result = world.call(By::Admin, Call::ChangeAsset { id, body });
    if !open {
        return is_closed(world, &before, &result);
    }
    result.unwrap();
    let asset = &mut world.model.assets[place];
    asset.periods.pop();
    asset.periods.extend(periods);
    asset.enter("Change", "Other", changes, None);
}

fn cancel_alone(world: &mut World, asset: usize, day: i64, amount: Hundredths) {
    let Some(place) = pick(asset, world.assets.len()) else { return };
    let Some(last) = world.model.assets[place].periods.last().cloned() else { return };
    let day = (world.model.today() + day).clamp(last.first, last.last.unwrap_or(Day::MAX));
    let shorter = Period { last: Some(day), ..last.clone() };
    let changes = [-last.quantity, -last.mrr, -amount];
    let body = vec![
        field("assetStatePeriod", period_input(&shorter)),
        action_input(world, "Cancellations", changes),
    ];
    let open = world.model.assets[place].open().is_some();
    let before = check::records(&world.org, &[]);
    let id = world.assets[place].to_string().into();
    let result = world.call(By::Admin, Call::CancelAsset { id, body });
    if !open {
        return is_closed(world, &before, &result);
    }
    result.unwrap();
    let asset = &mut world.model.assets[place];
    asset.periods.pop();
    asset.periods.push(shorter);
    asset.enter("Cancel", "Cancellations", changes, None);
}

fn terms(world: &mut World, asset: usize, months: Option<i64>, list_price: [bool; 2]) {
    let Some(place) = pick(asset, world.assets.len()) else { return };
    let id = world.assets[place];
    let asset = &mut world.model.assets[place];
    asset.renewal_months = months;
    [asset.renews_at_list_price, asset.grows_at_list_price] = list_price;
    let pricing = list_price.map(|list| if list { "ListPrice" } else { "LastNegotiatedPrice" });
    let term = |value: Option<Input>| value.unwrap_or(Input::Null);
    let fields = vec![
        field("RenewalTerm", term(months.map(|months| Input::Number(months.to_string().into())))),
        field("RenewalTermUnit", term(months.map(|_| Input::Text("Months".into())))),
        text("RenewalPricingType", pricing[0]),
        text("QuantityIncreasePricingType", pricing[1]),
    ];
    world.update("Asset", id, fields);
}

/// An order has to be a draft again before it can be deleted.
fn delete_order(world: &mut World, order: usize) {
    let Some(place) = pick(order, world.orders.len()) else { return };
    if std::mem::replace(&mut world.model.orders[place].is_deleted, true) {
        return;
    }
    let id = world.orders[place];
    let delete = || Call::Delete { object: "Order".into(), key: RecordKey::Id(id.to_string().into()) };
    assert!(world.call(By::Admin, delete()).is_err(), "an activated order was deleted");
    world.update("Order", id, vec![text("Status", "Draft")]);
    world.call(By::Admin, delete()).unwrap();
    // The errors about an order go with it.
    world.log.retain(|(_, primary, _), _| *primary != id);
}

/// A tracker that a client deletes does not stop its job.
fn delete_tracker(world: &mut World, tracker: usize, twin: bool) {
    let Some(place) = pick(tracker, world.trackers.len()) else { return };
    let row = usize::from(twin).min(world.trackers[place].rows.len() - 1);
    let (id, deleted) = world.trackers[place].rows[row];
    let object = if row == 0 { "AsyncOperationTracker" } else { "RevenueAsyncOperation" };
    let gone = deleted.is_some() || world.org.record(id).is_none_or(|row| row.is_deleted());
    // The twin is seen in earlier versions only.
    if !gone {
        world.trackers[place].rows[row].1 = Some(world.model.now);
        world.delete_in(if row == 0 { 64 } else { 58 }, object, id);
    }
}
