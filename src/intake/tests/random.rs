//! Whatever the bytes are, reading them ends and never panics, and every row is a draft or a problem.

use proptest::prelude::*;

use super::*;

/// Bytes that look enough like a table to get past the first look.
fn nearly_a_table() -> impl Strategy<Value = Vec<u8>> {
    let head = prop_oneof![
        Just("id,name,domain,tier,revenue,news\n"),
        Just("account;kind;at;value;detail\r\n"),
        Just("id\tname\temail\trole\tout_of_office\n"),
        Just("opportunity_id,sales_agent,deal_stage,engage_date\n"),
        Just("{\"id\": 1, \"name\": \"A\"}\n"),
        Just("[{\"id\": 1, \"name\": \"A\"},"),
        Just("\u{feff}sep=|\nid|account|type|meeting_at|package.x\n"),
        Just(""),
    ];
    let piece = prop_oneof![
        "[a-z0-9,;\t|\"\n\r'=+@{}\\[\\]:. -]{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..20),
        Just(b"2026-11-01T02:30,\"\"\"\n".to_vec()),
        Just(b"1.234,56;$1M;(5);6.0E7\n".to_vec()),
        Just("é\u{202e}\u{0}\u{1b}[2J\n".as_bytes().to_vec()),
    ];
    (head, prop::collection::vec(piece, 0..12))
        .prop_map(|(head, pieces)| [head.as_bytes(), &pieces.concat()].concat())
}

fn drain(bytes: Vec<u8>) {
    if let Ok(mut input) = open_bytes(bytes, "accounts.csv") {
        let mut last_row = 0;
        let mut rejects = Rejects::new(Vec::new(), input.layout());
        for item in input.by_ref() {
            let row = match item {
                Ok(drafted) => drafted.row,
                Err(problem) => {
                    rejects.write(&problem).unwrap();
                    problem.row
                }
            };
            assert!(row >= last_row, "rows go backwards");
            last_row = row;
        }
        assert_eq!(input.next(), None);
        rejects.finish().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400 * ProptestConfig::default().cases / 256) })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drain(bytes);
    }

    #[test]
    fn what_is_nearly_a_table_never_panics(bytes in nearly_a_table()) {
        drain(bytes);
    }

    #[test]
    fn values_never_panic(text in "\\PC{0,30}|[0-9.,eE+$%()kKmMbB '-]{0,20}|[0-9a-zA-Z:+.,/ -]{0,30}") {
        let _ = value::number(&text, value::Signs { semicolons: true, decimal: None });
        let _ = value::number(&text, value::Signs::default());
        let _ = value::whole(&text, 1e6, value::Signs::default());
        let _ = moment::instant(
            &text,
            moment::Reading { zone: chrono_tz::Australia::Lord_Howe, order: None },
        );
        let _ = value::headlines(&text);
        let _ = value::absences(&text);
        let _ = domain_name::normalise(&text);
    }

    #[test]
    fn plain_numbers_are_read_as_they_are_printed(number in -1e15..1e15f64) {
        prop_assert_eq!(value::number(&number.to_string(), value::Signs::default()), Ok(number));
    }
}
