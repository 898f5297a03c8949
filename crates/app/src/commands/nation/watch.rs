//! How far a nation is, and the wish to stop: a line and Ctrl-C on a terminal, a job's watch at a server.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use junheng_core::text::Text;

use crate::Context;
use crate::bar::Bar;
use crate::error::Failure;
use crate::interrupt::on_interrupt;

/// A long piece of work that ends between two files.
pub(crate) struct Watch {
    over: Arc<crate::watch::Watch>,
    /// The line of a terminal, where nobody else watches.
    bar: Option<Bar>,
}

impl Watch {
    /// On a terminal Ctrl-C asks from now on to stop instead of ending the program in the middle of a
    /// file.
    pub(crate) fn new(context: &Context) -> Self {
        if let Some(over) = context.watch.clone() {
            return Self { over, bar: None };
        }
        let over = Arc::new(crate::watch::Watch::new(|_| {}));
        let asked = over.clone();
        on_interrupt(move || asked.cancel());
        Self {
            over,
            bar: Some(Bar::new()),
        }
    }

    /// Whether somebody asked to stop.
    pub(crate) fn stopped(&self) -> &AtomicBool {
        self.over.cancelled()
    }

    /// Tells how many of how many are done.
    pub(crate) fn tell(&self, done: usize, of: usize, what: &str) {
        let share = done as f64 / of.max(1) as f64;
        self.over.at(share);
        if let Some(bar) = &self.bar {
            bar.draw(share, &format!("{done}/{of} {what}"));
        }
    }

    /// The line goes.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.end();
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
