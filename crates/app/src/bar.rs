//! The line on a terminal that shows how far a long piece of work is.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Work that takes less than this has no line.
const QUIET: Duration = Duration::from_secs(2);

const CELLS: usize = 24;

enum Line {
    Blank,
    Drawn,
    Over,
}

/// A bar with words beside it, on standard error, where somebody looks.
pub(crate) struct Bar {
    pub(crate) began: Instant,
    line: Mutex<Line>,
}

impl Bar {
    /// The bar of the work that begins now.
    pub(crate) fn new() -> Self {
        let seen = stderr().is_terminal();
        Self {
            began: Instant::now(),
            line: Mutex::new(if seen { Line::Blank } else { Line::Over }),
        }
    }

    /// Draws the share that is done, and says whether a later one is wanted.
    pub(crate) fn draw(&self, done: f64, words: &str) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*line, Line::Over) {
            return false;
        }
        if self.began.elapsed() >= QUIET {
            let full = (done.clamp(0.0, 1.0) * CELLS as f64) as usize;
            let (full, rest) = ("█".repeat(full), "░".repeat(CELLS - full));
            let mut err = stderr().lock();
            // A terminal that went away is no reason to stop.
            drop(write!(err, "\r[{full}{rest}] {words}   "));
            drop(err.flush());
            *line = Line::Drawn;
        }
        true
    }

    /// Takes the line away for good.
    pub(crate) fn end(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*line, Line::Drawn) {
            drop(write!(stderr().lock(), "\r{}\r", " ".repeat(72)));
        }
        *line = Line::Over;
    }
}
