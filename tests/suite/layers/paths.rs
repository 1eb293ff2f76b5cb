//! From tokens to what a file names: paths resolved through `use`, `self`, `super` and aliases.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::tokens::{Token, tokens};

/// What a place in a source names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A path in this crate, from its root.
    Ours(Vec<String>),
    /// A path in another crate, the crate first.
    Foreign(Vec<String>),
    Macro(String),
    Method(String),
}

/// One place that names something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mention {
    pub(super) target: Target,
    pub(super) line: usize,
    /// Inside an item that exists only in tests.
    pub(super) in_test: bool,
    /// Followed by `!`.
    pub(super) called: bool,
}

/// A path as written, with where it stands.
struct Written {
    segments: Vec<String>,
    line: usize,
    module: Vec<String>,
    in_test: bool,
    called: bool,
    /// The name under which a `use` makes it known.
    alias: Option<String>,
}

/// Everything that a file names.
pub(super) fn mentions(path: &Path, source: &str) -> Vec<Mention> {
    let mut reader = Reader::new(path, source);
    reader.run();
    let Reader { written, mut found, .. } = reader;
    let mut names: HashMap<(&[String], &str), &Written> = HashMap::new();
    for path in &written {
        if let Some(alias) = &path.alias {
            names.insert((&path.module, alias), path);
        }
    }
    for path in &written {
        found.push(Mention {
            target: resolve(&path.segments, path, &names, 0),
            line: path.line,
            in_test: path.in_test,
            called: path.called,
        });
    }
    found.sort_by_key(|mention| mention.line);
    found
}

fn resolve(
    segments: &[String],
    place: &Written,
    names: &HashMap<(&[String], &str), &Written>,
    depth: usize,
) -> Target {
    let Some(first) = segments.first() else { return Target::Foreign(Vec::new()) };
    match first.as_str() {
        "crate" | "handoff_desk" => return Target::Ours(segments[1..].to_vec()),
        "self" | "super" => {
            let mut from = place.module.clone();
            let mut rest = segments;
            while let Some((next, after)) = rest.split_first() {
                match next.as_str() {
                    "self" => {}
                    "super" => {
                        from.pop();
                    }
                    _ => break,
                }
                rest = after;
            }
            from.extend_from_slice(rest);
            return Target::Ours(from);
        }
        _ => {}
    }
    // A name that a `use` of this module or of one around it made known.
    for end in (0..=place.module.len()).rev() {
        let Some(made) = names.get(&(&place.module[..end], first.as_str())) else { continue };
        let itself = std::ptr::eq(*made, place);
        if !itself && depth < 8 {
            let mut whole = made.segments.clone();
            whole.extend_from_slice(&segments[1..]);
            return resolve(&whole, made, names, depth + 1);
        }
    }
    Target::Foreign(segments.to_vec())
}

/// The modules (as paths without extension, relative to `src`) that a file declares for tests only.
pub(super) fn test_modules(path: &Path, source: &str) -> Vec<PathBuf> {
    let mut reader = Reader::new(path, source);
    reader.run();
    reader.test_files.iter().map(|module| module.iter().collect()).collect()
}

/// The module that a file is.
fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    module
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    module: Vec<String>,
    /// Depth of braces at which each inline module ends.
    inline: Vec<usize>,
    depth: usize,
    /// Depth at which the test-only item ends; it ends at a `;` of that depth too while it has no body.
    test_until: Option<(usize, bool)>,
    written: Vec<Written>,
    found: Vec<Mention>,
    test_files: Vec<Vec<String>>,
}

impl Reader {
    fn new(path: &Path, source: &str) -> Self {
        Self {
            tokens: tokens(source),
            at: 0,
            module: module_of(path),
            inline: Vec::new(),
            depth: 0,
            test_until: None,
            written: Vec::new(),
            found: Vec::new(),
            test_files: Vec::new(),
        }
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn is_name(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_name)
    }

    fn colons(&self, at: usize) -> bool {
        self.text(at) == ":" && self.text(at + 1) == ":"
    }

    fn run(&mut self) {
        while self.at < self.tokens.len() {
            match self.text(self.at) {
                "#" => self.attribute(),
                "{" => {
                    self.depth += 1;
                    if let Some((depth, body)) = &mut self.test_until
                        && *depth + 1 == self.depth
                    {
                        *body = true;
                    }
                    self.at += 1;
                }
                "}" => self.close(),
                ";" => {
                    if self.test_until == Some((self.depth, false)) {
                        self.test_until = None;
                    }
                    self.at += 1;
                }
                "use" => self.import(),
                "mod" if self.is_name(self.at + 1) => self.declare(),
                _ if self.is_name(self.at) => self.path(),
                _ => self.at += 1,
            }
        }
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.test_until == Some((self.depth, true)) {
            self.test_until = None;
        }
        if self.inline.last() == Some(&self.depth) {
            self.inline.pop();
            self.module.pop();
        }
        self.at += 1;
    }

    /// `#[cfg(test)]` and `#[test]` mark the item that follows; what stands inside an attribute is read as well.
    fn attribute(&mut self) {
        let inner = self.text(self.at + 1) == "!";
        let open = self.at + 1 + usize::from(inner);
        if self.text(open) != "[" {
            self.at += 1;
            return;
        }
        let mut depth = 0_usize;
        let mut end = open;
        while end < self.tokens.len() {
            match self.text(end) {
                "[" => depth += 1,
                "]" => depth -= 1,
                _ => {}
            }
            end += 1;
            if depth == 0 {
                break;
            }
        }
        let inside: Vec<&str> = (open + 1..end).map(|at| self.text(at)).collect();
        let test = match inside.first() {
            Some(&"cfg") => inside.contains(&"test") && !inside.contains(&"not"),
            Some(&"test" | &"rstest") => true,
            _ => false,
        };
        if test && self.test_until.is_none() {
            // An inner attribute marks the whole file: a depth that no brace comes back to.
            self.test_until = Some(if inner { (usize::MAX, true) } else { (self.depth, false) });
        }
        self.at = open + 1;
    }

    fn declare(&mut self) {
        let name = self.text(self.at + 1).to_owned();
        match self.text(self.at + 2) {
            "{" => {
                self.module.push(name);
                self.inline.push(self.depth);
                self.at += 2;
            }
            ";" => {
                if self.test_until.is_some() {
                    let mut module = self.module.clone();
                    module.push(name);
                    self.test_files.push(module);
                }
                self.at += 2;
            }
            _ => self.at += 2,
        }
    }

    fn note(&mut self, segments: Vec<String>, line: usize, alias: Option<String>) {
        self.written.push(Written {
            segments,
            line,
            module: self.module.clone(),
            in_test: self.test_until.is_some(),
            called: self.text(self.at) == "!",
            alias,
        });
    }

    /// `use a::{b as c, d::*};`
    fn import(&mut self) {
        self.at += 1;
        if self.colons(self.at) {
            self.at += 2;
        }
        self.tree(Vec::new());
    }

    fn tree(&mut self, mut prefix: Vec<String>) {
        loop {
            let line = self.tokens.get(self.at).map_or(0, |token| token.line);
            match self.text(self.at) {
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(self.at), "}" | "") {
                        self.tree(prefix.clone());
                        if self.text(self.at) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => {
                    prefix.push("*".to_owned());
                    self.at += 1;
                    self.note(prefix, line, None);
                    return;
                }
                _ if self.is_name(self.at) => {
                    let name = self.text(self.at).to_owned();
                    self.at += 1;
                    if name != "self" || prefix.is_empty() {
                        prefix.push(name);
                    }
                    if self.colons(self.at) {
                        self.at += 2;
                        continue;
                    }
                    let alias = if self.text(self.at) == "as" {
                        self.at += 2;
                        self.text(self.at - 1).to_owned()
                    } else {
                        prefix.last().cloned().unwrap_or_default()
                    };
                    self.note(prefix, line, Some(alias));
                    return;
                }
                // Not a tree that this reader knows (`impl use<'a>`): go on behind it.
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
    }

    /// `a::b::c`, `name!` or `.method(`.
    fn path(&mut self) {
        let line = self.tokens[self.at].line;
        let in_test = self.test_until.is_some();
        let before = if self.at == 0 { "" } else { self.text(self.at - 1) };
        let mut segments = vec![self.text(self.at).to_owned()];
        let method = before == ".";
        self.at += 1;
        while self.colons(self.at) && self.is_name(self.at + 2) {
            segments.push(self.text(self.at + 2).to_owned());
            self.at += 3;
        }
        let name = segments.last().cloned().unwrap_or_default();
        if self.text(self.at) == "!" && self.text(self.at + 1) != "=" {
            self.found.push(Mention {
                target: Target::Macro(name.clone()),
                line,
                in_test,
                called: true,
            });
        }
        if method || (segments.len() > 1 && self.text(self.at) != "!") {
            self.found.push(Mention { target: Target::Method(name), line, in_test, called: false });
        }
        if !method && segments.len() > 1 {
            self.note(segments, line, None);
        }
    }
}
