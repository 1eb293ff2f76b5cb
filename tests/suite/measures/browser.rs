//! The HTML report in a real browser, where one is installed: no error in its console, no request to anywhere, and it
//! prints.

use std::path::PathBuf;
use std::process::Command;

use super::*;

/// A browser that can be driven without a screen.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

#[test]
fn the_page_opens_without_an_error_and_asks_for_nothing() {
    let Some(browser) = browser() else {
        println!(
            "not checked: no headless browser is installed, so the HTML report was not opened in one"
        );
        return;
    };
    let mut filled = Filled::empty();
    year::fill(&mut filled, 120);
    let now = parse_instant("2026-11-19T15:30:00-05:00").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    std::fs::write(&page, write(&filled.report("2026-10", now), Format::Html).unwrap()).unwrap();
    let log = folder.path().join("net.json");
    let pdf = folder.path().join("report.pdf");
    let out = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            "--v=0",
        ])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(!said.contains("CONSOLE"), "{said}");
    assert!(std::fs::metadata(&pdf).unwrap().len() > 10_000, "{said}");
    // The browser speaks with its maker on its own; the page asks for nothing but itself.
    let net = std::fs::read_to_string(&log).unwrap_or_default();
    let asked = net.matches("\"initiator\":\"file://").count();
    assert_eq!(asked, 0, "the page asked for something");
}

#[test]
fn on_paper_no_table_runs_into_its_neighbour() {
    let mut filled = Filled::empty();
    year::fill(&mut filled, 120);
    let now = parse_instant("2026-11-19T15:30:00-05:00").unwrap();
    let page = write(&filled.report("2026-10", now), Format::Html).unwrap();
    let page = String::from_utf8(page).unwrap();
    let sections: Vec<_> = page.split("<section class=\"").skip(1).collect();
    let across = |section: &str| {
        let rows = section.split("<tr").skip(1).map(|row| row.matches("<th").count());
        rows.max().unwrap_or(0)
    };
    let half: Vec<_> = sections.iter().filter(|section| section.starts_with("half")).collect();
    assert!(half.len() >= 4, "charts stand two and two");
    for section in half {
        assert!(across(section) <= 6, "{section}");
    }
    let widest = sections.iter().map(|section| across(section)).max();
    assert!(widest.is_some_and(|columns| (7..=10).contains(&columns)), "{widest:?}");
}
