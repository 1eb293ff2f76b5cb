//! A weekly batch as text: the plan that is edited and applied, and the summary that a review ends with.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::batch::round::{Item, Round, Solved};
use crate::domain::batch::sheet::{Filled, Sheet};
use crate::domain::batch::{Decision, NEXT_BATCH};
use crate::domain::decide::reaches;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::text::safe;

/// The batch as a plan: a TOML file with a row for each item that waits, its proposal as the decision or what was decided
/// before, why as comments, and what everybody carries after it. A proposal that `who` can't carry out, since it goes to
/// another manager's team, is left to that one.
#[must_use]
pub fn plan(sheet: &Sheet, solved: &Solved, who: Option<&Person>, policy: &Policy) -> String {
    let mut text = String::new();
    let round = &sheet.round;
    let within_reach = |to: PersonId| who.is_none_or(|who| reaches(who, to, &round.people));
    let mut line = |parts: &str| {
        // Text from outside stands in comments only on one line, and shows what it hides.
        text.push_str(parts);
        text.push('\n');
    };
    line(&format!("# {}", safe(&head(sheet, policy))));
    line(
        "# Edit the decisions: route (to = \"NAME\"), defer, return, nurture, or leave for what stays undecided.",
    );
    line("# Then: handoff batch apply FILE. It is applied whole or not at all.");
    line("");
    line(&format!("week = {}", quoted(&sheet.week.to_string())));
    line(&format!("made = {}", quoted(&round.at.to_string())));
    for item in &round.items {
        line("");
        line(&format!("# {}", safe(&facts(item))));
        for why in reasons(sheet, solved, item, policy) {
            line(&format!("# {}", safe(&why)));
        }
        line("[[item]]");
        line(&format!("handoff = {}", quoted(&item.id.to_string())));
        line(&format!("version = {}", item.version));
        let draft = sheet.drafts.get(&item.id).map(|draft| &draft.decision);
        let pick = solved.picks.get(&item.id).and_then(|pick| pick.to);
        if draft.is_none() && pick.is_some_and(|to| !within_reach(to)) {
            line("# left to the manager whose team that is");
        }
        for own in row(draft, pick.filter(|to| within_reach(*to)), &round.people) {
            line(&own);
        }
    }
    line("");
    line("# Capacity after this plan");
    for filled in sheet.filled(solved, policy).iter().filter(|one| within_reach(one.person.id)) {
        line(&format!("# {}", safe(&capacity(filled))));
    }
    if solved.total - solved.greedy > 0.000_5 {
        line(&format!(
            "# Together these proposals score {:.3}; item by item they would score {:.3}.",
            solved.total, solved.greedy
        ));
    }
    for item in &sheet.undelivered {
        let told = format!(
            "# {} {} is not delivered yet: its package is not complete enough.",
            item.id, item.account.name
        );
        line(&safe(&told));
    }
    text
}

/// The keys of a row of the plan.
fn row(draft: Option<&Decision>, pick: Option<PersonId>, people: &[Person]) -> Vec<String> {
    let to = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        // Two people of one name are told apart by their address, which is theirs alone.
        let named = person.map(|person| {
            let twice = people.iter().filter(|other| other.name == person.name).count() > 1;
            match (&person.email, twice) {
                (Some(email), true) => email.clone(),
                (None, true) => person.id.to_string(),
                _ => person.name.clone(),
            }
        });
        format!("to = {}", quoted(&named.unwrap_or_default()))
    };
    let word = |word: &str| format!("decision = {}", quoted(word));
    match (draft, pick) {
        (Some(Decision::Route { to: id, anyway }), _) => {
            let mut rows = vec![word("route"), to(*id)];
            rows.extend(anyway.then(|| "anyway = true".to_owned()));
            rows
        }
        (Some(Decision::Defer { reason }), _) => {
            vec![word("defer"), format!("reason = {}", quoted(reason))]
        }
        (Some(Decision::Return { missing, note }), _) => {
            let keys: Vec<_> = missing.iter().map(|key| quoted(key)).collect();
            vec![
                word("return"),
                format!("missing = [{}]", keys.join(", ")),
                format!("note = {}", quoted(note)),
            ]
        }
        (Some(Decision::Nurture { note }), _) => {
            vec![word("nurture"), format!("note = {}", quoted(note))]
        }
        (None, Some(id)) => vec![word("route"), to(id)],
        (None, None) => vec![word("leave")],
    }
}

/// A text as a TOML string; what it hides is escaped, and reads back as it was.
fn quoted(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
}

/// The batch and its dates in a line.
#[must_use]
pub fn head(sheet: &Sheet, policy: &Policy) -> String {
    let at = |at| say::moment(at, policy.zone);
    let sent = match sheet.by_hand {
        true => "sent by hand".to_owned(),
        false => format!("cut-off {}", at(sheet.dates.send)),
    };
    format!(
        "Batch {} · {} · {sent} · reviewed by {} · first touches by {}",
        sheet.week,
        sheet.phase.label(),
        at(sheet.dates.review),
        at(sheet.dates.outreach)
    )
}

/// An item in a line.
#[must_use]
pub fn facts(item: &Item) -> String {
    let account = &item.account;
    let parts = [
        Some(format!("{} {}", item.id, account.name)),
        Some(format!("score {}", item.score)),
        account.industry.clone(),
        account
            .employees
            .and_then(|n| u64::try_from(n).ok())
            .map(|n| say::count(n, "person", "people")),
        account.region.clone(),
        item.completeness.map(|percent| format!("package {percent} %")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Why somebody is proposed for an item, and what it costs to give it to the best for it alone, a line each.
#[must_use]
pub fn reasons(sheet: &Sheet, solved: &Solved, item: &Item, policy: &Policy) -> Vec<String> {
    reasons_of(&sheet.round, &sheet.decisions(), solved, item, policy)
}

/// The same of any round, where some decisions stand.
#[must_use]
pub fn reasons_of(
    round: &Round,
    decisions: &BTreeMap<HandoffId, Decision>,
    solved: &Solved,
    item: &Item,
    policy: &Policy,
) -> Vec<String> {
    let name = |id: PersonId| {
        let person = round.people.iter().find(|person| person.id == id);
        person.map_or("somebody", |person| person.name.as_str())
    };
    let mut lines = Vec::new();
    let ranked = round.proposal(item.id, decisions, policy);
    let why = |to: PersonId| {
        let ranked = ranked.iter().flat_map(|proposal| &proposal.ranked);
        ranked.into_iter().find(|ranked| ranked.person == to).map(|one| one.reasons.join("; "))
    };
    if let Some(decision) = decisions.get(&item.id) {
        let reasons = match decision {
            Decision::Route { to, .. } => {
                why(*to).map_or_else(String::new, |why| format!(": {why}"))
            }
            Decision::Defer { reason } => format!(": {reason}"),
            Decision::Return { missing, note } => {
                format!(": {}", [missing.join(", "), note.clone()].join(" ").trim())
            }
            Decision::Nurture { note } => format!(": {note}"),
        };
        lines.push(format!("decided: {}{reasons}", decision.words(&round.people)));
    }
    if let Some(pick) = solved.picks.get(&item.id) {
        match pick.to {
            None => lines.push("nobody can take it; add a manager or free somebody".to_owned()),
            Some(to) => {
                let score = match pick.score > 0.0 {
                    true => format!(" ({:.3})", pick.score),
                    false => String::new(),
                };
                let why = why(to).unwrap_or_else(|| "everybody who matches is full".to_owned());
                lines.push(format!("proposed {}{score}: {why}", name(to)));
            }
        }
        // Who is as good as the one who is proposed loses nothing.
        let other = pick
            .alone
            .filter(|(alone, score)| Some(*alone) != pick.to && score - pick.score >= 0.000_5);
        if let Some((alone, score)) = other {
            let loss = solved.loss(item.id, alone);
            let loss = loss.map_or_else(String::new, |loss| {
                format!("; giving it to them would cost the batch {loss:.3}")
            });
            lines.push(format!("first for it alone: {} ({score:.3}){loss}", name(alone)));
        }
    }
    if let Some(proposal) = &ranked {
        lines.extend(proposal.note.clone());
        let next = proposal.ranked.get(1).map(|ranked| ranked.person);
        let next = next.or_else(|| {
            let kind = policy.kind(&item.kind)?;
            let out = proposal.left_out.iter().map(|one| one.person);
            let role =
                |id: PersonId| round.people.iter().any(|one| one.id == id && one.role == kind.to);
            out.into_iter().find(|id| role(*id))
        });
        lines.extend(next.and_then(|next| round.what_if(item.id, decisions, policy, next)));
    }
    lines
}

/// What somebody carries, and will.
#[must_use]
pub fn capacity(filled: &Filled<'_>) -> String {
    let Filled { person, open, week, drawn } = filled;
    let after = open + drawn;
    let carries = match person.capacity {
        Some(capacity) => format!("{open} open + {drawn} = {after} of {capacity}"),
        None => format!("{open} open + {drawn} = {after}, no limit"),
    };
    let weekly = person.weekly.map(|weekly| format!("; this week {} of {weekly}", week + drawn));
    format!("{}: {carries}{}", person.name, weekly.unwrap_or_default())
}

/// The review in words to share: who got what, what was put off, returned or rests, what waits and what came late.
#[must_use]
pub fn summary(sheet: &Sheet, policy: &Policy) -> String {
    let people = &sheet.round.people;
    let mut text = format!("{}\n", head(sheet, policy));
    let mut groups: Vec<(String, Vec<&Item>)> = Vec::new();
    let mut add = |group: String, item| match groups.iter_mut().find(|(known, _)| *known == group) {
        Some((_, items)) => items.push(item),
        None => groups.push((group, vec![item])),
    };
    let mut by_name: Vec<&Item> =
        sheet.settled.iter().filter(|item| item.stage.is_assigned()).collect();
    let name = |item: &Item| {
        people
            .iter()
            .find(|person| Some(person.id) == item.assignee)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    by_name.sort_by_key(|item| (name(item), item.id));
    for item in by_name {
        add(format!("To {}", name(item)), item);
    }
    for item in sheet.settled.iter().filter(|item| !item.stage.is_assigned()) {
        let group = match item.stage {
            Stage::Returned => "Returned to marketing",
            Stage::Nurture | Stage::Hibernating => "To nurture",
            Stage::Disputed => "Disputed",
            _ => "Closed",
        };
        add(group.to_owned(), item);
    }
    let decided: Vec<(String, &Item)> = sheet
        .round
        .items
        .iter()
        .map(|item| match sheet.drafts.get(&item.id) {
            Some(draft) => {
                (format!("Decided, not committed: {}", draft.decision.words(people)), item)
            }
            None => ("Waits for a decision".to_owned(), item),
        })
        .collect();
    for (group, item) in decided {
        add(group, item);
    }
    for item in &sheet.undelivered {
        add("Not delivered: the package is not complete enough".to_owned(), item);
    }
    for item in &sheet.put_off {
        add(format!("Put off to {}", sheet.week.next()), item);
    }
    for item in &sheet.late {
        add(format!("Late, goes with {}", sheet.week.next()), item);
    }
    if groups.is_empty() {
        text.push_str("\nNothing is in this batch.\n");
    }
    for (group, items) in groups {
        let count = items.len();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n{group} ({count})");
        for item in items {
            let touched = match (item.stage.is_assigned(), item.first_touch) {
                (true, Some(_)) => " · touched",
                _ => "",
            };
            let _ = writeln!(text, "  {}{touched}", facts(item));
        }
    }
    text.lines().map(|line| format!("{}\n", safe(line))).collect()
}

/// What differs between two weeks' batches, a line each.
#[must_use]
pub fn diff(one: &Sheet, other: &Sheet) -> Vec<String> {
    let mut lines = Vec::new();
    let count = |sheet: &Sheet| {
        [
            ("items", all(sheet)),
            ("routed", sheet.settled.iter().filter(|item| item.stage.is_assigned()).count()),
            ("returned", sheet.settled.iter().filter(|item| item.stage == Stage::Returned).count()),
            (
                "to nurture",
                sheet
                    .settled
                    .iter()
                    .filter(|item| matches!(item.stage, Stage::Nurture | Stage::Hibernating))
                    .count(),
            ),
            ("wait", sheet.round.items.len() + sheet.undelivered.len()),
            ("put off", sheet.put_off.len()),
        ]
    };
    for ((what, before), (_, after)) in count(one).into_iter().zip(count(other)) {
        lines.push(change(what, before, after));
    }
    let taken = |sheet: &Sheet| {
        let mut taken: BTreeMap<PersonId, usize> = BTreeMap::new();
        for item in sheet.settled.iter().filter(|item| item.stage.is_assigned()) {
            if let Some(who) = item.assignee {
                *taken.entry(who).or_default() += 1;
            }
        }
        taken
    };
    let (before, after) = (taken(one), taken(other));
    for person in &other.round.people {
        let (b, a) = (before.get(&person.id), after.get(&person.id));
        if b.is_some() || a.is_some() {
            let of = |count: Option<&usize>| count.copied().unwrap_or_default();
            lines.push(change(&format!("routed to {}", person.name), of(b), of(a)));
        }
    }
    let later = |item: &&Item| item.created < one.dates.send;
    let items = || other.round.items.iter().chain(&other.settled).chain(&other.undelivered);
    if one.week < other.week {
        for item in items().filter(later) {
            lines.push(format!("came over to {}: {}", other.week, facts(item)));
        }
        for item in items().filter(|item| !later(item)) {
            lines.push(format!("new in {}: {}", other.week, facts(item)));
        }
    }
    lines.iter().map(|line| safe(line).into_owned()).collect()
}

fn all(sheet: &Sheet) -> usize {
    sheet.round.items.len() + sheet.undelivered.len() + sheet.settled.len()
}

fn change(what: &str, before: usize, after: usize) -> String {
    let by = match after.cmp(&before) {
        std::cmp::Ordering::Equal => "the same".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", after - before),
        std::cmp::Ordering::Less => format!("-{}", before - after),
    };
    format!("{what}: {before} → {after} ({by})")
}

/// The reason that stands in a plan where an item is put off and nothing is said.
#[must_use]
pub fn reason_or(reason: &str) -> String {
    match reason.trim() {
        "" => NEXT_BATCH.to_owned(),
        reason => reason.to_owned(),
    }
}
