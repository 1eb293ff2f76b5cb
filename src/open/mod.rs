//! Opening the desk: who works it, on which store, how it looks and what keys mean; and the demo on a store of its own.

mod views;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use handoff_desk::cli::{Context, Demo, Failure, Status, named, saved_maps};
use handoff_desk::desk::demo::many::{self, Size};
use handoff_desk::desk::{Desk, demo as company};
use handoff_desk::domain::person::Person;
use handoff_desk::domain::text::safe;
use handoff_desk::domain::view::View;
use handoff_desk::intake::Profile;
use handoff_desk::platform::beside::both;
use handoff_desk::platform::clock::{Clock, new_action_id};
use handoff_desk::platform::scratch::Scratch;
use handoff_desk::platform::{crash, log, terminal};
use handoff_desk::store::Store;
use handoff_desk::tui::keys::Keymap;
use handoff_desk::tui::theme::{Depth, Theme};
use handoff_desk::tui::{Setup, run};

/// Who works the demo, unless somebody is named.
const DEMO_PERSON: &str = "Dana Reyes";

/// The theme of somebody who has chosen none.
const THEME: &str = "dark";

/// Opens the desk on the person's store.
///
/// # Errors
/// There is no terminal, or something that it needs is not as it should be; the sentence says what.
pub(crate) fn desk(context: &Context) -> Result<Status, Failure> {
    check(context)?;
    let (look, desk) = both("look", || Look::read(context), || context.desk_or_new());
    let desk = desk?;
    let me = if desk.people()?.is_empty() { None } else { Some(context.person(&desk)?) };
    face(context, desk, me, look?, &context.store_path())
}

/// Opens the desk on a store filled with the demo, which is thrown away afterwards unless it was named.
///
/// # Errors
/// As [`desk`]; or the named store is not empty.
pub(crate) fn demo(args: &Demo, context: &Context) -> Result<Status, Failure> {
    if let Some(handoffs) = args.size {
        return many(Size { handoffs, seed: args.seed.unwrap_or(many::SEED) }, context);
    }
    if !args.fill_only {
        check(context)?;
    }
    let folder = match context.named_store() {
        Some(_) => None,
        None if args.fill_only => {
            return Err(Failure::usage("Name the store to fill with --store PATH."));
        }
        None => Some(throwaway(&context.paths.state_dir)?),
    };
    let path = match &folder {
        Some(folder) => folder.path().join("demo.db"),
        None => context.store_path(),
    };
    let store = Store::open_or_create(&path)?;
    let mut desk =
        Desk::new(store, context.policy()?, context.machine()).with_library(context.library()?);
    company::fill(&mut desk, context.clock.now(), &mut new_action_id)?;
    if args.fill_only {
        handoff_desk::platform::stdio::print(&format!("Filled {} with the demo.\n", named(&path)));
        return Ok(Status::Done);
    }
    let (name, said) = context.who_is_named();
    let me = desk.person(if said { &name } else { DEMO_PERSON })?;
    face(context, desk, Some(me), Look::read(context)?, &path)
}

/// Makes the named store with the handoffs of a big made-up team.
fn many(size: Size, context: &Context) -> Result<Status, Failure> {
    if context.named_store().is_none() {
        return Err(Failure::usage("Name the store to make with --store PATH."));
    }
    let path = context.store_path();
    let policy = context.policy()?;
    many::create(&path, size, context.clock.now(), &context.machine(), &policy.hash)?;
    handoff_desk::platform::stdio::print(&format!(
        "Made {} with {} handoffs.\n",
        named(&path),
        size.handoffs
    ));
    Ok(Status::Done)
}

/// Refuses, before anything is opened, what is no terminal.
fn check(context: &Context) -> Result<(), Failure> {
    terminal::check(&context.env).map_err(|error| Failure::failed(format!("{error}.")))
}

fn face(
    context: &Context,
    desk: Desk,
    me: Option<Person>,
    look: Look,
    store: &Path,
) -> Result<Status, Failure> {
    log::start(&context.paths.state_dir);
    crash::install(&context.paths.state_dir);
    let own = own_views(context);
    let zone = me
        .as_ref()
        .and_then(|person| person.zone.as_deref())
        .and_then(|zone| zone.parse().ok())
        .unwrap_or(desk.policy().zone);
    let setup = Setup {
        me,
        store: named(store),
        zone,
        clock: context.now.map_or(Clock::System, Clock::starting_at),
        env: context.env.clone(),
        state_dir: context.paths.state_dir.clone(),
        theme: look.theme,
        keys: look.keys,
        views: look.views,
        maps: look.maps,
        scratch: context.paths.state_dir.clone(),
        save_view: Box::new(move |view| views::add(&own, view)),
        desk,
    };
    run(setup).map_err(|error| Failure::failed(format!("{error}.")))?;
    Ok(Status::Done)
}

/// What a person has chosen for their desk, as files of their configuration hold it.
struct Look {
    theme: Theme,
    keys: Keymap,
    views: Vec<View>,
    maps: Vec<Arc<Profile>>,
}

impl Look {
    fn read(context: &Context) -> Result<Self, Failure> {
        Ok(Self {
            theme: theme(context)?,
            keys: keys(&context.paths.keys_file())?,
            views: views::read(&own_views(context))?,
            maps: saved_maps(context)?,
        })
    }
}

/// The file of the person's own views.
fn own_views(context: &Context) -> PathBuf {
    context.paths.config_dir.join(views::FILE)
}

/// The theme that the person chose: a shipped one, or a file of that name in the themes folder.
fn theme(context: &Context) -> Result<Theme, Failure> {
    let depth = match context.env.colors(context.config.color) {
        None => Depth::None,
        Some(true) => Depth::True,
        Some(false) => Depth::Indexed,
    };
    let name = context.config.theme.as_deref().unwrap_or(THEME);
    let path = context.paths.themes_dir().join(format!("{name}.toml"));
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    match text(&path)? {
        Some(source) if plain => Theme::parse(&source, depth)
            .map_err(|error| Failure::usage(format!("{}: {error}.", named(&path)))),
        _ => Theme::shipped(name, depth).map_err(|error| Failure::usage(format!("{error}."))),
    }
}

fn keys(path: &Path) -> Result<Keymap, Failure> {
    let overrides = text(path)?.unwrap_or_default();
    Keymap::with(&overrides).map_err(|error| Failure::usage(format!("{error}.")))
}

/// What a file of the configuration holds; none when there is no such file.
fn text(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let line = error.utf8_error().valid_up_to();
            Failure::usage(format!(
                "{} is not UTF-8 text from byte {line} on; save it as UTF-8.",
                named(path)
            ))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::failed(format!("{} can't be read: {error}.", named(path)))),
    }
}

/// A folder that is gone when the demo is over.
fn throwaway(state_dir: &Path) -> Result<Scratch, Failure> {
    Scratch::new(state_dir, "demo").map_err(|error| {
        Failure::failed(format!(
            "The demo's store can't be made in {}: {}.",
            named(state_dir),
            safe(&error.to_string())
        ))
    })
}
