//! The texts of messages: those of the desk, and in their place or beside them those of the team. Filling one in gives
//! the text, with what isn't known marked; what is wrong with one is told with its file, line and variable.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::template::{SHORTEN, Templates};
use crate::domain::filter::nearest;
use crate::domain::message::{Kind, TEMPLATES, names, template_named};
use crate::domain::package::TemplateFacts;
use crate::domain::text::safe;

/// The most that a file of a template may hold, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;

/// The ending of the files of templates.
pub const ENDING: &str = "txt";

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/templates/", $name, ".txt")))),*]
    };
}

/// The desk's own texts by name.
const SHIPPED: &[(&str, &str)] = shipped![
    "first_message",
    "nudge",
    "peer_reference",
    "multi_thread",
    "final_attempt",
    "content_reply",
    "follow_up",
    "demo_reply",
    "warm_intro",
    "expansion_opener",
    "call_opener",
    "handover_intro",
    "welcome",
    "kick_off",
    "first_review",
    "first_call",
    "brief",
    "summary",
];

/// A text to be filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The template.
    pub text: String,
    /// The file it is from, for people; of the desk's own a word that says so.
    pub file: String,
}

/// The texts of all messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Library {
    texts: BTreeMap<String, Source>,
}

impl Default for Library {
    fn default() -> Self {
        Self::shipped()
    }
}

/// What is wrong with a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateError {
    /// The file.
    pub file: String,
    /// The line, from 1, where it can be told.
    pub line: Option<usize>,
    /// The variable that nothing is known by, where that is what is wrong.
    pub variable: Option<String>,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl std::error::Error for TemplateError {}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&safe(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        let end = if self.what.ends_with('?') { "" } else { "." };
        write!(f, ": {}{end}", safe(&self.what))
    }
}

impl Library {
    /// The desk's own texts.
    #[must_use]
    pub fn shipped() -> Self {
        let text = |(name, text): &(&str, &str)| {
            let file = format!("the desk's own {name}.{ENDING}");
            ((*name).to_owned(), Source { text: (*text).to_owned(), file })
        };
        Self { texts: SHIPPED.iter().map(text).collect() }
    }

    /// The same with a text of the team's in place of the one by that name, or beside the others.
    #[must_use]
    pub fn with(mut self, name: &str, source: Source) -> Self {
        self.texts.insert(name.to_owned(), source);
        self
    }

    /// The text with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.texts.get(name)
    }

    /// Every message by name, title and kind: the desk's in their order, then the team's own.
    #[must_use]
    pub fn offers(&self) -> Vec<(String, String, Kind)> {
        let ours = TEMPLATES
            .iter()
            .map(|template| (template.name.to_owned(), template.title.to_owned(), template.kind));
        let theirs = self.texts.iter().filter(|(name, _)| template_named(name).is_none());
        let theirs = theirs.map(|(name, source)| (name.clone(), title(name), kind_of(source)));
        ours.chain(theirs).collect()
    }

    /// What is wrong with any of the texts.
    #[must_use]
    pub fn problems(&self, templates: &Templates) -> Vec<TemplateError> {
        self.texts.values().flat_map(|source| source.problems(templates)).collect()
    }

    /// A message filled in.
    ///
    /// # Errors
    /// There is no such message; or all that is wrong with its template.
    pub fn fill(
        &self,
        name: &str,
        templates: &Templates,
        facts: &TemplateFacts,
    ) -> Result<String, Vec<TemplateError>> {
        let Some(source) = self.get(name) else {
            let near = nearest(name, self.texts.keys().map(String::as_str))
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            return Err(vec![TemplateError {
                file: format!("{name}.{ENDING}"),
                line: None,
                variable: None,
                what: format!("there is no such message template{near}"),
            }]);
        };
        let problems = source.problems(templates);
        if !problems.is_empty() {
            return Err(problems);
        }
        let text = templates
            .render(&source.text, facts)
            .map_err(|sentence| vec![source.problem(&sentence)])?;
        Ok(tidy(&text))
    }
}

impl Source {
    /// What is wrong with the text: its form, or the names that no fact has, in the order of their lines.
    fn problems(&self, templates: &Templates) -> Vec<TemplateError> {
        if let Err(sentence) = templates.check(&self.text) {
            return vec![self.problem(&sentence)];
        }
        let unknown = templates.unknown(&self.text).into_iter().map(|name| {
            let near = nearest(&name, names())
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            TemplateError {
                file: self.file.clone(),
                line: self.line_of(&name),
                what: format!("{name} is not known{near}"),
                variable: Some(name),
            }
        });
        let mut unknown: Vec<_> = unknown.collect();
        if unknown.is_empty() {
            return self.tried(templates).into_iter().collect();
        }
        unknown.sort_by(|one, other| (one.line, &one.variable).cmp(&(other.line, &other.variable)));
        unknown
    }

    /// What goes wrong when it is filled in: with nothing known, and with all that can be known, of several lines. A
    /// loop that hardly ends shows then, and not only on the day on which somebody needs the message.
    fn tried(&self, templates: &Templates) -> Option<TemplateError> {
        let mut all = TemplateFacts::new();
        for name in names() {
            all.set(name, "Some words\nin two lines");
        }
        [TemplateFacts::new(), all].iter().find_map(|facts| {
            let failed = templates.render(&self.text, facts).err()?;
            Some(self.problem(&failed))
        })
    }

    /// A sentence of the engine, which begins with its line where it knows it. Of a loop that hardly ends the variable is
    /// the one that goes through it.
    fn problem(&self, sentence: &str) -> TemplateError {
        let told = sentence.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
        let told = told.and_then(|(line, what)| Some((line.parse().ok()?, what)));
        let what = told.map_or(sentence, |(_, what)| what).trim_end_matches('.');
        let line = told.map(|(line, _)| line);
        let turns = what.ends_with(SHORTEN).then(|| self.loop_at(line)).flatten();
        TemplateError {
            file: self.file.clone(),
            line: line.or(turns.as_ref().map(|(line, _)| *line)),
            what: match &turns {
                Some((_, name)) => format!("in the loop over {name} {what}"),
                None => what.to_owned(),
            },
            variable: turns.map(|(_, name)| name),
        }
    }

    /// The innermost loop around a line, counted from 1: where it begins, and its variable. Where the line isn't known,
    /// the innermost of all.
    fn loop_at(&self, line: Option<usize>) -> Option<(usize, String)> {
        // Each loop with the line in which it begins, until it ends; and the one that was found, with its depth.
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut found: Option<(usize, (usize, &str))> = None;
        for (at, text) in self.text.lines().enumerate().map(|(at, text)| (at + 1, text)) {
            for tag in text.split("{%").skip(1) {
                let tag = tag.trim_start_matches(['-', '+']).trim_start();
                if let Some(rest) = tag.strip_prefix("for ") {
                    let name = rest.split_once(" in ").map_or(rest, |(name, _)| name);
                    open.push((at, name.trim()));
                } else if tag.starts_with("endfor")
                    && let Some(ended) = open.pop()
                    && line.is_none_or(|line| (ended.0..=at).contains(&line))
                    && found.is_none_or(|(depth, _)| depth < open.len() + 1)
                {
                    found = Some((open.len() + 1, ended));
                }
            }
        }
        found.map(|(_, (at, name))| (at, name.to_owned()))
    }

    /// The line in which a name stands first, as a whole word.
    fn line_of(&self, name: &str) -> Option<usize> {
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let stands = |line: &str| {
            line.match_indices(name).any(|(at, _)| {
                let before = line.get(..at).and_then(|text| text.chars().next_back());
                let after = line.get(at + name.len()..).and_then(|text| text.chars().next());
                !before.is_some_and(part) && !after.is_some_and(part)
            })
        };
        self.text.lines().position(stands).map(|at| at + 1)
    }
}

/// A team's own message that begins with a subject is an e-mail to the account.
fn kind_of(source: &Source) -> Kind {
    let mail = source.text.trim_start().to_lowercase().starts_with("subject:");
    if mail { Kind::Opener } else { Kind::Inside }
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    let rest = |letters: std::str::Chars<'_>| letters.as_str().replace(['_', '-'], " ");
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest(letters).chars()).collect()
    })
}

/// No line ends in spaces, no two lines are empty in a row, none at either end.
fn tidy(text: &str) -> String {
    let mut tidy: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || tidy.last().is_some_and(|last| !last.is_empty()) {
            tidy.push(line);
        }
    }
    tidy.join("\n").trim_end().to_owned()
}
