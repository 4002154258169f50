//! The `mockorg` command: starts an org, or holds an org against the contract cases.

mod args;
mod capture;
mod conform;
mod connect;
mod contract_data;
mod control_access;
mod credentials_file;
mod ctl;
mod data;
mod drift;
mod faults;
mod fuzz;
mod import;
mod limits;
mod output;
mod record;
mod replay;
mod schemas;
mod serve;
mod stop;
mod way_in;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command, ServeArguments};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command.unwrap_or_else(|| Command::Serve(ServeArguments::default())) {
        Command::Serve(serve) => serve::serve(&serve),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Ctl(arguments) => ctl::ctl(&arguments),
        Command::Conform(conform) => conform::conform(&conform),
        Command::Faults(arguments) => faults::faults(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Schemas(arguments) => schemas::schemas(&arguments),
        Command::Capture(arguments) => capture::capture(&arguments),
        Command::Import(import) => import::import(&import),
        Command::Record(record) => record::record(&record),
        Command::Drift(drift) => drift::drift(&drift),
    };
    outcome.unwrap_or_else(|message| {
        output::complain(&message);
        ExitCode::FAILURE
    })
}
