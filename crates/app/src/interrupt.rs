//! Ctrl-C, in one place: what a long piece of work does when somebody wants it to stop.

/// From now on Ctrl-C (SIGINT) carries this out, once, instead of ending the program.
///
/// Where the system has no signals to wait for, Ctrl-C ends the program as before.
pub(crate) fn on_interrupt(then: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            then();
        }
    });
}
