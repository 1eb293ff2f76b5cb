//! The plans behind the lists, as SQLite tells them, and what they cost in steps of its machine.

use super::*;
use crate::store::sql::Sql;
use crate::store::window::walk::Scan;

/// How SQLite goes about a statement.
fn plan(conn: &Connection, sql: &Sql) -> String {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text())).unwrap();
    let steps = statement
        .query_map(rusqlite::params_from_iter(sql.params()), |row| row.get::<_, String>(3))
        .unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

/// Every statement that walking a list takes, from its beginning and from a place in the middle, in both directions.
fn statements(conn: &Connection, query: &Query, mut each: impl FnMut(&Sql)) {
    let wanted = Wanted::of(need::needs(conn, query).unwrap()).unwrap();
    let segments = segments(conn, query.sort).unwrap();
    for (at, segment) in segments.iter().enumerate() {
        let Some(part) = segment.of(&wanted) else { continue };
        let ways = Ways::by_due(conn, &part).unwrap();
        let walk = part.walk(segment.column, ways.to_walk().unwrap());
        let key = match segment.column {
            Column::Company | Column::Wake => order::Key::Text("2026".into()),
            _ => order::Key::Number(7),
        };
        let place = Place { segment: at, key, id: 5 };
        for upward in [true, false] {
            for start in [None, Some((&place, false)), Some((&place, true))] {
                for stream in &walk.streams {
                    if let Some(sql) = walk.statement(stream, start, Some(&place), upward, 46) {
                        each(&sql);
                    }
                }
            }
        }
    }
}

#[test]
fn built_in_views_are_walked_along_an_index_and_never_sorted() {
    let full = full(50);
    full.store
        .read(|conn| {
            for view in built_in() {
                for key in SortKey::ALL {
                    let query = query(&view.filter, key.key());
                    statements(conn, &query, |sql| {
                        let plan = plan(conn, sql);
                        let shown = format!("{} by {key}: {}\n{plan}", view.name, sql.text());
                        assert!(
                            plan.contains("USING INDEX") || plan.contains("USING COVERING INDEX"),
                            "{shown}"
                        );
                        assert!(!plan.contains("TEMP B-TREE"), "{shown}");
                        assert!(!plan.contains("MULTI-INDEX"), "{shown}");
                        // The bounds of the page are found in the index, id included, and not looked for.
                        assert!(
                            !sql.text().contains(", h.id) ") || plan.contains(",rowid)"),
                            "{shown}"
                        );
                        assert!(plan.starts_with("SEARCH h "), "{shown}");
                    });
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn every_term_is_fetched_by_an_index() {
    let full = full(50);
    full.store
        .read(|conn| {
            for line in TERMS {
                let needs = need::needs(conn, &query(line, "due")).unwrap();
                let Some(wanted) = Wanted::of(needs) else { continue };
                for (way, from) in wanted
                    .ways()
                    .iter()
                    .flat_map(|way| way.ranges.iter().map(move |(from, _)| (way, from)))
                {
                    let mut sql = Sql::new("SELECT h.id");
                    wanted.test(None, sql.append(from));
                    let plan = plan(conn, &sql);
                    let indexed = plan.starts_with("SEARCH h USING ")
                        || plan.starts_with("SEARCH c USING ")
                        // These hold nothing but what is asked for.
                        || plan.starts_with("SCAN h USING COVERING INDEX handoff_tal")
                        || plan.starts_with("SCAN h USING COVERING INDEX handoff_paused");
                    assert!(indexed, "{line}: {}\n{plan}\n{way:?}", sql.text());
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

/// Steps of the machine for a page at an edge.
fn steps(store: &Store, query: &Query, edge: &Edge) -> u64 {
    store
        .snapshot(|conn| {
            let wanted = Wanted::of(need::needs(conn, query)?).unwrap();
            let segments = segments(conn, query.sort)?;
            let ways = Ways::of(conn, &wanted, query.sort == Sort::default())?;
            if ways.to_fetch(query.sort == Sort::default()).is_some() {
                return Ok(0);
            }
            let at = match edge {
                Edge::After(cursor) | Edge::Before(cursor) | Edge::From(cursor) => {
                    Some(place(cursor, query.sort, &segments))
                }
                Edge::First | Edge::Last => None,
            };
            let mut scan = Scan::new(conn, BUDGET)?;
            let start = at.as_ref().map(|at| (at, matches!(edge, Edge::From(_))));
            let forward = !matches!(edge, Edge::Last | Edge::Before(_));
            walk(&mut scan, &segments, (&wanted, &ways), start, forward, 46)?;
            Ok(scan.used())
        })
        .unwrap()
}

#[test]
fn a_page_of_a_built_in_view_costs_the_same_in_a_long_list() {
    let full = full(4_000);
    for view in built_in() {
        for key in SortKey::ALL {
            let query = query(&view.filter, &Sort::by(*key).to_string());
            let page = full.store.window(&query, &Edge::First, 300).unwrap();
            let mut edges = vec![Edge::First, Edge::Last];
            if let Some(last) = page.rows.last() {
                edges.extend(
                    [Edge::After, Edge::Before, Edge::From].map(|at| at(last.cursor.clone())),
                );
            }
            for edge in edges {
                let steps = steps(&full.store, &query, &edge);
                // One row of the page takes some 20 steps, and one of four thousand that is looked at in vain 8.
                assert!(steps <= 12_000, "{} by {key}, {edge:?}: {steps} steps", view.name);
            }
        }
    }
}
