//! Progress on a terminal, and Ctrl-C as a wish to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use junheng_core::text::Text;

use crate::bar::Bar;
use crate::error::Failure;
use crate::interrupt::on_interrupt;

/// A long piece of work that ends between two files.
pub(crate) struct Watch {
    pub(crate) bar: Bar,
    stopped: Arc<AtomicBool>,
}

impl Watch {
    /// From now on Ctrl-C asks to stop instead of ending the program in the middle of a file.
    pub(crate) fn new() -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopped);
        on_interrupt(move || flag.store(true, Ordering::Relaxed));
        Self {
            bar: Bar::new(),
            stopped,
        }
    }

    /// Whether somebody asked to stop.
    pub(crate) fn stopped(&self) -> &AtomicBool {
        &self.stopped
    }

    /// Draws how many of how many are done.
    pub(crate) fn tell(&self, done: usize, of: usize, what: &str) {
        let share = done as f64 / of.max(1) as f64;
        self.bar.draw(share, &format!("{done}/{of} {what}"));
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
