//! From a tree to a checked formula: names, types, numbers of arguments.

use crate::{
    ApiVersion, Value,
    catalog::{Catalog, FieldDef, FieldType, ObjectIndex, SObjectDef, Slot},
};

use super::{
    error::FormulaError,
    functions::{Function, NOT_MODELLED, SIGNATURES, Signature, Takes},
    node::{FieldRef, Formula, Node, Purpose, Reading, Start},
    parser::parse,
    tree::{Binary, Expr, Unary},
    types::Type,
};

/// How many relationships a path may follow.
const LONGEST_WAY: usize = 10;

impl Formula {
    /// Reads a formula of `object` that gives `wanted`.
    ///
    /// # Errors
    ///
    /// When the text is no formula, names what does not exist or gives another type.
    pub(crate) fn compile(
        catalog: &Catalog,
        object: &SObjectDef,
        source: &str,
        wanted: Type,
        purpose: Purpose,
        blank_as_zero: bool,
    ) -> Result<Self, FormulaError> {
        let tree = parse(source)?;
        let mut checker = Checker { catalog, object, purpose, reads: Vec::new() };
        let (root, gives) = checker.value(&tree)?;
        // A picklist's default is a text; every other formula is of its type.
        if !gives.suits(wanted) {
            return Err(FormulaError::new(format_args!(
                "Formula result is data type ({gives}), incompatible with expected data type ({wanted})."
            )));
        }
        Ok(Self { root, blank_as_zero, reads: checker.reads })
    }
}

struct Checker<'c> {
    catalog: &'c Catalog,
    object: &'c SObjectDef,
    purpose: Purpose,
    reads: Vec<(ObjectIndex, Slot)>,
}

type Typed = (Node, Type);

impl<'c> Checker<'c> {
    /// An expression whose value is used; picklists are not.
    fn value(&mut self, expr: &Expr) -> Result<Typed, FormulaError> {
        let (node, gives) = self.any(expr)?;
        if matches!(gives, Type::Picklist | Type::MultiPicklist) {
            let name = if let Expr::Path(names) = expr { names.join(".") } else { String::new() };
            let kind = if gives == Type::Picklist { "picklist" } else { "multi-select picklist" };
            let kinds = if gives == Type::Picklist { "Picklist" } else { "Multi-select picklist" };
            return Err(FormulaError::new(format_args!(
                "Field {name} is a {kind} field. {kinds} fields are only supported in certain functions."
            )));
        }
        Ok((node, gives))
    }

    fn any(&mut self, expr: &Expr) -> Result<Typed, FormulaError> {
        Ok(match expr {
            Expr::Number(number) => (Node::Literal(Value::Number(number.normalize())), Type::Number),
            Expr::Text(text) => (Node::Literal(Value::text(text)), Type::Text),
            Expr::Boolean(value) => (Node::Literal(Value::Bool(*value)), Type::Boolean),
            Expr::Null => (Node::Literal(Value::Null), Type::Null),
            Expr::Path(names) => self.path(names)?,
            Expr::Unary(Unary::Minus, inner) => {
                let inner = self.one(inner, Type::Number, "operator '-'")?;
                (Node::Negate(Box::new(inner)), Type::Number)
            }
            Expr::Unary(Unary::Not, inner) => {
                let inner = self.one(inner, Type::Boolean, "operator '!'")?;
                (Node::Call(Function::Not, Box::from([inner])), Type::Boolean)
            }
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Expr::Call(name, arguments) => self.call(name, arguments)?,
        })
    }

    fn one(&mut self, expr: &Expr, wanted: Type, of: &str) -> Result<Node, FormulaError> {
        let (node, gives) = self.value(expr)?;
        if gives.suits(wanted) { Ok(node) } else { Err(unfit(of, wanted, gives)) }
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr) -> Result<Typed, FormulaError> {
        use Type as T;
        let of = format!("operator '{}'", operator.sign());
        let (first, a) = self.value(left)?;
        let (second, b) = self.value(right)?;
        let both = |wanted: Type| {
            let wrong = [a, b].into_iter().find(|own| !own.suits(wanted));
            wrong.map_or(Ok(wanted), |own| Err(unfit(&of, wanted, own)))
        };
        let gives = match operator {
            Binary::Or | Binary::And => both(T::Boolean)?,
            Binary::Concat => both(T::Text)?,
            Binary::Times | Binary::Divide | Binary::Power => both(T::Number)?,
            Binary::Equal | Binary::NotEqual => {
                unify(a, b).ok_or_else(|| unfit(&of, a, b))?;
                T::Boolean
            }
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                match unify(a, b) {
                    Some(T::Boolean) => return Err(unfit(&of, T::Number, T::Boolean)),
                    Some(_) => T::Boolean,
                    None => return Err(unfit(&of, a, b)),
                }
            }
            Binary::Plus => match (a, b) {
                (T::Text, T::Text | T::Null) | (T::Null, T::Text) => T::Text,
                (T::Date | T::DateTime | T::Time, T::Number | T::Null) => a,
                (T::Number | T::Null, T::Date | T::DateTime | T::Time) => b,
                _ => both(T::Number)?,
            },
            Binary::Minus => match (a, b) {
                (T::Date | T::DateTime | T::Time, T::Number | T::Null) => a,
                (T::Date, T::Date) | (T::DateTime, T::DateTime) | (T::Time, T::Time) => T::Number,
                _ => both(T::Number)?,
            },
        };
        Ok((Node::Binary(operator, Box::new(first), Box::new(second)), gives))
    }

    fn call(&mut self, name: &str, arguments: &[Expr]) -> Result<Typed, FormulaError> {
        let upper = name.to_ascii_uppercase();
        if let Some(signature) = SIGNATURES.iter().find(|signature| signature.name == upper) {
            return self.by_signature(signature, arguments);
        }
        match (upper.as_str(), arguments) {
            ("IF", [condition, yes, no]) => {
                let condition = self.one(condition, Type::Boolean, "function 'IF()'")?;
                let ((yes, a), (no, b)) = (self.value(yes)?, self.value(no)?);
                let gives = unify(a, b).ok_or_else(|| unfit("function 'IF()'", a, b))?;
                Ok((Node::Call(Function::If, Box::from([condition, yes, no])), gives))
            }
            ("CASE", arguments) if arguments.len() >= 4 && arguments.len() % 2 == 0 => self.case(arguments),
            ("BLANKVALUE" | "NULLVALUE", [value, other]) => {
                let function = if upper == "BLANKVALUE" { Function::BlankValue } else { Function::NullValue };
                let ((value, a), (other, b)) = (self.value(value)?, self.value(other)?);
                let gives = unify(a, b).ok_or_else(|| unfit(&format!("function '{upper}()'"), a, b))?;
                // Text is never null to the platform, only blank.
                if function == Function::NullValue && a == Type::Text {
                    return Ok((value, gives));
                }
                Ok((Node::Call(function, Box::from([value, other])), gives))
            }
            ("ISPICKVAL", [field, value]) => {
                let field = self.picklist(field, Type::Picklist, "ISPICKVAL")?;
                let value = self.one(value, Type::Text, "function 'ISPICKVAL()'")?;
                Ok((Node::Call(Function::IsPickVal, Box::from([field, value])), Type::Boolean))
            }
            ("INCLUDES", [field, value]) => {
                let field = self.picklist(field, Type::MultiPicklist, "INCLUDES")?;
                let value = self.one(value, Type::Text, "function 'INCLUDES()'")?;
                Ok((Node::Call(Function::Includes, Box::from([field, value])), Type::Boolean))
            }
            ("ADDMONTHS", [date, months]) => {
                let (date, gives) = self.value(date)?;
                if !matches!(gives, Type::Date | Type::DateTime) {
                    return Err(unfit("function 'ADDMONTHS()'", Type::Date, gives));
                }
                let months = self.one(months, Type::Number, "function 'ADDMONTHS()'")?;
                Ok((Node::Call(Function::AddMonths, Box::from([date, months])), gives))
            }
            ("ISNEW", []) => {
                self.of_saving("ISNEW")?;
                Ok((Node::Call(Function::IsNew, Box::default()), Type::Boolean))
            }
            ("ISCHANGED" | "PRIORVALUE", [field]) => {
                self.of_saving(&upper)?;
                let (node, gives) = self.any(field)?;
                let own =
                    matches!(&node, Node::Field(own) if own.start == Start::Record && own.hops.is_empty());
                if !own {
                    return Err(FormulaError::new(format_args!(
                        "Incorrect parameter type for function '{upper}()'. Expected a field of the record itself"
                    )));
                }
                if upper == "PRIORVALUE" {
                    return Ok((Node::Call(Function::PriorValue, Box::from([node])), gives));
                }
                Ok((Node::Call(Function::IsChanged, Box::from([node])), Type::Boolean))
            }
            (
                "IF" | "CASE" | "BLANKVALUE" | "NULLVALUE" | "ISPICKVAL" | "INCLUDES" | "ADDMONTHS" | "ISNEW"
                | "ISCHANGED" | "PRIORVALUE",
                _,
            ) => {
                let expected = match upper.as_str() {
                    "IF" => "3",
                    "CASE" => "an even number, 4 or more",
                    "ISNEW" => "0",
                    "ISCHANGED" | "PRIORVALUE" => "1",
                    _ => "2",
                };
                Err(wrong_number(&upper, expected, arguments.len()))
            }
            _ if NOT_MODELLED.contains(&upper.as_str()) => {
                Err(FormulaError::not_modelled(format_args!("the function {upper}")))
            }
            _ => Err(FormulaError::new(format_args!("Unknown function {name}. Check spelling."))),
        }
    }

    fn by_signature(&mut self, signature: &Signature, arguments: &[Expr]) -> Result<Typed, FormulaError> {
        let most = signature.takes.len();
        let least = most - signature.optional;
        if arguments.len() < least || (arguments.len() > most && !signature.repeats) {
            let expected = if arguments.len() < least { least } else { most };
            return Err(wrong_number(signature.name, &expected.to_string(), arguments.len()));
        }
        let of = format!("function '{}()'", signature.name);
        let mut nodes = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            let Some(takes) = signature.takes.get(at).or(signature.takes.last()) else { continue };
            let (node, gives) = match takes {
                Takes::Any | Takes::Writable => self.any(argument)?,
                _ => self.value(argument)?,
            };
            let wanted = match takes {
                Takes::One(wanted) => (!gives.suits(*wanted)).then_some(*wanted),
                Takes::Dated => {
                    (!matches!(gives, Type::Date | Type::DateTime | Type::Null)).then_some(Type::DateTime)
                }
                Takes::TextOrDated => {
                    let fits =
                        matches!(gives, Type::Text | Type::Date | Type::DateTime | Type::Time | Type::Null);
                    (!fits).then_some(Type::Text)
                }
                Takes::Writable => {
                    matches!(gives, Type::Boolean | Type::MultiPicklist).then_some(Type::Number)
                }
                Takes::Any => None,
            };
            if let Some(wanted) = wanted {
                return Err(unfit(&of, wanted, gives));
            }
            if signature.function == Function::IsNull && gives == Type::Text {
                // Text is never null to the platform, only blank.
                return Ok((Node::Literal(Value::Bool(false)), Type::Boolean));
            }
            nodes.push(node);
        }
        Ok((Node::Call(signature.function, nodes.into()), signature.gives))
    }

    /// `CASE(value, one, result, other, result, else)`
    fn case(&mut self, arguments: &[Expr]) -> Result<Typed, FormulaError> {
        let of = "function 'CASE()'";
        let (subject, over) = self.any(&arguments[0])?;
        let over = match over {
            Type::Picklist => Type::Text,
            Type::MultiPicklist => return Err(unfit(of, Type::Picklist, over)),
            over => over,
        };
        let mut nodes = vec![subject];
        let mut gives = Type::Null;
        for (at, argument) in arguments.iter().enumerate().skip(1) {
            let (node, own) = self.value(argument)?;
            let is_key = at % 2 == 1 && at + 1 < arguments.len();
            if is_key {
                unify(over, own).ok_or_else(|| unfit(of, over, own))?;
            } else {
                gives = unify(gives, own).ok_or_else(|| unfit(of, gives, own))?;
            }
            nodes.push(node);
        }
        Ok((Node::Call(Function::Case, nodes.into()), gives))
    }

    fn picklist(&mut self, expr: &Expr, wanted: Type, function: &str) -> Result<Node, FormulaError> {
        let (node, gives) = self.any(expr)?;
        if gives == wanted {
            Ok(node)
        } else {
            Err(unfit(&format!("function '{function}()'"), wanted, gives))
        }
    }

    fn of_saving(&self, function: &str) -> Result<(), FormulaError> {
        if self.purpose == Purpose::Condition {
            return Ok(());
        }
        Err(FormulaError::new(format_args!("Function {function} may not be used in this type of formula")))
    }

    fn path(&mut self, names: &[Box<str>]) -> Result<Typed, FormulaError> {
        let whole = || names.join(".");
        let unknown = || FormulaError::new(format_args!("Field {} does not exist. Check spelling.", whole()));
        let (start, mut object, mut way) = self.start(names)?;
        let mut hops: Vec<(Slot, ObjectIndex)> = Vec::new();
        if names.first().is_some_and(|name| name.starts_with('$')) && way.len() == names.len() {
            // `$RecordType.Name` is the record's own.
            way = &names[1..];
            hops.push(self.hop(object, "RecordType").ok_or_else(unknown)?);
            object = self.catalog.object(hops[0].1);
        } else if names.first().is_some_and(|name| name.eq_ignore_ascii_case("$Profile")) {
            hops.push(self.hop(object, "Profile").ok_or_else(unknown)?);
            object = self.catalog.object(hops[0].1);
        } else if names.first().is_some_and(|name| name.eq_ignore_ascii_case("$UserRole")) {
            hops.push(self.hop(object, "UserRole").ok_or_else(unknown)?);
            object = self.catalog.object(hops[0].1);
        }
        let (field, relationships) = way.split_last().ok_or_else(unknown)?;
        if relationships.len() > LONGEST_WAY {
            return Err(FormulaError::new(format_args!(
                "Field {} spans more than {LONGEST_WAY} relationships",
                whole()
            )));
        }
        for name in relationships {
            let hop = self.hop(object, name).ok_or_else(unknown)?;
            hops.push(hop);
            object = self.catalog.object(hop.1);
        }
        let field = object.field(field).ok_or_else(unknown)?;
        let gives = Type::of_field(field.field_type).filter(|_| readable(field)).ok_or_else(|| {
            FormulaError::new(format_args!("You cannot reference the field {} in a formula", whole()))
        })?;
        self.reads.push((object.index, field.slot));
        let reading = match field.field_type {
            FieldType::Percent => Reading::Percent,
            FieldType::Boolean => Reading::Boolean,
            _ if gives == Type::Number => Reading::Number,
            _ => Reading::Plain,
        };
        Ok((Node::Field(FieldRef { start, hops: hops.into(), leaf: field.slot, reading }), gives))
    }

    /// Where a path begins, and the names that follow.
    fn start<'n>(
        &self,
        names: &'n [Box<str>],
    ) -> Result<(Start, &'c SObjectDef, &'n [Box<str>]), FormulaError> {
        let first = names.first().map_or("", |name| name);
        let object = |name: &str| {
            self.catalog
                .find_any(name)
                .ok_or_else(|| FormulaError::not_modelled(format_args!("{first} without the object {name}")))
        };
        match first.to_ascii_uppercase().as_str() {
            "$USER" | "$PROFILE" | "$USERROLE" => Ok((Start::User, object("User")?, &names[1..])),
            "$ORGANIZATION" => Ok((Start::Organization, object("Organization")?, &names[1..])),
            "$RECORDTYPE" if self.purpose != Purpose::Default => Ok((Start::Record, self.object, names)),
            _ if first.starts_with('$') => {
                Err(FormulaError::not_modelled(format_args!("the global variable {first}")))
            }
            _ if self.purpose == Purpose::Default => Err(FormulaError::new(format_args!(
                "Field {} may not be used in this type of formula",
                names.join(".")
            ))),
            _ => Ok((Start::Record, self.object, names)),
        }
    }

    /// The reference behind a relationship, and the object that it leads to: `Account`, `Owner:User`.
    fn hop(&self, object: &SObjectDef, name: &str) -> Option<(Slot, ObjectIndex)> {
        let (relationship, target) = match name.split_once(':') {
            Some((relationship, target)) => (relationship, Some(target)),
            None => (name, None),
        };
        let field = object.parent_relationship(relationship, ApiVersion::NEWEST)?;
        let target = match (target, field.reference_to.as_slice()) {
            (Some(target), targets) => targets.iter().find(|own| own.eq_ignore_ascii_case(target))?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        Some((field.slot, self.catalog.find_any(target)?.index))
    }
}

/// Long text and rich text cannot be read by formulas.
fn readable(field: &FieldDef) -> bool {
    !(field.field_type == FieldType::TextArea && field.length > 255 && field.calculated_formula.is_none())
}

/// The type of both; `None` when they differ.
fn unify(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (Type::Null, other) | (other, Type::Null) => Some(other),
        _ => (a == b).then_some(a),
    }
}

fn unfit(of: &str, wanted: Type, gives: Type) -> FormulaError {
    FormulaError::new(format_args!("Incorrect parameter type for {of}. Expected {wanted}, received {gives}"))
}

fn wrong_number(function: &str, expected: &str, given: usize) -> FormulaError {
    FormulaError::new(format_args!(
        "Incorrect number of parameters for function '{function}()'. Expected {expected}, received {given}"
    ))
}
