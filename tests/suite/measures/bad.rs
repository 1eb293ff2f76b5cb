//! Months without anything, months that are not over, people without handoffs, and names that would do something in a
//! spreadsheet or a browser.

use super::*;
use handoff_desk::domain::ids::PersonId;
use handoff_desk::domain::measure::sheet::Team;
use rstest::rstest;

const NOW: &str = "2026-11-19T15:30:00-05:00";

/// A small year in which an account, a person and a competitor have names that bite.
fn biting() -> Filled {
    let mut filled = Filled::empty();
    year::fill(&mut filled, 120);
    let conn = rusqlite::Connection::open(&filled.path).unwrap();
    conn.execute_batch(
        "UPDATE account SET name = '=HYPERLINK(\"http://x.example\",\"click\")' WHERE id % 2 = 0;
         UPDATE account SET name = '<script>alert(1)</script>' WHERE id % 2 = 1;
         UPDATE account SET segment = '+cmd|'' /C calc''!A0' WHERE segment = 'Enterprise';
         UPDATE person SET name = '@SUM(1+1)<img src=x onerror=alert(1)>' WHERE id = 4;
         UPDATE outcome SET fields = '{\"competitor\":\"-2+3\",\"reason\":\"<b>bold</b> | `x` \\u001b[2J\"}' WHERE id % 3 = 0;",
    )
    .unwrap();
    filled
}

fn written(filled: &Filled, format: Format) -> Vec<u8> {
    let now = parse_instant(NOW).unwrap();
    let mut all = Vec::new();
    for period in ["2026-09", "2026-10", "2026-11"] {
        all.extend(write(&filled.report(period, now), format).unwrap());
    }
    all
}

#[test]
fn no_cell_of_a_file_is_computed_by_a_spreadsheet() {
    let filled = biting();
    let bytes = written(&filled, Format::Csv);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes.as_slice());
    let (mut cells, mut guarded) = (0, 0);
    for row in reader.records() {
        for cell in &row.unwrap() {
            cells += 1;
            guarded += usize::from(cell.starts_with('\''));
            let first = cell.trim_start().chars().next();
            let number = cell.parse::<f64>().is_ok();
            assert!(
                number || !matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')),
                "{cell}"
            );
        }
    }
    assert!(cells > 1_000 && guarded > 0, "{cells} cells, {guarded} guarded");
    // A workbook holds texts as texts: no formula is in any of its parts.
    let book = write(&filled.report("2026-11", parse_instant(NOW).unwrap()), Format::Xlsx).unwrap();
    assert_eq!(book.get(..2), Some(&b"PK"[..]));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    std::fs::write(&path, &book).unwrap();
    if let Ok(out) = std::process::Command::new("unzip").arg("-p").arg(&path).output() {
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(text.contains("HYPERLINK") || text.contains("script"), "the names are there");
        assert!(!text.contains("<f>") && !text.contains("<f "), "a formula is in the workbook");
    } else {
        println!("not checked: unzip is not installed, so the workbook's parts were not read");
    }
}

#[test]
fn nothing_in_a_page_or_a_text_is_more_than_text() {
    let filled = biting();
    let html = String::from_utf8(written(&filled, Format::Html)).unwrap();
    assert!(html.contains("&lt;script&gt;") || html.contains("&lt;img src=x"));
    for bad in [
        "<script",
        "<img",
        "onerror=alert(1)>",
        "<b>bold",
        "http://",
        "https://",
        "src=\"",
        "@import",
    ] {
        assert!(!html.replace("http://x.example", "").contains(bad), "{bad}");
    }
    for format in [Format::Text, Format::Md] {
        let text = String::from_utf8(written(&filled, format)).unwrap();
        assert!(!text.contains('\u{1b}') && text.lines().count() > 60);
        if format == Format::Md {
            assert!(!text.contains("<script") && !text.contains("<img"));
        }
    }
    let json = written(&filled, Format::Json);
    let documents = serde_json::Deserializer::from_slice(&json).into_iter::<Value>();
    assert_eq!(documents.map(Result::unwrap).count(), 3);
}

#[rstest]
#[case::long_ago("1998-03")]
#[case::a_week_without_anything("2024-W30")]
fn a_month_with_no_data_says_so_in_every_format(#[case] period: &str) {
    let filled = Filled::empty();
    let now = parse_instant(NOW).unwrap();
    let report = filled.report(period, now);
    assert!(report.actions.is_empty() && report.sheet.is_empty());
    for (format, _) in Format::ALL {
        assert!(!write(&report, format).unwrap().is_empty());
    }
    let text = String::from_utf8(write(&report, Format::Text).unwrap()).unwrap();
    assert!(text.contains("Nothing was handed off in this period."), "{text}");
}

#[test]
fn a_month_that_is_not_over_is_marked() {
    let filled = biting();
    let now = parse_instant(NOW).unwrap();
    let text = |period: &str| {
        String::from_utf8(write(&filled.report(period, now), Format::Text).unwrap()).unwrap()
    };
    assert!(text("2026-11").contains("Not over yet"));
    assert!(text("2026-W47").contains("Not over yet"));
    assert!(!text("2026-10").contains("Not over yet"));
}

#[test]
fn somebody_without_handoffs_has_figures_of_nothing() {
    let filled = biting();
    let now = parse_instant(NOW).unwrap();
    let team = Team { name: "Mia Chen".into(), people: vec![(PersonId(8), "Mia Chen".into())] };
    let scope = Scope { team: Some(team), ..Filled::scope("2026-10") };
    let report = filled.desk.report(&scope, now).unwrap();
    assert!(report.sheet.is_empty() && report.actions.is_empty());
    assert!(report.sheet.figures.iter().all(|figure| {
        !figure.shown().contains("NaN") && (figure.value.of() == 0 || figure.shown() == "0 %")
    }));
}

#[test]
fn a_team_is_the_sum_of_its_people() {
    let filled = biting();
    let now = parse_instant(NOW).unwrap();
    let all = |people: Vec<i64>| {
        let people = people.into_iter().map(|id| (PersonId(id), format!("P{id}"))).collect();
        let team = Some(Team { name: "team".into(), people });
        let sheet = filled.desk.measures(&Scope { team, ..Filled::scope("2026-10") }, now).unwrap();
        let of = |measure| sheet.figure(measure).unwrap().value.of();
        let sources: i64 = sheet.sources.iter().map(|one| one.handed).sum();
        use handoff_desk::domain::measure::Measure as M;
        [of(M::Volume), of(M::Worked), of(M::WithinSla), of(M::TimeToFirstTouch), sources]
    };
    let (both, one, other) = (all(vec![4, 5]), all(vec![4]), all(vec![5]));
    assert!(both[0] > 0);
    for place in 0..both.len() {
        assert_eq!(both[place], one[place] + other[place], "{place}");
    }
}
