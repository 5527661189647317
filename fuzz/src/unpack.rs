//! Unpacking and recognising: no panic, no way back once a kind is known, and what is packed comes out again.

use std::io::Read as _;

use dechaff::format::kind::{self, Foreign, Kind, Start, Trust};

#[path = "../../src/cli/packing.rs"]
#[allow(dead_code)] // the targets call a part of it
mod packing;

/// What `packing` needs of the program's messages.
mod message {
    pub(crate) fn plainly(error: &std::io::Error) -> String {
        error.to_string()
    }
}

use packing::Packing;

/// Most bytes that are unpacked.
const MOST: u64 = 1 << 20;

/// Takes a byte of choices and a file.
pub fn unpack(data: &[u8]) {
    let Some((choices, bytes)) = data.split_first() else { return };
    recognised(bytes, *choices);
    let packing = Packing::of_start(bytes);
    let mut plain = Vec::new();
    match packing.reader(bytes).and_then(|reader| reader.take(MOST).read_to_end(&mut plain)) {
        Ok(_) => recognised(&plain, *choices),
        Err(error) => assert!(!packing.describe(&error).is_empty()),
    }
    let packing = [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz][usize::from(choices & 3)];
    let (mut packed, mut back) = (Vec::new(), Vec::new());
    packing.pack(bytes, &mut packed).expect("memory takes all");
    packing.reader(&*packed).and_then(|mut reader| reader.read_to_end(&mut back)).expect("packed here");
    assert!(back == bytes, "what is packed comes out again");
}

/// Asserts that the kind of the first bytes is not taken back when more come.
fn recognised(bytes: &[u8], choices: u8) {
    let trust = if choices & 4 == 0 { Trust::Nothing } else { Trust::Name };
    let whole = kind::recognise(Start::new(bytes, true), trust);
    let _ = kind::of_json(Start::new(bytes, true));
    let _ = kind::has_line(bytes);
    let end = bytes.len() * usize::from(choices >> 3) / 32;
    let part = kind::recognise(Start::new(&bytes[..end], false), trust);
    // Of XML it shows only later whether it is a page.
    let is_page = part == Some(Kind::Foreign(Foreign::Xml)) && whole == Some(Kind::Foreign(Foreign::Html));
    assert!(part.is_none() || part == whole || is_page, "up to {end}: {part:?}, then {whole:?}");
}
