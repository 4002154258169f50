//! The standard invocable actions as rows: those that work, and those that are known by name only.

use super::{
    order_to_asset_actions::{create_or_update_asset_from_order, create_or_update_asset_from_order_item},
    renewable_summary::get_renewable_assets_summary,
    revenue::{
        initiate_amendment, initiate_cancellation, initiate_renewal, initiate_roll_back_last_action,
        initiate_transfer,
    },
};
use crate::{ActionOutcome, ApiVersion, FieldInput, Org, ctx::Ctx};

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
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The type as describes name it.
    pub(super) value_type: &'static str,
    /// Whether an input must be given.
    pub(super) required: bool,
    /// Whether it is a list of values.
    pub(super) is_list: bool,
    /// The first version with it; those of the action's first version have 0.
    pub(super) since: u8,
}

impl Parameter {
    /// A single optional value of the type STRING.
    const fn text(name: &'static str, label: &'static str) -> Self {
        Self { name, label, value_type: "STRING", required: false, is_list: false, since: 0 }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn list(self) -> Self {
        Self { is_list: true, ..self }
    }

    const fn of(self, value_type: &'static str) -> Self {
        Self { value_type, ..self }
    }

    const fn added(self, since: u8) -> Self {
        Self { since, ..self }
    }

    /// Whether a version of its action has it.
    pub(super) fn is_in(&self, version: ApiVersion) -> bool {
        version.number() >= self.since
    }
}

/// An object that orgs with revenue life-cycle management have.
const REVENUE: Option<&str> = Some("CreateAssetOrderEvent");

/// The actions of order to asset answer with the identifier that their events carry.
const REQUEST: &[Parameter] = &[Parameter::text("requestId", "Request ID")];

/// The asset actions answer with the id of the tracker of their job.
const REQUEST_IDENTIFIER: Parameter = Parameter::text("requestIdentifier", "Request Identifier");

/// The asset actions can leave out the calculation of prices.
const SKIP_PRICING: Parameter = Parameter::text("skipPricing", "Skip Pricing").of("BOOLEAN").added(64);

/// The actions that work, by name.
pub(super) static ACTIONS: &[Action] = &[
    Action {
        known: Known { name: "createOrUpdateAssetFromOrder", since: 55, object: REVENUE },
        label: "Create or Update Asset From Order",
        inputs: &[Parameter::text("orderId", "Order ID").required()],
        outputs: REQUEST,
        invoke: create_or_update_asset_from_order,
    },
    Action {
        // The guide of Revenue Cloud dates it 60.0; the category of its errors exists since 59.0.
        known: Known { name: "createOrUpdateAssetFromOrderItem", since: 59, object: REVENUE },
        label: "Create or Update Asset From Order Item",
        // The property table of the guide names orderId; its example and every flow in use name this one.
        inputs: &[Parameter::text("orderItemIds", "Order Item IDs").required().list()],
        outputs: REQUEST,
        invoke: create_or_update_asset_from_order_item,
    },
    Action {
        known: Known { name: "getRenewableAssetsSummary", since: 64, object: REVENUE },
        label: "Get Renewable Assets Summary",
        inputs: &[Parameter { value_type: "ID", ..Parameter::text("orderId", "Order ID").required() }],
        outputs: &[Parameter {
            value_type: "APEX",
            ..Parameter::text("renewableAssetsSummary", "Renewable Assets Summary").list()
        }],
        invoke: get_renewable_assets_summary,
    },
    Action {
        known: Known { name: "initiateAmendment", since: 60, object: REVENUE },
        label: "Initiate Amendment",
        inputs: &[
            Parameter::text("amendAssetIds", "Amend Asset IDs").required().list(),
            Parameter::text("amendContractId", "Amend Contract ID"),
            Parameter::text("amendOpportunityId", "Amend Opportunity ID"),
            Parameter::text("amendOutputType", "Amend Output Type").required(),
            Parameter::text("amendStartDate", "Amend Start Date").of("DATETIME").required(),
            Parameter::text("quantityChange", "Quantity Change").of("DOUBLE").required(),
            SKIP_PRICING,
        ],
        // The page names the first one, its example the second.
        outputs: &[
            Parameter::text("amendRecordId", "Amend Record ID"),
            Parameter::text("record_id", "Record ID"),
            REQUEST_IDENTIFIER,
        ],
        invoke: initiate_amendment,
    },
    Action {
        known: Known { name: "initiateCancellation", since: 60, object: REVENUE },
        label: "Initiate Cancellation",
        inputs: &[
            Parameter::text("cancelAssetIds", "Cancel Asset IDs").required().list(),
            Parameter::text("cancelContractId", "Cancel Contract ID"),
            Parameter::text("cancelOpportunityId", "Cancel Opportunity ID"),
            Parameter::text("cancelOutputType", "Cancel Output Type").required(),
            Parameter::text("cancelStartDate", "Cancel Start Date").of("DATETIME").required(),
            SKIP_PRICING,
        ],
        outputs: &[
            Parameter::text("cancelRecordId", "Cancel Record ID"),
            Parameter::text("record_id", "Record ID"),
            REQUEST_IDENTIFIER,
        ],
        invoke: initiate_cancellation,
    },
    Action {
        known: Known { name: "initiateRenewal", since: 60, object: REVENUE },
        label: "Initiate Renewal",
        inputs: &[
            Parameter::text("rampOptionsDetails", "Ramp Options Details").of("APEX").added(67),
            Parameter::text("renewAssetIds", "Renew Asset IDs").required().list(),
            Parameter::text("renewContractId", "Renew Contract ID"),
            Parameter::text("renewEndDate", "Renew End Date").of("DATETIME").added(62),
            Parameter::text("renewOpportunityId", "Renew Opportunity ID"),
            Parameter::text("renewOutputType", "Renew Output Type").required(),
            Parameter::text("renewStartDate", "Renew Start Date").of("DATETIME").added(62),
            SKIP_PRICING,
        ],
        outputs: &[Parameter::text("renewRecordId", "Renew Record ID"), REQUEST_IDENTIFIER],
        invoke: initiate_renewal,
    },
    Action {
        known: Known { name: "initiateRollBackLastAction", since: 65, object: REVENUE },
        label: "Initiate Rollback on Last Action",
        inputs: &[
            Parameter::text("assetIds", "Asset IDs").required().list(),
            Parameter::text("outputType", "Output Type").required(),
        ],
        outputs: &[Parameter::text("recordId", "Record ID").of("ID")],
        invoke: initiate_roll_back_last_action,
    },
    Action {
        known: Known { name: "initiateTransfer", since: 65, object: REVENUE },
        label: "Initiate Transfer",
        inputs: &[
            Parameter::text("outputRecordType", "Output Record Type").required(),
            Parameter::text("shouldSkipPricing", "Should Skip Pricing").of("BOOLEAN"),
            Parameter::text("targetAccountId", "Target Account ID").required(),
            Parameter::text("targetContractId", "Target Contract ID"),
            Parameter::text("transferDate", "Transfer Date").of("DATETIME").required(),
            Parameter::text("transferRecords", "Transfer Records").of("APEX").required().list(),
        ],
        outputs: &[
            Parameter::text("assetTransferSourceId", "Asset Transfer Source ID").of("ID"),
            Parameter::text("assetTransferTargetId", "Asset Transfer Target ID").of("ID"),
            REQUEST_IDENTIFIER.of("ID"),
        ],
        invoke: initiate_transfer,
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
    Known { name: "paymentSale", since: 55, object: REVENUE },
];
