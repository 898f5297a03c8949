//! Progress on a terminal, and Ctrl-C as a wish to stop.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use junheng_core::text::Text;

use crate::error::Failure;
use crate::interrupt::on_interrupt;

/// A long piece of work.
pub(crate) struct Watch {
    began: Instant,
    shown: bool,
    stopped: Arc<AtomicBool>,
}

impl Watch {
    /// From now on Ctrl-C asks to stop instead of ending the program in the middle of a file.
    pub(crate) fn new() -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopped);
        on_interrupt(move || flag.store(true, Ordering::Relaxed));
        Self {
            began: Instant::now(),
            shown: stderr().is_terminal(),
            stopped,
        }
    }

    /// Whether somebody asked to stop.
    pub(crate) fn stopped(&self) -> &AtomicBool {
        &self.stopped
    }

    /// A bar, where the work takes over two seconds and somebody looks.
    pub(crate) fn tell(&self, done: usize, of: usize, what: &str) {
        if !self.shown || self.began.elapsed() < Duration::from_secs(2) || of == 0 {
            return;
        }
        let full = done.min(of) * 30 / of;
        let mut err = stderr().lock();
        // A terminal that went away is no reason to stop.
        drop(write!(
            err,
            "\r[{}{}] {done}/{of} {what} ",
            "█".repeat(full),
            "░".repeat(30 - full)
        ));
        drop(err.flush());
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if self.shown && self.began.elapsed() >= Duration::from_secs(2) {
            drop(write!(stderr().lock(), "\r{}\r", " ".repeat(60)));
        }
    }
}

/// Why a command that was asked to stop did not finish.
pub(crate) fn cancelled(finished: usize) -> Failure {
    Failure::Other(Text::new(
        format!("已按要求停止，完成 {finished} 个年份。写好的年份是完整的，再次运行会接着做。"),
        format!(
            "stopped as asked after {finished} years. The years written are whole; run it again to go on."
        ),
    ))
}
