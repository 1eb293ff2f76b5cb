//! The first bytes of a file: what it is, and in which encoding (`FORMATS.md 2.0`, rule 1).

use super::problem::FileError;

/// How the bytes of a file become text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    Utf8,
    Utf32Le,
    Utf32Be,
    /// Anything that `encoding_rs` decodes.
    Other(&'static encoding_rs::Encoding),
}

/// What the first bytes say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sniffed {
    pub(super) encoding: Encoding,
    /// Bytes of the byte-order mark.
    pub(super) skip: usize,
    /// What the person should know about the choice.
    pub(super) note: Option<String>,
}

impl Encoding {
    /// The encoding that somebody names.
    pub(super) fn named(label: &str) -> Result<Self, FileError> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-32le" | "utf-32" => Ok(Self::Utf32Le),
            "utf-32be" => Ok(Self::Utf32Be),
            other => match encoding_rs::Encoding::for_label(other.as_bytes()) {
                Some(known) if known == encoding_rs::UTF_8 => Ok(Self::Utf8),
                Some(known) => Ok(Self::Other(known)),
                None => Err(FileError::UnknownEncoding(label.to_owned())),
            },
        }
    }

    /// The byte-order mark of this encoding, if the bytes begin with it.
    fn mark(self, bytes: &[u8]) -> usize {
        MARKS
            .iter()
            .find(|(mark, encoding)| *encoding == self && bytes.starts_with(mark))
            .map_or(0, |(mark, _)| mark.len())
    }
}

/// Byte-order marks, those that begin like another one first.
const MARKS: &[(&[u8], Encoding)] = &[
    (b"\xef\xbb\xbf", Encoding::Utf8),
    (b"\xff\xfe\0\0", Encoding::Utf32Le),
    (b"\0\0\xfe\xff", Encoding::Utf32Be),
    (b"\xff\xfe", Encoding::Other(encoding_rs::UTF_16LE)),
    (b"\xfe\xff", Encoding::Other(encoding_rs::UTF_16BE)),
];

/// Files that people mistake for a table, by their first bytes.
const KNOWN: &[(&[u8], &str)] = &[
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV and import that"),
    (b"\x1f\x8b", "compressed with gzip; unpack it and import what is inside"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it and import what is inside"),
    (b"BZh", "compressed with bzip2; unpack it and import what is inside"),
    (b"\xfd7zXZ\0", "compressed with xz; unpack it and import what is inside"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it and import what is inside"),
    (b"Rar!", "a rar archive; unpack it and import what is inside"),
    (b"%PDF-", "a PDF; export the table as CSV instead"),
    (b"\x89PNG", "a picture; export the table as CSV instead"),
    (b"\xff\xd8\xff", "a picture; export the table as CSV instead"),
    (b"GIF8", "a picture; export the table as CSV instead"),
    (b"PAR1", "a Parquet file; export it as CSV instead"),
    (b"SQLite format 3\0", "an SQLite database; give it with --store, or export its table as CSV"),
    (
        b"version https://git-lfs",
        "a Git LFS pointer and not the file itself; fetch it with git lfs pull",
    ),
];
/// True for the first bytes of an XLSX workbook, or of another archive.
pub(super) fn is_workbook(sample: &[u8]) -> bool {
    sample.starts_with(b"PK\x03\x04")
}

const HTML: &str =
    "a web page and not a table; perhaps the export wanted a log-in: download it again";
const XML: &str = "XML and not a table; export it as CSV";
const BINARY: &str = "not text; export the table as CSV, JSON or JSONL";

/// Says what a file is by its first bytes (up to [`super::source::SAMPLE_MAX`]); `wanted` is an encoding that somebody
/// named, which wins.
pub(super) fn sniff(sample: &[u8], wanted: Option<&str>) -> Result<Sniffed, FileError> {
    if let Some((_, what)) = KNOWN.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(FileError::NotText(what));
    }
    if let Some(label) = wanted {
        let encoding = Encoding::named(label)?;
        return Ok(Sniffed { encoding, skip: encoding.mark(sample), note: None });
    }
    Ok(encoding(sample))
}

fn encoding(sample: &[u8]) -> Sniffed {
    if let Some((mark, marked)) = MARKS.iter().find(|(mark, _)| sample.starts_with(mark)) {
        // Some programs write the short mark of UTF-16 before UTF-32, in either order of bytes.
        let behind = lanes(sample.get(mark.len()..).unwrap_or_default());
        let encoding = match behind {
            Some(wider @ (Encoding::Utf32Le | Encoding::Utf32Be)) if mark.len() == 2 => wider,
            _ => *marked,
        };
        return Sniffed { encoding, skip: mark.len(), note: None };
    }
    if let Some(encoding) = lanes(sample) {
        let name = match encoding {
            Encoding::Utf32Le | Encoding::Utf32Be => "UTF-32",
            Encoding::Utf8 | Encoding::Other(_) => "UTF-16",
        };
        let note = Some(format!("it has no byte-order mark and was read as {name}"));
        return Sniffed { encoding, skip: 0, note };
    }
    if looks_like_windows_1252(sample) {
        let note = Some(
            "it is not UTF-8 and was read as Windows-1252; give --encoding where that is wrong"
                .to_owned(),
        );
        return Sniffed { encoding: Encoding::Other(encoding_rs::WINDOWS_1252), skip: 0, note };
    }
    Sniffed { encoding: Encoding::Utf8, skip: 0, note: None }
}

/// UTF-16 or UTF-32 by its NULs: in text that is mostly Latin, every place of a unit but one is nearly always NUL, and
/// that one hardly ever.
fn lanes(sample: &[u8]) -> Option<Encoding> {
    let units = sample.len().min(4096) / 4;
    let mut nuls = [0; 4];
    for unit in sample.chunks_exact(4).take(units) {
        for (count, byte) in nuls.iter_mut().zip(unit) {
            *count += usize::from(*byte == 0);
        }
    }
    if units < 2 {
        return None;
    }
    let is_nul = nuls.map(|count| {
        if count * 10 >= units * 7 { Some(true) } else { (count * 10 <= units).then_some(false) }
    });
    match is_nul {
        [Some(false), Some(true), Some(true), Some(true)] => Some(Encoding::Utf32Le),
        [Some(true), Some(true), Some(true), Some(false)] => Some(Encoding::Utf32Be),
        [Some(false), Some(true), Some(false), Some(true)] => {
            Some(Encoding::Other(encoding_rs::UTF_16LE))
        }
        [Some(true), Some(false), Some(true), Some(false)] => {
            Some(Encoding::Other(encoding_rs::UTF_16BE))
        }
        _ => None,
    }
}

/// True where there are bytes that no UTF-8 has, all of them where a Western text would have accents or typographic
/// signs, and none that make a letter in UTF-8. A broken UTF-8 file fails one of the two: its rows are refused one by
/// one instead of being read wrongly.
fn looks_like_windows_1252(sample: &[u8]) -> bool {
    let mut rest = sample;
    let mut before: u8 = b' ';
    let mut odd = 0;
    loop {
        let (valid, bad) = match std::str::from_utf8(rest) {
            Ok(valid) => return odd > 0 && valid.is_ascii(),
            Err(error) => {
                let Some((valid, bad)) = rest.split_at_checked(error.valid_up_to()) else {
                    return false;
                };
                if error.error_len().is_none() && bad.len() < 4 && sample.len() >= 4096 {
                    // The sample ends in the middle of a letter.
                    return odd > 0 && valid.is_ascii();
                }
                (valid, bad)
            }
        };
        if !valid.is_ascii() {
            return false;
        }
        before = valid.last().copied().unwrap_or(before);
        let Some((byte, after)) = bad.split_first() else { return odd > 0 };
        if !is_western(before, *byte, after.first().copied().unwrap_or(b' ')) {
            return false;
        }
        odd += 1;
        before = *byte;
        rest = after;
    }
}

/// True for a byte that stands for an accented letter next to other letters, or for a sign that Western texts use.
fn is_western(before: u8, byte: u8, after: u8) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0xc0;
    match byte {
        0x81 | 0x8d | 0x8f | 0x90 | 0x9d | 0xd7 | 0xf7 | 0xfe | 0xff => false,
        0x80..=0xbf => true,
        // Capitals begin a word, or stand among capitals.
        0xc0..=0xde => {
            !before.is_ascii_lowercase() && (letter(after) || before.is_ascii_uppercase())
        }
        _ => letter(before) || letter(after),
    }
}

/// Refuses markup, and bytes that no text has many of; looks at the first bytes once they are decoded.
pub(super) fn refuse_what_is_no_table(text: &[u8]) -> Result<(), FileError> {
    let start: Vec<u8> = text
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take(16)
        .map(u8::to_ascii_lowercase)
        .collect();
    for tag in ["<!doctype html", "<html", "<head", "<body", "<script", "<!--"] {
        if start.starts_with(tag.as_bytes()) {
            return Err(FileError::NotText(HTML));
        }
    }
    if start.starts_with(b"<?xml") || start.starts_with(b"<!doctype") {
        return Err(FileError::NotText(XML));
    }
    let odd = text
        .iter()
        .filter(|byte| {
            byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
        })
        .count();
    if odd >= 16 && odd * 20 > text.len() {
        return Err(FileError::NotText(BINARY));
    }
    Ok(())
}

/// The refusal of a file that holds NUL where its headers should be.
pub(super) const fn binary() -> FileError {
    FileError::NotText(BINARY)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(b"\xef\xbb\xbfid,name", Encoding::Utf8, 3)]
    #[case(b"\xff\xfei\0d\0", Encoding::Other(encoding_rs::UTF_16LE), 2)]
    #[case(b"\xfe\xff\0i\0d", Encoding::Other(encoding_rs::UTF_16BE), 2)]
    #[case(b"\xff\xfe\0\0i\0\0\0", Encoding::Utf32Le, 4)]
    #[case(b"\0\0\xfe\xff\0\0\0i", Encoding::Utf32Be, 4)]
    #[case(b"\xfe\xff\0\0\0i\0\0\0d", Encoding::Utf32Be, 2)]
    #[case(b"\xfe\xffi\0\0\0d\0\0\0", Encoding::Utf32Le, 2)]
    #[case(b"i\0\0\0d\0\0\0", Encoding::Utf32Le, 0)]
    #[case(b"i\0d\0,\0n\0a\0m\0e\0", Encoding::Other(encoding_rs::UTF_16LE), 0)]
    #[case(b"\0i\0d\0,\0n\0a\0m\0e", Encoding::Other(encoding_rs::UTF_16BE), 0)]
    #[case(b"id,name\n1,M\xfcller\n", Encoding::Other(encoding_rs::WINDOWS_1252), 0)]
    #[case(b"id,name\n1,CAF\xc9 \x96 \xc9lan\n", Encoding::Other(encoding_rs::WINDOWS_1252), 0)]
    #[case(b"id,name\n1,M\xc3\xbcller\n", Encoding::Utf8, 0)]
    #[case(b"id,name\n1,Acme\xff\xfe\n", Encoding::Utf8, 0)]
    #[case(b"id,name\n1,Acme\xc3\x28\n", Encoding::Utf8, 0)]
    #[case(b"id,name\n1,M\xc3\xbcller\n2,M\xfcller\n", Encoding::Utf8, 0)]
    fn encodings_are_told_apart(
        #[case] bytes: &[u8],
        #[case] encoding: Encoding,
        #[case] skip: usize,
    ) {
        let found = sniff(bytes, None).unwrap();
        assert_eq!((found.encoding, found.skip), (encoding, skip));
    }

    #[rstest]
    #[case(b"\x1f\x8b\x08", "gzip")]
    #[case(b"%PDF-1.7", "PDF")]
    #[case(b"\x89PNG\r\n\x1a\n", "a picture")]
    #[case(b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "git lfs pull")]
    #[case(b"\n <!DOCTYPE html><html>", "web page")]
    #[case(b"<HTML><body>Log in</body>", "web page")]
    #[case(b"<?xml version=\"1.0\"?><a/>", "XML")]
    #[case(&[0; 64], "not text")]
    fn what_is_no_table_is_named(#[case] bytes: &[u8], #[case] what: &str) {
        let refusal = sniff(bytes, None).and_then(|_| refuse_what_is_no_table(bytes));
        let refusal = refusal.unwrap_err().to_string();
        assert!(refusal.contains(what), "{refusal}");
    }

    #[test]
    fn a_named_encoding_wins_and_a_wrong_name_is_refused() {
        assert_eq!(sniff(b"\xef\xbb\xbfa", Some("UTF-8")).unwrap().skip, 3);
        let latin = sniff(b"Acme\xff", Some("windows-1252")).unwrap();
        assert_eq!(latin.encoding, Encoding::Other(encoding_rs::WINDOWS_1252));
        assert!(matches!(sniff(b"a", Some("klingon")), Err(FileError::UnknownEncoding(_))));
    }
}
