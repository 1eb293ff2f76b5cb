//! The evaluation from the screen, on a real store: what a file brought is judged, and what is ready is handed over.

use super::Office;
use super::import::{file, import, toast, types};

const REQUEST: &str = "\
domain,contact,kind,at
quillon.example,ada@quillon.example,demo_request,2026-11-18T14:50:00-05:00
";

const ACCOUNTS: &str =
    "Account Name,Domain,Industry,Tier\nQuillon Optics,quillon.example,Optics,2\n";

#[test]
fn what_a_file_brought_is_judged_and_what_is_ready_is_handed_over() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    for (name, bytes) in [("accounts.csv", ACCOUNTS), ("signals.csv", REQUEST)] {
        import(&mut dana, &file(&office, name, bytes));
        dana.keys("y");
        dana.until("the import", |model| model.importing.is_none());
        assert!(toast(&dana.model).ends_with("· :evaluate judges it"), "{}", toast(&dana.model));
        dana.settle();
    }
    dana.keys(":");
    types(&mut dana, "evaluate");
    dana.keys("Enter");
    assert!(dana.screen().contains("evaluating, 0 judged"), "{}", dana.screen());
    dana.until("the evaluation", |model| model.evaluating.is_none());
    assert_eq!(toast(&dana.model), "Judged 1 account: 1 flagged, 1 of them submitted");
    dana.worker.stop();
}

#[test]
fn who_may_not_evaluate_is_told_who_may() {
    let office = Office::new();
    let mut sam = office.seat("Sam Ortiz");
    sam.keys(":");
    types(&mut sam, "evaluate");
    sam.keys("Enter");
    assert!(sam.screen().contains("may not run the evaluation"), "{}", sam.screen());
    assert!(sam.model.evaluating.is_none());
    sam.worker.stop();
}
