//! Which profile a file is of: the one that knows most of its headers, and has all that it needs of them.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::draft::Kind;
use super::profile::{Mapping, Profile, is_error, normalise};

/// Headers that are enough of any file, however many more it has of its own.
const ENOUGH: usize = 4;

/// How well a header row fits a profile.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Fit {
    /// By column: whether the profile knows its header.
    hits: Vec<bool>,
    /// It was saved for exactly these headers.
    saved: bool,
    /// Ids are written as its own are.
    ids: bool,
    /// Headers that only its files have.
    signs: usize,
    /// One of those would be needed.
    signless: bool,
    /// Fields whose best header is there.
    exact: usize,
    /// What the profile needs and the file has not.
    missing: Vec<String>,
}

impl Fit {
    fn count(&self) -> usize {
        self.hits.iter().filter(|hit| **hit).count()
    }

    /// How good it is; the file's name decides last.
    fn rank(&self, hinted: bool) -> (bool, bool, usize, bool, usize, usize, bool) {
        (
            self.missing.is_empty() && !self.signless,
            self.saved,
            self.count(),
            self.ids,
            self.signs,
            self.exact,
            hinted,
        )
    }
}

fn fit(profile: &Profile, headers: &[String], normal: &[String], row: &[String]) -> Fit {
    let names: Vec<_> = normal.iter().map(|normal| profile.resolve_normal(normal).0).collect();
    let set: HashSet<_> = names.iter().map(String::as_str).collect();
    let has = |wanted: &str| set.contains(wanted);
    let first = |mapping: &Mapping| mapping.headers.first().is_some_and(|header| has(header));
    let signs = profile.signs.iter().filter(|sign| has(sign)).count();
    let ids = profile.has_its_ids(&names, row);
    let missing: Vec<String> = match (&profile.nothing, profile.must.is_empty()) {
        _ if profile.by_hand => Vec::new(),
        (Some(_), true) => profile.also.iter().filter(|header| !has(header)).cloned().collect(),
        (Some(_), false) => profile.must.iter().filter(|header| !has(header)).cloned().collect(),
        (None, _) => {
            let lacks = |need: &&String| !meets(profile, need, headers.len(), &has);
            profile.needs.iter().filter(lacks).cloned().collect()
        }
    };
    let signless = signs == 0 && !ids && !profile.signs.is_empty();
    let exact = profile
        .records
        .iter()
        .flat_map(|record| record.fields.values())
        .filter(|mapping| first(mapping))
        .count();
    let saved = profile.was_saved_for(headers);
    Fit { hits: profile.known_names(headers, &names), saved, ids, signs, signless, exact, missing }
}

/// True when every record that has a field of `need` finds a column for one of them in the file; records that are given
/// once come with others.
fn meets(profile: &Profile, need: &str, width: usize, has: &impl Fn(&str) -> bool) -> bool {
    let all_once = profile.records.iter().all(|record| record.once);
    profile.records.iter().filter(|record| all_once || !record.once).all(|record| {
        let mut mappings = need.split('|').filter_map(|field| record.fields.get(field)).peekable();
        mappings.peek().is_none()
            || mappings.any(|mapping| {
                mapping.headers.iter().any(|header| has(header))
                    || mapping.columns.iter().any(|number| *number <= width)
            })
    })
}

/// What a header row was found to be.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Recognition {
    /// One profile fits best.
    Found { profile: Arc<Profile>, hits: Vec<bool>, saved: bool },
    /// Several fit equally well, and their rows are about different things.
    Tie(Vec<Arc<Profile>>),
    /// None fits; the nearest with what it lacks, where one comes near.
    Unknown(Option<(Arc<Profile>, Vec<String>)>),
}

/// Every profile that is known.
#[derive(Clone, Debug)]
pub(super) struct Profiles(Vec<Arc<Profile>>);

macro_rules! shipped {
    ($($key:literal),* $(,)?) => {
        &[$(($key, include_str!(concat!("../../assets/profiles/", $key, ".toml")))),*]
    };
}

/// The shipped profiles; of those that fit equally and say the same, the first counts.
const SHIPPED: &[(&str, &str)] = shipped![
    "accounts",
    "contacts",
    "signals",
    "people",
    "deals",
    "handoffs",
    "maven_accounts",
    "maven_teams",
    "maven_pipeline",
    "maven_products",
    "maven_dictionary",
    "hubspot_companies",
    "hubspot_contacts",
    "hubspot_deals",
    "hubspot_owners",
    "hubspot_pipelines",
    "hubspot_engagements",
    "hubspot_associations",
    "salesforce_accounts",
    "salesforce_contacts",
    "salesforce_leads",
    "salesforce_opportunities",
    "salesforce_activities",
    "salesforce_attachments",
    "record_ids",
    "zoho_accounts",
    "zoho_contacts",
    "zoho_leads",
    "zoho_deals",
    "apollo_contacts",
    "apollo_accounts",
    "zoominfo_contacts",
    "zoominfo_companies",
    "linkedin_companies",
    "linkedin_connections",
    "sixsense_accounts",
    "bombora_surge",
    "yc_companies",
    "dated_names",
    "numbered_columns",
];

impl Profiles {
    /// The profiles that come with the desk.
    pub(super) fn shipped() -> Result<Self, String> {
        static PARSED: OnceLock<Result<Profiles, String>> = OnceLock::new();
        let parse = || {
            let profiles =
                SHIPPED.iter().map(|(key, text)| Profile::parse(key, text).map(Arc::new));
            profiles.collect::<Result<_, _>>().map(Self)
        };
        PARSED.get_or_init(parse).clone()
    }

    /// These before all others.
    pub(super) fn with(mut self, first: &[Arc<Profile>]) -> Self {
        self.0.splice(0..0, first.iter().cloned());
        self
    }

    /// The profile that `--map` names.
    pub(super) fn named(&self, key: &str) -> Option<Arc<Profile>> {
        self.0.iter().find(|profile| profile.key.eq_ignore_ascii_case(key.trim())).cloned()
    }

    /// All of them, in their order.
    pub(super) fn all(&self) -> &[Arc<Profile>] {
        &self.0
    }

    /// Every key, for the refusal of a wrong one.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|profile| profile.key.as_str()).collect()
    }

    /// Only this profile, because somebody named it.
    pub(super) fn only(profile: Arc<Profile>) -> Self {
        Self(vec![profile])
    }

    /// The one profile there is, where it wants files without a header row.
    pub(super) fn headerless(&self) -> Option<&Arc<Profile>> {
        match self.0.as_slice() {
            [only] if !only.header => Some(only),
            _ => None,
        }
    }

    /// The profile that knows most of the headers (`FORMATS.md 2.0`, rules 3 and 4): at least two of them and at least
    /// a third or four, and has all it needs. One that was saved for these headers goes before all, then one whose ids
    /// are written as those in `row`, the first below the headers. A file called `people.csv` decides between profiles
    /// that fit equally.
    pub(super) fn recognise(
        &self,
        headers: &[String],
        row: &[String],
        file: &str,
        forced: bool,
    ) -> Recognition {
        let columns =
            headers.iter().filter(|header| !header.trim().is_empty() && !is_error(header)).count();
        let file = file.to_lowercase();
        let hinted = |profile: &Profile| file.contains(profile.key.as_str());
        let normal: Vec<_> = headers.iter().map(|header| normalise(header)).collect();
        let mut fits: Vec<_> =
            self.0.iter().map(|profile| (profile, fit(profile, headers, &normal, row))).collect();
        // Stable, so that of equals the one that stands first stays first.
        fits.sort_by_key(|(profile, fit)| std::cmp::Reverse(fit.rank(hinted(profile))));
        let enough = |profile: &Profile, fit: &Fit| {
            let wanted = match forced {
                _ if profile.by_hand => 0,
                true => 1,
                // Files that hold nothing for the desk may have a single column.
                false if profile.nothing.is_some() => {
                    2.min(columns).max(columns.div_ceil(3).min(ENOUGH))
                }
                false if profile.whole => columns.max(1),
                false => 2.max(columns.div_ceil(3).min(ENOUGH)),
            };
            fit.missing.is_empty()
                && (forced || !fit.signless)
                && (fit.saved || fit.count() >= wanted)
        };
        let Some((best, fit)) = fits.iter().find(|(profile, fit)| enough(profile, fit)) else {
            // Of several that come equally near, the one that stands first.
            let nearest = fits
                .iter()
                .filter(|(profile, fit)| fit.count() >= 2 && profile.nothing.is_none())
                .min_by_key(|(_, fit)| std::cmp::Reverse((!fit.signless, fit.count())));
            return Recognition::Unknown(
                nearest.map(|(profile, fit)| (Arc::clone(profile), fit.missing.clone())),
            );
        };
        let rank = fit.rank(hinted(best));
        let kinds: Vec<Kind> = best.kinds();
        let ties: Vec<_> = fits
            .iter()
            .filter(|(profile, other)| {
                enough(profile, other)
                    && other.rank(hinted(profile)) == rank
                    && (profile.key == best.key || profile.kinds() != kinds)
            })
            .map(|(profile, _)| Arc::clone(profile))
            .collect();
        if ties.len() > 1 {
            return Recognition::Tie(ties);
        }
        Recognition::Found { profile: Arc::clone(best), hits: fit.hits.clone(), saved: fit.saved }
    }
}

/// The profile of the shipped ones that fits a header row, and by column whether it knows the header.
///
/// `None` where none fits or several fit equally. [`super::open`] does the same, and says why not.
#[must_use]
pub fn recognise(headers: &[String]) -> Option<(Arc<Profile>, Vec<bool>)> {
    match Profiles::shipped().ok()?.recognise(headers, &[], "", false) {
        Recognition::Found { profile, hits, .. } => Some((profile, hits)),
        Recognition::Tie(_) | Recognition::Unknown(_) => None,
    }
}
