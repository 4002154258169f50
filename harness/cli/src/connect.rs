//! Which org a command talks to, and as whom.

use clap::Args;
use mockorg_contract::Target;

use crate::args::parse_token;

/// The org and its credentials.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConnectArguments {
    /// The address of the org: scheme, host and port
    #[arg(long, value_name = "URL")]
    pub(crate) target: String,
    /// An access token of an administrator
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    pub(crate) token: Option<String>,
    /// An access token of a user who may not create assets
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    pub(crate) restricted_token: Option<String>,
    /// A value that cases ask for by name, such as username=admin@example.com
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_variable)]
    pub(crate) variables: Vec<(String, String)>,
}

impl ConnectArguments {
    /// The org as the harness sees it.
    pub(crate) fn connect(&self) -> Target {
        let mut target = Target::new(&self.target);
        for (name, token) in [("admin", &self.token), ("restricted", &self.restricted_token)] {
            if let Some(token) = token {
                target = target.credential(name, token);
            }
        }
        self.variables.iter().fold(target, |target, (name, value)| target.variable(name, value))
    }
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("give NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
