//! The whole state of a store as text: every row of every table but the record itself, the versions that count its
//! events, and what the escalation keeps for itself.

use crate::store::Store;

/// The state, the same byte for byte where the state is the same.
pub(super) fn dump(store: &Store) -> String {
    store
        .state_as_text(
            &[
                "event",
                "gesture",
                "escalation",
                "unjudged",
                "evaluation",
                "disposition_rule",
                "meta",
            ],
            &["version", "told", "tell_at"],
        )
        .unwrap()
}
