//! `mockorg ctl`: the control surface of a running org, from the command line.

mod arguments;
mod ask;
mod line;
mod run;
mod show;
mod span;

pub(crate) use arguments::CtlArguments;
pub(crate) use run::ctl;
