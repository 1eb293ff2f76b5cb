//! Everything the desk shows of one handoff: the package, the clocks, the record, and what may be done now.

use std::collections::BTreeMap;

use super::material::Material;
use super::{Desk, DeskError};
use crate::domain::account::Account;
use crate::domain::clock::{Clock, ClockName, Owes};
use crate::domain::contact::Contact;
use crate::domain::decide::{Facts, may};
use crate::domain::due::Ledger;
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::package::{Differs, Package};
use crate::domain::person::Person;
use crate::domain::playbook::{Plan, plan};
use crate::domain::refusal::Refusal;
use crate::domain::signal::Signal;
use crate::domain::stage::{Action, legal};
use crate::domain::time::Instant;
use crate::domain::timing;
use crate::store::{Event, Past};

/// How many events of the record are loaded with a handoff; the Activity screen pages through all.
pub(super) const RECORD: usize = 50;

/// Everything the desk shows of one handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Dossier {
    /// The handoff.
    pub handoff: Handoff,
    /// Its account.
    pub account: Account,
    /// The account's contacts.
    pub contacts: Vec<Contact>,
    /// The account's signals, newest first.
    pub signals: Vec<Signal>,
    /// The package as assembled now.
    pub package: Package,
    /// When the package was submitted last; none where it never was.
    pub sent: Option<Instant>,
    /// What the package says differently since.
    pub changed: Vec<Differs>,
    /// Clocks that ran or run, and those still to come, in the order of the domain.
    pub clocks: Vec<Line>,
    /// Its playbook: the checklist, the touches by day and the next step.
    pub plan: Plan,
    /// The newest events of its record, newest first.
    pub record: Vec<Event>,
    /// Names of the people who appear in it.
    pub names: BTreeMap<PersonId, String>,
    /// What is told beside it: where it came back from, what was mended, who was told of what is late.
    pub asides: Vec<super::Aside>,
    /// What this person may do now: every action that is legal from the stage, and why not where it isn't theirs.
    pub actions: Vec<(Action, Option<Refusal>)>,
}

/// A line of the clocks pane.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Which promise.
    pub name: ClockName,
    /// Who owes it.
    pub owes: String,
    /// What was or would be promised.
    pub target: String,
    /// The clock, once it has started.
    pub clock: Option<Clock>,
}

impl Desk {
    /// A handoff as it is now, with its account's name.
    ///
    /// # Errors
    /// There is no such handoff, or the store can't be read.
    pub fn handoff(&self, id: HandoffId) -> Result<(Handoff, String), DeskError> {
        let handoff = self.store.handoff(id)?.ok_or_else(|| {
            DeskError::NotFound(format!("There is no handoff {id} in this store."))
        })?;
        let company = self.store.company(handoff.account)?;
        Ok((handoff, company))
    }

    /// Everything about one handoff, as this person sees it now.
    ///
    /// # Errors
    /// There is no such handoff, or the store can't be read.
    pub fn dossier(
        &self,
        id: HandoffId,
        who: Option<PersonId>,
        now: Instant,
    ) -> Result<Dossier, DeskError> {
        self.store.at_one_moment(|| {
            let people = self.store.people()?;
            let (handoff, _) = self.handoff(id)?;
            let sent = self.store.frozen(id)?;
            let events = self.store.events_of_handoff(id, RECORD)?;
            self.dossier_of(Past { handoff, sent, events }, who, &people, now)
        })
    }

    /// The same of a handoff that was read, with the newest events of its record.
    pub(super) fn dossier_of(
        &self,
        read: Past,
        who: Option<PersonId>,
        people: &[Person],
        now: Instant,
    ) -> Result<Dossier, DeskError> {
        let Past { handoff, sent, events: record } = read;
        let material = Material::load(&self.store, &handoff)?;
        let package = material.package(&handoff, &self.around(people, now));
        let changed = sent
            .as_ref()
            .map(|sent| material.differs(sent, &handoff, &self.around(people, now)))
            .unwrap_or_default();
        let actions = who
            .and_then(|who| people.iter().find(|person| person.id == who))
            .map(|who| self.actions(&handoff, who, people, now))
            .unwrap_or_default();
        let contact = material.contacts.iter().find(|one| Some(one.id) == handoff.contact);
        let holder = people.iter().find(|person| Some(person.id) == handoff.assignee);
        let plan = plan(&handoff, contact, &self.policy, holder, now);
        let asides = self.asides(&handoff, &record, &material.signals, people, now)?;
        Ok(Dossier {
            plan,
            asides,
            clocks: self.lines(&handoff, people),
            names: people.iter().map(|person| (person.id, person.name.clone())).collect(),
            account: material.account,
            contacts: material.contacts,
            signals: material.signals,
            handoff,
            package,
            sent: sent.map(|sent| sent.at),
            changed,
            record,
            actions,
        })
    }

    fn actions(
        &self,
        handoff: &Handoff,
        who: &Person,
        people: &[Person],
        now: Instant,
    ) -> Vec<(Action, Option<Refusal>)> {
        let facts = Facts::of(&self.policy, who, people, now);
        let Some(kind) = self.policy.kind(&handoff.kind) else { return Vec::new() };
        legal(handoff.stage)
            .iter()
            .map(|action| (*action, may(*action, handoff, kind, &facts).err()))
            .collect()
    }

    /// The clocks of a handoff, with those that are still to come.
    fn lines(&self, handoff: &Handoff, people: &[Person]) -> Vec<Line> {
        let name = |id: PersonId| {
            people
                .iter()
                .find(|person| person.id == id)
                .map_or("–".to_owned(), |person| person.name.clone())
        };
        // The account's own view of a promise tells something new once a second assignee has begun another leg.
        let again = |clock: &Clock| {
            handoff.clocks.iter().any(|other| other.name == clock.name && other.leg > clock.leg)
        };
        let mut lines: Vec<_> = handoff
            .clocks
            .iter()
            .filter(|clock| !clock.end_to_end || again(clock))
            .map(|clock| Line {
                name: clock.name,
                owes: match clock.owes {
                    _ if clock.end_to_end => "to the account".to_owned(),
                    Owes::Person(id) => name(id),
                    Owes::Role(role) => role.label().to_owned(),
                    Owes::BothVps => "both VPs".to_owned(),
                },
                target: clock.target.to_string(),
                clock: Some(clock.clone()),
            })
            .collect();
        if let Some(kind) = self.policy.kind(&handoff.kind).filter(|_| handoff.stage.is_open()) {
            for promise in
                [ClockName::Assign, ClockName::Accept, ClockName::FirstTouch, ClockName::Work]
            {
                let known = handoff.clocks.iter().any(|clock| clock.name == promise);
                if let (false, Some(rule)) = (known, kind.clock(promise)) {
                    let owes = if promise == ClockName::Assign { kind.triage } else { kind.to };
                    lines.push(Line {
                        name: promise,
                        owes: owes.label().to_owned(),
                        target: rule.target.to_string(),
                        clock: None,
                    });
                }
            }
        }
        lines
    }

    /// The sum behind a clock's due time (`DOMAIN.md 13.1`).
    ///
    /// # Errors
    /// A sentence when the sum can't be told any more, because the calendar was taken out of the policy.
    pub fn ledger(&self, handoff: &Handoff, clock: &Clock, now: Instant) -> Result<Ledger, String> {
        timing::ledger(clock, &self.policy, handoff.moment(Moment::Meeting), now)
            .map_err(|error| format!("{error}."))
    }
}
