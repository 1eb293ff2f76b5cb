//! `handoff list`: handoffs by filter or saved view; people; the views themselves. Accounts and what imports kept are in
//! `brought`.

use serde_json::{Value, json};

use super::args::List;
use super::context::Context;
use super::failure::{Failure, Status};
use super::listing::Listing;
use super::table::{column, number, text};
use super::{brought, road, rows};
use crate::desk::Desk;
use crate::domain::filter::{Filter, parse};
use crate::domain::person::Person;
use crate::domain::queue::{Count, Edge, Query, QueueRow};
use crate::domain::say;
use crate::domain::text::safe;
use crate::domain::view::{Sort, SortKey, built_in};
use crate::platform::stdio;
use crate::report::measures::{Format, list as table, write_table};

/// Rows that are read at a time.
const PAGE: usize = 500;

/// How far handoffs are counted.
const COUNT_TO: u64 = 100_000;

pub(super) fn run(args: &List, context: &Context) -> Result<Status, Failure> {
    let line = args.filter.join(" ");
    if let Some(verdict) = &args.verdict {
        return match line.trim() {
            "accounts" => super::verdicts::run(verdict, args, context),
            _ => Err(Failure::usage("--verdict goes with `handoff list accounts`.".to_owned())),
        };
    }
    if args.unattached {
        return match line.trim() {
            "contacts" => brought::unattached(args, context),
            _ => Err(Failure::usage("--unattached goes with `handoff list contacts`.".to_owned())),
        };
    }
    if let Some((first, rest)) = args.filter.split_first()
        && first == "accounts"
    {
        return brought::accounts(rest, args, context);
    }
    match line.trim() {
        "contacts" => Err(Failure::usage(
            "`handoff list contacts` goes with --unattached; the contacts of an account stand in `handoff show`."
                .to_owned(),
        )),
        "kept" => brought::kept(args, context),
        "people" => people(args, context),
        "views" => views(args, context),
        line => handoffs(line, args, context),
    }
}

fn handoffs(line: &str, args: &List, context: &Context) -> Result<Status, Failure> {
    let present = context.desk()?;
    let as_of =
        args.as_of.as_deref().map(|text| road::past(text, &present, context)).transpose()?;
    let past = as_of.map(|at| road::as_of(at, &present, context)).transpose()?;
    let desk = past.as_ref().map_or(&present, |(past, _)| past);
    let (line, mut sort) = match &args.view {
        None => (line.to_owned(), Sort::by(SortKey::Due)),
        Some(key) => {
            let views = built_in();
            let view =
                views.iter().find(|view| view.key.eq_ignore_ascii_case(key)).ok_or_else(|| {
                    let keys: Vec<_> = views.iter().map(|view| view.key.as_str()).collect();
                    Failure::usage(format!(
                        "There is no view \"{}\"; there are {}.",
                        safe(key),
                        keys.join(", ")
                    ))
                })?;
            (format!("{} {line}", view.filter), view.sort)
        }
    };
    if let Some(text) = &args.sort {
        sort = text
            .parse()
            .map_err(|why: String| Failure::usage(format!("--sort: {}.", safe(&why))))?;
    }
    let query = Query {
        filter: filter(&line)?,
        sort,
        me: context.person(desk).ok().map(|person| person.id),
        now: as_of.unwrap_or(context.clock.now()),
        zone: desk.policy().zone,
    };
    let format = super::report::format(args.format.as_deref(), args.out.as_deref(), context)?;
    let to_file = !matches!(format, Format::Text | Format::Json);
    let limit = args.limit.unwrap_or(if to_file { 0 } else { 50 });
    let rows = read(desk, &query, limit)?;
    if to_file {
        let title = format!("Handoffs: {}", query.filter);
        let bytes = write_table(table(&title, &rows, query.zone), format)
            .map_err(|error| Failure::failed(error.to_string()))?;
        return super::report::put(&bytes, format, args.out.as_deref(), context);
    }
    let count = desk.count(&query, COUNT_TO)?;
    if format == Format::Json {
        let list: Vec<Value> = rows.iter().map(|row| rows::value(row, query.now)).collect();
        let (total, exact) = match count {
            Count::Exactly(total) => (total, true),
            Count::AtLeast(total) => (total, false),
        };
        let document = json!({
            "filter": query.filter.to_string(),
            "sort": query.sort.to_string(),
            "now": query.now.to_string(),
            "total": total,
            "total_exact": exact,
            "handoffs": list,
        });
        let document = format!("{document}\n");
        return super::report::put(document.as_bytes(), format, args.out.as_deref(), context);
    }
    if args.out.is_some() {
        let text = rows::table(&rows, query.now, None);
        return super::report::put(text.as_bytes(), format, args.out.as_deref(), context);
    }
    if rows.is_empty() {
        stdio::tell("No handoff matches.\n");
        return Ok(Status::Done);
    }
    stdio::print(&rows::table(&rows, query.now, context.streams.width));
    let more = match count {
        Count::Exactly(total) if total == rows.len() as u64 => return Ok(Status::Done),
        Count::Exactly(total) => format!("{total}"),
        Count::AtLeast(total) => format!("more than {total}"),
    };
    stdio::tell(&format!("Shown {} of {more}; --limit 0 shows all.\n", rows.len()));
    Ok(Status::Done)
}

/// Parses a filter, with the bad term named.
pub(super) fn filter(line: &str) -> Result<Filter, Failure> {
    parse(line).map_err(|error| {
        let term = line.get(error.span.clone()).unwrap_or_default();
        Failure::usage(format!(
            "The filter has a bad term \"{}\": {}.",
            safe(term),
            safe(error.message.trim_end_matches('.'))
        ))
    })
}

fn read(desk: &Desk, query: &Query, limit: usize) -> Result<Vec<QueueRow>, Failure> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut rows: Vec<QueueRow> = Vec::new();
    let mut edge = Edge::First;
    while rows.len() < limit {
        let page = desk.window(query, &edge, PAGE.min(limit - rows.len()))?;
        let more = page.after;
        rows.extend(page.rows);
        match rows.last() {
            Some(last) if more => edge = Edge::After(last.cursor.clone()),
            _ => break,
        }
    }
    Ok(rows)
}

fn people(args: &List, context: &Context) -> Result<Status, Failure> {
    let desk = context.desk()?;
    let now = context.clock.now();
    let team = desk.team(now)?;
    let today = say::day_of(now, desk.policy().zone);
    let away = |person: &Person| person.away_on(today).map(|absence| absence.to);
    let list: Vec<Value> = team
        .iter()
        .map(|row| {
            json!({
                "id": row.person.id.to_string(),
                "name": row.person.name,
                "email": row.person.email,
                "role": row.person.role.key(),
                "manager": row.person.manager.map(|id| id.to_string()),
                "active": row.person.active,
                "territories": row.person.territories,
                "capacity": row.person.capacity,
                "open": row.open,
                "weekly": row.person.weekly,
                "this_week": row.this_week,
                "breached": row.breached,
                "away_until": away(&row.person).map(|day| day.to_string()),
            })
        })
        .collect();
    let json = json!({"people": list});
    let heads = vec![
        column("id"),
        text("name"),
        column("role"),
        text("manager"),
        text("territories"),
        number("open"),
        number("capacity"),
        number("week"),
        number("breached"),
        text("away until"),
    ];
    let name = |id| team.iter().find(|row| row.person.id == id).map(|row| row.person.name.clone());
    let cells: Vec<_> = team
        .iter()
        .map(|row| {
            vec![
                row.person.id.to_string(),
                row.person.name.clone(),
                row.person.role.to_string(),
                row.person.manager.and_then(name).unwrap_or_default(),
                row.person.territories.join(", "),
                row.open.to_string(),
                row.person.capacity.map(|capacity| capacity.to_string()).unwrap_or_default(),
                match row.person.weekly {
                    Some(weekly) => format!("{}/{weekly}", row.this_week),
                    None => row.this_week.to_string(),
                },
                row.breached.to_string(),
                away(&row.person).map(say::day).unwrap_or_default(),
            ]
        })
        .collect();
    let (title, none) =
        ("People", "There is nobody; import people, or start the desk and say who you are.");
    let total = cells.len() as u64;
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}

fn views(args: &List, context: &Context) -> Result<Status, Failure> {
    let views = built_in();
    let list: Vec<Value> = views
            .iter()
            .map(|view| json!({"key": view.key, "name": view.name, "filter": view.filter, "sort": view.sort.to_string()}))
            .collect();
    let json = json!({"views": list});
    let cells: Vec<_> = views
        .iter()
        .map(|view| {
            vec![view.key.clone(), view.name.clone(), view.sort.to_string(), view.filter.clone()]
        })
        .collect();
    let heads = vec![column("key"), column("name"), column("sort"), text("filter")];
    let (title, none) = ("Views", "There is no view.");
    let total = cells.len() as u64;
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}
