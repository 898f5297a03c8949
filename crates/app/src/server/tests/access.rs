//! Second factors, and tokens of scripts.

use axum::http::{Request, header};
use serde_json::{Value, json};

use super::world::{MINUTE, PASSWORD, Reply, Who, World, ask, pass, request};
use crate::server::{secret, totp};

super::scenarios!(
    statement_5_a_second_factor_is_asked_for,
    statement_5_a_role_can_require_it,
    tokens_of_scripts,
    statement_4_the_idle_time_can_be_set,
);

async fn login(world: &World, code: &str) -> Reply {
    let body = json!({ "login": "lihua", "password": PASSWORD, "code": code });
    world.post(None, "/api/v1/login", &body).await
}

/// Begins and confirms the factor of a person: its secret and recovery codes.
async fn enrol(world: &World, who: &Who, account: &str) -> (Vec<u8>, Vec<String>) {
    let begun = world
        .post(Some(who), "/api/v1/own/factor", &json!({}))
        .await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    let factor = world.app.store.factor(account).await.unwrap().unwrap();
    assert!(factor.secret.starts_with("sealed:"), "statement 41");
    let bytes = totp::unseal(&world.app.keys.site, account, &factor.secret).unwrap();
    assert_eq!(begun.json()["secret"], totp::base32(&bytes));
    let confirm = async |code: &str| {
        let path = "/api/v1/own/factor/confirm";
        world.post(Some(who), path, &json!({ "code": code })).await
    };
    assert_eq!(confirm("000000x").await.status, 400);
    let done = confirm(&totp::now(&bytes, world.app.now())).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let codes = done.json()["recovery"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap().to_owned())
        .collect();
    (bytes, codes)
}

async fn statement_5_a_second_factor_is_asked_for(world: World) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, false).await;
    let who = world.session("lihua").await;
    let (bytes, recovery) = enrol(&world, &who, "id-lihua").await;
    assert_eq!(recovery.len(), 8);
    // The password alone does not do, and says so only to whoever knows it.
    let asked = login(&world, "").await;
    assert_eq!(
        (asked.status, &asked.json()["error"]),
        (401, &json!("second_factor"))
    );
    // The code that confirmed it was used; the next one is good once.
    assert_eq!(
        login(&world, &totp::now(&bytes, world.app.now()))
            .await
            .status,
        401
    );
    pass(MINUTE);
    let code = totp::now(&bytes, world.app.now());
    assert_eq!(login(&world, &code).await.status, 200);
    assert_eq!(login(&world, &code).await.status, 401, "a code holds once");
    assert_eq!(login(&world, &recovery[0]).await.status, 200);
    assert_eq!(
        login(&world, &recovery[0]).await.status,
        401,
        "a recovery code too"
    );
    // Guessing locks the account like wrong passwords do.
    pass(MINUTE);
    for _ in 0..5 {
        login(&world, "123456").await;
    }
    let locked = login(&world, &totp::now(&bytes, world.app.now())).await;
    assert_eq!(
        (locked.status, &locked.json()["error"]),
        (401, &json!("wrong_login"))
    );
    // It cannot be begun anew by whoever holds the session; the security administrator takes it away.
    let who = world.session("lihua").await;
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/own/factor", &json!({}))
            .await
            .status,
        409
    );
    let safe = world.person("safe", &["security"]).await;
    let taken = world
        .post(
            Some(&safe),
            "/api/v1/accounts/id-lihua",
            &json!({ "drop_factor": true }),
        )
        .await;
    assert_eq!(taken.status, 200);
    pass(16 * MINUTE);
    assert_eq!(login(&world, "").await.status, 200);
    let text = format!("{:?}", world.app.store.audit(0, 100).await.unwrap());
    assert!(!text.contains(&recovery[1]) && !text.contains(&secret::hex(&bytes)));
}

async fn statement_5_a_role_can_require_it(mut world: World) {
    world.require_factor(&["auditor"]).await;
    let auditor = world.person("audit", &["auditor"]).await;
    assert_eq!(world.get(Some(&auditor), "/api/v1/audit").await.status, 403);
    assert_eq!(
        world.get(Some(&auditor), "/api/v1/state").await.json()["account"]["needs_factor"],
        true
    );
    enrol(&world, &auditor, "id-audit").await;
    assert_eq!(world.get(Some(&auditor), "/api/v1/audit").await.status, 200);
    let county = world.person("county", &["county"]).await;
    assert_eq!(
        world.get(Some(&county), "/api/v1/snapshots").await.status,
        200,
        "others do not need it"
    );
}

async fn tokens_of_scripts(world: World) {
    let who = world.person("bureau", &["county"]).await;
    let make = async |scope: &str, days: i64| {
        let body = json!({ "name": "夜间脚本", "scope": scope, "days": days });
        world.post(Some(&who), "/api/v1/own/tokens", &body).await
    };
    for (scope, days) in [("all", 1), ("read", 0), ("read", 367)] {
        assert_eq!(make(scope, days).await.status, 400, "{scope} {days}");
    }
    let (read, write) = (make("read", 30).await.json(), make("write", 1).await.json());
    let send = async |token: &Value, method: &str, path: &str| {
        let mut asked: Request<_> = request(None, method, path, b"{}".to_vec(), "application/json");
        let value = format!("Bearer {}", token["token"].as_str().unwrap());
        asked
            .headers_mut()
            .insert(header::AUTHORIZATION, value.parse().unwrap());
        ask(&world.router, asked).await
    };
    assert_eq!(send(&read, "GET", "/api/v1/snapshots").await.status, 200);
    assert_eq!(
        send(&read, "POST", "/api/v1/jobs").await.status,
        403,
        "it only reads"
    );
    assert_eq!(
        send(&write, "POST", "/api/v1/jobs").await.status,
        422,
        "it may, but asked for nothing"
    );
    assert_eq!(
        send(&write, "GET", "/api/v1/audit").await.status,
        403,
        "no more than its person"
    );
    for path in [
        "/api/v1/own/tokens",
        "/api/v1/password",
        "/api/v1/own/factor",
        "/api/v1/logout",
    ] {
        assert_eq!(
            send(&write, "POST", path).await.status,
            403,
            "{path}: a script does not change its person"
        );
    }
    assert_eq!(
        send(&json!({ "token": "jh_none" }), "GET", "/api/v1/snapshots")
            .await
            .status,
        401
    );
    // It is kept by its hash, listed without it, ends by its time or by hand.
    let listed = world.get(Some(&who), "/api/v1/own/tokens").await;
    assert_eq!(listed.json()["tokens"].as_array().unwrap().len(), 2);
    assert!(!listed.text().contains(read["token"].as_str().unwrap()));
    let end = format!("/api/v1/own/tokens/{}/end", read["id"].as_str().unwrap());
    let other = world.person("other", &["county"]).await;
    assert_eq!(world.post(Some(&other), &end, &json!({})).await.status, 404);
    assert_eq!(world.post(Some(&who), &end, &json!({})).await.status, 200);
    assert_eq!(send(&read, "GET", "/api/v1/snapshots").await.status, 401);
    pass(24 * 60 * MINUTE);
    assert_eq!(
        send(&write, "GET", "/api/v1/snapshots").await.status,
        401,
        "expired"
    );
}

async fn statement_4_the_idle_time_can_be_set(mut world: World) {
    world.idle(5 * MINUTE).await;
    let who = world.person("bureau", &["county"]).await;
    pass(4 * MINUTE);
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
    pass(6 * MINUTE);
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 401);
}
