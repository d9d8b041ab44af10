#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shancheng_fuzz::read("vital_signs", bytes));
