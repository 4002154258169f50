//! The calls that make, change and end assets without orders.

use crate::{
    fuzz::{
        perform::pick,
        time,
        wire::{Stop, number, object, text},
        world::World,
    },
    json::Json,
    model::{
        Asset, Period, Selling,
        calendar::{self, Day, add_months},
        money::{self, Hundredths},
    },
    request::Request,
};

/// The one currency of a mock.
const CURRENCY: &str = "USD";

fn period_input(period: &Period) -> Json {
    let mut members = vec![
        ("startDate", text(format!("{}T00:00:00Z", calendar::text(period.first)))),
        ("quantity", number(money::text(period.quantity))),
        ("mrr", number(money::text(period.mrr))),
        ("amount", number("0")),
    ];
    members.extend(period.last.map(|last| ("endDate", text(format!("{}T23:59:59Z", calendar::text(last))))));
    object(members)
}

fn action_input(world: &World<'_>, category: &str, changes: [Hundredths; 3]) -> Json {
    let [quantity, mrr, amount] = changes.map(|change| number(money::text(change)));
    object([
        ("category", text(category)),
        ("actionDate", text(time::utc(world.model.now))),
        ("quantityChange", quantity),
        ("mrrChange", mrr),
        ("amount", amount),
    ])
}

/// Makes an asset.
pub(super) async fn generate(
    world: &mut World<'_>,
    (quantity, mrr): (Hundredths, Hundredths),
    months: i64,
) -> Result<bool, Stop> {
    let Some(product) = &world.facts.products[0] else { return Ok(false) };
    let first = world.model.today();
    let last = Some(add_months(first, months) - 1);
    let period = Period { first, last, quantity, mrr, lots: Vec::new() };
    let changes = [quantity, mrr, mrr * i128::from(months)];
    let mut body = vec![
        ("accountId", text(&world.account)),
        ("productId", text(product)),
        ("assetName", text("Generated")),
        ("currencyIsoCode", text(CURRENCY)),
    ];
    body.extend([
        ("assetStatePeriods", Json::Array(vec![period_input(&period)])),
        ("assetAction", action_input(world, "Initial Sale", changes)),
    ]);
    let path = format!("{}/asset-management/assets/actions/generate", world.wire.data);
    world.wire.keep(1)?;
    let reply = world.wire.expect("generate", &Request::post(path).json(object(body)), 201).await?;
    let id = reply.body.get("asset").and_then(|asset| asset.get("id")).and_then(Json::as_str);
    let id = id.ok_or_else(|| reply.differs("generate answered no asset".to_owned()))?.to_owned();
    let mut asset = Asset::plain(0, Selling::Once, vec![period]);
    asset.enter("Generate", "Initial Sale", changes, None);
    world.model.assets.push(asset);
    world.assets.push(id);
    Ok(true)
}

/// Posts to an asset; a cancelled one refuses. Says whether the asset could be changed.
async fn post(world: &mut World<'_>, place: usize, name: &str, body: Json) -> Result<bool, Stop> {
    let path = format!("{}/asset-management/assets/{}/actions/{name}", world.wire.data, world.assets[place]);
    let request = Request::post(path).json(body);
    if world.model.assets[place].open().is_none() {
        world.wire.refused(name, &request, 400, "INVALID_STATUS").await?;
        return Ok(false);
    }
    world.wire.expect(name, &request, 201).await?;
    Ok(true)
}

/// The asset of a step, its last period, and the day of the step within that period.
fn place_of(world: &World<'_>, asset: usize, day: i64) -> Option<(usize, Period, Day)> {
    let place = pick(asset, world.assets.len())?;
    let last = world.model.assets[place].periods.last()?.clone();
    let day = (world.model.today() + day).clamp(last.first, last.last.unwrap_or(Day::MAX));
    Some((place, last, day))
}

/// Changes the last period from a day on.
pub(super) async fn change(
    world: &mut World<'_>,
    asset: usize,
    day: i64,
    [quantity, mrr, amount]: [Hundredths; 3],
) -> Result<bool, Stop> {
    let Some((place, last, day)) = place_of(world, asset, day) else { return Ok(false) };
    let later = Period { first: day, quantity, mrr, ..last.clone() };
    let mut periods = vec![later];
    if day > last.first {
        periods.insert(0, Period { last: Some(day - 1), ..last.clone() });
    }
    let changes = [quantity - last.quantity, mrr - last.mrr, amount];
    let body = object([
        ("assetStatePeriods", Json::Array(periods.iter().map(period_input).collect())),
        ("assetAction", action_input(world, "Other", changes)),
    ]);
    if post(world, place, "change", body).await? {
        let asset = &mut world.model.assets[place];
        asset.periods.pop();
        asset.periods.extend(periods);
        asset.enter("Change", "Other", changes, None);
    }
    Ok(true)
}

/// Ends the last period on a day.
pub(super) async fn cancel(
    world: &mut World<'_>,
    asset: usize,
    day: i64,
    amount: Hundredths,
) -> Result<bool, Stop> {
    let Some((place, last, day)) = place_of(world, asset, day) else { return Ok(false) };
    let shorter = Period { last: Some(day), ..last.clone() };
    let changes = [-last.quantity, -last.mrr, -amount];
    let body = object([
        ("assetStatePeriod", period_input(&shorter)),
        ("assetAction", action_input(world, "Cancellations", changes)),
    ]);
    if post(world, place, "cancel", body).await? {
        let asset = &mut world.model.assets[place];
        asset.periods.pop();
        asset.periods.push(shorter);
        asset.enter("Cancel", "Cancellations", changes, None);
    }
    Ok(true)
}
