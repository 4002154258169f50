//! What the fuzzer found: the fewest steps after which an org and the model disagree.

use std::fmt;

use crate::{
    answer::Exchange,
    fuzz::{deviation::Deviation, regression::Regression},
    json::Json,
    model::step::Step,
    scribe::{self, About},
};

/// Where a life came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was drawn with this seed.
    Seed(u64),
    /// It is a regression of this name.
    Regression(String),
}

/// A disagreement, with all that is needed to see it again.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where the life came from.
    pub origin: Origin,
    /// How many steps it had at first.
    pub drawn: usize,
    /// The steps that are left after shrinking.
    pub steps: Vec<Step>,
    /// What the org did otherwise after the last of them.
    pub deviations: Vec<Deviation>,
    /// Everything that was sent and answered, as it was.
    pub exchanges: Vec<Exchange>,
    /// The address of the org.
    pub base_url: String,
}

impl Finding {
    /// A case file that expects of each answer what the model says: an honest org matches it, the one in which
    /// it was found differs.
    pub fn case_file(&self) -> Json {
        let mut exchanges = self.exchanges.clone();
        for deviation in &self.deviations {
            if let Some(exchange) = exchanges.get_mut(deviation.exchange) {
                deviation.correct(exchange);
            }
        }
        // What is wrong without a value of its own has nothing to be expected.
        exchanges.truncate(
            self.deviations.iter().map(|deviation| deviation.exchange + 1).max().unwrap_or(usize::MAX),
        );
        let steps: Vec<String> = self.steps.iter().map(ToString::to_string).collect();
        let title = format!("Found by fuzzing: {}", steps.join("; "));
        scribe::case_file(&exchanges, &About::observed(title).at(&self.base_url))
    }

    /// The requests as curl lines.
    pub fn script(&self) -> String {
        scribe::script(&self.exchanges)
    }

    /// The steps as a file for the folder of regressions.
    pub fn regression(&self) -> String {
        let title = self.deviations.first().map_or_else(String::new, ToString::to_string);
        let regression = Regression { name: self.name(), title, seed: None, steps: self.steps.clone() };
        // Steps are plain data, which can always be written.
        serde_json::to_string_pretty(&regression).map(|text| text + "\n").unwrap_or_default()
    }

    /// The line that finds it again.
    pub fn repeat(&self) -> String {
        match &self.origin {
            Origin::Seed(seed) => format!("seed {seed}: mockorg fuzz --seed {seed} --lives 1"),
            Origin::Regression(name) => format!("regression {name}: mockorg fuzz --lives 0"),
        }
    }

    /// A name for files.
    pub fn name(&self) -> String {
        match &self.origin {
            Origin::Seed(seed) => format!("seed-{seed}"),
            Origin::Regression(name) => format!("regression-{name}"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the org and the model disagree after {} of {} steps:", self.steps.len(), self.drawn)?;
        for (place, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {}. {step}", place + 1)?;
        }
        for deviation in &self.deviations {
            let label = self.exchanges.get(deviation.exchange).map_or("", |exchange| exchange.label.as_str());
            writeln!(f, "  {label}: {deviation}")?;
        }
        write!(f, "  {}", self.repeat())
    }
}
