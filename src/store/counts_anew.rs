//! What is counted and copied for lists and measures, made anew from the handoffs all at once.

use rusqlite::Connection;

use super::measure;

const ROLL_UPS: &str = "
    UPDATE handoff SET company = a.name, region = a.region, segment = a.segment, industry = a.industry,
        relation = a.relation, on_tal = a.on_tal
    FROM account AS a WHERE a.id = handoff.account
        AND (company IS NOT a.name OR handoff.region IS NOT a.region OR handoff.segment IS NOT a.segment
             OR handoff.industry IS NOT a.industry OR handoff.relation IS NOT a.relation
             OR handoff.on_tal IS NOT a.on_tal);
    UPDATE clock SET tell_at = warn WHERE told = 0 AND tell_at IS NOT warn;
    DELETE FROM tally;
    INSERT INTO tally SELECT stage, tier, kind, count(*) FROM handoff GROUP BY 1, 2, 3;
    DELETE FROM tally_assignee;
    INSERT INTO tally_assignee
        SELECT assignee, stage, count(*) FROM handoff WHERE assignee IS NOT NULL GROUP BY 1, 2;
    DELETE FROM tally_given;
    INSERT INTO tally_given SELECT person, at / 86400000, count(*) FROM assignment GROUP BY 1, 2;
    DELETE FROM success;
    INSERT INTO success
        SELECT coalesce(sector, ''), coalesce(band, ''), person, sum(won), count(*)
        FROM (SELECT account, owner AS person, stage = 'won' AS won FROM deal
                  WHERE owner IS NOT NULL AND stage IN ('won', 'lost')
              UNION ALL
              SELECT account, assignee, code = 'WON' FROM handoff
                  WHERE stage = 'closed' AND class = 'close' AND assignee IS NOT NULL) AS ended
        LEFT JOIN account ON account.id = ended.account GROUP BY 1, 2, 3;";

/// Counts everything anew.
pub(super) fn count_anew(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(ROLL_UPS)?;
    measure::rebuilds().iter().try_for_each(|sql| conn.execute(sql, []).map(drop))
}
