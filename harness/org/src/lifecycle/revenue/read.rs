//! Reading requests: which member holds what, whatever it is called.

use super::request::AssetOperationRequest;
use crate::{
    ApiError, AssetOperation, FieldInput, Input, Org,
    ctx::Ctx,
    lifecycle::{
        actions::is_empty,
        initiate_body::{parse_moment, parse_number},
        sales_document::{ORDER, QUOTE, SalesDocument},
    },
};

/// What a member of a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The ids of the assets.
    Assets,
    /// Quote or order.
    Output,
    Start,
    End,
    /// The signed change of the quantity.
    Quantity,
    Contract,
    Opportunity,
    /// The quote or order that the lines are added to.
    Existing,
    SkipPricing,
    /// The segments of a ramp.
    Ramp,
}

impl Role {
    /// What a good value is, for the texts of refusals.
    const fn wanted(self) -> &'static str {
        match self {
            Self::Assets => "a list of valid asset IDs",
            Self::Output => "either Quote or Order",
            Self::Start | Self::End => "a valid date and time",
            Self::Quantity => "a number",
            Self::Contract => "a valid contract ID",
            Self::Opportunity => "a valid opportunity ID",
            Self::Existing => "the ID of a quote or order of the output type",
            Self::SkipPricing => "either true or false",
            Self::Ramp => "ramp options",
        }
    }
}

/// A member that cannot be read.
pub(super) enum Misread<'a> {
    /// Its value has another type.
    Type(&'a FieldInput, &'static str),
    /// The value means nothing; the text says what would.
    Value(String),
    /// It asks for something that is refused by name.
    Refused(ApiError),
}

impl Org {
    /// Reads the members of a request. Members that `roles` does not name were refused before.
    pub(super) fn read_request<'a>(
        &self,
        ctx: &Ctx,
        (operation, roles): (AssetOperation, &[(&'static str, Role)]),
        members: &'a [FieldInput],
    ) -> Result<AssetOperationRequest, Misread<'a>> {
        let mut request = AssetOperationRequest::new(operation);
        let mut existing: Option<&FieldInput> = None;
        for (name, role) in roles {
            let given = members.iter().rfind(|member| &*member.name == *name);
            let Some(member) = given.filter(|member| !is_empty(&member.value)) else { continue };
            let meaningless =
                || Misread::Value(format!("Specify {} for {name}, and try again.", role.wanted()));
            let text = || match &member.value {
                Input::Text(text) => Ok(&**text),
                _ => Err(Misread::Type(member, role.wanted())),
            };
            let record = |object| {
                text()?;
                self.named(ctx, object, &member.value).map(|row| Some(row.id())).ok_or_else(meaningless)
            };
            match role {
                Role::Assets => {
                    let Input::Array(items) = &member.value else {
                        return Err(Misread::Type(member, role.wanted()));
                    };
                    request.assets = self.named_assets(ctx, items).ok_or_else(meaningless)?;
                }
                Role::Output => request.output = output(text()?).ok_or_else(meaningless)?,
                Role::Start => request.start = Some(parse_moment(text()?).ok_or_else(meaningless)?),
                Role::End => request.end = Some(parse_moment(text()?).ok_or_else(meaningless)?),
                Role::Quantity => {
                    let Input::Number(_) = &member.value else {
                        return Err(Misread::Type(member, role.wanted()));
                    };
                    request.quantity = parse_number(&member.value).ok_or_else(meaningless)?;
                }
                Role::Contract => request.contract = record("Contract")?,
                Role::Opportunity => request.opportunity = record("Opportunity")?,
                Role::Existing => {
                    text()?;
                    existing = Some(member);
                }
                Role::SkipPricing => {
                    let Input::Bool(skip) = member.value else {
                        return Err(Misread::Type(member, role.wanted()));
                    };
                    request.skip_pricing = skip;
                }
                Role::Ramp => {
                    return Err(Misread::Refused(ApiError::not_modelled(format_args!("the input {name}"))));
                }
            }
        }
        // What the record must be is known only now.
        if let Some(member) = existing {
            let row = self.named(ctx, request.output.header, &member.value);
            let wanted = Role::Existing.wanted();
            request.existing = Some(row.map(|row| row.id()).ok_or_else(|| {
                Misread::Value(format!("Specify {wanted} for {}, and try again.", member.name))
            })?);
        }
        Ok(request)
    }
}

/// The document that an output type names.
pub(super) fn output(text: &str) -> Option<&'static SalesDocument> {
    [&ORDER, &QUOTE].into_iter().find(|document| document.header.eq_ignore_ascii_case(text))
}
