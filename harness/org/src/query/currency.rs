//! The currencies of an org that has several: their rates, and how amounts are converted.

use std::sync::Arc;

use mockorg_soql::tree::{Literal, LiteralValue};
use rust_decimal::Decimal;

use super::{
    errors::Refusal,
    operand::{Operand, Source},
    path::{Place, Steps},
    scope::Scope,
    terms::{Clause, Term},
};
use crate::{Org, RecordId, Value, catalog::FieldType};

/// The object that orgs with several currencies have, and no others.
pub(super) const CURRENCY_TYPE: &str = "CurrencyType";

/// One currency.
#[derive(Clone, Debug)]
struct Currency {
    code: Box<str>,
    /// How much of it one unit of the corporate currency is worth.
    rate: Decimal,
    places: u32,
}

/// The currencies of an org that has several.
#[derive(Clone, Debug)]
pub(super) struct Currencies {
    known: Vec<Currency>,
    corporate: Box<str>,
    of_user: Box<str>,
}

/// An amount in another currency.
#[derive(Clone, Debug)]
pub(super) struct Converted {
    /// The amount.
    pub(super) of: Operand,
    /// Where the record says which currency it is in; without, it is in the corporate one.
    pub(super) from: Option<Steps>,
    /// The code of the wanted currency.
    pub(super) to: Box<str>,
    pub(super) currencies: Arc<Currencies>,
}

impl Currencies {
    /// The currencies of an org; `None` where it has but one, or does not say which one the rates are against.
    pub(super) fn of(org: &Org, user: RecordId) -> Option<Self> {
        let object = org.catalog.find_any(CURRENCY_TYPE)?;
        let mut corporate = None;
        let mut known = Vec::new();
        for record in org.store.live_records(object) {
            let Some(code) = record.get("IsoCode").as_text() else { continue };
            if record.get("IsCorporate").is_true() {
                corporate = Some(Box::from(code));
            }
            known.push(Currency {
                code: code.into(),
                rate: record.get("ConversionRate").as_number().unwrap_or_default(),
                places: record.get("DecimalPlaces").as_int().and_then(|n| u32::try_from(n).ok()).unwrap_or(2),
            });
        }
        // Rates are those against the corporate currency.
        let corporate: Box<str> = corporate?;
        let user = org.store.get(user);
        let of_user = user.and_then(|user| user.get("DefaultCurrencyIsoCode").as_text());
        Some(Self { known, of_user: of_user.unwrap_or(&corporate).into(), corporate })
    }

    /// The code of the running user's currency.
    pub(super) fn of_user(&self) -> &str {
        &self.of_user
    }

    /// The code of the corporate currency.
    pub(super) fn corporate(&self) -> &str {
        &self.corporate
    }

    /// How many digits amounts have after the point.
    pub(super) fn places(&self, code: &str) -> u32 {
        self.find(code).map_or(2, |currency| currency.places)
    }

    /// An amount in another currency; none where a rate is missing.
    pub(super) fn convert(&self, amount: Decimal, from: &str, to: &str) -> Option<Decimal> {
        if from == to {
            return Some(amount);
        }
        amount.checked_div(self.find(from)?.rate)?.checked_mul(self.find(to)?.rate)
    }

    fn find(&self, code: &str) -> Option<&Currency> {
        self.known.iter().find(|currency| *currency.code == *code)
    }
}

impl Converted {
    /// The converted amount.
    pub(super) fn value<'o>(&self, source: impl Source<'o>) -> Value {
        let Some(amount) = self.of.value(source).as_ref().as_number() else { return Value::Null };
        let code = self.from.as_ref().map(|steps| source.field(steps));
        let from = code.as_ref().and_then(|code| code.as_ref().as_text());
        let from = from.unwrap_or(self.currencies.corporate());
        self.currencies.convert(amount, from, &self.to).into()
    }

    pub(super) fn without_hops(self) -> Self {
        Self { of: self.of.without_hops(), from: self.from.map(Steps::without_hops), ..self }
    }
}

impl<'c> Scope<'c> {
    /// The refusal of what needs the rates of several currencies. The platform refuses it in orgs with one, in
    /// words that are not on record; orgs that have the feature but no rates are not modelled.
    pub(super) fn one_currency(&self, at: usize) -> Refusal {
        match self.catalog.find_any(CURRENCY_TYPE) {
            Some(_) => self.source.not_modelled(at, "SOQL currencies without CurrencyType records"),
            None => self.source.unexpected(at),
        }
    }

    /// `convertCurrency(Amount)`: the amount in the user's currency.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` in an org with one currency, and for what is no currency field.
    pub(super) fn converted(&self, at: usize, term: Term<'c>) -> Result<Term<'c>, Refusal> {
        let source = self.source;
        let currencies = self.currencies().ok_or_else(|| self.one_currency(at))?;
        // Aggregates are in the corporate currency and stay there.
        if term.facts.field_type != FieldType::Currency || term.operand.steps().is_none() {
            let text = format!("field {} does not support function convertCurrency", term.facts.name);
            return Err(source.malformed(term.at, &text));
        }
        let to = currencies.of_user().into();
        Ok(in_currency(term, to, currencies))
    }

    /// A currency field as it is compared across currencies: in the corporate one. Where the org has one
    /// currency, and for everything else, the term itself.
    pub(super) fn comparable(&self, term: Term<'c>) -> Term<'c> {
        if term.facts.field_type != FieldType::Currency || term.operand.steps().is_none() {
            return term;
        }
        match self.currencies() {
            Some(currencies) => {
                let to = currencies.corporate().into();
                in_currency(term, to, currencies)
            }
            None => term,
        }
    }

    /// What a WHERE condition compares when `literals` stand on its right: amounts in a named currency are
    /// held against amounts in the corporate one, plain numbers against what the field says.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` when amounts with and without currency are mixed, when the org has one currency,
    /// or when no currency field is compared.
    pub(super) fn against(
        &self,
        term: Term<'c>,
        literals: &[Literal],
        clause: Clause,
    ) -> Result<Term<'c>, Refusal> {
        let is_amount = |literal: &&Literal| matches!(literal.value, LiteralValue::Currency { .. });
        let Some(first) = literals.iter().find(is_amount) else { return Ok(term) };
        let is_field = term.facts.field_type == FieldType::Currency && term.operand.steps().is_some();
        let other = literals.iter().find(|literal| !is_amount(literal));
        if let Some(other) = other {
            return Err(self.source.unexpected(other.span.start));
        }
        if !is_field || clause != Clause::Where {
            return Err(self.source.unexpected(first.span.start));
        }
        if self.currencies().is_none() {
            return Err(self.one_currency(first.span.start));
        }
        Ok(self.comparable(term))
    }

    /// A currency literal in the corporate currency.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` for a currency that the org does not have.
    pub(super) fn amount(&self, code: &str, amount: Decimal, at: usize) -> Result<Value, Refusal> {
        let converted =
            self.currencies().and_then(|currencies| currencies.convert(amount, code, currencies.corporate()));
        converted.map(Value::Number).ok_or_else(|| self.source.unexpected(at))
    }
}

fn in_currency<'c>(term: Term<'c>, to: Box<str>, currencies: Arc<Currencies>) -> Term<'c> {
    let from = term
        .operand
        .steps()
        .and_then(|steps| Some(Steps { hops: steps.hops.clone(), leaf: Place::Slot(term.facts.iso_code?) }));
    let operand = Operand::Converted(Box::new(Converted { of: term.operand, from, to, currencies }));
    Term { operand, ..term }
}
