//! Frames of HTTP/2 and records of TLS that chance has made.

use crate::chance::Chance;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:method: POST`, `:scheme: http`, `:path: /`, `:authority: x` and the media type of gRPC, in HPACK.
fn headers() -> Vec<u8> {
    let mut block = vec![0x83, 0x86, 0x84, 0x01, 0x01, b'x'];
    // A literal without indexing whose name is entry 31, content-type.
    block.extend_from_slice(&[0x0f, 0x10, 0x10]);
    block.extend_from_slice(b"application/grpc");
    block
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// A connection whose frames are proper at first and then anything.
pub(crate) fn random(chance: &mut Chance, _: &str) -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    let mut stream = 1;
    for _ in 0..1 + chance.below(20) {
        match chance.below(4) {
            0 => {
                bytes.extend(frame(
                    1,
                    END_HEADERS | (END_STREAM * u8::from(chance.below(2) == 0)),
                    stream,
                    &headers(),
                ));
                stream += 2;
            }
            1 => {
                let length = chance.below(64);
                let payload = chance.bytes(length);
                bytes.extend(frame(0, END_STREAM, stream.saturating_sub(2), &payload));
            }
            _ => {
                let length = chance.below(100);
                let payload = chance.bytes(length);
                let (kind, flags) = (chance.below(12) as u8, chance.below(256) as u8);
                let on = if chance.below(2) == 0 { 0 } else { chance.below(12) as u32 };
                bytes.extend(frame(kind, flags, on, &payload));
            }
        }
    }
    if chance.below(2) == 0 {
        let at = PREFACE.len() + chance.below(bytes.len() - PREFACE.len());
        bytes[at] ^= 1 << chance.below(8);
    }
    bytes
}

/// Streams that are opened and taken back at once, more than any client would.
pub(crate) fn resets(chance: &mut Chance, _: &str) -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    for stream in 0..200 + chance.below(800) as u32 {
        bytes.extend(frame(1, END_HEADERS, 2 * stream + 1, &headers()));
        bytes.extend(frame(3, 0, 2 * stream + 1, &8_u32.to_be_bytes()));
    }
    bytes
}

/// A record that looks like the beginning of a handshake, or nothing like it.
pub(crate) fn hello(chance: &mut Chance) -> Vec<u8> {
    let length = chance.below(600);
    let noise = chance.bytes(length);
    if chance.below(3) == 0 {
        return noise;
    }
    let mut bytes = vec![0x16, 3, 1];
    bytes.extend_from_slice(&u16::try_from(noise.len() + 4).unwrap().to_be_bytes());
    bytes.push(1);
    bytes.extend_from_slice(&u32::try_from(noise.len()).unwrap().to_be_bytes()[1..]);
    bytes.extend(noise);
    bytes
}
