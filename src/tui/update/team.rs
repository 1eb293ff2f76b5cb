//! The Team screen: sorting, editing a person, and handing on what they have.

use super::{batch, open};
use crate::domain::decide::in_team;
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::tui::action::{Action, Screen};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::popup::Popup;

/// Does what a key means on this screen; none where it means the same as everywhere.
pub(super) fn perform(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    if model.screen != Screen::Team {
        return match action {
            Action::HandOn => {
                Some(told(model, "4 shows the team; L there hands on what a person has."))
            }
            Action::Commit => Some(told(model, "3 shows the batch; C there commits it.")),
            _ => None,
        };
    }
    Some(match action {
        Action::Sort => {
            model.team.sort_next();
            let told = format!("Sorted by {}.", model.team.sort.label());
            self::told(model, &told)
        }
        Action::Reverse => {
            model.team.reverse();
            Vec::new()
        }
        Action::Edit => edit(model),
        Action::HandOn => hand_on(model),
        _ => return None,
    })
}

fn told(model: &mut Model, sentence: &str) -> Vec<Effect> {
    model.tell(Tone::Notice, sentence);
    Vec::new()
}

fn edit(model: &mut Model) -> Vec<Effect> {
    let Some(person) = model.team.row().map(|member| member.person.clone()) else {
        return told(model, "There is nobody here to edit.");
    };
    if let Some(why) = &model.read_only {
        let why = format!("This store can only be read: {why}.");
        return told(model, &why);
    }
    if !may_edit(model, person.id) {
        let why = format!(
            "You may not edit {}; that is for revenue operations, the VP of Sales, their manager and themselves.",
            person.name
        );
        return told(model, &why);
    }
    let popup = Popup::person(model, &person);
    open(model, popup)
}

/// Whether this person may edit that one.
pub fn may_edit(model: &Model, id: PersonId) -> bool {
    model.me.as_ref().is_some_and(|me| {
        me.id == id
            || matches!(me.role, Role::VpSales | Role::Revops)
            || (me.role == Role::Manager && in_team(me, id, &model.people))
    })
}

fn hand_on(model: &mut Model) -> Vec<Effect> {
    let Some((id, name, has)) =
        model.team.row().map(|one| (one.person.id, one.person.name.clone(), one.open))
    else {
        return told(model, "There is nobody here.");
    };
    if has == 0 {
        let why = format!("{name} has nothing in hand.");
        return told(model, &why);
    }
    batch::hand_on(model, id, None)
}
