//! Where reports go, and in which form.

use std::{fs, path::PathBuf, str::FromStr};

use clap::ValueEnum;
use mockorg_contract::report::{Report, html, junit, markdown, terminal};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text: what is no match, and the counts
    Terminal,
    /// JUnit XML
    Junit,
    /// One HTML file that needs nothing else
    Html,
    /// Markdown
    Markdown,
    /// JSON by schemas/conform-report.schema.json
    Json,
}

/// A report in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    format: Format,
    file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(|| {
            "give a form and a file, such as junit=report.xml; forms are terminal, junit, html, markdown and json"
                .to_owned()
        })?;
        Ok(Self { format: Format::from_str(format, true)?, file: file.into() })
    }
}

impl Format {
    /// The report in this form.
    pub(crate) fn text(self, report: &Report) -> Result<String, String> {
        match self {
            Self::Terminal => Ok(terminal::text(report)),
            Self::Junit => junit::text(report),
            Self::Html => html::text(report),
            Self::Markdown => Ok(markdown::text(report)),
            Self::Json => report.to_json().map_err(|error| error.to_string()),
        }
    }
}

impl Output {
    /// Writes the report.
    pub(crate) fn write(&self, report: &Report) -> Result<(), String> {
        let text = self.format.text(report)?;
        fs::write(&self.file, text)
            .map_err(|error| format!("cannot write the report {}: {error}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_needs_a_known_form_and_a_file() {
        assert_eq!("junit=a=b.xml".parse(), Ok(Output { format: Format::Junit, file: "a=b.xml".into() }));
        for text in ["junit", "junit=", "pdf=x.pdf", ""] {
            assert!(text.parse::<Output>().is_err(), "{text}");
        }
    }
}
