//! What is on screen, written to a file in the folder that the desk was started in.

use super::work::Work;
use crate::desk::DeskError;
use crate::domain::batch::Week;
use crate::domain::queue::{Edge, Query};
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::platform::fs;
use crate::report::measures::{Cell, Format, Part, XlsxError, list, write, write_table};
use crate::tui::answer::Answer;
use crate::tui::effect::Export;
use crate::tui::worker::record;

/// Handoffs that are read at a time.
const PAGE: usize = 500;
/// Most rows of an export from the screen; the command line has no such end.
const MOST: usize = 50_000;

/// A file's name, and what is in it where it could be put together.
type File = (String, Result<Vec<u8>, XlsxError>);

impl Work {
    /// Writes a file, and says where it is.
    pub(super) fn export(&self, what: &Export, now: Instant) -> Result<Answer, DeskError> {
        let (name, bytes) = self.file(what, now)?;
        let written = bytes.map_err(|error| error.to_string()).and_then(|bytes| {
            fs::write_here(&name, &bytes).map_err(|error| format!("{name}: {error}."))
        });
        Ok(match written {
            Ok(path) => {
                let sentence = format!("Wrote {}.", safe(&path.to_string_lossy()));
                Answer::Told { good: true, sentence }
            }
            Err(why) => {
                Answer::Told { good: false, sentence: format!("Not written: {}", safe(&why)) }
            }
        })
    }

    /// The name of a file and what is in it.
    pub(super) fn file(&self, what: &Export, now: Instant) -> Result<File, DeskError> {
        let zone = self.desk().policy().zone;
        let day = now.utc().with_timezone(&zone).format("%Y-%m-%d");
        Ok(match what {
            Export::Report(scope, format) => {
                let format: Format = format.parse().unwrap_or(Format::Text);
                let end = if format == Format::Text { "txt" } else { format.key() };
                let report = self.desk().report(scope, now)?;
                (format!("handoff-{}.{end}", scope.period), write(&report, format))
            }
            Export::List(query) => {
                let rows = self.all(query)?;
                let part = list("Handoffs", &rows, zone);
                (format!("handoffs-{day}.csv"), write_table(part, Format::Csv))
            }
            Export::Batch(week) => {
                (format!("batch-{week}.csv"), write_table(self.batch(*week, now)?, Format::Csv))
            }
            Export::Team => (format!("team-{day}.csv"), write_table(self.team(now)?, Format::Csv)),
            Export::Activity => {
                (format!("activity-{day}.csv"), write_table(self.activity()?, Format::Csv))
            }
        })
    }

    fn all(&self, query: &Query) -> Result<Vec<crate::domain::queue::QueueRow>, DeskError> {
        let mut rows: Vec<crate::domain::queue::QueueRow> = Vec::new();
        let mut edge = Edge::First;
        while rows.len() < MOST {
            let page = self.desk().window(query, &edge, PAGE.min(MOST - rows.len()))?;
            let more = page.after;
            rows.extend(page.rows);
            match rows.last() {
                Some(last) if more => edge = Edge::After(last.cursor.clone()),
                _ => break,
            }
        }
        Ok(rows)
    }

    /// A week's batch: what waits with what is decided or proposed, then what is settled.
    fn batch(&self, week: Week, now: Instant) -> Result<Part, DeskError> {
        let sheet = self.desk().sheet(week, self.me, now)?;
        let decisions = sheet.decisions();
        let solved = sheet.round.solve(&decisions, self.desk().policy());
        let people = &sheet.round.people;
        let name = |id| {
            let person = people.iter().find(|person| Some(person.id) == id);
            Cell::text(person.map(|person| person.name.clone()).unwrap_or_default())
        };
        let all = sheet.round.items.iter().chain(&sheet.undelivered).chain(&sheet.settled);
        let rows = all.map(|item| {
            let decided = decisions.get(&item.id).map(|decision| decision.words(people));
            vec![
                Cell::text(item.id.to_string()),
                Cell::text(&item.account.name),
                Cell::text(item.tier.key()),
                Cell::Count(i64::from(item.score)),
                Cell::text(item.stage.key()),
                item.completeness
                    .map_or_else(|| Cell::text(""), |share| Cell::Count(i64::from(share))),
                name(solved.picks.get(&item.id).and_then(|pick| pick.to)),
                Cell::text(decided.unwrap_or_default()),
                name(item.assignee),
                Cell::text(&item.reason),
            ]
        });
        let heads = [
            "id",
            "account",
            "tier",
            "score",
            "stage",
            "completeness",
            "proposed",
            "decided",
            "owner",
            "reason",
        ];
        Ok(Part {
            key: "Batch",
            title: format!("Batch {week}"),
            heads: heads.map(str::to_owned).to_vec(),
            rows: rows.collect(),
            ..Part::default()
        })
    }

    fn team(&self, now: Instant) -> Result<Part, DeskError> {
        let heads = [
            "name",
            "role",
            "active",
            "open",
            "capacity",
            "breached",
            "assigned in 30 days",
            "first touch, hours",
            "last assigned",
        ];
        let rows = self.desk().team(now)?.into_iter().map(|row| {
            vec![
                Cell::text(&row.person.name),
                Cell::text(row.person.role.key()),
                Cell::text(if row.person.active { "yes" } else { "no" }),
                Cell::Count(i64::from(row.open)),
                row.person
                    .capacity
                    .map_or_else(|| Cell::text(""), |most| Cell::Count(i64::from(most))),
                Cell::Count(i64::from(row.breached)),
                Cell::Count(i64::from(row.assigned_30d)),
                row.first_touch.map_or_else(
                    || Cell::text(""),
                    |ms| {
                        let hours = ms as f64 / 3_600_000.0;
                        Cell::Figure(Some(hours), format!("{hours:.1}"))
                    },
                ),
                Cell::text(row.last_assigned.map(|at| at.to_string()).unwrap_or_default()),
            ]
        });
        Ok(Part {
            key: "Team",
            title: "Team".to_owned(),
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            rows: rows.collect(),
            ..Part::default()
        })
    }

    /// The newest of the record.
    fn activity(&self) -> Result<Part, DeskError> {
        let heads = ["number", "at", "who", "handoff", "account", "what", "details"];
        let mut rows = Vec::new();
        let mut before = None;
        while rows.len() < MOST {
            let entries = self.desk().activity(before, 500)?;
            let Some(last) = entries.last() else { break };
            before = Some(last.seq);
            rows.extend(entries.into_iter().map(record::of_entry).map(|one| {
                vec![
                    Cell::Count(one.seq),
                    Cell::text(one.at.to_string()),
                    Cell::text(&one.who),
                    Cell::text(one.handoff.map(|id| id.to_string()).unwrap_or_default()),
                    Cell::text(&one.company),
                    Cell::text(&one.what),
                    Cell::text(one.details.join("; ")),
                ]
            }));
        }
        Ok(Part {
            key: "Activity",
            title: "Activity".to_owned(),
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            rows,
            ..Part::default()
        })
    }
}
