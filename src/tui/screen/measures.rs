//! What the Measures screen is computed from: a month or a week, a type and a team, and the figures they came to.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::domain::measure::Measure;
use crate::domain::measure::figure::Value;
use crate::domain::measure::period::Period;
use crate::domain::measure::sheet::{Scope, Sheet, Team, shows};
use crate::domain::policy::Policy;
use crate::domain::time::Instant;
use crate::tui::effect::Ticket;

/// The state of the Measures screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Measures {
    /// The month or week; none for the one that runs.
    pub period: Option<Period>,
    /// Weeks instead of months.
    pub weekly: bool,
    /// Only this type.
    pub kind: Option<String>,
    /// Only this team, by its place among the teams.
    pub team: Option<usize>,
    /// The teams to choose from.
    pub teams: Arc<Vec<Team>>,
    /// The figures.
    pub sheet: Option<Arc<Sheet>>,
    /// The figure at hand, by its place.
    pub selected: usize,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
    /// What is read since the desk was opened, before anybody asked for it.
    pub glance: Option<Scope>,
}

impl Measures {
    /// The period that is shown.
    #[must_use]
    pub fn period(&self, now: Instant, zone: Tz) -> Period {
        self.period.unwrap_or_else(|| {
            if self.weekly { Period::week_of(now, zone) } else { Period::month_of(now, zone) }
        })
    }

    /// What is asked for.
    #[must_use]
    pub fn scope(&self, now: Instant, zone: Tz) -> Scope {
        Scope {
            period: self.period(now, zone),
            kind: self.kind.clone(),
            team: self.team.and_then(|place| self.teams.get(place)).cloned(),
        }
    }

    /// Goes so many figures down, or up.
    pub fn step(&mut self, by: isize) {
        let last = self.sheet.as_ref().map_or(0, |sheet| sheet.figures.len()).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Goes to a figure.
    pub fn go(&mut self, place: usize) {
        self.selected = place;
        self.step(0);
    }

    /// The measure at hand.
    #[must_use]
    pub fn measure(&self) -> Option<Measure> {
        Some(self.sheet.as_ref()?.in_order().nth(self.selected)?.measure)
    }

    /// The filter that lists the handoffs behind the figure at hand: those that fall short, or, where there are none,
    /// those that are counted.
    #[must_use]
    pub fn behind(&self, policy: &Policy) -> Option<String> {
        use crate::domain::measure::figure::Verdict;
        let sheet = self.sheet.as_ref()?;
        let figure = sheet.figure(self.measure()?)?;
        let verdict = match (shows(figure.measure), figure.value, figure.young) {
            (Verdict::Missed, Value::Share { of: 0, .. }, 1..) => Verdict::Young,
            (Verdict::Missed, Value::Share { hit, of }, _) if hit == of => Verdict::Hit,
            (verdict, ..) => verdict,
        };
        Some(sheet.scope.filter(figure.measure, verdict, policy))
    }

    /// Takes the figures.
    pub fn take(&mut self, sheet: Arc<Sheet>, teams: Arc<Vec<Team>>) {
        self.sheet = Some(sheet);
        self.teams = teams;
        self.step(0);
    }
}
