use super::*;

#[test]
fn the_shipped_policy_reads() {
    match shipped() {
        Ok(policy) => assert_eq!(policy.types.len(), 11),
        Err(errors) => panic!("{errors}"),
    }
}

#[test]
fn what_is_shown_reads_back_as_the_same_policy() {
    let loaded = parse("", "policy.toml").unwrap();
    assert_eq!(loaded.policy, shipped().unwrap());
    let text = show(&loaded);
    let again = parse(&text, "shown.toml").unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    assert_eq!(again.policy, loaded.policy);
}
