//! The road back (`DOMAIN.md 2` and 8): what rests comes back as a new handoff linked to the old one, and only with
//! something new; what changed since, and what the last assignee learnt, is told beside it; what stays quiet sleeps.

use super::evaluate::Evaluated;
use super::material::Material;
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::criteria::{fit, intent_score, told};
use crate::domain::decide::{Facts, decide, first_clocks, may};
use crate::domain::field::{outcome_field, package_field};
use crate::domain::handoff::{Day, Handoff, Moment};
use crate::domain::ids::{ContactId, HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::{Class, Policy};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::signal::Signal;
use crate::domain::stage::{Action, Stage, legal};
use crate::domain::time::Instant;
use crate::store::{Event, Item};

/// What people wrote that is told of an earlier handoff, at most so many.
const NOTES: usize = 3;

/// Something told beside a handoff, under a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aside {
    /// The heading.
    pub title: String,
    /// The lines.
    pub lines: Vec<String>,
}

/// What is new since a handoff went to rest.
struct News {
    /// The signals, as a line.
    signals: Option<String>,
    /// Another contact than before.
    contact: bool,
    /// Somebody filled in the package by hand.
    filled: bool,
}

impl News {
    /// What is new since `old` went to rest, for a handoff that follows it with this contact and these fields.
    fn since(
        old: &Handoff,
        contact: Option<ContactId>,
        filled: bool,
        signals: &[Signal],
        policy: &Policy,
        now: Instant,
    ) -> Self {
        let rested = rested(old);
        let mut fresh: Vec<&Signal> =
            signals.iter().filter(|signal| signal.at > rested && signal.at <= now).collect();
        fresh.sort_by_key(|signal| std::cmp::Reverse((signal.at, signal.id)));
        Self {
            signals: (!fresh.is_empty()).then(|| told(&fresh, policy)),
            contact: contact.is_some() && contact != old.contact,
            filled,
        }
    }

    const fn any(&self) -> bool {
        self.signals.is_some() || self.contact || self.filled
    }
}

/// When a handoff went to rest.
fn rested(old: &Handoff) -> Instant {
    old.moment(Moment::Ended).or(old.moment(Moment::Created)).unwrap_or_default()
}

/// Whether a handoff came to rest with a way back, and not to an end.
fn came_to_rest(old: &Handoff) -> bool {
    let recycled = old.outcome.as_ref().is_some_and(|outcome| outcome.class == Class::Recycle);
    recycled || matches!(old.stage, Stage::Nurture | Stage::Hibernating)
}

/// The refusal of what has nothing new.
fn nothing_new(old: &Handoff, company: &str, policy: &Policy) -> Refusal {
    let since = say::day(say::day_of(rested(old), policy.zone));
    Refusal::new(
        RefusalKind::Nothing,
        format!("Nothing is new at {company} since {} went to rest on {since}.", old.id),
    )
    .hint("It is handed over again on a new signal, with another contact, or once you add what you have learnt to the package.")
}

impl Desk {
    /// Hands a resting handoff over again by hand: a new one, linked to it, with another contact where one is named.
    ///
    /// # Errors
    /// It does not rest, nothing is new since, one is open already, or this person may not.
    pub fn wake(
        &mut self,
        actor: Actor,
        id: HandoffId,
        seen: Option<i64>,
        contact: Option<ContactId>,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        let (old, company) = self.handoff(id)?;
        if seen.is_some_and(|seen| seen != old.version) {
            return Err(self.conflict(&old)?);
        }
        if !legal(old.stage).contains(&Action::Wake) {
            return Err(Refusal::not_legal(Action::Wake, old.stage).into());
        }
        let policy = std::sync::Arc::clone(&self.policy);
        let kind = policy.kind(&old.kind).ok_or_else(|| {
            DeskError::NotFound(format!("The policy has no type \"{}\".", old.kind))
        })?;
        let mut hands = self.in_hand(actor.now)?;
        let now = actor.now;
        let facts = Facts { open: &hands.open, ..Facts::of(&policy, &who, &people, now) };
        may(Action::Wake, &old, kind, &facts)?;
        if let Some(open) =
            self.store.open_handoff(old.account, &old.kind, old.opportunity.as_deref())?
        {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{open} is open for the same account and type."),
            )
            .hint("Work on that one, or close it first.")
            .into());
        }
        let material = Material::load(&self.store, &old)?;
        if contact.is_some_and(|id| material.contacts.iter().all(|contact| contact.id != id)) {
            return Err(DeskError::NotFound(format!("{company} has no such contact.")));
        }
        let news = News::since(&old, contact, false, &material.signals, &policy, now);
        if !news.any() {
            return Err(nothing_new(&old, &company, &policy).into());
        }
        let score = intent_score(&material.signals, &policy, now).value;
        let reason = match &news.signals {
            Some(signals) => format!("Back from {id}: {signals}"),
            None => format!("Back from {id}: another contact"),
        };
        let mut fresh = Handoff {
            opportunity: old.opportunity.clone(),
            tier: fit(&material.account, &material.contacts, &policy).tier,
            score,
            source: old.source,
            reason: reason.clone(),
            contact: contact.or(old.contact),
            sender: (who.role == kind.from).then_some(who.id),
            parent: Some(id),
            ..Handoff::flagged(old.account, &old.kind, now)
        };
        // A contact who was chosen by hand is what is new: it is kept as what somebody said.
        let chosen = contact.and_then(|id| material.contacts.iter().find(|it| it.id == id));
        if let Some(chosen) = chosen {
            let title = chosen.title.as_deref().map_or(String::new(), |title| format!(", {title}"));
            fresh.fields.insert("contact".to_owned(), format!("{}{title}", chosen.name));
        }
        first_clocks(&mut fresh, kind, &facts)?;
        let command = Command::Wake { news: reason.clone() };
        let changes = decide(&old, &command, &facts)?;
        let mut items = vec![
            Item {
                handoff: old,
                action: Action::Wake.key().to_owned(),
                note: Some(reason.clone()),
                changes,
            },
            Item {
                handoff: fresh.clone(),
                action: "flag".to_owned(),
                note: Some(reason),
                changes: vec![Change::Created(Box::new(fresh.clone()))],
            },
        ];
        let mut found = Evaluated::default();
        self.go_on(fresh, &who, &people, &mut hands, now, &mut found, &mut items)?;
        let label = format!("handed {company} over again");
        let committed = self.keep(actor, &label, items, None)?;
        let done = committed.handoffs.iter().map(|(id, _)| *id).collect();
        Ok(Receipt { gesture: committed.gesture, label, done, refused: Vec::new() })
    }

    /// Refuses to submit a handoff that grew out of one at rest while nothing is new: with nothing new it is not
    /// re-handed (`DOMAIN.md 8`).
    pub(super) fn has_news(
        &self,
        handoff: &Handoff,
        now: Instant,
    ) -> Result<Result<(), Refusal>, DeskError> {
        let Some(parent) = handoff.parent else { return Ok(Ok(())) };
        let old = self.store.handoff(parent)?.filter(came_to_rest);
        let Some(old) = old else { return Ok(Ok(())) };
        let signals = self.store.signals_of(handoff.account, rested(&old), 500)?;
        let filled = !handoff.fields.is_empty();
        let news = News::since(&old, None, filled, &signals, &self.policy, now);
        if news.any() {
            return Ok(Ok(()));
        }
        Ok(Err(nothing_new(&old, &self.store.company(handoff.account)?, &self.policy)))
    }

    /// What is told beside a handoff: where it came back from and what is new since, what was mended after a return, what
    /// is asked in a dispute, what became of it, and who was told of its late promises.
    pub(super) fn asides(
        &self,
        handoff: &Handoff,
        record: &[Event],
        signals: &[Signal],
        people: &[Person],
        now: Instant,
    ) -> Result<Vec<Aside>, DeskError> {
        let mut asides = Vec::new();
        if let Some(old) = handoff.parent.map(|id| self.store.handoff(id)).transpose()?.flatten() {
            asides.push(self.came_from(&old, handoff, signals, people, now)?);
        }
        if matches!(handoff.stage, Stage::Nurture | Stage::Hibernating) {
            asides.push(self.rests(handoff, signals, people, now)?);
        }
        asides.extend(self.next_best(handoff, people, now)?);
        asides.extend(mended(handoff, record));
        if let Some(told) = self.item(handoff, people) {
            asides.push(Aside { title: "Marketing is told".to_owned(), lines: vec![told] });
        }
        let kept = self.as_imported(handoff)?;
        if !kept.is_empty() {
            asides.push(Aside { title: "As imported".to_owned(), lines: kept });
        }
        let told = self.told_of(handoff.id, people)?;
        if !told.is_empty() {
            asides.push(Aside { title: "Escalated".to_owned(), lines: told });
        }
        Ok(asides)
    }

    /// What files said of the account and the contact in words without a meaning here, or in columns of their own.
    fn as_imported(&self, handoff: &Handoff) -> Result<Vec<String>, DeskError> {
        let line =
            |whose: &str, (field, value): (String, String)| format!("{whose} {field}: {value}");
        let of_account = self.store.kept_of_account(handoff.account)?;
        let mut lines: Vec<_> = of_account.into_iter().map(|kept| line("account", kept)).collect();
        if let Some(contact) = handoff.contact {
            let of_contact = self.store.kept_of_contact(contact)?;
            lines.extend(of_contact.into_iter().map(|kept| line("contact", kept)));
        }
        Ok(lines)
    }

    /// Where a handoff came from: the old score and signals beside the new, and what the last assignee learnt.
    fn came_from(
        &self,
        old: &Handoff,
        handoff: &Handoff,
        signals: &[Signal],
        people: &[Person],
        now: Instant,
    ) -> Result<Aside, DeskError> {
        if !came_to_rest(old) {
            let how = old.outcome.as_ref().map_or("ended", |outcome| outcome.code.as_str());
            let lines = vec![format!("{} {how}", old.id)];
            return Ok(Aside { title: format!("Grew out of {}", old.id), lines });
        }
        let zone = self.policy.zone;
        let since = say::day(say::day_of(rested(old), zone));
        let filled = !handoff.fields.is_empty();
        let news = News::since(old, None, filled, signals, &self.policy, now);
        let mut lines = vec![format!("score {} then, {} now", old.score, handoff.score)];
        lines.push(format!("then: {}", self.before(old, signals)));
        lines.push(match &news.signals {
            Some(told) => format!("since {since}: {told}"),
            None => format!("since {since}: no signal"),
        });
        if handoff.contact != old.contact {
            lines.push("another contact than before".to_owned());
        }
        if !news.any() {
            lines.push("nothing new: it waits for something before it is handed over".to_owned());
        }
        lines.extend(self.learnt(old, people)?);
        Ok(Aside { title: format!("Came back from {}", old.id), lines })
    }

    /// The signals that an old handoff was flagged on, as a line.
    fn before(&self, old: &Handoff, signals: &[Signal]) -> String {
        let flagged = old.moment(Moment::Created).unwrap_or_default();
        let window = flagged.plus(-self.policy.intent.window);
        let then: Vec<&Signal> =
            signals.iter().filter(|signal| signal.at <= flagged && signal.at > window).collect();
        match told(&then, &self.policy) {
            told if told.is_empty() => "no signal on record".to_owned(),
            told => told,
        }
    }

    /// How a handoff rests: until when, and what is new already.
    fn rests(
        &self,
        handoff: &Handoff,
        signals: &[Signal],
        people: &[Person],
        now: Instant,
    ) -> Result<Aside, DeskError> {
        let news = News::since(handoff, None, false, signals, &self.policy, now);
        let since = say::day(say::day_of(rested(handoff), self.policy.zone));
        let mut lines = Vec::new();
        if let Some(day) = handoff.day(Day::Wake) {
            lines.push(format!("wakes {}", say::day(day)));
        }
        let score = intent_score(signals, &self.policy, now).value;
        lines.push(format!("score {} then, {score} now", handoff.score));
        lines.push(match &news.signals {
            Some(told) => format!("new: {told}"),
            None => "nothing new: it is handed over again on a new signal or with another contact"
                .to_owned(),
        });
        lines.extend(self.learnt(handoff, people)?);
        Ok(Aside { title: format!("Rests since {since}"), lines })
    }

    /// What the last assignee learnt: how it came out, which claim proved wrong, what they wrote.
    fn learnt(&self, old: &Handoff, people: &[Person]) -> Result<Vec<String>, DeskError> {
        let name = |id: PersonId| {
            people.iter().find(|person| person.id == id).map_or("somebody", |p| p.name.as_str())
        };
        let mut lines = Vec::new();
        let last = old.assignee.or(old.touches.last().map(|touch| touch.by));
        if let Some(last) = last {
            let touches = say::count(old.touches.len() as u64, "touch", "touches");
            lines.push(format!("last with {}, {touches}", name(last)));
        }
        if let Some(outcome) = &old.outcome {
            lines.push(format!("{} by {}", outcome.code, name(outcome.by)));
            for (key, value) in &outcome.fields {
                let label = outcome_field(key).map_or(key.as_str(), |field| field.label);
                lines.push(format!("{}: {value}", label.to_lowercase()));
            }
            if let Some(claim) = outcome.claim {
                lines.push(format!("proved wrong: {}", claim.key().replace('_', " ")));
            }
        }
        let touched = old.touches.iter().rev().filter_map(|touch| {
            touch.note.as_ref().map(|note| format!("{}: {note}", name(touch.by)))
        });
        lines.extend(touched.take(NOTES));
        let record = self.store.events_of_handoff(old.id, 200)?;
        let notes = record.iter().filter(|event| event.action == Action::Note.key());
        let noted = notes.filter_map(|event| {
            let who = event.actor_name.as_deref().unwrap_or("the desk");
            event.note.as_ref().map(|note| format!("{who}: {note}"))
        });
        lines.extend(noted.take(NOTES));
        Ok(lines)
    }
}

/// What was asked for on return and what was changed in the package since, as a diff: field by field, old and new.
fn mended(handoff: &Handoff, record: &[Event]) -> Option<Aside> {
    let at = record
        .iter()
        .position(|event| event.to == Some(Stage::Returned) && event.from != event.to)?;
    // One that was accepted since is read as it is.
    let since = record.get(..at)?;
    if since.iter().any(|event| event.action == Action::Accept.key()) {
        return None;
    }
    let returned = record.get(at)?;
    let label =
        |key: &str| package_field(key).map_or(key.to_owned(), |field| field.label.to_owned());
    let mut lines = Vec::new();
    let asked = returned.changes.iter().find_map(|change| match change {
        Change::Asked { to, .. } if !to.is_empty() => Some(to.clone()),
        _ => None,
    });
    let who = returned.actor_name.as_deref().unwrap_or("the desk");
    if let Some(asked) =
        asked.or_else(|| Some(handoff.missing.clone()).filter(|all| !all.is_empty()))
    {
        let labels: Vec<_> = asked.iter().map(|key| label(key)).collect();
        lines.push(format!("{who} misses {}", labels.join(", ")));
    }
    if let Some(note) = &returned.note {
        lines.push(format!("{who}: {note}"));
    }
    let mut diff: std::collections::BTreeMap<&str, (Option<&str>, Option<&str>)> =
        std::collections::BTreeMap::new();
    for change in since.iter().rev().flat_map(|event| &event.changes) {
        if let Change::Filled { field, from, to } = change {
            diff.entry(field).or_insert((from.as_deref(), None)).1 = to.as_deref();
        }
    }
    diff.retain(|_, (from, to)| from != to);
    for (key, (from, to)) in &diff {
        let name = label(key);
        lines.extend(from.map(|from| format!("- {name}: {from}")));
        lines.extend(to.map(|to| format!("+ {name}: {to}")));
    }
    if diff.is_empty() {
        lines.push("nothing is changed yet".to_owned());
    }
    Some(Aside { title: "Returned, and changed since".to_owned(), lines })
}
