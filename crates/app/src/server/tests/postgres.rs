//! The same scenarios on PostgreSQL, where one is installed.

use super::cluster::Cluster;
use super::world::{Folder, World};
use super::{
    access, asking, chain, drafts, entering, filing, hands, hostile, input, jobs, keeping, leaving,
    morning, people, portrait, public, reach, review, rights, together, traces, tree, trust,
};
use crate::store::Deed;

/// A running PostgreSQL, in a folder of its own.
pub(super) struct Server {
    cluster: Cluster,
    _folder: Folder,
}

/// What was acknowledged is on the disk of the database, although its changes do not wait for it one by one.
#[tokio::test]
async fn what_is_acknowledged_outlives_a_crash_of_postgresql() {
    let Some(server) = Server::start() else {
        eprintln!("skipped 1 test: no PostgreSQL under /usr/lib/postgresql");
        return;
    };
    let world = server.world("crash").await;
    for round in 1..=3 {
        for n in 0..20 {
            let mut change = world.app.store.change().await.unwrap();
            change.record(n, &Deed::default()).await.unwrap();
            change.commit().await.unwrap();
        }
        // What it had in its memory alone is gone, and so are all connections.
        server.cluster.control(&["-m", "immediate", "restart"]);
        let lines = world.app.store.verify_audit().await;
        assert_eq!(lines.unwrap().0, 20 * round);
    }
}

#[tokio::test]
async fn the_same_on_postgresql() {
    let Some(server) = Server::start() else {
        eprintln!("skipped 1 test: no PostgreSQL under /usr/lib/postgresql");
        return;
    };
    entering::all(&server).await;
    rights::all(&server).await;
    reach::all(&server).await;
    keeping::all(&server).await;
    input::all(&server).await;
    together::all(&server).await;
    jobs::all(&server).await;
    drafts::all(&server).await;
    chain::all(&server).await;
    asking::all(&server).await;
    filing::all(&server).await;
    hands::all(&server).await;
    morning::all(&server).await;
    hostile::all(&server).await;
    access::all(&server).await;
    public::all(&server).await;
    portrait::all(&server).await;
    review::all(&server).await;
    leaving::all(&server).await;
    tree::all(&server).await;
    trust::all(&server).await;
    people::all(&server).await;
    traces::all(&server).await;
    super::commands::all(&server).await;
}

impl Server {
    fn start() -> Option<Self> {
        let folder = Folder::new();
        Some(Self {
            cluster: Cluster::start(&folder.0)?,
            _folder: folder,
        })
    }

    /// A world over a fresh database.
    pub(super) async fn world(&self, name: &str) -> World {
        World::on(&self.cluster.database(name), Folder::new()).await
    }
}
