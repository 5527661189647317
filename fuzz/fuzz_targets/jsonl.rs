//! Runs `dechaff_fuzz::jsonl` on the bytes of the fuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(init: dechaff_fuzz::keep_panics(), |data: &[u8]| dechaff_fuzz::jsonl(data));
