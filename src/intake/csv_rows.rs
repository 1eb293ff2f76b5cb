//! Rows of separated cells, with every length bounded.
//!
//! The state machine is the one of the `csv` crate; it has no limit of its own, so it is driven here piece by piece.

use csv_core::ReadRecordResult;

use super::problem::Cells;
use super::source::Buffer;

/// Longest row in bytes.
pub(super) const ROW_MAX: usize = 1024 * 1024;
/// How far a row that is too long is followed to find where the next one begins.
const FOLLOW_MAX: usize = 16 * 1024 * 1024;
/// Most cells that a row is split into before it is given up.
const CELLS_MAX: usize = 4 * 1024;
/// How much of a cell is kept of a row that is too long.
const KEPT: usize = 200;

/// What is wrong with a row before anybody looks at its meaning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Flaw {
    /// Column counted from 0.
    pub(super) column: Option<usize>,
    pub(super) reason: String,
    /// Nothing after this row can be read.
    pub(super) stops: bool,
}

/// What came next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// A row that begins on this line.
    Row(u64),
    /// A row that begins on this line and cannot be read; its cells are as near to what stands there as can be.
    Bad(u64, Flaw),
    /// No more rows.
    End,
}

/// A source of rows.
pub(super) struct CsvRows {
    source: Buffer,
    core: csv_core::Reader,
    delimiter: u8,
    /// Line of what lies ahead.
    line: u64,
    /// Lines end with a carriage return alone.
    only_returns: bool,
    out: Vec<u8>,
    ends: Vec<usize>,
    /// Blank lines stand before the row that was read last.
    pub(super) after_blank: bool,
    /// The row before ended with a carriage return whose line feed is still ahead.
    half: bool,
    stopped: bool,
}

impl CsvRows {
    pub(super) fn new(source: Buffer, delimiter: u8, only_returns: bool) -> Self {
        Self {
            source,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            line: 1,
            only_returns,
            out: vec![0; 16 * 1024],
            ends: vec![0; 64],
            after_blank: false,
            half: false,
            stopped: false,
        }
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self, cells: &mut Cells) -> Next {
        cells.clear();
        if self.stopped {
            return Next::End;
        }
        match self.read(cells) {
            Ok(next) => {
                self.stopped = matches!(next, Next::End | Next::Bad(_, Flaw { stops: true, .. }));
                next
            }
            Err(error) => {
                self.stopped = true;
                let reason = format!("the file cannot be read on from here: {error}");
                Next::Bad(self.line, Flaw { column: None, reason, stops: true })
            }
        }
    }

    fn read(&mut self, cells: &mut Cells) -> std::io::Result<Next> {
        self.skip_blank_lines()?;
        let (mut used, mut written, mut ended) = (0, 0, 0);
        loop {
            let input = self.source.ahead().get(used..).unwrap_or_default();
            if input.is_empty() && !self.source.ended {
                if used > ROW_MAX {
                    return self.give_up(used, written, ended, cells);
                }
                self.source.fill()?;
                continue;
            }
            let (result, read, wrote, found) = self.core.read_record(
                input,
                self.out.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            used += read;
            written += wrote;
            ended += found;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < CELLS_MAX => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    return self.give_up(used, written, ended, cells);
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
        let flaw = if used > ROW_MAX {
            Some(Flaw {
                column: None,
                reason: "the row is longer than 1 MiB; shorten its cells".into(),
                stops: false,
            })
        } else {
            quote_flaw(self.source.ahead().get(..used).unwrap_or_default(), self.delimiter)
        };
        let (text, ends) = (
            self.out.get(..written).unwrap_or_default(),
            self.ends.get(..ended).unwrap_or_default(),
        );
        let flaw = if cells.set(text, ends) {
            flaw.or_else(|| nul_flaw(cells))
        } else {
            let (column, reason) = read_as_windows_1252(text, ends, cells);
            Some(flaw.unwrap_or(Flaw { column: Some(column), reason, stops: false }))
        };
        let line = self.line;
        let last = self.source.ahead().get(..used).and_then(<[u8]>::last);
        self.half = !self.only_returns && last == Some(&b'\r');
        self.pass(used);
        Ok(match flaw {
            None => Next::Row(line),
            Some(flaw) => Next::Bad(line, flaw),
        })
    }

    /// Blank lines belong to no row, however many there are.
    fn skip_blank_lines(&mut self) -> std::io::Result<()> {
        let line = self.line;
        loop {
            let ahead = self.source.ahead();
            let blank = ahead.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let all = blank == ahead.len();
            self.pass(blank);
            self.after_blank = self.line > line + u64::from(self.half);
            if !all || self.source.ended {
                return Ok(());
            }
            self.source.fill()?;
        }
    }

    /// Lets go of `used` bytes and counts their lines.
    fn pass(&mut self, used: usize) {
        let end = if self.only_returns { b'\r' } else { b'\n' };
        let bytes = self.source.ahead().get(..used).unwrap_or_default();
        self.line += bytes.iter().filter(|byte| **byte == end).count() as u64;
        self.source.take(used);
    }

    /// Refuses a row that is too long, and finds the next one if it isn't too far away.
    fn give_up(
        &mut self,
        used: usize,
        written: usize,
        ended: usize,
        cells: &mut Cells,
    ) -> std::io::Result<Next> {
        let line = self.line;
        let mut start = 0;
        for end in self.ends.get(..ended).unwrap_or_default().iter().copied().chain([written]) {
            let cell = self.out.get(start..end).unwrap_or_default();
            let cell =
                String::from_utf8_lossy(cell.get(..KEPT.min(cell.len())).unwrap_or_default());
            cells.push(&cell);
            start = end;
        }
        let raw = self.source.ahead().get(..used).unwrap_or_default();
        let open = match scan_quotes(raw, self.delimiter) {
            Quotes::Open { column, line: below } => Some((column, line + self.lines(below))),
            Quotes::Sound | Quotes::TextBehind { .. } => None,
        };
        self.pass(used);
        let mut followed = used;
        let complete = loop {
            if followed > FOLLOW_MAX {
                break false;
            }
            let input = self.source.ahead();
            if input.is_empty() && !self.source.ended {
                self.source.fill()?;
                continue;
            }
            let (result, read, ..) = self.core.read_record(input, &mut self.out, &mut self.ends);
            self.pass(read);
            followed += read;
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break true,
                ReadRecordResult::InputEmpty
                | ReadRecordResult::OutputFull
                | ReadRecordResult::OutputEndsFull => {}
            }
        };
        let mut reason = match open {
            Some((_, opened)) => format!(
                "the quote that opens on line {opened} is not closed within 1 MiB; close it, or shorten the cell"
            ),
            None if ended >= CELLS_MAX => {
                format!("the row has more than {CELLS_MAX} cells; look at its separators")
            }
            None => "the row is longer than 1 MiB; shorten its cells".to_owned(),
        };
        if !complete {
            reason.push_str(" (nothing after it was read)");
        }
        let column = open.map(|(column, _)| column);
        Ok(Next::Bad(line, Flaw { column, reason, stops: !complete }))
    }

    /// Line breaks as this file counts them.
    const fn lines(&self, breaks: Breaks) -> u64 {
        if self.only_returns { breaks.returns } else { breaks.newlines }
    }
}

/// Both kinds of line break up to a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Breaks {
    newlines: u64,
    returns: u64,
}

/// Whether the quotes of a row are where they may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quotes {
    Sound,
    /// A quote closes and text follows it.
    TextBehind {
        column: usize,
    },
    /// A quote opens and never closes.
    Open {
        column: usize,
        line: Breaks,
    },
}

fn scan_quotes(raw: &[u8], delimiter: u8) -> Quotes {
    #[derive(PartialEq)]
    enum At {
        Start,
        Bare,
        Inside,
        Closed,
    }
    let mut at = At::Start;
    let mut column = 0;
    let mut breaks = Breaks::default();
    let mut opened = breaks;
    for byte in raw {
        at = match (at, *byte) {
            (At::Inside, b'"') => At::Closed,
            (At::Closed, b'"') => At::Inside,
            (At::Inside, _) => At::Inside,
            (At::Start, b'"') => {
                opened = breaks;
                At::Inside
            }
            (_, byte) if byte == delimiter => {
                column += 1;
                At::Start
            }
            (At::Closed, b' ' | b'\t' | b'\r' | b'\n') => At::Closed,
            (At::Closed, _) => return Quotes::TextBehind { column },
            (At::Start | At::Bare, _) => At::Bare,
        };
        match *byte {
            b'\n' => breaks.newlines += 1,
            b'\r' => breaks.returns += 1,
            _ => {}
        }
    }
    if at == At::Inside { Quotes::Open { column, line: opened } } else { Quotes::Sound }
}

/// The flaw of a row whose quotes are unsound: read on, it would put one row into another's cell.
fn quote_flaw(raw: &[u8], delimiter: u8) -> Option<Flaw> {
    if !raw.contains(&b'"') {
        return None;
    }
    let lines = raw.trim_ascii_end().iter().filter(|byte| **byte == b'\n').count() + 1;
    let span = match lines {
        1 => String::new(),
        lines => format!(" (the row took in {lines} lines)"),
    };
    let (column, reason) = match scan_quotes(raw, delimiter) {
        Quotes::Sound => return None,
        Quotes::TextBehind { column } => (
            column,
            format!(
                "text follows a closing quote{span}; inside a quoted cell write \"\" for a quote"
            ),
        ),
        Quotes::Open { column, .. } => (column, format!("a quote opens and is never closed{span}")),
    };
    Some(Flaw { column: Some(column), reason, stops: false })
}

fn nul_flaw(cells: &Cells) -> Option<Flaw> {
    if !cells.joined().as_bytes().contains(&0) {
        return None;
    }
    let column = cells.iter().position(|cell| cell.contains('\0'));
    let reason = "the cell holds a NUL byte; take it out".to_owned();
    Some(Flaw { column, reason, stops: false })
}

/// Reads the cells that are not UTF-8 as Windows-1252, which loses no byte; gives the first such column and the
/// sentence.
fn read_as_windows_1252(text: &[u8], ends: &[usize], cells: &mut Cells) -> (usize, String) {
    cells.clear();
    let mut first = None;
    let mut start = 0;
    for (column, end) in ends.iter().enumerate() {
        let cell = text.get(start..*end).unwrap_or_default();
        match std::str::from_utf8(cell) {
            Ok(cell) => cells.push(cell),
            Err(error) => {
                let bad = cell.get(error.valid_up_to()..).unwrap_or_default();
                let shown: Vec<_> = bad.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
                first.get_or_insert((column, shown.join(" ")));
                cells.push(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0);
            }
        }
        start = *end;
    }
    let (column, shown) = first.unwrap_or_default();
    (
        column,
        format!(
            "the bytes {shown} are not UTF-8; give --encoding, or check the row among the rejects, where they are \
             read as Windows-1252"
        ),
    )
}
