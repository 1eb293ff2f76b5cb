//! What every command needs: the environment, the paths, the policy, the store and the person, found once.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Common;
use super::failure::Failure;
use crate::desk::{Actor, Desk};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::text::safe;
use crate::domain::time::{Instant, parse_instant};
use crate::platform::beside::both;
use crate::platform::clock::{Clock, new_action_id};
use crate::platform::config::Config;
use crate::platform::env::Env;
use crate::platform::paths::Paths;
use crate::platform::stdio::Streams;
use crate::platform::user::OsUser;
use crate::policy::{self, Loaded};
use crate::report::message::{ENDING, Library, MOST_BYTES, Source};
use crate::store::{Access, Machine, Store, StoreError};

/// What every command needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// The environment.
    pub env: Env,
    /// Where files live.
    pub paths: Paths,
    /// The person's settings.
    pub config: Config,
    /// What the standard streams are connected to.
    pub streams: Streams,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Whether `--now` or `HANDOFF_NOW` set the time.
    pub now: Option<Instant>,
    /// Answer as JSON.
    pub json: bool,
    common: Common,
}

impl Context {
    /// Finds it all; opens nothing yet.
    ///
    /// # Errors
    /// The configuration or the time given is wrong, or there is no place for files.
    pub fn new(common: &Common) -> Result<Self, Failure> {
        let env = Env::read();
        let paths = Paths::find(&env).map_err(|error| Failure::failed(format!("{error}.")))?;
        let config = Config::read(&paths.config_file())
            .map_err(|error| Failure::usage(format!("{error}.")))?;
        let now = common
            .now
            .as_deref()
            .or(env.now.as_deref())
            .map(|text| parse_instant(text).map_err(|why| Failure::usage(format!("--now: {why}."))))
            .transpose()?;
        Ok(Self {
            streams: Streams::detect(&env, config.color),
            clock: now.map_or(Clock::System, Clock::Fixed),
            now,
            json: common.json,
            common: common.clone(),
            env,
            paths,
            config,
        })
    }

    /// The policy file in force, if there is one.
    #[must_use]
    pub fn policy_path(&self) -> Option<PathBuf> {
        let named = self
            .common
            .policy
            .clone()
            .or_else(|| self.env.policy.clone())
            .or_else(|| self.config.policy.clone());
        named.or_else(|| Some(self.paths.policy_file()).filter(|path| path.exists()))
    }

    /// The policy in force.
    ///
    /// # Errors
    /// It can't be read or is not valid; all its errors are in the sentence.
    pub fn policy(&self) -> Result<Arc<Policy>, Failure> {
        match self.policy_path() {
            None => policy::shipped()
                .map(Arc::new)
                .map_err(|errors| Failure::failed(errors.to_string())),
            Some(_) => self.loaded_policy().map(|loaded| Arc::new(loaded.policy)),
        }
    }

    /// The policy in force with where each part came from.
    ///
    /// # Errors
    /// As [`Context::policy`].
    pub fn loaded_policy(&self) -> Result<Loaded, Failure> {
        match self.policy_path() {
            None => Loaded::shipped().map_err(|errors| Failure::failed(errors.to_string())),
            Some(path) => {
                let text = super::policy::read(&path)?;
                policy::parse_with(&text, &named(&path), &self.own_templates()?)
                    .map_err(|errors| super::policy::invalid(&errors))
            }
        }
    }

    /// The texts of messages: the desk's own, and those of the team from the folder `templates` of the configuration.
    ///
    /// # Errors
    /// A file of that folder can't be read as a text.
    pub fn library(&self) -> Result<Library, Failure> {
        let mut library = Library::shipped();
        for (name, path) in self.template_files()? {
            let text = text_of(&path, MOST_BYTES)?;
            library = library.with(&name, Source { text, file: named(&path) });
        }
        Ok(library)
    }

    /// The names of the team's own message templates.
    pub(super) fn own_templates(&self) -> Result<Vec<String>, Failure> {
        Ok(self.template_files()?.into_iter().map(|(name, _)| name).collect())
    }

    /// The files of the team's own message templates by name, in order.
    fn template_files(&self) -> Result<Vec<(String, PathBuf)>, Failure> {
        let folder = self.paths.templates_dir();
        let cannot = |error: std::io::Error| {
            Failure::failed(format!("{} can't be read: {error}.", named(&folder)))
        };
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(cannot)?.path();
            let is_template = path.extension().is_some_and(|ending| ending == ENDING);
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            if let Some(name) = name.filter(|_| is_template) {
                files.push((name, path));
            }
        }
        files.sort();
        Ok(files)
    }

    /// The store that was named on the command line, in the environment or the configuration.
    #[must_use]
    pub fn named_store(&self) -> Option<PathBuf> {
        self.common
            .store
            .clone()
            .or_else(|| self.env.store.clone())
            .or_else(|| self.config.store.clone())
    }

    /// The store's path.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.paths.store(self.common.store.as_deref(), &self.config)
    }

    /// Opens the desk on the store, which must exist.
    ///
    /// # Errors
    /// The policy or the store won't do.
    pub fn desk(&self) -> Result<Desk, Failure> {
        let path = self.store_path();
        self.desk_on(|| Store::open(&path, Access::ReadWrite))
    }

    /// Opens the desk, on a new store where there is none yet.
    ///
    /// # Errors
    /// The policy or the store won't do.
    pub fn desk_or_new(&self) -> Result<Desk, Failure> {
        let path = self.store_path();
        if !path.exists() {
            // No store is made under a policy that won't do.
            self.policy()?;
        }
        self.desk_on(|| Store::open_or_create(&path))
    }

    /// Opens the store while the policy is read, each of which takes a good part of a start. What is wrong with the policy
    /// is told first.
    fn desk_on(&self, open: impl FnOnce() -> Result<Store, StoreError>) -> Result<Desk, Failure> {
        let (policy, store) = both("policy", || self.policy(), open);
        let policy = policy?;
        Ok(Desk::new(store?, policy, self.machine()).with_library(self.library()?))
    }

    /// The machine and user behind this process.
    #[must_use]
    pub fn machine(&self) -> Machine {
        let user = OsUser::current(&self.env);
        Machine { os_user: user.name, host: user.host, pid: user.pid }
    }

    /// Who was named: `--as`, `HANDOFF_USER`, the configuration; else the operating system's user.
    #[must_use]
    pub fn who_is_named(&self) -> (String, bool) {
        let named = self
            .common
            .who
            .clone()
            .or_else(|| self.env.user.clone())
            .or_else(|| self.config.person.clone());
        match named {
            Some(name) => (name, true),
            None => (OsUser::current(&self.env).name, false),
        }
    }

    /// Who acts.
    ///
    /// # Errors
    /// Nobody is named, or nobody of that name works this desk.
    pub fn person(&self, desk: &Desk) -> Result<Person, Failure> {
        let (name, said) = self.who_is_named();
        desk.person(&name).map_err(|error| match said {
            true => Failure::from(error),
            false => Failure::usage(format!(
                "Nobody on this desk is called \"{}\"; say who you are with --as, such as --as \"Dana Reyes\".",
                safe(&name)
            )),
        })
    }

    /// Who acts, where somebody is named or the operating system's user works this desk; none for whoever operates the
    /// machine, such as a scheduler.
    ///
    /// # Errors
    /// Somebody is named who doesn't work this desk.
    pub fn named_person(&self, desk: &Desk) -> Result<Option<Person>, Failure> {
        match (self.person(desk), self.who_is_named().1) {
            (Ok(person), _) => Ok(Some(person)),
            (Err(failure), true) => Err(failure),
            (Err(_), false) => Ok(None),
        }
    }

    /// Who acts and when, with a new action id.
    ///
    /// # Errors
    /// As [`Context::person`].
    pub fn actor(&self, desk: &Desk) -> Result<Actor, Failure> {
        Ok(Actor { who: self.person(desk)?.id, now: self.clock.now(), action: new_action_id() })
    }
}

/// The text of a file of so many bytes at most.
fn text_of(path: &Path, most: usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::failed(format!("{} can't be read: {error}.", named(path))))?;
    if bytes.len() > most {
        return Err(Failure::usage(format!(
            "{} is longer than {} KB; a message is read in a minute, so shorten it.",
            named(path),
            most / 1024
        )));
    }
    String::from_utf8(bytes).map_err(|_bytes| {
        Failure::usage(format!("{} is not UTF-8 text; save it as UTF-8.", named(path)))
    })
}

/// A path as it may be shown.
#[must_use]
pub fn named(path: &Path) -> String {
    safe(&path.to_string_lossy()).into_owned()
}
