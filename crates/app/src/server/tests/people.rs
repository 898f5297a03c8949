//! What the security administrator does for people: a lock is lifted, a name is mended, somebody moves.

use serde_json::{Value, json};

use super::filing::open;
use super::world::{MINUTE, PASSWORD, Who, World, pass};
use crate::server::secret;

super::scenarios!(
    a_new_first_password_lifts_the_lock,
    a_person_is_mended_and_moves,
);

const NUMBER: &str = "11010519491231002X";

/// What the list tells of an account.
async fn person(world: &World, who: &Who, login: &str) -> Value {
    let told = world.get(Some(who), "/api/v1/accounts").await.json();
    let all = told["accounts"].as_array().unwrap();
    all.iter().find(|p| p["login"] == login).unwrap().clone()
}

async fn a_new_first_password_lifts_the_lock(world: World) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, false).await;
    let safe = world.person("safe", &["security"]).await;
    let login = async |password: &str| {
        let given = json!({ "login": "lihua", "password": password });
        world.post(None, "/api/v1/login", &given).await.status
    };
    let locked = async || person(&world, &safe, "lihua").await["locked_until"].clone();
    for _ in 0..5 {
        assert_eq!(locked().await, Value::Null);
        assert_eq!(login("wrong").await, 401);
    }
    assert_eq!(locked().await, json!(world.app.now() + 15 * MINUTE));
    assert_eq!(login(PASSWORD).await, 401);
    pass(MINUTE);
    let path = "/api/v1/accounts/id-lihua";
    // Another change leaves the lock.
    let given = json!({ "phone": "0571-7654321" });
    assert_eq!(world.post(Some(&safe), path, &given).await.status, 200);
    assert_eq!(locked().await, json!(world.app.now() + 14 * MINUTE));
    let fresh = "Xin-mima-2026";
    let given = json!({ "password": fresh });
    assert_eq!(world.post(Some(&safe), path, &given).await.status, 200);
    assert_eq!(locked().await, Value::Null);
    assert_eq!(login(fresh).await, 200);
    let lines = world.app.store.audit(0, 100).await.unwrap();
    let given = lines.iter().rfind(|l| l.action == "account.change");
    let given = given.unwrap();
    assert_eq!(
        (given.actor.as_str(), given.object.as_str()),
        ("safe", "id-lihua")
    );
    assert_ne!(given.old_hash, given.new_hash);
}

async fn a_person_is_mended_and_moves(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    let (_, other_form) = filing.school(1, "two").await;
    let world = &filing.world;
    let safe = world.person("safe", &["security"]).await;
    let change = async |who: &Who, id: &str, body: Value| {
        let path = format!("/api/v1/accounts/id-{id}");
        world.post(Some(who), &path, &body).await.status
    };
    let orgs = async |n: usize| {
        let form = filing.forms.values().nth(n).unwrap();
        form["org_id"].as_str().unwrap().to_owned()
    };
    // A name, a number to call, an identity number: the session goes on.
    let mended = json!({ "name": " 李华 ", "phone": "0571-7654321", "identity": NUMBER });
    assert_eq!(change(&safe, "one", mended.clone()).await, 200);
    let told = person(world, &safe, "one").await;
    assert_eq!(
        (&told["name"], &told["phone"], &told["roles"]),
        (&json!("李华"), &json!("0571-7654321"), &json!(["school"]))
    );
    assert_eq!(world.get(Some(&school), &form).await.status, 200);
    // One account, one person: the number is theirs alone, and may be given to them again.
    assert_eq!(
        change(&safe, "two", json!({ "identity": NUMBER })).await,
        409
    );
    assert_eq!(
        change(&safe, "one", json!({ "identity": NUMBER })).await,
        200
    );
    assert_eq!(change(&safe, "one", json!({ "identity": "" })).await, 200);
    assert_eq!(
        change(&safe, "two", json!({ "identity": NUMBER })).await,
        200
    );
    for bad in [
        json!({ "name": " " }),
        json!({ "phone": "<script>" }),
        json!({ "identity": "110105194912310021" }),
        // A school's person is none of the county's, unless the role changes with it.
        json!({ "org_id": world.org }),
    ] {
        assert_eq!(change(&safe, "one", bad.clone()).await, 400, "{bad}");
    }
    assert_eq!(change(&safe, "one", json!({ "org_id": "none" })).await, 404);
    assert_eq!(change(&safe, "safe", json!({ "name": "甲" })).await, 403);
    assert_eq!(person(world, &safe, "one").await["name"], "李华");
    // Who moves sees the new school's form and not the old one's; the session has ended.
    let there = orgs(1).await;
    let moved = json!({ "org_id": there });
    assert_eq!(change(&safe, "one", moved).await, 200);
    assert_eq!(world.get(Some(&school), &form).await.status, 401);
    let again = world.session("one").await;
    assert_eq!(world.get(Some(&again), &form).await.status, 404);
    assert_eq!(world.get(Some(&again), &other_form).await.status, 200);
    let to_county = json!({ "org_id": world.org, "roles": ["planner"] });
    assert_eq!(change(&safe, "one", to_county).await, 200);
    assert_eq!(
        person(world, &safe, "one").await["org_id"],
        json!(world.org)
    );
    // Each change is a line with what was before and after; the number stands in none.
    let lines = world.app.store.audit(0, 10_000).await.unwrap();
    let changes: Vec<_> = lines
        .iter()
        .filter(|l| l.action == "account.change" && l.object == "id-one")
        .map(|l| (l.old_hash.as_str(), l.new_hash.as_str()))
        .collect();
    assert_eq!(changes.len(), 5);
    assert!(changes.windows(2).all(|two| two[0].1 == two[1].0));
    assert_ne!(changes[0].0, changes[0].1);
    assert_eq!(changes[1].0, changes[1].1, "the same number again");
    assert!(!format!("{lines:?}").contains("7654321"));
}
