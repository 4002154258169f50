//! What a reader of the documentation expects of assets: a model that shares no code with the org.
//!
//! Every period carries the lots of units that it consists of, so that a reduction takes the newest of
//! them; the org reads the same off its ledger.

use super::{
    calendar::{DAY, Day, add_months, terms},
    money::{Hundredths, amount, per_month, round},
};

/// How a product is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selling {
    /// Once and for all.
    Once,
    /// For a term, at a price for so many months.
    Term(i64),
    /// By the month, until it is cancelled.
    Evergreen,
}

impl Selling {
    /// The months that a price is for.
    pub const fn term_months(self) -> i64 {
        match self {
            Self::Term(months) => months,
            Self::Once | Self::Evergreen => 1,
        }
    }

    /// What so many units bring in a month.
    pub const fn mrr(self, price: Hundredths, quantity: Hundredths) -> Hundredths {
        match self {
            Self::Once => 0,
            _ => per_month(price, quantity, self.term_months() as i128),
        }
    }

    /// How often the price is due between two days.
    pub fn terms(self, first: Day, last: Option<Day>) -> (i128, i128) {
        match (self, last) {
            (Self::Term(months), Some(last)) => terms(first, last, months),
            _ => (1, 1),
        }
    }
}

/// Units that were bought at one price.
#[derive(Clone, Copy, Debug)]
pub struct Lot {
    quantity: Hundredths,
    price: Hundredths,
}

/// A time slice of whole days.
#[derive(Clone, Debug)]
pub struct Period {
    /// The first day.
    pub first: Day,
    /// The last day; `None` for ever.
    pub last: Option<Day>,
    /// The units.
    pub quantity: Hundredths,
    /// What they bring in a month.
    pub mrr: Hundredths,
    /// What the units consist of, the oldest first.
    pub lots: Vec<Lot>,
}

impl Period {
    /// Whether the period ends on this day or later.
    pub fn reaches(&self, day: Day) -> bool {
        self.last.is_none_or(|last| last >= day)
    }
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `Generate`, `Change` or `Cancel`.
    pub kind: &'static str,
    /// The business category.
    pub category: &'static str,
    /// The change of the quantity.
    pub quantity: Hundredths,
    /// The change of the monthly revenue.
    pub mrr: Hundredths,
    /// What is due, or given back.
    pub amount: Hundredths,
    /// The first day of the order line behind it, if there is one.
    pub first: Option<Day>,
}

/// An asset with all that happened to it.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The place of its product in the list of products.
    pub product: usize,
    /// How it is sold.
    pub selling: Selling,
    /// Its state periods, in order.
    pub periods: Vec<Period>,
    /// Its asset actions, in order.
    pub ledger: Vec<Entry>,
    /// What a unit cost when it was last sold; `None` when no order knows the asset.
    pub price: Option<Hundredths>,
    /// The root of its bundle.
    pub root: Option<usize>,
    /// Whether its quantity stays when that of its root changes.
    pub constant: bool,
    /// For how long it renews; `None` when it does not say.
    pub renewal_months: Option<i64>,
    /// Whether renewals take the list price, and not the last price.
    pub renews_at_list_price: bool,
    /// Whether additions take the list price, and not the last price.
    pub grows_at_list_price: bool,
}

/// An order line that was sold by its price.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    /// The place of its product in the list of products.
    pub product: usize,
    /// How it is sold.
    pub selling: Selling,
    /// The units; negative when they are taken away.
    pub quantity: Hundredths,
    /// What a unit costs for a term.
    pub price: Hundredths,
    /// The first day.
    pub first: Day,
    /// The last day, if there is one.
    pub last: Option<Day>,
}

impl Sale {
    fn amount(&self) -> Hundredths {
        amount(self.price, self.quantity, self.selling.terms(self.first, self.last))
    }
}

/// What is left when units are taken away.
struct Reduction {
    mrr: Vec<Hundredths>,
    /// What is given back, as a positive amount.
    amount: Hundredths,
    /// The price of the newest unit that went.
    price: Option<Hundredths>,
}

impl Asset {
    /// The asset that a sale leads to.
    pub fn sold(sale: &Sale) -> Self {
        let mrr = sale.selling.mrr(sale.price, sale.quantity);
        let lots = vec![Lot { quantity: sale.quantity, price: sale.price }];
        let mut asset =
            Self::generated(sale.product, sale.selling, sale.first, sale.last, sale.quantity, mrr);
        asset.periods[0].lots = lots;
        asset.price = Some(sale.price);
        asset.enter("Generate", "Initial Sale", [sale.quantity, mrr, sale.amount()], Some(sale.first));
        asset
    }

    /// An asset with one period and an empty ledger.
    pub const fn plain(product: usize, selling: Selling, periods: Vec<Period>) -> Self {
        Self {
            product,
            selling,
            periods,
            ledger: Vec::new(),
            price: None,
            root: None,
            constant: false,
            renewal_months: None,
            renews_at_list_price: false,
            grows_at_list_price: false,
        }
    }

    fn generated(
        product: usize,
        selling: Selling,
        first: Day,
        last: Option<Day>,
        quantity: Hundredths,
        mrr: Hundredths,
    ) -> Self {
        Self::plain(product, selling, vec![Period { first, last, quantity, mrr, lots: Vec::new() }])
    }

    /// Writes into the ledger: quantity, monthly revenue and amount.
    pub fn enter(
        &mut self,
        kind: &'static str,
        category: &'static str,
        [quantity, mrr, amount]: [Hundredths; 3],
        first: Option<Day>,
    ) {
        self.ledger.push(Entry { kind, category, quantity, mrr, amount, first });
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.ledger.iter().any(|entry| entry.kind == "Cancel")
    }

    /// The last period of an asset that can still be changed.
    pub fn open(&self) -> Option<&Period> {
        self.periods.last().filter(|_| !self.is_cancelled())
    }

    /// Whether a change from this day on falls into the asset's life.
    fn lives_on(&self, day: Day) -> bool {
        self.periods.first().is_some_and(|period| period.first <= day)
            && self.periods.iter().any(|period| period.reaches(day))
    }

    /// Whether something that was agreed on begins after now, and after this day.
    pub fn expects_change(&self, now: i64, day: Day) -> bool {
        let changes = self.ledger.iter().filter(|entry| entry.kind == "Change");
        let periods = self.periods.iter().skip(1).map(|period| period.first);
        changes.filter_map(|entry| entry.first).chain(periods).any(|first| first * DAY > now && first > day)
    }

    fn expects_renewal(&self, now: i64) -> bool {
        let renewals = self.ledger.iter().filter(|entry| entry.category == "Renewals");
        renewals.filter_map(|entry| entry.first).any(|first| first * DAY > now)
    }

    /// Whether a termed asset can be renewed now: it is alive, and not yet renewed.
    pub fn is_due(&self, now: i64) -> bool {
        let last = self.open().and_then(|period| period.last);
        last.is_some_and(|last| (last + 1) * DAY > now) && !self.expects_renewal(now)
    }

    /// The quantity around this day, or at the beginning of the next period.
    pub fn quantity_on(&self, day: Day) -> Hundredths {
        self.periods.iter().find(|period| period.reaches(day)).map_or(0, |period| period.quantity)
    }

    /// Whether so many units can be taken from this day on, or added.
    pub fn can_change(&self, day: Day, quantity: Hundredths) -> bool {
        let enough = |period: &Period| period.quantity + quantity >= 0;
        self.open().is_some()
            && self.lives_on(day)
            && self.periods.iter().filter(|period| period.reaches(day)).all(enough)
    }

    /// Whether it can be ended before this day.
    pub fn can_end(&self, day: Day) -> bool {
        self.open().is_some() && self.lives_on(day)
    }

    /// Begins a period on this day, if none does.
    fn split(&mut self, day: Day) {
        if let Some(at) = self.periods.iter().position(|period| period.first < day && period.reaches(day)) {
            let mut later = self.periods[at].clone();
            later.first = day;
            self.periods[at].last = Some(day - 1);
            self.periods.insert(at + 1, later);
        }
    }

    /// Adds units from this day on.
    pub fn grow(&mut self, day: Day, quantity: Hundredths, price: Hundredths) {
        let last = self.periods.last().and_then(|period| period.last);
        let due = amount(price, quantity, self.selling.terms(day, last));
        self.split(day);
        let mrr = self.selling.mrr(price, quantity);
        for period in self.periods.iter_mut().filter(|period| period.first >= day) {
            period.quantity += quantity;
            period.mrr += mrr;
            period.lots.push(Lot { quantity, price });
        }
        self.price = Some(price);
        self.enter("Change", "Upsells", [quantity, mrr, due], Some(day));
    }

    /// Takes units away from this day on. `line` is the price and the amount of an order line that has its own.
    pub fn shrink(&mut self, day: Day, quantity: Hundredths, line: Option<(Hundredths, Hundredths)>) {
        self.split(day);
        let reduction = self.take(day, Some(quantity));
        let touched = self.periods.iter_mut().filter(|period| period.first >= day);
        for (period, mrr) in touched.zip(&reduction.mrr) {
            period.quantity -= quantity;
            period.mrr -= mrr;
        }
        let mrr = reduction.mrr.last().copied().unwrap_or_default();
        let (price, amount) = line.unwrap_or((self.price_after(&reduction), -reduction.amount));
        self.price = Some(price);
        self.enter("Change", "Downsells", [-quantity, -mrr, amount], Some(day));
    }

    /// Ends the asset before this day.
    pub fn end(&mut self, day: Day, line: Option<(Hundredths, Hundredths)>) {
        let Some(last) = self.periods.last().cloned() else { return };
        self.split(day);
        let reduction = self.take(day, None);
        self.periods.retain(|period| period.first < day);
        let (price, amount) = line.unwrap_or((self.price_after(&reduction), -reduction.amount));
        self.price = Some(price);
        self.enter("Cancel", "Cancellations", [-last.quantity, -last.mrr, amount], Some(day));
    }

    fn price_after(&self, reduction: &Reduction) -> Hundredths {
        reduction.price.or(self.price).unwrap_or_default()
    }

    /// Takes lots from the periods from this day on: so many units, or all.
    fn take(&mut self, day: Day, quantity: Option<Hundredths>) -> Reduction {
        let selling = self.selling;
        let mut reduction = Reduction { mrr: Vec::new(), amount: 0, price: None };
        let count = self.periods.len();
        for (at, period) in self.periods.iter_mut().enumerate().filter(|(_, period)| period.first >= day) {
            let going = quantity.unwrap_or(period.quantity);
            let taken = period.take(going, selling);
            let worth: Hundredths = taken.iter().map(|lot| selling.mrr(lot.price, lot.quantity)).sum();
            reduction.mrr.push(if going == period.quantity { period.mrr } else { worth.min(period.mrr) });
            // Only what was paid for until the end gives back every period.
            if matches!(selling, Selling::Term(_)) || at + 1 == count {
                let terms = selling.terms(period.first, period.last);
                reduction.amount +=
                    taken.iter().map(|lot| amount(lot.price, lot.quantity, terms)).sum::<Hundredths>();
                reduction.price = reduction.price.or(taken.first().map(|lot| lot.price));
            }
        }
        reduction
    }

    /// Adds the period of a renewal.
    pub fn prolong(&mut self, quantity: Hundredths, price: Hundredths, last: Day) {
        let Some(before) = self.periods.last().cloned() else { return };
        let first = before.last.unwrap_or_default() + 1;
        let mrr = self.selling.mrr(price, quantity);
        let due = amount(price, quantity, self.selling.terms(first, Some(last)));
        let lots = if quantity == 0 { before.lots } else { vec![Lot { quantity, price }] };
        self.periods.push(Period { first, last: Some(last), quantity, mrr, lots });
        self.price = Some(price);
        self.enter("Change", "Renewals", [quantity - before.quantity, mrr - before.mrr, due], Some(first));
    }

    /// What a renewal of an evergreen asset leaves behind: it goes on as it was.
    pub fn confirm(&mut self, price: Hundredths, first: Day) {
        self.price = Some(price);
        self.enter("Change", "Renewals", [0, 0, 0], Some(first));
    }

    /// The last day of a renewal that begins when the asset ends.
    pub fn renewed_until(&self, months: i64) -> Day {
        let first = self.periods.last().and_then(|period| period.last).unwrap_or_default() + 1;
        add_months(first, months) - 1
    }
}

impl Period {
    /// Takes the newest units; gives what went, the newest first.
    fn take(&mut self, going: Hundredths, selling: Selling) -> Vec<Lot> {
        let known: Hundredths = self.lots.iter().map(|lot| lot.quantity).sum();
        let taken = pop(&mut self.lots, going);
        if known == self.quantity || self.quantity == 0 {
            return taken;
        }
        // Where the lots do not explain the quantity, every unit costs what the period's revenue says.
        let price = round(self.mrr * i128::from(selling.term_months()) * 100, self.quantity);
        pop(&mut vec![Lot { quantity: self.quantity, price }], going)
    }
}

fn pop(lots: &mut Vec<Lot>, mut going: Hundredths) -> Vec<Lot> {
    let mut taken = Vec::new();
    while let Some(top) = lots.last_mut().filter(|_| going > 0) {
        let part = going.min(top.quantity);
        taken.push(Lot { quantity: part, ..*top });
        top.quantity -= part;
        going -= part;
        if top.quantity == 0 {
            lots.pop();
        }
    }
    taken
}
