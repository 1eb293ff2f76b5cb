//! What a month or a week came to, whole: what the Measures screen shows and a report writes. Put together by the desk;
//! here are its parts, the filters that open each figure, and the action items.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::blame::Broken;
use super::count::{Counter, Kept, Slice, Spread, Sums};
use super::feedback::Feedback;
use super::figure::{Figure, Formula, Standing, Verdict, line_words};
use super::period::Period;
use super::{Line, Measure};
use crate::domain::clock::ClockName;
use crate::domain::filter::{Filter, Term, Test, Who};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::policy::Policy;
use crate::domain::time::Instant;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// The month or week.
    pub period: Period,
    /// Only this type.
    pub kind: Option<String>,
    /// Only these people, and what they are called together.
    pub team: Option<Team>,
}

/// Some people who are looked at together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Team {
    /// What they are called: the name of their manager, or of the one person.
    pub name: String,
    /// Their ids and names.
    pub people: Vec<(PersonId, String)>,
}

impl Scope {
    /// The types that a measure is about here; none for all, an empty list where there are none.
    #[must_use]
    pub fn kinds(&self, measure: Measure, policy: &Policy) -> Option<Vec<String>> {
        let about = measure.about();
        match &self.kind {
            None => about.kinds(policy),
            Some(kind) if about.holds(kind, policy) => Some(vec![kind.clone()]),
            Some(_) => Some(Vec::new()),
        }
    }

    /// The line of the filter language that lists what stands so to a measure here.
    #[must_use]
    pub fn filter(&self, measure: Measure, verdict: Verdict, policy: &Policy) -> String {
        let mut line = match measure.formula() {
            Formula::Heard => String::new(),
            _ => self.period.filter(),
        };
        let mut push = |term: String| {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&term);
        };
        // Of a type that the measure is not about there is nothing, and the list is of the type all the same.
        let own = self.kind.clone().map(|kind| vec![kind]);
        if let Some(kinds) = self.kinds(measure, policy).filter(|kinds| !kinds.is_empty()).or(own) {
            push(Test::Type(kinds).to_string());
        }
        if let Some(team) = &self.team {
            let names = team.people.iter().map(|(_, name)| Who::Named(name.clone())).collect();
            push(Test::Owner(names).to_string());
        }
        if measure != Measure::Volume {
            push(Test::Measured(verdict, vec![measure]).to_string());
        }
        line
    }
}

/// A month or week in figures.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// What was asked for.
    pub scope: Scope,
    /// The moment that it is told at.
    pub now: Instant,
    /// The zone whose days it counts.
    pub zone: Tz,
    /// True once the period is over; until then figures still move.
    pub over: bool,
    /// Every measure, in the order of the domain.
    pub figures: Vec<Figure>,
    /// The weeks around the period, each with how many were handed off by type.
    pub weeks: Vec<(Period, Vec<(String, i64)>)>,
    /// How the clocks of each name were kept.
    pub clocks: Vec<(ClockName, Kept)>,
    /// Response and opportunity rates of six periods, the asked one last.
    pub rates: Vec<Rate>,
    /// Conversion by source, the largest source first.
    pub sources: Vec<Converted>,
    /// From handed off to won: what it is called and how many.
    pub funnel: Vec<(&'static str, i64)>,
    /// How long first touches took.
    pub spread: Spread,
    /// How often which outcome was recorded in the period.
    pub reasons: Vec<(String, i64)>,
}

/// The rates of one period.
#[derive(Clone, PartialEq, Debug)]
pub struct Rate {
    /// Which.
    pub period: Period,
    /// Handoff to response, in percent; none while nothing is due.
    pub response: Option<f64>,
    /// Response to opportunity, in percent.
    pub opportunity: Option<f64>,
}

/// How one source converted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Converted {
    /// The source's key.
    pub source: String,
    /// Handed off.
    pub handed: i64,
    /// Of those, opportunities.
    pub converted: i64,
}

/// The figures that stand above all others.
pub const HEADLINES: [Measure; 8] = [
    Measure::HandoffToResponse,
    Measure::ResponseToOpportunity,
    Measure::Worked,
    Measure::WithinSla,
    Measure::TimeToFirstTouch,
    Measure::Rejected,
    Measure::Completeness,
    Measure::Volume,
];

impl Sheet {
    /// The figure of a measure.
    #[must_use]
    pub fn figure(&self, measure: Measure) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.measure == measure)
    }

    /// Nothing was handed off in the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figure(Measure::Volume).is_none_or(|volume| volume.value.of() == 0)
    }

    /// The measures in the order in which a screen shows them: headlines first.
    pub fn in_order(&self) -> impl Iterator<Item = &Figure> {
        let first = HEADLINES.iter().filter_map(|measure| self.figure(*measure));
        let rest = self.figures.iter().filter(|figure| !HEADLINES.contains(&figure.measure));
        first.chain(rest)
    }
}

/// A figure that is past its line, in a sentence, with what shows it best.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// Which measure.
    pub measure: Measure,
    /// The figure and its line, and what to do.
    pub sentence: String,
    /// Lists the handoffs behind it.
    pub filter: String,
    /// The handoffs that show it best: id and account.
    pub examples: Vec<(HandoffId, String)>,
}

/// How a handoff stands that shows a shortfall of a measure.
#[must_use]
pub const fn shows(measure: Measure) -> Verdict {
    match measure {
        Measure::ReturnRate | Measure::Rejected => Verdict::Hit,
        _ if matches!(
            measure.formula(),
            Formula::Times | Formula::Count(_) | Formula::Mean { .. }
        ) =>
        {
            Verdict::Hit
        }
        Measure::HandoffRate => Verdict::Hit,
        _ => Verdict::Missed,
    }
}

/// The action items of a sheet, without their examples: whatever is past its warning line, or misses its target where
/// it has no warning line.
#[must_use]
pub fn actions(sheet: &Sheet, policy: &Policy) -> Vec<Action> {
    if sheet.is_empty() {
        return Vec::new();
    }
    // The rate of a month over the whole list says nothing of a week, a type or a team.
    let scope = &sheet.scope;
    let whole =
        scope.kind.is_none() && scope.team.is_none() && matches!(scope.period, Period::Month(_));
    let past = |figure: &&Figure| match figure.standing() {
        _ if figure.measure == Measure::HandoffRate && !whole => false,
        Standing::Warned => true,
        Standing::Short => figure.rule.warn.is_none(),
        Standing::Good | Standing::Plain => false,
    };
    let item = |figure: &Figure| {
        let measure = figure.measure;
        let line = match (figure.standing(), figure.rule) {
            (Standing::Warned, rule) => match rule.warn {
                Some(Line::Outside) => "outside its target of ",
                _ => "past its warning line; the target is ",
            },
            _ => "short of its target of ",
        };
        let target = figure.rule.target.or(figure.rule.warn).map(line_words).unwrap_or_default();
        let made = figure.made_of();
        let made = if made.is_empty() { String::new() } else { format!(" ({made})") };
        let young = match figure.young {
            0 => String::new(),
            n => format!(" {n} are not yet due."),
        };
        Action {
            measure,
            sentence: format!(
                "{} is {}{made}, {line}{target}.{young} {}",
                measure.title(),
                figure.shown(),
                remedy(measure)
            ),
            filter: sheet.scope.filter(measure, shows(measure), policy),
            examples: Vec::new(),
        }
    };
    sheet.figures.iter().filter(past).map(item).collect()
}

/// What to look at where a measure falls short.
const fn remedy(measure: Measure) -> &'static str {
    match measure {
        Measure::HandoffToResponse => {
            "Read the first messages of those without an answer: who they went to, and what they asked."
        }
        Measure::ResponseToOpportunity => {
            "Ask the assignees what became of the answers, and check the motion for these accounts."
        }
        Measure::HandoffRate => "Check the criteria and the caps against the target account list.",
        Measure::Worked => "Reassign what nobody has touched.",
        Measure::ReturnRate | Measure::Rejected => {
            "Go through the reasons with marketing and mend the criteria or the package."
        }
        Measure::MqaToOpportunity | Measure::MqaToClose => {
            "Compare what converted with what did not, and tighten the criteria."
        }
        Measure::TimeToFirstTouch | Measure::MqlTimeToFirstTouch | Measure::AnsweredIn5Min => {
            "Look at who waited longest, and at the capacity of whoever had them."
        }
        Measure::WithinSla => {
            "See which clock and which leg used up the time, and move capacity there."
        }
        Measure::Completeness => "Tell the senders which fields are missing most often.",
        Measure::Satisfaction => {
            "Ask the assignees what they missed in the packages they rated low."
        }
        Measure::MqlToMeeting | Measure::MeetingToOpportunity => {
            "Listen to the calls, and check who was invited."
        }
        Measure::ClosedWonToActivated => "Call the customers that are not live yet.",
        Measure::FeedbackGiven => "Ask the assignees for a report on what they have.",
        _ => "Look at the handoffs behind it.",
    }
}

/// One value of a cut, with every measure.
#[derive(Clone, PartialEq, Debug)]
pub struct CutRow {
    /// What it is called: a person's name, a source, a tier.
    pub name: String,
    /// The term of the filter language that narrows to it; empty where there is none.
    pub term: String,
    /// Every measure.
    pub figures: Vec<Figure>,
}

/// A period cut by type, person, source, tier or segment.
#[derive(Clone, PartialEq, Debug)]
pub struct CutTable {
    /// By what: `type`, `person`, `source`, `tier`, `segment`.
    pub by: &'static str,
    /// A row for each value, the largest first.
    pub rows: Vec<CutRow>,
}

/// A whole report.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The figures.
    pub sheet: Sheet,
    /// The period before, for week over week.
    pub before: i64,
    /// Handed off per person who was given some.
    pub per_person: Option<f64>,
    /// The figures by type, person, source, tier and segment.
    pub cuts: Vec<CutTable>,
    /// End-to-end clocks that were broken.
    pub broken: BTreeMap<ClockName, Broken>,
    /// What to do.
    pub actions: Vec<Action>,
    /// What marketing learns.
    pub feedback: Feedback,
    /// How each type is called.
    pub labels: BTreeMap<String, String>,
    /// Lists the handoffs behind each measure.
    pub filters: BTreeMap<Measure, String>,
}

/// From handed off to won.
#[must_use]
pub fn funnel(sums: &Sums) -> Vec<(&'static str, i64)> {
    [
        ("handed off", Counter::Handed),
        ("assigned", Counter::Assigned),
        ("touched", Counter::Touched),
        ("answered", Counter::Responded),
        ("opportunity", Counter::Converted),
        ("won", Counter::Won),
    ]
    .map(|(name, counter)| (name, sums.all(counter)))
    .to_vec()
}

/// Adds a term to a filter line, where it reads as one.
#[must_use]
pub fn narrowed(line: &str, term: &str) -> String {
    let joined = format!("{line} {term}");
    joined.trim().parse::<Filter>().map_or_else(|_| line.to_owned(), |filter| filter.to_string())
}

/// The term that narrows a list to one value of a slice.
#[must_use]
pub fn term_of(slice: Slice, value: &str, people: &BTreeMap<PersonId, String>) -> String {
    let quoted = |test: Test| Term { negated: false, test }.to_string();
    match slice {
        Slice::All => String::new(),
        Slice::Person => match value.parse().ok().map(PersonId) {
            Some(id) => people
                .get(&id)
                .map(|name| quoted(Test::Owner(vec![Who::Named(name.clone())])))
                .unwrap_or_default(),
            None => quoted(Test::Owner(vec![Who::Nobody])),
        },
        Slice::Source => format!("source:{value}"),
        Slice::Tier => format!("tier:{value}"),
        Slice::Segment if value.is_empty() => String::new(),
        Slice::Segment => quoted(Test::Segment(vec![value.to_owned()])),
    }
}

#[cfg(test)]
mod tests;
