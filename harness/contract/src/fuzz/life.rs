//! One life: steps performed on an org and on the model, with everything compared after each.

use crate::{
    answer::Exchange,
    fuzz::{
        check,
        org::FuzzedOrg,
        perform,
        wire::{Budget, Stop},
        world::World,
    },
    model::step::{Step, Via},
};

/// How a life went.
#[derive(Debug)]
pub(crate) struct Life {
    /// How many steps were performed; steps that found nothing to work on are not counted.
    pub(crate) performed: u64,
    /// The place of the last step that was begun.
    pub(crate) reached: usize,
    /// Why it ended early.
    pub(crate) stop: Option<Stop>,
    /// The records that could not be removed.
    pub(crate) left: Vec<String>,
    /// The exchanges, when they are kept.
    pub(crate) exchanges: Vec<Exchange>,
}

/// Whether a step can be taken in an org whose time cannot be moved: it must neither wait, nor change what
/// the life has not made, nor begin what no answer names, nor state the org's currency.
pub(crate) fn is_harmless(step: &Step) -> bool {
    match step {
        Step::Sell { via, .. } | Step::AssetizeAgain { via, .. } => *via != Via::Activation,
        Step::Order { .. }
        | Step::Request { .. }
        | Step::ChangeAlone { .. }
        | Step::CancelAlone { .. }
        | Step::Terms { .. }
        | Step::DeleteOrder(_) => true,
        Step::SellBundle { .. }
        | Step::Generate { .. }
        | Step::Reprice { .. }
        | Step::Seconds(_)
        | Step::Days(_)
        | Step::Permit { .. }
        | Step::Grant(_)
        | Step::DeleteTracker { .. }
        | Step::Fail { .. } => false,
    }
}

/// Lives a life from its beginning to its end.
pub(crate) async fn live(org: &FuzzedOrg, steps: &[Step], budget: &Budget, keeps: bool) -> Life {
    let mut life = Life { performed: 0, reached: 0, stop: None, left: Vec::new(), exchanges: Vec::new() };
    let mut world = match org.begin(steps, budget, keeps).await {
        Ok(world) => world,
        Err((stop, left)) => return Life { stop: Some(stop), left, ..life },
    };
    for (place, step) in steps.iter().enumerate() {
        life.reached = place;
        match one(&mut world, step).await {
            Ok(done) => life.performed += u64::from(done),
            Err(stop) => {
                life.stop = Some(stop);
                break;
            }
        }
    }
    if life.stop.is_none() {
        life.stop = last(&mut world).await.err();
    }
    life.exchanges = world.wire.kept.take().unwrap_or_default();
    life.left = org.end(world).await;
    life
}

async fn one(world: &mut World<'_>, step: &Step) -> Result<bool, Stop> {
    let done = perform::perform(world, step).await?;
    if done {
        check::everything(world).await?;
    }
    Ok(done)
}

/// Whatever was begun comes to its end.
async fn last(world: &mut World<'_>) -> Result<(), Stop> {
    if world.model.next_due().is_none() {
        return Ok(());
    }
    world.move_to(world.model.now + world.facts.delay.unwrap_or_default()).await?;
    check::everything(world).await
}
