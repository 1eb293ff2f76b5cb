//! Rows of JSON: one flat object per line, or an array of flat objects. Numbers stay as they are written.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::csv_rows::{Flaw, Next, ROW_MAX};
use super::problem::Cells;
use super::reader::COLUMNS_MAX;
use super::source::Buffer;

/// A source of rows.
pub(super) struct JsonRows {
    source: Buffer,
    form: Form,
    /// Line of what lies ahead.
    line: u64,
    keys: Vec<String>,
    places: HashMap<String, usize>,
    stopped: bool,
}

/// How the objects stand in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// One to a line.
    Lines,
    /// In one array.
    Array {
        /// The bracket is behind us.
        open: bool,
    },
}

/// The members of an object in their order, each value as it is written.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Flat;
        impl<'de> Visitor<'de> for Flat {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        source.deserialize_map(Flat).map(Members)
    }
}

impl JsonRows {
    pub(super) fn new(source: Buffer, form: Form) -> Self {
        Self { source, form, line: 1, keys: Vec::new(), places: HashMap::new(), stopped: false }
    }

    /// Every key met so far, in the order of their meeting; cells stand in this order.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Begins with keys that were met before.
    pub(super) fn with_keys(mut self, keys: &[String]) -> Self {
        for key in keys {
            self.place(key);
        }
        self
    }

    /// The next object: its values by key in `cells`, its text in `origin`.
    pub(super) fn next(&mut self, cells: &mut Cells, origin: &mut Cells) -> Next {
        cells.clear();
        origin.clear();
        if self.stopped {
            return Next::End;
        }
        let next = match self.form {
            Form::Lines => self.next_line(cells, origin),
            Form::Array { open } => self.next_element(open, cells, origin),
        };
        let next = next.unwrap_or_else(|error| {
            let reason = format!("the file cannot be read on from here: {error}");
            Next::Bad(self.line, Flaw { column: None, reason, stops: true })
        });
        self.stopped = matches!(next, Next::End | Next::Bad(_, Flaw { stops: true, .. }));
        next
    }

    fn next_line(&mut self, cells: &mut Cells, origin: &mut Cells) -> std::io::Result<Next> {
        loop {
            let mut searched = 0;
            let length = loop {
                let ahead = self.source.ahead();
                let found =
                    ahead.get(searched..).unwrap_or_default().iter().position(|b| *b == b'\n');
                if let Some(end) = found {
                    break searched + end + 1;
                }
                searched = ahead.len();
                if self.source.ended {
                    break searched;
                }
                if searched > ROW_MAX {
                    return self.skip_line(origin);
                }
                self.source.fill()?;
            };
            if length == 0 {
                return Ok(Next::End);
            }
            let line = self.line;
            let raw = self.source.ahead().get(..length).unwrap_or_default().trim_ascii().to_vec();
            self.pass(length);
            if !raw.is_empty() {
                return Ok(self.row(line, &raw, cells, origin));
            }
        }
    }

    /// Refuses a line that is too long, and finds the next one.
    fn skip_line(&mut self, origin: &mut Cells) -> std::io::Result<Next> {
        let line = self.line;
        origin.push(&String::from_utf8_lossy(self.source.ahead().get(..200).unwrap_or_default()));
        loop {
            let ahead = self.source.ahead();
            let end = ahead.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(ahead.len(), |end| end + 1);
            self.pass(length);
            if end.is_some() || self.source.ended {
                let reason = "the object is longer than 1 MiB; shorten its values".to_owned();
                return Ok(Next::Bad(line, Flaw { column: None, reason, stops: false }));
            }
            self.source.fill()?;
        }
    }

    fn next_element(
        &mut self,
        mut open: bool,
        cells: &mut Cells,
        origin: &mut Cells,
    ) -> std::io::Result<Next> {
        loop {
            self.source.fill_to(1)?;
            let ahead = self.source.ahead();
            let blank = ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if blank > 0 {
                self.pass(blank);
                continue;
            }
            match ahead.first() {
                None => return Ok(self.broken("the array is not closed; the file may be cut off")),
                Some(b'[') if !open => {
                    open = true;
                    self.form = Form::Array { open };
                    self.pass(1);
                }
                Some(b',') => self.pass(1),
                Some(b']') => {
                    self.pass(1);
                    return self.after_array();
                }
                Some(b'{') => break,
                Some(_) => return Ok(self.broken("an element of the array is not an object")),
            }
        }
        let mut scan = Scan::default();
        let mut searched = 0;
        let length = loop {
            let ahead = self.source.ahead();
            if let Some(end) = scan.end_of_object(ahead.get(searched..).unwrap_or_default()) {
                break searched + end;
            }
            searched = ahead.len();
            if searched > ROW_MAX {
                return Ok(self.broken("the object is longer than 1 MiB or is not closed"));
            }
            if self.source.ended {
                return Ok(self.broken("the object is not closed; the file may be cut off"));
            }
            self.source.fill()?;
        };
        let line = self.line;
        let raw = self.source.ahead().get(..length).unwrap_or_default().to_vec();
        self.pass(length);
        Ok(self.row(line, &raw, cells, origin))
    }

    fn after_array(&mut self) -> std::io::Result<Next> {
        loop {
            self.source.fill_to(1)?;
            let ahead = self.source.ahead();
            let blank = ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if blank == 0 {
                return Ok(if ahead.is_empty() {
                    Next::End
                } else {
                    self.broken("something follows the end of the array")
                });
            }
            self.pass(blank);
        }
    }

    /// The end of what can be read.
    fn broken(&self, reason: &str) -> Next {
        let reason = format!("{reason} (nothing after it was read)");
        Next::Bad(self.line, Flaw { column: None, reason, stops: true })
    }

    fn pass(&mut self, used: usize) {
        let bytes = self.source.ahead().get(..used).unwrap_or_default();
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.source.take(used);
    }

    /// Where the values of a key stand; `None` when there are too many keys.
    fn place(&mut self, key: &str) -> Option<usize> {
        if let Some(place) = self.places.get(key) {
            return Some(*place);
        }
        if self.keys.len() >= COLUMNS_MAX {
            return None;
        }
        self.keys.push(key.to_owned());
        self.places.insert(key.to_owned(), self.keys.len() - 1);
        Some(self.keys.len() - 1)
    }

    fn row(&mut self, line: u64, raw: &[u8], cells: &mut Cells, origin: &mut Cells) -> Next {
        let bad = |column, reason| Next::Bad(line, Flaw { column, reason, stops: false });
        let Ok(text) = std::str::from_utf8(raw) else {
            origin.push(&String::from_utf8_lossy(raw));
            return bad(None, "the line is not UTF-8".into());
        };
        origin.push(text);
        let members = match serde_json::from_str::<Members<'_>>(text) {
            Ok(Members(members)) => members,
            Err(error) => {
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                let at = error.column();
                return bad(None, format!("it is not a JSON object: {what} (character {at})"));
            }
        };
        let mut values: Vec<Cow<'_, str>> = vec![Cow::Borrowed(""); self.keys.len()];
        for (key, value) in members {
            let Some(place) = self.place(&key) else {
                return bad(None, format!("it has more than {COLUMNS_MAX} keys"));
            };
            match flat(value.get()) {
                Ok(value) if value.contains('\0') => {
                    return bad(Some(place), "the value holds a NUL; take it out".into());
                }
                Ok(value) => {
                    values.resize(values.len().max(place + 1), Cow::Borrowed(""));
                    if let Some(slot) = values.get_mut(place) {
                        *slot = value;
                    }
                }
                Err(reason) => return bad(Some(place), reason),
            }
        }
        for value in &values {
            cells.push(value);
        }
        Next::Row(line)
    }
}

/// The text of a value; lists of plain values are joined as the desk's lists are.
fn flat(raw: &str) -> Result<Cow<'_, str>, String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(raw)
            .map(Cow::Owned)
            .map_err(|error| format!("it is not JSON text: {error}")),
        Some(b'{') => Err("the value is an object; only plain values are read".into()),
        Some(b'[') => {
            let parts: Vec<&RawValue> =
                serde_json::from_str(raw).map_err(|error| format!("it is not a list: {error}"))?;
            let mut joined = Vec::with_capacity(parts.len());
            for part in parts {
                if part.get().starts_with('[') {
                    return Err("the value is a list of lists; only plain values are read".into());
                }
                let part = flat(part.get())?;
                if part.contains(';') {
                    return Err(
                        "a part of the list holds a semicolon, which separates parts".into()
                    );
                }
                joined.push(part);
            }
            Ok(Cow::Owned(joined.join("; ")))
        }
        _ if raw == "null" => Ok(Cow::Borrowed("")),
        _ => Ok(Cow::Borrowed(raw)),
    }
}

/// Finds the brace that closes an object, across pieces.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    fn end_of_object(&mut self, piece: &[u8]) -> Option<usize> {
        for (place, byte) in piece.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.quoted => self.escaped = true,
                b'"' => self.quoted = !self.quoted,
                b'{' | b'[' if !self.quoted => self.depth += 1,
                b'}' | b']' if !self.quoted => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(place + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
