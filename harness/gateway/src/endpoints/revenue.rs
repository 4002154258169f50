//! Endpoints of the asset life cycle, and of the invocable actions.

use super::answers::ERRORS;
use crate::{
    endpoint::{Endpoint, get, post, rest},
    rest,
};

const SALES_TRANSACTION: &[(&str, &str)] = &[("201", "sales-transaction"), ERRORS];

const LIFECYCLE: &[(&str, &str)] = &[("201", "asset-lifecycle"), ERRORS];

const ASSET_ACTION: &[(&str, &str)] = &[
    ("200", "asset-action"),
    ("201", "asset-action"),
    ("202", "asset-action"),
    ("400", "asset-action-or-errors"),
    ERRORS,
];

/// The rows.
pub(super) static REVENUE: &[Endpoint] = &[
    Endpoint {
        since: 55,
        ..rest(
            "initiate-renewal",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-renewal",
            &[post(
                rest::initiate_renewal,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Renews subscription assets in the background.",
        )
    },
    Endpoint {
        since: 56,
        ..rest(
            "initiate-amend-quantity",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-amend-quantity",
            &[post(
                rest::initiate_amend_quantity,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Changes the quantity of subscription assets in the background.",
        )
    },
    Endpoint {
        since: 55,
        ..rest(
            "initiate-cancellation",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-cancellation",
            &[post(
                rest::initiate_cancellation,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Cancels subscription assets in the background.",
        )
    },
    Endpoint {
        since: 62,
        ..rest(
            "connect-renew",
            "/services/data/{version}/connect/revenue-management/assets/actions/renew",
            &[post(rest::connect_renew, ASSET_ACTION)],
            "Renews assets on a draft quote or order.",
        )
    },
    Endpoint {
        since: 62,
        ..rest(
            "connect-amend",
            "/services/data/{version}/connect/revenue-management/assets/actions/amend",
            &[post(rest::connect_amend, ASSET_ACTION)],
            "Amends assets on a draft quote or order.",
        )
    },
    Endpoint {
        since: 62,
        ..rest(
            "connect-cancel",
            "/services/data/{version}/connect/revenue-management/assets/actions/cancel",
            &[post(rest::connect_cancel, ASSET_ACTION)],
            "Cancels assets on a draft quote or order.",
        )
    },
    Endpoint {
        since: 66,
        ..rest(
            "swap-assets",
            "/services/data/{version}/revenue/transaction-management/assets/actions/swap",
            &[post(rest::swap, SALES_TRANSACTION)],
            "Swaps assets for products of another kind on a draft quote or order.",
        )
    },
    Endpoint {
        since: 66,
        ..rest(
            "upgrade-assets",
            "/services/data/{version}/revenue/transaction-management/assets/actions/upgrade",
            &[post(rest::upgrade, SALES_TRANSACTION)],
            "Exchanges assets for higher products on a draft quote or order.",
        )
    },
    Endpoint {
        since: 66,
        ..rest(
            "downgrade-assets",
            "/services/data/{version}/revenue/transaction-management/assets/actions/downgrade",
            &[post(rest::downgrade, SALES_TRANSACTION)],
            "Exchanges assets for lower products on a draft quote or order.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "generate-asset",
            "/services/data/{version}/asset-management/assets/actions/generate",
            &[post(rest::generate_asset, LIFECYCLE)],
            "Creates a life-cycle-managed asset without any order.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "change-asset",
            "/services/data/{version}/asset-management/assets/{asset}/actions/change",
            &[post(rest::change_asset, LIFECYCLE)],
            "Changes a life-cycle-managed asset without any order.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "cancel-asset",
            "/services/data/{version}/asset-management/assets/{asset}/actions/cancel",
            &[post(rest::cancel_asset, LIFECYCLE)],
            "Cancels a life-cycle-managed asset without any order.",
        )
    },
    rest(
        "actions",
        "/services/data/{version}/actions",
        &[get(rest::actions, &[("200", "actions"), ERRORS])],
        "The kinds of invocable actions.",
    ),
    rest(
        "standard-actions",
        "/services/data/{version}/actions/standard",
        &[get(rest::standard_actions, &[("200", "standard-actions"), ERRORS])],
        "The standard invocable actions.",
    ),
    rest(
        "standard-action",
        "/services/data/{version}/actions/standard/{name}",
        &[
            get(rest::describe_action, &[("200", "action-describe"), ERRORS]),
            post(
                rest::invoke_action,
                &[("200", "action-results"), ("400", "action-results-or-errors"), ERRORS],
            ),
        ],
        "Describes or invokes a standard action.",
    ),
];
