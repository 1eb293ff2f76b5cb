//! Rows of handoffs, as a table and as JSON: shared by `list` and `sla`.

use serde_json::{Value, json};

use super::table::{Column, column, number, render, text};
use crate::domain::queue::QueueRow;
use crate::domain::span::countdown;
use crate::domain::time::Instant;

const HEADS: &[Column] = &[
    column("id"),
    text("account"),
    column("tier"),
    column("type"),
    column("stage"),
    text("owner"),
    column("clock"),
    number("left"),
    number("score"),
];

/// A table of rows.
pub(super) fn table(rows: &[QueueRow], now: Instant, width: Option<usize>) -> String {
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                row.id.to_string(),
                row.company.clone(),
                row.tier.to_string(),
                row.kind.clone(),
                row.stage.to_string(),
                row.assignee_name.clone().unwrap_or_else(|| "–".to_owned()),
                row.next.map_or_else(
                    || if row.held { "held" } else { "–" }.to_owned(),
                    |next| next.name.to_string(),
                ),
                row.next.map(|next| countdown(next.due.since(now))).unwrap_or_default(),
                row.score.to_string(),
            ]
        })
        .collect();
    render(HEADS, &cells, width)
}

/// One row as JSON: ids as people see them, instants as RFC 3339 in UTC, `left_s` in seconds and negative when late.
pub(super) fn value(row: &QueueRow, now: Instant) -> Value {
    json!({
        "id": row.id.to_string(),
        "version": row.version,
        "account": row.account.to_string(),
        "company": row.company,
        "tier": row.tier.key(),
        "type": row.kind,
        "stage": row.stage.key(),
        "source": row.source.key(),
        "score": row.score,
        "region": row.region,
        "owner": row.assignee_name,
        "owner_id": row.assignee.map(|id| id.to_string()),
        "held": row.held,
        "created": row.created.to_string(),
        "code": row.code,
        "wake": row.wake.map(|day| day.to_string()),
        "touches": row.touches,
        "rating": row.rating,
        "next": row.next.map(|next| json!({
            "clock": next.name.key(),
            "started": next.started.to_string(),
            "warn": next.warn.to_string(),
            "due": next.due.to_string(),
            "left_s": next.due.since(now).div_euclid(1000),
        })),
    })
}
