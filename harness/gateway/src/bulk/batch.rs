//! `/services/async/XX.0/job/<id>/batch`: batches of Bulk API 1.0, their data and their results.

use mockorg_org::{
    FieldInput, Input, Position,
    bulk::{BatchContent, BulkBatch, BulkCall, BulkReply},
};

use super::{
    classic::{CSV, Request, answer, begin_root, unexpected},
    classic_rows::{outcomes, results, rows},
};
use crate::{
    answer::{APPLICATION_XML, Answer, JSON},
    exchange::{Exchange, Failure},
    json::{self, JsonWriter},
    soap::{
        Element,
        text::{element, instant},
    },
};

/// `POST /job/<id>/batch`.
pub(crate) fn add_batch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        if exchange.content_type().to_ascii_lowercase().starts_with("zip/") {
            return Err(exchange.not_modelled("zipped batches of Bulk API 1.0"));
        }
        let job = request.job()?;
        let body = exchange.body().map_err(|failure| failure.error)?;
        let reads = matches!(&*job.request.operation, "query" | "queryAll");
        let content = match &*job.request.content_type {
            "JSON" if !reads => of_json(&body),
            "XML" if !reads => of_xml(&body),
            _ => BatchContent::Text,
        };
        let call = BulkCall::AddBatch { job: request.named("job"), request: body, content };
        let BulkReply::Batch(batch) = request.ask(call)? else { return Err(unexpected()) };
        Ok(batch_info(request, 201, &batch))
    }))
}

/// `GET /job/<id>/batch`.
pub(crate) fn batches(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        request.job()?;
        let BulkReply::Batches(batches) = request.ask(BulkCall::Batches { job: request.named("job") })?
        else {
            return Err(unexpected());
        };
        Ok(request.print(
            200,
            |w| {
                w.begin_object();
                w.name("batchInfo").begin_array();
                batches.iter().for_each(|batch| as_json(w, batch));
                w.end_array();
                w.end_object();
            },
            |out| {
                begin_root(out, "batchInfoList");
                for batch in &batches {
                    out.push_str("<batchInfo>");
                    as_xml(out, batch);
                    out.push_str("</batchInfo>");
                }
                out.push_str("</batchInfoList>");
            },
        ))
    }))
}

/// `GET /job/<id>/batch/<id>`.
pub(crate) fn batch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        request.job()?;
        let call = BulkCall::Batch { job: request.named("job"), batch: request.named("batch") };
        let BulkReply::Batch(batch) = request.ask(call)? else { return Err(unexpected()) };
        Ok(batch_info(request, 200, &batch))
    }))
}

/// `GET /job/<id>/batch/<id>/request`.
pub(crate) fn batch_request(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        let job = request.job()?;
        let call = BulkCall::BatchRequest { job: request.named("job"), batch: request.named("batch") };
        let BulkReply::Request(text) = request.ask(call)? else { return Err(unexpected()) };
        let media_type = match &*job.request.content_type {
            "JSON" => JSON,
            "XML" => APPLICATION_XML,
            _ => CSV,
        };
        Ok(Answer::new(200, media_type, text))
    }))
}

/// `GET /job/<id>/batch/<id>/result`.
pub(crate) fn batch_result(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        let job = request.job()?;
        let call = BulkCall::BatchResult { job: request.named("job"), batch: request.named("batch") };
        match request.ask(call)? {
            BulkReply::Outcomes(found) => Ok(outcomes(&found, &job.request.content_type)),
            BulkReply::Results(ids) => Ok(results(request, &ids)),
            _ => Err(unexpected()),
        }
    }))
}

/// `GET /job/<id>/batch/<id>/result/<id>`.
pub(crate) fn batch_rows(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        let job = request.job()?;
        let call = BulkCall::BatchRows {
            job: request.named("job"),
            batch: request.named("batch"),
            result: request.named("result"),
        };
        let BulkReply::Table(table) = request.ask(call)? else { return Err(unexpected()) };
        Ok(rows(request, table, &job))
    }))
}

fn of_json(body: &[u8]) -> BatchContent {
    let unreadable =
        |why: &str| BatchContent::Unreadable(format!("InvalidBatch : Failed to parse JSON. {why}").into());
    let records = match json::read(body) {
        Ok(Input::Array(records)) => records,
        Ok(_) => return unreadable("The batch must be an array of records"),
        Err(error) => return unreadable(error.message.as_deref().unwrap_or_default()),
    };
    let fields = |record| match record {
        Input::Object(fields) => Some(fields),
        _ => None,
    };
    match records.into_iter().map(fields).collect() {
        Some(records) => BatchContent::Records(records),
        None => unreadable("A record must be an object"),
    }
}

fn of_xml(body: &[u8]) -> BatchContent {
    let unreadable =
        |why: &str| BatchContent::Unreadable(format!("InvalidBatch : Failed to parse XML. {why}").into());
    let Ok(text) = std::str::from_utf8(body) else { return unreadable("The batch is not in UTF-8") };
    match Element::read(text) {
        Ok(root) if root.name == "sObjects" => {
            BatchContent::Records(root.all("sObject").map(|record| fields(&record.children)).collect())
        }
        Ok(root) => unreadable(&format!("The batch must be sObjects, not {}", root.name)),
        Err(why) => unreadable(&why),
    }
}

/// The fields of a record in XML; one with a record in it is a reference.
fn fields(elements: &[Element]) -> Vec<FieldInput> {
    let kind_of = |element: &Element| element.text.trim().to_owned();
    let value = |element: &Element| {
        if element.nil {
            return Input::Null;
        }
        let Some(target) = element.child("sObject") else { return Input::Text(element.text.as_str().into()) };
        let mut members = Vec::new();
        for child in &target.children {
            if child.name == "type" {
                let kind = FieldInput::from(("type", Input::Text(kind_of(child).into())));
                members.push(FieldInput::from(("attributes", Input::Object(vec![kind]))));
            } else {
                members.push(input(child, Input::Text(child.text.as_str().into())));
            }
        }
        Input::Object(members)
    };
    elements
        .iter()
        .filter(|element| element.name != "type")
        .map(|element| input(element, value(element)))
        .collect()
}

fn input(element: &Element, value: Input) -> FieldInput {
    FieldInput { name: element.name.as_str().into(), value, at: Position::default() }
}

fn batch_info(request: &Request<'_>, status: u16, batch: &BulkBatch) -> Answer {
    request.print(
        status,
        |w| as_json(w, batch),
        |out| {
            begin_root(out, "batchInfo");
            as_xml(out, batch);
            out.push_str("</batchInfo>");
        },
    )
}

fn as_json(w: &mut JsonWriter, batch: &BulkBatch) {
    w.begin_object();
    w.name("apexProcessingTime").int(0);
    w.name("apiActiveProcessingTime").int(batch.millis);
    w.name("createdDate").string(&batch.created.to_string());
    w.name("id").string(&batch.id.to_string());
    w.name("jobId").string(&batch.job.to_string());
    w.name("numberRecordsFailed").int(batch.failed);
    w.name("numberRecordsProcessed").int(batch.processed);
    w.name("state").string(&batch.state);
    w.name("stateMessage").optional(batch.message.as_deref());
    w.name("systemModstamp").string(&batch.modified.to_string());
    w.name("totalProcessingTime").int(batch.millis);
    w.end_object();
}

fn as_xml(out: &mut String, batch: &BulkBatch) {
    element(out, "id", &batch.id.to_string());
    element(out, "jobId", &batch.job.to_string());
    element(out, "state", &batch.state);
    if let Some(message) = &batch.message {
        element(out, "stateMessage", message);
    }
    element(out, "createdDate", &instant(batch.created));
    element(out, "systemModstamp", &instant(batch.modified));
    for (name, number) in [
        ("numberRecordsProcessed", batch.processed),
        ("numberRecordsFailed", batch.failed),
        ("totalProcessingTime", batch.millis),
        ("apiActiveProcessingTime", batch.millis),
        ("apexProcessingTime", 0),
    ] {
        element(out, name, &number.to_string());
    }
}
