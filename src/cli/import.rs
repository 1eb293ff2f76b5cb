//! `handoff import`: files in, with what was new, changed, unchanged and refused.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::args::Import;
use super::context::{Context, named};
use super::duplicates;
use super::failure::{Failure, Status};
use super::maps;
use super::rejects::{self, AtFirst};
use crate::desk::{Counts, Desk, DeskError, ImportOptions, Imported, open_file, size_of, unread};
use crate::domain::say;
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::intake::{self, Input, KeptValue, Mapped, Options, Problem, Rejects};
use crate::platform::clock::new_action_id;
use crate::platform::fs;
use crate::platform::scratch::Scratch;
use crate::platform::stdio;
use crate::store::{Access, Store, StoreErrorKind};

/// Refused rows that are told one by one; the rest are counted, and all are in the rejects file.
const TOLD: usize = 10;

/// A file that was opened and recognised.
struct Opened {
    name: String,
    input: Input,
    size: Option<u64>,
    rejects: Option<PathBuf>,
}

/// What became of one file.
struct Outcome {
    name: String,
    summary: String,
    /// What becomes of the columns, and the first rows; told by a dry run.
    preview: Preview,
    notes: Vec<String>,
    /// Words without a meaning here, by column.
    kept: Vec<KeptValue>,
    problems: Vec<String>,
    rejects: Option<PathBuf>,
    done: Imported,
}

/// What a dry run shows before its counts.
struct Preview {
    columns: Vec<Mapped>,
    head: Vec<Vec<String>>,
}

pub(super) fn run(args: &Import, context: &Context) -> Result<Status, Failure> {
    let policy = context.policy()?;
    let mut options = Options::new(policy.zone);
    options.saved = maps::saved(context)?;
    if let Some(map) = &args.map {
        options.profile = maps::in_file(map)?;
        options.map = args.map.clone().filter(|_| options.profile.is_none());
    }
    options.dates = args.dates;
    if args.save_map.is_some() && args.files.len() > 1 {
        return Err(Failure::usage("--save-map keeps the map of one file; name one.".to_owned()));
    }
    options.encoding.clone_from(&args.encoding);
    let mut taken = BTreeSet::new();
    let mut files = Vec::new();
    for path in &args.files {
        let rejects = match &args.rejects {
            None => None,
            Some(rejects) => Some(rejects::place(rejects, path, args.files.len(), &mut taken)?),
        };
        options.file_date = Some(match path == Path::new("-") {
            true => context.clock.now(),
            false => fs::modified(path).map_or_else(|| context.clock.now(), Instant),
        });
        files.push(open(path, &options, rejects)?);
    }
    if let (Some(name), Some(file)) = (&args.save_map, files.first()) {
        let path = maps::save(context, name, &file.input)?;
        if !context.json {
            stdio::print(&format!("The map is kept in {}.\n", named(&path)));
        }
    }
    // People before accounts before what names them, whatever the order on the command line.
    files.sort_by_key(|file| file.input.profile().kinds().first().copied());
    let (mut desk, _scratch) = match args.dry_run {
        false => (context.desk_or_new()?, None),
        true => {
            let (desk, scratch) = copy(context)?;
            (desk, Some(scratch))
        }
    };
    let mut outcomes = Vec::new();
    for file in files {
        // The people of one file may be those who import the next.
        let who = match desk.people()?.is_empty() {
            true => None,
            false => context.named_person(&desk)?.map(|person| person.id),
        };
        let options = ImportOptions { who, now: context.clock.now(), action: new_action_id() };
        let outcome = one(&mut desk, file, &options, context)?;
        if !context.json {
            tell(&outcome, args.dry_run);
        }
        outcomes.push(outcome);
    }
    if context.json {
        stdio::print_json(&format!("{}\n", document(&outcomes, args.dry_run)));
    } else if args.dry_run {
        stdio::print("This was a dry run: nothing was changed.\n");
    }
    Ok(rejected(&outcomes))
}

fn open(path: &Path, options: &Options, rejects: Option<PathBuf>) -> Result<Opened, Failure> {
    let name = named(path);
    let (size, input) = if path == Path::new("-") {
        (None, intake::open(Box::new(io::stdin()), &name, options))
    } else {
        let size = size_of(path, &name).map_err(Failure::failed)?;
        (size, open_file(path, &name, options))
    };
    let input = input.map_err(|error| Failure::failed(unread(&name, &error)))?;
    Ok(Opened { name, input, size, rejects })
}

/// A desk on a copy of the store, or on a new one where there is none: a dry run does there all that the import would,
/// and others go on working meanwhile.
fn copy(context: &Context) -> Result<(Desk, Scratch), Failure> {
    let scratch = Scratch::new(&context.paths.state_dir, "dry-run").map_err(|error| {
        Failure::failed(format!(
            "There is no place for a dry run in {}: {error}.",
            named(&context.paths.state_dir)
        ))
    })?;
    let path = scratch.path().join("handoff.db");
    let store = match Store::open(&context.store_path(), Access::ReadOnly) {
        Ok(store) => store.trial(&path)?,
        Err(error) if error.kind == StoreErrorKind::Missing => Store::create(&path)?,
        Err(error) => return Err(error.into()),
    };
    Ok((Desk::new(store, context.policy()?, context.machine()), scratch))
}

fn one(
    desk: &mut Desk,
    file: Opened,
    options: &ImportOptions,
    context: &Context,
) -> Result<Outcome, Failure> {
    let Opened { name, mut input, size, rejects } = file;
    let bar = bar(context, size, &name);
    let mut problems = Vec::new();
    let mut writer =
        rejects.as_deref().map(|path| Rejects::new(AtFirst::new(path), input.layout()));
    let mut broken = None;
    let done = desk.import(
        &mut input,
        options,
        &mut |problem: &Problem| {
            if problems.len() < TOLD {
                let column = problem
                    .column
                    .as_deref()
                    .map(|column| format!(", {}", safe(column)))
                    .unwrap_or_default();
                problems.push(format!("row {}{column}: {}", problem.row, safe(&problem.reason)));
            }
            if let Some(writer) = &mut writer
                && let Err(error) = writer.write(problem)
            {
                broken = Some(error);
                return Err(DeskError::NotFound("the rejects file can't be written".to_owned()));
            }
            Ok(())
        },
        &mut |bytes| {
            if let Some(bar) = &bar {
                bar.set_position(bytes);
            }
        },
    );
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let trouble = |error: io::Error| {
        let path = rejects.as_deref().map(named).unwrap_or_default();
        Failure::failed(format!(
            "{path} can't be written: {error}. Rows before this one were taken in; import again to go on."
        ))
    };
    if let Some(error) = broken {
        return Err(trouble(error));
    }
    let mut done = done?;
    if let Some(writer) = writer {
        writer.finish().and_then(|mut out| out.flush()).map_err(trouble)?;
    }
    for kind in input.profile().kinds() {
        done.kinds.entry(kind).or_default();
    }
    let mut notes = input.notes();
    notes.extend(done.notes());
    let unknown: Vec<_> = input.unknown().collect();
    if !unknown.is_empty() {
        notes.push(format!(
            "left out, because the desk keeps nothing like it: {}",
            unknown.join(", ")
        ));
    }
    notes.extend(input.profile().nothing.clone());
    let preview = Preview { columns: input.mapping(), head: input.head().to_vec() };
    let (summary, kept) = (input.summary(), input.kept());
    Ok(Outcome { name, summary, preview, notes, kept, problems, rejects, done })
}

/// Tells how many rows were refused and where they are.
fn rejected(outcomes: &[Outcome]) -> Status {
    let count: u64 = outcomes.iter().map(|outcome| outcome.done.rejected).sum();
    if count == 0 {
        return Status::Done;
    }
    let told = say::count(count, "row was", "rows were");
    let paths: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.done.rejected > 0)
        .filter_map(|outcome| outcome.rejects.as_deref().map(named))
        .collect();
    let (it, is) = if count == 1 { ("it", "it is") } else { ("them", "they are") };
    stdio::tell(&match paths.is_empty() {
        true => format!("{told} refused; --rejects FILE writes {it} to a file.\n"),
        false => format!("{told} refused; {is} in {}.\n", say::all(&paths)),
    });
    Status::Part
}

fn bar(context: &Context, size: Option<u64>, name: &str) -> Option<ProgressBar> {
    if !context.streams.stderr_terminal || context.json {
        return None;
    }
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
    {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    Some(bar)
}

/// The columns with what becomes of them, and the first rows.
fn preview(preview: &Preview) -> Vec<String> {
    const WIDTH: usize = 24;
    let short = |text: &str| {
        let line: String = safe(text).chars().take(WIDTH + 1).collect();
        match line.chars().count() > WIDTH {
            true => line.chars().take(WIDTH - 1).chain(['…']).collect(),
            false => line,
        }
    };
    let mut lines = vec!["  columns:".to_owned()];
    lines.extend(preview.columns.iter().map(|column| {
        let becomes = match (column.fields.is_empty(), column.known) {
            (false, _) => format!("-> {}", column.fields.join(", ")),
            (true, true) => "known, not kept".to_owned(),
            (true, false) => "left out".to_owned(),
        };
        format!("    {:<WIDTH$} {becomes}", short(&column.header))
    }));
    lines.push("  first rows:".to_owned());
    lines.extend(preview.head.iter().map(|row| {
        let filled = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let cells: Vec<_> = filled.take(6).map(short).collect();
        format!("    {}", cells.join(" | "))
    }));
    lines
}

fn tell(outcome: &Outcome, dry_run: bool) {
    let mut lines = vec![format!("{}: {}", outcome.name, safe(&outcome.summary))];
    if dry_run && !outcome.preview.columns.is_empty() {
        lines.extend(preview(&outcome.preview));
    }
    for (kind, counts) in &outcome.done.kinds {
        let Counts { new, changed, unchanged } = counts;
        lines.push(format!("  {kind:<9} {new} new, {changed} changed, {unchanged} unchanged"));
    }
    let more = outcome.done.alike_in_all.saturating_sub(outcome.done.alike.len() as u64);
    lines.extend(
        outcome
            .done
            .alike
            .iter()
            .map(|pair| format!("  possible duplicate: {}", safe(&pair.to_string()))),
    );
    if more > 0 {
        lines.push(format!("  and {more} more; handoff duplicates lists them"));
    }
    lines.extend(outcome.notes.iter().map(|note| format!("  note: {}", safe(note))));
    stdio::print(&(lines.join("\n") + "\n"));
    let mut told =
        outcome.problems.iter().map(|problem| format!("  {problem}\n")).collect::<String>();
    let more = outcome.done.rejected.saturating_sub(outcome.problems.len() as u64);
    if more > 0 {
        told.push_str(&format!("  and {more} more\n"));
    }
    stdio::tell(&told);
}

fn document(outcomes: &[Outcome], dry_run: bool) -> Value {
    let files: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            let kinds: BTreeMap<&str, Value> = outcome
                .done
                .kinds
                .iter()
                .map(|(kind, counts)| (kind.key(), json!({"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged})))
                .collect();
            json!({
                "file": outcome.name,
                "recognised": outcome.summary,
                "columns": outcome.preview.columns.iter().map(|column| json!({
                    "header": column.header, "fields": column.fields, "known": column.known,
                })).collect::<Vec<_>>(),
                "kinds": kinds,
                "rejected": outcome.done.rejected,
                "problems": outcome.problems,
                "notes": outcome.notes,
                "kept": outcome.kept.iter().map(|kept| json!({
                    "column": kept.column, "value": kept.value, "count": kept.count,
                })).collect::<Vec<_>>(),
                "unattached": outcome.done.unattached,
                "rejects": outcome.rejects.as_deref().filter(|_| outcome.done.rejected > 0).map(named),
                "duplicates": outcome.done.alike.iter().map(duplicates::value).collect::<Vec<_>>(),
                "duplicates_total": outcome.done.alike_in_all,
                "gesture": outcome.done.gesture.filter(|_| !dry_run).map(|gesture| gesture.to_string()),
            })
        })
        .collect();
    json!({"dry_run": dry_run, "files": files})
}
