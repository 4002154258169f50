//! DISTANCE: how far a location lies from another, over the surface of the earth.

use mockorg_soql::tree::{Call, Expr, Literal, LiteralValue, Path};
use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive, ToPrimitive},
};

use super::{
    errors::Refusal,
    functions::Function,
    operand::{Operand, Source},
    path::{FieldFacts, Place, Steps},
    scope::Scope,
    terms::Term,
};
use crate::{Value, catalog::FieldType};

/// The mean radius of the earth in kilometres. The platform does not say which one it uses.
const RADIUS: f64 = 6371.0088;
/// How many kilometres a mile has.
const MILE: f64 = 1.609_344;

/// The distance between two places.
#[derive(Clone, Debug)]
pub(super) struct Distance {
    from: Point,
    to: Point,
    /// The unit, in kilometres.
    unit: f64,
}

/// A place on the earth.
#[derive(Clone, Debug)]
enum Point {
    /// The coordinates of a record, in degrees.
    Field { latitude: Steps, longitude: Steps },
    /// Fixed coordinates, in degrees.
    Fixed(f64, f64),
}

impl Distance {
    /// The distance; null when a coordinate is missing.
    pub(super) fn value<'o>(&self, source: impl Source<'o>) -> Value {
        let distance = self.from.at(source).zip(self.to.at(source)).map(|(from, to)| arc(from, to));
        distance
            .and_then(|distance| Decimal::from_f64(distance * RADIUS / self.unit))
            .map_or(Value::Null, Value::Number)
    }

    pub(super) fn without_hops(self) -> Self {
        Self { from: self.from.without_hops(), to: self.to.without_hops(), ..self }
    }
}

impl Point {
    /// Latitude and longitude in degrees.
    fn at<'o>(&self, source: impl Source<'o>) -> Option<(f64, f64)> {
        let degrees = |steps| source.field(steps).as_ref().as_number().and_then(|number| number.to_f64());
        match self {
            Self::Field { latitude, longitude } => Some((degrees(latitude)?, degrees(longitude)?)),
            Self::Fixed(latitude, longitude) => Some((*latitude, *longitude)),
        }
    }

    fn without_hops(self) -> Self {
        match self {
            Self::Field { latitude, longitude } => {
                Self::Field { latitude: latitude.without_hops(), longitude: longitude.without_hops() }
            }
            fixed @ Self::Fixed(..) => fixed,
        }
    }
}

/// The angle between two places, by the haversine formula.
fn arc((from_latitude, from_longitude): (f64, f64), (to_latitude, to_longitude): (f64, f64)) -> f64 {
    let half_sine = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let a = half_sine(to_latitude - from_latitude)
        + from_latitude.to_radians().cos()
            * to_latitude.to_radians().cos()
            * half_sine(to_longitude - from_longitude);
    2.0 * a.sqrt().min(1.0).asin()
}

impl<'c> Scope<'c> {
    /// `DISTANCE(Location__c, GEOLOCATION(37.7, -122.4), 'mi')`.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` when an argument is not what it must be.
    pub(super) fn distance(&self, call: &Call) -> Result<Term<'c>, Refusal> {
        let unexpected = |expr: Option<&Expr>| {
            self.source.unexpected(expr.map_or(call.span.end.saturating_sub(1), |expr| expr.span().start))
        };
        // The location of the record stands first.
        let [Expr::Field(from), to, unit] = call.args.as_slice() else {
            let misplaced = call.args.iter().find(|arg| !matches!(arg, Expr::Field(_)));
            return Err(unexpected(call.args.get(3).or(misplaced)));
        };
        let from = self.location(from)?;
        let to = match to {
            Expr::Field(path) => self.location(path)?,
            Expr::Call(inner) if matches!(Function::named(&inner.name.text), Some(Function::Geolocation)) => {
                self.geolocation(inner)?
            }
            other => return Err(unexpected(Some(other))),
        };
        let unit = match unit {
            Expr::Literal(Literal { value: LiteralValue::String(text), .. }) => {
                match text.to_string().as_str() {
                    unit if unit.eq_ignore_ascii_case("km") => 1.0,
                    unit if unit.eq_ignore_ascii_case("mi") => MILE,
                    _ => return Err(unexpected(call.args.last())),
                }
            }
            other => return Err(unexpected(Some(other))),
        };
        let operand = Operand::Distance(Box::new(Distance { from, to, unit }));
        Ok(Term { operand, facts: FieldFacts::of_result("DISTANCE", FieldType::Double), at: call.span.start })
    }

    fn geolocation(&self, call: &Call) -> Result<Point, Refusal> {
        let [latitude, longitude] = call.args.as_slice() else { return Err(self.misplaced(call)) };
        Ok(Point::Fixed(self.degrees(latitude, 90.0)?, self.degrees(longitude, 180.0)?))
    }

    fn degrees(&self, expr: &Expr, most: f64) -> Result<f64, Refusal> {
        let number = match expr {
            Expr::Literal(Literal { value: LiteralValue::Number(text), .. }) => text.parse::<f64>().ok(),
            Expr::Literal(Literal { value: LiteralValue::Bind(_), span }) => {
                return Err(self.source.bind_variable(span.start));
            }
            _ => None,
        };
        number
            .filter(|degrees| degrees.abs() <= most)
            .ok_or_else(|| self.source.unexpected(expr.span().start))
    }

    /// The coordinates of a location, or of an address.
    fn location(&self, path: &Path) -> Result<Point, Refusal> {
        let field = self.field(path)?;
        let part = |wanted: &str| {
            let parts = field.field.def.iter().flat_map(|def| def.compound_parts.iter());
            let (_, slot) = parts.into_iter().find(|(name, _)| **name == *wanted)?;
            Some(Steps { leaf: Place::Slot(*slot), ..field.steps() })
        };
        match (part("latitude"), part("longitude")) {
            (Some(latitude), Some(longitude)) => Ok(Point::Field { latitude, longitude }),
            _ => {
                let text = format!("field {} does not support function DISTANCE", field.field.name);
                Err(self.source.malformed(path.span.start, &text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_run_over_the_sphere() {
        let km = |from, to| (arc(from, to) * RADIUS).round();
        let (paris, london) = ((48.8566, 2.3522), (51.5074, -0.1278));
        assert_eq!(km(paris, london), 344.0);
        assert_eq!(km(paris, paris), 0.0);
        // Half around the world, where rounding could leave the domain of the arc sine.
        assert_eq!(km((0.0, 0.0), (0.0, 180.0)), 20_015.0);
        // Across the date line it is not far.
        assert_eq!(km((0.0, 179.5), (0.0, -179.5)), 111.0);
    }
}
