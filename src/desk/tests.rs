//! The desk on a real store, beside a plain model in memory and under the rules of `DOMAIN.md`.

mod as_of;
mod back;
mod dump;
mod escalation;
mod gestures;
mod model;
mod office;
mod undo;
mod unnamed;
