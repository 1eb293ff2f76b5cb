//! The forms under scripts of keys: what is asked of the desk, whether the rules take it, and how it looks.

mod bench;

use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;

use self::bench::{Bench, ask, commands};
use super::forms;
use crate::desk::{Preview, Receipt};
use crate::domain::clock::ClockName;
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::handoff::{Channel, Claim, Decision, TouchOutcome};
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, Done, NotDone};
use crate::tui::effect::{Effect, Load, Write};
use crate::tui::form::list;
use crate::tui::msg::{Hit, Mouse};

fn touch(channel: Channel, outcome: TouchOutcome, note: Option<&str>) -> Command {
    let note = note.map(str::to_owned);
    Command::Touch(NewTouch { channel, template: None, outcome, note, at: None })
}

fn disposal(code: &str, fields: &[(&str, &str)]) -> Disposal {
    let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Disposal { code: code.to_owned(), fields: fields.collect(), claim: None, overridden: None }
}

fn done(label: &str) -> Done {
    let receipt = Receipt {
        gesture: GestureId(1),
        label: label.to_owned(),
        done: Vec::new(),
        refused: Vec::new(),
    };
    Done { receipt, is_new: true }
}

#[rstest]
#[case("<Enter>", touch(Channel::Email, TouchOutcome::Sent, None))]
#[case("cv<Enter>", touch(Channel::Call, TouchOutcome::Voicemail, None))]
#[case(
    "cr<Tab><Tab>Wants a demo<Enter>",
    touch(Channel::Call, TouchOutcome::Replied, Some("Wants a demo"))
)]
#[case("<Right><Right><Down><Right><Ctrl-s>", touch(Channel::Social, TouchOutcome::Replied, None))]
fn touches_take_few_keys(#[case] keys: &str, #[case] want: Command) {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    assert_eq!(bench.does(Action::Touch, keys), want);
}

#[test]
fn a_touch_may_have_been_earlier_and_name_its_template() {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    bench.model.now = bench.model.now.plus(3 * 3_600_000);
    let command = bench.does(Action::Touch, "<Tab><Tab><Tab>nudge<Tab>-2h<Enter>");
    let Command::Touch(touch) = command else { panic!("{command:?}") };
    assert_eq!(touch.template.as_deref(), Some("nudge"));
    assert_eq!(bench.model.now.since(touch.at.unwrap()), 2 * 3_600_000);
}

#[rstest]
#[case::date(Stage::Working, "bad<Enter>1 dec<Enter>", disposal("BAD_TIMING", &[("wake_on", "2026-12-01")]))]
#[case::nothing_needed(Stage::Working, "held<Enter>", disposal("HELD", &[]))]
#[case::moment(Stage::Working, "meeting<Enter>mon 15:00<Enter>", disposal("MEETING", &[("meeting_at", "2026-11-23T20:00:00Z")]))]
#[case::two(Stage::Engaged, "opp<Enter>120k<Enter>+30d<Enter>",
    disposal("OPPORTUNITY", &[("amount", "120000"), ("expected_close", "2026-12-20")]))]
#[case::fields(Stage::Working, "incomp<Enter><Ctrl-s>",
    disposal("INCOMPLETE", &[("missing", "engagement.trigger")]))]
#[case::claim(Stage::Working, "competitor<Enter>Rival<Tab>they showed it<Tab>signal<Enter>", Disposal {
    claim: Some(Claim::Signal),
    ..disposal("LOST_COMPETITOR", &[("competitor", "Rival"), ("note", "they showed it")])
})]
#[case::other_handoff(Stage::Working, "dup<Enter>h-7<Enter>", disposal("DUPLICATE", &[("other", "H-7")]))]
#[case::another_code_after_all(Stage::Working, "bad<Enter>1 dec<Shift-Tab><Ctrl-u>held<Enter>", disposal("HELD", &[]))]
fn dispositions_take_few_keys(#[case] stage: Stage, #[case] keys: &str, #[case] want: Disposal) {
    let mut bench = Bench::at(stage, Role::Ae);
    assert_eq!(bench.does(Action::Disposition, keys), Command::Dispose(want));
}

#[test]
fn what_is_owed_is_told_before_anything_is_typed() {
    let mut bench = Bench::at(Stage::Working, Role::Ae);
    bench.opens(Action::Disposition);
    let effects = bench.press("no resp<Enter>");
    assert_eq!(effects, []);
    let text = bench.text();
    assert!(text.contains("still owed: 4 touches and 21 days"), "{text}");
    assert!(text.contains("let a manager override"), "{text}");
    assert!(bench.press("<Ctrl-u>bad<Enter>").is_empty());
    assert!(bench.text().contains("Re-hand on"), "{}", bench.text());
}

#[test]
fn a_manager_overrides_with_a_reason() {
    let mut bench = Bench::at(Stage::Working, Role::Manager);
    bench.opens(Action::Disposition);
    assert!(bench.press("no_resp<Enter><Enter>").is_empty(), "the reason is needed");
    assert!(bench.text().contains("still owed: 4 touches and 21 days"), "{}", bench.text());
    let want = Disposal { overridden: Some("they moved".into()), ..disposal("NO_RESPONSE", &[]) };
    assert_eq!(commands(&bench.press("they moved<Enter>")), [Command::Dispose(want)]);
}

#[test]
fn codes_that_are_not_legal_say_why() {
    let mut bench = Bench::at(Stage::Assigned, Role::Ae);
    bench.opens(Action::Disposition);
    assert!(bench.press("won<Enter>").is_empty());
    let text = bench.text();
    assert!(text.contains("win is not legal from assigned"), "{text}");
}

#[rstest]
#[case("<Enter><Enter>", Command::Return {
    missing: vec!["engagement.trigger".into()], note: String::new(), overridden: None,
})]
#[case("<Down>news <Enter>Old news<Enter>", Command::Return {
    missing: vec!["engagement.trigger".into(), "intelligence.news".into()], note: "Old news".into(), overridden: None,
})]
fn a_return_names_what_is_missing(#[case] keys: &str, #[case] want: Command) {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    assert_eq!(bench.does(Action::Return, keys), want);
}

#[test]
fn a_return_of_nothing_is_told_what_it_wants() {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    bench.opens(Action::Return);
    assert!(bench.press(" <Ctrl-s>").is_empty());
    assert!(bench.text().contains("tick what is missing, or say in the note"), "{}", bench.text());
}

#[rstest]
#[case(Action::Defer, Stage::Queued, Role::VpSales, "+2bd<Enter>Board week<Enter>",
    Command::Defer { until: "2026-11-24".parse().unwrap(), reason: "Board week".into() })]
#[case(Action::Pause, Stage::Working, Role::Ae, "Waiting for them<Enter>",
    Command::Pause { clock: None, reason: "Waiting for them".into() })]
#[case(Action::Pause, Stage::Working, Role::Ae, "Waiting<Tab>work<Enter>",
    Command::Pause { clock: Some(ClockName::Work), reason: "Waiting".into() })]
#[case(Action::Brief, Stage::Queued, Role::VpSales, "Call first<Alt-Enter>then write<Enter>",
    Command::Brief { text: "Call first\nthen write".into() })]
#[case(Action::Note, Stage::Working, Role::Ae, "Still waiting<Enter>", Command::Note { text: "Still waiting".into() })]
#[case(Action::Dispute, Stage::Working, Role::Ae, "Not ours<Enter>", Command::Dispute { note: "Not ours".into() })]
#[case(Action::Dispute, Stage::Disputed, Role::VpSales, "n<Enter>Too early<Enter>",
    Command::Decide { decision: Decision::Nurture, note: "Too early".into() })]
#[case(Action::Rate, Stage::Working, Role::Ae, "4<Enter>", Command::Rate { stars: 4, missing: None })]
#[case(Action::Rate, Stage::Working, Role::Ae, "2<Tab>The committee<Enter>",
    Command::Rate { stars: 2, missing: Some("The committee".into()) })]
fn small_forms(
    #[case] action: Action,
    #[case] stage: Stage,
    #[case] role: Role,
    #[case] keys: &str,
    #[case] want: Command,
) {
    let mut bench = Bench::at(stage, role);
    assert_eq!(bench.does(action, keys), want);
}

#[test]
fn what_is_held_is_let_run_on() {
    let mut bench = Bench::at(Stage::Working, Role::Ae);
    bench.happens(&Command::Pause { clock: None, reason: "Waiting".into() });
    assert_eq!(bench.does(Action::Pause, "<Enter>"), Command::Resume { clock: None });
    let mut bench = Bench::at(Stage::Working, Role::Ae);
    bench.happens(&Command::Pause { clock: Some(ClockName::Work), reason: "Waiting".into() });
    assert_eq!(bench.does(Action::Pause, "r<Ctrl-s>"), Command::Resume { clock: None });
    bench.opens(Action::Pause);
    assert!(bench.press("p<Ctrl-s>").is_empty());
    assert!(bench.text().contains("a pause needs its reason"), "{}", bench.text());
}

#[test]
fn an_edit_sends_only_what_was_changed_and_tells_how_complete_it_is() {
    let mut bench = Bench::at(Stage::Queued, Role::Marketing);
    bench.opens(Action::Edit);
    assert!(bench.text().contains("85 % complete."), "{}", bench.text());
    bench.press("Asked for a demo");
    assert!(bench.text().contains("85 % complete, 100 % with what you typed."), "{}", bench.text());
    let want = [("engagement.trigger".to_owned(), "Asked for a demo".to_owned())];
    assert_eq!(commands(&bench.press("<Ctrl-s>")), [Command::Edit { fields: want.into() }]);
    bench.model.popups.clear();
    bench.opens(Action::Edit);
    assert!(bench.press("<Ctrl-s>").is_empty());
    assert!(bench.model.popups.is_empty());
    assert!(bench.told().contains("Nothing was changed"));
}

#[test]
fn assigning_waits_for_the_proposals_and_enter_takes_the_first() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    let effects = bench.opens(Action::Assign);
    assert!(matches!(effects[0], Effect::Load(Load::Proposals(..))), "{effects:?}");
    assert!(bench.press("<Enter>").is_empty(), "nobody is picked before they can be seen");
    assert!(bench.text().contains("still ranking"), "{}", bench.text());
    bench.proposes();
    let want = Command::Assign { to: PersonId(3), brief: None, anyway: false };
    assert_eq!(commands(&bench.press("<Enter>")), [want]);
}

#[test]
fn two_clicks_on_a_person_assign() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    bench.opens(Action::Assign);
    bench.proposes();
    let place = Hit::Choice(list::CHOICES + 1);
    assert!(bench.mouse(Mouse::Click(place)).is_empty());
    let want = Command::Assign { to: PersonId(4), brief: None, anyway: false };
    assert_eq!(commands(&bench.mouse(Mouse::Double(place))), [want]);
}

#[test]
fn anybody_is_found_by_typing_and_gets_a_note() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    bench.opens(Action::Assign);
    bench.proposes();
    let effects = bench.press("ana<Tab>Knows the CFO<Enter>");
    let want =
        Command::Assign { to: PersonId(4), brief: Some("Knows the CFO".into()), anyway: false };
    assert_eq!(commands(&effects), [want]);
}

#[test]
fn people_who_are_read_late_are_found_all_the_same() {
    let mut bench = Bench::at(Stage::Queued, Role::Manager);
    let people = std::mem::take(&mut bench.model.people);
    let subjects = bench.three();
    forms::open(Action::Assign, subjects, &mut bench.model);
    bench.press("lee");
    assert!(!bench.text().contains("Lee Chen"), "{}", bench.text());
    bench.answers(Answer::People(people));
    assert!(bench.text().contains("Lee Chen"), "{}", bench.text());
}

#[test]
fn people_of_another_role_are_shown_and_not_taken() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    bench.opens(Action::Assign);
    bench.proposes();
    assert!(bench.press("kim<Enter>").is_empty());
    assert!(bench.text().contains("Marketing; this goes to AE"), "{}", bench.text());
}

#[test]
fn somebody_who_is_full_is_assigned_to_after_a_yes() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    bench.opens(Action::Assign);
    bench.proposes();
    bench.press("lee<Enter>");
    let refusal = Refusal::new(RefusalKind::NotAvailable, "Lee Chen is at capacity, 6/6.")
        .hint("Choose somebody else.");
    bench.answers(Answer::NotDone(bench.model.ticket, NotDone::Refused(refusal)));
    assert!(bench.text().contains("Lee Chen is at capacity, 6/6."), "{}", bench.text());
    assert!(bench.press("y").is_empty(), "what was typed before it was seen is no answer");
    bench.sees();
    assert!(bench.press("<Enter>").is_empty(), "nor is the key that opened it");
    assert_eq!(bench.model.popups.len(), 2);
    let want = Command::Assign { to: PersonId(5), brief: None, anyway: true };
    assert_eq!(commands(&bench.press("y")), [want]);
    assert!(bench.model.popups.is_empty());
}

#[test]
fn several_go_to_one_person_after_a_question() {
    let mut bench = Bench::at(Stage::Queued, Role::Manager);
    let subjects = bench.three();
    forms::open(Action::Assign, subjects.clone(), &mut bench.model);
    bench.proposes();
    assert!(bench.text().contains("proposed for 3 of 3"), "{}", bench.text());
    let effects = bench.press("<Enter>");
    let [Effect::Load(Load::Preview(ticket, asks))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(asks.len(), 3);
    let can = subjects.iter().map(|subject| subject.id).collect();
    bench.answers(Answer::Preview(*ticket, Preview { can, cannot: Vec::new() }));
    assert!(bench.text().contains("Assign 3 handoffs to Sam Ortiz"), "{}", bench.text());
    bench.sees();
    let effects = bench.press("y");
    let [Effect::Write(_, Write::Run { asks, what_can: true })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let want = Command::Assign { to: PersonId(3), brief: None, anyway: false };
    assert!(asks.iter().all(|ask| ask.command == want));
}

#[test]
fn the_form_waits_for_its_answer_and_goes_when_it_is_done() {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    bench.opens(Action::Touch);
    let effects = bench.press("<Enter>");
    assert!(bench.press("<Enter>x").is_empty(), "it is sent once");
    assert_eq!(bench.model.popups.len(), 1);
    let [Effect::Write(ticket, _)] = effects.as_slice() else { panic!("{effects:?}") };
    bench.answers(Answer::Done(*ticket, done("logged a touch")));
    assert!(bench.model.popups.is_empty());
    assert!(bench.told().contains("Logged a touch"), "{}", bench.told());
}

#[test]
fn what_was_typed_stays_when_the_desk_says_no_and_is_sent_on_what_is_there_now() {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    bench.opens(Action::Note);
    let effects = bench.press("Called them<Enter>");
    let seen = ask(&effects).seen;
    let sentence = "Sam Ortiz accepted this 4 s ago.".to_owned();
    let conflict = NotDone::Conflict { handoff: bench.subject().id, sentence };
    bench.answers(Answer::NotDone(bench.model.ticket, conflict));
    let text = bench.text();
    assert!(
        text.contains("Sam Ortiz accepted this 4 s ago.") && text.contains("Called them"),
        "{text}"
    );
    bench.happens(&Command::Note { text: "theirs".into() });
    let again = ask(&bench.press("<Enter>")).seen;
    assert_eq!(again, seen.map(|seen| seen + 1));
}

#[test]
fn leaving_a_typed_note_asks_first() {
    let mut bench = Bench::at(Stage::Accepted, Role::Ae);
    bench.opens(Action::Note);
    bench.press("x<Esc>");
    assert_eq!(bench.model.popups.len(), 2);
    bench.sees();
    bench.press("n");
    assert!(bench.text().contains("Note · H-1042 Acme Inc"), "{}", bench.text());
    bench.press("<Esc>");
    bench.sees();
    bench.press("y");
    assert!(bench.model.popups.is_empty());
}

#[test]
fn the_first_start_asks_who_it_is() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    let me = bench.model.me.take().unwrap();
    bench.model.popups.push(forms::welcome("/home/dana/.local/share/handoff-desk/desk.db"));
    let effects = bench.press("Dana Reyes<Enter>dana@acme.example<Enter>v<Enter>");
    let [Effect::Write(ticket, Write::Join(newcomer))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((newcomer.name.as_str(), newcomer.role), ("Dana Reyes", Role::VpSales));
    bench.answers(Answer::Joined(*ticket, Arc::new(me.clone())));
    assert!(bench.model.popups.is_empty());
    assert_eq!(bench.model.me, Some(me));
    assert!(bench.told().contains("Welcome, Dana Reyes."), "{}", bench.told());
}

#[rstest]
fn the_line_at_hand_is_seen_however_low_the_screen_is(
    #[values(8, 10, 12, 16, 24)] rows: u16,
    #[values(36, 80)] columns: u16,
    #[values(0, 1, 5, 9, 14)] down: usize,
) {
    let mut bench = Bench::at(Stage::Working, Role::Ae);
    bench.model.size = (columns, rows);
    bench.opens(Action::Disposition);
    bench.press(&"<Down>".repeat(down));
    let shot = bench.shot();
    let text = shot.text();
    assert!(text.contains("▌ "), "{text}");
    let (_, y) = shot.cursor().unwrap();
    assert!(text.lines().nth(usize::from(y)).unwrap().contains("type to narrow"), "{text}");
}

#[rstest]
#[case::touch("touch", Action::Touch, Stage::Accepted, Role::Ae, "")]
#[case::disposition("disposition", Action::Disposition, Stage::Working, Role::Ae, "")]
#[case::disposition_typed(
    "disposition_date",
    Action::Disposition,
    Stage::Working,
    Role::Ae,
    "bad<Enter>1 dec"
)]
#[case::disposition_owed(
    "disposition_owed",
    Action::Disposition,
    Stage::Working,
    Role::Manager,
    "no_resp<Enter>"
)]
#[case::give_back("return", Action::Return, Stage::Accepted, Role::Ae, "")]
#[case::pause("pause", Action::Pause, Stage::Working, Role::Ae, "<Tab>")]
#[case::defer("defer", Action::Defer, Stage::Queued, Role::VpSales, "q1")]
#[case::brief("brief", Action::Brief, Stage::Queued, Role::VpSales, "Call first\u{202e}.")]
#[case::note("note", Action::Note, Stage::Working, Role::Ae, "")]
#[case::dispute("dispute", Action::Dispute, Stage::Working, Role::Ae, "")]
#[case::decide("decide", Action::Dispute, Stage::Disputed, Role::VpSales, "n<Enter>")]
#[case::rate("rate", Action::Rate, Stage::Working, Role::Ae, "4")]
#[case::edit("edit", Action::Edit, Stage::Queued, Role::Marketing, "")]
#[case::assign("assign", Action::Assign, Stage::Queued, Role::VpSales, "")]
#[case::assign_typed("assign_typed", Action::Assign, Stage::Queued, Role::VpSales, "e")]
fn pictures(
    #[case] name: &str,
    #[case] action: Action,
    #[case] stage: Stage,
    #[case] role: Role,
    #[case] keys: &str,
) {
    let mut bench = Bench::at(stage, role);
    bench.opens(action);
    bench.proposes();
    for (columns, rows) in [(100, 30), (80, 24), (40, 10)] {
        bench.model.size = (columns, rows);
        if rows == 30 {
            bench.press(keys);
        }
        bench.shot().is_as_kept(&format!("popup_{name}_{columns}x{rows}"));
    }
}

#[test]
fn pictures_of_the_first_start() {
    let mut bench = Bench::at(Stage::Queued, Role::VpSales);
    bench.model.popups.push(forms::welcome("/home/dana/.local/share/handoff-desk/desk.db"));
    for (columns, rows) in [(100, 30), (80, 24), (40, 10)] {
        bench.model.size = (columns, rows);
        bench.shot().is_as_kept(&format!("popup_first_run_{columns}x{rows}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_form_panics_at_any_size_or_key(
        columns in 0..140_u16,
        rows in 0..50_u16,
        stage in prop::sample::select(vec![Stage::Queued, Stage::Assigned, Stage::Working, Stage::Disputed]),
        role in prop::sample::select(vec![Role::VpSales, Role::Ae, Role::Marketing]),
        action in prop::sample::select(vec![
            Action::Assign, Action::Touch, Action::Disposition, Action::Return, Action::Pause, Action::Defer,
            Action::Brief, Action::Note, Action::Dispute, Action::Rate, Action::Edit,
        ]),
        keys in prop::collection::vec(prop::sample::select(vec![
            "<Enter>", "<Tab>", "<Shift-Tab>", "<Up>", "<Down>", "<Left>", "<PgDn>", "<Backspace>", "<Alt-Enter>",
            "<Ctrl-s>", "<Ctrl-u>", "a", "b", "é", " ", "1", "fri", "<Esc>",
        ]), 0..14),
        many: bool,
    ) {
        let mut bench = Bench::at(stage, role);
        bench.model.size = (columns, rows);
        let subjects = if many { bench.three() } else { vec![bench.subject()] };
        forms::open(action, subjects, &mut bench.model);
        bench.proposes();
        for key in keys {
            bench.press(key);
            bench.sees();
        }
        let text = bench.shot().text();
        prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
    }
}
