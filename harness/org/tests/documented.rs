//! The definitions that the published documentation fixes to the letter: RevenueAsyncOperation, AssetAction and
//! CreateAssetOrderEvent. Each field with its type, property letters, first version and picklist values.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use mockorg_org::{
    ApiVersion,
    catalog::{FieldDef, FieldType, SObjectDef, SupportedCall},
};

/// Name, type, property letters, first version (0 for that of the object), picklist values (`@66` marks a first version).
type FieldRow = (&'static str, &'static str, &'static str, u8, &'static [&'static str]);

const ASSET_ACTION: &[FieldRow] = &[
    ("ActionDate", "dateTime", "FS", 0, &[]),
    ("ActualTaxChange", "currency", "FNS", 0, &[]),
    ("AdjustmentAmountChange", "currency", "FNS", 0, &[]),
    ("Amount", "currency", "FS", 0, &[]),
    ("AssetActionNumber", "string", "ADFIS", 0, &[]),
    ("AssetId", "reference", "FGS", 0, &[]),
    ("CanRollBack", "boolean", "DFGS", 65, &[]),
    (
        "CategoryEnum",
        "picklist",
        "FGNRS",
        0,
        &[
            "Cancellations",
            "Cross-Sells",
            "Downgrades",
            "Downsells",
            "Initial Sale",
            "Other",
            "Renewals",
            "Swaps",
            "Terms And Conditions Changes",
            "Transfers",
            "Upgrades",
            "Upsells",
        ],
    ),
    ("EstimatedTaxChange", "currency", "FNS", 0, &[]),
    ("MrrChange", "currency", "FS", 0, &[]),
    ("ProductAmountChange", "currency", "FNS", 0, &[]),
    ("QuantityChange", "double", "FS", 0, &[]),
    ("RolledbackAssetAction", "reference", "CFGNSU", 65, &[]),
    ("SubtotalChange", "currency", "FNS", 0, &[]),
    (
        "Subtype",
        "picklist",
        "FGNRS",
        65,
        &[
            "DowngradeFrom@66",
            "DowngradeTo@66",
            "FieldAmendment",
            "Rollback",
            "StartDateAdjustment",
            "SwapIn@66",
            "SwapOut@66",
            "TransferFrom",
            "TransferTo",
            "UpgradeFrom@66",
            "UpgradeTo@66",
        ],
    ),
    ("TotalAmount", "currency", "FNS", 0, &[]),
    ("TotalCancellationsAmount", "currency", "FNS", 0, &[]),
    ("TotalCrossSellsAmount", "currency", "FNS", 0, &[]),
    ("TotalDowngradesAmount", "currency", "FNS", 66, &[]),
    ("TotalDownsellsAmount", "currency", "FNS", 0, &[]),
    ("TotalInitialSaleAmount", "currency", "FNS", 0, &[]),
    ("TotalMrr", "currency", "FNS", 0, &[]),
    ("TotalOtherAmount", "currency", "FNS", 0, &[]),
    ("TotalQuantity", "double", "FNS", 0, &[]),
    ("TotalRenewalsAmount", "currency", "FNS", 0, &[]),
    ("TotalSwapsAmount", "currency", "FNS", 66, &[]),
    ("TotalTermsAndConditionsAmount", "currency", "FNS", 0, &[]),
    ("TotalTransfersAmount", "currency", "FNS", 0, &[]),
    ("TotalUpgradesAmount", "currency", "FNS", 66, &[]),
    ("TotalUpsellsAmount", "currency", "FNS", 0, &[]),
    ("Type", "picklist", "FGRS", 0, &["Cancel", "Change", "Convert", "Generate"]),
];

const CREATE_ASSET_ORDER_EVENT: &[FieldRow] = &[
    ("AssetDetails", "CreateAssetOrderDtlEvent", "N", 0, &[]),
    ("CorrelationIdentifier", "string", "N", 0, &[]),
    ("EventUuid", "string", "N", 0, &[]),
    ("IsLastEvent", "boolean", "D", 62, &[]),
    ("OrderIdentifier", "string", "N", 64, &[]),
    ("ReplayId", "string", "N", 0, &[]),
    ("RequestIdentifier", "string", "N", 0, &[]),
];

const REVENUE_ASYNC_OPERATION: &[FieldRow] = &[
    ("AsyncOperationNumber", "string", "ADFIS", 0, &[]),
    ("CorrelationIdentifier", "string", "FGNS", 0, &[]),
    ("ExpiresAt", "dateTime", "FNS", 0, &[]),
    ("FailedJobItems", "integer", "FGNS", 0, &[]),
    ("FinishedAt", "dateTime", "FNS", 0, &[]),
    (
        "JobType",
        "picklist",
        "FGRS",
        0,
        &[
            "AssetizationAsyncJob",
            "AutomatedNegativeInvoiceLineConversion",
            "AutomaticRefunds",
            "BatchInvoiceDraftToPosted",
            "ContextPersistence",
            "CreateCPQContractsJob",
            "InvoiceDraftToPosted",
            "PearAmendQtyAssets",
            "PearCancelAssets",
            "PearRenewAssets",
            "PlaceOrder",
            "PlaceOrderPersistSync",
            "PlaceQuote",
            "PlaceQuotePersistAndPriceSync",
            "PlaceQuotePersistSync",
            "PlaceQuotePriceAsync",
            "PlaceQuoteTaxAsync",
            "PriceRuleDeployment",
            "PriceSheetDeployJob",
            "QuoteToOrderJob",
            "RuleLibraryDeployment",
            "TransactionLineBom",
        ],
    ),
    ("LastReferencedDate", "dateTime", "FNS", 0, &[]),
    ("LastViewedDate", "dateTime", "FNS", 0, &[]),
    ("ParentOperationId", "reference", "FGNS", 0, &[]),
    ("ReferenceEntityId", "reference", "FGNS", 0, &[]),
    ("StartedAt", "dateTime", "FNS", 0, &[]),
    (
        "Status",
        "picklist",
        "FGRS",
        0,
        &["Completed", "CompletedWithFailures", "Failure", "InProgress", "Submitted"],
    ),
    ("SubmittedAt", "dateTime", "FNS", 0, &[]),
    ("SuccessfulJobItems", "integer", "FGNS", 0, &[]),
    ("TotalJobItems", "integer", "FGNS", 0, &[]),
];

/// A for autonumber, C create, D defaulted on create, F filter, G group, I id lookup, N nillable, R restricted
/// picklist, S sort, U update.
fn letters(field: &FieldDef) -> String {
    let flags = [
        ('A', field.auto_number),
        ('C', field.createable),
        ('D', field.defaulted_on_create),
        ('F', field.filterable),
        ('G', field.groupable),
        ('I', field.id_lookup),
        ('N', field.nillable),
        ('R', field.restricted_picklist),
        ('S', field.sortable),
        ('U', field.updateable),
    ];
    flags.into_iter().filter(|(_, set)| *set).map(|(letter, _)| letter).collect()
}

fn type_of(name: &str) -> FieldType {
    match name {
        "string" => FieldType::String,
        "dateTime" => FieldType::DateTime,
        "integer" => FieldType::Int,
        "currency" => FieldType::Currency,
        "double" => FieldType::Double,
        "boolean" => FieldType::Boolean,
        "reference" => FieldType::Reference,
        "picklist" => FieldType::Picklist,
        "CreateAssetOrderDtlEvent" => FieldType::ComplexValue,
        other => panic!("{other}"),
    }
}

fn check(def: &SObjectDef, rows: &[FieldRow]) {
    const SYSTEM: [&str; 7] = [
        "Id",
        "IsDeleted",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
    ];
    let mut named: Vec<&str> =
        def.fields.iter().map(|field| &*field.name).filter(|name| !SYSTEM.contains(name)).collect();
    named.sort_unstable();
    let mut expected: Vec<&str> = rows.iter().map(|row| row.0).collect();
    expected.sort_unstable();
    assert_eq!(named, expected, "the fields of {}", def.name);
    for (name, field_type, properties, since, values) in rows {
        let field = def.field(name).unwrap();
        assert_eq!(field.field_type, type_of(field_type), "the type of {}.{name}", def.name);
        assert_eq!(letters(field), *properties, "the properties of {}.{name}", def.name);
        let since = ApiVersion::new(*since).unwrap_or(ApiVersion::OLDEST);
        assert_eq!(field.versions.since, since, "the first version of {}.{name}", def.name);
        let own: Vec<String> = field
            .picklist_values
            .iter()
            .map(|value| match value.versions.since {
                ApiVersion::OLDEST => value.value.to_string(),
                since => format!("{}@{}", value.value, since.number()),
            })
            .collect();
        assert_eq!(own, *values, "the values of {}.{name}", def.name);
    }
}

fn calls(def: &SObjectDef) -> Vec<SupportedCall> {
    def.calls.clone()
}

#[test]
fn revenue_async_operation_is_as_documented() {
    use SupportedCall as C;
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[]);
    let def = catalog.find_any("RevenueAsyncOperation").unwrap();
    check(def, REVENUE_ASYNC_OPERATION);
    assert_eq!(
        calls(def),
        [
            C::Delete,
            C::DescribeLayout,
            C::DescribeSObjects,
            C::GetDeleted,
            C::GetUpdated,
            C::Query,
            C::Retrieve
        ]
    );
    assert_eq!((def.versions.since.number(), def.versions.until.number()), (57, 59));
    assert_eq!(def.key_prefix, Some(*b"95T"));
    let parent = def.field("ParentOperationId").unwrap();
    assert_eq!(parent.relationship_name.as_deref(), Some("ParentOperation"));
    assert_eq!(parent.reference_to.iter().map(|name| &**name).collect::<Vec<_>>(), ["RevenueAsyncOperation"]);
    let reference = def.field("ReferenceEntityId").unwrap();
    assert_eq!(reference.relationship_name.as_deref(), Some("ReferenceEntity"));
    assert_eq!(reference.reference_to.iter().map(|name| &**name).collect::<Vec<_>>(), ["CreditMemo"]);
}

#[test]
fn asset_action_is_as_documented() {
    use SupportedCall as C;
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[]);
    let def = catalog.find_any("AssetAction").unwrap();
    check(def, ASSET_ACTION);
    assert_eq!(
        calls(def),
        [
            C::DescribeLayout,
            C::DescribeSObjects,
            C::GetDeleted,
            C::GetUpdated,
            C::Query,
            C::Retrieve,
            C::Search
        ]
    );
    assert_eq!(def.versions.since.number(), 50);
    assert_eq!(def.field("AssetActionNumber").unwrap().label.as_ref(), "Name");
    assert_eq!(def.field("CategoryEnum").unwrap().label.as_ref(), "Business Category");
    for calculated in [
        "ActualTaxChange",
        "AdjustmentAmountChange",
        "EstimatedTaxChange",
        "ProductAmountChange",
        "SubtotalChange",
        "TotalAmount",
    ] {
        assert!(def.field(calculated).unwrap().calculated, "{calculated}");
    }
    assert!(!def.field("TotalMrr").unwrap().calculated);
}

#[test]
fn create_asset_order_event_is_as_documented() {
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[]);
    let def = catalog.find_any("CreateAssetOrderEvent").unwrap();
    check(def, CREATE_ASSET_ORDER_EVENT);
    assert_eq!(calls(def), [SupportedCall::DescribeSObjects]);
    assert_eq!(def.versions.since.number(), 55);
    assert_eq!(def.subscription_channel.as_deref(), Some("/event/CreateAssetOrderEvent"));
    assert_eq!(&*def.field("AssetDetails").unwrap().soap_type, "urn:CreateAssetOrderDtlEvent");
}
