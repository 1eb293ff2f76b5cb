//! What becomes of the screen when something happens, and what it then asks for. Pure: the same model and message
//! always give the same, and nothing is done here.

mod act;
mod answer;
mod as_of;
mod batch;
mod evaluate;
mod import;
mod list;
mod measures;
mod mouse;
mod next_step;
mod rating;
mod sprint;
mod team;

use crossterm::event::KeyCode;

pub use act::{asks, confirm, refused, refused_here};
pub use as_of::go as go_as_of;
pub use batch::may_decide;
pub use batch::{hand_on, keep, out_of_reach, show_week};
pub use import::typed as import_of;
pub use list::{completions, open_list, show_view, sort_by};
pub use measures::export_report;
pub(in crate::tui) use next_step::may_check;
pub use team::may_edit;

use super::action::{Action, Screen};
use super::chord::Key;
use super::effect::{Effect, Load, Ticket};
use super::model::{Model, Pane, Tone};
use super::msg::{Input, Msg};
use super::popup::{Popup, Reply};
use super::screen::activity;
use crate::domain::field::Section;
use crate::domain::measure::sheet::Scope;
use crate::domain::time::MINUTE;

/// Takes a message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = take(model, msg);
    while !model.holds()
        && let Some(input) = model.held.pop_front()
    {
        effects.extend(on_input(model, &input));
    }
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(input) if model.holds() => {
            model.held.push_back(input);
            Vec::new()
        }
        Msg::Input(input) => on_input(model, &input),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            list::fill(model)
        }
        Msg::Tick(now) => on_tick(model, now),
        Msg::Answer(answer) => answer::take(model, answer),
        Msg::Seen => {
            if let Some(popup) = model.popups.last_mut() {
                popup.seen();
            }
            rating::seen(model);
            Vec::new()
        }
        Msg::Redraw => std::iter::once(Effect::Redraw).chain(refresh(model)).collect(),
    }
}

/// What the desk asks for when it opens.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let mut effects = show(model, model.screen);
    effects.push(Effect::Load(Load::Badges));
    effects.push(Effect::Load(Load::People));
    effects.push(Effect::Load(Load::Inbox));
    // Whoever leads looks at the measures, and those of a big store take a while to read.
    let leads = |role| Screen::of_role(role) != Screen::Mine;
    if model.screen != Screen::Measures && model.me.as_ref().is_some_and(|me| leads(me.role)) {
        let (ticket, scope) = ask_measures(model);
        model.measures.glance = Some(scope.clone());
        effects.push(Effect::Load(Load::Glance(ticket, scope)));
    }
    effects
}

/// Reads again what is shown: somebody else wrote, or time has changed what a filter lets through.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    (model.queue.stale, model.mine.stale) = (true, true);
    model.measures.forget();
    let mut effects = match model.screen {
        Screen::Queue | Screen::Mine => {
            let mut effects = list::again(model);
            if let Some(id) = model.list().and_then(|list| list.selected) {
                effects.push(Effect::Load(Load::Card(id)));
            }
            effects
        }
        Screen::Team => vec![load_team(model)],
        Screen::Activity => vec![load_activity(model, None)],
        Screen::Measures => {
            // What was begun before knows nothing of it.
            model.measures.glance = None;
            let effects = load_measures(model);
            model.measures.onward = false;
            effects
        }
        Screen::Batch => {
            let mut effects = vec![batch::load(model)];
            effects.extend(model.at_hand().map(|id| Effect::Load(Load::Card(id))));
            effects
        }
    };
    let at_hand = model.at_hand();
    model.cards.forget_all_but(at_hand);
    effects.push(Effect::Load(Load::Badges));
    effects.push(Effect::Load(Load::Inbox));
    effects
}

fn on_tick(model: &mut Model, now: crate::domain::time::Instant) -> Vec<Effect> {
    let minute = |at: crate::domain::time::Instant| at.0.div_euclid(MINUTE);
    if let Some(past) = &mut model.as_of {
        past.present = now;
        return Vec::new();
    }
    let new_minute = minute(model.now) != minute(now);
    model.now = now;
    if model.toast.as_ref().is_some_and(|toast| toast.until <= now) {
        model.toast = None;
    }
    // Time alone moves handoffs in and out of filters such as `breached`.
    if new_minute && model.list().is_some_and(|list| list.loaded) {
        refresh(model)
    } else {
        Vec::new()
    }
}

fn on_input(model: &mut Model, input: &Input) -> Vec<Effect> {
    if let Input::Key(key) = input {
        model.last_key = Some(*key);
    }
    if let Some(mut popup) = model.popups.pop() {
        let reply = popup.input(input, model);
        return settle(model, popup, reply);
    }
    match input {
        Input::Key(key) => {
            let offered = model.toast.take().and_then(|toast| toast.rates);
            match offered.and_then(|offered| rating::rates(model, offered, *key)) {
                Some(effects) => effects,
                None => on_key(model, *key),
            }
        }
        Input::Paste(text) => match model.list_mut() {
            Some(list) if list.typed.open => {
                list.typed.line.paste(text);
                list::typed(model)
            }
            _ => Vec::new(),
        },
        Input::Mouse(mouse) => mouse::on_mouse(model, *mouse),
    }
}

/// Carries out what a popup replied. The popup was taken from the stack.
fn settle(model: &mut Model, popup: Popup, reply: Reply) -> Vec<Effect> {
    let mut effects = reply.effects;
    if !reply.close {
        model.popups.push(popup);
    }
    if reply.close_below {
        model.popups.pop();
    }
    if let Some((tone, sentence)) = reply.tell {
        model.tell(tone, sentence);
    }
    if let Some(next) = reply.open {
        model.popups.push(next);
    }
    if let Some(action) = reply.run {
        effects.extend(perform(model, action));
    }
    effects
}

/// Opens a popup.
fn open(model: &mut Model, popup: Popup) -> Vec<Effect> {
    model.popups.push(popup);
    Vec::new()
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.list().is_some_and(|list| list.typed.open) {
        return list::on_filter_key(model, key);
    }
    match model.keys.action_on(key, model.screen) {
        Some(action) => perform(model, action),
        None => {
            if key.code != KeyCode::Null {
                let help = model.keys.shown(Action::Help).unwrap_or_default();
                let palette = model.keys.shown(Action::Palette).unwrap_or_default();
                let sentence = format!(
                    "{key} means nothing here; {help} shows the keys, {palette} finds a command."
                );
                model.tell(Tone::Notice, sentence);
            }
            Vec::new()
        }
    }
}

/// Does what a key means.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(effects) = batch::perform(model, action) {
        return effects;
    }
    if let Some(effects) = team::perform(model, action) {
        return effects;
    }
    match action {
        Action::Next => step(model, 1),
        Action::Previous => step(model, -1),
        Action::PageDown => step(model, page(model)),
        Action::PageUp => step(model, -page(model)),
        Action::First => end(model, false),
        Action::Last => end(model, true),
        Action::NextPane => next_pane(model, 1),
        Action::PreviousPane => next_pane(model, -1),
        Action::Open => open_at_hand(model),
        Action::Back => back(model),
        Action::NextSection => next_section(model, 1),
        Action::PreviousSection => next_section(model, -1),
        Action::Show(screen) => show(model, screen),
        Action::Filter | Action::Views | Action::SaveView | Action::Sort | Action::Reverse => {
            list::perform(model, action)
        }
        Action::Mark | Action::MarkAll => list::perform(model, action),
        Action::Sprint => sprint::toggle(model),
        Action::Palette => open(model, Popup::palette(model)),
        Action::Help => open(model, Popup::help()),
        Action::NewHandoff | Action::EditAccount | Action::Accounts | Action::Policy => {
            super::popup::front::open(action, model)
        }
        Action::Inbox if model.inbox.is_empty() => {
            model.tell(
                Tone::Notice,
                "Nothing waits for you: what you are told of stands here until you act.",
            );
            Vec::new()
        }
        Action::Inbox => open(model, Popup::inbox(model)),
        Action::Import => import::open(model),
        Action::Evaluate => evaluate::start(model),
        Action::AsOf => open(model, super::popup::forms::moment()),
        Action::Undo | Action::Redo if model.as_of.is_some() => {
            model.tell(Tone::Notice, crate::desk::over().to_string());
            Vec::new()
        }
        // Its gesture is there with its first rows, and would be taken back half.
        Action::Undo if model.importing.is_some() => {
            model.tell(Tone::Notice, "An import is running; undo waits until it has ended.");
            Vec::new()
        }
        Action::Undo => vec![model.write(super::effect::Write::Undo)],
        Action::Redo => vec![model.write(super::effect::Write::Redo)],
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        Action::Quit => import::before_quitting(model),
        Action::Yes | Action::No => Vec::new(),
        Action::PreviousPeriod
        | Action::NextPeriod
        | Action::Weekly
        | Action::NextType
        | Action::NextTeam
        | Action::Pack => measures::perform(model, action),
        Action::Export => measures::export(model),
        _ => act::perform(model, action),
    }
}

fn page(model: &Model) -> isize {
    isize::try_from(super::layout::list_rows(model)).unwrap_or(isize::MAX)
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.sprint.is_some() && model.list().is_some() {
        if by.abs() == 1 {
            return sprint::step(model, by);
        }
        scroll(model, by);
        return Vec::new();
    }
    match (model.screen, model.pane) {
        (Screen::Queue | Screen::Mine | Screen::Batch, Pane::Package) => {
            scroll(model, by);
            Vec::new()
        }
        (Screen::Queue | Screen::Mine, Pane::Clocks) => {
            let lines = model.card().map_or(0, |card| super::view::clocks::order(card).len());
            model.clock = model.clock.saturating_add_signed(by).min(lines.saturating_sub(1));
            Vec::new()
        }
        (Screen::Queue | Screen::Mine, Pane::List) => list::step(model, by),
        (Screen::Team, _) => {
            model.team.step(by);
            Vec::new()
        }
        (Screen::Activity, _) => {
            model.activity.step(by);
            read_on(model)
        }
        (Screen::Measures, _) => {
            model.measures.step(by);
            Vec::new()
        }
        (Screen::Batch, _) => batch::step(model, by),
    }
}

/// Scrolls the package, not past its end.
fn scroll(model: &mut Model, by: isize) {
    let most = super::view::package::overflow(model);
    model.scroll = model.scroll.saturating_add_signed(by).min(most);
}

fn end(model: &mut Model, last: bool) -> Vec<Effect> {
    match (model.screen, model.pane) {
        (Screen::Queue | Screen::Mine, Pane::List) => list::end(model, last),
        _ => step(model, if last { isize::MAX } else { isize::MIN }),
    }
}

fn next_pane(model: &mut Model, by: isize) -> Vec<Effect> {
    let panes = super::layout::panes(model);
    let at = panes.iter().position(|pane| *pane == model.pane).unwrap_or(0);
    let next = (at as isize + by).rem_euclid(panes.len() as isize) as usize;
    if let Some(pane) = panes.get(next)
        && (model.list().is_some() || model.screen == Screen::Batch)
    {
        model.pane = *pane;
    }
    Vec::new()
}

fn next_section(model: &mut Model, by: isize) -> Vec<Effect> {
    let all = Section::ALL;
    let at = all.iter().position(|section| *section == model.section).unwrap_or(0);
    let next = (at as isize + by).rem_euclid(all.len() as isize) as usize;
    let package = model.list().is_some() || model.screen == Screen::Batch;
    if let Some(section) = all.get(next).filter(|_| package) {
        show_section(model, *section);
    }
    Vec::new()
}

/// Shows a section of the package from its top.
fn show_section(model: &mut Model, section: Section) {
    model.section = section;
    model.scroll = 0;
}

fn open_at_hand(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Queue | Screen::Mine if model.pane == Pane::Clocks && !model.full => {
            act::perform(model, Action::Why)
        }
        Screen::Mine if model.does_steps() => next_step::perform(model),
        Screen::Queue | Screen::Mine
            if model.list().is_some_and(|list| list.selected.is_some()) =>
        {
            model.full = !model.full;
            model.pane = if model.full { Pane::Package } else { Pane::List };
            model.scroll = model.scroll.min(super::view::package::overflow(model));
            Vec::new()
        }
        Screen::Batch if model.batch.selected.is_some() => {
            model.full = !model.full;
            model.pane = if model.full { Pane::Package } else { Pane::List };
            model.scroll = 0;
            batch::card(model)
        }
        Screen::Team => match model.team.row() {
            Some(member) => {
                let filter = format!("owner:{}", quoted(&member.person.name));
                open_list(model, &filter)
            }
            None => Vec::new(),
        },
        Screen::Measures => match model.measures.behind(&model.policy) {
            Some(filter) => open_list(model, &filter),
            None => Vec::new(),
        },
        Screen::Activity => match model.activity.row().and_then(|row| row.handoff) {
            Some(id) => open_list(model, &id.to_string()),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A name as one value of the filter language.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = as_of::stay(model) {
        return effects;
    }
    if model.sprint.is_some() {
        sprint::end(model);
        return Vec::new();
    }
    if model.full {
        model.full = false;
        model.pane = Pane::List;
        return Vec::new();
    }
    if (model.list().is_some() || model.screen == Screen::Batch) && model.pane != Pane::List {
        model.pane = Pane::List;
        return Vec::new();
    }
    if let Some(effects) = as_of::leave(model) {
        return effects;
    }
    list::clear(model)
}

/// Shows a screen.
fn show(model: &mut Model, screen: Screen) -> Vec<Effect> {
    if !Screen::BUILT.contains(&screen) {
        let sentence = format!("{} is not part of this version.", screen.title());
        model.tell(Tone::Notice, sentence);
        return Vec::new();
    }
    model.screen = screen;
    model.sprint = None;
    model.full = false;
    model.pane = Pane::List;
    model.scroll = 0;
    match screen {
        Screen::Team => vec![load_team(model)],
        Screen::Batch => {
            let mut effects = vec![batch::load(model)];
            effects.extend(batch::card(model));
            effects
        }
        Screen::Activity => vec![load_activity(model, None)],
        Screen::Measures => load_measures(model),
        _ => {
            if let Some(list) = model.list() {
                model.section = list.view.preview;
            }
            list::shown(model)
        }
    }
}

fn load_measures(model: &mut Model) -> Vec<Effect> {
    let scope = model.measures.scope(model.now, model.policy.zone);
    // What is known is drawn with the key, and read anew behind it.
    model.measures.show_known(&scope);
    model.measures.onward = true;
    let comes = model.measures.sheet.is_none() && model.measures.waiting.is_some();
    if model.measures.glance.take().is_some_and(|glance| comes && glance == scope) {
        // It is being read since the desk was opened; whoever asks once more has it read anew.
        return Vec::new();
    }
    let (ticket, scope) = ask_measures(model);
    vec![Effect::Load(Load::Measures(ticket, scope))]
}

/// Reads what the next key may ask for, one after the other: in a big store figures take longer than a key should wait.
fn measures_ahead(model: &mut Model) -> Vec<Effect> {
    let measures = &model.measures;
    let busy = measures.waiting.is_some() || measures.ahead.is_some();
    if model.screen != Screen::Measures || !measures.onward || busy || model.as_of.is_some() {
        return Vec::new();
    }
    let Some(scope) = measures.near(model.now, &model.policy) else { return Vec::new() };
    let ticket = model.next_ticket();
    model.measures.ahead = Some(ticket);
    vec![Effect::Load(Load::Glance(ticket, scope))]
}

fn ask_measures(model: &mut Model) -> (Ticket, Scope) {
    let ticket = model.next_ticket();
    let (now, zone) = (model.now, model.policy.zone);
    let scope = model.measures.scope(now, zone);
    model.measures.waiting = Some(ticket);
    (ticket, scope)
}

fn load_team(model: &mut Model) -> Effect {
    let ticket = model.next_ticket();
    model.team.waiting = Some(ticket);
    Effect::Load(Load::Team(ticket))
}

fn load_activity(model: &mut Model, before: Option<i64>) -> Effect {
    let ticket = model.next_ticket();
    model.activity.waiting = Some((ticket, before));
    Effect::Load(Load::Activity { before, limit: activity::PAGE, ticket })
}

/// Reads the record further back when the cursor comes near the end of what is there.
fn read_on(model: &mut Model) -> Vec<Effect> {
    match model.activity.lacks(super::layout::list_rows(model)) {
        Some(last) => vec![load_activity(model, Some(last))],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
