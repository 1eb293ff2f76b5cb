//! Domains as keys: whatever people paste becomes `acme.com`, or nothing.

/// The host of a URL, an e-mail address or a bare host, lower case, without `www.`, port or trailing dot.
///
/// `None` where there is no public host name in it: an IP address, `localhost`, a word without a dot, prose.
#[must_use]
pub fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let rest = match text.split_once("://") {
        Some((_, rest)) => rest,
        None => text.strip_prefix("//").unwrap_or(text),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_lowercase();
    let host = match host.strip_prefix("www.") {
        Some(rest) if rest.contains('.') => rest.to_owned(),
        _ => host,
    };
    is_public(&host).then_some(host)
}

/// Letters, digits and inner hyphens in at least two labels, the last of which is no number.
fn is_public(host: &str) -> bool {
    let sound = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    host.len() <= 253
        && host.split('.').all(sound)
        && last.chars().count() >= 2
        && last.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("acme.com", "acme.com")]
    #[case("  ACME.com. ", "acme.com")]
    #[case("https://www.Acme.com/about?x=1#top", "acme.com")]
    #[case("http://user:pw@shop.acme.co.uk:8080/", "shop.acme.co.uk")]
    #[case("//cdn.acme.io", "cdn.acme.io")]
    #[case("jane.doe@Acme.com", "acme.com")]
    #[case("mailto:jane@acme.com", "acme.com")]
    #[case("www.com", "www.com")]
    #[case("bücher.example", "bücher.example")]
    #[case("xn--bcher-kva.example", "xn--bcher-kva.example")]
    fn hosts_are_found(#[case] text: &str, #[case] host: &str) {
        assert_eq!(normalise(text).as_deref(), Some(host));
    }

    #[rstest]
    #[case("")]
    #[case("localhost")]
    #[case("192.168.0.1")]
    #[case("http://[::1]/")]
    #[case("see our site. thanks")]
    #[case("acme..com")]
    #[case("-acme.com")]
    #[case("acme.c")]
    #[case("acme\u{202e}.com")]
    #[case("n/a")]
    fn what_is_no_host_is_refused(#[case] text: &str) {
        assert_eq!(normalise(text), None);
    }
}
