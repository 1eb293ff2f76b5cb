//! The deadline ledger (`DOMAIN.md 13.1`): the sum behind a clock's due time – windows counted, days without hours by
//! name, pauses with who and why, the zone – what comes next, and the rule that flagged the handoff.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Line as Row;

use chrono_tz::Tz;

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::domain::calendar::Calendar;
use crate::domain::clock::Clock;
use crate::domain::due::Ledger;
use crate::domain::ids::HandoffId;
use crate::domain::policy::Hears;
use crate::domain::say;
use crate::domain::span;
use crate::domain::time::Instant;
use crate::tui::action::{Action, Screen};
use crate::tui::answer::{Answer, Card, Line};
use crate::tui::effect::{Effect, Load};
use crate::tui::form::panel::Hint;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::text::{cell, gap, padded, padded_start, wrapped};
use crate::tui::view::clocks::order;

/// Columns of the ledger.
const COLUMNS: u16 = 88;
/// Columns of the labels.
const LABELS: usize = 10;
/// Columns of a length of time.
const LENGTHS: usize = 24;

/// The sum behind one clock of a handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerOf {
    handoff: HandoffId,
    /// Which of the clocks, in the order in which they are shown.
    clock: usize,
    at: usize,
    /// The rule that flagged it, with its evidence, as it was kept; and what the criteria say now. None while they are
    /// looked up.
    receipt: Option<(Option<Vec<String>>, Vec<String>)>,
    /// Whom the desk proposes and why, where somebody is to take it; none while it is looked up.
    routing: Option<Vec<String>>,
}

impl Popup {
    /// The sum behind the clock at hand in the clocks pane, or behind the one that is due next; and the question to the
    /// worker why the handoff was flagged.
    #[must_use]
    pub fn ledger(model: &Model) -> Option<(Self, Effect)> {
        let card = model.card()?;
        let active = model.pane == crate::tui::model::Pane::Clocks;
        let clock = if active { model.clock } else { 0 };
        let handoff = card.handoff.id;
        let ledger = LedgerOf { handoff, clock, at: 0, receipt: None, routing: None };
        Some((Self::Ledger(ledger), Effect::Load(Load::Receipt(handoff, card.account.id))))
    }
}

impl LedgerOf {
    /// Whether part of it is still looked up.
    pub(super) const fn awaits(&self) -> bool {
        self.receipt.is_none()
    }

    pub(super) fn input(&mut self, input: &Input, model: &Model) -> Reply {
        let clocks = model.cards.get(self.handoff).map_or(0, |card| order(card).len());
        match page::reading(model, input, Action::Why) {
            Reading::Close => return Reply::close(),
            Reading::Scroll(by) => {
                let lines = self.lines(model, page::columns(model, COLUMNS)).len();
                self.at = page::scrolled(model, self.at, by, lines);
            }
            Reading::Other(Action::NextSection | Action::NextPane) if clocks > 0 => {
                (self.clock, self.at) = ((self.clock + 1) % clocks, 0);
            }
            Reading::Other(Action::PreviousSection | Action::PreviousPane) if clocks > 0 => {
                (self.clock, self.at) = ((self.clock + clocks - 1) % clocks, 0);
            }
            Reading::Other(_) | Reading::Nothing => {}
        }
        Reply::keep()
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        if let Answer::Receipt(of, kept, lines) = answer
            && *of == self.handoff
        {
            self.receipt = Some((kept.clone(), lines.clone()));
            // Whom the desk proposes is looked up next, and told below.
            return Reply::ask(Effect::Load(Load::Routing(self.handoff)));
        }
        if let Answer::Routing(of, lines) = answer
            && *of == self.handoff
        {
            self.routing = Some(lines.clone());
        }
        Reply::keep()
    }

    pub(super) fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
        let lines = self.lines(model, page::columns(model, COLUMNS));
        let clock =
            model.cards.get(self.handoff).and_then(|card| order(card).get(self.clock).copied());
        let title = match clock {
            Some(line) => format!("Why {} · {}", line.name, self.handoff),
            None => format!("Why · {}", self.handoff),
        };
        let key = |action| model.keys.shown(action).unwrap_or_default();
        let others = format!("{} {}", key(Action::PreviousSection), key(Action::NextSection));
        let mut hints = page::hints(model);
        hints.insert(0, Hint::new(others, "other clocks"));
        page::draw(model, memory, frame, (&title, COLUMNS), lines, self.at, &hints);
    }

    fn lines(&self, model: &Model, columns: usize) -> Vec<Row<'static>> {
        let mut told = Told { model, columns, lines: Vec::new() };
        let Some(card) = model.cards.get(self.handoff) else {
            told.say("", "The handoff is being read.", model.theme.muted);
            return told.lines;
        };
        // In the batch the question is whom it goes to; elsewhere, by when.
        let batch = model.screen == Screen::Batch;
        if batch {
            self.proposed(&mut told);
        }
        match order(card).get(self.clock) {
            Some(line) if batch => {
                told.head(&format!("Why {}", line.name));
                told.clock(card, line);
            }
            Some(line) => told.clock(card, line),
            None => told.say("", "This handoff has no clock.", model.theme.muted),
        }
        if !batch {
            self.proposed(&mut told);
        }
        if let Some((kept, now)) = &self.receipt {
            told.head("Why it was flagged");
            match kept {
                Some(kept) => kept.iter().for_each(|line| told.prose(line)),
                None => told.prose("By hand: a person made it, not the criteria."),
            }
            told.head("What the criteria say now");
            now.iter().for_each(|line| told.prose(line));
        }
        told.lines
    }

    /// Whom the desk proposes and why.
    fn proposed(&self, told: &mut Told<'_>) {
        if let Some(lines) = self.routing.as_ref().filter(|lines| !lines.is_empty()) {
            told.head("Whom the desk proposes");
            lines.iter().for_each(|line| told.prose(line));
        }
    }
}

/// The text as it grows.
struct Told<'m> {
    model: &'m Model,
    columns: usize,
    lines: Vec<Row<'static>>,
}

impl Told<'_> {
    fn head(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Row::default());
        }
        self.lines.push(Row::from(cell(title, self.model.theme.brand)));
    }

    fn say(&mut self, label: &str, text: &str, style: Style) {
        let room = self.columns.saturating_sub(LABELS + 2);
        for (n, line) in wrapped(text, room, 20).into_iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            self.lines.push(Row::from(vec![
                padded(label, LABELS, self.model.theme.muted),
                gap(2),
                cell(&line, style),
            ]));
        }
    }

    fn prose(&mut self, text: &str) {
        let lines = wrapped(text, self.columns, 20).into_iter();
        self.lines.extend(lines.map(|line| Row::from(cell(&line, self.model.theme.text()))));
    }

    /// A line of the sum: when, and how much of it counts.
    fn count(&mut self, label: &str, when: &str, length: &str, style: Style) {
        let room = self.columns.saturating_sub(LABELS + 4 + LENGTHS);
        self.lines.push(Row::from(vec![
            padded(label, LABELS, self.model.theme.muted),
            gap(2),
            padded(when, room, style),
            gap(2),
            padded_start(length, LENGTHS, style),
        ]));
    }

    fn clock(&mut self, card: &Card, line: &Line) {
        let theme = &self.model.theme;
        let Some(clock) = &line.clock else {
            self.say("owes", &line.owes, theme.text());
            self.say("promised", &format!("{}, once it starts", line.target), theme.text());
            return;
        };
        let calendar = self.model.policy.calendar(&clock.calendar);
        let always = clock.calendar == Calendar::ALWAYS;
        // Around the clock there is no zone to tell but the reader's own.
        let zone = calendar.filter(|_| !always).map_or(self.model.zone, Calendar::zone);
        let hours = if always {
            "around the clock".to_owned()
        } else {
            format!("in the hours of \"{}\", {}", clock.calendar, zone.name())
        };
        self.say("owes", &line.owes, theme.text());
        self.say("promised", &format!("{}, {hours}", line.target), theme.text());
        if clock.leg > 1 {
            self.say("leg", &format!("{}, it started anew", clock.leg), theme.text());
        }
        match &line.ledger {
            Some(Ok(ledger)) => self.sum(card, ledger, zone),
            Some(Err(why)) => self.say("sum", why, theme.notice),
            None => {}
        }
        self.next(card, clock, zone);
    }

    fn sum(&mut self, card: &Card, ledger: &Ledger, zone: Tz) {
        let theme = &self.model.theme;
        self.head("The sum");
        self.count("started", &say::moment(ledger.from, zone), "", theme.text());
        // Steps and days off in the order of time.
        let mut lines: Vec<(Instant, String, String, String, Style)> = Vec::new();
        for step in &ledger.steps {
            let when = between(step.open, step.close, zone);
            lines.push((
                step.open,
                "counted".into(),
                when,
                span::words(step.counted_ms),
                theme.text(),
            ));
        }
        for day in &ledger.skipped {
            let midnight = day.date.and_hms_opt(0, 0, 0).unwrap_or_default();
            let at =
                midnight.and_local_timezone(zone).earliest().map(|at| Instant::from_datetime(&at));
            let at = at.unwrap_or_else(|| Instant::from_datetime(&midnight.and_utc()));
            lines.push((
                at,
                "skipped".into(),
                say::day(day.date),
                day.why.to_string(),
                theme.muted,
            ));
        }
        for pause in &ledger.paused {
            let when = between(pause.from, pause.to, zone);
            let length = format!("− {}", span::words(pause.counted_ms));
            lines.push((pause.from, "paused".into(), when, length, theme.notice));
            let who =
                pause.by.and_then(|by| card.names.get(&by)).map_or("the desk", String::as_str);
            lines.push((
                pause.from,
                String::new(),
                format!("{who}: {}", pause.reason),
                String::new(),
                theme.muted,
            ));
        }
        lines.sort_by_key(|line| line.0);
        for (_, label, when, length, style) in lines {
            self.count(&label, &when, &length, style);
        }
        self.count("adds up to", "", &span::words(ledger.total_ms()), theme.strong);
        if let Some(why) = &ledger.short_notice {
            self.say("note", why, theme.notice);
        }
    }

    /// The next three instants: warning, breach, escalation.
    fn next(&mut self, card: &Card, clock: &Clock, zone: Tz) {
        let theme = &self.model.theme;
        self.head("What comes of it");
        let policy = &self.model.policy;
        let kind = policy.kind(&card.handoff.kind);
        let rules = kind.and_then(|kind| kind.escalation.as_ref()).unwrap_or(&policy.escalation);
        self.instant("warning", clock.warn, clock, &rules.warn, zone, theme.warned);
        self.instant("due", clock.due, clock, &rules.breach, zone, theme.strong);
        for (after, hear) in &rules.after {
            self.instant("escalates", clock.due.plus(*after), clock, hear, zone, theme.breached);
        }
    }

    fn instant(
        &mut self,
        label: &str,
        at: Instant,
        clock: &Clock,
        hear: &[Hears],
        zone: Tz,
        style: Style,
    ) {
        let now = self.model.now;
        let far = match at.since(now) {
            // What stands still is due no moment sooner for time passing.
            _ if !clock.is_open() || clock.held_since().is_some() => String::new(),
            left if left > 0 => format!("in {}", span::words(left)),
            past => format!("{} ago", span::words(past)),
        };
        self.count(label, &say::moment(at, zone), &far, style);
        if !hear.is_empty() {
            let names: Vec<_> = hear.iter().map(|hears| hears_name(*hears)).collect();
            let verb = if hear.len() == 1 { "is told" } else { "are told" };
            self.say("", &format!("{} {verb}", say::all(&names)), self.model.theme.muted);
        }
    }
}

const fn hears_name(hears: Hears) -> &'static str {
    match hears {
        Hears::Owner => "whoever owes it",
        Hears::Manager => "their manager",
        Hears::VpSales => "the VP of Sales",
        Hears::VpMarketing => "the VP of Marketing",
    }
}

/// A stretch of time: the day once, where it begins and ends on one.
fn between(from: Instant, to: Instant, zone: Tz) -> String {
    let (from, to) = (from.utc().with_timezone(&zone), to.utc().with_timezone(&zone));
    let start = from.format("%a %-d %b %H:%M");
    // The end of a day is told as its 24:00, not as the next day's 00:00.
    let last = to - chrono::TimeDelta::milliseconds(1);
    if last.date_naive() == from.date_naive() {
        let end = if to.date_naive() == from.date_naive() {
            to.format("%H:%M").to_string()
        } else {
            "24:00".to_owned()
        };
        format!("{start} – {end}")
    } else {
        format!("{start} – {}", to.format("%a %-d %b %H:%M"))
    }
}
