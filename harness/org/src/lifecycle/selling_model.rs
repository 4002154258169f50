//! ProductSellingModel: how a product is sold, and what a price per term means per month.

use rust_decimal::Decimal;

use super::proration::{TermUnit, cents};
use crate::{Org, RecordId};

/// The values of SellingModelType.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SellingModelType {
    OneTime,
    TermDefined,
    Evergreen,
}

/// A selling model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SellingModel {
    pub(super) kind: SellingModelType,
    /// The months of one pricing term: what a unit price is the price of.
    pub(super) term_months: i64,
    /// The months of the pricing term's unit: what a subscription term is counted in.
    pub(super) unit_months: i64,
}

impl SellingModel {
    /// That of products without a model.
    pub(super) const ONCE: Self = Self { kind: SellingModelType::OneTime, term_months: 1, unit_months: 1 };

    /// The monthly recurring revenue at a net price per unit and pricing term. One-time products have none.
    pub(super) fn mrr(&self, net_unit_price: Decimal, quantity: Decimal) -> Decimal {
        match self.kind {
            SellingModelType::OneTime => Decimal::ZERO,
            SellingModelType::TermDefined | SellingModelType::Evergreen => {
                cents(net_unit_price.saturating_mul(quantity) / Decimal::from(self.term_months))
            }
        }
    }
}

impl Org {
    /// The selling model with this id. A product without one is sold once.
    pub(super) fn selling_model(&self, id: Option<RecordId>) -> Option<SellingModel> {
        let view = self.store.live(id?)?;
        let kind = match view.get("SellingModelType").as_text()? {
            "TermDefined" => SellingModelType::TermDefined,
            "Evergreen" => SellingModelType::Evergreen,
            _ => SellingModelType::OneTime,
        };
        let unit_months =
            view.get("PricingTermUnit").as_text().and_then(TermUnit::parse).map_or(1, TermUnit::months);
        let term = view.get("PricingTerm").as_int().filter(|term| *term > 0).unwrap_or(1);
        Some(SellingModel { kind, term_months: unit_months.saturating_mul(term), unit_months })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn prices_per_year_quarter_and_month_give_the_same_monthly_revenue() {
        let mrr = |months, price| {
            SellingModel { kind: SellingModelType::TermDefined, term_months: months, unit_months: months }
                .mrr(price, dec("10"))
        };
        assert_eq!(mrr(1, dec("10")), dec("100"));
        assert_eq!(mrr(3, dec("30")), dec("100"));
        assert_eq!(mrr(6, dec("60")), dec("100"));
        assert_eq!(mrr(12, dec("120")), dec("100"));
        let once = SellingModel { kind: SellingModelType::OneTime, term_months: 1, unit_months: 1 };
        assert_eq!(once.mrr(dec("10"), dec("10")), dec("0"));
    }
}
