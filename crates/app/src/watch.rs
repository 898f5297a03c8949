//! Long work seen from outside: how far it is, and whether it is still wanted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use junheng_plan::run::{Progress, Run};

/// What a command that takes its time reports to, and is stopped by.
pub(crate) struct Watch {
    cancelled: AtomicBool,
    writing: Mutex<bool>,
    tell: Box<dyn Fn(Progress) + Send + Sync>,
}

impl Watch {
    /// A watch that passes progress on.
    pub(crate) fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            writing: Mutex::new(false),
            tell: Box::new(tell),
        }
    }

    /// Asks the work to stop and to give the best it has.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Files are written from now on: what is begun is finished.
    pub(crate) fn writing(&self) {
        *self.writing.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Does this unless files are being written; none is begun meanwhile.
    pub(crate) fn unless_writing(&self, act: impl FnOnce()) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !*writing {
            act();
        }
    }

    /// Whether somebody asked to stop, for work that looks by itself.
    pub(crate) fn cancelled(&self) -> &AtomicBool {
        &self.cancelled
    }

    /// Tells how much is done, 0 to 1.
    pub(crate) fn at(&self, done: f64) {
        (self.tell)(Progress {
            done,
            objective: None,
            bound: None,
        });
    }

    /// A planner's run under this watch.
    pub(crate) fn over<'a>(&'a self, run: Run<'a>) -> Run<'a> {
        run.cancelled_by(&self.cancelled).told_to(&*self.tell)
    }
}
