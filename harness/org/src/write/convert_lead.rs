//! convertLead: a lead becomes an account, a contact and, if wished, an opportunity.

use std::sync::Arc;

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, Reply, Value,
    access::WriteKind,
    catalog::{FieldDef, FieldType, SObjectDef, Slot},
    ctx::Ctx,
};

/// How long the name of an opportunity may be.
const LONGEST_NAME: usize = 120;

/// The statuses of leads that stand for a conversion. Which ones do so is said by records of LeadStatus, which the
/// org does not have; these are the ones that new orgs begin with.
const CONVERTED_STATUSES: &[&str] = &["Closed - Converted", "Converted", "Qualified"];

/// The lead's fields and those of the account that they become.
const ACCOUNT_FIELDS: &[(&str, &str)] = &[
    ("Company", "Name"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("Website", "Website"),
    ("Industry", "Industry"),
    ("AnnualRevenue", "AnnualRevenue"),
    ("NumberOfEmployees", "NumberOfEmployees"),
    ("Rating", "Rating"),
    ("LeadSource", "AccountSource"),
    ("Street", "BillingStreet"),
    ("City", "BillingCity"),
    ("State", "BillingState"),
    ("PostalCode", "BillingPostalCode"),
    ("Country", "BillingCountry"),
    ("StateCode", "BillingStateCode"),
    ("CountryCode", "BillingCountryCode"),
    ("Latitude", "BillingLatitude"),
    ("Longitude", "BillingLongitude"),
    ("GeocodeAccuracy", "BillingGeocodeAccuracy"),
    ("CurrencyIsoCode", "CurrencyIsoCode"),
];

/// The same of the contact.
const CONTACT_FIELDS: &[(&str, &str)] = &[
    ("Salutation", "Salutation"),
    ("FirstName", "FirstName"),
    ("LastName", "LastName"),
    ("Title", "Title"),
    ("Phone", "Phone"),
    ("MobilePhone", "MobilePhone"),
    ("Fax", "Fax"),
    ("Email", "Email"),
    ("LeadSource", "LeadSource"),
    ("Description", "Description"),
    ("IndividualId", "IndividualId"),
    ("Street", "MailingStreet"),
    ("City", "MailingCity"),
    ("State", "MailingState"),
    ("PostalCode", "MailingPostalCode"),
    ("Country", "MailingCountry"),
    ("StateCode", "MailingStateCode"),
    ("CountryCode", "MailingCountryCode"),
    ("Latitude", "MailingLatitude"),
    ("Longitude", "MailingLongitude"),
    ("GeocodeAccuracy", "MailingGeocodeAccuracy"),
    ("CurrencyIsoCode", "CurrencyIsoCode"),
];

/// The same of the opportunity.
const OPPORTUNITY_FIELDS: &[(&str, &str)] =
    &[("LeadSource", "LeadSource"), ("CurrencyIsoCode", "CurrencyIsoCode")];

/// A lead to convert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadConvert {
    /// The lead, by id.
    pub lead: Box<str>,
    /// The status that the lead gets.
    pub converted_status: Box<str>,
    /// An account that exists; a new one without it.
    pub account: Option<Box<str>>,
    /// A contact of that account that exists; a new one without it.
    pub contact: Option<Box<str>>,
    /// An opportunity that exists.
    pub opportunity: Option<Box<str>>,
    /// The name of a new opportunity; the lead's company without it.
    pub opportunity_name: Option<Box<str>>,
    /// The user who owns what is created; the lead's owner without it.
    pub owner: Option<Box<str>>,
    /// Whether there is to be no opportunity.
    pub do_not_create_opportunity: bool,
    /// Whether the lead's source replaces that of a contact that exists.
    pub overwrite_lead_source: bool,
}

/// What a lead has become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertedLead {
    /// The lead.
    pub lead: RecordId,
    /// The account.
    pub account: RecordId,
    /// The contact.
    pub contact: RecordId,
    /// The opportunity, unless none was wished.
    pub opportunity: Option<RecordId>,
}

/// What conversions of one lead share.
struct Conversion<'a> {
    lead: &'a Record,
    lead_def: &'a SObjectDef,
    owner: RecordId,
}

impl Org {
    /// Converts a lead.
    ///
    /// # Errors
    ///
    /// `CANNOT_UPDATE_CONVERTED_LEAD`, `INVALID_STATUS` for a status that stands for no conversion,
    /// `MALFORMED_ID`, `INVALID_CROSS_REFERENCE_KEY` and `ENTITY_IS_DELETED` for records, and those of creating the
    /// new records.
    pub(crate) fn convert_lead(&mut self, ctx: &Ctx, convert: &LeadConvert) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let object = |name| Self::visible_object(&catalog, ctx, name);
        let (lead_def, account_def, contact_def) = (object("Lead")?, object("Account")?, object("Contact")?);
        let lead_id = self.record_named(lead_def, &convert.lead)?;
        let Some(lead) = self.store.draft(lead_def.index, lead_id) else { return Err(ApiError::not_found()) };
        if lead.get_opt(lead_def.slot("IsConverted")).is_true() {
            return Err(converted());
        }
        self.check_write(ctx, lead_def, WriteKind::Update)?;
        let status = &convert.converted_status;
        let known = lead_def.field_in("Status", ctx.version).and_then(|field| {
            field.picklist_values.iter().find(|value| value.active && *value.value == **status)
        });
        let Some(status) = known.filter(|value| CONVERTED_STATUSES.contains(&&*value.value)) else {
            return Err(refusal(ErrorCode::InvalidStatus, &format!("invalid convertedStatus: {status}")));
        };
        let owner = match &convert.owner {
            Some(owner) => self.record_named(object("User")?, owner)?,
            None => self.lead_owner(lead_def, &lead)?,
        };
        let conversion = Conversion { lead: &lead, lead_def, owner };
        let account = self.converted_account(ctx, account_def, convert, &conversion)?;
        let contact = self.converted_contact(ctx, contact_def, account, convert, &conversion)?;
        let opportunity = self.converted_opportunity(ctx, (account, contact), convert, &conversion)?;
        let at = |name| lead_def.slot(name);
        let values = [
            (at("IsConverted"), Value::Bool(true)),
            (at("ConvertedDate"), Value::Date(ctx.now.date())),
            (at("ConvertedAccountId"), Value::Id(account)),
            (at("ConvertedContactId"), Value::Id(contact)),
            (at("ConvertedOpportunityId"), opportunity.map_or(Value::Null, Value::Id)),
            (at("Status"), Value::Text(Arc::clone(&status.value))),
            (at("IsUnreadByOwner"), Value::Bool(false)),
        ];
        let values: Vec<(Slot, Value)> =
            values.into_iter().filter_map(|(slot, value)| Some((slot?, value))).collect();
        self.change(ctx, lead_def, lead_id, &values)?;
        self.follow_contact(ctx, lead_id, contact)?;
        Ok(Reply::Converted(ConvertedLead { lead: lead_id, account, contact, opportunity }))
    }

    /// The live record of this object with this id.
    fn record_named(&self, def: &SObjectDef, id: &str) -> Result<RecordId, ApiError> {
        let parsed = id
            .parse::<RecordId>()
            .map_err(|_| refusal(ErrorCode::MalformedId, &format!("malformed id {id}")))?;
        match self.store.view(def.index, parsed) {
            None => Err(refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id")),
            Some(record) if record.is_deleted() => {
                Err(refusal(ErrorCode::EntityIsDeleted, "entity is deleted"))
            }
            Some(record) => Ok(record.id()),
        }
    }

    /// The owner of a lead, who must be a user.
    fn lead_owner(&self, def: &SObjectDef, lead: &Record) -> Result<RecordId, ApiError> {
        let owner = lead.get_opt(def.system.owner_id).as_id().and_then(|id| self.store.live(id));
        owner.filter(|owner| &*owner.object.name == "User").map(|owner| owner.id()).ok_or_else(|| {
            let message = "Converted objects can only be owned by users. If the lead is not owned by a user, you must specify a user for the Owner field.";
            ApiError::dml(ErrorCode::FieldIntegrityException, message, ["OwnerId"])
        })
    }

    fn converted_account(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        convert: &LeadConvert,
        conversion: &Conversion<'_>,
    ) -> Result<RecordId, ApiError> {
        match &convert.account {
            Some(id) => {
                let id = self.record_named(def, id)?;
                self.complete(ctx, def, id, ACCOUNT_FIELDS, conversion, false)
            }
            None => self.create_from(ctx, def, ACCOUNT_FIELDS, conversion, Vec::new()),
        }
    }

    fn converted_contact(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        account: RecordId,
        convert: &LeadConvert,
        conversion: &Conversion<'_>,
    ) -> Result<RecordId, ApiError> {
        let parent = def.slot("AccountId");
        let Some(id) = &convert.contact else {
            let values = parent.map(|slot| (slot, Value::Id(account))).into_iter().collect();
            return self.create_from(ctx, def, CONTACT_FIELDS, conversion, values);
        };
        let id = self.record_named(def, id)?;
        let own = self.store.view(def.index, id).and_then(|contact| contact.at_opt(parent).as_id());
        if convert.account.is_none() || own != Some(account) {
            let message = "the contact must belong to the account into which the lead is converted";
            return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["ContactId"]));
        }
        self.complete(ctx, def, id, CONTACT_FIELDS, conversion, convert.overwrite_lead_source)
    }

    fn converted_opportunity(
        &mut self,
        ctx: &Ctx,
        (account, contact): (RecordId, RecordId),
        convert: &LeadConvert,
        conversion: &Conversion<'_>,
    ) -> Result<Option<RecordId>, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        if convert.opportunity.is_none() && convert.do_not_create_opportunity {
            return Ok(None);
        }
        let def = Self::visible_object(&catalog, ctx, "Opportunity")?;
        let id = match &convert.opportunity {
            Some(id) => self.record_named(def, id)?,
            None => {
                let company = conversion.lead.get_opt(conversion.lead_def.slot("Company"));
                let company: String =
                    company.as_text().unwrap_or_default().chars().take(LONGEST_NAME).collect();
                let name = convert.opportunity_name.as_deref().unwrap_or(&company);
                let stage = def.field("StageName").and_then(|field| {
                    field.picklist_values.iter().find(|value| value.active).map(|value| &value.value)
                });
                let values = [
                    ("Name", Value::text(name)),
                    ("AccountId", Value::Id(account)),
                    ("StageName", stage.map_or(Value::Null, |stage| Value::Text(Arc::clone(stage)))),
                    ("CloseDate", Value::Date(end_of_quarter(ctx.now.date()))),
                ];
                let values =
                    values.into_iter().filter_map(|(name, value)| Some((def.slot(name)?, value))).collect();
                self.create_from(ctx, def, OPPORTUNITY_FIELDS, conversion, values)?
            }
        };
        let roles = self.catalog.find_any("OpportunityContactRole").is_some();
        if roles && convert.opportunity.is_none() {
            let values = vec![
                ("OpportunityId", Value::Id(id)),
                ("ContactId", Value::Id(contact)),
                ("IsPrimary", Value::Bool(true)),
            ];
            self.system_create(ctx, "OpportunityContactRole", values)?;
        }
        Ok(Some(id))
    }

    /// Creates a record with the lead's values beside those that are given.
    fn create_from(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[(&str, &str)],
        conversion: &Conversion<'_>,
        mut values: Vec<(Slot, Value)>,
    ) -> Result<RecordId, ApiError> {
        self.check_write(ctx, def, WriteKind::Create)?;
        for (own, target) in fields {
            let value = conversion.lead.get_opt(conversion.lead_def.slot(own));
            if let (Some(slot), false) = (def.slot(target), value.is_null()) {
                values.push((slot, value.clone()));
            }
        }
        if let Some(slot) = def.system.owner_id {
            values.push((slot, Value::Id(conversion.owner)));
        }
        self.check_values(ctx.version, def, &values)?;
        let id = self.insert(ctx, def, &values)?;
        self.touch(ctx.user, id);
        Ok(id)
    }

    /// Gives the lead's values to the empty fields of a record.
    fn complete(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        fields: &[(&str, &str)],
        conversion: &Conversion<'_>,
        overwrite_source: bool,
    ) -> Result<RecordId, ApiError> {
        let Some(record) = self.store.draft(def.index, id) else { return Err(ApiError::not_found()) };
        let empty = |slot, target| record.get(slot).is_null() || (overwrite_source && target == "LeadSource");
        let values: Vec<(Slot, Value)> = fields
            .iter()
            .filter_map(|(own, target)| {
                let value = conversion.lead.get_opt(conversion.lead_def.slot(own));
                let slot = def.slot(target).filter(|slot| empty(*slot, *target) && !value.is_null())?;
                Some((slot, value.clone()))
            })
            .collect();
        if !values.is_empty() {
            self.check_write(ctx, def, WriteKind::Update)?;
            self.change(ctx, def, id, &values)?;
        }
        Ok(id)
    }

    /// Lets the activities and campaign memberships of a lead belong to its contact.
    fn follow_contact(&mut self, ctx: &Ctx, lead: RecordId, contact: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        for (object, from, to) in [
            ("Task", "WhoId", "WhoId"),
            ("Event", "WhoId", "WhoId"),
            ("CampaignMember", "LeadId", "ContactId"),
        ] {
            let Some(def) = catalog.find_any(object) else { continue };
            let (Some(from), Some(to)) = (def.slot(from), def.slot(to)) else { continue };
            let children: Vec<RecordId> =
                self.store.live_children(def, from, lead).map(|child| child.id()).collect();
            for child in children {
                self.change(ctx, def, child, &[(to, Value::Id(contact))])?;
            }
        }
        Ok(())
    }
}

/// A converted lead does not change any more, except that it forgets records that are deleted.
///
/// # Errors
///
/// `CANNOT_UPDATE_CONVERTED_LEAD`.
pub(super) fn refuse_converted(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let Some(old) = old.filter(|old| old.get_opt(def.slot("IsConverted")).is_true()) else { return Ok(()) };
    let changed = |field: &FieldDef| {
        let (before, after) = (old.get(field.slot), new.get(field.slot));
        let forgotten = field.field_type == FieldType::Reference && after.is_null();
        field.updateable && before != after && !forgotten
    };
    if def.fields.iter().any(changed) { Err(converted()) } else { Ok(()) }
}

fn converted() -> ApiError {
    refusal(ErrorCode::CannotUpdateConvertedLead, "cannot reference converted lead")
}

fn refusal(code: ErrorCode, message: &str) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}

/// The last day of the calendar quarter.
fn end_of_quarter(day: Date) -> Date {
    let last_month = (day.month() - 1) / 3 * 3 + 3;
    // Every quarter has a first day of its last month; a day at the end of time stays what it is.
    let month = Date::new(day.year(), last_month, 1).unwrap_or(day);
    month.checked_add(1.month()).and_then(|next| next.checked_sub(1.day())).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_quarter_ends_with_its_last_day() {
        for (day, end) in [
            (date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 6, 30), date(2026, 6, 30)),
            (date(2026, 11, 22), date(2026, 12, 31)),
        ] {
            assert_eq!(end_of_quarter(day), end);
        }
    }
}
