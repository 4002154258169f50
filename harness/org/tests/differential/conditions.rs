//! Random conditions.

use super::{
    dates::Clock,
    generate::{random_aggregate, random_date_function},
    rng::Rng,
    schema::{Kind, OBJECTS, ObjectNo, random_value},
    statement::{Condition, Expr, Item, Literal, Operator, Path, Piece, Statement, Style},
    value::Datum,
};

const EQUALITY: &[Operator] = &[Operator::Equal, Operator::NotEqual];
const ORDERED: &[Operator] = &[
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::AtMost,
    Operator::Greater,
    Operator::AtLeast,
];

/// Makes conditions over one object.
pub(crate) struct Conditions<'g> {
    pub(crate) rng: &'g mut Rng,
    pub(crate) clock: &'g Clock,
    pub(crate) ids: &'g [Vec<String>],
    pub(crate) object: ObjectNo,
}

/// A field of the object or, over at most `levels` relationships, of its parents. `fits` gets the
/// field's kind and whether it is the object's own.
pub(crate) fn field_path(
    rng: &mut Rng,
    object: ObjectNo,
    levels: usize,
    fits: &dyn Fn(Kind, bool) -> bool,
) -> Path {
    let mut hops = Vec::new();
    let mut at = object;
    loop {
        let parents: Vec<_> =
            OBJECTS[at].fields.iter().filter(|field| !field.relationship.is_empty()).collect();
        if hops.len() == levels || !rng.chance(25) {
            break;
        }
        let hop = *rng.pick(&parents);
        let Kind::Reference(target) = hop.kind else { break };
        hops.push(hop);
        at = target;
    }
    let fields: Vec<_> =
        OBJECTS[at].fields.iter().filter(|field| fits(field.kind, hops.is_empty())).collect();
    Path { hops, field: fields[rng.below(fields.len())] }
}

impl Conditions<'_> {
    /// A WHERE condition. Joins stand at its top only, and not under OR.
    pub(crate) fn root(&mut self, joins: bool) -> Condition {
        if !(joins && self.rng.chance(20)) {
            return self.condition(3);
        }
        let mut members: Vec<Condition> = Vec::new();
        for _ in 0..self.rng.between(1, 2) {
            members.push(self.join());
        }
        if self.rng.chance(50) {
            let at = self.rng.below(members.len() + 1);
            let member = self.condition(2);
            members.insert(at, member);
        }
        if members.len() == 1 { members.remove(0) } else { Condition::All(members) }
    }

    fn condition(&mut self, depth: usize) -> Condition {
        if depth == 0 || self.rng.chance(45) {
            return self.leaf();
        }
        if self.rng.chance(20) {
            return Condition::Not(Box::new(self.condition(depth - 1)));
        }
        let members = (0..self.rng.between(2, 3)).map(|_| self.condition(depth - 1)).collect();
        if self.rng.chance(50) { Condition::All(members) } else { Condition::Any(members) }
    }

    fn leaf(&mut self) -> Condition {
        if self.rng.chance(6) {
            let expr = random_date_function(self.rng, self.object);
            let value = match expr.kind() {
                Kind::Date => self.value(Kind::Date),
                _ => Datum::Int(*self.rng.pick(&[1, 2, 3, 4, 6, 7, 12, 15, 23, 31, 60, 366, 2025, 2026])),
            };
            return Condition::Compare(expr, *self.rng.pick(ORDERED), Literal::Value(value));
        }
        let path = field_path(self.rng, self.object, 2, &|_, _| true);
        let kind = path.field.kind;
        if self.rng.chance(12) {
            let nothing = if self.rng.chance(20) && matches!(kind, Kind::Text | Kind::Picklist(_)) {
                Datum::Text(String::new())
            } else {
                Datum::Null
            };
            return Condition::Compare(Expr::Path(path), *self.rng.pick(EQUALITY), Literal::Value(nothing));
        }
        if let Kind::Multi(values) = kind
            && self.rng.chance(60)
        {
            let mut sets = Vec::new();
            for _ in 0..self.rng.between(1, 3) {
                sets.push((0..self.rng.between(1, 2)).map(|_| *self.rng.pick(values)).collect());
            }
            return Condition::Includes { path, negated: self.rng.chance(50), sets };
        }
        if kind != Kind::Bool && self.rng.chance(20) {
            return self.members(path);
        }
        if matches!(kind, Kind::Text | Kind::Exact | Kind::Picklist(_)) && self.rng.chance(40) {
            return Condition::Like(Expr::Path(path), self.pattern(kind));
        }
        let operators = match kind {
            Kind::Bool | Kind::Picklist(_) | Kind::Multi(_) | Kind::Exact | Kind::Id | Kind::Reference(_) => {
                EQUALITY
            }
            _ => ORDERED,
        };
        let operator = *self.rng.pick(operators);
        let literal = match kind {
            Kind::Date | Kind::DateTime if self.rng.chance(50) => self.clock.random_literal(self.rng),
            kind => Literal::Value(self.value(kind)),
        };
        Condition::Compare(Expr::Path(path), operator, literal)
    }

    fn value(&mut self, kind: Kind) -> Datum {
        let value = random_value(self.rng, kind, self.clock.today(), self.ids);
        match value {
            Datum::Text(text) if kind != Kind::Exact && self.rng.chance(20) => Datum::Text(swap_case(&text)),
            value => value,
        }
    }

    fn members(&mut self, path: Path) -> Condition {
        let mut members: Vec<Datum> =
            (0..self.rng.between(1, 5)).map(|_| self.value(path.field.kind)).collect();
        if self.rng.chance(10) {
            members.push(Datum::Null);
        }
        Condition::In { path, negated: self.rng.chance(40), members }
    }

    /// A pattern made from a value, so that it often fits.
    fn pattern(&mut self, kind: Kind) -> Vec<Piece> {
        let Datum::Text(text) = self.value(kind) else { return vec![Piece::Any] };
        let mut pieces: Vec<Piece> = text.chars().map(Piece::Char).collect();
        for _ in 0..self.rng.between(0, 2) {
            let at = self.rng.below(pieces.len());
            pieces[at] = *self.rng.pick(&[Piece::One, Piece::Any]);
        }
        if self.rng.chance(30) {
            let end = self.rng.below(pieces.len());
            pieces.truncate(end);
            pieces.push(Piece::Any);
        }
        if self.rng.chance(25) {
            let start = self.rng.below(pieces.len());
            pieces.drain(..start);
            pieces.insert(0, Piece::Any);
        }
        pieces
    }

    /// A semi or anti join over ids of one object; inner and outer object differ.
    fn join(&mut self) -> Condition {
        let mut choices = Vec::new();
        for field in OBJECTS[self.object].fields {
            let target = match field.kind {
                Kind::Id => self.object,
                Kind::Reference(target) => target,
                _ => continue,
            };
            for (number, object) in OBJECTS.iter().enumerate().filter(|(number, _)| *number != self.object) {
                for inner in object.fields {
                    let leads_there = match inner.kind {
                        Kind::Id => number == target,
                        kind => kind == Kind::Reference(target),
                    };
                    if leads_there {
                        choices.push((field, number, inner));
                    }
                }
            }
        }
        let (field, object, target) = *self.rng.pick(&choices);
        let mut inner = Conditions { rng: self.rng, clock: self.clock, ids: self.ids, object };
        let condition = inner.rng.chance(70).then(|| inner.condition(1));
        let inner = Statement {
            object,
            items: vec![Item::Expr(Expr::Path(Path::own(target)), None)],
            condition,
            grouping: None,
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            all: false,
            style: Style::default(),
        };
        Condition::Join { path: Path::own(field), negated: self.rng.chance(40), inner: Box::new(inner) }
    }

    /// A HAVING condition over aggregates and some of the grouped fields.
    pub(crate) fn having(&mut self, keys: &[Expr]) -> Condition {
        let mut members: Vec<Condition> = Vec::new();
        for _ in 0..self.rng.between(1, 2) {
            let member = self.having_leaf(keys);
            members.push(if self.rng.chance(15) { Condition::Not(Box::new(member)) } else { member });
        }
        match (members.len(), self.rng.chance(50)) {
            (1, _) => members.remove(0),
            (_, true) => Condition::All(members),
            (_, false) => Condition::Any(members),
        }
    }

    fn having_leaf(&mut self, keys: &[Expr]) -> Condition {
        let expr = match keys {
            [_, ..] if self.rng.chance(30) => self.rng.pick(keys).clone(),
            _ => random_aggregate(self.rng, self.object, keys),
        };
        let kind = expr.kind();
        match (&expr, kind) {
            (Expr::Aggregate(..), Kind::Int | Kind::Number) => {
                let value = match kind {
                    Kind::Int => Datum::Int(self.rng.between(0, 4)),
                    _ => self.value(Kind::Number),
                };
                Condition::Compare(expr, *self.rng.pick(ORDERED), Literal::Value(value))
            }
            (Expr::Aggregate(..), Kind::Date | Kind::DateTime) | (Expr::DateFunction(..), Kind::Date) => {
                let value = self.value(kind);
                Condition::Compare(expr, *self.rng.pick(ORDERED), Literal::Value(value))
            }
            (Expr::DateFunction(..), _) => {
                let value = Datum::Int(*self.rng.pick(&[1, 2, 3, 4, 12, 2025, 2026]));
                Condition::Compare(expr, *self.rng.pick(ORDERED), Literal::Value(value))
            }
            (Expr::Path(_), kind) => {
                let value = self.value(kind);
                Condition::Compare(expr, *self.rng.pick(EQUALITY), Literal::Value(value))
            }
            // How the lowest and highest text compare with a literal is left to their own test.
            _ => {
                let count = random_count(self.rng, self.object, keys);
                Condition::Compare(count, *self.rng.pick(ORDERED), Literal::Value(Datum::Int(1)))
            }
        }
    }
}

fn random_count(rng: &mut Rng, object: ObjectNo, keys: &[Expr]) -> Expr {
    let is_key = |path: &Path| keys.iter().any(|key| matches!(key, Expr::Path(key) if key == path));
    loop {
        let path = field_path(rng, object, 1, &|kind, _| matches!(kind, Kind::Id | Kind::Text | Kind::Date));
        if !is_key(&path) {
            return Expr::Aggregate(super::statement::Aggregate::Count, path);
        }
    }
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(swap).collect()
}

impl Condition {
    /// Changes the inner statement of every join.
    pub(crate) fn each_join(&mut self, change: &mut dyn FnMut(&mut Statement)) {
        match self {
            Self::All(members) | Self::Any(members) => {
                members.iter_mut().for_each(|member| member.each_join(change));
            }
            Self::Not(member) => member.each_join(change),
            Self::Join { inner, .. } => change(inner),
            Self::Compare(..) | Self::In { .. } | Self::Like(..) | Self::Includes { .. } => {}
        }
    }
}
