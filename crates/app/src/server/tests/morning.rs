//! The last minute of a deadline: every school logs in, fills its form and hands it in, over HTTP.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::filing::YEAR;
use super::world::{Folder, MINUTE, PASSWORD, START, Who, World, perform};
use crate::server::{listen, secret};

super::scenarios!(statement_38_five_hundred_schools_lose_nothing);

/// A school's browser.
struct Browser {
    server: SocketAddr,
    who: Option<Who>,
    /// What each request took, in seconds.
    took: Vec<(&'static str, f64)>,
}

impl Browser {
    /// One request on a connection of its own.
    async fn send(&mut self, what: &'static str, head: &str, body: &Value) -> Value {
        let began = Instant::now();
        let mut stream = TcpStream::connect(self.server).await.unwrap();
        let who = self.who.as_ref().map_or_else(String::new, |w| {
            format!("Cookie: {}\r\nX-CSRF-Token: {}\r\n", w.cookie, w.csrf)
        });
        let body = body.to_string();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{who}\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        self.took.push((what, began.elapsed().as_secs_f64()));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{what}: {answer}");
        let told: Value = serde_json::from_str(body).unwrap();
        if let Some((_, cookie)) = head.split_once("set-cookie: ") {
            self.who = Some(Who {
                cookie: cookie.split(';').next().unwrap().to_owned(),
                csrf: told["csrf"].as_str().unwrap().to_owned(),
            });
        }
        told
    }

    /// Logs in, answers as last year, explains every doubt, hands in: what was answered.
    async fn file(&mut self, login: &str, form: &str) -> Map<String, Value> {
        let given = json!({ "login": login, "password": PASSWORD });
        self.send("log in", "POST /api/v1/login", &given).await;
        let paper = self.send("read", &format!("GET {form}"), &json!({})).await;
        let parts = paper["parts"].as_array().unwrap().iter();
        let rows = parts.flat_map(|p| p["rows"].as_array().unwrap());
        let mut sent: Map<_, _> = rows
            .map(|r| (r["key"].as_str().unwrap().to_owned(), r["last"].clone()))
            .collect();
        let (save, submit) = (format!("POST {form}/values"), format!("POST {form}/submit"));
        let body = json!({ "base": 0, "values": sent });
        let saved = self.send("save", &save, &body).await;
        let why: Map<_, _> = saved["doubts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| {
                (
                    d["explanation"].as_str().unwrap().to_owned(),
                    json!("已核实"),
                )
            })
            .collect();
        let body = json!({ "base": saved["version"], "values": why });
        let saved = self.send("save", &save, &body).await;
        let body = json!({ "version": saved["version"] });
        let done = self.send("submit", &submit, &body).await;
        assert_eq!(done["filing"]["state"], "submitted");
        sent.extend(why);
        sent
    }
}

async fn statement_38_five_hundred_schools_lose_nothing(world: World) {
    // Where the load is measured, all 500 of them within a minute; else as many as show that nothing is lost, at once.
    let measured = std::env::var_os("JUNHENG_LOAD").is_some();
    let (schools, within) = if measured { (500, 55) } else { (60, 0) };
    let county = world.person("bureau", &["county"]).await;
    let folder = Folder::new();
    let out = folder.0.join("county");
    let (number, place) = (schools.to_string(), out.display().to_string());
    perform(&["generate", "county", "--schools", &number, "--out", &place]);
    let files = [
        "county", "schools", "sections", "classes", "rooms", "teachers",
    ]
    .map(|n| {
        let name = format!("{n}.csv");
        let bytes = std::fs::read(out.join(&name)).unwrap();
        (name, bytes)
    });
    let files: Vec<_> = files
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let snapshot = world.upload(&county, &files).await.json()["id"].clone();
    let new = json!({
        "title": "年度填报", "form": "school", "school_year": YEAR, "as_of": "2099-09-01",
        "deadline": START + 60 * MINUTE, "snapshot": snapshot,
    });
    let task = world
        .post(Some(&county), "/api/v1/tasks", &new)
        .await
        .json();
    let task = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    let told = world.get(Some(&county), &task).await.json();
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(rows.len(), schools);
    // The dear part of an account is made once.
    let hash = secret::hash(PASSWORD).unwrap();
    for (n, row) in rows.iter().enumerate() {
        let org = row["filing"]["org_id"].as_str().unwrap();
        world
            .account_of(&format!("s{n}"), &["school"], &hash, false, org)
            .await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let router = world.router.clone();
    let serving = tokio::spawn(listen::serve(
        listener,
        None,
        router,
        std::future::pending(),
    ));
    let lines = world.lines().await;
    let began = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for (n, row) in rows.iter().enumerate() {
        let id = row["filing"]["id"].as_str().unwrap().to_owned();
        running.spawn(async move {
            let turn = Duration::from_secs(within) * u32::try_from(n).unwrap() / 500;
            tokio::time::sleep(turn).await;
            let mut browser = Browser {
                server,
                who: None,
                took: Vec::new(),
            };
            let form = format!("/api/v1/filings/{id}");
            let sent = browser.file(&format!("s{n}"), &form).await;
            (id, sent, browser.took)
        });
    }
    let mut took: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut sent = BTreeMap::new();
    let mut deeds = 0;
    for (id, values, times) in running.join_all().await {
        // The log-in, the figures, what was said to them where there was something to say, and that it is handed in.
        deeds += 3 + usize::from(values.keys().any(|k| k.starts_with('?')));
        sent.insert(id, values);
        for (what, seconds) in times {
            took.entry(what).or_default().push(seconds);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    serving.abort();
    eprintln!("{schools} schools in {seconds:.1} s");
    for (what, times) in &mut took {
        times.sort_by(f64::total_cmp);
        let p95 = times[times.len() * 95 / 100];
        eprintln!("{what}: {} times, p95 {p95:.3} s", times.len());
        assert!(!measured || p95 < 1.0, "{what}: p95 {p95:.3} s");
    }
    assert!(!measured || seconds < 60.0, "{seconds:.1} s");
    // Nothing acknowledged is lost: every value of every form stands as it was sent, every deed in the audit.
    let told = world.get(Some(&county), &task).await.json();
    for row in told["rows"].as_array().unwrap() {
        assert_eq!(row["filing"]["state"], "submitted");
        let id = row["filing"]["id"].as_str().unwrap();
        let stored = world.app.store.answers(id).await.unwrap();
        let stored: BTreeMap<_, _> = stored.into_iter().map(|a| (a.key, a.value)).collect();
        assert!(sent[id].len() > 5);
        for (key, value) in &sent[id] {
            let kept = stored.get(key).map_or("", String::as_str);
            assert_eq!(kept, value.as_str().unwrap(), "{id} {key}");
        }
    }
    assert_eq!(world.lines().await, lines + deeds);
    assert_eq!(world.app.store.verify_audit().await.unwrap().1, None);
}
