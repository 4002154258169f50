//! Draft orders of bundles as steps of an org file: clients cannot relate order lines, so that bundles have to lie
//! ready before a life begins.

use serde_json::{Value, json};

/// How many bundles of a kind lie ready.
pub const BUNDLES: usize = 4;

/// The names of the price book entries in the org file, in the order of a bundle's lines, and whether they end.
const LINES: [(&str, bool); 4] =
    [("workspace", true), ("license", true), ("monitoring", false), ("onboarding", false)];

/// How the components of a bundle follow the quantity of its root: not at all, or in proportion.
pub const fn scale(constant: bool) -> &'static str {
    if constant { "Constant" } else { "Proportional" }
}

/// The name of the order of a bundle, which is `Constant 0`, `Proportional 3`, and so on.
pub fn name(constant: bool, number: usize) -> String {
    format!("{} {number}", scale(constant))
}

/// The steps that make the orders for an account, which is named as in the org file, such as `$aurora`. They go
/// behind those of the starter org.
pub fn org_steps(account: &str) -> Vec<Value> {
    let create = |object: &str, name: String, fields: Value| json!({"at": "@monthStart", "create": object, "as": name, "fields": fields});
    let mut steps = Vec::new();
    for number in 0..2 * BUNDLES {
        let constant = number < BUNDLES;
        let order = format!("bundle{number}");
        let fields = json!({"Name": name(constant, number % BUNDLES), "AccountId": account, "Status": "Draft",
            "Pricebook2Id": "$standardBook", "EffectiveDate": "@monthStart", "ShippingCity": "Austin"});
        steps.push(create("Order", order.clone(), fields));
        let add = format!("{order}add");
        steps.push(create(
            "OrderAction",
            add.clone(),
            json!({"OrderId": format!("${order}"), "Type": "Add"}),
        ));
        for (entry, ends) in LINES {
            let mut fields = json!({"OrderId": format!("${order}"), "OrderActionId": format!("${add}"), "Quantity": 1,
                "PricebookEntryId": format!("${entry}Price"), "ServiceDate": "@monthStart",
                "BillingFrequency2": "Monthly", "PeriodBoundary": "Anniversary"});
            if ends {
                fields["EndDate"] = json!("@monthStart+12M-1d");
            }
            steps.push(create("OrderItem", format!("{order}{entry}"), fields));
            if entry != "workspace" {
                let root = format!("${order}workspace");
                let fields = json!({"OrderId": format!("${order}"), "MainOrderItemId": root, "RootOrderItemId": root,
                    "AssociatedOrderItemId": format!("${order}{entry}"), "MainOrderItemRole": "Bundle",
                    "AssociatedOrderItemRole": "BundleComponent", "AssociatedQuantScaleMethod": scale(constant),
                    "AssociatedOrderItemPricing": "NotIncludedInBundlePrice"});
                steps.push(create("OrderItemRelationship", format!("{order}{entry}of"), fields));
            }
        }
    }
    steps
}

/// The starter org's file with bundles for a customer of their own: the org in which the fuzzer can do all it knows.
/// `None` when the text is no org file.
pub fn starter_with_bundles(starter: &str) -> Option<String> {
    let mut file: Value = serde_json::from_str(starter).ok()?;
    let steps = file.get_mut("steps")?.as_array_mut()?;
    let fields = json!({"Name": "Fuzzed Customer", "ShippingCity": "Austin"});
    steps.push(json!({"at": "@monthStart", "create": "Account", "as": "fuzzed", "fields": fields}));
    steps.extend(org_steps("$fuzzed"));
    Some(file.to_string())
}

#[test]
fn a_bundle_has_a_line_for_each_product_but_support() {
    let steps = org_steps("$aurora");
    let lines = steps.iter().filter(|step| step["create"] == "OrderItem").count();
    assert_eq!(lines, 2 * BUNDLES * (super::step::PRODUCTS.len() - 1));
    assert_eq!((name(true, 2), name(false, 0)), ("Constant 2".to_owned(), "Proportional 0".to_owned()));
}
