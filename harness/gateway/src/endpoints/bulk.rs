//! Endpoints of the Bulk APIs.

use super::answers::ERRORS;
use crate::{
    bulk,
    endpoint::{Auth, Endpoint, delete, get, patch, post, put, rest, row},
};

/// Errors of Bulk API 1.0, as XML or JSON.
const CLASSIC: [(&str, &str); 2] = [("default", "xml"), ("default", "bulk-error")];

/// The rows. Clients ask for CSV where they get JSON, so what they accept does not matter.
pub(super) static BULK: &[Endpoint] = &[
    Endpoint {
        since: 41,
        binary: true,
        ..rest(
            "ingest-jobs",
            "/services/data/{version}/jobs/ingest",
            &[
                get(bulk::ingest_jobs, &[("200", "bulk-jobs"), ERRORS]),
                post(bulk::create_ingest, &[("200", "bulk-job"), ERRORS]),
            ],
            "Jobs of Bulk API 2.0 that write records.",
        )
    },
    Endpoint {
        since: 41,
        binary: true,
        ..rest(
            "ingest-job",
            "/services/data/{version}/jobs/ingest/{job}",
            &[
                get(bulk::ingest, &[("200", "bulk-job"), ERRORS]),
                patch(bulk::set_ingest_state, &[("200", "bulk-job"), ERRORS]),
                delete(bulk::delete_ingest, &[("204", "empty"), ERRORS]),
            ],
            "A job that writes records: how far it is, its end, its deletion.",
        )
    },
    Endpoint {
        since: 41,
        binary: true,
        ..rest(
            "ingest-upload",
            "/services/data/{version}/jobs/ingest/{job}/batches",
            &[put(bulk::upload, &[("201", "empty"), ERRORS])],
            "Takes the data of a job.",
        )
    },
    Endpoint {
        since: 41,
        binary: true,
        ..rest(
            "ingest-results",
            "/services/data/{version}/jobs/ingest/{job}/{results}",
            &[get(bulk::ingest_results, &[("200", "csv"), ERRORS])],
            "The successful, failed or unprocessed rows of a job.",
        )
    },
    Endpoint {
        since: 47,
        binary: true,
        ..rest(
            "query-jobs",
            "/services/data/{version}/jobs/query",
            &[
                get(bulk::query_jobs, &[("200", "bulk-jobs"), ERRORS]),
                post(bulk::create_query, &[("200", "bulk-job"), ERRORS]),
            ],
            "Jobs of Bulk API 2.0 that read records.",
        )
    },
    Endpoint {
        since: 47,
        binary: true,
        ..rest(
            "query-job",
            "/services/data/{version}/jobs/query/{job}",
            &[
                get(bulk::query_job, &[("200", "bulk-job"), ERRORS]),
                patch(bulk::set_query_state, &[("200", "bulk-job"), ERRORS]),
                delete(bulk::delete_query, &[("204", "empty"), ERRORS]),
            ],
            "A job that reads records: how far it is, its end, its deletion.",
        )
    },
    Endpoint {
        since: 47,
        binary: true,
        ..rest(
            "query-job-results",
            "/services/data/{version}/jobs/query/{job}/results",
            &[get(bulk::query_results, &[("200", "csv"), ERRORS])],
            "The rows that a job has read.",
        )
    },
    Endpoint {
        since: 58,
        binary: true,
        ..rest(
            "query-job-pages",
            "/services/data/{version}/jobs/query/{job}/resultPages",
            &[get(bulk::result_pages, &[("200", "bulk-result-pages"), ERRORS])],
            "The pages of these rows, to read them side by side.",
        )
    },
    row(
        "bulk-jobs",
        "/services/async/{version}/job",
        Auth::None,
        &[post(bulk::create_job, &[("201", "xml"), ("201", "bulk-classic-job"), CLASSIC[0], CLASSIC[1]])],
        "Creates a job of Bulk API 1.0.",
    ),
    row(
        "bulk-job",
        "/services/async/{version}/job/{job}",
        Auth::None,
        &[
            get(bulk::classic_job, &[("200", "xml"), ("200", "bulk-classic-job"), CLASSIC[0], CLASSIC[1]]),
            post(bulk::set_job_state, &[("200", "xml"), ("200", "bulk-classic-job"), CLASSIC[0], CLASSIC[1]]),
        ],
        "A job of Bulk API 1.0: how far it is, its end.",
    ),
    row(
        "bulk-batches",
        "/services/async/{version}/job/{job}/batch",
        Auth::None,
        &[
            get(bulk::batches, &[("200", "xml"), ("200", "bulk-batches"), CLASSIC[0], CLASSIC[1]]),
            post(bulk::add_batch, &[("201", "xml"), ("201", "bulk-batch"), CLASSIC[0], CLASSIC[1]]),
        ],
        "The batches of a job, and new ones.",
    ),
    row(
        "bulk-batch",
        "/services/async/{version}/job/{job}/batch/{batch}",
        Auth::None,
        &[get(bulk::batch, &[("200", "xml"), ("200", "bulk-batch"), CLASSIC[0], CLASSIC[1]])],
        "A batch: how far it is.",
    ),
    row(
        "bulk-batch-request",
        "/services/async/{version}/job/{job}/batch/{batch}/request",
        Auth::None,
        &[get(bulk::batch_request, &[("200", "none"), CLASSIC[0], CLASSIC[1]])],
        "What a batch was sent with.",
    ),
    row(
        "bulk-batch-result",
        "/services/async/{version}/job/{job}/batch/{batch}/result",
        Auth::None,
        &[get(
            bulk::batch_result,
            &[("200", "csv"), ("200", "xml"), ("200", "bulk-batch-results"), CLASSIC[0], CLASSIC[1]],
        )],
        "What became of the records of a batch; of a query, the ids of its results.",
    ),
    row(
        "bulk-batch-rows",
        "/services/async/{version}/job/{job}/batch/{batch}/result/{result}",
        Auth::None,
        &[get(
            bulk::batch_rows,
            &[("200", "csv"), ("200", "xml"), ("200", "bulk-rows"), CLASSIC[0], CLASSIC[1]],
        )],
        "The rows that a batch has read.",
    ),
];
