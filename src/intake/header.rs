//! Finding the headers: which separator, which row, and what they mean.

use std::io::Cursor;
use std::sync::Arc;

use super::csv_rows::{CsvRows, Next};
use super::draft::Kind;
use super::json_rows::{Form, JsonRows};
use super::problem::{Cells, FileError};
use super::profile::{self, Profile, Profiles, Recognition};
use super::reader::{COLUMNS_MAX, Rows};
use super::rejects::Layout;
use super::sniff;
use super::source::Buffer;

/// How many rows are looked at for the headers.
const HEADER_ROWS: usize = 20;
/// Separators of cells, in the order in which they win a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

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

/// The first rows that may be the header row: titles and filters above it have fewer cells than it has.
fn candidates(rows: Vec<(usize, Vec<String>)>, delimiter: u8, asked: &Asked<'_>) -> Vec<Candidate> {
    let mut widest = 0;
    let mut all = Vec::new();
    for (above, headers) in rows {
        let width = headers.iter().filter(|header| !header.is_empty()).count();
        if width > widest {
            widest = width;
            let recognition = asked.profiles.recognise(&headers, asked.file, asked.forced);
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
        rows: Rows::Json(Box::new(rows)),
    })
}

/// The one profile, or the refusal that says what was there and what came near.
fn settled(
    recognition: Recognition,
    headers: &[String],
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
