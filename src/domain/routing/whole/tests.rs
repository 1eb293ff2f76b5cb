//! The whole against greedy, against brute force, and against solving anew.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// The best total there is, by trying everything.
fn brute(problem: &Problem, forced: Option<(usize, usize)>) -> i64 {
    fn go(
        problem: &Problem,
        item: usize,
        taken: &mut Vec<usize>,
        forced: Option<(usize, usize)>,
    ) -> i64 {
        let Some(options) = problem.items.get(item) else { return 0 };
        let must = forced.filter(|(of, _)| *of == item).map(|(_, person)| person);
        let mut best =
            if must.is_some() { i64::MIN / 2 } else { go(problem, item + 1, taken, forced) };
        for (person, score) in options {
            if must.is_some_and(|must| must != *person) {
                continue;
            }
            let Some(cost) = problem.seats[*person].get(taken[*person]).copied() else { continue };
            taken[*person] += 1;
            best = best.max(score - cost + go(problem, item + 1, taken, forced));
            taken[*person] -= 1;
        }
        best
    }
    go(problem, 0, &mut vec![0; problem.seats.len()], forced)
}

prop_compose! {
    fn any_problem()(people in 1_usize..5)(
        items in prop::collection::vec(prop::collection::btree_map(0..people, 0_i64..40, 0..=people), 0..7),
        seats in prop::collection::vec(prop::collection::vec(0_i64..6, 0..5), people),
    ) -> Problem {
        let seats = seats.into_iter().map(|mut costs| {
            costs.sort_unstable();
            if let Some(first) = costs.first_mut() {
                *first = 0;
            }
            costs
        });
        // Nobody's score falls below nothing by what they carry, as with real scores.
        let items = items.into_iter().map(|row| row.into_iter().map(|(who, score)| (who, score + 6)).collect());
        Problem { items: items.collect(), seats: seats.collect() }
    }
}

/// What an assignment comes to, counted from the outside; none where it breaks a capacity or gives to who may not.
fn worth(problem: &Problem, given: &Given) -> Option<i64> {
    let mut taken = vec![0; problem.seats.len()];
    let mut total = 0;
    for (item, to) in given.to.iter().enumerate() {
        let Some(person) = to else { continue };
        total += problem.items[item].iter().find(|(who, _)| who == person)?.1;
        total -= problem.seats[*person].get(taken[*person])?;
        taken[*person] += 1;
    }
    Some(total)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_whole_is_the_best_there_is_and_never_below_greedy(problem in any_problem()) {
        let best = problem.best();
        prop_assert_eq!(worth(&problem, &best), Some(best.total));
        prop_assert_eq!(best.total, brute(&problem, None));
        let greedy = problem.greedy();
        prop_assert_eq!(worth(&problem, &greedy), Some(greedy.total));
        prop_assert!(greedy.total <= best.total);
    }

    #[test]
    fn a_loss_is_what_solving_anew_with_the_choice_made_would_lose(problem in any_problem()) {
        let best = problem.best();
        for (item, options) in problem.items.iter().enumerate() {
            for (person, _) in options {
                let forced = brute(&problem, Some((item, *person)));
                match problem.loss(&best, item, *person) {
                    Some(loss) => prop_assert_eq!(best.total - loss, forced, "item {} to {}", item, person),
                    None => prop_assert!(problem.seats[*person].is_empty()),
                }
            }
        }
    }
}

#[test]
fn greedy_takes_the_only_seat_of_who_is_needed_elsewhere() {
    // Both want the first; the second item can go nowhere else.
    let problem = Problem {
        items: vec![vec![(0, 90), (1, 80)], vec![(0, 85)]],
        seats: vec![vec![0], vec![0]],
    };
    let (best, greedy) = (problem.best(), problem.greedy());
    assert_eq!((best.to.clone(), best.total), (vec![Some(1), Some(0)], 165));
    assert_eq!((greedy.to, greedy.total), (vec![Some(0), None], 90));
    assert_eq!(problem.loss(&best, 0, 0), Some(75));
    assert_eq!(problem.loss(&best, 0, 1), Some(0));
    assert_eq!(problem.loss(&best, 1, 1), None, "who may not take it has no loss");
}

/// Each row: what each of two people scores for one item, what the second has taken already, and who is the best for it.
#[rstest]
#[case::the_higher_score(&[(1, 80), (0, 90)], Some(0))]
#[case::the_first_of_equals(&[(0, 50), (1, 50)], Some(0))]
#[case::the_first_of_equals_as_listed(&[(1, 50), (0, 50)], Some(1))]
#[case::nobody_may_take_it(&[], None)]
fn each_item_by_itself_goes_to_the_best_for_it(
    #[case] options: &[(usize, i64)],
    #[case] to: Option<usize>,
) {
    let problem = Problem { items: vec![options.to_vec()], seats: vec![vec![0], vec![0]] };
    assert_eq!(problem.greedy().to, [to]);
}

#[test]
fn of_equals_the_first_takes_it() {
    let problem =
        Problem { items: vec![vec![(1, 50), (0, 50)]], seats: vec![vec![0], vec![0], vec![0]] };
    assert_eq!(problem.best(), Given { to: vec![Some(0)], total: 50 });
}

#[test]
fn who_scores_nothing_takes_an_item_all_the_same() {
    let problem = Problem { items: vec![vec![(0, 0)]], seats: vec![vec![0]] };
    assert_eq!(problem.best(), Given { to: vec![Some(0)], total: 0 });
}

#[test]
fn three_hundred_items_are_solved_in_a_moment() {
    let people = 35;
    let items = (0..300_i64).map(|item| {
        (0..people)
            .map(|person| (person, (item * 7_919 + person as i64 * 104_729) % 1_000))
            .collect()
    });
    let problem = Problem {
        items: items.collect(),
        seats: vec![(0..10).map(|seat| seat * 25).collect(); people],
    };
    let best = problem.best();
    assert!(best.to.iter().all(Option::is_some));
    assert!(best.total >= problem.greedy().total);
}
