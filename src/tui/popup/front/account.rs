//! The fields of an account, with its news and events. A value that makes no sense is told at its field.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::sent::{Sent, Typed};
use super::{Front, FrontWrite};
use crate::domain::account::Account;
use crate::domain::account_edit::{ACCOUNT, set, shown};
use crate::domain::person::Person;
use crate::tui::answer::Answer;
use crate::tui::form::{Field, Form};
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Input;
use crate::tui::popup::Reply;

/// The longest text that a field takes, in bytes.
const MOST: usize = 16 * 1024;

/// The form with the fields of an account.
#[derive(Clone, PartialEq, Debug)]
pub struct EditAccount {
    seen: Arc<Account>,
    pub(super) sent: Sent,
}

impl EditAccount {
    /// The form of an account as it is seen.
    #[must_use]
    pub fn open(model: &Model, account: Account) -> Front {
        let people: &[Person] = &model.people;
        let fields = ACCOUNT.iter().map(|field| {
            let form = if field.lines {
                Field::lines(field.key, field.label, MOST)
            } else {
                Field::text(field.key, field.label)
            };
            form.hint(field.hint).with(&shown(&account, field.key, people))
        });
        let title = format!("Edit the account · {} {}", account.id, account.name);
        let form = Form::new(title, "save", fields.collect());
        Front::Account(Self { seen: Arc::new(account), sent: Sent::new(form) })
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match self.sent.input(input, model) {
            Typed::Done(reply) => *reply,
            Typed::Filled(_) => self.save(model),
        }
    }

    fn save(&mut self, model: &mut Model) -> Reply {
        let fields = self.typed(&model.people);
        if fields.is_empty() {
            let tell = Some((Tone::Notice, "Nothing was changed.".to_owned()));
            return Reply { tell, ..Reply::close() };
        }
        let mut after = self.seen.as_ref().clone();
        for (key, text) in &fields {
            if let Err(why) = set(&mut after, key, text, &model.people, model.today()) {
                self.sent.form.fail(key, why);
                return Reply::keep();
            }
        }
        let write = FrontWrite::Account { seen: Arc::clone(&self.seen), fields };
        self.sent.send(write, model)
    }

    /// The fields whose text differs from what the account says.
    fn typed(&self, people: &[Person]) -> BTreeMap<String, String> {
        let text = |field: &Field| Some((field.key, field.editor()?.text().trim().to_owned()));
        self.sent
            .form
            .fields
            .iter()
            .filter_map(text)
            .filter(|(key, text)| shown(&self.seen, key, people).trim() != text)
            .map(|(key, text)| (key.to_owned(), text))
            .collect()
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        self.sent.answer(answer)
    }
}
