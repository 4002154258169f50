//! Working out a checked formula for one record. Every formula has a value or a [`Fault`]; nothing panics.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use rust_decimal::{Decimal, MathematicalOps, prelude::ToPrimitive};

use crate::{Org, RecordView, Timestamp, Value, ctx::Ctx};

use super::{
    dates,
    error::Fault,
    functions::Function,
    node::{FieldRef, Formula, Node, Reading, Start},
    numbers, texts,
    tree::Binary,
};

/// For which record, user and time a formula is worked out.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The org.
    pub(crate) org: &'a Org,
    /// The user and the time.
    pub(crate) ctx: &'a Ctx,
    /// The record; none for default values.
    pub(crate) record: Option<RecordView<'a>>,
    /// What the record was before it was changed; none when it is new or only read.
    pub(crate) before: Option<RecordView<'a>>,
}

impl Formula {
    /// The value for this scene.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(crate) fn value(&self, scene: &Scene<'_>) -> Result<Value, Fault> {
        Evaluation { scene, blank_as_zero: self.blank_as_zero }.of(&self.root)
    }

    /// Whether a condition is true.
    ///
    /// # Errors
    ///
    /// Why that cannot be told.
    pub(crate) fn holds(&self, scene: &Scene<'_>) -> Result<bool, Fault> {
        self.value(scene).map(|value| value.is_true())
    }
}

struct Evaluation<'a> {
    scene: &'a Scene<'a>,
    blank_as_zero: bool,
}

impl Evaluation<'_> {
    fn of(&self, node: &Node) -> Result<Value, Fault> {
        match node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Field(field) => self.field(field, self.scene.record),
            Node::Negate(inner) => Ok(match self.of(inner)?.as_number() {
                Some(number) => Value::Number(-number),
                None => Value::Null,
            }),
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn field(&self, field: &FieldRef, record: Option<RecordView<'_>>) -> Result<Value, Fault> {
        let Scene { org, ctx, .. } = *self.scene;
        let mut record = match field.start {
            Start::Record => record,
            Start::User => org.store.get(ctx.user),
            Start::Organization => org.store.get(org.organization),
        };
        for (slot, target) in &field.hops {
            let parent = record.and_then(|record| record.at(*slot).as_id());
            record = parent.and_then(|id| org.store.view(*target, id));
        }
        let value = record.map_or(Value::Null, |record| {
            org.value_of(ctx, record, record.object.at(field.leaf)).into_value()
        });
        Ok(match (value, field.reading) {
            (Value::Id(id), _) => Value::text(id.as_15()),
            (Value::Null, Reading::Number | Reading::Percent) if self.blank_as_zero => {
                Value::Number(Decimal::ZERO)
            }
            (Value::Null, Reading::Boolean) => Value::Bool(false),
            (Value::Int(number), _) => Value::Number(number.into()),
            (Value::Number(number), Reading::Percent) => {
                Value::Number(number.checked_div(Decimal::ONE_HUNDRED).ok_or(Fault::OutOfRange)?)
            }
            (value, _) => value,
        })
    }

    fn binary(&self, operator: Binary, left: &Node, right: &Node) -> Result<Value, Fault> {
        let first = self.of(left)?;
        match operator {
            Binary::Or if first.is_true() => return Ok(Value::Bool(true)),
            Binary::And if !first.is_true() => return Ok(Value::Bool(false)),
            _ => {}
        }
        let second = self.of(right)?;
        Ok(match operator {
            Binary::Or | Binary::And => Value::Bool(second.is_true()),
            Binary::Equal => Value::Bool(equal(&first, &second)),
            Binary::NotEqual => Value::Bool(!equal(&first, &second)),
            Binary::Less => Value::Bool(order(&first, &second).is_some_and(Ordering::is_lt)),
            Binary::LessOrEqual => Value::Bool(order(&first, &second).is_some_and(Ordering::is_le)),
            Binary::Greater => Value::Bool(order(&first, &second).is_some_and(Ordering::is_gt)),
            Binary::GreaterOrEqual => Value::Bool(order(&first, &second).is_some_and(Ordering::is_ge)),
            Binary::Concat => texts::joined(&first, &second)?,
            Binary::Plus => numbers::plus(&first, &second)?,
            Binary::Minus => numbers::minus(&first, &second)?,
            Binary::Times | Binary::Divide | Binary::Power => {
                numbers::scaled(operator, first.as_number(), second.as_number())?
            }
        })
    }

    fn call(&self, function: Function, arguments: &[Node]) -> Result<Value, Fault> {
        use Function as F;
        match (function, arguments) {
            (F::If, [condition, yes, no]) => self.of(if self.of(condition)?.is_true() { yes } else { no }),
            (F::Case, [subject, rest @ ..]) => {
                let subject = self.of(subject)?;
                let (pairs, other) = rest.as_chunks::<2>();
                for [key, result] in pairs {
                    if equal(&subject, &self.of(key)?) {
                        return self.of(result);
                    }
                }
                other.first().map_or(Ok(Value::Null), |other| self.of(other))
            }
            (F::And, all) => {
                for one in all {
                    if !self.of(one)?.is_true() {
                        return Ok(Value::Bool(false));
                    }
                }
                Ok(Value::Bool(true))
            }
            (F::Or, all) => {
                for one in all {
                    if self.of(one)?.is_true() {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            (F::BlankValue | F::NullValue, [value, other]) => match self.of(value)? {
                Value::Null => self.of(other),
                value => Ok(value),
            },
            (F::PriorValue, [Node::Field(field)]) => {
                self.field(field, self.scene.before.or(self.scene.record))
            }
            (F::IsChanged, [Node::Field(field)]) => {
                let Some(before) = self.scene.before else { return Ok(Value::Bool(false)) };
                let now = self.field(field, self.scene.record)?;
                Ok(Value::Bool(!equal(&now, &self.field(field, Some(before))?)))
            }
            (F::IsNew, _) => Ok(Value::Bool(self.scene.before.is_none())),
            // Records that the API creates are no clones.
            (F::IsClone, _) => Ok(Value::Bool(false)),
            (function, arguments) => {
                let values = arguments.iter().map(|own| self.of(own)).collect::<Result<Vec<_>, _>>()?;
                self.plain(function, &values)
            }
        }
    }

    /// Functions that need nothing but their arguments and the clock.
    fn plain(&self, function: Function, values: &[Value]) -> Result<Value, Fault> {
        use Function as F;
        Ok(match (function, values) {
            (F::Not, [value]) => Value::Bool(!value.is_true()),
            (F::IsBlank | F::IsNull, [value]) => Value::Bool(value.is_null()),
            (F::Today, _) => Value::Date(dates::local(self.scene.ctx.now, &self.zone()).date()),
            (F::Now, _) => Value::DateTime(self.scene.ctx.now.floor_second()),
            (F::TimeNow, _) => Value::Time(dates::clock_of(self.scene.ctx.now.civil())),
            (F::DateValue, [Value::DateTime(at)]) => Value::Date(dates::local(*at, &self.zone()).date()),
            _ => match texts::call(function, values)? {
                Some(value) => value,
                None => match numbers::call(function, values)? {
                    Some(value) => value,
                    None => dates::call(function, values)?,
                },
            },
        })
    }

    /// The time zone of the running user.
    fn zone(&self) -> TimeZone {
        let user = self.scene.org.store.get(self.scene.ctx.user);
        let name = user.and_then(|user| user.get("TimeZoneSidKey").as_text());
        name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }
}

/// Whether two values are equal: text letter by letter, blank values to each other.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Text(a), Value::Text(b)) => a == b || same_id(a, b),
        _ => order(a, b) == Some(Ordering::Equal),
    }
}

/// Whether two texts are one id, once of 15 and once of 18 characters.
fn same_id(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() == 15 { (a, b) } else { (b, a) };
    short.len() == 15
        && long.len() == 18
        && long.starts_with(short)
        && long.parse::<crate::RecordId>().is_ok_and(|id| id.as_15() == short)
}

/// The order of two values; none when one of them is blank.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        _ => Some(a.as_number()?.cmp(&b.as_number()?)),
    }
}

/// A number of days as milliseconds.
pub(super) fn days_in_millis(days: Decimal) -> Result<i64, Fault> {
    let millis = days.checked_mul(Decimal::from(86_400_000)).ok_or(Fault::OutOfRange)?;
    millis.round().to_i64().ok_or(Fault::OutOfRange)
}

/// An instant some milliseconds later.
pub(super) fn later(at: Timestamp, millis: i64) -> Result<Value, Fault> {
    // Beyond the calendar there is no instant.
    const END: i64 = 253_402_300_799_999;
    const BEGIN: i64 = -62_167_219_200_000;
    let at = at.millis().checked_add(millis).filter(|at| (BEGIN..=END).contains(at));
    at.map(|at| Value::DateTime(Timestamp::from_millis(at))).ok_or(Fault::OutOfRange)
}

/// The power of a number.
pub(super) fn power(base: Decimal, exponent: Decimal) -> Result<Decimal, Fault> {
    if base.is_zero() && exponent.is_sign_negative() && !exponent.is_zero() {
        return Err(Fault::DivisionByZero);
    }
    if let Some(whole) = exponent.to_i64().filter(|_| exponent.fract().is_zero()) {
        return base.checked_powi(whole).ok_or(Fault::OutOfRange);
    }
    if base.is_sign_negative() {
        return Err(Fault::Argument);
    }
    base.checked_powd(exponent).ok_or(Fault::OutOfRange)
}
