//! A PostgreSQL of a test's own, where one is installed: in a folder that it is given, on the loopback
//! address, stopped at the end. The tests of the program use it as well.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A user without rights: PostgreSQL does not start as root.
const NOBODY: u32 = 65534;

/// A running PostgreSQL.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Nothing where none is installed.
    pub(crate) fn start(folder: &Path) -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let programs = versions
            .filter_map(|v| Some(v.ok()?.path().join("bin")))
            .filter(|bin| bin.join("initdb").exists())
            .max()?;
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = folder.to_owned();
        let cluster = Self {
            programs,
            folder,
            port,
        };
        if is_root() {
            chown(&cluster.folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = cluster.data();
        cluster.run(
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
        cluster.control(&["start"]);
        Some(cluster)
    }

    /// Starts it, or brings it down and starts it again.
    pub(crate) fn control(&self, words: &[&str]) {
        let port = self.port;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
        );
        let (data, log) = (self.data(), self.folder.join("log"));
        let log = log.display().to_string();
        let all = ["-D", &data, "-l", &log, "-w", "-o", &options];
        self.run("pg_ctl", &[&all[..], words].concat());
    }

    /// The address of a fresh database.
    pub(crate) fn database(&self, name: &str) -> String {
        let port = self.port.to_string();
        self.run(
            "createdb",
            &["-h", "127.0.0.1", "-p", &port, "-U", "junheng", name],
        );
        format!("postgres://junheng@127.0.0.1:{port}/{name}")
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
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
}

impl Drop for Cluster {
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
