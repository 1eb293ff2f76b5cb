//! What screens ask for, read and put into the form in which they show it.

use std::sync::Arc;

use super::record;
use super::work::{Work, sentence};
use crate::desk::{Actor, Desk, DeskError, Request};
use crate::domain::clock::Clock as Promise;
use crate::domain::filter::{Term, Test, Word};
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;
use crate::domain::queue::{Edge, Page, Query};
use crate::domain::time::Instant;
use crate::platform::clock::new_action_id;
use crate::tui::answer::{Answer, Card, Line, Twin};
use crate::tui::effect::Load;

/// Rows that are counted before it is said that there are more.
const COUNTED: u64 = 1_000;
/// Weeks of batches that are offered.
const WEEKS: u32 = 26;
/// Rows in which the place of a handoff is looked for by the beginning of its id.
const LOOKED_FOR: usize = 200;
/// Possible duplicates of an account that are shown.
const TWINS: usize = 20;

impl Work {
    /// The desk that is read: as it is, or as it stood.
    pub(super) fn desk(&self) -> &Desk {
        self.past.as_ref().map_or(&self.desk, |past| &past.desk)
    }

    /// The moment that is shown.
    fn now(&self) -> Instant {
        self.past.as_ref().map_or_else(|| self.clock.now(), |past| past.at)
    }

    pub(super) fn load(&mut self, load: Load) -> Result<Answer, DeskError> {
        let now = self.now();
        Ok(match load {
            Load::Page { screen, query, edge, limit, keep, ticket, ahead: _ } => {
                Answer::Page(screen, ticket, self.page(&query, &edge, limit, keep)?)
            }
            Load::Marks { screen, query, limit, ticket } => {
                Answer::Marks(screen, ticket, self.desk().window(&query, &Edge::First, limit)?)
            }
            Load::Count { screen, query, ticket } => {
                Answer::Count(screen, ticket, self.desk().count(&query, COUNTED)?)
            }
            Load::Badges => Answer::Badges(self.desk().badges(self.me, now)?),
            Load::Card(id) => self.card(id, now)?,
            // The inbox hands these out one by one, as cards.
            Load::Ahead(ids) => match ids.first() {
                Some(id) => self.card(*id, now)?,
                None => Answer::Badges(self.desk().badges(self.me, now)?),
            },
            Load::Receipt(handoff, account) => {
                let kept = self.desk().flagged_because(handoff)?;
                let lines = match self.desk().explain(&account.to_string(), now) {
                    Ok(explained) => explained.lines(),
                    Err(DeskError::NotFound(sentence)) => vec![sentence],
                    Err(error) => return Err(error),
                };
                Answer::Receipt(handoff, kept, lines)
            }
            Load::Twins(ticket, account) => {
                let mut twins = Vec::new();
                for pair in self.desk().duplicates_of(account)?.into_iter().take(TWINS) {
                    let domain = pair.other.domain.as_deref().unwrap_or("no domain");
                    let line = format!("{} {} ({domain})", pair.other.id, pair.other.name);
                    let plan = self.desk().merge_plan(account, pair.other.id);
                    twins.push(Twin { line, plan: plan.map_err(|error| sentence(&error)) });
                }
                Answer::Twins(ticket, Arc::new(twins))
            }
            Load::Message { ticket, handoff, name } => {
                let message = self.desk.message(handoff, name.as_deref(), self.me, now);
                Answer::Message(ticket, message.map(Arc::new).map_err(|error| sentence(&error)))
            }
            Load::Proposals(ticket, ids) => {
                let proposals = self.desk().proposals(&ids, now)?.into_iter();
                let shared = proposals.map(|(id, proposal)| (id, Arc::new(proposal)));
                Answer::Proposals(ticket, shared.collect())
            }
            Load::Preview(ticket, asks) => {
                let who = self.me.unwrap_or_default();
                let actor = Actor { who, now, action: new_action_id() };
                Answer::Preview(
                    ticket,
                    self.desk().preview(&Request { actor, asks, what_can: true })?,
                )
            }
            Load::Activity { before, limit, ticket } => {
                let entries =
                    self.desk().activity(before, u32::try_from(limit).unwrap_or(u32::MAX))?;
                Answer::Activity(ticket, entries.into_iter().map(record::of_entry).collect())
            }
            Load::Batch(ticket, week) => {
                let week = week.map_or_else(|| self.desk().week_at_hand(now), Ok)?;
                let sheet = self.desk().sheet(week, self.me, now)?;
                Answer::Batch(ticket, Arc::new(sheet), self.desk().batch_weeks(WEEKS)?)
            }
            Load::HandOn(ticket, who) => {
                let round = self.desk().hand_on(who, now)?;
                let person = self.desk().people()?.into_iter().find(|person| person.id == who);
                let person = person.ok_or_else(|| {
                    DeskError::NotFound(format!("There is no person {who} in this store."))
                })?;
                Answer::HandOn(ticket, Arc::new((person, round)))
            }
            Load::Routing(id) => Answer::Routing(id, self.desk().routing(id, now)?),
            Load::Team(ticket) => Answer::Team(ticket, self.desk().team(now)?),
            Load::People => Answer::People(Arc::new(self.desk().people()?)),
            Load::Inbox => Answer::Inbox(match self.me {
                Some(me) => self.desk().inbox(me, now)?,
                None => Vec::new(),
            }),
            // The way to the worker sees to these.
            Load::AsOf(ticket, _) => Answer::AsOf(ticket, Err("There is no way there.".to_owned())),
            Load::Present => Answer::Badges(self.desk().badges(self.me, now)?),
            Load::Measures(ticket, scope) | Load::Glance(ticket, scope) => Answer::Measures(
                ticket,
                Arc::new(self.desk().measures(&scope, now)?),
                Arc::new(self.desk().teams()?),
            ),
            Load::Pack(ticket, scope) => {
                let pack = self.desk().pack(&scope, now)?;
                Answer::Pack(ticket, Arc::new(crate::report::measures::pack(&pack)))
            }
            Load::Export(what) => self.export(&what, now)?,
            Load::Front(ticket, load) => self.front(ticket, load, now),
        })
    }

    /// A page; where a handoff must be kept and has moved out of it, the page around where it is now.
    pub(super) fn page(
        &self,
        query: &Query,
        edge: &Edge,
        limit: usize,
        keep: Option<HandoffId>,
    ) -> Result<Page, DeskError> {
        let page = self.desk().window(query, edge, limit)?;
        let Some(keep) = keep.filter(|keep| (page.before || page.after) && !has(&page, *keep))
        else {
            return Ok(page);
        };
        let mut only = query.clone();
        only.filter.terms.push(Term { negated: false, test: Test::Words(vec![Word::Id(keep)]) });
        let found = self.desk().window(&only, &Edge::First, LOOKED_FOR)?;
        let Some(place) = found.rows.into_iter().find(|row| row.id == keep) else {
            return Ok(page);
        };
        let above = self.desk().window(query, &Edge::Before(place.cursor.clone()), limit / 2)?;
        let mut around = self.desk().window(query, &Edge::From(place.cursor), limit - limit / 2)?;
        around.before = above.before;
        around.partial |= above.partial;
        drop(around.rows.splice(0..0, above.rows));
        Ok(around)
    }

    fn card(&self, id: HandoffId, now: Instant) -> Result<Answer, DeskError> {
        let dossier = match self.desk().dossier(id, self.me, now) {
            Ok(dossier) => dossier,
            Err(DeskError::NotFound(_)) => return Ok(Answer::Card(id, None)),
            Err(error) => return Err(error),
        };
        let sum = |clock: &Promise, handoff: &Handoff| {
            self.desk().ledger(handoff, clock, now).map(Arc::new)
        };
        let lines = dossier.clocks.into_iter().map(|line| Line {
            ledger: line.clock.as_ref().map(|clock| sum(clock, &dossier.handoff)),
            name: line.name,
            owes: line.owes,
            target: line.target,
            clock: line.clock,
        });
        let company = &dossier.account.name;
        let record = dossier.record.iter().map(|event| {
            record::of_event(event, company, &dossier.names, self.desk().policy().zone)
        });
        let card = Card {
            clocks: lines.collect(),
            record: record.collect(),
            handoff: dossier.handoff,
            account: dossier.account,
            contacts: dossier.contacts,
            package: dossier.package,
            sent: dossier.sent,
            changed: dossier.changed,
            plan: dossier.plan,
            asides: dossier.asides,
            names: dossier.names,
            actions: match self.past {
                None => dossier.actions,
                Some(_) => {
                    let over = |(action, _)| (action, Some(crate::desk::over()));
                    dossier.actions.into_iter().map(over).collect()
                }
            },
        };
        Ok(Answer::Card(id, Some(Arc::new(card))))
    }
}

fn has(page: &Page, id: HandoffId) -> bool {
    page.rows.iter().any(|row| row.id == id)
}
