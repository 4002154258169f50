//! Steps as REST calls, and what the model expects of their answers.

use crate::{
    fuzz::{
        low_level,
        wire::{Reply, Stop, number, object, text},
        world::World,
    },
    json::Json,
    model::{
        Fault, Line, LineAction, Order, Sale, Selling, Task,
        calendar::{self, DAY, Day, add_months},
        money::{self, Hundredths},
        step::{By, Change, JOB_TYPES, Operation, PRODUCTS, Step, Via},
    },
    request::Request,
};

/// Performs a step on both sides; says whether there was anything to do.
pub(crate) async fn perform(world: &mut World<'_>, step: &Step) -> Result<bool, Stop> {
    let done = match step {
        Step::Sell { by, via, product, quantity, price, day, months } => {
            let first = world.model.today() + day;
            let sale = sale(*product, (*quantity, *price), first, *months);
            sell(world, (*by, *via), vec![(LineAction::Add(None), sale)]).await
        }
        Step::SellBundle { by, via, quantity, licenses, constant, day, months } => {
            let first = world.model.today() + day;
            let lines = vec![
                (LineAction::Add(None), sale(4, (*quantity, 0), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(0, (*licenses, 900), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(2, (200, 2_500), first, *months)),
                (LineAction::Add(Some((0, *constant))), sale(3, (100, 150_000), first, *months)),
            ];
            sell_bundle(world, (*by, *via), *constant, lines).await
        }
        Step::Order { by, asset, change, day, price } => {
            order(world, *by, *asset, (*change, *day, *price)).await
        }
        Step::AssetizeAgain { by, via, order } => match pick(*order, world.orders.len()) {
            Some(order) if !world.model.orders[order].is_deleted => {
                assetize(world, (*by, *via), order).await.map(|()| true)
            }
            _ => Ok(false),
        },
        Step::Request { by, operation, assets, day, quantity } => {
            request(world, (*by, *operation), assets, (*day, *quantity)).await
        }
        Step::Generate { quantity, mrr, months } => {
            low_level::generate(world, (*quantity, *mrr), *months).await
        }
        Step::ChangeAlone { asset, day, quantity, mrr, amount } => {
            low_level::change(world, *asset, *day, [*quantity, *mrr, *amount]).await
        }
        Step::CancelAlone { asset, day, amount } => low_level::cancel(world, *asset, *day, *amount).await,
        Step::Terms { asset, months, renews_at_list_price, grows_at_list_price } => {
            terms(world, *asset, *months, [*renews_at_list_price, *grows_at_list_price]).await
        }
        Step::Reprice { product, price } if world.sells(*product) => {
            world.model.prices[*product] = *price;
            world.reprice(*product, money::text(*price)).await.map(|()| true)
        }
        Step::Reprice { .. } => Ok(false),
        Step::Seconds(seconds) => world.move_to(world.model.now + seconds).await.map(|()| true),
        Step::Days(days) => world.move_to(world.model.now + days * DAY).await.map(|()| true),
        Step::Permit { set, granted } => world.permit(*set, *granted).await.map(|()| true),
        Step::Grant(access) => world.grant(*access).await.map(|()| true),
        Step::DeleteOrder(order) => delete_order(world, *order).await,
        Step::DeleteTracker { tracker, .. } => delete_tracker(world, *tracker).await,
        Step::Fail { job_type, whole, times } => {
            fail(world, Fault { job_type: *job_type, whole: *whole, left: *times }).await.map(|()| true)
        }
    }?;
    if done {
        world.settle().await?;
    }
    Ok(done)
}

pub(super) fn pick(number: usize, len: usize) -> Option<usize> {
    (len > 0).then(|| number % len)
}

/// Units of a product at a price, sold for a number of months if they are sold by the month.
fn sale(product: usize, (quantity, price): (Hundredths, Hundredths), first: Day, months: i64) -> Sale {
    let selling = PRODUCTS[product % PRODUCTS.len()].1;
    let last = matches!(selling, Selling::Term(_)).then(|| add_months(first, months) - 1);
    Sale { product, selling, quantity, price, first, last }
}

async fn sell(world: &mut World<'_>, how: (By, Via), lines: Vec<(LineAction, Sale)>) -> Result<bool, Stop> {
    if lines.iter().any(|(_, sale)| !world.sells(sale.product)) {
        return Ok(false);
    }
    let first = lines.first().map_or(0, |(_, sale)| sale.first);
    let order = [
        ("AccountId", text(&world.account)),
        ("Pricebook2Id", text(&world.facts.price_book)),
        ("EffectiveDate", text(calendar::text(first))),
        ("Status", text("Draft")),
        ("ShippingCity", text("Austin")),
    ];
    let order = world.wire.create("Order", object(order)).await?;
    let mut rows = Vec::new();
    for (action, sale) in &lines {
        rows.push(write_line(world, &order, *action, sale).await?);
    }
    activate(world, how, (order, rows), lines).await.map(|()| true)
}

/// Clients cannot relate order lines: the bundles lie ready in the org, and only their terms are filled in.
async fn sell_bundle(
    world: &mut World<'_>,
    how: (By, Via),
    constant: bool,
    lines: Vec<(LineAction, Sale)>,
) -> Result<bool, Stop> {
    let kind = usize::from(constant);
    let Some(bundle) = world.facts.bundles[kind].get(world.bundles[kind]) else { return Ok(false) };
    world.bundles[kind] += 1;
    if bundle.lines.len() != lines.len() {
        return Err(Stop::Unfit(format!("the order {} is no bundle of this fuzzer", bundle.order)));
    }
    for (row, (_, sale)) in bundle.lines.iter().zip(&lines) {
        world.wire.update("OrderItem", row, object(terms_of(sale))).await?;
    }
    activate(world, how, (bundle.order.clone(), bundle.lines.clone()), lines).await.map(|()| true)
}

async fn activate(
    world: &mut World<'_>,
    how: (By, Via),
    (order, rows): (String, Vec<String>),
    lines: Vec<(LineAction, Sale)>,
) -> Result<(), Stop> {
    if how.1 == Via::Activation {
        let fields = [("AppUsageType", text("RevenueLifecycleManagement")), ("RecordId", text(&order))];
        world.wire.create("AppUsageAssignment", object(fields)).await?;
    }
    world.wire.update("Order", &order, object([("Status", text("Activated"))])).await?;
    world.orders.push(order);
    world.lines.push(rows);
    let lines = lines.into_iter().map(|(action, sale)| Line { action, sale, asset: None }).collect();
    world.model.orders.push(Order { is_deleted: false, lines });
    let order = world.orders.len() - 1;
    if how.1 == Via::Activation {
        world.accepted(Task::Assetize { order, by_line: false, creates: true, edits: true }, None);
        return Ok(());
    }
    assetize(world, how, order).await
}

async fn write_line(
    world: &mut World<'_>,
    order: &str,
    action: LineAction,
    sale: &Sale,
) -> Result<String, Stop> {
    let (kind, source) = match action {
        LineAction::Add(_) => ("Add", None),
        LineAction::Renew(asset) => ("Renew", Some(asset)),
        LineAction::Amend(asset) => ("Amend", Some(asset)),
        LineAction::Cancel(asset) => ("Cancel", Some(asset)),
    };
    let mut fields = vec![("OrderId", text(order)), ("Type", text(kind))];
    fields.extend(source.map(|asset| ("SourceAssetId", text(&world.assets[asset]))));
    let action = world.wire.create("OrderAction", object(fields)).await?;
    let mut fields = terms_of(sale);
    fields.extend([
        ("OrderId", text(order)),
        ("OrderActionId", text(action)),
        ("PricebookEntryId", text(world.entry(sale.product))),
        ("BillingFrequency2", text("Monthly")),
        ("PeriodBoundary", text("Anniversary")),
    ]);
    world.wire.create("OrderItem", object(fields)).await
}

/// What a line says about quantity, price and time.
fn terms_of(sale: &Sale) -> Vec<(&'static str, Json)> {
    let mut fields = vec![
        ("Quantity", number(money::text(sale.quantity))),
        ("UnitPrice", number(money::text(sale.price))),
        ("ServiceDate", text(calendar::text(sale.first))),
    ];
    let last = sale.last.filter(|_| matches!(sale.selling, Selling::Term(_)));
    fields.extend(last.map(|last| ("EndDate", text(calendar::text(last)))));
    fields
}

/// Calls the action that turns an order into assets.
async fn assetize(world: &mut World<'_>, (by, via): (By, Via), order: usize) -> Result<(), Stop> {
    let by_line = via == Via::Lines;
    let (name, input) = if by_line {
        let lines = world.lines[order].iter().map(text).collect();
        ("createOrUpdateAssetFromOrderItem", ("orderItemIds", Json::Array(lines)))
    } else {
        ("createOrUpdateAssetFromOrder", ("orderId", text(&world.orders[order])))
    };
    let (user, by) = world.user(by).await?;
    let request = Request::post(format!("{}/actions/standard/{name}", world.wire.data))
        .json(object([("inputs", Json::Array(vec![object([input])]))]))
        .as_user(user);
    if !world.may(by, 3) {
        return world.wire.refused(name, &request, 403, "INSUFFICIENT_ACCESS").await;
    }
    let (creates, edits) = world.writes(by);
    let reply = world.wire.expect(name, &request, 200).await?;
    let outputs = reply.body.items().and_then(<[Json]>::first).and_then(|first| first.get("outputValues"));
    let id =
        outputs.and_then(|outputs| outputs.get("requestId")).and_then(Json::as_str).map(ToOwned::to_owned);
    let id = id.ok_or_else(|| reply.differs(format!("{name} answered no requestId")))?;
    world.accepted(Task::Assetize { order, by_line, creates, edits }, Some(id));
    Ok(())
}

/// A client's own order for an asset that exists. Nothing else is under way meanwhile.
async fn order(
    world: &mut World<'_>,
    by: By,
    asset: usize,
    (change, day, price): (Change, i64, Hundredths),
) -> Result<bool, Stop> {
    let delay = world.facts.delay.unwrap_or_default();
    let Some(at) = pick(asset, world.assets.len()) else { return Ok(false) };
    world.move_to(world.model.now + delay).await?;
    let asset = &world.model.assets[at];
    let (product, selling) = (asset.product, asset.selling);
    let Some(period) = asset.periods.last().cloned() else { return Ok(false) };
    if asset.price.is_none() || selling == Selling::Once {
        return Ok(false);
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
        return Ok(false);
    }
    sell(world, (by, Via::Order), vec![(action, sale)]).await?;
    world.move_to(world.model.now + delay).await?;
    Ok(true)
}

async fn request(
    world: &mut World<'_>,
    (by, operation): (By, Operation),
    assets: &[usize],
    (day, quantity): (i64, Hundredths),
) -> Result<bool, Stop> {
    let mut named: Vec<usize> = Vec::new();
    for asset in assets.iter().filter_map(|asset| pick(*asset, world.assets.len())) {
        if !named.contains(&asset) {
            named.push(asset);
        }
    }
    if named.is_empty() {
        return Ok(false);
    }
    let ids = named.iter().map(|asset| text(&world.assets[*asset])).collect();
    let day = world.model.today() + day;
    let date = text(format!("{}T00:00:00.000Z", calendar::text(day)));
    let mut body = vec![("assetIds", object([("assetIdArray", Json::Array(ids))]))];
    let (set, name) = match operation {
        Operation::Renewal => (0, "initiate-renewal"),
        Operation::Amendment => {
            body.extend([("startDate", date), ("quantityChange", number(money::text(quantity)))]);
            body.push(("amendmentOutputType", text("order")));
            (1, "initiate-amend-quantity")
        }
        Operation::Cancellation => {
            body.extend([("cancellationDate", date), ("cancellationOutputType", text("order"))]);
            (2, "initiate-cancellation")
        }
    };
    let (user, by) = world.user(by).await?;
    let path = format!("{}/asset-management/assets/collection/actions/{name}", world.wire.data);
    let request = Request::post(path).json(object(body)).as_user(user);
    if !(world.may(by, set) && world.reads(by)) {
        world.wire.refused(name, &request, 403, "INSUFFICIENT_ACCESS").await?;
        return Ok(true);
    }
    // Each asset may get an order, which becomes a draft and is deleted.
    world.wire.keep(2 * named.len() as u64)?;
    let reply: Reply = world.wire.expect(name, &request, 201).await?;
    let id = reply.text("requestIdentifier")?;
    world.accepted(Task::Initiate { operation, assets: named, day, quantity }, Some(id));
    Ok(true)
}

async fn terms(
    world: &mut World<'_>,
    asset: usize,
    months: Option<i64>,
    list_price: [bool; 2],
) -> Result<bool, Stop> {
    let Some(place) = pick(asset, world.assets.len()) else { return Ok(false) };
    let asset = &mut world.model.assets[place];
    asset.renewal_months = months;
    [asset.renews_at_list_price, asset.grows_at_list_price] = list_price;
    let pricing = list_price.map(|list| if list { "ListPrice" } else { "LastNegotiatedPrice" });
    let fields = [
        ("RenewalTerm", months.map_or(Json::Null, |months| number(months.to_string()))),
        ("RenewalTermUnit", months.map_or(Json::Null, |_| text("Months"))),
        ("RenewalPricingType", text(pricing[0])),
        ("QuantityIncreasePricingType", text(pricing[1])),
    ];
    world.wire.update("Asset", &world.assets[place], object(fields)).await.map(|()| true)
}

/// An order has to be a draft again before it can be deleted.
async fn delete_order(world: &mut World<'_>, order: usize) -> Result<bool, Stop> {
    let Some(place) = pick(order, world.orders.len()) else { return Ok(false) };
    if std::mem::replace(&mut world.model.orders[place].is_deleted, true) {
        return Ok(false);
    }
    let id = world.orders[place].clone();
    let delete = Request::delete(format!("{}/sobjects/Order/{id}", world.wire.data));
    world.wire.expect("delete an activated Order", &delete, 400).await?;
    world.wire.update("Order", &id, object([("Status", text("Draft"))])).await?;
    world.wire.delete("Order", &id).await?;
    // The errors about an order go with it.
    world.log.retain(|(_, primary, _), _| *primary != id);
    world.log_is_stale = true;
    Ok(true)
}

/// A tracker that a client deletes does not stop its job.
async fn delete_tracker(world: &mut World<'_>, tracker: usize) -> Result<bool, Stop> {
    let Some(place) = pick(tracker, world.trackers.len()) else { return Ok(false) };
    let expired = world.model.now >= world.model.jobs[place].submitted + super::world::KEPT;
    let tracker = &mut world.trackers[place];
    let Some(id) = tracker.id.clone().filter(|_| !expired && tracker.deleted.is_none()) else {
        return Ok(false);
    };
    tracker.deleted = Some(world.model.now);
    world.wire.delete("AsyncOperationTracker", &id).await.map(|()| true)
}

/// Injects a failure on both sides.
async fn fail(world: &mut World<'_>, fault: Fault) -> Result<(), Stop> {
    let job_type = fault.job_type.map_or(Json::Null, |at| text(JOB_TYPES[at % JOB_TYPES.len()]));
    let body = object([
        ("jobType", job_type),
        ("code", text("UNKNOWN_EXCEPTION")),
        ("message", text("The service is down.")),
        ("times", number(fault.left.to_string())),
        ("whole", Json::Bool(fault.whole)),
    ]);
    world.wire.expect("let jobs fail", &Request::post("/__mockorg/failures").json(body), 201).await?;
    world.model.faults.push(fault);
    Ok(())
}
