//! The life cycle driven as clients drive it, with the real definitions and the starter org.

mod assetize;
mod orders;
mod renewal;
mod renewal_requests;
mod support;
