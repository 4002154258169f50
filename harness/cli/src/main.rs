//! The `mockorg` command: starts an org, or holds an org against the contract cases.

mod args;
mod conform;
mod connect;
mod contract_data;
mod output;
mod serve;
mod stop;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command, ServeArguments};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command.unwrap_or_else(|| Command::Serve(ServeArguments::default())) {
        Command::Serve(serve) => serve::serve(&serve),
        Command::Conform(conform) => conform::conform(&conform),
    };
    outcome.unwrap_or_else(|message| {
        output::complain(&message);
        ExitCode::FAILURE
    })
}
