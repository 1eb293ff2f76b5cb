//! `handoff sla`: what is late and what falls due soon.

use serde_json::json;

use super::args::Sla;
use super::context::Context;
use super::failure::{Failure, Status};
use super::{road, rows};
use crate::desk::Late;
use crate::domain::queue::{Count, QueueRow};
use crate::domain::say;
use crate::platform::stdio;

pub(super) fn run(args: &Sla, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let now = context.clock.now();
    let told = args.escalate.then(|| road::escalate(&mut desk, now)).transpose()?;
    let who = if args.mine { Some(context.person(&desk)?.id) } else { None };
    let sla = desk.sla(who, now, args.within, args.limit)?;
    if context.json {
        let list =
            |late: &[Late]| late.iter().map(|one| rows::value(&one.row, now)).collect::<Vec<_>>();
        let total = |count: Count| match count {
            Count::Exactly(total) | Count::AtLeast(total) => total,
        };
        let document = json!({
            "told": told,
            "now": now.to_string(),
            "within_h": args.within,
            "late_total": total(sla.late_count),
            "late": list(&sla.late),
            "soon_total": total(sla.soon_count),
            "soon": list(&sla.soon),
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    if let Some(told) = told {
        stdio::print(&match told {
            0 => "Nothing is to be told that was not told before.\n".to_owned(),
            told => format!("Told {}.\n", say::count(told, "step", "steps")),
        });
    }
    let width = context.streams.width;
    part("Late", &sla.late, sla.late_count, now, width);
    part(&format!("Due within {} h", args.within), &sla.soon, sla.soon_count, now, width);
    Ok(Status::Done)
}

fn part(
    title: &str,
    late: &[Late],
    count: Count,
    now: crate::domain::time::Instant,
    width: Option<usize>,
) {
    let total = match count {
        Count::Exactly(total) => total.to_string(),
        Count::AtLeast(total) => format!("more than {total}"),
    };
    stdio::print(&format!("{title}: {total}\n"));
    if !late.is_empty() {
        let rows: Vec<QueueRow> = late.iter().map(|one| one.row.clone()).collect();
        stdio::print(&(rows::table(&rows, now, width) + "\n"));
    }
}
