//! The year as tables, in Markdown.

use crate::year::{Year, change, day, number};

/// The ledger of the asset and its state periods.
pub(crate) fn tables(year: &Year) -> String {
    let mut lines = vec![
        "| Date | Action | From | Quantity | MRR | Amount | Total quantity | Total MRR | Total amount |"
            .to_owned(),
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    for action in &year.actions {
        let record = &action.record;
        let cells = [
            day(action.date),
            record.text("CategoryEnum").unwrap_or_default(),
            day(action.start),
            change(record, "QuantityChange", 0),
            change(record, "MrrChange", 2),
            change(record, "Amount", 2),
            number(record, "TotalQuantity", 0),
            number(record, "TotalMrr", 2),
            number(record, "TotalAmount", 2),
        ];
        lines.push(format!("| {} |", cells.join(" | ")));
    }
    lines.push(String::new());
    lines.push("| State period | Until | Quantity | MRR |".to_owned());
    lines.push("| --- | --- | ---: | ---: |".to_owned());
    for period in &year.periods {
        let record = &period.record;
        let cells =
            [day(period.start), day(period.end), number(record, "Quantity", 0), number(record, "Mrr", 2)];
        lines.push(format!("| {} |", cells.join(" | ")));
    }
    lines.join("\n")
}
