//! Every measure of `DOMAIN.md 11`: which handoffs it is about, what it counts of how many, from when on it is due, and
//! how it stands against its target and its warning line.
//!
//! What `DOMAIN.md` leaves open is decided here:
//! - A rate "within so many days" counts from the first assignment, or, as long as nobody has it, from the submission:
//!   a handoff that is never assigned can't hide. Until those days are over it is not yet due, answered or not, and is
//!   left out above and below the line alike, so that quick answers don't flatter the month. "6 months" are 183 days.
//! - Rates that speak of marketing's handoffs (response, worked, returned, rejected, MQA) are about the types that come
//!   from marketing; the others about every type, or about the one they name.
//! - The handoff rate counts handoffs whose account is on the target account list, over the list as it is now.
//! - A handoff is rejected when it is returned, or recycled or disqualified before anybody touched it; what ends after
//!   work is an outcome and no rejection.
//! - A clock counts against the SLA from the moment that it is past due, whether or not it has ended. A clock that no
//!   longer applied while there was time counts for nothing.
//! - Conversions without a time limit are due 30 days after the assignment, activation after 90.
//! - The middle of times is the nearest rank: half of them took no longer.

use super::count::{Answers, Counter, Heard, Spread, Sums};
use super::{Line, LineUnit, Measure};
use crate::domain::person::Role;
use crate::domain::policy::{MeasureRule, Op, Policy};
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::domain::words::words;

/// How a measure is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Formula {
    /// So many of so many, once so many of the horizons have passed.
    Share {
        /// What is counted.
        hit: Counter,
        /// Of what.
        of: Counter,
        /// Horizons that must have passed; 0 for none.
        after: usize,
    },
    /// Opportunities within 30 days ÷ answers.
    Followed,
    /// Handed off ÷ accounts on the target account list.
    OfList,
    /// A sum ÷ how many it is over.
    Mean {
        /// The sum.
        sum: Counter,
        /// Over how many.
        of: Counter,
    },
    /// Assigned → first touch.
    Times,
    /// Clocks met ÷ clocks ended or past due.
    Clocks,
    /// Reported on in the last 7 days ÷ in somebody's hands, now.
    Heard,
    /// A plain number.
    Count(Counter),
}

/// Which types of handoff a measure is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// Every type.
    All,
    /// Those that come from marketing.
    Marketing,
    /// One type by its key.
    Type(&'static str),
}

impl About {
    /// The types by key; none for all of them.
    #[must_use]
    pub fn kinds(self, policy: &Policy) -> Option<Vec<String>> {
        match self {
            Self::All => None,
            Self::Type(key) => Some(vec![key.to_owned()]),
            Self::Marketing => {
                let from = policy.types.iter().filter(|kind| kind.from == Role::Marketing);
                Some(from.map(|kind| kind.key.clone()).collect())
            }
        }
    }

    /// Whether a type is among them.
    #[must_use]
    pub fn holds(self, kind: &str, policy: &Policy) -> bool {
        match self {
            Self::All => true,
            Self::Type(key) => kind == key,
            Self::Marketing => policy.kind(kind).is_some_and(|rule| rule.from == Role::Marketing),
        }
    }
}

impl Measure {
    /// How it is computed.
    #[must_use]
    pub const fn formula(self) -> Formula {
        use Counter as C;
        const fn share(hit: Counter, of: Counter, after: usize) -> Formula {
            Formula::Share { hit, of, after }
        }
        match self {
            Self::HandoffToResponse => share(C::Answered, C::Handed, 1),
            Self::ResponseToOpportunity => Formula::Followed,
            Self::ConversionBySource => share(C::Converted, C::Handed, 0),
            Self::HandoffRate => Formula::OfList,
            Self::Worked => share(C::Worked, C::Handed, 2),
            Self::ReturnRate => share(C::Returned, C::Handed, 0),
            Self::MqaToOpportunity => share(C::Soon, C::Handed, 2),
            Self::MqaToClose => share(C::Won, C::Handed, 4),
            Self::TimeToFirstTouch | Self::MqlTimeToFirstTouch => Formula::Times,
            Self::WithinSla => Formula::Clocks,
            Self::AnsweredIn5Min => share(C::Fast, C::Handed, 0),
            Self::Completeness => Formula::Mean { sum: C::Completeness, of: C::Complete },
            Self::Satisfaction => Formula::Mean { sum: C::Stars, of: C::Rated },
            Self::MqlToMeeting => share(C::Held, C::Handed, 2),
            Self::MeetingToOpportunity => share(C::Converted, C::Handed, 2),
            Self::ClosedWonToActivated => share(C::Activated, C::Handed, 3),
            Self::SalesAcceptance => share(C::Accepted, C::Assigned, 0),
            Self::Rejected => share(C::Rejected, C::Handed, 0),
            Self::IncompleteReports => Formula::Count(C::Incomplete),
            Self::Recycled => Formula::Count(C::Recycles),
            Self::Overrides => Formula::Count(C::Overridden),
            Self::Escalations => Formula::Count(C::Escalated),
            Self::RecycleConversion => share(C::Reborn, C::Recycled, 0),
            Self::FeedbackGiven => Formula::Heard,
            Self::Volume => Formula::Count(C::Handed),
        }
    }

    /// Which types it is about.
    #[must_use]
    pub const fn about(self) -> About {
        match self {
            Self::HandoffToResponse
            | Self::ResponseToOpportunity
            | Self::HandoffRate
            | Self::Worked
            | Self::ReturnRate
            | Self::MqaToOpportunity
            | Self::MqaToClose
            | Self::Rejected => About::Marketing,
            Self::MqlTimeToFirstTouch | Self::MqlToMeeting => About::Type("mql"),
            Self::AnsweredIn5Min => About::Type("hot_lead"),
            Self::MeetingToOpportunity => About::Type("meeting_set"),
            Self::ClosedWonToActivated => About::Type("closed_won"),
            _ => About::All,
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::HandoffToResponse => "Handoff to response",
            Self::ResponseToOpportunity => "Response to opportunity",
            Self::ConversionBySource => "Handoff to opportunity",
            Self::HandoffRate => "Handoff rate",
            Self::Worked => "Worked",
            Self::ReturnRate => "Return rate",
            Self::MqaToOpportunity => "MQA to opportunity",
            Self::MqaToClose => "MQA to close",
            Self::TimeToFirstTouch => "Time to first touch",
            Self::MqlTimeToFirstTouch => "MQL time to first touch",
            Self::WithinSla => "Within SLA",
            Self::AnsweredIn5Min => "Answered in 5 min",
            Self::Completeness => "Completeness",
            Self::Satisfaction => "Satisfaction",
            Self::MqlToMeeting => "MQL to meeting",
            Self::MeetingToOpportunity => "Meeting to opportunity",
            Self::ClosedWonToActivated => "Closed-won to activated",
            Self::SalesAcceptance => "Sales acceptance",
            Self::Rejected => "Rejected",
            Self::IncompleteReports => "Incomplete reports",
            Self::Recycled => "Recycled",
            Self::Overrides => "Overrides",
            Self::Escalations => "Escalations",
            Self::RecycleConversion => "Recycle conversion",
            Self::FeedbackGiven => "Feedback given",
            Self::Volume => "Volume",
        }
    }

    /// Its name where there is little room.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::HandoffToResponse => "To response",
            Self::ResponseToOpportunity => "To opportunity",
            Self::TimeToFirstTouch => "First touch",
            other => other.title(),
        }
    }

    /// Its formula in words.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::HandoffToResponse => "answered within 7 days of assignment / handed off",
            Self::ResponseToOpportunity => "opportunity within 30 days of the answer / answered",
            Self::ConversionBySource => "opportunities / handed off",
            Self::HandoffRate => "handed off in the period / accounts on the target account list",
            Self::Worked => "touched within 30 days / handed off",
            Self::ReturnRate => "returned to marketing / handed off",
            Self::MqaToOpportunity => "opportunity within 30 days / handed off",
            Self::MqaToClose => "won within 183 days / handed off",
            Self::TimeToFirstTouch => "assignment to first touch, median and 90th percentile",
            Self::MqlTimeToFirstTouch => "the same for qualified leads",
            Self::WithinSla => "clocks kept in time / clocks ended or past due",
            Self::AnsweredIn5Min => "hot leads touched within 5 minutes / hot leads",
            Self::Completeness => "mean completeness of packages at submit",
            Self::Satisfaction => "mean rating of packages, of 5",
            Self::MqlToMeeting => "meeting held / qualified leads",
            Self::MeetingToOpportunity => "opportunity / meetings set",
            Self::ClosedWonToActivated => "live / contracts signed",
            Self::SalesAcceptance => "accepted / assigned",
            Self::Rejected => "returned, or given up before any touch / handed off",
            Self::IncompleteReports => "returns for incomplete information",
            Self::Recycled => "recycle dispositions",
            Self::Overrides => "overrides of the minimum work",
            Self::Escalations => "escalations",
            Self::RecycleConversion => "handed over again and an opportunity / recycled",
            Self::FeedbackGiven => "reported on in the last 7 days / in somebody's hands now",
            Self::Volume => "handed off",
        }
    }

    /// Whether less of it is better where nothing else is said.
    #[must_use]
    pub const fn falls(self) -> bool {
        matches!(
            self,
            Self::ReturnRate
                | Self::TimeToFirstTouch
                | Self::MqlTimeToFirstTouch
                | Self::Rejected
                | Self::IncompleteReports
                | Self::Recycled
                | Self::Overrides
                | Self::Escalations
        )
    }
}

words! {
    /// How a handoff stands to a measure, as a filter asks for it: `missed:worked`.
    Verdict, "a verdict" {
        /// It counts above the line.
        Hit = "hit",
        /// It counts below the line only.
        Missed = "missed",
        /// It is not yet due.
        Young = "young",
    }
}

/// What a measure came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// So many of so many.
    Share {
        /// Above the line.
        hit: i64,
        /// Below the line.
        of: i64,
    },
    /// A sum over so many.
    Mean {
        /// The sum.
        sum: i64,
        /// Over how many.
        of: i64,
    },
    /// Times in milliseconds.
    Time {
        /// Half took no longer.
        median: Option<i64>,
        /// Nine of ten took no longer.
        p90: Option<i64>,
        /// Of how many.
        of: i64,
    },
    /// A plain number.
    Count(i64),
}

impl Value {
    /// The number that is held against lines: percent, a mean, milliseconds or a count. None of nothing.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Share { of: 0, .. } | Self::Mean { of: 0, .. } => None,
            Self::Share { hit, of } => Some(hit as f64 * 100.0 / of as f64),
            Self::Mean { sum, of } => Some(sum as f64 / of as f64),
            Self::Time { median, .. } => median.map(|ms| ms as f64),
            Self::Count(n) => Some(n as f64),
        }
    }

    /// What stands below the line, or the count itself.
    #[must_use]
    pub const fn of(self) -> i64 {
        match self {
            Self::Share { of, .. } | Self::Mean { of, .. } | Self::Time { of, .. } => of,
            Self::Count(n) => n,
        }
    }
}

words! {
    /// How a figure stands against its lines.
    Standing, "a standing" {
        /// There is no line, or nothing to hold against it.
        Plain = "plain",
        /// It meets the target.
        Good = "good",
        /// It misses the target.
        Short = "short",
        /// It is past the warning line.
        Warned = "warned",
    }
}

/// A measure of some handoffs, with its lines.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figure {
    /// Which.
    pub measure: Measure,
    /// What it came to.
    pub value: Value,
    /// How many are not yet due.
    pub young: i64,
    /// Target and warning line.
    pub rule: MeasureRule,
    /// The number of the period before, where there was one.
    pub before: Option<f64>,
}

/// What a figure is computed from, beside the sums.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// First touches of the measure's types.
    pub spread: Spread,
    /// Handoffs in somebody's hands now; none where the period is not the one that runs.
    pub heard: Option<Heard>,
    /// Accounts on the target account list.
    pub list: i64,
}

/// A measure of sums that hold the types it is about, and no others.
#[must_use]
pub fn figure(measure: Measure, sums: &Sums, beside: &Beside, policy: &Policy) -> Figure {
    let (value, young) = match measure.formula() {
        Formula::Share { hit, of, after } => {
            let young = match measure {
                Measure::SalesAcceptance => sums.all(Counter::Waiting),
                _ => sums.all(of) - sums.since(after, of),
            };
            let of = sums.since(after, of) - if after == 0 { young } else { 0 };
            (Value::Share { hit: sums.since(after, hit), of }, young)
        }
        Formula::Followed => {
            let Answers { due, followed, young } = sums.answers;
            (Value::Share { hit: followed, of: due }, young)
        }
        Formula::OfList => (Value::Share { hit: sums.all(Counter::Tal), of: beside.list }, 0),
        Formula::Mean { sum, of } => (Value::Mean { sum: sums.all(sum), of: sums.all(of) }, 0),
        Formula::Times => {
            let Spread { median, p90, touched, untouched, .. } = beside.spread;
            (Value::Time { median, p90, of: touched }, untouched)
        }
        Formula::Clocks => {
            let kept = sums.kept();
            (Value::Share { hit: kept.met, of: kept.met + kept.missed }, kept.open)
        }
        Formula::Heard => match beside.heard {
            Some(Heard { reported, young, silent }) => {
                (Value::Share { hit: reported, of: reported + silent }, young)
            }
            None => (Value::Share { hit: 0, of: 0 }, 0),
        },
        Formula::Count(counter) => (Value::Count(sums.all(counter)), 0),
    };
    let rule = policy.measures.get(&measure).copied().unwrap_or_default();
    Figure { measure, value, young, rule, before: None }
}

impl Figure {
    /// How it stands against its lines. Above a target that is a range is good too, unless the warning is `outside`.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let Some(number) = self.value.number() else { return Standing::Plain };
        let MeasureRule { target, warn } = self.rule;
        let past = match warn {
            Some(Line::Outside) => target.is_some_and(|target| !within(target, number, false)),
            Some(line) => within(line, number, false),
            None => false,
        };
        if past {
            return Standing::Warned;
        }
        match target {
            None => Standing::Plain,
            Some(target) if within(target, number, true) => Standing::Good,
            Some(_) => Standing::Short,
        }
    }

    /// How far it moved against the period before.
    #[must_use]
    pub fn trend(&self) -> Option<f64> {
        Some(self.value.number()? - self.before?)
    }

    /// Whether it moved to the better; none where it stood still or there is nothing to compare.
    #[must_use]
    pub fn improves(&self) -> Option<bool> {
        let trend = self.trend().filter(|trend| trend.abs() > f64::EPSILON)?;
        let falls = match self.rule.target {
            Some(Line::Side { op, .. }) => matches!(op, Op::Lt | Op::Le),
            _ => self.measure.falls(),
        };
        (self.measure != Measure::Volume).then_some((trend < 0.0) == falls)
    }

    /// The figure as it is shown: `62 %`, `4.3`, `5 h 12 m`, `148`; `–` of nothing.
    #[must_use]
    pub fn shown(&self) -> String {
        self.value.number().map_or_else(|| "–".to_owned(), |number| self.told(number))
    }

    /// A number of this measure as it is shown.
    #[must_use]
    pub fn told(&self, number: f64) -> String {
        match self.value {
            Value::Share { .. } => percent(number),
            Value::Mean { .. } if self.measure == Measure::Completeness => percent(number),
            Value::Mean { .. } => format!("{number:.1}"),
            Value::Time { .. } => time(number as i64),
            Value::Count(_) => crate::domain::say::thousands((number as i64).unsigned_abs()),
        }
    }

    /// What it is made of: `31 of 50`, `of 40 touched, 90 % within 2 d 4 h`.
    #[must_use]
    pub fn made_of(&self) -> String {
        match self.value {
            Value::Share { hit, of } => format!("{hit} of {of}"),
            Value::Mean { of, .. } => format!("over {of}"),
            Value::Time { p90, of, .. } => match p90 {
                Some(p90) => format!("{of} touched, 90 % within {}", time(p90)),
                None => "none touched".to_owned(),
            },
            Value::Count(_) => String::new(),
        }
    }

    /// How it moved, as it is shown: `+4 pts`, `-1 h`, `+12`; empty where it did not, or there is nothing to compare.
    #[must_use]
    pub fn moved(&self) -> String {
        let Some(trend) = self.trend() else { return String::new() };
        let sign = if trend < 0.0 { "-" } else { "+" };
        let size = trend.abs();
        let least = match self.value {
            Value::Share { .. } | Value::Count(_) => 0.5,
            Value::Mean { .. } => 0.05,
            Value::Time { .. } => 1_000.0,
        };
        if size < least {
            return String::new();
        }
        match self.value {
            Value::Share { .. } => format!("{sign}{size:.0} pts"),
            Value::Mean { .. } => format!("{sign}{size:.1}"),
            Value::Time { .. } => format!("{sign}{}", time(size as i64)),
            Value::Count(_) => format!("{sign}{size:.0}"),
        }
    }
}

/// A percentage as it is shown: whole, or with one digit below ten.
fn percent(number: f64) -> String {
    if number > 0.0 && number < 9.95 { format!("{number:.1} %") } else { format!("{number:.0} %") }
}

/// A length of time by its two largest units, short: `5 h 12 m`.
#[must_use]
pub fn time(ms: i64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1_000, "s")];
    let Some(first) = units.iter().position(|(size, _)| ms >= *size) else {
        return "0 s".to_owned();
    };
    let (size, name) = units[first];
    let rest = units.get(first + 1).map(|(next, name)| (ms % size / next, *name));
    match rest {
        Some((n, next)) if n > 0 => format!("{} {name} {n} {next}", ms / size),
        _ => format!("{} {name}", ms / size),
    }
}

/// Whether a number lies on the side of a line that it names; of a range, `above` says whether above it counts.
fn within(line: Line, number: f64, above: bool) -> bool {
    let scaled = |unit: LineUnit| match unit {
        LineUnit::Plain | LineUnit::Percent => number,
        LineUnit::Minutes => number / MINUTE as f64,
        LineUnit::Hours => number / HOUR as f64,
        LineUnit::Days => number / DAY as f64,
    };
    match line {
        Line::Outside => false,
        Line::Side { op, value, unit } => {
            let number = scaled(unit);
            match op {
                Op::Lt => number < value,
                Op::Le => number <= value,
                Op::Gt => number > value,
                Op::Ge => number >= value,
                Op::Eq => (number - value).abs() < f64::EPSILON,
            }
        }
        Line::Range { low, high, unit } => {
            let number = scaled(unit);
            number >= low && (above || number <= high)
        }
    }
}

/// A line as it is shown: `at least 80 %`, `under 3 d`, `30 to 50 %`.
#[must_use]
pub fn line_words(line: Line) -> String {
    let unit = |unit: LineUnit| match unit {
        LineUnit::Plain => String::new(),
        unit => format!(" {unit}"),
    };
    match line {
        Line::Outside => "outside the target".to_owned(),
        Line::Range { low, high, unit: u } => format!("{low} to {high}{}", unit(u)),
        Line::Side { op, value, unit: u } => {
            let side = match op {
                Op::Lt => "under",
                Op::Le => "at most",
                Op::Gt => "over",
                Op::Ge => "at least",
                Op::Eq => "exactly",
            };
            format!("{side} {value}{}", unit(u))
        }
    }
}

#[cfg(test)]
mod tests;
