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

pub(super) fn restore(args: &args::Restore, context: &Context) -> Result<Status, Failure> {
    let mut from: Box<dyn BufRead> = if args.file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::failed(format!("There is no file {}; check the path.", named(&args.file)))
            }
            _ => Failure::failed(format!("{} can't be read: {error}.", named(&args.file))),
        })?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    let path = context.store_path();
    let made = store::restore(&path, &mut *from, context.clock.now())
        .map_err(|error| Failure::failed(safe(&error.to_string()).into_owned()))?;
    if context.json {
        let document = json!({"store": named(&path), "lines": made.lines});
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
    Ok(Status::Done)
}
