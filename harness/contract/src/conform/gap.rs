//! Cases of known gaps: what an org does and the mock is known not to do.

use super::{judge::Judgement, result::CaseVerdict};
use crate::{
    gaps::Gap,
    runner::{Outcome, Verdict},
};

/// Sets a judgement right for the case of a known gap, and says whether the gap is as its entry states.
///
/// The mock must fail the case just as stated, be it the reference or the target; where it does otherwise the entry
/// is wrong, and that counts against the run. An org that fails as the mock does agrees with it.
pub(crate) fn judge_gap(
    gap: &Gap,
    target: &Outcome,
    target_is_mock: bool,
    reference: Option<&Outcome>,
    judgement: &mut Judgement,
) -> bool {
    if gap.fails.is_none() || matches!(target.verdict, Verdict::Skipped(_)) {
        return true;
    }
    let mocks = reference.into_iter().chain(target_is_mock.then_some(target));
    let ran = mocks.filter(|outcome| !matches!(outcome.verdict, Verdict::Skipped(_)));
    for outcome in ran {
        if let Err(problem) = gap.judge(outcome) {
            judgement.verdict = Some(CaseVerdict::Differs);
            judgement.note = problem.lines().next().map(str::to_owned);
            return false;
        }
    }
    if gap.judge(target).is_ok() {
        let note = "the org does what the gap says of the mock, which may be no gap at all";
        let note = (!target_is_mock).then(|| note.to_owned());
        *judgement = Judgement { verdict: Some(CaseVerdict::Match), note, ..Judgement::default() };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check::Difference, gaps::Gaps, version::ApiVersion};

    fn gap() -> Gap {
        let entry = r#"{"id":"a","area":"x","choice":"c","reason":"r","certainty":"not modelled",
            "source":"https://example.com","fails":{"place":"status","got":"501"}}"#;
        Gaps::parse(&format!(r#"{{"$comment":"…","gaps":[{entry}]}}"#)).unwrap().gaps.remove(0)
    }

    fn outcome(status: Option<&str>) -> Outcome {
        let difference = |got: &str| Difference::new("step 1", "status", "200", got.to_owned());
        let verdict = status.map_or(Verdict::Match, |got| Verdict::Differs(vec![difference(got)]));
        Outcome {
            case: "gaps/a".to_owned(),
            title: "t".to_owned(),
            version: ApiVersion(62),
            verdict,
            exchanges: Vec::new(),
            failed: None,
        }
    }

    fn judged(
        target: Option<&str>,
        mock: bool,
        reference: Option<&str>,
    ) -> (bool, Option<CaseVerdict>, bool) {
        let (target, reference) = (outcome(target), outcome(reference));
        let mut judgement =
            super::super::judge::judge(&target, Some(&reference), &crate::diff::Rules::default());
        let known = judge_gap(&gap(), &target, mock, Some(&reference), &mut judgement);
        (known, judgement.verdict, judgement.note.is_some())
    }

    #[test]
    fn a_gap_is_known_while_the_mock_fails_as_stated_and_a_fault_once_it_does_otherwise() {
        const FAILS: Option<&str> = Some("501");
        assert_eq!(judged(None, false, FAILS), (true, Some(CaseVerdict::OrgOnly), false));
        assert_eq!(judged(FAILS, false, FAILS), (true, Some(CaseVerdict::Match), true));
        assert_eq!(judged(FAILS, true, FAILS), (true, Some(CaseVerdict::Match), false));
        assert_eq!(judged(None, false, None), (false, Some(CaseVerdict::Differs), true));
        assert_eq!(judged(Some("500"), true, FAILS), (false, Some(CaseVerdict::Differs), true));
        assert_eq!(judged(None, true, FAILS), (false, Some(CaseVerdict::Differs), true));
        assert!(judged(Some("404"), false, FAILS).0);
    }
}
