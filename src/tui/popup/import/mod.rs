//! The import screen: a file is chosen, looked at and tried out beside the screen; the person takes it in, says what
//! its columns mean, or leaves. Nothing is changed before they take it in, and then `u` takes the whole of it back.

mod draw;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::front::context;
use super::front::sent::handle;
use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::domain::text::safe;
use crate::intake::{self, Kind};
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::chord::Key;
use crate::tui::effect::{Effect, Ticket};
use crate::tui::form::list::CHOICES;
use crate::tui::form::{Choice, Field, Form, FormEvent, Picker};
use crate::tui::incoming::{Ask, Counted, ImportAnswer, ImportAsk, Importing, ReadAs, Seen};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::{Hit, Input, Mouse};

/// The field of the path.
const FILE: &str = "file";
/// The key of the choice that leaves a column out.
const NOTHING: &str = "-";
/// The key of the choice that takes back what was chosen for a column.
const AS_FOUND: &str = "=";
/// What words before a path mean in the command line.
const WORD: &str = "import ";

/// The import screen.
#[derive(Clone, PartialEq, Debug)]
pub struct ImportFile {
    form: Form,
    ask: Ask,
    /// What the answers belong to.
    ticket: Ticket,
    step: Step,
    seen: Option<Arc<Seen>>,
    counted: Option<Arc<Counted>>,
    /// So many hundredths are gone through.
    percent: u8,
    /// Why what would change can't be told.
    failed: Option<String>,
    /// The line at the top of the preview.
    at: usize,
}

/// Where somebody is.
#[derive(Clone, PartialEq, Debug)]
enum Step {
    /// Types the path.
    Path,
    /// Waits until the file was looked at.
    Looking,
    /// Says what the file is, with the reason why that is asked.
    ReadAs(Picker, String),
    /// Says which number of a date is the day, with the reason.
    Dates(Picker, String),
    /// Looks at what would change.
    Preview,
    /// Chooses a column to change; what was chosen before is not looked at yet where it says so.
    Columns(Picker, bool),
    /// Chooses a field for a column.
    Field(usize, Picker),
    /// Watches the import.
    Running,
}

impl Popup {
    /// The import screen on the question for a file, or on the import that runs.
    #[must_use]
    pub fn import(model: &mut Model) -> Self {
        let field = Field::text(FILE, "File").required().hint("its path; Tab completes it");
        let form = Form::new("Import", "look at it", vec![field]).note(
            Tone::Notice,
            "CSV, XLSX, JSON or JSONL, as your systems export it; you see what it would change before anything is.",
        );
        let step = if model.importing.is_some() { Step::Running } else { Step::Path };
        Self::Import(Box::new(ImportFile {
            form,
            ask: Ask::default(),
            ticket: model.next_ticket(),
            step,
            seen: None,
            counted: None,
            percent: 0,
            failed: None,
            at: 0,
        }))
    }

    /// The import screen on the file that a command line such as `import accounts.csv` names; none where it is another
    /// command.
    #[must_use]
    pub fn import_of(line: &str, model: &mut Model) -> Option<(Self, Vec<Effect>)> {
        let start = line.trim_start();
        let word = start.get(..WORD.len())?;
        let path = start.get(WORD.len()..)?.trim();
        if !word.eq_ignore_ascii_case(WORD) || path.is_empty() {
            return None;
        }
        let mut popup = Self::import(model);
        let mut effects = Vec::new();
        if let Self::Import(file) = &mut popup
            && file.step == Step::Path
        {
            file.set_path(path);
            file.ask.path = path.to_owned();
            effects = file.look(model).effects;
        }
        Some((popup, effects))
    }
}

impl ImportFile {
    pub(super) const fn awaits(&self) -> bool {
        match self.step {
            Step::Looking | Step::Running => true,
            Step::Preview => self.counted.is_none() && self.failed.is_none(),
            _ => false,
        }
    }

    fn set_path(&mut self, path: &str) {
        if let Some(field) = self.form.field_mut(FILE) {
            *field = field.clone().with(path);
        }
    }

    /// Asks what the file is.
    fn look(&mut self, model: &mut Model) -> Reply {
        let Some(me) = model.my_id() else { return Reply::close() };
        self.ticket = model.next_ticket();
        self.step = Step::Looking;
        (self.seen, self.counted, self.failed) = (None, None, None);
        (self.percent, self.at) = (0, 0);
        self.form.status = None;
        Reply::ask(Effect::Import(self.ticket, ImportAsk::Look(self.ask.clone(), me)))
    }

    /// Nobody waits any more for what is looked at.
    fn stop(&mut self, model: &mut Model) -> Effect {
        let stop = Effect::Import(self.ticket, ImportAsk::Stop);
        self.ticket = model.next_ticket();
        stop
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        if *input == Input::Key(Key::ctrl('c')) {
            return Reply::run(Action::Quit);
        }
        match self.step {
            Step::Path => self.path(input, model),
            Step::Looking => self.looking(input, model),
            Step::Preview => self.preview(input, model),
            Step::Running => self.running(input, model),
            Step::ReadAs(..) | Step::Dates(..) | Step::Columns(..) | Step::Field(..) => {
                self.picking(input, model)
            }
        }
    }

    fn path(&mut self, input: &Input, model: &mut Model) -> Reply {
        let typed = |form: &Form| {
            let editor = form.field(FILE).and_then(Field::editor);
            editor.map(|editor| editor.text().to_owned()).unwrap_or_default()
        };
        let plain = |code| *input == Input::Key(Key::plain(code));
        if plain(KeyCode::Esc) {
            return Reply::close();
        }
        if plain(KeyCode::Tab) {
            self.ticket = model.next_ticket();
            let complete = ImportAsk::Complete(typed(&self.form));
            return Reply::ask(Effect::Import(self.ticket, complete));
        }
        let before = typed(&self.form);
        let event = handle(&mut self.form, input, model);
        if typed(&self.form) != before {
            self.form.status = None;
        }
        match event {
            FormEvent::Stay | FormEvent::Discard => Reply::keep(),
            FormEvent::Cancel => Reply::close(),
            FormEvent::Submit(_) => {
                self.ask = Ask { path: typed(&self.form).trim().to_owned(), ..Ask::default() };
                self.look(model)
            }
        }
    }

    fn looking(&mut self, input: &Input, model: &mut Model) -> Reply {
        if *input != Input::Key(Key::plain(KeyCode::Esc)) {
            return Reply::keep();
        }
        self.step = Step::Path;
        Reply::ask(self.stop(model))
    }

    fn preview(&mut self, input: &Input, model: &mut Model) -> Reply {
        let Some(seen) = self.seen.clone() else { return Reply::close() };
        if let Input::Key(key) = input {
            match key.code {
                KeyCode::Esc => {
                    return Reply { effects: vec![self.stop(model)], ..Reply::close() };
                }
                KeyCode::Enter => {
                    let how = "y takes it in; Esc leaves, and nothing is changed.";
                    return told(how);
                }
                KeyCode::Char('y') if key.types().is_some() => return self.accept(model),
                KeyCode::Char('m') if key.types().is_some() => {
                    self.step = Step::Columns(self.columns(&seen), false);
                    return Reply::keep();
                }
                KeyCode::Char('t') if key.types().is_some() => {
                    let why = format!("It is read as {}.", seen.summary);
                    self.step = Step::ReadAs(kinds(&seen.others, Some(&seen.profile)), why);
                    return Reply::keep();
                }
                KeyCode::Char('d') if key.types().is_some() && seen.dated => {
                    let why = "Which number of a date such as 03/04/2026 is the day?".to_owned();
                    self.step = Step::Dates(orders(true), why);
                    return Reply::keep();
                }
                _ => {}
            }
        }
        match page::reading(model, input, Action::Import) {
            Reading::Close => Reply { effects: vec![self.stop(model)], ..Reply::close() },
            Reading::Scroll(by) => {
                let lines = self.lines(model).len();
                self.at = page::scrolled(model, self.at, by, lines);
                Reply::keep()
            }
            Reading::Other(_) | Reading::Nothing => Reply::keep(),
        }
    }

    /// Takes the file in, once it is known what that changes.
    fn accept(&mut self, model: &mut Model) -> Reply {
        let Some(counted) = &self.counted else {
            return match &self.failed {
                Some(why) => told(&safe(why)),
                None => told("What would change is still being counted; y takes it in then."),
            };
        };
        if !counted.changes() {
            return told("Nothing in this file is new, so there is nothing to take in.");
        }
        let Some(me) = model.my_id() else { return Reply::close() };
        let ticket = model.next_ticket();
        (self.ticket, self.step) = (ticket, Step::Running);
        let name = self.ask.path.clone();
        model.importing = Some(Importing { ticket, name, percent: 0, stopping: false });
        Reply::ask(Effect::Import(ticket, ImportAsk::Run(self.ask.clone(), me)))
    }

    fn running(&mut self, input: &Input, model: &mut Model) -> Reply {
        let Some(importing) = &mut model.importing else { return Reply::close() };
        match input {
            Input::Key(key) if key.code == KeyCode::Esc => {
                importing.stopping = true;
                Reply::ask(Effect::Import(importing.ticket, ImportAsk::Stop))
            }
            Input::Key(key) if key.code == KeyCode::Enter => Reply::close(),
            Input::Mouse(Mouse::Click(Hit::Outside)) => Reply::close(),
            _ => Reply::keep(),
        }
    }

    /// An input while something is chosen.
    fn picking(&mut self, input: &Input, model: &mut Model) -> Reply {
        let (Step::ReadAs(picker, _)
        | Step::Dates(picker, _)
        | Step::Columns(picker, _)
        | Step::Field(_, picker)) = &mut self.step
        else {
            return Reply::keep();
        };
        let key = match input {
            Input::Key(key) => *key,
            Input::Paste(text) => {
                picker.paste(text);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Click(Hit::Choice(place)) | Mouse::Double(Hit::Choice(place))) => {
                return match place.checked_sub(CHOICES) {
                    Some(place) => {
                        picker.go(place);
                        self.picked(model)
                    }
                    None => Reply::keep(),
                };
            }
            Input::Mouse(Mouse::Wheel(lines, _)) => {
                let code = if *lines > 0 { KeyCode::Down } else { KeyCode::Up };
                for _ in 0..lines.unsigned_abs() {
                    picker.handle(Key::plain(code));
                }
                return Reply::keep();
            }
            Input::Mouse(_) => return Reply::keep(),
        };
        match key.code {
            KeyCode::Esc => self.back(model),
            KeyCode::Enter => self.picked(model),
            _ => {
                picker.handle(key);
                Reply::keep()
            }
        }
    }

    /// Leaves a choice: back to the columns, or to what they give now.
    fn back(&mut self, model: &mut Model) -> Reply {
        match (&self.step, &self.seen) {
            (Step::Field(column, _), Some(seen)) => {
                let column = column.to_string();
                let changed = self.is_changed(seen);
                self.step = Step::Columns(self.columns(seen).at(&column), changed);
                Reply::keep()
            }
            (Step::Columns(_, true), Some(_)) => self.look(model),
            (_, Some(_)) => {
                self.step = Step::Preview;
                Reply::keep()
            }
            (_, None) => {
                self.step = Step::Path;
                Reply::keep()
            }
        }
    }

    /// Takes the choice at hand.
    fn picked(&mut self, model: &mut Model) -> Reply {
        match &self.step {
            Step::ReadAs(picker, _) => {
                let Some(choice) = picker.chosen() else { return Reply::keep() };
                self.ask.read_as = Some(choice.key.clone());
                self.ask.chosen.clear();
                self.look(model)
            }
            Step::Dates(picker, _) => {
                let Some(choice) = picker.chosen() else { return Reply::keep() };
                self.ask.dates = choice.key.parse().ok();
                self.look(model)
            }
            Step::Columns(picker, _) => {
                let (Some(choice), Some(seen)) = (picker.chosen(), &self.seen) else {
                    return Reply::keep();
                };
                let Ok(column) = choice.key.parse() else { return Reply::keep() };
                self.step = Step::Field(column, self.fields(seen, column));
                Reply::keep()
            }
            Step::Field(column, picker) => {
                let Some(choice) = picker.chosen() else { return Reply::keep() };
                match choice.key.as_str() {
                    AS_FOUND => drop(self.ask.chosen.remove(column)),
                    NOTHING => drop(self.ask.chosen.insert(*column, None)),
                    field => drop(self.ask.chosen.insert(*column, Some(field.to_owned()))),
                }
                if let Some(seen) = &self.seen {
                    self.ask.read_as.get_or_insert_with(|| seen.profile.clone());
                }
                self.back(model)
            }
            _ => Reply::keep(),
        }
    }

    /// Whether what was chosen differs from what is shown.
    fn is_changed(&self, seen: &Seen) -> bool {
        seen.chosen != self.ask.chosen
    }

    /// The columns, each with what becomes of it.
    fn columns(&self, seen: &Seen) -> Picker {
        let choices = seen.columns.iter().map(|column| {
            let cells = seen.head.iter().filter_map(|row| row.get(column.column));
            let cells: Vec<_> = cells.filter(|cell| !cell.trim().is_empty()).cloned().collect();
            let told = match cells.is_empty() {
                true => "Its first cells are empty.".to_owned(),
                false => format!("Its first cells: {}", cells.join(" · ")),
            };
            Choice {
                key: column.column.to_string(),
                label: column.header.clone(),
                detail: self.becomes(seen, column),
                why: vec![told],
                ..Choice::default()
            }
        });
        Picker::new(choices.collect())
    }

    /// What becomes of a column, with what was chosen and is not looked at yet.
    fn becomes(&self, seen: &Seen, column: &intake::Mapped) -> String {
        let at = &column.column;
        match (self.ask.chosen.get(at), seen.chosen.get(at)) {
            (Some(Some(field)), _) => format!("→ {field}"),
            (Some(None), _) => "left out, as you said".to_owned(),
            (None, Some(_)) => "as the desk reads it".to_owned(),
            (None, None) => draw::becomes(column),
        }
    }

    /// What a column may mean.
    fn fields(&self, seen: &Seen, column: usize) -> Picker {
        let plain = |key: &str, label: &str, detail: &str| Choice {
            key: key.to_owned(),
            label: label.to_owned(),
            detail: detail.to_owned(),
            ..Choice::default()
        };
        let mut choices = vec![plain(NOTHING, "leave it out", "nothing of it is kept")];
        if self.ask.chosen.contains_key(&column) {
            choices.push(plain(AS_FOUND, "as before", "as the desk reads it by itself"));
        }
        for kind in &seen.kinds {
            let named = intake::headers(*kind);
            let named = named.iter().filter(|header| !header.name.contains('<'));
            choices.extend(named.map(|header| Choice {
                group: kind.key().to_owned(),
                ..plain(&format!("{kind}.{}", header.name), header.name, header.what)
            }));
        }
        let now = self.ask.chosen.get(&column).cloned().unwrap_or_else(|| {
            let column = seen.columns.iter().find(|one| one.column == column);
            column.and_then(|column| column.fields.first().cloned())
        });
        Picker::new(choices).at(now.as_deref().unwrap_or(NOTHING))
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        let what = match answer {
            Answer::Import(ticket, what) if *ticket == self.ticket => what,
            // An import that this did not start, and that it only watches.
            Answer::Import(_, ImportAnswer::Imported(_) | ImportAnswer::Failed(_))
                if self.step == Step::Running =>
            {
                return Reply::close();
            }
            _ => return Reply::keep(),
        };
        match what {
            ImportAnswer::Completed { typed, path, names } => {
                let same = self.form.field(FILE).and_then(Field::editor);
                if self.step == Step::Path && same.is_some_and(|editor| editor.text() == typed) {
                    self.completed(path, names);
                }
            }
            ImportAnswer::Unread(why) => {
                self.step = Step::Path;
                self.form.refuse(why.clone());
            }
            ImportAnswer::Unknown(why, others) => {
                self.step = Step::ReadAs(kinds(others, None), why.clone());
            }
            ImportAnswer::Undecided(why) => self.step = Step::Dates(orders(false), why.clone()),
            ImportAnswer::Seen(seen) => {
                self.seen = Some(Arc::clone(seen));
                self.step = Step::Preview;
            }
            ImportAnswer::Counting(percent) => self.percent = *percent,
            ImportAnswer::Counted(counted) => self.counted = Some(Arc::clone(counted)),
            ImportAnswer::Failed(why) => match self.step {
                Step::Running => return Reply::close(),
                Step::Looking => {
                    self.step = Step::Path;
                    self.form.refuse(why.clone());
                }
                _ => self.failed = Some(why.clone()),
            },
            ImportAnswer::Importing(_) | ImportAnswer::Judging(_) | ImportAnswer::Evaluated(_) => {}
            ImportAnswer::Imported(_) => return Reply::close(),
        }
        Reply::keep()
    }

    /// Shows a path as far as it could be completed, and what it may go on with.
    fn completed(&mut self, path: &str, names: &[String]) {
        self.set_path(path);
        let told = match names {
            [] => Some("Nothing begins like that.".to_owned()),
            [_] => None,
            names => Some(names.join("   ")),
        };
        self.form.status = told.map(|told| (Tone::Notice, told));
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        match &self.step {
            Step::Path => {
                let (form, theme) = (&self.form, &model.theme);
                crate::tui::form::draw::popup(form, &context(model), memory, frame, screen, theme);
            }
            _ => self.draw(model, memory, frame, screen),
        }
    }
}

/// It stays and tells something.
fn told(sentence: &str) -> Reply {
    Reply { tell: Some((Tone::Notice, sentence.to_owned())), ..Reply::keep() }
}

/// What a file may be read as, the desk's own kinds first.
fn kinds(others: &[ReadAs], at: Option<&str>) -> Picker {
    let own = |other: &ReadAs| Kind::ALL.iter().any(|kind| kind.key() == other.key);
    let choice = |other: &ReadAs, group: &str| {
        let kinds: Vec<_> = other.kinds.iter().map(|kind| kind.key()).collect();
        Choice {
            key: other.key.clone(),
            label: other.title.clone(),
            detail: format!("its rows give {}", kinds.join(", ")),
            also: other.key.clone(),
            group: group.to_owned(),
            ..Choice::default()
        }
    };
    let (own, theirs): (Vec<_>, Vec<_>) = others.iter().partition(|other| own(other));
    let own = own.into_iter().map(|other| choice(other, "Whatever its headers are"));
    let theirs = theirs.into_iter().map(|other| choice(other, "As a system exports it"));
    let picker = Picker::new(own.chain(theirs).collect());
    match at {
        Some(key) => picker.at(key),
        None => picker,
    }
}

/// Which number of a date is the day; or, where that is known by itself, that it shall stay so.
fn orders(known: bool) -> Picker {
    let choice = |key: &str, label: &str, detail: &str| Choice {
        key: key.to_owned(),
        label: label.to_owned(),
        detail: detail.to_owned(),
        ..Choice::default()
    };
    let mut choices = vec![
        choice("dmy", "day first", "03/04/2026 is 3 April"),
        choice("mdy", "month first", "03/04/2026 is 4 March"),
    ];
    if known {
        choices.push(choice("", "as each column shows", "where its dates leave no doubt"));
    }
    Picker::new(choices)
}
