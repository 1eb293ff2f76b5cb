//! Being told that a file was written, where the system tells (Linux: inotify). Elsewhere whoever wants to know looks.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Tells of each write to a file while it lives.
#[derive(Debug)]
pub struct Watch {
    over: Arc<AtomicBool>,
    #[cfg(target_os = "linux")]
    kernel: linux::Kernel,
}

impl Watch {
    /// Calls `written` on a thread of its own when somebody wrote the file, at once and then at most once in `pause`, and
    /// a last time when it can tell no more: the file is gone.
    ///
    /// # Errors
    /// The system does not tell of this file, or of any.
    pub fn start(
        file: &Path,
        pause: Duration,
        written: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        #[cfg(target_os = "linux")]
        return Ok(Self {
            kernel: linux::Kernel::start(file, pause, written, Arc::clone(&over))?,
            over,
        });
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (file, pause, written, over);
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// True from when it tells no more.
    #[must_use]
    pub fn over(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.over)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        #[cfg(target_os = "linux")]
        self.kernel.forget();
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::mem::MaybeUninit;
    use std::thread;

    use rustix::fd::OwnedFd;
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
    use rustix::io::Errno;

    use super::*;

    /// What the kernel was asked to watch.
    #[derive(Debug)]
    pub(super) struct Kernel {
        fd: Arc<OwnedFd>,
        watch: i32,
    }

    impl Kernel {
        pub(super) fn start(
            file: &Path,
            pause: Duration,
            written: impl Fn() + Send + 'static,
            over: Arc<AtomicBool>,
        ) -> io::Result<Self> {
            let fd = Arc::new(inotify::init(CreateFlags::CLOEXEC)?);
            let watch = inotify::add_watch(&fd, file, WatchFlags::MODIFY)?;
            let told = Arc::clone(&fd);
            thread::Builder::new().name("watch".to_owned()).spawn(move || {
                let mut buffer = [MaybeUninit::uninit(); 512];
                let mut events = Reader::new(&*told, &mut buffer);
                while tells(&mut events, &over) {
                    written();
                    // What is written meanwhile is told of as one.
                    thread::sleep(pause);
                }
                over.store(true, Ordering::Release);
                written();
            })?;
            Ok(Self { fd, watch })
        }

        /// Ends the thread: it is told of that as of a write.
        pub(super) fn forget(&self) {
            // A file that is gone is watched no more, and its thread has ended.
            let _ = inotify::remove_watch(&self.fd, self.watch);
        }
    }

    /// Waits until the file was written; false when nothing will be told any more.
    fn tells(events: &mut Reader<'_, &OwnedFd>, over: &AtomicBool) -> bool {
        loop {
            match events.next().map(|event| event.events()) {
                Ok(event) if event.contains(ReadFlags::IGNORED) => return false,
                Ok(_) => return !over.load(Ordering::Acquire),
                Err(Errno::INTR) => {}
                Err(error) => {
                    tracing::warn!(%error, "writes to the store are not told any more");
                    return false;
                }
            }
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

    use super::*;

    /// Far longer than the kernel takes.
    const LONG: Duration = Duration::from_secs(20);

    fn watch(file: &Path) -> (Watch, Receiver<()>) {
        let (send, told) = channel();
        let written = move || {
            let _ = send.send(());
        };
        (Watch::start(file, Duration::ZERO, written).unwrap(), told)
    }

    #[test]
    fn a_write_is_told_and_an_end_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = fs::File::create(&path).unwrap();
        let (watch, told) = watch(&path);
        for _ in 0..3 {
            file.write_all(b"more").unwrap();
            assert_eq!(told.recv_timeout(LONG), Ok(()));
        }
        let over = watch.over();
        assert!(!over.load(Ordering::Acquire));
        drop(watch);
        while told.recv_timeout(LONG) == Ok(()) {}
        assert_eq!(
            told.recv_timeout(LONG),
            Err(RecvTimeoutError::Disconnected),
            "its thread ended"
        );
        assert!(over.load(Ordering::Acquire));
    }

    #[test]
    fn a_file_that_goes_is_told_as_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, b"").unwrap();
        let (watch, told) = watch(&path);
        fs::remove_file(&path).unwrap();
        assert_eq!(told.recv_timeout(LONG), Ok(()));
        assert!(watch.over().load(Ordering::Acquire));
    }

    #[test]
    fn a_file_that_is_not_there_is_not_watched() {
        let folder = tempfile::tempdir().unwrap();
        let told = Watch::start(&folder.path().join("log"), Duration::ZERO, || ());
        assert_eq!(told.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
