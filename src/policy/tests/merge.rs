//! What a file gives is laid over the shipped policy, and it can be told which part came from where.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use crate::domain::clock::ClockName;
use crate::domain::policy::Warn;

#[test]
fn tables_merge_key_by_key() {
    let loaded = good("[types.tier1.clocks]\naccept = \"8h\"\n[routing]\nrotation_days = 7\n");
    let tier1 = loaded.policy.kind("tier1").unwrap();
    assert_eq!(tier1.clocks[&ClockName::Accept].target.to_string(), "8h");
    assert_eq!(tier1.clocks[&ClockName::FirstTouch].target.to_string(), "48h");
    assert_eq!(tier1.label, "Tier 1 account");
    assert_eq!((loaded.policy.routing.rotation_days, loaded.policy.routing.win_rate), (7, 0.4));
}

#[test]
fn three_lines_add_a_calendar() {
    let loaded = good(
        "[calendars.berlin]\nzone = \"Europe/Berlin\"\nhours = { mon = [\"08:00-12:00\", \"13:00-17:00\"] }\n",
    );
    assert_eq!(loaded.policy.calendars.keys().collect::<Vec<_>>(), ["always", "berlin", "office"]);
    assert_eq!(loaded.policy.calendar("berlin").unwrap().hours()[0].len(), 2);
}

#[test]
fn a_calendar_is_replaced_whole() {
    let loaded = good("[calendars.office]\nzone = \"UTC\"\nhours = { sat = [\"10:00-12:00\"] }\n");
    let office = loaded.policy.calendar("office").unwrap();
    assert!(office.holidays().is_empty() && office.exceptions().is_empty());
    assert!(office.hours()[0].is_empty());
}

#[test]
fn a_list_is_replaced_whole() {
    let loaded = good(
        "[[criteria]]\nname = \"Everybody\"\nverdict = \"nurture\"\n[types.tier1]\nrequires = \"reason\"\n",
    );
    assert_eq!(loaded.policy.criteria.len(), 1);
    assert_eq!(loaded.policy.kind("tier1").unwrap().requires, ["reason"]);
    assert!(good("criteria = []\nmotions = []\nicp = []").policy.criteria.is_empty());
}

#[test]
fn a_clock_and_a_pattern_are_replaced_whole() {
    let loaded = good(
        "[types.intent.clocks]\nfirst_touch = \"2bd\"\n[patterns.website_behaviour]\nof = \"site_visit\"\nwithin = \"7d\"\n",
    );
    let touch = &loaded.policy.kind("intent").unwrap().clocks[&ClockName::FirstTouch];
    assert_eq!(touch.warn, Warn::Share(0.75));
    assert_eq!(loaded.policy.patterns["website_behaviour"].tests.len(), 1);
}

#[test]
fn a_new_type_has_the_defaults_and_comes_last() {
    let loaded = good(
        "[types.partner]\nfrom = \"marketing\"\nto = \"ae\"\n[dispositions.NO_BUDGET]\nclass = \"recycle\"\n",
    );
    let kind = loaded.policy.types.last().unwrap();
    assert_eq!((kind.key.as_str(), kind.label.as_str()), ("partner", "Partner"));
    assert!(kind.auto_submit && kind.auto_assign && kind.clocks.is_empty());
    assert_eq!(kind.clock(ClockName::Assign).unwrap().target.to_string(), "same_day");
    let rule = loaded.policy.dispositions.last().unwrap();
    assert_eq!(
        (rule.code.as_str(), rule.label.as_str(), rule.then.key()),
        ("NO_BUDGET", "No budget", "nurture")
    );
}

#[test]
fn a_name_may_be_defined_in_either() {
    good("[types.tier1]\nplaybook = \"calm\"\n[playbooks.calm]\nchecklist = [\"Wait\"]\n");
    good(
        "calendar = \"always\"\n[types.tier1.clocks]\naccept = { target = \"8h\", calendar = \"office\" }\n",
    );
    good(
        "[signals.podcast]\nweight = 5\n[patterns.podcast]\nof = [\"podcast\", \"webinar\"]\nwithin = \"7d\"\n",
    );
}

#[test]
fn what_a_type_leaves_out_of_its_escalation_is_as_in_general() {
    let loaded = good(
        "[escalation]\nwarn = [\"owner\", \"manager\"]\n[types.mql.escalation]\nbreach = [\"vp_sales\"]\n",
    );
    let mql = loaded.policy.kind("mql").unwrap().escalation.clone().unwrap();
    assert_eq!(mql.warn, loaded.policy.escalation.warn);
    assert_eq!(mql.after, loaded.policy.escalation.after);
    assert_eq!(mql.breach.len(), 1);
}

#[test]
fn owed_work_can_be_taken_away() {
    let loaded = good("[dispositions.BAD_TIMING]\nowes = \"nothing\"\n");
    assert_eq!(loaded.policy.disposition("BAD_TIMING").unwrap().owes, None);
}

#[test]
fn numbers_and_days_are_read_in_their_usual_forms() {
    let loaded = good(
        "[calendars.x]\nzone = \"UTC\"\nhours = { mon = \"22:00-06:00\" }\nholidays = [2026-12-25, \"2026-12-26\"]\n\
         [[icp]]\ntier = \"1\"\nemployees = 1000\nrevenue = \">=1_000_000\"\n[completeness]\naccount.revenue = 0.5\n",
    );
    assert_eq!(loaded.policy.calendar("x").unwrap().holidays().len(), 2);
    assert_eq!(loaded.policy.icp[0].employees.unwrap().to_string(), "=1000");
    assert_eq!(loaded.policy.weights["account.revenue"], 0.5);
    assert_eq!(loaded.policy.weights["committee"], 2.0);
}

#[rstest]
#[case("name", Origin::File)]
#[case("zone", Origin::Default)]
#[case("types", Origin::Mixed)]
#[case("types.tier1", Origin::Mixed)]
#[case("types.tier1.clocks", Origin::Mixed)]
#[case("types.tier1.clocks.accept", Origin::File)]
#[case("types.tier1.clocks.first_touch", Origin::Default)]
#[case("types.tier2", Origin::Default)]
#[case("types.tier10", Origin::File)]
#[case("types.tier10.label", Origin::File)]
#[case("calendars.office.holidays", Origin::File)]
#[case("icp", Origin::File)]
#[case("criteria", Origin::Default)]
fn it_is_known_where_a_part_came_from(#[case] path: &str, #[case] origin: Origin) {
    let loaded = good(
        "name = \"mine\"\n[types.tier1.clocks]\naccept = \"8h\"\n[types.tier10]\nfrom = \"ae\"\nto = \"ae\"\n\
         [calendars.office]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\n[[icp]]\ntier = 1\n",
    );
    assert_eq!(loaded.origin(path), origin);
}

#[test]
fn what_is_shown_says_where_it_came_from() {
    let loaded = parse(
        "[types.tier1.clocks]\naccept = \"8h\"\n[types.partner]\nfrom = \"ae\"\nto = \"ae\"\n",
        "mine.toml",
    )
    .unwrap();
    let text = show(&loaded);
    for part in [
        "# The policy in force: mine.toml over the shipped default.\n",
        "\n# shipped default\n[types.tier2]\n",
        "\n# shipped default, but for what is marked mine.toml\n[types.tier1.clocks]\n",
        "\naccept = \"8h\" # mine.toml\n",
        "\nfirst_touch = \"48h\"\n",
        "\n# mine.toml\n[types.partner]\n",
        "\n# assign = \"same_day\" # built in\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn without_a_file_all_is_shipped() {
    let loaded = Loaded::shipped().unwrap();
    assert_eq!(loaded.policy, good("").policy);
    assert_eq!(loaded.origin("types"), Origin::Default);
    assert!(show(&loaded).starts_with("# The policy in force: the shipped default.\n# Hash "));
}

#[rstest]
#[case::shipped("")]
#[case::empty_lists(
    "criteria = []\nicp = []\nmotions = []\n[types.tier1]\nrequires = []\n[escalation]\nafter = {}\n"
)]
#[case::own_parts(
    "name = \"ours \\\"x\\\" \\\\ \\u001b\"\n[calendars.x]\nzone = \"UTC\"\nhours = { mon = [\"22:00-06:00\"], sun = [\"00:00-24:00\"] }\n\
     holidays = [\"2026-12-25\"]\nexceptions = { 2026-12-24 = [] }\n[types.x]\nfrom = \"ae\"\nto = \"csm\"\nescalation = { after = { \"90m\" = [\"owner\"] } }\n\
     [types.x.clocks]\naccept = { target = \"8h\", warn = 0.5, calendar = \"x\" }\n[completeness]\naccount.revenue = 0.25\n\
     [[criteria]]\nname = \"x\"\nwhen = { tier = [1, \"outside\"], intent = \"strong\", committee = \">2\", relation = \"customer\", signals = \"webinar\", only = \"webinar\", patterns = \"surge\", on_tal = false, lead_score = \"<5\", expected_value = \">=1M\" }\nverdict = \"discuss\"\n\
     [[views]]\nname = \"v\"\nfilter = \"tier:1\"\nsort = \"-score\"\n[dispositions.X]\nclass = \"close\"\nthen = \"won\"\n"
)]
fn what_is_shown_reads_back_as_the_same_policy(#[case] text: &str) {
    let loaded = good(text);
    let shown = show(&loaded);
    let again = parse(&shown, "shown.toml").unwrap_or_else(|errors| panic!("{errors}\n{shown}"));
    assert_eq!(again.policy, loaded.policy);
}

#[test]
fn the_same_values_have_the_same_hash_however_they_are_written() {
    let hash = |text: &str| good(text).policy.hash;
    let plain = hash("");
    assert_eq!(hash(SHIPPED), plain);
    assert_eq!(hash(&SHIPPED.replace('\n', "\r\n")), plain);
    assert_eq!(hash(&format!("\u{feff}{SHIPPED}# a comment\n")), plain);
    assert_eq!(
        hash("[types.tier1]\nminimum_work = { days = 2, touches = 3 } # as it was\n"),
        plain
    );
    assert_eq!(hash("[escalation]\nafter = { \"1d\" = [\"vp_sales\"] }\n"), plain);
    let (a, b) =
        ("[types.a]\nfrom = \"ae\"\nto = \"ae\"\n", "[types.b]\nfrom = \"ae\"\nto = \"csm\"\n");
    assert_eq!(hash(&format!("{a}{b}")), hash(&format!("{b}{a}")));
    let (a, b) =
        ("[dispositions.A]\nclass = \"recycle\"\n", "[dispositions.B]\nclass = \"close\"\n");
    assert_eq!(hash(&format!("{a}{b}")), hash(&format!("{b}{a}")));
}

#[test]
fn other_values_have_another_hash() {
    let texts = [
        "",
        "name = \"mine\"",
        "zone = \"UTC\"",
        "calendar = \"always\"",
        "hibernate_after_days = 184",
        "[calendars.office]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }",
        "[calendars.office]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nholidays = [\"2026-12-25\"]",
        "[calendars.office]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nholidays = { 2026-12-25 = \"Christmas\" }",
        "[calendars.office]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nexceptions = { 2026-12-25 = [] }",
        "[signals.webinar]\nweight = 16",
        "[signals.webinar]\nlabel = \"x\"",
        "[intent]\nwindow = \"91d\"",
        "[intent]\nhalf_life = \"15d\"",
        "[intent.bands]\nlight = 2",
        "[patterns.surge]\nlabel = \"x\"\nof = \"third_party_surge\"\nwithin = \"30d\"",
        "[patterns.surge]\nlabel = \"x\"\nof = \"third_party_surge\"\nwithin = \"30d\"\nvalue = 3",
        "[patterns.surge]\nlabel = \"x\"\nof = \"third_party_surge\"\nwithin = \"30d\"\ntotal = 3",
        "[patterns.surge]\nlabel = \"x\"\nof = \"third_party_surge\"\nwithin = \"30d\"\ncount = 3",
        "[patterns.surge]\nlabel = \"x\"\nof = \"third_party_surge\"\nwithin = \"30d\"\ndistinct = true",
        "icp = []",
        "[[icp]]\ntier = 1",
        "[[icp]]\ntier = 1\nindustry = \"x\"",
        "[[icp]]\ntier = 1\nregion = \"x\"",
        "[[icp]]\ntier = 1\ntechnology = \"x\"",
        "[[icp]]\ntier = 1\ntitles = \"x\"",
        "[[icp]]\ntier = 1\nemployees = 3",
        "[[icp]]\ntier = 1\nrevenue = 3",
        "criteria = []",
        "[types.tier1]\nlabel = \"x\"",
        "[types.tier1]\nfrom = \"sdr\"",
        "[types.tier1]\nto = \"sdr\"",
        "[types.tier1]\ntriage = \"manager\"",
        "[types.tier1]\nrequires = []",
        "[types.tier1]\nminimum_completeness = 71",
        "[types.tier1]\nauto_submit = false",
        "[types.tier1]\nauto_assign = true",
        "[types.tier1]\nminimum_work.touches = 4",
        "[types.tier1]\nmonthly_cap = 4",
        "[types.tier1]\nplaybook = \"mql\"",
        "[types.tier1]\nsuccess = \"x\"",
        "[types.tier1]\nco_owner_days = 4",
        "[types.tier1]\nclocks.accept = \"25h\"",
        "[types.tier1]\nclocks.accept = { target = \"24h\", warn = 0.5 }",
        "[types.tier1]\nclocks.accept = { target = \"24h\", calendar = \"office\" }",
        "[types.tier1]\nescalation = {}",
        "[types.tier10]\nfrom = \"ae\"\nto = \"ae\"",
        "[completeness]\ncommittee = 3",
        "[routing]\nwin_rate_prior = 11",
        "[routing]\nrotation_days = 15",
        "[routing]\nfallback = []",
        "[routing.weights]\nwin_rate = 0.3\ncapacity = 0.4",
        "motions = []",
        "[[motions]]\nangle = \"x\"",
        "[[motions]]\nangle = \"x\"\nwhen.tier = 1",
        "[[motions]]\nangle = \"x\"\nwhen.industry = \"x\"",
        "[[motions]]\nangle = \"x\"\nwhen.stage = \"new\"",
        "[[motions]]\nangle = \"x\"\nwhen.type = \"tier1\"",
        "[[motions]]\nangle = \"x\"\nfrom = \"sdr\"",
        "[[motions]]\nangle = \"x\"\nchannel = \"call\"",
        "[[motions]]\nangle = \"x\"\ntiming = \"x\"",
        "[[motions]]\nangle = \"x\"\npain = \"x\"",
        "[[motions]]\nangle = \"x\"\ncycle = \"x\"",
        "[[motions]]\nangle = \"x\"\nsuccess = \"x\"",
        "[dispositions.BAD_TIMING]\nlabel = \"x\"",
        "[dispositions.BAD_TIMING]\nrequires = []",
        "[dispositions.BAD_TIMING]\ntell_marketing = \"x\"",
        "[dispositions.BAD_TIMING]\nowes = \"type\"",
        "[dispositions.BAD_TIMING]\nowes_by_type.mql.days = 3",
        "[playbooks.abm]\nchecklist = []",
        "[playbooks.abm]\nsequence = []",
        "[playbooks.abm]\nclose_after.days = 22",
        "[batch]\ntype = \"tier1\"",
        "[batch]\nsend = \"thu 17:00\"",
        "[batch]\nreview = \"tue 17:00\"",
        "[batch]\noutreach = \"thu 17:00\"",
        "[measures.worked]\ntarget = \">=81%\"",
        "[measures.worked]\nwarn = \"<60%\"",
        "[escalation]\nwarn = []",
        "[escalation]\nbreach = []",
        "[escalation]\nafter = {}",
        "[[views]]\nname = \"x\"\nfilter = \"tier:1\"",
        "[[views]]\nname = \"x\"\nfilter = \"tier:1\"\nsort = \"tier\"",
    ];
    let hashes: BTreeSet<String> = texts.iter().map(|text| good(text).policy.hash).collect();
    assert_eq!(hashes.len(), texts.len());
}
