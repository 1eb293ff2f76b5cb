//! What a row is called, whom it names, and what may be left out of it.

use rstest::rstest;

use super::*;

/// Each row: the kind, its word in profiles, one of it and several.
#[rstest]
#[case(Kind::People, "people", "1 person", "1,250 people")]
#[case(Kind::Accounts, "accounts", "1 account", "1,250 accounts")]
#[case(Kind::Contacts, "contacts", "1 contact", "1,250 contacts")]
#[case(Kind::Signals, "signals", "1 signal", "1,250 signals")]
#[case(Kind::Deals, "deals", "1 deal", "1,250 deals")]
#[case(Kind::Handoffs, "handoffs", "1 handoff", "1,250 handoffs")]
fn a_kind_of_file_is_called(
    #[case] kind: Kind,
    #[case] key: &str,
    #[case] one: &str,
    #[case] many: &str,
) {
    assert_eq!((kind.count(1).as_str(), kind.count(1_250).as_str()), (one, many));
    assert_eq!(kind.to_string(), key);
    assert_eq!(format!(" {} ", key.to_uppercase()).parse(), Ok(kind));
    assert!(Kind::ALL.contains(&kind));
}

#[test]
fn another_word_is_no_kind_of_file() {
    assert_eq!(
        "leads".parse::<Kind>().unwrap_err(),
        "\"leads\" is not a kind of file; it is one of people, accounts, contacts, signals, deals, handoffs"
    );
}

fn some(is: bool) -> Option<String> {
    is.then(|| "x".to_owned())
}

/// Each row: which of the three keys the row has, and whether it names nobody.
#[rstest]
#[case([false, false, false], true)]
#[case([true, false, false], false)]
#[case([false, true, false], false)]
#[case([false, false, true], false)]
#[case([true, true, true], false)]
fn one_key_is_enough_to_name_an_account_or_a_person(#[case] keys: [bool; 3], #[case] empty: bool) {
    let [external, second, name] = keys.map(some);
    let account = AccountRef {
        external: external.clone(),
        domain: second.clone(),
        name: name.clone(),
        optional: true,
    };
    let person = PersonRef { external, email: second, name, optional: true };
    assert_eq!((account.is_empty(), person.is_empty()), (empty, empty));
}

fn owner(optional: bool) -> Option<PersonRef> {
    Some(PersonRef { name: some(true), optional, ..PersonRef::default() })
}

fn at(named: bool, optional: bool) -> AccountRef {
    AccountRef { domain: some(named), optional, ..AccountRef::default() }
}

fn person(role: Option<Role>, role_if_new: Option<Role>) -> Draft {
    Draft::Person(Box::new(PersonDraft { role, role_if_new, ..PersonDraft::default() }))
}

fn deal(stage: [Option<DealStage>; 2], owner: Option<PersonRef>, account: AccountRef) -> Draft {
    let [stage, stage_if_new] = stage;
    Draft::Deal(Box::new(DealDraft { stage, stage_if_new, owner, account, ..DealDraft::default() }))
}

fn account(owner: Option<PersonRef>) -> Draft {
    Draft::Account(Box::new(AccountDraft { owner, ..AccountDraft::default() }))
}

const NEW: Option<DealStage> = Some(DealStage::Prospecting);
const WON: Option<DealStage> = Some(DealStage::Won);

/// Each row: what the file says, the steps by which it is loosened, and what is left of it then. First what the profile
/// gives new records is filled in, then one reference after the other is left out; what must be known is never left out.
#[rstest]
#[case::somebody_new(person(None, Some(Role::Ae)), &[Loosened::Filled], person(Some(Role::Ae), None))]
#[case::whose_role_is_told(person(Some(Role::Sdr), Some(Role::Ae)), &[], person(Some(Role::Sdr), Some(Role::Ae)))]
#[case::of_no_role(person(None, None), &[], person(None, None))]
#[case::all_of_a_deal(
    deal([None, NEW], owner(true), at(true, true)),
    &[Loosened::Filled, Loosened::Owner, Loosened::Account],
    deal([NEW, None], None, AccountRef::default())
)]
#[case::a_deal_that_says_all(
    deal([WON, NEW], owner(false), at(true, false)),
    &[],
    deal([WON, NEW], owner(false), at(true, false))
)]
#[case::the_owner_of_a_deal(
    deal([None, None], owner(true), at(true, false)),
    &[Loosened::Owner],
    deal([None, None], None, at(true, false))
)]
#[case::the_account_of_a_deal(
    deal([WON, None], owner(false), at(true, true)),
    &[Loosened::Account],
    deal([WON, None], owner(false), AccountRef::default())
)]
#[case::a_deal_without_an_account(
    deal([WON, None], None, at(false, true)),
    &[],
    deal([WON, None], None, at(false, true))
)]
#[case::the_owner_of_an_account(account(owner(true)), &[Loosened::Owner], account(None))]
#[case::an_owner_who_must_be_known(account(owner(false)), &[], account(owner(false)))]
#[case::an_account_of_nobody(account(None), &[], account(None))]
#[case::a_contact(Draft::Contact(Box::default()), &[], Draft::Contact(Box::default()))]
#[case::a_signal(Draft::Signal(Box::default()), &[], Draft::Signal(Box::default()))]
#[case::a_handoff(Draft::Handoff(Box::default()), &[], Draft::Handoff(Box::default()))]
fn a_row_is_loosened_step_by_step(
    #[case] mut draft: Draft,
    #[case] steps: &[Loosened],
    #[case] left: Draft,
) {
    for step in steps {
        assert!(draft.may_loosen(), "before {step:?}");
        assert_eq!(draft.loosen(), Some(*step));
    }
    assert!(!draft.may_loosen(), "{draft:?}");
    assert_eq!(draft.loosen(), None);
    assert_eq!(draft, left);
}
