//! Formulas: a subset of the platform's formula language, for formula fields, validation rules and default
//! values. What is not listed here is refused by name when definitions are loaded.
//!
//! **Literals:** numbers, `"text"` and `'text'` with `\"`, `\'`, `\\`, `\n`, `\r`, `\t`; `TRUE`, `FALSE`, `NULL`;
//! comments `/* … */`. A formula has at most 3,900 characters.
//!
//! **Operators**, from loose to tight: `||`, `&&`, `= == <> !=`, `< <= > >=`, `& + -`, `* /`, `- !` before an
//! operand, `^`. `+` joins text, too, and moves days by days, instants by days, and times by milliseconds.
//!
//! **Fields:** of the record (`Amount`), of parents over up to ten relationships (`Account.Owner.Name`,
//! `Owner:User.Name` where the owner may be of several objects, `Parent__r.Total__c`), and of `$User`, `$Profile`,
//! `$UserRole`, `$Organization`, `$RecordType`. Ids have 15 characters; percentages read as fractions. Long text,
//! compound and encrypted fields cannot be read.
//!
//! **Logic:** AND, BLANKVALUE, CASE, IF, ISBLANK, ISCHANGED, ISCLONE, ISNEW, ISNULL, ISNUMBER, ISPICKVAL,
//! NOT, NULLVALUE, OR, PRIORVALUE. ISCHANGED, ISNEW and PRIORVALUE belong to validation rules.
//!
//! **Text:** ASCII, BEGINS, BR, CASESAFEID, CHR, CONTAINS, FIND, HYPERLINK, IMAGE, INCLUDES, LEFT, LEN, LOWER, LPAD,
//! MID, REVERSE, RIGHT, RPAD, SUBSTITUTE, TEXT, TRIM, UPPER, VALUE.
//!
//! **Numbers:** ABS, CEILING, EXP, FLOOR, LN, LOG, MAX, MCEILING, MFLOOR, MIN, MOD, PI, ROUND, SQRT, TRUNC.
//!
//! **Dates:** ADDMONTHS, DATE, DATETIMEVALUE, DATEVALUE, DAY, DAYOFYEAR, HOUR, MILLISECOND, MINUTE, MONTH, NOW,
//! SECOND, TIMENOW, TIMEVALUE, TODAY, UNIXTIMESTAMP, WEEKDAY, YEAR.
//!
//! **Blank values:** blank text is empty text. A number, day or instant that is worked out from a blank one is
//! blank, unless the field says `formulaTreatNullNumberAsZero`; `=` holds for two blank values, `<` and its
//! kin for none. A formula field whose formula has no value (a division by zero) is null.

mod check;
mod dates;
mod error;
mod eval;
mod field;
mod functions;
mod lexer;
mod node;
mod numbers;
mod parser;
#[cfg(test)]
mod tests;
mod texts;
mod tree;
mod types;

pub(crate) use eval::Scene;
pub(crate) use node::{Formula, Purpose};
pub(crate) use types::Type;
