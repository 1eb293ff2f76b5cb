//! The rules of the domain under the shipped policy, told the way `DOMAIN.md` tells them: the stage machine (2), the
//! first promises of every type (3), the clocks (5), the dispositions (8), who may do what (12), and what must hold
//! whatever people do.

mod batches;
mod cast;
mod clocks;
mod commands;
mod decisions;
mod dispositions;
mod meetings;
mod owed;
mod pauses;
mod permission;
mod promises;
mod random;
mod stages;
mod table;
