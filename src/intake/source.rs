//! Bytes to UTF-8 in bounded pieces: decoding, counting, and a buffer that the row readers look ahead in.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::sniff::Encoding;

/// How much of a file is looked at before the first row is read.
pub(super) const SAMPLE_MAX: usize = 256 * 1024;
/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// A source as it is handed over by whoever opened it.
pub type Raw = Box<dyn Read + Send>;

/// Counts the bytes that were taken from a source.
struct Counted {
    inner: Raw,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(into) {
                Ok(read) => {
                    self.count.fetch_add(read as u64, Ordering::Relaxed);
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A source whose first bytes were looked at.
pub(super) struct Sampled {
    /// The first bytes, at most [`SAMPLE_MAX`].
    pub(super) sample: Vec<u8>,
    rest: Counted,
}

impl Sampled {
    /// Reads the first bytes; `count` is kept up to date with all that is read, now and later.
    pub(super) fn new(source: Raw, count: Arc<AtomicU64>) -> io::Result<Self> {
        let mut rest = Counted { inner: source, count };
        let mut sample = Vec::new();
        rest.by_ref().take(SAMPLE_MAX as u64).read_to_end(&mut sample)?;
        Ok(Self { sample, rest })
    }

    /// The whole as it is; `None` where it is longer than `most` bytes.
    pub(super) fn whole(mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut all = self.sample;
        let room = (most + 1).saturating_sub(all.len()) as u64;
        self.rest.by_ref().take(room).read_to_end(&mut all)?;
        Ok((all.len() <= most).then_some(all))
    }

    /// The whole as UTF-8, without its first `skip` bytes.
    pub(super) fn decoded(self, encoding: Encoding, skip: usize) -> Decoded {
        Decoded {
            how: Decoder::new(encoding),
            head: self.sample,
            at: skip,
            rest: self.rest,
            raw: Vec::new(),
            text: Vec::new(),
            given: 0,
            done: false,
        }
    }
}

/// Decodes to UTF-8 as it is read. What cannot be decoded comes out as the byte `FF`, which no UTF-8 has, so that the
/// row it stands in is refused and no other.
pub(super) struct Decoded {
    how: Decoder,
    head: Vec<u8>,
    at: usize,
    rest: Counted,
    /// Bytes not yet decoded.
    raw: Vec<u8>,
    /// Text decoded and not yet given, from `given` on.
    text: Vec<u8>,
    given: usize,
    done: bool,
}

enum Decoder {
    Utf8,
    Utf32 { big: bool },
    Other(Box<encoding_rs::Decoder>),
}

impl Decoder {
    fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf8 => Self::Utf8,
            Encoding::Utf32Le => Self::Utf32 { big: false },
            Encoding::Utf32Be => Self::Utf32 { big: true },
            Encoding::Other(known) => {
                Self::Other(Box::new(known.new_decoder_without_bom_handling()))
            }
        }
    }

    /// Decodes `raw` behind `text` and leaves in `raw` what is not complete yet.
    fn decode(&mut self, raw: &mut Vec<u8>, last: bool, text: &mut Vec<u8>) {
        match self {
            Self::Utf8 => text.append(raw),
            Self::Utf32 { big } => {
                let mut units = raw.chunks_exact(4);
                for unit in units.by_ref() {
                    let Ok(unit) = <[u8; 4]>::try_from(unit) else { continue };
                    let code =
                        if *big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
                    match char::from_u32(code) {
                        Some(letter) => {
                            text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                        }
                        None => text.push(0xff),
                    }
                }
                let left = units.remainder().to_vec();
                *raw = left;
                if last && !raw.is_empty() {
                    raw.clear();
                    text.push(0xff);
                }
            }
            Self::Other(decoder) => {
                let mut piece = [0; 8 * 1024];
                let mut from = 0;
                loop {
                    let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                        raw.get(from..).unwrap_or_default(),
                        &mut piece,
                        last,
                    );
                    from += read;
                    text.extend_from_slice(piece.get(..written).unwrap_or_default());
                    match result {
                        encoding_rs::DecoderResult::InputEmpty => break,
                        encoding_rs::DecoderResult::OutputFull => {}
                        encoding_rs::DecoderResult::Malformed(..) => text.push(0xff),
                    }
                }
                raw.clear();
            }
        }
    }
}

impl Decoded {
    fn read_raw(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let head = self.head.get(self.at..).unwrap_or_default();
        if head.is_empty() {
            return self.rest.read(into);
        }
        let length = head.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..length), head.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length;
        if self.at >= self.head.len() {
            self.head = Vec::new();
            self.at = 0;
        }
        Ok(length)
    }
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if matches!(self.how, Decoder::Utf8) {
            return self.read_raw(into);
        }
        while self.given >= self.text.len() && !self.done {
            self.text.clear();
            self.given = 0;
            let mut piece = vec![0; PIECE];
            let read = self.read_raw(&mut piece)?;
            self.raw.extend_from_slice(piece.get(..read).unwrap_or_default());
            self.done = read == 0;
            self.how.decode(&mut self.raw, self.done, &mut self.text);
        }
        let ready = self.text.get(self.given..).unwrap_or_default();
        let length = ready.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..length), ready.get(..length)) {
            to.copy_from_slice(from);
        }
        self.given += length;
        Ok(length)
    }
}

/// What has been read and not yet used, growing only while somebody looks further ahead.
pub(super) struct Buffer {
    inner: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    /// Nothing more comes.
    pub(super) ended: bool,
}

impl Buffer {
    pub(super) fn new(inner: impl Read + Send + 'static) -> Self {
        Self { inner: Box::new(inner), bytes: Vec::new(), start: 0, ended: false }
    }

    /// What lies ahead.
    pub(super) fn ahead(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Reads one more piece.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        let before = self.bytes.len();
        self.bytes.resize(before + PIECE, 0);
        let read = match self.bytes.get_mut(before..) {
            Some(room) => self.inner.read(room),
            None => Ok(0),
        };
        self.bytes.truncate(before + read.as_ref().map_or(0, |read| *read));
        self.ended = read? == 0;
        Ok(())
    }

    /// Reads until `length` bytes lie ahead, or all there are.
    pub(super) fn fill_to(&mut self, length: usize) -> io::Result<()> {
        while self.ahead().len() < length && !self.ended {
            self.fill()?;
        }
        Ok(())
    }

    /// Lets go of what was used.
    pub(super) fn take(&mut self, length: usize) {
        self.start = (self.start + length).min(self.bytes.len());
    }
}
