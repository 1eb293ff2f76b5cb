//! One gesture: the commands it holds are decided one by one and committed as one, or not at all.

use std::collections::BTreeMap;

use super::material::{Around, Material};
use super::propose::Hands;
use super::{Actor, Desk, DeskError};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::decide::{Facts, action_of, decide};
use crate::domain::handoff::{Channel, Handoff, TouchOutcome};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::person::{InHand, Person};
use crate::domain::playbook::Closed;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::{Committed, Item, StoreError, Write};

/// What is asked of one handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Ask {
    /// Which.
    pub handoff: HandoffId,
    /// The version that the person saw; a later one is a conflict. None takes what is there.
    pub seen: Option<i64>,
    /// What.
    pub command: Command,
}

/// One gesture.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Who, when, and the action's id.
    pub actor: Actor,
    /// What is asked, of one handoff or of many.
    pub asks: Vec<Ask>,
    /// True to leave out those that are refused and do the rest; false to do all or none.
    pub what_can: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The gesture, for undo.
    pub gesture: GestureId,
    /// What happened, in a line.
    pub label: String,
    /// To which handoffs.
    pub done: Vec<HandoffId>,
    /// Which were left out, and why.
    pub refused: Vec<Refused>,
}

/// A handoff that was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Which.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Why.
    pub refusal: Refusal,
}

/// What a request would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// Which could be done.
    pub can: Vec<HandoffId>,
    /// Which could not, and why.
    pub cannot: Vec<Refused>,
}

impl Desk {
    /// Does what is asked, as one gesture in one transaction.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the rules say no to any (or, with `what_can`, to all); [`DeskError::Conflict`] when
    /// somebody else was first; [`DeskError::NotFound`]; [`DeskError::Store`]. Nothing was changed then.
    pub fn run(&mut self, request: &Request) -> Result<Receipt, DeskError> {
        self.run_as(request, None)
    }

    /// The same under a name of its own, where the gesture is more than its parts.
    pub(super) fn run_as(
        &mut self,
        request: &Request,
        name: Option<&str>,
    ) -> Result<Receipt, DeskError> {
        // What is read to decide is there when it is written.
        let room = self.store.make_room(request.asks.len());
        let done = self.run_asked(request, name);
        self.store.as_usual(room);
        done
    }

    fn run_asked(&mut self, request: &Request, name: Option<&str>) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let decided = self.decide_all(request, &people)?;
        if decided.items.is_empty() || (!request.what_can && !decided.refused.is_empty()) {
            return Err(match decided.refused.into_iter().next() {
                Some(first) if request.asks.len() > 1 => DeskError::Refused(Refusal {
                    sentence: format!(
                        "{} {}: {}",
                        first.handoff, first.company, first.refusal.sentence
                    ),
                    ..first.refusal
                }),
                Some(first) => first.refusal.into(),
                None => DeskError::nothing("There is nothing to do."),
            });
        }
        let mut label =
            name.map_or_else(|| label(&request.asks, &decided.done, &people), str::to_owned);
        if let (
            [Ask { command: Command::Resubmit { .. }, .. }],
            Some(Item { note: Some(note), .. }),
        ) = (request.asks.as_slice(), decided.items.first())
        {
            label = format!("{label}: {note}");
        }
        let committed = self.keep(request.actor, &label, decided.items, None)?;
        let done = decided.done.into_iter().map(|(id, _)| id).collect();
        Ok(Receipt { gesture: committed.gesture, label, done, refused: decided.refused })
    }

    /// Writes what was decided as one gesture of somebody's. `row` is the key of the row of a file that the first
    /// handoff was made from; it is kept with it.
    ///
    /// # Errors
    /// A conflict, a duplicate, or what the machine failed at.
    pub(super) fn keep(
        &mut self,
        actor: Actor,
        label: &str,
        items: Vec<Item>,
        row: Option<&str>,
    ) -> Result<Committed, DeskError> {
        self.keep_as(Some(actor.who), actor.now, actor.action, label, items, row)
    }

    /// The same of somebody or, with none, of whoever operates the machine.
    pub(super) fn keep_as(
        &mut self,
        who: Option<PersonId>,
        at: Instant,
        action_id: [u8; 16],
        label: &str,
        items: Vec<Item>,
        row: Option<&str>,
    ) -> Result<Committed, DeskError> {
        let write = Write {
            action_id,
            actor: who,
            machine: self.machine.clone(),
            at,
            label: label.to_owned(),
            policy: &self.policy.hash,
            undoes: None,
            items,
        };
        Ok(self.store.commit_from(write, row)?)
    }

    /// Says what a request would do, without doing it.
    ///
    /// # Errors
    /// As [`Desk::run`], but refusals are part of the answer.
    pub fn preview(&self, request: &Request) -> Result<Preview, DeskError> {
        let people = self.store.people()?;
        let decided = self.decide_all(request, &people)?;
        Ok(Preview {
            can: decided.done.into_iter().map(|(id, _)| id).collect(),
            cannot: decided.refused,
        })
    }

    fn decide_all(&self, request: &Request, people: &[Person]) -> Result<Decided, DeskError> {
        let who = self.actor(people, request.actor.who)?;
        let ids: Vec<_> = request.asks.iter().map(|ask| ask.handoff).collect();
        let handoffs = self.store.handoffs(&ids)?;
        let mut hands = self.in_hand(request.actor.now)?;
        let mut decided = Decided::default();
        for ask in &request.asks {
            let Some(handoff) = handoffs.iter().find(|handoff| handoff.id == ask.handoff) else {
                return Err(DeskError::NotFound(format!(
                    "There is no handoff {} in this store.",
                    ask.handoff
                )));
            };
            if let Some(seen) = ask.seen
                && seen != handoff.version
            {
                return Err(self.conflict(handoff)?);
            }
            match self.decide_one(handoff, &ask.command, who, people, &mut hands, request)? {
                Ok(items) => {
                    decided.items.extend(items);
                    decided.done.push((handoff.id, self.store.company_of(handoff.id)?));
                }
                Err(refusal) => decided.refused.push(Refused {
                    handoff: handoff.id,
                    company: self.store.company_of(handoff.id)?,
                    refusal,
                }),
            }
        }
        Ok(decided)
    }

    /// Decides one command; a submission of a type that is assigned at once is followed by its assignment.
    fn decide_one(
        &self,
        handoff: &Handoff,
        command: &Command,
        who: &Person,
        people: &[Person],
        hands: &mut Hands,
        request: &Request,
    ) -> Result<Result<Vec<Item>, Refusal>, DeskError> {
        let now = request.actor.now;
        let material = match command {
            Command::Submit | Command::Resubmit { .. } | Command::Edit { .. } => {
                Some(Material::load(&self.store, handoff)?)
            }
            _ => None,
        };
        let package = material
            .as_ref()
            .map(|material| material.sent(handoff, command, &self.around(people, now)));
        let facts = Facts {
            open: &hands.open,
            package: package.as_ref().map(|(percent, missing, _)| (*percent, missing.as_slice())),
            ..Facts::of(&self.policy, who, people, now)
        };
        if let Command::Submit = command
            && handoff.stage == Stage::Flagged
            && let Err(refusal) = self.has_news(handoff, now)?
        {
            return Ok(Err(refusal));
        }
        if let Command::Dispose(disposal) = command
            && let Some(other) =
                disposal.fields.get("other").and_then(|text| text.parse::<HandoffId>().ok())
            && self.store.handoff(other)?.is_none()
        {
            return Ok(Err(Refusal::new(
                RefusalKind::Missing,
                format!("There is no handoff {other}."),
            )
            .hint("Name the handoff that this one repeats.")));
        }
        if let Some(refusal) = self.closed(handoff, command)? {
            return Ok(Err(refusal));
        }
        let mut changes = match decide(handoff, command, &facts) {
            Ok(changes) => changes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let note = joined(note_of(command), set_aside(command, &facts));
        if matches!(command, Command::Submit | Command::Resubmit { .. })
            && let Some((_, _, sent)) = package
        {
            let from = self.store.frozen(handoff.id)?.map(Box::new);
            changes.push(Change::Froze { from, to: Some(Box::new(sent)) });
        }
        let mended = match (command, material) {
            (Command::Resubmit { .. }, Some(material)) => {
                self.mended(handoff, &changes, &material, people, now)
            }
            _ => None,
        };
        let mut items = vec![Item {
            handoff: handoff.clone(),
            action: action_of(command, handoff, &self.policy).key().to_owned(),
            note: note.or(mended),
            changes,
        }];
        count_open(&mut hands.open, &items[0]);
        if matches!(command, Command::Submit | Command::Resubmit { .. })
            && let Some(item) = self.auto_assign(&items[0], who, people, hands, now)?
        {
            count_open(&mut hands.open, &item);
            items.push(item);
        }
        Ok(Ok(items))
    }

    /// Why an attempt by this channel may not be made: the contact has closed it. What they did themselves, an answer,
    /// is always logged (`DOMAIN.md 9`).
    fn closed(&self, handoff: &Handoff, command: &Command) -> Result<Option<Refusal>, DeskError> {
        let Command::Touch(touch) = command else { return Ok(None) };
        let Some(id) = handoff.contact.filter(|_| touch.outcome != TouchOutcome::Replied) else {
            return Ok(None);
        };
        let contacts = self.store.contacts_of(handoff.account)?;
        let contact = contacts.iter().find(|contact| contact.id == id);
        Ok(contact.filter(|contact| Closed::of(contact).bars(touch.channel)).map(|contact| {
            let sentence = match touch.channel {
                Channel::Call => format!("{} must not be called.", contact.name),
                _ => format!("{} has opted out of e-mail.", contact.name),
            };
            Refusal::new(RefusalKind::NotPermitted, sentence).hint(
                "Use another channel, or begin with another contact; their answers can be logged.",
            )
        }))
    }

    /// What a package that is sent again says differently from before, by the names of the fields.
    fn mended(
        &self,
        handoff: &Handoff,
        changes: &[Change],
        material: &Material,
        people: &[Person],
        now: Instant,
    ) -> Option<String> {
        let before = changes.iter().find_map(|change| match change {
            Change::Froze { from: Some(from), .. } => Some(from),
            _ => None,
        })?;
        let mut after = handoff.clone();
        changes.iter().for_each(|change| change.apply(&mut after));
        let differs = material.differs(before, &after, &self.around(people, now));
        let labels: Vec<_> = differs.iter().map(|differs| differs.field.label).collect();
        Some(match labels.as_slice() {
            [] => "sent as it was before".to_owned(),
            [label] => format!("{label} changed since it was sent before"),
            labels => format!("{} changed since it was sent before", say::all(labels)),
        })
    }

    /// The assignment to the proposal that follows a submission, where the type asks for it and somebody can take it.
    pub(super) fn auto_assign(
        &self,
        submitted: &Item,
        who: &Person,
        people: &[Person],
        hands: &Hands,
        now: Instant,
    ) -> Result<Option<Item>, DeskError> {
        let handoff = after(submitted);
        let automatic = self.policy.kind(&handoff.kind).is_some_and(|kind| kind.auto_assign);
        if !automatic || handoff.stage != Stage::Queued {
            return Ok(None);
        }
        let proposal = self.propose(&handoff, people, hands, now)?;
        let Some(pick) = proposal.ranked.first() else { return Ok(None) };
        let facts = Facts { open: &hands.open, ..Facts::automatic(&self.policy, who, people, now) };
        let command = Command::Assign { to: pick.person, brief: None, anyway: true };
        Ok(decide(&handoff, &command, &facts).ok().map(|changes| Item {
            handoff,
            action: "assign".to_owned(),
            note: Some(format!("the desk's proposal: {}", pick.reasons.join("; "))),
            changes,
        }))
    }

    pub(super) fn around<'a>(&'a self, people: &'a [Person], now: Instant) -> Around<'a> {
        Around { people, policy: &self.policy, now, templates: &self.templates }
    }

    /// Whoever acts: somebody who works this desk now (`DOMAIN.md 12`).
    pub(super) fn actor<'p>(
        &self,
        people: &'p [Person],
        who: PersonId,
    ) -> Result<&'p Person, DeskError> {
        let who = self.known(people, who)?;
        if who.active {
            return Ok(who);
        }
        Err(Refusal::new(
            RefusalKind::NotPermitted,
            format!("{} ({}) may not act: they no longer work this desk.", who.name, who.role.label()),
        )
        .hint("Say with --as who you are; revenue operations or the VP of Sales make people active again.")
        .into())
    }

    /// Somebody of this store, active or not.
    pub(super) fn known<'p>(
        &self,
        people: &'p [Person],
        who: PersonId,
    ) -> Result<&'p Person, DeskError> {
        people
            .iter()
            .find(|person| person.id == who)
            .ok_or_else(|| DeskError::NotFound(format!("There is no person {who} in this store.")))
    }

    pub(super) fn conflict(&self, handoff: &Handoff) -> Result<DeskError, StoreError> {
        let last = self.store.events_of_handoff(handoff.id, 1)?.into_iter().next();
        Ok(super::Conflict {
            handoff: handoff.id,
            by: last.as_ref().and_then(|event| event.actor_name.clone()),
            at: last
                .as_ref()
                .map_or(handoff.moments.values().copied().max().unwrap_or_default(), |event| {
                    event.at
                }),
            what: last.map_or_else(|| "changed".to_owned(), |event| past(&event.action).to_owned()),
        }
        .into())
    }
}

#[derive(Default)]
struct Decided {
    items: Vec<Item>,
    done: Vec<(HandoffId, String)>,
    refused: Vec<Refused>,
}

/// The handoff as it is after an item, with the version that the item produces.
pub(super) fn after(item: &Item) -> Handoff {
    let mut handoff = item.handoff.clone();
    item.changes.iter().for_each(|change| change.apply(&mut handoff));
    handoff.version += 1;
    handoff
}

/// Keeps what people have in hand in step inside one gesture, so that a bulk assignment stops at capacity.
pub(super) fn count_open(open: &mut Vec<InHand>, item: &Item) {
    for change in &item.changes {
        if let Change::Assigned { from, to } = change {
            if let Some(one) = from.and_then(|id| open.iter_mut().find(|one| one.person == id)) {
                one.open = one.open.saturating_sub(1);
            }
            if let Some(id) = to {
                match open.iter_mut().find(|one| one.person == *id) {
                    Some(one) => (one.open, one.week) = (one.open + 1, one.week + 1),
                    None => open.push(InHand { person: *id, open: 1, week: 1 }),
                }
            }
        }
    }
}

/// What stood against the person whom something is given to, and was set aside: it is recorded.
fn set_aside(command: &Command, facts: &Facts<'_>) -> Option<String> {
    let Command::Assign { to, anyway: true, .. } = command else { return None };
    let person = facts.person(*to)?;
    let has = InHand::of(facts.open, *to);
    let full = person.full(has.open, has.week);
    let away = person.away_on(facts.today());
    let away = away.map(|absence| {
        format!("out of office until {}", crate::domain::say::day_near(absence.to, facts.today()))
    });
    let why: Vec<_> = full.iter().map(ToString::to_string).chain(away).collect();
    (!why.is_empty()).then(|| format!("given to {} anyway: {}", person.name, why.join("; ")))
}

fn joined(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one} ({other})")),
        (one, other) => one.or(other),
    }
}

/// What the person wrote, for the record.
fn note_of(command: &Command) -> Option<String> {
    let text = match command {
        Command::Withdraw { reason }
        | Command::Defer { reason, .. }
        | Command::Pause { reason, .. }
        | Command::Reopen { reason } => reason,
        Command::Note { text } | Command::Brief { text } => text,
        Command::Return { note, .. } | Command::Dispute { note } | Command::Decide { note, .. } => {
            note
        }
        Command::Wake { news } => news,
        Command::Assign { brief: Some(brief), .. } => brief,
        Command::Touch(touch) => touch.note.as_ref()?,
        Command::Rate { missing: Some(missing), .. } => missing,
        Command::Dispose(disposal) => ["note", "reason", "persona", "competitor"]
            .iter()
            .find_map(|key| disposal.fields.get(*key))?,
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What a gesture is called in the record, in toasts and by undo.
fn label(asks: &[Ask], done: &[(HandoffId, String)], people: &[Person]) -> String {
    let what = match done {
        [(id, company)] => format!("{id} {company}"),
        many => format!("{} handoffs", many.len()),
    };
    let mut targets: BTreeMap<PersonId, usize> = BTreeMap::new();
    for ask in asks.iter().filter(|ask| done.iter().any(|(id, _)| *id == ask.handoff)) {
        if let Command::Assign { to, .. } = &ask.command {
            *targets.entry(*to).or_default() += 1;
        }
    }
    let name =
        |id: PersonId| people.iter().find(|p| p.id == id).map_or("somebody", |p| p.name.as_str());
    match (asks.first().map(|ask| &ask.command), targets.len()) {
        (Some(Command::Assign { .. }), 1) => {
            let to = targets.keys().next().copied().unwrap_or_default();
            format!("assigned {what} to {}", name(to))
        }
        (Some(Command::Assign { .. }), many) => format!("assigned {what} to {many} people"),
        (Some(Command::Dispose(disposal)), _) => format!("recorded {} on {what}", disposal.code),
        (Some(Command::Touch(touch)), _) => format!("logged {} touch on {what}", touch.channel),
        (Some(Command::Defer { until, .. }), _) => format!("deferred {what} to {until}"),
        (Some(Command::Rate { stars, .. }), _) => format!("rated {what} {stars} of 5"),
        (Some(Command::Check { what: item, done: true }), _) => {
            format!("checked \"{item}\" on {what}")
        }
        (Some(Command::Check { what: item, done: false }), _) => {
            format!("took back the check \"{item}\" on {what}")
        }
        (Some(command), _) => format!("{} {what}", past_of(command)),
        (None, _) => what,
    }
}

const fn past_of(command: &Command) -> &'static str {
    match command {
        Command::Submit => "submitted",
        Command::Withdraw { .. } => "withdrew",
        Command::Accept => "accepted",
        Command::Note { .. } => "wrote a note on",
        Command::Return { .. } => "returned",
        Command::Resubmit { .. } => "resubmitted",
        Command::Dispute { .. } => "disputed",
        Command::Decide { .. } => "decided on",
        Command::Pause { .. } => "paused",
        Command::Resume { .. } => "resumed",
        Command::Brief { .. } => "briefed",
        Command::Edit { .. } => "edited the package of",
        Command::Activate => "activated",
        Command::Hibernate => "put to sleep",
        Command::Wake { .. } => "woke",
        Command::Reopen { .. } => "reopened",
        Command::Assign { .. } => "assigned",
        Command::Touch(_) => "touched",
        Command::Dispose(_) => "disposed of",
        Command::Defer { .. } => "deferred",
        Command::Rate { .. } => "rated",
        Command::Check { .. } => "checked the list of",
    }
}

/// The past participle of an action's key, for "Sam Ortiz accepted H-1042".
#[must_use]
pub fn past(action: &str) -> &str {
    match action {
        "submit" => "submitted",
        "withdraw" => "withdrew",
        "assign" => "assigned",
        "reassign" => "reassigned",
        "accept" => "accepted",
        "touch" => "logged a touch on",
        "note" => "wrote a note on",
        "respond" => "recorded a response on",
        "book" => "booked a meeting for",
        "held" => "held the meeting of",
        "noshow" => "recorded a no-show on",
        "opportunity" => "made an opportunity of",
        "win" => "won",
        "lose" => "lost",
        "return" => "returned",
        "resubmit" => "resubmitted",
        "recycle" => "recycled",
        "disqualify" => "disqualified",
        "dispute" => "disputed",
        "decide" => "decided on",
        "defer" => "deferred",
        "pause" => "paused",
        "resume" => "resumed",
        "brief" => "briefed on",
        "edit" => "edited the package of",
        "rate" => "rated",
        "check" => "checked an item of",
        "undo" => "took back a change of",
        "redo" => "redid a change of",
        "flag" => "flagged",
        "send" => "sent",
        "let through" => "let through",
        "wake" => "brought back",
        "hibernate" => "put to sleep",
        "activate" => "recorded as live",
        "reopen" => "reopened",
        _ => "changed",
    }
}
