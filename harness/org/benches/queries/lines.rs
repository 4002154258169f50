//! The lines of the table: one question in both languages.

use super::data::{Indexes, account_name, city, external_key};

/// A line.
pub(crate) struct Line {
    pub(crate) name: String,
    /// In SQL, with a parameter for every value.
    pub(crate) sql: String,
    pub(crate) indexes: Indexes,
    /// How many sets of values take turns.
    pub(crate) variants: usize,
    soql: &'static str,
    values: Values,
}

/// The values of a line.
enum Values {
    /// The same every time.
    Fixed(Vec<String>),
    /// Taken from the Account of a number.
    Id,
    ExternalKey,
    Name,
}

/// How many records the lines ask for in turn that ask for one.
const TURNS: usize = 64;

impl Line {
    /// The statement in SOQL, and the parameters of the one in SQL.
    pub(crate) fn variant(&self, variant: usize, ids: &[String]) -> (String, Vec<String>) {
        // A prime step spreads the turns over all Accounts.
        let number = variant * 7_919 % ids.len();
        let values = match &self.values {
            Values::Fixed(values) => values.clone(),
            Values::Id => vec![ids[number].clone()],
            Values::ExternalKey => vec![external_key(number)],
            Values::Name => vec![account_name(number)],
        };
        let mut soql = self.soql.to_owned();
        if soql.contains("(?)") {
            let list: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
            soql = soql.replace("(?)", &format!("({})", list.join(", ")));
        } else {
            for value in &values {
                soql = soql.replacen('?', &format!("'{value}'"), 1);
            }
        }
        (soql, values)
    }
}

fn fixed(name: &str, soql: &'static str, sql: &str, values: &[&str]) -> Line {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Line {
        name: name.to_owned(),
        sql: sql.to_owned(),
        indexes: Indexes::None,
        variants: 1,
        soql,
        values: Values::Fixed(values),
    }
}

fn point(name: &str, column: &str, soql: &'static str, values: Values, indexes: Indexes) -> Line {
    Line {
        name: name.to_owned(),
        sql: format!("SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE {column} = ?"),
        indexes,
        variants: TURNS,
        soql,
        values,
    }
}

const BY_ID: &str = "SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE Id = ?";
const BY_EXTERNAL_ID: &str = "SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE ExternalKey__c = ?";

/// All lines.
pub(crate) fn lines(accounts: usize) -> Vec<Line> {
    let cities: Vec<String> = (0..20).map(|number| city(number * 7)).collect();
    let cities: Vec<&str> = cities.iter().map(String::as_str).collect();
    let places = vec!["?"; cities.len()].join(", ");
    // Few enough rows that both sides give all of them.
    let prefix = if accounts > 10_000 { "Aurora Foods 1%" } else { "Aurora Foods%" };
    vec![
        fixed(
            "filter, sort, limit 50",
            "SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE NumberOfEmployees > 1000 AND Rating = ? ORDER BY Name LIMIT 50",
            "SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE NumberOfEmployees > 1000 AND Rating = ? ORDER BY Name LIMIT 50",
            &["Hot"],
        ),
        fixed(
            "LIKE '%…%'",
            "SELECT Id, Name FROM Account WHERE Name LIKE ?",
            "SELECT Id, Name FROM Account WHERE Name LIKE ?",
            &["%harbor robotics%"],
        ),
        fixed(
            "LIKE prefix",
            "SELECT Id, Name FROM Account WHERE Name LIKE ?",
            "SELECT Id, Name FROM Account WHERE Name LIKE ?",
            &[prefix],
        ),
        fixed(
            "IN list of 20 texts",
            "SELECT Id, Name FROM Account WHERE BillingCity IN (?)",
            &format!("SELECT Id, Name FROM Account WHERE BillingCity IN ({places})"),
            &cities,
        ),
        fixed(
            "GROUP BY Industry, COUNT, SUM",
            "SELECT Industry, COUNT(Id), SUM(AnnualRevenue) FROM Account GROUP BY Industry",
            "SELECT Industry, count(Id), sum(AnnualRevenue) FROM Account GROUP BY Industry",
            &[],
        ),
        fixed(
            "GROUP BY BillingCity",
            "SELECT BillingCity, COUNT(Id) FROM Account GROUP BY BillingCity",
            "SELECT BillingCity, count(Id) FROM Account GROUP BY BillingCity",
            &[],
        ),
        fixed("COUNT()", "SELECT COUNT() FROM Account", "SELECT count(*) FROM Account", &[]),
        fixed(
            "COUNT() with filter",
            "SELECT COUNT() FROM Account WHERE NumberOfEmployees > 1000 AND Industry = ?",
            "SELECT count(*) FROM Account WHERE NumberOfEmployees > 1000 AND Industry = ?",
            &["banking"],
        ),
        fixed(
            "parent path in SELECT and WHERE",
            "SELECT Id, Name, Parent.Name, Parent.BillingCity FROM Account WHERE Parent.Industry = ?",
            "SELECT a.Id, a.Name, p.Name, p.BillingCity FROM Account AS a LEFT JOIN Account AS p ON p.Id = a.ParentId WHERE p.Industry = ?",
            &["Banking"],
        ),
        fixed(
            "child subquery, 50 parents",
            "SELECT Id, Name, (SELECT Id, LastName, Email FROM Contacts) FROM Account LIMIT 50",
            "SELECT a.Id, a.Name, c.Id, c.LastName, c.Email FROM (SELECT Id, Name FROM Account LIMIT 50) AS a LEFT JOIN Contact AS c ON c.AccountId = a.Id",
            &[],
        ),
        point("by Id", "Id", BY_ID, Values::Id, Indexes::None),
        point("by Id; SQLite has a primary key", "Id", BY_ID, Values::Id, Indexes::Declared),
        point("by external id", "ExternalKey__c", BY_EXTERNAL_ID, Values::ExternalKey, Indexes::None),
        point(
            "by external id; SQLite has an index",
            "ExternalKey__c",
            BY_EXTERNAL_ID,
            Values::ExternalKey,
            Indexes::Declared,
        ),
        point(
            "by Name",
            "Name",
            "SELECT Id, Name, Industry, AnnualRevenue FROM Account WHERE Name = ?",
            Values::Name,
            Indexes::None,
        ),
    ]
}
