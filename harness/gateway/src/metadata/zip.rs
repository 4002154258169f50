//! Zip archives, as deployments and retrievals carry them: small, without encryption, deflated or stored.

use std::{
    collections::BTreeMap,
    io::{Read, Write as _},
};

use flate2::{Compression, Crc, read::DeflateDecoder, write::DeflateEncoder};

/// How much an archive may hold when it is unpacked: the platform takes 400 MB.
const LARGEST: usize = 400 * 1024 * 1024;
/// How many files an archive may hold, as on the platform.
const MOST_FILES: usize = 10_000;

const END: u32 = 0x0605_4b50;
const ENTRY: u32 = 0x0201_4b50;
const FILE: u32 = 0x0403_4b50;

/// The files of an archive by their paths; folders are left out.
///
/// # Errors
///
/// Says in words what is wrong with the archive.
pub(crate) fn read(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let broken = || "the file is no zip archive".to_owned();
    let end = (0..bytes.len().saturating_sub(21))
        .rev()
        .take(65_558)
        .find(|at| u32_at(bytes, *at) == Some(END))
        .ok_or_else(broken)?;
    let count = usize::from(u16_at(bytes, end + 10).ok_or_else(broken)?);
    let mut at = u32_at(bytes, end + 16).ok_or_else(broken)? as usize;
    if count > MOST_FILES {
        return Err(format!("the zip archive holds more than {MOST_FILES} files"));
    }
    let mut files = BTreeMap::new();
    let mut total = 0;
    for _ in 0..count {
        if u32_at(bytes, at) != Some(ENTRY) {
            return Err(broken());
        }
        let short = |offset: usize| u16_at(bytes, at + offset).map(usize::from).ok_or_else(broken);
        let long = |offset: usize| u32_at(bytes, at + offset).map(|value| value as usize).ok_or_else(broken);
        let (flags, method) = (short(8)?, short(10)?);
        let (packed, size, header) = (long(20)?, long(24)?, long(42)?);
        let (name, extra, comment) = (short(28)?, short(30)?, short(32)?);
        let path = bytes.get(at + 46..at + 46 + name).ok_or_else(broken)?;
        let path = String::from_utf8_lossy(path).replace('\\', "/");
        at += 46 + name + extra + comment;
        if flags & 1 != 0 {
            return Err(format!("{path} is encrypted"));
        }
        total += size;
        if total > LARGEST {
            return Err(format!("the zip archive holds more than {LARGEST} bytes"));
        }
        if path.ends_with('/') {
            continue;
        }
        let data = content(bytes, header, packed).ok_or_else(broken)?;
        let content = match method {
            0 => data.to_vec(),
            8 => {
                let mut out = Vec::new();
                let mut decoder = DeflateDecoder::new(data).take(size as u64 + 1);
                decoder.read_to_end(&mut out).map_err(|_| format!("{path} cannot be unpacked"))?;
                out
            }
            _ => return Err(format!("{path} is packed with a method that is unknown")),
        };
        if content.len() != size {
            return Err(format!("{path} cannot be unpacked"));
        }
        files.insert(path.trim_start_matches("./").to_owned(), content);
    }
    Ok(files)
}

fn content(bytes: &[u8], header: usize, packed: usize) -> Option<&[u8]> {
    if u32_at(bytes, header)? != FILE {
        return None;
    }
    let start =
        header + 30 + usize::from(u16_at(bytes, header + 26)?) + usize::from(u16_at(bytes, header + 28)?);
    bytes.get(start..start.checked_add(packed)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

/// An archive of these files, in their order.
pub(crate) fn write(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (path, content) in files {
        let mut crc = Crc::new();
        crc.update(content);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        // Writing into a Vec cannot fail; what it would leave out is stored as it is.
        let packed = encoder.write_all(content).and_then(|()| encoder.finish());
        let (method, data) = packed.map_or_else(|_| (0_u16, content.clone()), |packed| (8, packed));
        let header = out.len() as u32;
        let mut common = Vec::new();
        for value in [20_u16, 0x0800, method, 0, 0x0021] {
            common.extend(value.to_le_bytes());
        }
        for value in [crc.sum(), data.len() as u32, content.len() as u32] {
            common.extend(value.to_le_bytes());
        }
        common.extend((path.len() as u16).to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.extend(FILE.to_le_bytes());
        out.extend(&common);
        out.extend(path.as_bytes());
        out.extend(&data);
        directory.extend(ENTRY.to_le_bytes());
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(header.to_le_bytes());
        directory.extend(path.as_bytes());
    }
    let (count, start, length) = (files.len() as u16, out.len() as u32, directory.len() as u32);
    out.extend(directory);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        let files =
            BTreeMap::from([("a/b.xml".to_owned(), b"<a/>".repeat(100)), ("c".to_owned(), Vec::new())]);
        assert_eq!(read(&write(&files)).unwrap(), files);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, at: prop::sample::Index, byte: u8) {
            let _ = read(&bytes);
            let mut archive = write(&BTreeMap::from([("package.xml".to_owned(), bytes)]));
            let at = at.index(archive.len());
            archive[at] = byte;
            let _ = read(&archive);
        }
    }
}
