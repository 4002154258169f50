//! An org with several currencies, made of the project's own definitions.

mod support;

use mockorg_org::{Call, Cell, ErrorCode, Org, Reply, Value};

fn ask(org: &mut Org, soql: &str) -> Result<Vec<Vec<Cell>>, ErrorCode> {
    let call = Call::Query { soql: soql.into(), all: false, batch_size: None };
    match support::call(org, call) {
        Ok(Reply::Page(page)) => Ok(page.rows.into_iter().map(|row| row.cells).collect()),
        Ok(reply) => panic!("{reply:?}"),
        Err(error) => Err(error.code),
    }
}

#[test]
fn currency_types_exist_with_the_feature_only() {
    let mut org = support::org_with(&support::catalog(&[], &[]), 1);
    assert_eq!(ask(&mut org, "SELECT IsoCode FROM CurrencyType"), Err(ErrorCode::InvalidType));
    let query = "SELECT convertCurrency(AnnualRevenue) FROM Account";
    assert_eq!(ask(&mut org, query), Err(ErrorCode::MalformedQuery));
}

#[test]
fn amounts_follow_the_rates_that_clients_set() {
    let mut org = support::org_with(&support::catalog(&["MultiCurrency".into()], &[]), 1);
    for (code, rate, corporate) in [("USD", "1", "true"), ("EUR", "0.8", "false")] {
        support::create(
            &mut org,
            "CurrencyType",
            &[
                ("IsoCode", code),
                ("ConversionRate", rate),
                ("DecimalPlaces", "2"),
                ("IsActive", "true"),
                ("IsCorporate", corporate),
            ],
        );
    }
    for (name, code, revenue) in [("Euro", "EUR", "4000"), ("Dollar", "USD", "4500")] {
        let members = [("Name", name), ("CurrencyIsoCode", code), ("AnnualRevenue", revenue)];
        support::create(&mut org, "Account", &members);
    }
    let text = |text: &str| vec![Cell::Value(Value::text(text))];
    assert_eq!(
        ask(&mut org, "SELECT Name FROM Account WHERE AnnualRevenue > USD4800"),
        Ok(vec![text("Euro")])
    );
    assert_eq!(
        ask(&mut org, "SELECT FORMAT(convertCurrency(AnnualRevenue)) FROM Account ORDER BY AnnualRevenue"),
        Ok(vec![text("USD 4,500.00"), text("USD 5,000.00")])
    );
    assert_eq!(
        ask(&mut org, "SELECT FORMAT(SUM(AnnualRevenue)) FROM Account"),
        Ok(vec![text("USD 9,500.00")])
    );
}
