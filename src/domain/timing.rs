//! What happens to the clocks of a handoff when something happens to the handoff (`DOMAIN.md 5`).
//!
//! All events of one transaction are given together and applied in one fixed order, whatever order they came in: what
//! ends a clock, then what lets it run on or holds it, then what starts it.

use super::calendar::Calendar;
use super::change::Change;
use super::clock::{Clock, ClockEvent, ClockName, ClockState, Op, Owes, ops};
use super::due::{DueError, Ledger, Pause, due};
use super::handoff::{Handoff, Moment};
use super::ids::PersonId;
use super::person::{Person, Role};
use super::policy::{ClockRule, HandoffType, Policy, Warn};
use super::target::Target;
use super::time::Instant;

/// The reason kept with a pause that a dispute began; a decision ends these and no others.
pub const DISPUTED: &str = "disputed";

/// What the clocks need to know of the moment.
#[derive(Clone, Copy, Debug)]
pub struct Timing<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The handoff's type.
    pub kind: &'a HandoffType,
    /// Who has the handoff once the events have happened.
    pub assignee: Option<&'a Person>,
    /// Who hands over, where it is a person.
    pub sender: Option<&'a Person>,
    /// When they happened.
    pub at: Instant,
    /// Who made them happen.
    pub by: Option<PersonId>,
}

/// What to do to which clock, on account of which event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Effect {
    /// What.
    pub op: Op,
    /// To which.
    pub name: ClockName,
    /// True when the same event also starts the clock again.
    restarts: bool,
    /// True when a dispute pauses or resumes it.
    dispute: bool,
}

impl Effect {
    /// An effect that no event of the table has; used where a decision sends a handoff back to the queue.
    #[must_use]
    pub const fn alone(op: Op, name: ClockName) -> Self {
        Self { op, name, restarts: false, dispute: false }
    }
}

/// The effects of some events of one transaction, in the order in which they apply.
#[must_use]
pub fn effects(events: &[ClockEvent]) -> Vec<Effect> {
    let mut all = Vec::new();
    for event in events {
        for name in ClockName::ALL {
            let ops = ops(*event, *name);
            let dispute = matches!(event, ClockEvent::Disputed | ClockEvent::Decided);
            all.extend(ops.iter().map(|op| Effect {
                op: *op,
                name: *name,
                restarts: ops.contains(&Op::Start),
                dispute,
            }));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The changes that some events make to the clocks of `handoff`, which is as it will be once they have happened, but
/// for its clocks. `reason` is kept with pauses.
///
/// # Errors
/// A clock's due time can't be told: its calendar has no working time, or a date is not set.
pub fn fire(
    handoff: &Handoff,
    effects: &[Effect],
    reason: &str,
    timing: &Timing<'_>,
) -> Result<Vec<Change>, DueError> {
    let mut clocks = handoff.clocks.clone();
    let mut effects = effects.to_vec();
    effects.sort_unstable();
    let ended_elsewhere = |name| {
        effects
            .iter()
            .any(|effect| effect.name == name && effect.op == Op::Stop && !effect.restarts)
            && !handoff.clocks.iter().any(|clock| clock.name == name && clock.is_open())
    };
    for effect in &effects {
        match effect.op {
            Op::Stop | Op::Cancel => {
                for clock in open(&mut clocks, effect.name) {
                    // A report from before the last one is no news: the next stays due when it was.
                    let older = effect.op == Op::Stop && timing.at < clock.started;
                    if effect.restarts && (clock.end_to_end || older) {
                        continue;
                    }
                    end(clock, effect.op, timing)?;
                }
            }
            Op::Resume => {
                for clock in open(&mut clocks, effect.name) {
                    resume(clock, |pause| (pause.reason == DISPUTED) == effect.dispute, timing)?;
                }
            }
            Op::Pause => {
                let reason = if effect.dispute { DISPUTED } else { reason };
                for clock in open(&mut clocks, effect.name) {
                    hold(clock, reason, timing);
                }
            }
            Op::Start => {
                let Some(rule) = timing.kind.clock(effect.name) else { continue };
                if clocks.iter().any(|c| c.name == effect.name && c.is_open() && !c.end_to_end) {
                    continue;
                }
                if never_restarts(effect.name)
                    && clocks.iter().any(|c| c.name == effect.name && !cancelled(c))
                {
                    continue;
                }
                let whole = effect.name == ClockName::FirstTouch
                    && !clocks.iter().any(|c| c.name == effect.name && c.end_to_end);
                for end_to_end in [false, true].into_iter().take(1 + usize::from(whole)) {
                    let mut clock =
                        start(handoff, effect.name, &rule, end_to_end, &clocks, timing)?;
                    if ended_elsewhere(effect.name) {
                        end(&mut clock, Op::Stop, timing)?;
                    }
                    clocks.push(clock);
                }
            }
        }
    }
    // What doesn't restart for a new assignee is owed by them from now on.
    for clock in clocks.iter_mut().filter(|clock| clock.is_open() && assignees(clock.name)) {
        clock.owes = owes(clock.name, handoff, timing);
    }
    Ok(changes(&handoff.clocks, &clocks))
}

/// Moves the due time of the open clocks of one name on, because nothing is owed until a known moment: the wait is kept
/// as an interval. It takes the place of an earlier wait that still lasts; a clock that is late already doesn't wait.
///
/// # Errors
/// The calendar has no working time.
pub fn wait_until(
    handoff: &Handoff,
    name: ClockName,
    until: Instant,
    reason: &str,
    timing: &Timing<'_>,
) -> Result<Vec<Change>, DueError> {
    let mut clocks = handoff.clocks.clone();
    for clock in open(&mut clocks, name) {
        cut_waits(clock, timing)?;
        if !clock.is_breached(timing.at) && timing.at < until {
            push_wait(clock, until, reason, timing)?;
        }
    }
    Ok(changes(&handoff.clocks, &clocks))
}

/// Lets the open clocks of one name wait as long as leaves them their own time before a known moment, at which they
/// are due then. The wait takes the place of an earlier one that still lasts; a clock that is late already, or due later
/// by its own time, doesn't wait.
///
/// # Errors
/// The calendar has no working time.
pub fn wait_to_be_due(
    handoff: &Handoff,
    name: ClockName,
    at: Instant,
    reason: &str,
    timing: &Timing<'_>,
) -> Result<Vec<Change>, DueError> {
    let mut clocks = handoff.clocks.clone();
    for clock in open(&mut clocks, name) {
        if clock.due == at {
            continue;
        }
        cut_waits(clock, timing)?;
        if clock.is_breached(timing.at) || clock.due >= at {
            continue;
        }
        let days = calendar(timing.policy, &clock.calendar);
        let own = ledger(clock, timing.policy, None, timing.at)?;
        let left = days.business_ms(timing.at, own.due);
        // The later it waits, the less working time is left before `at`.
        let (mut until, mut beyond) = (timing.at, at);
        while until.plus(1) < beyond {
            let middle = until.plus(beyond.since(until) / 2);
            let enough = days.business_ms(middle, at) >= left;
            *(if enough { &mut until } else { &mut beyond }) = middle;
        }
        push_wait(clock, until, reason, timing)?;
    }
    Ok(changes(&handoff.clocks, &clocks))
}

/// Nothing is owed from now until a moment.
fn push_wait(
    clock: &mut Clock,
    until: Instant,
    reason: &str,
    timing: &Timing<'_>,
) -> Result<(), DueError> {
    clock.pauses.push(Pause {
        from: timing.at,
        to: Some(until),
        reason: reason.to_owned(),
        by: timing.by,
    });
    retime(clock, timing)
}

/// Ends the waits of the open clocks of one name: what they waited for is off.
///
/// # Errors
/// The calendar has no working time.
pub fn wait_no_longer(
    handoff: &Handoff,
    name: ClockName,
    timing: &Timing<'_>,
) -> Result<Vec<Change>, DueError> {
    let mut clocks = handoff.clocks.clone();
    for clock in open(&mut clocks, name) {
        cut_waits(clock, timing)?;
    }
    Ok(changes(&handoff.clocks, &clocks))
}

/// Ends what was to last beyond now; a pause without an end is somebody else's to end.
fn cut_waits(clock: &mut Clock, timing: &Timing<'_>) -> Result<(), DueError> {
    let mut cut = false;
    for pause in &mut clock.pauses {
        if pause.to.is_some_and(|to| to > timing.at) {
            pause.to = Some(timing.at.max(pause.from));
            cut = true;
        }
    }
    if cut { retime(clock, timing) } else { Ok(()) }
}

/// The sum behind a clock's due time, recomputed from what is stored with it (`DOMAIN.md 13.1`).
///
/// # Errors
/// The calendar is gone from the policy, or has no working time.
pub fn ledger(
    clock: &Clock,
    policy: &Policy,
    meeting: Option<Instant>,
    now: Instant,
) -> Result<Ledger, DueError> {
    due(
        clock.started,
        &clock.target,
        calendar(policy, &clock.calendar),
        &clock.pauses,
        meeting,
        Some(now),
    )
}

/// The calendar of this name; one that was taken out of the policy counts as around the clock.
fn calendar<'a>(policy: &'a Policy, name: &str) -> &'a Calendar {
    static ALWAYS: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::always);
    policy.calendar(name).unwrap_or(&ALWAYS)
}

const fn never_restarts(name: ClockName) -> bool {
    matches!(name, ClockName::Deliver | ClockName::Work | ClockName::Onboard)
}

/// Whether whoever has the handoff owes it.
const fn assignees(name: ClockName) -> bool {
    matches!(
        name,
        ClockName::Accept
            | ClockName::FirstTouch
            | ClockName::Report
            | ClockName::Work
            | ClockName::Onboard
    )
}

const fn cancelled(clock: &Clock) -> bool {
    matches!(clock.state, ClockState::Cancelled | ClockState::Breached)
}

fn open(clocks: &mut [Clock], name: ClockName) -> impl Iterator<Item = &mut Clock> {
    clocks.iter_mut().filter(move |clock| clock.name == name && clock.is_open())
}

fn start(
    handoff: &Handoff,
    name: ClockName,
    rule: &ClockRule,
    end_to_end: bool,
    clocks: &[Clock],
    timing: &Timing<'_>,
) -> Result<Clock, DueError> {
    let owes = owes(name, handoff, timing);
    let own = match owes {
        Owes::Person(id) if !end_to_end => [timing.assignee, timing.sender]
            .into_iter()
            .flatten()
            .find(|person| person.id == id)
            .and_then(|person| person.calendar.as_deref()),
        _ => None,
    };
    let name_of_calendar = match (&rule.calendar, &rule.target) {
        (Some(name), _) => name.as_str(),
        (None, Target::Elapsed(_) | Target::Before { .. }) => "always",
        (None, _) => own
            .filter(|name| timing.policy.calendar(name).is_some())
            .unwrap_or(&timing.policy.calendar),
    };
    let days = calendar(timing.policy, name_of_calendar);
    let meeting = handoff.moment(Moment::Meeting);
    let ledger = due(timing.at, &rule.target, days, &[], meeting, None)?;
    let warn = warning(&rule.warn, timing.at, &ledger, days, &[], meeting)?;
    let leg =
        clocks.iter().filter(|c| c.name == name && c.end_to_end == end_to_end).map(|c| c.leg).max();
    Ok(Clock {
        name,
        leg: leg.unwrap_or(0) + 1,
        end_to_end,
        owes,
        started: timing.at,
        target: rule.target.clone(),
        calendar: name_of_calendar.to_owned(),
        warning: rule.warn.clone(),
        due: ledger.due,
        warn,
        state: ClockState::Running,
        ended: None,
        pauses: Vec::new(),
        short_notice: ledger.short_notice.is_some(),
    })
}

/// Who owes what a clock promises.
#[must_use]
pub fn owes(name: ClockName, handoff: &Handoff, timing: &Timing<'_>) -> Owes {
    match name {
        ClockName::Deliver | ClockName::Fix => {
            handoff.sender.map_or(Owes::Role(timing.kind.from), Owes::Person)
        }
        ClockName::Assign => Owes::Role(timing.kind.triage),
        ClockName::Decide => Owes::BothVps,
        ClockName::Package => handoff.sender.map_or(Owes::Role(Role::Sdr), Owes::Person),
        _ => timing.assignee.map_or(Owes::Role(timing.kind.to), |person| Owes::Person(person.id)),
    }
}

/// Ends a clock: kept in time, kept late, no longer owed, or no longer owed after it was broken. An open pause ends
/// first, so that the judgement falls on what was left. What happened before the clock started ends it where it started:
/// a touch that is written down late, or a machine whose clock was set back.
fn end(clock: &mut Clock, op: Op, timing: &Timing<'_>) -> Result<(), DueError> {
    let mut cut = false;
    for pause in &mut clock.pauses {
        if pause.to.is_none_or(|to| to > timing.at) {
            pause.to = Some(timing.at.max(pause.from));
            cut = true;
        }
    }
    if cut {
        retime(clock, timing)?;
    }
    let at = timing.at.max(clock.started);
    clock.ended = Some(at);
    clock.state = match (op, at < clock.due) {
        (Op::Stop, true) => ClockState::Met,
        (Op::Stop, false) => ClockState::MetLate,
        (_, true) => ClockState::Cancelled,
        (_, false) => ClockState::Breached,
    };
    Ok(())
}

fn hold(clock: &mut Clock, reason: &str, timing: &Timing<'_>) {
    if clock.pauses.iter().any(|pause| pause.to.is_none() && pause.reason == reason) {
        return;
    }
    clock.pauses.push(Pause {
        from: timing.at,
        to: None,
        reason: reason.to_owned(),
        by: timing.by,
    });
    clock.state = ClockState::Paused;
}

fn resume(
    clock: &mut Clock,
    which: impl Fn(&Pause) -> bool,
    timing: &Timing<'_>,
) -> Result<(), DueError> {
    let mut ended = false;
    for pause in &mut clock.pauses {
        if pause.to.is_none() && which(pause) {
            pause.to = Some(timing.at.max(pause.from));
            ended = true;
        }
    }
    if ended && clock.pauses.iter().all(|pause| pause.to.is_some()) {
        clock.state = ClockState::Running;
        retime(clock, timing)?;
    }
    Ok(())
}

/// Computes the due and warning times again from the start and the pauses. A pause that began after the clock was due
/// doesn't count, so a breach is never undone. A date that is counted back from doesn't move with pauses.
fn retime(clock: &mut Clock, timing: &Timing<'_>) -> Result<(), DueError> {
    if matches!(clock.target, Target::Before { .. }) {
        return Ok(());
    }
    let days = calendar(timing.policy, &clock.calendar);
    let ledger = due(clock.started, &clock.target, days, &clock.pauses, None, None)?;
    clock.due = ledger.due;
    clock.warn = warning(&clock.warning, clock.started, &ledger, days, &clock.pauses, None)?;
    Ok(())
}

/// When the owner of a clock is warned.
fn warning(
    warn: &Warn,
    from: Instant,
    ledger: &Ledger,
    days: &Calendar,
    pauses: &[Pause],
    meeting: Option<Instant>,
) -> Result<Instant, DueError> {
    Ok(match warn {
        Warn::Share(share) => ledger.at_share(*share),
        Warn::At(target) => due(from, target, days, pauses, meeting, None)?.due.min(ledger.due),
    })
}

/// What became of each clock: those that changed and those that are new, which come after those that were there.
fn changes(before: &[Clock], after: &[Clock]) -> Vec<Change> {
    after
        .iter()
        .enumerate()
        .filter_map(|(place, clock)| {
            let old = before.get(place);
            (old != Some(clock)).then(|| Change::Clocked {
                key: clock.key(),
                from: old.cloned().map(Box::new),
                to: Some(Box::new(clock.clone())),
            })
        })
        .collect()
}
