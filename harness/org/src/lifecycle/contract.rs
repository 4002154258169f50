//! Contract: its status, its end, what an activated one forbids, and the renewal term of the assets that it
//! governs.

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    proration::{TermUnit, end_of_term},
};
use crate::{ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value, catalog::SObjectDef, ctx::Ctx};

/// The code of contracts that are in force. A contract cannot leave it by a client's hand.
const ACTIVATED: &str = "Activated";

/// Keeps Status, its code and the end of the contract together, and guards activation.
///
/// Source: Object Reference, Contract: a client creates a contract in a status that is not Activated, and
/// activates it by an update; from then on it cannot change the status.
pub(super) fn before(
    _: &Org,
    ctx: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let (status, code) = (def.slot("Status"), def.slot("StatusCode"));
    if new.get_opt(status).is_null() {
        new.set_opt(status, Value::text("Draft"));
    }
    new.set_opt(code, code_of(def, new.get_opt(status)));
    new.set_opt(def.slot("EndDate"), end_of(RecordView::of(def, new)));
    let is_activated = |record: &Record| record.get_opt(code).as_text() == Some(ACTIVATED);
    match (old.is_some_and(is_activated), is_activated(new)) {
        (false, true) if old.is_none() => {
            let message = "Choose a valid contract status and save your changes. Ask your admin for details.";
            Err(ApiError::dml(ErrorCode::FailedActivation, message, ["Status"]))
        }
        (false, true) => {
            let date = def.slot("ActivatedDate");
            if old.is_some_and(|old| old.get_opt(date) == new.get_opt(date)) {
                new.set_opt(date, ctx.now.floor_second().into());
            }
            new.set_opt(def.slot("ActivatedById"), ctx.user.into());
            Ok(())
        }
        (true, _) => check_activated(def, old, new),
        (false, false) => Ok(()),
    }
}

/// An activated contract keeps its status and its account.
fn check_activated(def: &SObjectDef, old: Option<&Record>, new: &Record) -> Result<(), ApiError> {
    let changed = |name| {
        let slot = def.slot(name);
        old.is_some_and(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    if changed("Status") {
        let message = "field integrity exception: Status (the status of an activated contract can't change)";
        return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["Status"]));
    }
    if changed("AccountId") {
        let message = "The contract is activated, and its account can't change.";
        return Err(ApiError::dml(ErrorCode::EntityIsLocked, message, ["AccountId"]));
    }
    Ok(())
}

/// The code behind a status: the value of StatusCode that carries the status as its label.
fn code_of(def: &SObjectDef, status: &Value) -> Value {
    let codes = def.field("StatusCode").map_or(&[][..], |field| &field.picklist_values);
    let code = codes.iter().find(|code| Some(&*code.label) == status.as_text());
    code.map_or_else(|| status.clone(), |code| Value::text(&*code.value))
}

/// The last day of a contract: its term counts months from the start. Without either there is none.
fn end_of(contract: RecordView<'_>) -> Value {
    let start = contract.get("StartDate").as_date();
    let months = contract.get("ContractTerm").as_int().filter(|months| *months > 0);
    start.zip(months).and_then(|(start, months)| end_of_term(start, months)).into()
}

/// An activated contract cannot be deleted.
///
/// Source: Object Reference, Contract.
pub(super) fn before_delete(_: &Org, _: &Ctx, contract: RecordView<'_>) -> Result<(), ApiError> {
    match contract.get("StatusCode").as_text() {
        Some(ACTIVATED) => Err(refuse(ErrorCode::DeleteFailed, "An activated contract can't be deleted.")),
        _ => Ok(()),
    }
}

impl Org {
    /// The term and unit by which assets are renewed under a contract: RenewalTerm2 and RenewalTermUnit.
    ///
    /// Source: Salesforce Help, renewal of assets that a contract governs. The code and the text of the
    /// refusal are not documented.
    ///
    /// # Errors
    ///
    /// `REQUIRED_FIELD_MISSING` when the contract lacks either.
    pub(super) fn contract_term(&self, contract: RecordId) -> Result<(Decimal, TermUnit), ApiError> {
        let term = self.store.live(contract).and_then(|contract| {
            let unit = contract.get("RenewalTermUnit").as_text().and_then(TermUnit::parse)?;
            Some((contract.get("RenewalTerm2").as_number()?, unit))
        });
        term.ok_or_else(|| {
            let message =
                "Specify the renewal term and the renewal term unit of the contract, and try again.";
            refuse(ErrorCode::RequiredFieldMissing, message)
        })
    }
}
