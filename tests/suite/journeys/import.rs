//! Marketing looks at a file in the desk, takes it in, and takes it back.

use super::office::{Office, TUESDAY};
use super::quit;

#[test]
fn marketing_looks_at_a_file_takes_it_in_and_takes_it_back() {
    let office = Office::new();
    let file = office.place("crm.csv");
    let rows = "Company name,Company Domain Name,City\nQuillon,quillon.example,Reno\n,,Elko\n";
    std::fs::write(&file, rows).unwrap();
    let mut desk = office.desk("Mia Chen", TUESDAY, (100, 30));
    desk.wait_for("Queue");
    desk.keys("I");
    desk.wait_for("its path; Tab completes it");
    let path = file.to_str().unwrap();
    desk.keys(path.trim_end_matches("m.csv"));
    desk.keys("\t");
    desk.wait_for("crm.csv");
    desk.keys("\r");
    desk.wait_for("desk accounts, 2 of 3 columns");
    desk.wait_for("1 new · 0 changed · 0 unchanged");
    desk.wait_for("line 3");
    desk.keys("y");
    desk.wait_for("1 account new; 1 row rejected");
    let accounts = |office: &Office| {
        let output = office.run("Mia Chen", TUESDAY, &["export", "--json"]);
        String::from_utf8_lossy(&output.stdout).contains("quillon.example")
    };
    assert!(accounts(&office));
    desk.keys("u");
    desk.wait_for("Undid: imported accounts");
    assert!(!accounts(&office));
    quit(desk);
    office.sound();
}
