//! The last step of the fallback: a manager's own queue, else the VP of Sales (`DOMAIN.md 6`, 4).

use super::Ranked;
use super::eligible::{Checked, Why, covers};
use crate::domain::account::Account;
use crate::domain::person::Role;
use crate::domain::policy::{Fallback, HandoffType};

/// Active managers and then VPs of Sales. First those who have somebody of the right role for the account's territory
/// in their team, those who cover it themselves, those who are in the office; then by what they carry, then by id.
pub(super) fn managers(
    checked: &[Checked<'_>],
    kind: &HandoffType,
    account: &Account,
) -> Vec<Ranked> {
    let region = account.region.as_deref();
    let leads = |manager: &Checked<'_>| {
        checked.iter().any(|one| {
            let person = one.candidate.person;
            person.manager == Some(manager.candidate.person.id)
                && person.active
                && person.role == kind.to
                && covers(&person.territories, region)
        })
    };
    let mut queue: Vec<_> = checked
        .iter()
        .filter(|one| {
            let person = one.candidate.person;
            person.active && matches!(person.role, Role::Manager | Role::VpSales)
        })
        .collect();
    queue.sort_by_key(|one| {
        let person = one.candidate.person;
        (
            person.role != Role::Manager,
            !leads(one),
            !covers(&person.territories, region),
            one.why.iter().any(|why| matches!(why, Why::Away { .. })),
            one.candidate.load.open,
            person.id,
        )
    });
    let ranked = queue.into_iter().map(|one| {
        let person = one.candidate.person;
        let mut reasons = vec![match person.role {
            Role::Manager => "manager's own queue".to_owned(),
            _ => "no active manager".to_owned(),
        }];
        if leads(one) {
            reasons.push(format!("leads {}s for this territory", kind.to.label()));
        }
        reasons.extend(one.why.iter().filter(|why| !why.is_role()).map(Why::words));
        Ranked {
            person: person.id,
            name: person.name.clone(),
            score: 0.0,
            parts: None,
            record: one.candidate.record,
            reasons,
        }
    });
    ranked.collect()
}

/// What was dropped and why, in a sentence; nothing when nothing was.
pub(super) fn note(dropped: &[Fallback], account: &Account, nobody: bool) -> Option<String> {
    let last = dropped.last()?;
    if nobody {
        return Some(
            "Nobody is eligible, and there is no active manager or VP of Sales; add one or free somebody."
                .into(),
        );
    }
    let known = |value: &Option<String>| value.as_deref().unwrap_or_default().trim().to_owned();
    let what: Vec<_> = dropped
        .iter()
        .filter_map(|step| match step {
            Fallback::Segment => Some(format!("segment {}", known(&account.segment))),
            Fallback::Territory => Some(format!("territory {}", known(&account.region))),
            Fallback::Manager => None,
        })
        .map(|words| words.trim_end().to_owned())
        .collect();
    Some(match last {
        Fallback::Manager if what.is_empty() => {
            "Nobody is eligible, so it goes to a manager's own queue.".into()
        }
        Fallback::Manager => format!(
            "Nobody is eligible, not even without {}, so it goes to a manager's own queue.",
            what.join(" and ")
        ),
        _ => format!("Nobody is eligible in full, so the fallback dropped {}.", what.join(" and ")),
    })
}
