//! The weekly batch (`DOMAIN.md 10`): ISO weeks, when a batch is sent, reviewed and reached out to, what phase it is in,
//! and what a manager decides about each of its items.

pub mod round;
pub mod sheet;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::calendar::{Calendar, Edge};
use super::command::{Command, Disposal};
use super::ids::PersonId;
use super::person::Person;
use super::policy::{HandoffType, Policy, Then};
use super::target::Target;
use super::time::Instant;
use super::when::start_of;
use super::words::words;

/// The furthest that a moment's own batch may lie ahead, in weeks; a longer run of holidays is a slip of the hand.
const FURTHEST: usize = 60;

/// An ISO week, known by its Monday; the name of a batch: `2026-W47`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Week(NaiveDate);

impl Week {
    /// The week that a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        let back = u64::from(day.weekday().num_days_from_monday());
        Self(day.checked_sub_days(Days::new(back)).unwrap_or(day))
    }

    /// Its first day.
    #[must_use]
    pub const fn monday(self) -> NaiveDate {
        self.0
    }

    /// The week after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_days(Days::new(7)).unwrap_or(self.0))
    }

    /// The week before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.checked_sub_days(Days::new(7)).unwrap_or(self.0))
    }

    /// When it begins on the wall clock of a zone.
    #[must_use]
    pub fn start(self, zone: Tz) -> Instant {
        start_of(self.0, zone)
    }

    fn day(self, weekday: Weekday) -> NaiveDate {
        let on = u64::from(weekday.num_days_from_monday());
        self.0.checked_add_days(Days::new(on)).unwrap_or(self.0)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.0.iso_week();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// Reads `2026-W47`, whatever the case of its letter.
impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wanted = || {
            format!("\"{text}\" is not a week; write the year and the ISO week, such as 2026-W47")
        };
        let (year, week) = text.split_once(['-']).ok_or_else(wanted)?;
        let week = week.strip_prefix(['W', 'w']).ok_or_else(wanted)?;
        let digits = |part: &str, count: usize| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(week, 2) {
            return Err(wanted());
        }
        let (Ok(year), Ok(week)) = (year.parse::<i32>(), week.parse::<u32>()) else {
            return Err(wanted());
        };
        let last = NaiveDate::from_ymd_opt(year, 12, 28).map_or(52, |day| day.iso_week().week());
        NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)
            .map(Self)
            .ok_or_else(|| format!("there is no week {text}; {year} has the weeks 01 to {last}"))
    }
}

/// When a batch is sent, reviewed and reached out to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dates {
    /// The cut-off: what is flagged later belongs to the next week.
    pub send: Instant,
    /// The day on which it is reviewed.
    pub review_day: NaiveDate,
    /// When that day begins.
    pub review_from: Instant,
    /// By when every item has its decision.
    pub review: Instant,
    /// By when every routed item has its first touch.
    pub outreach: Instant,
}

impl Dates {
    /// The dates of a week's batch by the policy's default calendar. Those that fall on days without working time move:
    /// the cut-off to the close of the last business day before, the review to the next business day, the outreach to
    /// the last business day before it that lies after the review, else to the next.
    #[must_use]
    pub fn of(week: Week, policy: &Policy) -> Self {
        let always = Calendar::always();
        let calendar = policy.calendar(&policy.calendar).unwrap_or(&always);
        let at = |day: NaiveDate, seconds: u32| {
            calendar
                .instant(day, seconds, Edge::Close)
                .unwrap_or_else(|| start_of(day, policy.zone))
        };
        let open = |day: NaiveDate| calendar.closed(day).is_none();
        let rule = &policy.batch;
        let (day, seconds) = weekday(&rule.send, Weekday::Fri);
        let named = week.day(day);
        let send = match calendar.business_day_before(named).filter(|_| !open(named)) {
            Some(before) => calendar
                .close_of(before)
                .map_or(at(named, seconds), |close| close.min(at(named, seconds))),
            None => at(named, seconds),
        };
        let after = |from: NaiveDate, day: Weekday| {
            let mut found = from.iter_days().skip(1).filter(|next| next.weekday() == day);
            found.next().unwrap_or(from)
        };
        let next_open = |day: NaiveDate| match open(day) {
            true => day,
            false => calendar.business_day_after(day, 1).unwrap_or(day),
        };
        let (day, seconds) = weekday(&rule.review, Weekday::Mon);
        let review_day = next_open(after(named, day));
        let review = at(review_day, seconds);
        let (day, seconds) = weekday(&rule.outreach, Weekday::Wed);
        let named = after(review_day, day);
        let outreach_day = match calendar.business_day_before(named) {
            Some(before) if !open(named) && before > review_day => before,
            _ => next_open(named),
        };
        Self {
            send,
            review_day,
            review_from: at(review_day, 0),
            review,
            outreach: at(outreach_day, seconds),
        }
    }
}

/// The day of the week and the time that a date of the batch names; other targets have no place in a week, and stand for
/// the day that `DOMAIN.md 10` names, at 17:00.
const fn weekday(target: &Target, usual: Weekday) -> (Weekday, u32) {
    match target {
        Target::Weekday { day, seconds } => (*day, *seconds),
        _ => (usual, 17 * 3_600),
    }
}

/// The batch that something flagged at a moment goes with: the first whose cut-off lies after it.
#[must_use]
pub fn week_for(at: Instant, policy: &Policy) -> Week {
    let day = at.utc().with_timezone(&policy.zone).date_naive();
    let mut week = Week::of(day);
    for _ in 0..FURTHEST {
        if at < Dates::of(week, policy).send {
            return week;
        }
        week = week.next();
    }
    week
}

/// The Monday by which a handoff of this type knows the batch that it goes with from now; none for other types.
#[must_use]
pub fn batch_day(kind: &HandoffType, at: Instant, policy: &Policy) -> Option<NaiveDate> {
    (kind.key == policy.batch.kind).then(|| week_for(at, policy).monday())
}

/// The batch that is reviewed on a day, or next after it: where something that is put off to that day goes.
#[must_use]
pub fn week_reviewed(on: NaiveDate, policy: &Policy) -> Week {
    let mut week = Week::of(on).previous();
    for _ in 0..FURTHEST {
        if Dates::of(week, policy).review_day >= on {
            return week;
        }
        week = week.next();
    }
    week
}

words! {
    /// How far a batch has come.
    Phase, "a phase" {
        /// It fills.
        Open = "open",
        /// Its cut-off is past, or it was sent by hand.
        Sent = "sent",
        /// It is the day of its review, or later, and items wait.
        InReview = "in_review",
        /// Every item has its decision.
        Routed = "routed",
        /// Every routed item has its first touch.
        Done = "done",
    }
}

impl Phase {
    /// The phase as people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Sent => "sent",
            Self::InReview => "in review",
            Self::Routed => "routed",
            Self::Done => "done",
        }
    }

    /// The phase of a batch at a moment: `by_hand` where it was sent by hand, so many items that wait for a decision,
    /// so many that were routed and wait for their first touch, of so many in all.
    #[must_use]
    pub fn of(
        dates: &Dates,
        now: Instant,
        by_hand: bool,
        waiting: usize,
        untouched: usize,
        all: usize,
    ) -> Self {
        let sent = by_hand || dates.send <= now;
        match (sent, waiting, untouched) {
            (false, ..) => Self::Open,
            (true, 0, 0) if all > 0 => Self::Done,
            (true, 0, _) if all > 0 => Self::Routed,
            (true, ..) if dates.review_from <= now => Self::InReview,
            (true, ..) => Self::Sent,
        }
    }
}

/// What a manager decides about one item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It goes to somebody.
    Route {
        /// To whom.
        to: PersonId,
        /// They are full or away, and it goes there all the same.
        anyway: bool,
    },
    /// It goes with the next batch.
    Defer {
        /// Why.
        reason: String,
    },
    /// It goes back to marketing.
    Return {
        /// Keys of the package fields that are missing or wrong.
        missing: Vec<String>,
        /// What is wrong.
        note: String,
    },
    /// It rests in nurture.
    Nurture {
        /// Why.
        note: String,
    },
}

/// Why an item is put off where nobody says more.
pub const NEXT_BATCH: &str = "goes with the next batch";

impl Decision {
    /// Its word in files and scripts.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Route { .. } => "route",
            Self::Defer { .. } => "defer",
            Self::Return { .. } => "return",
            Self::Nurture { .. } => "nurture",
        }
    }

    /// The decision in a few words.
    #[must_use]
    pub fn words(&self, people: &[Person]) -> String {
        match self {
            Self::Route { to, .. } => {
                let name = people.iter().find(|person| person.id == *to);
                format!("to {}", name.map_or("somebody", |person| person.name.as_str()))
            }
            Self::Defer { .. } => "next batch".to_owned(),
            Self::Return { .. } => "return".to_owned(),
            Self::Nurture { .. } => "nurture".to_owned(),
        }
    }

    /// The command that carries it out on an item of this week's batch.
    ///
    /// # Errors
    /// The policy has no code that sends to nurture for a note alone.
    pub fn command(&self, week: Week, policy: &Policy) -> Result<Command, String> {
        Ok(match self {
            Self::Route { to, anyway } => Command::Assign { to: *to, brief: None, anyway: *anyway },
            Self::Defer { reason } => Command::Defer {
                until: Dates::of(week.next(), policy).review_day,
                reason: reason.clone(),
            },
            Self::Return { missing, note } => {
                Command::Return { missing: missing.clone(), note: note.clone(), overridden: None }
            }
            Self::Nurture { note } => {
                let code = policy
                    .dispositions
                    .iter()
                    .find(|rule| rule.then == Then::Nurture && rule.requires == ["note"]);
                let code = code.ok_or(
                    "the policy has no disposition that sends to nurture with a note alone; add one such as NOT_READY",
                )?;
                Command::Dispose(Disposal {
                    code: code.code.clone(),
                    fields: std::iter::once(("note".to_owned(), note.clone())).collect(),
                    claim: None,
                    // Nobody has worked it yet: whoever may, sets the work that is owed aside, for this reason.
                    overridden: Some(note.clone()),
                })
            }
        })
    }
}
