//! The command line of `mockorg ctl`.

use clap::{Args, Subcommand};

use super::span::{Span, parse_span};
use crate::args::parse_token;

/// Which org, and what to do with it.
#[derive(Clone, Debug, Args)]
pub(crate) struct CtlArguments {
    /// The address of the org [env: MOCKORG_URL] [default: http://127.0.0.1:8080]
    #[arg(long, value_name = "URL", global = true)]
    pub(super) url: Option<String>,
    /// The token of its control surface, as it was printed at start; better in MOCKORG_CONTROL_TOKEN
    #[arg(long, value_name = "TOKEN", global = true, value_parser = parse_token)]
    pub(super) token: Option<String>,
    /// A PEM file with a certificate to trust, for an address with https [env: MOCKORG_CA_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) ca_file: Option<std::path::PathBuf>,
    /// Print the answer as it came
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: CtlCommand,
}

/// What to do. JSON can be given as it is, as @FILE, or as - for standard input.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum CtlCommand {
    /// Whether the org serves, and which one it is
    Health,
    /// Put the org back to its beginning
    Reset {
        /// The time at which it stands, now and after later resets
        #[arg(long, value_name = "TIMESTAMP")]
        clock: Option<String>,
        /// How long asynchronous operations take from now on
        #[arg(long, value_name = "SPAN", value_parser = parse_span)]
        async_delay: Option<Span>,
    },
    /// Read or move the org's time
    Clock {
        #[command(subcommand)]
        command: Option<ClockCommand>,
    },
    /// What the org has published
    Events {
        #[command(subcommand)]
        command: Option<EventsCommand>,
    },
    /// Publish an event, of the platform's own ones, too
    Publish {
        /// Its name, such as AssetRenewInitiatedEvent
        event: String,
        /// Values of its fields
        #[arg(value_name = "JSON")]
        payload: Option<String>,
    },
    /// Have the next changes of an object told by gap events
    Gaps {
        /// The object
        object: String,
        /// How many changes
        #[arg(default_value_t = 1)]
        changes: u32,
    },
    /// Let an automation or a webhook run again that has failed too often
    Resume {
        /// Its name
        name: String,
        /// Leave out what was published meanwhile
        #[arg(long)]
        from_tip: bool,
    },
    /// The clients of the Streaming API
    Streaming,
    /// What goes wrong on purpose
    Faults {
        #[command(subcommand)]
        command: Option<FaultsCommand>,
    },
    /// States of the org that were kept
    Snapshots {
        #[command(subcommand)]
        command: Option<SnapshotsCommand>,
    },
    /// Other orgs in the same process
    Branches {
        #[command(subcommand)]
        command: Option<BranchesCommand>,
    },
    /// The calls of clients, and the events of the org
    Journal {
        /// Forget them
        #[arg(long, conflicts_with_all = ["har", "filter"])]
        clear: bool,
        /// The calls as an HTTP Archive
        #[arg(long)]
        har: bool,
        /// A filter of GET /__mockorg/journal, such as status=404
        #[arg(long = "where", value_name = "NAME=VALUE", value_parser = parse_pair)]
        filter: Vec<(String, String)>,
    },
    /// Hold the journal against what should have been called; ends with 1 when it was not
    Verify {
        /// What is expected
        #[arg(value_name = "JSON")]
        expected: String,
    },
    /// Asynchronous jobs
    Jobs {
        #[command(subcommand)]
        command: Option<JobsCommand>,
    },
    /// Failures that are injected into jobs
    Failures {
        #[command(subcommand)]
        command: Option<ListCommand>,
    },
    /// Answers that stand in front of the org
    Stubs {
        #[command(subcommand)]
        command: Option<ListCommand>,
    },
    /// Addresses to which events are posted
    Webhooks {
        #[command(subcommand)]
        command: Option<ListCommand>,
    },
    /// What was asked for and is not modelled
    Coverage,
    /// The org as an org file, and what an org file cannot say of it
    Export,
    /// Begin the org anew with another org file, now and at each reset
    Import {
        /// The org file
        file: std::path::PathBuf,
    },
    /// The control surface itself, as a document of OpenAPI 3.1
    Openapi,
    /// Any call of the control surface
    Call {
        /// GET, POST, PUT, PATCH or DELETE
        #[arg(value_parser = parse_method)]
        method: String,
        /// The path, with or without /__mockorg before it
        path: String,
        /// The body
        #[arg(value_name = "JSON")]
        body: Option<String>,
    },
}

impl CtlCommand {
    /// Whether the answer is a file for other programs, and is printed as it came.
    pub(super) const fn is_file(&self) -> bool {
        matches!(self, Self::Export | Self::Openapi | Self::Journal { har: true, .. })
    }
}

/// What to do with the time.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ClockCommand {
    /// Move the time forward; says what happened on the way
    Advance {
        /// How far, such as 90s, 1h30m, 3d or PT1H
        #[arg(value_parser = parse_span)]
        span: Span,
    },
    /// Stop the clock at a time that has not passed; says what happened on the way
    Set {
        /// Such as 2026-07-01T00:00:00Z
        at: String,
    },
    /// Stop the clock
    Freeze,
    /// Have the time pass as this machine's does
    Follow,
}

/// What to do with events.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum EventsCommand {
    /// List them
    List {
        /// Those on a channel, or of a name
        #[arg(long)]
        channel: Option<String>,
        /// Those after a replay id
        #[arg(long, value_name = "REPLAY_ID")]
        after: Option<u64>,
    },
}

/// What to do with jobs.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum JobsCommand {
    /// List them
    List,
    /// Make one appear that mockorg does not run itself
    Add {
        /// Such as {"jobType":"PlaceQuote","hold":true}
        #[arg(value_name = "JSON")]
        job: String,
    },
    /// Let a held one go on
    Step {
        /// The id of a tracker, or the request identifier
        id: String,
        /// InProgress, Completed, CompletedWithFailures or Failure
        status: String,
    },
}

/// What to do with faults.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum FaultsCommand {
    /// List the plans, and how often each has struck
    List,
    /// List the faults that have names
    Catalogue,
    /// Add a plan
    Add {
        /// A name of the catalogue, or a plan such as {"use":"row-lock","timing":{"times":1}}
        #[arg(value_name = "NAME|JSON")]
        plan: String,
    },
    /// End a plan, or all
    End {
        /// Its name; without one, all end
        name: Option<String>,
    },
}

/// What to do with snapshots.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum SnapshotsCommand {
    /// List them
    List,
    /// Keep the org as it is now
    Take {
        /// Under which name
        name: String,
    },
    /// Put the org back
    Restore {
        /// To which snapshot
        name: String,
    },
    /// Give a snapshot up
    Drop {
        /// Which one
        name: String,
    },
}

/// What to do with branches.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum BranchesCommand {
    /// List them
    List,
    /// Make one
    Add {
        /// Its name
        name: String,
        /// The snapshot that it begins with; without one, the org as it is now
        #[arg(long, value_name = "SNAPSHOT")]
        from: Option<String>,
        /// A port of its own; 0 for any that is free
        #[arg(long)]
        port: Option<u16>,
    },
    /// End one
    End {
        /// Its name
        name: String,
    },
}

/// What to do with things that are listed, added and ended.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ListCommand {
    /// List them
    List,
    /// Add one
    Add {
        /// What it is
        #[arg(value_name = "JSON")]
        what: String,
    },
    /// End one, or all
    End {
        /// Its name; without one, all end
        name: Option<String>,
    },
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "give a name and a value, such as status=404".to_owned())
}

fn parse_method(text: &str) -> Result<String, String> {
    let method = text.to_ascii_uppercase();
    match &*method {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => Ok(method),
        _ => Err("give GET, POST, PUT, PATCH or DELETE".to_owned()),
    }
}
