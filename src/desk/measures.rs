//! Measures of a month or a week: the sums of the store, put together into figures, cuts, action items and the feedback
//! pack. The screen asks for a [`Sheet`], which only reads roll-ups; a report asks for all of it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, DeskError};
use crate::domain::ids::PersonId;
use crate::domain::measure::Measure;
use crate::domain::measure::count::{Counter, Heard, Slice, Spread, Sums};
use crate::domain::measure::feedback::{Claims, Feedback, Sent, missing_by_sender};
use crate::domain::measure::figure::{Beside, Figure, Formula, figure};
use crate::domain::measure::period::{Period, Span};
use crate::domain::measure::sheet::{
    Action, Converted, CutRow, CutTable, Rate, Report, Scope, Sheet, Team, actions, funnel, shows,
    term_of,
};
use crate::domain::person::Role;
use crate::domain::time::Instant;
use crate::store::{Cut, Groups, Seen};

/// Periods whose rates a sheet shows.
const RATES: i32 = 6;
/// Weeks that a sheet shows at least.
const WEEKS: i32 = 8;
/// Handoffs that show an action item.
const EXAMPLES: usize = 3;
/// Outcomes of each code that the feedback pack tells one by one.
const TOLD: usize = 200;

/// Everything that was read of one period.
struct Read {
    groups: Groups,
    heard: BTreeMap<(String, String), Heard>,
}

/// A week, and how many of each type were handed off in it.
type Volume = (Period, Vec<(String, i64)>);

impl Desk {
    /// The figures of a month or week, from roll-ups.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn measures(&self, scope: &Scope, now: Instant) -> Result<Sheet, DeskError> {
        let people = self.people_of(scope);
        let cut = Cut { slice: Slice::All, people: people.as_deref(), now };
        Ok(self.sheet_of(scope, &cut, &mut Seen::default())?.0)
    }

    /// A whole report.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn report(&self, scope: &Scope, now: Instant) -> Result<Report, DeskError> {
        // Each cut sums the same rows of the period once more.
        self.store.read_much(true)?;
        let report = self.whole_report(scope, now);
        self.store.read_much(false)?;
        report
    }

    fn whole_report(&self, scope: &Scope, now: Instant) -> Result<Report, DeskError> {
        let people = self.people_of(scope);
        let cut = Cut { slice: Slice::All, people: people.as_deref(), now };
        let mut seen = Seen::default();
        let seen = &mut seen;
        let (sheet, read) = self.sheet_of(scope, &cut, seen)?;
        let policy = self.policy();
        let span = scope.period.span(policy.zone);
        let own = scope.kind.clone().map(|kind| vec![kind]);
        let names: BTreeMap<PersonId, String> =
            self.store.people()?.into_iter().map(|person| (person.id, person.name)).collect();
        let sums = pick(&read.groups, own.as_deref(), scope);
        let mut cuts = vec![self.by_type(scope, &cut, &sheet, &read, seen)?];
        for slice in [Slice::Person, Slice::Source, Slice::Tier, Slice::Segment] {
            cuts.push(self.by_slice(scope, &Cut { slice, ..cut }, &names, seen)?);
        }
        let assigned: BTreeSet<&str> = cuts
            .iter()
            .filter(|table| table.by == Slice::Person.key())
            .flat_map(|table| &table.rows)
            .filter(|row| row.term != "owner:none")
            .map(|row| row.name.as_str())
            .collect();
        let handed = sums.all(Counter::Handed);
        let per_person = (!assigned.is_empty())
            .then(|| sums.all(Counter::Assigned) as f64 / assigned.len() as f64);
        let before = sheet
            .figure(Measure::Volume)
            .and_then(|volume| volume.before)
            .map_or(handed, |before| before as i64);
        let filters = Measure::ALL
            .iter()
            .map(|measure| (*measure, scope.filter(*measure, shows(*measure), policy)))
            .collect();
        Ok(Report {
            actions: self.items(scope, &cut, &sheet, seen)?,
            broken: self.store.broken(span, own.as_deref(), &cut)?,
            feedback: self.feedback(span, own.as_deref(), &cut, &names)?,
            labels: policy
                .types
                .iter()
                .map(|kind| (kind.key.clone(), kind.label.clone()))
                .collect(),
            sheet,
            before,
            per_person,
            cuts,
            filters,
        })
    }

    /// The people who can be looked at together: each manager's, by the manager's name.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn teams(&self) -> Result<Vec<Team>, DeskError> {
        let people = self.store.people()?;
        let leads = people.iter().filter(|person| {
            person.role == Role::Manager
                && people.iter().any(|other| other.manager == Some(person.id))
        });
        Ok(leads
            .map(|lead| Team {
                name: lead.name.clone(),
                people: people
                    .iter()
                    .filter(|person| person.manager == Some(lead.id) || person.id == lead.id)
                    .map(|person| (person.id, person.name.clone()))
                    .collect(),
            })
            .collect())
    }

    pub(super) fn people_of(&self, scope: &Scope) -> Option<Vec<PersonId>> {
        scope.team.as_ref().map(|team| team.people.iter().map(|(id, _)| *id).collect())
    }

    /// The sheet, and what was read of its period.
    fn sheet_of(
        &self,
        scope: &Scope,
        cut: &Cut<'_>,
        seen: &mut Seen,
    ) -> Result<(Sheet, Read), DeskError> {
        let policy = self.policy();
        let zone = policy.zone;
        let span = scope.period.span(zone);
        let periods: Vec<Period> = (1 - RATES..=0).map(|far| scope.period.plus(far)).collect();
        let older: Vec<Span> = periods.iter().take(4).map(|period| period.span(zone)).collect();
        let newer: Vec<Span> = periods.iter().skip(4).map(|period| period.span(zone)).collect();
        let mut groups = self.store.sums(&older, cut, false, seen)?;
        groups.extend(self.store.sums(&newer, cut, true, seen)?);
        let running = span.from <= cut.now && cut.now < span.until;
        let heard = if running { self.store.heard(cut)? } else { BTreeMap::new() };
        let list = self.store.listed()?;
        let mut figures = Vec::new();
        let last = groups.pop().unwrap_or_default();
        let read = Read { groups: last, heard };
        let earlier = Read { groups: groups.pop().unwrap_or_default(), heard: BTreeMap::new() };
        let previous = Scope { period: scope.period.previous(), ..scope.clone() };
        for measure in Measure::ALL {
            let mut now = self.one(*measure, scope, cut, &read, (list, running), seen)?;
            let before = self.one(*measure, &previous, cut, &earlier, (list, false), seen)?;
            now.before = before.value.number();
            if *measure == Measure::Volume && !running && before.value.of() == 0 {
                now.before = None;
            }
            figures.push(now);
        }
        let mut rates = Vec::new();
        let all = groups.iter().chain([&earlier.groups, &read.groups]);
        for (period, groups) in periods.iter().zip(all) {
            let number = |measure: Measure| {
                let sums = pick(groups, scope.kinds(measure, policy).as_deref(), scope);
                figure(measure, &sums, &Beside::default(), policy).value.number()
            };
            rates.push(Rate {
                period: *period,
                response: number(Measure::HandoffToResponse),
                opportunity: number(Measure::ResponseToOpportunity),
            });
        }
        let own = scope.kind.clone().map(|kind| vec![kind]);
        let sums = pick(&read.groups, own.as_deref(), scope);
        let sources = self.sources(scope, cut, span, seen)?;
        let spread = self.store.spreads(span, own.as_deref(), cut, seen)?;
        let spread = spread.get("").cloned().unwrap_or_default();
        let sheet = Sheet {
            scope: scope.clone(),
            now: cut.now,
            zone,
            over: span.until <= cut.now,
            figures,
            weeks: self.weeks(scope, cut)?,
            clocks: sums.clocks.iter().map(|(name, kept)| (*name, *kept)).collect(),
            rates,
            sources,
            funnel: funnel(&sums),
            spread: Spread { untouched: sums.all(Counter::Assigned) - spread.touched, ..spread },
            reasons: self.store.reasons(span, own.as_deref(), cut)?,
        };
        Ok((sheet, read))
    }

    /// One measure of what was read of its period.
    fn one(
        &self,
        measure: Measure,
        scope: &Scope,
        cut: &Cut<'_>,
        read: &Read,
        (list, running): (i64, bool),
        seen: &mut Seen,
    ) -> Result<Figure, DeskError> {
        let policy = self.policy();
        let kinds = scope.kinds(measure, policy);
        let sums = pick(&read.groups, kinds.as_deref(), scope);
        let mut beside = Beside { list, ..Beside::default() };
        match measure.formula() {
            Formula::Times => {
                let span = scope.period.span(policy.zone);
                let spread = self.store.spreads(span, kinds.as_deref(), cut, seen)?.remove("");
                beside.spread = spread.unwrap_or_default();
                beside.spread.untouched = sums.all(Counter::Assigned) - beside.spread.touched;
            }
            Formula::Heard if running => {
                let mut all = Heard::default();
                for ((_, kind), heard) in &read.heard {
                    if holds(kinds.as_deref(), kind) {
                        add_heard(&mut all, heard);
                    }
                }
                beside.heard = Some(all);
            }
            _ => {}
        }
        Ok(figure(measure, &sums, &beside, policy))
    }

    fn weeks(&self, scope: &Scope, cut: &Cut<'_>) -> Result<Vec<Volume>, DeskError> {
        let zone = self.policy().zone;
        let span = scope.period.span(zone);
        let last = Period::week_of(span.until.plus(-1), zone);
        let first = Period::week_of(span.from, zone).min(last.plus(1 - WEEKS));
        let mut weeks = vec![first];
        while let Some(week) = weeks.last().copied().filter(|week| *week < last) {
            weeks.push(week.next());
        }
        weeks.retain(|week| week.span(zone).from <= cut.now);
        let spans: Vec<Span> = weeks.iter().map(|week| week.span(zone)).collect();
        let volumes = self.store.volumes(&spans, cut)?;
        let by_kind = |groups: Groups| -> Vec<(String, i64)> {
            let mut kinds: BTreeMap<String, i64> = BTreeMap::new();
            for ((_, kind), sums) in groups {
                if scope.kind.as_ref().is_none_or(|only| *only == kind) {
                    *kinds.entry(kind).or_default() += sums.all(Counter::Handed);
                }
            }
            kinds.into_iter().filter(|(_, n)| *n > 0).collect()
        };
        Ok(weeks.into_iter().zip(volumes.into_iter().map(by_kind)).collect())
    }

    fn sources(
        &self,
        scope: &Scope,
        cut: &Cut<'_>,
        span: Span,
        seen: &mut Seen,
    ) -> Result<Vec<Converted>, DeskError> {
        let cut = Cut { slice: Slice::Source, ..*cut };
        let groups = self.store.sums(&[span], &cut, false, seen)?.pop().unwrap_or_default();
        let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for ((source, kind), sums) in groups {
            if scope.kind.as_ref().is_none_or(|only| *only == kind) {
                let entry = found.entry(source).or_default();
                entry.0 += sums.all(Counter::Handed);
                entry.1 += sums.all(Counter::Converted);
            }
        }
        let mut sources: Vec<Converted> = found
            .into_iter()
            .filter(|(_, (handed, _))| *handed > 0)
            .map(|(source, (handed, converted))| Converted { source, handed, converted })
            .collect();
        sources.sort_by(|a, b| b.handed.cmp(&a.handed).then_with(|| a.source.cmp(&b.source)));
        Ok(sources)
    }

    fn by_type(
        &self,
        scope: &Scope,
        cut: &Cut<'_>,
        sheet: &Sheet,
        read: &Read,
        seen: &mut Seen,
    ) -> Result<CutTable, DeskError> {
        let policy = self.policy();
        let kinds: BTreeSet<&String> = read.groups.keys().map(|(_, kind)| kind).collect();
        let list = self.store.listed()?;
        let mut rows = Vec::new();
        for kind in kinds {
            if scope.kind.as_ref().is_some_and(|only| only != kind) {
                continue;
            }
            let only = Scope { kind: Some(kind.clone()), ..scope.clone() };
            let mut figures = Vec::new();
            for measure in Measure::ALL {
                figures.push(self.one(*measure, &only, cut, read, (list, !sheet.over), seen)?);
            }
            let name = policy.kind(kind).map_or_else(|| kind.clone(), |rule| rule.label.clone());
            rows.push(CutRow { name, term: format!("type:{kind}"), figures });
        }
        Ok(sorted("type", rows))
    }

    fn by_slice(
        &self,
        scope: &Scope,
        cut: &Cut<'_>,
        names: &BTreeMap<PersonId, String>,
        seen: &mut Seen,
    ) -> Result<CutTable, DeskError> {
        let policy = self.policy();
        let span = scope.period.span(policy.zone);
        let running = span.from <= cut.now && cut.now < span.until;
        let groups = self.store.sums(&[span], cut, true, seen)?.pop().unwrap_or_default();
        let heard = if running { self.store.heard(cut)? } else { BTreeMap::new() };
        let list = self.store.listed()?;
        let mut spreads: BTreeMap<Option<Vec<String>>, BTreeMap<String, Spread>> = BTreeMap::new();
        for measure in [Measure::TimeToFirstTouch, Measure::MqlTimeToFirstTouch] {
            let kinds = scope.kinds(measure, policy);
            if let Entry::Vacant(vacant) = spreads.entry(kinds) {
                let found = self.store.spreads(span, vacant.key().as_deref(), cut, seen)?;
                vacant.insert(found);
            }
        }
        let values: BTreeSet<&String> = groups.keys().map(|(value, _)| value).collect();
        let mut rows = Vec::new();
        for value in values {
            let of = |kinds: Option<&[String]>| {
                let mut sums = Sums::default();
                for ((own, kind), group) in &groups {
                    if own == value && in_scope(scope, kind) && holds(kinds, kind) {
                        sums.add(group);
                    }
                }
                sums
            };
            if of(None) == Sums::default() {
                continue;
            }
            let mut figures = Vec::new();
            for measure in Measure::ALL {
                let kinds = scope.kinds(*measure, policy);
                let sums = of(kinds.as_deref());
                let mut beside = Beside { list, ..Beside::default() };
                if measure.formula() == Formula::Times {
                    let spread = spreads.get(&kinds).and_then(|all| {
                        all.iter().find(|(own, _)| own.eq_ignore_ascii_case(value))
                    });
                    beside.spread = spread.map(|(_, spread)| spread.clone()).unwrap_or_default();
                    beside.spread.untouched = sums.all(Counter::Assigned) - beside.spread.touched;
                }
                if running {
                    let mut all = Heard::default();
                    for ((own, kind), heard) in &heard {
                        if own == value && in_scope(scope, kind) {
                            add_heard(&mut all, heard);
                        }
                    }
                    beside.heard = Some(all);
                }
                figures.push(figure(*measure, &sums, &beside, policy));
            }
            let name = match cut.slice {
                Slice::Person => match value.parse().ok().map(PersonId) {
                    Some(id) => names.get(&id).cloned().unwrap_or_else(|| id.to_string()),
                    None => "nobody".to_owned(),
                },
                Slice::Segment if value.is_empty() => "no segment".to_owned(),
                Slice::Tier => format!("Tier {value}"),
                _ => value.replace('_', " "),
            };
            rows.push(CutRow { name, term: term_of(cut.slice, value, names), figures });
        }
        Ok(sorted(cut.slice.key(), rows))
    }

    fn items(
        &self,
        scope: &Scope,
        cut: &Cut<'_>,
        sheet: &Sheet,
        seen: &mut Seen,
    ) -> Result<Vec<Action>, DeskError> {
        let policy = self.policy();
        let span = scope.period.span(policy.zone);
        let mut all = actions(sheet, policy);
        for action in &mut all {
            let kinds = scope.kinds(action.measure, policy);
            action.examples = match action.measure.formula() {
                Formula::Times => {
                    let median = sheet.figure(action.measure).and_then(|one| one.value.number());
                    let median = median.unwrap_or_default() as i64;
                    self.store.slowest(span, kinds.as_deref(), cut, (median, EXAMPLES), seen)?
                }
                _ => {
                    let stands = (shows(action.measure), action.measure);
                    self.store.examples(span, kinds.as_deref(), cut, stands, EXAMPLES)?
                }
            };
        }
        Ok(all)
    }

    pub(super) fn feedback(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
        names: &BTreeMap<PersonId, String>,
    ) -> Result<Feedback, DeskError> {
        let policy = self.policy();
        let label = |code: &str| {
            policy.disposition(code).map_or_else(|| code.to_owned(), |rule| rule.label.clone())
        };
        let counts = self.store.reasons(span, kinds, cut)?;
        let disposed = self.store.disposed(span, kinds, cut, TOLD)?;
        let mut pack = Feedback::of(&disposed, &counts, label);
        pack.claims = self
            .store
            .claims(span, kinds, cut)?
            .into_iter()
            .map(|(source, (judged, wrong))| Claims { source, judged, wrong })
            .collect();
        let mut missing = missing_by_sender(&disposed);
        pack.senders = self
            .store
            .senders(span, kinds, cut)?
            .into_iter()
            .map(|(who, sender)| Sent {
                name: who
                    .and_then(|id| names.get(&id).cloned())
                    .unwrap_or_else(|| "marketing".to_owned()),
                sender,
                missing: missing.remove(&who).unwrap_or_default(),
            })
            .collect();
        pack.senders.sort_by(|a, b| {
            b.sender.handed.cmp(&a.sender.handed).then_with(|| a.name.cmp(&b.name))
        });
        Ok(pack)
    }
}

fn in_scope(scope: &Scope, kind: &str) -> bool {
    scope.kind.as_deref().is_none_or(|only| only == kind)
}

fn holds(kinds: Option<&[String]>, kind: &str) -> bool {
    kinds.is_none_or(|kinds| kinds.iter().any(|one| one == kind))
}

/// The sums of some types, or of all that were asked for.
fn pick(groups: &Groups, kinds: Option<&[String]>, scope: &Scope) -> Sums {
    let mut all = Sums::default();
    for ((_, kind), sums) in groups {
        if in_scope(scope, kind) && holds(kinds, kind) {
            all.add(sums);
        }
    }
    all
}

const fn add_heard(all: &mut Heard, other: &Heard) {
    all.reported += other.reported;
    all.young += other.young;
    all.silent += other.silent;
}

/// The rows of a table, the largest first.
fn sorted(by: &'static str, mut rows: Vec<CutRow>) -> CutTable {
    let handed = |row: &CutRow| {
        let volume = row.figures.iter().find(|one| one.measure == Measure::Volume);
        volume.map_or(0, |one| one.value.of())
    };
    rows.sort_by(|a, b| handed(b).cmp(&handed(a)).then_with(|| a.name.cmp(&b.name)));
    CutTable { by, rows }
}
