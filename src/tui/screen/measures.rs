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
    /// Figures that were shown lately or read ahead, the newest first; none is older than the last write.
    known: Vec<Arc<Sheet>>,
    /// The load of figures that nobody asked for yet.
    pub ahead: Option<Ticket>,
    /// A key asked last, and the next one may ask for what lies near.
    pub onward: bool,
}

/// Figures that are kept.
const KNOWN: usize = 6;

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
        self.keep(Arc::clone(&sheet));
        self.sheet = Some(sheet);
        self.teams = teams;
        self.step(0);
    }

    /// Keeps figures for when somebody asks for them.
    pub fn keep(&mut self, sheet: Arc<Sheet>) {
        self.known.retain(|known| known.scope != sheet.scope);
        self.known.insert(0, sheet);
        self.known.truncate(KNOWN);
    }

    /// Shows the figures of a scope, where they are known.
    pub fn show_known(&mut self, scope: &Scope) {
        if let Some(sheet) = self.known.iter().find(|known| known.scope == *scope) {
            self.sheet = Some(Arc::clone(sheet));
            self.step(0);
        }
    }

    /// Somebody wrote: what is known is no more, and what is read ahead neither.
    pub fn forget(&mut self) {
        self.known.clear();
        (self.ahead, self.onward) = (None, false);
    }

    /// The type after the one that is shown; none after the last, for all of them.
    #[must_use]
    pub fn next_type(&self, policy: &Policy) -> Option<String> {
        let at = self.kind.as_ref().map_or(0, |kind| {
            policy.types.iter().position(|one| one.key == *kind).map_or(0, |place| place + 1)
        });
        policy.types.get(at).map(|kind| kind.key.clone())
    }

    /// What the next key may ask for and is not known: the period before, or the next type.
    #[must_use]
    pub fn near(&self, now: Instant, policy: &Policy) -> Option<Scope> {
        let scope = self.scope(now, policy.zone);
        let before = Scope { period: scope.period.previous(), ..scope.clone() };
        let next = Scope { kind: self.next_type(policy), ..scope };
        let unknown = |scope: &Scope| self.known.iter().all(|known| known.scope != *scope);
        [before, next].into_iter().find(unknown)
    }
}
