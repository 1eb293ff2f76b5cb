//! What the rules are: pure values and functions. Nothing here reads a clock, a file, a terminal or a store;
//! the time, the person and the policy arrive as arguments.

pub mod account;
pub mod calendar;
pub mod contact;
pub mod deal;
pub mod due;
pub mod filter;
pub mod ids;
pub mod person;
pub mod signal;
pub mod span;
pub mod stage;
pub mod target;
pub mod text;
pub mod time;
pub mod when;
pub(crate) mod words;
