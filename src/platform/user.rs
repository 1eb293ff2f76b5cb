//! Who runs the process, as the system knows it: recorded beside the person of the desk, so that acting under
//! another's name shows (RELIABILITY.md e).

use nix::unistd::{Uid, User};

use super::env::Env;

/// The user, machine and process behind an action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OsUser {
    /// The login name, or `uid 1000` where the system has no name for the number.
    pub name: String,
    /// The user's number.
    pub uid: u32,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl OsUser {
    /// The user of this process. The name comes from the system's user database; the environment, which anybody can
    /// set, is asked only where that knows nothing (a container, a directory service that is down).
    #[must_use]
    pub fn current(env: &Env) -> Self {
        let uid = Uid::effective();
        let known = User::from_uid(uid).ok().flatten().map(|user| user.name);
        let name = known.or_else(|| env.login.clone()).unwrap_or_else(|| format!("uid {uid}"));
        let host = nix::unistd::gethostname()
            .map_or_else(|_| "unknown".to_owned(), |name| name.to_string_lossy().into_owned());
        Self { name, uid: uid.as_raw(), host, pid: std::process::id() }
    }
}

/// Whether a process of this number runs.
#[must_use]
pub fn is_running(pid: i32) -> bool {
    let Some(pid) = rustix::process::Pid::from_raw(pid) else { return false };
    // A process of somebody else's answers with a refusal, which means that it is there.
    !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_does_not_name_a_known_user() {
        let env = Env { login: Some("somebody-else".into()), ..Env::default() };
        let user = OsUser::current(&env);
        assert_eq!(user.uid, rustix::process::geteuid().as_raw());
        assert!(!user.name.is_empty() && !user.host.is_empty());
        if User::from_uid(Uid::effective()).is_ok_and(|known| known.is_some()) {
            assert_ne!(user.name, "somebody-else");
        }
    }
}
