//! `mockorg import describe`: an org's own objects become definitions for the mock.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use mockorg_contract::{
    ApiVersion, Client, Schemas,
    endpoints::EndpointIndex,
    import::{self, Answers, Import, Manifest, Plan, Row, Selection, Standard},
    meter::{Limits, Meter},
};
use serde_json::Value;
use tokio::runtime;

use crate::{
    connect::{ConnectArguments, Connected, wants_a_login},
    output,
};

/// So many rows of the report are shown; the file has all.
const SHOWN: usize = 10;
/// How often a call is sent again that the org put off.
const TRIES: u32 = 3;
/// The schemas without which there is no client.
const UNHELD: [&str; 2] = ["error-array", "oauth-error"];

/// What to import.
#[derive(Clone, Debug, Args)]
pub(crate) struct ImportArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Turn describe answers, of an org or saved, into definitions that `serve --schema` takes
    Describe(Box<DescribeArguments>),
}

/// Where describes come from, and where definitions go.
#[derive(Clone, Debug, Args)]
struct DescribeArguments {
    /// A folder with saved describe answers, or the org: its address, or its alias in the Salesforce CLI
    #[arg(long, value_name = "ORG|DIR", conflicts_with = "target")]
    from: Option<String>,
    /// The folder for the definitions; the report and the manifest go into its folder `import`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only these objects
    #[arg(long, value_name = "A,B,C__c", value_delimiter = ',')]
    objects: Vec<String>,
    /// Only the org's own objects
    #[arg(long)]
    custom_only: bool,
    /// Leave out fields that mockorg knows and the org does not show; the built-in org may then not load
    #[arg(long)]
    exact: bool,
    /// The day of the import, for the manifest
    #[arg(long, value_name = "DATE", default_value = "")]
    date: String,
    #[command(flatten)]
    calls: CallArguments,
    #[command(flatten)]
    connect: ConnectArguments,
}

/// How an org may be asked.
#[derive(Clone, Debug, Args)]
pub(crate) struct CallArguments {
    /// Refuse to make more API calls than this; one per object, and a few to connect
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    max_calls: usize,
    /// The API version to ask in; without it the newest that org and mock both know
    #[arg(long = "api-version", value_name = "VERSION", value_parser = parse_version)]
    version: Option<ApiVersion>,
}

/// Imports, saves, and says what became of it.
pub(crate) fn import(arguments: &ImportArguments) -> Result<ExitCode, String> {
    let What::Describe(arguments) = &arguments.what;
    let selection = Selection {
        objects: arguments.objects.clone(),
        custom_only: arguments.custom_only,
        exact: arguments.exact,
    };
    let folder = arguments.from.as_ref().map(PathBuf::from).filter(|folder| folder.is_dir());
    let (answers, rows) = match folder {
        Some(folder) => {
            let mut answers = import::read_answers(&folder).map_err(|error| error.to_string())?;
            let rows = answers.select(&selection);
            (answers, rows)
        }
        None => {
            if let Some(from) = arguments.from.as_ref().filter(|from| is_path(from)) {
                return Err(format!("there is no folder {from}; give a folder with describes, or an org"));
            }
            let connect = arguments.connect.to(arguments.from.as_deref());
            ask(&connect, &arguments.calls, arguments.calls.version, &selection)?
        }
    };
    let import = made(&answers, rows, selection.exact)?;
    if import.definitions.is_empty() && !import.refused.is_empty() {
        return Err(refused(&import));
    }
    let manifest =
        Manifest { version: import.version, date: arguments.date.clone(), selection, entries: Vec::new() };
    let report = import::save(&import, manifest, &arguments.out).map_err(|error| error.to_string())?;
    for row in import.rows.iter().take(SHOWN) {
        output::say(&format!("  {row}"));
    }
    if import.rows.len() > SHOWN {
        output::say(&format!("  … and {} more", import.rows.len() - SHOWN));
    }
    let fields: usize = import.definitions.iter().map(|definition| definition.fields).sum();
    output::say(&format!(
        "{} objects with {fields} fields in {}; {} remarks in {}\nserve them: mockorg serve --schema {}",
        import.definitions.len(),
        arguments.out.display(),
        import.rows.len(),
        report.display(),
        arguments.out.display()
    ));
    if import.refused.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(refused(&import))
}

/// Whether a text can only be meant as the path of a folder.
fn is_path(text: &str) -> bool {
    !text.contains("://") && text.contains(['/', '\\'])
}

/// Which answers are of no use.
pub(crate) fn refused(import: &Import) -> String {
    let lines: String = import.refused.iter().map(|error| format!("\n  {error}")).collect();
    format!("{} answers could not be used:{lines}", import.refused.len())
}

/// Turns answers into definitions, with what mockorg knows by itself.
pub(crate) fn made(answers: &Answers, mut rows: Vec<Row>, exact: bool) -> Result<Import, String> {
    let standard =
        Standard::of(mockorg::definitions().iter().copied()).map_err(|error| error.to_string())?.exact(exact);
    let mut import = import::import(answers, &standard);
    import.rows.append(&mut rows);
    import.rows.sort();
    import.rows.dedup();
    Ok(import)
}

/// Asks an org for the describes of the selected objects; says beforehand how many calls that takes.
pub(crate) fn ask(
    connect: &ConnectArguments,
    calls: &CallArguments,
    version: Option<ApiVersion>,
    selection: &Selection,
) -> Result<(Answers, Vec<Row>), String> {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let Connected { target, newest, .. } = connect.connect().await?;
        // A mock lets in those who have none.
        if !target.credentials.contains_key("admin") {
            return Err(wants_a_login(&target.base_url));
        }
        let known = ApiVersion(mockorg::ApiVersion::NEWEST.number().into());
        let version = version.unwrap_or_else(|| newest.min(known));
        // Describes are read as they come; what answers promise is the concern of the cases.
        let anything = UNHELD.map(|name| (name.to_owned(), Value::Bool(true))).into();
        let client = Schemas::compile(&anything, EndpointIndex { endpoints: Vec::new() })
            .map_err(|error| error.to_string())
            .and_then(|schemas| Client::new(target, schemas).map_err(|error| error.to_string()))?;
        let limits =
            Limits { max_calls: u64::try_from(calls.max_calls).ok(), retries: TRIES, ..Limits::default() };
        let client = client.metered(Arc::new(Meter::new(limits)));
        let plan = Plan::make(&client, version, selection).await.map_err(|error| error.to_string())?;
        let needed = plan.names.len();
        // The list of all objects was the first call.
        let left = calls.max_calls.saturating_sub(1);
        if needed > left {
            return Err(format!(
                "{needed} objects take {needed} more calls, and --max-calls leaves {left}; name objects with \
                 --objects, take --custom-only, or allow more"
            ));
        }
        output::note(&format!("asking for {needed} objects in version {version}, one call each"));
        let answers = plan.fetch(&client, left, |_| ()).await;
        answers.map_err(|error| error.to_string())
    })
}

impl CallArguments {
    /// The version that was asked for.
    pub(crate) const fn version(&self) -> Option<ApiVersion> {
        self.version
    }
}

fn parse_version(text: &str) -> Result<ApiVersion, String> {
    ApiVersion::parse(text).ok_or_else(|| "give a version such as 62.0".to_owned())
}
