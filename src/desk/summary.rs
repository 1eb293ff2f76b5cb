//! The weekly summary for a manager, and what marketing is told of a period.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, DeskError};
use crate::domain::batch::{Dates, week_reviewed};
use crate::domain::filter::{Filter, Flag, Term, Test, Who, Word};
use crate::domain::ids::PersonId;
use crate::domain::measure::count::Slice;
use crate::domain::measure::feedback::Disposed;
use crate::domain::measure::sheet::Scope;
use crate::domain::measure::summary::{
    Escalated, Load, MOST, Next, NextItem, Pack, Returned, Summary,
};
use crate::domain::person::Role;
use crate::domain::policy::Class;
use crate::domain::queue::{Edge, Query};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::domain::view::{Sort, SortKey};
use crate::store::Cut;

impl Desk {
    /// A week as its manager sums it up; what is late and what people carry is of now, whatever the week.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn summary(&self, scope: &Scope, now: Instant) -> Result<Summary, DeskError> {
        let policy = self.policy();
        let people = self.people_of(scope);
        let cut = Cut { slice: Slice::All, people: people.as_deref(), now };
        let span = scope.period.span(policy.zone);
        let own = scope.kind.clone().map(|kind| vec![kind]);
        let names: BTreeMap<PersonId, String> =
            self.store.people()?.into_iter().map(|person| (person.id, person.name)).collect();
        let filter = late(scope);
        let query = Query {
            filter: filter.clone(),
            sort: Sort::by(SortKey::Due),
            me: None,
            now,
            zone: policy.zone,
        };
        let returned = |one: Disposed| Returned {
            handoff: one.handoff,
            company: one.company,
            at: one.at,
            label: policy
                .disposition(&one.code)
                .map_or_else(|| one.code.clone(), |rule| rule.label.clone()),
            why: one.fields.into_values().collect::<Vec<_>>().join("; "),
            sender: one
                .sender
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_else(|| "marketing".to_owned()),
        };
        let disposed = self.store.disposed(span, own.as_deref(), &cut, MOST)?;
        let mut sent_back: Vec<Returned> =
            disposed.into_iter().filter(|one| one.class == Class::Return).map(returned).collect();
        sent_back.sort_by_key(|one| std::cmp::Reverse((one.at, one.handoff)));
        sent_back.truncate(MOST);
        let escalated = self.store.escalated_in(span, own.as_deref(), &cut, MOST)?;
        let escalated = escalated.into_iter().map(|one| Escalated {
            to: one.to.iter().filter_map(|id| names.get(id).cloned()).collect(),
            handoff: one.handoff,
            company: one.company,
            clock: one.clock,
            at: one.at,
            open: one.open,
        });
        Ok(Summary {
            sheet: self.measures(scope, now)?,
            late: self.store.window(&query, &Edge::First, MOST)?.rows,
            late_filter: filter.to_string(),
            returned: sent_back,
            escalated: escalated.collect(),
            loads: self.loads(people.as_deref(), now)?,
            next: self.next_batch(now)?,
        })
    }

    /// What marketing is told of a period: who used up the promises, and what became of its handoffs.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn pack(&self, scope: &Scope, now: Instant) -> Result<Pack, DeskError> {
        let people = self.people_of(scope);
        let cut = Cut { slice: Slice::All, people: people.as_deref(), now };
        let span = scope.period.span(self.policy().zone);
        let own = scope.kind.clone().map(|kind| vec![kind]);
        let names: BTreeMap<PersonId, String> =
            self.store.people()?.into_iter().map(|person| (person.id, person.name)).collect();
        Ok(Pack {
            broken: self.store.broken(span, own.as_deref(), &cut)?,
            feedback: self.feedback(span, own.as_deref(), &cut, &names)?,
        })
    }

    fn loads(&self, people: Option<&[PersonId]>, now: Instant) -> Result<Vec<Load>, DeskError> {
        let asked: Option<BTreeSet<PersonId>> = people.map(|all| all.iter().copied().collect());
        let mut loads: Vec<Load> = self
            .team(now)?
            .into_iter()
            .filter(|row| asked.as_ref().is_none_or(|asked| asked.contains(&row.person.id)))
            .filter(|row| {
                let works = matches!(row.person.role, Role::Ae | Role::Sdr | Role::Csm);
                row.open > 0 || works && row.person.active
            })
            .map(|row| Load {
                name: row.person.name,
                open: row.open,
                capacity: row.person.capacity,
                late: row.breached,
                this_week: row.this_week,
            })
            .collect();
        // The share of the capacity without fractions: open against capacity, crosswise.
        let full = |load: &Load| {
            let most = load.capacity.unwrap_or(u32::MAX).max(1);
            u64::from(load.open) * 1_000_000 / u64::from(most)
        };
        loads.sort_by(|a, b| full(b).cmp(&full(a)).then_with(|| a.name.cmp(&b.name)));
        Ok(loads)
    }

    fn next_batch(&self, now: Instant) -> Result<Next, DeskError> {
        let policy = self.policy();
        let tomorrow = say::day_of(now, policy.zone).succ_opt();
        let day = tomorrow.unwrap_or_else(|| say::day_of(now, policy.zone));
        let week = week_reviewed(day, policy);
        let sheet = self.sheet(week, None, now)?;
        let dates = Dates::of(week, policy);
        let all = sheet.round.items.iter().chain(&sheet.undelivered);
        let items = all.map(|item| NextItem {
            handoff: item.id,
            company: item.account.name.clone(),
            stage: item.stage,
            score: item.score,
            completeness: item.completeness,
        });
        Ok(Next {
            week,
            phase: sheet.phase,
            send: dates.send,
            review: dates.review_day,
            items: items.collect(),
        })
    }
}

/// What is open and past due, of those who are looked at.
fn late(scope: &Scope) -> Filter {
    let mut tests = vec![Test::Words(vec![Word::Flag(Flag::Breached)])];
    if let Some(kind) = &scope.kind {
        tests.push(Test::Type(vec![kind.clone()]));
    }
    if let Some(team) = &scope.team {
        let names = team.people.iter().map(|(_, name)| Who::Named(name.clone()));
        tests.push(Test::Owner(names.collect()));
    }
    Filter { terms: tests.into_iter().map(|test| Term { negated: false, test }).collect() }
}
