//! Vital signs against a plain recomputation, and what each part of them promises.

#[path = "vital/city.rs"]
mod city_of_tests;
#[path = "vital/files.rs"]
mod files;
#[path = "vital/past.rs"]
mod past;
#[path = "vital/recount.rs"]
mod recount;
#[path = "vital/roll_up.rs"]
mod roll_up;
