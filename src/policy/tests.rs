use super::*;

mod errors;
mod merge;
mod random;
mod shipped;

/// The policy of a text that must be good.
fn good(text: &str) -> Loaded {
    parse(text, "policy.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

/// What is wrong with a text that must be bad.
fn bad(text: &str) -> Vec<PolicyError> {
    match parse(text, "policy.toml") {
        Ok(_) => panic!("nothing was wrong with\n{text}"),
        Err(errors) => errors.list,
    }
}
