//! `DOMAIN.md 12`: who may do what, by role and by what the person has to do with the handoff.

use handoff_desk::domain::command::Command;
use handoff_desk::domain::decide::{in_team, may};
use handoff_desk::domain::handoff::{CoOwner, Decision};
use handoff_desk::domain::ids::PersonId;
use handoff_desk::domain::person::InHand;
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::{Action, Stage};
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{
    ANA, CARA, CLEO, Case, DANA, IAN, KIM, LEE, MARK, MIA, NINA, OMAR, RITA, SAM, VERA, assign,
    dispose, dispute, edit, give_back, note, override_owed, pause, resume, touch, verdict,
};

/// The people of the columns below, for a handoff that Sam has.
const COLUMNS: [(&str, PersonId); 10] = [
    ("vp_sales", DANA),
    ("manager of the assignee", MARK),
    ("another manager", NINA),
    ("the assignee", SAM),
    ("another ae", ANA),
    ("sdr", LEE),
    ("csm", CARA),
    ("marketing", MIA),
    ("vp_marketing", VERA),
    ("revops", RITA),
];

/// Who may do what with a Tier 1 handoff that marketing sent and Sam has.
const MAY: [(&str, &str); 31] = [
    //              vp  own  oth  he  ae  sdr csm mkt vpm ops
    ("submit      ", "-   -    -   -   -   -   -   y   y   y"),
    ("withdraw    ", "-   -    -   -   -   -   -   y   y   y"),
    ("assign      ", "y   y    y   -   -   -   -   -   -   y"),
    ("reassign    ", "y   y    -   -   -   -   -   -   -   y"),
    ("accept      ", "y   y    -   y   -   -   -   -   -   -"),
    ("touch       ", "y   y    -   y   -   -   -   -   -   -"),
    ("note        ", "y   y    y   y   y   y   y   y   y   y"),
    ("respond     ", "y   y    -   y   -   -   -   -   -   -"),
    ("book        ", "y   y    -   y   -   -   -   -   -   -"),
    ("held        ", "y   y    -   y   -   -   -   -   -   -"),
    ("noshow      ", "y   y    -   y   -   -   -   -   -   -"),
    ("opportunity ", "y   y    -   y   -   -   -   -   -   -"),
    ("win         ", "y   y    -   y   -   -   -   -   -   -"),
    ("lose        ", "y   y    -   y   -   -   -   -   -   -"),
    ("return      ", "y   y    -   y   -   -   -   -   -   -"),
    ("resubmit    ", "-   -    -   -   -   -   -   y   y   y"),
    ("recycle     ", "y   y    -   y   -   -   -   -   -   -"),
    ("disqualify  ", "y   y    -   y   -   -   -   -   -   -"),
    ("dispute     ", "y   y    y   y   -   -   -   y   y   y"),
    ("decide      ", "y   -    -   -   -   -   -   -   y   -"),
    ("defer       ", "y   y    y   -   -   -   -   -   -   y"),
    ("pause       ", "y   y    y   y   -   -   -   y   y   y"),
    ("resume      ", "y   y    y   y   -   -   -   y   y   y"),
    ("brief       ", "y   y    y   -   -   -   -   y   y   y"),
    ("edit        ", "-   -    -   -   -   -   -   y   y   y"),
    ("rate        ", "y   y    -   y   -   -   -   -   -   -"),
    ("check       ", "y   y    -   y   -   -   -   -   -   -"),
    ("activate    ", "y   y    -   y   -   -   -   -   -   -"),
    ("hibernate   ", "-   -    -   -   -   -   -   y   y   y"),
    ("wake        ", "-   -    -   -   -   -   -   y   y   y"),
    ("reopen      ", "y   y    y   -   -   -   -   y   y   y"),
];

fn allowed(case: &Case, who: PersonId, action: Action) -> bool {
    case.with_facts(who, |facts| may(action, &case.handoff, case.kind(), facts)).is_ok()
}

#[test]
fn who_may_do_what_is_this_table() {
    let case = Case::at_stage(Stage::Working);
    for (action, row) in MAY {
        let action: Action = action.parse().unwrap();
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!(cells.len(), COLUMNS.len());
        for (cell, (column, who)) in cells.into_iter().zip(COLUMNS) {
            assert_eq!(allowed(&case, who, action), cell == "y", "{action}: {column}");
        }
    }
}

#[test]
fn the_table_has_every_action() {
    let actions: Vec<_> = MAY.iter().map(|(action, _)| action.trim()).collect();
    let all: Vec<_> = Action::ALL.iter().map(|action| action.key()).collect();
    assert_eq!(actions, all);
}

#[test]
fn a_refusal_says_who_may() {
    let case = Case::at_stage(Stage::Working);
    let says = |who, command: &Command| case.refuses(who, command, RefusalKind::NotPermitted);
    assert_eq!(
        says(ANA, &touch()),
        "Ana (AE) may not touch this handoff. That is for the assignee or their manager."
    );
    assert_eq!(
        says(SAM, &assign(ANA)),
        "Sam (AE) may not reassign this handoff. That is for the VP of Sales, revenue operations, or a manager for \
         their team."
    );
    assert_eq!(
        says(SAM, &edit(&[("usage", "10")])),
        "Sam (AE) may not edit this handoff. That is for marketing or whoever hands it over."
    );
    assert_eq!(
        says(LEE, &dispute()),
        "Lee (SDR) may not dispute this handoff. That is for either side of the handoff."
    );
    let disputed = Case::at_stage(Stage::Disputed);
    assert_eq!(
        disputed.refuses(MARK, &verdict(Decision::Queue), RefusalKind::NotPermitted),
        "Mark (Manager) may not decide this handoff. That is for the VP of Sales and the VP of Marketing, each once."
    );
}

/// Triage, while it is queued: nobody has it yet.
#[test]
fn triage_returns_and_rejects_what_is_queued() {
    let case = Case::at_stage(Stage::Queued);
    for action in [Action::Return, Action::Recycle, Action::Disqualify] {
        for (column, who) in COLUMNS {
            let want = [DANA, MARK, NINA, RITA].contains(&who);
            assert_eq!(allowed(&case, who, action), want, "{action}: {column}");
        }
    }
}

#[test]
fn marketing_recycles_what_was_returned() {
    let case = Case::at_stage(Stage::Returned);
    for (column, who) in COLUMNS {
        let want = [DANA, MIA, VERA, RITA].contains(&who);
        assert_eq!(allowed(&case, who, Action::Recycle), want, "{column}");
    }
}

/// A manager assigns for their team: people of it, and what nobody or somebody of it has.
#[test]
fn a_manager_assigns_for_their_own_team() {
    let queued = Case::at_stage(Stage::Queued);
    for (who, to, good) in [
        (MARK, SAM, true),
        (MARK, MARK, true),
        (NINA, OMAR, true),
        (MARK, OMAR, false),
        (NINA, SAM, false),
        (DANA, OMAR, true),
        (RITA, OMAR, true),
    ] {
        assert_eq!(queued.asks(who, &assign(to)).is_ok(), good, "{who} to {to}");
    }
    assert_eq!(
        queued.refuses(MARK, &assign(OMAR), RefusalKind::NotPermitted),
        "Omar is not in Mark's team. Choose somebody who is, or ask the VP of Sales."
    );
    let given = Case::at_stage(Stage::Working);
    assert!(given.asks(MARK, &assign(ANA)).is_ok());
    given.refuses(NINA, &assign(OMAR), RefusalKind::NotPermitted);
    // What a manager has taken on is theirs to pass on.
    let mut own = Case::at_stage(Stage::Queued);
    own.does(NINA, assign(NINA));
    own.does(NINA, assign(OMAR));
    assert_eq!(own.handoff.assignee, Some(OMAR));
}

#[test]
fn the_sdr_of_a_booked_meeting_sends_edits_and_works_it() {
    let case = Case::of_type_at("meeting_set", Stage::Working);
    for action in
        [Action::Submit, Action::Edit, Action::Touch, Action::Book, Action::Held, Action::Noshow]
    {
        assert!(allowed(&case, KIM, action), "{action}");
    }
    for action in [Action::Submit, Action::Edit, Action::Resubmit] {
        assert!(allowed(&case, LEE, action), "{action}: any SDR, for the type is theirs");
        assert!(!allowed(&case, ANA, action), "{action}");
    }
    assert!(!allowed(&case, LEE, Action::Touch));
    for action in [Action::Accept, Action::Rate, Action::Return, Action::Recycle] {
        assert!(!allowed(&case, KIM, action), "{action} is the recipient's");
    }
}

#[test]
fn whoever_hands_over_owns_the_package() {
    for (kind, own, other) in
        [("closed_won", OMAR, CARA), ("opportunity", OMAR, CARA), ("expansion", CLEO, LEE)]
    {
        let case = Case::of_type_at(kind, Stage::Flagged);
        for action in [Action::Submit, Action::Edit, Action::Withdraw] {
            assert!(allowed(&case, own, action), "{kind}, {action}");
            assert!(!allowed(&case, other, action), "{kind}, {action}");
        }
    }
}

#[test]
fn the_co_owner_works_it_for_a_while() {
    let mut case = Case::of_type_at("closed_won", Stage::Working);
    assert_eq!(
        case.handoff.co_owner,
        Some(CoOwner { person: OMAR, until: case.now.plus(30 * DAY) })
    );
    case.after(30 * DAY - HOUR);
    assert!(allowed(&case, OMAR, Action::Touch) && allowed(&case, OMAR, Action::Return));
    case.after(HOUR);
    assert!(!allowed(&case, OMAR, Action::Return));
}

#[test]
fn who_has_left_does_nothing_more() {
    let mut case = Case::at_stage(Stage::Working);
    case.people.iter_mut().find(|person| person.id == SAM).unwrap().active = false;
    let commands = [
        touch(),
        note(),
        give_back("No news"),
        pause(None, "Away"),
        resume(None),
        dispose("HELD", &[]),
        override_owed("NO_RESPONSE", &[], "Gone"),
    ];
    for command in commands {
        assert_eq!(
            case.refuses(SAM, &command, RefusalKind::NotPermitted),
            "Sam is no longer active. Ask revenue operations to make the person active again."
        );
    }
    case.refuses(IAN, &note(), RefusalKind::NotPermitted);
    assert!(case.asks(MARK, &touch()).is_ok(), "their manager goes on");
}

#[test]
fn a_team_reaches_down_and_the_vp_of_sales_is_above_all_of_sales() {
    let people = super::cast::people();
    let leads = |leader: PersonId, who: PersonId| {
        in_team(people.iter().find(|person| person.id == leader).unwrap(), who, &people)
    };
    let team = |leader| -> Vec<PersonId> {
        people.iter().map(|person| person.id).filter(|who| leads(leader, *who)).collect()
    };
    assert_eq!(team(MARK), [SAM, ANA, KIM, CLEO, IAN]);
    assert_eq!(team(NINA), [OMAR, LEE, CARA]);
    assert_eq!(team(VERA), [MIA]);
    assert_eq!(team(SAM), []);
    assert!(leads(DANA, SAM) && leads(DANA, NINA) && leads(DANA, RITA) && !leads(DANA, MIA));
}

#[test]
fn the_desk_itself_is_bound_by_the_stages_alone() {
    let case = Case::at_stage(Stage::Queued);
    assert!(case.desk_asks(&assign(OMAR)).is_ok());
    assert!(case.desk_asks(&Command::Accept).is_err());
}

/// Who may give a person more than they can carry, once they have been asked again (`DOMAIN.md 6` and `12`).
#[rstest]
#[case::the_vp(DANA, true)]
#[case::their_manager(MARK, false)]
fn only_those_above_a_manager_go_beyond_a_capacity(#[case] who: PersonId, #[case] may: bool) {
    let mut case = Case::at_stage(Stage::Queued);
    let ana = case.people.iter_mut().find(|person| person.id == ANA).unwrap();
    ana.capacity = Some(12);
    case.open = vec![InHand { person: ANA, open: 12, week: 3 }];
    let anyway = Command::Assign { to: ANA, brief: None, anyway: true };
    assert_eq!(case.asks(who, &anyway).is_ok(), may);
    case.open = vec![InHand { person: ANA, open: 11, week: 3 }];
    assert!(case.asks(who, &anyway).is_ok(), "below it anybody who assigns may");
}
