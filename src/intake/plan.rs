//! A profile laid over the columns of one file: which cells go to which field of which draft.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};

use super::draft::{AccountDraft, DealDraft, Draft, HandoffDraft, Kind, PersonDraft};
use super::field::{Build, Cell, Context, Field};
use super::problem::Cells;
use super::profile::{self, Mapping, Profile, Record};
use super::table::{ContactBuild, SignalBuild};

/// Longest cell in bytes.
pub(super) const CELL_MAX: usize = 64 * 1024;
/// Longest cell of prose in bytes.
pub(super) const PROSE_MAX: usize = 256 * 1024;

/// What is wrong with a row: in which column counted from 0, where it is one, and the sentence.
pub(super) type Fault = (Option<usize>, String);

/// A profile laid over the columns of a file.
pub(super) struct Plan {
    records: Vec<Box<dyn Drafts + Send>>,
    /// By column: longest cell.
    limits: Vec<usize>,
    /// Ids that were given already, by record, where each is to be given once.
    given: HashSet<(usize, u64)>,
}

/// A record with its columns found, whatever it builds.
trait Drafts {
    /// The id by which the record is to be given once; `None` where it is given for each row.
    fn once<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<Option<&'a str>>;

    /// What the row says.
    fn draft(&self, profile: &Profile, cells: &Cells, context: Context) -> Result<Draft, Fault>;
}

/// A record with its columns found.
struct Bound<D: Build> {
    fields: Vec<BoundField<D>>,
    /// Columns that name a field of their own, with its key.
    extra: Vec<(usize, String)>,
    once: bool,
}

struct BoundField<D: Build> {
    field: &'static Field<D>,
    /// The best first.
    columns: Vec<usize>,
    fixed: Option<String>,
    prefix: String,
    times: f64,
    values: BTreeMap<String, String>,
}

impl Plan {
    /// Finds the columns of every field.
    pub(super) fn new(profile: &Profile, headers: &[String]) -> Self {
        let normal: Vec<_> = headers.iter().map(|header| profile::normalise(header)).collect();
        let mut limits = vec![CELL_MAX; headers.len()];
        let records = profile
            .records
            .iter()
            .map(|record| -> Box<dyn Drafts + Send> {
                let limits = &mut limits;
                match record.kind {
                    Kind::Accounts => bind::<AccountDraft>(record, headers, &normal, limits),
                    Kind::Contacts => bind::<ContactBuild>(record, headers, &normal, limits),
                    Kind::Signals => bind::<SignalBuild>(record, headers, &normal, limits),
                    Kind::People => bind::<PersonDraft>(record, headers, &normal, limits),
                    Kind::Deals => bind::<DealDraft>(record, headers, &normal, limits),
                    Kind::Handoffs => bind::<HandoffDraft>(record, headers, &normal, limits),
                }
            })
            .collect();
        Self { records, limits, given: HashSet::new() }
    }

    /// Takes over from the plan before what it has given already; for files whose columns grow.
    pub(super) fn take_over(&mut self, before: Self) {
        self.given = before.given;
    }

    /// Longest cell that a column may hold, in bytes.
    pub(super) fn limit(&self, column: usize) -> usize {
        self.limits.get(column).copied().unwrap_or(CELL_MAX)
    }

    /// Every draft that the row gives, or none of them and the first fault.
    pub(super) fn drafts(
        &mut self,
        profile: &Profile,
        cells: &Cells,
        context: Context,
    ) -> Result<Vec<Draft>, Fault> {
        let mut drafts = Vec::with_capacity(self.records.len());
        let mut given = Vec::new();
        for (place, record) in self.records.iter().enumerate() {
            if let Some(id) = record.once(profile, cells) {
                let Some(id) = id else { continue };
                let mut hasher = DefaultHasher::new();
                id.hash(&mut hasher);
                let mark = (place, hasher.finish());
                if self.given.contains(&mark) {
                    continue;
                }
                given.push(mark);
            }
            drafts.push(record.draft(profile, cells, context)?);
        }
        self.given.extend(given);
        Ok(drafts)
    }
}

fn bind<D: Build>(
    record: &Record,
    headers: &[String],
    normal: &[String],
    limits: &mut [usize],
) -> Box<dyn Drafts + Send> {
    let columns_of = |mapping: &Mapping| -> Vec<usize> {
        mapping
            .headers
            .iter()
            .flat_map(|wanted| {
                normal.iter().enumerate().filter(move |(_, header)| *header == wanted)
            })
            .map(|(column, _)| column)
            .collect()
    };
    let fields: Vec<BoundField<D>> = D::FIELDS
        .iter()
        .filter_map(|field| {
            let mapping = record.fields.get(field.name)?;
            let columns = columns_of(mapping);
            (!columns.is_empty() || mapping.fixed.is_some()).then(|| BoundField {
                field,
                columns,
                fixed: mapping.fixed.clone(),
                prefix: mapping.prefix.clone(),
                times: mapping.times.unwrap_or(1.0),
                values: mapping.values.clone(),
            })
        })
        .collect();
    let extra: Vec<_> = headers
        .iter()
        .enumerate()
        .filter_map(|(column, header)| {
            profile::extra_key(record.kind, header).map(|key| (column, key))
        })
        .collect();
    let prose = fields.iter().filter(|bound| bound.field.prose).flat_map(|bound| &bound.columns);
    for column in prose.chain(extra.iter().map(|(column, _)| column)) {
        if let Some(limit) = limits.get_mut(*column) {
            *limit = PROSE_MAX;
        }
    }
    Box::new(Bound { fields, extra, once: record.once })
}

impl<D: Build> Drafts for Bound<D> {
    fn once<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<Option<&'a str>> {
        let id = || self.fields.iter().find(|bound| bound.field.name == "id");
        self.once.then(|| id().and_then(|bound| bound.find(profile, cells)).map(|(_, text)| text))
    }

    fn draft(&self, profile: &Profile, cells: &Cells, context: Context) -> Result<Draft, Fault> {
        let mut draft = D::default();
        for bound in &self.fields {
            let Some((column, text)) = bound.find(profile, cells) else { continue };
            let mapped = match bound.values.is_empty() {
                true => None,
                false => bound.values.get(&profile::normalise(text)),
            };
            let cell = Cell {
                text: mapped.map_or(text, String::as_str),
                prefix: &bound.prefix,
                times: bound.times,
                context,
            };
            (bound.field.set)(&mut draft, &cell).map_err(|reason| (column, reason))?;
        }
        for (column, key) in &self.extra {
            let text = trimmed(cells.get(*column).unwrap_or_default());
            if !text.is_empty() {
                draft.extra(key, text);
            }
        }
        draft.finish().map_err(|(field, reason)| {
            let bound = self.fields.iter().find(|bound| bound.field.name == field);
            (bound.and_then(|bound| bound.columns.first().copied()), reason)
        })
    }
}

impl<D: Build> BoundField<D> {
    /// The first cell that holds something, with its column.
    fn find<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<(Option<usize>, &'a str)> {
        let holds = |text: &str| match self.field.prose {
            true => !text.is_empty(),
            false => !profile.is_null(text),
        };
        self.columns
            .iter()
            .filter_map(|column| Some((Some(*column), trimmed(cells.get(*column)?))))
            .find(|(_, text)| holds(text))
            .or_else(|| self.fixed.as_deref().map(|text| (None, text)))
    }
}

/// The text without blanks around it, and without the one `'` that keeps a spreadsheet from running it as a formula:
/// what stands behind that `'` is read as if it stood alone.
pub(super) fn trimmed(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) if super::rejects::starts_a_formula(rest) => trimmed(rest),
        _ => text,
    }
}
