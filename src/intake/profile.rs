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
//! A file whose profile has `nothing = "…"` is known and holds nothing to import; all of `also` must be there.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

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
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    nulls: Option<Vec<String>>,
    #[serde(default)]
    pub(super) records: Vec<Record>,
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
    pub(super) fields: BTreeMap<String, Mapping>,
}

/// Where the value of one field comes from.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Mapping {
    /// Headers as they are compared, the best first; the first whose cell holds something gives the value.
    pub(super) headers: Vec<String>,
    /// The value of every row, where no header gives one.
    pub(super) fixed: Option<String>,
    /// Put before an id.
    pub(super) prefix: String,
    /// Multiplies a number ("in millions of USD").
    pub(super) times: Option<f64>,
    /// Other values for some cells, which are compared as headers are.
    pub(super) values: BTreeMap<String, String>,
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
        for record in &profile.records {
            let known = table::headers(record.kind);
            if let Some(field) =
                record.fields.keys().find(|field| !known.iter().any(|known| known.name == **field))
            {
                return Err(format!("profile {key}: {} have no field {field}", record.kind));
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
        for header in &mut self.also {
            *header = normalise(header);
            self.headers.insert(header.clone());
        }
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

    /// By column: whether the profile knows its header.
    pub(super) fn known(&self, headers: &[String]) -> Vec<bool> {
        headers
            .iter()
            .map(|raw| {
                self.headers.contains(&normalise(raw))
                    || self.records.iter().any(|record| extra_key(record.kind, raw).is_some())
            })
            .collect()
    }

    /// How well a header row fits.
    fn fit(&self, headers: &[String]) -> Fit {
        let normal: HashSet<_> = headers.iter().map(|header| normalise(header)).collect();
        let has = |wanted: &str| normal.contains(wanted);
        let first = |mapping: &Mapping| mapping.headers.first().is_some_and(|header| has(header));
        let missing = match &self.nothing {
            Some(_) => self.also.iter().filter(|header| !has(header)).cloned().collect(),
            None => self.needs.iter().filter(|need| !self.meets(need, &has)).cloned().collect(),
        };
        let hits = self.known(headers);
        let exact = self
            .records
            .iter()
            .flat_map(|record| record.fields.values())
            .filter(|mapping| first(mapping))
            .count();
        Fit { hits, exact, missing }
    }

    /// True when every record that has a field of `need` finds a header for one of them in the file.
    fn meets(&self, need: &str, has: &impl Fn(&str) -> bool) -> bool {
        self.records.iter().all(|record| {
            let mut mappings =
                need.split('|').filter_map(|field| record.fields.get(field)).peekable();
            mappings.peek().is_none()
                || mappings.any(|mapping| mapping.headers.iter().any(|header| has(header)))
        })
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

/// How well a header row fits a profile.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Fit {
    /// By column: whether the profile knows its header.
    hits: Vec<bool>,
    /// Fields whose best header is there.
    exact: usize,
    /// What the profile needs and the file has not.
    missing: Vec<String>,
}

impl Fit {
    fn count(&self) -> usize {
        self.hits.iter().filter(|hit| **hit).count()
    }
}

/// What a header row was found to be.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Recognition {
    /// One profile fits best.
    Found { profile: Arc<Profile>, hits: Vec<bool> },
    /// Several fit equally well.
    Tie(Vec<Arc<Profile>>),
    /// None fits; the nearest with what it lacks, where one comes near.
    Unknown(Option<(Arc<Profile>, Vec<String>)>),
}

/// Every profile that is known.
#[derive(Clone, Debug)]
pub(super) struct Profiles(Vec<Arc<Profile>>);

/// The shipped profiles.
const SHIPPED: &[(&str, &str)] = &[
    ("accounts", include_str!("../../assets/profiles/accounts.toml")),
    ("contacts", include_str!("../../assets/profiles/contacts.toml")),
    ("signals", include_str!("../../assets/profiles/signals.toml")),
    ("people", include_str!("../../assets/profiles/people.toml")),
    ("deals", include_str!("../../assets/profiles/deals.toml")),
    ("handoffs", include_str!("../../assets/profiles/handoffs.toml")),
    ("maven_accounts", include_str!("../../assets/profiles/maven_accounts.toml")),
    ("maven_teams", include_str!("../../assets/profiles/maven_teams.toml")),
    ("maven_pipeline", include_str!("../../assets/profiles/maven_pipeline.toml")),
    ("maven_products", include_str!("../../assets/profiles/maven_products.toml")),
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

    /// The profile that `--map` names.
    pub(super) fn named(&self, key: &str) -> Option<Arc<Profile>> {
        self.0.iter().find(|profile| profile.key.eq_ignore_ascii_case(key.trim())).cloned()
    }

    /// Every key, for the refusal of a wrong one.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|profile| profile.key.as_str()).collect()
    }

    /// Only this profile, because somebody named it.
    pub(super) fn only(profile: Arc<Profile>) -> Self {
        Self(vec![profile])
    }

    /// The profile that knows most of the headers (`FORMATS.md 2.0`, rules 3 and 4): at least two of them and at least
    /// a third, and has all it needs. A file called `people.csv` decides between profiles that fit equally.
    pub(super) fn recognise(&self, headers: &[String], file: &str, forced: bool) -> Recognition {
        let columns =
            headers.iter().filter(|header| !header.trim().is_empty() && !is_error(header)).count();
        let mut fits: Vec<_> =
            self.0.iter().map(|profile| (profile, profile.fit(headers))).collect();
        fits.sort_by_key(|(profile, fit)| {
            let hinted = file.to_lowercase().contains(profile.key.as_str());
            std::cmp::Reverse((fit.missing.is_empty(), fit.count(), fit.exact, hinted))
        });
        let enough = |fit: &Fit| {
            let wanted = if forced { 1 } else { 2.max(columns.div_ceil(3)) };
            fit.missing.is_empty() && fit.count() >= wanted
        };
        let Some((best, fit)) = fits.first() else { return Recognition::Unknown(None) };
        if !enough(fit) {
            // Of several that come equally near, the one that stands first.
            let nearest = fits
                .iter()
                .filter(|(_, fit)| fit.count() >= 2)
                .min_by_key(|(_, fit)| std::cmp::Reverse(fit.count()));
            return Recognition::Unknown(
                nearest.map(|(profile, fit)| (Arc::clone(profile), fit.missing.clone())),
            );
        }
        let hinted = |profile: &Profile| file.to_lowercase().contains(profile.key.as_str());
        let ties: Vec<_> = fits
            .iter()
            .filter(|(profile, other)| {
                enough(other)
                    && (other.count(), other.exact) == (fit.count(), fit.exact)
                    && hinted(profile) == hinted(best)
            })
            .map(|(profile, _)| Arc::clone(profile))
            .collect();
        if ties.len() > 1 {
            return Recognition::Tie(ties);
        }
        Recognition::Found { profile: Arc::clone(best), hits: fit.hits.clone() }
    }
}

/// The profile of the shipped ones that fits a header row, and by column whether it knows the header.
///
/// `None` where none fits or several fit equally. [`super::open`] does the same, and says why not.
#[must_use]
pub fn recognise(headers: &[String]) -> Option<(Arc<Profile>, Vec<bool>)> {
    match Profiles::shipped().ok()?.recognise(headers, "", false) {
        Recognition::Found { profile, hits } => Some((profile, hits)),
        Recognition::Tie(_) | Recognition::Unknown(_) => None,
    }
}
