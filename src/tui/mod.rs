//! The face that people keep open: keys in, a screen out. `update` decides from values alone what the screen is and
//! what it asks for, `view` draws it, the worker alone speaks with the desk.

pub mod action;
pub mod answer;
pub mod chord;
pub mod effect;
pub mod form;
pub mod incoming;
pub mod keys;
mod later;
pub mod layout;
pub mod line;
pub mod memory;
pub mod model;
pub mod msg;
pub mod pace;
pub mod popup;
mod run;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_sheet;
pub mod screen;
#[cfg(test)]
pub(crate) mod shot;
pub mod step;
#[cfg(test)]
mod tests;
pub mod text;
pub mod theme;
pub mod update;
pub mod urgency;
pub mod view;
pub mod when;
pub mod worker;

pub use run::{SaveView, Setup, TuiError, run};
