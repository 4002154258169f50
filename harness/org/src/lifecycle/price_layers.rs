//! What the units of an asset cost: purchases lie on each other in layers, and a reduction takes the newest
//! first.

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    periods::Period,
    proration::{Terms, cents, terms_between},
    selling_model::{SellingModel, SellingModelType},
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp};

/// Units that were bought at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layer {
    quantity: Decimal,
    unit_price: Decimal,
}

/// A part of a credit: units of one price that go in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: Timestamp,
    pub(super) end: Option<Timestamp>,
    /// How many units go, as a positive number.
    pub(super) quantity: Decimal,
    pub(super) unit_price: Decimal,
    /// What is credited, as a negative amount.
    pub(super) amount: Decimal,
}

/// What goes when units are taken from an asset.
#[derive(Clone, Debug, Default)]
pub(super) struct Reduction {
    /// The parts of the credit.
    pub(super) slices: Vec<Slice>,
    /// By how much the monthly recurring revenue of each touched period falls.
    pub(super) mrr: Vec<Decimal>,
}

impl Reduction {
    /// The sum of the parts.
    pub(super) fn amount(&self) -> Decimal {
        self.slices.iter().fold(Decimal::ZERO, |sum, slice| sum.saturating_add(slice.amount)).normalize()
    }
}

impl Org {
    /// What goes when `quantity` units, or all of them, are taken from the touched periods from `start` on.
    ///
    /// A termed asset was paid for until its end, so every period gives something back. Of other assets
    /// one pricing term was charged, and one is given back.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when a period has fewer units, or fewer than none; `NUMBER_OUTSIDE_VALID_RANGE` for periods
    /// beyond the calendar, and for amounts beyond all numbers.
    pub(super) fn reduction(
        &self,
        asset: RecordId,
        model: &SellingModel,
        (touched, start): (&[Period], Timestamp),
        quantity: Option<Decimal>,
    ) -> Result<Reduction, ApiError> {
        let mut reduction = Reduction::default();
        for (at, period) in touched.iter().enumerate() {
            // The API without orders takes any quantity; units that are not there cannot be given back.
            if period.quantity < Decimal::ZERO {
                let message = "An asset state period has a negative quantity.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            let going = quantity.unwrap_or(period.quantity);
            if going > period.quantity {
                let message =
                    "The quantity can't be reduced by more than the quantity of an asset state period.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            let layers = take_newest(&mut self.layers(asset, period, model), going);
            let mrr = if going == period.quantity {
                period.mrr
            } else {
                // Layers are rounded one by one; together they are never worth more than the period.
                let worth = layers.iter().fold(Decimal::ZERO, |sum, layer| {
                    sum.saturating_add(model.mrr(layer.unit_price, layer.quantity))
                });
                worth.min(period.mrr)
            };
            reduction.mrr.push(mrr);
            let Some(terms) = terms_left(model, (touched, start), at)? else { continue };
            let from = period.start.max(start);
            for Layer { quantity, unit_price } in layers {
                let amount = -cost(terms, quantity, unit_price)?;
                reduction.slices.push(Slice {
                    start: from,
                    end: period.end,
                    quantity,
                    unit_price,
                    amount: amount.normalize(),
                });
            }
        }
        Ok(reduction)
    }

    /// The units of a period in the order in which they were bought, read off the ledger. Where the ledger
    /// does not explain the quantity, all units have the price that makes up the period's revenue.
    fn layers(&self, asset: RecordId, period: &Period, model: &SellingModel) -> Vec<Layer> {
        let mut layers: Vec<Layer> = Vec::new();
        let mut last_price = None;
        for action in self.standing_actions(asset) {
            let Some(row) = self.store.live(action) else { continue };
            let renews = row.get("CategoryEnum").as_text() == Some("Renewals");
            // The start of an asset can move, and with it what it began with.
            let generates = row.get("Type").as_text() == Some("Generate");
            for source in self.children_of("AssetActionSource", "AssetActionId", action) {
                let Some(source) = self.store.live(source) else { continue };
                let begun = source.get("StartDate").as_datetime().is_some_and(|start| start <= period.start);
                let (Some(quantity), Some(unit_price)) =
                    (source.get("Quantity").as_number(), source.get("NetUnitPrice").as_number())
                else {
                    continue;
                };
                let repriced = last_price.replace(unit_price).is_some_and(|last| last != unit_price);
                if !begun && !generates {
                    continue;
                }
                if quantity.is_zero() {
                    // A line without quantity and with another price is the new price of every unit. That of an
                    // evergreen renewal is none.
                    if repriced && !renews {
                        layers.iter_mut().for_each(|layer| layer.unit_price = unit_price);
                    }
                    continue;
                }
                if renews {
                    // The line of a renewal carries everything that goes on.
                    layers.clear();
                }
                if quantity > Decimal::ZERO {
                    layers.push(Layer { quantity, unit_price });
                } else {
                    take_newest(&mut layers, -quantity);
                }
            }
        }
        let explained = layers.iter().fold(Decimal::ZERO, |sum, layer| sum.saturating_add(layer.quantity));
        if explained == period.quantity || period.quantity.is_zero() {
            return layers;
        }
        let worth = period.mrr.saturating_mul(model.term_months.into());
        let per_unit = worth.checked_div(period.quantity).unwrap_or(Decimal::MAX);
        vec![Layer { quantity: period.quantity, unit_price: cents(per_unit) }]
    }
}

/// What all units of the touched periods cost from `start` on at one price.
///
/// # Errors
///
/// `NUMBER_OUTSIDE_VALID_RANGE` for periods beyond the calendar, and for amounts beyond all numbers.
pub(super) fn value_of(
    model: &SellingModel,
    (touched, start): (&[Period], Timestamp),
    unit_price: Decimal,
) -> Result<Decimal, ApiError> {
    let mut value = Decimal::ZERO;
    for (at, period) in touched.iter().enumerate() {
        if let Some(terms) = terms_left(model, (touched, start), at)? {
            value = value.saturating_add(cost(terms, period.quantity, unit_price)?);
        }
    }
    Ok(value)
}

/// What units cost for so many terms.
fn cost(terms: Terms, quantity: Decimal, unit_price: Decimal) -> Result<Decimal, ApiError> {
    let cost = quantity.checked_mul(unit_price).and_then(|price| terms.cost(price));
    cost.ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The amount is out of range."))
}

/// For how many pricing terms the touched period at a place is paid from `start` on. Of assets that are not
/// sold for a term one term is paid, in the last period; `None` for the others.
fn terms_left(
    model: &SellingModel,
    (touched, start): (&[Period], Timestamp),
    at: usize,
) -> Result<Option<Terms>, ApiError> {
    let is_termed = model.kind == SellingModelType::TermDefined;
    let Some(period) = touched.get(at).filter(|_| is_termed || at + 1 == touched.len()) else {
        return Ok(None);
    };
    match period.end {
        Some(end) if is_termed => {
            let terms = terms_between(period.start.max(start).date(), end.date(), model.term_months)
                .ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The asset's life is too long."))?;
            Ok(Some(terms))
        }
        _ => Ok(Some(Terms::ONE)),
    }
}

/// Takes the newest units away; gives them, newest first.
fn take_newest(layers: &mut Vec<Layer>, mut quantity: Decimal) -> Vec<Layer> {
    let mut taken = Vec::new();
    while quantity > Decimal::ZERO {
        let Some(top) = layers.last_mut() else { break };
        let going = quantity.min(top.quantity);
        taken.push(Layer { quantity: going, unit_price: top.unit_price });
        quantity -= going;
        top.quantity -= going;
        if top.quantity.is_zero() {
            layers.pop();
        }
    }
    taken
}
