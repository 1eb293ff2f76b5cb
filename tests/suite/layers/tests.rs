//! The scanner refuses what it must refuse: one bad line per rule, and the good line beside it.

use std::path::Path;

use rstest::rstest;

use super::{paths::test_modules, violations};

fn of(path: &str, source: &str) -> Vec<String> {
    violations(Path::new(path), source, false)
}

#[rstest]
#[case::up("domain/a.rs", "use crate::store::Store;", "domain must not read store::Store")]
#[case::aside("store/a.rs", "use crate::intake::Draft;", "store must not read intake::Draft")]
#[case::faces("cli/a.rs", "use crate::tui::run;", "cli must not read tui::run")]
#[case::platform("desk/a.rs", "use crate::platform::clock;", "desk must not read platform::clock")]
#[case::from_platform(
    "platform/a.rs",
    "use crate::desk::Desk;",
    "platform must not read desk::Desk"
)]
#[case::tree(
    "domain/a.rs",
    "use crate::{domain::x, desk::{self, Desk}};",
    "domain must not read desk"
)]
#[case::own_name("desk/a.rs", "use handoff_desk::cli::run;", "desk must not read cli::run")]
#[case::supers("desk/a/b.rs", "use super::super::super::tui::Msg;", "desk must not read tui::Msg")]
#[case::supers_inline(
    "desk/a.rs",
    "mod m { fn f() { super::super::super::cli::x() } }",
    "desk must not read cli::x"
)]
#[case::qualified(
    "store/a.rs",
    "fn f() -> crate::desk::Receipt { todo() }",
    "store must not read desk::Receipt"
)]
#[case::in_generics(
    "store/a.rs",
    "type X = Vec<Option<crate::desk::Receipt>>;",
    "store must not read desk::Receipt"
)]
#[case::by_alias(
    "domain/a.rs",
    "use crate::domain as d; use crate as all; fn f() { all::store::x() }",
    "domain must not read store::x"
)]
#[case::in_macro(
    "domain/a.rs",
    "macro_rules! m { () => { $crate::store::x() } }",
    "domain must not read store::x"
)]
#[case::in_attribute(
    "domain/a.rs",
    "#[serde(with = 1, x = crate::store::form)] struct X;",
    "domain must not read store::form"
)]
#[case::visible_in("domain/a.rs", "pub(in crate::store) fn f() {}", "domain must not read store")]
#[case::glob("domain/a.rs", "use crate::*;", "crate::* is no folder of the house")]
#[case::stranger(
    "domain/a.rs",
    "use crate::helpers::x;",
    "crate::helpers is no folder of the house"
)]
#[case::folder("helpers/a.rs", "", "helpers is no folder of the house")]
#[case::loose_file("helpers.rs", "", "helpers.rs is no folder of the house")]
#[case::sql("desk/a.rs", "use rusqlite::Connection;", "only store knows the database")]
#[case::sql_path("desk/a.rs", "fn f(c: &rusqlite::Connection) {}", "only store knows the database")]
#[case::sql_alias(
    "tui/a.rs",
    "use {rusqlite as sql}; fn f(c: &sql::Connection) {}",
    "only store knows the database"
)]
#[case::sql_root("cli/a.rs", "use ::rusqlite::params;", "only store knows the database")]
#[case::screen("cli/a.rs", "use ratatui::text::Span;", "only tui draws")]
#[case::keys("desk/a.rs", "use crossterm::event;", "only tui draws")]
#[case::env("cli/a.rs", "fn f() { std::env::var(\"HOME\"); }", "only platform::env")]
#[case::env_use("desk/a.rs", "use std::{env, fs};", "only platform::env")]
#[case::env_deep("store/a.rs", "use std::env::var;", "only platform::env")]
#[case::system_time("tui/a.rs", "use std::time::{Duration, SystemTime};", "time is an argument")]
#[case::monotonic(
    "tui/a.rs",
    "use std::time; fn f() { time::Instant::now(); }",
    "time is an argument"
)]
#[case::utc("desk/a.rs", "fn f() { let now = chrono::Utc::now(); }", "time is an argument")]
#[case::utc_used("desk/a.rs", "use chrono::Utc as U; fn f() { U::now(); }", "time is an argument")]
#[case::local(
    "report/a.rs",
    "use chrono::offset::Local; fn f() { Local::now() }",
    "time is an argument"
)]
#[case::chance("desk/a.rs", "use uuid::Uuid; fn f() { Uuid::now_v7(); }", "ids made by chance")]
#[case::print("desk/a.rs", "fn f() { println!(\"x\"); }", "desk uses println!")]
#[case::std_print("tui/a.rs", "fn f() { std::eprintln!(\"x\"); }", "tui uses eprintln!")]
#[case::cell("tui/a.rs", "fn f(c: &mut Cell) { c.set_symbol(name); }", "set_symbol lets control")]
#[case::cell_path(
    "tui/a.rs",
    "fn f(c: &mut Cell) { Cell::set_char(c, 'x'); }",
    "set_char lets control"
)]
#[case::files("domain/a.rs", "use std::fs;", "domain must not use std::fs")]
#[case::logs(
    "domain/a.rs",
    "fn f() { tracing::info!(\"x\"); }",
    "domain must not use tracing::info"
)]
#[case::after_string(
    "domain/a.rs",
    "const X: &str = r#\"\"#; use crate::store::x;",
    "domain must not read store"
)]
#[case::after_char(
    "domain/a.rs",
    "const X: char = '\"'; use crate::store::x; const Y: char = '\"';",
    "domain must not read store"
)]
#[case::after_lifetime(
    "domain/a.rs",
    "fn f<'a>(x: &'a str) { crate::store::x(x) }",
    "domain must not read store"
)]
#[case::after_test(
    "desk/a.rs",
    "#[cfg(test)] use std::env; fn f() { println!(); }",
    "desk uses println!"
)]
#[case::after_test_module(
    "desk/a.rs",
    "#[cfg(test)]\nmod tests { fn x() {} }\nfn f() { println!(); }",
    "desk uses println!"
)]
#[case::not_test("desk/a.rs", "#[cfg(not(test))] fn f() { println!(); }", "desk uses println!")]
#[case::tests_obey_too(
    "domain/a.rs",
    "#[cfg(test)] mod tests { use crate::store::Store; }",
    "domain must not read store"
)]
#[case::tests_no_sql(
    "desk/a.rs",
    "#[cfg(test)] mod tests { use rusqlite::Connection; }",
    "only store knows"
)]
fn refused(#[case] path: &str, #[case] source: &str, #[case] why: &str) {
    let wrong = of(path, source);
    assert!(wrong.iter().any(|sentence| sentence.contains(why)), "{source}\n{wrong:?}");
}

#[rstest]
#[case::down("desk/a.rs", "use crate::{store::Store, domain::ids::{self, HandoffId as Id}};")]
#[case::own("store/a.rs", "use super::b; use crate::store::c; use self::d::e;")]
#[case::store("store/a.rs", "use rusqlite::{params, Connection}; use rustix::fs::flock;")]
#[case::comment(
    "domain/a.rs",
    "//! See crate::store::Store.\n/* use crate::tui; /* x */ crate::cli::x */"
)]
#[case::string("domain/a.rs", "const X: &str = \"crate::store::x \\\" crate::tui::y\";")]
#[case::raw_string("domain/a.rs", "const X: &str = r##\"crate::store::x \"# crate::tui::y\"##;")]
#[case::our_instant(
    "tui/a.rs",
    "use crate::domain::time::Instant; fn f() { Instant::from_datetime(x); }"
)]
#[case::duration("desk/a.rs", "use std::time::Duration; fn f() { Duration::from_secs(1); }")]
#[case::utc_type(
    "store/a.rs",
    "use chrono::{DateTime, Utc}; fn f(x: DateTime<Utc>) { Utc.timestamp(); }"
)]
#[case::compile_time("cli/a.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\");")]
#[case::clock("platform/a.rs", "fn f() { std::time::SystemTime::now(); std::env::var(\"X\"); }")]
#[case::print("cli/a.rs", "fn f() { println!(\"x\"); }")]
#[case::not_a_macro("desk/a.rs", "fn f(print: u8) -> bool { print != 3 }")]
#[case::in_tests(
    "desk/a.rs",
    "#[cfg(test)]\nmod tests { use std::env; fn f() { println!(); std::time::Instant::now(); } }"
)]
#[case::test_policy("domain/a.rs", "#[cfg(test)] mod tests { use crate::policy::shipped; }")]
#[case::root("lib.rs", "pub mod domain;")]
#[case::main("main.rs", "use handoff_desk::{cli, platform, tui}; fn main() {}")]
fn allowed(#[case] path: &str, #[case] source: &str) {
    assert_eq!(of(path, source), Vec::<String>::new(), "{source}");
}

#[test]
fn a_message_names_file_line_and_rule() {
    assert_eq!(
        of("domain/a.rs", "\n\n/* one\ntwo */ use crate::store::Store;"),
        [
            "src/domain/a.rs:4: domain must not read store::Store: main -> cli, tui -> desk -> store, intake, report, \
          policy -> domain; platform is read by main, cli and tui only"
        ]
    );
}

#[test]
fn a_file_of_tests_is_known_by_who_declares_it() {
    let declared = test_modules(Path::new("desk/a.rs"), "mod b;\n#[cfg(test)]\nmod tests;\nmod c;");
    assert_eq!(declared, [Path::new("desk/a/tests")]);
    let declared = test_modules(Path::new("desk/mod.rs"), "#[cfg(test)] pub(crate) mod fixture;");
    assert_eq!(declared, [Path::new("desk/fixture")]);
}
