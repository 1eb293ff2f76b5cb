//! Rows of JSON: one object per line, an array of objects, or objects that hold one (`{"results": […]}`,
//! `{"records": […]}`). Objects inside a row are flattened (`Owner.Name`; what stands under `properties` without that
//! word). Numbers stay as they are written.

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
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// One to a line.
    Lines,
    /// In one array.
    Array {
        /// The bracket is behind us.
        open: bool,
    },
    /// In an array that is a member of an object, and perhaps in more such objects behind it (pages).
    Page {
        /// Its key.
        key: String,
        /// The bracket is behind us.
        open: bool,
    },
}

/// Keys under which pages have their objects.
const PAGES: &[&str] = &["results", "records", "data", "items", "value", "rows"];

/// The key of the array of objects that an object holds at its first level, where it is a page and no row.
pub(super) fn page_key(sample: &[u8]) -> Option<String> {
    let mut members = MemberScan::default();
    let mut found: Vec<String> = Vec::new();
    let mut before = 0;
    for byte in sample {
        members.step(*byte);
        // A page without rows.
        if members.depth == 1 && *byte == b']' && before == b'[' && members.in_list {
            found.push(members.key.clone());
        }
        if !byte.is_ascii_whitespace() {
            before = *byte;
        }
        if members.depth == 3 && *byte == b'{' && members.in_list && !found.contains(&members.key) {
            found.push(members.key.clone());
        }
        if members.closed {
            break;
        }
    }
    let known = PAGES.iter().find(|page| found.iter().any(|key| key.eq_ignore_ascii_case(page)));
    if let Some(known) = known {
        return found.iter().find(|key| key.eq_ignore_ascii_case(known)).cloned();
    }
    // Objects one to a line are rows, whatever lists they hold.
    let first = sample.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match found.as_slice() {
        [only] if serde_json::from_slice::<serde::de::IgnoredAny>(first).is_err() => {
            Some(only.clone())
        }
        _ => None,
    }
}

/// Follows an object: how deep it is, and under which key of its first level.
#[derive(Default)]
struct MemberScan {
    depth: usize,
    quoted: bool,
    escaped: bool,
    /// The text that was quoted last on the first level.
    text: Vec<u8>,
    key: String,
    /// The value under the key is a list.
    in_list: bool,
    closed: bool,
}

impl MemberScan {
    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => {
                self.escaped = false;
                self.keep(byte);
            }
            b'\\' if self.quoted => self.escaped = true,
            b'"' => {
                self.quoted = !self.quoted;
                if self.quoted && self.depth == 1 {
                    self.text.clear();
                }
            }
            _ if self.quoted => self.keep(byte),
            b':' if self.depth == 1 => self.key = String::from_utf8_lossy(&self.text).into_owned(),
            b'{' | b'[' => {
                if self.depth == 1 {
                    self.in_list = byte == b'[';
                }
                self.depth += 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.closed = self.depth == 0;
            }
            _ => {}
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.depth == 1 && self.text.len() < 256 {
            self.text.push(byte);
        }
    }
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
        let next = match self.form.clone() {
            Form::Lines => self.next_line(cells, origin),
            Form::Array { open } | Form::Page { open, .. } => {
                self.next_element(open, cells, origin)
            }
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
                None if !open && matches!(self.form, Form::Page { .. }) => return Ok(Next::End),
                None => return Ok(self.broken("the array is not closed; the file may be cut off")),
                Some(b'[') if !open && self.form == (Form::Array { open }) => {
                    open = true;
                    self.form = Form::Array { open };
                    self.pass(1);
                }
                Some(b'{') if !open && matches!(self.form, Form::Page { .. }) => {
                    open = self.enter_page()?;
                }
                Some(b',') => self.pass(1),
                Some(b']') if open && matches!(self.form, Form::Page { .. }) => {
                    self.pass(1);
                    if !self.leave_page()? {
                        return Ok(self.broken("the page is not closed; the file may be cut off"));
                    }
                    open = false;
                }
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

    /// Goes to the first element of the page's array; `false` where the page has none.
    fn enter_page(&mut self) -> std::io::Result<bool> {
        let Form::Page { key: wanted, .. } = self.form.clone() else { return Ok(false) };
        let mut members = MemberScan::default();
        loop {
            let ahead = self.source.ahead();
            let mut used = 0;
            for byte in ahead {
                members.step(*byte);
                used += 1;
                if members.closed || (members.depth == 2 && *byte == b'[' && members.key == wanted)
                {
                    break;
                }
            }
            let found =
                !members.closed && members.depth == 2 && members.in_list && members.key == wanted;
            self.pass(used);
            if members.closed || found {
                self.form = Form::Page { key: wanted, open: found };
                return Ok(found);
            }
            if self.source.ended {
                return Ok(false);
            }
            self.source.fill()?;
        }
    }

    /// Goes behind the page whose array has just ended; `false` where it does not end.
    fn leave_page(&mut self) -> std::io::Result<bool> {
        let Form::Page { key, .. } = self.form.clone() else { return Ok(false) };
        let mut members = MemberScan { depth: 1, ..MemberScan::default() };
        loop {
            let mut used = 0;
            for byte in self.source.ahead() {
                members.step(*byte);
                used += 1;
                if members.closed {
                    break;
                }
            }
            self.pass(used);
            if members.closed {
                self.form = Form::Page { key, open: false };
                return Ok(true);
            }
            if self.source.ended {
                return Ok(false);
            }
            self.source.fill()?;
        }
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
        let mut flat = Vec::new();
        for (key, value) in members {
            flatten(key, value, 0, &mut flat);
        }
        for (key, value) in flat {
            let Some(place) = self.place(&key) else {
                return bad(None, format!("it has more than {COLUMNS_MAX} keys"));
            };
            match value {
                Ok(value) if value.contains('\0') => {
                    return bad(Some(place), "the value holds a NUL; take it out".into());
                }
                Ok(value) => {
                    values.resize(values.len().max(place + 1), Cow::Borrowed(""));
                    if let Some(slot) = values.get_mut(place).filter(|slot| slot.is_empty()) {
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

/// How deep objects inside a row are followed.
const DEPTH: usize = 4;

/// A member of a row as keys and texts, an object by its members.
fn flatten<'a>(
    key: String,
    value: &'a RawValue,
    depth: usize,
    into: &mut Vec<(String, Result<Cow<'a, str>, String>)>,
) {
    if depth < DEPTH
        && value.get().starts_with('{')
        && let Ok(Members(members)) = serde_json::from_str::<Members<'a>>(value.get())
    {
        // `{"value": …, "versions": …}`, as older interfaces write a property.
        if depth > 0
            && let Some((_, only)) = members.iter().find(|(name, _)| name == "value")
        {
            into.push((key, flat(only.get())));
            return;
        }
        for (name, inner) in members {
            let name = match key.as_str() {
                "properties" => name,
                // Of a record's address only its type says something.
                "attributes" if name != "type" => continue,
                _ => format!("{key}.{name}"),
            };
            flatten(name, inner, depth + 1, into);
        }
        return;
    }
    into.push((key, flat(value.get())));
}

/// The text of a value; lists of plain values are joined as the desk's lists are, lists of objects by their ids.
fn flat(raw: &str) -> Result<Cow<'_, str>, String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(raw)
            .map(Cow::Owned)
            .map_err(|error| format!("it is not JSON text: {error}")),
        Some(b'{') => Ok(Cow::Borrowed(raw)),
        Some(b'[') => {
            let parts: Vec<&RawValue> =
                serde_json::from_str(raw).map_err(|error| format!("it is not a list: {error}"))?;
            let mut joined = Vec::with_capacity(parts.len());
            for part in parts {
                let id = match part.get().starts_with('{') {
                    true => serde_json::from_str::<Members<'_>>(part.get())
                        .ok()
                        .and_then(|Members(members)| {
                            members.into_iter().find(|(name, _)| name == "id")
                        })
                        .map(|(_, id)| id),
                    false => None,
                };
                let part = flat(id.unwrap_or(part).get())?;
                if part.contains(';') && !part.starts_with(['{', '[']) {
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
