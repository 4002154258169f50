//! What the published documentation says about the writable objects around assets: their calls, and which
//! fields can be given on create and changed. Fields that the documents disagree on are left out.

mod support;

/// An object as it is documented.
struct Documented {
    name: &'static str,
    /// The supported calls.
    calls: &'static str,
    /// Fields that can be given on create and changed.
    writable: &'static str,
    /// Fields that can be given on create only.
    create_only: &'static str,
    /// Fields that can be changed only.
    update_only: &'static str,
    /// Fields that cannot be written.
    read_only: &'static str,
}

/// Source: Object Reference and Revenue Cloud Developer Guide, each object's page.
const OBJECTS: &[Documented] = &[
    Documented {
        name: "AssetActionSource",
        calls: "describeLayout describeSObjects getDeleted getUpdated query retrieve search",
        writable: "",
        create_only: "",
        update_only: "",
        read_only: "ActualTax AdjustmentAmount AssetActionId AssetActionSourceNumber \
                BillingReference Discount DiscountAmount EffectiveGrantDate \
                EndDate EstimatedTax ExternalReference ExternalReferenceDataSource \
                LegalEntityId ListPrice NetUnitPrice ObligatedAmount OriginalLineNumber \
                PeriodBoundary PeriodBoundaryDay PeriodBoundaryStartMonth PricebookEntryId \
                PricingTermCount ProductAmount ProductSellingModelId ProrationPolicyId Quantity \
                ReferenceEntityItemId SegmentIdentifier StartDate Subtotal TaxTreatmentId \
                TotalLineAmount TotalPrice TransactionDate UnitPrice",
    },
    Documented {
        name: "AssetContractRelationship",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve update upsert",
        writable: "AssetId ContractId EndDate StartDate",
        create_only: "",
        update_only: "",
        read_only: "LastReferencedDate LastViewedDate Name",
    },
    Documented {
        name: "AssetRelationship",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve search undelete update upsert",
        writable: "FromDate ProductRelatedComponentId RelatedAssetId \
                RelationshipType ToDate",
        create_only: "AssetId",
        update_only: "",
        read_only: "AssetRelationshipNumber",
    },
    Documented {
        name: "AssetStatePeriod",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve search update",
        writable: "Amount BillingFrequency BindingInstanceTargetId Discount DiscountAmount EndDate \
                LegalEntityId Mrr PriceRevisionPolicyId Quantity SegmentName StartDate \
                UnitPrice UnitPriceUplift",
        create_only: "AssetId",
        update_only: "SegmentType",
        read_only: "AssetStatePeriodNumber RampIdentifier SegmentIdentifier",
    },
    Documented {
        name: "Contract",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve search undelete update upsert",
        writable: "AccountId AggregationStrategy BillingCity BillingCountry \
                BillingGeocodeAccuracy BillingLatitude BillingLongitude BillingPostalCode \
                BillingState BillingStreet CompanySignedDate CompanySignedId \
                ContractTerm CustomerSignedDate CustomerSignedId CustomerSignedTitle \
                Description HasContractCotermination OwnerExpirationNotice OwnerId Pricebook2Id \
                PricingSource RecordTypeId RenewalTerm2 RenewalTermUnit ShippingCity \
                ShippingCountry ShippingGeocodeAccuracy ShippingLatitude \
                ShippingLongitude ShippingPostalCode ShippingState \
                ShippingStreet SourceQuoteId SpecialTerms StartDate Status UnitPriceUplift",
        create_only: "",
        update_only: "ActivatedById ActivatedDate",
        read_only: "BillingAddress ContractNumber EndDate IsPricingContract LastActivityDate \
                LastApprovedDate LastReferencedDate LastViewedDate ShippingAddress StatusCode",
    },
    Documented {
        name: "OrderAction",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve update upsert",
        writable: "OffsetOrderItemId SourceAssetId Subtype Type",
        create_only: "OrderId",
        update_only: "",
        read_only: "Name",
    },
    Documented {
        name: "OrderItemDetail",
        calls: "describeLayout describeSObjects getDeleted getUpdated query retrieve",
        writable: "",
        create_only: "",
        update_only: "",
        read_only: "BillingReference EffectiveFrom EffectiveTo LineNumber Name \
                NetUnitPrice OrderItemId PriceWaterfallIdentifier Quantity ReferenceDate \
                ReferenceNumber TotalLineAmount TotalPrice UnitPrice",
    },
    Documented {
        name: "OrderItemRelationship",
        calls: "create delete describeLayout describeSObjects getDeleted getUpdated query \
                retrieve update upsert",
        writable: "AssociatedOrderItemPricing AssociatedQuantScaleMethod",
        create_only: "AssociatedOrderItemId AssociatedOrderItemInventory MainOrderItemId \
                ProductRelatedComponentId ProductRelationshipTypeId RootOrderItemId",
        update_only: "",
        read_only: "AssociatedOrderItemRole IsPriceInclusive MainOrderItemRole Name OrderId",
    },
];

/// The name of a call as documents write it.
fn call_name(call: impl std::fmt::Debug) -> String {
    let name = format!("{call:?}");
    name[..1].to_lowercase() + &name[1..]
}

#[test]
fn the_objects_around_assets_have_their_documented_calls() {
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[]);
    for object in OBJECTS {
        let def = catalog.find_any(object.name).unwrap();
        let mut calls: Vec<String> = def.calls.iter().map(call_name).collect();
        calls.sort_unstable();
        let mut documented: Vec<&str> = object.calls.split(' ').collect();
        documented.sort_unstable();
        assert_eq!(calls, documented, "{}", object.name);
    }
}

#[test]
fn their_fields_can_be_written_as_documented() {
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[]);
    for object in OBJECTS {
        let def = catalog.find_any(object.name).unwrap();
        let groups = [
            (object.writable, (true, true)),
            (object.create_only, (true, false)),
            (object.update_only, (false, true)),
            (object.read_only, (false, false)),
        ];
        for (names, flags) in groups {
            for name in names.split_whitespace() {
                let field = def.field(name).unwrap_or_else(|| panic!("{}.{name}", object.name));
                assert_eq!((field.createable, field.updateable), flags, "{}.{name}", object.name);
            }
        }
    }
}
