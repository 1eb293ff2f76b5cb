//! Saved views: a filter, a sort and the columns and the section to show, under a name (`DESK.md 1` and `2`).

use std::fmt;
use std::str::FromStr;

use super::field::Section;
use super::person::Role;
use super::words::words;

words! {
    /// What a list is sorted by. Rows that tie in tier, type, stage or owner, or that never wake, are sorted by their
    /// next due clock, and other ties by id. What has no value there stands at the end in both directions.
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
        /// How the package was rated.
        Rating = "rating",
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
            Self::Id | Self::Source | Self::Region | Self::Code | Self::Touches | Self::Rating => {
                return None;
            }
        })
    }
}

/// The columns of a view that names none.
pub const COLUMNS: &[Column] =
    &[Column::Company, Column::Tier, Column::Type, Column::Stage, Column::Owner, Column::Clock];

/// What the sender of a package reads: how it was rated beside what became of it.
const RATED: &[Column] = &[
    Column::Company,
    Column::Rating,
    Column::Tier,
    Column::Type,
    Column::Stage,
    Column::Owner,
    Column::Created,
];

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
    /// The section of the package that opens beside it.
    pub preview: Section,
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
            preview: Section::Summary,
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
    let list = |name, filter, why, next| View {
        empty: Empty { why, next },
        ..View::new(name, filter, Sort::by(SortKey::Due))
    };
    // What came back is read for what happened to it, the rest for what it is.
    let back = |name, filter, why| View {
        preview: Section::Record,
        ..list(name, filter, why, Next::Views)
    };
    let resting = |name, filter, sort, why| View {
        sort,
        columns: RESTING.to_vec(),
        ..back(name, filter, why)
    };
    vec![
        list(
            "Tier 1 triage",
            "tier:1 stage:queued -deferred",
            "No Tier 1 handoff waits for triage: all are assigned, returned or put off.",
            Next::Views,
        ),
        list("Unassigned", "stage:queued -deferred", "Nothing waits to be assigned.", Next::Views),
        list("Breached", "breached", "No clock is past due.", Next::Views),
        list(
            "Due today",
            "open due:today",
            "No clock is due today; what was due before stands under Breached.",
            Next::Views,
        ),
        list("Mine", "open owner:me", "Nothing open is assigned to you.", Next::Views),
        list(
            "Flagged",
            "stage:flagged",
            "No handoff waits for its package; evaluating the accounts flags more.",
            Next::New,
        ),
        back(
            "Returned",
            "stage:returned",
            "Nothing was returned to marketing, or all of it was sent again.",
        ),
        back("Disputed", "stage:disputed", "Nothing is in dispute."),
        View {
            sort: Sort::by(SortKey::Created),
            columns: RATED.to_vec(),
            ..back(
                "Rated",
                "rating:1..5",
                "No package is rated yet; those who accept one rate it from 1 to 5.",
            )
        },
        list(
            "Deferred",
            "deferred",
            "Nothing in the queue is put off to a later day.",
            Next::Views,
        ),
        resting(
            "Nurture",
            "stage:nurture",
            Sort::by(SortKey::Wake),
            "Nothing rests in nurture; dispositions such as BAD_TIMING bring handoffs here.",
        ),
        resting(
            "Waking this month",
            "stage:nurture wake:<=month",
            Sort::by(SortKey::Wake),
            "Nothing in nurture wakes by the end of this month.",
        ),
        resting(
            "Hibernating",
            "stage:hibernating",
            Sort::by(SortKey::Score),
            "Nothing hibernates; handoffs come here from nurture after six quiet months.",
        ),
        list(
            "All",
            "",
            "There is no handoff yet: import files, or evaluate the accounts.",
            Next::New,
        ),
    ]
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

    /// What came back is read for what happened to it, the rest for what it is.
    #[test]
    fn a_view_opens_where_it_is_read_and_says_what_fills_it() {
        let views = built_in();
        let record: Vec<_> = views
            .iter()
            .filter(|view| view.preview == Section::Record)
            .map(|view| view.key.as_str())
            .collect();
        assert_eq!(
            record,
            ["returned", "disputed", "rated", "nurture", "waking-this-month", "hibernating"]
        );
        for view in &views {
            assert_ne!(view.empty, Empty::FILTERED, "{}", view.name);
        }
        let mut said: Vec<_> = views.iter().map(|view| view.empty.why).collect();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), views.len(), "each says its own");
        let makes: Vec<_> = views
            .iter()
            .filter(|view| view.empty.next == Next::New)
            .map(|view| &view.key)
            .collect();
        assert_eq!(makes, ["flagged", "all"]);
    }

    #[test]
    fn heads_and_next_steps_are_words_of_their_own() {
        let heads: Vec<_> = Column::ALL.iter().map(|column| column.head()).collect();
        assert_eq!(
            heads.join(" | "),
            "id | account | tier | type | stage | owner | next clock | score | source | region | created | outcome | wakes | touches | rating"
        );
        let does: Vec<_> = Next::ALL.iter().map(|next| next.does()).collect();
        assert_eq!(does, ["makes a handoff by hand", "shows another view", "clears the filter"]);
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
