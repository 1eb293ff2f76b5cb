//! Accounts that the criteria want looked at: to discuss, to research, held back by a cap, ready. They have no handoff,
//! so no list of handoffs shows them. Enter shows why and what is missing, and what can be done about it.

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{EditAccount, Front, FrontAnswer, FrontLoad, LetThrough, NewHandoff};
use crate::desk::{HeldBack, Volume};
use crate::domain::account::Account;
use crate::domain::say;
use crate::store::{Look, Looked};
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::form::list::{groups, narrowed};
use crate::tui::form::panel::{self, Hint};
use crate::tui::form::picker::{Choice, Picked, Picker};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::popup::page::{self, Reading};
use crate::tui::popup::{Popup, Reply};
use crate::tui::text::{cell, label, wrapped};

/// Columns of the list.
const WIDTH: u16 = 110;
/// Its rows.
const ROWS: usize = 16;
/// So many that a cap holds back are listed for a type; the rest are counted.
const MOST: usize = 500;
/// Rows kept for what is told of the account at hand.
const TOLD: usize = 3;

/// A list of accounts, and the one that is looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Accounts {
    look: Look,
    picker: Picker,
    total: Option<u64>,
    /// What the monthly caps have let through, a line each.
    caps: Vec<String>,
    waiting: Ticket,
    /// The account that is read, with its receipt once it has come and the line at its top.
    open: Option<Opened>,
}

#[derive(Clone, PartialEq, Debug)]
struct Opened {
    waiting: Ticket,
    told: Option<(Account, Vec<String>)>,
    at: usize,
}

impl Accounts {
    /// A list, and the question to the worker for it.
    pub fn open(look: Look, model: &mut Model) -> (Front, Vec<Effect>) {
        let waiting = model.next_ticket();
        let picker = Picker::new(Vec::new());
        let accounts = Self { look, picker, total: None, caps: Vec::new(), waiting, open: None };
        let load = Effect::Load(Load::Front(waiting, FrontLoad::Accounts(look)));
        (Front::Accounts(Box::new(accounts)), vec![load])
    }

    pub(super) const fn awaits(&self) -> bool {
        self.total.is_none() || matches!(&self.open, Some(Opened { told: None, .. }))
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        if self.open.is_some() {
            return self.reading(input, model);
        }
        if let Input::Key(key) = input
            && key.code == KeyCode::Tab
        {
            return self.turn(if key.shift { -1 } else { 1 }, model);
        }
        match self.picker.input(input, true) {
            Picked::Stay => Reply::keep(),
            Picked::Close => Reply::close(),
            Picked::Quit => Reply::run(Action::Quit),
            Picked::Take => self.chosen(model),
        }
    }

    /// Shows the next list, or the one before.
    fn turn(&mut self, by: isize, model: &mut Model) -> Reply {
        let at = Look::ALL.iter().position(|look| *look == self.look).unwrap_or_default();
        let count = Look::ALL.len() as isize;
        let next = (at as isize + by).rem_euclid(count) as usize;
        let Some(look) = Look::ALL.get(next) else { return Reply::keep() };
        let (popup, effects) = Self::open(*look, model);
        if let Front::Accounts(accounts) = popup {
            *self = *accounts;
        }
        Reply { effects, ..Reply::keep() }
    }

    fn chosen(&mut self, model: &mut Model) -> Reply {
        let Some(id) = self.picker.hand().and_then(|choice| choice.key.parse().ok()) else {
            return Reply::keep();
        };
        let waiting = model.next_ticket();
        self.open = Some(Opened { waiting, told: None, at: 0 });
        Reply::ask(Effect::Load(Load::Front(waiting, FrontLoad::Account(id))))
    }

    /// An input while the receipt of an account is read.
    fn reading(&mut self, input: &Input, model: &mut Model) -> Reply {
        let Some(open) = &mut self.open else { return Reply::keep() };
        match page::reading(model, input, Action::Accounts) {
            Reading::Close => self.open = None,
            Reading::Scroll(by) => {
                let lines = lines(open, model).len();
                open.at = page::scrolled(model, open.at, by, lines);
            }
            Reading::Other(action) => {
                let Some((account, _)) = &open.told else { return Reply::keep() };
                let popup = match action {
                    // The list stays below, for the next one.
                    Action::Submit if self.look == Look::Held => {
                        return Reply::open(Popup::Front(Box::new(LetThrough::open(account))));
                    }
                    Action::NewHandoff => NewHandoff::open(model, Some(account)),
                    Action::Edit | Action::EditAccount => EditAccount::open(model, account.clone()),
                    _ => return Reply::keep(),
                };
                return Reply { close: true, ..Reply::open(Popup::Front(Box::new(popup))) };
            }
            Reading::Nothing => {}
        }
        Reply::keep()
    }

    pub(super) fn answer(&mut self, answer: &Answer, model: &mut Model) -> Reply {
        match answer {
            Answer::Front(ticket, FrontAnswer::Accounts(_, rows, total))
                if *ticket == self.waiting =>
            {
                self.picker.replace(rows.iter().map(|row| choice(row, self.look, model)).collect());
                self.total = Some(*total);
            }
            Answer::Front(ticket, FrontAnswer::Held(types)) if *ticket == self.waiting => {
                self.picker.replace(types.iter().flat_map(held).collect());
                self.total = Some(types.iter().map(|one| one.held_back.len() as u64).sum());
                self.caps = types.iter().map(Volume::told).collect();
            }
            // One was let through: what is held back now is another list.
            Answer::Done(..) if self.look == Look::Held => {
                self.open = None;
                self.waiting = model.next_ticket();
                let load = Load::Front(self.waiting, FrontLoad::Accounts(self.look));
                return Reply::ask(Effect::Load(load));
            }
            Answer::Front(ticket, FrontAnswer::Account(account, receipt)) => {
                if let Some(open) = self.open.as_mut().filter(|open| open.waiting == *ticket) {
                    open.told = Some((account.as_ref().clone(), receipt.clone()));
                }
            }
            Answer::Front(ticket, FrontAnswer::Failed(why)) => {
                let of_list = *ticket == self.waiting;
                if of_list || self.open.as_ref().is_some_and(|open| open.waiting == *ticket) {
                    let tell = Some((crate::tui::model::Tone::Bad, why.clone()));
                    return Reply { tell, ..Reply::close() };
                }
            }
            _ => {}
        }
        Reply::keep()
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        let theme = &model.theme;
        if let Some(open) = &self.open {
            let title = match &open.told {
                Some((account, _)) => format!("{} {}", account.id, account.name),
                None => "Account".to_owned(),
            };
            let key = |action| model.keys.shown(action).unwrap_or_default();
            let mut hints = Vec::new();
            if self.look == Look::Held {
                hints.push(Hint::new(key(Action::Submit), "let it through the cap"));
            }
            hints.push(Hint::new(key(Action::NewHandoff), "new handoff"));
            hints.push(Hint::new(key(Action::Edit), "edit the account"));
            hints.extend(page::hints(model));
            return page::draw(
                model,
                memory,
                frame,
                (&title, WIDTH),
                lines(open, model),
                open.at,
                &hints,
            );
        }
        let columns = panel::columns(screen, WIDTH);
        let title = match self.total {
            Some(total) => format!("{} · {}", self.look.title(), say::thousands(total)),
            None => self.look.title().to_owned(),
        };
        let hints = [
            Hint::new("↑↓", "choose"),
            Hint::new("Enter", "why"),
            Hint::new("Tab", "next list"),
            Hint::new("Esc", "close"),
        ];
        let height = usize::from(screen.height.saturating_sub(6)).clamp(1, ROWS);
        let rows = self.picker.choices().len() + groups(&self.picker);
        let rows = rows.clamp(1, height.saturating_sub(TOLD).max(1));
        let room =
            panel::draw(&title, &hints, (WIDTH, rows + 1 + TOLD), memory, frame, screen, theme);
        let shown = usize::from(room.height).saturating_sub(1 + TOLD).max(1);
        let mut sheet = narrowed(&self.picker, columns, shown, &mut memory.popup_top, theme);
        if self.picker.choices().is_empty() {
            sheet.rows.truncate(1);
        }
        match self.total {
            None => sheet.tell("The accounts are being read.", columns, TOLD, theme.muted),
            Some(0) => {
                sheet.tell(self.look.empty(), columns, TOLD, theme.muted);
                for cap in &self.caps {
                    sheet.tell(cap, columns, TOLD, theme.text());
                }
            }
            Some(_) => {
                for why in self.picker.hand().into_iter().flat_map(|choice| &choice.why) {
                    sheet.tell(why, columns, TOLD, theme.text());
                }
            }
        }
        sheet.draw(memory, frame, room, theme);
    }
}

fn choice(row: &Looked, look: Look, model: &Model) -> Choice {
    let kind = row.kind.as_deref().and_then(|key| model.policy.kind(key));
    let what = match look {
        Look::Held | Look::Handoff => kind.map_or(String::new(), |kind| kind.label.clone()),
        Look::Discuss | Look::Research => format!("missing {}", row.missing.join("; ")),
    };
    Choice {
        key: row.account.to_string(),
        label: row.company.clone(),
        detail: format!("tier {} · score {} · {what}", row.tier, row.score),
        also: row.account.to_string(),
        why: vec![format!("{}: {}", row.rule, row.reason)],
        ..Choice::default()
    }
}

/// What the cap of a type holds back, the next to come first.
fn held(kind: &Volume) -> Vec<Choice> {
    let choice = |(n, held): (usize, &HeldBack)| Choice {
        key: held.account.to_string(),
        label: held.company.clone(),
        detail: format!(
            "tier {} · score {}{}",
            held.tier,
            held.score,
            if n == 0 { " · next to come" } else { "" }
        ),
        also: format!("{} {}", held.account, kind.label),
        group: kind.told(),
        why: vec![format!("Held back: {}.", held.why)],
        ..Choice::default()
    };
    kind.held_back.iter().take(MOST).enumerate().map(choice).collect()
}

fn lines(open: &Opened, model: &Model) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some((_, receipt)) = &open.told else {
        return vec![Line::from(label("The account is being read.", theme.muted))];
    };
    let columns = page::columns(model, WIDTH);
    let lines = receipt.iter().flat_map(|line| wrapped(line, columns, 20));
    lines.map(|line| Line::from(cell(&line, theme.text()))).collect()
}
