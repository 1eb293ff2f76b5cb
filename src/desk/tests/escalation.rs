//! Escalation as `DOMAIN.md 5` ends: the owner is told at the warning point, inside their hours; at the breach the
//! owner's manager; 24 h after it, or at the breach of a hot lead, the VP of Sales. Each is an event, once.

use std::sync::Arc;

use rstest::rstest;

use super::office::{Office, dispose, touch};
use crate::desk::Desk;
use crate::domain::clock::{ClockName, Owes};
use crate::domain::command::Command;
use crate::domain::escalate::{Promise, Step, due, hearers};
use crate::domain::handoff::TouchOutcome;
use crate::domain::ids::HandoffId;
use crate::domain::person::Role;
use crate::domain::policy::Hears;
use crate::domain::time::{DAY, HOUR, Instant, MINUTE, parse_instant};
use crate::store::{Access, Machine, Store};

impl Office {
    /// What is told until then, each step when it comes due, as a scheduler does that never sleeps.
    fn told_until(&mut self, moment: &str) -> Vec<String> {
        let until = parse_instant(moment).unwrap();
        let seen = self.desk.store.newest_event().unwrap();
        while let Some(next) = self.desk.next_telling().unwrap().filter(|next| *next <= until) {
            assert!(next > self.now, "nothing is told before its time");
            self.now = next;
            self.desk.escalate(next).unwrap();
        }
        self.now = until;
        self.told_since(seen)
    }

    /// What the record says was told after a place in it, the oldest first.
    fn told_since(&self, seen: i64) -> Vec<String> {
        let mut lines: Vec<_> = self
            .desk
            .activity(None, 1_000)
            .unwrap()
            .into_iter()
            .filter(|entry| {
                entry.seq > seen && ["warn", "breach", "escalate"].contains(&&*entry.action)
            })
            .map(|entry| {
                assert_eq!(entry.actor, None, "the desk tells it");
                let at = entry.at.utc().with_timezone(&self.desk.policy().zone);
                format!("{}: {}", at.format("%a %-d %H:%M:%S"), entry.label)
            })
            .collect();
        lines.reverse();
        lines
    }

    /// The lines of somebody's inbox.
    fn inbox(&self, who: &str) -> Vec<String> {
        let lines = self.desk.inbox(self.who(who), self.now).unwrap();
        lines.iter().map(|line| format!("{} {}", line.handoff, line.sentence)).collect()
    }
}

/// One of Sam's, assigned on Monday 16 November at 10:00: accept is due in 24 h, the first touch in 48 h.
fn assigned() -> (Office, HandoffId) {
    let mut office = Office::new();
    office.at("2026-11-16T10:00-05:00");
    let id = office.queued("tier1", "Globex");
    office.assign("Dana Reyes", id, "Sam Ortiz");
    (office, id)
}

#[test]
fn a_late_promise_goes_up_the_chain_step_by_step() {
    let (mut office, _) = assigned();
    assert_eq!(
        office.told_until("2026-11-19T12:00-05:00"),
        [
            // 75 % of 24 h is Tuesday 04:00; Sam hears of it when his day opens.
            "Tue 17 09:00:00: warned Sam Ortiz: accept of H-1 Globex is due Tue 17 Nov 2026 10:00 EST",
            "Tue 17 10:00:00: told Lee Park: accept of H-1 Globex was due Tue 17 Nov 2026 10:00 EST",
            // 75 % of 48 h is Tuesday 22:00, and the next opening is Wednesday's.
            "Wed 18 09:00:00: warned Sam Ortiz: first_touch of H-1 Globex is due Wed 18 Nov 2026 10:00 EST",
            "Wed 18 10:00:00: told Dana Reyes: accept of H-1 Globex is 1 day past due, since Tue 17 Nov 2026 10:00 EST",
            "Wed 18 10:00:00: told Lee Park: first_touch of H-1 Globex was due Wed 18 Nov 2026 10:00 EST",
            "Thu 19 10:00:00: told Dana Reyes: first_touch of H-1 Globex is 1 day past due, since Wed 18 Nov 2026 10:00 EST",
        ]
    );
    assert_eq!(office.told_until("2026-12-01T12:00-05:00"), [""; 0], "each step once");
    assert_eq!(office.desk.store.check(&mut |_| {}).unwrap().findings, []);
}

#[test]
fn five_minutes_leave_no_time_for_steps() {
    let mut office = Office::new();
    office.queued("hot_lead", "Globex");
    let told = office.told_until("2026-11-10T10:30-05:00");
    let told: Vec<_> = told.iter().map(|line| line.split(" of ").next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "Tue 10 10:03:45: warned Joe Sand: first_touch",
            "Tue 10 10:05:00: told Lee Park: first_touch",
            "Tue 10 10:05:00: told Dana Reyes: first_touch"
        ]
    );
}

/// A warning that would be heard only at the breach or after it is not given; the breach is, to the second.
#[test]
fn a_breach_keeps_no_hours() {
    let mut office = Office::new();
    office.at("2026-11-10T22:00-05:00").queued("hot_lead", "Globex");
    let told = office.told_until("2026-11-10T23:00-05:00");
    let told: Vec<_> = told.iter().map(|line| line.split(" of ").next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "Tue 10 22:05:00: told Lee Park: first_touch",
            "Tue 10 22:05:00: told Dana Reyes: first_touch"
        ]
    );
}

#[test]
fn a_desk_that_slept_tells_all_at_once_what_it_missed() {
    let (mut office, _) = assigned();
    office.at("2026-11-23T10:00-05:00");
    let done = office.desk.escalate(office.now).unwrap();
    assert_eq!((done.told, done.more), (6, false));
    assert_eq!(office.desk.escalate(office.now).unwrap().told, 0, "once");
    let told = office.told_since(0);
    assert!(told.iter().all(|line| line.starts_with("Mon 23 10:00:00: ")), "{told:#?}");
}

#[test]
fn what_was_told_stands_in_the_inbox_until_somebody_acts() {
    let (mut office, id) = assigned();
    office.told_until("2026-11-17T11:00-05:00");
    let accept = format!("{id} accept was due Tue 17 Nov 2026 10:00 EST");
    assert_eq!(office.inbox("Lee Park"), [accept.as_str()]);
    assert_eq!(
        office.inbox("Sam Ortiz"),
        [format!("{id} accept is due Tue 17 Nov 2026 10:00 EST")]
    );
    assert_eq!(office.inbox("Dana Reyes"), [""; 0]);
    // Lee acts: it is off his list, and still on Sam's.
    office.does("Lee Park", id, Command::Note { text: "I have asked Sam".to_owned() });
    assert_eq!(office.inbox("Lee Park"), [""; 0]);
    assert_eq!(office.inbox("Sam Ortiz").len(), 1);
    // The promise is kept: nobody is to do anything, until that is taken back.
    office.does("Sam Ortiz", id, Command::Accept);
    assert_eq!(office.inbox("Sam Ortiz"), [""; 0]);
    let sam = office.actor("Sam Ortiz");
    office.desk.undo(sam, None).unwrap();
    assert_eq!(office.inbox("Lee Park"), [""; 0], "he has acted");
    office.told_until("2026-11-19T12:00-05:00");
    assert_eq!(
        office.inbox("Dana Reyes"),
        [
            format!("{id} accept is long past due, since Tue 17 Nov 2026 10:00 EST"),
            format!("{id} first_touch is long past due, since Wed 18 Nov 2026 10:00 EST")
        ]
    );
    office.assign("Dana Reyes", id, "Ana Silva");
    for who in ["Dana Reyes", "Lee Park", "Sam Ortiz"] {
        assert_eq!(office.inbox(who), [""; 0], "{who}: the old legs are over");
    }
}

#[test]
fn what_is_held_or_kept_is_not_told() {
    let (mut office, id) = assigned();
    office.does("Sam Ortiz", id, Command::Pause { clock: None, reason: "Trade fair".to_owned() });
    assert_eq!(office.told_until("2026-11-20T12:00-05:00"), [""; 0], "held");
    office.does("Sam Ortiz", id, Command::Resume { clock: None });
    office.does("Sam Ortiz", id, touch(TouchOutcome::Replied));
    assert_eq!(office.told_until("2026-11-25T12:00-05:00"), [""; 0], "kept");
    assert_eq!(
        office.told_until("2026-11-27T12:30-05:00"),
        // The weekly report is what is owed now; 75 % of it is Wednesday 18:00, and Thursday is Thanksgiving.
        [
            "Fri 27 09:00:00: warned Sam Ortiz: report of H-1 Globex is due Fri 27 Nov 2026 12:00 EST",
            "Fri 27 12:00:00: told Lee Park: report of H-1 Globex was due Fri 27 Nov 2026 12:00 EST"
        ]
    );
}

#[test]
fn two_desks_that_come_upon_it_together_tell_it_once() {
    let (mut office, _) = assigned();
    office.at("2026-11-18T09:30-05:00");
    let store = Store::open(office.desk.store.path(), Access::ReadWrite).unwrap();
    let machine = Machine { os_user: "other".into(), host: "there".into(), pid: 2 };
    let mut other = Desk::new(store, Arc::clone(office.desk.policy()), machine);
    let (now, seen) = (office.now, office.desk.store.newest_event().unwrap());
    let first = office.desk.escalate(now).unwrap().told;
    assert_eq!((first, other.escalate(now).unwrap().told), (3, 0));
    assert_eq!(office.told_since(seen).len(), 3);
}

#[test]
fn what_sales_is_done_with_tells_marketing() {
    let mut office = Office::new();
    let id = office.working("Globex");
    assert_eq!(office.inbox("Mia Chen"), [""; 0]);
    office.later(HOUR).does(
        "Sam Ortiz",
        id,
        dispose("LOST_COMPETITOR", &[("competitor", "Initech")]),
    );
    let item = format!(
        "{id} Content wanted against Initech (LOST_COMPETITOR, Sam Ortiz; wrong: competitor)"
    );
    assert_eq!(office.inbox("Mia Chen"), [item.as_str()]);
    assert_eq!(office.inbox("Vera Lang"), [item.as_str()]);
    assert_eq!(office.inbox("Lee Park"), [""; 0], "sales knows");
    office.later(MINUTE).does("Mia Chen", id, Command::Note { text: "On the list".to_owned() });
    assert_eq!(office.inbox("Mia Chen"), [""; 0], "somebody of marketing has seen to it");
}

/// The item that each code leaves for marketing, where it leaves one (`DOMAIN.md 8`).
#[rstest]
#[case("WRONG_PERSONA", &[("persona", "Their CFO")], Some("Update the profile: the right person is Their CFO (WRONG_PERSONA, Sam Ortiz; wrong: persona)"))]
#[case("BAD_TIMING", &[("wake_on", "2027-02-01")], Some("Re-hand on Mon 1 Feb 2027 (BAD_TIMING, Sam Ortiz; wrong: timing)"))]
#[case("WRONG_ACCOUNT", &[("reason", "Bought")], Some("Remove from campaigns: Bought (WRONG_ACCOUNT, Sam Ortiz; wrong: fit)"))]
#[case("INCOMPLETE", &[("missing", "committee, engagement.responses")], Some("Mend the package: Buying committee, Earlier responses (INCOMPLETE, Sam Ortiz)"))]
#[case("HELD", &[], None)]
fn each_outcome_leaves_its_item(
    #[case] code: &str,
    #[case] fields: &[(&str, &str)],
    #[case] item: Option<&str>,
) {
    let mut office = Office::new();
    let id = office.working("Globex");
    office.later(HOUR).does("Sam Ortiz", id, dispose(code, fields));
    let found = office.desk.item(&office.handoff(id), &office.people());
    assert_eq!(found.as_deref(), item);
}

/// Who is meant: by whom the promise is owed, and who hears.
#[rstest]
#[case::owner("Sam Ortiz", Hears::Owner, &["Sam Ortiz"])]
#[case::manager("Sam Ortiz", Hears::Manager, &["Lee Park"])]
#[case::vp("Sam Ortiz", Hears::VpSales, &["Dana Reyes"])]
#[case::vp_marketing("Sam Ortiz", Hears::VpMarketing, &["Vera Lang"])]
#[case::manager_of_marketing("Mia Chen", Hears::Manager, &["Vera Lang"])]
#[case::above_a_vp_is_nobody("Dana Reyes", Hears::Manager, &["Dana Reyes"])]
#[case::nobody_is_above_revops("Rhea Sol", Hears::Manager, &["Dana Reyes"])]
#[case::one_who_left_is_not_told("Gil Gone", Hears::Owner, &["Lee Park"])]
#[case::nor_skipped("Gil Gone", Hears::Manager, &["Dana Reyes"])]
fn who_hears(#[case] owes: &str, #[case] hears: Hears, #[case] told: &[&str]) {
    let office = Office::new();
    let people = office.people();
    let owes = people.iter().find(|person| person.name == owes).unwrap().id;
    assert_eq!(names(&office, hearers(&[hears], Owes::Person(owes), &people)), told);
}

#[rstest]
#[case(Owes::Role(Role::Ae), Hears::Owner, &["Ana Silva", "Sam Ortiz"])]
#[case(Owes::Role(Role::Ae), Hears::Manager, &["Lee Park"])]
#[case(Owes::Role(Role::Marketing), Hears::Owner, &["Mia Chen"])]
#[case(Owes::Role(Role::VpSales), Hears::Owner, &["Dana Reyes"])]
#[case(Owes::BothVps, Hears::Owner, &["Dana Reyes", "Vera Lang"])]
#[case(Owes::BothVps, Hears::Manager, &["Dana Reyes", "Vera Lang"])]
fn a_role_is_everybody_who_has_it(#[case] owes: Owes, #[case] hears: Hears, #[case] told: &[&str]) {
    let office = Office::new();
    assert_eq!(names(&office, hearers(&[hears], owes, &office.people())), told);
    assert_eq!(names(&office, hearers(&[hears, hears], owes, &office.people())), told, "once each");
}

fn names(office: &Office, ids: Vec<crate::domain::ids::PersonId>) -> Vec<String> {
    let people = office.people();
    let name = |id| people.iter().find(|person| person.id == id).unwrap().name.clone();
    ids.into_iter().map(name).collect()
}

#[test]
fn a_circle_of_managers_ends_at_the_vp() {
    let office = Office::new();
    let mut people = office.people();
    let (lee, sam) = (office.who("Lee Park"), office.who("Sam Ortiz"));
    for person in &mut people {
        match person.name.as_str() {
            "Lee Park" => (person.manager, person.active) = (Some(sam), false),
            "Sam Ortiz" => (person.manager, person.active) = (Some(lee), true),
            _ => {}
        }
    }
    let told = hearers(&[Hears::Manager], Owes::Person(sam), &people);
    assert_eq!(names(&office, told), ["Dana Reyes"]);
}

#[test]
fn where_there_is_nobody_to_tell_the_record_says_so() {
    let office = Office::new();
    let promise = Promise {
        name: ClockName::Decide,
        owes: Owes::BothVps,
        warn: Instant(0),
        due: Instant(DAY),
    };
    let found = due(&promise, "tier1", 0, &[], office.desk.policy(), Instant(9 * DAY));
    let told: Vec<_> = found.now.iter().map(|one| (one.step, one.to)).collect();
    assert_eq!(told, [(Step::Warning, None), (Step::Breach, None), (Step::Later(DAY), None)]);
    assert_eq!((found.told, found.next), (3, None));
}
