//! `handoff policy init|check|show`; `try` and `adopt` are in `policy_try`.

use std::io::Read;
use std::path::Path;

use serde_json::json;

use super::args;
use super::context::{Context, named};
use super::failure::{Failure, Status};
use crate::desk::InForce;
use crate::domain::policy::Policy;
use crate::domain::say;
use crate::domain::text::safe;
use crate::platform::{fs, stdio};
use crate::policy::{self, Errors};
use crate::report::message::TemplateError;
use crate::report::template::Templates;

/// The largest policy file that is read.
const LARGEST: u64 = 1 << 20;

pub(super) fn run(command: &args::Policy, context: &Context) -> Result<Status, Failure> {
    match command {
        args::Policy::Init { file } => init(file.as_deref(), context),
        args::Policy::Check { file } => check(file.as_deref(), context),
        args::Policy::Show => {
            let loaded = context.loaded_policy()?;
            let toml = policy::show(&loaded);
            let in_force = in_force(context)?;
            if context.json {
                let file = Some(&loaded.file).filter(|file| !file.is_empty());
                let Policy { name, hash, .. } = &loaded.policy;
                let signed = in_force
                    .and_then(|in_force| in_force.adoption)
                    .map(|adoption| json!({"by": adoption.signed, "at": adoption.at.to_string()}));
                let document = json!({"name": name, "hash": hash, "file": file, "signed": signed, "toml": toml});
                stdio::print_json(&format!("{document}\n"));
            } else {
                let signed = in_force.map(|in_force| in_force.lines(loaded.policy.zone));
                for line in signed.unwrap_or_default() {
                    stdio::print(&format!("# {}\n", safe(&line)));
                }
                stdio::print(&toml);
            }
            Ok(Status::Done)
        }
        args::Policy::Try(args) => super::policy_try::try_out(args, context),
        args::Policy::Adopt(args) => super::policy_try::adopt(args, context),
    }
}

/// Who signed the policy in force, where there is a store to ask.
fn in_force(context: &Context) -> Result<Option<InForce>, Failure> {
    if !context.store_path().exists() {
        return Ok(None);
    }
    Ok(Some(context.desk()?.in_force()?))
}

fn init(file: Option<&Path>, context: &Context) -> Result<Status, Failure> {
    let path = file.map_or_else(|| context.paths.policy_file(), Path::to_path_buf);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::private_dir(folder)
            .map_err(|error| Failure::failed(format!("{}: {error}.", named(folder))))?;
    }
    let mut made = fs::create_private(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::failed(format!(
            "{} exists already and was left as it is; name another file or edit this one.",
            named(&path)
        )),
        _ => Failure::failed(format!("{} can't be written: {error}.", named(&path))),
    })?;
    std::io::Write::write_all(&mut made, policy::SHIPPED.as_bytes())
        .map_err(|error| Failure::failed(format!("{} can't be written: {error}.", named(&path))))?;
    stdio::print(&format!(
        "Wrote the shipped policy to {}. Edit it, then run `handoff policy check`.\n",
        named(&path)
    ));
    Ok(Status::Done)
}

/// Checks the policy, and the team's message templates beside it, which its playbooks name.
fn check(file: Option<&Path>, context: &Context) -> Result<Status, Failure> {
    let found = context.library()?.problems(&Templates::for_messages());
    let Some(path) = file.map(Path::to_path_buf).or_else(|| context.policy_path()) else {
        let shipped = policy::shipped().map_err(|errors| Failure::failed(errors.to_string()))?;
        let said = "No policy file is in force; the shipped policy is valid.";
        return checked(&shipped, said, &found, context);
    };
    let text = read(&path)?;
    match policy::parse_with(&text, &named(&path), &context.own_templates()?) {
        Ok(loaded) => {
            let name = safe(&loaded.policy.name).into_owned();
            let said = format!("{} is valid: policy \"{name}\".", named(&path));
            checked(&loaded.policy, &said, &found, context)
        }
        Err(errors) if context.json => {
            let list: Vec<_> = errors
                .list
                .iter()
                .map(|error| {
                    json!({
                        "line": error.line,
                        "column": error.column,
                        "key": error.key,
                        "what": error.what,
                        "remedy": error.remedy,
                    })
                })
                .collect();
            let document = json!({"valid": false, "name": null, "hash": null, "errors": list, "templates": told(&found)});
            stdio::print_json(&format!("{document}\n"));
            Ok(Status::Usage)
        }
        Err(errors) => Err(invalid(&errors)),
    }
}

/// The policy is valid; the templates may not be.
fn checked(
    policy: &Policy,
    said: &str,
    found: &[TemplateError],
    context: &Context,
) -> Result<Status, Failure> {
    if context.json {
        let Policy { name, hash, .. } = policy;
        let document = json!({"valid": found.is_empty(), "name": name, "hash": hash, "errors": [], "templates": told(found)});
        stdio::print_json(&format!("{document}\n"));
        return Ok(if found.is_empty() { Status::Done } else { Status::Usage });
    }
    stdio::print(&format!("{said}\n"));
    if found.is_empty() {
        return Ok(Status::Done);
    }
    let lines: Vec<_> = found.iter().map(ToString::to_string).collect();
    let mistakes = say::count(found.len() as u64, "mistake", "mistakes");
    Err(Failure::usage(format!("The message templates have {mistakes}:\n{}", lines.join("\n"))))
}

/// What is wrong with message templates, for programs.
pub(super) fn told(found: &[TemplateError]) -> Vec<serde_json::Value> {
    let one = |error: &TemplateError| {
        json!({
            "file": error.file,
            "line": error.line,
            "variable": error.variable,
            "what": error.what,
        })
    };
    found.iter().map(one).collect()
}

/// Every mistake of a policy, a line each.
pub(super) fn invalid(errors: &Errors) -> Failure {
    let count = errors.list.len() + errors.more;
    Failure::usage(format!(
        "The policy {} has {}; nothing else was done.\n{errors}",
        safe(&errors.file),
        say::count(count as u64, "mistake", "mistakes")
    ))
}

/// Reads a policy file, or standard input for `-`.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let trouble = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::failed(format!(
            "There is no policy file {}; check --policy, HANDOFF_POLICY and the configuration.",
            named(path)
        )),
        std::io::ErrorKind::IsADirectory => {
            Failure::failed(format!("{} is a folder; name the policy file in it.", named(path)))
        }
        _ => Failure::failed(format!("The policy {} can't be read: {error}.", named(path))),
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(trouble)?;
    } else {
        std::fs::File::open(path)
            .map_err(trouble)?
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(trouble)?;
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Failure::usage(format!(
            "The policy {}, line {line}, is not UTF-8 text; save it as UTF-8.",
            named(path)
        ))
    })
}
