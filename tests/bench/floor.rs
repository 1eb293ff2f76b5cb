//! The floor: a bare ratatui table over one keyset page of the store, by due time. It knows no rules, no package and no
//! clocks; nothing that shows a page of this store from a file can be much faster.

use std::path::Path;

use ratatui::crossterm::event::{self, Event, KeyCode};
use ratatui::layout::Constraint;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Row, Table, TableState};
use rusqlite::{Connection, OpenFlags, params};

type Record = (i64, i64, [String; 8]);

fn page(conn: &Connection, at: (i64, i64), forward: bool, rows: usize) -> Vec<Record> {
    let sql = if forward {
        "SELECT next_due, id, company, tier, region, source, stage, kind, score, next_clock FROM handoff
         WHERE open = 1 AND (next_due, id) > (?1, ?2) ORDER BY next_due, id LIMIT ?3"
    } else {
        "SELECT next_due, id, company, tier, region, source, stage, kind, score, next_clock FROM handoff
         WHERE open = 1 AND (next_due, id) < (?1, ?2) ORDER BY next_due DESC, id DESC LIMIT ?3"
    };
    let mut statement = conn.prepare_cached(sql).unwrap();
    let mut found: Vec<Record> = statement
        .query_map(params![at.0, at.1, rows as i64], |row| {
            let text = |column: usize| {
                Ok::<_, rusqlite::Error>(match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Text(text) => {
                        String::from_utf8_lossy(text).into_owned()
                    }
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    _ => String::new(),
                })
            };
            let mut cells: [String; 8] = Default::default();
            for (n, cell) in cells.iter_mut().enumerate() {
                *cell = text(n + 2)?;
            }
            Ok((row.get(0)?, row.get(1)?, cells))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    if !forward {
        found.reverse();
    }
    found
}

pub(crate) fn run(store: &Path) -> std::io::Result<()> {
    let conn = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let mut terminal = ratatui::try_init()?;
    let height = usize::from(terminal.size()?.height) - 2;
    let mut rows = page(&conn, (i64::MIN, 0), true, height);
    let mut state = TableState::default().with_selected(0);
    let mut moved = 0_u64;
    loop {
        terminal.draw(|frame| {
            let widths = [10, 10, 34, 8, 16, 16, 12, 12, 8, 12].map(Constraint::Length);
            let body = rows.iter().map(|(due, id, cells)| {
                Row::new(
                    [due.to_string(), format!("H-{id}")].into_iter().chain(cells.iter().cloned()),
                )
            });
            let table = Table::new(body, widths)
                .header(Row::new([
                    "due", "id", "account", "tier", "region", "source", "stage", "type", "score",
                    "clock",
                ]))
                .block(Block::new().title_bottom(format!("READY moved {moved} ")))
                .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
            frame.render_stateful_widget(table, frame.area(), &mut state);
        })?;
        let Event::Key(key) = event::read()? else { continue };
        moved += 1;
        let place = |row: Option<&Record>| row.map_or((0, 0), |row| (row.0, row.1));
        let selected = state.selected().unwrap_or(0);
        match key.code {
            KeyCode::Char('q') => break,
            KeyCode::Char('j') if selected + 1 < rows.len() => state.select(Some(selected + 1)),
            KeyCode::Char('j') => {
                let mut next = page(&conn, place(rows.last()), true, 1);
                if !next.is_empty() {
                    rows.remove(0);
                    rows.append(&mut next);
                }
            }
            KeyCode::PageDown => {
                let next = page(&conn, place(rows.last()), true, height);
                if !next.is_empty() {
                    rows = next;
                }
            }
            KeyCode::Char('g') => {
                rows = page(&conn, (i64::MIN, 0), true, height);
                state.select(Some(0));
            }
            KeyCode::Char('G') => {
                rows = page(&conn, (i64::MAX, i64::MAX), false, height);
                state.select(Some(rows.len().saturating_sub(1)));
            }
            _ => {}
        }
    }
    ratatui::try_restore()
}
