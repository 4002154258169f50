//! The two records that asset operations make: orders and quotes. What tells them apart is names, as rows;
//! whoever fills one in speaks in terms of orders.

use crate::Value;

/// The objects of an order or of a quote, and their names for what the other calls differently.
#[derive(Debug)]
pub(super) struct SalesDocument {
    /// The header.
    pub(super) header: &'static str,
    /// What is done to which asset.
    pub(super) action: &'static str,
    pub(super) line: &'static str,
    /// The parts of a line.
    pub(super) detail: &'static str,
    /// What makes a bundle of lines.
    pub(super) relationship: &'static str,
    /// What the platform's texts call the header.
    pub(super) header_noun: &'static str,
    /// What the platform's texts call a line, with its article.
    pub(super) line_article: &'static str,
    pub(super) line_noun: &'static str,
    /// Names of an order that this document has not under the same name. Names that neither document's
    /// objects know are left out when a record is written.
    renamed: &'static [(&'static str, &'static str)],
}

/// Orders: their names are the ones that everybody uses here.
pub(super) static ORDER: SalesDocument = SalesDocument {
    header: "Order",
    action: "OrderAction",
    line: "OrderItem",
    detail: "OrderItemDetail",
    relationship: "OrderItemRelationship",
    header_noun: "order",
    line_article: "an",
    line_noun: "order product",
    renamed: &[],
};

/// Quotes.
pub(super) static QUOTE: SalesDocument = SalesDocument {
    header: "Quote",
    action: "QuoteAction",
    line: "QuoteLineItem",
    detail: "QuoteLineDetail",
    relationship: "QuoteLineRelationship",
    header_noun: "quote",
    line_article: "a",
    line_noun: "quote line item",
    renamed: &[
        // A quote's AccountId is that of its opportunity.
        ("AccountId", "QuoteAccountId"),
        ("EffectiveDate", "StartDate"),
        ("OrderId", "QuoteId"),
        ("OrderActionId", "QuoteActionId"),
        ("OrderItemId", "QuoteLineItemId"),
        ("BillingFrequency2", "BillingFrequency"),
        ("ServiceDate", "StartDate"),
        ("ServiceDateTime", "StartDateTime"),
        ("RootOrderItemId", "RootQuoteLineId"),
        ("MainOrderItemId", "MainQuoteLineId"),
        ("MainOrderItemRole", "MainQuoteLineRole"),
        ("AssociatedOrderItemId", "AssociatedQuoteLineId"),
        ("AssociatedOrderItemRole", "AssociatedQuoteLineRole"),
        ("AssociatedOrderItemPricing", "AssociatedQuoteLinePricing"),
    ],
};

impl SalesDocument {
    /// The document's own name for a field of orders, order products, their actions, details and
    /// relationships.
    pub(super) fn name(&self, of_order: &'static str) -> &'static str {
        self.renamed.iter().find(|(order, _)| *order == of_order).map_or(of_order, |(_, own)| own)
    }

    /// Values that are named as on orders, named as on this document.
    pub(super) fn values(&self, of_order: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
        of_order.into_iter().map(|(name, value)| (self.name(name), value)).collect()
    }
}
