//! What `deny.toml` says of licences, bans and sources holds of `Cargo.lock`, as far as it can be seen without a network
//! and without `cargo deny`: a licence is looked at where the crate's own manifest lies on this machine.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

fn read(name: &str) -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The packages of the lock file.
fn locked() -> Vec<Table> {
    let list = read("Cargo.lock")["package"].as_array().unwrap().clone();
    list.into_iter()
        .map(|package| match package {
            Value::Table(package) => package,
            other => panic!("{other}"),
        })
        .collect()
}

fn word<'a>(package: &'a Table, key: &str) -> Option<&'a str> {
    package.get(key).and_then(Value::as_str)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Where a package comes from otherwise than `deny.toml` lets it, a line each.
fn strange(packages: &[Table], registries: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        let name = word(package, "name").unwrap();
        match word(package, "source") {
            None if name == env!("CARGO_PKG_NAME") => {}
            Some(source)
                if source
                    .strip_prefix("registry+")
                    .is_some_and(|from| registries.iter().any(|one| one == from)) =>
            {
                if word(package, "checksum").is_none_or(|sum| sum.len() != 64) {
                    found.push(format!("{name} has no checksum"));
                }
            }
            source => found.push(format!("{name} comes from {source:?}")),
        }
    }
    found
}

#[test]
fn everything_comes_from_where_it_may() {
    let registries = texts(&read("deny.toml")["sources"]["allow-registry"]);
    let packages = locked();
    assert!(packages.len() > 100);
    assert_eq!(strange(&packages, &registries), Vec::<String>::new());
    // The control: a source of somebody's own, a path, and a package without a checksum are found.
    let other: Table = r#"
        [[package]]
        name = "a"
        source = "git+https://git.example/a?rev=1#1"
        [[package]]
        name = "b"
        [[package]]
        name = "c"
        source = "registry+https://github.com/rust-lang/crates.io-index"
    "#
    .parse()
    .unwrap();
    let other: Vec<Table> = other["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_table().unwrap().clone())
        .collect();
    assert_eq!(strange(&other, &registries).len(), 3);
}

#[test]
fn nothing_that_is_banned_is_there() {
    let packages = locked();
    let deny = read("deny.toml");
    let count = |name: &str| packages.iter().filter(|one| word(one, "name") == Some(name)).count();
    for ban in deny["bans"]["deny"].as_array().unwrap() {
        let name = ban["crate"].as_str().unwrap();
        let once = ban.get("deny-multiple-versions").is_some();
        assert_eq!(count(name), usize::from(once), "{name}");
    }
    assert_eq!(count("rusqlite"), 1, "the control");
}

/// Whether an SPDX expression can be met by licences that are allowed. The old `/` is an OR.
fn meets(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    either(&words, &mut at, allowed) && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, allowed);
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(first) = words.get(*at) else { return false };
    *at += 1;
    if *first == "(" {
        let met = either(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut name = (*first).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&name)
}

#[test]
fn expressions_are_understood() {
    let allowed = ["MIT".to_owned(), "Zlib".to_owned(), "A WITH b".to_owned()];
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND Zlib", true),
        ("(GPL-3.0 OR MIT) AND BSD", false),
        ("A WITH b", true),
        ("A", false),
        ("A WITH c OR GPL-3.0", false),
        ("MIT Zlib", false),
        ("", false),
    ] {
        assert_eq!(meets(expression, &allowed), met, "{expression}");
    }
}

/// Folders in which cargo unpacks crates, and the one of this checkout where they are kept beside it.
fn unpacked() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let registries = home.map(|home| home.join("registry/src"));
    let entries = registries.and_then(|folder| std::fs::read_dir(folder).ok());
    let mut all: Vec<_> = entries.into_iter().flatten().flatten().map(|one| one.path()).collect();
    all.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor"));
    all
}

#[test]
fn every_licence_that_can_be_looked_up_is_allowed() {
    let allowed = texts(&read("deny.toml")["licenses"]["allow"]);
    let folders = unpacked();
    let mut wrong = Vec::new();
    for package in locked() {
        let (Some(name), Some(version)) = (word(&package, "name"), word(&package, "version"))
        else {
            panic!("{package}")
        };
        let manifest = folders
            .iter()
            .flat_map(|folder| [folder.join(format!("{name}-{version}")), folder.join(name)])
            .find_map(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).ok());
        let Some(manifest) = manifest.and_then(|text| text.parse::<Table>().ok()) else { continue };
        let licence = manifest["package"].get("license").and_then(Value::as_str);
        // One with a text of its own instead is for a person to read.
        if !licence.is_some_and(|licence| meets(licence, &allowed)) {
            wrong.push(format!("{name} {version}: {licence:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
