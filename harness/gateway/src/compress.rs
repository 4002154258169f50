//! gzip and deflate, of answers and of request bodies.

use std::{
    cell::RefCell,
    io::{self, Read},
};

use flate2::{
    Compress, Compression, Crc, FlushCompress, Status,
    read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder},
};

/// Shorter answers travel as they are.
pub(crate) const WORTHWHILE: usize = 1024;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// `gzip`.
    Gzip,
    /// `deflate`: the zlib form.
    Deflate,
}

impl Coding {
    /// The coding's name in headers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    /// The coding that an `Accept-Encoding` header asks for.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let accepts = |name: &str| {
            header.split(',').any(|item| {
                let (own, weight) = item.split_once(';').unwrap_or((item, ""));
                let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
                own.trim().eq_ignore_ascii_case(name) && !refused
            })
        };
        if accepts("gzip") || accepts("x-gzip") {
            Some(Self::Gzip)
        } else {
            accepts("deflate").then_some(Self::Deflate)
        }
    }
}

thread_local! {
    // The compressor's tables are large; making them costs more than compressing an ordinary answer.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// Compresses `body`.
pub(crate) fn compress(body: &[u8], coding: Coding) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 3 + 64);
    match coding {
        Coding::Gzip => {
            // No name, no time, unknown operating system: the same body gives the same bytes.
            out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);
            DEFLATE.with_borrow_mut(|deflate| {
                deflate.reset();
                run(deflate, body, &mut out);
            });
            let mut crc = Crc::new();
            crc.update(body);
            out.extend_from_slice(&crc.sum().to_le_bytes());
            out.extend_from_slice(&crc.amount().to_le_bytes());
        }
        Coding::Deflate => run(&mut Compress::new(Compression::fast(), true), body, &mut out),
    }
    out
}

fn run(deflate: &mut Compress, body: &[u8], out: &mut Vec<u8>) {
    loop {
        let done = usize::try_from(deflate.total_in()).unwrap_or(body.len()).min(body.len());
        match deflate.compress_vec(&body[done..], out, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return,
            Ok(Status::Ok | Status::BufError) => out.reserve(body.len() / 2 + 64),
        }
    }
}

/// Why a compressed request body cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ExpandError {
    /// It is longer than allowed.
    TooLarge,
    /// It is not of the coding that its header names.
    Broken,
    /// The coding is not one of gzip and deflate.
    Unknown,
}

/// Reads a body of the given `Content-Encoding`, but no more than `limit` bytes.
///
/// # Errors
///
/// See [`ExpandError`].
pub(crate) fn expand(body: &[u8], coding: &str, limit: usize) -> Result<Vec<u8>, ExpandError> {
    let coding = coding.trim();
    if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
        bounded(MultiGzDecoder::new(body), limit)
    } else if coding.eq_ignore_ascii_case("deflate") {
        // The name means the zlib form, but some clients send the bare one.
        match bounded(ZlibDecoder::new(body), limit) {
            Err(ExpandError::Broken) => bounded(DeflateDecoder::new(body), limit),
            outcome => outcome,
        }
    } else {
        Err(ExpandError::Unknown)
    }
}

fn bounded(reader: impl Read, limit: usize) -> Result<Vec<u8>, ExpandError> {
    let mut out = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read: io::Result<usize> = reader.take(most).read_to_end(&mut out);
    match read {
        Ok(length) if length > limit => Err(ExpandError::TooLarge),
        Ok(_) => Ok(out),
        Err(_) => Err(ExpandError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_compressed_expands_to_the_same() {
        let body: Vec<u8> = (0..100_000_u32).flat_map(|n| (n % 251).to_le_bytes()).collect();
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Gzip] {
            let packed = compress(&body, coding);
            assert!(packed.len() < body.len() / 2);
            assert_eq!(expand(&packed, coding.name(), body.len()), Ok(body.clone()));
        }
    }

    #[test]
    fn incompressible_bodies_survive_too() {
        let mut state = 1_u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        let body: Vec<u8> = noise.take(200_000).collect();
        assert_eq!(expand(&compress(&body, Coding::Gzip), "gzip", 300_000), Ok(body));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = compress(&vec![0; 10_000_000], Coding::Gzip);
        assert!(bomb.len() < 100_000);
        assert_eq!(expand(&bomb, "gzip", 1_000_000), Err(ExpandError::TooLarge));
    }

    #[test]
    fn bodies_that_are_not_what_their_header_says_are_refused() {
        assert_eq!(expand(b"{\"Name\":\"x\"}", "gzip", 1000), Err(ExpandError::Broken));
        assert_eq!(expand(b"", "br", 1000), Err(ExpandError::Unknown));
    }

    #[test]
    fn accept_encoding_is_read_with_its_weights() {
        assert_eq!(Coding::accepted("gzip, deflate"), Some(Coding::Gzip));
        assert_eq!(Coding::accepted("deflate"), Some(Coding::Deflate));
        assert_eq!(Coding::accepted("gzip;q=0, deflate;q=0.5"), Some(Coding::Deflate));
        assert_eq!(Coding::accepted("identity"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn every_body_survives_and_never_grows_past_the_limit(body in prop::collection::vec(any::<u8>(), 0..2000), short in 1..2000_usize) {
            for coding in [Coding::Gzip, Coding::Deflate] {
                let packed = compress(&body, coding);
                prop_assert_eq!(expand(&packed, coding.name(), body.len()), Ok(body.clone()));
                if short < body.len() {
                    prop_assert_eq!(expand(&packed, coding.name(), short), Err(ExpandError::TooLarge));
                }
                // A body that is cut off is broken; half of a write must not pass for a whole one.
                let cut = packed.len() - 1 - short % (packed.len() - 1);
                prop_assert_eq!(expand(&packed[..cut], coding.name(), 10_000), Err(ExpandError::Broken));
            }
        }

        #[test]
        fn a_damaged_body_is_broken_or_short_enough(body in prop::collection::vec(any::<u8>(), 0..400), at: prop::sample::Index, to: u8) {
            for coding in [Coding::Gzip, Coding::Deflate] {
                let mut packed = compress(&body, coding);
                let at = at.index(packed.len());
                packed[at] = to;
                if let Ok(expanded) = expand(&packed, coding.name(), 1000) {
                    prop_assert!(expanded.len() <= 1000);
                }
            }
        }

        #[test]
        fn no_accept_encoding_makes_the_reader_panic(header in "(gzip|deflate|x-gzip|\\*|;|,|q=|[0-9.]| ){0,12}") {
            let _ = Coding::accepted(&header);
        }
    }
}
