//! What an import found already: accounts, contacts and people by what rows call them. Bounded, and forgotten whenever
//! another desk writes; a miss only costs the look at the store.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The most that are remembered; some 24 bytes each.
const MOST: usize = 400_000;

/// Ids by two hashes of what they are called, 128 bits together, so that no two names meet.
#[derive(Debug, Default)]
pub(super) struct Known {
    ids: HashMap<(u64, u64), i64>,
}

impl Known {
    pub(super) fn forget(&mut self) {
        self.ids.clear();
    }

    pub(super) fn get(&self, what: &impl Hash) -> Option<i64> {
        self.ids.get(&marks(what)).copied()
    }

    pub(super) fn keep(&mut self, what: &impl Hash, id: i64) {
        if self.ids.len() >= MOST {
            self.ids.clear();
        }
        self.ids.insert(marks(what), id);
    }
}

fn marks(what: &impl Hash) -> (u64, u64) {
    let mut one = DefaultHasher::new();
    what.hash(&mut one);
    let first = one.finish();
    0x5EED_u16.hash(&mut one);
    (first, one.finish())
}
