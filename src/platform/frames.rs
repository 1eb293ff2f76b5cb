//! Frames as they are sent: one that changes nothing sends nothing. A frame of ratatui ends by setting colours back and
//! hiding a cursor that is hidden already, 25 bytes for each frame that somebody else's work or a minute gone by draws.

use std::io::{self, Write};
use std::iter::Peekable;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// What the desk draws on.
#[derive(Debug)]
pub struct Frames<W: Write> {
    inner: CrosstermBackend<W>,
    /// The cursor is on screen.
    cursor: bool,
}

impl<W: Write> Frames<W> {
    /// Draws on a terminal whose cursor is hidden.
    pub const fn new(out: W) -> Self {
        Self { inner: CrosstermBackend::new(out), cursor: false }
    }

    /// Where bytes go that are no part of a frame.
    pub const fn out(&mut self) -> &mut impl Write {
        &mut self.inner
    }
}

impl<W: Write> Backend for Frames<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content: Peekable<I> = content.peekable();
        if content.peek().is_none() { Ok(()) } else { self.inner.draw(content) }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.cursor) { self.inner.hide_cursor() } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor = true;
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[derive(Clone, Default)]
    struct Sent(Rc<RefCell<Vec<u8>>>);

    impl Write for Sent {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Sent {
        fn take(&self) -> String {
            String::from_utf8(std::mem::take(&mut *self.0.borrow_mut())).unwrap()
        }
    }

    #[test]
    fn a_frame_that_changes_nothing_sends_nothing() {
        let sent = Sent::default();
        let mut frames = Frames::new(sent.clone());
        let cell = Cell::new("x");
        frames.draw([(3, 2, &cell)].into_iter()).unwrap();
        frames.hide_cursor().unwrap();
        let first = sent.take();
        assert!(first.contains('x') && !first.contains("?25l"), "{first:?}");
        frames.draw(std::iter::empty()).unwrap();
        frames.hide_cursor().unwrap();
        Backend::flush(&mut frames).unwrap();
        assert_eq!(sent.take(), "");
    }

    #[test]
    fn a_cursor_that_is_shown_is_hidden_once() {
        let sent = Sent::default();
        let mut frames = Frames::new(sent.clone());
        frames.show_cursor().unwrap();
        frames.set_cursor_position((4, 1)).unwrap();
        assert_eq!(sent.take(), "\x1b[?25h\x1b[2;5H");
        frames.hide_cursor().unwrap();
        frames.hide_cursor().unwrap();
        assert_eq!(sent.take(), "\x1b[?25l");
    }

    #[test]
    fn what_is_no_frame_goes_by_too() {
        let sent = Sent::default();
        Frames::new(sent.clone()).out().write_all(b"copied").unwrap();
        assert_eq!(sent.take(), "copied");
    }
}
