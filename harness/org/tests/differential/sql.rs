//! Writes a statement in SQLite's SQL, with what SOQL means spelled out: text without case, nulls first,
//! conditions that are never unknown, parents that may be missing or deleted.

use std::cell::RefCell;

use super::{
    dates::Clock,
    schema::{Kind, OBJECTS},
    statement::{
        Aggregate, Condition, DateFunction, Expr, GroupKind, Item, Literal, Operator, Order, Path, Piece,
        Statement,
    },
    value::Datum,
};

/// The statement in SQL. Rows of records end with their id; `link` is the reference field by which the
/// rows belong to the record whose id is the first parameter.
pub(crate) fn sql(statement: &Statement, clock: &Clock, link: Option<&str>) -> String {
    if statement.counts_rows() {
        let inner = Select::new(statement, clock, "t").text("1 AS one", None, "", link);
        return format!("SELECT count(*) FROM ({inner})");
    }
    match &statement.grouping {
        None => Select::new(statement, clock, "t").whole(None, link),
        Some(grouping) => {
            let sets = grouping_sets(grouping.kind, grouping.keys.len());
            let selects: Vec<String> = sets
                .iter()
                .map(|set| Select::new(statement, clock, "t").whole(Some((set, &grouping.keys)), link))
                .collect();
            selects.join(" UNION ALL ")
        }
    }
}

/// Which keys stand in each of the sets that are grouped by.
fn grouping_sets(kind: GroupKind, keys: usize) -> Vec<Vec<bool>> {
    match kind {
        GroupKind::Plain => vec![vec![true; keys]],
        GroupKind::Rollup => {
            (0..=keys).map(|standing| (0..keys).map(|key| key < standing).collect()).collect()
        }
        GroupKind::Cube => {
            (0..1_usize << keys).map(|bits| (0..keys).map(|key| bits >> key & 1 == 1).collect()).collect()
        }
    }
}

/// One SELECT on its way to text.
struct Select<'s> {
    statement: &'s Statement,
    clock: &'s Clock,
    /// The alias of the table; aliases of parents begin with it.
    table: &'s str,
    /// The joins that paths made necessary: alias and text.
    joins: RefCell<Vec<(String, String)>>,
}

impl<'s> Select<'s> {
    fn new(statement: &'s Statement, clock: &'s Clock, table: &'s str) -> Self {
        Self { statement, clock, table, joins: RefCell::default() }
    }

    fn whole(&self, set: Option<(&Vec<bool>, &Vec<Expr>)>, link: Option<&str>) -> String {
        let rolled = |expr: &Expr| {
            set.is_some_and(|(set, keys)| keys.iter().zip(set).any(|(key, stands)| key == expr && !stands))
        };
        let mut columns = Vec::new();
        for item in &self.statement.items {
            let Item::Expr(expr, _) = item else { continue };
            columns.push(match expr {
                Expr::Grouping(path) => u8::from(rolled(&Expr::Path(path.clone()))).to_string(),
                expr if rolled(expr) => "NULL".to_owned(),
                expr => self.shown(expr),
            });
        }
        let mut groups = None;
        if let Some((set, keys)) = set {
            let standing: Vec<String> =
                keys.iter().zip(set).filter(|(_, stands)| **stands).map(|(key, _)| self.key(key)).collect();
            groups = Some(standing.join(", "));
        } else if self.statement.is_plain() {
            columns.push(format!("{}.Id", self.table));
        }
        let mut order: Vec<String> = self.statement.order.iter().map(|term| self.order(term)).collect();
        if self.statement.is_plain() {
            order.push(format!("{}.Id", self.table));
        }
        self.text(&columns.join(", "), groups.as_deref(), &order.join(", "), link)
    }

    fn text(&self, columns: &str, groups: Option<&str>, order: &str, link: Option<&str>) -> String {
        let mut conditions = Vec::new();
        if !self.statement.all {
            conditions.push(format!("{}.IsDeleted = 0", self.table));
        }
        if let Some(link) = link {
            conditions.push(format!("{}.{link} = ?1", self.table));
        }
        if let Some(condition) = &self.statement.condition {
            conditions.push(self.condition(condition));
        }
        let having = self.statement.having.as_ref().map(|having| self.condition(having));
        let joins: String = self.joins.borrow().iter().map(|(_, text)| text.as_str()).collect();
        let object = OBJECTS[self.statement.object].name;
        let mut parts = vec![format!("SELECT {columns} FROM {object} AS {}{joins}", self.table)];
        if !conditions.is_empty() {
            parts.push(format!("WHERE {}", conditions.join(" AND ")));
        }
        parts.extend(groups.filter(|groups| !groups.is_empty()).map(|groups| format!("GROUP BY {groups}")));
        parts.extend(having.map(|having| format!("HAVING {having}")));
        if !order.is_empty() {
            parts.push(format!("ORDER BY {order}"));
        }
        if self.statement.limit.is_some() || self.statement.offset.is_some() {
            let limit = self.statement.limit.map_or_else(|| "-1".to_owned(), |limit| limit.to_string());
            parts.push(format!("LIMIT {limit} OFFSET {}", self.statement.offset.unwrap_or(0)));
        }
        parts.join(" ")
    }

    /// The column of a field, with the joins that lead there.
    fn column(&self, path: &Path) -> String {
        let mut table = self.table.to_owned();
        for hop in &path.hops {
            let alias = format!("{table}_{}", hop.relationship);
            let mut joins = self.joins.borrow_mut();
            if !joins.iter().any(|(known, _)| *known == alias) {
                let Kind::Reference(target) = hop.kind else { panic!("{} is no reference", hop.name) };
                let live =
                    if self.statement.all { String::new() } else { format!(" AND {alias}.IsDeleted = 0") };
                let text = format!(
                    " LEFT JOIN {} AS {alias} ON {alias}.Id = {table}.{}{live}",
                    OBJECTS[target].name, hop.name
                );
                joins.push((alias.clone(), text));
            }
            table = alias;
        }
        format!("{table}.{}", path.field.name)
    }

    /// The expression as it is compared and grouped.
    fn key(&self, expr: &Expr) -> String {
        let text = self.shown(expr);
        match (expr, expr.kind()) {
            (Expr::Path(_), Kind::Text | Kind::Picklist(_) | Kind::Multi(_)) => format!("upper({text})"),
            (Expr::Path(_), Kind::Bool) => format!("ifnull({text}, 0)"),
            _ => text,
        }
    }

    /// The expression as rows show it.
    fn shown(&self, expr: &Expr) -> String {
        match expr {
            Expr::Path(path) => self.column(path),
            Expr::CountRows => "count(*)".to_owned(),
            Expr::Grouping(_) => "0".to_owned(),
            Expr::DateFunction(function, path) => self.date_function(*function, path),
            Expr::Aggregate(aggregate, path) => {
                let column = self.column(path);
                let key = self.key(&Expr::Path(path.clone()));
                let scaled =
                    if path.field.kind == Kind::Int { format!("{column} * 1000") } else { column.clone() };
                let lowest = match path.field.kind {
                    Kind::Picklist(values) => rank(&column, values),
                    Kind::Text => format!("upper({column})"),
                    _ => column.clone(),
                };
                match aggregate {
                    Aggregate::Count => format!("count({column})"),
                    Aggregate::CountDistinct => format!("count(DISTINCT {key})"),
                    Aggregate::Sum => format!("sum({scaled})"),
                    Aggregate::Avg => format!("avg({scaled})"),
                    Aggregate::Min => format!("min({lowest})"),
                    Aggregate::Max => format!("max({lowest})"),
                }
            }
        }
    }

    fn date_function(&self, function: DateFunction, path: &Path) -> String {
        use DateFunction as F;
        let column = self.column(path);
        let seconds = if path.field.kind == Kind::Date {
            format!("{column} * 86400")
        } else {
            format!("{column} / 1000")
        };
        let part = |format: &str| format!("CAST(strftime('{format}', {seconds}, 'unixepoch') AS INTEGER)");
        let fiscal = format!("(({} + {}) % 12)", part("%m"), 12 - self.clock.fiscal_start);
        match function {
            F::CalendarYear => part("%Y"),
            F::CalendarQuarter => format!("(({} + 2) / 3)", part("%m")),
            F::CalendarMonth => part("%m"),
            F::DayInYear => part("%j"),
            F::DayInMonth => part("%d"),
            F::DayInWeek => format!("({} + 1)", part("%w")),
            F::WeekInYear => format!("(({} + 6) / 7)", part("%j")),
            F::WeekInMonth => format!("(({} + 6) / 7)", part("%d")),
            F::FiscalMonth => format!("({fiscal} + 1)"),
            F::FiscalQuarter => format!("({fiscal} / 3 + 1)"),
            // Division in SQLite cuts towards zero; the years before 1970 do not occur.
            F::DayOnly => format!("({column} / 86400000)"),
            F::HourInDay => part("%H"),
        }
    }

    fn order(&self, term: &Order) -> String {
        let key = match term.expr.kind() {
            Kind::Picklist(values) if matches!(term.expr, Expr::Path(_)) => {
                rank(&self.shown(&term.expr), values)
            }
            _ => self.key(&term.expr),
        };
        // NULLS LAST means something for the object's own fields only.
        let is_own = term.expr.path().is_none_or(|path| path.hops.is_empty());
        let nulls = if term.nulls_last == Some(true) && is_own { "ASC" } else { "DESC" };
        let direction = if term.descending { "DESC" } else { "ASC" };
        format!("{key} IS NULL {nulls}, {key} {direction}")
    }

    fn condition(&self, condition: &Condition) -> String {
        let all = |members: &[Condition], word: &str| {
            members.iter().map(|member| self.condition(member)).collect::<Vec<_>>().join(word)
        };
        match condition {
            Condition::All(members) => format!("({})", all(members, " AND ")),
            Condition::Any(members) => format!("({})", all(members, " OR ")),
            Condition::Not(member) => format!("NOT {}", self.condition(member)),
            Condition::Compare(expr, operator, Literal::Value(value)) => self.compare(expr, *operator, value),
            Condition::Compare(expr, operator, Literal::Period { start, end, up_to_now, .. }) => {
                self.compare_period(expr, *operator, (*start, *end, *up_to_now))
            }
            Condition::In { path, negated, members } => {
                let expr = Expr::Path(path.clone());
                let each: Vec<String> =
                    members.iter().map(|member| self.compare(&expr, Operator::Equal, member)).collect();
                format!("{}({})", not(*negated), each.join(" OR "))
            }
            Condition::Like(expr, pieces) => self.like(expr, pieces),
            Condition::Includes { path, negated, sets } => {
                let column = self.column(path);
                let has = |value: &&str| format!("instr(';' || {column} || ';', ';{value};') > 0");
                let sets: Vec<String> = sets
                    .iter()
                    .map(|set| format!("({})", set.iter().map(has).collect::<Vec<_>>().join(" AND ")))
                    .collect();
                format!("{}ifnull({}, 0)", not(*negated), sets.join(" OR "))
            }
            Condition::Join { path, negated, inner } => {
                let select = Select::new(inner, self.clock, "s");
                let Some(Item::Expr(Expr::Path(target), _)) = inner.items.first() else {
                    panic!("a join selects one field")
                };
                let column = select.column(target);
                let ids = select.text(&column, None, "", None);
                let left = self.column(path);
                format!(
                    "{}ifnull({left} IN (SELECT * FROM ({ids}) AS i WHERE i.{} IS NOT NULL), 0)",
                    not(*negated),
                    target.field.name
                )
            }
        }
    }

    fn compare(&self, expr: &Expr, operator: Operator, value: &Datum) -> String {
        let key = self.key(expr);
        let empty = match value {
            Datum::Null => true,
            Datum::Text(text) => text.is_empty(),
            _ => false,
        };
        if empty {
            let test = match expr.kind() {
                Kind::Bool => format!("({key} = 0)"),
                _ => format!("({key} IS NULL)"),
            };
            return format!("{}{test}", not(operator == Operator::NotEqual));
        }
        let wanted = match (expr.kind(), value) {
            (Kind::Text | Kind::Picklist(_) | Kind::Multi(_), Datum::Text(_)) => {
                format!("upper({})", value.sql())
            }
            _ => value.sql(),
        };
        let test = |sign: &str| format!("ifnull({key} {sign} {wanted}, 0)");
        match operator {
            Operator::Equal => test("="),
            Operator::NotEqual => format!("NOT {}", test("=")),
            Operator::Less => test("<"),
            Operator::AtMost => test("<="),
            Operator::Greater => test(">"),
            Operator::AtLeast => test(">="),
        }
    }

    fn compare_period(&self, expr: &Expr, operator: Operator, period: (i64, i64, bool)) -> String {
        let key = self.key(expr);
        let (start, end, up_to_now) = period;
        let (start, end) = match expr.kind() {
            Kind::DateTime if up_to_now => (self.clock.midnight(start), self.clock.end_of_second()),
            Kind::DateTime => (self.clock.midnight(start), self.clock.midnight(end)),
            _ => (start, end),
        };
        match operator {
            Operator::Equal => format!("ifnull({key} >= {start} AND {key} < {end}, 0)"),
            Operator::NotEqual => format!("NOT ifnull({key} >= {start} AND {key} < {end}, 0)"),
            Operator::Less => format!("ifnull({key} < {start}, 0)"),
            Operator::AtMost => format!("ifnull({key} < {end}, 0)"),
            Operator::Greater => format!("ifnull({key} >= {end}, 0)"),
            Operator::AtLeast => format!("ifnull({key} >= {start}, 0)"),
        }
    }

    fn like(&self, expr: &Expr, pieces: &[Piece]) -> String {
        let column = self.shown(expr);
        let mut pattern = String::new();
        if expr.kind() == Kind::Exact {
            for piece in pieces {
                match piece {
                    Piece::Any => pattern.push('*'),
                    Piece::One => pattern.push('?'),
                    Piece::Char(c @ ('*' | '?' | '[')) => pattern.extend(['[', *c, ']']),
                    Piece::Char(c) => pattern.push(*c),
                }
            }
            return format!("ifnull({column} GLOB {}, 0)", Datum::Text(pattern).sql());
        }
        for piece in pieces {
            match piece {
                Piece::Any => pattern.push('%'),
                Piece::One => pattern.push('_'),
                Piece::Char(c @ ('%' | '_' | '\\')) => pattern.extend(['\\', *c]),
                Piece::Char(c) => pattern.push(*c),
            }
        }
        format!("ifnull({column} LIKE {} ESCAPE '\\', 0)", Datum::Text(pattern).sql())
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

/// The place of a picklist value in the defined order.
fn rank(column: &str, values: &[&str]) -> String {
    let cases: String =
        values.iter().enumerate().map(|(rank, value)| format!(" WHEN '{value}' THEN {rank}")).collect();
    format!("CASE {column}{cases} END")
}
