//! Accounts, handoffs by hand and the policy for the screen. The back-test runs on a thread and a reader of its own, so
//! that nothing else waits for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::work::{Work, sentence};
use crate::desk::{Actor, DeskError, Receipt};
use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::platform::fs;
use crate::policy;
use crate::report::trial;
use crate::store::Look;
use crate::tui::answer::Answer;
use crate::tui::effect::Ticket;
use crate::tui::popup::front::{FrontAnswer, FrontLoad, FrontWrite};

/// So many accounts of a list are shown; the rest are counted.
const MOST: usize = 500;
/// So many accounts of each type are named of a back-test.
const NAMED: usize = 20;

impl Work {
    pub(super) fn front(&mut self, ticket: Ticket, load: FrontLoad, now: Instant) -> Answer {
        let answer = match load {
            FrontLoad::Accounts(Look::Held) => self.held(now),
            FrontLoad::Accounts(look) => self.looked(look),
            FrontLoad::Account(id) => self.account(id, now),
            FrontLoad::InForce => self.in_force(),
            FrontLoad::Try(file, months) => self.start(ticket, &file, months, now),
            FrontLoad::Stop => {
                self.trial.store(true, Ordering::Relaxed);
                Ok(FrontAnswer::Replayed(0))
            }
        };
        let failed = |error: DeskError| FrontAnswer::Failed(sentence(&error));
        Answer::Front(ticket, answer.unwrap_or_else(failed))
    }

    fn in_force(&self) -> Result<FrontAnswer, DeskError> {
        Ok(FrontAnswer::InForce(Box::new(self.desk.in_force()?)))
    }

    fn looked(&self, look: Look) -> Result<FrontAnswer, DeskError> {
        let (rows, total) = self.desk.looked(look, MOST)?;
        Ok(FrontAnswer::Accounts(look, rows, total))
    }

    fn held(&self, now: Instant) -> Result<FrontAnswer, DeskError> {
        Ok(FrontAnswer::Held(self.desk.volume(now)?))
    }

    fn account(&self, id: AccountId, now: Instant) -> Result<FrontAnswer, DeskError> {
        let account = self.desk.account(&id.to_string())?;
        let receipt = self.desk.explain(&id.to_string(), now)?.lines();
        Ok(FrontAnswer::Account(Box::new(account), receipt))
    }

    /// Starts a back-test, and stops the one before.
    fn start(
        &mut self,
        ticket: Ticket,
        file: &Path,
        months: u32,
        now: Instant,
    ) -> Result<FrontAnswer, DeskError> {
        self.trial.store(true, Ordering::Relaxed);
        let named = file.display().to_string();
        let most = policy::MOST_BYTES as u64;
        let text = fs::read_text(file, most)
            .map_err(|error| DeskError::NotFound(format!("{named} can't be read: {error}.")))?;
        let changed = policy::parse(&text, &named).map_err(|errors| {
            let first = errors.list.first().map(ToString::to_string).unwrap_or_default();
            DeskError::NotFound(format!(
                "{named} is not a valid policy: {first}; `handoff policy check` tells all."
            ))
        })?;
        let stop = Arc::new(AtomicBool::new(false));
        self.trial = Arc::clone(&stop);
        let beside = self.desk.beside()?;
        let answer = Arc::clone(&self.answer);
        let run = move || {
            let tell = |what| answer(Answer::Front(ticket, what));
            let mut go_on = |done| {
                tell(FrontAnswer::Replayed(done));
                !stop.load(Ordering::Relaxed)
            };
            match beside.try_policy(&changed.policy, months, now, &mut go_on) {
                Ok(Some(done)) => tell(FrontAnswer::Tried(trial::lines(
                    &done,
                    beside.policy(),
                    &changed.policy,
                    NAMED,
                ))),
                Ok(None) => {}
                Err(error) => tell(FrontAnswer::Failed(sentence(&error))),
            }
        };
        // It ends by itself, or when the process does: it only reads.
        std::thread::Builder::new().name("back-test".to_owned()).spawn(run).map_err(|error| {
            DeskError::NotFound(format!("The back-test can't be started: {error}."))
        })?;
        Ok(FrontAnswer::Replayed(0))
    }

    pub(super) fn front_write(
        &mut self,
        actor: Actor,
        write: FrontWrite,
    ) -> Result<Receipt, DeskError> {
        match write {
            FrontWrite::New { account, draft } => {
                let id = self.desk.account(&account)?.id;
                self.desk.create_for(actor, id, &draft)
            }
            FrontWrite::LetThrough { account, reason } => {
                self.desk.let_through(&account.to_string(), &reason, actor)
            }
            FrontWrite::Account { seen, fields } => {
                let edited = self.desk.edit_account(actor, &seen, &fields)?;
                let label = format!("{}: {}", edited.label, edited.differs.join("; "));
                Ok(Receipt {
                    gesture: edited.gesture,
                    label,
                    done: Vec::new(),
                    refused: Vec::new(),
                })
            }
        }
    }
}
