//! The roll-ups of measures counted again from the handoffs, for `handoff doctor`. The handoffs themselves are compared
//! with the record there.

use super::of_row;
use crate::domain::measure::count::Counter;

/// The slices of a handoff `h`, with who `{person}` is.
const SLICES: &str = "(SELECT 'all' AS slice UNION ALL SELECT 'person' UNION ALL SELECT 'source' UNION ALL SELECT 'tier'
        UNION ALL SELECT 'segment') AS s";
const VALUE: &str = "CASE s.slice WHEN 'all' THEN '' WHEN 'person' THEN coalesce(CAST({person} AS TEXT), '')
        WHEN 'source' THEN h.source WHEN 'tier' THEN h.tier ELSE coalesce(h.segment, '') END COLLATE NOCASE";

/// Queries whose answers, one text each, are where a roll-up differs from the handoffs.
pub(in crate::store) fn recounts() -> Vec<String> {
    let counters: Vec<(String, String)> = Counter::ALL
        .iter()
        .map(|counter| (counter.key().to_owned(), of_row(*counter).to_owned()))
        .collect();
    let plain = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, row)| ((*name).to_owned(), (*row).to_owned())).collect()
    };
    let of_handoff = VALUE.replace("{person}", "h.assignee");
    let of_clock = VALUE.replace("{person}", "c.owes_person");
    let mut asked = vec![
        recount(
            "cell",
            &[("day", "h.m_day"), ("kind", "h.kind"), ("from_day", "h.m_from_day")],
            &counters,
            &of_handoff,
            "handoff AS h",
            "h.at_submitted IS NOT NULL",
        ),
        recount(
            "cell_answer",
            &[
                ("day", "h.m_day"),
                ("kind", "h.kind"),
                ("answered_day", "h.at_responded / 86400000"),
            ],
            &plain(&[("n", "1"), ("followed", "h.m_followed")]),
            &of_handoff,
            "handoff AS h",
            "h.at_submitted IS NOT NULL AND h.at_responded IS NOT NULL",
        ),
        recount(
            "cell_step",
            &[("day", "h.m_day"), ("kind", "h.kind"), ("step", "h.m_step")],
            &plain(&[("n", "1")]),
            &of_handoff,
            "handoff AS h",
            "h.at_submitted IS NOT NULL AND h.m_step IS NOT NULL",
        ),
        recount(
            "cell_heard",
            &[("kind", "h.kind"), ("day", "h.m_heard / 86400000")],
            &plain(&[("n", "1"), ("reported", "h.m_reported")]),
            &of_handoff,
            "handoff AS h",
            "h.m_heard IS NOT NULL",
        ),
        recount(
            "cell_clock",
            &[
                ("day", "h.m_day"),
                ("kind", "h.kind"),
                ("name", "c.name"),
                (
                    "due_hour",
                    "CASE c.state WHEN 'running' THEN c.due / 3600000 WHEN 'paused' THEN 99999999 ELSE 0 END",
                ),
            ],
            &plain(&[
                ("met", "c.state = 'met'"),
                ("late", "c.state IN ('met_late', 'breached')"),
                ("open", "c.state IN ('running', 'paused')"),
            ]),
            &of_clock,
            "clock AS c JOIN handoff AS h ON h.id = c.handoff",
            "h.at_submitted IS NOT NULL AND c.end_to_end = 0 AND c.state <> 'cancelled'",
        ),
    ];
    asked.push(
        "SELECT 'H-' || id || ' counts other outcomes than it has.' FROM (
             SELECT id, n_incomplete, n_recycled, n_overridden,
                 (SELECT count(*) FROM outcome WHERE handoff = handoff.id AND class = 'return') AS incomplete,
                 (SELECT count(*) FROM outcome WHERE handoff = handoff.id AND class = 'recycle') AS recycled,
                 (SELECT count(*) FROM outcome WHERE handoff = handoff.id AND overridden IS NOT NULL) AS overridden
             FROM handoff)
         WHERE n_incomplete <> incomplete OR n_recycled <> recycled OR n_overridden <> overridden"
            .to_owned(),
    );
    asked.push(
        "SELECT 'H-' || id || ' says that ' || n_reborn || ' of the handoffs that grew out of it became opportunities, and '
             || found || ' did.' FROM (
             SELECT id, n_reborn, (SELECT count(*) FROM handoff AS child INDEXED BY handoff_parent
                 WHERE child.parent = handoff.id AND child.at_opportunity IS NOT NULL) AS found FROM handoff)
         WHERE n_reborn <> found"
            .to_owned(),
    );
    asked.push(
        "SELECT 'H-' || id || ' counts ' || n_escalated || ' escalations and has ' || found || '.' FROM (
             SELECT id, n_escalated, (SELECT count(*) FROM escalation
                 WHERE escalation.handoff = handoff.id AND step > 0) AS found FROM handoff)
         WHERE n_escalated <> found"
            .to_owned(),
    );
    asked
}

fn recount(
    table: &str,
    keys: &[(&str, &str)],
    counts: &[(String, String)],
    value: &str,
    from: &str,
    condition: &str,
) -> String {
    let join = |texts: Vec<String>| texts.join(", ");
    let names = join(keys.iter().map(|(name, _)| (*name).to_owned()).collect());
    let rows = join(keys.iter().map(|(_, row)| (*row).to_owned()).collect());
    let kept = join(counts.iter().map(|(name, _)| name.clone()).collect());
    let found = join(counts.iter().map(|(_, row)| format!("-sum({row})")).collect());
    let differ: Vec<_> = counts.iter().map(|(name, _)| format!("sum({name}) <> 0")).collect();
    let grouped: Vec<_> = (3..3 + keys.len()).map(|place| place.to_string()).collect();
    format!(
        "SELECT 'A count for measures is wrong: {table}, ' || slice || ' ' || value || ', type ' || kind || '.' FROM (
             SELECT slice, value, {names}, {kept} FROM {table}
             UNION ALL
             SELECT s.slice, {value}, {rows}, {found} FROM {from}, {SLICES} WHERE {condition}
             GROUP BY 1, 2, {})
         GROUP BY slice, value COLLATE NOCASE, {names} HAVING {}",
        grouped.join(", "),
        differ.join(" OR ")
    )
}
