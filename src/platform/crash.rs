//! What happens when the program itself is at fault: the terminal is given back, one sentence is told, and a report
//! without any data of the desk is left. A panic in any thread ends the process with status 101; what was acknowledged
//! is in the store already.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{Location, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock::Clock;
use super::{fs, signals, terminal};

/// The exit status of a panic, as Rust programs have it.
const STATUS: i32 = 101;

/// Installs the hook for panics, after any other library has installed its own.
pub fn install(state_dir: &Path) {
    let folder = state_dir.to_path_buf();
    std::panic::set_hook(Box::new(move |info| end(info, &folder)));
}

fn end(info: &PanicHookInfo<'_>, folder: &Path) {
    static FIRST: AtomicBool = AtomicBool::new(true);
    if !FIRST.swap(false, Ordering::SeqCst) {
        // Another thread is telling already, and ends the process.
        signals::wait_for_the_end();
    }
    signals::let_a_running_end_finish();
    terminal::give_back();
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), place);
    let report = write_report(folder, &place);
    let told = match report {
        Ok(path) => format!("; a report without any data of yours is in {}", path.display()),
        Err(_) => String::new(),
    };
    // A terminal that is gone must not make this a second panic, as eprintln! would.
    let _ = writeln!(
        std::io::stderr().lock(),
        "Handoff Desk has a fault at {place} and had to stop. Everything it told you was done is saved{told}."
    );
    signal_hook::low_level::exit(STATUS);
}

/// The place in the source, without the folders of the machine it was built on: our own files are known by their path
/// in the package, those of a library by its folder.
fn place(location: &Location<'_>) -> String {
    let file = location.file();
    let library = Path::new(file).is_absolute().then(|| {
        let parts: Vec<&str> = file.split('/').collect();
        let src = parts.iter().rposition(|part| *part == "src").unwrap_or(parts.len());
        parts.get(src.saturating_sub(1)..).unwrap_or_default().join("/")
    });
    format!("{}:{}", library.as_deref().unwrap_or(file), location.line())
}

/// The message of a panic may hold data (`index out of bounds` does not, a failed conversion does), so it is left out.
fn write_report(folder: &Path, place: &str) -> std::io::Result<PathBuf> {
    let now = Clock::System.now();
    let thread = std::thread::current();
    let mut report = String::new();
    let _ = write!(
        report,
        "Handoff Desk {}\nstopped at {now}\nplace {place}\nthread {}\nsystem {} {}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        thread.name().unwrap_or("unnamed"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        Backtrace::capture(),
    );
    fs::private_dir(folder)?;
    let path = folder.join(format!("crash-{}-{}.txt", now.0, std::process::id()));
    let mut file = fs::create_private(&path)?;
    file.write_all(report.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_tells_nothing_about_the_machine() {
        let here = place(Location::caller());
        assert!(here.starts_with("src/platform/crash.rs:"), "{here}");
    }

    #[test]
    fn a_report_is_private_and_says_where() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = write_report(&folder.path().join("state"), "src/x.rs:7").unwrap();
        let report = std::fs::read_to_string(&path).unwrap();
        assert!(report.contains("\nplace src/x.rs:7\n"), "{report}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
