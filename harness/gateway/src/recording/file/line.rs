//! One line: a checksum, a mark, JSON.

/// Where the entries that were handed over at once stand among those that were written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPlace {
    /// First. Everything before was safe when this was written.
    First,
    /// Behind others.
    Later,
}

/// What a line is among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Whether a group begins here.
    pub(super) begins: bool,
    /// Whether the next line belongs to it: a part of what was done at once means nothing.
    pub(super) goes_on: bool,
}

impl Mark {
    const fn byte(self) -> u8 {
        match (self.begins, self.goes_on) {
            (false, false) => b' ',
            (false, true) => b'+',
            (true, false) => b'*',
            (true, true) => b'&',
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        let (begins, goes_on) = match byte {
            b' ' => (false, false),
            b'+' => (false, true),
            b'*' => (true, false),
            b'&' => (true, true),
            _ => return None,
        };
        Some(Self { begins, goes_on })
    }
}

/// How many digits the checksum has.
const DIGITS: usize = 8;

/// Writes a line.
pub(super) fn write<E>(
    out: &mut Vec<u8>,
    mark: Mark,
    json: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.len();
    out.extend_from_slice(&[b'0'; DIGITS]);
    out.push(mark.byte());
    if let Err(error) = json(out) {
        out.truncate(start);
        return Err(error);
    }
    let (digits, content) = out[start..].split_at_mut(DIGITS);
    let checksum = crc32fast::hash(content);
    for (at, digit) in digits.iter_mut().enumerate() {
        let shift = 4 * (DIGITS - 1 - at);
        let nibble = (checksum >> shift) & 0xf;
        *digit = b"0123456789abcdef"[nibble as usize];
    }
    out.push(b'\n');
    Ok(())
}

/// Reads a line, with its end; `None` when it is not whole.
pub(super) fn read(line: &[u8]) -> Option<(Mark, &[u8])> {
    let line = line.strip_suffix(b"\n")?;
    let (digits, content) = line.split_at_checked(DIGITS)?;
    let (mark, json) = content.split_first()?;
    // Upper case would read as well, but nobody writes it.
    let plain = digits.iter().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit));
    let told = u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| plain)?, 16).ok()?;
    if told != crc32fast::hash(content) {
        return None;
    }
    Some((Mark::of(*mark)?, json))
}
