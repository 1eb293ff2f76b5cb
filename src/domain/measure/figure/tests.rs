//! Figures against their lines, their movement and their words, read as tables (`DOMAIN.md 11`).

use rstest::rstest;

use super::*;
use crate::domain::policy::MeasureRule;

fn share(hit: i64, of: i64) -> Value {
    Value::Share { hit, of }
}

fn took(median: i64) -> Value {
    Value::Time { median: Some(median), p90: None, of: 1 }
}

fn line(text: &str) -> Option<Line> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn of(measure: Measure, value: Value, target: &str, warn: &str, before: Option<f64>) -> Figure {
    let rule = MeasureRule { target: line(target), warn: line(warn) };
    Figure { measure, value, young: 0, rule, before }
}

/// Each row: what it came to, the target, the warning line, and how it stands.
#[rstest]
#[case::meets_the_target(share(80, 100), ">=80%", "<60%", Standing::Good)]
#[case::misses_the_target(share(79, 100), ">=80%", "<60%", Standing::Short)]
#[case::on_the_warning_line(share(60, 100), ">=80%", "<60%", Standing::Short)]
#[case::past_the_warning_line(share(59, 100), ">=80%", "<60%", Standing::Warned)]
#[case::more_than_is_not_at_least(share(80, 100), ">80%", "", Standing::Short)]
#[case::more_than(share(81, 100), ">80%", "", Standing::Good)]
#[case::under(share(19, 100), "<20%", "", Standing::Good)]
#[case::not_under(share(20, 100), "<20%", "", Standing::Short)]
#[case::at_most(share(20, 100), "<=20%", "", Standing::Good)]
#[case::more_than_at_most(share(21, 100), "<=20%", "", Standing::Short)]
#[case::exactly(share(20, 100), "=20%", "", Standing::Good)]
#[case::not_exactly(share(21, 100), "=20%", "", Standing::Short)]
#[case::in_the_range(share(30, 100), "30-50%", "<15%", Standing::Good)]
#[case::above_the_range_is_good_too(share(51, 100), "30-50%", "<15%", Standing::Good)]
#[case::below_the_range(share(29, 100), "30-50%", "<15%", Standing::Short)]
#[case::warned_of_outside_at_the_low_end(share(10, 100), "10-20%", "outside", Standing::Good)]
#[case::warned_of_outside_at_the_high_end(share(20, 100), "10-20%", "outside", Standing::Good)]
#[case::outside_below(share(9, 100), "10-20%", "outside", Standing::Warned)]
#[case::outside_above(share(21, 100), "10-20%", "outside", Standing::Warned)]
#[case::outside_of_nothing(share(21, 100), "", "outside", Standing::Plain)]
#[case::a_warning_range(share(21, 100), "", "10-20%", Standing::Plain)]
#[case::inside_a_warning_range(share(15, 100), "", "10-20%", Standing::Warned)]
#[case::no_lines(share(21, 100), "", "", Standing::Plain)]
#[case::nothing_due_yet(share(0, 0), ">=80%", "<60%", Standing::Plain)]
#[case::no_ratings_yet(Value::Mean { sum: 0, of: 0 }, ">4.2", "", Standing::Plain)]
#[case::stars(Value::Mean { sum: 43, of: 10 }, ">4.2", "", Standing::Good)]
#[case::too_few_stars(Value::Mean { sum: 42, of: 10 }, ">4.2", "", Standing::Short)]
#[case::under_three_days(took(3 * DAY - 1), "<3d", "", Standing::Good)]
#[case::three_days(took(3 * DAY), "<3d", "", Standing::Short)]
#[case::under_four_hours(took(4 * HOUR - 1), "<4h", "", Standing::Good)]
#[case::four_hours(took(4 * HOUR), "<4h", "", Standing::Short)]
#[case::under_five_minutes(took(5 * MINUTE - 1), "<5m", "", Standing::Good)]
#[case::five_minutes(took(5 * MINUTE), "<5m", "", Standing::Short)]
#[case::a_count(Value::Count(3), "<=3", "", Standing::Good)]
#[case::a_count_over(Value::Count(4), "<=3", "", Standing::Short)]
fn a_figure_stands_against_its_lines(
    #[case] value: Value,
    #[case] target: &str,
    #[case] warn: &str,
    #[case] stands: Standing,
) {
    assert_eq!(of(Measure::Worked, value, target, warn, None).standing(), stands);
}

/// Each row: the measure, its number, its target, the number before, whether that is better, and how it is shown.
#[rstest]
#[case::more_answers(Measure::Worked, share(62, 100), "", Some(58.0), Some(true), "+4 pts")]
#[case::fewer_answers(Measure::Worked, share(58, 100), "", Some(62.0), Some(false), "-4 pts")]
#[case::fewer_returns(Measure::ReturnRate, share(10, 100), "", Some(20.0), Some(true), "-10 pts")]
#[case::more_returns(Measure::ReturnRate, share(20, 100), "", Some(10.0), Some(false), "+10 pts")]
#[case::the_target_says_less(
    Measure::Worked,
    share(10, 100),
    "<20%",
    Some(20.0),
    Some(true),
    "-10 pts"
)]
#[case::the_target_says_at_most(
    Measure::Worked,
    share(10, 100),
    "<=20%",
    Some(20.0),
    Some(true),
    "-10 pts"
)]
#[case::the_target_says_more(
    Measure::ReturnRate,
    share(10, 100),
    ">=20%",
    Some(20.0),
    Some(false),
    "-10 pts"
)]
#[case::half_a_point(Measure::Worked, share(625, 1_000), "", Some(62.0), Some(true), "+0 pts")]
#[case::less_than_half_a_point(Measure::Worked, share(624, 1_000), "", Some(62.0), Some(true), "")]
#[case::stood_still(Measure::Worked, share(62, 100), "", Some(62.0), None, "")]
#[case::nothing_before(Measure::Worked, share(62, 100), "", None, None, "")]
#[case::nothing_now(Measure::Worked, share(0, 0), "", Some(62.0), None, "")]
#[case::stars(Measure::Satisfaction, Value::Mean { sum: 43, of: 10 }, "", Some(4.0), Some(true), "+0.3")]
#[case::hardly_a_star(Measure::Satisfaction, Value::Mean { sum: 404, of: 100 }, "", Some(4.0), Some(true), "")]
#[case::quicker(Measure::TimeToFirstTouch, took(HOUR), "", Some((2 * HOUR) as f64), Some(true), "-1 h")]
#[case::slower(Measure::TimeToFirstTouch, took(2 * HOUR), "", Some(HOUR as f64), Some(false), "+1 h")]
#[case::slower_by_a_second(Measure::TimeToFirstTouch, took(HOUR + 1_000), "", Some(HOUR as f64), Some(false), "+1 s")]
#[case::slower_by_less(Measure::TimeToFirstTouch, took(HOUR + 999), "", Some(HOUR as f64), Some(false), "")]
#[case::escalations(Measure::Escalations, Value::Count(12), "", Some(10.0), Some(false), "+2")]
#[case::volume_is_neither(Measure::Volume, Value::Count(160), "", Some(148.0), None, "+12")]
fn a_figure_moves_against_the_month_before(
    #[case] measure: Measure,
    #[case] value: Value,
    #[case] target: &str,
    #[case] before: Option<f64>,
    #[case] better: Option<bool>,
    #[case] shown: &str,
) {
    let figure = of(measure, value, target, "", before);
    assert_eq!((figure.improves(), figure.moved().as_str()), (better, shown));
}

/// Each row: the measure, what it came to, how it is shown, and what it is made of.
#[rstest]
#[case::share(Measure::Worked, share(31, 50), "62 %", "31 of 50")]
#[case::small_share(Measure::Worked, share(1, 30), "3.3 %", "1 of 30")]
#[case::below_ten(Measure::Worked, share(994, 10_000), "9.9 %", "994 of 10000")]
#[case::rounds_to_ten(Measure::Worked, share(995, 10_000), "10 %", "995 of 10000")]
#[case::none_of_some(Measure::Worked, share(0, 30), "0 %", "0 of 30")]
#[case::none_of_none(Measure::Worked, share(0, 0), "–", "0 of 0")]
#[case::stars(Measure::Satisfaction, Value::Mean { sum: 43, of: 10 }, "4.3", "over 10")]
#[case::completeness(Measure::Completeness, Value::Mean { sum: 172, of: 2 }, "86 %", "over 2")]
#[case::time(Measure::TimeToFirstTouch, Value::Time { median: Some(5 * HOUR + 12 * MINUTE), p90: Some(2 * DAY + 4 * HOUR), of: 40 }, "5 h 12 m", "40 touched, 90 % within 2 d 4 h")]
#[case::never_touched(Measure::TimeToFirstTouch, Value::Time { median: None, p90: None, of: 0 }, "–", "none touched")]
#[case::count(Measure::Volume, Value::Count(1_480), "1,480", "")]
fn a_figure_says_what_it_is_made_of(
    #[case] measure: Measure,
    #[case] value: Value,
    #[case] shown: &str,
    #[case] made_of: &str,
) {
    let figure = of(measure, value, "", "", None);
    assert_eq!((figure.shown().as_str(), figure.made_of().as_str()), (shown, made_of));
}

#[rstest]
#[case(0, "0 s")]
#[case(999, "0 s")]
#[case(1_000, "1 s")]
#[case(59_999, "59 s")]
#[case(MINUTE, "1 m")]
#[case(MINUTE + 30_000, "1 m 30 s")]
#[case(HOUR - 1, "59 m 59 s")]
#[case(HOUR, "1 h")]
#[case(5 * HOUR + 12 * MINUTE, "5 h 12 m")]
#[case(DAY - 1, "23 h 59 m")]
#[case(DAY, "1 d")]
#[case(2 * DAY + 4 * HOUR + 59 * MINUTE, "2 d 4 h")]
#[case(2 * DAY + 59 * MINUTE, "2 d")]
fn a_time_is_told_by_its_two_largest_units(#[case] ms: i64, #[case] told: &str) {
    assert_eq!(time(ms), told);
}

#[rstest]
#[case(">=80%", "at least 80 %")]
#[case("<3d", "under 3 d")]
#[case("<=3", "at most 3")]
#[case(">4.2", "over 4.2")]
#[case("=5", "exactly 5")]
#[case("30-50%", "30 to 50 %")]
#[case("outside", "outside the target")]
fn a_line_is_told_in_words(#[case] line: &str, #[case] told: &str) {
    assert_eq!(line_words(line.parse().unwrap()), told);
}

/// Each row: the measure, the counts of those too young for it and of those old enough, and the share it comes to.
#[rstest]
#[case::young_ones_are_left_out(Measure::HandoffToResponse, 0, (4, 9), 1, (6, 8), share(6, 8), 9)]
#[case::thirty_days_are_not_yet_over(Measure::Worked, 1, (4, 9), 2, (6, 8), share(6, 8), 9)]
#[case::not_yet_half_a_year(Measure::MqaToClose, 3, (4, 9), 4, (6, 8), share(6, 8), 9)]
#[case::returns_count_at_once(Measure::ReturnRate, 0, (4, 9), 1, (6, 8), share(10, 17), 0)]
fn what_is_too_young_for_a_rate_is_left_out_of_it(
    #[case] measure: Measure,
    #[case] young_age: usize,
    #[case] young: (i64, i64),
    #[case] due_age: usize,
    #[case] due: (i64, i64),
    #[case] value: Value,
    #[case] not_yet_due: i64,
) {
    let Formula::Share { hit, of, .. } = measure.formula() else { unreachable!() };
    let mut sums = Sums::default();
    for (age, (hits, all)) in [(young_age, young), (due_age, due)] {
        sums.aged[age].0[hit as usize] = hits;
        sums.aged[age].0[of as usize] = all;
    }
    let policy = crate::policy::shipped().unwrap();
    let figure = figure(measure, &sums, &Beside::default(), &policy);
    assert_eq!((figure.value, figure.young), (value, not_yet_due));
}

#[test]
fn an_answer_that_waits_for_the_assignee_is_not_yet_due() {
    let mut sums = Sums::default();
    for (counter, n) in [(Counter::Assigned, 10), (Counter::Accepted, 6), (Counter::Waiting, 3)] {
        sums.aged[0].0[counter as usize] = n;
    }
    let policy = crate::policy::shipped().unwrap();
    let figure = figure(Measure::SalesAcceptance, &sums, &Beside::default(), &policy);
    assert_eq!((figure.value, figure.young), (share(6, 7), 3));
}

#[test]
fn the_funnel_goes_from_handed_off_to_won() {
    let mut sums = Sums::default();
    let steps = [
        (Counter::Handed, 9),
        (Counter::Assigned, 8),
        (Counter::Touched, 7),
        (Counter::Responded, 5),
        (Counter::Converted, 3),
        (Counter::Won, 1),
    ];
    for (counter, n) in steps {
        sums.aged[0].0[counter as usize] = n;
        sums.aged[4].0[counter as usize] = 10;
    }
    let names = ["handed off", "assigned", "touched", "answered", "opportunity", "won"];
    let wanted: Vec<_> =
        names.into_iter().zip(steps).map(|(name, (_, n))| (name, n + 10)).collect();
    assert_eq!(crate::domain::measure::sheet::funnel(&sums), wanted);
}

#[test]
fn reports_are_owed_by_those_who_have_had_time_for_one() {
    let heard = Some(Heard { reported: 8, young: 5, silent: 2 });
    let policy = crate::policy::shipped().unwrap();
    let beside = Beside { heard, ..Beside::default() };
    let now = figure(Measure::FeedbackGiven, &Sums::default(), &beside, &policy);
    assert_eq!((now.value, now.young, now.standing()), (share(8, 10), 5, Standing::Good));
    let past = figure(Measure::FeedbackGiven, &Sums::default(), &Beside::default(), &policy);
    assert_eq!((past.value, past.standing()), (share(0, 0), Standing::Plain));
}

/// Marketing's measures are about what marketing hands over; the others about all, or the one type they name.
#[rstest]
#[case(Measure::Worked, "tier1", true)]
#[case(Measure::Worked, "meeting_set", false)]
#[case(Measure::Worked, "nothing_of_ours", false)]
#[case(Measure::MqlToMeeting, "mql", true)]
#[case(Measure::MqlToMeeting, "tier1", false)]
#[case(Measure::AnsweredIn5Min, "hot_lead", true)]
#[case(Measure::MeetingToOpportunity, "meeting_set", true)]
#[case(Measure::ClosedWonToActivated, "closed_won", true)]
#[case(Measure::AnsweredIn5Min, "mql", false)]
#[case(Measure::MeetingToOpportunity, "tier1", false)]
#[case(Measure::ClosedWonToActivated, "tier1", false)]
#[case(Measure::Volume, "closed_won", true)]
fn a_measure_is_about_its_types(#[case] measure: Measure, #[case] kind: &str, #[case] is: bool) {
    let policy = crate::policy::shipped().unwrap();
    assert_eq!(measure.about().holds(kind, &policy), is);
    let listed = measure.about().kinds(&policy);
    assert_eq!(listed.is_none_or(|kinds| kinds.iter().any(|one| one == kind)), is);
}

#[test]
fn every_measure_is_told_apart_by_its_words() {
    for words in [Measure::title, Measure::short, Measure::says] {
        let mut all: Vec<_> = Measure::ALL.iter().map(|measure| words(*measure)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Measure::ALL.len());
        assert!(all.iter().all(|word| !word.is_empty()));
    }
    for (measure, short) in [
        (Measure::HandoffToResponse, "To response"),
        (Measure::ResponseToOpportunity, "To opportunity"),
        (Measure::TimeToFirstTouch, "First touch"),
        (Measure::Worked, "Worked"),
    ] {
        assert_eq!(measure.short(), short);
    }
    assert_eq!(Measure::Worked.says(), "touched within 30 days / handed off");
    assert_eq!(Measure::Satisfaction.says(), "mean rating of packages, of 5");
}

/// A clock counts from the moment that it is past due; one that runs in time is not yet due.
#[test]
fn clocks_kept_are_counted_of_those_that_ended_or_are_past_due() {
    use crate::domain::clock::ClockName;
    use crate::domain::measure::count::Kept;
    let clocks = [
        (ClockName::Accept, Kept { met: 5, missed: 2, open: 4 }),
        (ClockName::Work, Kept { met: 3, missed: 0, open: 1 }),
    ];
    let sums = Sums { clocks: clocks.into(), ..Sums::default() };
    let policy = crate::policy::shipped().unwrap();
    let figure = figure(Measure::WithinSla, &sums, &Beside::default(), &policy);
    assert_eq!((figure.value, figure.young), (share(8, 10), 5));
    assert_eq!(figure.value.of(), 10);
}

#[rstest]
#[case(share(3, 4), 4)]
#[case(Value::Mean { sum: 9, of: 2 }, 2)]
#[case(Value::Time { median: Some(1), p90: Some(2), of: 7 }, 7)]
#[case(Value::Count(12), 12)]
fn a_value_is_of_so_many(#[case] value: Value, #[case] of: i64) {
    assert_eq!(value.of(), of);
}
