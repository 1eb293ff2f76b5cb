//! Arguments of what is done with handoffs: a command for each step of the road.

use clap::Args;

/// Some handoffs.
#[derive(Args, Debug)]
pub struct Handoffs {
    /// The handoffs; "-" reads them from standard input, one a line. H-12@7 is H-12 as long as its version is still 7
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// `handoff assign`
#[derive(Args, Debug)]
pub struct Assign {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// To whom; without it, to the desk's proposal
    #[arg(long, value_name = "WHO")]
    pub to: Option<String>,
    /// A note to the assignee
    #[arg(long, value_name = "TEXT")]
    pub brief: Option<String>,
    /// Assign although the person is away or full
    #[arg(long)]
    pub anyway: bool,
    /// Assign although somebody else has it
    #[arg(long)]
    pub reassign: bool,
}

/// `handoff edit`
#[derive(Args, Debug)]
pub struct Edit {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// A field of the package, such as "bant.budget=Approved, $80K" (can be repeated); without a value it is cleared
    #[arg(long = "set", required = true, value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
}

/// Some handoffs and a reason.
#[derive(Args, Debug)]
pub struct Reasoned {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `handoff touch`
#[derive(Args, Debug)]
pub struct Touch {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// email, call, social, meeting or other
    #[arg(long, default_value = "email")]
    pub channel: String,
    /// sent, replied, no_answer, voicemail or bounced
    #[arg(long, default_value = "sent")]
    pub outcome: String,
    /// The template used
    #[arg(long)]
    pub template: Option<String>,
    /// In your own words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// When, if not now: 2026-11-25T16:30-05:00, "fri 10:00"
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

/// `handoff dispose`
#[derive(Args, Debug)]
pub struct Dispose {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// The code, such as BAD_TIMING; `handoff policy show` lists them
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// A field of the form, such as wake_on=2027-01-15 or competitor=Globex (can be repeated)
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// The claim that proved wrong: persona, timing, fit, competitor, signal or contact_data
    #[arg(long, value_name = "CLAIM")]
    pub claim: Option<String>,
    /// Override the minimum work, with the reason (managers and the VP of Sales)
    #[arg(long = "override", value_name = "REASON")]
    pub overridden: Option<String>,
}

/// `handoff return`
#[derive(Args, Debug)]
pub struct Return {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// A package field that is missing or wrong, such as committee (can be repeated)
    #[arg(long, value_name = "FIELD")]
    pub missing: Vec<String>,
    /// What is wrong
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// Override the minimum work, with the reason
    #[arg(long = "override", value_name = "REASON")]
    pub overridden: Option<String>,
}

/// `handoff defer`
#[derive(Args, Debug)]
pub struct Defer {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// The day: 2026-12-01, fri, +3bd, "in 2 weeks"
    #[arg(long, value_name = "DAY")]
    pub until: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Some handoffs and a text.
#[derive(Args, Debug)]
pub struct Noted {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// The text
    #[arg(long, value_name = "TEXT")]
    pub text: String,
}

/// `handoff decide`
#[derive(Args, Debug)]
pub struct Decide {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// queue, nurture or close
    #[arg(long, value_name = "DECISION")]
    pub decision: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub text: String,
}

/// `handoff pause`
#[derive(Args, Debug)]
pub struct Pause {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// Only this clock, such as first_touch
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `handoff resume`
#[derive(Args, Debug)]
pub struct Resume {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// Only this clock, such as first_touch
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<String>,
}

/// `handoff rate`
#[derive(Args, Debug)]
pub struct Rate {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// 1 to 5
    #[arg(long, value_name = "N")]
    pub stars: u8,
    /// What was missing
    #[arg(long, value_name = "TEXT")]
    pub missing: Option<String>,
}

/// `handoff undo`
#[derive(Args, Debug)]
pub struct Undo {
    /// The action, such as G-12; without it, your last
    #[arg(value_name = "GESTURE")]
    pub gesture: Option<String>,
}
