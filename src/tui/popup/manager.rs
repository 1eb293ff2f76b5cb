//! The manager's forms: whom an item of the batch goes to, why it is returned or rests, and a person's data.

use std::sync::Arc;

use chrono::NaiveDate;
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Popup, Reply};
use crate::domain::batch::Decision;
use crate::domain::batch::sheet::Filled;
use crate::domain::field::PACKAGE;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{Absence, Person, Role};
use crate::domain::say;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, NotDone};
use crate::tui::chord::Key;
use crate::tui::effect::{Ticket, Write};
use crate::tui::form::{Choice, Context, Field, Form, FormEvent, Values, draw, panel};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::{Hit, Input, Mouse};
use crate::tui::update::{hand_on, keep, out_of_reach};

/// A form of the manager's.
#[derive(Clone, PartialEq, Debug)]
pub struct Manager {
    job: Job,
    form: Form,
    /// The write that is waited for, and whether what the person has is to be handed on when it is done.
    waiting: Option<(Ticket, bool)>,
}

/// What a form is for.
#[derive(Clone, PartialEq, Debug)]
enum Job {
    Route(HandoffId),
    Return(HandoffId),
    Nurture(HandoffId),
    Person(Arc<Person>),
}

impl Popup {
    /// Picks whom an item goes to.
    #[must_use]
    pub fn route(model: &Model, id: HandoffId) -> Self {
        let mut fields = vec![Field::choice("to", "To", choices(model, id)).required()];
        let level =
            model.me.as_ref().is_some_and(|me| matches!(me.role, Role::VpSales | Role::Revops));
        if level {
            fields.push(Field::toggle("anyway", "Even if full or away", false).aside());
        }
        let mut form = Form::new(format!("Route · {}", about(model, id)), "decide", fields);
        form.list_rows = 10;
        Self::manager(Job::Route(id), form)
    }

    /// Asks what is missing in the package of an item that is returned.
    #[must_use]
    pub fn return_item(model: &Model, id: HandoffId) -> Self {
        let fields = PACKAGE.iter().map(|field| Choice {
            key: field.key.to_owned(),
            label: field.label.to_owned(),
            group: field.section.title().to_owned(),
            ..Choice::default()
        });
        let fields = vec![
            Field::multi("missing", "What is missing", fields.collect()),
            Field::note("note", "Note").hint("what is wrong, in your words"),
        ];
        let form = Form::new(format!("Return · {}", about(model, id)), "decide", fields);
        Self::manager(Job::Return(id), form)
    }

    /// Asks why an item goes to nurture.
    #[must_use]
    pub fn nurture_item(model: &Model, id: HandoffId) -> Self {
        let fields =
            vec![Field::note("note", "Why").required().hint("why not now; it wakes on news")];
        let form = Form::new(format!("Nurture · {}", about(model, id)), "decide", fields);
        Self::manager(Job::Nurture(id), form)
    }

    /// Edits a person.
    #[must_use]
    pub fn person(model: &Model, person: &Person) -> Self {
        let who = model.me.as_ref();
        let all = who.is_some_and(|me| matches!(me.role, Role::VpSales | Role::Revops));
        let work = all || who.is_some_and(|me| me.role == Role::Manager && me.id != person.id);
        let list = |list: &[String]| list.join("; ");
        let limit = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let days: Vec<_> =
            person.absences.iter().filter(|one| one.to >= model.today()).map(days).collect();
        let mut fields = vec![
            Field::text("away", "Out of office")
                .hint("2026-12-24..2026-12-31; 2027-01-15")
                .with(&days.join("; ")),
        ];
        if work {
            fields.extend([
                Field::text("capacity", "Open capacity")
                    .hint("empty is no limit")
                    .with(&limit(person.capacity)),
                Field::text("weekly", "Weekly capacity")
                    .hint("empty is no limit")
                    .with(&limit(person.weekly)),
                Field::text("territories", "Territories")
                    .hint("West; Central – empty is all")
                    .with(&list(&person.territories)),
                Field::text("segments", "Segments")
                    .hint("empty is all")
                    .with(&list(&person.segments)),
                Field::text("products", "Products")
                    .hint("empty is all")
                    .with(&list(&person.products)),
                Field::text("languages", "Languages")
                    .hint("empty is all")
                    .with(&list(&person.languages)),
            ]);
        }
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        fields.extend([
            Field::text("zone", "Zone")
                .hint("Europe/Berlin – empty is the team's")
                .with(&own(&person.zone)),
            Field::text("calendar", "Calendar")
                .hint("of the policy – empty is the team's")
                .with(&own(&person.calendar)),
        ]);
        if all {
            let role = Role::ALL.iter().map(|role| Choice {
                key: role.key().to_owned(),
                label: role.label().to_owned(),
                ..Choice::default()
            });
            let mut managers = vec![Choice { label: "nobody".to_owned(), ..Choice::default() }];
            managers.extend(
                model.people.iter().filter(|one| one.active && one.id != person.id).map(|one| {
                    Choice {
                        key: one.id.to_string(),
                        label: one.name.clone(),
                        detail: one.role.label().to_owned(),
                        ..Choice::default()
                    }
                }),
            );
            let manager = person.manager.map(|id| id.to_string()).unwrap_or_default();
            fields.extend([
                Field::choice("role", "Role", role.collect()).with(person.role.key()).aside(),
                Field::choice("manager", "Reports to", managers).with(&manager).aside(),
                Field::text("name", "Name").required().with(&person.name),
                Field::toggle("active", "Active", person.active).aside(),
            ]);
        }
        let form = Form::new(format!("Edit · {}", person.name), "save", fields);
        Self::manager(Job::Person(Arc::new(person.clone())), form)
    }

    fn manager(job: Job, form: Form) -> Self {
        Self::Manager(Box::new(Manager { job, form, waiting: None }))
    }
}

fn about(model: &Model, id: HandoffId) -> String {
    let item = model.batch.items().iter().find(|item| item.id == id);
    item.map_or_else(|| id.to_string(), |item| format!("{id} {}", item.account.name))
}

/// What somebody carries and is given, in figures; with the week's where it has a limit.
fn carried(one: &Filled<'_>) -> String {
    let of = |most: Option<u32>| most.map(|most| format!("/{most}")).unwrap_or_default();
    let weekly = one
        .person
        .weekly
        .map(|_| format!(" · wk {}+{}{}", one.week, one.drawn, of(one.person.weekly)));
    let carries = format!("{}+{}{}", one.open, one.drawn, of(one.person.capacity));
    carries + &weekly.unwrap_or_default()
}

/// The people an item can go to, ranked for it alone, with what they carry by now.
fn choices(model: &Model, id: HandoffId) -> Vec<Choice> {
    let Some(round) = model.batch.round() else { return Vec::new() };
    let decisions = model.batch.decisions();
    let Some(proposal) = round.proposal(id, &decisions, &model.policy) else { return Vec::new() };
    let pick = model.batch.solved.picks.get(&id).and_then(|pick| pick.to);
    let filled = model.batch.filled(&model.policy);
    let bar = |who: PersonId| {
        let one = filled.iter().find(|one| one.person.id == who);
        one.map_or_else(String::new, carried)
    };
    let width = filled.iter().map(|one| carried(one).len()).max().unwrap_or_default().max(10);
    let choice = |who: PersonId, name: &str, detail: String, group: &str, why: String| Choice {
        key: who.to_string(),
        label: name.to_owned(),
        detail: format!("{:<width$} {detail}", bar(who)),
        group: group.to_owned(),
        off: out_of_reach(model, who),
        why: vec![why],
        ..Choice::default()
    };
    let mut choices: Vec<_> = proposal
        .ranked
        .iter()
        .map(|ranked| {
            let reasons = ranked.reasons.join(" · ");
            let loss = match pick == Some(ranked.person) {
                true => Some("the whole batch's proposal".to_owned()),
                false => model
                    .batch
                    .solved
                    .loss(id, ranked.person)
                    .map(|loss| format!("costs the batch {loss:.3}")),
            };
            let told = [Some(reasons.clone()), loss].into_iter().flatten().collect::<Vec<_>>();
            let detail = format!("{:.3}  {reasons}", ranked.score);
            choice(ranked.person, &ranked.name, detail, "Proposed", told.join("; "))
        })
        .collect();
    // The one whom the whole batch proposes stands first.
    if let Some(place) = choices
        .iter()
        .position(|one| Some(one.key.as_str()) == pick.map(|id| id.to_string()).as_deref())
    {
        let first = choices.remove(place);
        choices.insert(0, first);
    }
    let near = proposal.left_out.iter().filter(|one| {
        !one.why.iter().any(|why| {
            matches!(
                why,
                crate::domain::routing::Why::Inactive | crate::domain::routing::Why::Role { .. }
            )
        })
    });
    choices.extend(near.map(|one| {
        choice(
            one.person,
            &one.name,
            one.reason.clone(),
            "Left out",
            format!("Left out: {}.", one.reason),
        )
    }));
    let managers = round
        .people
        .iter()
        .filter(|one| one.active && matches!(one.role, Role::Manager | Role::VpSales));
    for one in managers {
        if choices.iter().all(|choice| choice.key != one.id.to_string()) {
            let detail = one.role.label().to_owned();
            choices.push(choice(
                one.id,
                &one.name,
                detail,
                "Everybody else",
                "a manager's own queue".to_owned(),
            ));
        }
    }
    choices
}

impl Manager {
    fn context<'m>(model: &'m Model) -> Context<'m> {
        let screen = Rect::new(0, 0, model.size.0, model.size.1);
        Context::of(model, panel::columns(screen, draw::WIDTH))
    }

    /// Whether it waits for something that will be seen.
    pub(super) const fn awaits(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let key = match input {
            Input::Key(key) => *key,
            Input::Paste(text) if self.waiting.is_none() => {
                self.form.paste(text);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Click(Hit::Choice(place))) => {
                self.form.click(*place);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Double(Hit::Choice(place))) => {
                self.form.click(*place);
                Key::plain(KeyCode::Enter)
            }
            Input::Mouse(Mouse::Wheel(lines, _)) => {
                Key::plain(if *lines > 0 { KeyCode::Down } else { KeyCode::Up })
            }
            Input::Mouse(_) | Input::Paste(_) => return Reply::keep(),
        };
        if key == Key::ctrl('c') {
            return Reply::run(Action::Quit);
        }
        if self.waiting.is_some() {
            return if key.code == KeyCode::Esc { Reply::close() } else { Reply::keep() };
        }
        match self.form.handle(key, &Self::context(model)) {
            FormEvent::Stay => Reply::keep(),
            FormEvent::Cancel => Reply::close(),
            FormEvent::Discard => Reply::open(Popup::discard(model)),
            FormEvent::Submit(values) => self.submit(&values, model),
        }
    }

    fn submit(&mut self, values: &Values, model: &mut Model) -> Reply {
        let decided = match &self.job {
            Job::Route(id) => route(values, *id, model).map(|decision| (*id, decision)),
            Job::Return(id) => {
                let (missing, note) = (values.many("missing"), values.text("note"));
                match missing.is_empty() && note.is_empty() {
                    true => Err((
                        "missing",
                        "tick what is missing, or say in the note what is wrong".to_owned(),
                    )),
                    false => Ok((*id, Decision::Return { missing, note })),
                }
            }
            Job::Nurture(id) => Ok((*id, Decision::Nurture { note: values.text("note") })),
            Job::Person(before) => return self.save(&before.clone(), values, model),
        };
        match decided {
            Ok((id, decision)) => {
                let effects = keep(model, vec![(id, Some(decision))]);
                Reply { effects, ..Reply::close() }
            }
            Err((field, sentence)) => {
                self.form.fail(field, sentence);
                Reply::keep()
            }
        }
    }

    fn save(&mut self, before: &Person, values: &Values, model: &mut Model) -> Reply {
        let after = match edited(before, values, model) {
            Ok(after) => after,
            Err((field, sentence)) => {
                self.form.fail(field, sentence);
                return Reply::keep();
            }
        };
        if after == *before {
            return Reply {
                tell: Some((Tone::Notice, "Nothing was changed.".to_owned())),
                ..Reply::close()
            };
        }
        let open = model
            .team
            .members
            .iter()
            .find(|one| one.person.id == before.id)
            .map_or(0, |one| one.open);
        if before.active && !after.active && open > 0 {
            // Who leaves hands on first; the edit is saved once all is handed on.
            let effects = hand_on(model, before.id, Some(Box::new(after)));
            let told = format!(
                "{} has {} in hand: decide who takes them, C commits.",
                before.name,
                say::count(u64::from(open), "handoff", "handoffs")
            );
            return Reply { effects, tell: Some((Tone::Notice, told)), ..Reply::close() };
        }
        let today = model.today();
        let leaves = open > 0 && before.away_on(today).is_none() && after.away_on(today).is_some();
        let write = Write::EditPerson { before: Box::new(before.clone()), after: Box::new(after) };
        let effect = model.write(write);
        self.waiting = Some((model.ticket, leaves));
        Reply::ask(effect)
    }

    pub(super) fn answer(&mut self, answer: &Answer, model: &mut Model) -> Reply {
        match (answer, self.waiting) {
            (Answer::Done(ticket, _), Some((waiting, leaves))) if *ticket == waiting => {
                let effects = match &self.job {
                    Job::Person(person) if leaves => hand_on(model, person.id, None),
                    _ => Vec::new(),
                };
                Reply { effects, ..Reply::close() }
            }
            (Answer::NotDone(ticket, why), Some((waiting, _))) if *ticket == waiting => {
                self.waiting = None;
                self.form.refuse(match why {
                    NotDone::Refused(refusal) => refusal.to_string(),
                    NotDone::Conflict { sentence, .. } | NotDone::Failed(sentence) => {
                        sentence.clone()
                    }
                });
                Reply { took: true, ..Reply::keep() }
            }
            _ => Reply::keep(),
        }
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        draw::popup(&self.form, &Self::context(model), memory, frame, screen, &model.theme);
    }
}

fn route(
    values: &Values,
    id: HandoffId,
    model: &Model,
) -> Result<Decision, (&'static str, String)> {
    let to: PersonId = values.text("to").parse().map_err(|sentence| ("to", sentence))?;
    let anyway = values.0.get("anyway") == Some(&crate::tui::form::Value::Yes(true));
    let filled = model.batch.filled(&model.policy);
    let Some(one) = filled.iter().find(|one| one.person.id == to) else {
        return Ok(Decision::Route { to, anyway });
    };
    let mut others = model.batch.decisions();
    others.remove(&id);
    let drawn = others
        .values()
        .filter(|decision| matches!(decision, Decision::Route { to: who, .. } if *who == to));
    let drawn = u32::try_from(drawn.count()).unwrap_or(u32::MAX);
    let level = model.me.as_ref().is_some_and(|me| matches!(me.role, Role::VpSales | Role::Revops));
    let name = &one.person.name;
    let go_on = "tick \"even if full or away\" to go on";
    let full = one.person.full(one.open + drawn, one.week + drawn).into_iter().next();
    if let Some(full) = full.filter(|_| !anyway) {
        let then = if level { go_on } else { "the VP of Sales may go beyond it" };
        return Err(("to", format!("{name} is {} with what is decided; {then}", full.said())));
    }
    let today = model.today();
    if let Some(absence) = one.person.away_on(today).filter(|_| !anyway) {
        let until = say::day_near(absence.to, today);
        let then = if level { format!("; {go_on}") } else { String::new() };
        return Err(("to", format!("{name} is out of office until {until}{then}")));
    }
    Ok(Decision::Route { to, anyway })
}

/// The person as the form says.
fn edited(
    before: &Person,
    values: &Values,
    model: &Model,
) -> Result<Person, (&'static str, String)> {
    let mut after = before.clone();
    let has = |key: &str| values.0.contains_key(key);
    let today = model.today();
    // A field that is empty has no value; one that is not shown has none either.
    let shown = model.me.as_ref().map(|me| (me.role, me.id));
    let all = shown.is_some_and(|(role, _)| matches!(role, Role::VpSales | Role::Revops));
    let work = all || shown.is_some_and(|(role, id)| role == Role::Manager && id != before.id);
    let list = |key: &str| -> Vec<String> {
        let text = values.text(key);
        text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let limit = |key: &'static str| match values.some(key) {
        None => Ok(None),
        Some(text) => text
            .trim()
            .parse::<u32>()
            .map(Some)
            .map_err(|_not_a_number| (key, "a number, or nothing for no limit".to_owned())),
    };
    let mut absences: Vec<_> =
        before.absences.iter().filter(|one| one.to < today).cloned().collect();
    for part in list("away") {
        absences.push(absence(&part).map_err(|why| ("away", why))?);
    }
    after.absences = crate::intake::away::joined(absences);
    if work {
        after.capacity = limit("capacity")?;
        after.weekly = limit("weekly")?;
        after.territories = list("territories");
        after.segments = list("segments");
        after.products = list("products");
        after.languages = list("languages");
    }
    after.zone = values.some("zone");
    after.calendar = values.some("calendar");
    if all {
        if has("name") {
            after.name = values.text("name");
        }
        if let Some(role) = values.some("role") {
            after.role = role.parse().map_err(|why| ("role", why))?;
        }
        after.manager = values.some("manager").and_then(|id| id.parse().ok());
        after.active = values.0.get("active") != Some(&crate::tui::form::Value::Yes(false));
    }
    Ok(after)
}

/// Days away as they are typed: one day, or the first and the last.
fn absence(text: &str) -> Result<Absence, String> {
    let day = |text: &str| -> Result<NaiveDate, String> {
        text.trim()
            .parse()
            .map_err(|_not_a_day| format!("\"{}\" is not a day; write 2026-12-24", text.trim()))
    };
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let absence = Absence { from: day(from)?, to: day(to)? };
    if absence.to < absence.from {
        return Err(format!("{} lies before {}", absence.to, absence.from));
    }
    Ok(absence)
}

fn days(absence: &Absence) -> String {
    match absence.from == absence.to {
        true => absence.from.to_string(),
        false => format!("{}..{}", absence.from, absence.to),
    }
}
