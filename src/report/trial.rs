//! A back-test in words: per type how many more and fewer, month by month beside cap and target, which accounts, and
//! how their handoffs really ended.

use std::collections::BTreeMap;

use crate::domain::backtest::{Ending, Month, Rate, Shift, Trial, TypeTally};
use crate::domain::policy::Policy;
use crate::domain::say;
use crate::domain::text::{pad, pad_start};

/// The back-test, a line each; of the accounts of each type at most `named` either way.
#[must_use]
pub fn lines(trial: &Trial, before: &Policy, after: &Policy, named: usize) -> Vec<String> {
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let mut lines = vec![
        format!(
            "\"{}\" {} beside \"{}\" {}, in force",
            after.name,
            short(&after.hash),
            before.name,
            short(&before.hash)
        ),
        format!(
            "{} to {}: {} replayed, {} on the target account list",
            say::day(say::day_of(trial.from, trial.zone)),
            say::day(say::day_of(trial.to, trial.zone)),
            say::count(trial.accounts, "account", "accounts"),
            say::thousands(trial.on_tal)
        ),
        String::new(),
    ];
    if trial.types.values().all(|tally| tally.more + tally.fewer == 0) {
        lines.push("Nothing would have come out otherwise.".to_owned());
        lines.push(String::new());
    }
    types(trial, after, &mut lines);
    months(trial, before, after, &mut lines);
    for (key, tally) in &trial.types {
        let label =
            after.kind(key).or_else(|| before.kind(key)).map_or(key.as_str(), |kind| &kind.label);
        accounts(
            &format!("{label}: {} more", tally.more),
            &tally.more_named,
            tally.more,
            &tally.more_endings,
            (trial, named),
            &mut lines,
        );
        accounts(
            &format!("{label}: {} fewer", tally.fewer),
            &tally.fewer_named,
            tally.fewer,
            &tally.fewer_endings,
            (trial, named),
            &mut lines,
        );
    }
    lines.extend([
        String::new(),
        "Signals are taken as of each moment; size, tier, contacts and the target list as they are today.".to_owned(),
    ]);
    lines
}

fn types(trial: &Trial, after: &Policy, lines: &mut Vec<String>) {
    lines.push(row("type", ["in force", "changed", "more", "fewer", "really"].map(str::to_owned)));
    let mut sum = TypeTally::default();
    for (key, tally) in &trial.types {
        let name = if after.kind(key).is_some() { key.clone() } else { format!("{key} (gone)") };
        lines.push(row(&name, numbers(tally)));
        sum.before += tally.before;
        sum.after += tally.after;
        sum.more += tally.more;
        sum.fewer += tally.fewer;
        sum.really += tally.really;
    }
    lines.push(row("all", numbers(&sum)));
    lines.push(String::new());
}

fn numbers(tally: &TypeTally) -> [String; 5] {
    let TypeTally { before, after, really, more, fewer, .. } = tally;
    [before, after, more, fewer, really].map(|number| say::thousands(*number))
}

fn row(name: &str, cells: [String; 5]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| pad_start(cell, 9)).collect();
    format!("  {}{}", pad(name, 16), cells.join(" "))
}

fn months(trial: &Trial, before: &Policy, after: &Policy, lines: &mut Vec<String>) {
    let head = row("month", ["in force", "rate", "changed", "rate", ""].map(str::to_owned));
    lines.push(head.trim_end().to_owned());
    for month in &trial.months {
        let (old, new) = month.volumes();
        let rate = |volume: u64, policy: &Policy| match trial.rate(volume, policy) {
            Some(_) if month.running => "to come".to_owned(),
            Some(Rate { percent, inside }) => {
                let mark = if inside == Some(false) { "!" } else { "" };
                format!("{mark}{percent:.1} %")
            }
            None => "–".to_owned(),
        };
        let name = month.first.format("%b %Y").to_string();
        let cells = [
            say::thousands(old),
            rate(old, before),
            say::thousands(new),
            rate(new, after),
            String::new(),
        ];
        lines.push(row(&name, cells).trim_end().to_owned());
        for (whose, flagged, policy) in
            [("in force", &month.before, before), ("changed", &month.after, after)]
        {
            for (key, over, cap) in Month::over(flagged, policy) {
                lines.push(format!("    {whose}: {over} {key} over the cap of {cap}, held back"));
            }
        }
    }
    let target = after.measures.get(&crate::domain::measure::Measure::HandoffRate);
    if let Some(target) = target.and_then(|rule| rule.target) {
        lines.push(format!(
            "  Rate: handed off ÷ target account list; the target is {target}, ! is outside."
        ));
    }
}

fn accounts(
    title: &str,
    shifts: &[Shift],
    count: u64,
    endings: &BTreeMap<Ending, u64>,
    (trial, named): (&Trial, usize),
    lines: &mut Vec<String>,
) {
    if count == 0 {
        return;
    }
    lines.push(String::new());
    let told: Vec<_> =
        endings.iter().map(|(ending, number)| format!("{} {}", number, ended(*ending))).collect();
    lines.push(format!("{title}; really: {}", told.join(", ")));
    for shift in shifts.iter().take(named) {
        let day = say::day(say::day_of(shift.at, trial.zone));
        let how = match (shift.real, &shift.code) {
            (None, _) => ended(Ending::None).to_owned(),
            (Some(id), Some(code)) => format!("{id} {}, {code}", ended(shift.ending)),
            (Some(id), None) => format!("{id} {}", ended(shift.ending)),
        };
        lines.push(format!(
            "  {}  {}  tier {}  score {}  {how}",
            pad(&day, 15),
            pad(&shift.company, 28),
            shift.tier,
            pad_start(&shift.score.to_string(), 3)
        ));
    }
    let more = count.saturating_sub(shifts.len().min(named) as u64);
    if more > 0 {
        lines.push(format!("  and {}", say::count(more, "more account", "more accounts")));
    }
}

/// How it really ended, in words.
const fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::Won => "won",
        Ending::Opportunity => "an opportunity",
        Ending::Open => "still open",
        Ending::Lost => "lost",
        Ending::Recycled => "recycled",
        Ending::Disqualified => "disqualified",
        Ending::None => "never handed over",
    }
}
