//! What is sent by somebody who means ill, or by mistake.

use std::io::Write;

use serde_json::json;

use super::world::{PASSWORD, Who, World, ask, county, multipart, request};
use crate::server::api::snapshots::UPLOAD;
use crate::server::secret;

super::scenarios!(
    statement_28_no_text_becomes_a_statement,
    statement_29_unusable_uploads_leave_nothing,
    statement_30_originals_are_downloads,
    statement_31_every_answer_has_the_policy,
    statement_33_no_path_leads_outside,
    statement_40_behind_tls_browsers_stay_there,
);

pub(super) const HOSTILE: [&str; 8] = [
    "'; DROP TABLE account; --",
    "' OR '1'='1",
    "\" OR 1=1; --",
    "x'||(SELECT password FROM account)||'",
    "$1",
    "%' ESCAPE '!",
    "a\u{0}b",
    "\u{202e}'",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

async fn statement_28_no_text_becomes_a_statement(world: World) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("target", &["county"], &hash, false).await;
    let who = world.person("owner", &["county", "security"]).await;
    let auditor = world.person("audit", &["auditor"]).await;
    let id = world.county(&who).await;
    for text in HOSTILE {
        let path = encoded(text);
        let below = async |who: &Who, at: String| {
            let reply = world.get(Some(who), &at).await;
            assert!((400..500).contains(&reply.status), "{at}: {}", reply.status);
            assert!(!reply.text().contains("$argon2id$"), "{at}");
        };
        below(&who, format!("/api/v1/snapshots/{path}/check")).await;
        below(&who, format!("/api/v1/snapshots/{id}/{path}")).await;
        below(&who, format!("/api/v1/snapshots/{id}/files/{path}")).await;
        below(&who, format!("/api/v1/compare/{path}/{id}")).await;
        below(&who, format!("/api/v1/standards/{path}")).await;
        below(&auditor, format!("/api/v1/audit?after={path}")).await;
        for option in ["item", "school", "stage", "standard", "overlay", "set"] {
            below(
                &who,
                format!("/api/v1/snapshots/{id}/explain?{option}={path}"),
            )
            .await;
            below(
                &who,
                format!("/api/v1/snapshots/{id}/explain?item=L1&{path}={option}"),
            )
            .await;
        }
        let refused = async |who: Option<&Who>, path: &str, body| {
            let reply = world.post(who, path, &body).await;
            assert!(
                (400..500).contains(&reply.status),
                "{path} {body}: {}",
                reply.status
            );
        };
        refused(
            None,
            "/api/v1/login",
            json!({ "login": text, "password": PASSWORD }),
        )
        .await;
        refused(
            None,
            "/api/v1/login",
            json!({ "login": "target", "password": text }),
        )
        .await;
        refused(
            Some(&who),
            "/api/v1/password",
            json!({ "old": text, "new": text }),
        )
        .await;
        refused(
            Some(&who),
            &format!("/api/v1/snapshots/{path}/accept"),
            json!({}),
        )
        .await;
        let new = |login: &str, name: &str, role: &str| json!({ "login": login, "name": name, "roles": [role], "password": PASSWORD });
        refused(Some(&who), "/api/v1/accounts", new(text, "某人", "planner")).await;
        refused(Some(&who), "/api/v1/accounts", new("new", "某人", text)).await;
        let setup = json!({ "token": text, "org_code": text, "org_name": text, "login": text, "name": text, "password": text });
        refused(None, "/api/v1/setup", setup).await;
        let mut files: Vec<(&str, &[u8])> = county()
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        let hostile = format!("{}.csv", text.replace('"', "%22"));
        files.push((&hostile, b"a,b\n1,2\n"));
        let reply = world.upload(&who, &files).await;
        assert!(reply.status < 500, "{text}: {}", reply.text());
        // On to the next window of the rate limit.
        super::world::pass(super::world::MINUTE);
    }
    // A name may be anything that people write; it stays what it is.
    let odd = "'; DROP TABLE account; --";
    let new = json!({ "login": "odd", "name": odd, "roles": ["planner"], "password": PASSWORD });
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/accounts", &new)
            .await
            .status,
        200
    );
    let accounts = world.app.store.accounts().await.unwrap();
    assert_eq!(accounts.len(), 4);
    assert!(accounts.iter().any(|a| a.name == odd));
}

async fn statement_29_unusable_uploads_leave_nothing(world: World) {
    let who = world.person("owner", &["county"]).await;
    let bomb = archive("xl/worksheets/sheet1.xml", 96 << 20);
    let noise: Vec<u8> = (0..5000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let page = b"<html><script>alert(1)</script></html>";
    let cases: [(&str, &[u8]); 8] = [
        ("bomb.xlsx", &bomb),
        ("noise.xlsx", &noise),
        ("noise.xls", &noise),
        ("empty.csv", b""),
        ("page.csv", page),
        ("page.html", page),
        ("program.exe", b"MZ\x90\x00"),
        ("schools.csv", b"\xff\xfe\x00\x00"),
    ];
    for (name, bytes) in cases {
        let reply = world.upload(&who, &[(name, bytes)]).await;
        assert_eq!(reply.status, 422, "{name}: {}", reply.text());
        assert!(
            !reply.json()["findings"].as_array().unwrap().is_empty(),
            "{name}"
        );
    }
    // Without a file; two of one name; larger than is taken; broken off; not a form at all.
    assert_eq!(world.upload(&who, &[]).await.status, 400);
    assert_eq!(
        world
            .upload(&who, &[("a.csv", b"x"), ("a.csv", b"y")])
            .await
            .status,
        400
    );
    let huge = vec![b'1'; UPLOAD + 1];
    assert_eq!(world.upload(&who, &[("huge.csv", &huge)]).await.status, 400);
    let (mut body, kind) = multipart(&[("a.csv", b"x")]);
    body.truncate(body.len() / 2);
    let broken = request(Some(&who), "POST", "/api/v1/snapshots", body, &kind);
    assert_eq!(ask(&world.router, broken).await.status, 400);
    assert!(
        (400..500).contains(
            &world
                .post(Some(&who), "/api/v1/snapshots", &json!({}))
                .await
                .status
        )
    );
    // A body that is no upload has a limit of its own.
    let long = json!({ "login": "a".repeat(300 * 1024), "password": "x" });
    assert_eq!(world.post(None, "/api/v1/login", &long).await.status, 413);
    assert!(
        world
            .app
            .store
            .snapshots("county")
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(world.app.store.verify().await.unwrap().originals, 0);
}

/// A zip of one member of `size` equal bytes.
fn archive(name: &str, size: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    let piece = vec![0; 1 << 20];
    for _ in 0..size >> 20 {
        zip.write_all(&piece).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn statement_30_originals_are_downloads(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    for (name, bytes) in county() {
        let reply = world
            .get(Some(&who), &format!("/api/v1/snapshots/{id}/files/{name}"))
            .await;
        assert_eq!((reply.status, &reply.bytes), (200, bytes));
        let saved = format!("attachment; filename*=UTF-8''{name}");
        assert_eq!(reply.header("content-disposition"), saved);
        assert_eq!(reply.header("content-type"), "application/octet-stream");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
}

async fn statement_40_behind_tls_browsers_stay_there(mut world: World) {
    const HSTS: &str = "strict-transport-security";
    assert_eq!(world.get(None, "/").await.header(HSTS), "");
    world.behind_tls().await;
    for path in ["/", "/public", "/api/v1/state", "/api/v1/audit"] {
        let said = world.get(None, path).await;
        assert!(said.header(HSTS).starts_with("max-age="), "{path}");
    }
}

async fn statement_31_every_answer_has_the_policy(world: World) {
    for path in [
        "/",
        "/data",
        "/assets/none.js",
        "/api/v1/state",
        "/api/v1/audit",
        "/api/none",
    ] {
        let reply = world.get(None, path).await;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    let page = world.get(None, "/").await.text();
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    assert!(
        !page.contains("<script>") && !page.contains("<style>"),
        "{page}"
    );
}

async fn statement_33_no_path_leads_outside(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let secret = "JUNHENG-OUTSIDE";
    std::fs::write(world.folder.0.join("outside.csv"), secret).unwrap();
    for path in [
        "/../outside.csv".to_owned(),
        "/..%2foutside.csv".to_owned(),
        "/assets/..%2f..%2foutside.csv".to_owned(),
        "/%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "/api/v1/snapshots/..%2f../check".to_owned(),
        format!("/api/v1/snapshots/{id}/files/..%2f..%2foutside.csv"),
        format!("/api/v1/snapshots/{id}%2f..%2f..%2f/evaluate"),
        "/api/v1/standards/..%2f..%2foutside.csv".to_owned(),
        format!("/api/v1/snapshots/{id}/evaluate?standard=..%2f..%2foutside.csv"),
        format!("/api/v1/snapshots/{id}/evaluate?out=outside.csv"),
    ] {
        let reply = world.get(Some(&who), &path).await;
        assert!(
            !reply.text().contains(secret) && !reply.text().contains("root:"),
            "{path}"
        );
        assert!(
            reply.status >= 400 || reply.header("content-type").starts_with("text/html"),
            "{path}"
        );
    }
    // A browser's path is cut to its last part; a name that is none is refused.
    let mut files: Vec<(&str, &[u8])> = county()
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let (_, bytes) = files.remove(0);
    let name = format!("../../../{}", county()[0].0);
    files.push((&name, bytes));
    let reply = world.upload(&who, &files).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        world
            .get(Some(&who), &format!("/api/v1/snapshots/{id}/evaluate"))
            .await
            .status,
        200
    );
    let laid_out = std::fs::read_dir(world.app.work.join(&id)).unwrap().count();
    assert_eq!(laid_out, county().len());
    for name in ["..", ".", ".hidden", "a/..", "a\\.."] {
        assert_eq!(
            world.upload(&who, &[(name, b"x")]).await.status,
            400,
            "{name}"
        );
    }
}
