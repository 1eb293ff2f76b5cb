//! The person's own editor, for a text that the desk shows: it gets the terminal, and the desk takes it back when the
//! editor is done. And a text kept in a file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::Signal;

use super::env::Env;
use super::fs::create_private;
use super::scratch::Scratch;
use super::terminal;

/// The editor of somebody who has chosen none.
const EDITOR: &str = "vi";
/// The most that comes back from an editor, in bytes.
const MOST: usize = 64 * 1024;
/// How long the thread that reads keys may take to step aside.
const ASIDE: Duration = Duration::from_secs(2);
/// Names that are tried for a file, one after the other.
const TRIES: usize = 99;

/// Whether the thread that reads keys may read on; shared between it and the loop.
#[derive(Clone, Debug, Default)]
pub struct Turn(Arc<(Mutex<Whose>, Condvar)>);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Whose {
    /// Keys are the desk's.
    #[default]
    Desk,
    /// They are wanted by somebody else.
    Wanted,
    /// They are somebody else's.
    Other,
}

impl Turn {
    fn whose(&self) -> MutexGuard<'_, Whose> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called by the thread that reads keys, after each: waits while they are somebody else's.
    pub fn wait(&self) {
        let mut whose = self.whose();
        while *whose != Whose::Desk {
            *whose = Whose::Other;
            self.0.1.notify_all();
            whose = self.0.1.wait(whose).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the keys away from the thread that reads them, which a signal wakes from its read: a changed window is
    /// something that it always hears.
    fn take(&self) -> Result<(), String> {
        *self.whose() = Whose::Wanted;
        let woken = rustix::process::kill_process(rustix::process::getpid(), Signal::WINCH);
        let (whose, waited) = self
            .0
            .1
            .wait_timeout_while(self.whose(), ASIDE, |whose| *whose != Whose::Other)
            .unwrap_or_else(PoisonError::into_inner);
        drop(whose);
        if woken.is_err() || waited.timed_out() {
            self.give_back();
            return Err("the keys could not be handed over; press the key again".to_owned());
        }
        Ok(())
    }

    fn give_back(&self) {
        *self.whose() = Whose::Desk;
        self.0.1.notify_all();
    }
}

/// Lets the person change a text in the editor that `VISUAL` or `EDITOR` names; the file is private and is gone
/// afterwards.
///
/// # Errors
/// A sentence: the editor could not be started or failed, or what came back is no text. The text is as it was then.
pub fn edit(text: &str, state: &Path, env: &Env, turn: &Turn) -> Result<String, String> {
    let folder = Scratch::new(state, "edit")
        .map_err(|error| format!("The text can't be put into a file: {error}."))?;
    let path = folder.path().join("message.txt");
    let cannot = |error: io::Error| format!("The text can't be put into a file: {error}.");
    let mut file = create_private(&path).map_err(cannot)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(cannot)?;
    drop(file);
    let chosen = env.editor.as_deref().unwrap_or(EDITOR);
    turn.take().map_err(|why| format!("The editor was not started: {why}."))?;
    terminal::lend();
    let ended = run(chosen, &path);
    let back = terminal::take_back();
    turn.give_back();
    back.map_err(|error| format!("The terminal could not be taken back: {error}."))?;
    ended?;
    let bytes = std::fs::read(&path)
        .map_err(|error| format!("What the editor wrote can't be read: {error}."))?;
    if bytes.len() > MOST {
        return Err("The text is longer than 64 KB; the message is as it was.".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_bytes| {
        "What the editor wrote is not UTF-8 text; the message is as it was.".to_owned()
    })?;
    Ok(text.trim_end().to_owned())
}

/// Runs an editor with its own arguments, without a shell.
fn run(editor: &str, path: &Path) -> Result<(), String> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(EDITOR);
    let status = Command::new(program).args(words).arg(path).status().map_err(|error| {
        format!("The editor {program} could not be started ({error}); set EDITOR to yours.")
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("The editor {program} ended with an error; the message is as it was."))
    }
}

/// Keeps a text in a new private file of the folder that the desk was started in; another name is found where there is
/// one already. Returns its path.
///
/// # Errors
/// A sentence: it can't be written there.
pub fn keep(name: &str, text: &str) -> Result<String, String> {
    keep_in(Path::new(""), name, text).map(|path| path.to_string_lossy().into_owned())
}

fn keep_in(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let name: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "txt"));
    for n in 1..=TRIES {
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        let path = folder.join(format!("{stem}{number}.{ending}"));
        match create_private(&path) {
            Ok(mut file) => {
                return file
                    .write_all(text.as_bytes())
                    .and_then(|()| file.write_all(b"\n"))
                    .map(|()| path.clone())
                    .map_err(|error| format!("{} can't be written: {error}.", path.display()));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{} can't be written: {error}.", path.display())),
        }
    }
    Err(format!("There are {TRIES} files named {stem} here already; move some away."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_beside_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |text| keep_in(folder.path(), "H-12-first/message.txt", text).unwrap();
        let (one, two) = (keep("one"), keep("two"));
        assert!(
            one.ends_with("H-12-first_message.txt") && two.ends_with("H-12-first_message-2.txt")
        );
        assert_eq!(std::fs::read_to_string(two).unwrap(), "two\n");
    }

    #[test]
    fn an_editor_has_arguments_and_no_shell() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(run("test -f", &path), Ok(()));
        assert!(run("test -d", &path).unwrap_err().contains("ended with an error"));
        assert!(run("no-such-editor-here", &path).unwrap_err().contains("set EDITOR to yours"));
    }

    #[test]
    fn keys_change_hands_and_come_back() {
        let turn = Turn::default();
        let reader = turn.clone();
        *turn.whose() = Whose::Wanted;
        let waiting = std::thread::spawn(move || reader.wait());
        drop(turn.0.1.wait_while(turn.whose(), |whose| *whose != Whose::Other).unwrap());
        turn.give_back();
        waiting.join().unwrap();
        assert_eq!(*turn.whose(), Whose::Desk);
    }
}
