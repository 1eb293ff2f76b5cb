//! Writing TOML: tables with where they came from, lines, and the values of a policy on one line.

use std::fmt::{Display, Write};

use super::tree::{is_bare, push_key, quoted};
use super::{Loaded, Origin};
use crate::domain::account::Tier;
use crate::domain::calendar::Window;
use crate::domain::policy::{ClockRule, DEFAULT_WARN, MinimumWork, Warn};
use crate::domain::target::{Amount, Unit};
use crate::domain::text::safe;
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};

/// A TOML text that is being written.
pub(super) struct Sheet<'l> {
    pub(super) text: String,
    /// Where the parts came from, when that is told.
    pub(super) loaded: Option<&'l Loaded>,
    /// The table that is being written.
    path: String,
    /// Whether its lines have different origins.
    pub(super) mixed: bool,
}

impl<'l> Sheet<'l> {
    pub(super) fn new(loaded: Option<&'l Loaded>) -> Self {
        Self { text: String::with_capacity(48 * 1024), loaded, path: String::new(), mixed: false }
    }

    /// Begins a table.
    pub(super) fn table(&mut self, path: &[&str]) {
        self.begin(path);
        let Self { text, path, .. } = self;
        let _ = writeln!(text, "[{path}]");
    }

    /// Begins an item of a list of tables.
    pub(super) fn item(&mut self, path: &str) {
        self.begin(&[path]);
        let Self { text, path, .. } = self;
        let _ = writeln!(text, "[[{path}]]");
    }

    fn begin(&mut self, path: &[&str]) {
        self.path.clear();
        path.iter().for_each(|key| push_key(&mut self.path, key));
        self.text.push('\n');
        self.mixed = false;
        if let Some(loaded) = self.loaded {
            let file = safe(&loaded.file);
            let _ = match loaded.origin(&self.path) {
                Origin::Default => writeln!(self.text, "# shipped default"),
                Origin::File => writeln!(self.text, "# {file}"),
                Origin::Mixed => {
                    self.mixed = true;
                    writeln!(self.text, "# shipped default, but for what is marked {file}")
                }
            };
        }
    }

    /// A line of the table.
    pub(super) fn line(&mut self, key: &str, value: impl Display) {
        if is_bare(key) {
            self.text.push_str(key);
        } else {
            self.text.push_str(&quoted(key));
        }
        let _ = write!(self.text, " = {value}");
        if let (true, Some(loaded)) = (self.mixed, self.loaded) {
            let mut path = self.path.clone();
            push_key(&mut path, key);
            match loaded.origin(&path) {
                Origin::Default => {}
                Origin::File => _ = write!(self.text, " # {}", safe(&loaded.file)),
                Origin::Mixed => _ = write!(self.text, " # partly {}", safe(&loaded.file)),
            }
        }
        self.text.push('\n');
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.line(key, quoted(value));
    }

    /// A line that is left out where there is nothing to say.
    pub(super) fn some(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text(key, value);
        }
    }

    pub(super) fn list<T: AsRef<str>>(&mut self, key: &str, items: &[T]) {
        if !items.is_empty() {
            self.line(key, list(items));
        }
    }
}

/// Texts as a TOML list.
pub(super) fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// Lines as an inline table.
pub(super) fn inline(parts: &[String]) -> String {
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// Windows as texts.
pub(super) fn written(windows: &[Window]) -> Vec<String> {
    windows.iter().map(Window::to_string).collect()
}

/// A length of time in the largest unit that holds it.
pub(super) fn length(ms: i64) -> String {
    if ms % DAY == 0 { amount(ms / DAY, Unit::Day) } else { hours(ms) }
}

/// A length of time in hours, or in the largest unit below that holds it.
pub(super) fn hours(ms: i64) -> String {
    match ms {
        ms if ms % HOUR == 0 => amount(ms / HOUR, Unit::Hour),
        ms if ms % MINUTE == 0 => amount(ms / MINUTE, Unit::Minute),
        ms => amount(ms / SECOND, Unit::Second),
    }
}

fn amount(count: i64, unit: Unit) -> String {
    let amount = u32::try_from(count).ok().and_then(|count| Amount::new(count, unit));
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

/// A tier as the file writes it.
pub(super) fn tier(tier: Tier) -> String {
    match tier {
        Tier::Outside => "\"outside\"".to_owned(),
        tier => tier.key().to_owned(),
    }
}

/// Tiers as a TOML list.
pub(super) fn tiers(tiers: &[Tier]) -> String {
    format!("[{}]", tiers.iter().map(|one| tier(*one)).collect::<Vec<_>>().join(", "))
}

/// Touches and days as an inline table.
pub(super) fn work(work: MinimumWork) -> String {
    format!("{{ touches = {}, days = {} }}", work.touches, work.days)
}

/// A promise: its target alone where the rest is as usual.
pub(super) fn clock(rule: &ClockRule) -> String {
    let ClockRule { target, warn, calendar } = rule;
    let plain = Warn::Share(DEFAULT_WARN);
    if *warn == plain && calendar.is_none() {
        return format!("\"{target}\"");
    }
    let mut parts = vec![format!("target = \"{target}\"")];
    match warn {
        Warn::Share(share) => parts.push(format!("warn = {share}")),
        Warn::At(target) => parts.push(format!("warn = \"{target}\"")),
    }
    parts.extend(calendar.iter().map(|name| format!("calendar = {}", quoted(name))));
    inline(&parts)
}
