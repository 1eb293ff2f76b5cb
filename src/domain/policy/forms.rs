//! How the policy's small values are written: `>=2`, `moderate+`. Each reads back what it writes.

use std::fmt;
use std::str::FromStr;

use super::{BandTest, NumberTest, Op};

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "=",
            Self::Ge => ">=",
            Self::Gt => ">",
        })
    }
}

impl Op {
    /// Splits a leading comparison off a text; a bare number asks for equality.
    #[must_use]
    pub fn split(text: &str) -> (Self, &str) {
        let text = text.trim();
        let signs = [
            ("<=", Self::Le),
            (">=", Self::Ge),
            ("==", Self::Eq),
            ("<", Self::Lt),
            (">", Self::Gt),
        ];
        let found = signs.into_iter().chain([("=", Self::Eq)]);
        found
            .filter_map(|(sign, op)| Some((op, text.strip_prefix(sign)?.trim_start())))
            .next()
            .unwrap_or((Self::Eq, text))
    }
}

impl fmt::Display for NumberTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.op, self.value)
    }
}

/// Reads `>=2`, `<60`, `=0`, `12`, and large numbers as `>=20M`, `<250K`, `>=1_000_000`.
impl FromStr for NumberTest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (op, number) = Op::split(text);
        let (digits, unit) = match number.chars().next_back() {
            Some('k' | 'K') => (&number[..number.len() - 1], 1e3),
            Some('m' | 'M') => (&number[..number.len() - 1], 1e6),
            Some('b' | 'B') => (&number[..number.len() - 1], 1e9),
            _ => (number, 1.0),
        };
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_' || b == b'.');
        let value = plain.then(|| digits.replace('_', "").parse::<f64>().ok()).flatten();
        match value.map(|value| value * unit) {
            Some(value) if value <= 1e15 => Ok(Self { op, value }),
            _ => Err(format!("\"{text}\" is not a comparison; write >=2, <60, =0 or >=20M")),
        }
    }
}

impl fmt::Display for BandTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.band, if self.plus { "+" } else { "" })
    }
}

/// Reads `moderate` (that band alone) and `moderate+` (that one or a higher one).
impl FromStr for BandTest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (band, plus) = text.strip_suffix('+').map_or((text, false), |band| (band, true));
        Ok(Self { band: band.parse()?, plus })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(">=2", Op::Ge, 2.0, ">=2")]
    #[case(" > 4.5 ", Op::Gt, 4.5, ">4.5")]
    #[case("<60", Op::Lt, 60.0, "<60")]
    #[case("<=1_000", Op::Le, 1000.0, "<=1000")]
    #[case("==3", Op::Eq, 3.0, "=3")]
    #[case("0", Op::Eq, 0.0, "=0")]
    #[case(">=20M", Op::Ge, 2e7, ">=20000000")]
    #[case("<250k", Op::Lt, 250_000.0, "<250000")]
    #[case(">=2b", Op::Ge, 2e9, ">=2000000000")]
    #[case("<1000000B", Op::Lt, 1e15, "<1000000000000000")]
    fn a_comparison_reads_and_writes(
        #[case] text: &str,
        #[case] op: Op,
        #[case] value: f64,
        #[case] written: &str,
    ) {
        let test: NumberTest = text.parse().unwrap();
        assert_eq!(test, NumberTest { op, value });
        assert_eq!(test.to_string(), written);
        assert_eq!(written.parse(), Ok(test));
    }

    #[rstest]
    #[case("")]
    #[case(">=")]
    #[case("two")]
    #[case("=>2")]
    #[case(">=-2")]
    #[case("M")]
    #[case("_1")]
    #[case("1.2.3")]
    #[case("inf")]
    #[case("99999999999B")]
    #[case("2€")]
    fn what_is_no_comparison_is_refused(#[case] text: &str) {
        let message = text.parse::<NumberTest>().unwrap_err();
        assert_eq!(message, format!("\"{text}\" is not a comparison; write >=2, <60, =0 or >=20M"));
    }

    #[test]
    fn a_band_reads_with_and_without_its_plus() {
        for text in ["none", "light+", "moderate", "strong+", "unprecedented"] {
            assert_eq!(text.parse::<BandTest>().unwrap().to_string(), text);
        }
        assert!("+".parse::<BandTest>().unwrap_err().contains("is not an intent band"));
    }
}
