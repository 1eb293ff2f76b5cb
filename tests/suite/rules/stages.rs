//! `DOMAIN.md 2`: which action is legal from which stage, and what a refusal lists.

use handoff_desk::domain::command::Command;
use handoff_desk::domain::decide::action_of;
use handoff_desk::domain::handoff::Decision;
use handoff_desk::domain::refusal::{Refusal, RefusalKind};
use handoff_desk::domain::stage::{Action, Stage, legal};

use super::cast::{
    Case, POLICY, SAM, assign, defer, dispose, dispute, edit, give_back, note, pause, resume,
    touch, verdict,
};

/// Every action with the stages that it is legal from: flagged, queued, assigned, accepted, working, engaged,
/// opportunity, returned, disputed, nurture, hibernating, closed.
const LEGAL: [(&str, &str); 31] = [
    //               fla que ass acc wor eng opp ret dis nur hib clo
    ("submit      ", " S   -   -   -   -   -   -   -   -   -   -   - "),
    ("withdraw    ", " S   -   -   -   -   -   -   -   -   -   -   - "),
    ("assign      ", " -   S   -   -   -   -   -   -   -   -   -   - "),
    ("reassign    ", " -   -   S   S   S   S   S   -   -   -   -   - "),
    ("accept      ", " -   -   S   -   -   -   -   -   -   -   -   - "),
    ("touch       ", " -   -   S   S   S   S   S   -   -   -   -   - "),
    ("note        ", " S   S   S   S   S   S   S   S   S   S   S   S "),
    ("respond     ", " -   -   -   -   S   -   -   -   -   -   -   - "),
    ("book        ", " -   -   -   S   S   S   S   -   -   -   -   - "),
    ("held        ", " -   -   -   S   S   S   S   -   -   -   -   - "),
    ("noshow      ", " -   -   -   S   S   S   S   -   -   -   -   - "),
    ("opportunity ", " -   -   -   -   -   S   -   -   -   -   -   - "),
    ("win         ", " -   -   -   -   -   -   S   -   -   -   -   - "),
    ("lose        ", " -   -   -   -   -   -   S   -   -   -   -   - "),
    ("return      ", " -   S   S   S   S   S   -   -   -   -   -   - "),
    ("resubmit    ", " -   -   -   -   -   -   -   S   -   -   -   - "),
    ("recycle     ", " -   S   S   S   S   S   S   S   -   -   -   - "),
    ("disqualify  ", " -   S   S   S   S   S   S   -   -   -   -   - "),
    ("dispute     ", " S   S   S   S   S   S   S   S   -   -   -   - "),
    ("decide      ", " -   -   -   -   -   -   -   -   S   -   -   - "),
    ("defer       ", " -   S   -   -   -   -   -   -   -   -   -   - "),
    ("pause       ", " S   S   S   S   S   S   S   S   -   -   -   - "),
    ("resume      ", " S   S   S   S   S   S   S   S   -   -   -   - "),
    ("brief       ", " S   S   S   S   S   S   S   S   -   -   -   - "),
    ("edit        ", " S   S   S   S   S   S   S   S   -   -   -   - "),
    ("rate        ", " -   -   -   S   S   S   S   -   -   -   -   - "),
    ("check       ", " -   -   -   S   S   S   S   -   -   -   -   - "),
    ("activate    ", " -   -   -   S   S   S   -   -   -   -   -   - "),
    ("hibernate   ", " -   -   -   -   -   -   -   -   -   S   -   - "),
    ("wake        ", " -   -   -   -   -   -   -   -   -   S   S   - "),
    ("reopen      ", " -   -   -   -   -   -   -   -   -   -   -   S "),
];

/// What each refusal says can be done instead.
const LISTED: [(Stage, &str); 12] = [
    (
        Stage::Flagged,
        "From flagged you can submit, withdraw, edit, dispute, pause, resume, note, brief.",
    ),
    (
        Stage::Queued,
        "From queued you can assign, return, defer, recycle, disqualify, dispute, pause, resume, brief, note, edit.",
    ),
    (
        Stage::Assigned,
        "From assigned you can accept, reassign, return, recycle, disqualify, dispute, pause, resume, brief, note, \
         edit, touch.",
    ),
    (
        Stage::Accepted,
        "From accepted you can touch, book, held, noshow, reassign, return, recycle, disqualify, dispute, pause, \
         resume, brief, note, edit, rate, check, activate.",
    ),
    (
        Stage::Working,
        "From working you can touch, respond, book, held, noshow, reassign, return, recycle, disqualify, dispute, \
         pause, resume, brief, note, edit, rate, check, activate.",
    ),
    (
        Stage::Engaged,
        "From engaged you can opportunity, touch, book, held, noshow, reassign, return, recycle, disqualify, \
         dispute, pause, resume, brief, note, edit, rate, check, activate.",
    ),
    (
        Stage::Opportunity,
        "From opportunity you can win, lose, touch, book, held, noshow, reassign, recycle, disqualify, dispute, \
         pause, resume, brief, note, edit, rate, check.",
    ),
    (
        Stage::Returned,
        "From returned you can resubmit, recycle, dispute, edit, pause, resume, note, brief.",
    ),
    (Stage::Disputed, "From disputed you can decide, note."),
    (Stage::Nurture, "From nurture you can wake, hibernate, note."),
    (Stage::Hibernating, "From hibernating you can wake, note."),
    (Stage::Closed, "From closed you can reopen, note."),
];

fn in_table(action: Action, stage: Stage) -> bool {
    let row = LEGAL.iter().find(|(name, _)| name.trim() == action.key()).unwrap().1;
    let place = Stage::ALL.iter().position(|other| *other == stage).unwrap();
    row.split_whitespace().nth(place).unwrap() == "S"
}

#[test]
fn the_stage_machine_is_this_table() {
    assert_eq!(LEGAL.len(), Action::ALL.len());
    assert_eq!(Stage::ALL.len(), 12);
    for action in Action::ALL {
        for stage in Stage::ALL {
            assert_eq!(
                legal(*stage).contains(action),
                in_table(*action, *stage),
                "{action} from {stage}"
            );
        }
    }
}

#[test]
fn a_refusal_lists_what_is_legal() {
    for (stage, listed) in LISTED {
        let refusal = Refusal::not_legal(Action::Win, stage);
        assert_eq!(refusal.kind, RefusalKind::NotLegal);
        assert_eq!(refusal.sentence, format!("win is not legal from {stage}."));
        assert_eq!(refusal.hint.as_deref(), Some(listed));
    }
}

/// A command for each action; `respond` has none of its own, a touch with a reply is one.
fn commands() -> Vec<Command> {
    vec![
        Command::Submit,
        Command::Withdraw { reason: "Sold already".into() },
        assign(SAM),
        Command::Accept,
        touch(),
        note(),
        dispose("ACCEPTED", &[]),
        dispose("MEETING", &[("meeting_at", "2026-11-19T15:00-05:00")]),
        dispose("HELD", &[]),
        dispose("NOSHOW", &[]),
        dispose("OPPORTUNITY", &[("amount", "90000"), ("expected_close", "2027-03-31")]),
        dispose("WON", &[("amount", "90000")]),
        dispose("LOST", &[("reason", "Price")]),
        dispose("INCOMPLETE", &[("missing", "committee")]),
        dispose("WRONG_PERSONA", &[("persona", "Their CFO")]),
        dispose("BAD_TIMING", &[("wake_on", "2027-02-01")]),
        dispose("NO_RESPONSE", &[]),
        dispose("NOT_READY", &[("note", "Next year")]),
        dispose("LOST_COMPETITOR", &[("competitor", "Initech")]),
        dispose("WRONG_ACCOUNT", &[("reason", "Bought")]),
        dispose("DUPLICATE", &[("other", "H-7")]),
        dispose("DISPUTED", &[("note", "Ours?")]),
        give_back("No news"),
        Command::Resubmit { fields: [].into() },
        dispute(),
        verdict(Decision::Queue),
        defer("2026-11-20"),
        pause(None, "Waiting for marketing"),
        resume(None),
        Command::Brief { text: "Call first".into() },
        edit(&[("competitors", "Initech")]),
        Command::Rate { stars: 4, missing: None },
        Command::Activate,
        Command::Hibernate,
        Command::Wake { news: "A demo request".into() },
        Command::Reopen { reason: "They called".into() },
    ]
}

/// The action that each command is, in the order of [`commands`], on a handoff that nobody has.
const ACTIONS: &str = "submit withdraw assign accept touch note accept book held noshow opportunity win lose return \
     recycle recycle recycle recycle disqualify disqualify disqualify dispute return resubmit dispute decide defer \
     pause resume brief edit rate activate hibernate wake reopen";

#[test]
fn every_command_is_one_named_action() {
    let queued = Case::at_stage(Stage::Queued);
    let actions: Vec<_> = commands()
        .iter()
        .map(|command| action_of(command, &queued.handoff, &POLICY).key())
        .collect();
    assert_eq!(actions.join(" "), ACTIONS);
    for stage in
        [Stage::Assigned, Stage::Accepted, Stage::Working, Stage::Engaged, Stage::Opportunity]
    {
        let given = Case::at_stage(stage);
        assert_eq!(action_of(&assign(SAM), &given.handoff, &POLICY), Action::Reassign, "{stage}");
    }
}

#[test]
fn every_command_obeys_the_table_from_every_stage() {
    for stage in Stage::ALL {
        let case = Case::of_type_at("closed_won", *stage);
        let listed = LISTED.iter().find(|(at, _)| at == stage).unwrap().1;
        for command in commands() {
            let action = action_of(&command, &case.handoff, &POLICY);
            match case.desk_asks(&command) {
                Err(refusal) if refusal.kind == RefusalKind::NotLegal => {
                    assert!(!in_table(action, *stage), "{action} from {stage}: {refusal}");
                    assert_eq!(
                        refusal.to_string(),
                        format!("{action} is not legal from {stage}. {listed}")
                    );
                }
                _ => assert!(in_table(action, *stage), "{action} from {stage} was not refused"),
            }
        }
    }
}

#[test]
fn open_stages_are_all_but_nurture_hibernating_and_closed() {
    let open: Vec<_> = Stage::ALL.iter().filter(|s| s.is_open()).map(|s| s.key()).collect();
    assert_eq!(
        open.join(" "),
        "flagged queued assigned accepted working engaged opportunity returned disputed"
    );
    let given: Vec<_> = Stage::ALL.iter().filter(|s| s.is_assigned()).map(|s| s.key()).collect();
    assert_eq!(given.join(" "), "assigned accepted working engaged opportunity");
}
