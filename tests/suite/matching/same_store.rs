//! The same rows leave the same store: twice, in another order, in two files.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::books::Books;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, usize::try_from(self.below(last as u64 + 1)).unwrap());
        }
    }
}

const HEAD: &str = "id,name,domain,employees,industry,technologies\n";

/// So many rows about fewer companies: those that are about the same one agree, and know different things of it. Some
/// name a key, some a host, some both, some only a name.
fn rows(count: u64, dice: &mut Dice) -> Vec<String> {
    (0..count)
        .map(|_| {
            let company = dice.below(count * 3 / 4 + 1);
            let root = format!("c{company}.co.uk");
            let (employees, industry) =
                (company * 7 % 900 + 1, ["SaaS", "Retail"][company as usize % 2]);
            let employees = match dice.below(2) {
                0 => String::new(),
                _ => employees.to_string(),
            };
            let technologies = ["", "Marketo; Salesforce"][dice.below(2) as usize];
            match company % 4 {
                // Known by its key, and by the key of another system.
                0 => format!(
                    "crm:{company},Company {company},{root},{employees},{industry},{technologies}"
                ),
                1 => {
                    let key = ["crm", "hub"][dice.below(2) as usize];
                    format!("{key}:{company},Company {company},{root},{employees},,{technologies}")
                }
                // By a host of its domain.
                2 => {
                    let host = ["", "www.", "shop.", "eu.shop."][dice.below(4) as usize];
                    format!(",Company {company},{host}{root},{employees},{industry},")
                }
                // By its name alone, or with an address that is anybody's.
                _ => {
                    let host = ["", "gmail.com"][dice.below(2) as usize];
                    format!(",Company {company},{host},{employees},{industry},{technologies}")
                }
            }
        })
        .collect()
}

fn file(rows: &[String]) -> String {
    HEAD.to_owned() + &rows.join("\n") + "\n"
}

#[test]
fn ten_thousand_rows_leave_the_same_store_twice_turned_around_and_in_two_files() {
    let dice = &mut Dice(7);
    let mut rows = rows(10_000, dice);
    let mut books = Books::new();
    books.import("accounts.csv", &file(&rows));
    let once = books.export();
    assert!(once.lines().count() > 4_000);
    // Every row makes sense beside the others, so that the second import has nothing to say.
    let again = books.import("accounts.csv", &file(&rows));
    assert_eq!(again.gesture, None);
    assert!(books.export() == once, "importing twice changed the store");

    dice.shuffle(&mut rows);
    let mut books = Books::new();
    let (one, two) = rows.split_at(3_777);
    books.import("accounts.csv", &file(one));
    books.later(60_000);
    books.import("accounts.csv", &file(two));
    assert!(books.export() == once, "another order in two files made another store");
}

#[test]
fn signals_leave_the_same_store_in_any_order() {
    let dice = &mut Dice(11);
    let accounts: String = (0..40).fold("name,domain\n".to_owned(), |mut all, n| {
        let _ = writeln!(all, "Company {n},c{n}.com");
        all
    });
    let contacts: String = (0..40).fold("account_domain,name,email\n".to_owned(), |mut all, n| {
        let _ = writeln!(all, "c{n}.com,Jane {n},jane@c{n}.com");
        all
    });
    let mut rows: Vec<_> = (0..2_000)
        .map(|_| {
            let n = dice.below(40);
            let who = ["", "jane@c"][dice.below(2) as usize];
            let who = if who.is_empty() { String::new() } else { format!("{who}{n}.com") };
            let key = dice.below(600);
            let id = if key.is_multiple_of(2) { String::new() } else { format!("s:{key}") };
            let (n, kind, minute) = match id.is_empty() {
                true => (n, ["webinar", "site_visit"][dice.below(2) as usize], dice.below(60)),
                // What has a key is the same wherever it stands.
                false => (key % 40, "webinar", key % 60),
            };
            let who = if id.is_empty() { who } else { String::new() };
            format!("{id},c{n}.com,{who},{kind},2026-11-01T10:{minute:02}:00Z,website")
        })
        .collect();
    let head = "id,domain,contact,kind,at,source\n";
    let fill = |books: &mut Books| {
        books.import("accounts.csv", &accounts);
        books.import("contacts.csv", &contacts);
    };
    let mut books = Books::new();
    fill(&mut books);
    books.import("signals.csv", &(head.to_owned() + &rows.join("\n")));
    let once = books.export();
    assert_eq!(books.import("signals.csv", &(head.to_owned() + &rows.join("\n"))).gesture, None);
    dice.shuffle(&mut rows);
    let mut books = Books::new();
    fill(&mut books);
    let (one, two) = rows.split_at(900);
    books.import("signals.csv", &(head.to_owned() + &two.join("\n")));
    books.import("signals.csv", &(head.to_owned() + &one.join("\n")));
    assert!(books.export() == once, "another order made another store");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_split_leave_the_same_store(seed in any::<u64>(), count in 2_u64..40, cut in 0_usize..40) {
        let dice = &mut Dice(seed);
        let mut rows = rows(count, dice);
        let mut books = Books::new();
        books.import("accounts.csv", &file(&rows));
        let once = books.export();
        dice.shuffle(&mut rows);
        let mut books = Books::new();
        let cut = cut % rows.len();
        for part in [&rows[..cut], &rows[cut..]] {
            if !part.is_empty() {
                books.import("accounts.csv", &file(part));
            }
        }
        prop_assert_eq!(books.export(), once);
    }
}
