//! The verdict: what the target did, beside what the reference did.

use super::result::{Against, CaseVerdict, Finding, Subject};
use crate::{
    answer::Exchange,
    check::Difference,
    diff::{Rules, differences},
    redact::Redactor,
    runner::{Outcome, Verdict},
};

/// A verdict with what it rests on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judgement {
    pub(crate) verdict: Option<CaseVerdict>,
    pub(crate) differences: Vec<Finding>,
    pub(crate) excused: Vec<Finding>,
    pub(crate) note: Option<String>,
}

/// Judges what a target did with a case.
pub(crate) fn judge(target: &Outcome, reference: Option<&Outcome>, rules: &Rules) -> Judgement {
    let mut judgement = Judgement::default();
    let broken = match &target.verdict {
        Verdict::Match => &[][..],
        Verdict::Differs(differences) => differences.as_slice(),
        Verdict::Skipped(reason) => {
            judgement.verdict = Some(CaseVerdict::Skipped);
            judgement.note = Some(reason.clone());
            return judgement;
        }
    };
    judgement.differences = broken.iter().map(|difference| found(Subject::Target, difference)).collect();
    let alone = if broken.is_empty() { CaseVerdict::Match } else { CaseVerdict::Differs };
    let verdict = match reference.map(|reference| (&reference.verdict, reference)) {
        None => alone,
        Some((Verdict::Skipped(reason), _)) => {
            judgement.note = Some(format!("not compared, the reference did not run it: {reason}"));
            alone
        }
        Some((Verdict::Match, _)) if !broken.is_empty() => CaseVerdict::MockOnly,
        Some((Verdict::Match, reference)) => {
            compare(target, reference, rules, &mut judgement);
            if judgement.differences.is_empty() { CaseVerdict::Match } else { CaseVerdict::Differs }
        }
        Some((Verdict::Differs(wrong), _)) if broken.is_empty() => {
            judgement.differences = wrong.iter().map(|wrong| found(Subject::Reference, wrong)).collect();
            CaseVerdict::OrgOnly
        }
        Some((Verdict::Differs(_), reference)) => {
            compare(target, reference, rules, &mut judgement);
            judgement.note = Some("the reference breaks the case, too".to_owned());
            CaseVerdict::Differs
        }
    };
    judgement.verdict = Some(verdict);
    judgement
}

fn found(subject: Subject, difference: &Difference) -> Finding {
    Finding {
        subject,
        against: Against::Case,
        step: difference.step.clone(),
        path: difference.place.clone(),
        expected: difference.expected.clone(),
        got: difference.got.clone(),
        rule: None,
    }
}

/// Holds the target's answers against the reference's, step by step. Of a step that was repeated, the last answer
/// counts; what a case cleans up with is not compared.
fn compare(target: &Outcome, reference: &Outcome, rules: &Rules, judgement: &mut Judgement) {
    let (mut ours, mut theirs) = (Redactor::new(), Redactor::new());
    for exchange in settled(&target.exchanges) {
        let Some(other) =
            settled(&reference.exchanges).into_iter().find(|other| other.label == exchange.label)
        else {
            continue;
        };
        for deviation in differences(&theirs.exchange(other), &ours.exchange(exchange), rules) {
            let excused = deviation.rule.is_some();
            let finding = Finding {
                subject: Subject::Target,
                against: Against::Reference,
                step: exchange.label.clone(),
                path: deviation.path,
                expected: deviation.reference,
                got: deviation.target,
                rule: deviation.rule.or(Some(deviation.would_excuse.id)),
            };
            let list = if excused { &mut judgement.excused } else { &mut judgement.differences };
            list.push(finding);
        }
    }
}

/// The last exchange of each step, in the order of the steps.
fn settled(exchanges: &[Exchange]) -> Vec<&Exchange> {
    let steps: Vec<_> = exchanges.iter().filter(|exchange| exchange.label.starts_with("step ")).collect();
    let is_last = |index: usize| steps.get(index + 1).is_none_or(|next| next.label != steps[index].label);
    steps.iter().enumerate().filter(|(index, _)| is_last(*index)).map(|(_, exchange)| *exchange).collect()
}
