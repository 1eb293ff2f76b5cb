//! A record as it stands, with what hangs on it, as JSON; and put back as it stood. Columns are named, so that an image
//! outlives a change of the store's form; numbers with a fraction are kept bit by bit.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Number, Value as Json};

use super::Fact;
use crate::store::convert::not_understood;

/// How records are read and put back; looked up once, from the tables as they are.
#[derive(Debug)]
pub(in crate::store) struct Images {
    forms: Vec<(Fact, Vec<Form>)>,
}

/// One of the tables behind a record; its own comes first.
#[derive(Debug)]
struct Form {
    table: &'static str,
    columns: Vec<String>,
    select: String,
    remove: String,
    put: String,
}

impl Form {
    fn of(
        conn: &Connection,
        table: &'static str,
        which: &str,
        own: bool,
    ) -> rusqlite::Result<Self> {
        // Generated columns are not among them.
        let columns: Vec<String> = conn
            .prepare_cached("SELECT name FROM pragma_table_info(?1)")?
            .query_map([table], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let names = columns.join(", ");
        let places: Vec<_> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        let sets: Vec<_> =
            columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        // An update in place keeps what refers to the record, and runs its triggers.
        let or = match own {
            true => format!(" ON CONFLICT (id) DO UPDATE SET {}", sets.join(", ")),
            false => String::new(),
        };
        Ok(Self {
            select: format!("SELECT {names} FROM {table} WHERE {which}"),
            remove: format!("DELETE FROM {table} WHERE {which}"),
            put: format!("INSERT INTO {table} ({names}) VALUES ({}){or}", places.join(", ")),
            table,
            columns,
        })
    }

    fn read(&self, conn: &Connection, id: i64) -> rusqlite::Result<Vec<Json>> {
        let mut statement = conn.prepare_cached(&self.select)?;
        let mut rows = statement.query([id])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let mut object = Map::new();
            for (place, column) in self.columns.iter().enumerate() {
                object.insert(column.clone(), json(row.get_ref(place)?)?);
            }
            all.push(Json::Object(object));
        }
        Ok(all)
    }

    fn put(&self, conn: &Connection, row: &Json) -> rusqlite::Result<()> {
        let values = self.columns.iter().map(|column| value(row.get(column)));
        let values: Vec<Value> = values.collect::<rusqlite::Result<_>>()?;
        conn.prepare_cached(&self.put)?.execute(params_from_iter(values))?;
        Ok(())
    }
}

impl Images {
    pub(in crate::store) fn new(conn: &Connection) -> rusqlite::Result<Self> {
        let mut forms = Vec::with_capacity(Fact::ALL.len());
        for fact in Fact::ALL {
            let mut tables = vec![Form::of(conn, fact.key(), "id = ?1", true)?];
            for (table, which) in fact.parts() {
                tables.push(Form::of(conn, table, which, false)?);
            }
            forms.push((*fact, tables));
        }
        Ok(Self { forms })
    }

    fn of(&self, fact: Fact) -> &[Form] {
        self.forms.iter().find(|(of, _)| *of == fact).map_or(&[], |(_, tables)| tables.as_slice())
    }

    /// The record as it stands; none where there is none.
    pub(super) fn read(
        &self,
        conn: &Connection,
        fact: Fact,
        id: i64,
    ) -> rusqlite::Result<Option<String>> {
        let mut image = Map::new();
        for (place, form) in self.of(fact).iter().enumerate() {
            let rows = form.read(conn, id)?;
            if place == 0 && rows.is_empty() {
                return Ok(None);
            }
            if !rows.is_empty() {
                image.insert(form.table.to_owned(), Json::Array(rows));
            }
        }
        Ok(Some(Json::Object(image).to_string()))
    }

    /// Makes the record what the image says.
    pub(super) fn put(
        &self,
        conn: &Connection,
        fact: Fact,
        id: i64,
        image: &str,
    ) -> rusqlite::Result<()> {
        let image: Json =
            serde_json::from_str(image).map_err(|error| not_understood(error.to_string()))?;
        for (place, form) in self.of(fact).iter().enumerate() {
            if place > 0 {
                conn.prepare_cached(&form.remove)?.execute([id])?;
            }
            for row in image.get(form.table).and_then(Json::as_array).into_iter().flatten() {
                form.put(conn, row)?;
            }
        }
        Ok(())
    }

    /// Takes the record out, with what hangs on it.
    pub(super) fn remove(&self, conn: &Connection, fact: Fact, id: i64) -> rusqlite::Result<()> {
        for form in self.of(fact).iter().rev() {
            conn.prepare_cached(&form.remove)?.execute([id])?;
        }
        Ok(())
    }
}

fn json(value: ValueRef<'_>) -> rusqlite::Result<Json> {
    Ok(match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) => Json::Number(number.into()),
        ValueRef::Real(number) => {
            let mut bits = Map::new();
            bits.insert("bits".to_owned(), Json::Number(Number::from(number.to_bits())));
            Json::Object(bits)
        }
        ValueRef::Text(_) => Json::String(value.as_str()?.to_owned()),
        ValueRef::Blob(_) => return Err(not_understood("facts hold no bytes")),
    })
}

fn value(json: Option<&Json>) -> rusqlite::Result<Value> {
    Ok(match json {
        None | Some(Json::Null) => Value::Null,
        Some(Json::String(text)) => Value::Text(text.clone()),
        Some(Json::Number(number)) => Value::Integer(
            number.as_i64().ok_or_else(|| not_understood(format!("{number} is no number")))?,
        ),
        Some(Json::Object(bits)) => {
            let bits = bits.get("bits").and_then(Json::as_u64);
            Value::Real(f64::from_bits(bits.ok_or_else(|| not_understood("no number"))?))
        }
        Some(other) => return Err(not_understood(format!("{other} is no value"))),
    })
}
