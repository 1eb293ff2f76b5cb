//! Two things at once, where both take a good part of what somebody waits for.

use std::panic::resume_unwind;
use std::thread;

/// Does one thing on a thread of that name while the other is done here. Where no thread can be had they are done one
/// after the other.
pub fn both<A: Send, B>(
    name: &str,
    aside: impl Fn() -> A + Sync,
    here: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, &aside);
        let here = here();
        let aside = match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => aside(),
        };
        (aside, here)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    /// Far longer than either takes: where one waits for the other to be done, the test fails and does not hang.
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn neither_waits_for_the_other_to_be_done() {
        let (to_here, from_aside) = channel();
        let (to_aside, from_here) = channel();
        let from_here = Mutex::new(from_here);
        let aside = || {
            to_here.send(1).unwrap();
            from_here.lock().unwrap().recv_timeout(LONG).unwrap() + 1
        };
        let here = || {
            to_aside.send(10).unwrap();
            from_aside.recv_timeout(LONG).unwrap() + 1
        };
        assert_eq!(both("aside", aside, here), (11, 2));
    }
}
