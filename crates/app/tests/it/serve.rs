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

struct Server {
    process: Child,
    address: String,
    token: Option<String>,
}

impl Server {
    fn start(data: &Path) -> Self {
        Self::run(
            Command::new(JUNHENG).args(["serve", "--listen", "127.0.0.1:0", "--data"]),
            data,
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

    fn run(command: &mut Command, data: &Path) -> Self {
        let mut process = command.arg(data).stderr(Stdio::piped()).spawn().unwrap();
        let fresh = !data.join("junheng.db").exists();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut line = || said.next().unwrap().unwrap();
        let address = line()
            .split("http://")
            .nth(1)
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        let token = fresh.then(|| line().split(' ').next_back().unwrap().to_owned());
        // Nobody reads on, but the pipe stays open.
        thread::spawn(move || said.for_each(drop));
        Self {
            process,
            address,
            token,
        }
    }
}

fn kill(process: &mut Child) {
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
    let folder = scratch("kills");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut server = Server::start(&data);
    let setup = json!({
        "token": server.token, "county_code": "999999", "county_name": "合成示例县",
        "login": "lihua", "name": "李华", "password": PASSWORD,
    });
    assert_eq!(
        ask(
            &server.address,
            "POST /api/v1/setup",
            "",
            &setup.to_string()
        )
        .unwrap()
        .0,
        200
    );
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
        let data_word = data.display().to_string();
        good(&folder, &["verify", &data_word]);
        server = Server::start(&data);
        // A running one is left alone.
        if round == 0 {
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
    let setup = json!({
        "token": server.token, "county_code": "999999", "county_name": "合成示例县",
        "login": "lihua", "name": "李华", "password": PASSWORD,
    });
    let done = ask(
        &server.address,
        "POST /api/v1/setup",
        "",
        &setup.to_string(),
    )
    .unwrap();
    assert_eq!(done.0, 200);
    kill(&mut server.process);
    // No file may grow much beyond what is there, as where the disk is full.
    let script =
        "trap '' XFSZ; ulimit -f 900; exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\"";
    let mut server = Server::run(Command::new("sh").args(["-c", script, JUNHENG]), &data);
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
    kill(&mut server.process);
    good(&folder, &["verify", &data.display().to_string()]);
}
