//! Identifiers are types, so that one cannot stand where another belongs.

use std::fmt;
use std::str::FromStr;

macro_rules! id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let text = text.trim();
                let upper = text.to_ascii_uppercase();
                let digits = upper.strip_prefix(concat!($prefix, "-")).unwrap_or(&upper);
                match digits.parse::<i64>() {
                    Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                        Ok(Self(number))
                    }
                    _ => Err(format!(
                        concat!("\"{}\" is not an id; write it as ", $prefix, "-1042"),
                        text
                    )),
                }
            }
        }
    };
}

id!(AccountId, "A", "An account in this store; people see it as `A-12`.");
id!(ContactId, "C", "A contact at an account; people see it as `C-12`.");
id!(SignalId, "S", "A signal of an account; people see it as `S-12`.");
id!(PersonId, "P", "A person who works the desk; people see it as `P-12`.");
id!(HandoffId, "H", "A handoff, the unit of the queue; people see it as `H-1042`.");
id!(
    GestureId,
    "G",
    "One person's one gesture in the event record, the unit of undo; people see it as `G-12`."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_with_and_without_their_letter() {
        assert_eq!("H-1042".parse(), Ok(HandoffId(1042)));
        assert_eq!("h-7".parse(), Ok(HandoffId(7)));
        assert_eq!(" 7 ".parse(), Ok(HandoffId(7)));
        assert_eq!(HandoffId(1042).to_string(), "H-1042");
        for bad in ["", "H-", "A-7", "H-0", "-7", "+7", "H--7", "99999999999999999999"] {
            assert!(bad.parse::<HandoffId>().is_err(), "{bad}");
        }
    }
}
