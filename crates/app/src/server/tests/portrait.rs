//! A school sees itself, and nothing of anybody else.

use serde_json::Value;

use super::world::{Who, World, accept};
use crate::server::api::orgs;

super::scenarios!(
    a_school_sees_its_own_figures,
    statement_8_a_school_sees_nothing_of_others,
    a_school_without_data_is_told_so,
);

/// The county's administrator, its accepted data, and the first school's code with a person of it.
async fn school(world: &World) -> (Who, String, String, Who) {
    let owner = world.person("owner", &["county"]).await;
    let snapshot = world.county(&owner).await;
    accept(world, &owner, &snapshot).await;
    let whole = whole(world, &owner, &snapshot).await;
    let code = whole["sections"][0]["school_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let org = orgs::id(&world.org, "school", &code);
    let person = world.person_of("school", &["school"], &org).await;
    (owner, snapshot, code, person)
}

async fn whole(world: &World, owner: &Who, snapshot: &str) -> Value {
    let path = format!("/api/v1/snapshots/{snapshot}/evaluate");
    world.get(Some(owner), &path).await.json()
}

const EVALUATE: &str = "/api/v1/school/evaluate";

async fn a_school_sees_its_own_figures(world: World) {
    let (owner, snapshot, code, person) = school(&world).await;
    let whole = whole(&world, &owner, &snapshot).await;
    let own = world.get(Some(&person), EVALUATE).await.json();
    let of = |all: &Value| -> Vec<Value> {
        let sections = all["sections"].as_array().unwrap().iter();
        sections
            .filter(|s| s["school_id"] == *code)
            .cloned()
            .collect()
    };
    assert_eq!(own["sections"].as_array(), Some(&of(&whole)));
    assert_eq!(own["standard"], whole["standard"]);
    // The verdict is the school's: the worst of its sections.
    let verdicts: Vec<Value> = of(&own).iter().map(|s| s["verdict"].clone()).collect();
    let worst = ["not_met", "undetermined", "met"];
    let worst = worst
        .into_iter()
        .find(|v| verdicts.iter().any(|own| own == v));
    assert_eq!(own["verdict"], worst.unwrap());
    // Where a figure comes from, as the county is told.
    let (item, stage) = (
        &own["sections"][0]["indicators"][0]["id"],
        &own["sections"][0]["stage"],
    );
    let [item, stage] = [item, stage].map(|v| v.as_str().unwrap());
    let path = format!("/api/v1/school/explain?item={item}&stage={stage}");
    let said = world.get(Some(&person), &path).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let path =
        format!("/api/v1/snapshots/{snapshot}/explain?item={item}&stage={stage}&school={code}");
    assert_eq!(said.text(), world.get(Some(&owner), &path).await.text());
    // What the county chose to be judged by is what the school is judged by.
    let set = serde_json::json!({ "choices": "compare=round2,floor=printed" });
    assert_eq!(
        world
            .post(Some(&owner), "/api/v1/settings", &set)
            .await
            .status,
        200
    );
    let own = world.get(Some(&person), EVALUATE).await.json();
    let floor = own["standard"]["parameters"].as_array().unwrap();
    let floor = floor.iter().find(|p| p["id"] == "floor").unwrap();
    assert_eq!(
        (&floor["value"], &floor["default"]),
        (&"printed".into(), &"exact".into())
    );
}

async fn statement_8_a_school_sees_nothing_of_others(world: World) {
    let (owner, snapshot, code, person) = school(&world).await;
    let whole = whole(&world, &owner, &snapshot).await;
    let own = world.get(Some(&person), EVALUATE).await;
    let mut said = own.text();
    let section = &own.json()["sections"][0];
    for indicator in section["indicators"].as_array().unwrap() {
        let (item, stage) = (&indicator["id"], &section["stage"]);
        let [item, stage] = [item, stage].map(|v| v.as_str().unwrap());
        let path = format!("/api/v1/school/explain?item={item}&stage={stage}");
        said.push_str(&world.get(Some(&person), &path).await.text());
    }
    let mut others = 0;
    for other in whole["sections"].as_array().unwrap() {
        let [id, name] = ["school_id", "name"].map(|k| other[k].as_str().unwrap());
        if id != code {
            others += 1;
            assert!(!said.contains(id) && !said.contains(name), "{id} {name}");
        }
    }
    assert!(others > 3);
    // Nor of the county.
    let told = own.json();
    for list in ["variation", "items", "inequality"] {
        assert!(!whole[list].as_array().unwrap().is_empty(), "{list}");
        assert!(told[list].as_array().unwrap().is_empty(), "{list}");
    }
    for (query, status) in [
        ("item=county&stage=primary", 404),
        ("item=G1&stage=primary", 404),
        ("item=--school&stage=primary", 404),
        ("item=L1&stage=senior", 404),
        ("item=L1", 400),
    ] {
        let path = format!("/api/v1/school/explain?{query}");
        assert_eq!(
            world.get(Some(&person), &path).await.status,
            status,
            "{query}"
        );
    }
    // An option is not heard: the school is the caller's own.
    let other = whole["sections"].as_array().unwrap().last().unwrap()["school_id"].clone();
    let path = format!("{EVALUATE}?school={}", other.as_str().unwrap());
    assert_eq!(world.get(Some(&person), &path).await.text(), own.text());
}

async fn a_school_without_data_is_told_so(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let snapshot = world.county(&owner).await;
    let lost = crate::store::Org {
        id: "lost".to_owned(),
        parent_id: Some(world.org.clone()),
        kind: "school".to_owned(),
        code: "0000000000".to_owned(),
        name: "新校".to_owned(),
    };
    let mut change = world.app.store.change().await.unwrap();
    change.add_org(&lost).await.unwrap();
    change.commit().await.unwrap();
    let person = world.person_of("lost", &["school"], "lost").await;
    // What was not accepted is no school's; what was accepted has not this one.
    assert_eq!(world.get(Some(&person), EVALUATE).await.status, 409);
    accept(&world, &owner, &snapshot).await;
    let said = world.get(Some(&person), EVALUATE).await;
    assert_eq!(said.status, 409);
    assert!(said.text().contains("还没有本校"), "{}", said.text());
}
