//! A model test: several people do sensible and senseless things with a handful of handoffs while time moves, stands and
//! sometimes jumps back. A plain model in memory, which knows the rules and no store, is told the same. Stages, owners,
//! clocks, counts, refusals and undo agree at every step, and the invariants of `DOMAIN.md 2` hold.

use std::collections::BTreeMap;

use chrono::Days;

use super::office::{COMPANIES, Dice, Office, dispose};
use crate::desk::{Actor, Ask, DeskError, Request};
use crate::domain::change::Change;
use crate::domain::clock::{Clock, ClockName};
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::decide::{Facts, decide};
use crate::domain::handoff::{Channel, Claim, Decision, Handoff, Moment, TouchOutcome};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::person::{InHand, Person};
use crate::domain::policy::{Class, Policy};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::{Action, Stage, legal};
use crate::domain::time::{DAY, HOUR, Instant, MINUTE};

/// What one gesture did, as the model remembers it.
struct Gesture {
    id: GestureId,
    by: PersonId,
    /// Each handoff as it was before and is after; none while there is no such handoff.
    each: BTreeMap<HandoffId, (Option<Handoff>, Option<Handoff>)>,
    /// It takes another one back.
    backward: bool,
    /// It was taken back.
    undone: bool,
    /// It was done anew, and takes or brings back nothing.
    fresh: bool,
}

/// All that there is, without a store.
#[derive(Default)]
struct Model {
    all: BTreeMap<HandoffId, Handoff>,
    /// The last version of each, also of those that were taken out.
    versions: BTreeMap<HandoffId, i64>,
    gestures: Vec<Gesture>,
}

/// What came of a step, for the count at the end.
#[derive(Default, Debug)]
pub(super) struct Tally {
    done: u32,
    refused: u32,
    undone: u32,
    redone: u32,
    depended: u32,
    stale: u32,
    seen: std::collections::BTreeSet<(Stage, Stage)>,
}

pub(super) struct Run {
    pub(super) office: Office,
    people: Vec<Person>,
    model: Model,
    pub(super) dice: Dice,
    pub(super) tally: Tally,
}

impl Run {
    pub(super) fn new(seed: u64) -> Self {
        let office = Office::new();
        let people = office.people();
        let dice = Dice(seed);
        let mut run =
            Self { office, people, model: Model::default(), dice, tally: Tally::default() };
        for (kind, company) in [
            ("tier1", "Acme Inc"),
            ("mql", "Globex"),
            ("inbound", "Umbra"),
            ("closed_won", "Vandel"),
        ] {
            run.create(kind, company);
        }
        run
    }

    /// Who did what was done last, and how much has been done.
    pub(super) fn last(&self) -> (usize, Option<PersonId>) {
        (self.model.gestures.len(), self.model.gestures.last().map(|gesture| gesture.by))
    }

    /// Every handoff that there ever was.
    pub(super) fn ids(&self) -> Vec<HandoffId> {
        self.model.versions.keys().copied().collect()
    }

    fn policy(&self) -> &Policy {
        self.office.desk.policy()
    }

    /// Goes so far on.
    pub(super) fn step(&mut self) {
        self.pass_time();
        match self.dice.roll(40) {
            0 => {
                let kind = self.dice.of(&self.policy().types.clone()).key;
                let company = self.dice.of(&COMPANIES);
                self.create(&kind, company);
            }
            1..=3 => self.undo(),
            4..=5 => self.redo(),
            6 => self.wake(),
            _ => self.act(),
        }
    }

    pub(super) fn pass_time(&mut self) {
        let ms = match self.dice.roll(24) {
            0..=6 => 0,
            7 => 8 * DAY,
            8 => -HOUR,
            9..=15 => i64::try_from(self.dice.roll(40)).unwrap() * MINUTE,
            _ => i64::try_from(self.dice.roll(86_400_000)).unwrap(),
        };
        self.office.later(ms);
    }

    fn actor(&mut self, who: PersonId) -> Actor {
        Actor { who, now: self.office.now, action: self.office.id() }
    }

    fn open(&self) -> Vec<InHand> {
        let mut open: BTreeMap<PersonId, u32> = BTreeMap::new();
        for handoff in self.model.all.values().filter(|handoff| handoff.stage.is_assigned()) {
            if let Some(id) = handoff.assignee {
                *open.entry(id).or_default() += 1;
            }
        }
        open.into_iter().map(|(person, open)| InHand { person, open, week: 0 }).collect()
    }

    /// What the rules say, without a store.
    fn decided(
        &self,
        handoff: &Handoff,
        command: &Command,
        who: PersonId,
        open: &[InHand],
        automatic: bool,
    ) -> Result<Vec<Change>, Refusal> {
        let policy = self.policy();
        let package = match command {
            Command::Submit | Command::Resubmit { .. } | Command::Edit { .. } => {
                let dossier = self.office.desk.dossier(handoff.id, None, self.office.now).unwrap();
                let typed = match command {
                    Command::Resubmit { fields } | Command::Edit { fields } => fields.clone(),
                    _ => BTreeMap::new(),
                };
                Some(dossier.package.completeness_with(&typed, policy))
            }
            _ => None,
        };
        let some = ["something"];
        let facts = Facts {
            policy,
            who: self.people.iter().find(|person| person.id == who).unwrap(),
            now: self.office.now,
            people: &self.people,
            open,
            package: package.map(|percent| {
                let missing: &[&'static str] = if percent == 100 { &[] } else { &some };
                (percent, missing)
            }),
            automatic,
        };
        if let Command::Dispose(disposal) = command
            && let Some(other) = disposal.fields.get("other").and_then(|it| it.parse().ok())
            && !self.model.all.contains_key(&other)
        {
            return Err(Refusal::new(RefusalKind::Missing, "there is no such handoff"));
        }
        decide(handoff, command, &facts)
    }

    /// Some person does something with one handoff, or with a few at once.
    pub(super) fn act(&mut self) {
        let ids: Vec<_> = self.model.all.keys().copied().collect();
        if ids.is_empty() {
            return;
        }
        let many = self.dice.one_in(12);
        let mut chosen = vec![self.dice.of(&ids)];
        while many && chosen.len() < 3.min(ids.len()) {
            let next = self.dice.of(&ids);
            if !chosen.contains(&next) {
                chosen.push(next);
            }
        }
        let first = self.model.all[&chosen[0]].clone();
        let command = self.command(&first);
        let who = self.somebody(&first, &command);
        let stale = self.dice.one_in(30);
        let asks: Vec<_> = chosen
            .iter()
            .map(|id| Ask {
                handoff: *id,
                seen: Some(self.model.all[id].version - i64::from(stale)),
                command: command.clone(),
            })
            .collect();
        let actor = self.actor(who);
        let request = Request { actor, asks, what_can: many };
        if self.people.iter().any(|person| person.id == who && !person.active) {
            let answer = self.office.desk.run(&request);
            let Err(DeskError::Refused(refusal)) = answer else { panic!("has left: {answer:?}") };
            assert_eq!(refusal.kind, RefusalKind::NotPermitted, "{refusal}");
            self.tally.refused += 1;
            return self.unchanged(&chosen);
        }
        if stale {
            let answer = self.office.desk.run(&request);
            assert!(matches!(answer, Err(DeskError::Conflict(_))), "stale: {answer:?}");
            self.tally.stale += 1;
            return self.unchanged(&chosen);
        }
        let mut open = self.open();
        let mut after: BTreeMap<HandoffId, Handoff> = BTreeMap::new();
        let mut refusals = Vec::new();
        for id in &chosen {
            let handoff = &self.model.all[id];
            match self.decided(handoff, &command, who, &open, false) {
                Ok(changes) => {
                    let mut next = handoff.clone();
                    changes.iter().for_each(|change| change.apply(&mut next));
                    next.version += 1;
                    count(&mut open, &changes);
                    after.insert(*id, next);
                }
                Err(refusal) => refusals.push((*id, refusal)),
            }
        }
        let doubled = after.values().any(|next| self.doubles(next, &after));
        let answer = self.office.desk.run(&request);
        let told = format!("{command:?} by {who} on {first:?}");
        match answer {
            Ok(receipt) => {
                assert!(!doubled, "a second open one: {told}");
                assert_eq!(
                    receipt.done,
                    after.keys().copied().collect::<Vec<_>>().in_order_of(&chosen)
                );
                let refused: Vec<_> =
                    receipt.refused.iter().map(|one| (one.handoff, one.refusal.kind)).collect();
                let want: Vec<_> = refusals.iter().map(|(id, why)| (*id, why.kind)).collect();
                assert_eq!(refused, want, "{told}");
                if matches!(command, Command::Submit | Command::Resubmit { .. }) {
                    self.given_at_once(&mut after, who);
                }
                self.settle(
                    receipt.gesture,
                    who,
                    after.into_iter().map(|(id, it)| (id, Some(it))),
                    true,
                );
            }
            Err(DeskError::Refused(refusal)) => {
                assert!(
                    doubled || after.is_empty() || !many && !refusals.is_empty(),
                    "{refusal}: {told}"
                );
                if let (Some((_, want)), false) = (refusals.first(), doubled) {
                    assert_eq!(refusal.kind, want.kind, "{refusal}, not {want}: {told}");
                }
                self.tally.refused += 1;
                self.unchanged(&chosen);
            }
            Err(error) => panic!("{error}: {told}"),
        }
    }

    /// Whether there would be a second open one of the same account, type and opportunity.
    fn doubles(&self, next: &Handoff, after: &BTreeMap<HandoffId, Handoff>) -> bool {
        let key = |it: &Handoff| (it.account, it.kind.clone(), it.opportunity.clone());
        let was_open = self.model.all.get(&next.id).is_some_and(|old| old.stage.is_open());
        next.stage.is_open()
            && !was_open
            && self.model.all.values().any(|other| {
                let other = after.get(&other.id).unwrap_or(other);
                other.id != next.id && other.stage.is_open() && key(other) == key(next)
            })
    }

    /// What is submitted and given at once goes to whomever the desk proposes, by the rules.
    fn given_at_once(&self, after: &mut BTreeMap<HandoffId, Handoff>, who: PersonId) {
        for (id, next) in after.iter_mut().filter(|(_, next)| next.stage == Stage::Queued) {
            let stored = self.office.handoff(*id);
            let Some(to) = stored.assignee else { continue };
            assert!(self.policy().kind(&next.kind).unwrap().auto_assign, "given by nobody");
            let command = Command::Assign { to, brief: None, anyway: true };
            let changes = self.decided(next, &command, who, &[], true).unwrap();
            changes.iter().for_each(|change| change.apply(next));
            next.version += 1;
        }
    }

    /// Remembers a gesture and looks whether the store is as the model is.
    fn settle(
        &mut self,
        id: GestureId,
        by: PersonId,
        after: impl Iterator<Item = (HandoffId, Option<Handoff>)>,
        fresh: bool,
    ) {
        let mut each = BTreeMap::new();
        for (handoff, next) in after {
            let before = self.model.all.remove(&handoff);
            if let (Some(before), Some(next)) = (&before, &next) {
                self.tally.seen.insert((before.stage, next.stage));
            }
            match &next {
                Some(next) => {
                    self.model.versions.insert(handoff, next.version);
                    self.model.all.insert(handoff, next.clone());
                }
                // What was made and sent in one gesture goes in as many steps as it came.
                None => {
                    let steps = self.events_in(id, handoff);
                    *self.model.versions.entry(handoff).or_default() += steps;
                }
            }
            each.insert(handoff, (before, next));
        }
        let ids: Vec<_> = each.keys().copied().collect();
        self.model.gestures.push(Gesture { id, by, each, backward: false, undone: false, fresh });
        self.tally.done += 1;
        self.unchanged(&ids);
    }

    /// The store holds of these what the model holds, and both count the same.
    fn unchanged(&self, ids: &[HandoffId]) {
        for id in ids {
            let stored = self.office.desk.store.handoff(*id).unwrap();
            assert_eq!(stored.as_ref(), self.model.all.get(id), "{id}");
            if let Some(handoff) = stored {
                self.holds(&handoff);
            }
        }
        let mut counted = self.office.desk.store.in_hand(Instant(i64::MAX)).unwrap();
        counted.sort_unstable_by_key(|one| one.person);
        assert_eq!(counted, self.open(), "handoffs in hand");
    }

    /// The invariants of `DOMAIN.md 2`.
    fn holds(&self, handoff: &Handoff) {
        let stage = handoff.stage;
        let told = format!("{} {stage}", handoff.id);
        assert_eq!(handoff.clocks.iter().any(Clock::is_open), stage.is_open(), "a promise: {told}");
        let place = handoff.before_dispute.unwrap_or(stage);
        assert_eq!(handoff.before_dispute.is_some(), stage == Stage::Disputed, "{told}");
        if stage.is_open() {
            assert_eq!(handoff.assignee.is_some(), place.is_assigned(), "an assignee: {told}");
        }
        if let Some(id) = handoff.assignee.filter(|_| place.is_assigned()) {
            let owner = self.people.iter().find(|person| person.id == id).unwrap();
            assert!(owner.active, "{} has left: {told}", owner.name);
        }
        let open = |name| handoff.clocks.iter().any(|clock| clock.name == name && clock.is_open());
        for (name, there) in [
            (ClockName::Deliver, place == Stage::Flagged),
            (ClockName::Assign, place == Stage::Queued),
            (ClockName::Accept, place == Stage::Assigned),
            (ClockName::Fix, place == Stage::Returned),
            (ClockName::Decide, stage == Stage::Disputed),
        ] {
            assert_eq!(open(name), there && stage.is_open(), "{name}: {told}");
        }
        if let Some(outcome) = &handoff.outcome {
            if outcome.code == "NO_RESPONSE" {
                assert_eq!(outcome.class, Class::Recycle, "no response is never final");
            }
            let rule = self.policy().disposition(&outcome.code).unwrap();
            let note = |key: &String| key == "missing" && outcome.fields.contains_key("note");
            assert!(
                rule.requires.iter().all(|key| outcome.fields.contains_key(key) || note(key)),
                "{told}: {outcome:?}"
            );
        }
        let accepted = handoff.moment(Moment::Accepted).is_some();
        if handoff.kind == "closed_won" && accepted && handoff.sender.is_some() {
            assert!(handoff.co_owner.is_some(), "dual ownership: {told}");
        }
        let twins = self.model.all.values().filter(|other| {
            other.stage.is_open()
                && (other.account, &other.kind, &other.opportunity)
                    == (handoff.account, &handoff.kind, &handoff.opportunity)
        });
        assert!(twins.count() <= 1, "one open: {told}");
        let last = self.office.desk.store.events_of_handoff(handoff.id, 1).unwrap();
        assert_eq!(last[0].version, handoff.version, "an event for every change: {told}");
        assert_eq!(last[0].to, Some(stage), "{told}");
    }

    /// Everything is compared, and the doctor finds nothing.
    pub(super) fn close(&self) {
        let ids: Vec<_> = self.model.all.keys().copied().collect();
        self.unchanged(&ids);
        for handoff in self.model.all.values() {
            let events = self.office.desk.store.events_of_handoff(handoff.id, usize::MAX).unwrap();
            let versions = events.iter().rev().map(|event| event.version);
            assert!(versions.eq(1..=handoff.version), "an event for every change: {}", handoff.id);
        }
        let checked = self.office.desk.store.check(&mut |_| {}).unwrap();
        assert_eq!(checked.findings, []);
        assert_eq!(checked.handoffs, self.model.all.len() as u64);
    }

    fn create(&mut self, kind: &str, company: &str) {
        let answer = self.office.create(kind, company);
        let open = self.model.all.values().any(|other| {
            let name = self.office.desk.store.company(other.account).unwrap();
            other.stage.is_open()
                && other.kind == kind
                && name == company
                && other.opportunity.is_none()
        });
        match answer {
            Ok(id) => {
                assert!(!open, "a second open {kind} of {company}");
                let made = self.office.handoff(id);
                let event = &self.office.desk.store.events_of_handoff(id, 1).unwrap()[0];
                let mia = self.office.who("Mia Chen");
                self.settle(event.gesture, mia, std::iter::once((id, Some(made))), true);
            }
            Err(error) => assert!(open, "{kind} of {company}: {error}"),
        }
    }

    /// Marketing tries to hand something over again.
    fn wake(&mut self) {
        let resting: Vec<_> = self
            .model
            .all
            .values()
            .filter(|it| matches!(it.stage, Stage::Nurture | Stage::Hibernating))
            .cloned()
            .collect();
        if resting.is_empty() {
            return;
        }
        let old = self.dice.of(&resting);
        if self.dice.one_in(2) {
            let domain = self.office.desk.store.account(old.account).unwrap().unwrap().domain;
            self.office.signal(&domain.unwrap(), "pricing_visit");
        }
        let ended = old.moment(Moment::Ended).unwrap();
        let signals =
            self.office.desk.store.signals_of(old.account, Instant(i64::MIN), 500).unwrap();
        let news = signals.iter().any(|signal| signal.at > ended && signal.at <= self.office.now);
        let open = self.model.all.values().any(|other| {
            other.stage.is_open() && other.account == old.account && other.kind == old.kind
        });
        let mia = self.office.who("Mia Chen");
        let actor = self.actor(mia);
        match self.office.desk.wake(actor, old.id, Some(old.version), None) {
            Ok(receipt) => {
                assert!(news && !open, "{} woke with nothing new", old.id);
                let fresh: Vec<_> = receipt.done.iter().filter(|id| **id != old.id).collect();
                let made = self.office.handoff(*fresh[0]);
                assert_eq!((made.parent, &made.kind), (Some(old.id), &old.kind), "linked");
                let mut over = old.clone();
                let command = Command::Wake { news: "new".to_owned() };
                let changes = self.decided(&old, &command, mia, &[], false).unwrap();
                changes.iter().for_each(|change| change.apply(&mut over));
                over.version += 1;
                let both = [(old.id, Some(over)), (made.id, Some(made))];
                self.settle(receipt.gesture, mia, both.into_iter(), true);
            }
            Err(DeskError::Refused(refusal)) => {
                assert!(!news || open, "{refusal}");
                self.unchanged(&[old.id]);
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn undo(&mut self) {
        let people: Vec<_> = self.people.iter().map(|person| person.id).collect();
        let who = self.dice.of(&people);
        self.undo_as(who);
    }

    /// Somebody takes back what they did last.
    pub(super) fn undo_as(&mut self, who: PersonId) {
        let last =
            self.model.gestures.iter().rposition(|it| it.by == who && !it.backward && !it.undone);
        let actor = self.actor(who);
        let answer = self.office.desk.undo(actor, None);
        self.took_back(last, answer, who, true);
    }

    fn redo(&mut self) {
        let people: Vec<_> = self.people.iter().map(|person| person.id).collect();
        let who = self.dice.of(&people);
        self.redo_as(who);
    }

    /// Somebody brings back what they undid last.
    pub(super) fn redo_as(&mut self, who: PersonId) {
        let fresh = self.model.gestures.iter().rposition(|it| it.by == who && it.fresh);
        let last = self
            .model
            .gestures
            .iter()
            .rposition(|it| it.by == who && it.backward && !it.undone)
            .filter(|at| fresh.is_none_or(|fresh| fresh < *at));
        let actor = self.actor(who);
        let answer = self.office.desk.redo(actor);
        self.took_back(last, answer, who, false);
    }

    /// Compares what came of an undo or a redo of a gesture, or of none.
    fn took_back(
        &mut self,
        gesture: Option<usize>,
        answer: Result<crate::desk::Receipt, DeskError>,
        who: PersonId,
        undo: bool,
    ) {
        let Some(at) = gesture else {
            let Err(DeskError::Refused(refusal)) = answer else {
                panic!("nothing of theirs: {answer:?}")
            };
            assert_eq!(refusal.kind, RefusalKind::Nothing, "{refusal}");
            return;
        };
        let each = self.model.gestures[at].each.clone();
        // Somebody changed it since.
        let depends = each.iter().find(|(id, (_, after))| {
            let now = self.model.all.get(*id).map(|handoff| handoff.version);
            now != after.as_ref().map(|handoff| handoff.version)
        });
        let back: BTreeMap<_, _> = each
            .iter()
            .map(|(id, (before, _))| {
                let steps = self.events_in(self.model.gestures[at].id, *id);
                let version = self.model.versions[id] + steps;
                (*id, before.clone().map(|before| Handoff { version, ..before }))
            })
            .collect();
        let opened: BTreeMap<_, _> =
            back.iter().filter_map(|(id, it)| Some((*id, it.clone()?))).collect();
        let doubled = opened.values().any(|next| self.doubles(next, &opened));
        match answer {
            Ok(receipt) => {
                assert!(depends.is_none() && !doubled, "undone although {depends:?}");
                self.model.gestures[at].undone = true;
                self.settle(receipt.gesture, who, back.into_iter(), false);
                let last = self.model.gestures.last_mut().unwrap();
                last.backward = undo;
                *(if undo { &mut self.tally.undone } else { &mut self.tally.redone }) += 1;
            }
            Err(DeskError::Refused(refusal)) => {
                assert!(depends.is_some() || doubled, "{refusal}");
                if let Some((id, _)) = depends.filter(|_| !doubled) {
                    let sentence = &refusal.sentence;
                    assert!(sentence.contains("depends on it"), "{sentence}");
                    assert!(sentence.contains(&format!("{id}")) || each.len() > 1, "{sentence}");
                    self.tally.depended += 1;
                }
                let ids: Vec<_> = each.keys().copied().collect();
                self.unchanged(&ids);
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// How many events a gesture has on a handoff.
    fn events_in(&self, gesture: GestureId, id: HandoffId) -> i64 {
        let events = self.office.desk.store.events_of(gesture).unwrap();
        events.iter().filter(|event| event.handoff == id).count() as i64
    }

    /// Whoever may, or now and then anybody.
    fn somebody(&mut self, handoff: &Handoff, command: &Command) -> PersonId {
        let mut ids: Vec<_> = self.people.iter().map(|person| person.id).collect();
        let turn = usize::try_from(self.dice.roll(ids.len() as u64)).unwrap();
        ids.rotate_left(turn);
        if self.dice.one_in(6) {
            return ids[0];
        }
        let may = |who: &PersonId| {
            !matches!(self.decided(handoff, command, *who, &[], false),
                Err(refusal) if refusal.kind == RefusalKind::NotPermitted)
        };
        ids.iter().copied().find(may).unwrap_or(ids[0])
    }

    fn words(&mut self) -> String {
        self.dice.of(&["As they said", "disputed", "Called, no answer", "", "x"]).to_owned()
    }

    /// Something that is mostly legal here, mostly in good form.
    fn command(&mut self, handoff: &Handoff) -> Command {
        let choices = if self.dice.one_in(6) { Action::ALL } else { legal(handoff.stage) };
        let mut action = self.dice.of(choices);
        let slow = "withdraw recycle disqualify return dispute reassign pause note brief edit rate";
        if slow.split(' ').any(|key| key == action.key()) && !self.dice.one_in(3) {
            action = self.dice.of(legal(handoff.stage));
        }
        let people: Vec<_> = self.people.iter().map(|person| person.id).collect();
        match action {
            Action::Submit => Command::Submit,
            Action::Withdraw => Command::Withdraw { reason: self.words() },
            Action::Assign | Action::Reassign => Command::Assign {
                to: self.dice.of(&people),
                brief: None,
                anyway: self.dice.one_in(2),
            },
            Action::Accept => Command::Accept,
            Action::Touch | Action::Respond => Command::Touch(NewTouch {
                channel: self.dice.of(Channel::ALL),
                template: None,
                outcome: self.dice.of(TouchOutcome::ALL),
                note: Some(self.words()),
                at: self.dice.one_in(4).then(|| self.office.now.plus(-HOUR)),
            }),
            Action::Note => Command::Note { text: self.words() },
            Action::Return if self.dice.one_in(2) => Command::Return {
                missing: self.dice.of(&[vec![], vec!["committee".to_owned()]]),
                note: self.words(),
                overridden: self.dice.one_in(3).then(|| self.words()),
            },
            Action::Resubmit => Command::Resubmit { fields: self.fields(handoff) },
            Action::Dispute if self.dice.one_in(2) => Command::Dispute { note: self.words() },
            Action::Decide => Command::Decide {
                decision: self.dice.of(&[Decision::Queue, Decision::Nurture, Decision::Close]),
                note: self.words(),
            },
            Action::Defer => {
                let today = say::day_of(self.office.now, self.policy().zone);
                let until = today + Days::new(self.dice.of(&[0, 1, 7, 367]));
                Command::Defer { until, reason: self.words() }
            }
            Action::Pause => {
                let clock = self.dice.one_in(2).then(|| self.dice.of(ClockName::ALL));
                Command::Pause { clock, reason: self.words() }
            }
            Action::Resume => Command::Resume { clock: None },
            Action::Brief => Command::Brief { text: self.words() },
            Action::Edit => Command::Edit { fields: self.fields(handoff) },
            Action::Rate => {
                Command::Rate { stars: u8::try_from(self.dice.roll(7)).unwrap(), missing: None }
            }
            Action::Check => {
                let policy = self.policy();
                let list = policy.kind(&handoff.kind).map(|kind| policy.checklist(kind).to_vec());
                let what = match list.unwrap_or_default() {
                    list if list.is_empty() => "Dance".to_owned(),
                    list => self.dice.of(&list).what,
                };
                Command::Check { what, done: !self.dice.one_in(3) }
            }
            Action::Activate => Command::Activate,
            Action::Hibernate => Command::Hibernate,
            // What wakes does so as a new one, in a step of its own.
            Action::Wake => Command::Note { text: self.words() },
            Action::Reopen => Command::Reopen { reason: self.words() },
            by_code => self.disposal(by_code, handoff),
        }
    }

    /// All that the package lacks, or a field that it may or may not have.
    fn fields(&mut self, handoff: &Handoff) -> BTreeMap<String, String> {
        if self.dice.one_in(2) {
            let package =
                self.office.desk.dossier(handoff.id, None, self.office.now).unwrap().package;
            return package
                .missing
                .iter()
                .map(|field| (field.key.to_owned(), "told by phone".to_owned()))
                .collect();
        }
        let key = self.dice.of(&["usage", "contract", "colour"]);
        [(key.to_owned(), self.words())].into()
    }

    /// A disposition that is this action, with most of what it requires.
    fn disposal(&mut self, action: Action, handoff: &Handoff) -> Command {
        let policy = self.policy();
        let those: Vec<_> = policy
            .dispositions
            .iter()
            .filter(|rule| {
                let command = dispose(&rule.code, &[]);
                crate::domain::decide::action_of(&command, handoff, policy) == action
            })
            .cloned()
            .collect();
        let rule = self.dice.of(&those);
        let today = say::day_of(self.office.now, self.policy().zone);
        let mut fields: Vec<(&str, String)> = Vec::new();
        for key in &rule.requires {
            let text = match key.as_str() {
                "wake_on" | "expected_close" => (today + Days::new(self.dice.roll(40))).to_string(),
                "amount" => self.dice.of(&["1", "90000", "0"]).to_owned(),
                "missing" => {
                    self.dice.of(&["committee", "committee, contact", "colour"]).to_owned()
                }
                "other" => self.dice.of(&["H-1", "H-2", "H-4000"]).to_owned(),
                "meeting_at" => {
                    self.office.now.plus(self.dice.of(&[-HOUR, HOUR, 9 * DAY])).to_string()
                }
                _ => self.words(),
            };
            if !self.dice.one_in(9) {
                fields.push((key, text));
            }
        }
        let pairs: Vec<_> = fields.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let Command::Dispose(disposal) = dispose(&rule.code, &pairs) else {
            return Command::Accept;
        };
        Command::Dispose(Disposal {
            claim: self.dice.one_in(4).then(|| self.dice.of(Claim::ALL)),
            overridden: self.dice.one_in(2).then(|| self.words()),
            ..disposal
        })
    }
}

/// Keeps what people have in hand in step inside one gesture.
fn count(open: &mut Vec<InHand>, changes: &[Change]) {
    for change in changes {
        let Change::Assigned { from, to } = change else { continue };
        if let Some(one) = from.and_then(|id| open.iter_mut().find(|one| one.person == id)) {
            one.open = one.open.saturating_sub(1);
        }
        if let Some(to) = to {
            match open.iter_mut().find(|one| one.person == *to) {
                Some(one) => one.open += 1,
                None => open.push(InHand { person: *to, open: 1, week: 0 }),
            }
        }
    }
}

/// Things in the order in which they were asked for.
trait InOrder {
    fn in_order_of(self, asked: &[HandoffId]) -> Self;
}

impl InOrder for Vec<HandoffId> {
    fn in_order_of(mut self, asked: &[HandoffId]) -> Self {
        self.sort_by_key(|id| asked.iter().position(|other| other == id));
        self
    }
}

fn play(seed: u64, steps: u32) -> Tally {
    let mut run = Run::new(seed);
    for step in 0..steps {
        run.step();
        if step % 500 == 499 {
            run.close();
        }
    }
    run.close();
    run.tally
}

/// `HANDOFF_LONG=1 cargo test --lib agree_with_the_model` plays a hundred thousand steps, for some minutes.
#[test]
fn three_thousand_steps_agree_with_the_model() {
    let steps = if std::env::var_os("HANDOFF_LONG").is_some() { 25_000 } else { 750 };
    let runs: Vec<_> = (1..=4)
        .map(|seed| std::thread::spawn(move || play(seed, steps)))
        .map(|run| run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        .collect();
    let sum = |of: fn(&Tally) -> u32| runs.iter().map(of).sum::<u32>();
    assert!(sum(|tally| tally.done) > 900, "{runs:?}");
    assert!(sum(|tally| tally.refused) > 300, "{runs:?}");
    assert!(sum(|tally| tally.undone) > 30 && sum(|tally| tally.redone) > 5, "{runs:?}");
    assert!(sum(|tally| tally.depended) > 5 && sum(|tally| tally.stale) > 20, "{runs:?}");
    let moves: std::collections::BTreeSet<_> =
        runs.iter().flat_map(|tally| tally.seen.iter().copied()).collect();
    let left: std::collections::BTreeSet<_> = moves.iter().map(|(from, _)| *from).collect();
    assert!(left.len() >= 11, "stages that were left: {left:?}");
}
