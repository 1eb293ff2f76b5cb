//! The actions on handoffs, as one gesture each: the same commands as in the desk.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::args;
use super::context::Context;
use super::failure::{Failure, Status};
use super::ids::named;
use super::receipt;
use crate::desk::{Ask, Desk, DeskError, Refused, Request};
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::field::{Kind, OUTCOME, outcome_field};
use crate::domain::handoff::Handoff;
use crate::domain::ids::GestureId;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::domain::when::{parse_date, parse_moment};

/// What is asked, and what was left out before the desk was asked.
#[derive(Default)]
struct Plan {
    asks: Vec<Ask>,
    left_out: Vec<Refused>,
}

/// Carries out the same command on some handoffs.
pub(super) fn same(
    handoffs: &args::Handoffs,
    command: &Command,
    context: &Context,
) -> Result<Status, Failure> {
    all(&mut context.desk()?, handoffs, command, context)
}

fn all(
    desk: &mut Desk,
    handoffs: &args::Handoffs,
    command: &Command,
    context: &Context,
) -> Result<Status, Failure> {
    let asks = named(&handoffs.ids)?
        .into_iter()
        .map(|named| Ask { handoff: named.id, seen: named.seen, command: command.clone() })
        .collect();
    run(desk, Plan { asks, left_out: Vec::new() }, context)
}

/// A returned handoff is submitted again by the same word.
pub(super) fn submit(handoffs: &args::Handoffs, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let mut plan = Plan::default();
    for named in named(&handoffs.ids)? {
        let command = match desk.handoff(named.id)?.0.stage {
            Stage::Returned => Command::Resubmit { fields: BTreeMap::new() },
            _ => Command::Submit,
        };
        plan.asks.push(Ask { handoff: named.id, seen: named.seen, command });
    }
    run(&mut desk, plan, context)
}

pub(super) fn edit(args: &args::Edit, context: &Context) -> Result<Status, Failure> {
    let fields = args
        .fields
        .iter()
        .map(|text| pair(text, "bant.budget=Approved"))
        .map(|pair| pair.map(|(key, value)| (key.to_owned(), value.to_owned())))
        .collect::<Result<_, _>>()?;
    same(&args.handoffs, &Command::Edit { fields }, context)
}

pub(super) fn assign(args: &args::Assign, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let to = args.to.as_deref().map(|who| desk.person(who)).transpose()?.map(|person| person.id);
    let now = context.clock.now();
    let mut plan = Plan::default();
    let wanted = named(&args.handoffs.ids)?;
    let ids: Vec<_> = wanted.iter().map(|named| named.id).collect();
    let proposals = match to {
        Some(_) => Vec::new(),
        None => desk.proposals(&ids, now)?,
    };
    for named in wanted {
        let (handoff, company) = desk.handoff(named.id)?;
        let proposal = proposals.iter().find(|(id, _)| *id == named.id);
        let wanted = to.or_else(|| proposal.and_then(|(_, proposal)| proposal.best()));
        let refusal = match wanted {
            None => Some(
                Refusal::new(
                    RefusalKind::NotAvailable,
                    format!("The desk has nobody to propose for {}.", named.id),
                )
                .hint("Name somebody with --to."),
            ),
            Some(to) if !args.reassign => taken(&handoff, to, &desk)?,
            Some(_) => None,
        };
        match (refusal, wanted) {
            (None, Some(to)) => plan.asks.push(Ask {
                handoff: named.id,
                // What was looked at here is what the desk must find.
                seen: Some(named.seen.unwrap_or(handoff.version)),
                command: Command::Assign { to, brief: args.brief.clone(), anyway: args.anyway },
            }),
            (Some(refusal), _) => {
                plan.left_out.push(Refused { handoff: named.id, company, refusal });
            }
            (None, None) => {}
        }
    }
    run(&mut desk, plan, context)
}

/// Whoever assigns by id does not see who has it by now, so somebody else's handoff is a conflict until they say that
/// they know.
fn taken(
    handoff: &Handoff,
    to: crate::domain::ids::PersonId,
    desk: &Desk,
) -> Result<Option<Refusal>, Failure> {
    let Some(has) = handoff.assignee.filter(|has| *has != to) else { return Ok(None) };
    let people = desk.people()?;
    let name = people.iter().find(|person| person.id == has).map(|person| safe(&person.name));
    Ok(Some(
        Refusal::new(
            RefusalKind::Conflict,
            format!("Conflict: {} already has {}.", name.unwrap_or_default(), handoff.id),
        )
        .hint("Look again before you decide; --reassign gives it to somebody else."),
    ))
}

pub(super) fn touch(args: &args::Touch, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let at = args
        .at
        .as_deref()
        .map(|text| moment("--at", text, desk.policy(), context.clock.now()))
        .transpose()?;
    let command = Command::Touch(NewTouch {
        channel: word("--channel", &args.channel)?,
        template: args.template.clone(),
        outcome: word("--outcome", &args.outcome)?,
        note: args.note.clone(),
        at,
    });
    all(&mut desk, &args.handoffs, &command, context)
}

pub(super) fn dispose(args: &args::Dispose, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let mut fields = BTreeMap::new();
    for text in &args.fields {
        let (key, value) = pair(text, "wake_on=2027-01-15")?;
        if outcome_field(key).is_none() {
            let keys: Vec<_> = OUTCOME.iter().map(|field| field.key).collect();
            return Err(Failure::usage(format!(
                "--set: \"{}\" is not a field; it is one of {}.",
                safe(key),
                keys.join(", ")
            )));
        }
        let value = canonical(key, value, desk.policy(), context.clock.now())?;
        fields.insert(key.to_owned(), value);
    }
    let command = Command::Dispose(Disposal {
        code: args.code.trim().to_ascii_uppercase(),
        fields,
        claim: args.claim.as_deref().map(|claim| word("--claim", claim)).transpose()?,
        overridden: args.overridden.clone(),
    });
    let status = all(&mut desk, &args.handoffs, &command, context)?;
    if !args.handoffs.ids.iter().any(|id| id == "-") {
        propose(&desk, &args.handoffs)?;
    }
    Ok(status)
}

/// Says what the desk proposes after a win.
fn propose(desk: &Desk, handoffs: &args::Handoffs) -> Result<(), Failure> {
    for named in named(&handoffs.ids)? {
        let Ok((handoff, company)) = desk.handoff(named.id) else { continue };
        if let Some(kind) = desk.follows(&handoff)? {
            crate::platform::stdio::tell(&format!(
                "handoff follow {} hands {} on as {}.\n",
                named.id,
                safe(&company),
                safe(&kind.label)
            ));
        }
    }
    Ok(())
}

pub(super) fn give_back(args: &args::Return, context: &Context) -> Result<Status, Failure> {
    let missing = args
        .missing
        .iter()
        .flat_map(|keys| keys.split(','))
        .map(|key| key.trim().to_owned())
        .collect();
    let command =
        Command::Return { missing, note: args.note.clone(), overridden: args.overridden.clone() };
    same(&args.handoffs, &command, context)
}

pub(super) fn defer(args: &args::Defer, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let until = day("--until", &args.until, desk.policy(), context.clock.now())?;
    let command = Command::Defer { until, reason: args.reason.clone() };
    all(&mut desk, &args.handoffs, &command, context)
}

pub(super) fn decide(args: &args::Decide, context: &Context) -> Result<Status, Failure> {
    let command =
        Command::Decide { decision: word("--decision", &args.decision)?, note: args.text.clone() };
    same(&args.handoffs, &command, context)
}

pub(super) fn pause(args: &args::Pause, context: &Context) -> Result<Status, Failure> {
    let clock = args.clock.as_deref().map(|name| word("--clock", name)).transpose()?;
    same(&args.handoffs, &Command::Pause { clock, reason: args.reason.clone() }, context)
}

pub(super) fn resume(args: &args::Resume, context: &Context) -> Result<Status, Failure> {
    let clock = args.clock.as_deref().map(|name| word("--clock", name)).transpose()?;
    same(&args.handoffs, &Command::Resume { clock }, context)
}

pub(super) fn undo(args: &args::Undo, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let gesture: Option<GestureId> = args
        .gesture
        .as_deref()
        .map(|text| text.parse().map_err(|why: String| Failure::usage(format!("{}.", safe(&why)))))
        .transpose()?;
    let actor = context.actor(&desk)?;
    let done = desk.undo(actor, gesture);
    receipt::tell(done, Vec::new(), &desk, context)
}

pub(super) fn redo(context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let actor = context.actor(&desk)?;
    let done = desk.redo(actor);
    receipt::tell(done, Vec::new(), &desk, context)
}

/// Asks the desk, as one gesture that leaves out what can't be done where several were named.
fn run(desk: &mut Desk, plan: Plan, context: &Context) -> Result<Status, Failure> {
    let actor = context.actor(desk)?;
    let Plan { asks, left_out } = plan;
    if asks.is_empty() {
        return Ok(receipt::nothing(&left_out, context));
    }
    let several = asks.len() + left_out.len() > 1;
    let request = Request { actor, what_can: several, asks };
    let done = match desk.run(&request) {
        // Of several, the desk names the first; here all are told.
        Err(DeskError::Refused(first)) => match desk.preview(&request)?.cannot {
            cannot if cannot.is_empty() => Err(first.into()),
            cannot => return Ok(receipt::nothing(&[left_out, cannot].concat(), context)),
        },
        done => done,
    };
    receipt::tell(done, left_out, desk, context)
}

/// `FIELD=VALUE`.
fn pair<'t>(text: &'t str, example: &str) -> Result<(&'t str, &'t str), Failure> {
    let (key, value) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!(
            "--set: write \"{}\" as FIELD=VALUE, such as {example}.",
            safe(text)
        ))
    })?;
    Ok((key.trim(), value.trim()))
}

/// A value of a disposition's form as the rules want it: days and moments may be written as people say them.
fn canonical(key: &str, value: &str, policy: &Policy, now: Instant) -> Result<String, Failure> {
    Ok(match outcome_field(key).map(|field| field.kind) {
        Some(Kind::FutureDay) => day(key, value, policy, now)?.to_string(),
        Some(Kind::Moment) => moment(key, value, policy, now)?.to_string(),
        _ => value.to_owned(),
    })
}

fn day(option: &str, text: &str, policy: &Policy, now: Instant) -> Result<NaiveDate, Failure> {
    let calendar = policy
        .calendar(&policy.calendar)
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    let today = now.utc().with_timezone(&policy.zone).date_naive();
    parse_date(text, today, calendar).map_err(|why| Failure::usage(format!("{option}: {why}.")))
}

pub(super) fn moment(
    option: &str,
    text: &str,
    policy: &Policy,
    now: Instant,
) -> Result<Instant, Failure> {
    if let Ok(at) = crate::domain::time::parse_instant(text) {
        return Ok(at);
    }
    let calendar = policy
        .calendar(&policy.calendar)
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    parse_moment(text, now, policy.zone, calendar)
        .map_err(|why| Failure::usage(format!("{option}: {why}.")))
}

fn word<T: std::str::FromStr<Err = String>>(option: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|why: String| Failure::usage(format!("{option}: {}.", safe(&why))))
}
