//! The playbook at work (`DOMAIN.md 9`): when each touch of a sequence is due, and the one next step with a handoff. What
//! is optional never stands in the way of a clock, a reply ends the sequence, and a channel that a contact has closed is
//! left out of it.

#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::calendar::Calendar;
use super::clock::ClockName;
use super::contact::Contact;
use super::handoff::{Channel, Check, Handoff, Moment};
use super::person::Person;
use super::policy::{HandoffType, Place, Policy, SequenceStep, Task};
use super::queue::NextClock;
use super::say;
use super::stage::Stage;
use super::time::Instant;

/// The channels that a contact has closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Closed {
    /// No e-mail: opted out.
    pub email: bool,
    /// No calls.
    pub call: bool,
}

impl Closed {
    /// What this contact has closed.
    #[must_use]
    pub const fn of(contact: &Contact) -> Self {
        Self { email: contact.opted_out, call: contact.do_not_call }
    }

    /// Whether a channel may not be used.
    #[must_use]
    pub const fn bars(self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email,
            Channel::Call => self.call,
            Channel::Social | Channel::Meeting | Channel::Other => false,
        }
    }
}

/// How far a handoff has come, as far as its next step depends on it; part of every row of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// When the present assignee got it.
    pub given: Option<Instant>,
    /// When it was first touched.
    pub first_touch: Option<Instant>,
    /// When they first answered.
    pub responded: Option<Instant>,
    /// When the meeting is.
    pub meeting: Option<Instant>,
    /// When the meeting was held.
    pub held: Option<Instant>,
    /// The items of the checklist that were checked off since it was given.
    pub checked: Vec<String>,
    /// What the contact has closed.
    pub closed: Closed,
}

impl Progress {
    /// How far a handoff has come; `contact` is the one to start with.
    #[must_use]
    pub fn of(handoff: &Handoff, contact: Option<&Contact>) -> Self {
        let given = handoff.moment(Moment::Given);
        let since = |at: Instant| given.is_none_or(|given| at >= given);
        Self {
            given,
            first_touch: handoff.moment(Moment::FirstTouch),
            responded: handoff.moment(Moment::Responded),
            meeting: handoff.moment(Moment::Meeting),
            held: handoff.moment(Moment::Held),
            checked: handoff
                .checks
                .iter()
                .filter(|check| since(check.at))
                .map(|check| check.what.clone())
                .collect(),
            closed: contact.map(Closed::of).unwrap_or_default(),
        }
    }
}

/// A touch of a sequence with its day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// Which of the sequence, from 1; touches on closed channels are not counted.
    pub number: usize,
    /// Of how many.
    pub of: usize,
    /// By which channel.
    pub channel: Channel,
    /// With which template.
    pub template: String,
    /// On which day.
    pub due: NaiveDate,
}

/// The touches of a sequence for a handoff that was given at `given`, each on its day; one that falls on a day without
/// working time moves to the next day with some, and those after it never to the same.
#[must_use]
pub fn planned(
    sequence: &[SequenceStep],
    given: Instant,
    calendar: &Calendar,
    closed: Closed,
) -> Vec<Planned> {
    let start = calendar.local(given).date();
    let open: Vec<_> = sequence.iter().filter(|step| !closed.bars(step.channel)).collect();
    let mut touches: Vec<Planned> = Vec::with_capacity(open.len());
    let mut before: Option<u32> = None;
    for (at, step) in open.iter().enumerate() {
        let day = start.checked_add_days(Days::new(u64::from(step.day))).unwrap_or(start);
        let mut due = working_day(day, calendar);
        if let Some(last) = touches.last()
            && before != Some(step.day)
            && due <= last.due
        {
            due = calendar.business_day_after(last.due, 1).unwrap_or(due);
        }
        before = Some(step.day);
        touches.push(Planned {
            number: at + 1,
            of: open.len(),
            channel: step.channel,
            template: step.template.clone(),
            due,
        });
    }
    touches
}

/// The day itself, or the next one with working time; the day itself where there is none in a year.
#[must_use]
pub fn working_day(day: NaiveDate, calendar: &Calendar) -> NaiveDate {
    if calendar.closed(day).is_none() {
        return day;
    }
    calendar.business_day_after(day, 1).unwrap_or(day)
}

/// The calendar by which somebody works: their own, else the policy's.
#[must_use]
pub fn calendar_of<'p>(policy: &'p Policy, person: Option<&Person>) -> Option<&'p Calendar> {
    person
        .and_then(|person| policy.calendar(person.calendar.as_deref()?))
        .or_else(|| policy.calendar(&policy.calendar))
}

/// What to do next with a handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Accept or return it.
    Answer,
    /// An item of the checklist: which, and its place among how many.
    Task(Task, usize, usize),
    /// A touch of the sequence.
    Touch(Planned),
    /// A touch where there is no sequence, or it is over.
    AnyTouch,
    /// A status report, due then.
    Report(Instant),
    /// A meeting lies ahead.
    Meeting(Instant),
    /// A meeting has been, and nobody has said how it went.
    MeetingWas(Instant),
    /// They answered, and no meeting is set.
    Book,
    /// A disposition is proposed, because the sequence ended without an answer.
    Propose(String),
    /// Nothing, until that day; then that disposition is proposed.
    Wait(NaiveDate, String),
    /// The contact has closed every channel of the sequence.
    Closed,
    /// Record the opportunity.
    Opportunity,
    /// Record how the opportunity ended.
    WonOrLost,
    /// Record that the customer is live.
    Activate,
    /// Marketing fills in the package.
    Complete,
    /// It is somebody else's turn.
    Waits(&'static str),
    /// Nothing.
    Nothing,
}

/// What the next step is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Its type's key.
    pub kind: &'a str,
    /// Where it stands.
    pub stage: Stage,
    /// Number of touches.
    pub touches: u32,
    /// The promise that is due next.
    pub next: Option<NextClock>,
    /// How far it has come.
    pub progress: &'a Progress,
    /// The calendar by which its assignee works.
    pub calendar: &'a Calendar,
    /// So late it is.
    pub now: Instant,
}

/// The playbook of one handoff: what is done of its checklist, its touches by day, and the next step.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// What to do next.
    pub step: Step,
    /// The checklist, each item with its check where it is done.
    pub tasks: Vec<(Task, Option<Check>)>,
    /// The touches of the sequence by day; none once they answered, which ends it.
    pub touches: Vec<Planned>,
}

/// The playbook of a handoff; `contact` is the one to start with, `holder` its assignee.
#[must_use]
pub fn plan(
    handoff: &Handoff,
    contact: Option<&Contact>,
    policy: &Policy,
    holder: Option<&Person>,
    now: Instant,
) -> Plan {
    let always = Calendar::always();
    let calendar = calendar_of(policy, holder).unwrap_or(&always);
    let progress = Progress::of(handoff, contact);
    let situation = Situation {
        kind: &handoff.kind,
        stage: handoff.stage,
        touches: u32::try_from(handoff.touches.len()).unwrap_or(u32::MAX),
        next: handoff.next_clock().map(|clock| NextClock {
            name: clock.name,
            started: clock.started,
            warn: clock.warn,
            due: clock.due,
        }),
        progress: &progress,
        calendar,
        now,
    };
    let kind = policy.kind(&handoff.kind);
    let held = progress.given.filter(|_| handoff.stage.is_assigned());
    let sequence = kind.and_then(|kind| policy.playbook(kind)).map(|playbook| &playbook.sequence);
    let touches = match (held, sequence) {
        (Some(given), Some(sequence)) if progress.responded.is_none() => {
            planned(sequence, given, calendar, progress.closed)
        }
        _ => Vec::new(),
    };
    let since = |check: &&Check| progress.given.is_none_or(|given| check.at >= given);
    let check = |task: &Task| {
        let checked = handoff.checks.iter().filter(since).find(|check| check.what == task.what);
        // What is to be sent is done with the first touch.
        let sent =
            handoff.touches.iter().find(|touch| progress.given.is_none_or(|at| touch.at >= at));
        let sent = sent.filter(|_| task.place == Place::Touch);
        checked.cloned().or_else(|| {
            sent.map(|touch| Check { what: task.what.clone(), at: touch.at, by: touch.by })
        })
    };
    let tasks = kind.filter(|_| held.is_some()).map_or(&[][..], |kind| policy.checklist(kind));
    Plan {
        step: next_step(&situation, policy),
        tasks: tasks.iter().map(|task| (task.clone(), check(task))).collect(),
        touches,
    }
}

/// The one next step with a handoff.
#[must_use]
pub fn next_step(at: &Situation<'_>, policy: &Policy) -> Step {
    let kind = policy.kind(at.kind);
    match at.stage {
        Stage::Assigned => Step::Answer,
        Stage::Accepted | Stage::Working => in_hand(at, kind, policy),
        Stage::Engaged => engaged(at, kind),
        Stage::Opportunity => meeting(at).or_else(|| report(at)).unwrap_or(Step::WonOrLost),
        Stage::Flagged => Step::Complete,
        Stage::Queued => Step::Waits("waits for triage"),
        Stage::Returned => Step::Waits("waits for marketing"),
        Stage::Disputed => Step::Waits("waits for both VPs"),
        Stage::Nurture | Stage::Hibernating | Stage::Closed => Step::Nothing,
    }
}

fn in_hand(at: &Situation<'_>, kind: Option<&HandoffType>, policy: &Policy) -> Step {
    if let Some(meeting) = meeting(at) {
        return meeting;
    }
    let Some(playbook) = kind.and_then(|kind| policy.playbook(kind)) else {
        return report(at).unwrap_or(Step::AnyTouch);
    };
    if at.stage == Stage::Accepted
        && !presses(at, ClockName::FirstTouch)
        && let Some(task) = task(at, &playbook.checklist)
    {
        return task;
    }
    let given = at.progress.given.unwrap_or(at.now);
    let touches = planned(&playbook.sequence, given, at.calendar, at.progress.closed);
    let today = at.calendar.local(at.now).date();
    let done = usize::try_from(at.touches).unwrap_or(usize::MAX);
    // A touch counts as a report, so one that is due tells as much.
    match (touches.get(done), report(at)) {
        (Some(touch), Some(report)) if touch.due > today => report,
        (Some(touch), _) => Step::Touch(promised(at, touch)),
        (None, Some(report)) => report,
        (None, None) if touches.is_empty() && !playbook.sequence.is_empty() => Step::Closed,
        (None, None) => match &playbook.close_after {
            Some(close) if at.touches >= close.touches => {
                let first = at.progress.first_touch.unwrap_or(given);
                let day = at.calendar.local(first).date();
                let over = day.checked_add_days(Days::new(u64::from(close.days))).unwrap_or(day);
                let over = working_day(over, at.calendar);
                if over <= today {
                    Step::Propose(close.propose.clone())
                } else {
                    Step::Wait(over, close.propose.clone())
                }
            }
            _ => Step::AnyTouch,
        },
    }
}

/// A touch on its day, or on the one of the first touch's promise where that comes before.
fn promised(at: &Situation<'_>, touch: &Planned) -> Planned {
    let promise = at.next.filter(|next| next.name == ClockName::FirstTouch);
    let due = promise.map_or(touch.due, |next| at.calendar.local(next.due).date().min(touch.due));
    Planned { due, ..touch.clone() }
}

fn engaged(at: &Situation<'_>, kind: Option<&HandoffType>) -> Step {
    if let Some(step) = meeting(at).or_else(|| report(at)) {
        return step;
    }
    let onboards = kind.is_some_and(|kind| kind.clocks.contains_key(&ClockName::Onboard));
    match (onboards, at.progress.held) {
        (true, _) => Step::Activate,
        (false, Some(_)) => Step::Opportunity,
        (false, None) => Step::Book,
    }
}

/// The meeting, ahead or without word of how it went.
fn meeting(at: &Situation<'_>) -> Option<Step> {
    let meeting = at.progress.meeting?;
    if at.progress.held.is_some_and(|held| held >= meeting) {
        return None;
    }
    Some(if meeting > at.now { Step::Meeting(meeting) } else { Step::MeetingWas(meeting) })
}

/// The status report, where it is the next promise and its owner is warned.
fn report(at: &Situation<'_>) -> Option<Step> {
    presses(at, ClockName::Report).then(|| at.next.map(|next| Step::Report(next.due)))?
}

/// Whether a promise is due next and its owner is warned.
fn presses(at: &Situation<'_>, name: ClockName) -> bool {
    at.next.is_some_and(|next| next.name == name && at.now >= next.warn)
}

/// The first item of a checklist that is not checked off.
fn task(at: &Situation<'_>, checklist: &[Task]) -> Option<Step> {
    let open = |task: &Task| !at.progress.checked.contains(&task.what);
    let place = checklist.iter().position(open)?;
    let task = checklist.get(place)?.clone();
    Some(Step::Task(task, place + 1, checklist.len()))
}

impl Step {
    /// The step in a few words, the most telling first.
    #[must_use]
    pub fn words(&self, now: Instant, zone: Tz) -> String {
        let today = say::day_of(now, zone);
        match self {
            Self::Answer => "read, accept or return".to_owned(),
            Self::Task(task, place, of) => format!("{place}/{of} {}", task.what),
            Self::Touch(touch) => format!(
                "touch {} of {}{} {} · {}",
                touch.number,
                touch.of,
                if touch.due < today { "," } else { "" },
                due(touch.due, today),
                touch.channel
            ),
            Self::AnyTouch => "next touch".to_owned(),
            Self::Report(at) if *at <= now => {
                format!("report owed since {}", near(say::day_of(*at, zone), today))
            }
            Self::Report(at) => format!("report owed by {}", moment(*at, today, zone)),
            Self::Meeting(at) => format!("meeting {}", moment(*at, today, zone)),
            Self::MeetingWas(at) => format!("meeting was {}: held?", moment(*at, today, zone)),
            Self::Book => "they answered: book a meeting".to_owned(),
            Self::Propose(code) => format!("no answer: record {code}"),
            Self::Wait(until, code) => {
                format!("wait until {}, then {code}", near(*until, today))
            }
            Self::Closed => "no channel is open: find another contact".to_owned(),
            Self::Opportunity => "record the opportunity".to_owned(),
            Self::WonOrLost => "record won or lost".to_owned(),
            Self::Activate => "record that they are live".to_owned(),
            Self::Complete => "complete and submit it".to_owned(),
            Self::Waits(whom) => (*whom).to_owned(),
            Self::Nothing => String::new(),
        }
    }

    /// What doing it means, in two or three words for a key.
    #[must_use]
    pub const fn does(&self) -> &'static str {
        match self {
            Self::Answer => "read it",
            Self::Task(task, ..) => match task.place {
                Place::Elsewhere => "check it off",
                Place::Message => "write it",
                Place::Touch => "log it",
                Place::Package | Place::Intelligence | Place::Engagement | Place::Motion => {
                    "read it"
                }
            },
            Self::Touch(_) => "write it",
            Self::AnyTouch => "log a touch",
            Self::Report(_) => "report",
            Self::Meeting(_) => "prepare it",
            Self::MeetingWas(_)
            | Self::Book
            | Self::Propose(_)
            | Self::Opportunity
            | Self::WonOrLost
            | Self::Activate => "record it",
            Self::Wait(..) | Self::Closed | Self::Complete | Self::Waits(_) | Self::Nothing => {
                "open"
            }
        }
    }

    /// Whether its day has come, or has passed.
    #[must_use]
    pub fn is_due(&self, now: Instant, zone: Tz) -> bool {
        match self {
            Self::Touch(touch) => touch.due <= say::day_of(now, zone),
            Self::Report(_) | Self::MeetingWas(_) | Self::Propose(_) => true,
            _ => false,
        }
    }
}

/// A day as it is said beside a verb: `due today`, `due Tue 24 Nov`, `2 days late`.
fn due(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        late @ ..=-1 => {
            let days = late.unsigned_abs();
            format!("{days} {} late", if days == 1 { "day" } else { "days" })
        }
        _ => format!("due {}", near(day, today)),
    }
}

fn near(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ => say::day_near(day, today),
    }
}

fn moment(at: Instant, today: NaiveDate, zone: Tz) -> String {
    let time = at.utc().with_timezone(&zone).format("%H:%M");
    format!("{} {time}", near(say::day_of(at, zone), today))
}
