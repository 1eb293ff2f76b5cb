//! The real Maven files, where they lie beside the project; says so where they don't.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::deal::DealStage;
use crate::domain::person::Role;

/// Bytes of one of the files, or `None` after saying that they are not there.
fn file(name: &str) -> Option<Vec<u8>> {
    let beside = ["../shared/data", "../../shared/data"].map(|above| -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), above, "maven_crm_sales", name].iter().collect()
    });
    let found = beside.into_iter().find(|path| path.exists());
    if found.is_none() {
        println!("not checked: ../shared/data/maven_crm_sales/{name} is not there");
    }
    found.map(|path| fs::read(path).expect("the file can be read"))
}

#[test]
fn accounts_have_their_revenue_in_dollars_and_no_typo() {
    let Some(bytes) = file("accounts.csv") else { return };
    let input = open_bytes(bytes, "accounts.csv").unwrap();
    assert_eq!(input.summary(), "Maven CRM accounts, 7 of 7 columns");
    let (drafts, problems) = sorted_out(input);
    assert_eq!(problems, []);
    let accounts: Vec<_> = drafts
        .iter()
        .map(|drafted| match &drafted.draft {
            Draft::Account(account) => account.as_ref(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(accounts.len(), 85);
    let acme = accounts[0];
    assert_eq!(acme.external.as_deref(), Some("maven:account:Acme Corporation"));
    assert_eq!(acme.name.as_deref(), Some("Acme Corporation"));
    assert_eq!(acme.industry.as_deref(), Some("technology"));
    assert_eq!(acme.revenue, Some(1_100_040_000));
    assert_eq!(acme.employees, Some(2822));
    assert_eq!(acme.region.as_deref(), Some("United States"));
    let technology = accounts.iter().filter(|a| a.industry.as_deref() == Some("technology"));
    assert_eq!(technology.count(), 12);
}

#[test]
fn teams_are_35_reps_under_6_managers() {
    let Some(bytes) = file("sales_teams.csv") else { return };
    let (drafts, problems) = read(bytes, "sales_teams.csv");
    assert_eq!(problems, []);
    let mut roles = BTreeMap::new();
    let mut managers = BTreeSet::new();
    for drafted in &drafts {
        let Draft::Person(person) = &drafted.draft else { panic!("{drafted:?}") };
        *roles.entry(person.role.unwrap()).or_insert(0) += 1;
        assert_eq!(person.territories.as_ref().map(Vec::len), Some(1));
        match person.role.unwrap() {
            Role::Manager => {
                managers.insert(person.external.clone().unwrap());
            }
            _ => {
                let manager = person.manager.as_ref().unwrap().external.as_ref().unwrap();
                assert!(managers.contains(manager), "{manager} comes after the rep");
            }
        }
    }
    assert_eq!(roles, BTreeMap::from([(Role::Manager, 6), (Role::Ae, 35)]));
}

#[test]
fn the_pipeline_has_the_true_figures() {
    let Some(bytes) = file("sales_pipeline.csv") else { return };
    let length = bytes.len() as u64;
    let mut input = open_bytes(bytes, "sales_pipeline.csv").unwrap();
    assert_eq!(input.summary(), "Maven CRM sales pipeline, 8 of 8 columns");
    let mut stages = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let (mut won, mut nameless, mut pro) = (0, 0, 0);
    for item in input.by_ref() {
        let Draft::Deal(deal) = item.unwrap().draft else { panic!("not a deal") };
        *stages.entry(deal.stage.unwrap()).or_insert(0) += 1;
        won += if deal.stage == Some(DealStage::Won) { deal.value.unwrap() } else { 0 };
        nameless += i32::from(deal.account.is_empty());
        pro += i32::from(deal.product.as_deref() == Some("GTX Pro"));
        assert!(deal.external.starts_with("maven:deal:"));
        ids.insert(deal.external);
    }
    assert_eq!(
        stages,
        BTreeMap::from([
            (DealStage::Prospecting, 500),
            (DealStage::Engaging, 1589),
            (DealStage::Won, 4238),
            (DealStage::Lost, 2473),
        ])
    );
    assert_eq!((ids.len(), won, nameless, pro), (8800, 10_005_534, 1425, 1480));
    assert_eq!((input.rows(), input.bytes_read()), (8800, length));
}

#[test]
fn products_are_known_and_hold_nothing_to_import() {
    let Some(bytes) = file("products.csv") else { return };
    let mut input = open_bytes(bytes, "products.csv").unwrap();
    assert_eq!(input.summary(), "Maven CRM products, 3 of 3 columns");
    assert!(input.profile().nothing.is_some());
    assert_eq!(input.next(), None);
}

#[test]
fn the_data_dictionary_is_known_and_holds_nothing_to_import() {
    let Some(bytes) = file("data_dictionary.semicolon.csv") else { return };
    let mut input = open_bytes(bytes, "data_dictionary.semicolon.csv").unwrap();
    assert_eq!(input.summary(), "data dictionary, 3 of 3 columns");
    assert!(input.profile().nothing.is_some());
    assert_eq!(input.next(), None);
}
