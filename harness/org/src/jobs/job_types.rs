//! What is known of each job type: who shows it, how its errors are filed, and which event tells its end.
//!
//! The facts come from the Object Reference (AsyncOperationTracker, RevenueTransactionErrorLog), the Platform
//! Events Developer Guide and the Revenue Cloud Developer Guide. What they leave open is marked as a choice
//! and listed among the known gaps (`simulated-job-rows`, `simulated-job-categories`, `simulated-job-events`).

use Identifier::{Operation as OperationId, Tracker as TrackerId, Uuid};
use Shown::{Both, Operation, Tracker};

/// One job type.
#[derive(Debug)]
pub(super) struct JobTypeRow {
    /// The value of the trackers' JobType.
    pub(super) job_type: &'static str,
    /// Which objects have a row for the job.
    pub(super) shown: Shown,
    /// What clients are given to recognise the job by.
    pub(super) identifier: Identifier,
    /// The error log's Category.
    pub(super) category: &'static str,
    /// The event that tells the end; `None` where none is documented.
    pub(super) event: Option<EventRow>,
}

/// Which objects have a row for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// RevenueAsyncOperation and its twin in AsyncOperationTracker.
    Both,
    /// RevenueAsyncOperation only: the twin's list lacks the value.
    Operation,
    /// AsyncOperationTracker only.
    Tracker,
}

/// What a request is answered with, and what its event and its errors carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifier {
    /// A UUID.
    Uuid,
    /// The id of the RevenueAsyncOperation.
    Operation,
    /// The id of the AsyncOperationTracker.
    Tracker,
}

/// An event, and what it says beyond outcome and request.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventRow {
    /// The name.
    pub(super) name: &'static str,
    /// Whether it carries the request identifier.
    pub(super) identified: bool,
    /// Fields that are always true.
    pub(super) marks: &'static [&'static str],
}

/// What holds for job types that only an org's own definitions have.
pub(super) static OTHER: JobTypeRow = row("", Shown::Both, Identifier::Uuid, UNKNOWN, None);

/// Where errors are filed that have no category of their own (Object Reference).
const UNKNOWN: &str = "Unknown Failure";

const fn row(
    job_type: &'static str,
    shown: Shown,
    identifier: Identifier,
    category: &'static str,
    event: Option<EventRow>,
) -> JobTypeRow {
    JobTypeRow { job_type, shown, identifier, category, event }
}

const fn event(name: &'static str) -> Option<EventRow> {
    Some(EventRow { name, identified: true, marks: &[] })
}

/// The row of a job type.
pub(super) fn find(job_type: &str) -> &'static JobTypeRow {
    JOB_TYPES.iter().find(|row| row.job_type == job_type).unwrap_or(&OTHER)
}

/// A name of the rows, as they have it.
pub(crate) fn known_name(name: &str) -> Option<&'static str> {
    let names = JOB_TYPES.iter().chain([&OTHER]).flat_map(|row| [row.job_type, row.category]);
    names.into_iter().find(|own| *own == name)
}

/// A row as the name of its job type.
pub(super) mod named {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{JobTypeRow, find};

    /// Writes the name.
    pub(in crate::jobs) fn serialize<S: Serializer>(
        row: &&'static JobTypeRow,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(row.job_type)
    }

    /// Finds the row.
    pub(in crate::jobs) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static JobTypeRow, D::Error> {
        Box::<str>::deserialize(deserializer).map(|name| find(&name))
    }
}

/// The marks of an event as a list of names.
pub(super) mod marks {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use super::JOB_TYPES;

    /// Writes the names.
    pub(in crate::jobs) fn serialize<S: Serializer>(
        marks: &&'static [&'static str],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(*marks)
    }

    /// Finds the row that has them.
    pub(in crate::jobs) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static [&'static str], D::Error> {
        let names = Vec::<Box<str>>::deserialize(deserializer)?;
        let rows = || JOB_TYPES.iter().filter_map(|row| row.event).map(|event| event.marks);
        let own =
            |marks: &&'static [&'static str]| marks.iter().copied().eq(names.iter().map(|name| &**name));
        let found = std::iter::once::<&'static [&'static str]>(&[]).chain(rows()).find(own);
        found.ok_or_else(|| D::Error::custom("an event has marks that none has"))
    }
}

/// Every job type of the two trackers.
pub(super) static JOB_TYPES: &[JobTypeRow] = &[
    // Subscription Management: the answers name a RevenueAsyncOperation (guide of the three requests).
    row("PearRenewAssets", Both, Uuid, "InitiateRenewal", event("AssetRenewInitiatedEvent")),
    row("PearAmendQtyAssets", Both, Uuid, "InitiateAmendment", event("AssetAmendInitiatedEvent")),
    row("PearCancelAssets", Both, Uuid, "InitiateCancel", event("AssetCancelInitiatedEvent")),
    // Actions are answered without a RevenueAsyncOperation; mockorg's own assetization jobs have none.
    row(
        "AssetizationAsyncJob",
        Tracker,
        Uuid,
        "OrderToAsset",
        Some(EventRow { name: "CreateAssetOrderEvent", identified: true, marks: &["IsLastEvent"] }),
    ),
    row("QuoteToOrderJob", Both, Uuid, "QuoteToOrder", event("QuoteToOrderCompletedEvent")),
    // Place quote answers with the id of a RevenueAsyncOperation. The event is that of the whole job; that
    // its stages have none is a choice. Categories of pricing and tax by their names.
    row("PlaceQuote", Both, OperationId, UNKNOWN, event("QuoteSaveEvent")),
    row("PlaceQuotePersistSync", Both, OperationId, UNKNOWN, None),
    row("PlaceQuotePersistAndPriceSync", Both, OperationId, UNKNOWN, None),
    row("PlaceQuotePriceAsync", Both, OperationId, "QuotePriceCalculationFailure", None),
    row("PlaceQuoteTaxAsync", Both, OperationId, "QuoteTaxCalculationFailure", None),
    // Place order answers with the id of an AsyncOperationTracker.
    row("PlaceOrder", Both, TrackerId, UNKNOWN, event("PlaceOrderCompletedEvent")),
    row("PlaceOrderPersistSync", Both, TrackerId, UNKNOWN, None),
    row("PlaceOrderPriceAsync", Tracker, TrackerId, UNKNOWN, None),
    row("PlaceOrderTaxAsync", Tracker, TrackerId, "OrderTaxCalculationFailure", None),
    // Place sales transaction ends with the event of its quote or its order: the caller says which.
    row("PSTBaseJob", Tracker, TrackerId, "PstBaseStepFailure", None),
    row("PSTConfig", Tracker, TrackerId, "PstConfigStepFailure", None),
    row("PSTPrice", Tracker, TrackerId, "PstPricingStepFailure", None),
    row("PSTPersist", Tracker, TrackerId, "PstPersistStepFailure", None),
    row("PreprocessOrder", Tracker, TrackerId, "PreprocessOrder", None),
    row("ContextPersistence", Both, TrackerId, UNKNOWN, event("ContextPersistenceEvent")),
    // Billing. The newest list of AsyncOperationTracker no longer has the batch's value.
    row("InvoiceDraftToPosted", Both, Uuid, "InvoiceDraftToPostedApi", event("InvoiceProcessedEvent")),
    row("BatchInvoiceDraftToPosted", Operation, Uuid, "InvoiceBatchDraftToPostedRun", None),
    // Its RequestIdentifier is always empty (Platform Events Developer Guide).
    row(
        "AutomatedNegativeInvoiceLineConversion",
        Both,
        Uuid,
        "AutomatedNegativeInvoiceLineConversion",
        Some(EventRow {
            name: "NegInvcLineProcessedEvent",
            identified: false,
            marks: &["IsAutomatedNegativeInvoiceLineConversion"],
        }),
    ),
    row("AutomaticRefunds", Both, Uuid, "AutomaticRefunds", None),
    row("InvoiceDocgenJob", Tracker, Uuid, UNKNOWN, None),
    row("InvoiceDocgenPostProcessJob", Tracker, Uuid, UNKNOWN, None),
    row("InvoiceDocgenRetryJob", Tracker, Uuid, UNKNOWN, None),
    // Contracts and material lines have a category of their own and no event.
    row("CreateCPQContractsJob", Both, Uuid, "TransactionToContract", None),
    row("TransactionLineBom", Both, Uuid, "MaterialLineGeneration", None),
    // What starts the deployments is not documented.
    row("PriceRuleDeployment", Both, Uuid, UNKNOWN, None),
    row("PriceSheetDeployJob", Both, Uuid, UNKNOWN, None),
    row("RuleLibraryDeployment", Both, Uuid, "RuleLibraryDeploymentFailed", None),
    // Other clouds.
    row("CommerceVariationsUpsert", Tracker, Uuid, UNKNOWN, None),
    row("DeltaCatalogSyndicationAsyncJob", Tracker, Uuid, UNKNOWN, None),
    row("FullCatalogSyndicationAsyncJob", Tracker, Uuid, UNKNOWN, None),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::{
        catalog::{Catalog, DefinitionSource},
        jobs::simulate::job_types_of,
    };

    #[expect(clippy::disallowed_methods, reason = "the test reads the project's own definitions")]
    fn project() -> Catalog {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        let mut files: Vec<(String, String)> = Vec::new();
        for folder in ["sobjects", "events"] {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                // The schemas of payloads lie in a folder of their own.
                if path.is_file() {
                    files.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let sources: Vec<_> = files.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
        Catalog::build(&sources, &["RevenueLifecycle".into()]).unwrap()
    }

    #[test]
    fn every_job_type_of_the_trackers_has_one_row_and_no_other_has() {
        let catalog = project();
        let named: BTreeSet<&str> = JOB_TYPES.iter().map(|row| row.job_type).collect();
        assert_eq!(named.len(), JOB_TYPES.len());
        assert_eq!(named, job_types_of(&catalog).into_iter().collect());
    }

    #[test]
    fn rows_name_categories_and_events_and_fields_that_exist() {
        let catalog = project();
        let log = catalog.find_any("RevenueTransactionErrorLog").unwrap();
        let categories = &log.field("Category").unwrap().picklist_values;
        for row in JOB_TYPES.iter().chain([&OTHER]) {
            assert!(categories.iter().any(|own| &*own.value == row.category), "{row:?}");
            let Some(event) = row.event else { continue };
            let def = catalog.find_any(event.name).unwrap_or_else(|| panic!("{row:?}"));
            assert!(event.marks.iter().all(|mark| def.field(mark).is_some()), "{row:?}");
        }
    }

    #[test]
    fn the_objects_that_show_a_job_know_its_type() {
        let catalog = project();
        let knows = |object: &str, job_type: &str| {
            let field = catalog.find_any(object).and_then(|def| def.field("JobType")).unwrap();
            field.picklist_values.iter().any(|own| &*own.value == job_type)
        };
        for row in JOB_TYPES {
            let (operation, tracker) =
                (knows("RevenueAsyncOperation", row.job_type), knows("AsyncOperationTracker", row.job_type));
            let fits = match row.shown {
                Shown::Both => operation && tracker,
                Shown::Operation => operation,
                Shown::Tracker => tracker,
            };
            assert!(fits, "{row:?}");
        }
    }
}
