//! Messages filled in for a handoff: the template that its next step asks for, or another, with what is known of the
//! package, the people and the calendar (`DOMAIN.md 9`). Nothing is sent; what comes out is copied.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::material::Material;
use super::{Desk, DeskError};
use crate::domain::contact::Contact;
use crate::domain::handoff::{Channel, Handoff, Moment, TouchOutcome};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::message::{Kind, Shown, concerns, template_named};
use crate::domain::package::{Package, TemplateFacts, one_page};
use crate::domain::person::Person;
use crate::domain::playbook::{Closed, Progress, Step, calendar_of, plan};
use crate::domain::policy::Place;
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::report::message::TemplateError;

/// How many things a message tells of a package at most.
const POINTS: usize = 3;

/// A message filled in for a handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// The handoff.
    pub handoff: HandoffId,
    /// The template's name.
    pub name: String,
    /// What it is, in words.
    pub title: String,
    /// What it is for.
    pub kind: Kind,
    /// The text, or what is wrong with its template, a sentence each.
    pub text: Result<String, Vec<String>>,
    /// What was known when it was filled in; an edited text is judged by the same.
    pub facts: Arc<TemplateFacts>,
    /// What they have seen of us already.
    pub shown: Arc<Shown>,
    /// Why it must not go out: the contact has closed its channel.
    pub closed: Option<String>,
    /// Every message that there is, by name and title.
    pub offers: Vec<(String, String)>,
}

impl Message {
    /// What the text lacks, a sentence each.
    #[must_use]
    pub fn concerns(&self, text: &str) -> Vec<String> {
        concerns(text, &self.name, self.kind, &self.facts, &self.shown)
    }
}

impl Desk {
    /// A message for a handoff, as this person would write it; without a name the one that its next step asks for.
    ///
    /// # Errors
    /// There is no such handoff or message, or the store can't be read. What is wrong with a template is in the message.
    pub fn message(
        &self,
        id: HandoffId,
        name: Option<&str>,
        who: Option<PersonId>,
        now: Instant,
    ) -> Result<Message, DeskError> {
        let people = self.store.people()?;
        let (handoff, _) = self.handoff(id)?;
        let material = Material::load(&self.store, &handoff)?;
        let (package, facts) = material.package_and_facts(&handoff, &self.around(&people, now));
        let contact = material.contacts.iter().find(|one| Some(one.id) == handoff.contact);
        let me = people.iter().find(|person| Some(person.id) == who);
        let asked =
            name.map_or_else(|| self.asked_for(&handoff, contact, &people, now), str::to_owned);
        let offers = self.library.offers();
        let Some((name, title, kind)) = offers.iter().find(|(name, ..)| *name == asked).cloned()
        else {
            let errors =
                self.library.fill(&asked, &self.messages, &facts).err().unwrap_or_default();
            return Err(DeskError::NotFound(sentences(&errors).join(" ")));
        };
        let telling = Telling {
            desk: self,
            handoff: &handoff,
            material: &material,
            package: &package,
            people: &people,
            me,
            now,
        };
        let facts = telling.facts(facts);
        let text = self.library.fill(&name, &self.messages, &facts);
        Ok(Message {
            handoff: id,
            text: text.map_err(|errors| sentences(&errors)),
            closed: closed(kind, contact),
            facts: Arc::new(facts),
            shown: Arc::new(telling.shown()),
            offers: offers.into_iter().map(|(name, title, _)| (name, title)).collect(),
            name,
            title,
            kind,
        })
    }

    /// What is wrong with the templates of this desk, a sentence each.
    #[must_use]
    pub fn message_problems(&self) -> Vec<String> {
        sentences(&self.library.problems(&self.messages))
    }

    /// The names and titles of all messages.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        self.library.offers().into_iter().map(|(name, title, _)| (name, title)).collect()
    }

    /// The template that the next step with a handoff asks for.
    fn asked_for(
        &self,
        handoff: &Handoff,
        contact: Option<&Contact>,
        people: &[Person],
        now: Instant,
    ) -> String {
        let holder = people.iter().find(|person| Some(person.id) == handoff.assignee);
        let progress = Progress::of(handoff, contact);
        let plan = plan(handoff, contact, &self.policy, holder, now);
        let playbook = self.policy.kind(&handoff.kind).and_then(|kind| self.policy.playbook(kind));
        let first = || {
            playbook
                .into_iter()
                .flat_map(|playbook| &playbook.sequence)
                .find(|step| !progress.closed.bars(step.channel))
                .map_or("first_message", |step| step.template.as_str())
        };
        match plan.step {
            Step::Touch(touch) => touch.template,
            // A checklist that asks for an agenda before anything is sent means the first call.
            Step::Task(task, ..) if task.place == Place::Message && progress.meeting.is_some() => {
                "first_call".to_owned()
            }
            Step::Task(..) | Step::AnyTouch | Step::Report(_) | Step::Closed => first().to_owned(),
            Step::Meeting(_) => "first_call".to_owned(),
            Step::MeetingWas(_) | Step::Book | Step::Opportunity | Step::WonOrLost => {
                "follow_up".to_owned()
            }
            Step::Propose(_) | Step::Wait(..) => "final_attempt".to_owned(),
            Step::Waits(_) if handoff.stage == Stage::Queued => "brief".to_owned(),
            Step::Answer | Step::Activate | Step::Complete | Step::Waits(_) | Step::Nothing => {
                "summary".to_owned()
            }
        }
    }
}

fn sentences(errors: &[TemplateError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// Why a message of this kind must not reach a contact.
fn closed(kind: Kind, contact: Option<&Contact>) -> Option<String> {
    let (channel, contact) = (kind.channel()?, contact?);
    Closed::of(contact).bars(channel).then(|| match channel {
        Channel::Call => format!("{} must not be called.", contact.name),
        _ => format!("{} has opted out of e-mail.", contact.name),
    })
}

/// What the facts of a message are gathered from.
struct Telling<'a> {
    desk: &'a Desk,
    handoff: &'a Handoff,
    material: &'a Material,
    package: &'a Package,
    people: &'a [Person],
    me: Option<&'a Person>,
    now: Instant,
}

impl Telling<'_> {
    fn zone(&self) -> Tz {
        let own = self.me.and_then(|me| me.zone.as_deref()?.parse().ok());
        own.unwrap_or(self.desk.policy.zone)
    }

    fn person(&self, id: Option<PersonId>) -> Option<&Person> {
        self.people.iter().find(|person| Some(person.id) == id)
    }

    /// Everything that a message may name and that is known.
    fn facts(&self, mut facts: TemplateFacts) -> TemplateFacts {
        let (handoff, zone) = (self.handoff, self.zone());
        for value in self.package.fields.iter().filter(|value| value.is_filled()) {
            if facts.get(value.field.key).is_none() {
                let lines: Vec<_> = value.shown().collect();
                facts.set(value.field.key, lines.join("\n"));
            }
        }
        // A headline ends a sentence of the message's own.
        for key in ["news.headline", "event.headline", "trigger_detail"] {
            if let Some(text) = facts.get(key).map(|text| text.trim_end_matches('.').to_owned()) {
                facts.set(key, text);
            }
        }
        let owner = self.person(handoff.assignee);
        for (who, person) in
            [("me", self.me), ("owner", owner), ("from", self.person(handoff.sender))]
        {
            let Some(person) = person else { continue };
            facts.set(&format!("{who}.name"), &*person.name);
            facts.set(&format!("{who}.first_name"), first_name(&person.name));
            facts.set(&format!("{who}.role"), person.role.label());
            if who == "me" {
                facts.set("me.email", person.email.clone().unwrap_or_default());
            }
        }
        if let Some(colleague) = self.colleague() {
            facts.set("colleague.name", &*colleague.name);
            facts.set("colleague.first_name", colleague.first_name());
            facts.set("colleague.title", colleague.title.clone().unwrap_or_default());
        }
        let today = say::day_of(self.now, zone);
        facts.set("today", long_day(today));
        if let Some(calendar) = calendar_of(&self.desk.policy, self.me.or(owner)) {
            for (key, days, hour) in [("time.first", 2, "10:00"), ("time.second", 3, "14:00")] {
                if let Ok(day) = calendar.business_day_after(today, days) {
                    facts.set(key, format!("{} at {hour}", long_day(day)));
                }
            }
        }
        if let Some(meeting) = handoff.moment(Moment::Meeting) {
            facts.set("meeting.day", long_day(say::day_of(meeting, zone)));
            let time = meeting.utc().with_timezone(&zone).format("%H:%M");
            facts.set("meeting.time", time.to_string());
        }
        if let Some(last) = handoff.touches.last() {
            facts.set("touches", handoff.touches.len().to_string());
            facts.set("last_touch", long_day(say::day_of(last.at, zone)));
        }
        if let Some(next) = handoff.next_clock() {
            let name = next.name.key().replace('_', " ");
            facts.set("due", format!("{name} due {}", say::moment(next.due, zone)));
        }
        let kind = self.desk.policy.kind(&handoff.kind);
        facts.set("handoff.type", kind.map_or(handoff.kind.as_str(), |kind| &kind.label));
        facts.set("brief", handoff.brief.clone().unwrap_or_default());
        let missing: Vec<_> = self.package.missing.iter().map(|field| field.label).collect();
        facts.set("missing", missing.join(", "));
        facts.set("page", one_page(self.package).join("\n"));
        let open = kind
            .into_iter()
            .flat_map(|kind| self.desk.policy.checklist(kind))
            .filter(|task| !handoff.checks.iter().any(|check| check.what == task.what));
        facts.set("checklist", open.map(|task| task.what.as_str()).collect::<Vec<_>>().join("\n"));
        let points = points(&facts);
        facts.set("points", points.join("\n"));
        facts
    }

    /// Somebody else with a say: of the committee first.
    fn colleague(&self) -> Option<&Contact> {
        let lead = self.handoff.contact;
        let others = || {
            self.material
                .contacts
                .iter()
                .filter(|one| Some(one.id) != lead && !one.opted_out && !one.name.trim().is_empty())
        };
        others().find(|one| one.authority).or_else(|| others().find(|one| one.title.is_some()))
    }

    /// What they have seen of us: what marketing showed them, and what went out.
    fn shown(&self) -> Shown {
        let titles = self.package.value("engagement.shown").unwrap_or_default();
        let zone = self.zone();
        let today = say::day_of(self.now, zone);
        let sent =
            self.handoff.touches.iter().filter(|touch| touch.outcome != TouchOutcome::Bounced);
        Shown {
            titles: titles
                .split(['\n', ';', ','])
                .map(str::trim)
                .filter(|title| !title.is_empty())
                .map(str::to_owned)
                .collect(),
            sent: sent
                .filter_map(|touch| {
                    // What one says on the telephone may be said again.
                    let name = touch.template.as_deref()?;
                    let written =
                        template_named(name).is_none_or(|template| template.kind != Kind::Call);
                    let day = say::day_near(say::day_of(touch.at, zone), today);
                    written.then(|| (name.to_owned(), day))
                })
                .collect(),
        }
    }
}

/// The things to know before anything else, the most telling first.
fn points(facts: &TemplateFacts) -> Vec<String> {
    const TELLING: &[(&str, &str)] = &[
        ("Why now", "handoff.reason"),
        ("They need", "bant.need"),
        ("It hurts", "pain_points"),
        ("They want to reach", "success.criteria"),
        ("In the news", "news.headline"),
        ("They did", "trigger"),
        ("Decides", "committee"),
        ("They use", "account.technologies"),
    ];
    let mut points = Vec::new();
    for (label, key) in TELLING {
        let Some(line) = facts.get(key).and_then(|text| text.lines().next()) else { continue };
        // What was said already is not said again in other words.
        if !points.iter().any(|said: &String| said.contains(line)) {
            points.push(format!("{label}: {line}"));
        }
    }
    points.truncate(POINTS);
    points
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// A day as it stands in a message: `Tuesday 24 November`.
fn long_day(day: NaiveDate) -> String {
    day.format("%A %-d %B").to_string()
}
