//! What keys do on the Measures screen, and what is written to a file from any screen.

use super::load_measures;
use crate::tui::action::{Action, Screen};
use crate::tui::effect::{Effect, Export, Load};
use crate::tui::model::{Model, Tone};
use crate::tui::popup::Popup;

/// Shows another period, type or team.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.screen != Screen::Measures {
        let mut effects = super::show(model, Screen::Measures);
        effects.extend(perform(model, action));
        return effects;
    }
    let (now, zone) = (model.now, model.policy.zone);
    let period = model.measures.period(now, zone);
    match action {
        Action::PreviousPeriod => model.measures.period = Some(period.previous()),
        Action::NextPeriod => {
            if period.next().span(zone).from > now {
                model.tell(Tone::Notice, format!("{} has not begun.", period.next().name()));
                return Vec::new();
            }
            model.measures.period = Some(period.next());
        }
        Action::Weekly => {
            model.measures.weekly = !model.measures.weekly;
            model.measures.period = None;
        }
        Action::NextType => {
            model.measures.kind = model.measures.next_type(&model.policy);
        }
        Action::NextTeam => {
            let next = model.measures.team.map_or(0, |place| place + 1);
            model.measures.team = Some(next).filter(|next| *next < model.measures.teams.len());
            if model.measures.teams.is_empty() {
                model.tell(Tone::Notice, "No manager has people on this desk.");
                return Vec::new();
            }
        }
        Action::Pack => {
            let (popup, effect) = Popup::pack(model);
            model.popups.push(popup);
            return vec![effect];
        }
        _ => return Vec::new(),
    }
    load_measures(model)
}

/// Writes what is on screen to a file; of measures the person chooses in which form.
pub(super) fn export(model: &mut Model) -> Vec<Effect> {
    let what = match model.screen {
        Screen::Measures => {
            model.popups.push(Popup::export());
            return Vec::new();
        }
        Screen::Team => Export::Team,
        Screen::Activity => Export::Activity,
        _ => match model.list() {
            Some(list) => Export::List(list.query(model.my_id(), model.now, model.zone)),
            None if model.screen == Screen::Batch => match model.batch.sheet() {
                Some(sheet) => Export::Batch(sheet.week),
                None => return Vec::new(),
            },
            None => return Vec::new(),
        },
    };
    model.tell(Tone::Notice, "Writing …");
    vec![Effect::Load(Load::Export(what))]
}

/// Writes the report of what is shown, in the format of this word.
pub fn export_report(model: &mut Model, format: &'static str) -> Vec<Effect> {
    let scope = model.measures.scope(model.now, model.policy.zone);
    model.tell(Tone::Notice, "Writing the report …");
    vec![Effect::Load(Load::Export(Export::Report(scope, format)))]
}
