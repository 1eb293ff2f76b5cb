//! Rejects are the input's rows with an error behind, open safely in a spreadsheet, and go in again.

use proptest::prelude::*;

use super::*;

/// The rejects file of a file, and how many rows it has.
fn rejects(bytes: impl Into<Vec<u8>>, name: &str) -> (Vec<u8>, u64) {
    let input = open_bytes(bytes, name).unwrap();
    let mut rejects = Rejects::new(Vec::new(), input.layout());
    for item in input {
        if let Err(problem) = item {
            rejects.write(&problem).unwrap();
        }
    }
    let count = rejects.count();
    (rejects.finish().unwrap(), count)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn rejects_are_the_input_columns_and_the_error() {
    let input =
        "id;name;revenue;phone\n1;\"Acme; Inc\";gold;'+44 1\n2;Fine;1;\n3;=cmd|' /c';lots;@x\n";
    let (file, count) = rejects(input, "accounts.csv");
    assert_eq!(count, 2);
    assert_eq!(
        text(file),
        "id;name;revenue;phone;ERROR\n\
         1;\"Acme; Inc\";gold;'+44 1;\"line 2, revenue: \"\"gold\"\" is not a number; write it as 12400 or 12,400.50\"\n\
         3;'=cmd|' /c';lots;'@x;\"line 4, revenue: \"\"lots\"\" is not a number; write it as 12400 or 12,400.50\"\n"
    );
}

#[test]
fn nothing_is_written_when_nothing_was_refused() {
    assert_eq!(rejects("id,name\n1,Acme\n", "accounts.csv"), (Vec::new(), 0));
}

#[test]
fn surplus_cells_stand_behind_the_error_and_are_refused_again() {
    let (first, _) = rejects("id,name\n1,Acme,Inc\n", "accounts.csv");
    assert!(text(first.clone()).ends_with(",Inc\n"), "{first:?}");
    let (second, count) = rejects(first.clone(), "accounts.csv");
    assert_eq!(count, 1);
    let cells = |file: Vec<u8>| text(file).lines().map(str::to_owned).collect::<Vec<_>>();
    let (first, second) = (cells(first), cells(second));
    assert_eq!(first[0], second[0], "the header row does not grow");
    assert!(second[1].starts_with("1,Acme,") && second[1].ends_with(",Inc"), "{second:?}");
}

#[test]
fn a_mended_rejects_file_is_taken_and_its_errors_are_no_column() {
    let (file, _) = rejects("id,name,revenue\n1,Acme,gold\n2,Beta,1\n", "accounts.csv");
    let mended = text(file).replace("gold,", "2,");
    let input = open_bytes(mended, "accounts.csv").unwrap();
    assert_eq!(input.summary(), "desk accounts, 3 of 3 columns");
    let (drafts, problems) = sorted_out(input);
    assert_eq!((drafts.len(), problems), (1, vec![]));
}

#[test]
fn rejects_of_json_are_json_with_numbers_as_they_were() {
    let input =
        "{\"id\": 12345678901234567890, \"name\": \"A\", \"revenue\": \"gold\"}\n{\"id\": 1,\n";
    let (file, count) = rejects(input, "accounts.jsonl");
    assert_eq!(count, 2);
    let file = text(file);
    let lines: Vec<_> = file.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"id":12345678901234567890,"name":"A","revenue":"gold","ERROR":"line 1, revenue: \"gold\" is not a number; write it as 12400 or 12,400.50"}"#
    );
    assert!(
        lines[1].starts_with(r#"{"TEXT":"{\"id\": 1,","ERROR":"line 2: it is not a JSON object"#)
    );
    let (again, _) = rejects(lines[0], "accounts.jsonl");
    assert_eq!(text(again).trim_end(), lines[0]);
}

#[test]
fn a_later_refusal_has_the_row_as_well() {
    let (drafts, _) = read("id,name\n1,Acme\n2,\"Be,ta\"\n", "accounts.csv");
    let problem = drafts[1].refuse(Some("id"), "somebody else has this id");
    assert_eq!(problem.to_string(), "line 3, id: somebody else has this id");
    assert_eq!(problem.cells, ["2", "Be,ta"]);
    assert!(!problem.stops);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300 * ProptestConfig::default().cases / 256) })]

    /// Any name comes back from the rejects file as the import reads it from the input, and opens as no formula.
    #[test]
    fn cells_survive_the_rejects_file(name in "[ -~é\u{a0}\u{200b}\t\n=+@'＝-]{0,12}", delimiter in prop::sample::select(vec![',', ';', '\t', '|'])) {
        let mut csv = csv::WriterBuilder::new().delimiter(delimiter as u8).from_writer(Vec::new());
        csv.write_record(["id", "name", "revenue"]).unwrap();
        csv.write_record(["1", &name, "gold"]).unwrap();
        let bytes = csv.into_inner().unwrap();
        let (file, count) = rejects(bytes.clone(), "accounts.csv");
        prop_assert_eq!(count, 1);
        let mend = |bytes: Vec<u8>| text(bytes).replace("gold", "1");
        let (direct, _) = read(mend(bytes), "accounts.csv");
        let (through, _) = read(mend(file.clone()), "accounts.csv");
        prop_assert_eq!(said(&direct), said(&through));
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter as u8).has_headers(false).from_reader(&file[..]);
        for row in rows.records() {
            for cell in &row.unwrap() {
                prop_assert!(!rejects::starts_a_formula(cell), "{:?}", cell);
            }
        }
    }
}
