//! The second opinion: reads every handoff with its account, tests it in memory and sorts all of them.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::ZONE;
use crate::domain::filter::{Facing, Flag, Test, Who, Word};
use crate::domain::ids::HandoffId;
use crate::domain::queue::Query;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::domain::view::SortKey;
use crate::domain::when::start_of;
use crate::store::Store;
use crate::store::terms::terms;

/// A handoff with its account.
pub(super) struct Row {
    id: i64,
    stage: Stage,
    tier: String,
    kind: String,
    source: String,
    score: u8,
    completeness: Option<u8>,
    rating: Option<u8>,
    sender: Option<i64>,
    sender_name: String,
    sender_email: String,
    assignee: Option<i64>,
    assignee_name: String,
    assignee_email: String,
    co_owner: Option<(i64, i64)>,
    co_owner_name: String,
    co_owner_email: String,
    created: i64,
    submitted: Option<i64>,
    due: Option<i64>,
    clocks: Vec<String>,
    paused: bool,
    held_late: bool,
    wake: Option<NaiveDate>,
    defer: Option<NaiveDate>,
    batch: Option<NaiveDate>,
    code: Option<String>,
    company: String,
    domain: String,
    contacts: Vec<String>,
    region: Option<String>,
    industry: Option<String>,
    segment: Option<String>,
    relation: String,
    tal: bool,
}

/// The ids that pass, in order.
pub(super) fn list(all: &[Row], query: &Query) -> Vec<i64> {
    let mut rows: Vec<_> = all.iter().filter(|row| passes(row, query)).collect();
    rows.sort_by(|a, b| compare(a, b, query));
    rows.iter().map(|row| row.id).collect()
}

/// Every handoff.
pub(super) fn read(store: &Store) -> Vec<Row> {
    let sql = "
        SELECT h.*, p.name AS p_name, p.email AS p_email, co.name AS co_name, co.email AS co_email, a.domain AS a_domain,
               se.name AS se_name, se.email AS se_email,
               a.name AS a_name, a.region AS a_region, a.industry AS a_industry, a.segment AS a_segment,
               a.relation AS a_relation, a.on_tal AS a_tal,
               (SELECT json_group_array(c.name) FROM contact AS c WHERE c.account = a.id) AS contacts,
               (SELECT json_group_array(c.name) FROM clock AS c
                WHERE c.handoff = h.id AND c.state = 'running') AS clocks
        FROM handoff AS h JOIN account AS a ON a.id = h.account LEFT JOIN person AS p ON p.id = h.assignee
            LEFT JOIN person AS co ON co.id = h.co_owner LEFT JOIN person AS se ON se.id = h.sender";
    let day = |text: Option<String>| text.map(|text| text.parse::<NaiveDate>().unwrap());
    let read = store.read(|conn| {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let due: i64 = row.get("next_due")?;
            let until: Option<i64> = row.get("co_owner_until")?;
            Ok(Row {
                id: row.get("id")?,
                stage: row.get("stage")?,
                tier: row.get("tier")?,
                kind: row.get("kind")?,
                source: row.get("source")?,
                score: row.get("score")?,
                completeness: row.get("completeness")?,
                rating: row.get("rating")?,
                sender: row.get("sender")?,
                sender_name: row.get::<_, Option<String>>("se_name")?.unwrap_or_default(),
                sender_email: row.get::<_, Option<String>>("se_email")?.unwrap_or_default(),
                assignee: row.get("assignee")?,
                assignee_name: row.get::<_, Option<String>>("p_name")?.unwrap_or_default(),
                assignee_email: row.get::<_, Option<String>>("p_email")?.unwrap_or_default(),
                co_owner: row.get::<_, Option<i64>>("co_owner")?.zip(until),
                co_owner_name: row.get::<_, Option<String>>("co_name")?.unwrap_or_default(),
                co_owner_email: row.get::<_, Option<String>>("co_email")?.unwrap_or_default(),
                created: row.get("at_created")?,
                submitted: row.get("at_submitted")?,
                due: (due < i64::MAX).then_some(due),
                clocks: serde_json::from_str(&row.get::<_, String>("clocks")?).unwrap(),
                paused: row.get("paused")?,
                held_late: row.get("held_late")?,
                wake: day(row.get("on_wake")?),
                defer: day(row.get("on_defer")?),
                batch: day(row.get("on_batch")?),
                code: row.get("code")?,
                company: row.get("a_name")?,
                domain: row.get::<_, Option<String>>("a_domain")?.unwrap_or_default(),
                contacts: serde_json::from_str(&row.get::<_, String>("contacts")?).unwrap(),
                region: row.get("a_region")?,
                industry: row.get("a_industry")?,
                segment: row.get("a_segment")?,
                relation: row.get("a_relation")?,
                tal: row.get("a_tal")?,
            })
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    });
    read.unwrap()
}

fn passes(row: &Row, query: &Query) -> bool {
    query.filter.terms.iter().all(|term| match holds(row, &term.test, query) {
        Some(holds) => holds != term.negated,
        None => true,
    })
}

/// None where the term asks for nothing.
fn holds(row: &Row, test: &Test, query: &Query) -> Option<bool> {
    let same = |a: &Option<String>, b: &String| {
        a.as_ref().is_some_and(|a| a.to_lowercase() == b.to_lowercase())
    };
    let within = |test: &crate::domain::filter::TimeTest, facing, at: Instant| {
        test.window(facing, query.now, ZONE).holds(at)
    };
    Some(match test {
        Test::Words(words) => {
            let found: Vec<bool> = words.iter().filter_map(|one| word(row, one, query)).collect();
            if found.is_empty() {
                return None;
            }
            found.contains(&true)
        }
        Test::Submitted(any) => row
            .submitted
            .is_some_and(|at| any.iter().any(|test| within(test, Facing::Back, Instant(at)))),
        Test::Measured(..) => panic!("how handoffs stand to measures has tests of its own"),
        Test::Tier(any) => any.iter().any(|tier| tier.key() == row.tier),
        Test::Stage(any) => any.contains(&row.stage),
        Test::Type(any) => any.contains(&row.kind),
        Test::Owner(any) => any
            .iter()
            .any(|one| who(one, row.assignee, &row.assignee_name, &row.assignee_email, query)),
        Test::CoOwner(any) => {
            let still = row.co_owner.filter(|(_, until)| *until > query.now.0).map(|(id, _)| id);
            any.iter().any(|one| who(one, still, &row.co_owner_name, &row.co_owner_email, query))
        }
        Test::Due(any) => any
            .iter()
            .any(|test| row.due.is_some_and(|due| within(test, Facing::Ahead, Instant(due)))),
        Test::Clock(any) => any.iter().any(|name| row.clocks.iter().any(|own| name.key() == own)),
        Test::Source(any) => any.iter().any(|source| source.key() == row.source),
        Test::Score(any) => any.iter().any(|test| test.holds(row.score)),
        Test::Completeness(any) => {
            any.iter().any(|test| row.completeness.is_some_and(|percent| test.holds(percent)))
        }
        Test::Rating(any) => {
            any.iter().any(|test| row.rating.is_some_and(|stars| test.holds(stars)))
        }
        Test::Sender(any) => {
            any.iter().any(|one| who(one, row.sender, &row.sender_name, &row.sender_email, query))
        }
        Test::Region(any) => any.iter().any(|one| same(&row.region, one)),
        Test::Segment(any) => any.iter().any(|one| same(&row.segment, one)),
        Test::Industry(any) => any.iter().any(|one| same(&row.industry, one)),
        Test::Relation(any) => any.iter().any(|relation| relation.key() == row.relation),
        Test::Created(any) => {
            any.iter().any(|test| within(test, Facing::Back, Instant(row.created)))
        }
        Test::Code(any) => any.iter().any(|code| row.code.as_ref() == Some(code)),
        Test::Wake(any) => any.iter().any(|test| {
            [row.wake, row.defer]
                .into_iter()
                .flatten()
                .any(|day| within(test, Facing::Ahead, start_of(day, ZONE)))
        }),
        Test::Batch(any) => any.iter().any(|week| {
            row.batch.is_some_and(|monday| monday.format("%G-W%V").to_string() == *week)
        }),
    })
}

fn word(row: &Row, word: &Word, query: &Query) -> Option<bool> {
    let id = |id: HandoffId| row.id.to_string().starts_with(&id.0.to_string());
    Some(match word {
        Word::Id(wanted) => id(*wanted),
        Word::Text(text) => {
            let typed = terms(text);
            if typed.is_empty() {
                return None;
            }
            let company = format!("{} {}", row.company, row.domain);
            let mut texts = std::iter::once(&company).chain(&row.contacts);
            let digits =
                text.parse().ok().filter(|id| *id > 0).is_some_and(|wanted| id(HandoffId(wanted)));
            digits || texts.any(|text| begins(text, &typed))
        }
        Word::Flag(Flag::Breached) => {
            row.due.is_some_and(|due| due <= query.now.0) || row.held_late
        }
        Word::Flag(Flag::Open) => row.stage.is_open(),
        Word::Flag(Flag::Paused) => row.paused,
        Word::Flag(Flag::Unassigned) => row.assignee.is_none(),
        Word::Flag(Flag::Deferred) => {
            let today = query.now.utc().with_timezone(&ZONE).date_naive();
            row.stage == Stage::Queued && row.defer.is_some_and(|day| day > today)
        }
        Word::Flag(Flag::Tal) => row.tal,
    })
}

/// Whether the words typed stand side by side in the text, the last of them perhaps unfinished.
fn begins(text: &str, typed: &[String]) -> bool {
    let words = terms(text);
    words.windows(typed.len()).any(|some| {
        let (last, whole) = typed.split_last().unwrap();
        some[..whole.len()] == *whole && some[whole.len()].starts_with(last)
    })
}

fn who(who: &Who, id: Option<i64>, name: &str, email: &str, query: &Query) -> bool {
    match who {
        Who::Me => id.is_some() && id == query.me.map(|me| me.0),
        Who::Nobody => id.is_none(),
        Who::Named(typed) => {
            // A name that is somebody's whole name means nobody else.
            if id.is_none() {
                return false;
            }
            let whole = crate::store::testing::PEOPLE
                .iter()
                .any(|person| person.eq_ignore_ascii_case(typed));
            if whole {
                return name.eq_ignore_ascii_case(typed);
            }
            let own = email.split('@').next().unwrap();
            begins(name, &terms(typed)) || begins(own, &terms(typed))
        }
    }
}

fn compare(a: &Row, b: &Row, query: &Query) -> Ordering {
    let turn = |order: Ordering| if query.sort.descending { order.reverse() } else { order };
    let ids = turn(a.id.cmp(&b.id));
    let dues = {
        let due = |row: &Row| row.due.unwrap_or(i64::MAX);
        due(a).cmp(&due(b)).then(a.id.cmp(&b.id))
    };
    let place = |stage: Stage| Stage::ALL.iter().position(|one| *one == stage);
    match query.sort.key {
        SortKey::Due => match (a.due, b.due) {
            (Some(one), Some(other)) => turn(one.cmp(&other)).then(ids),
            (None, None) => ids,
            (one, other) => one.is_none().cmp(&other.is_none()),
        },
        SortKey::Company => {
            turn(a.company.to_ascii_lowercase().cmp(&b.company.to_ascii_lowercase())).then(ids)
        }
        SortKey::Score => turn(a.score.cmp(&b.score)).then(ids),
        SortKey::Created => turn(a.created.cmp(&b.created)).then(ids),
        SortKey::Wake => match (a.wake, b.wake) {
            (Some(one), Some(other)) => turn(one.cmp(&other)).then(ids),
            (None, None) => dues,
            (one, other) => one.is_none().cmp(&other.is_none()),
        },
        SortKey::Tier => turn(a.tier.cmp(&b.tier)).then(dues),
        SortKey::Type => turn(a.kind.cmp(&b.kind)).then(dues),
        SortKey::Stage => turn(place(a.stage).cmp(&place(b.stage))).then(dues),
        SortKey::Owner => match (a.assignee, b.assignee) {
            (Some(_), Some(_)) => {
                turn(a.assignee_name.to_lowercase().cmp(&b.assignee_name.to_lowercase())).then(dues)
            }
            (None, None) => dues,
            (one, other) => one.is_none().cmp(&other.is_none()),
        },
    }
}
