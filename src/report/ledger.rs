//! The deadline ledger in words: the sum behind a due time, one line a part (`DOMAIN.md 13.1`).

use chrono_tz::Tz;

use crate::domain::calendar::Calendar;
use crate::domain::due::Ledger;
use crate::domain::span::words;
use crate::domain::time::{Instant, MINUTE};

/// A moment on the wall clock of a zone: `Fri 20 Nov 2026 14:32`, with seconds only where there are some.
#[must_use]
pub fn moment(at: Instant, zone: Tz) -> String {
    let form =
        if at.0.rem_euclid(MINUTE) == 0 { "%a %-d %b %Y %H:%M" } else { "%a %-d %b %Y %H:%M:%S" };
    at.utc().with_timezone(&zone).format(form).to_string()
}

/// The ledger, line by line: due, start and target, the stretches that count, the days without, the pauses, the sum.
/// Around the clock is told in `zone`, working time in its calendar's.
#[must_use]
pub fn lines(ledger: &Ledger, target: &str, calendar: &Calendar, zone: Tz) -> Vec<String> {
    let zone = if calendar.is_always() { zone } else { calendar.zone() };
    let show = |at| moment(at, zone);
    let mut lines = vec![
        format!("due     {}  ({})", show(ledger.due), zone.name()),
        format!("start   {}", show(ledger.from)),
        format!("target  {target} on calendar {}", calendar.name()),
    ];
    if let Some(why) = &ledger.short_notice {
        lines.push(format!("notice  {why}"));
    }
    for step in &ledger.steps {
        lines.push(format!(
            "count   {} to {}  {}",
            show(step.open),
            show(step.close),
            words(step.counted_ms)
        ));
    }
    for day in &ledger.skipped {
        lines.push(format!("skip    {}  {}", day.date.format("%a %-d %b %Y"), day.why));
    }
    for pause in &ledger.paused {
        let took = match pause.counted_ms {
            0 => "takes nothing".to_owned(),
            ms => format!("takes {}", words(ms)),
        };
        lines.push(format!(
            "pause   {} to {}  {took}: {}",
            show(pause.from),
            show(pause.to),
            pause.reason
        ));
    }
    lines.push(format!("sum     {}", words(ledger.total_ms())));
    lines
}
