//! Proposals for 500 accounts against an independent computation of DOMAIN.md 6, over the store's roll-ups: on a team and
//! deals of the project's own, and on the Maven ones where they lie beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use super::*;
use crate::desk::ImportOptions;
use crate::domain::account::{Account, Tier};
use crate::domain::batch::round::record;
use crate::domain::person::Role;
use crate::domain::routing::{Load, Parts};
use crate::domain::time::DAY;
use crate::intake;
use crate::store::{Machine, Store};

/// Friday 20 November 2026, 14:32 in New York.
const NOW: Instant = Instant(1_795_203_120_000);

/// The files of a team, its accounts and its deals, as text.
struct Files {
    teams: String,
    accounts: String,
    deals: String,
}

/// A team of the project's own in the same form.
fn fixture() -> Files {
    let mut teams = "sales_agent,manager,regional_office\n".to_owned();
    let (regions, sectors) =
        (["Central", "East", "West"], ["software", "medical", "retail", "finance"]);
    for agent in 0..12 {
        writeln!(teams, "Agent {agent:02},Manager {},{}", agent % 3, regions[agent % 3]).unwrap();
    }
    let mut accounts =
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
            .to_owned();
    for n in 0..40 {
        writeln!(
            accounts,
            "Firm {n:02},{},1990,{}.5,{},United States,",
            sectors[n % 4],
            10 + n,
            20 + n * 61
        )
        .unwrap();
    }
    let mut deals = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n".to_owned();
    for n in 0..900 {
        let stage = ["Won", "Lost", "Won", "Engaging", "Lost", "Won", "Prospecting"][n * 11 % 7];
        let (engaged, closed) = match stage {
            "Won" | "Lost" => ("2026-01-05", "2026-03-01"),
            "Engaging" => ("2026-01-05", ""),
            _ => ("", ""),
        };
        let value = if stage == "Won" {
            "1054"
        } else if stage == "Lost" {
            "0"
        } else {
            ""
        };
        writeln!(
            deals,
            "OP{n:05},Agent {:02},GTX Basic,Firm {:02},{stage},{engaged},{closed},{value}",
            n * 7 % 12,
            n * 13 % 40
        )
        .unwrap();
    }
    Files { teams, accounts, deals }
}

/// The Maven files, or none after saying that they are not there.
fn maven() -> Option<Files> {
    let read = |name: &str| {
        let beside = ["../shared/data", "../../shared/data"].map(|above| -> PathBuf {
            [env!("CARGO_MANIFEST_DIR"), above, "maven_crm_sales", name].iter().collect()
        });
        let found = beside.into_iter().find(|path| path.exists());
        if found.is_none() {
            println!("not checked: ../shared/data/maven_crm_sales/{name} is not there");
        }
        std::fs::read_to_string(found?).ok()
    };
    let (teams, accounts, deals) =
        (read("sales_teams.csv")?, read("accounts.csv")?, read("sales_pipeline.csv")?);
    Some(Files { teams, accounts, deals })
}

fn desk_with(files: &Files) -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("desk.db")).unwrap();
    let machine = Machine { os_user: "test".into(), host: "test".into(), pid: 1 };
    let policy = std::sync::Arc::new(crate::policy::shipped().unwrap());
    let mut desk = Desk::new(store, policy, machine);
    let all = [
        ("sales_teams.csv", &files.teams),
        ("accounts.csv", &files.accounts),
        ("sales_pipeline.csv", &files.deals),
    ];
    for (n, (name, text)) in all.into_iter().enumerate() {
        let options = intake::Options::new(desk.policy().zone);
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        let mut input = intake::open(Box::new(bytes), name, &options).unwrap();
        let options = ImportOptions { who: None, now: NOW, action: [n as u8 + 1; 16] };
        desk.import(&mut input, &options, &mut |_| Ok(()), &mut |_| {}).unwrap();
    }
    (folder, desk)
}

/// One row of a file, by its heads.
fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let heads: Vec<_> = lines.next().unwrap().split(',').collect();
    lines.map(|line| heads.iter().copied().zip(line.split(',')).collect()).collect()
}

/// What somebody has closed, read from the files and from nothing else: by sector and band, won and closed.
fn closed(files: &Files) -> BTreeMap<(String, String, &'static str), (u32, u32)> {
    let mut kinds = BTreeMap::new();
    for account in rows(&files.accounts) {
        // The importer mends this one typo of the Maven file; so must a reader who checks it.
        let sector = account["sector"].replace("technolgy", "technology").to_lowercase();
        kinds.insert(
            account["account"].to_owned(),
            (sector, account["employees"].parse::<i64>().unwrap()),
        );
    }
    let mut closed: BTreeMap<_, (u32, u32)> = BTreeMap::new();
    for deal in rows(&files.deals) {
        let won = match deal["deal_stage"] {
            "Won" => 1,
            "Lost" => 0,
            _ => continue,
        };
        let (sector, band) = kinds
            .get(deal["account"])
            .map_or((String::new(), ""), |(sector, employees)| (sector.clone(), band(*employees)));
        let entry = closed.entry((deal["sales_agent"].to_owned(), sector, band)).or_default();
        entry.0 += won;
        entry.1 += 1;
    }
    closed
}

const fn band(employees: i64) -> &'static str {
    match employees {
        ..50 => "small",
        50..250 => "medium",
        250..1_000 => "large",
        _ => "huge",
    }
}

fn check(files: &Files) {
    let (_folder, desk) = desk_with(files);
    let (people, policy) = (desk.people().unwrap(), desk.policy());
    let kind = policy.kind("tier1").unwrap();
    let closed = closed(files);
    let sectors: BTreeSet<_> = closed
        .keys()
        .map(|(_, sector, _)| sector.clone())
        .filter(|sector| !sector.is_empty())
        .collect();
    let sectors: Vec<_> = sectors.into_iter().collect();
    let offices: BTreeMap<_, _> =
        rows(&files.teams).iter().map(|row| (row["sales_agent"], row["regional_office"])).collect();
    let mut proposed = BTreeSet::new();
    for n in 0..500_usize {
        let account = Account {
            industry: Some(sectors[n % sectors.len()].clone()),
            employees: Some([7, 49, 50, 180, 250, 999, 1_000, 4_400][n * 5 % 8]),
            region: Some(["Central", "East", "West"][n / 3 % 3].to_owned()),
            tier: Tier::One,
            ..Account::default()
        };
        // What they carry is made up here, for both.
        let load = |place: usize| {
            let open = u32::try_from((place * 7 + n * 3) % 12).unwrap();
            let days = i64::try_from((place * 5 + n) % 19).unwrap();
            (open, (!(place + n).is_multiple_of(6)).then(|| NOW.plus(-days * DAY)))
        };
        let won = desk.store.loads(&account, NOW, NOW).unwrap();
        let capacity = 14;
        let team: Vec<_> = people
            .iter()
            .map(|person| Person { capacity: Some(capacity), ..person.clone() })
            .collect();
        let candidates: Vec<_> = team
            .iter()
            .enumerate()
            .map(|(place, person)| {
                let (open, last_assigned) = load(place);
                let load = Load { open, last_assigned, ..Load::default() };
                Candidate { person, load, record: won[&person.id].1 }
            })
            .collect();
        let round = desk.store.round(Vec::new(), NOW, NOW).unwrap();
        for one in &candidates {
            assert_eq!(
                one.record,
                record(&round.wins, one.person.id, &account),
                "the round's own look at it"
            );
        }
        let proposal = routing::propose(&account, kind, &candidates, policy, NOW);
        let mut turned = candidates.clone();
        turned.reverse();
        assert_eq!(
            proposal,
            routing::propose(&account, kind, &turned, policy, NOW),
            "in any order"
        );

        // DOMAIN.md 6, 3, from the files alone.
        let (sector, size) = (account.industry.clone().unwrap(), band(account.employees.unwrap()));
        let sum = |who: &str, test: &dyn Fn(&str, &str) -> bool| {
            let own = closed.iter().filter(|((agent, s, b), _)| agent == who && test(s, b));
            own.fold((0, 0), |(won, all), (_, (w, a))| (won + w, all + a))
        };
        let fit: Vec<_> = team
            .iter()
            .enumerate()
            .filter(|(_, person)| person.role == Role::Ae)
            .filter(|(_, person)| {
                offices[person.name.as_str()] == account.region.as_deref().unwrap()
            })
            .collect();
        let all = fit.iter().map(|(_, person)| sum(&person.name, &|_, _| true));
        let (won_all, closed_all) = all.fold((0, 0), |(w, c), (won, closed)| (w + won, c + closed));
        let rate = f64::from(won_all) / f64::from(closed_all);
        let in_sector = |name: &str| sum(name, &|s, _| s == sector).1;
        let most = fit.iter().map(|(_, person)| in_sector(&person.name)).max().unwrap();
        let mut scores: Vec<_> = fit
            .iter()
            .map(|(place, person)| {
                let (open, last) = load(*place);
                let (won, closed) = sum(&person.name, &|s, b| s == sector && b == size);
                let parts = Parts {
                    win_rate: (f64::from(won) + 10.0 * rate) / (f64::from(closed) + 10.0),
                    capacity: 1.0 - f64::from(open) / f64::from(capacity),
                    rotation: last
                        .map_or(1.0, |at| (NOW.since(at) as f64 / DAY as f64 / 14.0).min(1.0)),
                    industry: if most == 0 {
                        0.0
                    } else {
                        f64::from(in_sector(&person.name)) / f64::from(most)
                    },
                };
                let score = 0.4 * parts.win_rate
                    + 0.3 * parts.capacity
                    + 0.2 * parts.rotation
                    + 0.1 * parts.industry;
                ((score * 1e6).round() as i64, last, person.id, person.name.clone(), score)
            })
            .collect();
        // Highest first; then who waited longest (nobody was assigned anything these 30 days), then by id.
        scores.sort_by(|one, other| {
            other.0.cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2)))
        });
        let told: Vec<_> =
            proposal.ranked.iter().map(|one| (one.person, format!("{:.3}", one.score))).collect();
        let wanted: Vec<_> = scores.iter().map(|one| (one.2, format!("{:.3}", one.4))).collect();
        assert_eq!(told, wanted, "account {n}: {account:?}");
        proposed.extend(proposal.best());
    }
    assert!(proposed.len() > 5, "not always the same: {proposed:?}");
}

#[test]
fn proposals_for_500_accounts_equal_an_independent_computation() {
    check(&fixture());
}

#[test]
fn proposals_on_the_maven_team_and_deals_equal_an_independent_computation() {
    if let Some(files) = maven() {
        check(&files);
    }
}
