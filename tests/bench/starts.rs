//! How a start grows with the store: stores of several sizes, each read through right before, in turn.

use std::path::Path;

use super::figures::at;
use super::{Which, generate, start};

/// How often each program starts on each store, in turn.
const ROUNDS: usize = 12;
/// How much longer the largest may take than the smallest.
const BAR: f64 = 1.2;

pub(crate) fn run(folder: &Path, sizes: &[u32]) {
    let stores: Vec<_> = sizes
        .iter()
        .map(|size| {
            let store = folder.join(format!("{size}.db"));
            generate::settled(&store, *size);
            (*size, store)
        })
        .collect();
    let programs = [(Which::Floor, "floor"), (Which::Desk, "desk")];
    let mut took = vec![vec![Vec::new(); stores.len()]; programs.len()];
    for _ in 0..ROUNDS {
        for (size, (_, store)) in stores.iter().enumerate() {
            for (program, (which, _)) in programs.iter().enumerate() {
                generate::warm(store);
                let mut terminal = start(*which, folder, store);
                took[program][size].push(terminal.ready(which.ready()));
                terminal.leave();
            }
        }
    }
    println!("\nstart to queue, package and clocks, 160x48, milliseconds\n");
    println!("| program | handoffs | n | p50 | p95 | most | beside the first |");
    println!("|---|---|---|---|---|---|---|");
    for (program, (which, name)) in programs.iter().enumerate() {
        let first = at(&took[program][0], 0.50);
        for (figures, (size, _)) in took[program].iter().zip(&stores) {
            let half = at(figures, 0.50);
            let bar = if *which == Which::Desk { format!(" (bar {BAR})") } else { String::new() };
            println!(
                "| {name} | {size} | {} | {half:.2} | {:.2} | {:.2} | {:.2}{bar} |",
                figures.len(),
                at(figures, 0.95),
                at(figures, 1.0),
                half / first,
            );
        }
    }
}
