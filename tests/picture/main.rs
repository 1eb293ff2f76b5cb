//! Makes the README's picture: runs the demo in a real pseudo-terminal, reads the screen, and writes it as an SVG.
//!
//! `cargo bench --bench picture` writes `assets/guide/desk.svg`. It is a bench target so that `cargo test` leaves it be.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for ourselves"
)]

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const COLUMNS: u16 = 140;
const ROWS: u16 = 40;
const CELL: (f32, f32) = (8.4, 18.0);
const INK: &str = "#e2e8f0";
const PAPER: &str = "#0f172a";

/// What the demo must show before the picture is taken.
const READY: &str = "Tier 1 triage";

fn main() {
    let folder = std::env::temp_dir().join(format!("handoff-picture-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_handoff"));
    command.args(["demo", "--as", "Dana Reyes", "--now", "2026-11-18T15:20:00-05:00"]);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    for name in ["HANDOFF_CONFIG_DIR", "HANDOFF_STATE_DIR", "HOME"] {
        command.env(name, &folder);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut keys = pair.master.take_writer().unwrap();
    let mut output = pair.master.try_clone_reader().unwrap();
    let screen = Arc::new(Mutex::new(vt100::Parser::new(ROWS, COLUMNS, 0)));
    let seen = Arc::clone(&screen);
    std::thread::spawn(move || {
        let mut buffer = [0; 1 << 14];
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            seen.lock().unwrap().process(&buffer[..length]);
        }
    });
    let start = Instant::now();
    while !screen.lock().unwrap().screen().contents().contains(READY) {
        assert!(start.elapsed() < Duration::from_secs(60), "the demo did not open");
        std::thread::sleep(Duration::from_millis(50));
    }
    settle(&screen);
    let picture = svg(screen.lock().unwrap().screen());
    keys.write_all(b"q").unwrap();
    child.wait().unwrap();
    let _ = std::fs::remove_dir_all(&folder);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/guide/desk.svg");
    std::fs::create_dir_all(target.parent().expect("it has a folder")).unwrap();
    std::fs::write(&target, picture).unwrap();
    println!("wrote {}", target.display());
}

/// Waits until the screen has been the same for a while.
fn settle(screen: &Mutex<vt100::Parser>) {
    let mut last = String::new();
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_millis(600) {
        let now = screen.lock().unwrap().screen().contents();
        if now != last {
            last = now;
            since = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The screen as an SVG: a rectangle for each run of one background, a text for each run of one style.
fn svg(screen: &vt100::Screen) -> String {
    let (wide, high) = (f32::from(COLUMNS) * CELL.0, f32::from(ROWS) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"ui-monospace, \
         SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n",
        wide + 24.0,
        high + 24.0
    );
    for row in 0..ROWS {
        let mut column = 0;
        while column < COLUMNS {
            let Some(cell) = screen.cell(row, column) else { break };
            let style = style(cell);
            let mut text = String::new();
            let start = column;
            while let Some(cell) = screen.cell(row, column).filter(|_| column < COLUMNS) {
                if self::style(cell) != style {
                    break;
                }
                match cell.contents() {
                    _ if cell.is_wide_continuation() => {}
                    "" => text.push(' '),
                    contents => text.push_str(contents),
                }
                column += 1;
            }
            run(&mut svg, row, start, column - start, &text, &style);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

#[derive(PartialEq)]
struct Style {
    ink: String,
    paper: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

fn style(cell: &vt100::Cell) -> Style {
    let ink = color(cell.fgcolor());
    let paper = color(cell.bgcolor());
    let (ink, paper) = if cell.inverse() {
        (Some(paper.unwrap_or_else(|| PAPER.into())), Some(ink.unwrap_or_else(|| INK.into())))
    } else {
        (ink, paper)
    };
    Style {
        ink: ink.unwrap_or_else(|| INK.into()),
        paper,
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
    }
}

fn run(svg: &mut String, row: u16, column: u16, width: u16, text: &str, style: &Style) {
    let x = 12.0 + f32::from(column) * CELL.0;
    let y = 12.0 + f32::from(row) * CELL.1;
    let wide = f32::from(width) * CELL.0;
    if let Some(paper) = &style.paper {
        writeln!(svg, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{paper}\"/>", CELL.1)
            .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut extra = String::new();
    for (set, attribute) in [
        (style.bold, " font-weight=\"bold\""),
        (style.dim, " opacity=\"0.65\""),
        (style.italic, " font-style=\"italic\""),
        (style.underline, " text-decoration=\"underline\""),
    ] {
        if set {
            extra.push_str(attribute);
        }
    }
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{}\" textLength=\"{wide:.1}\" xml:space=\"preserve\"{extra}>{escaped}</text>",
        y + 13.5,
        style.ink
    )
    .unwrap();
}

fn color(color: vt100::Color) -> Option<String> {
    match color {
        vt100::Color::Default => None,
        vt100::Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        vt100::Color::Idx(index) => Some(indexed(index)),
    }
}

/// A colour of the 256-colour palette.
fn indexed(index: u8) -> String {
    const BASE: [&str; 16] = [
        "#0f172a", "#ef4444", "#22c55e", "#eab308", "#3b82f6", "#a855f7", "#06b6d4", "#cbd5e1",
        "#64748b", "#f87171", "#4ade80", "#fde047", "#60a5fa", "#c084fc", "#22d3ee", "#f8fafc",
    ];
    match index {
        0..=15 => BASE[usize::from(index)].to_owned(),
        16..=231 => {
            let index = index - 16;
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            format!(
                "#{:02x}{:02x}{:02x}",
                level(index / 36),
                level(index / 6 % 6),
                level(index % 6)
            )
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
