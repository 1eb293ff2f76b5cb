//! The form of the record, pinned: what is written once is read for years.

use chrono::NaiveDate;
use rstest::rstest;

use super::*;
use crate::domain::due::Pause;
use crate::domain::handoff::{
    Channel, Check, Claim, CoOwner, Day, Decision, Outcome, Touch, TouchOutcome, VpDecision,
};
use crate::domain::ids::ContactId;
use crate::domain::package::Frozen;
use crate::domain::policy::Class;

fn day(d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 12, d)
}

fn check() -> Check {
    Check { what: "Send it".into(), at: Instant(7), by: SAM }
}

fn touch() -> Touch {
    Touch {
        at: Instant(5),
        by: SAM,
        channel: Channel::Email,
        template: Some("nudge".into()),
        outcome: TouchOutcome::Sent,
        note: None,
    }
}

fn outcome() -> Outcome {
    Outcome {
        code: "BAD_TIMING".into(),
        class: Class::Recycle,
        fields: BTreeMap::from([("wake_on".into(), "2026-12-01".into())]),
        claim: Some(Claim::Timing),
        overridden: None,
        by: SAM,
        at: Instant(6),
    }
}

fn held() -> Clock {
    Clock {
        leg: 2,
        end_to_end: true,
        owes: Owes::Person(SAM),
        target: "3bd".parse().unwrap(),
        calendar: "office".into(),
        warning: Warn::At("2bd".parse().unwrap()),
        due: Instant(300),
        warn: Instant(200),
        state: ClockState::Paused,
        pauses: vec![Pause { from: Instant(20), to: None, reason: "away".into(), by: Some(DANA) }],
        short_notice: true,
        ..clock(ClockName::FirstTouch, Instant(10), 1)
    }
}

const HELD: &str = r#"{"owes":"P-2","started":10,"target":"3bd","calendar":"office","warning":"2bd","due":300,"warn":200,"state":"paused","pauses":[{"from":20,"to":null,"reason":"away","by":1}],"short_notice":true}"#;
const DELIVER: &str = r#""owes":"marketing","started":0,"target":"1h","calendar":"always","warning":"0.75","due":3600000,"warn":2700000,"state":"met","ended":9"#;

#[rstest]
#[case(Change::Explained { lines: vec!["Hand off".into()] }, r#"{"explained":["Hand off"]}"#)]
#[case(
    Change::Froze {
        from: None,
        to: Some(Box::new(Frozen { at: Instant(3), completeness: 80, fields: BTreeMap::from([("reason".into(), "Pricing".into())]) })),
    },
    r#"{"froze":{"from":null,"to":{"at":3,"completeness":80,"fields":{"reason":"Pricing"}}}}"#
)]
#[case(Change::Staged { from: Stage::Flagged, to: Stage::Queued }, r#"{"staged":{"from":"flagged","to":"queued"}}"#)]
#[case(Change::Assigned { from: None, to: Some(SAM) }, r#"{"assigned":{"from":null,"to":2}}"#)]
#[case(
    Change::CoOwned { from: Some(CoOwner { person: SAM, until: Instant(8) }), to: None },
    r#"{"co_owned":{"from":{"person":2,"until":8},"to":null}}"#
)]
#[case(Change::Contacted { from: None, to: Some(ContactId(4)) }, r#"{"contacted":{"from":null,"to":4}}"#)]
#[case(
    Change::Happened { moment: Moment::FirstTouch, from: None, to: Some(Instant(-7)) },
    r#"{"happened":{"moment":"first_touch","from":null,"to":-7}}"#
)]
#[case(
    Change::Planned { day: Day::Wake, from: day(1), to: day(31) },
    r#"{"planned":{"day":"wake","from":"2026-12-01","to":"2026-12-31"}}"#
)]
#[case(Change::Valued { from: Some(1), to: None }, r#"{"valued":{"from":1,"to":null}}"#)]
#[case(
    Change::Briefed { from: None, to: Some("a \"b\"\n\u{1b}[2J é".into()) },
    "{\"briefed\":{\"from\":null,\"to\":\"a \\\"b\\\"\\n\\u001b[2J é\"}}"
)]
#[case(
    Change::Filled { field: "bant.need".into(), from: None, to: Some("yes".into()) },
    r#"{"filled":{"field":"bant.need","from":null,"to":"yes"}}"#
)]
#[case(Change::Completed { from: None, to: Some(92) }, r#"{"completed":{"from":null,"to":92}}"#)]
#[case(Change::Asked { from: vec![], to: vec!["contact".into()] }, r#"{"asked":{"from":[],"to":["contact"]}}"#)]
#[case(
    Change::Touched(touch()),
    r#"{"touched":{"at":5,"by":2,"channel":"email","template":"nudge","outcome":"sent"}}"#
)]
#[case(
    Change::Untouched(Touch { template: None, note: Some("x".into()), ..touch() }),
    r#"{"untouched":{"at":5,"by":2,"channel":"email","outcome":"sent","note":"x"}}"#
)]
#[case(
    Change::Disposed { from: None, to: Some(outcome()) },
    r#"{"disposed":{"from":null,"to":{"code":"BAD_TIMING","class":"recycle","fields":{"wake_on":"2026-12-01"},"claim":"timing","by":2,"at":6}}}"#
)]
#[case(
    Change::Suspended { from: None, to: Some(Stage::Returned) },
    r#"{"suspended":{"from":null,"to":"returned"}}"#
)]
#[case(
    Change::Decided {
        from: vec![],
        to: vec![VpDecision { role: Role::VpSales, by: DANA, decision: Decision::Queue, note: "so".into() }],
    },
    r#"{"decided":{"from":[],"to":[{"role":"vp_sales","by":1,"decision":"queue","note":"so"}]}}"#
)]
#[case(Change::Rated { from: Some(2), to: Some(5) }, r#"{"rated":{"from":2,"to":5}}"#)]
#[case(
    Change::Lacked { from: None, to: Some("news".into()) },
    r#"{"lacked":{"from":null,"to":"news"}}"#
)]
#[case(Change::Checked(check()), r#"{"checked":{"what":"Send it","at":7,"by":2}}"#)]
#[case(Change::Unchecked(check()), r#"{"unchecked":{"what":"Send it","at":7,"by":2}}"#)]
#[case(
    clocked(None, Some(&held())),
    &format!(r#"{{"clocked":{{"clock":"first_touch","leg":2,"end_to_end":true,"from":null,"to":{HELD}}}}}"#)
)]
fn a_change_is_written_so_and_read_back(#[case] change: Change, #[case] want: &str) {
    let text = record::encode(std::slice::from_ref(&change)).unwrap();
    assert_eq!(text, format!("[{want}]"));
    assert_eq!(record::decode(&text).unwrap(), [change]);
}

#[test]
fn a_whole_handoff_is_written_so_and_read_back() {
    let ended = Clock {
        state: ClockState::Met,
        ended: Some(Instant(9)),
        ..clock(ClockName::Deliver, Instant(0), 1)
    };
    let small = Handoff {
        id: HandoffId(7),
        fields: BTreeMap::new(),
        sender: None,
        moments: BTreeMap::from([(Moment::Created, Instant(0))]),
        clocks: vec![ended],
        ..flagged(3)
    };
    let text = record::encode(&[Change::Created(Box::new(small.clone()))]).unwrap();
    let want = format!(
        r#"[{{"created":{{"id":7,"account":3,"kind":"tier1","stage":"flagged","tier":"1","score":55,"source":"campaign","reason":"3 visits in 7 days","moments":{{"created":0}},"clocks":[{{"clock":"deliver","leg":1,{DELIVER}}}]}}}}]"#
    );
    assert_eq!(text, want);
    assert_eq!(record::decode(&text).unwrap(), [Change::Created(Box::new(small))]);

    let full = Handoff {
        id: HandoffId(8),
        version: 0,
        opportunity: Some("renewal".into()),
        contact: Some(ContactId(4)),
        assignee: Some(SAM),
        co_owner: Some(CoOwner { person: DANA, until: Instant(8) }),
        brief: Some("be quick".into()),
        completeness: Some(92),
        missing: vec!["contact".into()],
        days: BTreeMap::from([(Day::Defer, day(3).unwrap())]),
        amount: Some(80_000),
        outcome: Some(outcome()),
        parent: Some(HandoffId(6)),
        before_dispute: Some(Stage::Queued),
        decisions: vec![VpDecision {
            role: Role::VpSales,
            by: DANA,
            decision: Decision::Queue,
            note: "so".into(),
        }],
        rating: Some(3),
        lacked: Some("news".into()),
        checks: vec![check()],
        touches: vec![touch()],
        clocks: vec![held()],
        ..flagged(3)
    };
    let text = record::encode(&[Change::Removed(Box::new(full.clone()))]).unwrap();
    assert_eq!(record::decode(&text).unwrap(), [Change::Removed(Box::new(full))]);
}

#[rstest]
#[case("nonsense")]
#[case(r#"[{"staged":{"from":"flagged","to":"lost"}}]"#)]
#[case(r#"[{"planned":{"day":"wake","from":null,"to":"2026-13-01"}}]"#)]
#[case(r#"[{"invented":{}}]"#)]
fn what_cannot_be_read_says_so(#[case] text: &str) {
    assert!(record::decode(text).is_err());
}
