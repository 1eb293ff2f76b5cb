//! Lists of handoffs: moving, filtering, sorting, marking, and keeping the window filled around the row at hand.

use crossterm::event::KeyCode;

use super::open;
use crate::domain::filter::{self, Completions};
use crate::domain::ids::HandoffId;
use crate::domain::queue::Edge;
use crate::domain::view::{Sort, SortKey, View};
use crate::tui::action::{Action, Screen};
use crate::tui::chord::Key;
use crate::tui::effect::{Effect, Load};
use crate::tui::layout::list_rows;
use crate::tui::model::{Model, Pane, Tone};
use crate::tui::popup::Popup;
use crate::tui::screen::list::{How, Waiting};

/// Handoffs that `mark all` marks at most; one transaction of more keeps others waiting.
const MOST_MARKED: usize = 500;

/// Asks for a page of the list that is shown.
fn load(model: &mut Model, edge: Edge, how: How, limit: usize) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let (me, now, zone, screen) = (model.my_id(), model.now, model.zone, model.screen);
    let screenful = list_rows(model);
    let Some(list) = model.list_mut() else { return Vec::new() };
    list.waiting = Some(Waiting { ticket, how, since: now });
    let keep = list.selected.filter(|_| how == How::Replace);
    let query = list.query(me, now, zone);
    let ahead = !list.misses(screenful);
    vec![Effect::Load(Load::Page { screen, query, edge, limit, keep, ahead, ticket })]
}

/// Counts the list that is shown.
fn count(model: &mut Model) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let (me, now, zone, screen) = (model.my_id(), model.now, model.zone, model.screen);
    let Some(list) = model.list_mut() else { return Vec::new() };
    list.counting = Some(ticket);
    let query = list.query(me, now, zone);
    vec![Effect::Load(Load::Count { screen, query, ticket })]
}

/// Another filter or view is in force: the list begins anew. The rows of the first screen come first; what lies below
/// is read on while they are looked at.
fn anew(model: &mut Model) -> Vec<Effect> {
    let limit = list_rows(model);
    let mut effects = load(model, Edge::First, How::ToFirst, limit);
    effects.extend(count(model));
    effects
}

/// Reads the window again where it is.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let screenful = list_rows(model);
    let Some(list) = model.list() else { return Vec::new() };
    // What was asked for and has not come must still come; a window that is read on is read whole instead.
    let how = match list.waiting.map(|waiting| waiting.how) {
        Some(how @ (How::ToFirst | How::ToLast)) => how,
        _ => How::Replace,
    };
    let (edge, limit) = match how {
        How::ToFirst => (Edge::First, screenful),
        How::ToLast => (Edge::Last, screenful),
        _ => list.again(screenful),
    };
    let mut effects = load(model, edge, how, limit);
    effects.extend(count(model));
    effects
}

/// A screen with a list is shown.
pub(super) fn shown(model: &mut Model) -> Vec<Effect> {
    if model.list().is_some_and(|list| list.loaded) { again(model) } else { anew(model) }
}

/// Reads on where the window lacks rows around the one at hand.
pub(super) fn fill(model: &mut Model) -> Vec<Effect> {
    let screenful = list_rows(model);
    match model.list() {
        Some(list) if list.waiting.is_none() && list.loaded => match list.lacks(screenful) {
            Some((edge, how, limit)) => load(model, edge, how, limit),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Another handoff is at hand: what is shown of it, and of those that may come next.
pub(super) fn at_hand(model: &mut Model) -> Vec<Effect> {
    model.scroll = 0;
    model.clock = 0;
    let mut effects = card(model);
    // What a write left at hand is what is waited for now; if it is known there is nothing to wait for.
    let awaited = model.row().map(|row| row.id).filter(|_| !effects.is_empty());
    model.settling = model.settling.take().and_then(|(_, since)| Some((awaited?, since)));
    effects.extend(ahead(model));
    effects.extend(super::sprint::proposals(model));
    effects
}

/// Asks for what is shown of the handoff at hand, if it is not known as it is now.
pub(super) fn card(model: &Model) -> Vec<Effect> {
    let Some(row) = model.row() else { return Vec::new() };
    let known = model.cards.get(row.id).is_some_and(|card| card.handoff.version >= row.version);
    if known { Vec::new() } else { vec![Effect::Load(Load::Card(row.id))] }
}

/// Asks for the neighbours of the handoff at hand, for when there is nothing else to do.
fn ahead(model: &Model) -> Vec<Effect> {
    let Some((list, at)) = model.list().and_then(|list| Some((list, list.index()?))) else {
        return Vec::new();
    };
    let near = [at.checked_add(1), at.checked_sub(1), at.checked_add(2)];
    let ids: Vec<HandoffId> = near
        .into_iter()
        .flatten()
        .filter_map(|at| list.page.rows.get(at))
        .filter(|row| model.cards.get(row.id).is_none_or(|card| card.handoff.version < row.version))
        .map(|row| row.id)
        .collect();
    if ids.is_empty() { Vec::new() } else { vec![Effect::Load(Load::Ahead(ids))] }
}

/// Goes so many rows down, or up.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(list) = model.list_mut() else { return Vec::new() };
    let before = list.selected;
    list.step(by);
    let moved = list.selected != before;
    // What is looked at is asked for before what may be: the worker begins with the first.
    let mut effects = if moved { at_hand(model) } else { Vec::new() };
    effects.extend(fill(model));
    effects
}

/// Goes to the first row, or the last, of the whole list.
pub(super) fn end(model: &mut Model, last: bool) -> Vec<Effect> {
    let limit = list_rows(model);
    match model.list() {
        Some(list) if last && list.page.after => load(model, Edge::Last, How::ToLast, limit),
        Some(list) if !last && list.page.before => load(model, Edge::First, How::ToFirst, limit),
        _ => step(model, if last { isize::MAX } else { isize::MIN }),
    }
}

/// Puts a handoff of the window at hand.
pub(super) fn select(model: &mut Model, id: HandoffId) -> Vec<Effect> {
    model.pane = Pane::List;
    let Some(list) = model.list_mut().filter(|list| list.selected != Some(id)) else {
        return Vec::new();
    };
    list.select(id);
    let mut effects = at_hand(model);
    effects.extend(fill(model));
    effects
}

/// Does what a key about the list means.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.list().is_none() {
        let screen = model.screen.title();
        model.tell(
            Tone::Notice,
            format!("{screen} has no list of handoffs; go to the queue for that."),
        );
        return Vec::new();
    }
    match action {
        Action::Views => {
            let popup = Popup::views(model);
            return open(model, popup);
        }
        Action::SaveView => {
            let popup = Popup::save_view(model);
            return open(model, popup);
        }
        Action::Sort => {
            let popup = Popup::sort(model);
            return open(model, popup);
        }
        Action::MarkAll => return mark_all(model),
        _ => {}
    }
    let Some(list) = model.list_mut() else { return Vec::new() };
    match action {
        Action::Filter => {
            list.typed.open = true;
            model.full = false;
            model.pane = Pane::List;
            Vec::new()
        }
        Action::Reverse => {
            let sort = list.sort.reversed();
            sort_by(model, sort)
        }
        Action::Mark => {
            list.mark();
            step(model, 1)
        }
        _ => Vec::new(),
    }
}

fn mark_all(model: &mut Model) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let (me, now, zone, screen) = (model.my_id(), model.now, model.zone, model.screen);
    let Some(list) = model.list_mut() else { return Vec::new() };
    if list.loaded && !list.page.before && !list.page.after {
        let rows = std::mem::take(&mut list.page.rows);
        list.mark_all(&rows);
        list.page.rows = rows;
        return Vec::new();
    }
    list.marking = Some(ticket);
    let query = list.query(me, now, zone);
    vec![Effect::Load(Load::Marks { screen, query, limit: MOST_MARKED, ticket })]
}

/// Sorts the list.
pub fn sort_by(model: &mut Model, sort: Sort) -> Vec<Effect> {
    let limit = list_rows(model);
    let Some(list) = model.list_mut() else { return Vec::new() };
    list.sort = sort;
    load(model, Edge::First, How::ToFirst, limit)
}

/// Sorts by the head of a column; the same head again turns the order around.
pub(super) fn sort_by_head(model: &mut Model, key: SortKey) -> Vec<Effect> {
    let Some(list) = model.list() else { return Vec::new() };
    let sort = if list.sort.key == key { list.sort.reversed() } else { Sort::by(key) };
    sort_by(model, sort)
}

/// Shows a view.
pub fn show_view(model: &mut Model, view: View) -> Vec<Effect> {
    super::show_section(model, view.preview);
    let Some(list) = model.list_mut() else { return Vec::new() };
    list.show(view);
    anew(model)
}

/// Shows all handoffs that pass a filter, on the queue's screen.
pub fn open_list(model: &mut Model, filter: &str) -> Vec<Effect> {
    let all = model.views.iter().find(|view| view.filter.is_empty()).cloned();
    let Some(all) = all else { return Vec::new() };
    model.screen = Screen::Queue;
    model.pane = Pane::List;
    model.queue.show(all);
    model.queue.typed.line = crate::tui::line::Line::new(filter);
    model.queue.typed.read();
    model.sprint = None;
    super::show_section(model, model.queue.view.preview);
    anew(model)
}

/// Clears what narrows the list: the marks first, then the filter.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    let Some(list) = model.list_mut() else { return Vec::new() };
    if !list.marks.is_empty() {
        list.marks.clear();
        return Vec::new();
    }
    if list.typed.line.is_empty() {
        return Vec::new();
    }
    list.typed = Default::default();
    anew(model)
}

/// Takes a key while the filter is typed.
pub(super) fn on_filter_key(model: &mut Model, key: Key) -> Vec<Effect> {
    // What leaves the desk does so from everywhere.
    if key == Key::ctrl('c') {
        return super::perform(model, Action::Quit);
    }
    match key.code {
        KeyCode::Enter => {
            let Some(list) = model.list_mut() else { return Vec::new() };
            // Kept as it is, it would stand above the rows of another one.
            match &list.typed.problem {
                Some(problem) => {
                    let sentence = format!("No filter: {}.", problem.message);
                    model.tell(Tone::Notice, sentence);
                }
                None => list.typed.open = false,
            }
            Vec::new()
        }
        KeyCode::Esc => {
            let Some(list) = model.list_mut() else { return Vec::new() };
            let narrowed = !list.typed.filter.terms.is_empty();
            list.typed = Default::default();
            if narrowed { anew(model) } else { Vec::new() }
        }
        KeyCode::Tab => complete(model),
        KeyCode::Down => step(model, 1),
        KeyCode::Up => step(model, -1),
        KeyCode::PageDown => step(model, super::page(model)),
        KeyCode::PageUp => step(model, -super::page(model)),
        _ => {
            let taken = model.list_mut().is_some_and(|list| list.typed.line.key(key));
            if taken { typed(model) } else { Vec::new() }
        }
    }
}

/// The filter line was changed.
pub(super) fn typed(model: &mut Model) -> Vec<Effect> {
    let changed = model.list_mut().is_some_and(|list| list.typed.read());
    if changed { anew(model) } else { Vec::new() }
}

/// What could stand at the cursor of the filter line.
#[must_use]
pub fn completions(model: &Model) -> Option<Completions> {
    let line = &model.list()?.typed.line;
    Some(filter::completions(line.value(), line.cursor(), |key| known(model, key)))
}

/// The values of a filter key that only this desk knows.
fn known(model: &Model, key: &str) -> Vec<String> {
    match key {
        "type" => model.policy.types.iter().map(|kind| kind.key.clone()).collect(),
        "code" => model.policy.dispositions.iter().map(|rule| rule.code.clone()).collect(),
        "owner" | "co" | "sender" => model
            .people
            .iter()
            .filter(|person| person.active)
            .map(|person| person.name.clone())
            .collect(),
        "region" => {
            let mut regions: Vec<_> =
                model.people.iter().flat_map(|person| person.territories.iter().cloned()).collect();
            regions.sort_unstable();
            regions.dedup();
            regions
        }
        _ => Vec::new(),
    }
}

/// Puts the first completion in; a key keeps the cursor behind its colon, a value ends its term.
fn complete(model: &mut Model) -> Vec<Effect> {
    let Some(found) = completions(model) else { return Vec::new() };
    let Some(first) = found.items.first() else { return Vec::new() };
    let text =
        if first.text.ends_with(':') { first.text.clone() } else { format!("{} ", first.text) };
    if let Some(list) = model.list_mut() {
        list.typed.line.replace(found.replace, &text);
    }
    typed(model)
}
