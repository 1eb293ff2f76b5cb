//! A profile laid over the columns of one file: which cells go to which field of which draft.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};

use super::draft::{AccountDraft, Draft, HandoffDraft, Kind};
use super::field::{Build, Cell, Context, Field};
use super::problem::Cells;
use super::profile::{self, Form, Mapping, Profile, Record};
use super::survey::{Style, Survey, is_spreadsheet_accident};
use super::table::{ContactBuild, DealBuild, PersonBuild, SignalBuild};
use crate::domain::time::Instant;

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
    /// By column: what is known of all its cells.
    styles: Vec<Style>,
    /// By column: what it is used for.
    uses: Vec<Vec<Use>>,
    /// Columns of [`Profile::skip`] with the values that leave a row out.
    skip: Vec<(usize, Vec<String>)>,
    /// Ids that were given already, by record, where each is to be given once.
    given: HashSet<(usize, u64)>,
    /// What was left out of rows that were taken, by column.
    pub(super) tally: Tally,
}

/// What a column is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Use {
    pub(super) kind: Kind,
    pub(super) field: &'static str,
    /// Its cells are days or times.
    pub(super) dates: bool,
    /// Its cells are text, where a date would be an accident.
    text: bool,
}

impl Use {
    fn new(kind: Kind, field: &'static str) -> Self {
        let dates = matches!(field, "at" | "opened" | "closed" | "meeting_at");
        let text =
            !dates && !matches!(field, "news" | "events" | "out_of_office" | "detail" | "reason");
        Self { kind, field, dates, text }
    }
}

/// `accounts.name`.
impl std::fmt::Display for Use {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.kind.key(), self.field)
    }
}

/// What was left out of rows that were taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Cells that could not be read, by column: how many, and the first with its line.
    soft: BTreeMap<usize, (u64, u64, String)>,
    /// Values that have no meaning here, by column: what they are taken for, and how often each stands there.
    others: BTreeMap<usize, (String, BTreeMap<String, u64>)>,
    /// Cells that a spreadsheet seems to have turned into dates, by column: how many, and the first with its line.
    accidents: BTreeMap<usize, (u64, u64, String)>,
    /// Rows that are marked to be left out.
    pub(super) skipped: u64,
}

/// A value that was kept as it stands, because it has no meaning here yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptValue {
    /// The column's header.
    pub column: String,
    /// What its cells said.
    pub value: String,
    /// How many of them.
    pub count: u64,
}

/// Most different values of one column that are told.
const OTHERS_MAX: usize = 20;

impl Tally {
    /// What the person should know, a sentence for each.
    pub(super) fn notes(&self, headers: &[String]) -> Vec<String> {
        let name = |column: &usize| match headers.get(*column) {
            Some(header) if !header.is_empty() => header.clone(),
            _ => format!("column {}", column + 1),
        };
        let cells = |count: &u64| match count {
            1 => "1 cell".to_owned(),
            more => format!("{more} cells"),
        };
        let soft = self.soft.iter().map(|(column, (count, line, reason))| {
            format!(
                "{}: {} left out of rows that were taken, the first on line {line}: {reason}",
                name(column),
                cells(count)
            )
        });
        let others = self.others.iter().map(|(column, (taken, values))| {
            let mut told: Vec<_> = values
                .iter()
                .take(6)
                .map(|(value, count)| format!("{value} ({count})"))
                .collect();
            if values.len() > told.len() {
                told.push(format!("and {} more", values.len() - told.len()));
            }
            let counts = match taken.as_str() {
                "" => String::new(),
                taken => format!(" and count as {taken}"),
            };
            format!(
                "{}: values that have no meaning here yet are kept as they are{counts}; a --map file can give them \
                 one: {}",
                name(column),
                told.join(", ")
            )
        });
        let accidents = self.accidents.iter().map(|(column, (count, line, first))| {
            format!(
                "{}: {} may be what a spreadsheet made of something else, the first on line {line}: {first} (5-20 \
                 becomes 20-May); check the original",
                name(column),
                match count {
                    1 => "1 cell".to_owned(),
                    more => format!("{more} cells"),
                }
            )
        });
        let skipped = (self.skipped > 0).then(|| match self.skipped {
            1 => {
                "1 row is marked as deleted, archived or of no use here and was left out".to_owned()
            }
            more => format!(
                "{more} rows are marked as deleted, archived or of no use here and were left out"
            ),
        });
        soft.chain(others).chain(accidents).chain(skipped).collect()
    }

    /// Values that were kept as they stand, by column.
    pub(super) fn kept(&self, headers: &[String]) -> Vec<KeptValue> {
        let mut all = Vec::new();
        for (column, (_, values)) in &self.others {
            for (value, count) in values {
                let column = headers.get(*column).cloned().unwrap_or_default();
                all.push(KeptValue { column, value: value.clone(), count: *count });
            }
        }
        all
    }

    fn soft(&mut self, column: usize, line: u64, reason: String) {
        self.soft.entry(column).or_insert((0, line, reason)).0 += 1;
    }

    fn other(&mut self, column: usize, value: &str, taken: &str) {
        let (_, values) =
            self.others.entry(column).or_insert_with(|| (taken.to_owned(), BTreeMap::new()));
        if values.len() < OTHERS_MAX || values.contains_key(value) {
            *values.entry(super::value::brief(value).to_owned()).or_default() += 1;
        }
    }
}

/// What a row is read with, beside its cells.
struct Ground<'a> {
    profile: &'a Profile,
    styles: &'a [Style],
    context: Context,
    /// The file's own date.
    file_date: Option<Instant>,
    line: u64,
    tally: &'a mut Tally,
}

/// A record with its columns found, whatever it builds.
trait Drafts {
    /// The id by which the record is to be given once; `None` where it is given for each row.
    fn once<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<Option<&'a str>>;

    /// What the row says.
    fn draft(&self, ground: &mut Ground<'_>, cells: &Cells) -> Result<Draft, Fault>;

    /// Whether the row has what the record is given for.
    fn applies(&self, profile: &Profile, cells: &Cells) -> bool;

    /// What the columns are used for.
    fn uses(&self, into: &mut Vec<Vec<Use>>);
}

/// A record with its columns found.
struct Bound<D: Build> {
    fields: Vec<BoundField<D>>,
    /// Columns that name a field of their own, with its key.
    extra: Vec<(usize, String)>,
    /// Columns that are kept as they stand, with what they are called.
    keep: Vec<(usize, String)>,
    once: bool,
    kind: Kind,
    /// Fields without which the record is not given.
    when: Vec<String>,
}

struct BoundField<D: Build> {
    field: &'static Field<D>,
    /// The best first.
    columns: Vec<usize>,
    /// By column of `columns`: what its unit multiplies numbers with.
    units: Vec<f64>,
    fixed: Option<String>,
    prefix: String,
    times: f64,
    values: BTreeMap<String, String>,
    other: Option<String>,
    if_new: Option<String>,
    first: bool,
    soft: bool,
    form: Option<Form>,
    file_date: bool,
}

impl Plan {
    /// Finds the columns of every field.
    pub(super) fn new(profile: &Profile, headers: &[String]) -> Self {
        let normal: Vec<_> = headers.iter().map(|header| profile.resolve(header)).collect();
        let mut limits = vec![CELL_MAX; headers.len()];
        let keep: Vec<_> = normal
            .iter()
            .enumerate()
            .filter(|(column, _)| !profile.chosen.contains_key(column))
            .filter_map(|(column, (header, _))| Some((column, profile.keeps(header)?.to_owned())))
            .collect();
        let last = profile.records.len().saturating_sub(1);
        let records: Vec<_> = profile
            .records
            .iter()
            .enumerate()
            .map(|(place, record)| -> Box<dyn Drafts + Send> {
                // What a row says beside its fields is said of the record it is about, which stands last.
                let keep = if place == last { keep.clone() } else { Vec::new() };
                let limits = &mut limits;
                let record = &Place { record, place, chosen: &profile.chosen };
                match record.record.kind {
                    Kind::Accounts => bind::<AccountDraft>(record, headers, &normal, keep, limits),
                    Kind::Contacts => bind::<ContactBuild>(record, headers, &normal, keep, limits),
                    Kind::Signals => bind::<SignalBuild>(record, headers, &normal, keep, limits),
                    Kind::People => bind::<PersonBuild>(record, headers, &normal, keep, limits),
                    Kind::Deals => bind::<DealBuild>(record, headers, &normal, keep, limits),
                    Kind::Handoffs => bind::<HandoffDraft>(record, headers, &normal, keep, limits),
                }
            })
            .collect();
        let mut uses = vec![Vec::new(); headers.len()];
        for record in &records {
            record.uses(&mut uses);
        }
        let skip = normal
            .iter()
            .enumerate()
            .filter_map(|(column, (header, _))| {
                profile.skip.get(header).map(|values| (column, values.clone()))
            })
            .collect();
        let styles = vec![Style::default(); headers.len()];
        Self { records, limits, styles, uses, skip, given: HashSet::new(), tally: Tally::default() }
    }

    /// What each column is used for.
    pub(super) fn uses(&self) -> &[Vec<Use>] {
        &self.uses
    }

    /// Takes over what the columns were seen to be, and the order of dates where somebody named one.
    pub(super) fn settle(
        &mut self,
        survey: &Survey,
        semicolons: bool,
        order: Option<super::survey::Order>,
    ) {
        for (column, style) in self.styles.iter_mut().enumerate() {
            *style = survey.style(column, semicolons);
            style.order = order.or(style.order);
        }
    }

    /// Takes over from the plan before what it has given already; for files whose columns grow.
    pub(super) fn take_over(&mut self, before: Self) {
        self.given = before.given;
        self.tally = before.tally;
        for (style, known) in self.styles.iter_mut().zip(before.styles) {
            *style = known;
        }
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
        file_date: Option<Instant>,
        line: u64,
    ) -> Result<Vec<Draft>, Fault> {
        for (column, values) in &self.skip {
            let cell = trimmed(cells.get(*column).unwrap_or_default());
            if values.iter().any(|value| value.eq_ignore_ascii_case(cell)) {
                self.tally.skipped += 1;
                return Ok(Vec::new());
            }
        }
        for (column, cell) in cells.iter().enumerate() {
            let digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
            if (4..=12).contains(&cell.len())
                && digit(cell)
                && is_spreadsheet_accident(cell.trim())
                && self.uses.get(column).is_none_or(|uses| uses.iter().all(|used| used.text))
            {
                let first = || (0, line, cell.trim().to_owned());
                self.tally.accidents.entry(column).or_insert_with(first).0 += 1;
            }
        }
        let mut drafts = Vec::with_capacity(self.records.len());
        let mut given = Vec::new();
        let mut ground = Ground {
            profile,
            styles: &self.styles,
            context,
            file_date,
            line,
            tally: &mut self.tally,
        };
        for (place, record) in self.records.iter().enumerate() {
            if !record.applies(profile, cells) {
                continue;
            }
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
            drafts.push(record.draft(&mut ground, cells)?);
        }
        self.given.extend(given);
        Ok(drafts)
    }
}

/// A record, its place in the profile, and what somebody chose for single columns.
struct Place<'a> {
    record: &'a Record,
    place: usize,
    chosen: &'a BTreeMap<usize, Option<(usize, String)>>,
}

fn bind<D: Build>(
    Place { record, place, chosen }: &Place<'_>,
    headers: &[String],
    normal: &[(String, f64)],
    keep: Vec<(usize, String)>,
    limits: &mut [usize],
) -> Box<dyn Drafts + Send> {
    let columns_of = |name: &str, mapping: &Mapping| -> Vec<(usize, f64)> {
        let picked = chosen.iter().filter_map(|(column, to)| {
            let (at, field) = to.as_ref()?;
            let header = headers.get(*column)?;
            (at == place && field == name).then(|| (*column, profile::unit_in(header)))
        });
        let numbered = mapping.columns.iter().map(|number| number - 1);
        let numbered =
            numbered.filter(|column| *column < headers.len()).map(|column| (column, 1.0));
        let named = mapping.headers.iter().flat_map(|wanted| {
            normal.iter().enumerate().filter(move |(_, (header, _))| header == wanted)
        });
        let known = numbered.chain(named.map(|(column, (_, unit))| (column, *unit)));
        let mut found: Vec<(usize, f64)> = Vec::new();
        // Two of a field's known headers may be one when spaces don't count.
        for (column, unit) in picked.chain(known.filter(|(column, _)| !chosen.contains_key(column)))
        {
            if found.iter().all(|(other, _)| *other != column) {
                found.push((column, unit));
            }
        }
        found
    };
    let fields: Vec<BoundField<D>> = D::FIELDS
        .iter()
        .filter_map(|field| {
            let mapping = record.fields.get(field.name)?;
            let (columns, units): (Vec<_>, Vec<_>) =
                columns_of(field.name, mapping).into_iter().unzip();
            let given = mapping.fixed.is_some() || mapping.if_new.is_some() || mapping.file_date;
            (!columns.is_empty() || given).then(|| BoundField {
                field,
                columns,
                units,
                fixed: mapping.fixed.clone(),
                prefix: mapping.prefix.clone(),
                times: mapping.times.unwrap_or(1.0),
                values: mapping.values.clone(),
                other: mapping.other.clone(),
                if_new: mapping.if_new.clone(),
                first: mapping.first,
                soft: mapping.soft,
                form: mapping.form,
                file_date: mapping.file_date,
            })
        })
        .collect();
    let extra: Vec<_> = headers
        .iter()
        .enumerate()
        .filter(|(column, _)| !chosen.contains_key(column))
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
    Box::new(Bound {
        fields,
        extra,
        keep,
        once: record.once,
        kind: record.kind,
        when: record.when.clone(),
    })
}

impl<D: Build> Drafts for Bound<D> {
    fn once<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<Option<&'a str>> {
        let key = |name: &str| {
            let bound = self.fields.iter().find(|bound| bound.field.name == name)?;
            let (_, text) = bound.find(profile, cells)?;
            Some(if bound.first { text.split(';').next().unwrap_or(text).trim() } else { text })
        };
        let keys = ["id", "domain", "website", "email", "name"];
        self.once.then(|| keys.into_iter().find_map(key))
    }

    fn applies(&self, profile: &Profile, cells: &Cells) -> bool {
        self.when.iter().all(|name| {
            let mut bound = self.fields.iter().filter(|bound| bound.field.name == name);
            bound.any(|bound| bound.cell(profile, cells).is_some())
        })
    }

    fn uses(&self, into: &mut Vec<Vec<Use>>) {
        for (column, _) in &self.keep {
            if let Some(uses) = into.get_mut(*column) {
                uses.push(Use::new(self.kind, "kept"));
            }
        }
        for bound in &self.fields {
            for column in &bound.columns {
                if let Some(uses) = into.get_mut(*column) {
                    uses.push(Use::new(self.kind, bound.field.name));
                }
            }
        }
    }

    fn draft(&self, ground: &mut Ground<'_>, cells: &Cells) -> Result<Draft, Fault> {
        let mut draft = D::default();
        for bound in &self.fields {
            let found = bound.find(ground.profile, cells);
            let style = found.and_then(|(column, _)| ground.styles.get(column?).copied());
            let context = Context { style: style.unwrap_or_default(), ..ground.context };
            let unit = found.and_then(|(column, _)| {
                let place = bound.columns.iter().position(|other| Some(*other) == column)?;
                bound.units.get(place).copied()
            });
            let cell = |text| Cell {
                text,
                prefix: &bound.prefix,
                times: bound.times * unit.unwrap_or(1.0),
                form: bound.form,
                context,
            };
            if let Some(value) = &bound.if_new {
                draft
                    .if_new(bound.field.name, &cell(value.as_str()))
                    .map_err(|reason| (None, reason))?;
            }
            let dated: String;
            let (column, text) = match (found, ground.file_date) {
                (Some(found), _) => found,
                (None, Some(at)) if bound.file_date => {
                    dated = at.to_string();
                    (None, dated.as_str())
                }
                (None, _) => continue,
            };
            let text = match bound.first {
                true => trimmed(text.split(';').next().unwrap_or_default()),
                false => text,
            };
            let mapped = match bound.values.is_empty() {
                true => None,
                false => bound.values.get(&profile::normalise(text)),
            };
            let set = (bound.field.set)(&mut draft, &cell(mapped.map_or(text, String::as_str)));
            let word = bound.field.word;
            if word && mapped.is_some() {
                draft.mapped(bound.field.name, text);
            }
            match (set, &bound.other, column) {
                (Ok(()), ..) if word => draft.keep(bound.field.name, None),
                (Ok(()), ..) => {}
                (Err(_), Some(other), Some(column)) => {
                    ground.tally.other(column, text, other);
                    (bound.field.set)(&mut draft, &cell(other.as_str()))
                        .map_err(|reason| (Some(column), reason))?;
                    if word {
                        draft.keep(bound.field.name, Some(text));
                    }
                }
                (Err(_), None, Some(column)) if word && mapped.is_none() => {
                    ground.tally.other(column, text, "");
                    draft.keep(bound.field.name, Some(text));
                }
                (Err(reason), _, Some(column)) if bound.soft => {
                    ground.tally.soft(column, ground.line, reason);
                }
                (Err(reason), ..) => return Err((column, reason)),
            }
            if bound.soft {
                draft.loosen(bound.field.name);
            }
        }
        for (column, name) in &self.keep {
            let text = trimmed(cells.get(*column).unwrap_or_default());
            if !ground.profile.is_null(text) {
                draft.keep(name, Some(text));
            }
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
    /// The first cell that holds something, with its column, or what every row has.
    fn find<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<(Option<usize>, &'a str)> {
        let cell = self.cell(profile, cells).map(|(column, text)| (Some(column), text));
        cell.or_else(|| self.fixed.as_deref().map(|text| (None, text)))
    }

    /// The first cell that holds something, with its column.
    fn cell<'a>(&'a self, profile: &Profile, cells: &'a Cells) -> Option<(usize, &'a str)> {
        let holds = |text: &str| match self.field.prose {
            true => !text.is_empty(),
            false => !profile.is_null(text),
        };
        self.columns
            .iter()
            .filter_map(|column| Some((*column, trimmed(cells.get(*column)?))))
            .find(|(_, text)| holds(text))
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
