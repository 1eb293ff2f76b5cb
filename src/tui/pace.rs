//! When the screen next reads otherwise without anybody touching it: so long the desk sleeps.

use super::layout;
use super::memory::Memory;
use super::model::{Model, PATIENCE};
use crate::domain::clock::ClockState;
use crate::domain::span::{countdown_changes_in, countdown_to_second_changes_in};
use crate::domain::time::{MINUTE, SECOND};

/// Milliseconds until something on the screen changes by time alone: the minute in the header, a countdown that is in
/// sight, a line that was told for a while.
#[must_use]
pub fn next_change(model: &Model, memory: &Memory) -> i64 {
    let now = model.now;
    let mut next = MINUTE - now.0.rem_euclid(MINUTE);
    let mut soon = |ms: i64| next = next.min(ms.max(1));
    if let Some(toast) = &model.toast {
        soon(toast.until.since(now));
    }
    if model.going.is_some() {
        soon(SECOND);
    }
    let writing = model.writing.first().map(|(_, since)| *since);
    if let Some(since) = writing.or(model.settling.map(|(_, since)| since))
        && now.since(since) < PATIENCE
    {
        soon(since.plus(PATIENCE).since(now));
    }
    let Some((areas, list)) = layout::areas(model).zip(model.list()) else { return next };
    if !areas.list.is_empty() {
        let (first, shown) = memory.in_sight(model);
        for row in list.page.rows.iter().skip(first).take(shown) {
            if let Some(clock) = row.next {
                soon(countdown_changes_in(clock.due.since(now)));
            }
        }
    }
    if let Some(next) = model.sprint.as_ref().and_then(|sprint| sprint.first_to_breach(list)?.next)
    {
        soon(countdown_changes_in(next.due.since(now)));
    }
    if !areas.clocks.is_empty()
        && let Some(card) = model.card()
    {
        let running = card.clocks.iter().filter_map(|line| line.clock.as_ref());
        for clock in running.filter(|clock| clock.state == ClockState::Running) {
            soon(countdown_to_second_changes_in(clock.left(now)));
        }
    }
    next
}
