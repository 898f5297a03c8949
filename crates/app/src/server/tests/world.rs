//! An application to ask, people to ask as, a county to ask about.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use junheng_core::text::Lang;
use junheng_intake::files::InputFile;
use serde_json::Value;
use tower::ServiceExt;

use crate::commands;
use crate::server::caller::{COOKIE, CSRF};
use crate::server::{App, Options, Plan, Role, router, secret};
use crate::store::{Deed, Ended, Job, Millis, NewAccount, Store, sqlite_url};

/// The time at the beginning of every scenario: 2026-03-02 UTC.
pub(super) const START: Millis = 1_772_409_600_000;
pub(super) const MINUTE: Millis = 60_000;
/// A password that will do.
pub(super) const PASSWORD: &str = "Lan-tian-2025";

thread_local!(static CLOCK: Cell<Millis> = const { Cell::new(START) });
thread_local!(static STEP: Cell<Millis> = const { Cell::new(0) });

/// Puts the clock of this test, which stands still.
pub(super) fn set_clock(to: Millis) {
    CLOCK.set(to);
    STEP.set(0);
}

/// Lets it move by so much each time that somebody looks at it.
pub(super) fn tick(step: Millis) {
    STEP.set(step);
}

fn clock() -> Millis {
    let now = CLOCK.get();
    pass(STEP.get());
    now
}

/// Moves it, forwards or backwards.
pub(super) fn pass(by: Millis) {
    CLOCK.set(CLOCK.get() + by);
}

/// A folder that goes when it is dropped.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("junheng-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An application that is set up with one county, and its store.
pub(super) struct World {
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) folder: Folder,
    pub(super) org: String,
}

/// A person with a session.
#[derive(Clone)]
pub(super) struct Who {
    pub(super) cookie: String,
    pub(super) csrf: String,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl World {
    pub(super) async fn sqlite() -> Self {
        let folder = Folder::new();
        Self::on(&sqlite_url(&folder.0), folder).await
    }

    /// The same, served to roles that log in with a second factor.
    pub(super) async fn require_factor(&mut self, roles: &[&str]) {
        let roles = roles.iter().filter_map(|r| Role::from_id(r)).collect();
        self.serve_with(|o| o.factor_for = roles).await;
    }

    /// The same, with a virus scanner.
    pub(super) async fn scanned_by(&mut self, scanner: PathBuf) {
        self.serve_with(|o| o.scan = Some(scanner)).await;
    }

    /// The same, with backups that go to a place.
    pub(super) async fn backed_up_to(&mut self, plan: Plan) {
        self.serve_with(|o| o.backups = Some(plan)).await;
    }

    /// The same, started anew.
    pub(super) async fn restart(&mut self) {
        self.serve_with(|_| ()).await;
    }

    /// The same, with sessions that end after a time.
    pub(super) async fn idle(&mut self, idle: Millis) {
        self.serve_with(|o| o.idle = idle).await;
    }

    /// The same, behind a proxy that speaks TLS.
    pub(super) async fn behind_tls(&mut self) {
        self.serve_with(|o| (o.secure, o.proxied) = (true, true))
            .await;
    }

    async fn serve_with(&mut self, other: impl FnOnce(&mut Options)) {
        let mut options = Options {
            data: self.folder.0.clone(),
            key: self.folder.0.join("key"),
            secure: false,
            proxied: false,
            idle: 15 * MINUTE,
            factor_for: Vec::new(),
            scan: None,
            backups: None,
            clock,
        };
        other(&mut options);
        self.app = App::new(self.app.store.clone(), options).await.unwrap();
        self.router = router(&self.app);
    }

    /// Over the database at an address.
    pub(super) async fn on(url: &str, folder: Folder) -> Self {
        let app = open(url, &folder.0).await;
        let router = router(&app);
        let world = Self {
            app,
            router,
            folder,
            org: "county".to_owned(),
        };
        let mut change = world.app.store.change().await.unwrap();
        change
            .add_org(&crate::store::Org {
                id: world.org.clone(),
                parent_id: None,
                kind: "county".to_owned(),
                code: "999999".to_owned(),
                name: "合成示例县".to_owned(),
            })
            .await
            .unwrap();
        change.commit().await.unwrap();
        world
    }

    /// A person with these roles, logged in without the cost of a password.
    pub(super) async fn person(&self, login: &str, roles: &[&str]) -> Who {
        self.person_of(login, roles, &self.org).await
    }

    /// The same, of an organisation.
    pub(super) async fn person_of(&self, login: &str, roles: &[&str], org: &str) -> Who {
        self.account_of(login, roles, "none", false, org).await;
        self.session(login).await
    }

    /// An account; `password` is a hash.
    pub(super) async fn account(&self, login: &str, roles: &[&str], password: &str, fresh: bool) {
        self.account_of(login, roles, password, fresh, &self.org)
            .await;
    }

    pub(super) async fn account_of(
        &self,
        login: &str,
        roles: &[&str],
        password: &str,
        fresh: bool,
        org: &str,
    ) {
        let mut change = self.app.store.change().await.unwrap();
        let id = format!("id-{login}");
        let new = NewAccount {
            id: &id,
            login,
            name: login,
            org_id: org,
            password,
            must_change: fresh,
            phone: "",
            identity: None,
            roles,
        };
        change.add_account(new, START).await.unwrap();
        change.commit().await.unwrap();
    }

    /// The audit's lines of accounts that were put into the store by hand.
    pub(super) async fn enrol(&self) {
        let mut change = self.app.store.change().await.unwrap();
        for account in self.app.store.accounts().await.unwrap() {
            let deed = Deed {
                action: "account.add",
                object: &account.id,
                result: "done",
                ..Deed::default()
            };
            change.record(START, &deed).await.unwrap();
        }
        change.commit().await.unwrap();
    }

    /// One more session of an account.
    pub(super) async fn session(&self, login: &str) -> Who {
        let (token, csrf) = (secret::token().unwrap(), secret::token().unwrap());
        let id = format!("id-{login}");
        let mut change = self.app.store.change().await.unwrap();
        let hash = secret::token_hash(&token);
        change
            .add_session(&hash, &id, &csrf, self.app.now())
            .await
            .unwrap();
        change.commit().await.unwrap();
        Who {
            cookie: format!("{COOKIE}={token}"),
            csrf,
        }
    }

    pub(super) async fn get(&self, who: Option<&Who>, path: &str) -> Reply {
        ask(&self.router, request(who, "GET", path, Vec::new(), "")).await
    }

    /// Asks for a change. Statement 23: what comes about leaves a line in the audit, whatever it is.
    pub(super) async fn post(&self, who: Option<&Who>, path: &str, body: &Value) -> Reply {
        let sent = body.to_string().into_bytes();
        let asked = request(who, "POST", path, sent, "application/json");
        let before = self.app.store.audit_end().await.unwrap();
        let reply = ask(&self.router, asked).await;
        if reply.status == 200 && !comes_to_nothing(path, body, &reply.json()) {
            let after = self.app.store.audit_end().await.unwrap();
            assert!(after > before, "{path} leaves no line in the audit");
        }
        reply
    }

    /// Imports files as a browser does.
    pub(super) async fn upload(&self, who: &Who, files: &[(&str, &[u8])]) -> Reply {
        let (body, kind) = multipart(files);
        ask(
            &self.router,
            request(Some(who), "POST", "/api/v1/snapshots", body, &kind),
        )
        .await
    }

    /// The demonstration county, imported; its id.
    pub(super) async fn county(&self, who: &Who) -> String {
        let files: Vec<(&str, &[u8])> = county()
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        let reply = self.upload(who, &files).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    /// A job of a person that has ended, with its document.
    pub(super) async fn job_of(&self, login: &str) {
        let input = InputFile {
            name: "result.json".to_owned(),
            bytes: br#"{"files":[]}"#.to_vec(),
        };
        let job = Job {
            id: format!("job-of-{login}"),
            org_id: self.org.clone(),
            command: "check".to_owned(),
            input: r#"{"command":"check"}"#.to_owned(),
            lang: "zh".to_owned(),
            state: String::new(),
            progress: 0,
            attempts: 0,
            cancel_asked: 0,
            created_by: format!("id-{login}"),
            created_at: START,
            started_at: None,
            finished_at: None,
            problem: String::new(),
        };
        let ended = Ended {
            state: "done",
            problem: "",
            files: &[input],
        };
        let mut change = self.app.store.change().await.unwrap();
        change.add_job(&job).await.unwrap();
        let taken = change.take_job(START).await.unwrap().unwrap();
        assert!(change.end_job(&taken, ended, START).await.unwrap());
        change.commit().await.unwrap();
    }

    /// How many lines the audit has.
    pub(super) async fn lines(&self) -> usize {
        self.app.store.audit(0, 10_000).await.unwrap().len()
    }
}

/// Whether nothing came of a change: a draft as it stood or against somebody else's, a review that takes no
/// form, the data made of the same forms once more.
fn comes_to_nothing(path: &str, body: &Value, told: &Value) -> bool {
    let as_it_stood = body
        .get("base")
        .is_some_and(|base| *base == told["version"]);
    let against = told["conflicts"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    as_it_stood || against || told["taken"] == 0 || path.ends_with("/snapshot")
}

/// Accepts a data set.
pub(super) async fn accept(world: &World, who: &Who, id: &str) {
    let path = format!("/api/v1/snapshots/{id}/accept");
    let reply = world.post(Some(who), &path, &serde_json::json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

/// An application over the database at an address.
pub(super) async fn open(url: &str, folder: &Path) -> App {
    let options = Options {
        data: folder.to_owned(),
        key: folder.join("key"),
        secure: false,
        proxied: false,
        idle: 15 * MINUTE,
        factor_for: Vec::new(),
        scan: None,
        backups: None,
        clock,
    };
    App::new(Store::open(url).await.unwrap(), options)
        .await
        .unwrap()
}

/// Files of a form, and its content type.
pub(super) fn multipart(files: &[(&str, &[u8])]) -> (Vec<u8>, String) {
    const EDGE: &str = "edge-2b7e151628aed2a6";
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
    (body, format!("multipart/form-data; boundary={EDGE}"))
}

pub(super) fn request(
    who: Option<&Who>,
    method: &str,
    path: &str,
    body: Vec<u8>,
    kind: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(who) = who {
        request = request
            .header(header::COOKIE, &who.cookie)
            .header(CSRF, &who.csrf);
    }
    if !kind.is_empty() {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    let from = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4);
    request
        .extension(ConnectInfo(from))
        .body(Body::from(body))
        .unwrap()
}

/// Asks, and holds the answer against the interface's own description.
pub(super) async fn ask(router: &Router, request: Request<Body>) -> Reply {
    let (method, path) = (
        request.method().as_str().to_lowercase(),
        request.uri().path().to_owned(),
    );
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap()
        .to_vec();
    let reply = Reply {
        status: head.status.as_u16(),
        headers: head.headers,
        bytes,
    };
    super::openapi::holds(&method, &path, &reply);
    reply
}

/// The files of a small synthetic county, made once.
pub(super) fn county() -> &'static [(String, Vec<u8>)] {
    static COUNTY: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    made(&COUNTY, &["--schools", "8"])
}

/// The files of one with planted mistakes.
pub(super) fn flawed() -> &'static [(String, Vec<u8>)] {
    static COUNTY: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    made(&COUNTY, &["--schools", "20", "--flaws"])
}

fn made<'a>(once: &'a OnceLock<Vec<(String, Vec<u8>)>>, words: &[&str]) -> &'a [(String, Vec<u8>)] {
    once.get_or_init(|| {
        let folder = Folder::new();
        let out = folder.0.join("county");
        let place = out.display().to_string();
        perform(&[&["generate", "county", "--out", &place], words].concat());
        let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read(path).unwrap())
            })
            .collect();
        files.sort();
        files
    })
}

/// A command of the command line that must succeed.
pub(super) fn perform(words: &[&str]) -> String {
    let arguments: Vec<String> = ["junheng"]
        .iter()
        .chain(words)
        .map(|w| (*w).to_owned())
        .collect();
    commands::perform(&arguments, Lang::Zh).unwrap()
}
