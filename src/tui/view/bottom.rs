//! The last line: the keys that do something here, now, for this person and this handoff; or, for a while, the news.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{inner, put};
use crate::domain::batch::Phase;
use crate::domain::person::Role;
use crate::domain::say;
use crate::domain::stage::{self, Stage};
use crate::domain::time::SECOND;
use crate::tui::action::{Action, Screen};
use crate::tui::keys::command_of;
use crate::tui::memory::Memory;
use crate::tui::model::{Model, PATIENCE, Pane, Toast, Tone};
use crate::tui::msg::Hit;
use crate::tui::step::next_step;
use crate::tui::text::{cell, clipped, gap, label};
use crate::tui::update::{may_decide, may_edit, refused, refused_here};

/// The actions on handoffs, in the order of their use where somebody has the handoff in hand.
const IN_HAND: &[Action] = &[
    Action::Accept,
    Action::Touch,
    Action::Disposition,
    Action::Message,
    Action::Return,
    Action::Assign,
    Action::Rate,
    Action::Playbook,
    Action::Dispute,
    Action::Pause,
    Action::Brief,
    Action::Note,
];

/// The same where it waits for somebody.
const WAITING: &[Action] = &[
    Action::Assign,
    Action::TakeProposal,
    Action::Submit,
    Action::Edit,
    Action::Return,
    Action::Defer,
    Action::Dispute,
    Action::Disposition,
    Action::Brief,
    Action::Pause,
    Action::Note,
];

/// Verbs that a sprint shows before the ways out of it.
const VERBS: usize = 6;

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    buffer.set_style(area, model.theme.band);
    if let Some(toast) = &model.toast {
        let line = told(model, toast, usize::from(area.width).saturating_sub(4));
        put(buffer, inner(area), &line);
        return;
    }
    if let Some(sentence) = busy(model) {
        put(buffer, inner(area), &Line::from(cell(&sentence, model.theme.notice)));
        return;
    }
    let (mut x, end) = (area.x + 1, area.right());
    let last = ending(model);
    let width = |hint: &Hint| hint.line.width() + 2;
    let reserved: usize = last.iter().map(width).sum();
    let room = usize::from(area.width);
    let mut shown = hints(model);
    shown.splice(0..0, importing(model).or_else(|| evaluating(model)));
    let mut used = 0;
    shown.retain(|hint| {
        // Once one does not fit, those behind it, which matter less, do not either.
        used += width(hint);
        used + reserved <= room + 1
    });
    shown.extend(last);
    for hint in shown {
        let place =
            Rect { x, width: (hint.line.width() as u16).min(end.saturating_sub(x)), ..area };
        if usize::from(place.width) < hint.line.width() {
            break;
        }
        put(buffer, place, &hint.line);
        if let Some(action) = hint.action {
            memory.hit(place, Hit::Key(action));
        }
        x = x.saturating_add(width(&hint) as u16);
    }
}

/// A key and what it does.
struct Hint {
    /// What a click on it does; none for keys that only a field takes.
    action: Option<Action>,
    line: Line<'static>,
}

impl Hint {
    /// The hint of an action, under a name; none when it has no key.
    fn of(model: &Model, action: Action, name: &'static str) -> Option<Self> {
        let key = model.keys.shown(action)?;
        Some(Self { action: Some(action), ..Self::key(model, &key, name) })
    }

    fn key(model: &Model, key: &str, name: &'static str) -> Self {
        let spans = vec![cell(key, model.theme.key), gap(1), label(name, model.theme.band)];
        Self { action: None, line: Line::from(spans) }
    }
}

/// How far the import is that runs, with the key that shows it.
fn importing(model: &Model) -> Option<Hint> {
    let (importing, key) = (model.importing.as_ref()?, model.keys.shown(Action::Import)?);
    let said = format!("importing {} %", importing.percent);
    let spans = vec![cell(&key, model.theme.key), gap(1), clipped(&said, 20, model.theme.notice)];
    Some(Hint { action: Some(Action::Import), line: Line::from(spans) })
}

/// How far the evaluation is that runs.
fn evaluating(model: &Model) -> Option<Hint> {
    let judged = say::thousands(model.evaluating?.accounts);
    let said = format!("evaluating, {judged} judged");
    Some(Hint { action: None, line: Line::from(clipped(&said, 32, model.theme.notice)) })
}

fn told(model: &Model, toast: &Toast, columns: usize) -> Line<'static> {
    let theme = &model.theme;
    let (sign, style) = match toast.tone {
        Tone::Good => ("✓ ", theme.good),
        Tone::Notice => ("• ", theme.notice),
        Tone::Bad => ("! ", theme.bad),
    };
    Line::from(vec![label(sign, style), clipped(&toast.sentence, columns, style)])
}

/// A write that takes long says so, for nothing looks worse than a key without an answer; most are done before anybody
/// could read that. The desk as it stood is read beside the screen, which can be used meanwhile.
fn busy(model: &Model) -> Option<String> {
    if let Some(going) = &model.going {
        let (moment, key) = (say::moment(going.at, model.zone), model.keys.shown(Action::Back));
        let seconds = model.present().since(going.since).max(0) / SECOND;
        let stay = key.map_or_else(String::new, |key| format!(" · {key} stays here"));
        return Some(format!("Reading the desk as it stood {moment} … {seconds} s{stay}"));
    }
    let (_, since) = model.writing.first()?;
    (model.now.since(*since) >= PATIENCE).then(|| "Saving …".to_owned())
}

/// The hints that have a key, the most useful first.
fn hints(model: &Model) -> Vec<Hint> {
    if model.list().is_some_and(|list| list.typed.open) {
        let keys = [
            ("Enter", "keep the filter"),
            ("Esc", "clear it"),
            ("Tab", "complete"),
            ("↑↓", "move"),
        ];
        return keys.map(|(key, name)| Hint::key(model, key, name)).into();
    }
    let mut actions: Vec<(Action, &'static str)> = Vec::new();
    let short = |action: Action| command_of(action).map_or("", |command| command.short);
    if let Some(list) = model.list() {
        if model.full {
            actions.push((Action::Back, "back to the list"));
            actions.push((Action::NextSection, "next section"));
        }
        if !list.marks.is_empty() {
            actions.push((Action::Back, "clear marks"));
        }
        if let Some(row) = model.row().filter(|_| model.does_steps() && list.marks.is_empty()) {
            actions.push((Action::Open, next_step(model, row).does()));
        }
        if list.selected.is_some() {
            let waits = model.row().is_none_or(|row| !row.stage.is_assigned());
            let order = if waits { WAITING } else { IN_HAND };
            let at_hand = list.selected.is_some_and(|id| list.marks.contains_key(&id));
            let known = model.card().is_some() || !list.marks.is_empty();
            // Marked rows are mostly alike: what the one at hand refuses is not offered for all of them.
            let closed = |action: Action| match at_hand {
                true => refused_here(model, action).is_some(),
                false => refused(model, action).is_some(),
            };
            let open = order.iter().filter(|action| known && !closed(**action));
            actions.extend(
                open.map(|action| (*action, name(model, *action).unwrap_or(short(*action)))),
            );
            if model.pane == Pane::Clocks {
                actions.push((Action::Why, short(Action::Why)));
            }
        }
        if model.sprint.is_some() {
            actions.truncate(VERBS);
            actions.push((Action::Next, "skip"));
            actions.push((Action::Sprint, "end the sprint"));
            return with_keys(model, actions);
        }
        if !list.typed.line.is_empty() {
            actions.push((Action::Back, "clear filter"));
        }
        if list.selected.is_some() {
            actions.push((Action::Sprint, short(Action::Sprint)));
        }
        actions.push((Action::Filter, short(Action::Filter)));
        actions.push((Action::Views, short(Action::Views)));
    }
    match model.screen {
        Screen::Team if model.team.row().is_some() => {
            actions.push((Action::Open, "their handoffs"));
            if model.team.row().is_some_and(|member| may_edit(model, member.person.id)) {
                actions.push((Action::Edit, "edit"));
            }
            if may_decide(model) && model.team.row().is_some_and(|member| member.open > 0) {
                actions.push((Action::HandOn, "hand on"));
            }
            actions.push((Action::Sort, "sort"));
        }
        Screen::Batch => actions.extend(batch(model)),
        Screen::Activity if model.activity.row().is_some() => {
            actions.push((Action::Open, "the handoff"))
        }
        Screen::Measures if model.measures.sheet.is_some() => {
            actions.push((Action::Open, "the handoffs"));
            actions.push((Action::PreviousPeriod, "before"));
            actions.push((Action::NextPeriod, "after"));
            let more =
                [Action::NextType, Action::NextTeam, Action::Weekly, Action::Pack, Action::Export];
            for action in more {
                actions.push((action, short(action)));
            }
        }
        _ => {}
    }
    with_keys(model, actions)
}

fn with_keys(model: &Model, actions: Vec<(Action, &'static str)>) -> Vec<Hint> {
    actions.into_iter().filter_map(|(action, name)| Hint::of(model, action, name)).collect()
}

/// What can be done in the batch, the most useful first.
fn batch(model: &Model) -> Vec<(Action, &'static str)> {
    if model.full {
        return vec![(Action::Back, "back to the batch"), (Action::NextSection, "next section")];
    }
    let decides = may_decide(model);
    let mut actions = if decides { decisions(model) } else { Vec::new() };
    let sends = |role| matches!(role, Role::Marketing | Role::VpMarketing);
    if is_open(model) && (decides || model.me.as_ref().is_some_and(|me| sends(me.role))) {
        actions.push((Action::Submit, "send"));
    }
    actions.push((Action::Why, "why"));
    actions.push((Action::Views, "weeks"));
    actions.push((Action::Copy, "copy the review"));
    actions
}

/// What somebody who decides the batch can do with it, the most useful first.
fn decisions(model: &Model) -> Vec<(Action, &'static str)> {
    let batch = &model.batch;
    let week = batch.sheet();
    let mut actions = Vec::new();
    if let Some(item) = batch.item() {
        if batch.drafts.contains_key(&item.id) {
            actions.push((Action::Mark, "undecide"));
        } else {
            actions.push((Action::TakeProposal, "take proposal"));
        }
        actions.push((Action::Assign, "pick a person"));
        if week.is_some() {
            actions.push((Action::Defer, "next batch"));
            actions.push((Action::Return, "return"));
            actions.push((Action::Disposition, "nurture"));
        }
    }
    if batch.decided() < batch.items().len() {
        actions.push((Action::MarkAll, "take all"));
    }
    if batch.decided() > 0 && !is_open(model) {
        actions.push((Action::Commit, "commit"));
    }
    actions
}

/// Whether the batch on screen still takes handoffs.
fn is_open(model: &Model) -> bool {
    model.batch.sheet().is_some_and(|sheet| sheet.phase == Phase::Open)
}

/// What a key is called on this handoff, where that is not its usual name.
fn name(model: &Model, action: Action) -> Option<&'static str> {
    let legal = |wanted: stage::Action| {
        model.card().is_some_and(|card| {
            card.actions.iter().any(|(legal, no)| *legal == wanted && no.is_none())
        })
    };
    if model.list().is_some_and(|list| !list.marks.is_empty()) {
        return None;
    }
    match action {
        Action::Assign if legal(stage::Action::Reassign) => Some("reassign"),
        Action::Dispute if legal(stage::Action::Decide) => Some("decide"),
        Action::Submit if legal(stage::Action::Resubmit) => Some("resubmit"),
        Action::Submit if legal(stage::Action::Wake) => Some("hand over again"),
        Action::Pause
            if model.row().is_some_and(|row| row.held) && model.row()?.stage != Stage::Disputed =>
        {
            Some("resume")
        }
        _ => None,
    }
}

/// The hints that are always there, at the end; while something is typed these keys only type.
fn ending(model: &Model) -> Vec<Hint> {
    if model.list().is_some_and(|list| list.typed.open) {
        return Vec::new();
    }
    let actions = [Action::Palette, Action::Help, Action::Undo].into_iter();
    let short = |action| command_of(action).map_or("", |command| command.short);
    actions.filter_map(|action| Hint::of(model, action, short(action))).collect()
}
