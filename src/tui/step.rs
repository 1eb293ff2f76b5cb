//! What to do next with a handoff in hand, as its playbook has it (`DOMAIN.md 9`), in a few words.

use crate::domain::policy::Policy;
use crate::domain::queue::QueueRow;
use crate::domain::stage::Stage;

/// The next step with a handoff.
#[must_use]
pub fn next_step(row: &QueueRow, policy: &Policy) -> String {
    match row.stage {
        Stage::Assigned => "accept or return it".to_owned(),
        Stage::Accepted | Stage::Working => touch(row, policy),
        Stage::Engaged => "record the opportunity".to_owned(),
        Stage::Opportunity => "record won or lost".to_owned(),
        Stage::Flagged => "complete and submit it".to_owned(),
        Stage::Queued => "waits for triage".to_owned(),
        Stage::Returned => "waits for marketing".to_owned(),
        Stage::Disputed => "waits for both VPs".to_owned(),
        Stage::Nurture | Stage::Hibernating | Stage::Closed => String::new(),
    }
}

/// The next touch of the sequence, or what comes after the last.
fn touch(row: &QueueRow, policy: &Policy) -> String {
    let kind = policy.kind(&row.kind);
    let playbook = kind.and_then(|kind| policy.playbooks.get(kind.playbook.as_deref()?));
    let Some(playbook) = playbook else {
        return if row.touches == 0 { "first touch" } else { "next touch" }.to_owned();
    };
    let done = usize::try_from(row.touches).unwrap_or(usize::MAX);
    match (playbook.sequence.get(done), &playbook.close_after) {
        (Some(step), _) => {
            format!("touch {}: {}, day {}", done + 1, step.channel, step.day)
        }
        (None, Some(close)) if row.touches >= close.touches => {
            format!("no answer? {} from day {}", close.propose, close.days)
        }
        (None, _) => "next touch".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::sample::{policy, row};

    #[test]
    fn the_sequence_is_followed_and_then_closed() {
        let policy = policy();
        let mut row = row(4);
        let playbook = policy.playbooks.get("abm").unwrap();
        let last = u32::try_from(playbook.sequence.len()).unwrap();
        assert_eq!(
            next_step(&row, &policy),
            format!("touch 1: email, day {}", playbook.sequence[0].day)
        );
        row.touches = last;
        assert!(next_step(&row, &policy).starts_with("no answer? NO_RESPONSE from day 21"));
        row.kind = "gone".to_owned();
        assert_eq!(next_step(&row, &policy), "next touch");
        row.stage = Stage::Assigned;
        assert_eq!(next_step(&row, &policy), "accept or return it");
    }
}
