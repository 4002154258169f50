//! convertLead: leads become accounts, contacts and opportunities.

use mockorg_org::{ApiError, Call, LeadConvert, Reply};

use super::{
    element::Element,
    request::{Request, within},
    results::{of_record, push_error},
    text::{element, nil},
};

/// How many leads one call converts.
const MOST: usize = 100;

/// Members of a conversion that are not modelled.
const UNMODELLED: &[&str] = &[
    "accountRecord",
    "contactRecord",
    "opportunityRecord",
    "relatedPersonAccountId",
    "relatedPersonAccountRecord",
];

/// `convertLead`.
pub(super) fn convert_lead(request: &Request<'_>) -> Result<String, ApiError> {
    let converts: Vec<&Element> = request.operation.all("leadConverts").collect();
    within(converts.len(), MOST)?;
    for convert in &converts {
        if let Some(member) =
            UNMODELLED.iter().find(|member| convert.child(member).is_some_and(|child| !child.nil))
        {
            return Err(request.exchange.not_modelled(&format!("{member} of convertLead")));
        }
        if convert.is_true("sendNotificationEmail") {
            return Err(request.exchange.not_modelled("mails of convertLead (sendNotificationEmail)"));
        }
    }
    let calls = converts.iter().map(|convert| Call::ConvertLead(Box::new(read(convert)))).collect();
    let all_or_none = request.headers.all_or_none;
    let replies = request.perform(|caller| caller.together(calls, all_or_none))?;
    let mut text = String::new();
    for (reply, convert) in replies.into_iter().zip(converts) {
        push_converted(&mut text, reply, convert.text_of("leadId"));
    }
    Ok(text)
}

fn read(convert: &Element) -> LeadConvert {
    let given = |name| convert.given(name).map(Into::into);
    LeadConvert {
        lead: convert.text_of("leadId").into(),
        converted_status: convert.text_of("convertedStatus").into(),
        account: given("accountId"),
        contact: given("contactId"),
        opportunity: given("opportunityId"),
        opportunity_name: given("opportunityName"),
        owner: given("ownerId"),
        do_not_create_opportunity: convert.is_true("doNotCreateOpportunity"),
        overwrite_lead_source: convert.is_true("overwriteLeadSource"),
    }
}

fn push_converted(text: &mut String, reply: Result<Reply, ApiError>, lead: &str) {
    text.push_str("<result>");
    match reply {
        Ok(Reply::Converted(converted)) => {
            element(text, "accountId", &converted.account.to_string());
            element(text, "contactId", &converted.contact.to_string());
            element(text, "leadId", &converted.lead.to_string());
            match converted.opportunity {
                Some(id) => element(text, "opportunityId", &id.to_string()),
                None => nil(text, "opportunityId"),
            }
            element(text, "success", "true");
        }
        other => {
            let error = other.err().unwrap_or_else(ApiError::not_found);
            nil(text, "accountId");
            nil(text, "contactId");
            push_error(text, &of_record(error));
            element(text, "leadId", lead);
            nil(text, "opportunityId");
            element(text, "success", "false");
        }
    }
    text.push_str("</result>");
}
