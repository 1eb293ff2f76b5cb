//! The roll-ups of measures counted again from the handoffs, for `handoff doctor`. The handoffs themselves are compared
//! with the record there.

use super::{changes, of_row};
use crate::domain::measure::count::Counter;

/// The slices of a handoff `h`, with who `{person}` is.
pub(super) const SLICES: &str = "(SELECT 'all' AS slice UNION ALL SELECT 'person' UNION ALL SELECT 'source' UNION ALL SELECT 'tier'
        UNION ALL SELECT 'segment') AS s";
const TWO_SLICES: &str = "(SELECT 'all' AS slice UNION ALL SELECT 'person') AS s";
const VALUE: &str = "CASE s.slice WHEN 'all' THEN '' WHEN 'person' THEN coalesce(CAST({person} AS TEXT), '')
        WHEN 'source' THEN h.source WHEN 'tier' THEN h.tier ELSE coalesce(h.segment, '') END COLLATE NOCASE";

/// A roll-up: its table, its keys beside slice and value, and its counts, each with how they follow from a row; and the
/// rows that it counts.
struct RollUp {
    table: &'static str,
    /// What is to be read in its place, where changes wait beside it to be added up.
    now: Option<&'static str>,
    slices: &'static str,
    keys: Vec<(&'static str, &'static str)>,
    counts: Vec<(String, String)>,
    value: String,
    from: &'static str,
    condition: &'static str,
}

/// Queries whose answers, one text each, are where a roll-up differs from the handoffs.
pub(in crate::store) fn recounts() -> Vec<String> {
    let mut asked: Vec<String> = roll_ups().iter().map(RollUp::recount).collect();
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
    asked.push(
        "SELECT 'What was told of H-' || handoff || ' is marked wrongly as the last of its promise.' FROM (
             SELECT handoff, latest, step = max(step) OVER (PARTITION BY handoff, name, leg, person) AS found
             FROM escalation)
         WHERE latest <> found"
            .to_owned(),
    );
    asked
}

/// Statements that make the roll-ups anew from the handoffs, after what handoffs count themselves.
pub(in crate::store) fn rebuilds() -> Vec<String> {
    let mut done = vec![
        "UPDATE handoff SET n_reborn = (SELECT count(*) FROM handoff AS child INDEXED BY handoff_parent
             WHERE child.parent = handoff.id AND child.at_opportunity IS NOT NULL)
         WHERE n_reborn <> 0 OR id IN (SELECT parent FROM handoff WHERE parent IS NOT NULL)"
            .to_owned(),
        "UPDATE handoff SET n_incomplete = o.incomplete, n_recycled = o.recycled, n_overridden = o.overridden
         FROM (SELECT h.id, count(*) FILTER (WHERE o.class = 'return') AS incomplete,
                   count(*) FILTER (WHERE o.class = 'recycle') AS recycled, count(o.overridden) AS overridden
               FROM handoff AS h LEFT JOIN outcome AS o ON o.handoff = h.id GROUP BY h.id) AS o
         WHERE o.id = handoff.id AND (n_incomplete <> o.incomplete OR n_recycled <> o.recycled
             OR n_overridden <> o.overridden)"
            .to_owned(),
        "UPDATE handoff SET n_escalated = (SELECT count(*) FROM escalation
             WHERE escalation.handoff = handoff.id AND step > 0)
         WHERE n_escalated <> 0 OR id IN (SELECT handoff FROM escalation)"
            .to_owned(),
        "UPDATE escalation SET latest = found
         FROM (SELECT id AS told, step = max(step) OVER (PARTITION BY handoff, name, leg, person) AS found
               FROM escalation) WHERE told = id AND latest <> found"
            .to_owned(),
    ];
    for one in roll_ups() {
        done.push(format!("DELETE FROM {}", one.table));
        if one.now.is_some() {
            done.push(format!("DELETE FROM {}_change", one.table));
        }
        done.push(one.fill());
    }
    done
}

/// The value of a slice `s` for a clock `c` of a handoff `h`.
pub(super) fn of_clock() -> String {
    VALUE.replace("{person}", "c.owes_person")
}

fn roll_ups() -> Vec<RollUp> {
    let counters: Vec<(String, String)> = Counter::ALL
        .iter()
        .map(|counter| (counter.key().to_owned(), of_row(*counter).to_owned()))
        .collect();
    let plain = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, row)| ((*name).to_owned(), (*row).to_owned())).collect()
    };
    let of_handoff = VALUE.replace("{person}", "h.assignee");
    vec![
        RollUp {
            table: "cell",
            now: Some(changes::CELL.as_str()),
            slices: SLICES,
            keys: vec![("day", "h.m_day"), ("kind", "h.kind"), ("from_day", "h.m_from_day")],
            counts: counters,
            value: of_handoff.clone(),
            from: "handoff AS h",
            condition: "h.at_submitted IS NOT NULL",
        },
        RollUp {
            table: "cell_answer",
            now: None,
            slices: SLICES,
            keys: vec![
                ("day", "h.m_day"),
                ("kind", "h.kind"),
                ("answered_day", "h.at_responded / 86400000"),
            ],
            counts: plain(&[("n", "1"), ("followed", "h.m_followed")]),
            value: of_handoff.clone(),
            from: "handoff AS h",
            condition: "h.at_submitted IS NOT NULL AND h.at_responded IS NOT NULL",
        },
        RollUp {
            table: "cell_step",
            now: None,
            slices: SLICES,
            keys: vec![("day", "h.m_day"), ("kind", "h.kind"), ("step", "h.m_step")],
            counts: plain(&[("n", "1")]),
            value: of_handoff.clone(),
            from: "handoff AS h",
            condition: "h.at_submitted IS NOT NULL AND h.m_step IS NOT NULL",
        },
        RollUp {
            table: "cell_heard",
            now: None,
            slices: SLICES,
            keys: vec![("kind", "h.kind"), ("day", "h.m_heard / 86400000")],
            counts: plain(&[("n", "1"), ("reported", "h.m_reported")]),
            value: of_handoff.clone(),
            from: "handoff AS h",
            condition: "h.m_heard IS NOT NULL",
        },
        RollUp {
            table: "cell_clock",
            now: Some(changes::CELL_CLOCK.as_str()),
            slices: SLICES,
            keys: vec![("day", "h.m_day"), ("kind", "h.kind"), ("name", "c.name")],
            counts: plain(&[
                ("met", "c.state = 'met'"),
                (
                    "late",
                    "c.state IN ('met_late', 'breached') OR (c.state = 'running' AND c.due <= o.until)",
                ),
                ("open", "c.state = 'paused' OR (c.state = 'running' AND c.due > o.until)"),
            ]),
            value: of_clock(),
            from: "overdue AS o CROSS JOIN clock AS c JOIN handoff AS h ON h.id = c.handoff",
            condition: "h.at_submitted IS NOT NULL AND c.end_to_end = 0 AND c.state <> 'cancelled'",
        },
        RollUp {
            table: "cell_outcome",
            now: None,
            slices: TWO_SLICES,
            keys: vec![("day", "o.at / 86400000"), ("kind", "h.kind"), ("code", "o.code")],
            counts: plain(&[("n", "1")]),
            value: of_handoff,
            from: "outcome AS o JOIN handoff AS h ON h.id = o.handoff",
            condition: "true",
        },
    ]
}

impl RollUp {
    /// The names of the keys, what they are of a row, and the names of the counts.
    fn columns(&self) -> (String, String, String) {
        let keys: Vec<_> = self.keys.iter().map(|(name, _)| *name).collect();
        let rows: Vec<_> = self.keys.iter().map(|(_, row)| *row).collect();
        let counts: Vec<_> = self.counts.iter().map(|(name, _)| name.as_str()).collect();
        (keys.join(", "), rows.join(", "), counts.join(", "))
    }

    /// The counts as they follow from the rows, by slice, value and keys, with a sign before each.
    fn counted(&self, sign: &str) -> String {
        let Self { value, from, condition, slices, .. } = self;
        let (_, rows, _) = self.columns();
        let counts: Vec<_> =
            self.counts.iter().map(|(_, row)| format!("{sign}sum({row})")).collect();
        let grouped: Vec<_> = (1..3 + self.keys.len()).map(|place| place.to_string()).collect();
        format!(
            "SELECT s.slice, {value}, {rows}, {} FROM {from}, {slices} WHERE {condition} GROUP BY {}",
            counts.join(", "),
            grouped.join(", ")
        )
    }

    fn fill(&self) -> String {
        let (keys, _, counts) = self.columns();
        format!("INSERT INTO {} (slice, value, {keys}, {counts}) {}", self.table, self.counted(""))
    }

    fn recount(&self) -> String {
        let (table, (keys, _, counts)) = (self.table, self.columns());
        let read = self.now.unwrap_or(table);
        let differ: Vec<_> =
            self.counts.iter().map(|(name, _)| format!("sum({name}) <> 0")).collect();
        format!(
            "SELECT 'A count for measures is wrong: {table}, ' || slice || ' ' || value || ', type ' || kind || '.' FROM (
                 SELECT slice, value, {keys}, {counts} FROM {read}
                 UNION ALL
                 {})
             GROUP BY slice, value COLLATE NOCASE, {keys} HAVING {}",
            self.counted("-"),
            differ.join(" OR ")
        )
    }
}
