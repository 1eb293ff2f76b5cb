//! How facts go out: templates filled with what is known of a handoff.

pub mod batch;
pub mod ledger;
pub mod message;
pub mod template;
pub mod trial;
