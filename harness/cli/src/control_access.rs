//! `--control`: who may use the control surface of an org.

use mockorg::ControlAccess;

use crate::{args::parse_token, way_in::environment};

/// What was said about the control surface.
#[derive(Clone, Debug)]
pub(crate) enum ControlChoice {
    /// Everybody who reaches the port may use it.
    Open,
    /// Nobody may.
    Off,
    /// Who has the token may; without one, that of the environment, or a new one.
    Token(Option<String>),
}

impl ControlChoice {
    /// What it means.
    pub(crate) fn access(&self) -> ControlAccess {
        match self {
            Self::Open => ControlAccess::Open,
            Self::Off => ControlAccess::Off,
            Self::Token(token) => match token.clone().or_else(|| environment("CONTROL_TOKEN")) {
                Some(token) => ControlAccess::Token(token.into()),
                None => ControlAccess::new_token(),
            },
        }
    }
}

/// Reads `open`, `off`, `token` or `token=TOKEN`.
pub(crate) fn parse_control(text: &str) -> Result<ControlChoice, String> {
    match text.split_once('=') {
        None if text == "open" => Ok(ControlChoice::Open),
        None if text == "off" => Ok(ControlChoice::Off),
        None if text == "token" => Ok(ControlChoice::Token(None)),
        Some(("token", token)) => parse_token(token).map(|token| ControlChoice::Token(Some(token))),
        _ => Err("give open, off, token, or token=TOKEN".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_can_be_given_or_made() {
        let access = |text| parse_control(text).map(|choice| choice.access());
        assert_eq!(access("open"), Ok(ControlAccess::Open));
        assert_eq!(access("off"), Ok(ControlAccess::Off));
        assert_eq!(access("token=abc"), Ok(ControlAccess::Token("abc".into())));
        assert!(access("token").is_ok_and(|access| access.token().is_some()));
        for text in ["", "closed", "token=", "token=two words", "open=1"] {
            assert!(parse_control(text).is_err(), "{text}");
        }
    }
}
