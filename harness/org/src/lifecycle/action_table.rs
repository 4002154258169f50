//! The standard invocable actions as rows: those that work, and those that are known by name only.

use super::order_to_asset_actions::{
    create_or_update_asset_from_order, create_or_update_asset_from_order_item,
};
use crate::{ActionOutcome, FieldInput, Org, ctx::Ctx};

/// A standard action that works.
pub(super) struct Action {
    pub(super) known: Known,
    pub(super) label: &'static str,
    pub(super) inputs: &'static [Parameter],
    pub(super) outputs: &'static [Parameter],
    /// Performs the action for one input.
    pub(super) invoke: fn(&mut Org, &Ctx, &[FieldInput]) -> ActionOutcome,
}

/// An action as the platform knows it.
pub(super) struct Known {
    pub(super) name: &'static str,
    /// The first version with the action.
    pub(super) since: u8,
    /// An object of the feature without which the action does not exist; `None` for those of every org.
    pub(super) object: Option<&'static str>,
}

/// An input or output.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// Whether an input must be given.
    pub(super) required: bool,
    /// Whether it is a list of values.
    pub(super) is_list: bool,
}

/// An object that orgs with revenue life-cycle management have.
const REVENUE: Option<&str> = Some("CreateAssetOrderEvent");

/// The actions of order to asset answer with the identifier that their events carry.
const REQUEST: &[Parameter] =
    &[Parameter { name: "requestId", label: "Request ID", required: false, is_list: false }];

/// The actions that work, by name.
pub(super) static ACTIONS: &[Action] = &[
    Action {
        known: Known { name: "createOrUpdateAssetFromOrder", since: 55, object: REVENUE },
        label: "Create or Update Asset From Order",
        inputs: &[Parameter { name: "orderId", label: "Order ID", required: true, is_list: false }],
        outputs: REQUEST,
        invoke: create_or_update_asset_from_order,
    },
    Action {
        // The guide of Revenue Cloud dates it 60.0; the category of its errors exists since 59.0.
        known: Known { name: "createOrUpdateAssetFromOrderItem", since: 59, object: REVENUE },
        label: "Create or Update Asset From Order Item",
        // The property table of the guide names orderId; its example and every flow in use name this one.
        inputs: &[Parameter { name: "orderItemIds", label: "Order Item IDs", required: true, is_list: true }],
        outputs: REQUEST,
        invoke: create_or_update_asset_from_order_item,
    },
];

/// Actions of the platform that mockorg does not have. They are refused by name, so that a client does not
/// take them for unknown.
pub(super) static NOT_MODELLED: &[Known] = &[
    Known { name: "applyPayment", since: 55, object: REVENUE },
    Known { name: "automateRefund", since: 67, object: REVENUE },
    Known { name: "chatterPost", since: 32, object: None },
    Known { name: "createBillingScheduleFromOrderItem", since: 55, object: REVENUE },
    Known { name: "createBillingSchedulesFromBillingTransaction", since: 62, object: REVENUE },
    Known { name: "createContract", since: 60, object: REVENUE },
    Known { name: "createInvoiceFromOrder", since: 55, object: REVENUE },
    Known { name: "createOrderFromQuote", since: 55, object: REVENUE },
    Known { name: "createOrdersFromQuote", since: 65, object: REVENUE },
    Known { name: "emailSimple", since: 32, object: None },
    Known { name: "getRenewableAssetsSummary", since: 64, object: REVENUE },
    Known { name: "initiateAmendment", since: 60, object: REVENUE },
    Known { name: "initiateCancellation", since: 60, object: REVENUE },
    Known { name: "initiateRenewal", since: 60, object: REVENUE },
    Known { name: "initiateRollBackLastAction", since: 65, object: REVENUE },
    Known { name: "initiateTransfer", since: 65, object: REVENUE },
    Known { name: "paymentSale", since: 55, object: REVENUE },
];
