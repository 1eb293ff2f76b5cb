//! The part of the policy that says who is handed over: signals, intent, patterns, fit and the decision table
//! (`DOMAIN.md 4`).

use crate::domain::account::{Relation, Tier};
use crate::domain::words::words;

/// What a kind of signal is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct SignalRule {
    /// Points towards the intent score when it is fresh.
    pub weight: f64,
    /// How it is told to people ("Visited the pricing page").
    pub label: String,
}

/// The intent score: weights that halve with age, summed over a window (`DOMAIN.md 4`).
#[derive(Clone, PartialEq, Debug)]
pub struct Intent {
    /// Signals older than this many milliseconds don't count.
    pub window: i64,
    /// A signal's weight halves every so many milliseconds.
    pub half_life: i64,
    /// Lowest score of each band above none.
    pub bands: Bands,
}

/// The lowest score of each band above none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bands {
    /// From here light.
    pub light: u8,
    /// From here moderate.
    pub moderate: u8,
    /// From here strong.
    pub strong: u8,
    /// From here unprecedented.
    pub unprecedented: u8,
}

words! {
    /// How much intent there is.
    Band, "an intent band" {
        /// Nothing.
        None = "none",
        /// Something.
        Light = "light",
        /// Worth a look.
        Moderate = "moderate",
        /// In the market.
        Strong = "strong",
        /// Never seen the like.
        Unprecedented = "unprecedented",
    }
}

impl Bands {
    /// The band of a score from 0 to 100.
    #[must_use]
    pub const fn of(&self, score: u8) -> Band {
        match score {
            s if s >= self.unprecedented => Band::Unprecedented,
            s if s >= self.strong => Band::Strong,
            s if s >= self.moderate => Band::Moderate,
            s if s >= self.light => Band::Light,
            _ => Band::None,
        }
    }
}

/// A named pattern: met when all of its tests are.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// How it is told to people.
    pub label: String,
    /// Each a count within a window.
    pub tests: Vec<PatternTest>,
}

/// So many signals of these kinds within so long.
#[derive(Clone, PartialEq, Debug)]
pub struct PatternTest {
    /// At least so many.
    pub count: u32,
    /// Of these kinds.
    pub of: Vec<String>,
    /// Not older than this many milliseconds.
    pub within: i64,
    /// Only signals whose value reaches this.
    pub value: Option<f64>,
    /// And whose values sum up to at least this.
    pub total: Option<f64>,
    /// Only signals that name each a different kind count ("3 product actions" are three different ones).
    pub distinct: bool,
}

/// A comparison with a number: `>=2`, `<60`, `=0`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NumberTest {
    /// How to compare.
    pub op: Op,
    /// With what.
    pub value: f64,
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// Equal to.
    Eq,
    /// At least.
    Ge,
    /// More than.
    Gt,
}

impl NumberTest {
    /// Whether `value` passes.
    #[must_use]
    pub fn passes(&self, value: f64) -> bool {
        match self.op {
            Op::Lt => value < self.value,
            Op::Le => value <= self.value,
            Op::Eq => (value - self.value).abs() < f64::EPSILON,
            Op::Ge => value >= self.value,
            Op::Gt => value > self.value,
        }
    }
}

/// A rule of fit.
#[derive(Clone, PartialEq, Debug)]
pub struct IcpRule {
    /// The tier it gives.
    pub tier: Tier,
    /// Industries, compared without case; empty means any.
    pub industry: Vec<String>,
    /// Regions, compared without case; empty means any.
    pub region: Vec<String>,
    /// At least one of these technologies; empty means any.
    pub technology: Vec<String>,
    /// At least one contact whose title holds one of these words; empty means any.
    pub titles: Vec<String>,
    /// Number of employees.
    pub employees: Option<NumberTest>,
    /// Yearly revenue.
    pub revenue: Option<NumberTest>,
}

words! {
    /// What the criteria say of an account.
    Verdict, "a verdict" {
        /// Flag it.
        Handoff = "handoff",
        /// Talk to the marketing leader first.
        Discuss = "discuss",
        /// Find the buying committee first.
        Research = "research",
        /// Keep it warm.
        Nurture = "nurture",
        /// Never hand it over.
        Never = "never",
    }
}

/// A row of the decision table.
#[derive(Clone, PartialEq, Debug)]
pub struct CriteriaRule {
    /// How it is named in receipts.
    pub name: String,
    /// When it matches; all conditions must hold.
    pub when: When,
    /// What it says.
    pub verdict: Verdict,
    /// The type of handoff it flags, for [`Verdict::Handoff`].
    pub kind: Option<String>,
    /// What to brief sales on where the committee is unknown.
    pub brief: Option<String>,
}

/// The conditions of a rule; those left out hold always.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct When {
    /// One of these tiers.
    pub tier: Option<Vec<Tier>>,
    /// In this band, or with `plus` in this one or a higher one.
    pub intent: Option<BandTest>,
    /// Number of contacts with decision authority.
    pub committee: Option<NumberTest>,
    /// One of these relations.
    pub relation: Option<Vec<Relation>>,
    /// A signal of one of these kinds inside the look-back window.
    pub signals: Option<Vec<String>>,
    /// Every signal inside the window is of one of these kinds.
    pub only: Option<Vec<String>>,
    /// One of these patterns is met.
    pub patterns: Option<Vec<String>>,
    /// On the target account list or not.
    pub on_tal: Option<bool>,
    /// Lead score: the CRM's own, else the intent score.
    pub lead_score: Option<NumberTest>,
    /// Expected yearly contract value.
    pub expected_value: Option<NumberTest>,
}

/// A condition on the intent band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BandTest {
    /// The band.
    pub band: Band,
    /// Or any higher one (`moderate+`).
    pub plus: bool,
}
