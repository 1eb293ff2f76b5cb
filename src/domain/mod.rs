//! What the rules are: pure values and functions. Nothing here reads a clock, a file, a terminal or a store;
//! the time, the person and the policy arrive as arguments.

pub mod account;
pub mod calendar;
pub mod change;
pub mod clock;
pub mod command;
pub mod contact;
pub mod deal;
pub mod decide;
pub mod due;
pub mod field;
pub mod filter;
pub mod handoff;
pub mod ids;
pub mod person;
pub mod policy;
pub mod refusal;
pub mod signal;
pub mod span;
pub mod stage;
pub mod target;
pub mod text;
pub mod time;
pub mod timing;
pub mod view;
pub mod when;
pub(crate) mod words;
