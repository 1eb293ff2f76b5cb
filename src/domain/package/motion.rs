//! Section 4 of the package: the first motion of the policy that matches tier, industry, relation and type.

use super::{Known, Material, facts};
use crate::domain::policy::Motion;
use crate::domain::say;

/// The suggested motion with its texts filled.
pub(super) struct Suggested {
    first_outreach: Option<String>,
    angle: Option<String>,
    timing: Option<String>,
    cycle: Option<String>,
    success: Option<String>,
}

/// The first motion that matches.
pub(super) fn matching<'a>(material: &Material<'a>) -> Option<&'a Motion> {
    let Material { account, handoff, .. } = material;
    material.policy.motions.iter().find(|motion| {
        motion.tier.as_ref().is_none_or(|tiers| tiers.contains(&handoff.tier))
            && motion.stage.is_none_or(|stage| stage == account.relation)
            && motion.kinds.as_ref().is_none_or(|kinds| kinds.contains(&handoff.kind))
            && (motion.industry.is_empty()
                || account.industry.as_deref().is_some_and(|have| {
                    motion.industry.iter().any(|wanted| say::same(have, wanted))
                }))
    })
}

impl Suggested {
    pub(super) fn of(material: &Material<'_>, problems: &mut Vec<String>) -> Self {
        let Some(motion) = matching(material) else {
            return Self {
                first_outreach: None,
                angle: None,
                timing: None,
                cycle: None,
                success: None,
            };
        };
        let facts = facts(material);
        let mut fill = |template: &str| match (material.render)(template, &facts) {
            Ok(text) => Some(text),
            Err(problem) => {
                problems.push(format!("The opening angle can't be filled: {problem}"));
                None
            }
        };
        let who = match material.handoff.assignee.and_then(material.name_of) {
            // Whoever has it is of the role that its type goes to, whatever the motion would have.
            Some(name) => {
                let kind = material.policy.kind(&material.handoff.kind);
                let role = kind.map_or(motion.from, |kind| kind.to);
                format!("{name} ({})", role.label())
            }
            None => motion.from.label().to_owned(),
        };
        let channel = motion.channel.trim();
        Self {
            first_outreach: Some(if channel.is_empty() {
                who
            } else {
                format!("{who} by {channel}")
            }),
            angle: fill(&motion.angle),
            timing: Some(motion.timing.clone()),
            cycle: Some(motion.cycle.clone()),
            success: Some(motion.success.clone()),
        }
    }

    pub(super) fn known(&self, key: &str) -> Known {
        let text = match key {
            "motion.first_outreach" => &self.first_outreach,
            "motion.angle" => &self.angle,
            "motion.timing" => &self.timing,
            "motion.cycle" => &self.cycle,
            "motion.success" => &self.success,
            _ => return Known::default(),
        };
        Known::maybe(text.as_deref().map(|text| text.trim().to_owned()))
    }
}
