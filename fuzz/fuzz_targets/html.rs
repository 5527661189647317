//! Runs `dechaff_fuzz::html` on the bytes of the fuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(init: dechaff_fuzz::keep_panics(), |data: &[u8]| dechaff_fuzz::html(data));
