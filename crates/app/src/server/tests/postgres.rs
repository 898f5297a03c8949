//! The same scenarios on PostgreSQL, where one is installed: started in a folder of its own, on the
//! loopback address, stopped at the end.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::world::{Folder, World};
use super::{
    access, asking, chain, drafts, entering, filing, hands, hostile, input, jobs, keeping, leaving,
    morning, people, portrait, public, reach, review, rights, together, traces, tree, trust,
};
use crate::store::Deed;

/// A user without rights: PostgreSQL does not start as root.
const NOBODY: u32 = 65534;

/// A running PostgreSQL.
pub(super) struct Server {
    programs: PathBuf,
    folder: Folder,
    port: u16,
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
        server.control(&["-m", "immediate", "restart"]);
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
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let programs = versions
            .filter_map(|v| Some(v.ok()?.path().join("bin")))
            .filter(|bin| bin.join("initdb").exists())
            .max()?;
        let folder = Folder::new();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Self {
            programs,
            folder,
            port,
        };
        if is_root() {
            chown(&server.folder.0, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = server.data();
        server.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "junheng",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
        );
        server.control(&["start"]);
        Some(server)
    }

    /// Starts it, or brings it down and starts it again.
    fn control(&self, words: &[&str]) {
        let port = self.port;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
        );
        let (data, log) = (self.data(), self.folder.0.join("log"));
        let log = log.display().to_string();
        let all = ["-D", &data, "-l", &log, "-w", "-o", &options];
        self.run("pg_ctl", &[&all[..], words].concat());
    }

    fn data(&self) -> String {
        self.folder.0.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(arguments)
            .current_dir(Path::new("/"))
            .stdout(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        assert!(command.status().unwrap().success(), "{program}");
    }

    /// A world over a fresh database.
    pub(super) async fn world(&self, name: &str) -> World {
        let port = self.port.to_string();
        self.run(
            "createdb",
            &["-h", "127.0.0.1", "-p", &port, "-U", "junheng", name],
        );
        let url = format!("postgres://junheng@127.0.0.1:{port}/{name}");
        World::on(&url, Folder::new()).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(
            "pg_ctl",
            &["-D", &self.data(), "-m", "immediate", "-w", "stop"],
        );
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}
