//! Ctrl-C and SIGTERM, in one place: what a long piece of work does when somebody wants it to stop.

/// From now on Ctrl-C (SIGINT) or SIGTERM carries this out, once, instead of ending the program.
///
/// Where the system has no signals to wait for, Ctrl-C ends the program as before.
pub(crate) fn on_interrupt(then: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(interrupted());
            then();
        }
    });
}

/// Waits for Ctrl-C or SIGTERM; for ever where there is no such signal.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
