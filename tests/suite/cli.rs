//! The binary as scripts and schedulers use it: what it answers, with which status, and what it does with bad input.

mod bad_files;
mod due;
mod hostile;
mod maps;
mod pipes;
mod place;
mod reports;
mod shapes;
mod statuses;
mod stores;
mod story;
