//! Every mistake is told with its line, its key, what is wrong and what would be right.

use rstest::rstest;

use super::*;

/// One mistake: the text, and `line:column key | what | remedy` in part or whole.
#[track_caller]
fn told(text: &str, line: usize, key: &str, what: &str, remedy: &str) {
    let errors = bad(text);
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1, "{}", all.join("\n"));
    let error = &errors[0];
    assert_eq!((error.line, &*error.key), (line, key), "{error}");
    assert!(error.what.contains(what), "{error}\nshould say: {what}");
    assert!(error.remedy.contains(remedy), "{error}\nshould advise: {remedy}");
}

#[rstest]
#[case("version = 2", "version", "version 2 is not known", "write version = 1")]
#[case(
    "version = \"1\"",
    "version",
    "the text \"1\" stands where a whole number belongs",
    "from 1"
)]
#[case("name = 3", "name", "the number 3 stands where a text belongs", "in quotes")]
#[case("name = \" \"", "name", "an empty text", "in quotes")]
#[case("zone = \"America/New_Yrok\"", "zone", "is not a time zone", "\"America/New_York\"?")]
#[case("zone = \"nowhere near\"", "zone", "is not a time zone", "IANA name")]
#[case(
    "calendar = \"offce\"",
    "calendar",
    "is not a calendar of this policy",
    "did you mean \"office\"?"
)]
#[case("calendar = \"moon\"", "calendar", "is not a calendar", "there are office, always")]
#[case("hibernate_after_days = 0", "hibernate_after_days", "0 is out of range", "from 1 to 3653")]
#[case("colour = 1", "colour", "unknown key \"colour\"", "the keys here are version, name")]
#[case("type.tier1.label = \"x\"", "type", "unknown key \"type\"", "did you mean \"types\"?")]
#[case("types = 3", "types", "the number 3 stands where a table belongs", "write [types]")]
#[case("signals = []", "signals", "a list stands where a table belongs", "write [signals]")]
#[case("calendars.office = 3", "calendars.office", "stands where a table belongs", "zone, hours")]
fn at_the_top(#[case] text: &str, #[case] key: &str, #[case] what: &str, #[case] remedy: &str) {
    told(text, 1, key, what, remedy);
}

#[rstest]
#[case("zone = \"UTC\"", 1, "calendars.x", "\"hours\" is missing", "add hours = {")]
#[case(
    "hours = { mon = [\"09:00-17:00\"] }",
    1,
    "calendars.x",
    "\"zone\" is missing",
    "America/New_York"
)]
#[case("zone = \"UTC\"\nhours = {}", 3, "calendars.x.hours", "never opens", "give it hours")]
#[case(
    "zone = \"UTC\"\nhours = { mon = [] }",
    3,
    "calendars.x.hours",
    "never opens",
    "give it hours"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = \"9-17\" }",
    3,
    "calendars.x.hours.mon",
    "not a window",
    "09:00-17:00"
)]
#[case(
    "zone = \"UTC\"\nhours = { monday = [\"09:00-17:00\"] }",
    3,
    "calendars.x.hours.monday",
    "unknown key",
    "mon, tue, wed"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-09:00\"] }",
    3,
    "calendars.x.hours.mon[1]",
    "same time",
    "00:00-24:00"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nholidays = [\"2026-02-30\"]",
    4,
    "calendars.x.holidays[1]",
    "\"2026-02-30\" stands where a day belongs",
    "that exists"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nholidays = { xmas = \"Christmas\" }",
    4,
    "calendars.x.holidays.xmas",
    "\"xmas\" is not a day",
    "2026-11-26"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nholidays = { 2026-12-25 = 1 }",
    4,
    "calendars.x.holidays.2026-12-25",
    "stands where a text belongs",
    "quotes"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nexceptions = { 2026-12-24 = [\"noon\"] }",
    4,
    "calendars.x.exceptions.2026-12-24[1]",
    "not a window",
    "09:00-17:00"
)]
#[case(
    "zone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }\nhollidays = []",
    4,
    "calendars.x.hollidays",
    "unknown key",
    "did you mean \"holidays\"?"
)]
fn in_a_calendar(
    #[case] text: &str,
    #[case] line: usize,
    #[case] key: &str,
    #[case] what: &str,
    #[case] remedy: &str,
) {
    told(&format!("[calendars.x]\n{text}"), line, key, what, remedy);
}

#[rstest]
#[case(
    "[calendars.always]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }",
    1,
    "calendars.always",
    "built-in",
    "another name"
)]
#[case(
    "[calendars.\"My team\"]\nzone = \"UTC\"\nhours = { mon = [\"09:00-17:00\"] }",
    1,
    "calendars.\"My team\"",
    "can't be a name",
    "letters, digits"
)]
#[case("[signals.demo]\nlabel = \"x\"", 1, "signals.demo", "\"weight\" is missing", "add weight")]
#[case(
    "[signals.demo_request]\nweight = 101",
    2,
    "signals.demo_request.weight",
    "101 is out of range",
    "from 0 to 100"
)]
#[case(
    "[signals.demo_request]\nweight = nan",
    2,
    "signals.demo_request.weight",
    "out of range",
    "from 0 to 100"
)]
#[case("[intent]\nwindow = \"90\"", 2, "intent.window", "not an amount of time", "7d")]
#[case(
    "[intent]\nbands = { strong = 95 }",
    2,
    "intent.bands.strong",
    "don't rise",
    "above the one before"
)]
#[case(
    "[intent.bands]\nlight = 300",
    2,
    "intent.bands.light",
    "300 is out of range",
    "from 1 to 100"
)]
#[case(
    "[patterns.surge]\nof = [\"third_party_surge\"]",
    1,
    "patterns.surge",
    "\"within\" is missing",
    "7d"
)]
#[case(
    "[patterns.x]\nof = [\"webinr\"]\nwithin = \"7d\"",
    2,
    "patterns.x.of[1]",
    "not a kind of signal",
    "\"webinar\"?"
)]
#[case(
    "[patterns.x]\nof = []\nwithin = \"7d\"",
    2,
    "patterns.x.of",
    "the list is empty",
    "at least one kind"
)]
#[case(
    "[patterns.x]\ncount = 3\ndistinct = true\nof = [\"webinar\"]\nwithin = \"7d\"",
    2,
    "patterns.x.count",
    "can't be seen",
    "lower count to 1"
)]
#[case("[patterns.x]\nall = []", 2, "patterns.x.all", "without a test", "add a test")]
#[case("[[icp]]\nemployees = \">=10\"", 1, "icp[1]", "\"tier\" is missing", "tier = 1")]
#[case("[[icp]]\ntier = 4", 2, "icp[1].tier", "4 is not a tier", "1, 2, 3 or \"outside\"")]
#[case("[[icp]]\ntier = 1\nemployees = \"many\"", 3, "icp[1].employees", "not a comparison", ">=2")]
#[case("[icp]\ntier = 1", 1, "icp", "a table stands where a list of tables belongs", "[[icp]]")]
#[case(
    "[completeness]\naccount.revenu = 2",
    2,
    "completeness.account.revenu",
    "unknown key",
    "\"account.revenue\"?"
)]
#[case(
    "[completeness]\n\"committee\" = -1",
    2,
    "completeness.committee",
    "-1 is out of range",
    "from 0"
)]
#[case(
    "[routing]\nweights = { win_rate = 0.9 }",
    2,
    "routing.weights.win_rate",
    "sum up to 1.5",
    "sum up to 1"
)]
#[case(
    "[routing]\nweights = { win_rte = 0.9 }",
    2,
    "routing.weights.win_rte",
    "unknown key",
    "\"win_rate\"?"
)]
#[case(
    "[routing]\nfallback = [\"sector\"]",
    2,
    "routing.fallback[1]",
    "is not a fallback",
    "segment"
)]
#[case("[batch]\nsend = \"24h\"", 2, "batch.send", "not a moment of the week", "fri 17:00")]
#[case("[batch]\ntype = \"tier4\"", 2, "batch.type", "not a type of handoff", "\"tier1\"?")]
#[case(
    "[measures.handoff_rat]\ntarget = \">=8%\"",
    1,
    "measures.handoff_rat",
    "unknown key",
    "\"handoff_rate\"?"
)]
#[case("[measures.worked]\ntarget = \"80\"", 2, "measures.worked.target", "not a line", ">=80%")]
#[case(
    "[measures.worked]\nwarn = \"outside\"",
    2,
    "measures.worked.warn",
    "there is none",
    "10-20%"
)]
#[case(
    "[measures.worked]\nwarn = \"<3d\"",
    2,
    "measures.worked.warn",
    "don't count the same",
    "same unit"
)]
#[case(
    "[escalation]\nbreach = [\"boss\"]",
    2,
    "escalation.breach[1]",
    "is not one who hears",
    "owner, manager, vp_sales"
)]
#[case(
    "[escalation]\nafter = { soon = [\"manager\"] }",
    2,
    "escalation.after.soon",
    "not an amount of time",
    "24h"
)]
#[case(
    "[[views]]\nname = \"x\"\nfilter = \"tiers:1\"",
    3,
    "views[1].filter",
    "is not a filter",
    "did you mean tier:?"
)]
#[case(
    "[[views]]\nname = \"x\"\nfilter = \"tier:1\"\nsort = \"size\"",
    4,
    "views[1].sort",
    "not a sort key",
    "due, company"
)]
fn in_the_other_tables(
    #[case] text: &str,
    #[case] line: usize,
    #[case] key: &str,
    #[case] what: &str,
    #[case] remedy: &str,
) {
    told(text, line, key, what, remedy);
}

#[rstest]
#[case("verdict = \"never\"", 1, "criteria[1]", "\"name\" is missing", "add name")]
#[case("name = \"x\"", 1, "criteria[1]", "\"verdict\" is missing", "\"handoff\"")]
#[case(
    "name = \"x\"\nverdict = \"handof\"",
    3,
    "criteria[1].verdict",
    "is not a verdict",
    "\"handoff\"?"
)]
#[case(
    "name = \"x\"\nverdict = \"handoff\"",
    1,
    "criteria[1]",
    "\"type\" is missing",
    "the type of handoff to flag"
)]
#[case(
    "name = \"x\"\nverdict = \"handoff\"\ntype = \"tire1\"",
    4,
    "criteria[1].type",
    "not a type of handoff",
    "\"tier1\"?"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\ntype = \"tier1\"",
    4,
    "criteria[1].type",
    "goes with the verdict",
    "take it out"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nbrief = \"y\"",
    4,
    "criteria[1].brief",
    "goes with the verdict",
    "take it out"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { tier = [1, 5] }",
    4,
    "criteria[1].when.tier[2]",
    "5 is not a tier",
    "1, 2, 3"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { tier = [] }",
    4,
    "criteria[1].when.tier",
    "the list is empty",
    "leave the condition out"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { intent = \"warm\" }",
    4,
    "criteria[1].when.intent",
    "not an intent band",
    "light, moderate"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { comittee = 2 }",
    4,
    "criteria[1].when.comittee",
    "unknown key",
    "\"committee\"?"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { committee = -2 }",
    4,
    "criteria[1].when.committee",
    "out of range",
    "from 0"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { patterns = [\"surg\"] }",
    4,
    "criteria[1].when.patterns[1]",
    "not a pattern",
    "\"surge\"?"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { signals = \"demo_reqest\" }",
    4,
    "criteria[1].when.signals",
    "not a kind of signal",
    "\"demo_request\"?"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { relation = \"friend\" }",
    4,
    "criteria[1].when.relation",
    "is not a relation",
    "new, past_prospect, customer"
)]
#[case(
    "name = \"x\"\nverdict = \"never\"\nwhen = { on_tal = \"yes\" }",
    4,
    "criteria[1].when.on_tal",
    "where yes or no belongs",
    "true or false"
)]
fn in_a_rule(
    #[case] text: &str,
    #[case] line: usize,
    #[case] key: &str,
    #[case] what: &str,
    #[case] remedy: &str,
) {
    told(&format!("[[criteria]]\n{text}"), line, key, what, remedy);
}

#[rstest]
#[case("from = \"marketng\"", "from", "is not a role", "\"marketing\"?")]
#[case("triage = \"sdr\"", "triage", "\"sdr\" won't do here", "vp_sales, manager, revops")]
#[case("lable = \"x\"", "lable", "unknown key", "\"label\"?")]
#[case(
    "requires = [\"account.revenu\"]",
    "requires[1]",
    "not a package field",
    "\"account.revenue\"?"
)]
#[case(
    "minimum_completeness = 170",
    "minimum_completeness",
    "170 is out of range",
    "from 0 to 100"
)]
#[case(
    "minimum_completeness = 7.5",
    "minimum_completeness",
    "stands where a whole number belongs",
    "0 to 100"
)]
#[case("auto_assign = 1", "auto_assign", "where yes or no belongs", "true or false")]
#[case("minimum_work = { touch = 3 }", "minimum_work.touch", "unknown key", "\"touches\"?")]
#[case("playbook = \"amb\"", "playbook", "not a playbook of this policy", "\"abm\"?")]
#[case("monthly_cap = -1", "monthly_cap", "-1 is out of range", "from 0")]
#[case("clocks.accept = \"24hh\"", "clocks.accept", "\"24hh\" is not an amount of time", "24h")]
#[case("clocks.accept = \"soon\"", "clocks.accept", "\"soon\" is not a target", "same_day")]
#[case(
    "clocks.accept = 24",
    "clocks.accept",
    "the number 24 stands where a text belongs",
    "\"24h\""
)]
#[case("clocks.first_tuch = \"3h\"", "clocks.first_tuch", "unknown key", "\"first_touch\"?")]
#[case("clocks.accept = { warn = 0.5 }", "clocks.accept", "\"target\" is missing", "24h")]
#[case(
    "clocks.accept = { target = \"24h\", warn = 1.5 }",
    "clocks.accept.warn",
    "1.5 is out of range",
    "from 0 to 1"
)]
#[case(
    "clocks.accept = { target = \"3bd\", warn = \"5bd\" }",
    "clocks.accept.warn",
    "doesn't come before \"3bd\"",
    "nearer target"
)]
#[case(
    "clocks.accept = { target = \"24h\", warn = \"24h\" }",
    "clocks.accept.warn",
    "doesn't come before \"24h\"",
    "nearer target"
)]
#[case(
    "clocks.accept = { target = \"24h\", calendar = \"ofice\" }",
    "clocks.accept.calendar",
    "not a calendar",
    "\"office\"?"
)]
#[case(
    "clocks.accept = { target = \"2d\", calendar = \"office\" }",
    "clocks.accept.target",
    "counts days around the clock",
    "\"48h\" of working time, or \"2bd\""
)]
#[case(
    "clocks.accept = { target = \"72h\", warn = \"1d\", calendar = \"office\" }",
    "clocks.accept.warn",
    "counts days around the clock",
    "\"24h\" of working time, or \"1bd\""
)]
#[case("escalation.breech = []", "escalation.breech", "unknown key", "\"breach\"?")]
fn in_a_type(#[case] text: &str, #[case] key: &str, #[case] what: &str, #[case] remedy: &str) {
    told(&format!("[types.tier1]\n{text}"), 2, &format!("types.tier1.{key}"), what, remedy);
}

#[rstest]
#[case("[types.partner]\nto = \"ae\"", 1, "types.partner", "\"from\" is missing", "marketing")]
#[case(
    "[types.Partner]\nfrom = \"ae\"\nto = \"ae\"",
    1,
    "types.Partner",
    "can't be a name",
    "lower-case"
)]
#[case(
    "[dispositions.NO_RESPONSE]\nclass = \"disqualify\"",
    2,
    "dispositions.NO_RESPONSE.class",
    "never final",
    "\"recycle\""
)]
#[case(
    "[dispositions.nope]\nclass = \"recycle\"",
    1,
    "dispositions.nope",
    "can't be a code",
    "capital letters"
)]
#[case(
    "[dispositions.NEW]\nlabel = \"x\"",
    1,
    "dispositions.NEW",
    "\"class\" is missing",
    "recycle"
)]
#[case(
    "[dispositions.NEW]\nclass = \"recycle\"\nthen = \"won\"",
    3,
    "dispositions.NEW.then",
    "doesn't follow",
    "nurture"
)]
#[case(
    "[dispositions.NEW]\nclass = \"recycle\"\nowes = \"lots\"",
    3,
    "dispositions.NEW.owes",
    "which work is owed",
    "\"nothing\""
)]
#[case(
    "[dispositions.NEW]\nclass = \"recycle\"\nowes_by_type = { tier9 = {} }",
    3,
    "dispositions.NEW.owes_by_type.tier9",
    "unknown key",
    "\"tier1\"?"
)]
#[case(
    "[dispositions.NEW]\nclass = \"recycle\"\nrequires = [\"wake\"]",
    3,
    "dispositions.NEW.requires[1]",
    "not a disposition field",
    "\"wake_on\"?"
)]
#[case(
    "[playbooks.abm]\nclose_after = { propose = \"NO_RESPONS\" }",
    2,
    "playbooks.abm.close_after.propose",
    "not a disposition of this policy",
    "\"NO_RESPONSE\"?"
)]
#[case(
    "[playbooks.x]\nsequence = [ { day = 4, channel = \"email\", template = \"nudge\" }, { day = 2, channel = \"email\", template = \"welcome\" } ]",
    2,
    "playbooks.x.sequence",
    "the days go back: 4, 2",
    "in order"
)]
#[case(
    "[playbooks.x]\nsequence = [ { day = 4, channel = \"e-mail\", template = \"nudge\" } ]",
    2,
    "playbooks.x.sequence[1].channel",
    "is not a channel",
    "\"email\"?"
)]
#[case(
    "[playbooks.x]\nsequence = [ { day = 4, channel = \"email\", template = \"nudg\" } ]",
    2,
    "playbooks.x.sequence[1].template",
    "not a message template",
    "\"nudge\"?"
)]
#[case(
    "[playbooks.x]\nchecklist = [\"Wait\", { do = \"Read\", in = \"pakage\" }]",
    2,
    "playbooks.x.checklist[2].in",
    "is not a place of the desk",
    "\"package\"?"
)]
#[case(
    "[playbooks.x]\nchecklist = [\"Wait\", \"Wait\"]",
    2,
    "playbooks.x.checklist",
    "twice",
    "word each item otherwise"
)]
#[case("[[motions]]\nfrom = \"ae\"", 1, "motions[1]", "\"angle\" is missing", "contact.first_name")]
#[case(
    "[[motions]]\nangle = \"a\"\nwhen = { stage = \"old\" }",
    3,
    "motions[1].when.stage",
    "is not a relation",
    "customer"
)]
#[case(
    "[[motions]]\nangle = \"a\"\nwhen = { type = [\"tier1\", \"abm\"] }",
    3,
    "motions[1].when.type[2]",
    "not a type of handoff",
    "there are tier1"
)]
fn in_how_it_is_worked(
    #[case] text: &str,
    #[case] line: usize,
    #[case] key: &str,
    #[case] what: &str,
    #[case] remedy: &str,
) {
    told(text, line, key, what, remedy);
}

#[rstest]
#[case::quote("name = \"a\n", 1, "invalid basic string", "write `\"` here")]
#[case::no_quotes(
    "[batch]\nsend = monday\n",
    2,
    "string values must be quoted",
    "put it in quotes"
)]
#[case::like_a_word("[batch]\nsend = fri\n", 2, "invalid boolean", "put a text in quotes")]
#[case::twice("name = \"a\"\nname = \"b\"", 2, "duplicate key", "keep one of the two")]
#[case::table_twice(
    "[batch]\nsend = \"fri 17:00\"\n[batch]\n",
    3,
    "duplicate key",
    "keep one of the two"
)]
#[case::heading("[batch\ntype = \"tier2\"\n", 1, "unclosed table", "write `]` here")]
#[case::deep(
    "x = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    1,
    "cannot recurse further",
    "bracket"
)]
fn a_mistake_of_form_is_told_once(
    #[case] text: &str,
    #[case] line: usize,
    #[case] what: &str,
    #[case] remedy: &str,
) {
    told(text, line, "", &format!("not TOML: {what}"), remedy);
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_lines() {
    let text = "calendar = \"offce\"\n\n[types.tier1]\nlable = \"x\"\n\n[types.tier1.clocks]\naccept = \"24hh\"\n";
    let errors = parse(text, "policy.toml").unwrap_err();
    assert_eq!(
        errors.to_string(),
        "policy.toml:1:12  calendar  \"offce\" is not a calendar of this policy; did you mean \"office\"?\n\
         policy.toml:4:1  types.tier1.lable  unknown key \"lable\"; did you mean \"label\"?\n\
         policy.toml:7:10  types.tier1.clocks.accept  \"24hh\" is not an amount of time; write it as 45s, 5m, 24h or 7d"
    );
}

#[test]
fn a_mistake_of_form_does_not_hide_the_others() {
    let errors = bad("name = 3\n[batch]\nsend = fri\n[types.tier1]\nlable = \"x\"\n");
    let told: Vec<_> = errors.iter().map(|error| (error.line, error.key.as_str())).collect();
    assert_eq!(told, [(1, "name"), (3, ""), (5, "types.tier1.lable")]);
}

#[test]
fn a_table_that_is_wrong_is_not_told_again_for_what_refers_to_it() {
    let errors = bad("[escalation]\nwarn = 3\n[calendars.office]\nzone = \"x\"\nhours = 4\n");
    let told: Vec<_> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(told, ["escalation.warn", "calendars.office.zone", "calendars.office.hours"]);
}

#[rstest]
#[case::bom("\u{feff}calendar = \"offce\"", 1, 12)]
#[case::windows("name = \"a\"\r\ncalendar = \"offce\"\r\n", 2, 12)]
#[case::characters("name = \"é\" # ü\n\"calendar\" = \"offce\"", 2, 14)]
fn the_place_is_counted_in_characters(
    #[case] text: &str,
    #[case] line: usize,
    #[case] column: usize,
) {
    let error = &bad(text)[0];
    assert_eq!((error.line, error.column), (line, column));
}

#[test]
fn a_file_that_is_no_policy_is_refused_in_few_lines() {
    let html = "<!DOCTYPE html>\n<html><body>hello</body></html>\n";
    assert!(bad(html).len() <= 2);
    let many = "x = \n".repeat(150);
    let errors = parse(&many, "notes.txt").unwrap_err();
    assert_eq!((errors.list.len(), errors.more), (100, 50));
    assert!(errors.to_string().ends_with("notes.txt: and 50 more; mend these first"));
    let huge = "# padding\n".repeat(MOST_BYTES / 10 + 1);
    let errors = bad(&huge);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].what, "the file holds 1024 KiB, and a policy is at most 1,024");
}

#[test]
fn what_the_file_says_cannot_reach_the_terminal_as_more_than_text() {
    let text = "calendar = \"\\u001b[31m\\u202eevil\"\n\"\\u001bkey\" = 1\nname = 3 # ok\n";
    let shown = parse(text, "po\u{1b}licy.toml").unwrap_err().to_string();
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    let long = format!("calendar = \"{}\"", "x".repeat(5_000));
    assert!(bad(&long)[0].what.chars().count() < 120);
}
