//! The demo's accounts, people, signals and past deals: files as a team would import them, read by the real intake.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::when::When;
use crate::domain::draft::{AccountRef, Draft};
use crate::domain::time::Instant;
use crate::intake::{Options, open};

const PEOPLE: &str = include_str!("../../../assets/demo/people.csv");
const ACCOUNTS: &str = include_str!("../../../assets/demo/accounts.csv");
const CONTACTS: &str = include_str!("../../../assets/demo/contacts.csv");
const DEALS: &str = include_str!("../../../assets/demo/deals.csv");
const SIGNALS: &str = include_str!("../../../assets/demo/signals.csv");

/// What the demo's files say, by account.
pub(super) struct World {
    /// The people, and the deals that name no account.
    pub(super) loose: Vec<Draft>,
    companies: Vec<Company>,
}

struct Company {
    name: String,
    /// The account itself, its contacts and its past deals.
    facts: Vec<Draft>,
    /// Its signals that the desk doesn't know yet, newest first.
    signals: Vec<(Instant, Draft)>,
    arrived: bool,
}

impl World {
    /// Reads the files, with their times counted from the opening.
    pub(super) fn read(when: &When<'_>) -> Result<Self, String> {
        let mut world = Self { loose: drafts("people.csv", PEOPLE, when)?, companies: Vec::new() };
        let mut places = BTreeMap::new();
        for draft in drafts("accounts.csv", ACCOUNTS, when)? {
            let Draft::Account(account) = &draft else { continue };
            let name = account.name.clone().unwrap_or_default();
            places.insert(account.domain.clone(), world.companies.len());
            world.companies.push(Company {
                name,
                facts: vec![draft],
                signals: Vec::new(),
                arrived: false,
            });
        }
        for (file, text) in
            [("contacts.csv", CONTACTS), ("deals.csv", DEALS), ("signals.csv", SIGNALS)]
        {
            for draft in drafts(file, text, when)? {
                let Some(named) = account_of(&draft).filter(|named| !named.is_empty()) else {
                    world.loose.push(draft);
                    continue;
                };
                let company =
                    places.get(&named.domain).and_then(|place| world.companies.get_mut(*place));
                let company = company.ok_or_else(|| {
                    format!("{file} names an account that isn't there: {named:?}")
                })?;
                match &draft {
                    Draft::Signal(signal) => company.signals.push((signal.at, draft)),
                    _ => company.facts.push(draft),
                }
            }
        }
        for company in &mut world.companies {
            company.signals.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        }
        Ok(world)
    }

    /// Names of the accounts, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.companies.iter().map(|company| company.name.as_str())
    }

    /// Lets an account arrive: what there is to know of it but for its signals. `None` when there is no such account.
    pub(super) fn arrive(&mut self, name: &str) -> Option<Vec<Draft>> {
        let company = self.companies.iter_mut().find(|company| company.name == name)?;
        company.arrived = true;
        Some(std::mem::take(&mut company.facts))
    }

    /// The signals until a moment that the desk doesn't know yet, of accounts that have arrived.
    pub(super) fn signals_until(&mut self, at: Instant) -> Vec<Draft> {
        let mut all = Vec::new();
        for company in self.companies.iter_mut().filter(|company| company.arrived) {
            while let Some((_, draft)) = company.signals.pop_if(|(when, _)| *when <= at) {
                all.push(draft);
            }
        }
        all
    }
}

fn account_of(draft: &Draft) -> Option<&AccountRef> {
    match draft {
        Draft::Contact(draft) => Some(&draft.account),
        Draft::Signal(draft) => Some(&draft.account),
        Draft::Deal(draft) => Some(&draft.account),
        Draft::Account(_) | Draft::Person(_) | Draft::Handoff(_) => None,
    }
}

/// The drafts of a file; any row that is refused is an error, since the file is ours.
fn drafts(file: &str, text: &str, when: &When<'_>) -> Result<Vec<Draft>, String> {
    let text = when.expand(text).map_err(|why| format!("{file}: {why}"))?;
    let input = open(Box::new(Cursor::new(text)), file, &Options::new(when.zone()))
        .map_err(|error| format!("{file}: {error}"))?;
    input
        .map(|row| match row {
            Ok(drafted) => Ok(drafted.draft),
            Err(problem) => Err(format!("{file}, row {}: {}", problem.row, problem.reason)),
        })
        .collect()
}
