//! FORMAT: values as the running user's locale writes them.

use std::sync::Arc;

use jiff::{SignedDuration, civil::Time};
use rust_decimal::Decimal;

use super::{
    calendar::Calendar,
    currency::{CURRENCY_TYPE, Currencies},
    errors::Refusal,
    locales::Locale,
    operand::{Operand, Source},
    path::{Place, Steps},
    scope::Scope,
    terms::Term,
};
use crate::{Value, ValueRef, catalog::FieldType};

/// A value in the form of a locale.
#[derive(Clone, Debug)]
pub(super) struct Formatted {
    of: Operand,
    form: Form,
    locale: &'static Locale,
    calendar: Arc<Calendar>,
}

/// What kind of value is shown.
#[derive(Clone, Debug)]
enum Form {
    Number(u32),
    Percent(u32),
    /// Money of an org with one currency.
    Dollars,
    /// Money of an org with several.
    Money(Money),
    /// Days, times, and both.
    Moment,
}

/// Money of an org with several currencies.
#[derive(Clone, Debug)]
struct Money {
    currencies: Arc<Currencies>,
    /// Where the record says which currency the amount is in.
    code: Option<Steps>,
    /// Which it is in otherwise.
    otherwise: Box<str>,
}

impl Formatted {
    /// The text; null of null.
    pub(super) fn value<'o>(&self, source: impl Source<'o>) -> Value {
        let held = self.of.value(source);
        self.text(held.as_ref(), source).map_or(Value::Null, Value::text)
    }

    pub(super) fn without_hops(self) -> Self {
        let form = match self.form {
            Form::Money(Money { currencies, code, otherwise }) => {
                Form::Money(Money { currencies, code: code.map(Steps::without_hops), otherwise })
            }
            form => form,
        };
        Self { of: self.of.without_hops(), form, ..self }
    }

    fn text<'o>(&self, value: ValueRef<'_>, source: impl Source<'o>) -> Option<String> {
        let locale = self.locale;
        let text = match (&self.form, value) {
            (Form::Moment, ValueRef::Date(date)) => locale.date(date),
            (Form::Moment, ValueRef::DateTime(at)) => locale.date_time(self.calendar.wall_clock(at)),
            (Form::Moment, ValueRef::Time(millis)) => {
                let since = SignedDuration::from_millis(millis.into());
                locale.time(Time::midnight().saturating_add(since))
            }
            (Form::Number(scale), value) => locale.number(value.as_number()?, *scale),
            (Form::Percent(scale), value) => locale.percent(value.as_number()?, *scale),
            (Form::Dollars, value) => locale.dollars(value.as_number()?),
            (Form::Money(money), value) => {
                let amount = value.as_number()?;
                let code = money.code.as_ref().map(|steps| source.field(steps));
                let code = code.as_ref().and_then(|code| code.as_ref().as_text());
                money.text(locale, amount, code.unwrap_or(&money.otherwise))
            }
            (Form::Moment, _) => return None,
        };
        Some(text)
    }
}

impl Money {
    /// `AED 1,500.00 (USD 408.40)`: the user's currency follows where the record has another.
    fn text(&self, locale: &Locale, amount: Decimal, code: &str) -> String {
        let shown =
            |amount, code: &str| format!("{code} {}", locale.number(amount, self.currencies.places(code)));
        let own = self.currencies.of_user();
        let mut text = shown(amount, code);
        if self.code.is_some()
            && code != own
            && let Some(converted) = self.currencies.convert(amount, code, own)
        {
            text = format!("{text} ({})", shown(converted, own));
        }
        text
    }
}

impl<'c> Scope<'c> {
    /// `FORMAT(Amount)`.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` for types that have no format, and for locales whose formats are not modelled.
    pub(super) fn formatted(&self, at: usize, term: Term<'c>) -> Result<Term<'c>, Refusal> {
        use FieldType as T;
        let scale = u32::from(term.facts.scale);
        let form = match term.facts.field_type {
            T::Int | T::Double => Form::Number(scale),
            T::Percent => Form::Percent(scale),
            T::Currency => self.money(at, &term)?,
            T::Date | T::DateTime | T::Time => Form::Moment,
            _ => {
                let text = format!("field {} does not support function FORMAT", term.facts.name);
                return Err(self.source.malformed(term.at, &text));
            }
        };
        let user = self.org.store.get(self.ctx.user);
        let key = user.and_then(|user| user.get("LocaleSidKey").as_text()).unwrap_or("en_US");
        let Some(locale) = Locale::named(key) else {
            return Err(self.source.not_modelled(at, format!("SOQL FORMAT in the locale {key}")));
        };
        let of = term.operand;
        let operand = Operand::Formatted(Box::new(Formatted { of, form, locale, calendar: self.calendar() }));
        let mut facts = term.facts;
        facts.field_type = T::String;
        facts.picklist_values = &[];
        Ok(Term { operand, facts, at: term.at })
    }

    fn money(&self, at: usize, term: &Term<'_>) -> Result<Form, Refusal> {
        let Some(currencies) = self.currencies() else {
            // With several currencies and no rates, nobody knows what an amount is worth.
            return match self.catalog.find_any(CURRENCY_TYPE) {
                Some(_) => Err(self.one_currency(at)),
                None => Ok(Form::Dollars),
            };
        };
        let (code, otherwise) = match &term.operand {
            Operand::Converted(converted) => (None, converted.to.clone()),
            Operand::Field(steps) => {
                let code = term
                    .facts
                    .iso_code
                    .map(|slot| Steps { hops: steps.hops.clone(), leaf: Place::Slot(slot) });
                (code, currencies.corporate().into())
            }
            // Aggregates are in the corporate currency.
            _ => (None, currencies.corporate().into()),
        };
        Ok(Form::Money(Money { currencies, code, otherwise }))
    }
}
