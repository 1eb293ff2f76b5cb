//! Opening an account's site in the person's browser: by the system's opener, without a shell, and only for an address
//! that is plainly a web address.

use std::process::{Command, Stdio};

use super::env::Env;
use crate::domain::text;

/// The program that opens an address.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Opens a site: `acme.com`, `acme.com/about` or a whole `https://` address. Returns the address that was opened; the
/// browser runs on its own and outlives the desk.
///
/// # Errors
/// A sentence: the text is no web address, there is no graphical session, or the opener could not be started.
pub fn open(site: &str, env: &Env) -> Result<String, String> {
    let address = web_address(site)?;
    if !env.graphical && !cfg!(target_os = "macos") {
        return Err(format!(
            "there is no graphical session to open {address} in; copy the address instead"
        ));
    }
    let started = Command::new(OPENER)
        .arg(&address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            // Somebody must collect the opener's status; it usually ends at once.
            let waiter = std::thread::Builder::new().name("browser".to_owned());
            let spawned = waiter.spawn(move || match child.wait() {
                Ok(status) if !status.success() => {
                    tracing::warn!(code = status.code(), "the opener of addresses failed");
                }
                _ => {}
            });
            if let Err(error) = spawned {
                tracing::warn!(%error, "nobody waits for the opener of addresses");
            }
            Ok(address)
        }
        Err(error) => {
            Err(format!("{OPENER} could not be started ({error}); open {address} yourself"))
        }
    }
}

/// The address that a site from outside stands for.
///
/// # Errors
/// A sentence when it is not a web address: another scheme, a host that is not a public name, a user or password,
/// characters that do not belong into an address.
pub fn web_address(site: &str) -> Result<String, String> {
    let site = site.trim();
    let refuse = |why: &str| {
        Err(format!(
            "\"{}\" is not opened: {why}; write it as https://example.com",
            text::clip(site, 60)
        ))
    };
    let (scheme, rest) = match site.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), site),
    };
    if scheme != "https" && scheme != "http" {
        return refuse("only http and https are");
    }
    if rest.len() > 2_000 || !rest.bytes().all(is_address_byte) {
        return refuse("it holds characters that do not belong into an address");
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return refuse("it carries a user name");
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if !port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0)) {
        return refuse("its port is not a number");
    }
    if !is_public_name(host) {
        return refuse("its host is not a public name");
    }
    Ok(format!("{scheme}://{}{path}", authority.to_ascii_lowercase()))
}

/// The characters of RFC 3986 without the quotes that some openers hand to a shell.
const fn is_address_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'#'
                | b'@'
                | b'!'
                | b'&'
                | b'+'
                | b','
                | b';'
                | b'='
                | b'%'
        )
}

/// A name with at least two labels, the last of letters: no bare machine name, no number of a machine.
fn is_public_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut labels = host.rsplit('.');
    let last = labels.next().unwrap_or_default();
    host.len() <= 253
        && label(last)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.contains('.')
        && labels.all(label)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("acme.com", "https://acme.com")]
    #[case(" Acme.COM/About?x=1#y ", "https://acme.com/About?x=1#y")]
    #[case("HTTP://acme.co.uk:8080/", "http://acme.co.uk:8080/")]
    #[case("https://xn--mller-kva.de", "https://xn--mller-kva.de")]
    fn web_addresses(#[case] site: &str, #[case] address: &str) {
        assert_eq!(web_address(site).unwrap(), address);
    }

    #[rstest]
    #[case("")]
    #[case("file:///etc/passwd")]
    #[case("javascript://acme.com/%0aalert(1)")]
    #[case("--help")]
    #[case("-a.com")]
    #[case("acme")]
    #[case("localhost:3000")]
    #[case("127.0.0.1")]
    #[case("http://[::1]/")]
    #[case("http://0x7f.1/")]
    #[case("https://acme.com@evil.example/")]
    #[case("https://acme.com:port/")]
    #[case("https://acme.com:0/")]
    #[case("https://acme.com/a b")]
    #[case("https://acme.com/`id`")]
    #[case("https://acme.com/$(id)")]
    #[case("https://acme.com/\u{1b}]0;x\u{7}")]
    #[case("https://acme.com/\n--help")]
    #[case("https://аcme.com/")]
    #[case("acme..com")]
    fn everything_else_is_refused_in_words(#[case] site: &str) {
        let sentence = web_address(site).unwrap_err();
        assert!(sentence.contains("is not opened: "), "{sentence}");
        assert!(!sentence.contains(['\u{1b}', '\n']), "{sentence:?}");
    }

    #[test]
    fn without_a_graphical_session_the_address_is_told() {
        if !cfg!(target_os = "macos") {
            let sentence = open("acme.com", &Env::default()).unwrap_err();
            assert!(sentence.contains("https://acme.com"), "{sentence}");
        }
    }
}
