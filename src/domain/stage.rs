//! The stage machine: which named action is legal from which stage (`DOMAIN.md 2`).

use super::words::words;

words! {
    /// Where a handoff stands.
    Stage, "a stage" {
        /// Found by the criteria or by hand; marketing owes the package.
        Flagged = "flagged",
        /// Submitted; the VP of Sales or a manager owes an assignment.
        Queued = "queued",
        /// Given to somebody who has not yet said yes.
        Assigned = "assigned",
        /// Accepted; the first touch is owed.
        Accepted = "accepted",
        /// Touched; a response is worked for.
        Working = "working",
        /// They answered, or a meeting was held.
        Engaged = "engaged",
        /// There is an amount and an expected close.
        Opportunity = "opportunity",
        /// Sent back to marketing with a reason.
        Returned = "returned",
        /// Both VPs must decide.
        Disputed = "disputed",
        /// Resting with a path home.
        Nurture = "nurture",
        /// Resting after six quiet months.
        Hibernating = "hibernating",
        /// Over.
        Closed = "closed",
    }
}

impl Stage {
    /// Open stages are all but nurture, hibernating and closed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Nurture | Self::Hibernating | Self::Closed)
    }

    /// Stages in which somebody has the handoff in hand, so that it counts against their capacity.
    #[must_use]
    pub const fn is_assigned(self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Accepted | Self::Working | Self::Engaged | Self::Opportunity
        )
    }
}

words! {
    /// A named action on a handoff. The stage changes only by one of these.
    Action, "an action" {
        /// Send the package to triage.
        Submit = "submit",
        /// Take a flagged handoff back.
        Withdraw = "withdraw",
        /// Give it to somebody.
        Assign = "assign",
        /// Give it to somebody else.
        Reassign = "reassign",
        /// Say yes to it.
        Accept = "accept",
        /// Log an attempt to reach the account.
        Touch = "touch",
        /// Log a note, which counts as a status report.
        Note = "note",
        /// Record that they answered.
        Respond = "respond",
        /// Record a meeting date.
        Book = "book",
        /// Record that the meeting was held.
        Held = "held",
        /// Record that nobody came.
        Noshow = "noshow",
        /// Record an opportunity.
        Opportunity = "opportunity",
        /// Close as won.
        Win = "win",
        /// Close as lost.
        Lose = "lose",
        /// Send it back to marketing.
        Return = "return",
        /// Send the mended package again.
        Resubmit = "resubmit",
        /// Send it to nurture with a way back.
        Recycle = "recycle",
        /// Close it as no prospect.
        Disqualify = "disqualify",
        /// Put a question to both VPs.
        Dispute = "dispute",
        /// Record one VP's decision.
        Decide = "decide",
        /// Look at it again on a date.
        Defer = "defer",
        /// Stop its clocks for a reason.
        Pause = "pause",
        /// Let its clocks run on.
        Resume = "resume",
        /// Write a note to the assignee.
        Brief = "brief",
        /// Fill in the package.
        Edit = "edit",
        /// Say how good the package was.
        Rate = "rate",
        /// Check off an item of the checklist, or take the check back.
        Check = "check",
        /// Record that a customer is live.
        Activate = "activate",
        /// Let it sleep after six quiet months.
        Hibernate = "hibernate",
        /// Bring it back as a new handoff.
        Wake = "wake",
        /// Open a closed one again.
        Reopen = "reopen",
    }
}

/// The actions that are legal from a stage (`DOMAIN.md 2`, columns "enters by" and "leaves by").
#[must_use]
pub const fn legal(stage: Stage) -> &'static [Action] {
    use Action as A;
    match stage {
        Stage::Flagged => {
            &[A::Submit, A::Withdraw, A::Edit, A::Dispute, A::Pause, A::Resume, A::Note, A::Brief]
        }
        Stage::Queued => &[
            A::Assign,
            A::Return,
            A::Defer,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
        ],
        Stage::Assigned => &[
            A::Accept,
            A::Reassign,
            A::Return,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
            A::Touch,
        ],
        Stage::Accepted => &[
            A::Touch,
            A::Book,
            A::Held,
            A::Noshow,
            A::Reassign,
            A::Return,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
            A::Rate,
            A::Check,
            A::Activate,
        ],
        Stage::Working => &[
            A::Touch,
            A::Respond,
            A::Book,
            A::Held,
            A::Noshow,
            A::Reassign,
            A::Return,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
            A::Rate,
            A::Check,
            A::Activate,
        ],
        Stage::Engaged => &[
            A::Opportunity,
            A::Touch,
            A::Book,
            A::Held,
            A::Noshow,
            A::Reassign,
            A::Return,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
            A::Rate,
            A::Check,
            A::Activate,
        ],
        Stage::Opportunity => &[
            A::Win,
            A::Lose,
            A::Touch,
            A::Book,
            A::Held,
            A::Noshow,
            A::Reassign,
            A::Recycle,
            A::Disqualify,
            A::Dispute,
            A::Pause,
            A::Resume,
            A::Brief,
            A::Note,
            A::Edit,
            A::Rate,
            A::Check,
        ],
        Stage::Returned => {
            &[A::Resubmit, A::Recycle, A::Dispute, A::Edit, A::Pause, A::Resume, A::Note, A::Brief]
        }
        Stage::Disputed => &[A::Decide, A::Note],
        Stage::Nurture => &[A::Wake, A::Hibernate, A::Note],
        Stage::Hibernating => &[A::Wake, A::Note],
        Stage::Closed => &[A::Reopen, A::Note],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_can_be_left_and_every_action_is_legal_somewhere() {
        for stage in Stage::ALL {
            assert!(
                legal(*stage).iter().any(|action| *action != Action::Note),
                "{stage} is a dead end"
            );
        }
        for action in Action::ALL {
            assert!(
                Stage::ALL.iter().any(|stage| legal(*stage).contains(action)),
                "{action} is never legal"
            );
        }
    }
}
