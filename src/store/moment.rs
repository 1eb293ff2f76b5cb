//! Reads that see the store at one moment.

use rusqlite::Connection;

use super::{Store, StoreError};

impl Store {
    /// Runs several reads that see the store at one moment.
    pub(super) fn snapshot<T>(
        &self,
        body: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.read(|conn| {
            // Within a moment that somebody holds already, it is that one.
            if !conn.is_autocommit() {
                return body(conn);
            }
            let moment = conn.unchecked_transaction()?;
            let read = body(&moment)?;
            moment.finish()?;
            Ok::<_, rusqlite::Error>(read)
        })
    }

    /// Runs what reads many times, so that all of it sees the store at one moment, and no read has to ask for it anew.
    ///
    /// # Errors
    /// What `body` fails at, or the machine.
    pub fn at_one_moment<T, E: From<StoreError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.snapshot(|_| Ok(body()))?
    }
}
