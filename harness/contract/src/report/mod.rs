//! Reports of a conformance run: for a terminal, for CI, for a browser, for a pull request, for programs.
//!
//! * [`summary`] – the report as data; written as JSON it satisfies `schemas/conform-report.schema.json`
//! * [`threshold`] – which results make a run fail
//! * [`terminal`], [`markdown`] – text
//! * [`junit`], [`html`] – with the feature `report`

#[cfg(feature = "report")]
pub mod html;
#[cfg(feature = "report")]
pub mod junit;
pub mod markdown;
pub mod summary;
pub mod terminal;
pub mod threshold;

pub use self::{
    summary::{Report, RunFacts},
    threshold::Threshold,
};
