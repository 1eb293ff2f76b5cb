//! Messages (`DOMAIN.md 9`): which there are, what may be said in them, and what makes a first one good. They are copied
//! and never sent; the texts are the team's, and filling them in is `report`'s.

#[cfg(test)]
mod tests;

use unicode_segmentation::UnicodeSegmentation;

use super::field::PACKAGE;
use super::handoff::Channel;
use super::package::{GAP, TemplateFacts};

/// A message that the desk has a template for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its name in the policy's sequences, on the command line and, with `.txt`, as a file.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it is for.
    pub kind: Kind,
}

/// What a message is for, which says how it reaches somebody and what it must be like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An e-mail that asks for a first answer: short, one question, a time, a fact.
    Opener,
    /// The last e-mail of a sequence: it asks for no time any more.
    Last,
    /// Any other e-mail to the account.
    Mail,
    /// What one says on the telephone.
    Call,
    /// For a meeting.
    Meeting,
    /// For colleagues.
    Inside,
}

impl Kind {
    /// The channel it goes by; none for what stays inside.
    #[must_use]
    pub const fn channel(self) -> Option<Channel> {
        match self {
            Self::Opener | Self::Last | Self::Mail => Some(Channel::Email),
            Self::Call => Some(Channel::Call),
            Self::Meeting => Some(Channel::Meeting),
            Self::Inside => None,
        }
    }
}

const fn template(name: &'static str, title: &'static str, kind: Kind) -> Template {
    Template { name, title, kind }
}

/// Every message that the desk has a template for, in the order in which they are offered.
pub const TEMPLATES: &[Template] = &[
    template("first_message", "First message", Kind::Opener),
    template("nudge", "Second message: a nudge", Kind::Opener),
    template("peer_reference", "Third message: how a peer did it", Kind::Opener),
    template("multi_thread", "Fourth message: to a colleague of theirs", Kind::Opener),
    template("final_attempt", "Last message", Kind::Last),
    template("content_reply", "Reply to somebody who read or downloaded", Kind::Opener),
    template("follow_up", "Follow-up", Kind::Opener),
    template("demo_reply", "Reply to a request", Kind::Opener),
    template("warm_intro", "Reply to an introduction", Kind::Opener),
    template("expansion_opener", "Opener to a customer", Kind::Opener),
    template("call_opener", "Opening of a call", Kind::Call),
    template("handover_intro", "Introduction of the new owner", Kind::Mail),
    template("welcome", "Welcome", Kind::Mail),
    template("kick_off", "Invitation to the kick-off", Kind::Meeting),
    template("first_review", "Invitation to the first review", Kind::Meeting),
    template("first_call", "Notes for the first call", Kind::Inside),
    template("brief", "Brief to the assignee", Kind::Inside),
    template("summary", "One-page summary", Kind::Inside),
];

/// The message with this name.
#[must_use]
pub fn template_named(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// What a template may name beside the fields of the package, each with what it says.
pub const FACTS: &[(&str, &str)] = &[
    ("contact.name", "the contact's full name"),
    ("contact.first_name", "the contact's first name"),
    ("contact.title", "the contact's job title"),
    ("contact.email", "the contact's e-mail address"),
    ("contact.phone", "the contact's telephone number"),
    ("colleague.name", "somebody else with a say at the account"),
    ("colleague.first_name", "their first name"),
    ("colleague.title", "their job title"),
    ("account.domain", "the account's domain"),
    ("account.segment", "the account's segment"),
    ("account.product", "the product it is about"),
    ("account.technologies", "all technologies in use"),
    ("account.technology", "the first of them"),
    ("news.headline", "the newest news"),
    ("news.date", "its day"),
    ("event.headline", "the newest event"),
    ("event.date", "its day"),
    ("trigger", "what they did that decided"),
    ("trigger_detail", "what the newest of it was about"),
    ("trigger_date", "its day"),
    ("pain", "what the motion of the policy supposes to hurt"),
    ("peer", "a customer of their industry who may be named"),
    ("me.name", "who writes"),
    ("me.first_name", "their first name"),
    ("me.role", "their role"),
    ("me.email", "their e-mail address"),
    ("sender.name", "the assignee"),
    ("sender.first_name", "the assignee's first name"),
    ("owner.name", "the assignee"),
    ("owner.first_name", "the assignee's first name"),
    ("owner.role", "the assignee's role"),
    ("from.name", "who hands over"),
    ("from.first_name", "their first name"),
    ("from.role", "their role"),
    ("time.first", "a time on the next working day but one"),
    ("time.second", "another, a working day later"),
    ("today", "the day it is"),
    ("meeting.day", "the day of the meeting"),
    ("meeting.time", "its time"),
    ("handoff.id", "the handoff"),
    ("handoff.reason", "why it is handed over"),
    ("handoff.source", "the channel it came from"),
    ("handoff.type", "its type"),
    ("wake_on", "when it comes back from nurture"),
    ("touches", "how many attempts there were"),
    ("last_touch", "when the last one was"),
    ("due", "the promise that is due next, and when"),
    ("brief", "the note to the assignee"),
    ("points", "the three things to know, a line each"),
    ("page", "the package on one page, a line each"),
    ("missing", "what is missing from the package"),
    ("checklist", "what is still open of the checklist, a line each"),
];

/// Whether a template may use a name: a fact, a field of the package, or the table that holds some of them.
#[must_use]
pub fn is_known(name: &str) -> bool {
    names().any(|known| {
        known == name || known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
    })
}

/// Every name that a template may use.
pub fn names() -> impl Iterator<Item = &'static str> {
    FACTS.iter().map(|(name, _)| *name).chain(PACKAGE.iter().map(|field| field.key))
}

/// What the people at the account have seen of us already.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    /// What marketing has shown them, each by its title.
    pub titles: Vec<String>,
    /// The templates that went out, each with its day in words.
    pub sent: Vec<(String, String)>,
}

/// Facts of the package that a message may stand on; one of them should be in it.
const GROUNDS: &[&str] = &[
    "news.headline",
    "event.headline",
    "trigger_detail",
    "trigger",
    "introducer",
    "account.technology",
    "handoff.reason",
    "usage",
    "bant.need",
    "pain_points",
];

/// What a message lacks, a sentence each; nothing when it is good. `name` is its template's.
#[must_use]
pub fn concerns(
    text: &str,
    name: &str,
    kind: Kind,
    facts: &TemplateFacts,
    shown: &Shown,
) -> Vec<String> {
    let mut said = Vec::new();
    let missing: Vec<_> = gaps(text).collect();
    if !missing.is_empty() {
        said.push(format!("Not known and marked in the text: {}.", missing.join(", ")));
    }
    if !matches!(kind, Kind::Opener | Kind::Last) {
        return said;
    }
    let body = body(text);
    let sentences = sentences(&body);
    if !(3..=4).contains(&sentences) {
        said.push(format!(
            "It has {}; three or four are read.",
            super::say::count(sentences as u64, "sentence", "sentences")
        ));
    }
    match body.matches('?').count() {
        1 => {}
        0 => said.push("It asks nothing; ask one question.".to_owned()),
        many => said.push(format!("It asks {many} questions; one is answered.")),
    }
    if kind == Kind::Opener && !names_a_time(&body) {
        said.push("It proposes no time; name a day and an hour.".to_owned());
    }
    if !GROUNDS.iter().filter_map(|key| facts.get(key)).any(|fact| is_named(fact, &body)) {
        said.push(
            "It could be written to anybody; name one fact of the package: news, what they did, what they use."
                .to_owned(),
        );
    }
    for title in shown.titles.iter().filter(|title| repeats(title, &body)) {
        said.push(format!("It repeats \"{title}\", which they have been shown."));
    }
    if let Some((_, day)) = shown.sent.iter().rev().find(|(sent, _)| sent == name) {
        said.push(format!("This message went out on {day} already."));
    }
    said
}

/// The names of what is marked as missing, each once.
fn gaps(text: &str) -> impl Iterator<Item = &str> {
    let mut seen = Vec::new();
    text.split(GAP).skip(1).filter_map(|rest| rest.split_once(']')).map(|(name, _)| name).filter(
        move |name| {
            let new = !seen.contains(name);
            if new {
                seen.push(*name);
            }
            new
        },
    )
}

/// What is said: without the subject, and without the paragraphs that end as no sentence does, which are the greeting
/// and the name below.
fn body(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| {
        !paragraph.to_lowercase().starts_with("subject:") && paragraph.ends_with(['.', '?', '!'])
    });
    paragraphs.collect::<Vec<_>>().join("\n\n").replace('\n', " ")
}

fn sentences(body: &str) -> usize {
    let told = |sentence: &str| sentence.chars().filter(|c| c.is_alphanumeric()).count() > 1;
    // Of an empty text the crate's iterator can't tell the first sentence, and panics.
    if body.is_empty() {
        return 0;
    }
    body.unicode_sentences().filter(|sentence| told(sentence)).count()
}

const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "today",
    "tomorrow",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
];

/// Whether a day and an hour are named.
fn names_a_time(body: &str) -> bool {
    let lower = body.to_lowercase();
    let bare =
        lower.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let words: Vec<_> = bare.collect();
    let day = words.iter().any(|word| DAYS.contains(word));
    let clock = |word: &&str| {
        let (digits, rest): (String, String) = word.chars().partition(char::is_ascii_digit);
        (1..=4).contains(&digits.len())
            && matches!(rest.as_str(), ":" | "." | "am" | "pm" | ":am" | ":pm" | "h")
    };
    let spoken = words.windows(2).any(|pair| {
        matches!(pair, [hour, half]
            if hour.parse::<u8>().is_ok_and(|hour| hour <= 23) && matches!(*half, "am" | "pm" | "o'clock"))
    });
    day && (spoken || words.iter().any(clock))
}

/// The words of a text that tell something, in lower case.
fn telling(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.unicode_words().filter(|word| word.chars().count() >= 4).map(str::to_owned).collect()
}

/// Whether a text names a fact: half of its telling words are in it, or all of it where it has none.
fn is_named(fact: &str, body: &str) -> bool {
    let words = telling(fact);
    if words.is_empty() {
        return body.to_lowercase().contains(&fact.to_lowercase());
    }
    let known = telling(body);
    let found = words.iter().filter(|word| known.contains(word)).count();
    2 * found >= words.len()
}

/// Whether a text shows them again what they have seen: its title, word for word.
fn repeats(title: &str, body: &str) -> bool {
    let title = title.trim().to_lowercase();
    title.chars().count() >= 4 && body.to_lowercase().contains(&title)
}
