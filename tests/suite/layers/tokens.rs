//! Enough of Rust's lexer to tell names from comments, strings, characters and lifetimes.

/// A name, or one character of punctuation, with its line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) is_name: bool,
}

/// The names and punctuation of a source; literals and comments are left out.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    Lexer { rest: source, line: 1, found: Vec::new() }.run()
}

struct Lexer<'s> {
    rest: &'s str,
    line: usize,
    found: Vec<Token>,
}

impl Lexer<'_> {
    fn run(mut self) -> Vec<Token> {
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with("//") {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.skip(end);
            } else if self.rest.starts_with("/*") {
                self.comment();
            } else if c == '"' {
                self.string();
            } else if c == '\'' {
                self.quote();
            } else if is_start(c) {
                self.name();
            } else if c.is_ascii_digit() {
                let end = self.end_of(|c| c.is_alphanumeric() || c == '_');
                self.skip(end);
            } else {
                if !c.is_whitespace() {
                    self.push(c.to_string(), false);
                }
                self.skip(c.len_utf8());
            }
        }
        self.found
    }

    fn push(&mut self, text: String, is_name: bool) {
        self.found.push(Token { text, line: self.line, is_name });
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn end_of(&self, part: impl Fn(char) -> bool) -> usize {
        self.rest.find(|c| !part(c)).unwrap_or(self.rest.len())
    }

    fn comment(&mut self) {
        let mut depth = 0_usize;
        let mut at = 0;
        let bytes = self.rest.as_bytes();
        while at < bytes.len() {
            match bytes.get(at..at + 2) {
                Some(b"/*") => {
                    depth += 1;
                    at += 2;
                }
                Some(b"*/") => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        break;
                    }
                }
                _ => at += 1,
            }
        }
        self.skip(at);
    }

    fn string(&mut self) {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find_map(|(at, c)| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes.then_some(at + 1)
        });
        self.skip(end.unwrap_or(self.rest.len()));
    }

    /// A character (`'a'`, `'\n'`, `'\''`) or a lifetime (`'a`).
    fn quote(&mut self) {
        let mut chars = self.rest.char_indices().skip(1);
        match (chars.next(), chars.next()) {
            (Some((_, '\\')), Some((at, escaped))) => {
                let after = at + escaped.len_utf8();
                let end =
                    self.rest[after..].find('\'').map_or(self.rest.len(), |at| after + at + 1);
                self.skip(end);
            }
            (Some(_), Some((at, '\''))) => self.skip(at + 1),
            _ => {
                self.skip(1);
                let end = self.end_of(|c| is_start(c) || c.is_ascii_digit());
                self.skip(end);
            }
        }
    }

    fn name(&mut self) {
        let end = self.end_of(|c| is_start(c) || c.is_numeric());
        let name = self.rest[..end].to_owned();
        let after = &self.rest[end..];
        let hashes = after.chars().take_while(|c| *c == '#').count();
        let raw = matches!(name.as_str(), "r" | "br" | "cr") && after[hashes..].starts_with('"');
        if raw {
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = end + hashes + 1;
            let length = self.rest[inside..]
                .find(&close)
                .map_or(self.rest.len() - inside, |at| at + close.len());
            self.skip(inside + length);
        } else if matches!(name.as_str(), "b" | "c") && after.starts_with('"') {
            self.skip(end);
            self.string();
        } else if name == "b" && after.starts_with('\'') {
            self.skip(end);
            self.quote();
        } else if name == "r" && hashes == 1 {
            // A raw identifier: `r#type` is the name `type`.
            self.skip(end + 1);
        } else {
            self.push(name, true);
            self.skip(end);
        }
    }
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}
