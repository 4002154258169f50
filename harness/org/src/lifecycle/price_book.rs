//! PricebookEntry and ProductSellingModel: what is sold, how, and for how much.

use crate::{ApiError, ErrorCode, Org, Record, RecordId, RecordView, catalog::SObjectDef, ctx::Ctx};

/// An entry carries its product's name and code, and there is one per price book, product and selling model.
pub(super) fn before_entry(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let entry = RecordView::of(def, new);
    let (Some(book), Some(product)) = (entry.get("Pricebook2Id").as_id(), entry.get("Product2Id").as_id())
    else {
        return Ok(());
    };
    let same = ["Product2Id", "ProductSellingModelId", "CurrencyIsoCode"];
    if old.is_none() {
        let twin = entries(org, book).any(|other| same.iter().all(|name| other.get(name) == entry.get(name)));
        if twin {
            let message = "This price definition already exists in this price book";
            return Err(ApiError::dml(ErrorCode::DuplicateValue, message, std::iter::empty::<&str>()));
        }
        let is_custom = org.store.live(book).is_some_and(|book| !book.get("IsStandard").is_true());
        let priced = ["Product2Id", "CurrencyIsoCode"];
        if is_custom
            && !standard_entries(org)
                .any(|other| priced.iter().all(|name| other.get(name) == entry.get(name)))
        {
            let message = "Before creating a custom price, create a standard price.";
            return Err(ApiError::dml(
                ErrorCode::StandardPriceNotDefined,
                message,
                std::iter::empty::<&str>(),
            ));
        }
    }
    let standard_price = entry.get("UseStandardPrice").is_true().then(|| {
        standard_entries(org)
            .find(|other| same.iter().all(|name| other.get(name) == entry.get(name)))
            .map(|other| other.get("UnitPrice").to_value())
    });
    let described = org
        .store
        .live(product)
        .map(|product| (product.get("Name").to_value(), product.get("ProductCode").to_value()));
    if let Some((name, code)) = described {
        new.set_opt(def.slot("Name"), name);
        new.set_opt(def.slot("ProductCode"), code);
    }
    match standard_price {
        None => Ok(()),
        Some(Some(price)) => {
            new.set_opt(def.slot("UnitPrice"), price);
            Ok(())
        }
        Some(None) => {
            let message =
                "field integrity exception: UseStandardPrice (no standard price defined for this product)";
            Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["UseStandardPrice"]))
        }
    }
}

fn entries<'a>(org: &'a Org, book: RecordId) -> impl Iterator<Item = RecordView<'a>> {
    org.children_of("PricebookEntry", "Pricebook2Id", book).into_iter().filter_map(|id| org.store.live(id))
}

fn standard_entries(org: &Org) -> impl Iterator<Item = RecordView<'_>> {
    org.catalog
        .find_any("Pricebook2")
        .into_iter()
        .flat_map(|books| org.store.live_records(books))
        .filter(|book| book.get("IsStandard").is_true())
        .flat_map(|book| entries(org, book.id()))
}

/// The entries of a product follow its name and code.
pub(super) fn after_product(
    org: &mut Org,
    ctx: &Ctx,
    id: RecordId,
    old: Option<&Record>,
) -> Result<(), ApiError> {
    let (Some(product), Some(old)) = (org.store.live(id), old) else { return Ok(()) };
    let renamed = ["Name", "ProductCode"].iter().any(|name| {
        let slot = product.object.slot(name);
        product.at_opt(slot) != *old.get_opt(slot)
    });
    if !renamed {
        return Ok(());
    }
    let values =
        [("Name", product.get("Name").to_value()), ("ProductCode", product.get("ProductCode").to_value())];
    for entry in org.children_of("PricebookEntry", "Product2Id", id) {
        org.system_update(ctx, entry, values.to_vec())?;
    }
    Ok(())
}

/// A price per term needs a term.
pub(super) fn before_selling_model(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let model = RecordView::of(def, new);
    let recurring = matches!(model.get("SellingModelType").as_text(), Some("TermDefined" | "Evergreen"));
    let has_term = model.get("PricingTerm").as_int().is_some_and(|term| term > 0);
    if recurring && (!has_term || model.get("PricingTermUnit").is_null()) {
        let message = "Term-defined and evergreen product selling models need a pricing term greater than 0 and a \
                       pricing term unit.";
        return Err(ApiError::dml(
            ErrorCode::FieldIntegrityException,
            message,
            ["PricingTerm", "PricingTermUnit"],
        ));
    }
    Ok(())
}

/// A product has each selling model once.
pub(super) fn before_option(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let option = RecordView::of(def, new);
    let Some(product) = option.get("Product2Id").as_id().filter(|_| old.is_none()) else { return Ok(()) };
    let model = option.get("ProductSellingModelId");
    let twin = org
        .children_of("ProductSellingModelOption", "Product2Id", product)
        .into_iter()
        .filter_map(|id| org.store.live(id))
        .any(|other| other.get("ProductSellingModelId") == model);
    if twin {
        let message = "The product already has this product selling model.";
        return Err(ApiError::dml(ErrorCode::DuplicateValue, message, ["ProductSellingModelId"]));
    }
    Ok(())
}
