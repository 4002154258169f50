//! Resolves WHERE: names to paths, literals to values, operators to checks.

use mockorg_soql::tree::{Comparison, Condition, Expr, Literal, LiteralValue, Operand as Right, Operator};

use super::{
    date_literals::Period,
    errors::Refusal,
    filter::{Check, Comparer, Filter, Members, Test},
    like::Pattern,
    limits,
    literals::{Typed, mismatch, typed},
    operand::Operand,
    path::FieldFacts,
    scope::Scope,
    semi_join::{self, Nesting, SemiJoins},
    terms::{Clause, Term},
};
use crate::{Value, catalog::FieldType};

/// What resolving a condition needs to know.
pub(super) struct Conditions<'r, 'c> {
    /// The query that it belongs to.
    pub(super) scope: &'r Scope<'c>,
    /// WHERE or HAVING.
    pub(super) clause: Clause,
    /// Resolves the left side of a comparison.
    pub(super) left: &'r dyn Fn(&Expr) -> Result<Term<'c>, Refusal>,
    /// The semi joins so far.
    pub(super) semi_joins: SemiJoins,
}

/// Resolves a WHERE condition.
pub(super) fn resolve<'c>(scope: &Scope<'c>, condition: &'c Condition) -> Result<Filter, Refusal> {
    let left = |expr: &Expr| scope.term(expr, Clause::Where);
    Conditions { scope, clause: Clause::Where, left: &left, semi_joins: SemiJoins::default() }
        .resolve(condition, Nesting::Top)
}

impl<'c> Conditions<'_, 'c> {
    /// Resolves a condition that lies so in the whole one.
    pub(super) fn resolve(&self, condition: &'c Condition, nesting: Nesting) -> Result<Filter, Refusal> {
        let each = |conditions: &'c [Condition], nesting| {
            conditions.iter().map(|condition| self.resolve(condition, nesting)).collect::<Result<Vec<_>, _>>()
        };
        match condition {
            Condition::And(conditions) => each(conditions, nesting.under_and()).map(Filter::All),
            Condition::Or(conditions) => each(conditions, nesting.under_or()).map(Filter::Any),
            Condition::Not(condition) => self.resolve(condition, nesting).map(Filter::negated),
            Condition::Comparison(comparison) => self.comparison(comparison, nesting),
        }
    }

    fn comparison(&self, comparison: &'c Comparison, nesting: Nesting) -> Result<Filter, Refusal> {
        let term = (self.left)(&comparison.left)?;
        if let Right::Subquery(inner) = &comparison.right {
            return semi_join::resolve(self, (comparison, inner), &term, nesting);
        }
        let source = self.scope.source;
        let comparable = term.facts.filterable
            || (self.scope.in_memory
                && !matches!(term.facts.field_type, FieldType::ComplexValue | FieldType::Base64));
        if !comparable {
            return Err(source.not_filterable(term.at, &term.facts.name));
        }
        let by_order = matches!(comparison.operator, Operator::Less | Operator::Greater);
        if matches!(term.operand, Operand::Distance(_)) && !by_order {
            return Err(source.malformed(term.at, "invalid operator"));
        }
        let literals = match &comparison.right {
            Right::Literal(literal) => std::slice::from_ref(literal),
            Right::List(literals, _) => literals,
            Right::Subquery(_) => &[],
        };
        limits::check_texts(source, literals)?;
        let term = self.scope.against(term, literals, self.clause)?;
        let comparer = comparer(&term.facts);
        let resolver = Resolver { scope: self.scope, term, comparer };
        match (&comparison.operator, &comparison.right) {
            (Operator::In, Right::List(literals, _)) => resolver.members(literals),
            (Operator::NotIn, Right::List(literals, _)) => resolver.members(literals).map(Filter::negated),
            (Operator::Includes, Right::List(literals, _)) => resolver.includes(literals),
            (Operator::Excludes, Right::List(literals, _)) => {
                resolver.includes(literals).map(Filter::negated)
            }
            (operator, Right::Literal(literal)) => resolver.compare(*operator, literal),
            (_, Right::List(_, span)) => Err(source.unexpected(span.start)),
            (_, Right::Subquery(inner)) => Err(source.unexpected(inner.span.start)),
        }
    }
}

/// One comparison on its way to a filter.
struct Resolver<'r, 'c> {
    scope: &'r Scope<'c>,
    term: Term<'c>,
    comparer: Comparer,
}

/// How values of a field compare.
pub(super) fn comparer(field: &FieldFacts<'_>) -> Comparer {
    match field.field_type {
        FieldType::Boolean => Comparer::Bool,
        _ if field.case_sensitive => Comparer::Exact,
        _ => Comparer::Folded,
    }
}

impl Resolver<'_, '_> {
    fn test(&self, check: Check) -> Filter {
        Filter::Test(Test { left: self.term.operand.clone(), comparer: self.comparer, check })
    }

    fn typed(&self, literal: &Literal) -> Result<Typed, Refusal> {
        typed(self.scope, &self.term, literal)
    }

    fn compare(&self, operator: Operator, literal: &Literal) -> Result<Filter, Refusal> {
        self.check_operator(operator)?;
        if operator == Operator::Like {
            return self.like(literal);
        }
        let typed = self.typed(literal)?;
        let orders = matches!(
            operator,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
        );
        if orders && literal.value == LiteralValue::Null {
            return Err(self.scope.source.malformed(self.term.at, "invalid operator"));
        }
        match typed {
            Typed::Value(value) => self.against_value(operator, value, literal),
            Typed::Period(period) => self.against_period(operator, period, literal),
        }
    }

    fn against_value(&self, operator: Operator, value: Value, literal: &Literal) -> Result<Filter, Refusal> {
        Ok(match operator {
            Operator::Equal => self.test(Check::Equal(value)),
            Operator::NotEqual => self.test(Check::Equal(value)).negated(),
            Operator::Less => self.test(Check::Less(value)),
            Operator::LessOrEqual => self.test(Check::AtMost(value)),
            Operator::Greater => self.test(Check::Greater(value)),
            Operator::GreaterOrEqual => self.test(Check::AtLeast(value)),
            Operator::Like | Operator::In | Operator::NotIn | Operator::Includes | Operator::Excludes => {
                return Err(self.scope.source.unexpected(literal.span.start));
            }
        })
    }

    /// A period is before, within or after; which one decides every operator.
    fn against_period(
        &self,
        operator: Operator,
        period: Period,
        literal: &Literal,
    ) -> Result<Filter, Refusal> {
        Ok(match operator {
            Operator::Equal => self.within(period),
            Operator::NotEqual => self.within(period).negated(),
            Operator::Less => self.test(Check::Less(period.start)),
            Operator::LessOrEqual => self.test(Check::Less(period.end)),
            Operator::Greater => self.test(Check::AtLeast(period.end)),
            Operator::GreaterOrEqual => self.test(Check::AtLeast(period.start)),
            Operator::Like | Operator::In | Operator::NotIn | Operator::Includes | Operator::Excludes => {
                return Err(self.scope.source.unexpected(literal.span.start));
            }
        })
    }

    fn within(&self, period: Period) -> Filter {
        Filter::All(vec![self.test(Check::AtLeast(period.start)), self.test(Check::Less(period.end))])
    }

    fn like(&self, literal: &Literal) -> Result<Filter, Refusal> {
        // Binds and values of another type get the errors that any comparison gives them.
        self.typed(literal)?;
        let LiteralValue::String(pattern) = &literal.value else {
            return Err(mismatch(self.scope.source, &self.term));
        };
        if pattern.is_empty() {
            return Ok(self.test(Check::Equal(Value::Null)));
        }
        Ok(self.test(Check::Like(Pattern::new(pattern, self.term.facts.case_sensitive))))
    }

    fn members(&self, literals: &[Literal]) -> Result<Filter, Refusal> {
        let mut values = Vec::with_capacity(literals.len());
        let mut filters = Vec::new();
        for literal in literals {
            match self.typed(literal)? {
                Typed::Value(value) => values.push(value),
                Typed::Period(period) => filters.push(self.within(period)),
            }
        }
        let members = self.test(Check::In(Members::new(values, self.comparer)));
        if filters.is_empty() {
            return Ok(members);
        }
        filters.push(members);
        Ok(Filter::Any(filters))
    }

    fn includes(&self, literals: &[Literal]) -> Result<Filter, Refusal> {
        self.check_operator(Operator::Includes)?;
        let mut sets = Vec::with_capacity(literals.len());
        let mut filters = Vec::new();
        for literal in literals {
            self.typed(literal)?;
            match &literal.value {
                LiteralValue::String(text) if !text.is_empty() => {
                    sets.push(text.split(';').map(Box::from).collect());
                }
                _ => filters.push(self.test(Check::Equal(Value::Null))),
            }
        }
        filters.push(self.test(Check::Includes(sets)));
        Ok(Filter::Any(filters))
    }

    /// Whether the field's type knows the operator.
    fn check_operator(&self, operator: Operator) -> Result<(), Refusal> {
        use FieldType as T;
        use Operator as O;
        let equality = matches!(operator, O::Equal | O::NotEqual | O::In | O::NotIn);
        let fits = match (self.term.facts.field_type, operator) {
            _ if equality => true,
            (T::MultiPicklist, O::Includes | O::Excludes) => true,
            (T::MultiPicklist | T::Boolean, _) | (_, O::Includes | O::Excludes) => false,
            (
                T::String
                | T::TextArea
                | T::Picklist
                | T::ComboBox
                | T::Email
                | T::Phone
                | T::Url
                | T::EncryptedString,
                O::Like,
            ) => true,
            (_, O::Like) => false,
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            Err(self.scope.source.invalid_operator(self.term.at, noun(self.term.facts.field_type)))
        }
    }
}

/// What the platform calls a field of this type when it refuses an operator.
fn noun(field_type: FieldType) -> &'static str {
    use FieldType as T;
    match field_type {
        T::Id | T::Reference => "id",
        T::Boolean => "boolean",
        T::Int => "int",
        T::Double => "double",
        T::Currency => "currency",
        T::Percent => "percent",
        T::Date => "date",
        T::DateTime => "datetime",
        T::Time => "time",
        T::Picklist => "picklist",
        T::MultiPicklist => "multipicklist",
        T::TextArea => "textarea",
        T::ComboBox => "combobox",
        T::Email => "email",
        T::Phone => "phone",
        T::Url => "url",
        T::String | T::EncryptedString => "string",
        T::Address | T::Location | T::Base64 | T::AnyType | T::ComplexValue => "complex",
    }
}
