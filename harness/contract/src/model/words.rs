//! Steps in words, as a finding tells them.

use std::fmt;

use super::{
    money::{self, Hundredths},
    step::{Access, By, Change, JOB_TYPES, Operation, PRODUCTS, SETS, Step, Via},
};

/// A number without needless zeros.
fn short(value: Hundredths) -> String {
    let text = money::text(value);
    text.strip_suffix(".00").map(ToOwned::to_owned).unwrap_or(text)
}

/// A day, counted from today.
fn day(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {days} days"),
        _ => format!("{} days ago", -days),
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Admin => "the administrator",
            Self::Rep => "the restricted user",
        })
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Order => "by the order",
            Self::Lines => "by its lines",
            Self::Activation => "by activation",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renew { months, quantity } => {
                write!(f, "renews {} units for {months} months", short(*quantity))
            }
            Self::Amend { quantity } => write!(f, "changes the quantity by {}", short(*quantity)),
            Self::Cancel => f.write_str("cancels"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sell { by, via, product, quantity, price, day: first, months } => {
                let name = PRODUCTS.get(*product).map_or("?", |product| product.0);
                let (quantity, price) = (short(*quantity), short(*price));
                write!(
                    f,
                    "{by} sells {quantity} {name} at {price} for {months} months, beginning {}, {via}",
                    day(*first)
                )
            }
            Self::SellBundle { by, via, quantity, licenses, constant, day: first, months } => {
                let kind = if *constant { "constant" } else { "proportional" };
                let (quantity, licenses) = (short(*quantity), short(*licenses));
                write!(
                    f,
                    "{by} sells {quantity} bundles with {licenses} {kind} licenses for {months} months, beginning {}, {via}",
                    day(*first)
                )
            }
            Self::Order { by, asset, change, day: first, price } => {
                write!(
                    f,
                    "{by} writes an order that {change} of asset {asset}, {}, at {}",
                    day(*first),
                    short(*price)
                )
            }
            Self::AssetizeAgain { by, via, order } => {
                write!(f, "{by} turns order {order} into assets once more, {via}")
            }
            Self::Request { by, operation, assets, day: first, quantity } => {
                let assets = assets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                match operation {
                    Operation::Renewal => write!(f, "{by} requests the renewal of assets {assets}"),
                    Operation::Amendment => {
                        write!(
                            f,
                            "{by} requests {} units more of assets {assets} {}",
                            short(*quantity),
                            day(*first)
                        )
                    }
                    Operation::Cancellation => {
                        write!(f, "{by} requests the cancellation of assets {assets} {}", day(*first))
                    }
                }
            }
            Self::Generate { quantity, mrr, months } => {
                write!(
                    f,
                    "generate an asset of {} units for {} a month, {months} months",
                    short(*quantity),
                    short(*mrr)
                )
            }
            Self::ChangeAlone { asset, day: first, quantity, mrr, .. } => {
                write!(
                    f,
                    "change asset {asset} to {} units for {} a month {}",
                    short(*quantity),
                    short(*mrr),
                    day(*first)
                )
            }
            Self::CancelAlone { asset, day: first, .. } => write!(f, "cancel asset {asset} {}", day(*first)),
            Self::Terms { asset, months, renews_at_list_price, grows_at_list_price } => {
                let price = |list| if list { "the list price" } else { "the last price" };
                let (renews, grows) = (price(*renews_at_list_price), price(*grows_at_list_price));
                match months {
                    Some(months) => {
                        write!(f, "asset {asset} renews for {months} months at {renews}, grows at {grows}")
                    }
                    None => {
                        write!(f, "asset {asset} has no renewal term, renews at {renews}, grows at {grows}")
                    }
                }
            }
            Self::Reprice { product, price } => {
                write!(
                    f,
                    "the list price of {} becomes {}",
                    PRODUCTS.get(*product).map_or("?", |own| own.0),
                    short(*price)
                )
            }
            Self::Seconds(seconds) => write!(f, "{seconds} seconds pass"),
            Self::Days(days) => write!(f, "{days} days pass"),
            Self::Permit { set, granted } => {
                let set = SETS.get(*set).copied().unwrap_or("?");
                write!(f, "{set} is {} the restricted user", if *granted { "given to" } else { "taken from" })
            }
            Self::Grant(access) => f.write_str(match access {
                Access::None => "the restricted user may not see assets",
                Access::Read => "the restricted user may read assets",
                Access::Edit => "the restricted user may edit assets",
                Access::Create => "the restricted user may create assets",
            }),
            Self::DeleteOrder(order) => write!(f, "order {order} is deleted"),
            Self::DeleteTracker { tracker, .. } => write!(f, "tracker {tracker} is deleted"),
            Self::Fail { job_type, whole, times } => {
                let kind = job_type.and_then(|at| JOB_TYPES.get(at)).copied().unwrap_or("any type");
                write!(f, "the next {times} {} of {kind} fail", if *whole { "jobs" } else { "items" })
            }
        }
    }
}

#[test]
fn a_step_reads_as_a_sentence() {
    let sale = Step::Sell {
        by: By::Admin,
        via: Via::Lines,
        product: 0,
        quantity: 1_050,
        price: 1_000,
        day: -3,
        months: 12,
    };
    let words =
        "the administrator sells 10.50 Team License at 10 for 12 months, beginning 3 days ago, by its lines";
    assert_eq!(sale.to_string(), words);
}
