//! A plan that is being made, as a terminal sees it: a line of progress, and Ctrl-C.
//!
//! Nothing is written before a plan is made, so until then Ctrl-C ends the program at once and
//! leaves nothing behind; from then on what is begun is finished. Only the program itself calls
//! [`begin`]: the plans of the server have nobody who presses keys.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use junheng_core::show;
use junheng_core::text::{Lang, Text};
use junheng_plan::run::{Progress, Proof};

use crate::error::Failure;
use crate::interrupt::on_interrupt;
use crate::watch::Watch;

/// Work that takes less than this has no line.
const QUIET: Duration = Duration::from_secs(2);

struct State {
    began: Instant,
    last: Option<Progress>,
    drawn: bool,
    writing: bool,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn state() -> MutexGuard<'static, Option<State>> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches the plan that begins now.
pub(crate) fn begin(lang: Lang, json: bool) -> Arc<Watch> {
    *state() = Some(State {
        began: Instant::now(),
        last: None,
        drawn: false,
        writing: false,
    });
    on_interrupt(move || {
        // Held to the end, so that no file is begun meanwhile.
        let mut state = state();
        if state.as_ref().is_some_and(|s| !s.writing) {
            clear(state.as_mut());
            let _ = crate::fail(cancelled(), lang, json);
            std::process::exit(1);
        }
    });
    if stderr().is_terminal() {
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(250));
                match state().as_mut() {
                    None => return,
                    Some(state) if state.began.elapsed() >= QUIET => draw(state, lang),
                    Some(_) => {}
                }
            }
        });
    }
    Arc::new(Watch::new(tell))
}

/// What a planner says of itself.
fn tell(progress: Progress) {
    if let Some(state) = state().as_mut() {
        state.last = Some(progress);
    }
}

/// Files are written from now on: Ctrl-C no longer stops anything.
pub(crate) fn writing() {
    if let Some(state) = state().as_mut() {
        state.writing = true;
    }
}

/// The plan is made, or is not: takes the line away.
pub(crate) fn end() {
    let mut state = state();
    clear(state.as_mut());
    *state = None;
}

fn cancelled() -> Failure {
    Failure::Other(Text::new(
        "已按要求停止，没有写入任何内容。",
        "stopped as asked; nothing was written.",
    ))
}

fn draw(state: &mut State, lang: Lang) {
    const CELLS: usize = 24;
    let done = state.last.map_or(0.0, |p| p.done.clamp(0.0, 1.0));
    let full = (done * CELLS as f64) as usize;
    let proof = state.last.and_then(|p| {
        Some(Proof {
            objective: p.objective?,
            bound: p.bound?,
        })
    });
    let gap = proof.map(Proof::gap).filter(|g| g.is_finite());
    let gap = gap.map_or_else(String::new, |gap| {
        format!(
            "{} {}",
            lang.pick("，差距", ", gap"),
            show::percent(gap, None)
        )
    });
    let seconds = state.began.elapsed().as_secs();
    let unit = lang.pick("秒", "s");
    // A terminal that went away is no reason to stop.
    let mut err = stderr().lock();
    drop(write!(
        err,
        "\r[{}{}] {seconds} {unit}{gap}   ",
        "█".repeat(full),
        "░".repeat(CELLS - full)
    ));
    drop(err.flush());
    state.drawn = true;
}

fn clear(state: Option<&mut State>) {
    if state.is_some_and(|s| std::mem::take(&mut s.drawn)) {
        drop(write!(stderr().lock(), "\r{}\r", " ".repeat(64)));
    }
}
