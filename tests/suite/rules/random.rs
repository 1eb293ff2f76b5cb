//! What must hold whatever people do (`DOMAIN.md 2` and 5): sequences of commands, sensible and not, by everybody, with
//! time that passes, stands and sometimes jumps back; and undo of every gesture.

use std::collections::BTreeSet;

use chrono::Days;
use handoff_desk::domain::change::Change;
use handoff_desk::domain::clock::{Clock, ClockName, ClockState, Owes};
use handoff_desk::domain::command::{Command, Disposal, NewTouch};
use handoff_desk::domain::decide::action_of;
use handoff_desk::domain::due::due;
use handoff_desk::domain::handoff::{Channel, Decision, Handoff, Moment, TouchOutcome};
use handoff_desk::domain::ids::PersonId;
use handoff_desk::domain::person::{Absence, InHand};
use handoff_desk::domain::refusal::{Refusal, RefusalKind};
use handoff_desk::domain::stage::{Action, Stage, legal};
use handoff_desk::domain::target::Target;
use handoff_desk::domain::time::{DAY, HOUR, Instant, MINUTE};
use handoff_desk::domain::timing::DISPUTED;
use proptest::prelude::*;

use super::cast::{ANA, Case, POLICY, SAM, day, dispose};

/// The next of a few choices; every step of a sequence brings its own.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64: each seed gives a sequence of its own.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.roll(choices.len() as u64)).unwrap()].clone()
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// A handoff of any type, sometimes with a meeting, among people of whom one is full and one is away for a while.
fn begin(dice: &mut Dice) -> Case {
    let kind = dice.of(&POLICY.types).key;
    let start = dice.of(&[
        "2026-11-16T10:00-05:00",
        "2026-11-20T16:59:59-05:00",
        "2026-10-31T23:00-04:00",
        "2026-11-25T16:30-05:00",
        "2026-03-07T12:00-05:00",
    ]);
    let meeting = dice.of(&[-HOUR, 0, HOUR, 3 * DAY, 40 * DAY]);
    let booked = dice.one_in(2);
    let mut case = Case::with_people(&kind, start, &POLICY, |people, handoff| {
        if booked {
            let at = handoff.moments[&Moment::Created].plus(meeting);
            handoff.moments.insert(Moment::Meeting, at);
        }
        let sam = people.iter_mut().find(|person| person.id == SAM).unwrap();
        sam.absences = vec![Absence { from: day("2026-11-18"), to: day("2026-11-30") }];
        people.iter_mut().find(|person| person.id == ANA).unwrap().capacity = Some(3);
    });
    case.open = vec![InHand { person: ANA, open: 3, week: 0 }];
    case.package = dice.of(&[(100, &[][..]), (90, &["News"][..]), (40, &["News", "Reason"][..])]);
    case
}

fn pass_time(case: &mut Case, dice: &mut Dice) {
    let ms = match dice.roll(20) {
        0..=4 => 0,
        5 => 30 * DAY + i64::try_from(dice.roll(1_000)).unwrap(),
        6 => -HOUR,
        7..=12 => i64::try_from(dice.roll(40)).unwrap() * MINUTE,
        _ => i64::try_from(dice.roll(3 * 86_400_000)).unwrap(),
    };
    case.after(ms);
}

fn words(dice: &mut Dice) -> String {
    if dice.one_in(10) {
        return dice.of(&["", " "]).to_owned();
    }
    dice.of(&["As they said", "disputed", "Called — no answer", "x"]).to_owned()
}

fn when(case: &Case, dice: &mut Dice) -> Instant {
    let off = [-40 * DAY, -DAY, -HOUR, -1, 0, 1, HOUR, 10 * DAY, 60 * DAY, 9_000 * DAY];
    case.now.plus(dice.of(&off))
}

/// A disposition that is this action, mostly with what it requires, mostly in good form.
fn disposal(action: Action, case: &Case, dice: &mut Dice) -> Command {
    let those: Vec<_> = POLICY
        .dispositions
        .iter()
        .filter(|rule| action_of(&dispose(&rule.code, &[]), &case.handoff, &POLICY) == action)
        .collect();
    let rule = dice.of(&those);
    let today = case.with_facts(SAM, |facts| facts.today());
    let mut fields: Vec<(&str, String)> = Vec::new();
    for key in &rule.requires {
        let text = match key.as_str() {
            "wake_on" | "expected_close" => (today + Days::new(dice.roll(400))).to_string(),
            "amount" => dice.of(&["1", "90000", "0", "9223372036854775807"]).to_owned(),
            "missing" => dice.of(&["committee", "committee, contact", "colour"]).to_owned(),
            "other" => dice.of(&["H-7", "H-1042"]).to_owned(),
            "meeting_at" => when(case, dice).to_string(),
            _ => words(dice),
        };
        if !dice.one_in(8) {
            fields.push((key, text));
        }
    }
    let pairs: Vec<_> = fields.iter().map(|(key, text)| (*key, text.as_str())).collect();
    match dispose(&rule.code, &pairs) {
        Command::Dispose(disposal) => {
            let overridden = dice.one_in(2).then(|| words(dice));
            Command::Dispose(Disposal { overridden, ..disposal })
        }
        other => other,
    }
}

/// A command that is this action, mostly in good form.
fn command(action: Action, case: &Case, dice: &mut Dice) -> Command {
    let clock = |dice: &mut Dice| dice.one_in(2).then(|| dice.of(ClockName::ALL));
    match action {
        Action::Submit => Command::Submit,
        Action::Withdraw => Command::Withdraw { reason: words(dice) },
        Action::Assign | Action::Reassign => Command::Assign {
            to: dice.of(&case.people).id,
            brief: dice.one_in(3).then(|| words(dice)),
            anyway: dice.one_in(2),
        },
        Action::Accept if dice.one_in(2) => Command::Accept,
        Action::Touch | Action::Respond => Command::Touch(NewTouch {
            channel: dice.of(Channel::ALL),
            template: None,
            outcome: dice.of(TouchOutcome::ALL),
            note: Some(words(dice)),
            at: dice.one_in(3).then(|| when(case, dice)),
        }),
        Action::Note => Command::Note { text: words(dice) },
        Action::Return if dice.one_in(2) => Command::Return {
            missing: dice.of(&[vec![], vec!["committee".to_owned()], vec!["colour".to_owned()]]),
            note: words(dice),
            overridden: dice.one_in(4).then(|| words(dice)),
        },
        Action::Resubmit => {
            Command::Resubmit { fields: [("usage".to_owned(), words(dice))].into() }
        }
        Action::Dispute if dice.one_in(2) => Command::Dispute { note: words(dice) },
        Action::Decide => {
            let decision = dice.of(&[Decision::Queue, Decision::Nurture, Decision::Close]);
            Command::Decide { decision, note: words(dice) }
        }
        Action::Defer => {
            let today = case.with_facts(SAM, |facts| facts.today());
            let until = today + Days::new(dice.of(&[0, 1, 2, 7, 366, 367]));
            Command::Defer { until, reason: words(dice) }
        }
        Action::Pause => Command::Pause { clock: clock(dice), reason: words(dice) },
        Action::Resume => Command::Resume { clock: clock(dice) },
        Action::Brief => Command::Brief { text: words(dice) },
        Action::Edit => {
            let key = dice.of(&["usage", "contract", "colour"]);
            Command::Edit { fields: [(key.to_owned(), words(dice))].into() }
        }
        Action::Rate => Command::Rate { stars: u8::try_from(dice.roll(7)).unwrap(), missing: None },
        Action::Check => Command::Check {
            what: match POLICY.checklist(case.kind()) {
                [] => words(dice),
                tasks if dice.one_in(9) => format!("{} twice", tasks[0].what),
                tasks => dice.of(tasks).what,
            },
            done: !dice.one_in(4),
        },
        Action::Activate => Command::Activate,
        Action::Hibernate => Command::Hibernate,
        Action::Wake => Command::Wake { news: words(dice) },
        Action::Reopen => Command::Reopen { reason: words(dice) },
        by_code => disposal(by_code, case, dice),
    }
}

/// What somebody tries next: mostly something that is legal, mostly by somebody who may.
fn attempt(case: &Case, dice: &mut Dice) -> (PersonId, Command) {
    let last = matches!(case.handoff.stage, Stage::Closed | Stage::Nurture | Stage::Hibernating);
    let choices = if dice.one_in(5) { Action::ALL } else { legal(case.handoff.stage) };
    let mut action = dice.of(choices);
    // What takes a handoff back or moves nothing waits for its second chance, so that more comes of it.
    let slow = "withdraw recycle disqualify return dispute reassign pause resume brief note edit rate check";
    if !last && slow.split(' ').any(|key| key == action.key()) && !dice.one_in(4) {
        action = dice.of(legal(case.handoff.stage));
    }
    let next = command(action, case, dice);
    let first = usize::try_from(dice.roll(case.people.len() as u64)).unwrap();
    let mut turn = case.people.iter().cycle().skip(first).take(case.people.len()).map(|p| p.id);
    let who = turn.next().unwrap();
    if dice.one_in(5) {
        return (who, next);
    }
    let refused = |who: &PersonId| matches!(case.asks(*who, &next), Err(refusal) if refusal.kind == RefusalKind::NotPermitted);
    let who = std::iter::once(who).chain(turn).find(|who| !refused(who)).unwrap_or(who);
    (who, next)
}

/// The clocks of a handoff are in order, each a function of what is stored with it.
fn clocks_hold(handoff: &Handoff) {
    for clock in &handoff.clocks {
        let told = format!("{clock:?}");
        assert_eq!(clock.is_open(), clock.ended.is_none(), "{told}");
        let held = clock.pauses.iter().any(|pause| pause.to.is_none());
        assert_eq!(clock.state == ClockState::Paused, held, "{told}");
        assert!(
            clock.pauses.iter().all(|pause| pause.to.is_none_or(|to| to >= pause.from)),
            "{told}"
        );
        assert!(clock.started < clock.due && clock.warn <= clock.due, "{told}");
        if let Some(ended) = clock.ended {
            assert!(ended >= clock.started, "{told}");
            let in_time = matches!(clock.state, ClockState::Met | ClockState::Cancelled);
            assert_eq!(in_time, ended < clock.due, "{told}");
        }
        // While it is held, what was held is not yet counted.
        if !held && !matches!(clock.target, Target::Before { .. }) {
            let days = POLICY.calendar(&clock.calendar).unwrap();
            let again = due(clock.started, &clock.target, days, &clock.pauses, None, None).unwrap();
            assert_eq!(again.due, clock.due, "{told}");
        }
    }
    let keys: Vec<_> = handoff.clocks.iter().map(|clock| (clock.started, clock.key())).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let names: BTreeSet<_> = handoff.clocks.iter().map(Clock::key).collect();
    assert_eq!(names.len(), handoff.clocks.len(), "{keys:?}");
    for name in ClockName::ALL {
        let of_name = || handoff.clocks.iter().filter(|clock| clock.name == *name);
        for end_to_end in [false, true] {
            let open = of_name().filter(|c| c.is_open() && c.end_to_end == end_to_end).count();
            assert!(open <= 1, "{open} {name} clocks at once");
        }
        let own_view = of_name().filter(|clock| clock.end_to_end).count();
        assert!(own_view <= usize::from(*name == ClockName::FirstTouch), "{name}");
        let legs: Vec<_> =
            of_name().filter(|clock| !clock.end_to_end).map(|clock| clock.leg).collect();
        assert_eq!(legs.iter().collect::<BTreeSet<_>>().len(), legs.len(), "{name} {legs:?}");
    }
}

/// The invariants of `DOMAIN.md 2`.
fn holds(case: &Case) {
    let handoff = &case.handoff;
    let stage = handoff.stage;
    let open = |name| handoff.clocks.iter().any(|clock| clock.name == name && clock.is_open());
    // Nothing waits without a promise, and what rests promises nothing.
    assert_eq!(handoff.clocks.iter().any(Clock::is_open), stage.is_open(), "{stage}");
    // A dispute remembers where it began, and is the only thing that does.
    assert_eq!(handoff.before_dispute.is_some(), stage == Stage::Disputed, "{stage}");
    let place = handoff.before_dispute.unwrap_or(stage);
    if stage.is_open() {
        // Exactly one assignee, who is active, from assigned on; and none before.
        assert_eq!(handoff.assignee.is_some(), place.is_assigned(), "{place}");
        let accepted = place.is_assigned() && place != Stage::Assigned;
        assert_eq!(open(ClockName::Deliver), place == Stage::Flagged, "{place}");
        assert_eq!(open(ClockName::Assign), place == Stage::Queued, "{place}");
        assert_eq!(open(ClockName::Accept), place == Stage::Assigned, "{place}");
        assert_eq!(open(ClockName::Report), accepted, "{place}");
        assert_eq!(open(ClockName::Fix), place == Stage::Returned, "{place}");
        assert_eq!(open(ClockName::Decide), stage == Stage::Disputed, "{stage}");
        assert_eq!(handoff.moment(Moment::Accepted).is_some(), accepted, "{place}");
        for name in [ClockName::FirstTouch, ClockName::Work, ClockName::Onboard] {
            assert!(!open(name) || place.is_assigned(), "{name} in {place}");
        }
        let live = handoff.moment(Moment::Activated).is_some();
        if handoff.kind == "closed_won" && accepted && !live {
            assert!(open(ClockName::Onboard), "{place}");
        }
        assert_eq!(handoff.moment(Moment::Ended), None, "{stage}");
    } else {
        assert!(handoff.moment(Moment::Ended).is_some(), "{stage}");
    }
    if let Some(id) = handoff.assignee {
        let assignee = case.people.iter().find(|person| person.id == id).unwrap();
        assert!(assignee.active, "{} has left", assignee.name);
    }
    for clock in handoff.clocks.iter().filter(|clock| clock.is_open()) {
        let own = matches!(
            clock.name,
            ClockName::Accept
                | ClockName::FirstTouch
                | ClockName::Report
                | ClockName::Work
                | ClockName::Onboard
        );
        if own {
            assert_eq!(Some(clock.owes), handoff.assignee.map(Owes::Person), "{}", clock.name);
        }
        let disputed =
            clock.pauses.iter().any(|pause| pause.to.is_none() && pause.reason == DISPUTED);
        let waits = stage == Stage::Disputed && clock.name != ClockName::Decide;
        assert_eq!(disputed, waits, "{} in {stage}", clock.name);
    }
    if stage != Stage::Flagged && place != Stage::Flagged && stage.is_open() {
        assert!(handoff.moment(Moment::Submitted).is_some(), "{stage}");
    }
    if handoff.outcome.as_ref().is_some_and(|it| it.code == "NO_RESPONSE") {
        assert_eq!(handoff.outcome.as_ref().unwrap().class.key(), "recycle");
    }
    assert!(handoff.touches.is_sorted_by_key(|touch| touch.at));
    assert!(handoff.rating.is_none_or(|stars| (1..=5).contains(&stars)));
    clocks_hold(handoff);
}

fn apply(changes: &[Change], handoff: &mut Handoff) {
    changes.iter().for_each(|change| change.apply(handoff));
}

/// What the record keeps of a sequence, to undo from.
struct Run {
    case: Case,
    done: Vec<(Vec<Change>, Handoff)>,
    seen: BTreeSet<(Stage, Action)>,
    refused: BTreeSet<&'static str>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let case = begin(&mut Dice(seed));
        holds(&case);
        Self { case, done: Vec::new(), seen: BTreeSet::new(), refused: BTreeSet::new() }
    }

    fn step(&mut self, seed: u64) {
        let dice = &mut Dice(seed);
        pass_time(&mut self.case, dice);
        if dice.one_in(12) {
            self.undo();
            return;
        }
        let before = self.case.handoff.clone();
        let (who, command) = attempt(&self.case, dice);
        let action = action_of(&command, &before, &POLICY);
        let answer = self.case.asks(who, &command);
        assert_eq!(self.case.handoff, before, "deciding changes nothing");
        assert_eq!(answer, self.case.asks(who, &command), "the same question, the same answer");
        match answer {
            Ok(changes) => {
                assert!(legal(before.stage).contains(&action), "{action} from {}", before.stage);
                apply(&changes, &mut self.case.handoff);
                // A touch that is written down late is judged by when it was made.
                let at = match &command {
                    Command::Touch(touch) => touch.at.unwrap_or(self.case.now),
                    _ => self.case.now,
                };
                self.judge(&before, &changes, at);
                self.case.handoff.version += 1;
                self.seen.insert((before.stage, action));
                self.done.push((changes, before));
            }
            Err(refusal) => {
                assert!(refusal.sentence.ends_with('.'), "{refusal}");
                if !legal(before.stage).contains(&action) {
                    assert_eq!(refusal, Refusal::not_legal(action, before.stage));
                }
                self.refused.insert(match refusal.kind {
                    RefusalKind::NotLegal => "not legal",
                    RefusalKind::NotPermitted => "not permitted",
                    RefusalKind::Missing => "missing",
                    RefusalKind::Owed => "owed",
                    RefusalKind::NotAvailable => "not available",
                    RefusalKind::Conflict => "conflict",
                    RefusalKind::Nothing => "nothing",
                });
            }
        }
        holds(&self.case);
    }

    /// What was done fits what was there, can be taken back exactly, and done again exactly.
    fn judge(&self, before: &Handoff, changes: &[Change], at: Instant) {
        let after = &self.case.handoff;
        let mut back = after.clone();
        for change in changes.iter().rev() {
            let inverse = change.inverse();
            assert_eq!(inverse.inverse(), *change);
            inverse.apply(&mut back);
        }
        assert_eq!(back, *before, "undo restores the handoff exactly");
        apply(changes, &mut back);
        assert_eq!(back, *after, "redo does it again exactly");
        assert!(
            changes.iter().all(|change| *change != change.inverse()),
            "a change that changes nothing: {changes:?}"
        );
        // Ended clocks keep the judgement they got, and what was breached stays breached.
        for clock in &before.clocks {
            let now = after.clocks.iter().find(|other| other.key() == clock.key()).unwrap();
            if clock.ended.is_some() {
                assert_eq!(now, clock);
            } else if clock.is_breached(at) && clock.held_since().is_none_or(|held| held <= at) {
                assert!(now.is_breached(at), "{clock:?} became {now:?}");
            }
            assert_eq!((now.started, &now.target), (clock.started, &clock.target));
        }
    }

    fn undo(&mut self) {
        if let Some((changes, before)) = self.done.pop() {
            for change in changes.iter().rev() {
                change.inverse().apply(&mut self.case.handoff);
            }
            let version = self.case.handoff.version;
            assert_eq!(Handoff { version, ..before }, self.case.handoff);
            self.case.handoff.version += 1;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_the_invariants_hold(
        start in any::<u64>(),
        steps in proptest::collection::vec(any::<u64>(), 30..90),
    ) {
        let mut run = Run::new(start);
        for step in steps {
            run.step(step);
        }
    }
}

/// The same from fixed seeds, 16,000 steps, to see that the sequences reach all there is to reach.
#[test]
fn the_sequences_come_everywhere() {
    let mut seen = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for start in 0..160u64 {
        let mut run = Run::new(start);
        for step in 0..100 {
            run.step(start * 1_000 + step);
        }
        seen.extend(run.seen);
        refused.extend(run.refused);
    }
    let never: Vec<_> = Action::ALL
        .iter()
        .filter(|action| **action != Action::Respond)
        .filter(|action| !seen.iter().any(|(_, done)| done == *action))
        .collect();
    assert!(never.is_empty(), "never done: {never:?}");
    let unseen: Vec<_> =
        Stage::ALL.iter().filter(|stage| !seen.iter().any(|(at, _)| at == *stage)).collect();
    assert!(unseen.is_empty(), "never there: {unseen:?}");
    let all: usize = Stage::ALL.iter().map(|stage| legal(*stage).len()).sum();
    assert!(seen.len() * 5 > all * 4, "only {} of {all} pairs of stage and action", seen.len());
    assert_eq!(
        refused.into_iter().collect::<Vec<_>>(),
        ["missing", "not available", "not legal", "not permitted", "nothing", "owed"]
    );
}
