//! The rows through which the life cycle takes part in saving, deleting and reading records.

use super::{
    asset, asset_action, contract, order, order_item, periods, price_book, quote_line, revenue, roll_back,
};
use crate::{read::Calculated, write::Rule};

/// What runs when records of the life cycle are saved and deleted.
pub(crate) static RULES: &[Rule] = &[
    Rule { object: "Asset", before: Some(asset::before), after: Some(asset::after), ..Rule::NONE },
    Rule {
        object: "Contract",
        before: Some(contract::before),
        before_delete: Some(contract::before_delete),
        ..Rule::NONE
    },
    Rule {
        object: "Order",
        before: Some(order::before),
        after: Some(order::after),
        before_delete: Some(order::before_delete),
        ..Rule::NONE
    },
    Rule {
        object: "OrderItem",
        before: Some(order_item::before),
        after: Some(order_item::after),
        before_delete: Some(order_item::before_delete),
        after_delete: Some(order_item::after_delete),
    },
    Rule {
        object: "OrderAction",
        before: Some(order::before_action),
        before_delete: Some(order_item::before_delete),
        ..Rule::NONE
    },
    Rule { object: "Quote", before: Some(quote_line::before_quote), ..Rule::NONE },
    Rule {
        object: "QuoteLineItem",
        before: Some(quote_line::before),
        after: Some(quote_line::after),
        after_delete: Some(quote_line::after_delete),
        ..Rule::NONE
    },
    // After the totals, which a new price changes once more.
    Rule { object: "OrderItem", after: Some(revenue::after_order_item), ..Rule::NONE },
    Rule { object: "QuoteLineItem", after: Some(revenue::after_quote_line), ..Rule::NONE },
    Rule { object: "AppUsageAssignment", before: Some(order::name_assignment), ..Rule::NONE },
    Rule { object: "PricebookEntry", before: Some(price_book::before_entry), ..Rule::NONE },
    Rule { object: "Product2", after: Some(price_book::after_product), ..Rule::NONE },
    Rule { object: "ProductSellingModel", before: Some(price_book::before_selling_model), ..Rule::NONE },
    Rule { object: "ProductSellingModelOption", before: Some(price_book::before_option), ..Rule::NONE },
];

/// The fields that are worked out when they are read.
pub(crate) static CALCULATED: &[Calculated] = &{
    let [a, b, c, d, e, f] = periods::ASSET;
    let [g, h, i, j, k, l, m] = asset_action::LEDGER;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, roll_back::CAN_ROLL_BACK]
};
