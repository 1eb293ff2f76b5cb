//! Handoff Desk: a terminal desk where the people of a sales team hand accounts over without dropping any.
//!
//! ```text
//! domain    WHAT THE RULES ARE     pure values: no clock, no SQL, no terminal, no files
//! policy    HOW RULES ARE WRITTEN  TOML -> domain::policy, with line, key and remedy for every error
//! store     WHERE FACTS ARE KEPT   the only folder that knows rusqlite; returns domain types
//! desk      WHAT PEOPLE CAN DO     the only writer: load -> decide -> commit -> receipt
//! intake    HOW FACTS COME IN      bytes -> (drafts, problems); knows no store
//! report    HOW FACTS GO OUT       text, JSON, templates
//! platform  THE MACHINE            clock, paths, config, logging, terminal set-up: all that a test replaces
//! cli       ONE-SHOT FACE          one file per command
//! tui       INTERACTIVE FACE       the only folder that knows ratatui and crossterm
//! ```
//!
//! Directions: `main -> cli, tui -> desk -> store, intake, report, policy -> domain`. `cli` and `tui` never see each
//! other; `domain` sees nothing of ours. `tests/suite/layers.rs` refuses any other direction.

pub mod cli;
pub mod desk;
pub mod domain;
pub mod intake;
pub mod platform;
pub mod policy;
pub mod report;
pub mod store;
pub mod tui;
