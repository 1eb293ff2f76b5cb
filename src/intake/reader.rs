//! Opening a file: what it is, what its columns mean, and then its rows one by one.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono_tz::Tz;

use super::csv_rows::{CsvRows, Flaw, Next};
use super::draft::Drafted;
use super::field::Context;
use super::json_rows::{Form, JsonRows};
use super::plan::{PROSE_MAX, Plan};
use super::problem::{Cells, FileError, Problem};
use super::profile::{self, Profile, Profiles, Recognition};
use super::rejects::Layout;
use super::sniff;
use super::source::{Buffer, Raw, SAMPLE_MAX, Sampled};
use super::value::is_hidden;

/// Most columns of a file.
pub const COLUMNS_MAX: usize = 512;
/// Most rows of a file, unless the options say otherwise.
pub const ROWS_MAX: u64 = 5_000_000;
/// How many rows are looked at for the headers.
const HEADER_ROWS: usize = 20;
/// Separators of cells, in the order in which they win a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the person or the policy says about reading a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Zone of times that carry none.
    pub zone: Tz,
    /// Key of the profile to use, where somebody named one (`--map`).
    pub map: Option<String>,
    /// Encoding, where somebody named one (`--encoding`).
    pub encoding: Option<String>,
    /// Most rows to read.
    pub max_rows: u64,
}

impl Options {
    /// Finds everything by itself; times without a zone are local to `zone`.
    #[must_use]
    pub const fn new(zone: Tz) -> Self {
        Self { zone, map: None, encoding: None, max_rows: ROWS_MAX }
    }
}

/// An open file that was recognised. Iterating gives its drafts and problems in the order of its rows, in memory that
/// does not grow with the file.
pub struct Input {
    profile: Arc<Profile>,
    headers: Vec<String>,
    known: Vec<bool>,
    layout: Layout,
    notes: Vec<String>,
    rows: Rows,
    plan: Plan,
    context: Context,
    cells: Cells,
    origin: Cells,
    ready: VecDeque<Drafted>,
    /// The first row, read when the file was opened.
    first: Option<Next>,
    count: u64,
    max_rows: u64,
    /// Rows with characters that do not show or reorder others.
    hidden: u64,
    bytes: Arc<AtomicU64>,
    ended: bool,
}

enum Rows {
    Csv(Box<CsvRows>),
    Json(Box<JsonRows>),
}

impl Rows {
    fn next(&mut self, cells: &mut Cells, origin: &mut Cells) -> Next {
        match self {
            Self::Csv(rows) => rows.next(cells),
            Self::Json(rows) => rows.next(cells, origin),
        }
    }
}

/// Looks at a file's first bytes and headers and makes its rows ready to be read.
///
/// `name` is the file's name or path as the person gave it; it decides only where two profiles fit equally.
///
/// # Errors
/// A [`FileError`] that says what the file is and what to do, without its name.
pub fn open(source: Raw, name: &str, options: &Options) -> Result<Input, FileError> {
    let bytes = Arc::new(AtomicU64::new(0));
    let sampled = Sampled::new(source, Arc::clone(&bytes))?;
    let sniffed = sniff::sniff(&sampled.sample, options.encoding.as_deref())?;
    let mut notes: Vec<_> = sniffed.note.into_iter().collect();
    let mut buffer = Buffer::new(sampled.decoded(sniffed.encoding, sniffed.skip));
    buffer.fill_to(SAMPLE_MAX)?;
    let start = buffer.ahead().iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let Some(start) = start else { return Err(FileError::Empty) };
    let profiles = wanted_profiles(options)?;
    let asked = Asked { profiles: &profiles, file: name, forced: options.map.is_some() };
    let found = match start {
        b'{' | b'[' => find_keys(buffer, start == b'[', &asked)?,
        _ => find_headers(buffer, &asked)?,
    };
    notes.extend(found.notes);
    let context = Context {
        zone: options.zone,
        comma_decimals: matches!(found.layout, Layout::Table { delimiter: b';', .. }),
    };
    let mut input = Input {
        plan: Plan::new(&found.profile, &found.headers),
        profile: found.profile,
        headers: found.headers,
        known: found.known,
        layout: found.layout,
        notes,
        rows: found.rows,
        context,
        cells: Cells::default(),
        origin: Cells::default(),
        ready: VecDeque::new(),
        first: None,
        count: 0,
        max_rows: options.max_rows,
        hidden: 0,
        bytes,
        ended: false,
    };
    let first = input.rows.next(&mut input.cells, &mut input.origin);
    if first == Next::End {
        return Err(FileError::HeadersOnly(shown(&input.headers)));
    }
    input.first = Some(first);
    Ok(input)
}

fn wanted_profiles(options: &Options) -> Result<Profiles, FileError> {
    let all = Profiles::shipped().map_err(FileError::Profile)?;
    match &options.map {
        None => Ok(all),
        Some(name) => match all.named(name) {
            Some(profile) => Ok(Profiles::only(profile)),
            None => {
                Err(FileError::UnknownProfile { name: name.clone(), known: all.keys().join(", ") })
            }
        },
    }
}

/// What is known before the headers are.
struct Asked<'a> {
    profiles: &'a Profiles,
    file: &'a str,
    forced: bool,
}

/// What is known once they are.
struct Found {
    profile: Arc<Profile>,
    headers: Vec<String>,
    known: Vec<bool>,
    layout: Layout,
    notes: Vec<String>,
    rows: Rows,
}

/// A row that may be the header row.
struct Candidate {
    delimiter: u8,
    /// How many rows stand above it.
    above: usize,
    headers: Vec<String>,
    recognition: Recognition,
}

impl Candidate {
    /// How good a header row it is: a found profile, then the number of known headers, then of cells.
    fn rank(&self) -> (bool, usize, usize) {
        match &self.recognition {
            Recognition::Found { hits, .. } => {
                (true, hits.iter().filter(|hit| **hit).count(), self.headers.len())
            }
            Recognition::Tie(profiles) => (true, profiles.len(), self.headers.len()),
            Recognition::Unknown(nearest) => {
                (false, usize::from(nearest.is_some()), self.headers.len())
            }
        }
    }
}

/// The separator and the header row under which a profile knows most columns (`FORMATS.md 2.0`, rules 2 to 4).
fn find_headers(mut buffer: Buffer, asked: &Asked<'_>) -> Result<Found, FileError> {
    let separator = separator_line(buffer.ahead());
    if let Some((_, length)) = separator {
        buffer.take(length);
    }
    let only_returns = !buffer.ahead().contains(&b'\n') && buffer.ahead().contains(&b'\r');
    let complete = buffer.ended || buffer.ahead().contains(&b'\n') || only_returns;
    let first_line = buffer.ahead().split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.contains(&0) {
        return Err(sniff::binary());
    }
    let mut best: Option<Candidate> = None;
    for delimiter in DELIMITERS {
        if separator.is_some_and(|(only, _)| only != delimiter)
            && DELIMITERS.contains(&separator.map_or(0, |(only, _)| only))
        {
            continue;
        }
        let delimiter = separator.map_or(delimiter, |(only, _)| only);
        if !complete && first_line.iter().filter(|byte| **byte == delimiter).count() >= COLUMNS_MAX
        {
            return Err(FileError::TooManyColumns);
        }
        for candidate in candidates(buffer.ahead(), delimiter, only_returns, asked) {
            if best.as_ref().is_none_or(|best| candidate.rank() > best.rank()) {
                best = Some(candidate);
            }
        }
    }
    let Some(best) = best else {
        return Err(if complete { FileError::Empty } else { FileError::HeaderTooLong });
    };
    if best.headers.len() > COLUMNS_MAX {
        return Err(FileError::TooManyColumns);
    }
    let (profile, known) = settled(best.recognition, &best.headers, asked)?;
    let mut rows = CsvRows::new(buffer, best.delimiter, only_returns);
    let mut skipped = Cells::default();
    for _ in 0..=best.above {
        rows.next(&mut skipped);
    }
    let mut notes = Vec::new();
    if best.above > 0 {
        notes.push(format!("{} rows above the header row were left out", best.above));
    }
    notes.extend(repeated(&best.headers));
    let layout = Layout::Table { headers: best.headers.clone(), delimiter: best.delimiter };
    Ok(Found {
        profile,
        headers: best.headers,
        known,
        layout,
        notes,
        rows: Rows::Csv(Box::new(rows)),
    })
}

/// The first rows that may be the header row: titles and filters above it have fewer cells than it has.
fn candidates(
    sample: &[u8],
    delimiter: u8,
    only_returns: bool,
    asked: &Asked<'_>,
) -> Vec<Candidate> {
    let source = Buffer::new(Cursor::new(sample.to_vec()));
    let mut rows = CsvRows::new(source, delimiter, only_returns);
    let mut cells = Cells::default();
    let mut all = Vec::new();
    let mut widest = 0;
    for above in 0..HEADER_ROWS {
        match rows.next(&mut cells) {
            Next::End => break,
            // A row that cannot be read is no header row, but rows below it may be.
            Next::Bad(..) if above > 0 => continue,
            Next::Row(_) | Next::Bad(..) => {}
        }
        let headers: Vec<_> = cells
            .iter()
            .map(|cell| {
                cell.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}')
                    .to_owned()
            })
            .collect();
        let width = headers.iter().filter(|header| !header.is_empty()).count();
        if width <= widest {
            continue;
        }
        widest = width;
        let recognition = asked.profiles.recognise(&headers, asked.file, asked.forced);
        all.push(Candidate { delimiter, above, headers, recognition });
    }
    all
}

/// `sep=;`, which some spreadsheets write above the headers, and its length.
fn separator_line(ahead: &[u8]) -> Option<(u8, usize)> {
    let end = ahead.iter().position(|byte| *byte == b'\n').map_or(ahead.len(), |end| end + 1);
    let line = ahead.get(..end)?.trim_ascii_end();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => Some((*separator, end)),
        // A tab at the end of the line was trimmed away.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => Some((b'\t', end)),
        _ => None,
    }
}

/// The keys of the first objects, as if they were headers.
fn find_keys(buffer: Buffer, array: bool, asked: &Asked<'_>) -> Result<Found, FileError> {
    let form = if array { Form::Array { open: false } } else { Form::Lines };
    let sample = Buffer::new(Cursor::new(buffer.ahead().to_vec()));
    let mut peek = JsonRows::new(sample, form);
    let (mut cells, mut origin) = (Cells::default(), Cells::default());
    let mut trouble = None;
    for _ in 0..HEADER_ROWS {
        match peek.next(&mut cells, &mut origin) {
            Next::End => break,
            Next::Row(_) => {}
            Next::Bad(_, flaw) => {
                trouble.get_or_insert(flaw.reason);
            }
        }
    }
    let headers = peek.keys().to_vec();
    if headers.is_empty() {
        return Err(match trouble {
            Some(reason) => FileError::Json(reason),
            None => FileError::Empty,
        });
    }
    let recognition = asked.profiles.recognise(&headers, asked.file, asked.forced);
    let (profile, known) = settled(recognition, &headers, asked)?;
    let rows = JsonRows::new(buffer, form).with_keys(&headers);
    Ok(Found {
        profile,
        headers,
        known,
        layout: Layout::Objects,
        notes: Vec::new(),
        rows: Rows::Json(Box::new(rows)),
    })
}

/// The one profile, or the refusal that says what was there and what came near.
fn settled(
    recognition: Recognition,
    headers: &[String],
    asked: &Asked<'_>,
) -> Result<(Arc<Profile>, Vec<bool>), FileError> {
    match recognition {
        Recognition::Found { profile, hits } => Ok((profile, hits)),
        Recognition::Tie(profiles) => {
            let fits: Vec<_> = profiles.iter().map(|profile| profile.key.as_str()).collect();
            Err(FileError::Ambiguous { headers: shown(headers), fits: fits.join(" and ") })
        }
        Recognition::Unknown(nearest) => {
            let advice = match nearest {
                Some((profile, missing)) if !missing.is_empty() => format!(
                    "{} come nearest and also need {}",
                    profile.title,
                    missing.join(", ").replace('|', " or ")
                ),
                Some((profile, _)) => format!(
                    "few of them are those of {}; if it is one, say --map {}",
                    profile.title, profile.key
                ),
                None => format!(
                    "`handoff import --help` lists the headers of {}",
                    asked.profiles.keys().join(", ")
                ),
            };
            Err(FileError::NotRecognised { headers: shown(headers), advice })
        }
    }
}

/// A note about headers that stand more than once.
fn repeated(headers: &[String]) -> Option<String> {
    let normal: Vec<_> = headers.iter().map(|header| profile::normalise(header)).collect();
    let mut twice: Vec<_> = headers
        .iter()
        .zip(&normal)
        .enumerate()
        .filter(|(place, (_, header))| {
            !header.is_empty() && normal.iter().take(*place).any(|before| before == *header)
        })
        .map(|(_, (raw, _))| raw.as_str())
        .collect();
    twice.dedup();
    (!twice.is_empty()).then(|| {
        format!("{} stands more than once; the first that is filled counts", twice.join(", "))
    })
}

/// Headers short enough for a sentence.
fn shown(headers: &[String]) -> String {
    const MOST: usize = 8;
    let mut names: Vec<_> =
        headers.iter().take(MOST).map(|header| super::value::brief(header).to_owned()).collect();
    if headers.len() > MOST {
        names.push(format!("and {} more", headers.len() - MOST));
    }
    names.join(", ")
}

impl Input {
    /// What the file was recognised as.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The headers as they stand; of JSON the keys met so far.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Headers that mean something to the profile.
    pub fn matched(&self) -> impl Iterator<Item = &str> {
        self.by_knowledge(true)
    }

    /// Headers that mean nothing to it; their cells are left out.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.by_knowledge(false)
    }

    fn by_knowledge(&self, wanted: bool) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .enumerate()
            .filter(move |(place, header)| {
                !header.is_empty()
                    && (wanted || profile::normalise(header) != profile::normalise(profile::ERROR))
                    && self.known.get(*place).copied().unwrap_or(false) == wanted
            })
            .map(|(_, header)| header.as_str())
    }

    /// `Maven CRM accounts, 7 of 7 columns`.
    #[must_use]
    pub fn summary(&self) -> String {
        let matched = self.matched().count();
        format!("{}, {matched} of {} columns", self.profile.title, matched + self.unknown().count())
    }

    /// What the person should know about how the file was read; complete once every row was.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        if self.hidden > 0 {
            notes.push(format!(
                "{} rows hold characters that do not show or that reorder others; they are kept, and shown visibly",
                self.hidden
            ));
        }
        notes
    }

    /// How its rejects are to be written.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout.clone()
    }

    /// Rows met so far, taken or not, without the header row.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.count
    }

    /// Bytes read from the source so far, for a progress bar.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Reads one row: drafts into `ready`, or a problem. `None` at the end.
    fn step(&mut self) -> Option<Result<(), Problem>> {
        let next = match self.first.take() {
            Some(next) => next,
            None => self.rows.next(&mut self.cells, &mut self.origin),
        };
        let (line, flaw) = match next {
            Next::End => return None,
            Next::Row(line) => (line, None),
            Next::Bad(line, flaw) => (line, Some(flaw)),
        };
        if flaw.is_none() && self.cells.joined().trim().is_empty() {
            return Some(Ok(()));
        }
        if self.count == self.max_rows {
            let reason = format!(
                "the file has more than {} rows; split it (nothing from here on was read)",
                self.max_rows
            );
            return Some(Err(self.problem(line, Flaw { column: None, reason, stops: true })));
        }
        self.count += 1;
        self.grow();
        let flaw = flaw.or_else(|| self.ragged()).or_else(|| self.too_long());
        if let Some(flaw) = flaw {
            return Some(Err(self.problem(line, flaw)));
        }
        if has_hidden(self.cells.joined()) {
            self.hidden += 1;
        }
        match self.plan.drafts(&self.profile, &self.cells, self.context) {
            Ok(drafts) => {
                let cells = Arc::new(self.origin_cells().clone());
                self.ready.extend(drafts.into_iter().map(|draft| Drafted {
                    row: line,
                    draft,
                    cells: Arc::clone(&cells),
                }));
                Some(Ok(()))
            }
            Err((column, reason)) => {
                Some(Err(self.problem(line, Flaw { column, reason, stops: false })))
            }
        }
    }

    /// The cells for the rejects file: of JSON the object itself.
    const fn origin_cells(&self) -> &Cells {
        match self.rows {
            Rows::Csv(_) => &self.cells,
            Rows::Json(_) => &self.origin,
        }
    }

    fn problem(&mut self, row: u64, flaw: Flaw) -> Problem {
        self.ended |= flaw.stops;
        let column = flaw.column.map(|column| match self.headers.get(column) {
            Some(header) if !header.is_empty() => header.clone(),
            _ => format!("column {}", column + 1),
        });
        let cells = self.origin_cells().to_vec();
        Problem { row, column, reason: flaw.reason, cells, stops: flaw.stops }
    }

    /// JSON may bring new keys in any row.
    fn grow(&mut self) {
        let Rows::Json(rows) = &self.rows else { return };
        let keys = rows.keys();
        if keys.len() == self.headers.len() {
            return;
        }
        self.headers = keys.to_vec();
        self.known = self.profile.known(&self.headers);
        let grown = Plan::new(&self.profile, &self.headers);
        let before = std::mem::replace(&mut self.plan, grown);
        self.plan.take_over(before);
    }

    /// Too many cells, or too few; empty cells at the end are no cells.
    fn ragged(&mut self) -> Option<Flaw> {
        if matches!(self.rows, Rows::Json(_)) {
            return None;
        }
        let (width, wanted) = (self.cells.len(), self.headers.len());
        if width > wanted {
            if self.cells.iter().skip(wanted).all(|cell| cell.trim().is_empty()) {
                self.cells.truncate(wanted);
                return None;
            }
            let reason = format!(
                "the row has {width} cells and the header row {wanted}; look for a separator in a cell without quotes"
            );
            return Some(Flaw { column: None, reason, stops: false });
        }
        (width < wanted).then(|| {
            let reason = format!(
                "the row has {width} cells and the header row {wanted}; the last {} are missing",
                wanted - width
            );
            Flaw { column: None, reason, stops: false }
        })
    }

    /// A cell that is longer than its field may be.
    fn too_long(&self) -> Option<Flaw> {
        if self.cells.joined().len() <= super::plan::CELL_MAX {
            return None;
        }
        let (column, length) = self
            .cells
            .iter()
            .map(str::len)
            .enumerate()
            .find(|(column, length)| *length > self.plan.limit(*column))?;
        let limit = self.plan.limit(column) / 1024;
        debug_assert!(limit <= PROSE_MAX / 1024);
        let reason =
            format!("the cell is {length} bytes long; {limit} KiB is the most, shorten it");
        Some(Flaw { column: Some(column), reason, stops: false })
    }
}

/// True where a character does not show, or reorders others; joiners inside words do neither.
fn has_hidden(text: &str) -> bool {
    let odd = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
    text.bytes().any(|byte| odd(&byte))
        || (!text.is_ascii()
            && text.chars().any(|letter| {
                (is_hidden(letter) && !matches!(letter, '\u{200c}' | '\u{200d}'))
                    || matches!(letter, '\u{80}'..='\u{9f}')
            }))
}

impl Iterator for Input {
    type Item = Result<Drafted, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.profile.nothing.is_some() {
            return None;
        }
        loop {
            if let Some(drafted) = self.ready.pop_front() {
                return Some(Ok(drafted));
            }
            if self.ended {
                return None;
            }
            match self.step() {
                None => self.ended = true,
                Some(Ok(())) => {}
                Some(Err(problem)) => return Some(Err(problem)),
            }
        }
    }
}
