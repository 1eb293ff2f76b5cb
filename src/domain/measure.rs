//! Measures (`DOMAIN.md 11`): by name, the lines they are held against, what they are computed from and what they say.

pub mod blame;
pub mod count;
pub mod feedback;
pub mod figure;
pub mod period;
pub mod sheet;
pub mod summary;

use std::fmt;
use std::str::FromStr;

use super::policy::Op;
use super::words::words;

words! {
    /// A measure of `DOMAIN.md 11`, in the order of its table.
    Measure, "a measure" {
        /// Responded within 7 days of assignment ÷ handed off.
        HandoffToResponse = "handoff_to_response",
        /// Opportunity within 30 days of response ÷ responded.
        ResponseToOpportunity = "response_to_opportunity",
        /// Opportunities ÷ handoffs, by source.
        ConversionBySource = "conversion_by_source",
        /// Handed off in the month ÷ accounts on the target account list.
        HandoffRate = "handoff_rate",
        /// With a touch within 30 days ÷ handed off.
        Worked = "worked",
        /// Returned as unqualified ÷ handed off.
        ReturnRate = "return_rate",
        /// Opportunity within 30 days ÷ handed off.
        MqaToOpportunity = "mqa_to_opportunity",
        /// Won within 6 months ÷ handed off.
        MqaToClose = "mqa_to_close",
        /// Median and 90th percentile of assigned → first touch.
        TimeToFirstTouch = "time_to_first_touch",
        /// The same for handoffs of the type `mql`.
        MqlTimeToFirstTouch = "mql_time_to_first_touch",
        /// Clocks met in time ÷ clocks ended, by clock, type and person.
        WithinSla = "within_sla",
        /// `hot_lead` first touched within 5 minutes ÷ `hot_lead`.
        AnsweredIn5Min = "answered_in_5_min",
        /// Mean package completeness at submit.
        Completeness = "completeness",
        /// Mean rating of packages, of 5.
        Satisfaction = "satisfaction",
        /// Meeting held ÷ `mql`.
        MqlToMeeting = "mql_to_meeting",
        /// Opportunity ÷ `meeting_set`.
        MeetingToOpportunity = "meeting_to_opportunity",
        /// Activated ÷ `closed_won`.
        ClosedWonToActivated = "closed_won_to_activated",
        /// Accepted ÷ assigned.
        SalesAcceptance = "sales_acceptance",
        /// Rejected ÷ handed off.
        Rejected = "rejected",
        /// Incomplete-information reports.
        IncompleteReports = "incomplete_reports",
        /// Recycled handoffs.
        Recycled = "recycled",
        /// Overrides of the minimum work.
        Overrides = "overrides",
        /// Escalations.
        Escalations = "escalations",
        /// Re-handed and converted ÷ recycled.
        RecycleConversion = "recycle_conversion",
        /// Handed-off accounts with a report in the last 7 days ÷ open.
        FeedbackGiven = "feedback_given",
        /// Handoffs in all, by type, per rep, week over week.
        Volume = "volume",
    }
}

words! {
    /// What the numbers of a line count.
    LineUnit, "a unit" {
        /// Plain numbers.
        Plain = "",
        /// Percent.
        Percent = "%",
        /// Minutes.
        Minutes = "m",
        /// Hours.
        Hours = "h",
        /// Days.
        Days = "d",
    }
}

/// A target or a warning line: `>=80%`, `<3d`, `30-50%`, `outside`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Line {
    /// On this side of a value.
    Side {
        /// Which side.
        op: Op,
        /// The value, in units.
        value: f64,
        /// Its unit.
        unit: LineUnit,
    },
    /// From a value to another, both included.
    Range {
        /// The lower end, in units.
        low: f64,
        /// The upper end, in units.
        high: f64,
        /// Their unit.
        unit: LineUnit,
    },
    /// Outside the target's range.
    Outside,
}

impl Line {
    /// The unit of its numbers; none for `outside`.
    #[must_use]
    pub const fn unit(self) -> Option<LineUnit> {
        match self {
            Self::Side { unit, .. } | Self::Range { unit, .. } => Some(unit),
            Self::Outside => None,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Side { op, value, unit } => write!(f, "{op}{value}{unit}"),
            Self::Range { low, high, unit } => write!(f, "{low}-{high}{unit}"),
            Self::Outside => f.write_str("outside"),
        }
    }
}

/// Reads `>=80%`, `<60%`, `<4h`, `>4.2`, `30-50%` and `outside`.
impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted =
            || format!("\"{text}\" is not a line; write >=80%, <60%, <4h, >4.2, 30-50% or outside");
        let line = text.trim();
        if line == "outside" {
            return Ok(Self::Outside);
        }
        if line.starts_with(['<', '>', '=']) {
            let (op, number) = Op::split(line);
            let (value, unit) = quantity(number).ok_or_else(wanted)?;
            return Ok(Self::Side { op, value, unit });
        }
        let (low, high) = line.split_once('-').ok_or_else(wanted)?;
        let (high, unit) = quantity(high).ok_or_else(wanted)?;
        let (low, own) = quantity(low).ok_or_else(wanted)?;
        if low >= high || (own != LineUnit::Plain && own != unit) {
            return Err(wanted());
        }
        Ok(Self::Range { low, high, unit })
    }
}

fn quantity(text: &str) -> Option<(f64, LineUnit)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let value = digits.parse().ok().filter(|value: &f64| *value <= 1e9)?;
    Some((value, unit.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(">=80%", Line::Side { op: Op::Ge, value: 80.0, unit: LineUnit::Percent })]
    #[case("<3d", Line::Side { op: Op::Lt, value: 3.0, unit: LineUnit::Days })]
    #[case(">4.2", Line::Side { op: Op::Gt, value: 4.2, unit: LineUnit::Plain })]
    #[case("30-50%", Line::Range { low: 30.0, high: 50.0, unit: LineUnit::Percent })]
    #[case("outside", Line::Outside)]
    fn a_line_reads_and_writes(#[case] text: &str, #[case] line: Line) {
        assert_eq!(text.parse(), Ok(line));
        assert_eq!(line.to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("80%")]
    #[case(">=")]
    #[case(">=eighty")]
    #[case(">=80 percent")]
    #[case("50-30%")]
    #[case("30h-50%")]
    #[case(">=.")]
    #[case("-")]
    fn what_is_no_line_is_refused(#[case] text: &str) {
        assert!(text.parse::<Line>().unwrap_err().contains("is not a line; write >=80%"));
    }
}
