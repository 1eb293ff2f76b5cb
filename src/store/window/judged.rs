//! How a handoff stands to a measure, as a condition on its row: the same columns that the roll-ups count by. What never
//! holds is bound as 0: as a plain 0 it would leave SQLite without a use for the index that it is told to take.

use crate::domain::measure::Measure;
use crate::domain::measure::count::{Counter, FOLLOW_UP, HORIZONS, REPORT};
use crate::domain::measure::figure::{Formula, Verdict};
use crate::domain::time::Instant;
use crate::store::measure::of_row;
use crate::store::sql::Sql;

/// Adds the condition that a handoff stands so to a measure at a moment.
pub(in crate::store) fn measured(
    verdict: Verdict,
    measure: Measure,
    now: Instant,
    sql: &mut Sql,
) -> &mut Sql {
    if measure.formula() != Formula::Heard {
        sql.push("(h.at_submitted IS NOT NULL AND ");
    } else {
        sql.push("(");
    }
    match measure.formula() {
        Formula::Share { hit, of, after } => share(verdict, (hit, of, after), measure, now, sql),
        Formula::Followed => {
            let side = match verdict {
                Verdict::Hit => "h.m_followed AND h.at_responded <= ",
                Verdict::Missed => "NOT h.m_followed AND h.at_responded <= ",
                Verdict::Young => "h.at_responded > ",
            };
            sql.push(side).bind(now.0 - FOLLOW_UP)
        }
        Formula::OfList => match verdict {
            Verdict::Hit => sql.push("h.on_tal = 1"),
            Verdict::Missed | Verdict::Young => sql.bind(0),
        },
        Formula::Mean { of, .. } => match verdict {
            Verdict::Hit => sql.push(of_row(of)),
            Verdict::Missed | Verdict::Young => sql.push("NOT ").push(of_row(of)),
        },
        Formula::Times => match verdict {
            Verdict::Hit => sql.push("h.m_step IS NOT NULL"),
            Verdict::Missed => sql.bind(0),
            Verdict::Young => sql.push("h.m_assigned AND h.m_step IS NULL"),
        },
        Formula::Clocks => {
            sql.push(
                "EXISTS (SELECT 1 FROM clock AS c WHERE c.handoff = h.id AND c.end_to_end = 0 AND ",
            );
            match verdict {
                Verdict::Hit => sql.push("c.state = 'met')"),
                Verdict::Missed => sql
                    .push("(c.state IN ('met_late', 'breached') OR (c.state = 'running' AND c.due <= ")
                    .bind(now.0)
                    .push(")))"),
                Verdict::Young => sql
                    .push("(c.state = 'paused' OR (c.state = 'running' AND c.due > ")
                    .bind(now.0)
                    .push(")))"),
            }
        }
        Formula::Heard => {
            let side = match verdict {
                Verdict::Hit => "h.m_reported AND h.m_heard >= ",
                Verdict::Missed => "h.m_heard < ",
                Verdict::Young => "NOT h.m_reported AND h.m_heard >= ",
            };
            sql.push(side).bind(now.0 - REPORT)
        }
        Formula::Count(counter) => match verdict {
            Verdict::Hit => sql.push(of_row(counter)).push(" > 0"),
            Verdict::Missed | Verdict::Young => sql.bind(0),
        },
    };
    sql.push(")")
}

fn share(
    verdict: Verdict,
    (hit, of, after): (Counter, Counter, usize),
    measure: Measure,
    now: Instant,
    sql: &mut Sql,
) -> &mut Sql {
    sql.push(of_row(of));
    if measure == Measure::SalesAcceptance {
        sql.push(if verdict == Verdict::Young {
            " AND h.m_waiting"
        } else {
            " AND NOT h.m_waiting"
        });
    } else {
        match (after.checked_sub(1).and_then(|place| HORIZONS.get(place)), verdict) {
            (Some(horizon), Verdict::Young) => sql.push(" AND h.m_from > ").bind(now.0 - horizon),
            (Some(horizon), _) => sql.push(" AND h.m_from <= ").bind(now.0 - horizon),
            (None, Verdict::Young) => sql.push(" AND ").bind(0),
            (None, _) => sql,
        };
    }
    match verdict {
        Verdict::Hit => sql.push(" AND ").push(of_row(hit)),
        Verdict::Missed => sql.push(" AND NOT ").push(of_row(hit)),
        Verdict::Young => sql,
    }
}
