//! Swaps, upgrades and downgrades: a draft quote or order on which assets go and products come in their place.
//!
//! Source: Revenue Management guide, pages Initiate Swap (POST), Initiate Upgrade (POST) and Initiate Downgrade
//! (POST).

use std::collections::BTreeSet;

use super::{
    inputs,
    leaving::Leaving,
    run::PlacedRecord,
    swap_body::{self, SwapBody, SwapGroup},
};
use crate::{
    ApiError, AssetExchange, ErrorCode, FieldInput, Input, Org, Position, RecordId, Reply, Value,
    ctx::Ctx,
    lifecycle::{
        draft::Draft,
        line_action::Exchange,
        order_plan::{LastSale, OrderPlan},
        sales_document::SalesDocument,
        selling_model::SellingModelType,
    },
};

impl AssetExchange {
    /// The name in the table of permissions, the noun of a new quote's name, and what the lines are for.
    const fn row(self) -> (&'static str, &'static str, Exchange) {
        match self {
            Self::Swap => ("swap", "Swap", Exchange::Swap),
            Self::Upgrade => ("upgrade", "Upgrade", Exchange::Upgrade),
            Self::Downgrade => ("downgrade", "Downgrade", Exchange::Downgrade),
        }
    }
}

/// The records that a body names.
struct Named {
    contract: Option<RecordId>,
    opportunity: Option<RecordId>,
    /// The first asset that goes, by group.
    first_out: Vec<RecordId>,
    /// The lines of everything that goes.
    plans: Vec<OrderPlan>,
}

impl Org {
    /// Writes the draft of an exchange: the lines of all assets that go, then those of the products that come.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` in orgs without the feature; `INSUFFICIENT_ACCESS` without the permission;
    /// `JSON_PARSER_ERROR`, `REQUIRED_FIELD_MISSING` and `INVALID_API_INPUT` for the body; the first business
    /// rule that forbids it; and those of creating the new lines as any client would.
    pub(crate) fn exchange_assets(
        &mut self,
        ctx: &Ctx,
        exchange: AssetExchange,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let (operation, noun, kind) = exchange.row();
        if self.catalog.find_any("QuoteAction").is_none() {
            return Err(ApiError::not_found());
        }
        self.require_operation(ctx, operation)?;
        let body = swap_body::read(body)?;
        let Named { contract, opportunity, first_out, plans } = self.plan_exchange(ctx, kind, &body)?;
        let plans: Vec<&OrderPlan> = plans.iter().collect();
        let account = plans.first().map(|plan| plan.account).ok_or_else(ApiError::not_found)?;
        let mut header = self.new_header(body.output, noun, account);
        for (field, record) in [("ContractId", contract), ("OpportunityId", opportunity)] {
            let row = record.and_then(|id| self.store.live(id));
            if row.is_some_and(|row| row.get("AccountId").as_id() != Some(account)) {
                return Err(unfit(format!(
                    "The record of {field} must belong to the account of the assets."
                )));
            }
            header.extend(record.map(|record| (field, record.into())));
        }
        let draft = Draft { document: body.output, action: "Amend", plans: &plans, header, existing: None };
        let record = self.write_draft(ctx, &draft)?.record;
        for (group, first) in body.groups.iter().zip(first_out) {
            for fields in &group.records {
                let fields = self.completed(body.output, (first, &body), fields);
                self.write_arriving(ctx, (body.output, record), (kind, first), fields)?;
            }
        }
        let placed = PlacedRecord {
            record,
            job_type: inputs::JOB_TYPE,
            category: inputs::CATEGORY,
            items: body.groups.iter().map(|group| group.out.len()).sum(),
            skip_pricing: false,
        };
        self.place_record(ctx, placed)?;
        Ok(Reply::SalesTransaction(record))
    }

    /// Finds the records of a body, and plans how its assets go.
    fn plan_exchange(&self, ctx: &Ctx, kind: Exchange, body: &SwapBody<'_>) -> Result<Named, ApiError> {
        let how = Leaving {
            change: kind.change(),
            subtype: kind.out_subtype(),
            ends_empty: true,
            takes_one_time: false,
        };
        let record = |id: Option<&str>, member: &str, object: &str| {
            let found = |id: &str| self.named(ctx, object, &Input::from(id)).map(|row| row.id());
            let wanted = object.to_ascii_lowercase();
            let refused = || unfit(format!("Specify a valid {wanted} ID for {member}, and try again."));
            id.map(|id| found(id).ok_or_else(refused)).transpose()
        };
        let mut named = Named {
            contract: record(body.contract, "contractId", "Contract")?,
            opportunity: record(body.opportunity, "opportunityId", "Opportunity")?,
            first_out: Vec::with_capacity(body.groups.len()),
            plans: Vec::new(),
        };
        let (mut claimed, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for SwapGroup { out, .. } in &body.groups {
            let mut first = None;
            for (id, quantity) in out {
                let Some(asset) = record(Some(id), "assetId", "Asset")? else { continue };
                first = first.or(Some(asset));
                if !seen.insert(asset) {
                    return Err(unfit("An asset can be part of a request once."));
                }
                let plan = self.plan_leaving(ctx, asset, (body.start, *quantity), &how);
                let plan = plan.and_then(|plan| plan.claim(&mut claimed)).map_err(on_resource)?;
                if named.plans.first().is_some_and(|other| other.account != plan.account) {
                    return Err(unfit("All assets of a request must belong to the same account."));
                }
                if named.plans.first().is_some_and(|other| other.price_book != plan.price_book) {
                    return Err(unfit("All assets of a request must be of the same price book."));
                }
                named.plans.push(plan);
            }
            named.first_out.extend(first);
        }
        Ok(named)
    }

    /// The fields of a new line with what a client may leave out: the line begins with the exchange, ends with
    /// the asset that it takes the place of, and is billed like it.
    fn completed(
        &self,
        document: &SalesDocument,
        (first_out, body): (RecordId, &SwapBody<'_>),
        fields: &[FieldInput],
    ) -> Vec<FieldInput> {
        let given = |name: &str| {
            let field = fields.iter().rfind(|field| field.name.eq_ignore_ascii_case(name));
            field.map(|field| &field.value).filter(|value| !matches!(value, Input::Null))
        };
        let mut all = fields.to_vec();
        let mut add = |name: &str, value: String| {
            if given(name).is_none() {
                let value = Input::Text(value.into());
                all.push(FieldInput { name: name.into(), value, at: Position::default() });
            }
        };
        add(document.name("ServiceDate"), body.start.date().to_string());
        let entry = match given("PricebookEntryId") {
            Some(Input::Text(id)) => id.parse::<RecordId>().ok().and_then(|id| self.store.live(id)),
            _ => None,
        };
        let model = entry.and_then(|entry| self.selling_model(entry.get("ProductSellingModelId").as_id()));
        let Some(model) = model.filter(|model| model.kind != SellingModelType::OneTime) else { return all };
        let end = self.periods(first_out).last().and_then(|period| period.end);
        if let Some(end) =
            end.filter(|_| model.kind == SellingModelType::TermDefined && given("SubscriptionTerm").is_none())
        {
            add("EndDate", end.date().to_string());
        }
        let carried =
            self.last_sale(first_out).map(|sale: LastSale<'_>| sale.carried_over()).unwrap_or_default();
        let last = |name: &str| {
            carried.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_text())
        };
        let boundary = if model.kind == SellingModelType::Evergreen {
            Some("Anniversary")
        } else {
            last("PeriodBoundary").filter(|boundary| *boundary == "Anniversary")
        };
        for (name, value) in [("PeriodBoundary", boundary), ("BillingFrequency2", last("BillingFrequency2"))]
        {
            if let Some(value) = value {
                add(document.name(name), value.to_owned());
            }
        }
        all
    }

    /// Writes a new line with its action, by the rules for any client.
    fn write_arriving(
        &mut self,
        ctx: &Ctx,
        (document, record): (&'static SalesDocument, RecordId),
        (kind, first_out): (Exchange, RecordId),
        mut fields: Vec<FieldInput>,
    ) -> Result<(), ApiError> {
        let values = document.values(vec![
            ("OrderId", record.into()),
            ("Type", Value::text("Add")),
            ("Subtype", Value::text(kind.in_subtype())),
            ("SourceAssetId", first_out.into()),
        ]);
        let action = self.system_create(ctx, document.action, values)?;
        for (name, id) in [("OrderId", record), ("OrderActionId", action)] {
            fields.push(FieldInput {
                name: document.name(name).into(),
                value: Input::Text(id.to_string().into()),
                at: Position::default(),
            });
        }
        self.create(ctx, document.line, &fields).map(drop)
    }
}

/// A business rule, said by the resource.
fn on_resource(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::NotModelled => error,
        code => ApiError::resource(code, error.message.unwrap_or_default()),
    }
}

fn unfit(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidApiInput, message)
}
