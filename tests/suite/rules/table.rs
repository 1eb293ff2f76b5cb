//! `DOMAIN.md 5`: which event does what to which clock, in every cell: what the table says, and what it then does to
//! the clock of a real handoff.

use handoff_desk::domain::clock::{ClockEvent, ClockName, ClockState, Op, ops};
use handoff_desk::domain::handoff::{Handoff, Moment};
use handoff_desk::domain::policy::{ClockRule, HandoffType, Warn};
use handoff_desk::domain::time::{HOUR, Instant};
use handoff_desk::domain::timing::{Effect, Timing, effects, fire};

use super::cast::{Case, MONDAY, POLICY, SAM, instant, people};

/// S starts, X stops, P pauses, R resumes, C cancels.
const TABLE: [(&str, &str); 18] = [
    // event           deliver assign accept first_touch report work fix decide package onboard
    ("flagged      ", "  S       -      -        -        -     -    -    -      -       -   "),
    ("submitted    ", "  X       S      -        -        -     -    X    -      -       -   "),
    ("assigned     ", "  -       X      S        S        -     -    -    -      -       -   "),
    ("reassigned   ", "  -       -      CS       CS       C     -    -    -      -       -   "),
    ("accepted     ", "  -       -      X        -        S     -    -    -      -       S   "),
    ("touched      ", "  -       -      X        X        -     S    -    -      -       -   "),
    ("reported     ", "  -       -      -        -        XS    -    -    -      -       -   "),
    ("responded    ", "  -       -      -        -        -     X    -    -      -       -   "),
    ("returned     ", "  -       X      X        C        C     C    S    -      C       C   "),
    ("disputed     ", "  P       P      P        P        P     P    P    S      P       P   "),
    ("decided      ", "  R       R      R        R        R     R    R    X      R       R   "),
    ("paused       ", "  P       P      P        P        P     P    P    P      P       P   "),
    ("resumed      ", "  R       R      R        R        R     R    R    R      R       R   "),
    ("closed       ", "  C       X      X        C        X     X    C    C      C       C   "),
    ("booked       ", "  -       -      -        -        -     -    -    -      S       -   "),
    ("completed    ", "  -       -      -        -        -     -    -    -      X       -   "),
    ("meeting_over ", "  -       -      -        -        -     -    -    -      C       -   "),
    ("activated    ", "  -       -      -        -        -     -    -    -      -       X   "),
];

fn cells() -> Vec<(ClockEvent, ClockName, &'static str)> {
    let mut all = Vec::new();
    for (event, row) in TABLE {
        let event: ClockEvent = event.parse().unwrap();
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!(cells.len(), ClockName::ALL.len(), "{event}");
        all.extend(cells.into_iter().zip(ClockName::ALL).map(|(cell, name)| (event, *name, cell)));
    }
    assert_eq!(all.len(), ClockEvent::ALL.len() * ClockName::ALL.len());
    all
}

const fn letter(op: Op) -> char {
    match op {
        Op::Stop => 'X',
        Op::Cancel => 'C',
        Op::Resume => 'R',
        Op::Pause => 'P',
        Op::Start => 'S',
    }
}

#[test]
fn every_event_does_to_every_clock_what_the_table_says() {
    for (event, name, cell) in cells() {
        let ops: String = ops(event, name).iter().map(|op| letter(*op)).collect();
        assert_eq!(ops, cell.replace('-', ""), "{event}, {name}");
    }
}

/// A type with every clock of the domain, each of 24 hours.
fn every_clock() -> HandoffType {
    let mut kind = POLICY.kind("tier1").unwrap().clone();
    for name in ClockName::ALL {
        let rule =
            ClockRule { target: "24h".parse().unwrap(), warn: Warn::Share(0.75), calendar: None };
        kind.clocks.insert(*name, rule);
    }
    kind
}

struct Bench {
    kind: HandoffType,
    people: Vec<handoff_desk::domain::person::Person>,
    handoff: Handoff,
}

impl Bench {
    fn new() -> Self {
        let mut handoff = Case::flagged("tier1", MONDAY).handoff;
        handoff.clocks.clear();
        handoff.assignee = Some(SAM);
        handoff.moments.insert(Moment::Meeting, instant("2026-11-30T15:00-05:00"));
        Self { kind: every_clock(), people: people(), handoff }
    }

    fn fires(&mut self, all: &[Effect], at: Instant) {
        let timing = Timing {
            policy: &POLICY,
            kind: &self.kind,
            assignee: self.people.iter().find(|person| person.id == SAM),
            sender: None,
            at,
            by: None,
        };
        for change in fire(&self.handoff, all, "waiting", &timing).unwrap() {
            change.apply(&mut self.handoff);
        }
    }

    /// What became of the one clock that ran, and how many more there are now, in the letters of the table.
    fn letters(&self, name: ClockName, before: usize, held: bool) -> String {
        let own: Vec<_> =
            self.handoff.clocks.iter().filter(|c| c.name == name && !c.end_to_end).collect();
        let mut letters = String::new();
        for clock in own.iter().take(before) {
            letters.push_str(match (clock.state, held) {
                (ClockState::Running, true) => "R",
                (ClockState::Running, false) | (ClockState::Paused, true) => "",
                (ClockState::Paused, false) => "P",
                (ClockState::Met, _) => "X",
                (ClockState::Cancelled, _) => "C",
                (ClockState::MetLate | ClockState::Breached, _) => "late",
            });
        }
        for clock in own.iter().skip(before) {
            assert_eq!(clock.state, ClockState::Running);
            letters.push('S');
        }
        letters
    }
}

#[test]
fn a_cell_does_what_it_says_to_a_clock_that_runs() {
    let at = instant(MONDAY);
    for (event, name, cell) in cells() {
        let mut bench = Bench::new();
        bench.fires(&[Effect::alone(Op::Start, name)], at);
        let held = cell == "R";
        if held {
            let hold = if event == ClockEvent::Decided {
                ClockEvent::Disputed
            } else {
                ClockEvent::Paused
            };
            bench.fires(
                &effects(&[hold]).into_iter().filter(|e| e.name == name).collect::<Vec<_>>(),
                at.plus(HOUR),
            );
        }
        let others = bench.handoff.clocks.iter().filter(|clock| clock.name != name).count();
        assert_eq!(others, 0);
        bench.fires(&effects(&[event]), at.plus(2 * HOUR));
        // A clock that runs is not started twice.
        let want = if cell == "S" { "" } else { cell }.replace('-', "");
        assert_eq!(bench.letters(name, 1, held), want, "{event}, {name}");
        for clock in bench.handoff.clocks.iter().filter(|c| c.name == name && !c.is_open()) {
            assert_eq!(clock.ended, Some(at.plus(2 * HOUR)), "{event}, {name}");
        }
    }
}

#[test]
fn a_cell_does_what_it_says_where_no_clock_runs() {
    for (event, name, cell) in cells() {
        let mut bench = Bench::new();
        bench.fires(&effects(&[event]), instant(MONDAY));
        let want = if cell.contains('S') { "S" } else { "" };
        assert_eq!(bench.letters(name, 0, false), want, "{event}, {name}");
    }
}

#[test]
fn a_cell_that_ends_a_late_clock_says_that_it_was_late() {
    let at = instant(MONDAY);
    for (event, name, cell) in cells() {
        let ended = if cell.starts_with('X') {
            ClockState::MetLate
        } else if cell.starts_with('C') {
            ClockState::Breached
        } else {
            continue;
        };
        for (ms, late) in [(24 * HOUR - 1, false), (24 * HOUR, true), (24 * HOUR + 1, true)] {
            let mut bench = Bench::new();
            bench.fires(&[Effect::alone(Op::Start, name)], at);
            bench.fires(&effects(&[event]), at.plus(ms));
            let clock =
                bench.handoff.clocks.iter().find(|c| c.name == name && !c.end_to_end).unwrap();
            let in_time =
                if cell.starts_with('X') { ClockState::Met } else { ClockState::Cancelled };
            assert_eq!(clock.state, if late { ended } else { in_time }, "{event}, {name}, {ms}");
            assert_eq!(clock.is_breached(at.plus(ms)), late, "{event}, {name}, {ms}");
        }
    }
}
