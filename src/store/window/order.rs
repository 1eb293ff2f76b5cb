//! The order of a list: segments that follow each other, each sorted by one column and then by id, and places in it.
//!
//! Tier, type, stage and owner make one segment for each of their values, sorted by the next due clock. What has no
//! value to sort by stands at the end in both directions.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::need::Range;
use super::plan::{Column, Wanted};
use super::ways::Values;
use crate::domain::account::Tier;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::queue::{Cursor, CursorValue};
use crate::domain::stage::Stage;
use crate::domain::view::{Sort, SortKey};
use crate::store::rows::NEVER;

/// A value that an index is sorted by, compared as the index does: text without regard to the case of ASCII.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Key {
    Number(i64),
    Text(String),
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => caseless(a, b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Number(number) => Self::Integer(number),
            Key::Text(text) => Self::Text(text),
        }
    }
}

/// As SQLite's NOCASE compares.
fn caseless(a: &str, b: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(fold).cmp(b.bytes().map(fold))
}

/// Where a row stands.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Place {
    pub(super) segment: usize,
    pub(super) key: Key,
    pub(super) id: i64,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) column: Column,
    pub(super) descending: bool,
    /// What its cursors call it; none where they name the value itself.
    label: Option<String>,
    only: Only,
}

/// What a segment holds of a list.
#[derive(Clone, Debug)]
enum Only {
    All,
    Due(Range),
    Tier(Tier),
    Stage(Stage),
    Kind(String),
    Owners(Vec<Option<PersonId>>),
    Waking,
    NotWaking,
}

impl Segment {
    /// What is wanted of the list in this segment; none where the filter leaves nothing of it.
    pub(super) fn of(&self, wanted: &Wanted) -> Option<Wanted> {
        let mut part = wanted.clone();
        let left = match &self.only {
            Only::All | Only::Waking => true,
            Only::Due(range) => {
                part.due = part.due.and(*range);
                !part.due.is_empty()
            }
            Only::Tier(tier) => {
                part.tiers.retain(|one| one == tier);
                !part.tiers.is_empty()
            }
            Only::Stage(stage) => {
                part.stages.retain(|one| one == stage);
                !part.stages.is_empty()
            }
            Only::Kind(kind) => {
                let left = part.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind));
                part.kinds = Some(vec![kind.clone()]);
                left
            }
            Only::Owners(people) => {
                let mut people = people.clone();
                people.retain(|one| part.owners.as_ref().is_none_or(|owners| owners.contains(one)));
                let left = !people.is_empty();
                part.owners = Some(people);
                left
            }
            Only::NotWaking => {
                part.never_wakes = true;
                true
            }
        };
        left.then_some(part)
    }
}

/// The segments of a list in the order in which they stand.
pub(super) fn segments(conn: &Connection, sort: Sort) -> rusqlite::Result<Vec<Segment>> {
    let descending = sort.descending;
    let one = |column| vec![Segment { column, descending, label: None, only: Only::All }];
    let group = |label: &str, only| Segment {
        column: Column::Due,
        descending: false,
        label: Some(label.to_owned()),
        only,
    };
    let mut groups: Vec<Segment> = match sort.key {
        SortKey::Company => return Ok(one(Column::Company)),
        SortKey::Score => return Ok(one(Column::Score)),
        SortKey::Created => return Ok(one(Column::Created)),
        SortKey::Due if !descending => return Ok(one(Column::Due)),
        SortKey::Due => {
            let some = Range { first: i64::MIN, last: NEVER - 1 };
            let none = Range { first: NEVER, last: NEVER };
            return Ok([some, none]
                .map(|range| Segment {
                    column: Column::Due,
                    descending,
                    label: None,
                    only: Only::Due(range),
                })
                .to_vec());
        }
        SortKey::Wake => {
            let waking =
                Segment { column: Column::Wake, descending, label: None, only: Only::Waking };
            return Ok(vec![waking, group("", Only::NotWaking)]);
        }
        SortKey::Tier => {
            Tier::ALL.iter().map(|tier| group(tier.key(), Only::Tier(*tier))).collect()
        }
        SortKey::Stage => {
            Stage::ALL.iter().map(|stage| group(stage.key(), Only::Stage(*stage))).collect()
        }
        SortKey::Type => {
            let mut statement =
                conn.prepare_cached("SELECT DISTINCT kind FROM tally WHERE n > 0 ORDER BY kind")?;
            let kinds = statement.query_map([], |row| row.get::<_, String>(0))?;
            let kinds = kinds.collect::<rusqlite::Result<Vec<_>>>()?;
            kinds.into_iter().map(|kind| group(&kind.clone(), Only::Kind(kind))).collect()
        }
        SortKey::Owner => {
            // Two people of one name share a segment, for a cursor knows the name only.
            let mut people: Vec<(String, PersonId)> = conn
                .prepare_cached(
                    "SELECT name, id FROM person WHERE id IN (SELECT assignee FROM tally_assignee WHERE n > 0)",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            people.sort_by(|a, b| caseless(&a.0, &b.0).then(a.1.cmp(&b.1)));
            people
                .chunk_by(|a, b| caseless(&a.0, &b.0).is_eq())
                .map(|same| {
                    let ids = same.iter().map(|(_, id)| Some(*id)).collect();
                    group(same.first().map_or("", |(name, _)| name), Only::Owners(ids))
                })
                .collect()
        }
    };
    if descending {
        groups.reverse();
    }
    if sort.key == SortKey::Owner {
        groups.push(group("", Only::Owners(vec![None])));
    }
    Ok(groups)
}

/// The place that a cursor means; the id may be gone, and so may be the segment.
pub(super) fn place(cursor: &Cursor, sort: Sort, segments: &[Segment]) -> Place {
    let id = cursor.id.0;
    match &cursor.value {
        CursorValue::Number(number) => {
            let segment = usize::from(segments.len() > 1 && *number == NEVER);
            Place { segment, key: Key::Number(*number), id }
        }
        CursorValue::Text(text) => Place { segment: 0, key: Key::Text(text.clone()), id },
        CursorValue::Within(label, due) => {
            let at = segments.iter().position(|segment| {
                segment.label.as_deref().is_some_and(|own| caseless(own, label).is_eq())
            });
            let key = Key::Number(*due);
            if let Some(segment) = at {
                return Place { segment, key, id };
            }
            // The group is gone: its place is before the first that would follow it.
            let follows = |segment: &Segment| {
                let own = segment.label.as_deref().unwrap_or_default();
                let order = caseless(own, label);
                own.is_empty() || if sort.descending { order.is_lt() } else { order.is_gt() }
            };
            let segment = segments.iter().position(follows).unwrap_or(segments.len());
            Place { segment, key: Key::Number(i64::MIN), id: 0 }
        }
    }
}

/// The cursor for a place.
pub(super) fn cursor(place: &Place, segments: &[Segment]) -> Cursor {
    let label = segments.get(place.segment).and_then(|segment| segment.label.clone());
    let value = match (&place.key, label) {
        (Key::Number(due), Some(label)) => CursorValue::Within(label, *due),
        (Key::Number(number), None) => CursorValue::Number(*number),
        (Key::Text(text), _) => CursorValue::Text(text.clone()),
    };
    Cursor { value, id: HandoffId(place.id) }
}

/// Where a row with these values stands.
pub(super) fn place_of(values: &Values, segments: &[Segment]) -> Option<Place> {
    let holds = |segment: &Segment| match &segment.only {
        Only::All => true,
        Only::Due(range) => range.first <= values.due && values.due <= range.last,
        Only::Tier(tier) => tier.key() == values.tier,
        Only::Stage(stage) => stage.key() == values.stage,
        Only::Kind(kind) => *kind == values.kind,
        Only::Owners(people) => people.contains(&values.assignee.map(PersonId)),
        Only::Waking => values.wake.is_some(),
        Only::NotWaking => values.wake.is_none(),
    };
    let segment = segments.iter().position(holds)?;
    let key = match segments.get(segment)?.column {
        Column::Due => Key::Number(values.due),
        Column::Company => Key::Text(values.company.clone()),
        Column::Score => Key::Number(values.score),
        Column::Created => Key::Number(values.created),
        Column::Wake => Key::Text(values.wake.clone()?),
    };
    Some(Place { segment, key, id: values.id })
}

/// How two places of a list stand to each other.
pub(super) fn compare(a: &Place, b: &Place, segments: &[Segment]) -> Ordering {
    let inside = || {
        let order = a.key.cmp(&b.key).then(a.id.cmp(&b.id));
        let descending = segments.get(a.segment).is_some_and(|segment| segment.descending);
        if descending { order.reverse() } else { order }
    };
    a.segment.cmp(&b.segment).then_with(inside)
}
