//! The screens: what each is computed from. How they are drawn is in the `view` beside each.

pub mod activity;
pub mod batch;
pub mod list;
pub mod measures;
pub mod sprint;
pub mod team;
