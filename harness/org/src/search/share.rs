//! How the rows of a search are shared out among its objects.

/// How many rows each object answers, given how many were found of each and how many fit in all.
///
/// Every object gets the same; what one does not need goes to the others, and what cannot be divided to
/// the first of them.
pub(super) fn share(found: &[usize], most: usize) -> Vec<usize> {
    let mut shares = vec![0; found.len()];
    let mut left = most;
    loop {
        let hungry: Vec<usize> =
            (0..found.len()).filter(|index| shares.get(*index) < found.get(*index)).collect();
        if left == 0 || hungry.is_empty() {
            return shares;
        }
        let each = (left / hungry.len()).max(1);
        for index in hungry {
            let (Some(share), Some(wanted)) = (shares.get_mut(index), found.get(index)) else { continue };
            let more = (wanted - *share).min(each).min(left);
            *share += more;
            left -= more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shared_out_evenly_and_none_is_wasted() {
        for (found, most, shares) in [
            (&[19, 35][..], 20, &[10, 10][..]),
            (&[3, 35], 20, &[3, 17]),
            (&[20, 200], 100, &[20, 80]),
            (&[5, 5, 5], 7, &[3, 2, 2]),
            (&[1, 2], 100, &[1, 2]),
            (&[4, 4], 0, &[0, 0]),
            (&[], 10, &[]),
        ] {
            assert_eq!(share(found, most), shares, "{found:?} {most}");
        }
    }
}
