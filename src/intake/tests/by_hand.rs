//! Columns whose meaning a person says, and files that end where somebody stops them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::told as fields_of;
use super::*;
use crate::domain::draft::AccountDraft;

const ZONE: chrono_tz::Tz = chrono_tz::America::New_York;

fn by_hand(bytes: &str, key: &str, chosen: &[(usize, Option<&str>)]) -> Result<Input, FileError> {
    let chosen: BTreeMap<_, _> =
        chosen.iter().map(|(column, field)| (*column, field.map(str::to_owned))).collect();
    let options = Options::new(ZONE).by_hand(key, &chosen)?;
    open_with(bytes, "export.csv", &options)
}

fn accounts(input: Input) -> Vec<AccountDraft> {
    let (drafts, problems) = sorted_out(input);
    assert_eq!(problems, []);
    let account = |draft| match draft {
        Draft::Account(account) => *account,
        other => panic!("{other:?}"),
    };
    said(&drafts).into_iter().map(account).collect()
}

#[test]
fn a_column_goes_where_somebody_says_and_nowhere_else() {
    let file = "name,domain,industry,Sector,Turnover (in 000s)\nAcme,acme.com,x,Optics,\"1,200\"\n";
    let chosen = [(2, None), (3, Some("accounts.industry")), (4, Some("accounts.revenue"))];
    let input = by_hand(file, "accounts", &chosen).unwrap();
    assert_eq!(input.summary(), "desk accounts, 4 of 5 columns");
    let mapping: Vec<_> =
        input.mapping().into_iter().map(|column| (column.column, column.fields)).collect();
    let fields = |field: &str| vec![format!("accounts.{field}")];
    let expected = [
        (0, fields("name")),
        (1, fields("domain")),
        (2, vec![]),
        (3, fields("industry")),
        (4, fields("revenue")),
    ];
    assert_eq!(mapping, expected);
    let read = accounts(input);
    assert_eq!(read[0].industry.as_deref(), Some("Optics"));
    assert_eq!(read[0].revenue, Some(1_200_000), "the unit in the header counts");
}

#[test]
fn a_file_that_nobody_knows_is_read_as_somebody_says() {
    let file = "Firma;Umsatz\nAcme;12\nGlobex;13\n";
    assert!(refusal(file, "export.csv").starts_with("its columns are not known (Firma"));
    let input = by_hand(file, "accounts", &[(0, Some("accounts.name"))]).unwrap();
    assert_eq!(input.headers(), ["Firma", "Umsatz"]);
    let names: Vec<_> = accounts(input).into_iter().map(|account| account.name).collect();
    assert_eq!(names, [Some("Acme".to_owned()), Some("Globex".to_owned())]);
    // What a record can't do without is told row by row.
    let (drafts, problems) = sorted_out(by_hand(file, "accounts", &[]).unwrap());
    assert_eq!((drafts.len(), problems.len()), (0, 2));
    assert!(problems[0].to_string().contains("no id, no name and no domain"), "{}", problems[0]);
    assert!(matches!(by_hand(file, "nonsense", &[]), Err(FileError::UnknownProfile { .. })));
}

#[test]
fn a_field_that_there_is_not_leaves_the_column_out() {
    let file = "name,domain\nAcme,acme.com\n";
    let input = by_hand(file, "accounts", &[(1, Some("accounts.nonsense"))]).unwrap();
    let read = accounts(input);
    assert_eq!((read[0].name.as_deref(), read[0].domain.as_deref()), (Some("Acme"), None));
}

#[test]
fn keys_of_objects_are_columns_too() {
    let file = "{\"company\":\"Acme\",\"where\":\"West\"}\n{\"company\":\"Globex\",\"where\":\"East\",\"tier\":\"2\"}\n";
    let input =
        by_hand(file, "accounts", &[(0, Some("accounts.name")), (1, Some("accounts.region"))]);
    let read = accounts(input.unwrap());
    assert_eq!(read[1].region.as_deref(), Some("East"));
    assert_eq!(read[1].tier, Some(crate::domain::account::Tier::Two), "a key that comes later");
}

#[test]
fn a_file_ends_where_it_is_stopped() {
    let stop = Arc::new(AtomicBool::new(false));
    let rows: String = (0..10).map(|n| format!("Acme {n},a{n}.com\n")).collect();
    let input = open_bytes(format!("name,domain\n{rows}"), "accounts.csv").unwrap();
    let mut input = input.stop_with(Arc::clone(&stop));
    assert_eq!(input.by_ref().take(3).count(), 3);
    assert!(!input.was_stopped());
    stop.store(true, Ordering::Relaxed);
    assert_eq!(input.by_ref().count(), 0);
    assert!(input.was_stopped());
    let mut whole = open_bytes(format!("name,domain\n{rows}"), "accounts.csv").unwrap();
    assert_eq!(whole.by_ref().count(), 10);
    assert!(!whole.was_stopped());
}

#[test]
fn what_was_understood_is_told_field_by_field() {
    let told = |bytes: &str, name: &str| {
        let (drafts, problems) = read(bytes, name);
        assert_eq!(problems, []);
        let fields = fields_of(&drafts[0].draft);
        fields
            .iter()
            .map(|(field, value)| format!("{field}={value}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(
        told(
            "name,domain,revenue,tier,on_tal,technologies\nAcme,www.acme.com,$1.2M,t2,Y,a;b\n",
            "accounts.csv"
        ),
        "name=Acme, domain=acme.com, revenue=1,200,000, tier=2, technologies=a; b, on_tal=yes"
    );
    assert_eq!(
        told("domain,kind,at,source\nacme.com,pricing_visit,2026-11-01 14:30,web\n", "signals.csv"),
        "kind=pricing_visit, at=2026-11-01T19:30:00Z, account=acme.com, source=web"
    );
    assert_eq!(
        told("account,name,email,do_not_call\nAcme,Jane,jane@acme.com,yes\n", "contacts.csv"),
        "name=Jane, account=Acme, email=jane@acme.com, do_not_call=yes"
    );
}

#[test]
fn a_column_stands_once_for_a_field_whose_headers_it_meets_twice() {
    let file = "Account Name,Annual Revenue,Billing State\nAcme,12,NY\n";
    let input = by_hand(file, "salesforce_accounts", &[]).unwrap();
    let fields: Vec<_> = input.mapping().into_iter().map(|column| column.fields).collect();
    assert_eq!(fields, [["accounts.name"], ["accounts.revenue"], ["accounts.region"]]);
}
