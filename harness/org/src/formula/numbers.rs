//! Arithmetic: exact decimal numbers, and sums and differences of dates.

use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy, prelude::ToPrimitive};

use crate::Value;

use super::{
    dates,
    error::Fault,
    eval::{days_in_millis, later, power},
    functions::Function,
    texts,
    tree::Binary,
};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// `a + b`
pub(super) fn plus(a: &Value, b: &Value) -> Result<Value, Fault> {
    Ok(match (a, b) {
        (Value::Text(_), _) | (_, Value::Text(_)) => texts::joined(a, b)?,
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Date(_) | Value::DateTime(_) | Value::Time(_), _) => moved(a, b, Decimal::ONE)?,
        (_, Value::Date(_) | Value::DateTime(_) | Value::Time(_)) => moved(b, a, Decimal::ONE)?,
        _ => both(a, b, Decimal::checked_add)?,
    })
}

/// `a - b`
pub(super) fn minus(a: &Value, b: &Value) -> Result<Value, Fault> {
    Ok(match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Date(a), Value::Date(b)) => Value::Number(dates::days_between(*b, *a).into()),
        (Value::DateTime(a), Value::DateTime(b)) => {
            let millis = a.millis().checked_sub(b.millis()).ok_or(Fault::OutOfRange)?;
            let days = Decimal::from(millis).checked_div(DAY.into()).ok_or(Fault::OutOfRange)?;
            Value::Number(days.normalize())
        }
        (Value::Time(a), Value::Time(b)) => {
            Value::Number((i64::from(*a) - i64::from(*b)).rem_euclid(DAY).into())
        }
        (Value::Date(_) | Value::DateTime(_) | Value::Time(_), _) => moved(a, b, Decimal::NEGATIVE_ONE)?,
        _ => both(a, b, Decimal::checked_sub)?,
    })
}

fn both(
    a: &Value,
    b: &Value,
    operation: impl Fn(Decimal, Decimal) -> Option<Decimal>,
) -> Result<Value, Fault> {
    match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => operation(a, b).map(Value::Number).ok_or(Fault::OutOfRange),
        _ => Ok(Value::Null),
    }
}

/// A day or instant some days later, a time of day some milliseconds later.
fn moved(value: &Value, by: &Value, sign: Decimal) -> Result<Value, Fault> {
    let Some(by) = by.as_number() else { return Ok(Value::Null) };
    let by = by.checked_mul(sign).ok_or(Fault::OutOfRange)?;
    match value {
        Value::Date(date) => dates::days_later(*date, by.trunc().to_i64().ok_or(Fault::OutOfRange)?),
        Value::DateTime(at) => later(*at, days_in_millis(by)?),
        Value::Time(time) => {
            let millis = by.trunc().to_i64().ok_or(Fault::OutOfRange)?;
            let millis = i64::from(*time).checked_add(millis).ok_or(Fault::OutOfRange)?.rem_euclid(DAY);
            Ok(Value::Time(u32::try_from(millis).map_err(|_| Fault::OutOfRange)?))
        }
        _ => Ok(Value::Null),
    }
}

/// `a * b`, `a / b`, `a ^ b`; blank when one of them is.
pub(super) fn scaled(operator: Binary, a: Option<Decimal>, b: Option<Decimal>) -> Result<Value, Fault> {
    let (Some(a), Some(b)) = (a, b) else { return Ok(Value::Null) };
    let number = match operator {
        Binary::Divide if b.is_zero() => return Err(Fault::DivisionByZero),
        Binary::Divide => a.checked_div(b).ok_or(Fault::OutOfRange)?,
        Binary::Power => power(a, b)?,
        _ => a.checked_mul(b).ok_or(Fault::OutOfRange)?,
    };
    Ok(Value::Number(number.normalize()))
}

/// Functions of numbers; `None` for others.
pub(super) fn call(function: Function, values: &[Value]) -> Result<Option<Value>, Fault> {
    use Function as F;
    let numbers: Option<Vec<Decimal>> = values.iter().map(Value::as_number).collect();
    let numeric = matches!(
        function,
        F::Abs
            | F::Ceiling
            | F::Floor
            | F::MCeiling
            | F::MFloor
            | F::Round
            | F::Trunc
            | F::Mod
            | F::Max
            | F::Min
            | F::Sqrt
            | F::Exp
            | F::Ln
            | F::Log
            | F::Pi
    );
    if !numeric {
        return Ok(None);
    }
    let Some(numbers) = numbers else { return Ok(Some(Value::Null)) };
    let out_of_range = Fault::OutOfRange;
    let number = match (function, numbers.as_slice()) {
        (F::Abs, [number]) => number.abs(),
        // The platform's CEILING and FLOOR look at the size of a number, MCEILING and MFLOOR at its place.
        (F::Ceiling, [number]) => number.round_dp_with_strategy(0, RoundingStrategy::AwayFromZero),
        (F::Floor, [number]) => number.trunc(),
        (F::MCeiling, [number]) => number.ceil(),
        (F::MFloor, [number]) => number.floor(),
        (F::Round, [number, places]) => rounded(*number, *places, RoundingStrategy::MidpointAwayFromZero)?,
        (F::Trunc, [number]) => number.trunc(),
        (F::Trunc, [number, places]) => rounded(*number, *places, RoundingStrategy::ToZero)?,
        (F::Mod, [_, divisor]) if divisor.is_zero() => return Err(Fault::DivisionByZero),
        (F::Mod, [number, divisor]) => number.checked_rem(*divisor).ok_or(out_of_range)?,
        (F::Max, numbers) => numbers.iter().copied().max().ok_or(Fault::Argument)?,
        (F::Min, numbers) => numbers.iter().copied().min().ok_or(Fault::Argument)?,
        (F::Sqrt, [number]) => number.sqrt().ok_or(Fault::Argument)?,
        (F::Exp, [number]) => number.checked_exp().ok_or(out_of_range)?,
        (F::Ln, [number]) => number.checked_ln().ok_or(Fault::Argument)?,
        (F::Log, [number]) => number.checked_log10().ok_or(Fault::Argument)?,
        (F::Pi, []) => Decimal::PI,
        _ => return Ok(Some(Value::Null)),
    };
    Ok(Some(Value::Number(number.normalize())))
}

/// A number with this many decimal places; fewer than none round tens and hundreds.
fn rounded(number: Decimal, places: Decimal, how: RoundingStrategy) -> Result<Decimal, Fault> {
    let places = places.trunc().to_i64().ok_or(Fault::Argument)?;
    if let Ok(places) = u32::try_from(places) {
        return Ok(number.round_dp_with_strategy(places.min(28), how));
    }
    let unit = u32::try_from(-places).ok().filter(|places| *places <= 27).ok_or(Fault::Argument)?;
    let unit = Decimal::TEN.checked_powi(i64::from(unit)).ok_or(Fault::OutOfRange)?;
    let units = number.checked_div(unit).ok_or(Fault::OutOfRange)?.round_dp_with_strategy(0, how);
    units.checked_mul(unit).ok_or(Fault::OutOfRange)
}
