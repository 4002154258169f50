//! What many pieces of state share, written once: the permissions with which work was planned.
//!
//! A piece of work on the agenda holds the permissions of its moment, and there may be thousands of pieces by one user.
//! While an image is written or read, a list of all permissions stands beside it, and each piece names one by its
//! number. Equal permissions have one number, whoever holds them.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

use crate::access::UserAccess;

/// The permissions of the image that is being written or read.
#[derive(Default)]
struct List {
    all: Vec<Arc<UserAccess>>,
    /// Their numbers by where they lie, which is faster than to compare them.
    places: BTreeMap<usize, usize>,
}

thread_local! {
    static LIST: RefCell<List> = RefCell::default();
}

/// Gives what `write` makes, and the permissions that it has named.
pub(super) fn writing<T>(write: impl FnOnce() -> T) -> (T, Vec<Arc<UserAccess>>) {
    LIST.with_borrow_mut(|list| *list = List::default());
    let made = write();
    (made, LIST.with_borrow_mut(|list| std::mem::take(list).all))
}

/// Gives what `read` makes of numbers of these permissions.
pub(super) fn reading<T>(all: Vec<Arc<UserAccess>>, read: impl FnOnce() -> T) -> T {
    LIST.with_borrow_mut(|list| *list = List { all, places: BTreeMap::new() });
    let made = read();
    LIST.with_borrow_mut(|list| *list = List::default());
    made
}

/// Writes the number of the permissions.
pub(crate) fn serialize<S: Serializer>(access: &Arc<UserAccess>, serializer: S) -> Result<S::Ok, S::Error> {
    let number = LIST.with_borrow_mut(|list| {
        let place = Arc::as_ptr(access) as usize;
        if let Some(number) = list.places.get(&place) {
            return *number;
        }
        let number = list.all.iter().position(|own| own == access).unwrap_or_else(|| {
            list.all.push(Arc::clone(access));
            list.all.len() - 1
        });
        list.places.insert(place, number);
        number
    });
    serializer.serialize_u64(number as u64)
}

/// Finds the permissions by their number.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<UserAccess>, D::Error> {
    let number = u64::deserialize(deserializer)?;
    let found = LIST.with_borrow(|list| {
        usize::try_from(number).ok().and_then(|number| list.all.get(number).map(Arc::clone))
    });
    found.ok_or_else(|| D::Error::custom(format_args!("there are no permissions of number {number}")))
}
