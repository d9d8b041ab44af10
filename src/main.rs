//! The program `shancheng`.
fn main() {}
