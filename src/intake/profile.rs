//! Profiles: what the headers of one kind of file mean. They are data (`assets/profiles/*.toml`).
//!
//! ```toml
//! title = "Maven CRM accounts"            # how the desk names the file
//! needs = ["name", "industry|region"]     # fields that the file must have; | means or
//! also = ["year_established"]             # headers that are known and not kept
//! nulls = ["", "n/a"]                     # replaces the usual words for "nothing"
//!
//! [[records]]                             # one draft per row and record; several records make several drafts
//! kind = "accounts"
//! once = true                             # the same id is given once, and a row without one gives nothing
//! [records.fields]                        # by the desk's own header
//! id = { headers = ["account"], prefix = "maven:account:" }
//! revenue = { headers = ["revenue"], times = 1_000_000 }
//! industry = { headers = ["sector"], values = { technolgy = "technology" } }
//! role = { fixed = "manager" }
//! ```
//!
//! `note = "…"` is told of every such file, and `whole = true` fits only files whose every column is known, were it one.
//! A file whose profile has `nothing = "…"` is known and holds nothing to import; its `must` (or else all of `also`) must
//! be there. Further keys:
//!
//! ```toml
//! signs = ["record id"]      # one of these must be there, or ids that begin like `ids`
//! ids = "001"                # how the ids of the first record begin (Salesforce)
//! strip = ["property_"]      # beginnings of headers that mean nothing
//! keep = ["lead source"]     # columns without a field that are kept with the last record as they stand
//! header = false             # no header row; fields name their columns by number
//! [skip]                     # rows that are left out and counted
//! is_deleted = ["true"]
//! [[records]]
//! kind = "deals"
//! when = ["value"]           # the record is given only where these fields have a cell
//! [records.fields]
//! account = { columns = [3], first = true, form = "salesforce", soft = true }
//! stage = { headers = ["stage"], values = { closedwon = "won" }, other = "engaging", if_new = "engaging" }
//! at = { headers = ["week"], file_date = true }
//! ```
//!
//! `first` takes the first of several values between semicolons, `soft` leaves out what cannot be read or is not known
//! and says so, `other` stands for values that have no meaning here, `if_new` for a missing one of a new record, and
//! `file_date` for a missing date.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::draft::Kind;
use super::table;

/// Words for "nothing" in exports (`FORMATS.md 2.0`, rule 6), in small letters.
const NULLS: &[&str] =
    &["", "nan", "n/a", "#n/a", "null", "none", "(no value)", "--", "-", "select", "unknown"];
/// A header that the desk itself adds to rejects; known to every profile and never read.
pub(super) const ERROR: &str = "ERROR";

/// True for the header that the desk itself adds to rejects.
pub(super) fn is_error(header: &str) -> bool {
    normalise(header).eq_ignore_ascii_case(ERROR)
}

/// What the headers of one kind of file mean.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its key for `--map` (`accounts`, `maven_pipeline`).
    #[serde(skip)]
    pub key: String,
    /// How the desk names such a file.
    pub title: String,
    /// Why there is nothing to import in such a file, where there isn't.
    pub nothing: Option<String>,
    /// What is told of every such file.
    pub(super) note: Option<String>,
    /// It fits only where it knows every column; a single one is enough then.
    #[serde(default)]
    pub(super) whole: bool,
    #[serde(default)]
    pub(super) needs: Vec<String>,
    #[serde(default)]
    pub(super) also: Vec<String>,
    #[serde(default)]
    pub(super) must: Vec<String>,
    #[serde(default)]
    pub(super) signs: Vec<String>,
    #[serde(default)]
    strip: Vec<String>,
    /// Columns without a field that are kept as they stand.
    #[serde(default)]
    keep: Vec<String>,
    ids: Option<String>,
    nulls: Option<Vec<String>>,
    #[serde(default)]
    pub(super) skip: BTreeMap<String, Vec<String>>,
    /// The file has a header row.
    #[serde(default = "yes")]
    pub(super) header: bool,
    /// The headers of the files that it was saved for, as headers are compared.
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    pub(super) records: Vec<Record>,
    /// The TOML text it was read from.
    #[serde(skip)]
    pub(super) text: String,
    /// Somebody says what its columns mean, so that nothing is asked of the headers.
    #[serde(skip)]
    pub(super) by_hand: bool,
    /// What somebody chose for single columns, counted from 0: a record and its field, or nothing.
    #[serde(skip)]
    pub(super) chosen: BTreeMap<usize, Option<(usize, String)>>,
    /// Every header that it knows, as headers are compared.
    #[serde(skip)]
    headers: HashSet<String>,
}

/// One draft that each row gives.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    #[serde(deserialize_with = "kind")]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) once: bool,
    #[serde(default)]
    pub(super) when: Vec<String>,
    pub(super) fields: BTreeMap<String, Mapping>,
}

/// Where the value of one field comes from.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Mapping {
    /// Headers as they are compared, the best first; the first whose cell holds something gives the value.
    pub(super) headers: Vec<String>,
    /// Columns by their number, counted from 1; better than any header.
    pub(super) columns: Vec<usize>,
    /// The value of every row, where no header gives one.
    pub(super) fixed: Option<String>,
    /// Put before an id.
    pub(super) prefix: String,
    /// Multiplies a number ("in millions of USD").
    pub(super) times: Option<f64>,
    /// Other values for some cells, which are compared as headers are.
    pub(super) values: BTreeMap<String, String>,
    /// The value for cells that have no meaning here; what they say is told.
    pub(super) other: Option<String>,
    /// The value of a record that is new and has none.
    pub(super) if_new: Option<String>,
    /// Of several values between semicolons, the first.
    pub(super) first: bool,
    /// A cell that cannot be read, or names what is not known, is left out; the row is taken.
    pub(super) soft: bool,
    /// How ids are written.
    pub(super) form: Option<Form>,
    /// Where no cell gives a date, the file's own.
    pub(super) file_date: bool,
}

/// How ids are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    /// 15 characters whose case counts, or the same and three that carry the case; kept with the three.
    Salesforce,
}

const fn yes() -> bool {
    true
}

fn kind<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Kind, D::Error> {
    String::deserialize(source)?.parse().map_err(serde::de::Error::custom)
}

/// A header as it is compared: small letters, without blanks, byte-order marks, `_`, `-`, `/`, `.`, `:` and `*`
/// (`FORMATS.md 2.0`, rule 3).
#[must_use]
pub fn normalise(header: &str) -> String {
    header
        .chars()
        .filter(|letter| {
            !letter.is_whitespace()
                && !matches!(letter, '\u{feff}' | '_' | '-' | '/' | '.' | ':' | '*')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

impl Profile {
    /// Reads a profile from its TOML text.
    ///
    /// # Errors
    /// A sentence that names the profile and what is wrong with it.
    pub fn parse(key: &str, text: &str) -> Result<Self, String> {
        let mut profile: Self =
            toml::from_str(text).map_err(|error| format!("profile {key}: {error}"))?;
        key.clone_into(&mut profile.key);
        text.clone_into(&mut profile.text);
        for record in &profile.records {
            let known = table::headers(record.kind);
            if let Some(field) =
                record.fields.keys().find(|field| !known.iter().any(|known| known.name == **field))
            {
                return Err(format!("profile {key}: {} have no field {field}", record.kind));
            }
            if let Some(field) =
                record.when.iter().find(|field| !record.fields.contains_key(*field))
            {
                return Err(format!("profile {key}: when names {field}, which the record has not"));
            }
            let mut mappings = record.fields.iter();
            if let Some((field, _)) = mappings.find(|(_, mapping)| mapping.columns.contains(&0)) {
                return Err(format!("profile {key}: {field} names column 0; columns count from 1"));
            }
        }
        for need in profile.needs.iter().flat_map(|need| need.split('|')) {
            if !profile.records.iter().any(|record| record.fields.contains_key(need)) {
                return Err(format!("profile {key}: needs {need}, which none of its records has"));
            }
        }
        if profile.records.is_empty() && profile.nothing.is_none() {
            return Err(format!("profile {key}: has no records"));
        }
        profile.settle();
        Ok(profile)
    }

    /// The same for a file that somebody says is such a file, whatever its headers are, with other meanings for some
    /// of its columns: by column counted from 0 a field of its rows as `accounts.name`, or nothing.
    #[must_use]
    pub fn by_hand(&self, chosen: &BTreeMap<usize, Option<String>>) -> Self {
        let mut profile = Self { by_hand: true, ..self.clone() };
        for (column, field) in chosen {
            let named = field.as_deref().and_then(|field| field.split_once('.'));
            let to = named.and_then(|(kind, field)| {
                let place = profile.records.iter().position(|record| record.kind.key() == kind)?;
                let record = profile.records.get_mut(place)?;
                let known = table::headers(record.kind).iter().any(|known| known.name == field);
                known.then(|| {
                    record.fields.entry(field.to_owned()).or_default();
                    (place, field.to_owned())
                })
            });
            profile.chosen.insert(*column, to);
        }
        profile
    }

    /// Writes its headers as headers are compared, once and for all.
    fn settle(&mut self) {
        let fields = self.records.iter_mut().flat_map(|record| record.fields.values_mut());
        for mapping in fields {
            for header in &mut mapping.headers {
                *header = normalise(header);
                self.headers.insert(header.clone());
            }
            let values = std::mem::take(&mut mapping.values);
            mapping.values = values.into_iter().map(|(from, to)| (normalise(&from), to)).collect();
        }
        self.headers.extend(self.keep.iter().map(|header| normalise(header)));
        let others = self.also.iter_mut().chain(&mut self.must).chain(&mut self.signs);
        for header in others {
            *header = normalise(header);
            self.headers.insert(header.clone());
        }
        for header in self.strip.iter_mut().chain(&mut self.files) {
            *header = normalise(header);
        }
        let skip = std::mem::take(&mut self.skip);
        self.skip = skip.into_iter().map(|(header, values)| (normalise(&header), values)).collect();
        self.headers.extend(self.skip.keys().cloned());
    }

    /// The header as this profile knows it, and what a unit in it (`(in 000s USD)`) multiplies its numbers with.
    pub(super) fn resolve(&self, header: &str) -> (String, f64) {
        self.resolve_normal(&normalise(header))
    }

    /// As [`Self::resolve`], of a header as headers are compared.
    pub(super) fn resolve_normal(&self, normal: &str) -> (String, f64) {
        if self.headers.contains(normal) {
            return (normal.to_owned(), 1.0);
        }
        for beginning in &self.strip {
            if let Some(rest) = normal.strip_prefix(beginning.as_str())
                && self.headers.contains(rest)
            {
                return (rest.to_owned(), 1.0);
            }
        }
        if let Some((name, unit)) = normal.split_once(['(', '['])
            && self.headers.contains(name)
        {
            return (name.to_owned(), unit_of(unit));
        }
        (normal.to_owned(), 1.0)
    }

    /// What a column that is kept as it stands is called; none where it isn't.
    pub(super) fn keeps(&self, normal: &str) -> Option<&str> {
        self.keep.iter().find(|header| normalise(header) == normal).map(String::as_str)
    }

    /// True where it was saved for files with exactly these headers.
    pub(super) fn was_saved_for(&self, headers: &[String]) -> bool {
        !self.files.is_empty()
            && self.files.iter().map(String::as_str).eq(headers.iter().map(|raw| normalise(raw)))
    }

    /// Its text, to be saved for files with these headers.
    #[must_use]
    pub fn saved_for(&self, headers: &[String]) -> String {
        let files: Vec<_> =
            headers.iter().map(|header| toml::Value::from(header.as_str())).collect();
        let rest = self.text.lines().filter(|line| !line.starts_with("files = "));
        let rest: Vec<_> = rest.collect();
        format!("files = {}\n{}\n", toml::Value::from(files), rest.join("\n"))
    }

    /// True where the ids in this row are written as its own ids are.
    pub(super) fn has_its_ids(&self, names: &[String], row: &[String]) -> bool {
        let Some(beginning) = &self.ids else { return false };
        let mut own = self.records.iter().filter(|record| !record.once);
        let Some(mapping) = own.find_map(|record| record.fields.get("id")) else {
            return false;
        };
        names.iter().zip(row).any(|(name, cell)| {
            mapping.headers.contains(name)
                && cell.starts_with(beginning.as_str())
                && matches!(cell.len(), 15 | 18)
                && cell.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    }

    /// The kinds of draft that its rows give, without repetition.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<_> = self.records.iter().map(|record| record.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// True for text that means "nothing" in files of this profile.
    pub(super) fn is_null(&self, text: &str) -> bool {
        match &self.nulls {
            Some(nulls) => nulls.iter().any(|null| null.eq_ignore_ascii_case(text)),
            None => NULLS.iter().any(|null| null.eq_ignore_ascii_case(text)),
        }
    }

    /// The highest column number that it names.
    pub(super) fn widest(&self) -> usize {
        let fields = self.records.iter().flat_map(|record| record.fields.values());
        fields.flat_map(|mapping| mapping.columns.iter().copied()).max().unwrap_or(0)
    }

    fn names_column(&self, number: usize) -> bool {
        let mut fields = self.records.iter().flat_map(|record| record.fields.values());
        fields.any(|mapping| mapping.columns.contains(&number))
    }

    /// By column: whether the profile knows its header.
    pub(super) fn known(&self, headers: &[String]) -> Vec<bool> {
        let names: Vec<_> = headers.iter().map(|header| self.resolve(header).0).collect();
        self.known_names(headers, &names)
    }

    /// As [`Self::known`], where the headers were resolved already.
    pub(super) fn known_names(&self, headers: &[String], names: &[String]) -> Vec<bool> {
        headers
            .iter()
            .zip(names)
            .enumerate()
            .map(|(place, (raw, name))| match self.chosen.get(&place) {
                Some(to) => to.is_some(),
                None => {
                    self.headers.contains(name)
                        || self.names_column(place + 1)
                        || self.records.iter().any(|record| extra_key(record.kind, raw).is_some())
                }
            })
            .collect()
    }
}

/// The key behind `package.` in a header.
pub(super) fn extra_key(kind: Kind, header: &str) -> Option<String> {
    if kind != Kind::Handoffs {
        return None;
    }
    let header = super::value::snake(header.trim_start_matches('\u{feff}'));
    header.strip_prefix("package.").filter(|key| !key.is_empty()).map(str::to_owned)
}

/// What the unit in a header (`Turnover (in 000s)`) multiplies its numbers with.
pub(super) fn unit_in(header: &str) -> f64 {
    let normal = normalise(header);
    normal.split_once(['(', '[']).map_or(1.0, |(_, unit)| unit_of(unit))
}

/// What a unit in a header multiplies its numbers with: `in000susd)`, `in thousands`, `$m`.
fn unit_of(unit: &str) -> f64 {
    let unit = unit.trim_end_matches([')', ']']);
    let bare: String =
        unit.chars().filter(|sign| !matches!(sign, '$' | '€' | '£' | ',' | '\'')).collect();
    let bare = bare.strip_prefix("in").unwrap_or(&bare);
    let bare = ["usd", "eur", "gbp"].iter().fold(bare, |bare, currency| {
        bare.strip_prefix(currency).or_else(|| bare.strip_suffix(currency)).unwrap_or(bare)
    });
    let bare = bare.strip_prefix("in").unwrap_or(bare);
    match bare {
        "000s" | "000" | "0s" | "thousand" | "thousands" | "k" => 1e3,
        "000000s" | "000000" | "million" | "millions" | "m" | "mm" | "mn" | "mil" => 1e6,
        "billion" | "billions" | "b" | "bn" => 1e9,
        _ => 1.0,
    }
}
