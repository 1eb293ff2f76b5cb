//! What somebody can be given in a week, and where an item is found that was put off.

use handoff_desk::desk::{Ask, DeskError, Request};
use handoff_desk::domain::batch::Decision;
use handoff_desk::domain::command::Command;
use handoff_desk::domain::filter;
use handoff_desk::domain::ids::HandoffId;
use handoff_desk::domain::person::Person;
use handoff_desk::domain::queue::{Edge, Query};
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::view::Sort;

use super::{Office, at, monday, route, week};

/// Gives handoffs to Sam in one gesture; how many were given, or why none was.
fn give(
    office: &mut Office,
    who: &str,
    ids: &[HandoffId],
    anyway: bool,
) -> Result<usize, DeskError> {
    let (actor, sam) = (office.actor(who, monday()), office.person("Sam Ortiz").id);
    let command = Command::Assign { to: sam, brief: None, anyway };
    let ask = |id: &HandoffId| Ask { handoff: *id, seen: None, command: command.clone() };
    let asks = ids.iter().map(ask).collect();
    let receipt = office.desk.run(&Request { actor, asks, what_can: ids.len() > 1 })?;
    Ok(receipt.done.len())
}

fn weekly_of_sam(office: &mut Office, weekly: u32) -> Person {
    let (sam, lee) = (office.person("Sam Ortiz"), office.actor("Lee Park", monday()));
    let after = Person { weekly: Some(weekly), ..sam.clone() };
    office.desk.edit_person(lee, &sam, &after).unwrap();
    after
}

#[test]
fn nobody_is_given_more_in_a_week_by_hand_but_by_the_vp_and_that_is_recorded() {
    let mut office = Office::with_batch(4);
    let ids = office.items();
    let sam = weekly_of_sam(&mut office, 2);
    assert_eq!(give(&mut office, "Lee Park", &ids[..3], false).unwrap(), 2, "two, and not three");
    let DeskError::Refused(why) = give(&mut office, "Lee Park", &ids[2..3], true).unwrap_err()
    else {
        panic!("not refused")
    };
    assert_eq!(why.kind, RefusalKind::NotPermitted);
    assert_eq!(
        why.sentence,
        "Sam Ortiz is at capacity this week, 2/2, and Lee Park (Manager) may not go beyond it."
    );
    let why = give(&mut office, "Dana Reyes", &ids[2..3], false).unwrap_err().to_string();
    assert!(
        why.starts_with(
            "Sam Ortiz is at capacity this week, 2/2. Choose somebody else, or confirm"
        ),
        "{why}"
    );
    assert_eq!(give(&mut office, "Dana Reyes", &ids[2..3], true).unwrap(), 1);
    let entry = office.desk.activity(None, 1).unwrap().remove(0);
    assert_eq!(entry.note.as_deref(), Some("given to Sam Ortiz anyway: at capacity this week 2/2"));
    // The draft of the batch counts it, too; what is taken back doesn't count; and a week later there is room again.
    let lee = office.actor("Lee Park", monday());
    let why = office.desk.draft(week(), lee, &[(ids[3], route(&sam))]).unwrap_err().to_string();
    assert!(why.contains("is at capacity this week, 3/2 with what you have decided"), "{why}");
    for who in ["Dana Reyes", "Lee Park"] {
        let undo = office.actor(who, monday());
        office.desk.undo(undo, None).unwrap();
    }
    assert_eq!(give(&mut office, "Lee Park", &ids[..2], false).unwrap(), 2);
    let proposal = office.desk.proposal(ids[2], monday()).unwrap();
    let out = proposal.left_out.iter().find(|one| one.person == sam.id).unwrap();
    assert_eq!(out.reason, "at capacity this week 2/2");
    let proposal = office.desk.proposal(ids[2], at("2026-11-30T10:00:00-05:00")).unwrap();
    assert!(proposal.ranked.iter().any(|one| one.person == sam.id));
}

#[test]
fn a_week_is_full_for_the_draft_before_it_is_committed() {
    let mut office = Office::with_batch(3);
    let ids = office.items();
    let sam = weekly_of_sam(&mut office, 1);
    let lee = office.actor("Lee Park", monday());
    office.desk.draft(week(), lee, &[(ids[0], route(&sam))]).unwrap();
    let why = office.desk.draft(week(), lee, &[(ids[1], route(&sam))]).unwrap_err().to_string();
    assert!(
        why.contains("Sam Ortiz is at capacity this week, 1/1 with what you have decided"),
        "{why}"
    );
    assert_eq!(office.desk.sheet(week(), Some(lee.who), monday()).unwrap().drafts.len(), 1);
}

#[test]
fn what_is_put_off_is_found_under_the_week_that_it_belongs_to_now() {
    let mut office = Office::with_batch(3);
    let ids = office.items();
    let found = |office: &Office, line: &str| -> Vec<HandoffId> {
        let query = Query {
            filter: filter::parse(line).unwrap(),
            sort: Sort::default(),
            me: None,
            now: monday(),
            zone: office.desk.policy().zone,
        };
        let page = office.desk.window(&query, &Edge::First, 50).unwrap();
        let mut ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(found(&office, "batch:2026-W47"), ids);
    assert_eq!(found(&office, "batch:2026-W48"), []);
    let lee = office.actor("Lee Park", monday());
    let later = Some(Decision::Defer { reason: "budget in December".to_owned() });
    office.desk.draft(week(), lee, &[(ids[1], later)]).unwrap();
    office.desk.commit_batch(week(), lee).unwrap();
    assert_eq!(found(&office, "batch:2026-W47"), [ids[0], ids[2]]);
    assert_eq!(found(&office, "batch:2026-W48"), [ids[1]]);
    assert_eq!(found(&office, "-batch:2026-W48"), [ids[0], ids[2]]);
    assert_eq!(found(&office, "batch:2026-W47,2026-W48"), ids);
    // The week that it left still tells of it.
    let sheet = office.desk.sheet(week(), None, monday()).unwrap();
    assert_eq!(sheet.put_off.iter().map(|item| item.id).collect::<Vec<_>>(), [ids[1]]);
    let undo = office.actor("Lee Park", monday());
    office.desk.undo(undo, None).unwrap();
    assert_eq!(found(&office, "batch:2026-W47"), ids);
}
