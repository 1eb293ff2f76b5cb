//! A list of handoffs as a table for files.

use chrono_tz::Tz;

use super::doc::{Cell, Part};
use crate::domain::queue::QueueRow;
use crate::domain::time::Instant;

const HEADS: [&str; 16] = [
    "id", "account", "tier", "type", "stage", "owner", "source", "score", "region", "clock", "due",
    "held", "created", "outcome", "wakes on", "touches",
];

/// Handoffs, a row each; moments are those of the zone.
#[must_use]
pub fn list(title: &str, rows: &[QueueRow], zone: Tz) -> Part {
    let moment = |at: Instant| at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let line = |row: &QueueRow| {
        vec![
            Cell::text(row.id.to_string()),
            Cell::text(&row.company),
            Cell::text(row.tier.key()),
            Cell::text(&row.kind),
            Cell::text(row.stage.key()),
            Cell::text(row.assignee_name.clone().unwrap_or_default()),
            Cell::text(row.source.key()),
            Cell::Count(i64::from(row.score)),
            Cell::text(row.region.clone().unwrap_or_default()),
            Cell::text(row.next.map(|next| next.name.key()).unwrap_or_default()),
            Cell::text(row.next.map(|next| moment(next.due)).unwrap_or_default()),
            Cell::text(if row.held { "yes" } else { "" }),
            Cell::text(moment(row.created)),
            Cell::text(row.code.clone().unwrap_or_default()),
            Cell::text(row.wake.map(|day| day.to_string()).unwrap_or_default()),
            Cell::Count(i64::from(row.touches)),
        ]
    };
    Part {
        key: "List",
        title: title.to_owned(),
        heads: HEADS.iter().map(|head| (*head).to_owned()).collect(),
        rows: rows.iter().map(line).collect(),
        ..Part::default()
    }
}
