//! iCalendar files: whole days, times in other zones, recurrences, and what is told.

use super::*;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn read_events(events: &str) -> Away {
    let policy = crate::policy::shipped().unwrap();
    let calendar = policy.calendar(&policy.calendar).unwrap();
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{}END:VCALENDAR\r\n",
        events.replace('\n', "\r\n")
    );
    read(&text, chrono_tz::America::New_York, calendar, day(11, 20)).unwrap()
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{}@x\nDTSTAMP:20261101T000000Z\n{lines}\nEND:VEVENT\n", lines.len())
}

fn away(from: NaiveDate, to: NaiveDate) -> Absence {
    Absence { from, to }
}

#[test]
fn an_event_of_whole_days_ends_the_day_before_its_end() {
    let found = read_events(&event(
        "SUMMARY:Skiing\nDTSTART;VALUE=DATE:20261223\nDTEND;VALUE=DATE:20261227",
    ));
    assert_eq!(found.absences, [away(day(12, 23), day(12, 26))]);
    assert_eq!((found.events, found.told.len()), (1, 0));
    let one = read_events(&event("SUMMARY:Dentist\nDTSTART;VALUE=DATE:20261201"));
    assert_eq!(one.absences, [away(day(12, 1), day(12, 1))]);
    let long = read_events(&event("SUMMARY:Off\nDTSTART;VALUE=DATE:20261201\nDURATION:P1W"));
    assert_eq!(long.absences, [away(day(12, 1), day(12, 7))]);
    let past =
        read_events(&event("SUMMARY:Off\nDTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261005"));
    assert_eq!(past.absences, [], "what is over is not imported");
}

#[test]
fn a_recurring_event_is_followed_for_a_year_without_its_exceptions() {
    let weekly = "SUMMARY:Part time\nDTSTART;VALUE=DATE:20261002\nRRULE:FREQ=WEEKLY;BYDAY=FR\nEXDATE;VALUE=DATE:20261204";
    let found = read_events(&event(weekly));
    assert_eq!(found.absences.first(), Some(&away(day(11, 20), day(11, 20))));
    assert!(!found.absences.contains(&away(day(12, 4), day(12, 4))), "{:?}", found.absences);
    assert_eq!(found.absences.len(), 53 - 1, "{:?}", found.absences.last());
    let counted = read_events(&event(
        "SUMMARY:x\nDTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203\nRRULE:FREQ=MONTHLY;COUNT=2",
    ));
    let january = |d| NaiveDate::from_ymd_opt(2027, 1, d).unwrap();
    assert_eq!(counted.absences, [away(day(12, 1), day(12, 2)), away(january(1), january(2))]);
    let timed = "SUMMARY:Training\nDTSTART;TZID=America/New_York:20261201T080000\nDTEND;TZID=America/New_York:20261201T180000\nRRULE:FREQ=DAILY;UNTIL=20261203T230000Z";
    assert_eq!(read_events(&event(timed)).absences, [away(day(12, 1), day(12, 3))]);
}

#[test]
fn an_occurrence_that_was_called_off_or_moved_takes_the_place_of_its_own() {
    let events = "BEGIN:VEVENT\nUID:a@x\nDTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n\
                  BEGIN:VEVENT\nUID:a@x\nRECURRENCE-ID;VALUE=DATE:20261202\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20261202\nEND:VEVENT\n";
    let found = read_events(events);
    assert_eq!(found.absences, [away(day(12, 1), day(12, 1)), away(day(12, 3), day(12, 3))]);
}

#[test]
fn times_of_another_zone_count_on_the_persons_own_days() {
    // 08:00 to 20:00 in Tokyo is Sunday evening to Monday morning in New York: no working day of theirs.
    let tokyo = "SUMMARY:Offsite\nDTSTART;TZID=Asia/Tokyo:20261130T080000\nDTEND;TZID=Asia/Tokyo:20261130T200000";
    let found = read_events(&event(tokyo));
    assert_eq!(found.absences, []);
    assert!(
        found.told[0].ends_with("it doesn't take up a whole working day; absences are whole days.")
    );
    let whole = "SUMMARY:Flight\nDTSTART;TZID=Asia/Tokyo:20261130T220000\nDTEND;TZID=Asia/Tokyo:20261201T080000";
    assert_eq!(read_events(&event(whole)).absences, [away(day(11, 30), day(11, 30))]);
    let utc = "SUMMARY:Flight\nDTSTART:20261201T130000Z\nDTEND:20261201T230000Z";
    assert_eq!(read_events(&event(utc)).absences, [away(day(12, 1), day(12, 1))]);
    let floating = "SUMMARY:Flight\nDTSTART:20261201T090000\nDTEND:20261201T170000";
    assert_eq!(read_events(&event(floating)).absences, [away(day(12, 1), day(12, 1))]);
}

#[test]
fn what_is_free_or_marked_is_told_apart() {
    let free = "SUMMARY:Birthday\nTRANSP:TRANSPARENT\nDTSTART;VALUE=DATE:20261201";
    assert_eq!(read_events(&event(free)), Away { events: 1, ..Away::default() });
    let marked = "SUMMARY:Doctor\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\nDTSTART:20261201T100000\nDTEND:20261201T110000";
    assert_eq!(read_events(&event(marked)).absences, [away(day(12, 1), day(12, 1))]);
}

#[test]
fn what_is_not_understood_is_told_event_by_event() {
    let zone = "SUMMARY:Trip\nDTSTART;TZID=Pacific Standard Time:20261201T090000\nDTEND;TZID=Pacific Standard Time:20261201T170000";
    assert_eq!(
        read_events(&event(zone)).told,
        [
            "\"Trip\" (20261201T090000): its zone \"Pacific Standard Time\" is not known; zones are written as Europe/Berlin."
        ]
    );
    let rule = "SUMMARY:Trip\nDTSTART;VALUE=DATE:20261201\nRRULE:FREQ=SOMETIMES";
    assert!(read_events(&event(rule)).told[0].contains("how it recurs is not understood"));
    let length = "SUMMARY:Trip\nDTSTART:20261201T090000\nDURATION:P5X";
    assert!(read_events(&event(length)).told[0].contains("its length \"P5X\" is not understood"));
    let back = "SUMMARY:Trip\nDTSTART;VALUE=DATE:20261205\nDTEND;VALUE=DATE:20261201";
    assert!(read_events(&event(back)).told[0].contains("ends before it begins"));
    assert_eq!(read_events("").told, ["The file holds no events."]);
    let calendar = Calendar::always();
    let bad = |text: &str| read(text, Tz::UTC, &calendar, day(11, 20)).unwrap_err();
    assert!(bad("name,email\n").contains("BEGIN:VCALENDAR"));
    assert!(bad("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n").starts_with("This iCalendar file"));
}

#[test]
fn absences_that_follow_on_one_another_are_one() {
    let all = vec![
        away(day(12, 4), day(12, 5)),
        away(day(12, 1), day(12, 3)),
        away(day(12, 7), day(12, 7)),
    ];
    assert_eq!(joined(all), [away(day(12, 1), day(12, 5)), away(day(12, 7), day(12, 7))]);
}
