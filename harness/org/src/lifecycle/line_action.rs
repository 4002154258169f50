//! What an order line is for: the Type and the Subtype of its order action, read together.
//!
//! | Type | Subtype | Quantity | SourceAssetId | The line |
//! | --- | --- | --- | --- | --- |
//! | Add, or no action | — | any | — | makes an asset |
//! | Renew | — | what goes on | the asset | renews it |
//! | Amend | — | the change, or 0 | the asset | changes quantity, price, term, or fields |
//! | Amend | FieldAmendment | 0 | the asset | changes fields, perhaps the price |
//! | Amend | StartDateAdjustment | 0 | the asset | moves the start of an asset that has not begun |
//! | Cancel | — | all, negative | the asset | ends it |
//! | Amend, Renew | Rollback | — | the asset | undoes its last action |
//! | Amend, Transfer | TransferFrom | negative | the asset | gives units to another account |
//! | Add, Transfer | TransferTo | positive | the asset that gave | receives them: an asset of the order's account |
//! | Amend, Cancel | SwapOut, UpgradeFrom, DowngradeFrom | negative | the asset | gives units back for others |
//! | Add | SwapIn, UpgradeTo, DowngradeTo | positive | the first asset that went | makes the asset that takes their place |
//! | No Change | — | 0 | the asset | only shows it |
//!
//! The documents name types and subtypes, not which go together; any other pair is refused by its name. The
//! Type Transfer came with 65.0; that the target of a transfer is added is documented, too.

use rust_decimal::Decimal;

use super::{assetize::refuse, change_checks::Change};
use crate::{ApiError, ErrorCode, Org, RecordId, RecordView};

/// What an order line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineAction {
    Add,
    Renew(RecordId),
    /// The quantity, the price, the term or fields, by what the line says.
    Amend(RecordId),
    AmendFields(RecordId),
    MoveStart(RecordId),
    Cancel(RecordId),
    RollBack(RecordId),
    TransferFrom(RecordId),
    /// With the asset that gives.
    TransferTo(RecordId),
    ExchangeOut(Exchange, RecordId),
    ExchangeIn(Exchange),
    /// The line only shows an asset; nothing happens to it.
    NoChange,
}

impl LineAction {
    /// The asset that the line names as its source, for lines that must sell the same product.
    pub(super) const fn source(self) -> Option<RecordId> {
        match self {
            Self::Renew(asset)
            | Self::Amend(asset)
            | Self::AmendFields(asset)
            | Self::MoveStart(asset)
            | Self::Cancel(asset)
            | Self::RollBack(asset)
            | Self::TransferFrom(asset)
            | Self::TransferTo(asset)
            | Self::ExchangeOut(_, asset) => Some(asset),
            Self::Add | Self::ExchangeIn(_) | Self::NoChange => None,
        }
    }

    /// Whether the line makes an asset, rather than changing one.
    pub(super) const fn makes_asset(self) -> bool {
        matches!(self, Self::Add | Self::TransferTo(_) | Self::ExchangeIn(_))
    }
}

/// One asset for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    Swap,
    Upgrade,
    Downgrade,
}

impl Exchange {
    /// The value of CategoryEnum, on both sides.
    pub(super) const fn category(self) -> &'static str {
        match self {
            Self::Swap => "Swaps",
            Self::Upgrade => "Upgrades",
            Self::Downgrade => "Downgrades",
        }
    }

    /// The Subtype on the side of the assets that go.
    pub(super) const fn out_subtype(self) -> &'static str {
        match self {
            Self::Swap => "SwapOut",
            Self::Upgrade => "UpgradeFrom",
            Self::Downgrade => "DowngradeFrom",
        }
    }

    /// The Subtype on the side of the assets that come.
    pub(super) const fn in_subtype(self) -> &'static str {
        match self {
            Self::Swap => "SwapIn",
            Self::Upgrade => "UpgradeTo",
            Self::Downgrade => "DowngradeTo",
        }
    }

    /// What happens to an asset that goes, in the words of refusals.
    pub(super) const fn change(self) -> Change {
        match self {
            Self::Swap => Change::Swap,
            Self::Upgrade => Change::Upgrade,
            Self::Downgrade => Change::Downgrade,
        }
    }
}

/// The subtypes of exchanges: which exchange, and whether the line is on the side of what comes.
const EXCHANGES: [(&str, Exchange, bool); 6] = [
    ("SwapOut", Exchange::Swap, false),
    ("SwapIn", Exchange::Swap, true),
    ("UpgradeFrom", Exchange::Upgrade, false),
    ("UpgradeTo", Exchange::Upgrade, true),
    ("DowngradeFrom", Exchange::Downgrade, false),
    ("DowngradeTo", Exchange::Downgrade, true),
];

impl Org {
    /// What a line is for. A line without an order action is a new sale.
    ///
    /// # Errors
    ///
    /// `REQUIRED_FIELD_MISSING` when the action names no asset and needs one, `INVALID_INPUT` when the sign of
    /// the quantity is not that of the action, `MOCKORG_NOT_MODELLED` for pairs that are not in the table.
    pub(super) fn line_action(&self, line: RecordId) -> Result<LineAction, ApiError> {
        let Some(line) = self.store.live(line) else { return Ok(LineAction::Add) };
        let action = line.get("OrderActionId").as_id().and_then(|id| self.store.live(id));
        let Some(action) = action else { return Ok(LineAction::Add) };
        let read = read(action)?;
        let quantity = line.get("Quantity").as_number().unwrap_or_default();
        let fits = match read {
            LineAction::TransferFrom(_) | LineAction::ExchangeOut(..) => quantity < Decimal::ZERO,
            LineAction::TransferTo(_) | LineAction::ExchangeIn(_) => quantity > Decimal::ZERO,
            LineAction::AmendFields(_) | LineAction::MoveStart(_) => quantity.is_zero(),
            LineAction::Add
            | LineAction::Renew(_)
            | LineAction::Amend(_)
            | LineAction::Cancel(_)
            | LineAction::RollBack(_)
            | LineAction::NoChange => true,
        };
        if fits {
            return Ok(read);
        }
        let subtype = action.get("Subtype").as_text().unwrap_or_default();
        let message =
            format!("The quantity of the order product doesn't fit the order action's subtype {subtype}.");
        Err(refuse(ErrorCode::InvalidInput, &message))
    }
}

fn read(action: RecordView<'_>) -> Result<LineAction, ApiError> {
    let asset = || {
        let missing = || refuse(ErrorCode::RequiredFieldMissing, "The order action names no source asset.");
        action.get("SourceAssetId").as_id().ok_or_else(missing)
    };
    let kind = action.get("Type").as_text().unwrap_or("Add");
    let subtype = action.get("Subtype").as_text();
    let exchange = EXCHANGES.iter().find(|(name, ..)| Some(*name) == subtype);
    Ok(match (kind, subtype, exchange) {
        ("Add", None, _) => LineAction::Add,
        ("Add", _, Some((_, exchange, true))) => LineAction::ExchangeIn(*exchange),
        ("Amend" | "Cancel", _, Some((_, exchange, false))) => LineAction::ExchangeOut(*exchange, asset()?),
        ("No Change", None, _) => LineAction::NoChange,
        ("Renew", None, _) => LineAction::Renew(asset()?),
        ("Cancel", None, _) => LineAction::Cancel(asset()?),
        ("Amend", None, _) => LineAction::Amend(asset()?),
        ("Amend", Some("FieldAmendment"), _) => LineAction::AmendFields(asset()?),
        ("Amend", Some("StartDateAdjustment"), _) => LineAction::MoveStart(asset()?),
        ("Amend" | "Renew", Some("Rollback"), _) => LineAction::RollBack(asset()?),
        ("Amend" | "Transfer", Some("TransferFrom"), _) => LineAction::TransferFrom(asset()?),
        ("Add" | "Transfer", Some("TransferTo"), _) => LineAction::TransferTo(asset()?),
        (kind, Some(subtype), _) => {
            let what = format_args!("order lines with the action {kind} and the subtype {subtype}");
            return Err(ApiError::not_modelled(what));
        }
        (kind, None, _) => {
            return Err(ApiError::not_modelled(format_args!("order lines with the action {kind}")));
        }
    })
}
