//! Saved views: a filter, a sort and the columns to show, under a name (`DESK.md 1` and `2`).

use std::fmt;
use std::str::FromStr;

use super::person::Role;
use super::words::words;

words! {
    /// What a list is sorted by. Rows that tie, or have no value there, follow in the order of their ids.
    #[derive(Default)]
    SortKey, "a sort key" {
        /// The next due clock.
        #[default]
        Due = "due",
        /// The company's name.
        Company = "company",
        /// The account's tier, the best first.
        Tier = "tier",
        /// The type of handoff.
        Type = "type",
        /// The stage, in the order of a handoff's life.
        Stage = "stage",
        /// The assignee's name.
        Owner = "owner",
        /// The account's intent score.
        Score = "score",
        /// When it was flagged.
        Created = "created",
        /// When it comes back from nurture.
        Wake = "wake",
    }
}

impl SortKey {
    /// Whether its order is only of use from the top down, so that choosing it begins there.
    #[must_use]
    pub const fn begins_descending(self) -> bool {
        matches!(self, Self::Score | Self::Created)
    }
}

/// The order of a list. Written `due`, or `-score` for descending.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sort {
    /// What it is sorted by.
    pub key: SortKey,
    /// From the last to the first.
    pub descending: bool,
}

impl Sort {
    /// Sorted by `key`, in the direction that is of use.
    #[must_use]
    pub const fn by(key: SortKey) -> Self {
        Self { key, descending: key.begins_descending() }
    }

    /// The same key the other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.key.key())
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.strip_prefix('-') {
            Some(key) => Ok(Self { key: key.parse()?, descending: true }),
            None => Ok(Self { key: text.parse()?, descending: false }),
        }
    }
}

words! {
    /// A column of a list.
    Column, "a column" {
        /// The handoff's id.
        Id = "id",
        /// The company's name.
        Company = "company",
        /// The account's tier.
        Tier = "tier",
        /// The type of handoff.
        Type = "type",
        /// Where it stands.
        Stage = "stage",
        /// Who is assigned.
        Owner = "owner",
        /// The next due clock and its countdown.
        Clock = "clock",
        /// The account's intent score.
        Score = "score",
        /// The channel it came from.
        Source = "source",
        /// The account's region.
        Region = "region",
        /// When it was flagged.
        Created = "created",
        /// The last disposition.
        Code = "code",
        /// When it comes back from nurture.
        Wake = "wake",
        /// Number of touches.
        Touches = "touches",
    }
}

impl Column {
    /// Its head in a list.
    #[must_use]
    pub const fn head(self) -> &'static str {
        match self {
            Self::Company => "account",
            Self::Clock => "next clock",
            Self::Code => "outcome",
            Self::Wake => "wakes",
            other => other.key(),
        }
    }

    /// The sort that its head stands for; none where a list cannot be sorted by it.
    #[must_use]
    pub const fn sort(self) -> Option<SortKey> {
        Some(match self {
            Self::Company => SortKey::Company,
            Self::Tier => SortKey::Tier,
            Self::Type => SortKey::Type,
            Self::Stage => SortKey::Stage,
            Self::Owner => SortKey::Owner,
            Self::Clock => SortKey::Due,
            Self::Score => SortKey::Score,
            Self::Created => SortKey::Created,
            Self::Wake => SortKey::Wake,
            Self::Id | Self::Source | Self::Region | Self::Code | Self::Touches => return None,
        })
    }
}

/// The columns of a view that names none.
pub const COLUMNS: &[Column] =
    &[Column::Company, Column::Tier, Column::Type, Column::Stage, Column::Owner, Column::Clock];

const RESTING: &[Column] = &[
    Column::Company,
    Column::Tier,
    Column::Type,
    Column::Stage,
    Column::Code,
    Column::Score,
    Column::Wake,
];

words! {
    /// What somebody looking at an empty list would do next. The face that shows it knows its key.
    Next, "a next step" {
        /// Make a handoff by hand.
        New = "new",
        /// Look at another view.
        Views = "views",
        /// Let the filter go.
        Clear = "clear",
    }
}

impl Next {
    /// What it does, to stand behind its key: "`v` shows another view".
    #[must_use]
    pub const fn does(self) -> &'static str {
        match self {
            Self::New => "makes a handoff by hand",
            Self::Views => "shows another view",
            Self::Clear => "clears the filter",
        }
    }
}

/// What an empty list says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Empty {
    /// Why there is nothing.
    pub why: &'static str,
    /// What fills it.
    pub next: Next,
}

impl Empty {
    /// Nothing passes a filter that somebody typed or saved.
    pub const FILTERED: Self = Self { why: "No handoff matches this filter.", next: Next::Clear };
}

/// A list under a name: which handoffs, in which order, with which columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// Its name for the command line and the configuration; unlike `name` it holds no spaces.
    pub key: String,
    /// Its name on screen.
    pub name: String,
    /// Its line in the filter language.
    pub filter: String,
    /// Its order.
    pub sort: Sort,
    /// Its columns from the left.
    pub columns: Vec<Column>,
    /// What it says when it is empty.
    pub empty: Empty,
}

impl View {
    /// A view that a person saves or a policy shares.
    #[must_use]
    pub fn new(name: &str, filter: &str, sort: Sort) -> Self {
        let letters = name.trim().to_lowercase();
        let key = letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self {
            key: key.collect::<Vec<_>>().join("-"),
            name: name.trim().to_owned(),
            filter: filter.trim().to_owned(),
            sort,
            columns: COLUMNS.to_vec(),
            empty: Empty::FILTERED,
        }
    }

    /// The key of the view that the queue opens on for somebody of that role (`DESK.md 1`).
    #[must_use]
    pub const fn of_role(role: Role) -> &'static str {
        match role {
            Role::VpSales => "tier-1-triage",
            Role::Manager => "unassigned",
            Role::Ae | Role::Sdr | Role::Csm => "mine",
            Role::Marketing => "returned",
            Role::VpMarketing => "disputed",
            Role::Revops => "all",
        }
    }
}

/// The views that every desk has, in the order in which they are offered.
#[must_use]
pub fn built_in() -> Vec<View> {
    let due = Sort::by(SortKey::Due);
    let wake = Sort::by(SortKey::Wake);
    let score = Sort::by(SortKey::Score);
    let rows: [(&str, &str, Sort, &[Column], &'static str, Next); 13] = [
        (
            "Tier 1 triage",
            "tier:1 stage:queued -deferred",
            due,
            COLUMNS,
            "No Tier 1 handoff waits for triage: all are assigned, returned or put off.",
            Next::Views,
        ),
        (
            "Unassigned",
            "stage:queued -deferred",
            due,
            COLUMNS,
            "Nothing waits to be assigned.",
            Next::Views,
        ),
        ("Breached", "breached", due, COLUMNS, "No clock is past due.", Next::Views),
        (
            "Due today",
            "open due:today",
            due,
            COLUMNS,
            "No clock is due today; what is past due stands under Breached.",
            Next::Views,
        ),
        ("Mine", "open owner:me", due, COLUMNS, "Nothing open is assigned to you.", Next::Views),
        (
            "Flagged",
            "stage:flagged",
            due,
            COLUMNS,
            "No handoff waits for its package; evaluating the accounts flags more.",
            Next::New,
        ),
        (
            "Returned",
            "stage:returned",
            due,
            COLUMNS,
            "Nothing was returned to marketing, or all of it was sent again.",
            Next::Views,
        ),
        ("Disputed", "stage:disputed", due, COLUMNS, "Nothing is in dispute.", Next::Views),
        (
            "Deferred",
            "deferred",
            due,
            COLUMNS,
            "Nothing in the queue is put off to a later date.",
            Next::Views,
        ),
        (
            "Nurture",
            "stage:nurture",
            wake,
            RESTING,
            "Nothing rests in nurture; dispositions such as BAD_TIMING bring handoffs here.",
            Next::Views,
        ),
        (
            "Waking this month",
            "stage:nurture wake:<=month",
            wake,
            RESTING,
            "Nothing in nurture has a wake date up to the end of this month.",
            Next::Views,
        ),
        (
            "Hibernating",
            "stage:hibernating",
            score,
            RESTING,
            "Nothing hibernates; handoffs come here from nurture after six quiet months.",
            Next::Views,
        ),
        (
            "All",
            "",
            due,
            COLUMNS,
            "There is no handoff yet: import files, or evaluate the accounts.",
            Next::New,
        ),
    ];
    rows.into_iter()
        .map(|(name, filter, sort, columns, why, next)| View {
            columns: columns.to_vec(),
            empty: Empty { why, next },
            ..View::new(name, filter, sort)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter;
    use rstest::rstest;

    #[test]
    fn every_built_in_view_is_whole() {
        let views = built_in();
        for view in &views {
            let parsed = filter::parse(&view.filter).unwrap();
            assert_eq!(parsed.to_string(), view.filter, "canonical: {}", view.name);
            assert!(view.empty.why.ends_with('.') && !view.columns.is_empty(), "{}", view.name);
            let column = view.columns.iter().find(|column| column.sort() == Some(view.sort.key));
            assert!(column.is_some(), "{} is sorted by what it does not show", view.name);
        }
        let mut keys: Vec<_> = views.iter().map(|view| view.key.as_str()).collect();
        assert_eq!(keys[0], "tier-1-triage");
        for role in Role::ALL {
            assert!(keys.contains(&View::of_role(*role)), "{role}");
        }
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), views.len());
    }

    #[rstest]
    #[case("due", Sort { key: SortKey::Due, descending: false })]
    #[case("-score", Sort { key: SortKey::Score, descending: true })]
    #[case(" Company ", Sort { key: SortKey::Company, descending: false })]
    fn sorts_read_and_write(#[case] text: &str, #[case] want: Sort) {
        assert_eq!(text.parse(), Ok(want));
        assert_eq!(want.to_string().parse(), Ok(want));
        assert_ne!(want.reversed(), want);
        assert_eq!(want.reversed().reversed(), want);
    }

    #[test]
    fn a_wrong_sort_lists_the_right_ones() {
        for text in ["", "-", "price", "--due"] {
            let error = text.parse::<Sort>().unwrap_err();
            assert!(error.contains("due, company, tier"), "{error}");
        }
    }

    #[test]
    fn scores_and_dates_begin_with_the_newest_and_highest() {
        let descending: Vec<_> =
            SortKey::ALL.iter().filter(|key| Sort::by(**key).descending).collect();
        assert_eq!(descending, [&SortKey::Score, &SortKey::Created]);
    }

    #[test]
    fn a_saved_view_gets_a_key_from_its_name() {
        let view = View::new(" West, big ones! ", " region:west score:>=70 ", Sort::default());
        assert_eq!((view.key.as_str(), view.name.as_str()), ("west-big-ones", "West, big ones!"));
        assert_eq!(view.filter, "region:west score:>=70");
    }
}
