//! The server as a process that is killed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{JUNHENG, good, run, scratch};

const PASSWORD: &str = "Lan-tian-2025";

pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: String,
    token: Option<String>,
}

impl Server {
    fn start(data: &Path) -> Self {
        Self::run(
            Command::new(JUNHENG).args(["serve", "--listen", "127.0.0.1:0", "--data"]),
            data,
            false,
        )
    }

    /// The demo, with the password of its people.
    fn demo(data: &Path) -> (Self, String) {
        let mut command = Command::new(JUNHENG);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]);
        let mut process = command.arg(data).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut password = String::new();
        let address = loop {
            let line = said.next().unwrap().unwrap();
            if let Some((_, address)) = line.split_once("http://") {
                break address.trim_end_matches('/').to_owned();
            }
            password = line.split(' ').next_back().unwrap().to_owned();
        };
        thread::spawn(move || said.for_each(drop));
        let server = Self {
            process,
            address,
            token: None,
        };
        (server, password)
    }

    /// A server whose words are read to the first start's, then on, or never again.
    pub(crate) fn run(command: &mut Command, data: &Path, deaf: bool) -> Self {
        // Where the database is not in the folder the key still is.
        let fresh = !["junheng.db", "key"].iter().any(|f| data.join(f).exists());
        let mut process = command.arg(data).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut line = || said.next().unwrap().unwrap();
        let address = line()
            .split("://")
            .nth(1)
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        let token = fresh.then(|| line().split(' ').next_back().unwrap().to_owned());
        if !deaf {
            // Nobody reads on, but the pipe stays open.
            thread::spawn(move || said.for_each(drop));
        }
        Self {
            process,
            address,
            token,
        }
    }

    /// Makes the county and its first account, and logs in.
    pub(crate) fn set_up(&self) -> String {
        let setup = json!({
            "token": self.token, "org_code": "999999", "org_name": "合成示例县",
            "login": "lihua", "name": "李华", "password": PASSWORD,
        });
        let done = ask(&self.address, "POST /api/v1/setup", "", &setup.to_string());
        assert_eq!(done.unwrap().0, 200);
        log_in(&self.address)
    }
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub(crate) fn kill(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// One request; nothing where the server went away before it had answered.
fn ask(address: &str, head: &str, who: &str, body: &str) -> Option<(u16, String, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let request = format!(
        "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n{who}Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, head.to_owned(), serde_json::from_str(body).ok()?))
}

fn log_in(address: &str) -> String {
    log_in_as(address, "lihua", PASSWORD)
}

fn log_in_as(address: &str, login: &str, password: &str) -> String {
    let given = json!({ "login": login, "password": password }).to_string();
    let (status, head, body) = ask(address, "POST /api/v1/login", "", &given).unwrap();
    assert_eq!(status, 200);
    let cookie = head
        .split("set-cookie: ")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    format!(
        "Cookie: {cookie}\r\nX-CSRF-Token: {}\r\n",
        body["csrf"].as_str().unwrap()
    )
}

#[test]
fn statement_37_ten_kills_lose_nothing_acknowledged() {
    kills("kills", None);
}

#[cfg(target_os = "linux")]
#[test]
fn statement_37_ten_kills_on_postgresql_lose_nothing_acknowledged() {
    let folder = scratch("kills-cluster");
    match crate::cluster::Cluster::start(&folder) {
        Some(cluster) => kills("kills-postgresql", Some(&cluster.database("kills"))),
        None => eprintln!("skipped 1 test: no PostgreSQL under /usr/lib/postgresql"),
    }
}

/// Kills the server again and again while three people write, on SQLite or on the database at an address.
fn kills(test: &str, database: Option<&str>) {
    let folder = scratch(test);
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let data_word = data.display().to_string();
    let (checked, start) = match database {
        None => (vec!["verify", &data_word], vec![]),
        Some(url) => (vec!["verify", "--database", url], vec!["--database", url]),
    };
    let start = || {
        let mut command = Command::new(JUNHENG);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        Server::run(command.args(&start).arg("--data"), &data, false)
    };
    let mut server = start();
    server.set_up();
    let mut acknowledged = BTreeSet::from(["lihua".to_owned()]);
    // As many as the tests of every day can afford; a hundred where they are asked for.
    let rounds = std::env::var("JUNHENG_KILLS").map_or(10_u64, |n| n.parse().unwrap());
    for round in 0..rounds {
        let (address, stop) = (server.address.clone(), AtomicBool::new(false));
        let answered = AtomicUsize::new(0);
        let who = log_in(&address);
        let written = thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|writer| {
                    let (address, who, stop) = (&address, &who, &stop);
                    let answered = &answered;
                    scope.spawn(move || {
                        let mut written = Vec::new();
                        for n in 0.. {
                            let login = format!("r{round}w{writer}n{n}");
                            let new = json!({ "login": login, "name": "某人", "roles": ["planner"], "password": PASSWORD });
                            match ask(address, "POST /api/v1/accounts", who, &new.to_string()) {
                                Some((200, ..)) => {
                                    written.push(login);
                                    answered.fetch_add(1, Ordering::SeqCst);
                                }
                                Some((status, _, body)) => panic!("{status} {body}"),
                                None if stop.load(Ordering::SeqCst) => break,
                                None => panic!("no answer before the kill"),
                            }
                        }
                        written
                    })
                })
                .collect();
            // Another moment of writing each time, once there is some.
            while answered.load(Ordering::SeqCst) < 2 {
                thread::sleep(Duration::from_millis(5));
            }
            thread::sleep(Duration::from_millis(round * 67 % 240));
            stop.store(true, Ordering::SeqCst);
            kill(&mut server.process);
            writers
                .into_iter()
                .flat_map(|w| w.join().unwrap())
                .collect::<Vec<_>>()
        });
        acknowledged.extend(written);
        good(&folder, &checked);
        server = start();
        // A running one is left alone; several servers may share a database.
        if round == 0 && database.is_none() {
            assert_ne!(
                run(
                    &folder,
                    &["serve", "--data", &data_word, "--listen", "127.0.0.1:0"]
                )
                .status,
                0
            );
        }
        let (_, _, body) = ask(
            &server.address,
            "GET /api/v1/accounts",
            &log_in(&server.address),
            "",
        )
        .unwrap();
        let kept: BTreeSet<String> = body["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a["login"].as_str().unwrap().to_owned())
            .collect();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?}");
    }
    kill(&mut server.process);
    assert!(acknowledged.len() > 10, "{}", acknowledged.len());
}

/// The demo opens, its people can log in, and a job goes on where a killed worker left it.
#[test]
fn a_job_outlives_a_kill() {
    let folder = scratch("jobs");
    let data = folder.join("data");
    let (mut server, password) = Server::demo(&data);
    for login in [
        "county", "security", "auditor", "planner", "township", "school1", "school2",
    ] {
        log_in_as(&server.address, login, &password);
    }
    let who = log_in_as(&server.address, "county", &password);
    let get = |address: &str, who: &str, path: &str| {
        let (status, _, body) = ask(address, &format!("GET {path}"), who, "").unwrap();
        assert_eq!(status, 200, "{path} {body}");
        body
    };
    let snapshots = get(&server.address, &who, "/api/v1/snapshots");
    let job = json!({
        "command": "plan zones", "snapshot": snapshots["snapshots"][0]["id"],
        "options": { "stage": "primary", "plans": 3 },
    });
    let (status, _, job) =
        ask(&server.address, "POST /api/v1/jobs", &who, &job.to_string()).unwrap();
    assert_eq!(status, 200, "{job}");
    thread::sleep(Duration::from_millis(100));
    kill(&mut server.process);
    // The session, the job and the task are still there; nobody is told a password again.
    let mut server = Server::start(&data);
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let ended = (0..600).find_map(|_| {
        thread::sleep(Duration::from_millis(200));
        let told = get(&server.address, &who, &path);
        ["done", "failed"]
            .contains(&told["state"].as_str()?)
            .then_some(told)
    });
    let ended = ended.unwrap();
    assert_eq!(ended["state"], "done", "{ended}");
    let result = get(&server.address, &who, &format!("{path}/result"));
    assert_eq!(result["schema"], 1);
    assert_eq!(
        get(&server.address, &who, "/api/v1/tasks")["tasks"][0]["schools"],
        60
    );
    kill(&mut server.process);
    good(&folder, &["verify", &data.display().to_string()]);
}

/// A disk that is full stops writing, says so, and harms nothing that was written.
#[cfg(target_os = "linux")]
#[test]
fn statement_25_a_full_disk_stops_writes() {
    let folder = scratch("full");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut server = Server::start(&data);
    server.set_up();
    kill(&mut server.process);
    // No file may grow much beyond what a first start leaves, as where the disk is full.
    let script =
        "trap '' XFSZ; ulimit -S -f 1300; exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\"";
    let mut server = Server::run(
        Command::new("sh").args(["-c", script, JUNHENG]),
        &data,
        false,
    );
    let who = log_in(&server.address);
    let mut kept = 0;
    let refused = (0..2000).find_map(|n| {
        let new = json!({ "login": format!("person{n}"), "name": "某人", "roles": ["planner"], "password": PASSWORD });
        let (status, _, body) = ask(&server.address, "POST /api/v1/accounts", &who, &new.to_string())?;
        kept += usize::from(status == 200);
        (status != 200).then_some((status, body))
    });
    let (status, body) = refused.unwrap();
    assert_eq!(
        (status, &body["error"]),
        (500, &json!("internal")),
        "{body}"
    );
    assert!(
        body["message"].as_str().unwrap().contains("没有改动"),
        "{body}"
    );
    // It still answers what only reads.
    let (status, _, body) = ask(&server.address, "GET /api/v1/accounts", &who, "").unwrap();
    assert_eq!(
        (status, body["accounts"].as_array().unwrap().len()),
        (200, kept + 1)
    );
    // It goes on once there is room, on every connection that was broken off.
    let add = |login: &str| {
        let new =
            json!({ "login": login, "name": "某人", "roles": ["planner"], "password": PASSWORD });
        let (status, _, _) = ask(
            &server.address,
            "POST /api/v1/accounts",
            &who,
            &new.to_string(),
        )
        .unwrap();
        status
    };
    for n in 0..5 {
        assert_eq!(add(&format!("lost{n}")), 500);
    }
    let pid = server.process.id().to_string();
    let freed = Command::new("prlimit")
        .args(["--pid", &pid, "--fsize=unlimited"])
        .status();
    assert!(freed.unwrap().success());
    for n in 0..12 {
        assert_eq!(add(&format!("late{n}")), 200, "{n}");
    }
    kill(&mut server.process);
    good(&folder, &["verify", &data.display().to_string()]);
}

/// One file of a form, sent as a browser does.
fn upload(address: &str, who: &str, files: &[(String, Vec<u8>)]) -> Value {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!(
        "POST /api/v1/snapshots HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=edge\r\n{who}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// The files of a synthetic county.
fn county(folder: &Path, schools: &str) -> Vec<(String, Vec<u8>)> {
    good(
        folder,
        &[
            "generate",
            "county",
            "--schools",
            schools,
            "--out",
            "county",
        ],
    );
    let entries = fs::read_dir(folder.join("county")).unwrap();
    entries
        .map(|e| {
            let path = e.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// The job of a request, once it has ended.
fn ended(address: &str, who: &str, job: &Value) -> Value {
    let (status, _, job) = ask(address, "POST /api/v1/jobs", who, &job.to_string()).unwrap();
    assert_eq!(status, 200, "{job}");
    let head = format!("GET /api/v1/jobs/{}", job["id"].as_str().unwrap());
    let told = (0..600).find_map(|_| {
        thread::sleep(Duration::from_millis(100));
        let (_, _, told) = ask(address, &head, who, "")?;
        ["done", "failed"]
            .contains(&told["state"].as_str()?)
            .then_some(told)
    });
    told.unwrap()
}

/// Whoever started the server may close the window: work goes on, although nobody hears of it.
#[test]
fn a_server_that_nobody_listens_to_goes_on() {
    let folder = scratch("deaf");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut command = Command::new(JUNHENG);
    command
        .env("JUNHENG_LOG", "info")
        .args(["serve", "--listen", "127.0.0.1:0", "--data"]);
    let mut server = Server::run(&mut command, &data, true);
    let who = server.set_up();
    let snapshot = upload(&server.address, &who, &county(&folder, "8"));
    for command in ["check", "plan path", "report"] {
        let job = json!({ "command": command, "snapshot": snapshot["id"], "options": {} });
        let told = ended(&server.address, &who, &job);
        assert_eq!(told["state"], "done", "{command} {told}");
    }
    let (status, _, health) = ask(&server.address, "GET /health", "", "").unwrap();
    assert_eq!((status, &health["status"]), (200, &json!("ok")), "{health}");
    kill(&mut server.process);
}

/// The addresses that a process is connected to, but for its own machine.
#[cfg(target_os = "linux")]
fn connected(process: u32) -> Vec<String> {
    let sockets: BTreeSet<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
        .filter_map(|l| {
            Some(
                l.to_str()?
                    .strip_prefix("socket:[")?
                    .trim_end_matches(']')
                    .to_owned(),
            )
        })
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let lines = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in lines.lines().skip(1) {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let (remote, inode) = (parts[2], parts[9]);
            let host = remote.split(':').next().unwrap();
            let own = host == "0100007F"
                || host.bytes().all(|b| b == b'0')
                || host.ends_with("0100007F")
                || host.ends_with("01000000");
            if sockets.contains(inode) && !own {
                found.push(remote.to_owned());
            }
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[test]
fn statement_42_the_server_calls_nobody() {
    let folder = scratch("silent");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut server = Server::start(&data);
    let who = server.set_up();
    let snapshot = upload(&server.address, &who, &county(&folder, "8"));
    let (address, process) = (server.address.clone(), server.process.id());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut called = BTreeSet::new();
            let mut looks = 0;
            while !stop.load(Ordering::SeqCst) {
                called.extend(connected(process));
                looks += 1;
                thread::sleep(Duration::from_millis(2));
            }
            (called, looks)
        });
        for command in ["evaluate", "report", "plan rotation"] {
            let job = json!({ "command": command, "snapshot": snapshot["id"], "options": {} });
            assert_eq!(ended(&address, &who, &job)["state"], "done", "{command}");
        }
        stop.store(true, Ordering::SeqCst);
        let (called, looks) = watch.join().unwrap();
        assert!(called.is_empty(), "{called:?}");
        assert!(looks > 5, "{looks}");
    });
    kill(&mut server.process);
}

/// The overview of a county of 200 schools is there at once, the first time too: a data set is evaluated
/// when it comes in, and what is known of it is kept.
#[test]
fn the_overview_of_200_schools_comes_at_once() {
    let folder = scratch("overview");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut server = Server::start(&data);
    let who = server.set_up();
    let snapshot = upload(&server.address, &who, &county(&folder, "200"));
    let head = format!(
        "GET /api/v1/snapshots/{}/evaluate",
        snapshot["id"].as_str().unwrap()
    );
    let mut seconds = Vec::new();
    for _ in 0..6 {
        let began = std::time::Instant::now();
        let (status, _, _) = ask(&server.address, &head, &who, "").unwrap();
        assert_eq!(status, 200);
        seconds.push(began.elapsed().as_secs_f64());
    }
    println!(
        "overview: first {:.3} s, then {:?}",
        seconds[0],
        &seconds[1..]
    );
    // The machine may be busy with other tests, but not every time.
    let best = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(best < 0.2, "{seconds:?}");
    // Five who look at once do not wait for each other.
    let rounds = (0..3).map(|_| {
        thread::scope(|scope| {
            let look = || {
                let began = std::time::Instant::now();
                let (status, _, _) = ask(&server.address, &head, &who, "").unwrap();
                assert_eq!(status, 200);
                began.elapsed().as_secs_f64()
            };
            let readers: Vec<_> = (0..5).map(|_| scope.spawn(look)).collect();
            let times = readers.into_iter().map(|r| r.join().unwrap());
            times.fold(0.0, f64::max)
        })
    });
    let rounds: Vec<f64> = rounds.collect();
    println!("the slowest of five: {rounds:?}");
    assert!(rounds.iter().any(|slowest| *slowest < 0.2), "{rounds:?}");
    kill(&mut server.process);
    // A start makes ready what was accepted or imported last, before it answers anybody.
    let mut server = Server::start(&data);
    let who = log_in(&server.address);
    let began = std::time::Instant::now();
    let (status, _, _) = ask(&server.address, &head, &who, "").unwrap();
    println!(
        "overview after a start: {:.3} s",
        began.elapsed().as_secs_f64()
    );
    assert_eq!(status, 200);
    kill(&mut server.process);
}
