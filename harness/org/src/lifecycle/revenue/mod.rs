//! The asset operations of Revenue Cloud: draft quotes and orders that renew, amend, cancel, transfer, roll
//! back or exchange assets, by invocable actions and by Connect resources.

mod actions;
mod check;
mod connect;
mod finish;
mod inputs;
mod leaving;
mod operation;
mod read;
mod reprice;
mod request;
mod roll_back;
mod roll_back_plan;
mod run;
mod swap;
mod swap_body;
mod transfer;
mod transfer_plan;

pub(super) use actions::{initiate_amendment, initiate_cancellation, initiate_renewal};
pub(super) use reprice::{after_order_item, after_quote_line};
pub(super) use roll_back::initiate_roll_back_last_action;
pub(crate) use run::PlacedRecord;
pub(super) use transfer::initiate_transfer;
