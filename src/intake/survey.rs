//! What only a whole column can say: whether its dates are day first or month first, and which sign its decimals have
//! (`FORMATS.md 2.0`, rules 7 and 8).

use super::problem::Cells;

/// Which of two numbers before the year is the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// `20/11/2026`
    DayFirst,
    /// `11/20/2026`
    MonthFirst,
}

impl std::str::FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "dmy" | "day" => Ok(Self::DayFirst),
            "mdy" | "month" => Ok(Self::MonthFirst),
            _ => Err(format!("\"{text}\" is not an order of dates; say dmy or mdy")),
        }
    }
}

/// The sign before decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Decimal {
    Comma,
    Dot,
}

/// What is known of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Style {
    pub(super) order: Option<Order>,
    pub(super) decimal: Option<Decimal>,
}

/// What the cells of a column were seen to be.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Seen {
    /// Dates whose first number is no month.
    days_first: u64,
    /// Dates whose second number is no month.
    months_first: u64,
    /// Dates that can be read both ways and mean two days.
    either: u64,
    /// The first of them.
    example: String,
    commas: u64,
    /// Commas that are decimal signs only if the file is written that way: `1,5`.
    weak_commas: u64,
    dots: u64,
}

/// What the columns of a file were seen to be, so far as it was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Survey(Vec<Seen>);

impl Survey {
    /// Looks at one more row.
    pub(super) fn look(&mut self, cells: &Cells) {
        for (column, cell) in cells.iter().enumerate() {
            let cell = cell.trim();
            if cell.len() < 3 || cell.len() > 40 || !cell.bytes().any(|byte| byte.is_ascii_digit())
            {
                continue;
            }
            if self.0.len() <= column {
                self.0.resize(column + 1, Seen::default());
            }
            let Some(seen) = self.0.get_mut(column) else { continue };
            if let Some((first, second)) = two_numbers(cell) {
                match (first > 12, second > 12) {
                    (true, false) => seen.days_first += 1,
                    (false, true) => seen.months_first += 1,
                    (false, false) if first != second => {
                        seen.either += 1;
                        if seen.example.is_empty() {
                            cell.clone_into(&mut seen.example);
                        }
                    }
                    _ => {}
                }
            } else {
                match decimal(cell) {
                    Some(Decimal::Comma) if !cell.contains('.') => seen.weak_commas += 1,
                    Some(Decimal::Comma) => seen.commas += 1,
                    Some(Decimal::Dot) => seen.dots += 1,
                    None => {}
                }
            }
        }
    }

    /// What a column is, so far as its cells agree.
    pub(super) fn style(&self, column: usize, semicolons: bool) -> Style {
        let Some(seen) = self.0.get(column) else { return Style::default() };
        let order = match (seen.days_first, seen.months_first) {
            (1.., 0) => Some(Order::DayFirst),
            (0, 1..) => Some(Order::MonthFirst),
            _ => None,
        };
        let commas = seen.commas + if semicolons { seen.weak_commas } else { 0 };
        let decimal = match (commas, seen.dots) {
            (1.., 0) => Some(Decimal::Comma),
            (0, 1..) => Some(Decimal::Dot),
            _ => None,
        };
        Style { order, decimal }
    }

    /// A date of the column that can be read in two ways, where nothing decides between them.
    pub(super) fn undecided(&self, column: usize) -> Option<&str> {
        let seen = self.0.get(column)?;
        (seen.either > 0 && self.style(column, false).order.is_none())
            .then_some(seen.example.as_str())
    }
}

/// The two numbers before the year of `03/04/2026` or `3-4-26 14:00`; `None` for anything else, and with dots, which
/// always stand behind the day.
fn two_numbers(cell: &str) -> Option<(u32, u32)> {
    let first = cell.split(|sign: char| !sign.is_ascii_digit()).next()?;
    let rest = cell.get(first.len()..)?;
    let sign = rest.chars().next().filter(|sign| matches!(sign, '/' | '-'))?;
    let rest = rest.get(1..)?;
    let second = rest.split(|sign: char| !sign.is_ascii_digit()).next()?;
    let year = rest.get(second.len()..)?.strip_prefix(sign)?;
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(first.len(), 1 | 2) || !matches!(second.len(), 1 | 2) || !matches!(digits, 2 | 4) {
        return None;
    }
    Some((first.parse().ok()?, second.parse().ok()?))
}

/// The decimal sign that a number shows: the last of two kinds, one that is not before three digits, and not the one
/// that stands twice.
fn decimal(cell: &str) -> Option<Decimal> {
    let number = cell.trim_matches(|sign: char| !sign.is_ascii_digit());
    if !number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return None;
    }
    let (dots, commas) = (number.matches('.').count(), number.matches(',').count());
    let behind = |sign: char| number.rsplit(sign).next().map_or(0, str::len);
    match (dots, commas) {
        (0, 0) => None,
        (1.., 1..) if number.rfind('.') > number.rfind(',') => Some(Decimal::Dot),
        (1.., 1..) => Some(Decimal::Comma),
        (2.., 0) => Some(Decimal::Comma),
        (0, 2..) => Some(Decimal::Dot),
        (1, 0) if behind('.') != 3 => Some(Decimal::Dot),
        (0, 1) if behind(',') != 3 => Some(Decimal::Comma),
        _ => None,
    }
}

/// True for what a spreadsheet makes of a range such as `5-20` or `11-50`: `20.máj`, `May-20`, `50-nov`.
pub(super) fn is_spreadsheet_accident(cell: &str) -> bool {
    if !(4..=10).contains(&cell.len()) {
        return false;
    }
    let Some((first, second)) = cell.trim_end_matches('.').split_once(['.', '-']) else {
        return false;
    };
    let number =
        |text: &str| matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    let month = |text: &str| {
        (3..=4).contains(&text.chars().count())
            && text.chars().all(|letter| letter.is_lowercase() || letter.is_uppercase())
            && is_month(&text.to_lowercase())
    };
    (number(first) && month(second.trim())) || (month(first) && number(second))
}

/// The short names of months in the languages that spreadsheets are used in most.
fn is_month(text: &str) -> bool {
    const MONTHS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "mär", "mrz", "mai", "okt", "dez", "janv", "févr", "fév", "mars", "avr", "juin", "juil",
        "août", "déc", "ene", "abr", "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott", "maj",
        "máj", "júl", "jún", "szep", "már", "ápr", "febr", "márc", "mrt", "mei", "sty", "lut",
        "kwi", "cze", "lip", "sie", "wrz", "paź", "lis", "gru", "fev", "out", "dez", "avg", "úno",
        "bře", "dub", "kvě", "čvn", "čvc", "srp", "zář", "říj", "pro", "led",
    ];
    MONTHS.contains(&text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn survey(cells: &[&str]) -> Survey {
        let mut survey = Survey::default();
        for cell in cells {
            survey.look(&[*cell].into_iter().collect());
        }
        survey
    }

    #[rstest]
    #[case(&["03/04/2026", "15/04/2026"], Some(Order::DayFirst))]
    #[case(&["03/04/2026", "04/15/2026 2:30 PM"], Some(Order::MonthFirst))]
    #[case(&["03/04/2026", "05/06/26"], None)]
    #[case(&["25/12/2026", "12/25/2026"], None)]
    #[case(&["2026-04-03"], None)]
    fn dates_decide_by_their_column(#[case] cells: &[&str], #[case] order: Option<Order>) {
        assert_eq!(survey(cells).style(0, false).order, order);
    }

    #[test]
    fn only_a_column_whose_dates_mean_two_days_is_undecided() {
        assert_eq!(survey(&["05/05/2026", "03/04/2026"]).undecided(0), Some("03/04/2026"));
        assert_eq!(survey(&["05/05/2026"]).undecided(0), None);
        assert_eq!(survey(&["03.04.2026"]).undecided(0), None, "dots stand behind the day");
        assert_eq!(survey(&["03/04/2026", "13/04/2026"]).undecided(0), None);
        assert_eq!(
            survey(&["25/12/2026", "12/25/2026", "1/2/2026"]).undecided(0),
            Some("1/2/2026")
        );
    }

    #[rstest]
    #[case(&["1.234", "1.234,56"], Some(Decimal::Comma))]
    #[case(&["1,234", "95,570.69"], Some(Decimal::Dot))]
    #[case(&["1.234", "1.234.567"], Some(Decimal::Comma))]
    #[case(&["€ 12,5"], Some(Decimal::Comma))]
    #[case(&["1.234", "2.345"], None)]
    #[case(&["6.0E7"], None)]
    fn decimals_decide_by_their_column(#[case] cells: &[&str], #[case] sign: Option<Decimal>) {
        assert_eq!(survey(cells).style(0, true).decimal, sign);
    }

    #[test]
    fn between_commas_one_comma_decides_nothing() {
        assert_eq!(survey(&["80,000", "1,5"]).style(0, false).decimal, None);
        assert_eq!(survey(&["80.000", "1.234,5"]).style(0, false).decimal, Some(Decimal::Comma));
    }

    #[rstest]
    #[case("20.máj", true)]
    #[case("10.nov", true)]
    #[case("Nov-50", true)]
    #[case("1-Oct", true)]
    #[case("5-20", false)]
    #[case("3-way", false)]
    #[case("v1.may2", false)]
    #[case("2026-11-01", false)]
    fn spreadsheet_accidents_are_seen(#[case] cell: &str, #[case] is: bool) {
        assert_eq!(is_spreadsheet_accident(cell), is);
    }
}
