//! Swaps, upgrades and downgrades: the draft, what becomes of it, and what is refused.

use super::support::{Fields, Lab, body, dec, id, lab, number, text};
use crate::{ApiError, AssetExchange, Call, ErrorCode, FieldInput, Input, RecordId, Reply};

/// One object of a body.
fn object(fields: Fields<'_>) -> Input {
    Input::Object(body(fields))
}

fn list(items: Vec<Input>) -> Input {
    Input::Array(items)
}

fn record(fields: Fields<'_>) -> Input {
    object(vec![("referenceId", text("refLine0")), ("record", object(fields))])
}

fn attributes(kind: &str) -> (&'static str, Input) {
    ("attributes", object(vec![("type", text(kind)), ("method", text("POST"))]))
}

fn group(out: Vec<Input>, records: Vec<Input>) -> Input {
    object(vec![
        ("referenceId", text("SWAP-001")),
        ("outGroup", object(vec![("swapAssets", list(out))])),
        ("inGroup", object(vec![("graphId", text("swapRequest")), ("records", list(records))])),
    ])
}

fn request(output: &str, groups: Vec<Input>) -> Vec<FieldInput> {
    body(vec![
        ("swapStartDate", text("2022-07-01T00:00:00Z")),
        ("outputRecordType", text(output)),
        ("swapGroups", object(vec![("groups", list(groups))])),
    ])
}

fn going(asset: RecordId, quantity: &str) -> Input {
    object(vec![("assetId", id(asset)), ("quantity", number(quantity))])
}

impl Lab {
    fn exchange(&mut self, exchange: AssetExchange, body: Vec<FieldInput>) -> Result<RecordId, ApiError> {
        let answer = self.call(Call::ExchangeAssets { exchange, body })?;
        self.org.advance(self.now);
        match answer {
            Reply::SalesTransaction(record) => Ok(record),
            other => panic!("{other:?}"),
        }
    }

    /// A record that brings one unit of Premier Support.
    fn support(&self, kind: &str, more: Fields<'_>) -> Input {
        let entry = self.entry("Premier Support");
        let product = self.named("Product2", "Premier Support");
        let mut fields = vec![attributes(kind), ("Product2Id", id(product)), ("PricebookEntryId", id(entry))];
        fields.extend([("UnitPrice", number("600")), ("Quantity", text("1"))]);
        fields.extend(more);
        record(fields)
    }

    fn line_with(&mut self, order: RecordId, subtype: &str) -> RecordId {
        let lines = self.with("OrderItem", "OrderId", order);
        let mut of = |line: &RecordId| {
            let action: RecordId = self.text(*line, "OrderActionId").parse().unwrap();
            self.text(action, "Subtype") == subtype
        };
        lines.into_iter().find(|line| of(line)).unwrap()
    }
}

#[test]
fn each_exchange_takes_units_away_and_brings_the_other_product_in_its_own_category() {
    for (exchange, category, out, into) in [
        (AssetExchange::Swap, "Swaps", "SwapOut", "SwapIn"),
        (AssetExchange::Upgrade, "Upgrades", "UpgradeFrom", "UpgradeTo"),
        (AssetExchange::Downgrade, "Downgrades", "DowngradeFrom", "DowngradeTo"),
    ] {
        let mut lab = lab();
        lab.use_version(66);
        let asset = lab.sell_licenses();
        let records = vec![lab.support("OrderItem", vec![])];
        let order =
            lab.exchange(exchange, request("Order", vec![group(vec![going(asset, "4")], records)])).unwrap();
        assert_eq!(lab.text(order, "Status"), "Draft");
        assert_eq!(lab.text(order, "OriginalActionType"), "Amend");
        assert_eq!(lab.text(order, "CalculationStatus"), "CompletedWithPricing");
        let (gone, come) = (lab.line_with(order, out), lab.line_with(order, into));
        for (line, kind, quantity, total) in [(gone, "Amend", "-4", "-240"), (come, "Add", "1", "302.47")] {
            let action: RecordId = lab.text(line, "OrderActionId").parse().unwrap();
            assert_eq!(lab.text(action, "Type"), kind);
            assert_eq!(lab.text(action, "SourceAssetId"), asset.to_string());
            assert_eq!(lab.number(line, "Quantity"), dec(quantity));
            assert_eq!(lab.number(line, "TotalPrice"), dec(total));
            // What comes begins with the exchange and ends with what it takes the place of.
            assert_eq!(lab.text(line, "ServiceDate"), "2022-07-01");
            assert_eq!(lab.text(line, "EndDate"), "2022-12-31");
        }
        lab.fulfil(order);
        let new = lab.asset_of(come);
        assert_eq!(lab.text(new, "Name"), "Premier Support");
        assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("960"));
        assert_eq!(lab.number(new, "TotalLifecycleAmount"), dec("302.47"));
        assert_eq!(lab.periods(asset)[1][2], "6");
        let (last, first) = (*lab.actions(asset).last().unwrap(), lab.actions(new)[0]);
        for (action, kind, subtype) in [(last, "Change", out), (first, "Generate", into)] {
            assert_eq!(lab.text(action, "CategoryEnum"), category);
            assert_eq!(lab.text(action, "Type"), kind);
            assert_eq!(lab.text(action, "Subtype"), subtype);
        }
    }
}

#[test]
fn an_asset_of_which_nothing_is_left_ends() {
    let mut lab = lab();
    lab.use_version(66);
    let asset = lab.sell_licenses();
    let records = vec![lab.support("OrderItem", vec![])];
    let order = lab
        .exchange(AssetExchange::Swap, request("Order", vec![group(vec![going(asset, "10")], records)]))
        .unwrap();
    let action: RecordId = {
        let line = lab.line_with(order, "SwapOut");
        lab.text(line, "OrderActionId").parse().unwrap()
    };
    assert_eq!(lab.text(action, "Type"), "Cancel");
    lab.fulfil(order);
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-06-30T23:59:59.000+0000");
    let last = *lab.actions(asset).last().unwrap();
    assert_eq!((&*lab.text(last, "Type"), &*lab.text(last, "CategoryEnum")), ("Cancel", "Swaps"));
}

#[test]
fn a_swap_can_be_offered_by_a_quote_and_prices_follow_from_the_fields() {
    let mut lab = lab();
    lab.use_version(66);
    let asset = lab.sell_licenses();
    let given =
        vec![("StartDate", text("2022-08-01")), ("EndDate", text("2022-12-31")), ("Discount", number("10"))];
    let records = vec![lab.support("QuoteLineItem", given)];
    let quote = lab
        .exchange(AssetExchange::Swap, request("Quote", vec![group(vec![going(asset, "1")], records)]))
        .unwrap();
    assert_eq!(lab.text(quote, "Name"), "Aurora Robotics Swap");
    let lines = lab.with("QuoteLineItem", "QuoteId", quote);
    let [out, into] = lines[..] else { panic!("{lines:?}") };
    assert_eq!(lab.number(out, "TotalPrice"), dec("-60"));
    assert_eq!(lab.number(into, "NetUnitPrice"), dec("540"));
    assert_eq!(lab.text(into, "StartDate"), "2022-08-01");
    let total = lab.number(into, "TotalPrice") + dec("-60");
    assert_eq!(lab.number(quote, "GrandTotal"), total);
    assert_eq!(lab.number(quote, "LineItemCount"), dec("2"));
}

#[test]
fn what_a_swap_does_not_take_is_refused_and_leaves_nothing() {
    let mut lab = lab();
    lab.use_version(66);
    let asset = lab.sell_licenses();
    let orders = lab.org.records("Order").count();
    let support = |more| lab.support("OrderItem", more);
    let entry = ("PricebookEntryId", id(lab.entry("Premier Support")));
    let method = |method| ("attributes", object(vec![("type", text("OrderItem")), ("method", text(method))]));
    let typeless = ("attributes", object(vec![("method", text("POST"))]));
    let include = "Include record type and method in the request and try again.";
    use ErrorCode::{InvalidApiInput, InvalidField, InvalidInput, JsonParserError, RequiredFieldMissing};
    let cases = vec![
        (vec![going(asset, "1")], vec![record(vec![entry.clone()])], InvalidApiInput, include),
        (vec![going(asset, "1")], vec![record(vec![typeless, entry.clone()])], InvalidApiInput, include),
        (
            vec![going(asset, "1")],
            vec![record(vec![method("PATCH"), entry.clone()])],
            InvalidApiInput,
            "A record",
        ),
        (
            vec![going(asset, "1")],
            vec![record(vec![attributes("QuoteLineItem"), entry.clone()])],
            InvalidApiInput,
            "The records of inGroup must be of the type OrderItem when the output is Order.",
        ),
        (
            vec![going(asset, "1")],
            vec![support(vec![("OrderId", text("801000000000000"))])],
            InvalidApiInput,
            "Leave OrderId out",
        ),
        (
            vec![going(asset, "1")],
            vec![support(vec![("Bacon", text("crisp"))])],
            InvalidField,
            "No such column 'Bacon' on sobject of type OrderItem",
        ),
        (
            vec![object(vec![("assetId", id(asset)), ("quantity", text("1"))])],
            vec![support(vec![])],
            InvalidApiInput,
            "You can't use a string value for quantity",
        ),
        (
            vec![object(vec![("assetId", text("nonsense")), ("quantity", number("1"))])],
            vec![support(vec![])],
            InvalidApiInput,
            "Specify a valid asset ID for assetId",
        ),
        (
            vec![object(vec![("assetId", id(asset))])],
            vec![support(vec![])],
            RequiredFieldMissing,
            "Specify a value for quantity",
        ),
        (vec![], vec![support(vec![])], RequiredFieldMissing, "Specify a value for swapAssets"),
        (vec![going(asset, "1")], vec![], RequiredFieldMissing, "Specify a value for records"),
        (vec![going(asset, "11")], vec![support(vec![])], InvalidInput, "The quantity can't be reduced"),
        (vec![going(asset, "0")], vec![support(vec![])], InvalidInput, "The quantity to swap must"),
        (
            vec![going(asset, "1"), going(asset, "1")],
            vec![support(vec![])],
            InvalidApiInput,
            "An asset can be part of a request once.",
        ),
        (vec![text("asset")], vec![support(vec![])], JsonParserError, "Cannot deserialize"),
    ];
    for (out, records, code, message) in cases {
        let body = request("Order", vec![group(out, records)]);
        let error = lab.exchange(AssetExchange::Swap, body).unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.as_deref().unwrap_or_default().starts_with(message), "{error}");
    }
    let mut unknown = request("Order", Vec::new());
    unknown.extend(body(vec![("swapEndDate", text("2022-08-01"))]));
    assert_eq!(lab.exchange(AssetExchange::Swap, unknown).unwrap_err().code, JsonParserError);
    for missing in ["swapStartDate", "outputRecordType", "swapGroups"] {
        let support = lab.support("OrderItem", vec![]);
        let mut body = request("Order", vec![group(vec![going(asset, "1")], vec![support])]);
        body.retain(|member| &*member.name != missing);
        let error = lab.exchange(AssetExchange::Upgrade, body).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("REQUIRED_FIELD_MISSING: Specify a value for {missing}, and try again.")
        );
    }
    assert_eq!(lab.org.records("Order").count(), orders);
    lab.move_to("2023-02-01T00:00:00Z");
    let support = lab.support("OrderItem", vec![]);
    let body = request("Order", vec![group(vec![going(asset, "1")], vec![support])]);
    let error = lab.exchange(AssetExchange::Downgrade, body).unwrap_err();
    assert_eq!(error.to_string(), "INVALID_INPUT: You can't downgrade an expired asset.");
}

#[test]
fn usage_based_assets_and_users_without_the_permission_are_refused() {
    let mut lab = lab();
    lab.use_version(66);
    let asset = lab.sell_licenses();
    let product: RecordId = lab.text(asset, "Product2Id").parse().unwrap();
    lab.update(product, vec![("UsageModelType", text("Anchor"))]).unwrap();
    let support = lab.support("OrderItem", vec![]);
    let body = request("Order", vec![group(vec![going(asset, "1")], vec![support])]);
    let error = lab.exchange(AssetExchange::Swap, body.clone()).unwrap_err();
    assert_eq!(error.to_string(), "INVALID_INPUT: You can't swap a usage-based asset.");
    lab.log_in("restricted@mockorg.example");
    assert_eq!(lab.exchange(AssetExchange::Swap, body).unwrap_err().code, ErrorCode::InsufficientAccess);
}

#[test]
fn a_bundle_goes_as_a_whole_but_for_what_was_delivered_once() {
    let mut lab = lab();
    lab.use_version(66);
    let root = lab.named("Asset", "Workspace Bundle");
    let records = vec![lab.support("OrderItem", vec![])];
    let mut body = request("Order", vec![group(vec![going(root, "1")], records)]);
    body.retain(|member| &*member.name != "swapStartDate");
    body.extend(super::support::body(vec![("swapStartDate", text("2022-02-01"))]));
    let order = lab.exchange(AssetExchange::Upgrade, body).unwrap();
    lab.fulfil(order);
    let related = lab.with("AssetRelationship", "AssetId", root);
    let mut ended = Vec::new();
    for relationship in related {
        let Ok(asset) = lab.text(relationship, "RelatedAssetId").parse::<RecordId>() else { continue };
        let last = *lab.actions(asset).last().unwrap();
        ended.push((lab.text(asset, "Name"), lab.text(last, "CategoryEnum")));
    }
    ended.sort();
    let text = |name: &str, category: &str| (name.to_owned(), category.to_owned());
    assert_eq!(
        ended,
        [
            text("Onboarding Workshop", "Initial Sale"),
            text("Team License", "Upgrades"),
            text("Usage Monitoring", "Upgrades"),
        ]
    );
}

#[test]
fn an_evergreen_product_needs_no_more_fields_than_a_termed_one() {
    let mut lab = lab();
    lab.use_version(66);
    let asset = lab.sell_licenses();
    let entry = lab.entry("Usage Monitoring");
    let records = vec![record(vec![
        attributes("OrderItem"),
        ("PricebookEntryId", id(entry)),
        ("Quantity", number("2")),
    ])];
    let order = lab
        .exchange(AssetExchange::Swap, request("Order", vec![group(vec![going(asset, "1")], records)]))
        .unwrap();
    let into = lab.line_with(order, "SwapIn");
    assert_eq!(lab.text(into, "EndDate"), "null");
    assert_eq!(lab.text(into, "PeriodBoundary"), "Anniversary");
    assert_eq!(lab.number(into, "TotalPrice"), dec("50"));
    lab.fulfil(order);
    let new = lab.asset_of(into);
    assert_eq!(lab.text(new, "LifecycleEndDate"), "null");
}
