//! The people, the policy and one handoff on its way: what the tests of the rules stand on.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use chrono_tz::America::New_York;
use handoff_desk::domain::change::Change;
use handoff_desk::domain::clock::{Clock, ClockName, ClockState, Owes};
use handoff_desk::domain::command::{Command, Disposal, NewTouch};
use handoff_desk::domain::decide::{Facts, decide, first_clocks};
use handoff_desk::domain::handoff::{Channel, Decision, Handoff, Moment, TouchOutcome};
use handoff_desk::domain::ids::{AccountId, HandoffId, PersonId};
use handoff_desk::domain::person::{InHand, Person, Role};
use handoff_desk::domain::policy::{HandoffType, Policy};
use handoff_desk::domain::refusal::{Refusal, RefusalKind};
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{Instant, parse_instant};

/// The shipped policy, read once.
pub(super) static POLICY: LazyLock<Policy> =
    LazyLock::new(|| handoff_desk::policy::shipped().unwrap());

/// The VP of Sales.
pub(super) const DANA: PersonId = PersonId(1);
/// A manager, of Sam, Ana, Kim and Cleo.
pub(super) const MARK: PersonId = PersonId(2);
/// A manager, of Omar, Lee and Cara.
pub(super) const NINA: PersonId = PersonId(3);
/// An AE of Mark's.
pub(super) const SAM: PersonId = PersonId(4);
/// Another AE of Mark's.
pub(super) const ANA: PersonId = PersonId(5);
/// An AE of Nina's.
pub(super) const OMAR: PersonId = PersonId(6);
/// An SDR of Mark's.
pub(super) const KIM: PersonId = PersonId(7);
/// An SDR of Nina's.
pub(super) const LEE: PersonId = PersonId(8);
/// A CSM of Mark's.
pub(super) const CLEO: PersonId = PersonId(9);
/// A CSM of Nina's.
pub(super) const CARA: PersonId = PersonId(10);
/// Marketing.
pub(super) const MIA: PersonId = PersonId(11);
/// The VP of Marketing.
pub(super) const VERA: PersonId = PersonId(12);
/// Revenue operations.
pub(super) const RITA: PersonId = PersonId(13);
/// An AE who has left.
pub(super) const IAN: PersonId = PersonId(14);

/// Everybody who works the desk in these tests.
pub(super) fn people() -> Vec<Person> {
    let person = |id: PersonId, name: &str, role, manager: Option<PersonId>| Person {
        id,
        external: None,
        name: name.to_owned(),
        email: None,
        role,
        manager,
        active: id != IAN,
        territories: vec![],
        segments: vec![],
        products: vec![],
        languages: vec![],
        capacity: None,
        weekly: None,
        calendar: None,
        zone: None,
        absences: vec![],
    };
    vec![
        person(DANA, "Dana", Role::VpSales, None),
        person(MARK, "Mark", Role::Manager, Some(DANA)),
        person(NINA, "Nina", Role::Manager, Some(DANA)),
        person(SAM, "Sam", Role::Ae, Some(MARK)),
        person(ANA, "Ana", Role::Ae, Some(MARK)),
        person(OMAR, "Omar", Role::Ae, Some(NINA)),
        person(KIM, "Kim", Role::Sdr, Some(MARK)),
        person(LEE, "Lee", Role::Sdr, Some(NINA)),
        person(CLEO, "Cleo", Role::Csm, Some(MARK)),
        person(CARA, "Cara", Role::Csm, Some(NINA)),
        person(MIA, "Mia", Role::Marketing, Some(VERA)),
        person(VERA, "Vera", Role::VpMarketing, None),
        person(RITA, "Rita", Role::Revops, None),
        person(IAN, "Ian", Role::Ae, Some(MARK)),
    ]
}

/// A Monday in a week without holidays, ten in the morning in New York.
pub(super) const MONDAY: &str = "2026-11-16T10:00-05:00";

/// One handoff, the moment, and what the rules look at beside them.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The handoff as it is.
    pub(super) handoff: Handoff,
    /// The moment.
    pub(super) now: Instant,
    /// The policy in force.
    pub(super) policy: &'static Policy,
    /// Everybody.
    pub(super) people: Vec<Person>,
    /// How many handoffs each person has in hand.
    pub(super) open: Vec<InHand>,
    /// Completeness of the package, and what is missing.
    pub(super) package: (u8, &'static [&'static str]),
}

/// A step on the way to a stage, by whoever has it.
type Way = fn(PersonId) -> (PersonId, Command);

impl Case {
    /// A handoff of this type, flagged by whoever hands such over, with its first clocks.
    pub(super) fn flagged(kind: &str, at: &str) -> Self {
        Self::drawn_up(kind, at, &POLICY, |_| {})
    }

    /// The same with a meeting already booked.
    pub(super) fn booked(kind: &str, at: &str, meeting: &str) -> Self {
        Self::drawn_up(kind, at, &POLICY, |handoff| {
            handoff.moments.insert(Moment::Meeting, instant(meeting));
        })
    }

    /// The same under another policy, and with anything else about it.
    pub(super) fn drawn_up(
        kind: &str,
        at: &str,
        policy: &'static Policy,
        more: impl FnOnce(&mut Handoff),
    ) -> Self {
        Self::with_people(kind, at, policy, |_, handoff| more(handoff))
    }

    /// The same among people who differ from [`people`].
    pub(super) fn with_people(
        kind: &str,
        at: &str,
        policy: &'static Policy,
        more: impl FnOnce(&mut Vec<Person>, &mut Handoff),
    ) -> Self {
        let now = instant(at);
        let mut handoff = Handoff::flagged(AccountId(12), kind, now);
        handoff.id = HandoffId(1042);
        handoff.sender = match kind {
            "meeting_set" => Some(KIM),
            "opportunity" | "closed_won" => Some(OMAR),
            "expansion" => Some(CLEO),
            _ => None,
        };
        let mut people = people();
        more(&mut people, &mut handoff);
        let mut case = Self { handoff, now, policy, people, open: vec![], package: (100, &[]) };
        case.handoff = case.born(None);
        case
    }

    /// The handoff with the clocks it is born with, as far as its package is known.
    pub(super) fn born(&self, package: Option<(u8, &'static [&'static str])>) -> Handoff {
        let mut handoff = Handoff { clocks: vec![], ..self.handoff.clone() };
        let facts = Facts { package, ..self.facts(MIA) };
        first_clocks(&mut handoff, self.kind(), &facts).unwrap();
        handoff
    }

    /// A Tier 1 handoff that went the shortest way to this stage, all on Monday at ten.
    pub(super) fn at_stage(stage: Stage) -> Self {
        Self::of_type_at("tier1", stage)
    }

    /// A handoff of this type that went the shortest way to this stage, all on Monday at ten.
    pub(super) fn of_type_at(kind: &str, stage: Stage) -> Self {
        let mut case = Self::flagged(kind, MONDAY);
        let taker = case.taker();
        let steps: &[Way] = match stage {
            Stage::Flagged => &[],
            Stage::Queued => &[SUBMIT],
            Stage::Assigned => &[SUBMIT, ASSIGN],
            Stage::Accepted => &[SUBMIT, ASSIGN, ACCEPT],
            Stage::Working => &[SUBMIT, ASSIGN, ACCEPT, TOUCH],
            Stage::Engaged => &[SUBMIT, ASSIGN, ACCEPT, TOUCH, REPLY],
            Stage::Opportunity => &[SUBMIT, ASSIGN, ACCEPT, TOUCH, REPLY, OPPORTUNITY],
            Stage::Returned => &[SUBMIT, RETURN],
            Stage::Disputed => &[SUBMIT, DISPUTE],
            Stage::Nurture => &[SUBMIT, ASSIGN, ACCEPT, TOUCH, BAD_TIMING],
            Stage::Hibernating => &[SUBMIT, ASSIGN, ACCEPT, TOUCH, BAD_TIMING, HIBERNATE],
            Stage::Closed => &[SUBMIT, ASSIGN, ACCEPT, TOUCH, WRONG_ACCOUNT],
        };
        for step in steps {
            let (who, command) = step(taker);
            case.does(who, command);
        }
        assert_eq!(case.handoff.stage, stage);
        case
    }

    /// The type of the handoff.
    pub(super) fn kind(&self) -> &'static HandoffType {
        self.policy.kind(&self.handoff.kind).unwrap()
    }

    /// Somebody of Mark's team who takes over handoffs of this type.
    pub(super) fn taker(&self) -> PersonId {
        match self.kind().to {
            Role::Sdr => KIM,
            Role::Csm => CLEO,
            _ => SAM,
        }
    }

    fn facts(&self, who: PersonId) -> Facts<'_> {
        Facts {
            policy: self.policy,
            who: self.people.iter().find(|person| person.id == who).unwrap(),
            now: self.now,
            people: &self.people,
            open: &self.open,
            package: Some((self.package.0, self.package.1)),
            automatic: false,
        }
    }

    /// What the rules say, without doing it.
    pub(super) fn asks(&self, who: PersonId, command: &Command) -> Result<Vec<Change>, Refusal> {
        decide(&self.handoff, command, &self.facts(who))
    }

    /// The same for the desk itself, acting for a rule.
    pub(super) fn desk_asks(&self, command: &Command) -> Result<Vec<Change>, Refusal> {
        decide(&self.handoff, command, &Facts { automatic: true, ..self.facts(MIA) })
    }

    /// What the rules look at for this person, for the questions beside [`decide`].
    pub(super) fn with_facts<T>(&self, who: PersonId, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        ask(&self.facts(who))
    }

    /// Does it; it must be allowed.
    pub(super) fn does(&mut self, who: PersonId, command: Command) -> Vec<Change> {
        let changes = match self.asks(who, &command) {
            Ok(changes) => changes,
            Err(refusal) => panic!("{command:?} from {}: {refusal}", self.handoff.stage),
        };
        changes.iter().for_each(|change| change.apply(&mut self.handoff));
        self.handoff.version += 1;
        changes
    }

    /// Asks for it; it must be refused for this kind of reason. The sentence and the hint.
    pub(super) fn refuses(&self, who: PersonId, command: &Command, kind: RefusalKind) -> String {
        match self.asks(who, command) {
            Ok(_) => panic!("{command:?} was not refused from {}", self.handoff.stage),
            Err(refusal) => {
                assert_eq!(refusal.kind, kind, "{command:?}: {refusal}");
                refusal.to_string()
            }
        }
    }

    /// Goes to a moment.
    pub(super) fn on(&mut self, at: &str) -> &mut Self {
        self.now = instant(at);
        self
    }

    /// Lets time pass.
    pub(super) fn after(&mut self, ms: i64) -> &mut Self {
        self.now = self.now.plus(ms);
        self
    }

    /// The last leg of a clock.
    pub(super) fn clock(&self, name: ClockName) -> &Clock {
        self.handoff.clocks.iter().rfind(|c| c.name == name && !c.end_to_end).unwrap()
    }

    /// Every clock of one name, told in a line each, in the order of their legs; the account's own view comes first.
    pub(super) fn told(&self, name: ClockName) -> Vec<String> {
        let mut clocks: Vec<_> = self.handoff.clocks.iter().filter(|c| c.name == name).collect();
        clocks.sort_by_key(|clock| (!clock.end_to_end, clock.leg));
        clocks.into_iter().map(|clock| self.tell(clock)).collect()
    }

    /// Every clock that runs or is held, told in a line each.
    pub(super) fn running(&self) -> Vec<String> {
        self.handoff.clocks.iter().filter(|c| c.is_open()).map(|clock| self.tell(clock)).collect()
    }

    fn tell(&self, clock: &Clock) -> String {
        let owes = match clock.owes {
            Owes::Person(id) => self.people.iter().find(|p| p.id == id).unwrap().name.clone(),
            Owes::Role(role) => role.to_string(),
            Owes::BothVps => "both VPs".to_owned(),
        };
        let which = if clock.end_to_end { "account".to_owned() } else { clock.leg.to_string() };
        let state = match clock.state {
            ClockState::Running => "runs".to_owned(),
            other => other.to_string(),
        };
        format!("{} {which}: {owes} {state}, due {}", clock.name, local(clock.due))
    }

    /// Names of the clocks that run or are held, each once, in the order of the domain.
    pub(super) fn running_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            self.handoff.clocks.iter().filter(|c| c.is_open()).map(|c| c.name).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(ClockName::key).collect()
    }
}

const SUBMIT: fn(PersonId) -> (PersonId, Command) = |_| (MIA, Command::Submit);
const ASSIGN: fn(PersonId) -> (PersonId, Command) = |taker| (DANA, assign(taker));
const ACCEPT: fn(PersonId) -> (PersonId, Command) = |taker| (taker, Command::Accept);
const TOUCH: fn(PersonId) -> (PersonId, Command) = |taker| (taker, touch());
const REPLY: fn(PersonId) -> (PersonId, Command) = |taker| (taker, replied());
const OPPORTUNITY: fn(PersonId) -> (PersonId, Command) = |taker| {
    (taker, dispose("OPPORTUNITY", &[("amount", "90000"), ("expected_close", "2027-03-31")]))
};
const RETURN: fn(PersonId) -> (PersonId, Command) = |_| (DANA, give_back("No news in it"));
const DISPUTE: fn(PersonId) -> (PersonId, Command) = |_| (DANA, dispute());
const BAD_TIMING: fn(PersonId) -> (PersonId, Command) =
    |taker| (taker, dispose("BAD_TIMING", &[("wake_on", "2027-02-01")]));
const HIBERNATE: fn(PersonId) -> (PersonId, Command) = |_| (MIA, Command::Hibernate);
const WRONG_ACCOUNT: fn(PersonId) -> (PersonId, Command) =
    |taker| (taker, dispose("WRONG_ACCOUNT", &[("reason", "They were bought")]));

/// Give it to somebody, whoever is full or away.
pub(super) fn assign(to: PersonId) -> Command {
    Command::Assign { to, brief: None, anyway: false }
}

/// An e-mail went out.
pub(super) fn touch() -> Command {
    touched(TouchOutcome::Sent, None)
}

/// They answered.
pub(super) fn replied() -> Command {
    touched(TouchOutcome::Replied, None)
}

/// An attempt, now or at an earlier moment.
pub(super) fn touched(outcome: TouchOutcome, at: Option<&str>) -> Command {
    let at = at.map(instant);
    Command::Touch(NewTouch { channel: Channel::Email, template: None, outcome, note: None, at })
}

/// A note.
pub(super) fn note() -> Command {
    Command::Note { text: "Spoke to their finance team".to_owned() }
}

/// A disposition with these fields.
pub(super) fn dispose(code: &str, fields: &[(&str, &str)]) -> Command {
    let fields: BTreeMap<_, _> =
        fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    Command::Dispose(Disposal { code: code.to_owned(), fields, claim: None, overridden: None })
}

/// The same, over the work that is still owed.
pub(super) fn override_owed(code: &str, fields: &[(&str, &str)], why: &str) -> Command {
    match dispose(code, fields) {
        Command::Dispose(disposal) => {
            Command::Dispose(Disposal { overridden: Some(why.to_owned()), ..disposal })
        }
        other => other,
    }
}

/// Send it back, with what is wrong.
pub(super) fn give_back(note: &str) -> Command {
    Command::Return { missing: vec![], note: note.to_owned(), overridden: None }
}

/// Put it to both VPs.
pub(super) fn dispute() -> Command {
    Command::Dispute { note: "Is this ours?".to_owned() }
}

/// One VP's decision.
pub(super) fn verdict(decision: Decision) -> Command {
    Command::Decide { decision, note: "As agreed".to_owned() }
}

/// Hold a clock, or all.
pub(super) fn pause(clock: Option<ClockName>, reason: &str) -> Command {
    Command::Pause { clock, reason: reason.to_owned() }
}

/// Let a clock run on, or all.
pub(super) fn resume(clock: Option<ClockName>) -> Command {
    Command::Resume { clock }
}

/// Look at it again on a day.
pub(super) fn defer(until: &str) -> Command {
    Command::Defer { until: day(until), reason: "After their board".to_owned() }
}

/// Fill in package fields.
pub(super) fn edit(fields: &[(&str, &str)]) -> Command {
    let fields = fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    Command::Edit { fields: fields.collect() }
}

/// An instant as it is written.
pub(super) fn instant(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

/// A day as it is written.
pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant on the wall in New York: `Mon 16 Nov 10:00`, with seconds and milliseconds where there are some.
pub(super) fn local(at: Instant) -> String {
    let wall = at.utc().with_timezone(&New_York);
    let form = match at.0.rem_euclid(60_000) {
        0 => "%a %-d %b %H:%M",
        _ => "%a %-d %b %H:%M:%S%.f",
    };
    wall.format(form).to_string()
}

/// A policy laid over the shipped one, for as long as the tests run.
pub(super) fn policy(text: &str) -> &'static Policy {
    let loaded = handoff_desk::policy::parse(text, "policy.toml").unwrap_or_else(|errors| {
        panic!("{errors}");
    });
    Box::leak(Box::new(loaded.policy))
}
