//! Where things live: the platform's data, configuration and state folders, or where the environment says.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use thiserror::Error;

use super::config::Config;
use super::env::Env;

/// The folders and files of one person's desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paths {
    /// The store where neither `--store` nor the configuration names one: `HANDOFF_STORE`, else `handoff.db` in the
    /// data folder.
    default_store: PathBuf,
    /// Whether `HANDOFF_STORE` named it: then it wins over the configuration.
    store_from_env: bool,
    /// The folder of `config.toml`, `keys.toml`, `policy.toml` and `themes`.
    pub config_dir: PathBuf,
    /// The folder of the log and of crash reports.
    pub state_dir: PathBuf,
}

/// There is no place for the desk's files.
#[derive(Debug, Error)]
#[error(
    "this user has no home directory; set HOME, or HANDOFF_STORE, HANDOFF_CONFIG_DIR and HANDOFF_STATE_DIR"
)]
pub struct NoHome;

impl Paths {
    /// Finds the folders; makes none of them.
    ///
    /// # Errors
    /// When the user has no home directory and the environment does not name all three places.
    pub fn find(env: &Env) -> Result<Self, NoHome> {
        let dirs = ProjectDirs::from("", "", "handoff");
        let default = |pick: fn(&ProjectDirs) -> PathBuf| dirs.as_ref().map(pick).ok_or(NoHome);
        Ok(Self {
            default_store: match &env.store {
                Some(path) => path.clone(),
                None => default(|dirs| dirs.data_dir().join("handoff.db"))?,
            },
            store_from_env: env.store.is_some(),
            config_dir: match &env.config_dir {
                Some(path) => path.clone(),
                None => default(|dirs| dirs.config_dir().to_path_buf())?,
            },
            state_dir: match &env.state_dir {
                Some(path) => path.clone(),
                // Only Linux has a state folder of its own; elsewhere it is the local data folder.
                None => {
                    default(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_path_buf())?
                }
            },
        })
    }

    /// The store to open: `--store`, else `HANDOFF_STORE`, else the configuration's, else the data folder's.
    #[must_use]
    pub fn store(&self, argument: Option<&Path>, config: &Config) -> PathBuf {
        argument
            .map(Path::to_path_buf)
            .or_else(|| self.store_from_env.then(|| self.default_store.clone()))
            .or_else(|| config.store.clone())
            .unwrap_or_else(|| self.default_store.clone())
    }

    /// `config.toml`.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.config_dir.join("config.toml")
    }

    /// `keys.toml`: a person's own keys.
    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        self.config_dir.join("keys.toml")
    }

    /// `policy.toml`, used where neither `--policy` nor the configuration names one and it exists.
    #[must_use]
    pub fn policy_file(&self) -> PathBuf {
        self.config_dir.join("policy.toml")
    }

    /// The folder of the team's own message templates.
    #[must_use]
    pub fn templates_dir(&self) -> PathBuf {
        self.config_dir.join("templates")
    }

    /// The folder of a person's own themes.
    #[must_use]
    pub fn themes_dir(&self) -> PathBuf {
        self.config_dir.join("themes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_is_the_nearest_one_named() {
        let env = Env {
            store: Some("/env.db".into()),
            config_dir: Some("/c".into()),
            state_dir: Some("/s".into()),
            ..Env::default()
        };
        let config = Config { store: Some("/config.db".into()), ..Config::default() };
        let paths = Paths::find(&env).unwrap();
        assert_eq!(paths.config_file(), Path::new("/c/config.toml"));
        assert_eq!(paths.store(Some(Path::new("/arg.db")), &config), Path::new("/arg.db"));
        assert_eq!(paths.store(None, &config), Path::new("/env.db"));
        let paths = Paths { store_from_env: false, ..paths };
        assert_eq!(paths.store(None, &config), Path::new("/config.db"));
        assert_eq!(paths.store(None, &Config::default()), Path::new("/env.db"));
    }
}
