//! Changes of the roll-ups of handoffs and clocks: a write leaves them in one place, and they are added up when there
//! are many of them or nobody waits. Whoever reads sees both.

use std::sync::LazyLock;

use rusqlite::Connection;

use super::recount::SLICES;
use crate::domain::measure::count::Counter;

/// Changes of a roll-up from which on the write that made the last of them adds all of them up.
pub(in crate::store) const MANY: i64 = 2_000;
/// Changes from which on it is worth while where nobody waits, and so many at once that nobody has to.
pub(in crate::store) const SOME: i64 = 250;

/// What `cell` counts as of now, changes that wait included, to be read as a table.
pub(super) static CELL: LazyLock<String> = LazyLock::new(|| cell().now());
/// The same for `cell_clock`.
pub(super) static CELL_CLOCK: LazyLock<String> = LazyLock::new(|| cell_clock().now());

/// A roll-up whose changes wait in a table beside it.
struct Waiting {
    table: &'static str,
    /// What tells its rows apart beside slice, day, value and type.
    key: &'static str,
    counts: Vec<&'static str>,
    /// The counts that are all nothing where nothing is left.
    left: &'static [&'static str],
}

fn cell() -> Waiting {
    let counts = Counter::ALL.iter().map(|counter| counter.key()).collect();
    Waiting { table: "cell", key: "from_day", counts, left: &["handed"] }
}

fn cell_clock() -> Waiting {
    let ends = &["met", "late", "open"];
    Waiting { table: "cell_clock", key: "name", counts: ends.to_vec(), left: ends }
}

impl Waiting {
    fn keys(&self) -> String {
        format!("slice, day, value, kind, {}", self.key)
    }

    /// Changes, by slice, out of a table or query of them.
    fn by_slice(&self, changes: &str) -> String {
        format!(
            "SELECT s.slice, day, CASE s.slice WHEN 'all' THEN '' WHEN 'person' THEN person WHEN 'source' THEN source
                 WHEN 'tier' THEN tier ELSE segment END COLLATE NOCASE AS value, kind, {}, {}
             FROM {changes}, {SLICES}",
            self.key,
            self.counts.join(", ")
        )
    }

    /// The roll-up with its changes.
    fn now(&self) -> String {
        let (keys, counts) = (self.keys(), self.counts.join(", "));
        let new = self.by_slice(&format!("{}_change", self.table));
        format!("(SELECT {keys}, {counts} FROM {} UNION ALL {new})", self.table)
    }

    /// The first and the last change that waits.
    fn ends(&self, conn: &Connection) -> rusqlite::Result<(i64, i64)> {
        conn.prepare_cached(&format!(
            "SELECT coalesce((SELECT min(id) FROM {0}_change), 1), coalesce((SELECT max(id) FROM {0}_change), 0)",
            self.table
        ))?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Statements that add the changes up to one to the roll-up, take away what is nothing then, and forget the changes.
    fn add_up(&self, last: i64) -> String {
        let Self { table, key, counts, left } = self;
        let each = |how: &dyn Fn(&str) -> String, between: &str, of: &[&str]| {
            of.iter().map(|count| how(count)).collect::<Vec<_>>().join(between)
        };
        let keys = self.keys();
        // Many changes are of handoffs that count alike: they are one before they are told apart by slice.
        let new = self.by_slice(&format!(
            "(SELECT day, {key}, kind, person, source, tier, segment, {}
              FROM {table}_change WHERE id <= {last} GROUP BY 1, 2, 3, 4, 5, 6, 7)",
            each(&|count| format!("sum({count}) AS {count}"), ", ", counts)
        ));
        format!(
            "INSERT INTO {table} ({keys}, {names})
                 SELECT {keys}, {sums} FROM ({new}) GROUP BY 1, 2, 3, 4, 5 HAVING {any}
                 ON CONFLICT DO UPDATE SET {more};
             DELETE FROM {table} WHERE {nothing} AND ({keys}) IN (SELECT {keys} FROM ({new}));
             DELETE FROM {table}_change WHERE id <= {last};",
            names = counts.join(", "),
            sums = each(&|count| format!("sum({count})"), ", ", counts),
            any = each(&|count| format!("sum({count}) <> 0"), " OR ", counts),
            more = each(&|count| format!("{count} = {count} + excluded.{count}"), ", ", counts),
            nothing = each(&|count| format!("{count} = 0"), " AND ", left),
        )
    }
}

/// Adds up the oldest changes of a roll-up, at most so many, where there are so many.
pub(in crate::store) fn add_up(conn: &Connection, from: i64, most: i64) -> rusqlite::Result<()> {
    for one in [cell(), cell_clock()] {
        let (first, last) = one.ends(conn)?;
        if last - first + 1 >= from {
            conn.execute_batch(&one.add_up(last.min(first.saturating_add(most - 1))))?;
        }
    }
    Ok(())
}

/// Whether so many changes of a roll-up wait.
pub(in crate::store) fn waits(conn: &Connection, so_many: i64) -> rusqlite::Result<bool> {
    let mut waits = false;
    for one in [cell(), cell_clock()] {
        let (first, last) = one.ends(conn)?;
        waits |= last - first + 1 >= so_many;
    }
    Ok(waits)
}
