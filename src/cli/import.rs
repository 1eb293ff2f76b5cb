//! `handoff import`: files in, with what was new, changed, unchanged and refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::args::Import;
use super::context::{Context, named};
use super::failure::{Failure, Status};
use crate::desk::{Counts, Desk, DeskError, ImportOptions, Imported};
use crate::domain::text::safe;
use crate::intake::{self, Input, Options, Problem, Rejects};
use crate::platform::clock::new_action_id;
use crate::platform::{fs, stdio};

/// Refused rows that are told one by one; the rest are counted, and all are in the rejects file.
const TOLD: usize = 10;

/// What became of one file.
struct Outcome {
    name: String,
    summary: String,
    notes: Vec<String>,
    problems: Vec<String>,
    done: Imported,
}

pub(super) fn run(args: &Import, context: &Context) -> Result<Status, Failure> {
    let policy = context.policy()?;
    let mut files = Vec::new();
    for path in &args.files {
        let size = size(path)?;
        let name = named(path);
        let mut options = Options::new(policy.zone);
        options.map = args.map.clone();
        let source: intake::Raw = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(
                File::open(path)
                    .map_err(|error| Failure::failed(format!("{name} can't be read: {error}.")))?,
            )
        };
        let input = intake::open(source, &name, &options)
            .map_err(|error| Failure::failed(format!("{name}: {error}")))?;
        files.push((name, input, size));
    }
    // People before accounts before what names them, whatever the order on the command line.
    files.sort_by_key(|(_, input, _)| input.profile().kinds().first().copied());
    let mut desk = context.desk_or_new()?;
    let who = match desk.people()?.is_empty() {
        true => None,
        false => context.named_person(&desk)?.map(|person| person.id),
    };
    let mut outcomes = Vec::new();
    let mut rejects = args.rejects.as_deref().map(Reject::new);
    for (name, mut input, size) in files {
        let options = ImportOptions {
            who,
            now: context.clock.now(),
            action: new_action_id(),
            dry_run: args.dry_run,
        };
        let outcome = one(&mut desk, name, &mut input, size, &options, rejects.as_mut(), context)?;
        if !context.json {
            tell(&outcome, args.dry_run);
        }
        outcomes.push(outcome);
    }
    if context.json {
        stdio::print_json(&format!("{}\n", document(&outcomes, args.dry_run)));
    }
    let rejected: u64 = outcomes.iter().map(|outcome| outcome.done.rejected).sum();
    if rejected == 0 {
        return Ok(Status::Done);
    }
    match rejects {
        Some(made) => {
            stdio::tell(&format!("{rejected} rows were refused; {} has them.\n", named(&made.path)))
        }
        None => stdio::tell(&format!(
            "{rejected} rows were refused; --rejects FILE writes them to a file.\n"
        )),
    }
    Ok(Status::Part)
}

fn one(
    desk: &mut Desk,
    name: String,
    input: &mut Input,
    size: Option<u64>,
    options: &ImportOptions,
    mut rejects: Option<&mut Reject>,
    context: &Context,
) -> Result<Outcome, Failure> {
    let bar = bar(context, size, &name);
    let mut problems = Vec::new();
    let mut writer = match rejects.as_mut() {
        Some(reject) => Some(Rejects::new(reject.open()?, input.layout())),
        None => None,
    };
    let mut broken = None;
    let done = desk.import(
        input,
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
    let trouble =
        |error: io::Error| Failure::failed(format!("The rejects file can't be written: {error}."));
    if let Some(error) = broken {
        return Err(trouble(error));
    }
    let done = done?;
    if let Some(writer) = writer {
        writer.finish().and_then(|mut out| out.flush()).map_err(trouble)?;
    }
    let mut notes = input.notes();
    if let Some(nothing) = &input.profile().nothing {
        notes.push(nothing.clone());
    }
    Ok(Outcome { name, summary: input.summary(), notes, problems, done })
}

/// The rejects file, made when the first file is imported and added to by the others.
struct Reject {
    path: PathBuf,
    made: bool,
}

impl Reject {
    fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), made: false }
    }

    fn open(&mut self) -> Result<BufWriter<File>, Failure> {
        let trouble = |error: io::Error| {
            Failure::failed(format!("{} can't be written: {error}.", named(&self.path)))
        };
        let file = if self.made {
            File::options().append(true).open(&self.path).map_err(trouble)?
        } else {
            match fs::create_private(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(Failure::failed(format!(
                        "{} exists already and was left as it is; name a new file for --rejects.",
                        named(&self.path)
                    )));
                }
                made => made.map_err(trouble)?,
            }
        };
        self.made = true;
        Ok(BufWriter::new(file))
    }
}

/// The size of a file, so far as it has one. A folder is refused here, in words.
fn size(path: &Path) -> Result<Option<u64>, Failure> {
    if path == Path::new("-") {
        return Ok(None);
    }
    let name = named(path);
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::failed(format!("There is no file {name}; check the path."))
        }
        _ => Failure::failed(format!("{name} can't be read: {error}.")),
    })?;
    if meta.is_dir() {
        return Err(Failure::failed(format!("{name} is a folder; name the files in it.")));
    }
    Ok(meta.is_file().then_some(meta.len()))
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

fn tell(outcome: &Outcome, dry_run: bool) {
    let mut lines = vec![format!("{}: {}", outcome.name, safe(&outcome.summary))];
    for (kind, counts) in &outcome.done.kinds {
        let Counts { new, changed, unchanged } = counts;
        let verb = if dry_run { "would be " } else { "" };
        lines.push(format!(
            "  {kind:<9} {new} {verb}new, {changed} {verb}changed, {unchanged} unchanged"
        ));
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
                "kinds": kinds,
                "rejected": outcome.done.rejected,
                "problems": outcome.problems,
                "notes": outcome.notes,
                "gesture": outcome.done.gesture.map(|gesture| gesture.to_string()),
            })
        })
        .collect();
    json!({"dry_run": dry_run, "files": files})
}
