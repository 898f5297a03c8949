//! First start, login, sessions, passwords, and a clock that is wrong.

use std::time::{Duration, Instant};

use axum::http::header;
use serde_json::{Value, json};

use super::world::{
    Folder, MINUTE, PASSWORD, Reply, Who, World, ask, open, pass, request, set_clock, tick,
};
use crate::server::{router, secret};
use crate::store::sqlite_url;

super::scenarios!(
    statement_2_lockout_and_same_answer,
    statement_3_passwords_change_and_are_not_reused,
    statement_4_sessions_end,
    statement_39_clock_skew,
    statement_2_lockout_while_time_goes_on,
);

async fn login(world: &World, login: &str, password: &str) -> Reply {
    let given = json!({ "login": login, "password": password });
    world.post(None, "/api/v1/login", &given).await
}

fn logged_in(reply: &Reply) -> Who {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let cookie = reply
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let csrf = reply.json()["csrf"].as_str().unwrap().to_owned();
    Who { cookie, csrf }
}

async fn with_lihua(world: &World, fresh: bool) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, fresh).await;
}

#[tokio::test]
async fn statement_6_first_start_needs_the_token_once() {
    let folder = Folder::new();
    let app = open(&sqlite_url(&folder.0), &folder.0).await;
    let router = router(&app);
    let token = app.setup_token().unwrap();
    let given = |token: &str| {
        json!({
            "token": token, "org_code": "999999", "org_name": "合成示例县",
            "login": "lihua", "name": "李华", "password": PASSWORD,
        })
    };
    let setup = async |given: &Value| {
        let body = given.to_string().into_bytes();
        ask(
            &router,
            request(None, "POST", "/api/v1/setup", body, "application/json"),
        )
        .await
    };
    assert_eq!(setup(&given("guess")).await.status, 403);
    for (field, wrong) in [
        ("org_code", "12"),
        ("name", " "),
        ("password", "password"),
        ("login", "a b"),
    ] {
        let mut given = given(&token);
        given[field] = json!(wrong);
        assert_eq!(setup(&given).await.status, 400, "{field}");
    }
    assert!(!app.store.has_accounts().await.unwrap());
    assert_eq!(setup(&given(&token)).await.status, 200);
    assert_eq!(setup(&given(&token)).await.status, 403);
    // A second start of the same store has no token at all.
    let again = open(&sqlite_url(&folder.0), &folder.0).await;
    assert_eq!(again.setup_token(), None);
}

async fn statement_2_lockout_and_same_answer(world: World) {
    with_lihua(&world, false).await;
    let told = |r: &Reply| (r.status, r.text());
    let known = login(&world, "lihua", "wrong").await;
    let unknown = login(&world, "nobody", "wrong").await;
    assert_eq!(told(&known), told(&unknown));
    for _ in 0..4 {
        pass(MINUTE);
        assert_eq!(login(&world, "lihua", "wrong").await.status, 401);
    }
    // Locked: the right password too, with the same words.
    assert_eq!(
        told(&login(&world, "lihua", PASSWORD).await),
        told(&unknown)
    );
    pass(14 * MINUTE);
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 401);
    pass(MINUTE);
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
    // Five wrong ones over a longer time do not lock.
    for _ in 0..5 {
        pass(3 * MINUTE);
        assert_eq!(login(&world, "lihua", "wrong").await.status, 401);
    }
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn statement_2_same_time_for_unknown_accounts() {
    let world = World::sqlite().await;
    with_lihua(&world, false).await;
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    // In turn, so that both meet the same machine.
    for _ in 0..8 {
        for (name, best) in [("lihua", &mut known), ("nobody", &mut unknown)] {
            let began = Instant::now();
            assert_eq!(login(&world, name, "wrong").await.status, 401);
            *best = began.elapsed().min(*best);
        }
    }
    // Without the hash for nobody it would be some hundred times faster.
    assert!(unknown * 4 > known, "{unknown:?} {known:?}");
}

async fn statement_3_passwords_change_and_are_not_reused(world: World) {
    with_lihua(&world, true).await;
    let mut who = logged_in(&login(&world, "lihua", PASSWORD).await);
    // Nothing but the change is open before it.
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 403);
    let change = async |who: &Who, old: &str, new: &str| {
        let given = json!({ "old": old, "new": new });
        world
            .post(Some(who), "/api/v1/password", &given)
            .await
            .status
    };
    assert_eq!(change(&who, "wrong", "Qing-xi-2026").await, 401);
    assert_eq!(change(&who, PASSWORD, "short").await, 400);
    assert_eq!(change(&who, PASSWORD, PASSWORD).await, 400);
    let mut old = PASSWORD.to_owned();
    for n in 0..5 {
        let new = format!("Qing-xi-202{n}");
        assert_eq!(change(&who, &old, &new).await, 200);
        pass(1);
        // The change ended every session of the account.
        assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 401);
        who = logged_in(&login(&world, "lihua", &new).await);
        assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
        old = new;
    }
    assert_eq!(change(&who, &old, "Qing-xi-2020").await, 400);
    assert_eq!(change(&who, &old, PASSWORD).await, 200);
    let stored = world
        .app
        .store
        .account("lihua")
        .await
        .unwrap()
        .unwrap()
        .password;
    assert!(stored.starts_with("$argon2id$"));
}

async fn statement_4_sessions_end(world: World) {
    with_lihua(&world, false).await;
    let reply = login(&world, "lihua", PASSWORD).await;
    let cookie = reply.header("set-cookie").to_owned();
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"));
    let who = logged_in(&reply);
    // The store knows the hash of the token only.
    let token = who.cookie.split_once('=').unwrap().1;
    assert!(
        world
            .app
            .store
            .session(token, world.app.now(), 15 * MINUTE)
            .await
            .unwrap()
            .is_none()
    );
    for _ in 0..3 {
        pass(14 * MINUTE);
        assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
    }
    pass(15 * MINUTE);
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 401);
    let who = world.session("lihua").await;
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/logout", &json!({}))
            .await
            .status,
        200
    );
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 401);
}

async fn statement_39_clock_skew(world: World) {
    const DAY: i64 = 24 * 60 * MINUTE;
    with_lihua(&world, false).await;
    let who = logged_in(&login(&world, "lihua", PASSWORD).await);
    pass(-DAY);
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
    // The session's end goes with the clock: it does not live a day longer.
    pass(15 * MINUTE);
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 401);
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
    // Nor does one that nobody used since the clock was put back.
    pass(DAY);
    let left = logged_in(&login(&world, "lihua", PASSWORD).await);
    pass(-DAY);
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
    pass(15 * MINUTE);
    assert_eq!(
        world.get(Some(&left), "/api/v1/snapshots").await.status,
        401
    );
    pass(DAY);
    let [one, left] = [
        logged_in(&login(&world, "lihua", PASSWORD).await),
        logged_in(&login(&world, "lihua", PASSWORD).await),
    ];
    pass(-DAY);
    assert_eq!(world.get(Some(&one), "/api/v1/snapshots").await.status, 200);
    pass(14 * MINUTE);
    assert_eq!(world.get(Some(&one), "/api/v1/snapshots").await.status, 200);
    pass(MINUTE);
    assert_eq!(
        world.get(Some(&left), "/api/v1/snapshots").await.status,
        401
    );
    assert_eq!(world.get(Some(&one), "/api/v1/snapshots").await.status, 200);
    // Wrong passwords of a future that was taken back hide none of the present.
    pass(DAY);
    for _ in 0..5 {
        login(&world, "lihua", "wrong").await;
    }
    pass(-DAY);
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
    for _ in 0..5 {
        login(&world, "lihua", "wrong").await;
    }
    assert_eq!(login(&world, "lihua", PASSWORD).await.status, 401);
    // A token ends by its day, and was never ended by a wrong one.
    let who = world.session("lihua").await;
    let new = json!({ "name": "脚本", "scope": "read", "days": 1 });
    let token = world.post(Some(&who), "/api/v1/own/tokens", &new).await;
    let token = format!("Bearer {}", token.json()["token"].as_str().unwrap());
    for (by, status) in [(2 * DAY, 401), (-2 * DAY, 200), (-DAY, 200), (2 * DAY, 401)] {
        pass(by);
        let mut asked = request(None, "GET", "/api/v1/snapshots", Vec::new(), "");
        let headers = asked.headers_mut();
        headers.insert(header::AUTHORIZATION, token.parse().unwrap());
        assert_eq!(ask(&world.router, asked).await.status, status, "{by}");
    }
    assert_eq!(world.app.store.verify_audit().await.unwrap().1, None);
}

/// A lock under a clock that moves while it is looked at, as clocks do: it comes with the fifth wrong password and
/// goes a quarter of an hour after it, neither earlier nor later.
async fn statement_2_lockout_while_time_goes_on(world: World) {
    with_lihua(&world, false).await;
    for step in [1, 37, 1000] {
        tick(step);
        for _ in 0..5 {
            assert_eq!(login(&world, "lihua", "wrong").await.status, 401);
        }
        let fifth = world.app.now();
        assert_eq!(login(&world, "lihua", PASSWORD).await.status, 401);
        set_clock(fifth + 15 * MINUTE - 10_000);
        assert_eq!(login(&world, "lihua", PASSWORD).await.status, 401);
        set_clock(fifth + 15 * MINUTE);
        tick(step);
        assert_eq!(login(&world, "lihua", PASSWORD).await.status, 200);
    }
}
