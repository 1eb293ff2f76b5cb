//! A big made-up team is sound, has something of everything, and is the same for its seed and moment.

use std::collections::BTreeSet;

use super::*;
use crate::domain::ids::HandoffId;

const NOW: Instant = Instant(1_795_203_120_000);

fn made(seed: u64) -> (tempfile::TempDir, Store) {
    sized(250, seed)
}

fn sized(handoffs: u32, seed: u64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let machine = Machine { os_user: "dana".into(), host: "desk-1".into(), pid: 7 };
    let size = Size { handoffs, seed };
    let store = create(&folder.path().join("many.db"), size, NOW, &machine, "hash").unwrap();
    (folder, store)
}

#[test]
fn the_doctor_finds_nothing_and_every_stage_and_clock_state_is_there() {
    let (_folder, store) = made(1);
    let checked = store.check(&mut |_| ()).unwrap();
    assert_eq!(checked.findings, []);
    assert_eq!(checked.handoffs, 250);
    let all: Vec<_> = (1..=250).map(|id| store.handoff(HandoffId(id)).unwrap().unwrap()).collect();
    let stages: BTreeSet<_> = all.iter().map(|handoff| handoff.stage).collect();
    let wanted: BTreeSet<_> = OPEN.iter().chain(ENDED).copied().collect();
    assert_eq!(stages, wanted);
    let clocks = || all.iter().flat_map(|handoff| &handoff.clocks);
    let states: BTreeSet<_> = clocks().map(|clock| clock.state).collect();
    assert_eq!(states, ClockState::ALL.iter().copied().collect());
    for handoff in &all {
        assert!(handoff.moments.values().all(|at| *at < NOW), "{handoff:?}");
    }
    let ticking = clocks().filter(|clock| {
        clock.state == ClockState::Running && clock.due > NOW && clock.due <= NOW.plus(HOUR)
    });
    assert!(ticking.count() >= TICKING as usize);
}

#[test]
fn a_seed_and_a_moment_give_one_store_and_another_seed_another() {
    let text = |seed| made(seed).1.state_as_text(&["meta"], &[]).unwrap();
    let first = text(1);
    assert_eq!(first, text(1));
    assert_ne!(first, text(2));
}

#[test]
fn a_small_team_is_sound_too() {
    for handoffs in [1, 10, 60, 139] {
        let (_folder, store) = sized(handoffs, 1);
        let checked = store.check(&mut |_| ()).unwrap();
        assert_eq!((checked.handoffs, checked.findings), (handoffs.into(), vec![]));
    }
}
