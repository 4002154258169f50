//! Resolves the expressions of a statement: fields and the functions around them.

use std::{collections::BTreeMap, sync::Arc};

use mockorg_soql::tree::{Call, Expr, Path};

use super::{
    errors::{Refusal, comparison_point},
    functions::Function,
    operand::Operand,
    path::{FieldFacts, FieldPath},
    scope::Scope,
};
use crate::catalog::FieldType;

/// The clause in which an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    /// The field list.
    Select,
    /// WHERE.
    Where,
    /// GROUP BY.
    Group,
    /// HAVING.
    Having,
    /// ORDER BY.
    Order,
}

/// A resolved expression with what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Term<'c> {
    /// How its value is found.
    pub(super) operand: Operand,
    /// What is known of the value.
    pub(super) facts: FieldFacts<'c>,
    /// Where errors about a comparison with it point.
    pub(super) at: usize,
}

impl<'c> Scope<'c> {
    /// Resolves an expression over a record.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` for unknown fields, `MALFORMED_QUERY` for functions that cannot stand there.
    pub(super) fn term(&self, expr: &Expr, clause: Clause) -> Result<Term<'c>, Refusal> {
        match expr {
            Expr::Field(path) => {
                let term = Term::of_field(path, &self.field(path)?);
                // Rows are always ordered by amounts in one currency.
                Ok(if clause == Clause::Order { self.comparable(term) } else { term })
            }
            Expr::Literal(literal) => Err(self.source.unexpected(literal.span.start)),
            Expr::Call(call) => self.call(call, clause),
        }
    }

    /// Resolves a function over a record.
    ///
    /// # Errors
    ///
    /// As for [`Scope::term`].
    pub(super) fn call(&self, call: &Call, clause: Clause) -> Result<Term<'c>, Refusal> {
        match Function::named(&call.name.text) {
            Some(Function::DatePart(_)) if matches!(clause, Clause::Where | Clause::Group) => {
                self.date_part(call)
            }
            Some(Function::Distance) if matches!(clause, Clause::Select | Clause::Where | Clause::Order) => {
                self.distance(call)
            }
            Some(Function::ToLabel) if matches!(clause, Clause::Select | Clause::Where) => {
                let (path, field) = self.only_field(call)?;
                self.decorated(call, Term::of_field(path, &field))
            }
            Some(Function::ConvertCurrency) if clause == Clause::Select => {
                let (path, field) = self.only_field(call)?;
                self.decorated(call, Term::of_field(path, &field))
            }
            Some(Function::Format) if clause == Clause::Select => match call.args.as_slice() {
                [argument] if self.formattable(argument) => {
                    let inner = self.term(argument, clause)?;
                    self.decorated(call, inner)
                }
                [argument, ..] => Err(self.source.unexpected(argument.span().start)),
                [] => Err(self.misplaced(call)),
            },
            _ => Err(self.misplaced(call)),
        }
    }

    /// Whether FORMAT takes the argument: a field, or one in the user's currency.
    fn formattable(&self, argument: &Expr) -> bool {
        match argument {
            Expr::Field(_) => true,
            Expr::Call(inner) => {
                matches!(Function::named(&inner.name.text), Some(Function::ConvertCurrency))
            }
            Expr::Literal(_) => false,
        }
    }

    /// The refusal of a function where it cannot stand.
    pub(super) fn misplaced(&self, call: &Call) -> Refusal {
        self.source.unexpected(call.span.start)
    }

    /// The refusal of a function inside a function that takes none.
    fn nested(&self, call: &Call) -> Refusal {
        // Third-party tools that were held against real orgs quote these words.
        let text = format!(
            "nested functional syntax can only be used in the following manner: \
             date_function(convertTimezone(columnName)): {}",
            call.name.text.to_uppercase()
        );
        self.source.malformed(call.span.start, &text)
    }

    /// The field that is a function's only argument.
    pub(super) fn only_field<'e>(&self, call: &'e Call) -> Result<(&'e Path, FieldPath<'c>), Refusal> {
        match call.args.as_slice() {
            [Expr::Field(path)] => Ok((path, self.field(path)?)),
            [Expr::Call(_), ..] => Err(self.nested(call)),
            [first, ..] => Err(self.source.unexpected(first.span().start)),
            [] => Err(self.source.unexpected(call.span.end.saturating_sub(1))),
        }
    }

    /// A date function over a field, or over a field in the user's time zone.
    pub(super) fn date_part(&self, call: &Call) -> Result<Term<'c>, Refusal> {
        let Some(Function::DatePart(part)) = Function::named(&call.name.text) else {
            return Err(self.misplaced(call));
        };
        let (inner, local) = match call.args.as_slice() {
            [Expr::Call(inner)] => match Function::named(&inner.name.text) {
                Some(Function::ConvertTimezone) => (inner, true),
                _ => return Err(self.nested(call)),
            },
            _ => (call, false),
        };
        let (path, field) = self.only_field(inner)?;
        let fits = match field.field.field_type {
            FieldType::DateTime => true,
            FieldType::Date => !part.of_instants && !local,
            _ => false,
        };
        if !fits {
            let text = format!("field {} does not support function {}", field.field.name, part.name);
            return Err(self.source.malformed(path.span.start, &text));
        }
        if !field.field.filterable {
            return Err(self.source.not_filterable(path.span.start, &field.field.name));
        }
        let operand = Operand::DatePart {
            part,
            of: Box::new(Operand::Field(field.steps())),
            local,
            calendar: self.calendar(),
        };
        let canonical = field.canonical();
        let argument = if local { format!("convertTimezone({canonical})") } else { canonical };
        let facts = FieldFacts::of_result(format!("{}({argument})", part.name), part.gives);
        Ok(Term { operand, facts, at: call.span.start })
    }

    /// A function that changes how a value is shown, around a field, a key or an aggregate.
    pub(super) fn decorated(&self, call: &Call, inner: Term<'c>) -> Result<Term<'c>, Refusal> {
        match Function::named(&call.name.text) {
            Some(Function::ToLabel) => Ok(Self::label(inner)),
            Some(Function::Format) => self.formatted(call.span.start, inner),
            Some(Function::ConvertCurrency) => self.converted(call.span.start, inner),
            _ => Err(self.misplaced(call)),
        }
    }

    /// The label of a picklist value; other values are their own label.
    fn label(mut term: Term<'c>) -> Term<'c> {
        let mut labels: BTreeMap<Box<str>, Arc<str>> = BTreeMap::new();
        for value in term.facts.picklist_values {
            labels.entry(value.value.to_uppercase().into()).or_insert_with(|| Arc::clone(&value.label));
        }
        if !labels.is_empty() {
            term.operand = Operand::Label { of: Box::new(term.operand), labels: Arc::new(labels) };
            // The labels of a multipicklist are chosen among as its values are.
            if term.facts.field_type != FieldType::MultiPicklist {
                term.facts.field_type = FieldType::String;
            }
        }
        term
    }

    /// The field inside a function of one field, in whose place the function's value is shown.
    pub(super) fn field_inside(&self, call: &Call) -> Result<Option<FieldPath<'c>>, Refusal> {
        match call.args.as_slice() {
            [Expr::Field(path)] => self.field(path).map(Some),
            [Expr::Call(inner)] => self.field_inside(inner),
            _ => Ok(None),
        }
    }
}

impl<'c> Term<'c> {
    /// A plain field.
    pub(super) fn of_field(path: &Path, field: &FieldPath<'c>) -> Self {
        Self {
            operand: Operand::Field(field.steps()),
            facts: field.field.clone(),
            at: comparison_point(path),
        }
    }
}
