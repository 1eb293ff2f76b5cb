//! Handoffs as they are named on the command line and on standard input.

use std::io::BufRead;

use super::failure::Failure;
use crate::domain::ids::HandoffId;
use crate::domain::text::safe;

/// The most ids that are read from standard input.
const MOST_IDS: usize = 10_000;

/// A handoff as somebody named it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Named {
    pub(super) id: HandoffId,
    /// The version that they saw, where they said so (`H-12@7`).
    pub(super) seen: Option<i64>,
}

/// The handoffs named, with those of standard input where "-" stands; each once.
pub(super) fn named(texts: &[String]) -> Result<Vec<Named>, Failure> {
    let mut all: Vec<Named> = Vec::new();
    for text in texts {
        if text == "-" {
            from_lines(std::io::stdin().lock(), &mut all)?;
        } else {
            add(text, &mut all)?;
        }
    }
    if all.is_empty() {
        return Err(Failure::usage("No handoff was named; write their ids, such as H-1042."));
    }
    Ok(all)
}

/// The first word of each line, so that what `handoff list` prints can be piped in: the line with its heads is skipped.
fn from_lines(input: impl BufRead, all: &mut Vec<Named>) -> Result<(), Failure> {
    for (place, line) in input.lines().enumerate() {
        let line = line
            .map_err(|error| Failure::failed(format!("Standard input can't be read: {error}.")))?;
        match line.split_whitespace().next() {
            None => {}
            Some("id") if place == 0 => {}
            Some(word) => add(word, all)?,
        }
        if all.len() > MOST_IDS {
            return Err(Failure::usage(format!(
                "Standard input names more than {MOST_IDS} handoffs; narrow it down."
            )));
        }
    }
    Ok(())
}

fn add(text: &str, all: &mut Vec<Named>) -> Result<(), Failure> {
    let (id, seen) = match text.split_once('@') {
        None => (text, None),
        Some((id, version)) => {
            let seen = version.parse().map_err(|why| {
                Failure::usage(format!(
                    "\"{}\" does not end in a version ({why}); write H-12@7, or H-12.",
                    safe(text)
                ))
            })?;
            (id, Some(seen))
        }
    };
    let id = id.parse().map_err(|why: String| Failure::usage(format!("{}.", safe(&why))))?;
    if !all.iter().any(|named| named.id == id) {
        all.push(Named { id, seen });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Named>, String> {
        let mut all = Vec::new();
        from_lines(text.as_bytes(), &mut all).map(|()| all).map_err(|failure| failure.sentence)
    }

    #[test]
    fn a_listing_can_be_piped_in() {
        let listed = "id    account  tier\nH-12  Acme     1\n\nH-7@3 Globex   2\nH-12  again\n";
        let named = |id, seen| Named { id: HandoffId(id), seen };
        assert_eq!(read(listed), Ok(vec![named(12, None), named(7, Some(3))]));
    }

    #[test]
    fn what_is_no_id_is_told_as_it_stands() {
        assert_eq!(
            read("H-1\nnext\u{1b}[2J\n").unwrap_err(),
            "\"next␛[2J\" is not an id; write it as H-1042."
        );
        assert_eq!(
            read("H-1@x").unwrap_err(),
            "\"H-1@x\" does not end in a version (invalid digit found in string); write H-12@7, or H-12."
        );
        let many: String = (1..=10_001).map(|id| format!("H-{id}\n")).collect();
        assert!(read(&many).unwrap_err().contains("more than 10000"));
    }
}
