//! The body of a request comes steadily, however slowly the line; who stops in the midst of it is let go.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// Nothing for so long is too long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes a second that come on the whole, after the first while: a tenth of the slowest telephone.
const PACE: f64 = 1024.0;

/// It did not come.
#[derive(Debug)]
struct Slow;

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request does not come")
    }
}

impl Error for Slow {}

/// Whether a body could not be read because it did not come.
pub(super) fn is_slow(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |e| (*e).source());
    causes.any(<dyn Error>::is::<Slow>)
}

/// A body that ends with an error where it stops coming.
pub(super) struct Steady<B = Incoming> {
    body: B,
    patience: Duration,
    /// Since it was first asked for, and how many bytes have come.
    came: Option<(Instant, u64)>,
    late: Pin<Box<Sleep>>,
}

impl<B> Steady<B> {
    pub(super) fn new(body: B) -> Self {
        Self::waiting(body, PATIENCE)
    }

    fn waiting(body: B, patience: Duration) -> Self {
        Self {
            body,
            patience,
            came: None,
            late: Box::pin(sleep(patience)),
        }
    }

    /// Counts what came and says until when more has to.
    fn count(&mut self, bytes: usize) {
        let now = Instant::now();
        let (since, came) = self.came.get_or_insert((now, 0));
        *came += bytes as u64;
        let due = *since + Duration::from_secs_f64(*came as f64 / PACE);
        self.late.as_mut().reset(now.min(due) + self.patience);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Steady<B>
where
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.came.is_none() {
            self.count(0);
        }
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Pending => self
                .late
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(Slow.into()))),
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame {
                    self.count(frame.data_ref().map_or(0, Bytes::len));
                }
                Poll::Ready(frame.map(|f| f.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    /// A body of what is written to the other end of a pipe.
    struct Piped(DuplexStream);

    impl Body for Piped {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            let mut bytes = vec![0; 1 << 16];
            let read = std::pin::pin!(self.0.read(&mut bytes)).poll(context);
            read.map(|n| match n {
                Ok(0) => None,
                Ok(n) => Some(Ok(Frame::data(Bytes::copy_from_slice(&bytes[..n])))),
                Err(error) => Some(Err(error.into())),
            })
        }
    }

    /// Whether a body of so many pieces of so many bytes, one every so many milliseconds, is read whole by who
    /// waits for two seconds; after the last piece the other side goes, or stays and says nothing.
    async fn sent(pieces: usize, bytes: usize, every: u64, goes: bool) -> bool {
        let (mut far, near) = duplex(1 << 20);
        let writer = async move {
            for _ in 0..pieces {
                far.write_all(&vec![7; bytes]).await.unwrap();
                sleep(Duration::from_millis(every)).await;
            }
            if !goes {
                std::future::pending::<()>().await;
            }
            drop(far);
            std::future::pending::<bool>().await
        };
        let body = axum::body::Body::new(Steady::waiting(Piped(near), Duration::from_secs(2)));
        let reader = async {
            let read = to_bytes(body, usize::MAX).await;
            assert_eq!(read.is_err(), read.as_ref().is_err_and(|e| is_slow(e)));
            read.is_ok_and(|all| all.len() == pieces * bytes)
        };
        tokio::select! {
            whole = reader => whole,
            never = writer => never,
        }
    }

    #[tokio::test]
    async fn slow_lines_are_heard_out_and_stopped_ones_let_go() {
        let (slow, pauses, stopped, drops) = tokio::join!(
            // Four kilobytes a second; a line that stands still now and then.
            sent(30, 400, 100, true),
            sent(4, 10_000, 1000, true),
            // Everything at once and then nothing: what came before buys no time. And a byte now and then.
            sent(1, 1 << 19, 0, false),
            sent(100, 1, 200, true),
        );
        assert!(slow && pauses);
        assert!(!stopped && !drops);
    }
}
