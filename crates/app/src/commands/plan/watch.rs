//! A plan that is being made, as a terminal sees it: a line of progress, Ctrl-C and SIGTERM.
//!
//! Nothing is written before a plan is made, so until then Ctrl-C ends the program at once and
//! leaves nothing behind; from then on what is begun is finished. Only the program itself makes a
//! [`Line`]: the plans of the server have nobody who presses keys.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use junheng_core::show;
use junheng_core::text::{Lang, Text};
use junheng_plan::run::{Progress, Proof};

use crate::bar::Bar;
use crate::error::Failure;
use crate::interrupt::on_interrupt;
use crate::watch::Watch;

/// The line of the plan that is being made; it goes when this is dropped.
pub(crate) struct Line {
    pub(crate) watch: Arc<Watch>,
    bar: Arc<Bar>,
}

impl Line {
    /// Watches the plan that begins now.
    pub(crate) fn new(lang: Lang, json: bool) -> Self {
        let last = Arc::new(Mutex::new(None));
        let told = last.clone();
        let watch = Arc::new(Watch::new(move |progress| {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        }));
        let bar = Arc::new(Bar::new());
        let line = Self {
            watch: watch.clone(),
            bar: bar.clone(),
        };
        let drawn = bar.clone();
        on_interrupt(move || {
            watch.unless_writing(|| {
                drawn.end();
                let _ = crate::fail(cancelled(), lang, json);
                std::process::exit(1);
            });
        });
        std::thread::spawn(move || {
            loop {
                let progress = *last.lock().unwrap_or_else(PoisonError::into_inner);
                let seconds = bar.began.elapsed().as_secs();
                let done = progress.map_or(0.0, |p: Progress| p.done);
                if !bar.draw(done, &words(progress, seconds, lang)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(250));
            }
        });
        line
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.end();
    }
}

fn cancelled() -> Failure {
    Failure::Other(Text::new(
        "已按要求停止，没有写入任何内容。",
        "stopped as asked; nothing was written.",
    ))
}

/// Seconds, and how far the best plan may be from the best of all.
fn words(progress: Option<Progress>, seconds: u64, lang: Lang) -> String {
    let proof = progress.and_then(|p| {
        Some(Proof {
            objective: p.objective?,
            bound: p.bound?,
        })
    });
    let gap = proof.map(Proof::gap).filter(|g| g.is_finite());
    let gap = gap.map_or_else(String::new, |gap| {
        let gap = show::percent(gap, None);
        format!("{} {gap}", lang.pick("，差距", ", gap"))
    });
    format!("{seconds} {}{gap}", lang.pick("秒", "s"))
}
