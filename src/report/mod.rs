//! How facts go out: reports of measures, the deadline ledger in words, and templates filled with what is known of a handoff.

pub mod batch;
pub mod ledger;
pub mod measures;
pub mod message;
pub mod routing;
pub mod template;
pub mod trial;
