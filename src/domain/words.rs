//! One macro for the closed vocabularies: an enum, its key in files and on screen, and both ways between them.

/// Declares an enum whose variants each have one key, with `ALL`, `key`, `Display` and a `FromStr` that lists the keys.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$vmeta:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the domain.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in files, on the command line and on screen.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.key())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let wanted = text.trim();
                match Self::ALL.iter().find(|value| value.key().eq_ignore_ascii_case(wanted)) {
                    Some(value) => Ok(*value),
                    None => {
                        let keys: Vec<_> = Self::ALL.iter().map(|value| value.key()).collect();
                        Err(format!(concat!("\"{}\" is not ", $what, "; it is one of {}"), wanted, keys.join(", ")))
                    }
                }
            }
        }
    };
}

pub(crate) use words;
