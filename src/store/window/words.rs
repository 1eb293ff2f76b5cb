//! Words to search for: the full text tells which accounts have one, or that too many do. Those few are then looked up,
//! many are recognised while a list is walked.

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension};

use crate::store::sql::Sql;
use crate::store::terms::terms;

/// So many rows of the full text are taken before a word counts as broad: a millisecond or two.
const MOST_FOUND: usize = 20_000;
/// So many are looked at for whether the words stand side by side.
const MOST_READ: usize = 2_000;

/// One or more words as typed; the last may be unfinished.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Typed {
    /// Folded, with a blank before each.
    words: String,
    /// The accounts that have them in their name or domain, or in the name of one contact, in order; none when they
    /// are too many.
    pub(super) accounts: Option<Vec<i64>>,
}

/// What the column `words` holds for these texts: each word folded, with a blank before it.
pub(in crate::store) fn indexed<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().flat_map(terms).fold(String::new(), |all, word| all + " " + &word)
}

/// Looks a word up; none where there is nothing in it to search for.
pub(super) fn look_up(conn: &Connection, text: &str) -> rusqlite::Result<Option<Typed>> {
    let typed = terms(text);
    let Some(last) = typed.last() else { return Ok(None) };
    // Nothing but letters, digits and full stops is left in a term, so that none can end its quotes.
    let whole = typed[..typed.len() - 1].iter();
    let mut pattern = whole.fold(String::new(), |all, word| format!("{all}\"{word}\" AND "));
    pattern = format!("{pattern}\"{last}\" *");
    let words = indexed([text]);
    let most = if typed.len() == 1 { MOST_FOUND } else { MOST_READ };
    let mut statement =
        conn.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?1 LIMIT ?2")?;
    let rows = statement.query_map((pattern, most as i64 + 1), |row| row.get::<_, i64>(0))?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if rows.len() > most {
        return Ok(Some(Typed { words, accounts: None }));
    }
    if typed.len() > 1 {
        let mut side_by_side = Vec::with_capacity(rows.len());
        for row in rows {
            if words_of(conn, row)?.contains(&words) {
                side_by_side.push(row);
            }
        }
        rows = side_by_side;
    }
    let mut accounts: Vec<_> = rows.iter().map(|row| row >> 16).collect();
    accounts.sort_unstable();
    accounts.dedup();
    Ok(Some(Typed { words, accounts: Some(accounts) }))
}

/// The words behind a row of the full text.
fn words_of(conn: &Connection, row: i64) -> rusqlite::Result<String> {
    let (account, n) = (row >> 16, row & 0xFFFF);
    let words = if n == 0 {
        conn.prepare_cached("SELECT words FROM account WHERE id = ?1")?
            .query_row([account], |row| row.get(0))
    } else {
        conn.prepare_cached("SELECT words FROM contact WHERE account = ?1 AND n = ?2")?
            .query_row([account, n], |row| row.get(0))
    };
    words.optional().map(Option::unwrap_or_default)
}

impl Typed {
    /// Adds the condition that a handoff's account has the words.
    pub(super) fn test<'a>(&self, sql: &'a mut Sql) -> &'a mut Sql {
        match &self.accounts {
            Some(accounts) => {
                let set: Vec<u8> = accounts.iter().flat_map(|id| id.to_le_bytes()).collect();
                sql.push("among(").bind(set).push(", h.account)")
            }
            None => sql
                .push("(EXISTS (SELECT 1 FROM account AS a WHERE a.id = h.account AND instr(a.words, ")
                .bind(self.words.clone())
                .push(")) OR EXISTS (SELECT 1 FROM contact AS c WHERE c.account = h.account AND instr(c.words, ")
                .bind(self.words.clone())
                .push(")))"),
        }
    }
}

/// Gives a connection the function `among(SET, ID)`: whether the id is one of the set, ordered 8-byte integers.
pub(in crate::store) fn add_function(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    conn.create_scalar_function("among", 2, flags, |call| {
        let set = call
            .get_raw(0)
            .as_blob()
            .map_err(|error| rusqlite::Error::UserFunctionError(Box::new(error)))?;
        let (set, _) = set.as_chunks::<8>();
        let id: i64 = call.get(1)?;
        Ok(set.binary_search_by_key(&id, |bytes| i64::from_le_bytes(*bytes)).is_ok())
    })
}
