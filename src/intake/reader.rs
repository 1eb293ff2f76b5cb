//! Opening a file: what it is, what its columns mean, and then its rows one by one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono_tz::Tz;

use super::csv_rows::{CsvRows, Flaw, Next};
use super::draft::Drafted;
use super::field::Context;
use super::header::{self, Asked, Found};
use super::json_rows::JsonRows;
use super::plan::{KeptValue, Plan, Use};
use super::problem::{Cells, FileError, Problem};
use super::profile::{self, Profile};
use super::recognise::Profiles;
use super::rejects::Layout;
use super::sheet_rows::{SheetRows, WORKBOOK_MAX, Workbook};
use super::sniff;
use super::source::{Buffer, Raw, SAMPLE_MAX, Sampled};
use super::survey::{Order, Style, Survey};
use super::value::is_hidden;
use crate::domain::time::Instant;

/// Most columns of a file.
pub const COLUMNS_MAX: usize = 512;
/// Most rows of a file, unless the options say otherwise.
pub const ROWS_MAX: u64 = 5_000_000;

/// What the person or the policy says about reading a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// Zone of times that carry none.
    pub zone: Tz,
    /// Key of the profile to use, where somebody named one (`--map`).
    pub map: Option<String>,
    /// Encoding, where somebody named one (`--encoding`).
    pub encoding: Option<String>,
    /// Which of two numbers before the year is the day, where somebody said so (`--dates`).
    pub dates: Option<Order>,
    /// What a look through the whole file showed of its columns (see `header`).
    pub survey: Option<Survey>,
    /// The profile to use, where somebody gave one (`--map FILE`); goes before `map`.
    pub profile: Option<Arc<Profile>>,
    /// Profiles that were saved (`--save-map`); they go before those that come with the desk.
    pub saved: Vec<Arc<Profile>>,
    /// The file's own date, for rows of files that have none.
    pub file_date: Option<Instant>,
    /// Most rows to read.
    pub max_rows: u64,
}

impl Options {
    /// Finds everything by itself; times without a zone are local to `zone`.
    #[must_use]
    pub const fn new(zone: Tz) -> Self {
        Self {
            zone,
            map: None,
            encoding: None,
            dates: None,
            survey: None,
            profile: None,
            saved: Vec::new(),
            file_date: None,
            max_rows: ROWS_MAX,
        }
    }
}

/// What becomes of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapped {
    /// Its place, counted from 0.
    pub column: usize,
    /// Its header as it stands in the file.
    pub header: String,
    /// The fields that its cells go to, as `accounts.name`; none where nothing is kept.
    pub fields: Vec<String>,
    /// The profile knows the header.
    pub known: bool,
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
    file_date: Option<Instant>,
    head: Vec<Vec<String>>,
    /// A row without any cell stands before the one that was read last.
    after_blank: bool,
    /// Rows of a report's footer.
    footer: u64,
    ended: bool,
    /// Set by somebody else to end it early.
    stop: Arc<AtomicBool>,
    /// It ended early.
    stopped: bool,
}

pub(super) enum Rows {
    Csv(Box<CsvRows>),
    Json(Box<JsonRows>),
    Sheet(Box<SheetRows>),
}

impl Rows {
    fn next(&mut self, cells: &mut Cells, origin: &mut Cells) -> Next {
        match self {
            Self::Csv(rows) => rows.next(cells),
            Self::Json(rows) => rows.next(cells, origin),
            Self::Sheet(rows) => rows.next(cells),
        }
    }

    /// Blank rows stand before the one that was read last.
    fn after_blank(&self) -> bool {
        match self {
            Self::Csv(rows) => rows.after_blank,
            Self::Json(_) => false,
            Self::Sheet(rows) => rows.after_blank,
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
    let (found, notes) = find(source, name, options, &bytes)?;
    start(found, notes, options, bytes)
}

/// As [`open`], for a source that can be opened again: where the first rows leave open which number of a date is the
/// day, the whole of it is looked through before it is read.
///
/// # Errors
/// As [`open`].
pub fn open_through(
    source: &mut dyn FnMut() -> std::io::Result<Raw>,
    name: &str,
    options: &Options,
) -> Result<Input, FileError> {
    match open(source()?, name, options) {
        Err(FileError::DatesUndecided { .. }) if options.survey.is_none() => {
            let bytes = Arc::new(AtomicU64::new(0));
            let (mut found, _) = find(source()?, name, options, &bytes)?;
            let (mut cells, mut origin) = (Cells::default(), Cells::default());
            let mut survey = Survey::default();
            loop {
                match found.rows.next(&mut cells, &mut origin) {
                    Next::End => break,
                    Next::Row(_) => survey.look(&cells),
                    Next::Bad(_, flaw) if flaw.stops => break,
                    Next::Bad(..) => {}
                }
            }
            let options = Options { survey: Some(survey), ..options.clone() };
            open(source()?, name, &options)
        }
        opened => opened,
    }
}

/// What the file is and what its columns mean, with notes.
fn find(
    source: Raw,
    name: &str,
    options: &Options,
    bytes: &Arc<AtomicU64>,
) -> Result<(Found, Vec<String>), FileError> {
    let sampled = Sampled::new(source, Arc::clone(bytes))?;
    let profiles = wanted_profiles(options)?;
    let forced = options.map.is_some() || options.profile.is_some();
    let asked = Asked { profiles: &profiles, file: name, forced };
    if sniff::is_workbook(&sampled.sample) {
        let whole = sampled.whole(WORKBOOK_MAX)?.ok_or(FileError::NotText(
            "a workbook of more than 64 MiB; save the sheet as CSV and import that",
        ))?;
        return Ok((header::find_sheet(Workbook::open(whole)?, &asked)?, Vec::new()));
    }
    let sniffed = sniff::sniff(&sampled.sample, options.encoding.as_deref())?;
    let notes: Vec<_> = sniffed.note.into_iter().collect();
    let mut buffer = Buffer::new(sampled.decoded(sniffed.encoding, sniffed.skip));
    buffer.fill_to(SAMPLE_MAX)?;
    let start = buffer.ahead().iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let Some(start) = start else { return Err(FileError::Empty) };
    sniff::refuse_what_is_no_table(buffer.ahead())?;
    let found = match start {
        b'{' | b'[' => header::find_keys(buffer, start == b'[', &asked)?,
        _ => header::find_headers(buffer, &asked)?,
    };
    Ok((found, notes))
}

fn start(
    found: Found,
    mut notes: Vec<String>,
    options: &Options,
    bytes: Arc<AtomicU64>,
) -> Result<Input, FileError> {
    notes.extend(found.notes);
    notes.extend(found.profile.note.clone());
    let context = Context {
        zone: options.zone,
        semicolons: matches!(found.layout, Layout::Table { delimiter: b';', .. }),
        style: Style::default(),
    };
    let mut plan = Plan::new(&found.profile, &found.headers);
    let survey = options.survey.as_ref().unwrap_or(&found.survey);
    plan.settle(survey, context.semicolons, options.dates);
    if options.dates.is_none() {
        for (column, uses) in plan.uses().iter().enumerate() {
            if let Some(example) = survey.undecided(column)
                && uses.iter().any(|used| used.dates)
            {
                return Err(FileError::DatesUndecided {
                    column: found.headers.get(column).cloned().unwrap_or_default(),
                    example: example.to_owned(),
                });
            }
        }
    }
    let mut input = Input {
        plan,
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
        file_date: options.file_date,
        head: found.head,
        after_blank: false,
        footer: 0,
        ended: false,
        stop: Arc::default(),
        stopped: false,
    };
    let first = input.rows.next(&mut input.cells, &mut input.origin);
    if first == Next::End {
        return Err(FileError::HeadersOnly(header::shown(&input.headers)));
    }
    input.first = Some(first);
    Ok(input)
}

/// The profiles that a file can be read with, those that were saved first.
///
/// # Errors
/// One of the desk's own cannot be read.
pub fn profiles(options: &Options) -> Result<Vec<Arc<Profile>>, FileError> {
    let all = Profiles::shipped().map_err(FileError::Profile)?.with(&options.saved);
    Ok(all.all().to_vec())
}

impl Options {
    /// The same for a file that is to be read with the profile of this key whatever its headers are, and with other
    /// meanings for some columns (see [`Profile::by_hand`]).
    ///
    /// # Errors
    /// No profile has this key.
    pub fn by_hand(
        mut self,
        key: &str,
        chosen: &BTreeMap<usize, Option<String>>,
    ) -> Result<Self, FileError> {
        self.map = Some(key.to_owned());
        let found = wanted_profiles(&self)?;
        self.profile = found.all().first().map(|profile| Arc::new(profile.by_hand(chosen)));
        Ok(self)
    }
}

fn wanted_profiles(options: &Options) -> Result<Profiles, FileError> {
    if let Some(profile) = &options.profile {
        return Ok(Profiles::only(Arc::clone(profile)));
    }
    let all = Profiles::shipped().map_err(FileError::Profile)?.with(&options.saved);
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
                    && (wanted || !profile::is_error(header))
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
        notes.extend(self.plan.tally.notes(&self.headers));
        if self.footer > 0 {
            notes.push(match self.footer {
                1 => "1 line of a report's footer was left out".to_owned(),
                more => format!("{more} lines of a report's footer were left out"),
            });
        }
        if self.hidden > 0 {
            notes.push(format!(
                "{} rows hold characters that do not show or that reorder others; they are kept, and shown visibly",
                self.hidden
            ));
        }
        notes
    }

    /// Values without a meaning here that were kept as they stand, by column; complete once every row was read.
    #[must_use]
    pub fn kept(&self) -> Vec<KeptValue> {
        self.plan.tally.kept(&self.headers)
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

    /// Whether any of its columns holds days or times.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.plan.uses().iter().flatten().any(|used| used.dates)
    }

    /// What somebody sets to end it early, as if the file ended there.
    #[must_use]
    pub fn stop_with(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// Whether it ended before the file did, because somebody stopped it.
    #[must_use]
    pub const fn was_stopped(&self) -> bool {
        self.stopped
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
            self.after_blank = true;
            return Some(Ok(()));
        }
        let after_blank = std::mem::take(&mut self.after_blank) || self.rows.after_blank();
        if flaw.is_none() && self.is_footer(after_blank) {
            self.footer += 1;
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
        match self.plan.drafts(&self.profile, &self.cells, self.context, self.file_date, line) {
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
            Rows::Csv(_) | Rows::Sheet(_) => &self.cells,
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

    /// A line of a report's footer (`FORMATS.md 2.0`, rule 9): one cell, and that the first, below a blank row or another
    /// such line, or with the words of one, in a table of several columns.
    fn is_footer(&self, after_blank: bool) -> bool {
        const WORDS: &[&str] = &[
            "copyright (c)",
            "copyright ©",
            "confidential information",
            "generated by",
            "grand total",
        ];
        if self.headers.len() < 2 || matches!(self.rows, Rows::Json(_)) {
            return false;
        }
        let mut filled = self.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let (Some((0, text)), None) = (filled.next(), filled.next()) else { return false };
        let text = text.trim().to_lowercase();
        let known = WORDS.iter().any(|words| text.starts_with(words));
        known
            || ((after_blank || self.footer > 0) && self.count > 0 && self.cells.len() <= 1)
            || (after_blank && self.count > 0 && matches!(self.rows, Rows::Sheet(_)))
            || (self.footer > 0 && matches!(self.rows, Rows::Sheet(_)))
    }

    /// The first rows as they stand, at most five.
    #[must_use]
    pub fn head(&self) -> &[Vec<String>] {
        &self.head
    }

    /// What becomes of each column: its header, what it is used for (`accounts.name`), and whether the profile knows it.
    #[must_use]
    pub fn mapping(&self) -> Vec<Mapped> {
        let uses = self.plan.uses();
        self.headers
            .iter()
            .enumerate()
            .filter(|(_, header)| !header.is_empty() && !profile::is_error(header))
            .map(|(column, header)| Mapped {
                column,
                header: header.clone(),
                fields: uses.get(column).into_iter().flatten().map(Use::to_string).collect(),
                known: self.known.get(column).copied().unwrap_or(false),
            })
            .collect()
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
        if matches!(self.rows, Rows::Sheet(_)) && self.cells.len() <= self.headers.len() {
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
            let missing = match wanted - width {
                1 => "its last cell is missing".to_owned(),
                more => format!("its last {more} cells are missing"),
            };
            let reason =
                format!("the row has {width} cells and the header row {wanted}; {missing}");
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
            if self.stop.load(Ordering::Relaxed) {
                self.stopped = true;
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
