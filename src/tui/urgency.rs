//! How pressing a clock is, and how that looks: a glyph and a colour, never a colour alone (`DESK.md 1`).

use ratatui::style::Style;

use super::answer::Line;
use super::theme::Theme;
use crate::domain::calendar::Calendar;
use crate::domain::clock::ClockState;
use crate::domain::policy::Policy;
use crate::domain::queue::{NextClock, QueueRow};
use crate::domain::target::Target;
use crate::domain::time::Instant;

/// How pressing a clock is, by the share of its time that is used (`DOMAIN.md 5`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Urgency {
    /// Below 50 %.
    Calm,
    /// From 50 %.
    Noticed,
    /// From its warning point, 75 % unless the policy says otherwise.
    Warned,
    /// From 90 %.
    Critical,
    /// Past its due time.
    Breached,
}

/// Where between the warning point and the due time it becomes critical: 90 % where the warning is at 75 %.
const CRITICAL: f64 = 0.6;

impl Urgency {
    /// For a share of the time used.
    #[must_use]
    pub fn of_share(share: f64) -> Self {
        match share {
            share if share >= 1.0 => Self::Breached,
            share if share >= 0.9 => Self::Critical,
            share if share >= 0.75 => Self::Warned,
            share if share >= 0.5 => Self::Noticed,
            _ => Self::Calm,
        }
    }

    /// For the next clock of a row; none when it has none.
    #[must_use]
    pub fn of_row(row: &QueueRow, policy: &Policy, now: Instant) -> Option<Self> {
        let clock = row.next?;
        // Only between warning and due does it matter in whose hours the clock runs.
        let hours = if (clock.warn..clock.due).contains(&now) { hours(row, policy) } else { None };
        Some(Self::of_next(&clock, now, hours))
    }

    /// For a clock that knows its start, its warning point and its due time, in the hours of a calendar or, with none,
    /// around the clock.
    #[must_use]
    pub fn of_next(clock: &NextClock, now: Instant, hours: Option<&Calendar>) -> Self {
        let between = |from: Instant, to: Instant| match hours {
            Some(calendar) => calendar.business_ms(from, to),
            None => to.since(from),
        };
        let share = |from: Instant, to: Instant| {
            let whole = between(from, to);
            if whole <= 0 { 1.0 } else { between(from, now) as f64 / whole as f64 }
        };
        if now >= clock.due {
            Self::Breached
        } else if now >= clock.warn {
            if share(clock.warn, clock.due) >= CRITICAL { Self::Critical } else { Self::Warned }
        } else if share(clock.started, clock.warn) >= 0.5 / 0.75 {
            Self::Noticed
        } else {
            Self::Calm
        }
    }

    /// For a line of the clocks pane; none for a clock that does not run.
    #[must_use]
    pub fn of_line(line: &Line, now: Instant) -> Option<Self> {
        let clock = line.clock.as_ref().filter(|clock| clock.state == ClockState::Running)?;
        let next = NextClock {
            name: clock.name,
            started: clock.started,
            warn: clock.warn,
            due: clock.due,
        };
        let by_row = Self::of_next(&next, now, None);
        Some(match &line.ledger {
            // What is due is decided from the stored instant alone.
            _ if now >= clock.due => Self::Breached,
            // The sum counts own time; a policy's own warning point still warns.
            Some(Ok(ledger)) if now < clock.warn => {
                Self::of_share(ledger.share_used(now)).min(Self::Noticed)
            }
            Some(Ok(ledger)) => {
                Self::of_share(ledger.share_used(now)).clamp(Self::Warned, Self::Critical)
            }
            _ => by_row,
        })
    }

    /// Its sign; calm clocks have none.
    #[must_use]
    pub const fn glyph(self) -> &'static str {
        match self {
            Self::Breached => "!",
            Self::Critical => "▲",
            Self::Warned => "•",
            Self::Noticed | Self::Calm => " ",
        }
    }

    /// Its colour.
    #[must_use]
    pub const fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Breached => theme.breached,
            Self::Critical => theme.critical,
            Self::Warned => theme.warned,
            Self::Noticed => theme.noticed,
            Self::Calm => theme.calm,
        }
    }
}

/// The calendar in whose hours the next clock of a row runs; none around the clock. A row does not know its owner's own
/// calendar, so the team's stands for it.
fn hours<'p>(row: &QueueRow, policy: &'p Policy) -> Option<&'p Calendar> {
    let rule = policy.kind(&row.kind)?.clock(row.next?.name)?;
    let name = match (rule.calendar, &rule.target) {
        (Some(name), _) => name,
        (None, Target::Elapsed(_) | Target::Before { .. }) => return None,
        (None, _) => policy.calendar.clone(),
    };
    policy.calendar(&name).filter(|calendar| !calendar.is_always())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::clock::ClockName;

    #[rstest]
    #[case(-5, Urgency::Calm)]
    #[case(0, Urgency::Calm)]
    #[case(49, Urgency::Calm)]
    #[case(50, Urgency::Noticed)]
    #[case(74, Urgency::Noticed)]
    #[case(75, Urgency::Warned)]
    #[case(89, Urgency::Warned)]
    #[case(90, Urgency::Critical)]
    #[case(99, Urgency::Critical)]
    #[case(100, Urgency::Breached)]
    fn shares_used(#[case] now: i64, #[case] want: Urgency) {
        let at = |share: i64| Instant(share * 1_000);
        let clock =
            NextClock { name: ClockName::Assign, started: at(0), warn: at(75), due: at(100) };
        assert_eq!(Urgency::of_next(&clock, at(now), None), want);
        assert_eq!(Urgency::of_share(now as f64 / 100.0), want);
    }

    #[test]
    fn a_clock_without_time_is_not_calm() {
        let clock = NextClock {
            name: ClockName::Package,
            started: Instant(10),
            warn: Instant(10),
            due: Instant(20),
        };
        assert_eq!(Urgency::of_next(&clock, Instant(10), None), Urgency::Warned);
        assert_eq!(Urgency::of_next(&clock, Instant(20), None), Urgency::Breached);
    }

    #[test]
    fn a_night_is_no_time_of_an_office_clock() {
        use crate::domain::time::parse_instant;
        let at = |text: &str| parse_instant(text).unwrap();
        let mut row = crate::tui::sample::row(1);
        let policy = crate::tui::sample::policy();
        // Of the four hours between warning and due, two are used when the office closes.
        row.next = Some(NextClock {
            name: ClockName::Assign,
            started: at("2026-11-17T09:00-05:00"),
            warn: at("2026-11-17T15:00-05:00"),
            due: at("2026-11-18T11:00-05:00"),
        });
        let urgency = |now| Urgency::of_row(&row, &policy, at(now));
        assert_eq!(
            urgency("2026-11-18T08:00-05:00"),
            Some(Urgency::Warned),
            "nothing counts by night"
        );
        assert_eq!(urgency("2026-11-18T10:20-05:00"), Some(Urgency::Critical));
        row.next = None;
        assert_eq!(Urgency::of_row(&row, &policy, at("2026-11-18T10:20-05:00")), None);
    }
}
