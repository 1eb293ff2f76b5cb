//! Templates of the policy and of messages, filled with facts. What isn't known is marked in the text,
//! `[missing: news.headline]`, and never an error; what is wrong with a template is one sentence that names its line.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use crate::domain::message::is_known;
use crate::domain::package::{GAP, TemplateFacts};

/// Steps that one template may take; the longest message takes some hundreds.
const FUEL: u64 = 100_000;

/// Bytes that one template may come to.
const LIMIT: usize = 64 * 1024;

/// What is to be done about a template that doesn't come to its end; only loops can be why.
pub(super) const SHORTEN: &str = "shorten its loops";

/// Names that templates may call and that aren't facts.
const FUNCTIONS: &[&str] = &["range", "dict"];

/// Fills templates. Making one costs more than filling one: keep it.
#[derive(Debug)]
pub struct Templates {
    env: Environment<'static>,
    /// A name that nothing is known by is an error, and not a gap.
    strict: bool,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// An environment for text: nothing is escaped, nothing is loaded from anywhere.
    #[must_use]
    pub fn new() -> Self {
        let mut env = Environment::new();
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_fuel(Some(FUEL));
        env.remove_global("debug");
        // What outlives a turn of a loop can double in every one, which no count of steps stops.
        env.remove_global("namespace");
        env.set_formatter(|out, _, value| {
            if value.is_undefined() {
                return Ok(write!(out, "{GAP}value]")?);
            }
            Ok(write!(out, "{value}")?)
        });
        env.add_filter("default", or_else);
        env.add_filter("d", or_else);
        env.add_test("defined", |value: &Value| !is_missing(value));
        env.add_test("undefined", is_missing);
        Self { env, strict: false }
    }

    /// The same for messages: a tag takes its line break with it, `lines` goes line by line through a fact, and a name
    /// that no fact has is an error instead of a gap.
    #[must_use]
    pub fn for_messages() -> Self {
        let mut templates = Self::new();
        templates.env.set_trim_blocks(true);
        templates.env.add_filter("lines", lines);
        templates.strict = true;
        templates
    }

    /// The names that a template uses and no fact has, in no order; the template is well formed.
    #[must_use]
    pub fn unknown(&self, template: &str) -> Vec<String> {
        let Ok(compiled) = self.env.template_from_str(template) else { return Vec::new() };
        let used = compiled.undeclared_variables(true).into_iter();
        used.filter(|name| !FUNCTIONS.contains(&name.as_str()) && !is_known(name)).collect()
    }

    /// The template filled with facts; what isn't known is marked.
    ///
    /// # Errors
    /// A sentence that names the line: the template is not well formed, calls what doesn't exist, or doesn't end.
    pub fn render(&self, template: &str, facts: &TemplateFacts) -> Result<String, String> {
        let compiled = self.env.template_from_str(template).map_err(|error| sentence(&error))?;
        let root = Value::from_object(Known {
            facts: Arc::new(facts.clone()),
            path: String::new(),
            strict: self.strict,
        });
        let mut page = Page { text: Vec::new(), full: false };
        match compiled.render_captured_to(root, &mut page) {
            Ok(_) => Ok(String::from_utf8_lossy(&page.text).into_owned()),
            Err(_) if page.full => {
                Err(format!("the text grows past {} KB; {SHORTEN}", LIMIT / 1024))
            }
            Err(error) => Err(sentence(&error)),
        }
    }

    /// Whether a template is well formed, without filling it.
    ///
    /// # Errors
    /// A sentence that names the line.
    pub fn check(&self, template: &str) -> Result<(), String> {
        self.env.template_from_str(template).map(drop).map_err(|error| sentence(&error))
    }
}

/// The gaps in a filled text: the names of the facts that were missing, in order.
pub fn gaps(text: &str) -> impl Iterator<Item = &str> {
    text.split(GAP).skip(1).filter_map(|rest| rest.split_once(']')).map(|(name, _)| name)
}

fn sentence(error: &Error) -> String {
    let what = match error.kind() {
        ErrorKind::OutOfFuel => format!("it takes too many steps; {SHORTEN}"),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    match error.line() {
        Some(line) => format!("line {line}: {what}"),
        None => what,
    }
}

/// Where a filled template goes: refuses what passes the limit.
struct Page {
    text: Vec<u8>,
    full: bool,
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > LIMIT {
            self.full = true;
            return Err(io::Error::other("full"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The facts below a dotted name. `contact` is one and `contact.name` another: it has a text of its own, where there
/// is one, and what is below it.
#[derive(Debug)]
struct Known {
    facts: Arc<TemplateFacts>,
    path: String,
    strict: bool,
}

impl Known {
    fn below(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn has_below(&self, path: &str) -> bool {
        self.facts
            .iter()
            .any(|(name, _)| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }
}

impl Object for Known {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let path = self.below(name);
        if self.has_below(&path) {
            let facts = Arc::clone(&self.facts);
            return Some(Value::from_object(Self { facts, path, strict: self.strict }));
        }
        match self.facts.get(&path) {
            Some(text) => Some(Value::from(text)),
            None if self.path.is_empty() && FUNCTIONS.contains(&name) => None,
            None if self.strict && !is_known(&path) => {
                let says = format!("{path} is not known");
                Some(Value::from(Error::new(ErrorKind::UndefinedError, says)))
            }
            None => Some(Value::from_object(Missing { path })),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.facts.get(&self.path) {
            Some(text) => f.write_str(text),
            None => write!(f, "{GAP}{}]", self.path),
        }
    }
}

/// A fact that isn't known: false in a condition, empty in a loop, marked in the text.
#[derive(Debug)]
struct Missing {
    path: String,
}

impl Object for Missing {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let path = format!("{}.{key}", self.path);
        Some(Value::from_object(Self { path }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{GAP}{}]", self.path)
    }
}

/// The filter `lines`: a text line by line; of what isn't known the gap.
fn lines(value: &Value) -> Vec<String> {
    value.to_string().lines().map(str::to_owned).collect()
}

fn is_missing(value: &Value) -> bool {
    value.is_undefined() || value.downcast_object_ref::<Missing>().is_some()
}

/// The filter `default`: another text where a fact isn't known, or with `true` where it is empty.
fn or_else(
    value: &Value,
    other: Option<Value>,
    even_empty: Option<bool>,
    kwargs: Kwargs,
) -> Result<Value, Error> {
    kwargs.assert_all_used()?;
    let replace = is_missing(value) || (even_empty == Some(true) && !value.is_true());
    Ok(if replace { other.unwrap_or_else(|| Value::from("")) } else { value.clone() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn facts() -> TemplateFacts {
        let mut facts = TemplateFacts::new();
        facts
            .set("contact.first_name", "Sarah")
            .set("contact", "Sarah Chen · CMO")
            .set("account.name", "Acme & <Sons>")
            .set("pain", "reporting that takes days")
            .set("blank", "  ");
        facts
    }

    #[rstest]
    #[case("Hi {{ contact.first_name }}!", "Hi Sarah!")]
    #[case("{{ contact }}", "Sarah Chen · CMO")]
    #[case("{{ account.name }}", "Acme & <Sons>")]
    #[case("{{ account }}", "[missing: account]")]
    #[case(
        "{{ news.headline }} means {{ pain }}",
        "[missing: news.headline] means reporting that takes days"
    )]
    #[case("{{ nobody }}", "[missing: nobody]")]
    #[case("{{ a.b.c.d }}", "[missing: a.b.c.d]")]
    #[case("{{ contact.first_name.shout }}", "[missing: value]")]
    #[case("{{ blank }}", "[missing: blank]")]
    #[case("{{ news.headline | default('your news') }}", "your news")]
    #[case("{{ pain | default('x') }}", "reporting that takes days")]
    #[case("{{ news.headline | upper }}", "[MISSING: NEWS.HEADLINE]")]
    #[case("{{ 'On ' ~ news.headline }}", "On [missing: news.headline]")]
    #[case("{% if news.headline %}{{ news.headline }}{% else %}Hello{% endif %}", "Hello")]
    #[case("{% if contact %}yes{% endif %}", "yes")]
    #[case("{% if news is defined %}yes{% else %}no{% endif %}", "no")]
    #[case("{% for x in news %}x{% endfor %}.", ".")]
    #[case("{% for x in range(3) %}{{ x }}{% endfor %}", "012")]
    #[case(
        "{% set x = 'ab' %}{% for i in range(99) %}{% set x = x ~ x %}{% endfor %}{{ x }}",
        "ab"
    )]
    #[case("no facts at all", "no facts at all")]
    #[case("", "")]
    fn templates_fill(#[case] template: &str, #[case] text: &str) {
        assert_eq!(Templates::new().render(template, &facts()).as_deref(), Ok(text));
    }

    #[rstest]
    #[case("Hi\n{{ contact.first_name", "line 2: ")]
    #[case("{% if x %}", "line 1: ")]
    #[case("a\nb\n{{ pain | shout }}", "line 3: ")]
    #[case("{% include 'secrets' %}", "line 1: ")]
    #[case("{{ debug() }}", "line 1: ")]
    #[case(
        "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
        "line 1: it takes too many steps; shorten its loops"
    )]
    #[case(
        "a\n{% for x in range(9999) %}\n{{ pain }}{% endfor %}",
        "the text grows past 64 KB; shorten its loops"
    )]
    #[case("{% for x in range(9) recursive %}{{ loop(range(9)) }}{% endfor %}", "line 1: ")]
    #[case("{% set all = namespace(x='ab') %}", "line 1: ")]
    fn what_is_wrong_is_one_sentence_with_its_line(#[case] template: &str, #[case] start: &str) {
        let error = Templates::new().render(template, &facts()).unwrap_err();
        assert!(error.starts_with(start), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn gaps_are_named_in_order() {
        let templates = Templates::new();
        let text = templates.render("{{ a.b }} {{ pain }} {{ c }}", &facts()).unwrap();
        assert_eq!(gaps(&text).collect::<Vec<_>>(), ["a.b", "c"]);
        assert_eq!(templates.check("{{ a }}"), Ok(()));
        assert!(templates.check("{{ a").unwrap_err().starts_with("line 1: "));
    }

    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(200 * ProptestConfig::default().cases / 256)
        })]

        /// Whatever a team writes into a template is a text of some length or one sentence.
        #[test]
        fn any_template_is_a_text_or_a_sentence(
            parts in prop::collection::vec(
                prop_oneof![
                    Just("{{ ".to_owned()), Just(" }}".to_owned()), Just("{% ".to_owned()), Just(" %}".to_owned()),
                    Just("contact.first_name".to_owned()), Just("for x in range(99999)".to_owned()),
                    Just("endfor".to_owned()), Just("if pain".to_owned()), Just("endif".to_owned()),
                    Just("else".to_owned()), Just("|lines".to_owned()), Just("|default('x')".to_owned()),
                    Just("set a = ".to_owned()), Just("a ~ a".to_owned()), Just("include 'x'".to_owned()),
                    Just("macro m(x)".to_owned()), Just("{#".to_owned()), Just("\n".to_owned()), "\\PC{0,9}",
                ],
                0..14,
            ),
        ) {
            let template = parts.concat();
            for templates in [Templates::new(), Templates::for_messages()] {
                let checked = templates.check(&template);
                prop_assert!(checked.is_ok() || templates.unknown(&template).is_empty());
                match templates.render(&template, &facts()) {
                    Ok(text) => {
                        prop_assert!(checked.is_ok());
                        prop_assert!(text.len() <= LIMIT);
                    }
                    Err(why) => prop_assert!(!why.is_empty() && !why.contains('\n'), "{why:?}"),
                }
            }
        }
    }
}
