//! The asset actions of Revenue Cloud: what a draft order holds, and what its activation does to the assets.

use super::support::*;
use crate::{ActionOutcome, ActionValue, Call, Input, RecordId, Reply, Value};

impl Lab {
    /// Invokes an action with one input.
    pub(super) fn act(&mut self, name: &str, fields: Fields<'_>) -> ActionOutcome {
        let call = Call::InvokeAction { name: name.into(), inputs: vec![body(fields)] };
        match self.call(call).unwrap() {
            Reply::Invoked { outcomes, .. } => outcomes.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The record of an action's outcome, and its request identifier.
    pub(super) fn acted(&mut self, name: &str, fields: Fields<'_>) -> (RecordId, RecordId) {
        let outputs = self.act(name, fields).unwrap_or_else(|errors| panic!("{errors:?}"));
        let output = |wanted: &str| {
            let (_, value) = outputs.iter().find(|(name, _)| **name == *wanted).unwrap();
            match value {
                ActionValue::One(Value::Text(id)) => id.parse().unwrap(),
                other => panic!("{other:?}"),
            }
        };
        let record = outputs.first().unwrap().0.to_string();
        (output(&record), output("requestIdentifier"))
    }

    pub(super) fn refusal(&mut self, name: &str, fields: Fields<'_>) -> String {
        let errors = self.act(name, fields).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

pub(super) fn ids(assets: &[RecordId]) -> Input {
    Input::Array(assets.iter().map(|asset| id(*asset)).collect())
}

#[test]
fn a_renewal_is_drafted_priced_activated_and_assetized_to_the_cent() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    lab.set_term(asset, "12", "Months");
    lab.move_to("2022-10-15T09:00:00Z");
    lab.delay(60);
    let fields = vec![("renewAssetIds", ids(&[asset])), ("renewOutputType", text("Order"))];
    let (order, tracker) = lab.acted("initiateRenewal", fields);
    assert_eq!(lab.text(order, "Status"), "Draft");
    assert_eq!(lab.text(order, "OriginalActionType"), "Renew");
    assert_eq!(lab.text(order, "CalculationStatus"), "NotStarted");
    assert_eq!(lab.text(tracker, "Status"), "Submitted");
    assert_eq!(lab.text(tracker, "ReferenceEntityId"), order.to_string());
    lab.move_to("2022-10-15T09:00:40Z");
    assert_eq!(lab.text(tracker, "Status"), "InProgress");
    lab.move_to("2022-10-15T09:01:00Z");
    assert_eq!(lab.text(tracker, "Status"), "Completed");
    assert_eq!(lab.text(order, "CalculationStatus"), "CompletedWithPricing");
    let event = lab.last_event("PlaceOrderCompletedEvent");
    assert_eq!(lab.event_value(&event, "RequestIdentifier"), Value::text(tracker.to_string()));
    assert_eq!(lab.event_value(&event, "HasErrors"), Value::Bool(false));
    assert_eq!(lab.event_value(&event, "OrderId"), order.into());
    let line = lab.only("OrderItem", "OrderId", order);
    for (field, value) in [("Quantity", "10"), ("NetUnitPrice", "10"), ("TotalPrice", "1200")] {
        assert_eq!(lab.number(line, field), dec(value), "{field}");
    }
    assert_eq!(lab.text(line, "ServiceDate"), "2023-01-01");
    assert_eq!(lab.text(line, "EndDate"), "2023-12-31");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1200"), "nothing has changed yet");
    // The draft is marked, so that activation alone changes the asset.
    lab.activate(order);
    lab.move_to("2022-10-15T09:05:00Z");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("2400"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-12-31T23:59:59.000+0000");
    let action = *lab.actions(asset).last().unwrap();
    assert_eq!(lab.text(action, "CategoryEnum"), "Renewals");
    assert_eq!(lab.number(action, "Amount"), dec("1200"));
    assert_eq!(lab.number(action, "QuantityChange"), dec("0"));
}

#[test]
fn an_early_renewal_credits_what_is_not_used_and_overrides_the_rest() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    lab.set_term(asset, "12", "Months");
    lab.move_to("2022-08-15T09:00:00Z");
    let fields = vec![
        ("renewAssetIds", ids(&[asset])),
        ("renewOutputType", text("Order")),
        ("renewStartDate", text("2022-09-01T00:00:00")),
    ];
    let (order, _) = lab.acted("initiateRenewal", fields);
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "TotalPrice"), dec("800"), "1200 for the year, 400 back for four months");
    assert_eq!(lab.number(order, "TotalAmount"), dec("800"));
    let details = lab.with("OrderItemDetail", "OrderItemId", line);
    let amounts: Vec<_> = details.iter().map(|detail| lab.number(*detail, "TotalPrice")).collect();
    assert_eq!(amounts, [dec("1200"), dec("-400")]);
    // The user wants fewer in the draft: the credit stays, the new term costs less.
    lab.update(line, vec![("Quantity", number("8"))]).unwrap();
    assert_eq!(lab.number(line, "TotalPrice"), dec("560"));
    assert_eq!(lab.with("OrderItemDetail", "OrderItemId", line).len(), 2);
    lab.activate(order);
    lab.move_to("2022-09-02T09:00:00Z");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-08-31T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("8"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1760"));
}

#[test]
fn an_expired_asset_is_renewed_from_a_date_on() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    lab.move_to("2023-03-15T09:00:00Z");
    let renew = |start: Option<&'static str>| {
        let mut fields = vec![("renewAssetIds", ids(&[asset])), ("renewOutputType", text("order"))];
        fields.extend(start.map(|start| ("renewStartDate", text(start))));
        fields.push(("renewEndDate", text("2024-03-31T23:59:59")));
        fields
    };
    let refused = lab.refusal("initiateRenewal", renew(None));
    assert_eq!(refused, "INVALID_INPUT: The asset has expired. A late renewal needs a start date.");
    let refused = lab.refusal("initiateRenewal", renew(Some("2023-03-14")));
    assert_eq!(refused, "INVALID_INPUT: The renewal start date can't be earlier than today.");
    let (order, _) = lab.acted("initiateRenewal", renew(Some("2023-04-01T00:00:00.000Z")));
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "TotalPrice"), dec("1200"), "no renewal term is needed");
    lab.activate(order);
    lab.move_to("2023-04-01T00:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("2400"));
}

#[test]
fn a_contract_gives_the_term_and_an_opportunity_goes_onto_the_quote() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let account = lab.named("Account", "Aurora Robotics");
    let fields = vec![
        ("AccountId", id(account)),
        ("StartDate", text("2022-01-01")),
        ("RenewalTerm2", number("6")),
        ("RenewalTermUnit", text("Months")),
    ];
    let contract = lab.create("Contract", fields);
    let fields = vec![
        ("AccountId", id(account)),
        ("Name", text("Second year")),
        ("StageName", text("Prospecting")),
        ("CloseDate", text("2022-12-31")),
    ];
    let opportunity = lab.create("Opportunity", fields);
    let fields = vec![
        ("renewAssetIds", ids(&[asset])),
        ("renewOutputType", text("Quote")),
        ("renewContractId", id(contract)),
        ("renewOpportunityId", id(opportunity)),
    ];
    let (quote, tracker) = lab.acted("initiateRenewal", fields);
    assert_eq!(lab.text(quote, "ContractId"), contract.to_string());
    assert_eq!(lab.text(quote, "OpportunityId"), opportunity.to_string());
    assert_eq!(lab.text(quote, "AccountId"), account.to_string());
    assert_eq!(lab.text(quote, "Status"), "Draft");
    assert_eq!(lab.text(quote, "Name"), "Aurora Robotics Renewal");
    assert_eq!(lab.number(quote, "LineItemCount"), dec("1"));
    for field in ["Subtotal", "TotalPrice", "GrandTotal"] {
        assert_eq!(lab.number(quote, field), dec("600"), "{field}");
    }
    let line = lab.only("QuoteLineItem", "QuoteId", quote);
    assert_eq!(lab.text(line, "StartDate"), "2023-01-01");
    assert_eq!(lab.text(line, "EndDate"), "2023-06-30");
    assert_eq!(lab.number(line, "Subtotal"), dec("600"));
    assert_eq!(lab.text(line, "SellingModelType"), "TermDefined");
    assert_eq!(lab.text(line, "PricingTermUnit"), "Months");
    let action = lab.only("QuoteAction", "QuoteId", quote);
    assert_eq!(lab.text(action, "Type"), "Renew");
    assert_eq!(lab.text(action, "SourceAssetId"), asset.to_string());
    lab.org.advance(lab.now);
    let event = lab.last_event("QuoteSaveEvent");
    assert_eq!(lab.event_value(&event, "QuoteId"), quote.into());
    assert_eq!(lab.event_value(&event, "RequestIdentifier"), Value::text(tracker.to_string()));
    lab.update(quote, vec![("Tax", number("50"))]).unwrap();
    assert_eq!(lab.number(quote, "GrandTotal"), dec("650"));
}

#[test]
fn an_amendment_of_nothing_is_filled_in_by_the_user() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let amend = |quantity| {
        vec![
            ("amendAssetIds", ids(&[asset])),
            ("amendOutputType", text("Order")),
            ("amendStartDate", text("2022-09-01T00:00:00")),
            ("quantityChange", number(quantity)),
        ]
    };
    let (order, _) = lab.acted("initiateAmendment", amend("0"));
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "Quantity"), dec("0"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("0"));
    lab.update(line, vec![("Quantity", number("5"))]).unwrap();
    assert_eq!(lab.number(line, "TotalPrice"), dec("200"));
    lab.activate(order);
    lab.move_to("2022-09-01T09:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("15"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1400"));
    // A reduction that the user changes in the draft credits what it takes.
    lab.move_to("2022-09-15T09:00:00Z");
    let fields = vec![
        ("amendAssetIds", ids(&[asset])),
        ("amendOutputType", text("Order")),
        ("amendStartDate", text("2022-10-01")),
        ("quantityChange", number("-2")),
    ];
    let (order, _) = lab.acted("initiateAmendment", fields);
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "TotalPrice"), dec("-60"));
    lab.update(line, vec![("Quantity", number("-7"))]).unwrap();
    assert_eq!(lab.number(line, "TotalPrice"), dec("-210"));
    assert_eq!(lab.number(order, "TotalAmount"), dec("-210"));
    let refused = lab.update(line, vec![("Quantity", number("-16"))]).unwrap_err();
    assert_eq!(refused.code, crate::ErrorCode::InvalidInput);
    lab.activate(order);
    lab.move_to("2022-10-01T09:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("8"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1190"));
}

#[test]
fn several_assets_go_onto_one_quote_or_none_does() {
    let mut lab = lab();
    lab.use_version(67);
    let (first, second) = (lab.sell_licenses(), lab.sell_licenses());
    let cancel = |assets: &[RecordId], output: &'static str| {
        vec![
            ("cancelAssetIds", ids(assets)),
            ("cancelOutputType", text(output)),
            ("cancelStartDate", text("2022-07-15")),
            ("skipPricing", Input::Bool(true)),
        ]
    };
    let (quote, tracker) = lab.acted("initiateCancellation", cancel(&[first, second, first], "QUOTE"));
    assert_eq!(lab.with("QuoteLineItem", "QuoteId", quote).len(), 2);
    let each = lab.with("QuoteLineItem", "QuoteId", quote)[0];
    assert!(!lab.with("QuoteLineDetail", "QuoteLineItemId", each).is_empty());
    lab.org.advance(lab.now);
    assert_eq!(lab.text(quote, "CalculationStatus"), "CompletedWithoutPricing");
    assert_eq!(lab.text(quote, "LastPricedDate"), "null");
    assert_eq!(lab.number(tracker, "TotalJobItems"), dec("2"));
    assert_eq!(lab.number(tracker, "SuccessfulJobItems"), dec("2"));
    let harbor = lab.named("Account", "Blue Harbor Logistics");
    lab.update(second, vec![("AccountId", id(harbor))]).unwrap();
    let before = lab.org.records("Quote").count() + lab.org.records("AsyncOperationTracker").count();
    let refused = lab.refusal("initiateCancellation", cancel(&[first, second], "Quote"));
    assert_eq!(refused, "INVALID_INPUT: All assets of a request must belong to the same account.");
    let after = lab.org.records("Quote").count() + lab.org.records("AsyncOperationTracker").count();
    assert_eq!(before, after);
}

#[test]
fn without_the_mark_an_order_waits_for_the_action() {
    let mut lab = lab();
    lab.use_version(67);
    lab.org.settings.initiated_records_marked = false;
    let asset = lab.sell_licenses();
    let fields = vec![
        ("cancelAssetIds", ids(&[asset])),
        ("cancelOutputType", text("Order")),
        ("cancelStartDate", text("2022-07-01")),
    ];
    let (order, _) = lab.acted("initiateCancellation", fields);
    lab.org.advance(lab.now);
    lab.activate(order);
    lab.move_to("2022-07-02T00:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("0"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("600"));
}

#[test]
fn a_change_before_one_that_is_to_come_depends_on_the_version() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let amend = |start: &'static str, quantity| {
        vec![
            ("amendAssetIds", ids(&[asset])),
            ("amendOutputType", text("Order")),
            ("amendStartDate", text(start)),
            ("quantityChange", number(quantity)),
        ]
    };
    let (order, _) = lab.acted("initiateAmendment", amend("2022-09-01", "5"));
    lab.activate(order);
    lab.org.advance(lab.now);
    lab.use_version(66);
    let refused = lab.refusal("initiateAmendment", amend("2022-07-01", "1"));
    assert!(refused.contains("earlier than the start date of an upcoming amendment"), "{refused}");
    lab.use_version(67);
    let (order, _) = lab.acted("initiateAmendment", amend("2022-07-01", "1"));
    lab.activate(order);
    lab.move_to("2022-12-01T00:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("16"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1460"));
}
