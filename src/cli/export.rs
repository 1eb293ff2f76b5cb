//! `handoff export` and `handoff restore`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde_json::json;

use super::args;
use super::context::{Context, named};
use super::failure::{Failure, Status};
use crate::domain::text::safe;
use crate::platform::fs::{Existing, Partial};
use crate::platform::stdio;
use crate::store::{self, Access, ExportError, Store};

pub(super) fn run(args: &args::Export, context: &Context) -> Result<Status, Failure> {
    let store = Store::open(&context.store_path(), Access::ReadOnly)?;
    let Some(path) = &args.out else {
        let mut out = stdio::Out::stdout();
        store
            .export(&mut |line| {
                out.print_json(line);
                Ok(())
            })
            .map_err(|error| Failure::failed(error.to_string()))?;
        out.finish();
        return Ok(Status::Done);
    };
    let trouble = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::failed(format!(
            "{} exists already and was left as it is; name a new file for --out.",
            named(path)
        )),
        _ => Failure::failed(format!("{} can't be written: {error}.", named(path))),
    };
    if path.symlink_metadata().is_ok() {
        return Err(trouble(&io::ErrorKind::AlreadyExists.into()));
    }
    let mut file = Partial::create(path).map_err(|error| trouble(&error))?;
    let lines =
        store.export(&mut |line| file.write_all(line.as_bytes())).map_err(
            |error| match &error {
                ExportError::Out(error) => trouble(error),
                ExportError::Store(_) => Failure::failed(error.to_string()),
            },
        )?;
    file.commit(Existing::Keep).map_err(|error| trouble(&error))?;
    let (store, file) = (named(&context.store_path()), named(path));
    match context.json {
        true => stdio::print_json(&format!(
            "{}\n",
            json!({"store": store, "file": file, "lines": lines})
        )),
        false => stdio::print(&format!("Wrote {store} to {file}: {lines} lines.\n")),
    }
    Ok(Status::Done)
}

/// What every store begins with.
const STORE: &[u8; 16] = b"SQLite format 3\0";

pub(super) fn restore(args: &args::Restore, context: &Context) -> Result<Status, Failure> {
    let path = context.store_path();
    let mut from: Box<dyn BufRead> = if args.file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let unread = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::failed(format!("There is no file {}; check the path.", named(&args.file)))
            }
            _ => Failure::failed(format!("{} can't be read: {error}.", named(&args.file))),
        };
        let file = File::open(&args.file).map_err(|error| unread(&error))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        if file.fill_buf().map_err(|error| unread(&error))?.starts_with(STORE) {
            // SQLite alone has it open from here on.
            drop(file);
            return put_back(args, &path, context);
        }
        Box::new(file)
    };
    let made = store::restore(&path, &mut *from, args.force, context.clock.now())
        .map_err(|error| Failure::failed(safe(&error.to_string()).into_owned()))?;
    let aside = made.aside.as_deref();
    if context.json {
        let document =
            json!({"store": named(&path), "lines": made.lines, "aside": aside.map(named)});
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    let counts: Vec<_> = made.lines.iter().map(|(kind, lines)| format!("{lines} {kind}")).collect();
    stdio::print(&format!(
        "Made {} of {}: {}.\n",
        named(&path),
        named(&args.file),
        counts.join(", ")
    ));
    tell_aside(aside);
    Ok(Status::Done)
}

/// Goes back to a backup.
fn put_back(args: &args::Restore, path: &Path, context: &Context) -> Result<Status, Failure> {
    let done = Store::put_back(&args.file, path, args.force, context.clock.now())?;
    let (backup, aside) = (done.backup, done.aside.as_deref());
    if context.json {
        let document = json!({
            "store": named(path),
            "from": named(&args.file),
            "accounts": backup.accounts,
            "handoffs": backup.handoffs,
            "events": backup.events,
            "aside": aside.map(named),
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    stdio::print(&format!(
        "Put {} in the place of {}: {} accounts, {} handoffs, {} events, verified.\n",
        named(&args.file),
        named(path),
        backup.accounts,
        backup.handoffs,
        backup.events
    ));
    tell_aside(aside);
    Ok(Status::Done)
}

fn tell_aside(aside: Option<&Path>) {
    if let Some(aside) = aside {
        stdio::print(&format!("What was there is kept as {}.\n", named(aside)));
    }
}
