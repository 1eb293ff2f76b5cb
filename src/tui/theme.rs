//! How the desk looks: one style for each intent, read from `assets/themes/*.toml` or a person's own file. Screens ask
//! for an intent and never for a colour; what a colour says, a glyph or a word says too.

use std::collections::BTreeMap;
use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::domain::text;

const SHIPPED: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

/// How many colours the terminal shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// None are wanted: glyphs and modifiers only.
    None,
    /// The 256 of xterm.
    Indexed,
    /// All.
    True,
}

macro_rules! theme {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// A style for each intent.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Theme { $($(#[$doc])* pub $name: Style,)+ }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Styles { $($name: Look,)+ }

        impl Styles {
            fn resolve(&self, colors: &BTreeMap<String, String>, depth: Depth) -> Result<Theme, ThemeError> {
                Ok(Theme { $($name: self.$name.resolve(stringify!($name), colors, depth)?,)+ })
            }
        }
    };
}

theme! {
    /// The ground of the screen and its ordinary text.
    base,
    /// The header and the bottom line.
    band,
    /// The name of the program, and whatever else is ours.
    brand,
    /// The tab or section that is shown.
    tab,
    /// The title of the pane that has the keys.
    title,
    /// The title of a pane that has not.
    title_idle,
    /// What is to be read first.
    strong,
    /// Labels, column heads, what is known anyway.
    muted,
    /// Lines, gaps and what is not there.
    faint,
    /// A key to press.
    key,
    /// The row at hand in the pane that has the keys.
    selected,
    /// The row at hand in a pane that has not.
    selected_idle,
    /// The mark of a marked row.
    marked,
    /// A field that is typed into.
    field,
    /// Part of a typed text that is wrong.
    wrong,
    /// What matches what was typed.
    found,
    /// A popup's ground.
    popup,
    /// A popup's title.
    popup_title,
    /// Something was done.
    good,
    /// Something was refused, or needs a look.
    notice,
    /// Something failed.
    bad,
    /// A clock below half of its time.
    calm,
    /// A clock from half of its time.
    noticed,
    /// A clock from its warning point.
    warned,
    /// A clock near its end.
    critical,
    /// A clock past its end.
    breached,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    colors: BTreeMap<String, String>,
    styles: Styles,
}

/// A style as it is written: colours by name or as `#rrggbb`, and what else.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
}

/// Why a theme cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct ThemeError(String);

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Theme {
    /// Ordinary text, on whatever ground it stands.
    #[must_use]
    pub const fn text(&self) -> Style {
        Style { bg: None, ..self.base }
    }

    /// The names of the shipped themes that a person may choose.
    pub const NAMES: &'static [&'static str] = &["dark", "light", "high-contrast"];

    /// The shipped theme of this name; without colours it is always the one made for that.
    ///
    /// # Errors
    /// There is none of this name; the sentence lists those there are.
    pub fn shipped(name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let name = if depth == Depth::None { "mono" } else { name };
        match SHIPPED.iter().find(|(known, _)| *known == name) {
            Some((_, source)) => Self::parse(source, depth),
            None => Err(ThemeError(format!(
                "there is no theme \"{}\"; choose {} or put a file of that name into the themes folder",
                text::clip(name, 40),
                Self::NAMES.join(", ")
            ))),
        }
    }

    /// A theme from the text of its file.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line or its style.
    pub fn parse(source: &str, depth: Depth) -> Result<Self, ThemeError> {
        if depth == Depth::None && !SHIPPED.iter().any(|(_, shipped)| *shipped == source) {
            return Self::shipped("mono", depth);
        }
        let file: File = toml::from_str(source).map_err(|error| {
            let before =
                source.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ThemeError(format!("theme, line {line}: {}", text::safe(error.message())))
        })?;
        file.styles.resolve(&file.colors, depth)
    }
}

impl Look {
    fn resolve(
        &self,
        name: &str,
        colors: &BTreeMap<String, String>,
        depth: Depth,
    ) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        let color = |written: &Option<String>| {
            written.as_deref().map(|written| color(written, colors, name)).transpose()
        };
        let (fg, bg) = (color(&self.fg)?, color(&self.bg)?);
        if depth != Depth::None {
            style.fg = fg.map(|rgb| shade(rgb, depth));
            style.bg = bg.map(|rgb| shade(rgb, depth));
        }
        for (on, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

type Rgb = (u8, u8, u8);

fn color(written: &str, colors: &BTreeMap<String, String>, style: &str) -> Result<Rgb, ThemeError> {
    let hex = colors.get(written).map_or(written, String::as_str);
    let channel = |at: usize| {
        let digits =
            hex.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()
    };
    match (channel(0), channel(2), channel(4)) {
        (Some(red), Some(green), Some(blue)) => Ok((red, green, blue)),
        _ => Err(ThemeError(format!(
            "theme, style {style}: \"{}\" is neither #rrggbb nor a name under [colors]",
            text::clip(written, 40)
        ))),
    }
}

/// The steps of the colour cube of xterm.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn shade((red, green, blue): Rgb, depth: Depth) -> Color {
    if depth == Depth::True {
        return Color::Rgb(red, green, blue);
    }
    let far = |other: Rgb| {
        let part = |a: u8, b: u8| (i32::from(a) - i32::from(b)).pow(2);
        part(red, other.0) + part(green, other.1) + part(blue, other.2)
    };
    let step = |value: u8| {
        let near = STEPS.iter().enumerate().min_by_key(|(_, step)| step.abs_diff(value));
        near.map_or((0, 0), |(index, step)| (index as u8, *step))
    };
    let ((r, red_step), (g, green_step), (b, blue_step)) = (step(red), step(green), step(blue));
    let cube = (far((red_step, green_step, blue_step)), 16 + 36 * r + 6 * g + b);
    let grey = (0..24_u8).map(|n| (far((8 + 10 * n, 8 + 10 * n, 8 + 10 * n)), 232 + n)).min();
    Color::Indexed(grey.map_or(cube, |grey| grey.min(cube)).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_themes_are_whole_at_every_depth() {
        for name in Theme::NAMES {
            for depth in [Depth::True, Depth::Indexed, Depth::None] {
                let theme = Theme::shipped(name, depth).unwrap();
                let colored = theme.base.bg.is_some() && theme.breached.fg.is_some();
                assert_eq!(colored, depth != Depth::None, "{name} {depth:?}");
                assert_ne!(theme.selected, theme.selected_idle, "{name} {depth:?}");
                assert_ne!(theme.title, theme.title_idle, "{name} {depth:?}");
            }
        }
    }

    /// The contrast of two colours by the rule of the web's accessibility guidelines, from 1 to 21.
    fn contrast(one: Color, other: Color) -> f64 {
        let luminance = |color| {
            let Color::Rgb(red, green, blue) = color else { panic!("{color}") };
            let part = |value: u8| {
                let value = f64::from(value) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_can_be_read_on_its_ground() {
        for (name, least) in [("dark", 4.4), ("light", 4.4), ("high-contrast", 7.0)] {
            let theme = Theme::shipped(name, Depth::True).unwrap();
            let ground = theme.base.bg.unwrap();
            let band = theme.band.bg.unwrap();
            let popup = theme.popup.bg.unwrap();
            let selected = theme.selected.bg.unwrap();
            let of = |style: Style| style.fg.unwrap();
            let texts = [
                theme.text(),
                theme.strong,
                theme.muted,
                theme.key,
                theme.good,
                theme.notice,
                theme.bad,
            ];
            for text in texts {
                for ground in [ground, band, popup] {
                    let found = contrast(of(text), ground);
                    assert!(found >= least, "{name}: {text:?} on {ground} is {found:.1}");
                }
            }
            // What is late must be read on the row at hand as well.
            for clock in [theme.noticed, theme.warned, theme.critical, theme.breached] {
                for ground in [ground, selected] {
                    let found = contrast(of(clock), ground);
                    assert!(
                        found >= least.min(4.5) - 0.6,
                        "{name}: {clock:?} on {ground} is {found:.1}"
                    );
                }
            }
            for own in [
                theme.title,
                theme.title_idle,
                theme.tab,
                theme.selected,
                theme.field,
                theme.popup_title,
            ] {
                let found = contrast(of(own), own.bg.unwrap());
                assert!(found >= least, "{name}: {own:?} is {found:.1}");
            }
        }
    }

    #[test]
    fn without_colours_a_theme_of_ones_own_has_none_either() {
        let own = SHIPPED[0].1.replace("bold = true", "bold = false");
        assert_eq!(Theme::parse(&own, Depth::None), Theme::shipped("dark", Depth::None));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(Theme::shipped("pink", Depth::True).unwrap_err().to_string().contains("light"));
        let own = SHIPPED[0].1.replacen("\"#", "\"%", 1);
        let sentence = Theme::parse(&own, Depth::True).unwrap_err().to_string();
        assert!(sentence.contains("neither #rrggbb"), "{sentence}");
        let sentence = Theme::parse("[styles]\nbase = {}\nx = {}", Depth::True).unwrap_err();
        assert!(sentence.to_string().starts_with("theme, line 3"), "{sentence}");
    }

    #[test]
    fn with_256_colours_the_nearest_is_taken() {
        assert_eq!(shade((255, 0, 0), Depth::Indexed), Color::Indexed(196));
        assert_eq!(shade((8, 8, 8), Depth::Indexed), Color::Indexed(232));
        assert_eq!(shade((95, 135, 175), Depth::Indexed), Color::Indexed(67));
    }
}
