//! All that the screen is computed from. A value: cloned and compared in tests, changed only by `update`.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::action::Screen;
use super::answer::{Answer, Card};
use super::chord::Key;
use super::effect::{Ask, Effect, Ticket, Write};
use super::incoming::{Evaluating, Importing};
use super::keys::Keymap;
use super::layout::list_rows;
use super::msg::Input;
use super::popup::Popup;
use super::screen::activity::Activity;
use super::screen::batch::Batch;
use super::screen::list::{How, List};
use super::screen::measures::Measures;
use super::screen::sprint::Sprint;
use super::screen::team::Team;
use super::theme::Theme;
use crate::desk::Notice;
use crate::domain::field::Section;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::Policy;
use crate::domain::queue::QueueRow;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::domain::view::{Sort, View};
use crate::store::Badges;

/// Milliseconds after which a write that is not done says so, and keys wait for it no longer.
pub const PATIENCE: i64 = 300;

/// The state of the whole screen.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// So late it is, as the loop last said.
    pub now: Instant,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Who works this desk; nobody until the first-run form is done.
    pub me: Option<Person>,
    /// The zone in which times are shown.
    pub zone: Tz,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// What keys mean.
    pub keys: Arc<Keymap>,
    /// How it looks.
    pub theme: Arc<Theme>,
    /// The views to choose from: the desk's, the team's, one's own.
    pub views: Vec<View>,
    /// The screen that is shown.
    pub screen: Screen,
    /// The queue.
    pub queue: List,
    /// My open handoffs.
    pub mine: List,
    /// The weekly batch, or what somebody leaves behind.
    pub batch: Batch,
    /// The team.
    pub team: Team,
    /// The measures.
    pub measures: Measures,
    /// The record.
    pub activity: Activity,
    /// The pane that has the keys, on screens that list handoffs.
    pub pane: Pane,
    /// The section of the package that is shown.
    pub section: Section,
    /// Lines by which the package is scrolled.
    pub scroll: usize,
    /// The clock at hand in the clocks pane, from the top.
    pub clock: usize,
    /// The package fills the screen.
    pub full: bool,
    /// The sprint through the list, while there is one.
    pub sprint: Option<Sprint>,
    /// What is known of handoffs that were looked at, and of their neighbours.
    pub cards: Cards,
    /// The numbers beside the names of the screens.
    pub badges: Option<Badges>,
    /// Everybody who works the desk; empty until somebody asked.
    pub people: Arc<Vec<Person>>,
    /// What lies over the screen; only the last gets input.
    pub popups: Vec<Popup>,
    /// What the bottom line tells for a while.
    pub toast: Option<Toast>,
    /// Why the store can only be read.
    pub read_only: Option<String>,
    /// The last ticket that was given out.
    pub ticket: Ticket,
    /// Writes that were asked for and are not answered yet, and since when.
    pub writing: Vec<(Ticket, Instant)>,
    /// The handoff whose card is read again after a write, and since when.
    pub settling: Option<(HandoffId, Instant)>,
    /// What was typed meanwhile: it is meant for what comes of the write, and waits for it.
    pub held: VecDeque<Input>,
    /// The key that was pressed last, which must not answer a question that it opened.
    pub last_key: Option<Key>,
    /// Handoffs that are to be given to whomever the desk proposes, once it does.
    pub taking: Option<(Ticket, Vec<Subject>)>,
    /// What is being accepted, and is offered for rating once it is.
    pub accepting: Option<(Ticket, Subject)>,
    /// What this person was told of and has not acted on.
    pub inbox: Vec<Notice>,
    /// The desk is shown as it stood; then `now` is that moment.
    pub as_of: Option<AsOf>,
    /// The import that runs beside the screen.
    pub importing: Option<Importing>,
    /// The evaluation that runs beside the screen.
    pub evaluating: Option<Evaluating>,
    /// The past that is waited for.
    pub going: Option<Going>,
}

/// The desk is shown as it stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsOf {
    /// When.
    pub at: Instant,
    /// So late it really is.
    pub present: Instant,
}

/// A moment whose desk is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Going {
    /// The question.
    pub ticket: Ticket,
    /// Which moment.
    pub at: Instant,
    /// When it was asked for, by the present's clock.
    pub since: Instant,
}

/// A pane of the screens that list handoffs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pane {
    /// The list.
    #[default]
    List,
    /// The clocks of the handoff at hand.
    Clocks,
    /// Its package.
    Package,
}

/// A line that the bottom line shows for a while.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toast {
    /// What kind of news it is.
    pub tone: Tone,
    /// The sentence.
    pub sentence: String,
    /// Until when it is shown.
    pub until: Instant,
    /// The package that one key from 1 to 5 rates while this is told.
    pub rates: Option<Rates>,
}

/// A package that was accepted just now, and that one key rates as long as the bottom line says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rates {
    /// What was accepted.
    pub subject: Subject,
    /// It was on screen; a key that was typed before is no rating.
    pub seen: bool,
}

/// What kind of news a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Done.
    Good,
    /// Refused, or worth a look.
    Notice,
    /// Failed.
    Bad,
}

/// A handoff that an action is about, as the person saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Which.
    pub id: HandoffId,
    /// The version that was seen.
    pub version: i64,
    /// The account's name.
    pub company: String,
    /// Its type's key.
    pub kind: String,
    /// Where it stood.
    pub stage: Stage,
    /// Who had it.
    pub assignee: Option<PersonId>,
}

impl Subject {
    /// The handoff of a row.
    #[must_use]
    pub fn of(row: &QueueRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            company: row.company.clone(),
            kind: row.kind.clone(),
            stage: row.stage,
            assignee: row.assignee,
        }
    }
}

/// What is known of handoffs that were looked at, the latest last; the oldest is forgotten when it is full.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cards {
    kept: VecDeque<Arc<Card>>,
}

impl Cards {
    /// How many are kept: a screenful of neighbours, and little memory.
    const MOST: usize = 64;

    /// What is known of a handoff.
    #[must_use]
    pub fn get(&self, id: HandoffId) -> Option<&Arc<Card>> {
        self.kept.iter().find(|card| card.handoff.id == id)
    }

    /// Keeps a card in place of what was known before.
    pub fn put(&mut self, card: Arc<Card>) {
        self.forget(card.handoff.id);
        if self.kept.len() >= Self::MOST {
            self.kept.pop_front();
        }
        self.kept.push_back(card);
    }

    /// Forgets a handoff.
    pub fn forget(&mut self, id: HandoffId) {
        self.kept.retain(|card| card.handoff.id != id);
    }

    /// Forgets all but one, which is shown until it has been read again.
    pub fn forget_all_but(&mut self, id: Option<HandoffId>) {
        self.kept.retain(|card| Some(card.handoff.id) == id);
    }
}

/// What the desk is opened with.
#[derive(Clone, PartialEq, Debug)]
pub struct World {
    /// So late it is.
    pub now: Instant,
    /// Who works this desk.
    pub me: Option<Person>,
    /// The zone in which times are shown.
    pub zone: Tz,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// What keys mean.
    pub keys: Arc<Keymap>,
    /// How it looks.
    pub theme: Arc<Theme>,
    /// The views to choose from.
    pub views: Vec<View>,
}

impl Model {
    /// The screen before anything is loaded, on the screen and in the view of the person's role (`DESK.md 1`).
    #[must_use]
    pub fn new(world: World) -> Self {
        let World { now, me, zone, policy, keys, theme, views } = world;
        let role = me.as_ref().map_or(Role::Revops, |person| person.role);
        let list = |key: &str| {
            let known = views.iter().find(|view| view.key == key).cloned();
            List::new(known.unwrap_or_else(|| View::new("All", "", Sort::default())))
        };
        let monday = now.utc().with_timezone(&zone).date_naive().weekday() == Weekday::Mon;
        let screen = match role {
            // The batch is reviewed on Mondays.
            Role::Manager if monday => Screen::Batch,
            role => Screen::of_role(role),
        };
        let (queue, mine) = (list(View::of_role(role)), list("mine"));
        Self {
            section: if screen == Screen::Mine { mine.view.preview } else { queue.view.preview },
            now,
            size: (0, 0),
            me,
            zone,
            policy,
            keys,
            theme,
            screen,
            queue,
            mine,
            views,
            batch: Batch::default(),
            team: Team::default(),
            measures: Measures::default(),
            activity: Activity::default(),
            pane: Pane::List,
            scroll: 0,
            clock: 0,
            full: false,
            sprint: None,
            cards: Cards::default(),
            badges: None,
            people: Arc::default(),
            popups: Vec::new(),
            toast: None,
            read_only: None,
            ticket: Ticket::default(),
            writing: Vec::new(),
            settling: None,
            held: VecDeque::new(),
            last_key: None,
            taking: None,
            accepting: None,
            inbox: Vec::new(),
            as_of: None,
            importing: None,
            evaluating: None,
            going: None,
        }
    }

    /// Whether something that will be on screen was asked for and has not come.
    #[must_use]
    pub fn awaits(&self) -> bool {
        let listed = self.list().is_some_and(|list| {
            let missing = list.row().is_some_and(|row| self.cards.get(row.id).is_none());
            list.misses(list_rows(self)) || missing
        });
        let other = match self.screen {
            Screen::Team => self.team.waiting.is_some(),
            Screen::Batch => self.batch.waiting.is_some(),
            Screen::Activity => self.activity.waiting.is_some(),
            Screen::Measures => self.measures.waiting.is_some(),
            _ => false,
        };
        let over = self.popups.last().is_some_and(Popup::awaits);
        let done = self.writing.is_empty() && self.settling.is_none();
        listed || over || other || self.taking.is_some() || self.going.is_some() || !done
    }

    /// Whether what is typed now waits for what comes of the write before it, or for the row that it is about. Not for
    /// long: a slow disk must not take the keys away.
    #[must_use]
    pub fn holds(&self) -> bool {
        let writing = self.writing.first().map(|(_, since)| *since);
        // A step beyond the window is one to a row that is about to come.
        let owes = self.list().filter(|list| list.owed != 0).and_then(|list| list.waiting);
        let since = writing.or(self.settling.map(|(_, since)| since));
        let since = since.or(owes.map(|waiting| waiting.since));
        self.popups.is_empty() && since.is_some_and(|since| self.now.since(since) < PATIENCE)
    }

    /// Whether an answer changes what is on screen.
    #[must_use]
    pub fn shows(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Card(id, _) => !self.popups.is_empty() || self.at_hand() == Some(*id),
            // What lies above or below the screen is not seen.
            Answer::Page(screen, ..) => self.list().is_some_and(|list| {
                let again = list.waiting.is_some_and(|waiting| waiting.how == How::Replace);
                *screen == self.screen && (again || list.misses(list_rows(self)))
            }),
            // These only ask for more; what comes of that is drawn when it comes.
            Answer::Changed => false,
            _ => true,
        }
    }

    /// Whether `Enter` does the next step of the handoff at hand: on one's own list, and not on what is read.
    #[must_use]
    pub fn does_steps(&self) -> bool {
        let listed = self.screen == Screen::Mine && self.pane == Pane::List && !self.full;
        listed && self.row().is_some()
    }

    /// A ticket for a new question.
    pub fn next_ticket(&mut self) -> Ticket {
        self.ticket.0 += 1;
        self.ticket
    }

    /// The list on the screen that is shown, if it shows one of handoffs.
    #[must_use]
    pub const fn list(&self) -> Option<&List> {
        match self.screen {
            Screen::Queue => Some(&self.queue),
            Screen::Mine => Some(&self.mine),
            _ => None,
        }
    }

    /// The same, to change it.
    pub const fn list_mut(&mut self) -> Option<&mut List> {
        match self.screen {
            Screen::Queue => Some(&mut self.queue),
            Screen::Mine => Some(&mut self.mine),
            _ => None,
        }
    }

    /// The row at hand.
    #[must_use]
    pub fn row(&self) -> Option<&QueueRow> {
        self.list()?.row()
    }

    /// The handoff at hand, on whatever screen shows handoffs.
    #[must_use]
    pub fn at_hand(&self) -> Option<HandoffId> {
        match self.screen {
            Screen::Batch => self.batch.selected,
            _ => self.list()?.selected,
        }
    }

    /// What is known of the handoff at hand.
    #[must_use]
    pub fn card(&self) -> Option<&Arc<Card>> {
        self.cards.get(self.at_hand()?)
    }

    /// What an action is about: the marked handoffs, or else the one at hand.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject> {
        match self.list() {
            Some(list) if !list.marks.is_empty() => list.marks.values().cloned().collect(),
            Some(list) => list.row().map(Subject::of).into_iter().collect(),
            None if self.screen == Screen::Batch => {
                let item = self.batch.item().map(|item| Subject {
                    id: item.id,
                    version: item.version,
                    company: item.account.name.clone(),
                    kind: item.kind.clone(),
                    stage: item.stage,
                    assignee: item.assignee,
                });
                item.into_iter().collect()
            }
            None => Vec::new(),
        }
    }

    /// So late it really is, whatever moment is shown.
    #[must_use]
    pub fn present(&self) -> Instant {
        self.as_of.map_or(self.now, |past| past.present)
    }

    /// Whether the bottom line offers a key that has not been on screen yet.
    #[must_use]
    pub fn offers_unseen(&self) -> bool {
        let rates = self.toast.as_ref().and_then(|toast| toast.rates.as_ref());
        rates.is_some_and(|rates| !rates.seen)
    }

    /// Asks the desk to do something.
    pub fn write(&mut self, write: Write) -> Effect {
        let ticket = self.next_ticket();
        self.writing.push((ticket, self.now));
        if let Some(sprint) = &mut self.sprint {
            sprint.asked_for(ticket, &write);
        }
        Effect::Write(ticket, write)
    }

    /// Asks the desk to do what is asked, all of it or nothing.
    pub fn run(&mut self, asks: Vec<Ask>) -> Effect {
        self.write(Write::Run { asks, what_can: false })
    }

    /// Who works this desk, by id.
    #[must_use]
    pub fn my_id(&self) -> Option<PersonId> {
        self.me.as_ref().map(|person| person.id)
    }

    /// The day it is where the person is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.utc().with_timezone(&self.zone).date_naive()
    }

    /// Tells something in the bottom line for a while: long enough to read it, as long as it is not typed away.
    pub fn tell(&mut self, tone: Tone, sentence: impl Into<String>) {
        let sentence = sentence.into();
        let reading = 3_000 + 50 * i64::try_from(sentence.chars().count()).unwrap_or(0);
        let until = self.now.plus(reading.min(12_000));
        self.toast = Some(Toast { tone, sentence, until, rates: None });
    }
}
