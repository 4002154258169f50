//! Random statements.

use super::{
    conditions::{Conditions, field_path},
    dates::Clock,
    rng::Rng,
    schema::{Kind, OBJECTS, ObjectNo},
    statement::{Aggregate, DateFunction, Expr, GroupKind, Grouping, Item, Order, Path, Statement, Style},
};

/// Makes statements over the records of one database.
pub(crate) struct Generator<'d> {
    pub(crate) rng: Rng,
    pub(crate) clock: &'d Clock,
    pub(crate) ids: &'d [Vec<String>],
}

impl Generator<'_> {
    /// The next statement.
    pub(crate) fn statement(&mut self) -> Statement {
        let object = self.rng.below(OBJECTS.len());
        let style = Style {
            lower: self.rng.chance(20),
            alias: self.rng.chance(20),
            odd: self.rng.chance(30),
            id_last: self.rng.chance(50),
        };
        let mut statement = match self.rng.below(100) {
            0..10 => self.count(object),
            10..22 => self.aggregate(object),
            22..40 => self.grouped(object),
            40..45 => self.rolled(object),
            _ => self.records(object, 2),
        };
        statement.style = style;
        statement.all = self.rng.chance(10);
        self.share(&mut statement);
        statement
    }

    /// Subqueries see deleted records when their statement does; aliases stay apart.
    fn share(&mut self, statement: &mut Statement) {
        let (all, style) = (statement.all, Style { alias: false, ..statement.style });
        for item in &mut statement.items {
            if let Item::Children(.., inner) = item {
                (inner.all, inner.style) = (all, style);
                self.share(inner);
            }
        }
        if let Some(condition) = &mut statement.condition {
            condition.each_join(&mut |inner| {
                inner.all = all;
                inner.style = Style { id_last: false, ..style };
            });
        }
    }

    fn conditions(&mut self, object: ObjectNo) -> Conditions<'_> {
        Conditions { rng: &mut self.rng, clock: self.clock, ids: self.ids, object }
    }

    fn blank(&mut self, object: ObjectNo, items: Vec<Item>, joins: bool) -> Statement {
        let condition = self.rng.chance(80).then(|| self.conditions(object).root(joins));
        Statement {
            object,
            items,
            condition,
            grouping: None,
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            all: false,
            style: Style::default(),
        }
    }

    fn count(&mut self, object: ObjectNo) -> Statement {
        let mut statement = self.blank(object, vec![Item::Expr(Expr::CountRows, None)], true);
        statement.limit = self.rng.chance(20).then(|| self.rng.below(30));
        statement
    }

    fn records(&mut self, object: ObjectNo, depth: usize) -> Statement {
        let mut paths: Vec<Path> = Vec::new();
        for _ in 0..self.rng.between(1, 6) {
            let path = field_path(&mut self.rng, object, 3, &|_, _| true);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let items = paths.into_iter().map(|path| Item::Expr(Expr::Path(path), None)).collect();
        let mut statement = self.blank(object, items, depth == 2);
        if depth > 0 && self.rng.chance(if depth == 2 { 25 } else { 15 }) {
            self.add_children(&mut statement, depth);
        }
        if self.rng.chance(60) {
            for _ in 0..self.rng.between(1, 3) {
                let path = field_path(&mut self.rng, object, 2, &is_sortable);
                let expr = Expr::Path(path);
                if !statement.order.iter().any(|term| term.expr == expr) {
                    statement.order.push(self.order(expr));
                }
            }
        }
        statement.limit = self.rng.chance(40).then(|| self.rng.below(20));
        statement.offset = (depth == 2 && self.rng.chance(20)).then(|| self.rng.below(15));
        statement
    }

    fn add_children(&mut self, statement: &mut Statement, depth: usize) {
        for (relationship, child, link) in OBJECTS[statement.object].children {
            if self.rng.chance(50) {
                let inner = self.records(*child, depth - 1);
                let at = self.rng.below(statement.items.len() + 1);
                statement.items.insert(at, Item::Children(relationship, link, Box::new(inner)));
            }
        }
    }

    fn order(&mut self, expr: Expr) -> Order {
        let descending = self.rng.chance(50);
        let mut nulls_last = *self.rng.pick(&[None, Some(true), Some(false)]);
        // That NULLS LAST means nothing for fields of parents is known of plain fields only.
        if !matches!(expr, Expr::Path(_)) && expr.path().is_some_and(|path| !path.hops.is_empty()) {
            nulls_last = None;
        }
        Order { expr, descending, nulls_last }
    }

    fn aggregates(&mut self, object: ObjectNo, most: i64, keys: &[Expr]) -> Vec<Expr> {
        let mut exprs = Vec::new();
        for _ in 0..self.rng.between(1, most) {
            let expr = random_aggregate(&mut self.rng, object, keys);
            if !exprs.contains(&expr) {
                exprs.push(expr);
            }
        }
        exprs
    }

    fn with_aliases(&mut self, exprs: Vec<Expr>) -> Vec<Item> {
        let mut names: Vec<&str> = Vec::new();
        exprs
            .into_iter()
            .enumerate()
            .map(|(at, expr)| {
                let name = match &expr {
                    Expr::Path(path) => path.field.name,
                    _ => "",
                };
                // Two columns of one name are refused.
                let is_taken = !name.is_empty() && names.contains(&name);
                names.push(name);
                Item::Expr(expr, (is_taken || self.rng.chance(40)).then(|| format!("n{at}")))
            })
            .collect()
    }

    fn aggregate(&mut self, object: ObjectNo) -> Statement {
        let exprs = self.aggregates(object, 3, &[]);
        let items = self.with_aliases(exprs);
        self.blank(object, items, true)
    }

    fn key(&mut self, object: ObjectNo) -> Expr {
        if self.rng.chance(20) {
            return random_date_function(&mut self.rng, object);
        }
        Expr::Path(field_path(&mut self.rng, object, 2, &is_groupable))
    }

    fn keys(&mut self, object: ObjectNo) -> Vec<Expr> {
        let mut keys = Vec::new();
        for _ in 0..self.rng.between(1, 3) {
            let key = self.key(object);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    fn grouped(&mut self, object: ObjectNo) -> Statement {
        let keys = self.keys(object);
        let mut exprs: Vec<Expr> = keys.iter().filter(|_| self.rng.chance(85)).cloned().collect();
        let aggregates = self.aggregates(object, 3, &keys);
        exprs.extend(aggregates.clone());
        let items = self.with_aliases(exprs);
        let mut statement = self.blank(object, items, true);
        if self.rng.chance(40) {
            statement.having = Some(self.conditions(object).having(&keys));
        }
        if self.rng.chance(50) {
            if self.rng.chance(60) {
                let expr = self.rng.pick(&aggregates).clone();
                statement.order.push(self.order(expr));
            }
            // With all keys the order of groups is total.
            for key in &keys {
                let term = self.order(key.clone());
                statement.order.push(term);
            }
            statement.limit = self.rng.chance(40).then(|| self.rng.below(8));
            statement.offset = self.rng.chance(15).then(|| self.rng.below(4));
        }
        statement.grouping = Some(Grouping { kind: GroupKind::Plain, keys });
        statement
    }

    fn rolled(&mut self, object: ObjectNo) -> Statement {
        let keys: Vec<Expr> =
            self.keys(object).into_iter().filter(|key| matches!(key, Expr::Path(_))).collect();
        if keys.is_empty() {
            return self.grouped(object);
        }
        let mut exprs = keys.clone();
        for key in &keys {
            if let Expr::Path(path) = key
                && self.rng.chance(50)
            {
                exprs.push(Expr::Grouping(path.clone()));
            }
        }
        let aggregates = self.aggregates(object, 2, &[]);
        exprs.extend(aggregates);
        let items = self.with_aliases(exprs);
        let mut statement = self.blank(object, items, false);
        // Whether there is a grand total of nothing is not on record.
        statement.condition = None;
        let kind = *self.rng.pick(&[GroupKind::Rollup, GroupKind::Cube]);
        if self.rng.chance(30) {
            statement.having = Some(self.conditions(object).having(&[]));
        }
        statement.grouping = Some(Grouping { kind, keys });
        statement
    }
}

/// An aggregate of a field of the object or its parents. A field that is grouped by cannot be aggregated.
pub(crate) fn random_aggregate(rng: &mut Rng, object: ObjectNo, keys: &[Expr]) -> Expr {
    loop {
        let aggregate = any_aggregate(rng, object);
        if !keys.iter().any(|key| matches!(key, Expr::Path(_)) && key.path() == aggregate.path()) {
            return aggregate;
        }
    }
}

fn any_aggregate(rng: &mut Rng, object: ObjectNo) -> Expr {
    let aggregate = *rng.pick(Aggregate::ALL);
    let path = field_path(rng, object, 1, &|kind, _| match (aggregate, kind) {
        (_, Kind::Bool | Kind::Multi(_) | Kind::Exact) => false,
        (Aggregate::Sum | Aggregate::Avg, kind) => matches!(kind, Kind::Int | Kind::Number),
        (Aggregate::Min | Aggregate::Max, kind) => {
            !matches!(kind, Kind::Id | Kind::Reference(_) | Kind::Time)
        }
        _ => true,
    });
    Expr::Aggregate(aggregate, path)
}

/// A date function of a field of the object or its parents.
pub(crate) fn random_date_function(rng: &mut Rng, object: ObjectNo) -> Expr {
    let path = field_path(rng, object, 1, &|kind, _| matches!(kind, Kind::Date | Kind::DateTime));
    let mut function = *rng.pick(DateFunction::ALL);
    if function.needs_instant() && path.field.kind != Kind::DateTime {
        function = DateFunction::CalendarYear;
    }
    Expr::DateFunction(function, path)
}

/// How text with regard to case sorts, and where a missing parent's boolean does, is not on record.
fn is_sortable(kind: Kind, own: bool) -> bool {
    match kind {
        Kind::Multi(_) | Kind::Exact => false,
        Kind::Bool => own,
        _ => true,
    }
}

fn is_groupable(kind: Kind, own: bool) -> bool {
    match kind {
        Kind::Multi(_) | Kind::Exact | Kind::Number | Kind::DateTime | Kind::Time => false,
        Kind::Bool => own,
        _ => true,
    }
}
