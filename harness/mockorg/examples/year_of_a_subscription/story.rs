//! What a client does in the year. This file is the example in the README, word for word but for its visibility.

use std::error::Error;

use mockorg::{MockOrg, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

/// Buys 10 licenses, adds 5 in March, renews them, and cancels them; gives the id of the asset.
pub(crate) async fn year_of_a_subscription(org: &MockOrg) -> Result<String, Box<dyn Error>> {
    // An order for ten licenses at 10.00 a month, activated: the org makes an asset of its line.
    let licenses =
        query(org, "SELECT Id, Pricebook2Id FROM PricebookEntry WHERE Name = 'Team License'").await?;
    let account = create(org, "Account", json!({"Name": "Acme"})).await?;
    let order = json!({"AccountId": account, "Pricebook2Id": licenses["Pricebook2Id"], "Status": "Draft",
        "EffectiveDate": "2026-01-01", "ShippingCity": "Oslo"});
    let order = create(org, "Order", order).await?;
    let usage = json!({"AppUsageType": "RevenueLifecycleManagement", "RecordId": order});
    create(org, "AppUsageAssignment", usage).await?;
    let add = create(org, "OrderAction", json!({"OrderId": order, "Type": "Add"})).await?;
    let line = json!({"OrderId": order, "OrderActionId": add, "PricebookEntryId": licenses["Id"], "Quantity": 10,
        "UnitPrice": 10, "ServiceDate": "2026-01-01", "EndDate": "2026-12-31",
        "BillingFrequency2": "Monthly", "PeriodBoundary": "Anniversary"});
    create(org, "OrderItem", line).await?;
    update(org, "Order", &order, json!({"Status": "Activated"})).await?;
    let asset = query(org, &format!("SELECT Id FROM Asset WHERE AccountId = '{account}'")).await?;
    let asset = asset["Id"].as_str().unwrap_or_default().to_owned();
    let term = json!({"RenewalTerm": 12, "RenewalTermUnit": "Months"});
    update(org, "Asset", &asset, term).await?;
    let ids = json!({"assetIdArray": [asset]});

    // Five more from March on.
    wait_until(org, "2026-03-01T09:00:00Z").await;
    let five_more = json!({"assetIds": ids, "startDate": "2026-03-01T00:00:00.000Z", "quantityChange": 5,
        "amendmentOutputType": "order"});
    initiate(org, "initiate-amend-quantity", five_more).await?;

    // One more year, agreed on in December.
    wait_until(org, "2026-12-01T09:00:00Z").await;
    initiate(org, "initiate-renewal", json!({"assetIds": ids})).await?;

    // But no longer than until the end of March.
    wait_until(org, "2027-02-10T09:00:00Z").await;
    let no_more = json!({"assetIds": ids, "cancellationDate": "2027-04-01T00:00:00.000Z",
        "cancellationOutputType": "order"});
    initiate(org, "initiate-cancellation", no_more).await?;
    Ok(asset)
}

/// Asks for a change of assets, and follows it to its end.
async fn initiate(org: &MockOrg, action: &str, body: Value) -> Result<(), Box<dyn Error>> {
    let path = format!("/services/data/v64.0/asset-management/assets/collection/actions/{action}");
    let accepted = send(org, Method::POST, &path, Some(body)).await?;
    let tracker = send(org, Method::GET, accepted["statusURL"].as_str().unwrap_or_default(), None).await?;
    assert_eq!(tracker["Status"], "Completed");
    Ok(())
}

async fn create(org: &MockOrg, object: &str, record: Value) -> Result<String, Box<dyn Error>> {
    let path = format!("/services/data/v64.0/sobjects/{object}");
    let created = send(org, Method::POST, &path, Some(record)).await?;
    Ok(created["id"].as_str().unwrap_or_default().to_owned())
}

async fn update(org: &MockOrg, object: &str, id: &str, changes: Value) -> Result<(), Box<dyn Error>> {
    let path = format!("/services/data/v64.0/sobjects/{object}/{id}");
    send(org, Method::PATCH, &path, Some(changes)).await?;
    Ok(())
}

/// The first record that a query finds.
async fn query(org: &MockOrg, soql: &str) -> Result<Value, Box<dyn Error>> {
    let path = format!("/services/data/v64.0/query?q={}", soql.replace(' ', "+"));
    Ok(send(org, Method::GET, &path, None).await?["records"][0].take())
}

async fn send(
    org: &MockOrg,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, Box<dyn Error>> {
    let request = reqwest::Client::new().request(method, format!("{}{path}", org.url()));
    let request = request.header("Authorization", org.session().authorization());
    let request = if let Some(body) = &body { request.json(body) } else { request };
    let answer = request.send().await?.error_for_status()?.text().await?;
    Ok(serde_json::from_str(&answer).unwrap_or_default())
}

/// Moves the org's clock; nothing has to sleep.
async fn wait_until(org: &MockOrg, time: &str) {
    let then = Timestamp::parse(time).unwrap_or(org.now());
    let millis = u64::try_from(then.millis() - org.now().millis()).unwrap_or_default();
    org.advance(std::time::Duration::from_millis(millis)).await;
}
