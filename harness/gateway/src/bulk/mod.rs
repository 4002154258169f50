//! The Bulk APIs: 2.0 beneath the REST resources, 1.0 beneath an address of its own.

mod batch;
mod classic;
mod classic_job;
mod classic_refusal;
mod classic_rows;
mod ingest;
mod job;
mod query;
mod request;

pub(crate) use batch::{add_batch, batch, batch_request, batch_result, batch_rows, batches};
pub(crate) use classic_job::{create_job, job as classic_job, set_job_state};
pub(crate) use classic_refusal::refuse as refuse_classic;
pub(crate) use ingest::{
    create_ingest, delete_ingest, ingest, ingest_jobs, ingest_results, set_ingest_state, upload,
};
pub(crate) use query::{
    create_query, delete_query, query_job, query_jobs, query_results, result_pages, set_query_state,
};
pub(crate) use request::{LONGEST_UPLOAD, is_upload};
