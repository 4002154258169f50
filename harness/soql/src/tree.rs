//! The tree of one SOQL statement. Every node that an error may point at carries a [`Span`].

pub use crate::text::{PatternPart, Text};

/// A half-open byte range of the statement text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A name as the client wrote it. SOQL names are case-insensitive: compare with [`Name::is`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The text as written.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
}

impl Name {
    /// Whether this is `other`, without regard to case.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// A dotted path such as `Account.Owner.Name`; at least one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The names between the dots.
    pub names: Vec<Name>,
    /// The whole path.
    pub span: Span,
}

/// One query: the root of the tree, of a child subquery, and of a semi join.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// The field list in written order.
    pub items: Vec<SelectItem>,
    /// The FROM clause: the object first, then aliased relationship paths.
    pub from: Vec<FromItem>,
    /// `USING SCOPE name`.
    pub scope: Option<Name>,
    /// The WHERE condition.
    pub condition: Option<Condition>,
    /// The WITH clauses.
    pub with: Vec<With>,
    /// The GROUP BY clause.
    pub group_by: Option<GroupBy>,
    /// The HAVING condition.
    pub having: Option<Condition>,
    /// The ORDER BY terms.
    pub order_by: Vec<OrderTerm>,
    /// `LIMIT n`.
    pub limit: Option<Count>,
    /// `OFFSET n`.
    pub offset: Option<Count>,
    /// `FOR VIEW`, `FOR REFERENCE`, `FOR UPDATE`, `UPDATE TRACKING`, `UPDATE VIEWSTAT`, `ALL ROWS`.
    pub options: Vec<QueryOption>,
    /// The whole query.
    pub span: Span,
}

/// One member of a field list.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// A field path, a function or an aggregate, with an optional alias.
    Expr {
        /// What is selected.
        expr: Expr,
        /// The alias after it.
        alias: Option<Name>,
    },
    /// A child subquery in parentheses.
    Subquery(Box<Select>),
    /// `TYPEOF relationship WHEN … END`.
    TypeOf(TypeOf),
}

/// `TYPEOF What WHEN Account THEN Phone, Name ELSE Id END`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeOf {
    /// The polymorphic relationship.
    pub path: Path,
    /// The WHEN branches: object and fields.
    pub whens: Vec<(Name, Vec<Path>)>,
    /// The fields of the ELSE branch; empty without one.
    pub otherwise: Vec<Path>,
    /// From TYPEOF to END.
    pub span: Span,
}

/// A selectable, comparable, groupable or sortable expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A field, possibly of a parent.
    Field(Path),
    /// A function call such as `COUNT()`, `toLabel(Status)`, `DISTANCE(Loc__c, GEOLOCATION(1, 2), 'km')`.
    Call(Call),
    /// A literal as a function argument.
    Literal(Literal),
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function's name.
    pub name: Name,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

impl Expr {
    /// Where the expression stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Field(path) => path.span,
            Self::Call(call) => call.span,
            Self::Literal(literal) => literal.span,
        }
    }
}

/// One member of the FROM clause: `Account`, `Account a`, `Account AS a`, `a.Contacts c`.
#[derive(Clone, Debug, PartialEq)]
pub struct FromItem {
    /// The object, or a relationship path that begins with an earlier alias.
    pub path: Path,
    /// Its alias.
    pub alias: Option<Name>,
}

/// A condition of WHERE or HAVING.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All must hold; two or more members.
    And(Vec<Self>),
    /// One must hold; two or more members.
    Or(Vec<Self>),
    /// Must not hold.
    Not(Box<Self>),
    /// `left operator right`.
    Comparison(Comparison),
}

/// `left operator right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The field or function on the left.
    pub left: Expr,
    /// The operator.
    pub operator: Operator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// What it is compared with.
    pub right: Operand,
    /// The whole comparison.
    pub span: Span,
}

/// The comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=` and `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `LIKE`
    Like,
    /// `IN`
    In,
    /// `NOT IN`
    NotIn,
    /// `INCLUDES`
    Includes,
    /// `EXCLUDES`
    Excludes,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// One literal.
    Literal(Literal),
    /// A parenthesised list of literals.
    List(Vec<Literal>, Span),
    /// A semi join or anti join.
    Subquery(Box<Select>),
}

/// A literal with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// Its value.
    pub value: LiteralValue,
    /// Where it stands.
    pub span: Span,
}

/// The value of a literal.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, kept as written: `12`, `-3.5`, `1.5e3`.
    Number(Box<str>),
    /// A quoted string.
    String(Text),
    /// `2020-01-31`, kept as written.
    Date(Box<str>),
    /// `2020-01-31T10:00:00Z` and its relatives, kept as written.
    DateTime(Box<str>),
    /// `10:00:00.000Z`, kept as written.
    Time(Box<str>),
    /// `TODAY`, `LAST_N_DAYS:30`.
    DateLiteral {
        /// The name in upper case.
        name: Box<str>,
        /// The number after the colon.
        n: Option<i64>,
    },
    /// `USD5000`, `USD-12.5`.
    Currency {
        /// The ISO code in upper case.
        code: Box<str>,
        /// The amount as written.
        amount: Box<str>,
    },
    /// `:name`, which only Apex knows.
    Bind(Box<str>),
}

/// A WITH clause.
#[derive(Clone, Debug, PartialEq)]
pub enum With {
    /// `WITH SECURITY_ENFORCED`, `USER_MODE`, `SYSTEM_MODE`.
    Mode(Name),
    /// `WITH DATA CATEGORY …`: the category filters, group name and selector and category names.
    DataCategory(Vec<DataCategory>, Span),
}

/// `Geography__c ABOVE Europe__c` inside WITH DATA CATEGORY.
#[derive(Clone, Debug, PartialEq)]
pub struct DataCategory {
    /// The category group.
    pub group: Name,
    /// `AT`, `ABOVE`, `BELOW`, `ABOVE_OR_BELOW`.
    pub selector: Name,
    /// The categories.
    pub categories: Vec<Name>,
}

/// The GROUP BY clause.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupBy {
    /// Plain, ROLLUP or CUBE.
    pub kind: GroupKind,
    /// The grouped expressions.
    pub exprs: Vec<Expr>,
    /// From GROUP on.
    pub span: Span,
}

/// How groups are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// `GROUP BY a, b`
    Plain,
    /// `GROUP BY ROLLUP(a, b)`
    Rollup,
    /// `GROUP BY CUBE(a, b)`
    Cube,
}

/// One ORDER BY term.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderTerm {
    /// What is sorted by.
    pub expr: Expr,
    /// Whether DESC was written.
    pub descending: bool,
    /// `NULLS FIRST` (false) or `NULLS LAST` (true) when written.
    pub nulls_last: Option<bool>,
}

/// The number of LIMIT or OFFSET; negative numbers parse, the org refuses them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number.
    pub value: i64,
    /// Where it stands.
    pub span: Span,
}

/// A trailing option with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryOption {
    /// Which one.
    pub kind: OptionKind,
    /// Where it stands.
    pub span: Span,
}

/// The trailing options of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// `FOR VIEW`
    ForView,
    /// `FOR REFERENCE`
    ForReference,
    /// `FOR UPDATE`
    ForUpdate,
    /// `UPDATE TRACKING`
    UpdateTracking,
    /// `UPDATE VIEWSTAT`
    UpdateViewstat,
    /// `ALL ROWS`
    AllRows,
}
