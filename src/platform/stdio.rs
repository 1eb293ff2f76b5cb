//! Standard input, output and error of one-shot commands: what they are connected to, and writing to them so that no
//! data controls a terminal and a closed pipe ends quietly.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;

use super::config::ColorChoice;
use super::env::Env;
use crate::domain::text;

/// What the standard streams are connected to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streams {
    /// Input comes from a person.
    pub stdin_terminal: bool,
    /// Output goes to a terminal.
    pub stdout_terminal: bool,
    /// Errors and progress go to a terminal.
    pub stderr_terminal: bool,
    /// Columns that a line of output may take; none where it goes to a file or program, which want whole lines.
    pub width: Option<usize>,
    /// Output may use colours.
    pub color: bool,
    /// Errors may use colours.
    pub stderr_color: bool,
}

impl Streams {
    /// Looks at the streams of this process.
    #[must_use]
    pub fn detect(env: &Env, color: ColorChoice) -> Self {
        let stdout_terminal = io::stdout().is_terminal();
        let stderr_terminal = io::stderr().is_terminal();
        let told = rustix::termios::tcgetwinsize(io::stdout().as_fd())
            .ok()
            .map(|size| usize::from(size.ws_col))
            .filter(|columns| *columns > 0);
        let width = if stdout_terminal { told.or(env.columns).or(Some(80)) } else { env.columns };
        Self {
            stdin_terminal: io::stdin().is_terminal(),
            stdout_terminal,
            stderr_terminal,
            width,
            color: colored(color, env, stdout_terminal),
            stderr_color: colored(color, env, stderr_terminal),
        }
    }
}

fn colored(choice: ColorChoice, env: &Env, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !env.no_color && env.term.as_deref() != Some("dumb"),
    }
}

/// Writes text for people to the standard output: its lines and the colours that we set stay, anything else that could
/// control a terminal is made visible. Data still goes through [`text::safe`] before it is put into a line: from here,
/// a colour of ours and one in a company's name look alike.
pub fn print(text: &str) {
    settle(write(&mut io::stdout().lock(), guarded(text).as_bytes()));
}

/// As [`print()`], for a message on the standard error.
pub fn tell(text: &str) {
    // Where messages cannot be written there is no place left to say so.
    let _ = write(&mut io::stderr().lock(), guarded(text).as_bytes());
}

/// Writes a JSON document to the standard output. Its values arrive unchanged wherever it goes; characters that could
/// control a terminal are escaped as JSON escapes them.
pub fn print_json(document: &str) {
    settle(write(&mut io::stdout().lock(), text::json(document).as_bytes()));
}

/// Writes a file's content (an export, a completion script) to the standard output: as it is to a file or program,
/// made visible on a terminal.
pub fn print_file(content: &[u8]) {
    let mut stdout = io::stdout().lock();
    let written = if stdout.is_terminal() {
        write(&mut stdout, guarded(&String::from_utf8_lossy(content)).as_bytes())
    } else {
        write(&mut stdout, content)
    };
    settle(written);
}

fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

/// The standard output for listings of many lines: gathers them into larger writes. Call [`Out::finish`] at the end.
#[derive(Debug)]
pub struct Out(BufWriter<io::StdoutLock<'static>>);

impl Out {
    /// The standard output of this process, held until this value is gone.
    #[must_use]
    pub fn stdout() -> Self {
        Self(BufWriter::with_capacity(1 << 16, io::stdout().lock()))
    }

    /// As [`print()`].
    pub fn print(&mut self, text: &str) {
        settle(self.0.write_all(guarded(text).as_bytes()));
    }

    /// As [`print_json`].
    pub fn print_json(&mut self, document: &str) {
        settle(self.0.write_all(text::json(document).as_bytes()));
    }

    /// Writes what was gathered.
    pub fn finish(mut self) {
        settle(self.0.flush());
    }
}

/// Ends the process when nothing more can be written: quietly and with success when whoever reads has read enough
/// (`handoff list | head`), with a sentence and status 1 otherwise.
fn settle(written: io::Result<()>) {
    if let Err(error) = written {
        let (status, sentence) = verdict(&error);
        if let Some(sentence) = sentence {
            tell(&sentence);
        }
        std::process::exit(status);
    }
}

fn verdict(error: &io::Error) -> (i32, Option<String>) {
    if error.kind() == io::ErrorKind::BrokenPipe {
        (0, None)
    } else {
        (1, Some(format!("the output could not be written ({error}); what was done stays done\n")))
    }
}

/// The text with everything made visible but line ends and colour sequences (`ESC [ … m`).
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if let Cow::Borrowed(same) = text::safe(text) {
        return Cow::Borrowed(same);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\u{1b}']) {
        let (before, here) = rest.split_at(at);
        out.push_str(&text::safe(before));
        // A sequence that is not a colour is one character to make visible.
        let kept = if here.starts_with('\n') { 1 } else { color_length(here).unwrap_or(0) };
        let (kept, after) = here.split_at(kept);
        out.push_str(kept);
        rest = after;
        if kept.is_empty() {
            out.push('␛');
            rest = after.strip_prefix('\u{1b}').unwrap_or(after);
        }
    }
    out.push_str(&text::safe(rest));
    Cow::Owned(out)
}

/// The bytes of the colour sequence that a text begins with.
fn color_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !matches!(c, '0'..='9' | ';' | ':'))?;
    parameters.get(end..)?.starts_with('m').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain\n", "plain\n")]
    #[case("\u{1b}[1;31mred\u{1b}[0m\nnext\n", "\u{1b}[1;31mred\u{1b}[0m\nnext\n")]
    #[case("\u{1b}[38:2::1:2:3mx\u{1b}[m", "\u{1b}[38:2::1:2:3mx\u{1b}[m")]
    #[case("\u{1b}[2Jx\r\n", "␛[2Jx␍\n")]
    #[case("\u{1b}]0;t\u{7}", "␛]0;t␇")]
    #[case("\u{1b}[31", "␛[31")]
    #[case("\u{1b}\u{1b}[1mä\u{202e}", "␛\u{1b}[1mä⟨U+202E⟩")]
    fn colours_and_lines_stay(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(guarded(text), shown);
    }

    proptest! {
        #[test]
        fn only_colours_and_line_ends_are_left(text in "(\\PC|[\u{0}-\u{9f}]|\u{1b}\\[[0-9;]{0,3}[mJ]|\u{202e}){0,30}") {
            let shown = guarded(&text).into_owned();
            let mut rest = shown.as_str();
            while let Some(at) = rest.find(|c: char| c.is_control() && c != '\n') {
                let length = color_length(&rest[at..]);
                prop_assert!(length.is_some(), "{text:?} -> {shown:?}");
                rest = &rest[at + length.unwrap_or(1)..];
            }
            let turned = shown.contains('\u{202e}');
            prop_assert!(!turned, "{shown:?}");
            prop_assert_eq!(guarded(&shown), shown.as_str());
        }
    }

    #[test]
    fn a_reader_that_has_enough_is_no_error() {
        assert_eq!(verdict(&io::ErrorKind::BrokenPipe.into()), (0, None));
        let (status, sentence) = verdict(&io::Error::from_raw_os_error(28));
        assert_eq!(status, 1);
        assert!(sentence.unwrap().starts_with("the output could not be written (No space left"));
    }

    #[rstest]
    #[case(ColorChoice::Auto, true, false, true)]
    #[case(ColorChoice::Auto, true, true, false)]
    #[case(ColorChoice::Auto, false, false, false)]
    #[case(ColorChoice::Always, false, true, true)]
    #[case(ColorChoice::Never, true, false, false)]
    fn colours(
        #[case] choice: ColorChoice,
        #[case] terminal: bool,
        #[case] no_color: bool,
        #[case] expected: bool,
    ) {
        assert_eq!(colored(choice, &Env { no_color, ..Env::default() }, terminal), expected);
    }
}
