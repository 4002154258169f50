//! Making a life that went wrong as short and as plain as it can be, within a budget.

use proptest::{
    strategy::{Just, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    fuzz::{
        deviation::Deviation,
        life::{Life, live},
        org::FuzzedOrg,
        wire::{Budget, Stop},
    },
    model::{step::Step, strategy::step},
};

/// A step that can become plainer.
type Tree = Box<dyn ValueTree<Value = Step>>;

/// A life as it was drawn.
pub(super) struct Drawn(Vec<Tree>);

impl Drawn {
    /// Draws a life of up to so many steps. `None` when the strategy gives nothing, which it never does.
    pub(super) fn new(seed: u64, longest: usize) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let length = (1..longest.max(2)).new_tree(&mut runner).ok()?.current();
        let strategy = step();
        let tree = |_| strategy.new_tree(&mut runner).ok().map(|tree| Box::new(tree) as Tree);
        (0..length).map(tree).collect::<Option<_>>().map(Self)
    }

    /// A life that was written down; its steps stay as they are.
    pub(super) fn written(steps: &[Step]) -> Self {
        let mut runner = TestRunner::deterministic();
        let tree =
            |step: &Step| Just(step.clone()).new_tree(&mut runner).ok().map(|tree| Box::new(tree) as Tree);
        Self(steps.iter().filter_map(tree).collect())
    }

    /// Leaves out the steps that are not wanted.
    pub(super) fn only(mut self, wanted: impl Fn(&Step) -> bool) -> Self {
        self.0.retain(|tree| wanted(&tree.current()));
        self
    }

    /// The steps.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.0.iter().map(|tree| tree.current()).collect()
    }
}

/// The fewest steps that still end in a disagreement.
pub(super) struct Shrunk {
    /// How many steps there were.
    pub(super) drawn: usize,
    pub(super) steps: Vec<Step>,
    /// The life of these steps, with its exchanges.
    pub(super) life: Life,
    pub(super) deviations: Vec<Deviation>,
}

/// Leaves out steps, the most at once first; then makes those that are left plainer. The budgets are for trying, and for
/// living once more what is left.
pub(super) async fn shrink(
    org: &FuzzedOrg,
    drawn: Drawn,
    (first, reached): (Vec<Deviation>, usize),
    [budget, telling]: [&Budget; 2],
) -> Shrunk {
    let length = drawn.0.len();
    let mut best = drawn.steps();
    let mut trees = drawn.0;
    // What comes after the disagreement has no part in it.
    best.truncate(reached + 1);
    trees.truncate(reached + 1);
    let mut size = best.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < best.len() && budget.spent().is_none() {
            let end = best.len().min(at + size);
            let tried = [&best[..at], &best[end..]].concat();
            match fails(org, &tried, budget).await {
                Some(reached) => {
                    best = tried;
                    drop(trees.drain(at..end));
                    best.truncate(reached + 1);
                    trees.truncate(reached + 1);
                }
                None => at = end,
            }
        }
        size /= 2;
    }
    for (at, tree) in trees.iter_mut().enumerate() {
        let mut goes_on = tree.simplify();
        while goes_on && budget.spent().is_none() {
            let mut tried = best.clone();
            tried[at] = tree.current();
            let failed = fails(org, &tried, budget).await.is_some();
            if failed {
                best = tried;
            }
            goes_on = if failed { tree.simplify() } else { tree.complicate() };
        }
    }
    // Once more, with everything written down.
    let mut life = live(org, &best, telling, true).await;
    let deviations = match life.stop.take() {
        Some(Stop::Deviates(deviations)) => deviations,
        _ => first,
    };
    Shrunk { drawn: length, steps: best, life, deviations }
}

/// The place of the last step before the disagreement, if there still is one.
async fn fails(org: &FuzzedOrg, steps: &[Step], budget: &Budget) -> Option<usize> {
    let life = live(org, steps, budget, false).await;
    matches!(life.stop, Some(Stop::Deviates(_))).then_some(life.reached)
}
