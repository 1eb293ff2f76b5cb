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

/// The lines of `handoff export`, events aside: without the record, and without the versions that count its events.
pub(super) fn exported(store: &Store) -> String {
    let mut text = String::new();
    store
        .export(&mut |line| {
            let mut line: serde_json::Value = serde_json::from_str(line)?;
            if let Some(handoff) = line.get_mut("handoff").and_then(|it| it.as_object_mut()) {
                handoff.remove("version");
            }
            if !["gesture", "event", "escalation"].iter().any(|kind| line.get(kind).is_some()) {
                text.push_str(&format!("{line}\n"));
            }
            Ok(())
        })
        .unwrap();
    text
}
