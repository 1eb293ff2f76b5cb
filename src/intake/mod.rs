//! How facts come in: bytes become drafts and problems. Nothing here knows the store, opens a file or reads a clock;
//! the caller hands over an open source.

pub mod draft;
pub mod problem;
