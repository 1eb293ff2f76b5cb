//! Breach attribution (`DOMAIN.md 13.5`): the time of an end-to-end clock that was broken, split over whoever had the
//! handoff meanwhile, and which of them used up the promise.
//!
//! What is decided here: marketing has it while the package is owed or mended, and while a clock is held for marketing;
//! triage while an assignment or a decision is owed; the prospect for seven days after each touch, and while a meeting
//! is waited for; in all other time the assignee has it. Time is wall-clock time, so the parts add up to the whole.

use crate::domain::clock::{Clock, ClockName, ClockState};
use crate::domain::handoff::Handoff;
use crate::domain::time::{DAY, Instant};
use crate::domain::words::words;

words! {
    /// Who had the handoff.
    Party, "a party" {
        /// Whoever hands over.
        Marketing = "marketing",
        /// The VP of Sales or a manager.
        Triage = "triage",
        /// Whoever it is assigned to.
        Assignee = "assignee",
        /// The account itself.
        Prospect = "prospect",
    }
}

/// After a touch the prospect has it for so long; then it is the assignee's turn again.
const ANSWERS_WITHIN: i64 = 7 * DAY;

/// Milliseconds by party, in the order of [`Party::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Split(pub [i64; 4]);

impl Split {
    /// The time of one party.
    #[must_use]
    pub fn of(&self, party: Party) -> i64 {
        self.0.get(party as usize).copied().unwrap_or_default()
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    /// Who used up most; the first of those that used the same.
    #[must_use]
    pub fn blame(&self) -> Party {
        let most = self.0.iter().copied().max().unwrap_or_default();
        let place = self.0.iter().position(|ms| *ms == most).unwrap_or_default();
        Party::ALL.get(place).copied().unwrap_or(Party::Assignee)
    }
}

/// End-to-end clocks of one name that were broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Broken {
    /// How many.
    pub n: i64,
    /// Who had the handoffs while the time ran.
    pub split: Split,
    /// How many each party used up, in the order of [`Party::ALL`].
    pub blamed: [i64; 4],
}

/// Whether a clock is an end-to-end one that was broken and has ended.
#[must_use]
pub fn is_broken(clock: &Clock) -> bool {
    let whole = match clock.name {
        ClockName::Deliver | ClockName::Work => true,
        ClockName::FirstTouch => clock.end_to_end,
        _ => false,
    };
    whole && matches!(clock.state, ClockState::MetLate | ClockState::Breached)
}

/// How the time of one of a handoff's clocks splits, from its start to its end.
#[must_use]
pub fn split(handoff: &Handoff, clock: &Clock) -> Split {
    let (start, end) = (clock.started, clock.ended.unwrap_or(clock.started));
    let lasts = |name: &[ClockName]| -> Vec<(Instant, Instant)> {
        let named = handoff.clocks.iter().filter(|leg| !leg.end_to_end && name.contains(&leg.name));
        named.map(|leg| (leg.started, leg.ended.unwrap_or(end))).collect()
    };
    let pauses = |of: &[&str]| -> Vec<(Instant, Instant)> {
        let all = handoff.clocks.iter().flat_map(|leg| &leg.pauses);
        let meant = all.filter(|pause| {
            let reason = pause.reason.to_lowercase();
            of.iter().any(|word| reason.contains(word))
        });
        meant.map(|pause| (pause.from, pause.to.unwrap_or(end))).collect()
    };
    let touched =
        handoff.touches.iter().map(|touch| (touch.at, touch.at.plus(ANSWERS_WITHIN))).collect();
    // The first that covers a moment has the handoff in it.
    let held: [(Party, Vec<(Instant, Instant)>); 5] = [
        (Party::Marketing, pauses(&["marketing"])),
        (Party::Marketing, lasts(&[ClockName::Deliver, ClockName::Fix, ClockName::Package])),
        (Party::Triage, lasts(&[ClockName::Assign, ClockName::Decide])),
        (Party::Prospect, pauses(&["meeting"])),
        (Party::Prospect, touched),
    ];
    let mut bounds: Vec<Instant> = held
        .iter()
        .flat_map(|(_, spans)| spans.iter().flat_map(|(from, to)| [*from, *to]))
        .filter(|at| start < *at && *at < end)
        .chain([start, end])
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut split = Split::default();
    for pair in bounds.windows(2) {
        let [from, to] = *pair else { continue };
        let covers =
            |spans: &[(Instant, Instant)]| spans.iter().any(|(a, b)| *a <= from && to <= *b);
        let party = held.iter().find(|(_, spans)| covers(spans)).map(|(party, _)| *party);
        if let Some(ms) = split.0.get_mut(party.unwrap_or(Party::Assignee) as usize) {
            *ms += to.since(from);
        }
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Owes;
    use crate::domain::due::Pause;
    use crate::domain::handoff::{Channel, Touch, TouchOutcome};
    use crate::domain::ids::{AccountId, PersonId};
    use crate::domain::person::Role;
    use crate::domain::policy::Warn;
    use crate::domain::time::HOUR;

    fn clock(name: ClockName, from: i64, to: i64, whole: bool) -> Clock {
        Clock {
            name,
            leg: 1,
            end_to_end: whole,
            owes: Owes::Role(Role::Ae),
            started: Instant(from * HOUR),
            target: "24h".parse().unwrap(),
            calendar: "always".to_owned(),
            warning: Warn::Share(0.75),
            due: Instant((from + 24) * HOUR),
            warn: Instant((from + 18) * HOUR),
            state: ClockState::MetLate,
            ended: Some(Instant(to * HOUR)),
            pauses: Vec::new(),
            short_notice: false,
        }
    }

    #[test]
    fn every_hour_is_somebodys_and_the_parts_add_up() {
        let mut handoff = Handoff::flagged(AccountId(1), "tier1", Instant(0));
        let whole = clock(ClockName::FirstTouch, 10, 100, true);
        let mut held = clock(ClockName::FirstTouch, 50, 100, false);
        held.pauses = vec![Pause {
            from: Instant(60 * HOUR),
            to: Some(Instant(66 * HOUR)),
            reason: "waiting for Marketing".to_owned(),
            by: None,
        }];
        handoff.clocks = vec![
            clock(ClockName::Deliver, 0, 8, false),
            whole.clone(),
            clock(ClockName::Fix, 20, 30, false),
            clock(ClockName::Assign, 30, 50, false),
            held,
        ];
        let split = super::split(&handoff, &whole);
        assert_eq!(split.0, [16 * HOUR, 20 * HOUR, 54 * HOUR, 0]);
        assert_eq!((split.total(), split.blame()), (90 * HOUR, Party::Assignee));
        assert!(is_broken(&whole) && !is_broken(&handoff.clocks[2]));
    }

    #[test]
    fn what_is_blamed_is_an_end_to_end_promise_that_was_broken() {
        let broken = |name, whole, state| is_broken(&Clock { state, ..clock(name, 0, 30, whole) });
        let late = ClockState::MetLate;
        for name in [ClockName::Deliver, ClockName::Work] {
            assert!(broken(name, false, late) && broken(name, false, ClockState::Breached));
            assert!(!broken(name, false, ClockState::Met));
        }
        assert!(broken(ClockName::FirstTouch, true, late));
        assert!(!broken(ClockName::FirstTouch, false, late), "a leg");
        assert!(!broken(ClockName::Accept, false, late) && !broken(ClockName::Assign, true, late));
    }

    #[test]
    fn after_a_touch_the_prospect_has_it_for_a_week() {
        let mut handoff = Handoff::flagged(AccountId(1), "tier1", Instant(0));
        let touch = |hours: i64| Touch {
            at: Instant(hours * HOUR),
            by: PersonId(1),
            channel: Channel::Email,
            template: None,
            outcome: TouchOutcome::Sent,
            note: None,
        };
        handoff.touches = vec![touch(0), touch(24)];
        let work = clock(ClockName::Work, 0, 24 * 30, false);
        let split = super::split(&handoff, &work);
        assert_eq!(split.of(Party::Prospect), 8 * 24 * HOUR);
        assert_eq!(split.of(Party::Assignee), 22 * 24 * HOUR);
        assert_eq!(super::split(&handoff, &clock(ClockName::Work, 5, 5, false)).total(), 0);
    }
}
