//! The language from both ends: lines to filters, filters to lines, and everything that is no filter.

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::span;
use crate::domain::time::{DAY, HOUR, Instant, parse_instant};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn text(text: &str) -> Test {
    Test::Words(vec![Word::Text(text.into())])
}

fn one(line: &str) -> Test {
    let filter = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    assert_eq!(filter.terms.len(), 1, "{line}");
    assert!(!filter.terms[0].negated, "{line}");
    filter.terms[0].test.clone()
}

#[rstest]
#[case("tier:1", Test::Tier(vec![Tier::One]))]
#[case("tier:outside,3", Test::Tier(vec![Tier::Outside, Tier::Three]))]
#[case("stage:queued", Test::Stage(vec![Stage::Queued]))]
#[case("STAGE:Queued", Test::Stage(vec![Stage::Queued]))]
#[case("type:inbound,Hot_Lead", Test::Type(vec!["inbound".into(), "hot_lead".into()]))]
#[case("owner:me", Test::Owner(vec![Who::Me]))]
#[case("owner:none", Test::Owner(vec![Who::Nobody]))]
#[case("owner:sam", Test::Owner(vec![Who::Named("sam".into())]))]
#[case("owner:\"Sam Ortiz\",me", Test::Owner(vec![Who::Named("Sam Ortiz".into()), Who::Me]))]
#[case("owner:\"me\"", Test::Owner(vec![Who::Named("me".into())]))]
#[case("co:me", Test::CoOwner(vec![Who::Me]))]
#[case("sender:me", Test::Sender(vec![Who::Me]))]
#[case("rating:<=3", Test::Rating(vec![Compare::AtMost(3)]))]
#[case("due:<4h", Test::Due(vec![Compare::Less(When::Span(4 * HOUR))]))]
#[case("due:>=2d", Test::Due(vec![Compare::AtLeast(When::Span(2 * DAY))]))]
#[case("due:2h..2h", Test::Due(vec![Compare::Between(When::Span(2 * HOUR), When::Span(2 * HOUR))]))]
#[case("due:2h..1d", Test::Due(vec![Compare::Between(When::Span(2 * HOUR), When::Span(DAY))]))]
#[case("due:today", Test::Due(vec![Compare::Is(When::Today)]))]
#[case("wake:2026-11-20..2026-11-20", Test::Wake(vec![Compare::Between(When::Day(day("2026-11-20")), When::Day(day("2026-11-20")))]))]
#[case("score:40..40", Test::Score(vec![Compare::Between(40, 40)]))]
#[case("due:2d..2d", Test::Due(vec![Compare::Between(When::Span(2 * DAY), When::Span(2 * DAY))]))]
#[case("open,tier:1", Test::Words(vec![Word::Flag(Flag::Open), Word::Text("tier:1".into())]))]
#[case("due:Today,tomorrow", Test::Due(vec![Compare::Is(When::Today), Compare::Is(When::Tomorrow)]))]
#[case("due:2026-11-30", Test::Due(vec![Compare::Is(When::Day(day("2026-11-30")))]))]
#[case("created:>2026-11-01", Test::Created(vec![Compare::More(When::Day(day("2026-11-01")))]))]
#[case("created:month", Test::Created(vec![Compare::Is(When::Month)]))]
#[case("wake:<30d", Test::Wake(vec![Compare::Less(When::Span(30 * DAY))]))]
#[case("clock:First_touch", Test::Clock(vec![ClockName::FirstTouch]))]
#[case("source:campaign", Test::Source(vec![Source::Campaign]))]
#[case("score:>=70", Test::Score(vec![Compare::AtLeast(70)]))]
#[case("score:<=7", Test::Score(vec![Compare::AtMost(7)]))]
#[case("score:40..69,90", Test::Score(vec![Compare::Between(40, 69), Compare::Is(90)]))]
#[case("score:40..", Test::Score(vec![Compare::AtLeast(40)]))]
#[case("score:..69", Test::Score(vec![Compare::AtMost(69)]))]
#[case("completeness:<85%", Test::Completeness(vec![Compare::Less(85)]))]
#[case("region:west", Test::Region(vec!["west".into()]))]
#[case("region:\"North, East\",a:b", Test::Region(vec!["North, East".into(), "a:b".into()]))]
#[case("segment:smb", Test::Segment(vec!["smb".into()]))]
#[case("industry:software", Test::Industry(vec!["software".into()]))]
#[case("relation:past_prospect", Test::Relation(vec![Relation::PastProspect]))]
#[case("code:no_response", Test::Code(vec!["NO_RESPONSE".into()]))]
#[case("batch:2026-w47", Test::Batch(vec!["2026-W47".into()]))]
#[case("batch:2026-W53", Test::Batch(vec!["2026-W53".into()]))]
#[case("breached", Test::Words(vec![Word::Flag(Flag::Breached)]))]
#[case("Open,paused", Test::Words(vec![Word::Flag(Flag::Open), Word::Flag(Flag::Paused)]))]
#[case("\"breached\"", text("breached"))]
#[case("H-1042", Test::Words(vec![Word::Id(HandoffId(1042))]))]
#[case("h-7,acme", Test::Words(vec![Word::Id(HandoffId(7)), Word::Text("acme".into())]))]
#[case("\"H-1042\"", text("H-1042"))]
#[case("H-", text("H-"))]
#[case("H-0", text("H-0"))]
#[case("1042", text("1042"))]
#[case("Acme,", text("Acme"))]
#[case("\"acme inc\"", text("acme inc"))]
#[case("acme\" inc\"", text("acme inc"))]
#[case("\"say \\\"hi\\\" \\\\ \\n\"", text("say \"hi\" \\ \\n"))]
#[case("a\\b", text("a\\b"))]
#[case("a-b", text("a-b"))]
#[case("\"tier:1\"", text("tier:1"))]
#[case("-acme", text("acme"))]
#[case("日本", text("日本"))]
fn a_term_is_read(#[case] line: &str, #[case] want: Test) {
    match line.strip_prefix('-') {
        Some(_) => {
            let term = Term { negated: true, test: want };
            assert_eq!(parse(line), Ok(Filter { terms: vec![term] }));
        }
        None => assert_eq!(one(line), want),
    }
}

#[test]
fn terms_are_cut_at_any_blank_and_an_empty_line_lets_all_through() {
    let filter = parse("  acme\ttier:1\u{3000}-stage:closed\n").unwrap();
    let negated: Vec<_> = filter.terms.iter().map(|term| term.negated).collect();
    assert_eq!(negated, [false, false, true]);
    assert_eq!(parse(" \n "), Ok(Filter::default()));
}

#[rstest]
#[case("acme due:soon", 5..13, "due: wants <4h, >2d, today or a date")]
#[case("due:4h", 0..6, "due: wants <4h, >2d, today or a date")]
#[case("due:", 0..4, "due: wants <4h, >2d, today or a date")]
#[case("due:<", 0..5, "due: wants <4h, >2d, today or a date")]
#[case("due:today,", 0..10, "due: wants <4h, >2d, today or a date")]
#[case("due:2026-11", 0..11, "due: wants <4h, >2d, today or a date")]
#[case("due:2026-02-30", 0..14, "due: 2026-02-30 is not in the calendar")]
#[case("due:>9999-01-01", 0..15, "due: years run from 1970 to 2199")]
#[case("due:2026-12-02..2026-12-01", 0..26, "due: 2026-12-02..2026-12-01 runs backwards; write 2026-12-01..2026-12-02")]
#[case("tier:4", 0..6, "tier: wants 1, 2, 3 or outside")]
#[case("tier:", 0..5, "tier: wants 1, 2, 3 or outside")]
#[case("-tier:x", 0..7, "tier: wants 1, 2, 3 or outside")]
#[case("stage:qeued", 0..11, "stage: \"qeued\" is unknown; did you mean queued?")]
#[case("stage:won", 0..9, "stage: wants flagged, queued, assigned, accepted, working, engaged, opportunity, returned, disputed, nurture, hibernating or closed")]
#[case("score:101", 0..9, "score: wants a number from 0 to 100, as >=70, <40 or 40..69")]
#[case("score:-1", 0..8, "score: wants a number from 0 to 100, as >=70, <40 or 40..69")]
#[case("due:1d..2h", 0..10, "due: 1d..2h runs backwards; write 2h..1d")]
#[case("score:70..40", 0..12, "score: 70..40 runs backwards; write 40..70")]
#[case("batch:2026-W54", 0..14, "batch: 2026 has no week 54, its weeks run from W01 to W53")]
#[case("batch:2027-W53", 0..14, "batch: 2027 has no week 53, its weeks run from W01 to W52")]
#[case("batch:2026-W5", 0..13, "batch: wants an ISO week, as 2026-W47")]
#[case("batch:26-W47", 0..12, "batch: wants an ISO week, as 2026-W47")]
#[case("batch:2026-W+5", 0..14, "batch: wants an ISO week, as 2026-W47")]
#[case("score:+5", 0..8, "score: wants a number from 0 to 100, as >=70, <40 or 40..69")]
#[case("batch:47", 0..8, "batch: wants an ISO week, as 2026-W47")]
#[case("code:NO-WAY!", 0..12, "code: wants a disposition code, as NO_RESPONSE")]
#[case("owner:", 0..6, "owner: wants me, none or a name")]
#[case("region:\"\"", 0..9, "region: wants a region, as west or \"north east\"")]
#[case("ower:sam", 0..8, "\"ower\" is not a key; did you mean owner:?")]
#[case("x \"abc", 2..6, "this quote is not closed; end it with another \"")]
#[case("owner:\"sam", 6..10, "this quote is not closed; end it with another \"")]
#[case("a -", 2..3, "a minus negates what follows it, as in -stage:returned")]
#[case(",", 0..1, "there is no word to search for here")]
#[case("é due:soon", 3..11, "due: wants <4h, >2d, today or a date")]
fn a_bad_term_is_underlined_and_explained(
    #[case] line: &str,
    #[case] span: Range<usize>,
    #[case] message: &str,
) {
    let error = parse(line).unwrap_err();
    assert_eq!((error.span.clone(), error.to_string().as_str()), (span, message), "{line}");
}

#[test]
fn text_with_a_colon_is_told_to_use_quotes() {
    let error = parse("https://acme.com").unwrap_err();
    assert!(error.message.starts_with(
        "\"https\" is not a key; put text with a colon in quotes, or use tier, stage,"
    ));
    let long = format!("{}:x", "k".repeat(900));
    assert!(
        parse(&long).unwrap_err().message.starts_with("\"kkkkkkkkkkkkkkkkkkkkkkkk…\" is not a key")
    );
}

#[test]
fn limits_answer_with_the_place() {
    let longest = "a".repeat(MAX_BYTES);
    assert!(parse(&longest).is_ok());
    let error = parse(&format!("{longest}é")).unwrap_err();
    assert_eq!(error.span, MAX_BYTES..MAX_BYTES + 2);
    assert_eq!(error.message, "the filter is too long: 4098 bytes, and it ends at byte 4096");
    // The limit falls inside a character.
    let error = parse(&format!("{}é", "a".repeat(MAX_BYTES - 1))).unwrap_err();
    assert_eq!(error.span, MAX_BYTES - 1..MAX_BYTES + 1);

    let most = "a ".repeat(MAX_TERMS);
    assert!(parse(&most).is_ok());
    let error = parse(&format!("{most}b c")).unwrap_err();
    assert_eq!(error.span, 128..131);
    assert_eq!(
        error.message,
        "the filter has too many terms: the one at byte 128 is past the 64 it may have"
    );

    let values = vec!["1"; MAX_VALUES].join(",");
    assert!(parse(&format!("tier:{values}")).is_ok());
    let error = parse(&format!("x tier:{values},1")).unwrap_err();
    assert_eq!(error.message, "the term at byte 2 has 33 values, and may have 32");
    assert!(parse(&"(".repeat(4000)).is_ok(), "brackets are text");
}

#[test]
fn the_canonical_line_is_stable_and_plain() {
    for (line, want) in [
        ("Tier:1  acme", "tier:1 acme"),
        ("score:40..", "score:>=40"),
        ("due:<48h", "due:<2d"),
        ("owner:ME,\"none\"", "owner:me,\"none\""),
        ("-\"acme inc\"", "-\"acme inc\""),
        ("-\"-x\"", "-\"-x\""),
        ("h-0007", "H-7"),
        ("completeness:<85%", "completeness:<85"),
        ("\"open\",OPEN", "\"open\",open"),
    ] {
        assert_eq!(parse(line).unwrap().to_string(), want);
    }
}

#[test]
fn every_key_has_an_example_that_reads_as_that_key() {
    for key in KEYS {
        assert_eq!(one(key.example).key(), Some(key.name), "{}", key.name);
        assert!(!key.means.is_empty() && !key.wants().is_empty(), "{}", key.name);
        for offer in (key.offers)() {
            assert_eq!(one(&format!("{}:{offer}", key.name)).key(), Some(key.name), "{offer}");
        }
        let sentence = parse(&format!("{}:", key.name)).unwrap_err().message;
        assert_eq!(sentence, format!("{}: wants {}", key.name, key.wants()));
    }
    let mut names: Vec<_> = KEYS.iter().map(|key| key.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KEYS.len());
}

#[test]
fn an_id_matches_by_prefix() {
    let ranges = Word::Id(HandoffId(104)).id_ranges().unwrap();
    assert_eq!(ranges[..3], [104..=104, 1_040..=1_049, 10_400..=10_499]);
    assert_eq!(Word::Text("104".into()).id_ranges(), Some(ranges));
    assert_eq!(Word::Id(HandoffId(i64::MAX)).id_ranges(), Some(vec![i64::MAX..=i64::MAX]));
    for word in ["acme", "0", "", "1a", "+5", "99999999999999999999"] {
        assert_eq!(Word::Text(word.into()).id_ranges(), None, "{word}");
    }
    assert_eq!(Word::Flag(Flag::Open).id_ranges(), None);
}

#[rstest]
#[case(Compare::Is(5), [false, true, false])]
#[case(Compare::Less(5), [true, false, false])]
#[case(Compare::AtMost(5), [true, true, false])]
#[case(Compare::More(5), [false, false, true])]
#[case(Compare::AtLeast(5), [false, true, true])]
#[case(Compare::Between(5, 6), [false, true, true])]
#[case(Compare::Between(4, 5), [true, true, false])]
fn comparisons_hold(#[case] compare: Compare<u8>, #[case] want: [bool; 3]) {
    assert_eq!([4, 5, 6].map(|value| compare.holds(value)), want);
}

/// Windows at Fri 20 Nov 2026, 14:32 in New York.
#[rstest]
#[case("due:<4h", "", "2026-11-20T23:32:00Z")]
#[case("due:<=4h", "", "2026-11-20T23:32:00.001Z")]
#[case("due:>2d", "2026-11-22T19:32:00.001Z", "")]
#[case("due:>=2d", "2026-11-22T19:32:00Z", "")]
#[case("due:1h..2h", "2026-11-20T20:32:00Z", "2026-11-20T21:32:00.001Z")]
#[case("due:today", "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z")]
#[case("due:tomorrow", "2026-11-21T05:00:00Z", "2026-11-22T05:00:00Z")]
#[case("due:yesterday", "2026-11-19T05:00:00Z", "2026-11-20T05:00:00Z")]
#[case("due:week", "2026-11-16T05:00:00Z", "2026-11-23T05:00:00Z")]
#[case("due:month", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z")]
#[case("due:<today", "", "2026-11-20T05:00:00Z")]
#[case("due:>week", "2026-11-23T05:00:00Z", "")]
#[case("due:2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
#[case("due:<=2026-11-30", "", "2026-12-01T05:00:00Z")]
#[case("due:2026-11-01..2026-11-30", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z")]
#[case("due:today..2d", "2026-11-20T05:00:00Z", "2026-11-22T19:32:00.001Z")]
#[case("wake:<30d", "", "2026-12-20T19:32:00Z")]
#[case("created:<7d", "2026-11-13T19:32:00.001Z", "")]
#[case("created:<=7d", "2026-11-13T19:32:00Z", "")]
#[case("created:>7d", "", "2026-11-13T19:32:00Z")]
#[case("created:>=7d", "", "2026-11-13T19:32:00.001Z")]
#[case("created:2d..7d", "2026-11-13T19:32:00Z", "2026-11-18T19:32:00.001Z")]
#[case("created:>2026-11-01", "2026-11-02T05:00:00Z", "")]
fn times_become_windows(#[case] line: &str, #[case] from: &str, #[case] until: &str) {
    let now = parse_instant("2026-11-20T14:32:00-05:00").unwrap();
    let (tests, facing) = match one(line) {
        Test::Due(tests) | Test::Wake(tests) => (tests, Facing::Ahead),
        Test::Created(tests) => (tests, Facing::Back),
        other => panic!("{other:?}"),
    };
    let window = tests[0].window(facing, now, Tz::America__New_York);
    let end = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    assert_eq!((end(window.from).as_str(), end(window.until).as_str()), (from, until));
    for (at, inside) in [(window.from, true), (window.until, false)] {
        assert_eq!(at.map(|at| window.holds(at)), at.map(|_| inside), "half-open");
        let before = at.map(|at| window.holds(at.plus(-1)));
        assert_eq!(before, at.map(|_| !inside), "half-open");
    }
}

#[test]
fn today_is_the_day_of_whoever_asks() {
    let now = parse_instant("2026-11-20T23:30:00Z").unwrap();
    let today = |zone| Compare::Is(When::Today).window(Facing::Ahead, now, zone).from;
    assert_eq!(today(Tz::UTC), parse_instant("2026-11-20T00:00:00Z").ok());
    assert_eq!(today(Tz::Asia__Tokyo), parse_instant("2026-11-20T15:00:00Z").ok());
}

/// Days at Fri 20 Nov 2026, 14:32 in New York.
#[rstest]
#[case("wake:<30d", "", "2026-12-21")]
#[case("wake:>30d", "2026-12-21", "")]
#[case("wake:today", "2026-11-20", "2026-11-21")]
#[case("wake:<=month", "", "2026-12-01")]
#[case("wake:<2026-12-01", "", "2026-12-01")]
#[case("wake:>2026-12-01", "2026-12-02", "")]
#[case("wake:>=2026-12-01", "2026-12-01", "")]
fn times_become_days(#[case] line: &str, #[case] from: &str, #[case] until: &str) {
    let now = parse_instant("2026-11-20T14:32:00-05:00").unwrap();
    let zone = Tz::America__New_York;
    let Test::Wake(tests) = one(line) else { panic!("{line}") };
    let (first, past) = tests[0].window(Facing::Ahead, now, zone).days(zone);
    let end = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    assert_eq!((end(first).as_str(), end(past).as_str()), (from, until));
}

fn offered(line: &str) -> (Range<usize>, Vec<String>) {
    let people = |key: &str| match key {
        "owner" => vec!["Sam Ortiz".to_owned(), "Mia".to_owned()],
        _ => Vec::new(),
    };
    let found = completions(line, line.len(), people);
    (found.replace, found.items.into_iter().map(|item| item.text).collect())
}

#[rstest]
#[case("s", 0..1, &["stage:", "source:", "score:", "segment:", "submitted:", "sender:"])]
#[case("-st", 1..3, &["stage:"])]
#[case("acme o", 5..6, &["owner:", "open"])]
#[case("tier:", 5..5, &["1", "2", "3", "outside"])]
#[case("tier:1,o", 7..8, &["outside"])]
#[case("STAGE:Q", 6..7, &["queued"])]
#[case("owner:m", 6..7, &["me", "Mia"])]
#[case("owner:", 6..6, &["me", "none", "\"Sam Ortiz\"", "Mia"])]
#[case("owner:\"sam o", 6..12, &["\"Sam Ortiz\""])]
#[case("region:w", 7..8, &[])]
#[case("nokey:w", 6..7, &[])]
#[case("\"br", 0..3, &[])]
#[case("\"a b\" br", 6..8, &["breached"])]
#[case("open,t", 5..6, &["tal"])]
#[case("a\\ o", 3..4, &["owner:", "open"])]
#[case("open,st", 5..7, &[])]
#[case("ac-me", 0..5, &[])]
#[case("-", 1..1, &["*"])]
#[case("tier:-", 5..6, &[])]
#[case("tier:1,-", 7..8, &[])]
#[case("open,-t", 5..7, &[])]
#[case("owner:\"me\",m", 11..12, &["me", "Mia"])]
#[case("owner:\"a,b", 6..10, &[])]
#[case("owner:\"a \\\" m", 6..13, &[])]
#[case("owner:\"a\\\\\" o", 12..13, &["owner:", "open"])]
#[case("\"tier\":o", 0..8, &[])]
#[case("owner:tier:m", 6..12, &[])]
#[case("open,tier:m", 5..11, &[])]
#[case("\"a:o\" o", 6..7, &["owner:", "open"])]
fn what_could_stand_at_the_cursor(
    #[case] line: &str,
    #[case] replace: Range<usize>,
    #[case] want: &[&str],
) {
    let (at, items) = offered(line);
    if want == ["*"] {
        assert_eq!((at, items.len()), (replace, KEYS.len() + Flag::ALL.len()), "everything");
        return;
    }
    assert_eq!(
        (at, items.iter().map(String::as_str).collect::<Vec<_>>()),
        (replace, want.to_vec())
    );
}

#[test]
fn every_flag_says_what_it_asks_for() {
    let said: Vec<_> = Flag::ALL.iter().map(|flag| flag.means()).collect();
    assert_eq!(
        said,
        [
            "a clock is past due and still open",
            "any stage but nurture, hibernating and closed",
            "a clock is paused",
            "nobody is assigned",
            "put off to a later day",
            "the account is on the target account list",
        ]
    );
    let offered = completions("", 0, |_| Vec::new()).items;
    assert!(offered.iter().all(|item| !item.means.is_empty()));
}

#[test]
fn an_empty_line_is_offered_everything() {
    let (_, items) = offered("");
    assert_eq!(items.len(), KEYS.len() + Flag::ALL.len());
    let middle = completions("tier:1 stage:q", 6, |_| Vec::new());
    assert_eq!((middle.replace, middle.items[0].text.as_str()), (5..6, "1"));
}

fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ,:\"\\\\-]{1,12}",
        "\\PC{1,8}",
        Just("me".to_owned()),
        Just("H-7".to_owned()),
        Just("open".to_owned())
    ]
}

fn names(of: &'static str) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(of, 1..4)
}

fn values<T: Clone + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(prop::sample::select(all), 1..4)
}

fn compares<T: Copy + std::fmt::Debug + PartialOrd>(
    one: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Compare<T>> {
    prop_oneof![
        one.clone().prop_map(Compare::Is),
        one.clone().prop_map(Compare::Less),
        one.clone().prop_map(Compare::AtMost),
        one.clone().prop_map(Compare::More),
        one.clone().prop_map(Compare::AtLeast),
        (one.clone(), one).prop_map(|(a, b)| if a <= b {
            Compare::Between(a, b)
        } else {
            Compare::Between(b, a)
        }),
    ]
}

fn times() -> impl Strategy<Value = Vec<TimeTest>> {
    let days = (0..80_000i64).prop_map(|n| day("1970-01-01") + chrono::TimeDelta::days(n));
    let span = (0..10_000_000i64).prop_map(|seconds| seconds * 1_000);
    let named = prop::sample::select(When::NAMES.to_vec()).prop_map(|(_, when)| when);
    let one = prop_oneof![
        compares(days).prop_map(|compare| map(compare, When::Day)),
        compares(span)
            .prop_filter("a distance stands behind a sign", |test| !matches!(test, Compare::Is(_)))
            .prop_map(|compare| map(compare, When::Span)),
        named.clone().prop_map(Compare::Is),
        named.clone().prop_map(Compare::AtMost),
        (named.clone(), named).prop_map(|(a, b)| Compare::Between(a, b)),
    ];
    prop::collection::vec(one, 1..3)
}

fn map<T, U>(compare: Compare<T>, with: fn(T) -> U) -> Compare<U> {
    match compare {
        Compare::Is(at) => Compare::Is(with(at)),
        Compare::Less(at) => Compare::Less(with(at)),
        Compare::AtMost(at) => Compare::AtMost(with(at)),
        Compare::More(at) => Compare::More(with(at)),
        Compare::AtLeast(at) => Compare::AtLeast(with(at)),
        Compare::Between(a, b) => Compare::Between(with(a), with(b)),
    }
}

fn tests() -> impl Strategy<Value = Test> {
    let text = || prop::collection::vec(strings(), 1..4);
    let who = prop_oneof![Just(Who::Me), Just(Who::Nobody), strings().prop_map(Who::Named)];
    let who = prop::collection::vec(who, 1..4);
    let word = prop_oneof![
        strings().prop_map(Word::Text),
        (1..=i64::MAX).prop_map(|id| Word::Id(HandoffId(id))),
        prop::sample::select(Flag::ALL).prop_map(Word::Flag),
    ];
    let hundreds = || prop::collection::vec(compares(0..=100u8), 1..4);
    let weeks =
        (1970..=2199i32, 1..=52u32).prop_map(|(year, week)| vec![format!("{year}-W{week:02}")]);
    prop_oneof![
        prop::collection::vec(word, 1..4).prop_map(Test::Words),
        values(Tier::ALL).prop_map(Test::Tier),
        values(Stage::ALL).prop_map(Test::Stage),
        values(Source::ALL).prop_map(Test::Source),
        values(Relation::ALL).prop_map(Test::Relation),
        names("[a-z0-9_-]{1,9}").prop_map(Test::Type),
        values(ClockName::ALL).prop_map(Test::Clock),
        names("[A-Z0-9_-]{1,9}").prop_map(Test::Code),
        who.clone().prop_map(Test::Owner),
        who.clone().prop_map(Test::CoOwner),
        who.prop_map(Test::Sender),
        prop::collection::vec(compares(1..=5u8), 1..3).prop_map(Test::Rating),
        times().prop_map(Test::Due),
        times().prop_map(Test::Created),
        times().prop_map(Test::Wake),
        hundreds().prop_map(Test::Score),
        hundreds().prop_map(Test::Completeness),
        text().prop_map(Test::Region),
        text().prop_map(Test::Segment),
        text().prop_map(Test::Industry),
        weeks.prop_map(Test::Batch),
    ]
}

proptest! {
    #[test]
    fn a_filter_reads_back_from_its_line(
        terms in prop::collection::vec((any::<bool>(), tests()), 0..5)
    ) {
        let terms = terms.into_iter().map(|(negated, test)| Term { negated, test }).collect();
        let filter = Filter { terms };
        let line = filter.to_string();
        prop_assert_eq!(parse(&line), Ok(filter), "{}", line);
    }

    #[test]
    fn any_text_is_a_filter_or_an_explained_place(
        line in prop_oneof![
            "(?s).{0,40}",
            "[a-z:,\"\\\\<>=.0-9 -]{0,40}",
            "((-|)(due|tier|owner|batch|score|acme|H-1|co)(:|)[a-z0-9<>=.,\"W-]{0,8} ){0,5}",
        ],
        at in 0..60usize,
    ) {
        match parse(&line) {
            Ok(filter) => {
                let canonical = filter.to_string();
                let again = parse(&canonical);
                prop_assert_eq!(again.as_ref(), Ok(&filter), "{}", canonical);
                prop_assert_eq!(again.unwrap_or_default().to_string(), canonical);
            }
            Err(error) => {
                prop_assert!(line.get(error.span.clone()).is_some_and(|bad| !bad.is_empty()));
                prop_assert!(!error.message.is_empty());
            }
        }
        let found = completions(&line, at, |_| Vec::new());
        prop_assert!(line.get(found.replace.clone()).is_some());
    }

    #[test]
    fn a_filter_of_any_word_shows_as_itself(word in "\\PC{1,12}") {
        let filter = Filter { terms: vec![Term { negated: false, test: text(&word) }] };
        prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn windows_are_the_same_whatever_the_sign_is_written_from(ms in 0..900 * DAY, now in 0..4_000_000_000_000i64) {
        let (now, at) = (Instant(now), Instant(now).plus(ms));
        let ahead = |test: TimeTest| test.window(Facing::Ahead, now, Tz::UTC).holds(at);
        let back = |test: TimeTest| test.window(Facing::Back, at, Tz::UTC).holds(now);
        for limit in [0, ms.saturating_sub(1), ms, ms + 1, span::WEEK] {
            for test in [Compare::Less, Compare::AtMost, Compare::More, Compare::AtLeast] {
                let compare = test(When::Span(limit));
                prop_assert_eq!(ahead(compare), map(compare, |when| match when {
                    When::Span(ms) => ms,
                    _ => 0,
                }).holds(ms));
                prop_assert_eq!(back(compare), ahead(compare));
            }
        }
    }
}
