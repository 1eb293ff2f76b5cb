//! SQL put together from constant pieces, with values only ever bound: text from outside cannot become SQL, because a
//! piece must be `'static`.

use rusqlite::types::Value;

/// A statement, or a part of one, and what is bound to its question marks.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Sql {
    text: String,
    params: Vec<Value>,
}

impl Sql {
    /// A constant piece.
    pub(super) fn new(piece: &'static str) -> Self {
        Self { text: piece.to_owned(), params: Vec::new() }
    }

    /// Adds a constant piece.
    pub(super) fn push(&mut self, piece: &'static str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    /// Adds a question mark and what is bound to it.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.text.push('?');
        self.params.push(value.into());
        self
    }

    /// Adds another part.
    pub(super) fn append(&mut self, other: &Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.params.extend_from_slice(&other.params);
        self
    }

    /// Adds `column IN (?, ?, …)`, or `column = ?` for a single value.
    pub(super) fn among<V: Into<Value>>(
        &mut self,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        self.push(column);
        let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if values.len() == 1 {
            self.push(" = ");
            return self.bind(values.remove(0));
        }
        for (at, value) in values.into_iter().enumerate() {
            self.push(if at == 0 { " IN (" } else { ", " }).bind(value);
        }
        self.push(")")
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is bound, in order.
    pub(super) fn params(&self) -> impl Iterator<Item = &Value> {
        self.params.iter()
    }
}
