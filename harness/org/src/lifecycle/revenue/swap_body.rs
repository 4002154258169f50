//! The bodies of swaps, upgrades and downgrades.
//!
//! Source: Revenue Management guide, pages Initiate Swap Input, Initiate Upgrade Input, Initiate Downgrade
//! Input, and Swap Group Input. All three have the same members.

use rust_decimal::Decimal;

use super::read::output;
use crate::{
    ApiError, ErrorCode, FieldInput, Input, Timestamp,
    lifecycle::{
        initiate_body::{parse_moment, parse_number, unreadable, unrecognized},
        sales_document::SalesDocument,
    },
};

/// What a body says. Ids are as written.
#[derive(Clone, Debug)]
pub(super) struct SwapBody<'a> {
    pub(super) start: Timestamp,
    pub(super) output: &'static SalesDocument,
    pub(super) contract: Option<&'a str>,
    pub(super) opportunity: Option<&'a str>,
    pub(super) groups: Vec<SwapGroup<'a>>,
}

/// What goes, and what comes in its place.
#[derive(Clone, Debug)]
pub(super) struct SwapGroup<'a> {
    /// The assets with their quantities; there is one at least.
    pub(super) out: Vec<(&'a str, Decimal)>,
    /// The fields of each new line; there is one line at least.
    pub(super) records: Vec<Vec<FieldInput>>,
}

/// Reads a body.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` for unknown members and values of the wrong type, `REQUIRED_FIELD_MISSING`, and
/// `INVALID_API_INPUT` for what the operations do not take.
pub(super) fn read(body: &[FieldInput]) -> Result<SwapBody<'_>, ApiError> {
    const MEMBERS: [&str; 5] =
        ["contractId", "opportunityId", "outputRecordType", "swapGroups", "swapStartDate"];
    let body = Members::of(body, &MEMBERS)?;
    let start = body.required_text("swapStartDate")?;
    let start = parse_moment(start)
        .ok_or_else(|| unfit("Specify a valid date and time for swapStartDate, and try again."))?;
    let document = output(body.required_text("outputRecordType")?);
    let document = document
        .ok_or_else(|| unfit("Specify either Quote or Order for outputRecordType, and try again."))?;
    let list = body.object("swapGroups", &["groups"])?;
    let groups = list.list("groups")?.map(|group| read_group(group?, document)).collect::<Result<_, _>>()?;
    Ok(SwapBody {
        start,
        output: document,
        contract: body.text("contractId")?,
        opportunity: body.text("opportunityId")?,
        groups,
    })
}

fn read_group<'a>(
    group: &'a [FieldInput],
    document: &'static SalesDocument,
) -> Result<SwapGroup<'a>, ApiError> {
    let group = Members::of(group, &["inGroup", "outGroup", "referenceId"])?;
    group.required_text("referenceId")?;
    let assets = group.object("outGroup", &["swapAssets"])?;
    let out = assets.list("swapAssets")?.map(|asset| {
        let asset = Members::of(asset?, &["assetId", "quantity"])?;
        let quantity = match asset.required("quantity")? {
            // Source: Swap Group Input, on string values in the out group.
            Input::Text(_) => {
                return Err(unfit("You can't use a string value for quantity in swapAssets. Specify a number, and try again."));
            }
            value => parse_number(value).ok_or_else(|| asset.wrong_type("number", "quantity"))?,
        };
        Ok((asset.required_text("assetId")?, quantity))
    });
    let out = out.collect::<Result<_, _>>()?;
    let graph = group.object("inGroup", &["graphId", "records"])?;
    graph.text("graphId")?;
    let records = graph.list("records")?.map(|record| read_record(record?, document));
    Ok(SwapGroup { out, records: records.collect::<Result<_, _>>()? })
}

/// One record of a graph: its fields without the attributes.
fn read_record(record: &[FieldInput], document: &'static SalesDocument) -> Result<Vec<FieldInput>, ApiError> {
    let envelope = Members::of(record, &["record", "referenceId"])?;
    envelope.text("referenceId")?;
    let Input::Object(fields) = envelope.required("record")? else {
        return Err(envelope.wrong_type("object", "record"));
    };
    let attributes = fields.iter().rfind(|field| &*field.name == "attributes").map(|field| &field.value);
    let attribute = |name: &str| match attributes {
        Some(Input::Object(members)) => members.iter().rfind(|member| &*member.name == name),
        _ => None,
    };
    let text = |name: &str| match attribute(name).map(|member| &member.value) {
        Some(Input::Text(text)) => Some(&**text),
        _ => None,
    };
    // Source: Revenue Management guide, page Place Sales Transaction (POST), for the graphs of all these calls.
    let (Some(kind), Some(method)) = (text("type"), text("method")) else {
        return Err(unfit("Include record type and method in the request and try again."));
    };
    if !method.eq_ignore_ascii_case("POST") {
        return Err(unfit("A record of inGroup is created: specify the method POST, and try again."));
    }
    let line = document.line;
    if !kind.eq_ignore_ascii_case(line) {
        let header = document.header;
        return Err(unfit(format!(
            "The records of inGroup must be of the type {line} when the output is {header}."
        )));
    }
    for given in [document.name("OrderId"), document.name("OrderActionId")] {
        if fields.iter().any(|field| field.name.eq_ignore_ascii_case(given)) {
            return Err(unfit(format!("Leave {given} out: the record of inGroup goes onto a new record.")));
        }
    }
    Ok(fields.iter().filter(|field| &*field.name != "attributes").cloned().collect())
}

/// The members of an object, none of them unknown.
struct Members<'a>(&'a [FieldInput]);

impl<'a> Members<'a> {
    fn of(members: &'a [FieldInput], known: &[&str]) -> Result<Self, ApiError> {
        match members.iter().find(|member| !known.contains(&&*member.name)) {
            None => Ok(Self(members)),
            Some(unknown) => Err(unrecognized(unknown)),
        }
    }

    fn member(&self, name: &str) -> Option<&'a FieldInput> {
        let member = self.0.iter().rfind(|member| &*member.name == name)?;
        (!matches!(member.value, Input::Null)).then_some(member)
    }

    fn required(&self, name: &str) -> Result<&'a Input, ApiError> {
        self.member(name).map(|member| &member.value).ok_or_else(|| missing(name))
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        match self.member(name).map(|member| &member.value) {
            None => Ok(None),
            Some(Input::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type("string", name)),
        }
    }

    fn required_text(&self, name: &str) -> Result<&'a str, ApiError> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
    }

    fn object(&self, name: &str, known: &[&str]) -> Result<Self, ApiError> {
        match self.required(name)? {
            Input::Object(members) => Self::of(members, known),
            _ => Err(self.wrong_type("object", name)),
        }
    }

    /// The objects of a list that is not empty.
    fn list(
        &self,
        name: &'static str,
    ) -> Result<impl Iterator<Item = Result<&'a [FieldInput], ApiError>>, ApiError> {
        let Input::Array(items) = self.required(name)? else {
            return Err(self.wrong_type("list", name));
        };
        if items.is_empty() {
            return Err(missing(name));
        }
        let wrong = self.wrong_type("list of objects", name);
        Ok(items.iter().map(move |item| match item {
            Input::Object(members) => Ok(&**members),
            _ => Err(wrong.clone()),
        }))
    }

    fn wrong_type(&self, wanted: &str, name: &str) -> ApiError {
        self.member(name).map_or_else(|| missing(name), |member| unreadable(wanted, member))
    }
}

fn missing(name: &str) -> ApiError {
    ApiError::resource(ErrorCode::RequiredFieldMissing, format!("Specify a value for {name}, and try again."))
}

fn unfit(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidApiInput, message)
}
