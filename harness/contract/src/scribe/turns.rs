//! Turns: exchanges in order, with repeated looks at the same place taken together.

use crate::answer::Exchange;

/// One step of the case to be: an exchange, or the last of several that waited for something.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    /// The first look, when there were several.
    pub(super) first: Option<&'a Exchange>,
    /// The exchange whose answer counts.
    pub(super) exchange: &'a Exchange,
}

/// Takes looks at the same place that follow each other together.
pub(super) fn turns(exchanges: &[Exchange]) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for exchange in exchanges {
        match turns.last_mut() {
            Some(turn) if same_look(turn.exchange, exchange) => {
                turn.first.get_or_insert(turn.exchange);
                turn.exchange = exchange;
            }
            _ => turns.push(Turn { first: None, exchange }),
        }
    }
    turns
}

fn same_look(one: &Exchange, two: &Exchange) -> bool {
    let reads = |exchange: &Exchange| {
        exchange.request.method == "GET" && (200..300).contains(&exchange.answer.status)
    };
    reads(one)
        && reads(two)
        && one.request.path == two.request.path
        && one.request.user == two.request.user
        && one.request.headers == two.request.headers
}
