//! Finds the shortest form of a statement that still does what the statement does.

use super::statement::{Condition, Grouping, Item, Statement, Style};

/// Takes parts away as long as `fails` says that the rest still fails.
pub(crate) fn shortest(statement: Statement, fails: &mut dyn FnMut(&Statement) -> bool) -> Statement {
    let mut best = statement;
    while let Some(smaller) = smaller_statements(&best).into_iter().find(|smaller| fails(smaller)) {
        best = smaller;
    }
    best
}

/// The statements with one part less.
fn smaller_statements(statement: &Statement) -> Vec<Statement> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Statement)| {
        let mut smaller = statement.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    if !statement.style.is_plain() {
        with(&|smaller| smaller.style = Style::default());
    }
    if statement.all {
        with(&|smaller| smaller.all = false);
    }
    if let Some(condition) = &statement.condition {
        with(&|smaller| smaller.condition = None);
        for part in smaller_conditions(condition) {
            with(&|smaller| smaller.condition = Some(part.clone()));
        }
    }
    if let Some(having) = &statement.having {
        with(&|smaller| smaller.having = None);
        for part in smaller_conditions(having) {
            with(&|smaller| smaller.having = Some(part.clone()));
        }
    }
    if statement.limit.is_some() {
        with(&|smaller| smaller.limit = None);
    }
    if statement.offset.is_some() {
        with(&|smaller| smaller.offset = None);
    }
    for at in 0..statement.order.len() {
        with(&|smaller| {
            smaller.order.remove(at);
            if !smaller.is_plain() {
                // Without all keys the order is not total, and a limit cuts anywhere.
                (smaller.limit, smaller.offset) = (None, None);
                smaller.order.clear();
            }
        });
    }
    for (at, item) in statement.items.iter().enumerate() {
        if statement.items.len() > 1 {
            with(&|smaller| {
                smaller.items.remove(at);
            });
        }
        if let Item::Children(relationship, link, inner) = item {
            for part in smaller_statements(inner) {
                with(&|smaller| {
                    smaller.items[at] = Item::Children(relationship, link, Box::new(part.clone()))
                });
            }
        }
    }
    if let Some(Grouping { kind, keys }) = &statement.grouping
        && keys.len() > 1
    {
        for at in 0..keys.len() {
            let mut fewer = keys.clone();
            let key = fewer.remove(at);
            if !statement
                .items
                .iter()
                .any(|item| matches!(item, Item::Expr(expr, _) if expr.path() == key.path()))
            {
                with(&|smaller| {
                    smaller.grouping = Some(Grouping { kind: *kind, keys: fewer.clone() });
                    smaller.order.retain(|term| term.expr != key);
                    (smaller.limit, smaller.offset) = (None, None);
                });
            }
        }
    }
    // What selects an aggregate must go on doing so.
    all.retain(|smaller| smaller.is_plain() == statement.is_plain());
    all
}

/// The conditions with one part less.
fn smaller_conditions(condition: &Condition) -> Vec<Condition> {
    let mut all = Vec::new();
    match condition {
        Condition::All(members) | Condition::Any(members) => {
            all.extend(members.iter().cloned());
            let rebuild = |members: Vec<Condition>| match condition {
                Condition::Any(_) => Condition::Any(members),
                _ => Condition::All(members),
            };
            for (at, member) in members.iter().enumerate() {
                let replaced = |part: Option<Condition>| {
                    let mut members = members.clone();
                    match part {
                        Some(part) => members[at] = part,
                        None => {
                            members.remove(at);
                        }
                    }
                    rebuild(members)
                };
                if members.len() > 2 {
                    all.push(replaced(None));
                }
                all.extend(smaller_conditions(member).into_iter().map(|part| replaced(Some(part))));
            }
        }
        Condition::Not(member) => {
            all.push((**member).clone());
            all.extend(smaller_conditions(member).into_iter().map(|part| Condition::Not(Box::new(part))));
        }
        Condition::In { path, negated, members } if members.len() > 1 => {
            for at in 0..members.len() {
                let mut members = members.clone();
                members.remove(at);
                all.push(Condition::In { path: path.clone(), negated: *negated, members });
            }
        }
        Condition::Join { path, negated, inner } => {
            all.extend(smaller_statements(inner).into_iter().map(|inner| Condition::Join {
                path: path.clone(),
                negated: *negated,
                inner: Box::new(inner),
            }));
        }
        Condition::In { .. } | Condition::Compare(..) | Condition::Like(..) | Condition::Includes { .. } => {}
    }
    all
}
