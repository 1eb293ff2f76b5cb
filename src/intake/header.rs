//! Finding the headers: which separator, which row, and what they mean.

use std::io::Cursor;
use std::sync::Arc;

use super::csv_rows::{CsvRows, Next};
use super::draft::Kind;
use super::json_rows::{Form, JsonRows, page_key};
use super::problem::{Cells, FileError};
use super::profile::{self, Profile};
use super::reader::{COLUMNS_MAX, Rows};
use super::recognise::{Profiles, Recognition};
use super::rejects::Layout;
use super::sheet_rows::Workbook;
use super::sniff;
use super::source::Buffer;
use super::survey::Survey;

/// How many rows are looked at for the headers.
const HEADER_ROWS: usize = 20;
/// Separators of cells, in the order in which they win a tie.
const DELIMITERS: [u8; 6] = [b',', b';', b'\t', b'|', b'^', b'`'];
/// Longest header in bytes.
const HEADER_LONG: usize = 1_000;
/// Rows below the headers that are looked at for what their columns are.
const SURVEYED: usize = 5_000;
/// Rows below the headers that are kept to be shown.
const SHOWN: usize = 5;

/// What is known before the headers are.
pub(super) struct Asked<'a> {
    pub(super) profiles: &'a Profiles,
    /// The file's name, which decides between profiles that fit equally.
    pub(super) file: &'a str,
    /// Somebody named the profile.
    pub(super) forced: bool,
}

/// What is known once they are.
pub(super) struct Found {
    pub(super) profile: Arc<Profile>,
    pub(super) headers: Vec<String>,
    /// By column: whether the profile knows its header.
    pub(super) known: Vec<bool>,
    pub(super) layout: Layout,
    pub(super) notes: Vec<String>,
    /// What the first rows show of their columns.
    pub(super) survey: Survey,
    /// The first rows as they stand, for people to look at.
    pub(super) head: Vec<Vec<String>>,
    /// The rows below the headers.
    pub(super) rows: Rows,
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
            Recognition::Found { saved: true, .. } => (true, usize::MAX, self.headers.len()),
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
pub(super) fn find_headers(mut buffer: Buffer, asked: &Asked<'_>) -> Result<Found, FileError> {
    let separator = separator_line(buffer.ahead());
    if let Some((_, length)) = separator {
        buffer.take(length);
    }
    let only_returns = !buffer.ahead().contains(&b'\n') && buffer.ahead().contains(&b'\r');
    let line_end = if only_returns { b'\r' } else { b'\n' };
    let complete = buffer.ended || buffer.ahead().contains(&line_end);
    let first_line = buffer.ahead().split(|byte| *byte == line_end).next().unwrap_or_default();
    if first_line.contains(&0) {
        return Err(sniff::binary());
    }
    let headerless = asked.profiles.headerless().cloned();
    let mut best: Option<Candidate> = None;
    let mut flaw = None;
    let delimiters = match separator {
        Some((only, _)) => vec![only],
        None => DELIMITERS.to_vec(),
    };
    for delimiter in delimiters {
        if !complete && first_line.iter().filter(|byte| **byte == delimiter).count() >= COLUMNS_MAX
        {
            return Err(FileError::TooManyColumns);
        }
        let first = first_rows(buffer.ahead(), delimiter, only_returns);
        flaw = flaw.or(first.flaw);
        if let Some(profile) = &headerless {
            let candidate = numbered(&first.rows, delimiter, profile);
            best = best.into_iter().chain(candidate).max_by_key(|best| best.headers.len());
            continue;
        }
        for candidate in candidates(first.rows, delimiter, asked) {
            if best.as_ref().is_none_or(|best| candidate.rank() > best.rank()) {
                best = Some(candidate);
            }
        }
    }
    let Some(best) = best.filter(|_| complete) else {
        return Err(match flaw {
            Some(reason) if buffer.ended => FileError::FirstRow(reason),
            _ => FileError::HeaderTooLong,
        });
    };
    if best.headers.len() > COLUMNS_MAX {
        return Err(FileError::TooManyColumns);
    }
    let (profile, known) = settled(best.recognition, &best.headers)?;
    let below = if headerless.is_some() { 0 } else { best.above + 1 };
    let sample = Buffer::new(Cursor::new(buffer.ahead().to_vec()));
    let (survey, head) = survey(CsvRows::new(sample, best.delimiter, only_returns), below);
    let mut rows = CsvRows::new(buffer, best.delimiter, only_returns);
    let mut skipped = Cells::default();
    for _ in 0..below {
        rows.next(&mut skipped);
    }
    let mut notes = Vec::new();
    notes.extend(above_note(best.above));
    notes.extend(repeated(&best.headers));
    let layout = Layout::Table { headers: best.headers.clone(), delimiter: best.delimiter };
    Ok(Found {
        profile,
        headers: best.headers,
        known,
        layout,
        notes,
        survey,
        head,
        rows: Rows::Csv(Box::new(rows)),
    })
}

/// A note about rows above the header row.
fn above_note(above: usize) -> Option<String> {
    match above {
        0 => None,
        1 => Some("1 row above the header row was left out".to_owned()),
        more => Some(format!("{more} rows above the header row were left out")),
    }
}

/// What the rows below the headers show of their columns.
fn survey(mut rows: CsvRows, below: usize) -> (Survey, Vec<Vec<String>>) {
    let mut survey = Survey::default();
    let mut head = Vec::new();
    let mut cells = Cells::default();
    for place in 0..below + SURVEYED {
        match rows.next(&mut cells) {
            Next::End => break,
            Next::Row(_) if place >= below => {
                survey.look(&cells);
                if head.len() < SHOWN {
                    head.push(cells.to_vec());
                }
            }
            Next::Row(_) | Next::Bad(..) => {}
        }
    }
    (survey, head)
}

/// The columns of a file without a header row, called by their numbers, where all that the profile names are there.
fn numbered(
    rows: &[(usize, Vec<String>)],
    delimiter: u8,
    profile: &Arc<Profile>,
) -> Option<Candidate> {
    let width = rows.iter().map(|(_, row)| row.len()).max()?;
    let headers: Vec<_> = (1..=width).map(|number| format!("column {number}")).collect();
    let hits = profile.known(&headers);
    let recognition = Recognition::Found { profile: Arc::clone(profile), hits, saved: false };
    (profile.widest() <= width).then_some(Candidate { delimiter, above: 0, headers, recognition })
}

/// The sheet and the header row under which a profile knows most columns; other sheets are named.
pub(super) fn find_sheet(mut book: Workbook, asked: &Asked<'_>) -> Result<Found, FileError> {
    let sheets = book.sheets();
    let mut best: Option<(usize, Candidate)> = None;
    for (place, sheet) in sheets.iter().enumerate() {
        let rows: Vec<_> = sheet.head.iter().map(|(_, row)| row.clone()).enumerate().collect();
        let found = match asked.profiles.headerless() {
            Some(profile) => numbered(&rows, b',', profile).into_iter().collect(),
            None => candidates(rows.into_iter().take(HEADER_ROWS + 1).collect(), b',', asked),
        };
        for candidate in found {
            if best.as_ref().is_none_or(|(_, best)| candidate.rank() > best.rank()) {
                best = Some((place, candidate));
            }
        }
    }
    let Some((place, best)) = best else { return Err(FileError::Empty) };
    let Some(sheet) = sheets.get(place) else { return Err(FileError::Empty) };
    if best.headers.len() > COLUMNS_MAX {
        return Err(FileError::TooManyColumns);
    }
    let (profile, known) = settled(best.recognition, &best.headers)?;
    let below = if profile.header { best.above + 1 } else { 0 };
    let mut survey = Survey::default();
    for (_, row) in sheet.head.iter().skip(below) {
        survey.look(&row.iter().map(String::as_str).collect());
    }
    let head = sheet.head.iter().skip(below).take(SHOWN).map(|(_, row)| row.clone()).collect();
    let number = match below {
        0 => 0,
        below => sheet.head.get(below - 1).map_or(0, |(number, _)| *number),
    };
    let mut notes = Vec::new();
    if sheets.len() > 1 {
        let others: Vec<_> = sheets
            .iter()
            .enumerate()
            .filter(|(other, sheet)| *other != place && !sheet.head.is_empty())
            .map(|(_, sheet)| sheet.name.as_str())
            .collect();
        let rest = match others.is_empty() {
            true => String::new(),
            false => format!("; not read: {}", others.join(", ")),
        };
        notes.push(format!("the sheet {} was read{rest}", sheet.name));
    }
    notes.extend(above_note(best.above));
    notes.extend(repeated(&best.headers));
    let rows = book.rows(sheet.name.clone(), number, best.headers.len())?;
    Ok(Found {
        profile,
        known,
        layout: Layout::Table { headers: best.headers.clone(), delimiter: b',' },
        headers: best.headers,
        notes,
        survey,
        head,
        rows: Rows::Sheet(Box::new(rows)),
    })
}

/// The first rows as cells, each with the number of rows above it, and what is wrong with the first that is flawed.
struct FirstRows {
    rows: Vec<(usize, Vec<String>)>,
    flaw: Option<String>,
}

fn first_rows(sample: &[u8], delimiter: u8, only_returns: bool) -> FirstRows {
    let source = Buffer::new(Cursor::new(sample.to_vec()));
    let mut reader = CsvRows::new(source, delimiter, only_returns);
    let mut cells = Cells::default();
    let mut first = FirstRows { rows: Vec::new(), flaw: None };
    for above in 0..HEADER_ROWS {
        match reader.next(&mut cells) {
            Next::End => break,
            Next::Bad(_, flaw) => {
                first.flaw.get_or_insert(flaw.reason);
            }
            Next::Row(_) => {
                let blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
                let row = cells.iter().map(|cell| cell.trim_matches(blank).to_owned()).collect();
                first.rows.push((above, row));
            }
        }
    }
    first
}

/// The first rows that may be the header row: titles and filters above it hold fewer names that anybody knows.
fn candidates(rows: Vec<(usize, Vec<String>)>, delimiter: u8, asked: &Asked<'_>) -> Vec<Candidate> {
    let mut widest = 0;
    let mut all = Vec::new();
    for (place, (above, headers)) in rows.iter().enumerate() {
        let width = headers.iter().filter(|header| !header.is_empty()).count();
        // Headers are short; what is not is somebody's prose.
        let long = headers.iter().any(|header| header.len() > HEADER_LONG);
        if width <= widest && (width < 2 || long) {
            continue;
        }
        if long {
            widest = width;
            let (above, headers) = (*above, headers.clone());
            let recognition = Recognition::Unknown(None);
            all.push(Candidate { delimiter, above, headers, recognition });
            continue;
        }
        let below = rows.get(place + 1).map(|(_, row)| row.as_slice()).unwrap_or_default();
        let recognition = asked.profiles.recognise(headers, below, asked.file, asked.forced);
        // A title may be wider than the headers; one that is known to nobody counts only where it is the widest so far.
        let known = !matches!(recognition, Recognition::Unknown(_));
        if width > widest || (known && width > 1) {
            widest = widest.max(width);
            let (above, headers) = (*above, headers.clone());
            all.push(Candidate { delimiter, above, headers, recognition });
        }
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
pub(super) fn find_keys(
    buffer: Buffer,
    array: bool,
    asked: &Asked<'_>,
) -> Result<Found, FileError> {
    let form = match (array, page_key(buffer.ahead())) {
        (true, _) => Form::Array { open: false },
        (false, Some(key)) => Form::Page { key, open: false },
        (false, None) => Form::Lines,
    };
    let sample = Buffer::new(Cursor::new(buffer.ahead().to_vec()));
    let mut peek = JsonRows::new(sample, form.clone());
    let (mut cells, mut origin) = (Cells::default(), Cells::default());
    let mut trouble = None;
    let mut survey = Survey::default();
    let mut head: Vec<Vec<String>> = Vec::new();
    for _ in 0..HEADER_ROWS * 10 {
        match peek.next(&mut cells, &mut origin) {
            Next::End => break,
            Next::Row(_) => {
                survey.look(&cells);
                if head.len() < SHOWN {
                    head.push(cells.to_vec());
                }
            }
            Next::Bad(_, flaw) => {
                // The sample may end in the middle of an object.
                if head.is_empty() {
                    trouble.get_or_insert(flaw.reason);
                }
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
    let first = head.first().cloned().unwrap_or_default();
    let typed = headers.iter().zip(&first).find(|(key, _)| *key == "attributes.type");
    let file = match typed {
        // What the record is called there, as the profiles are called here.
        Some((_, kind)) => match kind.to_lowercase().strip_suffix('y') {
            Some(stem) => format!("{} salesforce_{stem}ies", asked.file),
            None => format!("{} salesforce_{}s", asked.file, kind.to_lowercase()),
        },
        None => asked.file.to_owned(),
    };
    let recognition = asked.profiles.recognise(&headers, &first, &file, asked.forced);
    if let (Recognition::Unknown(_), Some(reason)) = (&recognition, trouble) {
        return Err(FileError::Json(reason));
    }
    let (profile, known) = settled(recognition, &headers)?;
    let rows = JsonRows::new(buffer, form).with_keys(&headers);
    Ok(Found {
        profile,
        headers,
        known,
        layout: Layout::Objects,
        notes: Vec::new(),
        survey,
        head,
        rows: Rows::Json(Box::new(rows)),
    })
}

/// The one profile, or the refusal that says what was there and what came near.
fn settled(
    recognition: Recognition,
    headers: &[String],
) -> Result<(Arc<Profile>, Vec<bool>), FileError> {
    match recognition {
        Recognition::Found { profile, hits, .. } => Ok((profile, hits)),
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
                    "only a few of them are those of {}; if it is such a file, say --map {}",
                    profile.title, profile.key
                ),
                None => {
                    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.key()).collect();
                    format!("handoff import --help lists the headers of {}", kinds.join(", "))
                }
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
pub(super) fn shown(headers: &[String]) -> String {
    const MOST: usize = 8;
    let mut names: Vec<_> =
        headers.iter().take(MOST).map(|header| super::value::brief(header).to_owned()).collect();
    if headers.len() > MOST {
        names.push(format!("and {} more", headers.len() - MOST));
    }
    names.join(", ")
}
