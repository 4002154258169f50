//! Why a login failed, and what to do about it.

use thiserror::Error;

use crate::http::HttpError;

/// Why there is no session. No variant holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// Nobody answers.
    #[error("no answer from {url}: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The chain of causes.
        reason: HttpError,
    },
    /// The org refused the login.
    #[error("the login at {url} was refused: {error}: {description}\n  {}", advice(error, description))]
    Refused {
        /// The token endpoint.
        url: String,
        /// The OAuth error, such as `invalid_grant`.
        error: String,
        /// The org's own words.
        description: String,
    },
    /// The answer is not what an org says.
    #[error("{url} does not answer as an org does: {problem}")]
    Unexpected {
        /// What was asked for.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The access token does not hold, or no longer.
    #[error(
        "the access token for {instance_url} is not valid there, or has expired; take a new one, or give a way \
         to get one (client id with secret, key or refresh token)"
    )]
    Expired {
        /// The org.
        instance_url: String,
    },
    /// The login leads into another org than that of the other users.
    #[error("this login leads to {instance_url}, the others to {others}; all users must belong to one org")]
    Elsewhere {
        /// Where it leads.
        instance_url: String,
        /// The org of the others.
        others: String,
    },
    /// The private key is of no use; the text says why and what to do.
    #[error("{0}")]
    Key(String),
    /// The files of the Salesforce CLI do not lead to the org; the text says why and what to do.
    #[error("{0}")]
    SfCli(String),
}

/// What to do about an OAuth error.
fn advice(error: &str, description: &str) -> &'static str {
    const ADVICE: &[(&str, &str, &str)] = &[
        ("invalid_client_id", "", "check the client id, and that the app exists in this org"),
        ("invalid_client", "", "check the client secret"),
        ("app_not_found", "", "use the org's own address (My Domain) as login address and audience"),
        ("", "expired access/refresh token", "log in again and take the new refresh token"),
        ("", "approved this consumer", "let an administrator pre-authorise the user for the app"),
        (
            "",
            "audience",
            "the audience is https://login.salesforce.com for production, https://test.salesforce.com for \
             sandboxes, or the org's own address",
        ),
        (
            "",
            "assertion",
            "check the client id and the clock of this machine, and that the app has the certificate of the key",
        ),
        ("", "not supported on this domain", "use the org's own address (My Domain) as login address"),
        ("", "no client credentials user", "name the user to run as in the settings of the app"),
        (
            "",
            "authentication failure",
            "check username and password (the security token follows the password where the org wants one), \
             and that the app permits this flow",
        ),
        ("unsupported_grant_type", "", "the address is no login address, or the org lacks this flow"),
    ];
    let rule = ADVICE.iter().find(|(code, words, _)| {
        (code.is_empty() || *code == error) && (words.is_empty() || description.contains(words))
    });
    rule.map_or("check the credentials and the login address", |(_, _, advice)| advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_of_the_platform_comes_with_what_to_do() {
        for (error, description, words) in [
            ("invalid_client", "invalid client credentials", "client secret"),
            ("invalid_client_id", "client identifier invalid", "client id"),
            ("invalid_grant", "expired access/refresh token", "log in again"),
            ("invalid_grant", "user hasn't approved this consumer", "pre-authorise"),
            ("invalid_grant", "audience is invalid", "test.salesforce.com"),
            ("invalid_grant", "invalid assertion", "certificate"),
            ("invalid_grant", "authentication failure", "security token"),
            ("server_error", "", "check the credentials"),
        ] {
            assert!(advice(error, description).contains(words), "{error} {description}");
        }
    }
}
