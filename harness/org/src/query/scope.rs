//! What a query can see: its object, its aliases, its user.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::BTreeSet,
    rc::Rc,
    sync::Arc,
};

use mockorg_soql::tree::{FromItem, Name, Select};

use super::{
    calendar::Calendar,
    currency::Currencies,
    errors::{Refusal, Source},
    path::Hop,
};
use crate::{
    Org,
    catalog::{Catalog, Kind, SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// How many parent relationships a statement may follow.
const MOST_RELATIONSHIPS: usize = 55;
/// How many subqueries a statement may have.
const MOST_SUBQUERIES: usize = 20;

/// The objects and names that one query can see: the statement itself, a child subquery, or a semi join.
#[derive(Clone)]
pub(super) struct Scope<'c> {
    pub(super) org: &'c Org,
    pub(super) catalog: &'c Catalog,
    pub(super) ctx: &'c Ctx,
    pub(super) source: Source<'c>,
    /// Whether deleted records count.
    pub(super) all: bool,
    /// Whether the condition is held against what need not be stored, so that fields without an index count, too.
    pub(super) in_memory: bool,
    /// The object of the FROM clause.
    pub(super) root: &'c SObjectDef,
    /// Its alias.
    pub(super) alias: Option<&'c Name>,
    /// Aliases of parent relationships, with the relationships that they stand for.
    pub(super) parents: Vec<(&'c Name, Vec<Name>)>,
    /// How many subqueries this one lies in.
    pub(super) depth: usize,
    calendar: OnceCell<Arc<Calendar>>,
    currencies: OnceCell<Option<Arc<Currencies>>>,
    /// The parent relationships that the statement follows, all its subqueries included.
    relationships: Rc<RefCell<BTreeSet<String>>>,
    /// How many subqueries the statement has, those inside others included.
    subqueries: Rc<Cell<usize>>,
}

impl<'c> Scope<'c> {
    /// The scope of a query that names its object itself.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE` when the user can see no such object, or no such relationship.
    pub(super) fn of_object(
        org: &'c Org,
        ctx: &'c Ctx,
        (source, all): (Source<'c>, bool),
        select: &'c Select,
    ) -> Result<Self, Refusal> {
        let Some(first) = select.from.first() else { return Err(source.unexpected(select.span.end)) };
        let name = first.path.names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(".");
        let root = org
            .catalog
            .find(&name, ctx.version)
            .filter(|object| object.kind == Kind::SObject && object.supports(SupportedCall::Query))
            .filter(|object| ctx.access.object(object.index).read)
            .ok_or_else(|| source.unknown_object(first.path.span.start, &name))?;
        Self::of_root(org, ctx, (source, all), root).with_aliases(&select.from)
    }

    /// The scope of a condition that is held against events or records of `root` one by one.
    pub(super) fn in_memory(org: &'c Org, ctx: &'c Ctx, source: Source<'c>, root: &'c SObjectDef) -> Self {
        Self { in_memory: true, ..Self::of_root(org, ctx, (source, true), root) }
    }

    fn of_root(org: &'c Org, ctx: &'c Ctx, (source, all): (Source<'c>, bool), root: &'c SObjectDef) -> Self {
        Self {
            org,
            catalog: &org.catalog,
            ctx,
            source,
            all,
            in_memory: false,
            root,
            alias: None,
            parents: Vec::new(),
            depth: 0,
            calendar: OnceCell::new(),
            currencies: OnceCell::new(),
            relationships: Rc::default(),
            subqueries: Rc::default(),
        }
    }

    /// The scope of a child subquery over `root`.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE` when an aliased relationship does not exist.
    pub(super) fn of_children(&self, root: &'c SObjectDef, select: &'c Select) -> Result<Self, Refusal> {
        let scope = Self { root, alias: None, parents: Vec::new(), depth: self.depth + 1, ..self.clone() };
        scope.with_aliases(&select.from)
    }

    /// The scope of a TYPEOF branch over `root`.
    pub(super) fn of_parent(&self, root: &'c SObjectDef) -> Self {
        Self { root, alias: None, parents: Vec::new(), ..self.clone() }
    }

    /// Takes the aliases of a FROM clause over: that of the object first, then those of its parents.
    fn with_aliases(mut self, from: &'c [FromItem]) -> Result<Self, Refusal> {
        let Some((first, rest)) = from.split_first() else { return Ok(self) };
        self.alias = first.alias.as_ref();
        for item in rest {
            let relationships = self.relationship_alias(&item.path)?;
            if let Some(alias) = item.alias.as_ref().or(item.path.names.last()) {
                self.parents.push((alias, relationships));
            }
        }
        Ok(self)
    }

    /// The user's calendar; most statements compare no dates and so need none.
    pub(super) fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(self.calendar.get_or_init(|| Arc::new(Calendar::of(self.org, self.ctx))))
    }

    /// The org's currencies; `None` where it has but one.
    pub(super) fn currencies(&self) -> Option<Arc<Currencies>> {
        let found = || Currencies::of(self.org, self.ctx.user).map(Arc::new);
        self.currencies.get_or_init(found).clone()
    }

    /// Counts the parent relationships of a path.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` when there are too many; the platform's words are not on record.
    pub(super) fn note_relationships(&self, hops: &[Hop], at: usize) -> Result<(), Refusal> {
        if hops.is_empty() {
            return Ok(());
        }
        let mut known = self.relationships.borrow_mut();
        let mut path = self.root.name.to_string();
        for hop in hops {
            path.push('.');
            path.push_str(&hop.name);
            if !known.contains(&path) {
                known.insert(path.clone());
            }
        }
        if known.len() <= MOST_RELATIONSHIPS {
            return Ok(());
        }
        let text = format!("a query may follow at most {MOST_RELATIONSHIPS} parent relationships");
        Err(self.source.malformed(at, &text))
    }

    /// Counts a subquery.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY` when there are too many; the platform's words are not on record.
    pub(super) fn note_subquery(&self, at: usize) -> Result<(), Refusal> {
        self.subqueries.set(self.subqueries.get() + 1);
        if self.subqueries.get() <= MOST_SUBQUERIES {
            return Ok(());
        }
        let text = format!("a query may have at most {MOST_SUBQUERIES} subqueries");
        Err(self.source.malformed(at, &text))
    }
}
