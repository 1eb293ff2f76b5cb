//! What a package is assembled from, loaded once for showing it and for judging whether it is complete enough.

use crate::domain::account::Account;
use crate::domain::command::Command;
use crate::domain::contact::Contact;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{PersonId, SignalId};
use crate::domain::package::{self, Differs, Frozen, Package, TemplateFacts, assemble};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::signal::Signal;
use crate::domain::time::Instant;
use crate::report::template::Templates;
use crate::store::{Store, StoreError};

/// The most signals that are read for one package; older ones are in the account's history.
const SIGNALS: u32 = 500;

/// What a package is told with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) people: &'a [Person],
    pub(super) policy: &'a Policy,
    pub(super) now: Instant,
    pub(super) templates: &'a Templates,
}

/// The account of a handoff with its people and signals.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Material {
    pub(super) account: Account,
    pub(super) contacts: Vec<Contact>,
    pub(super) signals: Vec<Signal>,
    pub(super) trigger: Vec<SignalId>,
}

impl Material {
    pub(super) fn load(store: &Store, handoff: &Handoff) -> Result<Self, StoreError> {
        Ok(Self {
            account: store.account(handoff.account)?.unwrap_or_default(),
            contacts: store.contacts_of(handoff.account)?,
            signals: store.signals_of(handoff.account, Instant(i64::MIN), SIGNALS)?,
            trigger: store.trigger_of(handoff.account)?,
        })
    }

    pub(super) fn package(&self, handoff: &Handoff, around: &Around<'_>) -> Package {
        self.told(handoff, around, assemble)
    }

    /// The package with the facts that a message may name.
    pub(super) fn package_and_facts(
        &self,
        handoff: &Handoff,
        around: &Around<'_>,
    ) -> (Package, TemplateFacts) {
        self.told(handoff, around, |material| (assemble(material), package::facts(material)))
    }

    fn told<T>(
        &self,
        handoff: &Handoff,
        around: &Around<'_>,
        tell: impl Fn(&package::Material<'_>) -> T,
    ) -> T {
        let Around { people, policy, now, templates } = *around;
        let name_of = |id: PersonId| {
            people.iter().find(|person| person.id == id).map(|person| person.name.clone())
        };
        tell(&package::Material {
            handoff,
            account: &self.account,
            contacts: &self.contacts,
            signals: &self.signals,
            trigger: &self.trigger,
            peer: None,
            policy,
            zone: policy.zone,
            now,
            name_of: &name_of,
            render: &|template, facts| templates.render(template, facts),
        })
    }

    /// Completeness in percent and the labels of what is missing, as they would be with the command's fields.
    pub(super) fn completeness(
        &self,
        handoff: &Handoff,
        command: &Command,
        around: &Around<'_>,
    ) -> (u8, Vec<&'static str>) {
        let (percent, missing, _) = self.sent(handoff, command, around);
        (percent, missing)
    }

    /// The same with a copy of the package as it would be sent: without the assignee, who is no part of what is handed
    /// over.
    pub(super) fn sent(
        &self,
        handoff: &Handoff,
        command: &Command,
        around: &Around<'_>,
    ) -> (u8, Vec<&'static str>, Frozen) {
        let mut handoff = Handoff { assignee: None, ..handoff.clone() };
        if let Command::Edit { fields } | Command::Resubmit { fields } = command {
            for (key, text) in fields {
                match text.trim() {
                    "" => drop(handoff.fields.remove(key)),
                    text => drop(handoff.fields.insert(key.clone(), text.to_owned())),
                }
            }
        }
        let package = self.package(&handoff, around);
        let missing = package.missing.iter().map(|field| field.label).collect();
        (package.completeness, missing, Frozen::of(&package, around.now))
    }

    /// What the package says differently from the copy that was sent. What only sounds otherwise because time has
    /// passed ("today", "yesterday") is no difference.
    pub(super) fn differs(
        &self,
        sent: &Frozen,
        handoff: &Handoff,
        around: &Around<'_>,
    ) -> Vec<Differs> {
        let handoff = Handoff { assignee: None, ..handoff.clone() };
        let now = self.package(&handoff, around);
        let mut differs = sent.differs(&now);
        if differs.is_empty() {
            return differs;
        }
        // The facts of today as they would have been told then, and the signals of then as they are told today.
        let then = self.package(&handoff, &Around { now: sent.at, ..*around });
        let mut known = self.clone();
        known.signals.retain(|signal| signal.at <= sent.at);
        let known = known.package(&handoff, around);
        let edited = sent.differs(&then);
        let joined = Frozen::of(&now, sent.at).differs(&known);
        let is_in =
            |all: &[Differs], one: &Differs| all.iter().any(|other| other.field == one.field);
        differs.retain(|one| is_in(&edited, one) || is_in(&joined, one));
        differs
    }
}
