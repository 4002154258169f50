//! What becomes of requests and orders in the model: which assets they change, and how.

use super::{
    asset::{Asset, Sale, Selling},
    calendar::{self, DAY, Day},
    money::{Hundredths, amount},
    step::{Operation, PRODUCTS},
};

/// All that the model knows.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The present, in seconds since 1970.
    pub now: i64,
    /// The assets, in the order in which they came to be.
    pub assets: Vec<Asset>,
    /// The orders that were activated.
    pub orders: Vec<Order>,
    /// The list prices of the products.
    pub prices: [Hundredths; PRODUCTS.len()],
    /// The requests that were accepted.
    pub jobs: Vec<Job>,
    /// The failures that were injected.
    pub faults: Vec<Fault>,
}

/// An injected failure that has not struck as often as it shall.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The place of its job type; `None` for all.
    pub job_type: Option<usize>,
    /// Whether it strikes a whole job.
    pub whole: bool,
    /// How often it will still strike.
    pub left: u32,
}

/// An order that was activated.
#[derive(Clone, Debug)]
pub struct Order {
    /// Whether a client deleted it.
    pub is_deleted: bool,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of an order that a client wrote.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it does.
    pub action: LineAction,
    /// What it sells.
    pub sale: Sale,
    /// The asset that came of it.
    pub asset: Option<usize>,
}

/// What a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineAction {
    /// A new asset; a component names the line of its root, and whether it keeps its quantity.
    Add(Option<(usize, bool)>),
    /// An asset goes on.
    Renew(usize),
    /// An asset gets more units, or fewer.
    Amend(usize),
    /// An asset ends.
    Cancel(usize),
}

/// A request that was accepted.
#[derive(Clone, Debug)]
pub struct Job {
    /// When it was accepted, in seconds since 1970.
    pub submitted: i64,
    /// When it will have run.
    pub due: i64,
    /// What it does.
    pub task: Task,
    /// What became of its items, once it has run.
    pub outcome: Option<Vec<bool>>,
}

/// What an accepted request does.
#[derive(Clone, Debug)]
pub enum Task {
    /// Assets are renewed, amended or cancelled, each for itself.
    Initiate {
        /// Which of the three.
        operation: Operation,
        /// The assets that it names.
        assets: Vec<usize>,
        /// From which day on.
        day: Day,
        /// By how much an amendment changes the quantity.
        quantity: Hundredths,
    },
    /// What an order's lines lead to: `creates` and `edits` say what the caller might do to assets.
    Assetize {
        /// The order.
        order: usize,
        /// Whether its lines were named, and not the order.
        by_line: bool,
        /// Whether the caller may create assets.
        creates: bool,
        /// Whether the caller may edit assets.
        edits: bool,
    },
}

impl Task {
    /// The place of its job type in the list of them.
    pub const fn job_type(&self) -> usize {
        match self {
            Self::Initiate { operation, .. } => *operation as usize,
            Self::Assetize { .. } => 3,
        }
    }
}

impl Model {
    /// The day of the present.
    pub const fn today(&self) -> Day {
        self.now.div_euclid(DAY)
    }

    /// When the next job will have run.
    pub fn next_due(&self) -> Option<i64> {
        self.jobs.iter().find(|job| job.outcome.is_none()).map(|job| job.due)
    }

    /// How many items a job has when it is accepted.
    pub fn items(&self, task: &Task) -> usize {
        match task {
            Task::Initiate { assets, .. } => assets.len(),
            Task::Assetize { order, .. } => self.orders[*order].lines.len(),
        }
    }

    /// Runs the jobs that are due now; gives their places.
    pub fn run(&mut self) -> Vec<usize> {
        let due: Vec<usize> = (0..self.jobs.len())
            .filter(|at| self.jobs[*at].outcome.is_none() && self.jobs[*at].due <= self.now)
            .collect();
        for at in &due {
            let task = self.jobs[*at].task.clone();
            let struck = self.struck(&task);
            let outcome = match task {
                Task::Initiate { operation, assets, day, quantity } => {
                    self.initiate(operation, (&assets, &struck), day, quantity)
                }
                Task::Assetize { order, creates, edits, .. } => {
                    self.assetize(order, &struck, (creates, edits))
                }
            };
            self.jobs[*at].outcome = Some(outcome);
        }
        due
    }

    /// Which items of a job injected failures strike.
    fn struck(&mut self, task: &Task) -> Vec<bool> {
        let items = self.items(task);
        let gone = match task {
            Task::Assetize { order, by_line, .. } => !by_line && self.orders[*order].is_deleted,
            Task::Initiate { .. } => false,
        };
        if gone {
            return vec![false; items];
        }
        if self.strike(task, true) {
            return vec![true; items];
        }
        (0..items).map(|_| self.strike(task, false)).collect()
    }

    fn strike(&mut self, task: &Task, whole: bool) -> bool {
        let meets = |fault: &&mut Fault| {
            let job_type = fault.job_type.is_none_or(|job_type| job_type == task.job_type());
            job_type && fault.whole == whole && fault.left > 0
        };
        let fault = self.faults.iter_mut().find(meets);
        fault.map(|fault| fault.left -= 1).is_some()
    }

    /// Every asset of a request stands alone, and all are judged before the first is changed.
    fn initiate(
        &mut self,
        operation: Operation,
        (assets, struck): (&[usize], &[bool]),
        day: Day,
        quantity: Hundredths,
    ) -> Vec<bool> {
        let can = |asset: usize| match operation {
            Operation::Renewal => self.can_renew(asset),
            Operation::Amendment => self.changes(asset, day, quantity).is_some(),
            Operation::Cancellation => self.can_cancel(asset, day),
        };
        let accepted: Vec<bool> =
            assets.iter().zip(struck).map(|(asset, struck)| !struck && can(*asset)).collect();
        for (asset, _) in assets.iter().zip(&accepted).filter(|(_, accepted)| **accepted) {
            match operation {
                Operation::Renewal => self.renew(*asset),
                Operation::Amendment => self.amend(*asset, day, quantity),
                Operation::Cancellation => self.cancel(*asset, day),
            }
        }
        accepted
    }

    /// An asset with the components that still live.
    fn bundle(&self, root: usize) -> Vec<usize> {
        let below = |at: &usize| self.assets[*at].root == Some(root) && !self.assets[*at].is_cancelled();
        std::iter::once(root).chain((0..self.assets.len()).filter(below)).collect()
    }

    /// A request names an asset that an order sold, that lives, and that is no component.
    fn can_be_named(&self, at: usize) -> bool {
        let asset = &self.assets[at];
        asset.open().is_some() && asset.price.is_some() && asset.root.is_none()
    }

    fn can_renew(&self, at: usize) -> bool {
        let own = self.assets[at].renewal_months;
        self.can_be_named(at)
            && self.bundle(at).into_iter().all(|member| {
                let asset = &self.assets[member];
                let has_term = asset.renewal_months.or(own).is_some();
                let is_due = has_term && asset.is_due(self.now);
                is_due || !matches!(asset.selling, Selling::Term(_))
            })
            && self.bundle(at).into_iter().any(|member| self.assets[member].selling != Selling::Once)
    }

    fn renew(&mut self, root: usize) {
        let own = self.assets[root].renewal_months;
        let members = self.bundle(root);
        let starts = members.iter().map(|member| &self.assets[*member]);
        let starts = starts.filter(|asset| matches!(asset.selling, Selling::Term(_)));
        let starts = starts.filter_map(|asset| asset.open()?.last.map(|last| last + 1));
        let start = starts.min().unwrap_or_else(|| self.today());
        for member in members {
            let list_price = self.prices[self.assets[member].product];
            let asset = &mut self.assets[member];
            let last_price = asset.price.unwrap_or_default();
            let price = if asset.renews_at_list_price { list_price } else { last_price };
            match asset.selling {
                Selling::Once => {}
                Selling::Evergreen => asset.confirm(price, start),
                Selling::Term(_) => {
                    let months = asset.renewal_months.or(own).unwrap_or_default();
                    let quantity = asset.open().map_or(0, |last| last.quantity);
                    asset.prolong(quantity, price, asset.renewed_until(months));
                }
            }
        }
    }

    /// What amendments and cancellations from a day on have in common.
    fn can_change(&self, at: usize, day: Day) -> bool {
        let alone = self.assets.iter().all(|asset| asset.root != Some(at));
        let expects = |member: usize| self.assets[member].expects_change(self.now, day);
        let whole = (0..self.assets.len()).filter(|asset| self.assets[*asset].root == Some(at));
        self.can_be_named(at)
            && day >= self.today()
            && !(alone && self.assets[at].selling == Selling::Once)
            && !std::iter::once(at).chain(whole).any(expects)
    }

    /// Root and components as far as they reach this day.
    fn touched(&self, at: usize, day: Day) -> Vec<usize> {
        let reaches =
            |member: &usize| self.assets[*member].periods.last().is_some_and(|last| last.reaches(day));
        self.bundle(at).into_iter().filter(|member| *member == at || reaches(member)).collect()
    }

    /// By how much each member changes when the root does; `None` when the request fails.
    fn changes(&self, at: usize, day: Day, quantity: Hundredths) -> Option<Vec<(usize, Hundredths)>> {
        if !self.can_change(at, day) || quantity == 0 || self.assets[at].selling == Selling::Once {
            return None;
        }
        let whole = self.assets[at].quantity_on(day);
        let mut changes = Vec::new();
        for member in self.touched(at, day) {
            let asset = &self.assets[member];
            let stays = asset.constant || asset.selling == Selling::Once || whole == 0;
            let change = match member == at {
                true => quantity,
                false if stays => 0,
                false => {
                    let scaled = quantity * asset.quantity_on(day);
                    // A quantity has two decimals.
                    (scaled % whole == 0).then(|| scaled / whole)?
                }
            };
            if change != 0 && !asset.can_change(day, change) {
                return None;
            }
            changes.push((member, change));
        }
        Some(changes)
    }

    fn amend(&mut self, at: usize, day: Day, quantity: Hundredths) {
        for (member, change) in self.changes(at, day, quantity).unwrap_or_default() {
            let list_price = self.prices[self.assets[member].product];
            let asset = &mut self.assets[member];
            let price = if asset.grows_at_list_price { list_price } else { asset.price.unwrap_or_default() };
            match change {
                0 => {}
                1.. => asset.grow(day, change, price),
                _ => asset.shrink(day, -change, None),
            }
        }
    }

    fn can_cancel(&self, at: usize, day: Day) -> bool {
        let ends = |member: usize| {
            let once = self.assets[member].selling == Selling::Once;
            once || self.assets[member].can_end(day)
        };
        self.can_change(at, day)
            && self.touched(at, day).into_iter().all(ends)
            && self.touched(at, day).into_iter().any(|member| self.assets[member].selling != Selling::Once)
    }

    fn cancel(&mut self, at: usize, day: Day) {
        for member in self.touched(at, day) {
            if self.assets[member].selling != Selling::Once {
                self.assets[member].end(day, None);
            }
        }
    }

    fn assetize(&mut self, at: usize, struck: &[bool], (creates, edits): (bool, bool)) -> Vec<bool> {
        let order = self.orders[at].clone();
        if order.is_deleted {
            return vec![false; order.lines.len()];
        }
        let mut outcome = Vec::new();
        for (place, (line, struck)) in order.lines.iter().zip(struck).enumerate() {
            let allowed = if matches!(line.action, LineAction::Add(_)) { creates } else { edits };
            let asset = if *struck || !allowed { None } else { line.asset.or_else(|| self.follow(line)) };
            outcome.push(asset.is_some());
            if asset.is_some() {
                self.orders[at].lines[place].asset = asset;
            }
        }
        // Whichever end of a bundle comes later ties the two.
        let lines = &self.orders[at].lines;
        for (place, line) in lines.iter().enumerate() {
            if let LineAction::Add(Some((root, constant))) = line.action
                && let (Some(component), Some(main)) = (line.asset, lines[root].asset)
                && (outcome[place] || outcome[root])
            {
                self.assets[component].root = Some(main);
                self.assets[component].constant = constant;
            }
        }
        outcome
    }

    /// Does what a line says; gives the asset, or `None` when the line fails.
    fn follow(&mut self, line: &Line) -> Option<usize> {
        let Sale { selling, quantity, price, first, last, .. } = line.sale;
        let total = amount(price, quantity, selling.terms(first, last));
        match line.action {
            LineAction::Add(_) => {
                let mut asset = Asset::sold(&line.sale);
                if let (Selling::Term(term), Some(last)) = (selling, last) {
                    let (terms, per_term) = calendar::terms(first, last, term);
                    let whole = i64::try_from(terms / per_term).unwrap_or_default();
                    asset.renewal_months = (terms % per_term == 0).then_some(whole * term);
                }
                self.assets.push(asset);
                return Some(self.assets.len() - 1);
            }
            LineAction::Renew(at) => {
                let open = self.assets[at].open()?.clone();
                match selling {
                    Selling::Term(_) if open.last != Some(first - 1) => return None,
                    Selling::Term(_) => self.assets[at].prolong(quantity, price, last?),
                    Selling::Once | Selling::Evergreen => self.assets[at].confirm(price, first),
                }
            }
            LineAction::Amend(at) => {
                let asset = &mut self.assets[at];
                if !asset.can_change(first, quantity) {
                    return None;
                }
                match quantity {
                    1.. => asset.grow(first, quantity, price),
                    _ => asset.shrink(first, -quantity, Some((price, total))),
                }
            }
            LineAction::Cancel(at) => {
                let whole = self.assets[at].open().is_some_and(|last| last.quantity == -quantity);
                if !whole || !self.assets[at].can_end(first) {
                    return None;
                }
                self.assets[at].end(first, Some((price, total)));
            }
        }
        let (LineAction::Renew(at) | LineAction::Amend(at) | LineAction::Cancel(at)) = line.action else {
            return None;
        };
        Some(at)
    }
}
